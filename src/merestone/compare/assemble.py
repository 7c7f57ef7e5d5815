"""Entries of the result that only gather what was found: sources, axis, findings."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from math import fsum
from typing import Any

from merestone.compare.conflicts import BETWEEN
from merestone.compare.differences import FoundDifferences
from merestone.compare.order import piece_key, sorted_findings, sorted_limits
from merestone.model.accuracy import Measure
from merestone.model.findings import Finding
from merestone.model.lines import Gap, SourceLimits, Tracing
from merestone.model.results import (
    Axis,
    AxisPieceResult,
    GapResult,
    LimitResult,
    Section,
    SourceResult,
)
from merestone.model.sources import Source, SourceInfo, Standing


def source_result(
    source: Source, limits: SourceLimits, family: str, areas_km2: Mapping[str, float]
) -> SourceResult:
    """The entry of one source, without findings: `with_findings` gives each source its own."""
    info = source.info
    return SourceResult(
        id=info.id,
        sha256=info.sha256,
        kind=str(info.kind),
        title=info.title,
        publisher=info.publisher,
        licence=info.licence,
        attribution=info.attribution,
        standing=_standing(info.standing),
        map=info.map,
        date=info.date,
        scale=info.scale,
        edges=str(info.edges),
        rings=info.rings,
        covers=info.covers_text,
        crs=info.crs,
        operation=None if info.operation is None else asdict(info.operation),
        family=family,
        accuracy=_accuracy(info),
        accuracy_95_m=info.accuracy_95_m,
        accuracy_budget=info.accuracy_budget,
        legs=info.legs,
        limits=sorted_limits(
            LimitResult(limit.id, limit.party, limit.piece, limit.length_m / 1000.0, limit.vertices)
            for limit in limits.limits
        ),
        areas_km2=areas_km2,
        gaps=_gaps(limits.gaps),
        overlaps=_gaps(limits.overlaps),
        findings=(),
    )


def axis_result(tracing: Tracing) -> Axis | None:
    """The axis as the result tells it, main pieces first."""
    if tracing.axis_source is None:
        return None
    pieces = [
        AxisPieceResult(
            id=piece.id,
            limits=tuple(sorted(piece.limits)),
            length_km=piece.length_m / 1000.0,
            start=(float(piece.coords[0, 0]), float(piece.coords[0, 1])),
            end=(float(piece.coords[-1, 0]), float(piece.coords[-1, 1])),
        )
        for piece in sorted(tracing.pieces, key=lambda piece: piece_key(piece.id))
    ]
    return Axis(tracing.axis_source, tuple(pieces))


def with_findings(
    results: Sequence[SourceResult], findings: Iterable[Finding]
) -> tuple[tuple[SourceResult, ...], tuple[Finding, ...]]:
    """Findings about one source stand with it; the others are returned beside. None stands twice.

    Two that tell the same of different parties are two, even where the message does not name the party.
    """
    ids = {result.id for result in results}
    by_source: dict[str | None, dict[tuple[object, ...], Finding]] = {}
    for note in findings:
        whose = note.source if note.source in ids else None
        values = json.dumps(note.values, sort_keys=True, default=str)
        same = (note.code, note.source, note.place, note.message, values)
        by_source.setdefault(whose, {})[same] = note
    own = (
        replace(result, findings=sorted_findings(by_source.get(result.id, {}).values())) for result in results
    )
    return tuple(own), sorted_findings(by_source.get(None, {}).values())


def with_differences(sections: Sequence[Section], found: FoundDifferences) -> tuple[Section, ...]:
    """Sections with the ids of the listed differences beside them, and the area of all, listed or
    smaller, that are between the parties."""
    ids: dict[str | None, list[str]] = {}
    areas_km2: dict[str | None, list[float]] = {}
    for item in found.result.listed:
        ids.setdefault(item.section, []).append(item.id)
    for item, _ in found.shapes:
        if item.kind == BETWEEN:
            areas_km2.setdefault(item.section, []).append(item.area_km2)
    return tuple(
        replace(
            section,
            differences=tuple(ids.get(section.id, ())),
            area_km2=fsum(areas_km2.get(section.id, ())),
        )
        for section in sections
    )


def _standing(standing: Standing) -> Mapping[str, Any]:
    contested = sorted(standing.contested_by)
    return {
        "offered_by": tuple(sorted(standing.offered_by)),
        "available_to": tuple(sorted(standing.available_to)),
        "accepted_by": tuple(sorted(standing.accepted_by)),
        "contested_by": tuple({"party": party, "reason": reason} for party, reason in contested),
    }


def _accuracy(info: SourceInfo) -> Mapping[str, Any] | None:
    accuracy = info.accuracy
    if accuracy is None:
        return None
    return {
        "measure": str(accuracy.measure),
        "metres": accuracy.metres,
        "assumed": accuracy.assumed or accuracy.measure is Measure.SCALE,
        "assumed_by": accuracy.assumed_by,
        "reason": accuracy.reason,
    }


def _gaps(gaps: Iterable[Gap]) -> tuple[GapResult, ...]:
    """The largest first."""
    ordered = sorted(gaps, key=lambda gap: (-gap.area_m2, gap.point))
    return tuple(GapResult(gap.area_m2 / 1e6, gap.max_width_m, gap.point) for gap in ordered)
