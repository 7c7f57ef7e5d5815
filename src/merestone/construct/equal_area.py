"""The line that parts each difference between two limits in a given ratio of areas.

The median m of a difference has a nearest point a on one limit and b on the other at every place of it,
and the ways from m to these cross one another nowhere. So the places at a share t of the way from a over m
to b make, for every t in [0, 1], a line from where the limits meet to where they meet again, between both;
it sweeps the difference from one limit to the other as t grows. One t parts it as asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from merestone.construct.field import Field, Floats
from merestone.construct.median import Median
from merestone.construct.mesh import COINCIDE_M
from merestone.construct.refine import Traced
from merestone.geometry.areas import ring_area_m2
from merestone.geometry.densify import densified
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType

_FOLLOWS_M = 2e-6
"""How closely geodesics are followed for areas: 0.02 m² along 10 km."""
_HALVINGS = 60
_SHARE = 1e-9
_LEAST_M2 = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """One difference, between the rows ``first`` and ``last`` of a median, and the line through it.

    ``coords`` (n, 2) its places, ends included. ``area_m2`` is the whole, ``to_first_m2`` the part on the
    side of the first limit; None where it could not be parted (the median then stands).
    """

    first: int
    last: int
    coords: Floats
    area_m2: float | None
    to_first_m2: float | None


def parted(median: Median, ratio: tuple[float, float]) -> list[Parted]:
    """The differences along a median, each parted p : q; p is the part on the side of the first set."""
    traced = median.traced
    met = np.maximum(*(base.distance_m for base in traced.values.base)) <= COINCIDE_M
    found = []
    for line in np.unique(traced.line):
        rows = np.flatnonzero(traced.line == line)
        meets = rows[met[rows]]
        for first, last in zip(meets[:-1].tolist(), meets[1:].tolist(), strict=True):
            if last - first > 1:
                found.append(_one(median, first, last, ratio[0] / (ratio[0] + ratio[1])))
    return found


def _one(median: Median, first: int, last: int, share: float) -> Parted:
    field, traced = median.field, median.traced
    middle, feet = _ways(median, first, last)
    start, end, beside = traced.points[[first, last, (first + last) // 2]]
    one, other = (_between(some.lines, start, end, beside, field.ellipsoid) for some in field.sets)
    plain = Parted(first, last, traced.points[first : last + 1], None, None)
    if one is None or other is None:
        return plain
    whole_m2 = _ring_m2(other, one, field.ellipsoid)
    if abs(whole_m2) < _LEAST_M2:
        return plain

    def line_at(t: float) -> Floats:
        far = feet[0] if t < 0.5 else feet[1]
        inner = field.middle(middle, far, abs(1.0 - 2.0 * t))
        return np.concatenate([start[None], inner, end[None]])

    def part_m2(t: float) -> float:
        chain = densified(line_at(t), EdgeType.GEODESIC, _FOLLOWS_M, field.ellipsoid)[0]
        return _ring_m2(chain, one, field.ellipsoid) * float(np.sign(whole_m2))

    t = _solved(part_m2, share * abs(whole_m2))
    if t is None:
        return plain
    return Parted(first, last, line_at(t), abs(whole_m2), part_m2(t))


def _ways(median: Median, first: int, last: int) -> tuple[Floats, tuple[Floats, Floats]]:
    """Places of the median between two rows with their nearest points on both sets.

    Where a base point takes over from another the place comes twice, once with each.
    """
    traced, field = median.traced, median.field
    rows = np.arange(first + 1, last)
    feet = [base.foot[rows] for base in traced.values.base]
    places, one, other = [], [], []
    for at in range(len(rows)):
        place = traced.points[rows[at]][None]
        pairs = [(feet[0][at], feet[1][at])]
        for k in (0, 1):
            second = _second(field, place, traced, rows[at], k)
            if second is not None:
                pair = (second, feet[1][at]) if k == 0 else (feet[0][at], second)
                pairs.append(pair)
        pairs.sort(key=lambda pair: _along(pair, feet, at))
        for a, b in pairs:
            places.append(place[0])
            one.append(a)
            other.append(b)
    return np.array(places).reshape(-1, 2), (np.array(one).reshape(-1, 2), np.array(other).reshape(-1, 2))


def _second(field: Field, place: Floats, traced: Traced, row: int, k: int) -> Floats | None:
    """A second base point of set k as near, that of a neighbouring place; None: there is none."""
    matched = traced.values.matched[k]
    own = traced.values.base[k]
    for step in (-1, 1):
        other = field.indexes[k].on_pieces(place, matched.piece[row + step : row + step + 1])
        foot = field.indexes[k].foot(other)
        near = abs(float(other.distance_m[0]) - float(own.distance_m[row])) <= COINCIDE_M
        if near and float(field.apart_m(foot, own.foot[row : row + 1])[0]) > 1.0:
            return np.asarray(foot[0])
    return None


def _along(pair: tuple[Floats, Floats], feet: list[Floats], at: int) -> float:
    """Smaller for base points nearer to those of the place before than to those of the place after."""
    before, after = max(at - 1, 0), min(at + 1, len(feet[0]) - 1)
    far = [np.hypot(*(pair[k] - feet[k][before])) - np.hypot(*(pair[k] - feet[k][after])) for k in (0, 1)]
    return float(sum(far))


def _between(
    lines: tuple[Floats, ...], start: Floats, end: Floats, beside: Floats, ellipsoid: Ellipsoid
) -> Floats | None:
    """The stretch of a limit between two places on it; None where they are on two lines.

    On a closed line there are two: the one nearer to the place ``beside`` it.
    """
    near = EdgeIndex(lines, ellipsoid).query(np.array([start, end]))
    if near.line[0] != near.line[1]:
        return None
    line = lines[int(near.line[0])]
    at = near.edge + near.fraction
    back = bool(at[0] > at[1])
    low, high = sorted(near.edge.tolist())
    inner = line[low + 1 : high + 1]
    ways = [inner[::-1] if back else inner]
    if (line[0] == line[-1]).all():
        around = np.concatenate([line[high + 1 : -1], line[: low + 1]])
        ways.append(around if back else around[::-1])
    whole = [np.concatenate([start[None], way, end[None]]) for way in ways]
    far = [EdgeIndex([way], ellipsoid).query(beside[None]).distance_m[0] for way in whole]
    return whole[int(np.argmin(far))]


def _ring_m2(there: Floats, back: Floats, ellipsoid: Ellipsoid) -> float:
    """The signed area of the ring that goes there along one line and back along another."""
    return float(ring_area_m2(np.concatenate([there, back[::-1][1:]]), ellipsoid))


def _solved(part_m2: Callable[[float], float], target_m2: float) -> float | None:
    """The t at which the part is the target, to 1 m² or 1e-9 of it, by bisection and secants."""
    low, high = 0.0, 1.0
    f_low, f_high = part_m2(low) - target_m2, part_m2(high) - target_m2
    if not f_low <= 0.0 <= f_high:
        return None
    enough_m2 = max(min(_LEAST_M2, _SHARE * target_m2), 1e-3) * 0.5
    for step in range(_HALVINGS):
        secant = low - f_low * (high - low) / (f_high - f_low)
        t = secant if step % 3 else 0.5 * (low + high)
        f = part_m2(t) - target_m2
        if abs(f) <= enough_m2:
            return t
        if f < 0.0:
            low, f_low = t, f
        else:
            high, f_high = t, f
    return t
