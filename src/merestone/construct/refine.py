"""A line through places of the median, refined until its geodesics keep to it, then thinned."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.construct.field import Field, Floats, Indices, Values, merged, taken
from merestone.construct.mesh import COINCIDE_M
from merestone.construct.solve import beside, corners

_ROUNDS = 60
_ENOUGH = 0.45
"""Share of the allowed departure to which legs are refined: probes do not see the largest, thinning adds."""
_SHORTEST_M = 0.001
"""Legs shorter than this are not cut: places are told to a millimetre."""
_PROBES = (0.5, 0.25, 0.75)


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """Lines of the median: places (n, 2), the line of each (n,) in order along it, the field there.

    ``rough_m`` is the largest departure, as far as probes show, of legs that could not be cut finer, and
    ``rough`` their number and ``rough_at`` the place of the worst.
    """

    points: Floats
    line: Indices
    values: Values
    rough: int = 0
    rough_m: float = 0.0
    rough_at: tuple[float, float] | None = None

    def taken(self, rows: Indices | NDArray[np.bool_]) -> "Traced":
        """Some of the places, in their order."""
        return Traced(
            self.points[rows],
            self.line[rows],
            taken(self.values, rows),
            self.rough,
            self.rough_m,
            self.rough_at,
        )


def refined(field: Field, traced: Traced, chord_m: float) -> Traced:
    """Insert places until the geodesic between neighbours keeps within ``chord_m`` of the median.

    Where the base point of a set changes the place equally far from three points is sought, elsewhere the
    place of the median beside the middle. Legs are probed at their middle and quarters.
    """
    open_ = np.diff(traced.line) == 0
    for probe in _PROBES:
        traced, open_ = _until_fine(field, traced, open_, chord_m, probe)
        open_ = np.diff(traced.line) == 0
    return _noted(field, traced, chord_m)


def _until_fine(
    field: Field, traced: Traced, open_: NDArray[np.bool_], chord_m: float, probe: float
) -> tuple[Traced, NDArray[np.bool_]]:
    for _ in range(_ROUNDS):
        leg = np.flatnonzero(open_)
        leg = leg[field.apart_m(traced.points[leg], traced.points[leg + 1]) > 2.0 * _SHORTEST_M]
        if not len(leg):
            break
        start, end = traced.points[leg], traced.points[leg + 1]
        at = field.middle(start, end, probe)
        values = field.at(at)
        off = values.off_m > _ENOUGH * chord_m
        leg, start, end = leg[off], start[off], end[off]
        if not len(leg):
            break
        points, values = _new(field, traced, leg, at[off], taken(values, off))
        apart_m = np.minimum(field.apart_m(start, points), field.apart_m(points, end))
        new = apart_m > _SHORTEST_M
        traced, open_ = _inserted(traced, leg[new], points[new], taken(values, new))
    return traced, open_


def _new(field: Field, traced: Traced, leg: Indices, at: Floats, values: Values) -> tuple[Floats, Values]:
    """A place of the median for each leg: a corner where there is one, else beside the probe."""
    start, end = traced.points[leg], traced.points[leg + 1]
    found = beside(field, at, values, 0.5 * field.apart_m(start, end))
    points, values = found.points, found.values
    from_, to = taken(traced.values, leg), taken(traced.values, leg + 1)
    changed = np.flatnonzero(
        (from_.matched[0].piece != to.matched[0].piece) | (from_.matched[1].piece != to.matched[1].piece)
    )
    if not len(changed):
        return points, values
    found = corners(field, start[changed], end[changed], taken(from_, changed), taken(to, changed))
    reach_m = 2.0 * field.apart_m(start[changed], end[changed])
    here = found.good & (field.apart_m(found.points, start[changed]) < reach_m)
    here &= (
        np.minimum(field.apart_m(found.points, start[changed]), field.apart_m(found.points, end[changed]))
        > _SHORTEST_M
    )
    order = np.arange(len(leg))
    order[changed[here]] = len(leg) + np.flatnonzero(here)
    return np.concatenate([points, found.points])[order], merged([values, found.values], order)


def _inserted(
    traced: Traced, leg: Indices, points: Floats, values: Values
) -> tuple[Traced, NDArray[np.bool_]]:
    """New places after the starts of legs; the legs beside them are open."""
    count = len(traced.points)
    order = np.argsort(np.concatenate([np.arange(count), leg + 0.5]), kind="stable")
    is_new = order >= count
    line = np.concatenate([traced.line, traced.line[leg]])[order]
    whole = Traced(
        np.concatenate([traced.points, points])[order], line, merged([traced.values, values], order)
    )
    return whole, np.asarray((is_new[1:] | is_new[:-1]) & (np.diff(line) == 0))


def _noted(field: Field, traced: Traced, chord_m: float) -> Traced:
    """How many legs are farther from the median than allowed for all that."""
    leg = np.flatnonzero(np.diff(traced.line) == 0)
    at = field.middle(traced.points[leg], traced.points[leg + 1])
    off_m = field.at(at).off_m
    rough = off_m > chord_m
    if not rough.any():
        return traced
    worst = int(np.argmax(off_m))
    place = (float(at[worst, 0]), float(at[worst, 1]))
    return Traced(traced.points, traced.line, traced.values, int(rough.sum()), float(off_m[worst]), place)


def thinned(field: Field, traced: Traced, chord_m: float) -> Traced:
    """Leave out places that the geodesic between their neighbours passes, but none where both sets meet.

    The departure that a leg has gathered is bounded by the sum of what its parts had and of how far
    the place left out lies beside the new leg; it stays within the share of ``chord_m`` that refining left.
    """
    left_m = (0.95 - _ENOUGH) * chord_m
    gathered = np.zeros(len(traced.points))  # of the leg that begins at each place
    fruitless = 0
    while fruitless < 2:  # both the even and the odd places of the line were tried in vain
        line = traced.line
        inner = np.flatnonzero(line[:-2] == line[2:]) + 1
        inner = inner[inner % 2 == fruitless]  # no two of which are neighbours
        before, here, after = traced.points[inner - 1], traced.points[inner], traced.points[inner + 1]
        total_m = np.maximum(gathered[inner - 1], gathered[inner]) + _beside_m(field, before, here, after)
        met = np.maximum(*(base.distance_m[inner] for base in traced.values.base)) <= COINCIDE_M
        fits = (total_m <= left_m) & ~met
        gone = inner[fits]
        if len(gone) <= 0.01 * len(inner):
            fruitless += 1
        gathered[gone - 1] = total_m[fits]
        kept = np.ones(len(line), dtype=bool)
        kept[gone] = False
        traced, gathered = traced.taken(kept), gathered[kept]
    return traced


def _beside_m(field: Field, before: Floats, here: Floats, after: Floats) -> Floats:
    """How far a place lies beside the geodesic between its neighbours, (n,) metres: s·sin, to first order."""
    along = np.asarray(field.geod.inv(before[:, 0], before[:, 1], after[:, 0], after[:, 1])[0])
    azimuth, _, length_m = field.geod.inv(before[:, 0], before[:, 1], here[:, 0], here[:, 1])
    return np.asarray(np.abs(np.sin(np.deg2rad(np.asarray(azimuth) - along)) * length_m))
