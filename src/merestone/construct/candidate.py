"""Drawn parts put together as one candidate: ids, numbers, open ends, findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

from merestone.construct.drawing import Drawn
from merestone.model.candidates import Candidate, CandidateKind, CandidateLine, TurningPoint
from merestone.model.findings import Finding, finding

ENSEMBLE = "WGS 84"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What was drawn for one piece; None: for no piece."""

    piece: str | None
    drawn: Drawn


def candidate_of(
    kind: CandidateKind,
    parameters: Mapping[str, Any],
    bases: Sequence[str],
    parts: Sequence[Part],
    findings: Sequence[Finding],
    joins: Sequence[Mapping[str, Any]] = (),
) -> Candidate:
    """The candidate of all parts. Turning points are numbered through; lines carry the names of pieces."""
    lines: list[CandidateLine] = []
    points: list[TurningPoint] = []
    notes = list(findings)
    for part in parts:
        names = _names(part)
        lines += [replace(line, id=names[line.id], piece=part.piece) for line in part.drawn.lines]
        for point in part.drawn.points:
            points.append(replace(point, n=len(points) + 1, line=names[point.line]))
        notes += part.drawn.findings
    notes += [note for line in lines for note in _open_ends(line)]
    return Candidate(
        kind=kind,
        parameters=parameters,
        bases=tuple(sorted(bases)),
        frame=ENSEMBLE,
        lines=tuple(lines),
        turning_points=tuple(points),
        length_km=fsum(line.length_m for line in lines) / 1000.0,
        joins=tuple(joins),
        checks=_checks([part.drawn.check for part in parts if part.drawn.check]),
        findings=tuple(notes),
    )


def _names(part: Part) -> Mapping[str, str]:
    """The names of a part's lines: that of its piece, then numbered; a section's where it is one."""
    if part.piece is None:
        return {line.id: line.id for line in part.drawn.lines}
    named = [line for line in part.drawn.lines if not line.id.isdigit()]
    plain = [line for line in part.drawn.lines if line.id.isdigit()]
    names = {line.id: line.id for line in named}
    for k, line in enumerate(plain, start=1):
        names[line.id] = part.piece if k == 1 and not named else f"{part.piece}/{k}"
    return names


def _open_ends(line: CandidateLine) -> list[Finding]:
    found = []
    for k, bearing in enumerate(line.bearing_deg):
        if bearing is not None:
            lon, lat = line.coords[-k].tolist()
            found.append(
                finding("candidate-open-end", place=(lon, lat), line=line.id, bearing_deg=round(bearing, 1))
            )
    return found


def _checks(checks: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if not checks:
        return {}
    return {
        "points": sum(one["points"] for one in checks),
        "of": sum(one["of"] for one in checks),
        "missed_m": max(one["missed_m"] for one in checks),
        "off_m": max(one["off_m"] for one in checks),
    }
