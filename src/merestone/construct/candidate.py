"""Drawn parts put together as one candidate: ids, numbers, open ends, findings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

import numpy as np
from pyproj import Geod

from merestone.construct.drawing import Drawn
from merestone.construct.field import Floats
from merestone.geometry.lengths import edge_lengths_m
from merestone.model.candidates import OPEN, Candidate, CandidateKind, CandidateLine, Leg, TurningPoint
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding

ENSEMBLE = "WGS 84"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What was drawn for one piece; None: for no piece."""

    piece: str | None
    drawn: Drawn


def _not_told(_lon: float, _lat: float) -> str:
    return "what lies beyond is not told by both limits"


def candidate_of(
    kind: CandidateKind,
    parameters: Mapping[str, Any],
    bases: Sequence[str],
    parts: Sequence[Part],
    findings: Sequence[Finding],
    joins: Sequence[Mapping[str, Any]] = (),
    *,
    beyond: Callable[[float, float], str] = _not_told,
) -> Candidate:
    """The candidate of all parts. Turning points are numbered through; lines carry the names of pieces.

    ``beyond`` says in words what lies beyond an open end at a longitude and latitude.
    """
    lines: list[CandidateLine] = []
    points: list[TurningPoint] = []
    notes = list(findings)
    for part in parts:
        names = _names(part)
        lines += [replace(line, id=names[line.id], piece=part.piece) for line in part.drawn.lines]
        for point in part.drawn.points:
            points.append(replace(point, n=len(points) + 1, line=names[point.line]))
        notes += part.drawn.findings
    notes += [note for line in lines for note in _open_ends(line, beyond)]
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


def line_from(
    name: str,
    coords: Floats,
    ends: tuple[str, str],
    legs: Sequence[Leg],
    ellipsoid: Ellipsoid,
    *,
    first_on_left: bool | None = None,
    drawn: Floats | None = None,
) -> tuple[CandidateLine, list[TurningPoint]]:
    """A line through places that no distances control, (n, 2), with n - 1 legs, and its turning points."""
    geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
    a, b = coords[:-1], coords[1:]
    forth, back, length_m = geod.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
    along_m = float(np.sum(length_m)) if drawn is None else float(edge_lengths_m(drawn, ellipsoid).sum())
    bearing = (
        float((forth[0] + 180.0) % 360.0) if ends[0] == OPEN else None,
        float((back[-1] + 180.0) % 360.0) if ends[1] == OPEN else None,
    )
    line = CandidateLine(name, None, coords, ends, bearing, along_m, first_on_left, drawn)
    points = [
        TurningPoint(k + 1, name, lon, lat, legs[k] if k < len(legs) else None)
        for k, (lon, lat) in enumerate(coords.tolist())
    ]
    return line, points


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


def _open_ends(line: CandidateLine, beyond: Callable[[float, float], str]) -> list[Finding]:
    found = []
    for k, bearing in enumerate(line.bearing_deg):
        if bearing is not None:
            lon, lat = line.coords[-k].tolist()
            found.append(
                finding(
                    "candidate-open-end",
                    place=(lon, lat),
                    line=line.id,
                    bearing_deg=round(bearing, 1),
                    why=beyond(lon, lat),
                )
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
