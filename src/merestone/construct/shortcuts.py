"""Which vertices of a line one leg may join: all between lie within a distance of the leg.

The leg from vertex i to vertex j is admissible if every vertex between lies within the tolerance of the ray
from i through j and of the ray from j through i, and so of the leg itself (Chan and Chin 1996, *Approximation
of polygonal curves with minimum number of line segments or minimum error*, IJCGA 6, 59-77). For one start
the directions that are allowed form a wedge that only narrows as vertices are passed. All starts
are advanced together, one vertex at a time.

Each start has a plane of its own in which legs of the line's type that leave it are straight: for geodesics
the orthographic one, which keeps distances across them; for edges straight in longitude/latitude those
two, scaled at the start; for loxodromes Mercator's.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from merestone.construct.legs import radii_m
from merestone.geometry.space import earth_centred
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


class Shortcuts(NamedTuple):
    """Admissible legs as pairs of positions among the candidates, by `end` and then `start`; each (k,)."""

    start: Indices
    end: Indices


class LocalPlanes:
    """A plane around every vertex of a line, (n, 2) degrees, for legs of one type that leave it."""

    def __init__(self, points: Floats, kind: EdgeType, ellipsoid: Ellipsoid) -> None:
        self._geodesic = kind is EdgeType.GEODESIC
        lon, lat = np.deg2rad(points).T
        if self._geodesic:
            self._place = earth_centred(points[:, 0], points[:, 1], ellipsoid)
            zero = np.zeros_like(lon)
            self._east = np.stack([-np.sin(lon), np.cos(lon), zero])
            self._north = np.stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
            return
        meridian_m, prime_m = radii_m(points[:, 1], ellipsoid)
        east_m = prime_m * np.cos(lat)
        if kind is EdgeType.LOXODROME:
            e = np.sqrt(ellipsoid.e2)
            lat = np.arctanh(np.sin(lat)) - e * np.arctanh(e * np.sin(lat))
            meridian_m = east_m
        self._plane = np.stack([lon, lat])
        self._scale = np.stack([east_m, meridian_m])

    def of(self, start: Indices, point: Indices) -> tuple[Floats, Floats]:
        """Metres east and north of points in the planes of the starts; all (k,)."""
        if self._geodesic:
            away = self._place[:, point] - self._place[:, start]
            east, north = self._east[:, start], self._north[:, start]
            return (
                away[0] * east[0] + away[1] * east[1],
                away[0] * north[0] + away[1] * north[1] + away[2] * north[2],
            )
        away = (self._plane[:, point] - self._plane[:, start]) * self._scale[:, start]
        return away[0], away[1]

    def after(self, start: int, end: int) -> tuple[Floats, Floats]:
        """The same of the points from the one after ``start`` to ``end`` in the plane of the start."""
        part = slice(start + 1, end + 1)
        if self._geodesic:
            away = self._place[:, part] - self._place[:, start : start + 1]
            return self._east[:2, start] @ away[:2], self._north[:, start] @ away
        away = (self._plane[:, part] - self._plane[:, start : start + 1]) * self._scale[:, start : start + 1]
        return away[0], away[1]


def shortcuts(
    points: Floats, candidates: Indices, kind: EdgeType, tolerance_m: float, ellipsoid: Ellipsoid
) -> Shortcuts:
    """All admissible legs between candidates, positions in ``points`` (n, 2), ascending, ends among them.

    Legs between neighbouring candidates are always there.
    """
    planes = LocalPlanes(points, kind, ellipsoid)
    place = np.full(len(points), -1, dtype=np.intp)
    place[candidates] = np.arange(len(candidates))
    forward = _seen(planes, place, candidates, 1, tolerance_m)
    backward = _seen(planes, place, candidates, -1, tolerance_m)
    count = len(candidates)
    # Each pair comes once from either side: those that stand twice in order came from both.
    keys = np.sort(np.concatenate([forward[1] * count + forward[0], backward[0] * count + backward[1]]))
    both = keys[1:][keys[1:] == keys[:-1]]
    near = np.arange(1, count) * count + np.arange(count - 1)
    keys = np.sort(np.concatenate([both[both // count - both % count > 1], near]))
    return Shortcuts(keys % count, keys // count)


def _seen(
    planes: LocalPlanes, place: Indices, candidates: Indices, way: int, tolerance_m: float
) -> tuple[Indices, Indices]:
    """Pairs (start, end) of candidates with every vertex between within the tolerance of the ray."""
    start = candidates.copy()
    point = start + way
    first = np.full(len(start), np.nan)
    low, high = np.full(len(start), -np.inf), np.full(len(start), np.inf)
    starts: list[Indices] = []
    ends: list[Indices] = []
    while True:
        inside = (point >= 0) & (point < len(place))
        start, point, first, low, high = (one[inside] for one in (start, point, first, low, high))
        if not len(start):
            break
        east, north = planes.of(start, point)
        angle = np.arctan2(east, north)
        free = np.isnan(first)
        turned = np.where(free, 0.0, angle - first)
        turned -= 2.0 * np.pi * np.rint(turned / (2.0 * np.pi))
        hit = (turned >= low) & (turned <= high) & (place[point] >= 0)
        starts.append(place[start[hit]])
        ends.append(place[point[hit]])
        distance_m = np.hypot(east, north)
        bound = distance_m > tolerance_m
        first = np.where(free & bound, angle, first)
        half = np.arcsin(tolerance_m / np.where(bound, distance_m, tolerance_m))
        low = np.where(bound, np.maximum(low, turned - half), low)
        high = np.where(bound, np.minimum(high, turned + half), high)
        open_ = low <= high
        start, point, first, low, high = (one[open_] for one in (start, point + way, first, low, high))
    return np.concatenate(starts), np.concatenate(ends)
