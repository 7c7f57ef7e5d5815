"""What thinning must not do: cross itself, or leave a place on the other side of the line than before."""

import itertools
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.geometry.densify import densified
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_DRAWN_M = 0.01
"""How far the chains that stand for legs depart from them when crossings are looked for."""


def legs_drawn(
    points: Floats, kinds: Sequence[EdgeType], ellipsoid: Ellipsoid, departure_m: float = _DRAWN_M
) -> list[Floats]:
    """Each leg as a chain in longitude/latitude, (m, 2)."""
    drawn: list[Floats] = []
    start = 0
    for k in range(1, len(kinds) + 1):
        if k == len(kinds) or kinds[k] is not kinds[start]:
            chain, own = densified(points[start : k + 1], kinds[start], departure_m, ellipsoid)
            at = np.flatnonzero(own)
            drawn += [chain[a : b + 1] for a, b in itertools.pairwise(at)]
            start = k
    return drawn


def crossing(drawn: Sequence[Floats], closed: bool) -> set[int]:
    """Numbers of the legs that cross or touch another one elsewhere than where the two join."""
    whole = shapely.LineString(np.concatenate([*(leg[:-1] for leg in drawn), drawn[-1][-1:]]))
    if whole.is_simple:
        return set()
    legs = np.array([shapely.LineString(leg) for leg in drawn], dtype=object)
    one, other = shapely.STRtree(legs).query(legs, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    joined = other == one + 1
    if closed:
        joined |= (one == 0) & (other == len(legs) - 1)
    met = shapely.intersection(legs[one], legs[other])
    harmless = joined & (shapely.get_type_id(met) == 0)
    if closed and len(legs) == 2:  # two legs of a ring meet at both ends
        harmless |= shapely.get_type_id(met) == 4
    bad = ~harmless
    return set(one[bad].tolist()) | set(other[bad].tolist())


class Sides:
    """Places that are to stay on their side of a line. ``places`` is (n, 2) degrees."""

    def __init__(self, places: Floats) -> None:
        self.places = places
        self._tree = shapely.STRtree(shapely.points(places)) if len(places) else None

    def changed(self, chains: Sequence[Floats], drawn: Sequence[Floats]) -> list[tuple[int, int]]:
        """(leg, place) for every place between a stretch of the line and the leg drawn for it."""
        if self._tree is None:
            return []
        boxes = [
            shapely.box(*np.minimum(a.min(axis=0), b.min(axis=0)), *np.maximum(a.max(axis=0), b.max(axis=0)))
            for a, b in zip(chains, drawn, strict=True)
        ]
        leg, place = self._tree.query(np.array(boxes, dtype=object))
        found = []
        for k in np.unique(leg):
            rows = place[leg == k]
            ring = np.concatenate([chains[k], drawn[k][::-1]])
            inside = _odd(self.places[rows], ring)
            found += [(int(k), int(row)) for row in rows[inside]]
        return sorted(found)


def _odd(places: Floats, ring: Floats) -> NDArray[np.bool_]:
    """Whether a ray from each place crosses a ring an odd number of times: between its two courses."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    inside = np.zeros(len(places), dtype=bool)
    for k, (x, y) in enumerate(places.tolist()):
        rows = np.flatnonzero((y0 > y) != (y1 > y))
        at = x0[rows] + (y - y0[rows]) / (y1[rows] - y0[rows]) * (x1[rows] - x0[rows])
        inside[k] = bool((at > x).sum() % 2)
    return inside
