"""Medians as candidates: pieces put together, cut to sections, checked, with what is to be said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from merestone.construct.chains import comes_first
from merestone.construct.check import checked
from merestone.construct.field import Field, LineSet, merged
from merestone.construct.median import Median, median_of
from merestone.construct.mesh import COINCIDE_M
from merestone.construct.refine import Traced
from merestone.construct.sectioning import GeodesicLine, Span, cut_ends, span_of, whole_legs
from merestone.construct.solve import placed
from merestone.construct.turning import Named, Vertices, lines_of
from merestone.model.candidates import CandidateLine, TurningPoint
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import AxisPiece
from merestone.model.results import Section

_ILL = 10.0
"""Turning points that magnify an error of their base points more than this are told."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Two sets to draw a median between, for the piece called ``name``; ``sections`` of it are cut out."""

    sets: tuple[LineSet, LineSet]
    names: tuple[str, str]
    drawn: tuple[Vertices | None, Vertices | None] = (None, None)
    name: str | None = None
    piece: AxisPiece | None = None
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class How:
    """How a median is drawn. ``ratio`` p : q is that of the distances to the first and second set."""

    chord_m: float = 0.1
    ratio: tuple[float, float] = (1.0, 1.0)
    reach_m: float = 400_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Lines, turning points and findings of a median, and what the independent search said.

    ``coincident_m`` is the length along which both sets coincide.
    """

    lines: tuple[CandidateLine, ...]
    points: tuple[TurningPoint, ...]
    check: Mapping[str, Any]
    findings: tuple[Finding, ...]
    coincident_m: float = 0.0


def drawn_median(task: Task, how: How, ellipsoid: Ellipsoid) -> Drawn:
    """The median of one task. The order of the two sets makes no difference to any bit of it."""
    median, exchanged = traced_median(task, how, ellipsoid)
    named = Named(task.names, task.drawn)
    if exchanged:
        named = Named((task.names[1], task.names[0]), (task.drawn[1], task.drawn[0]))
    if task.sections and task.piece is not None and len(median.traced.points):
        median = _cut_to(median, task.sections, task.piece)
    lines, points = lines_of(median, named)
    coincident_m = _coincident_m(median)
    notes = _findings(median, points, how, coincident_m)
    return Drawn(lines, points, _checked(median), tuple(notes), coincident_m)


def traced_median(task: Task, how: How, ellipsoid: Ellipsoid) -> tuple[Median, bool]:
    """The median of one task, uncut, and whether its sets stand the other way round than the task's."""
    one, other = task.sets
    ratio, exchanged = how.ratio, not comes_first(one, other)
    if exchanged:
        one, other, ratio = other, one, ratio[::-1]
    median = median_of(one, other, chord_m=how.chord_m, ratio=ratio, reach_m=how.reach_m, ellipsoid=ellipsoid)
    return median, exchanged


def _cut_to(median: Median, sections: Sequence[Section], piece: AxisPiece) -> Median:
    """The stretches of the longest line that stand for sections, each a line of its own."""
    traced, field = median.traced, median.field
    length_m = [
        float(field.apart_m(part[:-1], part[1:]).sum())
        for part in (traced.points[traced.line == line] for line in np.unique(traced.line))
    ]
    longest = int(np.unique(traced.line)[int(np.argmax(length_m))])
    own = traced.taken(traced.line == longest)
    last = len(own.points) - 1
    measured = GeodesicLine(own.points, field.ellipsoid)
    parts: list[Traced] = []
    told: list[list[str]] = []
    labels: list[str] = []
    for number, section in enumerate(sections):
        span = span_of(measured, last, section, piece)
        part = _part(field, own, span, number)
        if len(part.points) > 1:
            parts.append(replace(part, line=np.full(len(part.points), len(parts))))
            labels.append(section.id)
            start, end = median.ends[longest].tolist()
            told.append(list(cut_ends(span, last, (start, end))))
    if not parts:
        return Median(field, traced.taken(np.zeros(len(traced.points), dtype=bool)), median.ends[:0])
    values = merged([part.values for part in parts], np.arange(sum(len(part.points) for part in parts)))
    whole = Traced(
        np.concatenate([part.points for part in parts]), np.concatenate([part.line for part in parts]),
        values,
        traced.rough, traced.rough_m, traced.rough_at,
    )  # fmt: skip
    return Median(field, whole, np.array(told, dtype=np.str_).reshape(-1, 2), tuple(labels))


def _part(field: Field, own: Traced, span: Span, number: int) -> Traced:
    """The places of a line within a span; where a leg is cut, the cut is brought to the median."""
    inner, before, after = whole_legs(span)
    rows = np.array(inner, dtype=np.intp)
    cuts = [at for at, wanted in ((span.from_, before), (span.to, after)) if wanted]
    if not cuts:
        return own.taken(rows)
    start = np.array([own.points[leg] for leg, _ in cuts])
    end = np.array([own.points[leg + 1] for leg, _ in cuts])
    foot = np.concatenate(
        [field.middle(start[k : k + 1], end[k : k + 1], share) for k, (_, share) in enumerate(cuts)]
    )
    new = placed(field, foot)
    count = len(own.points)
    order = [*([count] if before else []), *rows.tolist(), *([count + len(cuts) - 1] if after else [])]
    picked = np.array(order, dtype=np.intp)
    points = np.concatenate([own.points, new.points])[picked]
    return Traced(points, np.full(len(points), number), merged([own.values, new.values], picked))


def _checked(median: Median) -> Mapping[str, Any]:
    points, values, field = median.traced.points, median.traced.values, median.field
    if not len(points):
        return {}
    found = [checked(points, values.base[k].distance_m, field.sets[k].lines, field.ellipsoid) for k in (0, 1)]
    return {
        "points": min(one.points for one in found),
        "of": len(points),
        "missed_m": max(0.0, *(one.missed_m for one in found)),
        "off_m": float(values.off_m.max()),
    }


def _findings(median: Median, points: Sequence[TurningPoint], how: How, coincident_m: float) -> list[Finding]:
    notes: list[Finding] = []
    traced = median.traced
    if traced.rough:
        notes.append(
            finding(
                "median-rough", place=traced.rough_at, count=traced.rough, chord_m=how.chord_m,
                departure_m=round(traced.rough_m, 3),
            )
        )  # fmt: skip
    if coincident_m > 0.0:
        notes.append(finding("median-coincident", length_km=round(coincident_m / 1000.0, 3)))
    ill = [point for point in points if point.condition is not None and point.condition > _ILL]
    if ill:
        worst = max(ill, key=lambda point: (point.condition or 0.0, -point.n))
        notes.append(
            finding(
                "median-ill-conditioned", place=(worst.lon, worst.lat), count=len(ill),
                condition=round(worst.condition or 0.0, 1), turning_point=worst.n,
            )
        )  # fmt: skip
    return notes


def _coincident_m(median: Median) -> float:
    """The length of the legs along which both sets coincide."""
    traced, field = median.traced, median.field
    one, other = (base.distance_m <= COINCIDE_M for base in traced.values.base)
    flat = one & other
    leg = np.flatnonzero((np.diff(traced.line) == 0) & flat[1:] & flat[:-1])
    if not len(leg):
        return 0.0
    start, end = traced.points[leg], traced.points[leg + 1]
    feet = [base.foot for base in field.at(field.middle(start, end)).base]
    here = field.apart_m(feet[0], feet[1]) <= COINCIDE_M
    return float(field.apart_m(start, end)[here].sum())
