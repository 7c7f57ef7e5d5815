"""Places on the median: by bracketing along an edge that crosses it, and by Newton's method from nearby."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.construct.field import LEAST_SLOPE, Field, Floats, Indices, Values, merged, taken

_BRACKETINGS = 60
_ROUNDS = 12
_CORNER_ROUNDS = 5
"""Newton's method doubles the digits with each; what needs more begins too far away."""
_CLOSE_M = 1e-6
"""How far from the median places may be left: distances are true to 1e-6 m."""
_STEP = 0.5
"""Largest step, as a share of the distance to the base points: beyond, others control."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Places (n, 2) brought to the median, the field there, and whether each is on it to 1e-5 m."""

    points: Floats
    values: Values
    good: NDArray[np.bool_]


GOOD_M = 1e-5


def crossed(field: Field, low: Floats, high: Floats, g_low_m: Floats, g_high_m: Floats) -> Floats:
    """Where g vanishes on the edges from ``low``, where it is negative, to ``high``; (n, 2).

    By the Illinois method in longitude/latitude: any path from one to the other crosses the median. Ends
    when every place is good to a centimetre; `placed` does the rest.
    """
    a, b = np.zeros(len(low)), np.ones(len(low))
    fa, fb = g_low_m.copy(), g_high_m.copy()
    share = a.copy()
    active = np.arange(len(low))
    side = np.zeros(len(low), dtype=np.int8)
    for _ in range(_BRACKETINGS):
        at = (a[active] * fb[active] - b[active] * fa[active]) / (fb[active] - fa[active])
        share[active] = at
        f = field.g_m(low[active] + at[:, None] * (high[active] - low[active]))
        falls = f < 0.0
        a[active] = np.where(falls, at, a[active])
        fa[active] = np.where(falls, f, np.where(side[active] == 1, 0.5, 1.0) * fa[active])
        b[active] = np.where(falls, b[active], at)
        fb[active] = np.where(falls, np.where(side[active] == -1, 0.5, 1.0) * fb[active], f)
        side[active] = np.where(falls, -1, 1)
        active = active[np.abs(f) > 0.01]
        if not len(active):
            break
    return np.asarray(low + share[:, None] * (high - low))


def placed(field: Field, points: Floats, values: Values | None = None) -> Placed:
    """Bring places to the median by Newton's method along ∇g, on the ellipsoid.

    ``values`` are those of the field at the places, where they are known.
    """
    points = points.copy()
    values = field.at(points) if values is None else values
    active = np.flatnonzero(values.off_m > _CLOSE_M)
    for _ in range(_ROUNDS):
        if not len(active):
            break
        some = taken(values, active)
        slope = np.maximum(some.slope, LEAST_SLOPE)
        reach_m = np.maximum(np.minimum(some.base[0].distance_m, some.base[1].distance_m), 1.0)
        step_m = np.clip(-some.g_m / slope, -_STEP * reach_m, _STEP * reach_m)
        azimuth = np.rad2deg(np.arctan2(some.gradient[:, 0], some.gradient[:, 1]))
        points[active] = field.moved(points[active], azimuth, step_m)
        some = field.at(points[active])
        values = _replaced(values, active, some)
        active = active[some.off_m > _CLOSE_M]
    return Placed(points, values, np.asarray(values.off_m <= GOOD_M))


def _replaced(values: Values, rows: Indices, some: Values) -> Values:
    """The values with some rows taken from others."""
    order = np.arange(len(values.g_m))
    order[rows] = len(order) + np.arange(len(rows))
    return merged([values, some], order)


def beside(field: Field, points: Floats, values: Values, within_m: Floats) -> Placed:
    """Places of the median beside others, (n, 2), within the distance given if Newton's method finds one.

    Else on the way to the nearest point of the set that is farther than it should be: there g has the
    other sign, and no such ways cross one another, so that places stay in order. ``values`` are those of
    the field at ``points``.
    """
    found = placed(field, points, values)
    lost = np.flatnonzero(~found.good | (field.apart_m(points, found.points) > within_m))
    if not len(lost):
        return found
    start, at = points[lost], taken(values, lost)
    low = np.where((at.g_m < 0.0)[:, None], start, at.base[0].foot)
    high = np.where((at.g_m < 0.0)[:, None], at.base[1].foot, start)
    sure = placed(field, crossed(field, low, high, field.g_m(low), field.g_m(high)))
    found.points[lost], found.good[lost] = sure.points, sure.good
    return Placed(found.points, _replaced(found.values, lost, sure.values), found.good)


def corners(field: Field, start: Floats, end: Floats, from_: Values, to: Values) -> Placed:
    """Where the base point of one set changes between two places of the median: equally far from three.

    Newton's method with the distances to the two pieces of the set whose base point changes, and to
    the other set. ``good`` tells where it ended at a place that has both pieces as its nearest.
    """
    leap_m = [field.apart_m(one.foot, other.foot) for one, other in zip(from_.base, to.base, strict=True)]
    which = (leap_m[1] > leap_m[0]).astype(np.intp)
    points = field.middle(start, end)
    good = np.zeros(len(points), dtype=bool)
    for k in (0, 1):
        rows = np.flatnonzero(which == k)
        if len(rows):
            pieces = from_.matched[k].piece[rows], to.matched[k].piece[rows]
            points[rows], good[rows] = _three(
                field, k, points[rows], pieces, field.apart_m(start[rows], end[rows])
            )
    values = field.at(points)
    return Placed(points, values, np.asarray(good & (values.off_m <= GOOD_M)))


def _three(
    field: Field, k: int, points: Floats, pieces: tuple[Indices, Indices], apart_m: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Places equally far from two pieces of set k, and in the ratio from the other set."""
    points = points.copy()
    active = np.arange(len(points))
    for _ in range(_CORNER_ROUNDS):
        some = (pieces[0][active], pieces[1][active])
        step = _toward_three(field, k, points[active], some)
        size_m = np.hypot(step[:, 0], step[:, 1])
        azimuth = np.rad2deg(np.arctan2(step[:, 0], step[:, 1]))
        points[active] = field.moved(points[active], azimuth, np.minimum(size_m, apart_m[active]))
        active = active[size_m > _CLOSE_M]
        if not len(active):
            break
    distance_m = tuple(field.from_pieces(k, points, piece)[1] for piece in pieces)
    nearest_m = field.from_set(k, points)[1]
    good = np.abs(distance_m[0] - distance_m[1]) < GOOD_M
    return points, np.asarray(good & (distance_m[0] < nearest_m + GOOD_M))


def _toward_three(field: Field, k: int, points: Floats, pieces: tuple[Indices, Indices]) -> Floats:
    """The step, east and north in metres, that Newton's method takes from each place, (n, 2)."""
    own, others = (field.q, field.p) if k == 0 else (field.p, field.q)
    away, distance_m = zip(*(field.from_pieces(k, points, piece) for piece in pieces), strict=True)
    other_away, other_m = field.from_set(1 - k, points)
    residual = np.stack([own * distance_m[0] - others * other_m, distance_m[0] - distance_m[1]], axis=1)
    rows = np.stack([own * away[0] - others * other_away, away[0] - away[1]], axis=1)
    return _solved(rows, -residual)


def _solved(rows: Floats, right: Floats) -> Floats:
    """Two equations for two unknowns, each; no step where they say nothing. (n, 2, 2), (n, 2) to (n, 2)."""
    (a, b), (c, d) = rows.transpose(1, 2, 0)
    determinant = a * d - b * c
    determinant = np.where(np.abs(determinant) < LEAST_SLOPE, np.inf, determinant)
    one, other = right.T
    return np.stack([(one * d - other * b) / determinant, (a * other - c * one) / determinant], axis=1)
