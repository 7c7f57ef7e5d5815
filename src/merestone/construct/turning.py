"""From the lines of a median to turning points with their base points, in an order of their own."""

from dataclasses import dataclass

import numpy as np

from merestone.construct.field import Floats, Indices, Values, taken
from merestone.construct.median import Median
from merestone.model.candidates import OPEN, BasePoint, CandidateLine, Leg, TurningPoint

Vertices = frozenset[tuple[float, float]]
_SECOND_M = 1e-3
"""Base points whose distances differ by no more than this control a turning point together."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """What the two sets are called, and the vertices that were drawn in each (None: all of its vertices)."""

    names: tuple[str, str]
    drawn: tuple[Vertices | None, Vertices | None] = (None, None)


def lines_of(median: Median, named: Named) -> tuple[tuple[CandidateLine, ...], tuple[TurningPoint, ...]]:
    """Lines and turning points of a median.

    Lines run from their westernmost end, then the southernmost; a closed one from its westernmost vertex,
    with the enclosed land on its left. They stand in the order of their length, longest first.
    """
    lines: list[CandidateLine] = []
    points: list[TurningPoint] = []
    for number, (rows, back) in enumerate(_in_order(median), start=1):
        name = median.labels[int(median.traced.line[rows[0]])] if median.labels else str(number)
        line = _line(median, name, rows, back=back)
        lines.append(line)
        points += _points(median, line, rows, named, len(points))
    return tuple(lines), tuple(points)


def _in_order(median: Median) -> list[tuple[Indices, bool]]:
    """The rows of each line in its direction and whether that is back; the longest line first."""
    traced = median.traced
    found = []
    for line in np.unique(traced.line):
        rows = np.flatnonzero(traced.line == line)
        coords = traced.points[rows]
        length_m = float(median.field.apart_m(coords[:-1], coords[1:]).sum())
        if _closed(coords):
            rows, back = _round(rows, coords)
        else:
            back = tuple(coords[-1]) < tuple(coords[0])
            rows = rows[::-1] if back else rows
        rank = 0.0 if median.labels else -round(length_m, 3)
        start = [] if median.labels else traced.points[rows[0]].tolist()
        found.append((rank, start, rows, back))
    found.sort(key=lambda one: one[:2])
    return [(rows, back) for _, _, rows, back in found]


def _closed(coords: Floats) -> bool:
    return len(coords) > 2 and bool((coords[0] == coords[-1]).all())


def _round(rows: Indices, coords: Floats) -> tuple[Indices, bool]:
    """The rows of a closed line from its westernmost vertex on, anticlockwise."""
    least = int(np.lexsort((coords[:-1, 1], coords[:-1, 0]))[0])
    rows = np.concatenate([rows[least:-1], rows[: least + 1]])
    x, y = (coords - coords[0]).T
    back = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) < 0.0
    return (rows[::-1] if back else rows), back


def _line(median: Median, name: str, rows: Indices, *, back: bool) -> CandidateLine:
    coords = median.traced.points[rows]
    start, end = median.ends[median.traced.line[rows[0]]].tolist()
    ends = (end, start) if back else (start, end)
    bearing = (
        _bearing(median, coords[1], coords[0]) if ends[0] == OPEN else None,
        _bearing(median, coords[-2], coords[-1]) if ends[1] == OPEN else None,
    )
    length_m = float(median.field.apart_m(coords[:-1], coords[1:]).sum())
    return CandidateLine(name, None, coords, ends, bearing, length_m, _first_on_left(median, rows))


def _bearing(median: Median, before: Floats, end: Floats) -> float:
    """The direction in which a line arrives at its end, degrees clockwise from north."""
    back = median.field.geod.inv(before[0], before[1], end[0], end[1])[1]
    return float((back + 180.0) % 360.0)


def _first_on_left(median: Median, rows: Indices) -> bool | None:
    """Whether the party first by id has the left hand, by most of the length; None where no side is known.

    Where the first set shows a place of the median on the side of a party, that party's side of the median
    is the one away from the first set, where the nearest point of the other is.
    """
    field, traced = median.field, median.traced
    if not field.sided:
        return None
    middle = field.middle(traced.points[rows[:-1]], traced.points[rows[1:]])
    values = field.at(middle)
    near = values.base[0]
    side = near.side * field.sets[0].left[near.line]
    tangent, _, length_m = field.geod.inv(*traced.points[rows[:-1]].T, *traced.points[rows[1:]].T)
    toward, _, _ = field.geod.inv(*middle.T, *values.base[1].foot.T)
    left = -np.sign(np.sin(np.deg2rad(np.asarray(toward) - tangent)))
    return bool(np.sum(side * left * length_m) > 0.0)


def _points(
    median: Median, line: CandidateLine, rows: Indices, named: Named, before: int
) -> list[TurningPoint]:
    values = taken(median.traced.values, rows)
    bases = _bases(median, values, line.coords, named)
    slope = values.slope / (median.field.p + median.field.q)
    made = []
    for k, (lon, lat) in enumerate(line.coords.tolist()):
        section = line.id if median.labels else None
        leg = Leg(section=section) if k < len(rows) - 1 else None
        distance_m = min(one.distance_m for one in bases[k])
        condition = float(1.0 / slope[k]) if slope[k] > 1e-12 and distance_m > _SECOND_M else None
        made.append(TurningPoint(before + k + 1, line.id, lon, lat, leg, bases[k], distance_m, condition))
    return made


def _bases(median: Median, values: Values, coords: Floats, named: Named) -> list[tuple[BasePoint, ...]]:
    """The base points of each place: one of each set, and a second of a set that has two as near."""
    found: list[list[BasePoint]] = [[] for _ in coords]
    for k in (0, 1):
        base, matched = values.base[k], values.matched[k]
        index, vertices = median.field.indexes[k], _vertices(median, named, k)
        for row, (foot, distance_m) in enumerate(
            zip(base.foot.tolist(), base.distance_m.tolist(), strict=True)
        ):
            found[row].append(_base(named.names[k], foot, distance_m, vertices, second=False))
        for step in (-1, 1):
            piece = np.roll(matched.piece, -step)
            other = index.on_pieces(coords, piece)
            foot = index.foot(other)
            apart_m = median.field.apart_m(foot, base.foot)
            second = (np.abs(other.distance_m - base.distance_m) <= _SECOND_M) & (apart_m > 1.0)
            for row in np.flatnonzero(second).tolist():
                if not any(one.second and one.party == named.names[k] for one in found[row]):
                    at, far_m = foot[row].tolist(), float(other.distance_m[row])
                    found[row].append(_base(named.names[k], at, far_m, vertices, second=True))
    return [
        tuple(sorted(one, key=lambda base: (base.party, base.second, base.lon, base.lat))) for one in found
    ]


def _vertices(median: Median, named: Named, k: int) -> Vertices:
    drawn = named.drawn[k]
    if drawn is not None:
        return drawn
    return frozenset((lon, lat) for line in median.field.sets[k].lines for lon, lat in line.tolist())


def _base(party: str, foot: list[float], distance_m: float, vertices: Vertices, *, second: bool) -> BasePoint:
    on = "vertex" if (foot[0], foot[1]) in vertices else "edge"
    return BasePoint(party, foot[0], foot[1], on, distance_m, second)
