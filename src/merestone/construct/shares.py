"""Candidates that part each difference between two sources in a ratio of areas."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from merestone.construct.candidate import Part, candidate_of, line_from
from merestone.construct.drawing import Drawn, How, Task, traced_median
from merestone.construct.equal_area import Parted, parted
from merestone.construct.field import Floats
from merestone.construct.median import Median
from merestone.construct.medians import tasks_between
from merestone.construct.turning import Named, lines_of
from merestone.errors import BadInputError
from merestone.model.candidates import Candidate, CandidateKind, CandidateLine, Leg, TurningPoint
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import Tracing
from merestone.model.results import Section
from merestone.model.sources import Source


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
    are no closed difference (beyond the last meeting) follow the median, with a finding. Raises
    BadInputError for sections: a difference is parted whole.
    """
    if sections:
        raise BadInputError(
            "equal-area parts whole differences; draw it without --section, or assemble sections"
        )
    tasks, notes = tasks_between(tracing, sources, parties, names, (), ellipsoid)
    parts, differences = [], []
    plain = How(how.chord_m, (1.0, 1.0), how.reach_m)
    for task in tasks:
        part, told, own = _drawn(task, plain, how.ratio, ellipsoid)
        parts.append(part)
        differences += told
        notes += own
    parameters = {
        "between": list(names), "ratio": list(how.ratio), "chord_m": how.chord_m,
        "reach_km": how.reach_m / 1000.0, "differences": differences,
    }  # fmt: skip
    return candidate_of(CandidateKind.EQUAL_AREA, parameters, names, parts, notes)


def _drawn(
    task: Task, how: How, ratio: tuple[float, float], ellipsoid: Ellipsoid
) -> tuple[Part, list[Mapping[str, Any]], list[Finding]]:
    median, exchanged = traced_median(task, how, ellipsoid)
    cut = parted(median, ratio[::-1] if exchanged else ratio)
    lines, points = _lines(median, cut, ellipsoid)
    whole = [one for one in cut if one.area_m2 is not None and one.to_first_m2 is not None]
    told = [_told(task, one, exchanged=exchanged) for one in whole]
    notes = _notes(task, cut)
    return Part(task.name, Drawn(tuple(lines), tuple(points), {}, ())), told, notes


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
        finding(
            "equal-area-not-parted", place=(float(one.coords[0][0]), float(one.coords[0][1])), piece=task.name
        )
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
