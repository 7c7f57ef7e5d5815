"""Candidates that part each difference between two sources in a ratio of areas."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from merestone.construct.candidate import Part, candidate_of, line_from
from merestone.construct.drawing import Drawn, How, Task, traced_median
from merestone.construct.equal_area import Parted, parted
from merestone.construct.field import Field, Floats
from merestone.construct.median import Median
from merestone.construct.medians import refuse_nothing, tasks_between
from merestone.construct.sectioning import GeodesicLine, Span, cut_ends, span_of, whole_legs
from merestone.construct.turning import Named, lines_of
from merestone.model.candidates import Candidate, CandidateKind, CandidateLine, Leg, TurningPoint
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import AxisPiece, Tracing
from merestone.model.results import Section
from merestone.model.sources import Source

_WHOLE = 1e-6
"""A difference goes on beyond its sections by more than this share of a leg."""


def equal_area_between_sources(
    tracing: Tracing,
    sources: Sequence[Source],
    parties: tuple[str, str],
    names: tuple[str, str],
    sections: Sequence[Section],
    how: How,
    ellipsoid: Ellipsoid,
) -> Candidate:
    """In each difference between two sources the line that parts it p : q, from one meeting to the next.

    ``how.ratio`` is that of the areas on the sides of the two, in the order of ``names``. Stretches that
    are no closed difference (beyond the last meeting) follow the median, with a finding. Differences are
    parted whole; ``sections`` take their stretches out of the line, and a finding tells of a difference that
    goes on beyond them. Raises BadInputError where both show no piece together, or none of these sections,
    and where no line is within reach of both.
    """
    tasks, notes = tasks_between(tracing, sources, parties, names, sections, ellipsoid)
    parts, differences = [], []
    plain = How(how.chord_m, (1.0, 1.0), how.reach_m)
    for task in tasks:
        part, told, own = _drawn(task, plain, how.ratio, ellipsoid)
        parts.append(part)
        differences += told
        notes += own
    parameters = {
        "between": list(names), "ratio": list(how.ratio), "chord_m": how.chord_m,
        "reach_km": how.reach_m / 1000.0, "sections": [section.id for section in sections],
        "differences": differences,
    }  # fmt: skip
    return candidate_of(CandidateKind.EQUAL_AREA, parameters, names, parts, notes)


def _drawn(
    task: Task, how: How, ratio: tuple[float, float], ellipsoid: Ellipsoid
) -> tuple[Part, list[Mapping[str, Any]], list[Finding]]:
    median, exchanged = traced_median(task, how, ellipsoid)
    cut = parted(median, ratio[::-1] if exchanged else ratio)
    lines, points = _lines(median, cut, ellipsoid)
    refuse_nothing(lines, task, how)
    whole = [one for one in cut if one.area_m2 is not None and one.to_first_m2 is not None]
    notes = _notes(task, cut)
    if task.sections and task.piece is not None:
        longest = max(lines, key=lambda one: one.length_m)
        lines, points, spans = _in_sections(longest, task.sections, task.piece, median.field)
        whole, beyond = _beside(whole, longest.coords, spans)
        notes += [finding("equal-area-cut", place=_place(one.coords[0]), piece=task.name) for one in beyond]
    told = [_told(task, one, exchanged=exchanged) for one in whole]
    return Part(task.name, Drawn(tuple(lines), tuple(points), {}, ())), told, notes


def _in_sections(
    line: CandidateLine, sections: Sequence[Section], piece: AxisPiece, field: Field
) -> tuple[list[CandidateLine], list[TurningPoint], list[Span]]:
    """The stretches of a line that stand for sections, each a line of its own, and where on it they are."""
    measured, last = GeodesicLine(line.coords, field.ellipsoid), len(line.coords) - 1
    cut: list[CandidateLine] = []
    points: list[TurningPoint] = []
    spans = []
    for section in sections:
        span = span_of(measured, last, section, piece)
        coords = _stretch(line.coords, span, field)
        if len(coords) < 2:
            continue
        ends, left = cut_ends(span, last, line.ends), line.first_on_left
        if tuple(coords[-1]) < tuple(coords[0]):
            coords, ends, left = coords[::-1].copy(), ends[::-1], None if left is None else not left
        legs = [Leg(section=section.id)] * (len(coords) - 1)
        made, own = line_from(section.id, coords, ends, legs, field.ellipsoid, first_on_left=left)
        cut.append(made)
        points += own
        spans.append(span)
    return cut, points, spans


def _stretch(coords: Floats, span: Span, field: Field) -> Floats:
    inner, before, after = whole_legs(span)

    def at(leg: int, share: float) -> Floats:
        return field.middle(coords[leg : leg + 1], coords[leg + 1 : leg + 2], share)

    whole = coords[np.array(inner, dtype=np.intp)]
    return np.concatenate([*([at(*span.from_)] if before else []), whole, *([at(*span.to)] if after else [])])


def _beside(
    differences: Sequence[Parted], coords: Floats, spans: Sequence[Span]
) -> tuple[list[Parted], list[Parted]]:
    """The differences along a line that reach into some spans of it, and those that go on beyond all."""
    touched, beyond = [], []
    for one in differences:
        ends = [np.flatnonzero((coords == end).all(axis=1)) for end in one.coords[[0, -1]]]
        if not all(len(rows) for rows in ends):
            continue  # of another line
        low, high = sorted(float(rows[0]) for rows in ends)
        covered = sum(max(min(high, sum(span.to)) - max(low, sum(span.from_)), 0.0) for span in spans)
        if covered > 0.0:
            touched.append(one)
            if covered < high - low - _WHOLE:
                beyond.append(one)
    return touched, beyond


def _place(place: Floats) -> tuple[float, float]:
    lon, lat = place.tolist()
    return lon, lat


def _told(task: Task, one: Parted, *, exchanged: bool) -> Mapping[str, Any]:
    """A difference and its two parts, by the name of the limit on whose side they are, in km²."""
    assert one.area_m2 is not None
    assert one.to_first_m2 is not None
    parts = (one.to_first_m2, one.area_m2 - one.to_first_m2)
    first, second = parts[::-1] if exchanged else parts
    return {
        "piece": task.name,
        "from": one.coords[0].tolist(),
        "to": one.coords[-1].tolist(),
        "area_km2": one.area_m2 / 1e6,
        "parts_km2": {task.names[0]: first / 1e6, task.names[1]: second / 1e6},
    }


def _notes(task: Task, cut: Sequence[Parted]) -> list[Finding]:
    return [
        finding("equal-area-not-parted", place=_place(one.coords[0]), piece=task.name)
        for one in cut
        if one.area_m2 is None and len(one.coords) > 2
    ]


def _lines(
    median: Median, cut: Sequence[Parted], ellipsoid: Ellipsoid
) -> tuple[list[CandidateLine], list[TurningPoint]]:
    """The lines of the median with its differences replaced by the lines that part them."""
    by_start = {one.first: one for one in cut}
    sided, _ = lines_of(median, Named(("first", "second")))
    lines, points = [], []
    for number, (model, rows) in enumerate(zip(sided, _rows(median, sided), strict=True), start=1):
        coords = _replaced(median.traced.points, rows, by_start)
        forward = bool((coords[0] == model.coords[0]).all())
        coords = coords if forward else coords[::-1].copy()
        legs = [Leg()] * (len(coords) - 1)
        line, own = line_from(
            str(number), coords, model.ends, legs, ellipsoid, first_on_left=model.first_on_left
        )
        lines.append(line)
        points += own
    return lines, points


def _rows(median: Median, lines: Sequence[CandidateLine]) -> list[np.ndarray]:
    """For each line the rows of the median that it is made of, in the median's direction."""
    traced = median.traced
    by_ends = {}
    for line in np.unique(traced.line):
        rows = np.flatnonzero(traced.line == line)
        by_ends[_key(traced.points[rows])] = rows
    return [by_ends[_key(line.coords)] for line in lines]


def _key(coords: Floats) -> tuple[tuple[float, ...], ...]:
    """Something by which a line is known in either direction and from whichever vertex it starts."""
    least = coords[np.lexsort((coords[:, 1], coords[:, 0]))]
    return tuple(map(tuple, least[[0, len(least) // 2, -1]].tolist()))


def _replaced(points: Floats, rows: np.ndarray, by_start: Mapping[int, Parted]) -> Floats:
    made, row = [], int(rows[0])
    while row <= rows[-1]:
        one = by_start.get(row)
        if one is None:
            made.append(points[row : row + 1])
            row += 1
        else:
            made.append(one.coords[:-1])
            row = one.last
    return np.concatenate(made)
