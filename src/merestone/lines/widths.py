"""The largest width of many small regions at once.

The largest circle within a polygon touches its outline. From a point of the outline inward, the largest
circle that touches there is found by shrinking: take a circle that is too large, the point of the outline
nearest to its centre, and the circle through both that keeps the centre on the inward normal; a few rounds
settle it (Ma, Bae and Choi 2012, doi:10.1007/s00371-011-0594-7). Points are tried along every edge and at the
feet of all vertices on it, near which a width is largest, and then ever closer around
the best one of each edge. A search over the plane must use cells as small as a sliver is thin.
"""

import numpy as np
import shapely

from merestone.lines.scale import Floats, Ints, metres_per_degree, ragged
from merestone.model.ellipsoid import Ellipsoid

MOST_EDGES = 50
"""Outlines of more edges are better served by a search over the plane."""
_TRIES = 7
"""Points on every edge in the first round besides the feet, and around its best one in later rounds."""
_ROUNDS = 6
_SHRINKINGS = 30
_SETTLED = 1e-4
"""Share of its radius by which a circle may still shrink when it counts as settled."""
_BATCH = 4_000_000
"""Pairs of a point and an edge looked at at a time."""


def largest_circles(polygons: np.ndarray, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """Centres (n, 2) longitude, latitude and radii (n,) in metres of the largest circles within.

    For simple polygons without holes, up to some 20 km across: each is looked at in a chart scaled in its
    middle. The radius is never too large by more than 0.01 %, and too small by about 1 % at most.
    """
    centres, radii = np.empty((len(polygons), 2)), np.empty(len(polygons))
    edges = shapely.get_num_coordinates(polygons) - 1
    start = 0
    while start < len(polygons):
        cost = np.cumsum((_TRIES + edges[start:]) * edges[start:].astype(np.float64) ** 2)
        end = start + max(int(np.searchsorted(cost, _BATCH)), 1)
        centres[start:end], radii[start:end] = _Outlines(polygons[start:end], ellipsoid).largest()
        start = end
    return centres, radii


class _Outlines:
    """The outlines of some polygons, each in its own chart, its land on the left."""

    def __init__(self, polygons: np.ndarray, ellipsoid: Ellipsoid) -> None:
        oriented = shapely.orient_polygons(polygons, exterior_cw=False)
        coords, owner = shapely.get_coordinates(oriented, return_index=True)
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        west, south, east, north = shapely.bounds(polygons).T
        self.middle = np.column_stack([0.5 * (west + east), 0.5 * (south + north)])
        self.scale = np.column_stack(metres_per_degree(self.middle[:, 1], ellipsoid))
        flat = (coords - self.middle[owner]) * self.scale[owner]
        last = np.append(first[1:], len(flat)) - 1
        begins = np.delete(np.arange(len(flat)), last)
        begins = begins[(flat[begins] != flat[begins + 1]).any(axis=1)]
        self.start, self.step, self.owner = flat[begins], flat[begins + 1] - flat[begins], owner[begins]
        self.count = np.bincount(self.owner, minlength=len(polygons))
        self.first = np.concatenate([[0], np.cumsum(self.count)])[:-1]
        length_m = np.hypot(*self.step.T)
        self.inward = np.column_stack([-self.step[:, 1], self.step[:, 0]]) / length_m[:, None]
        # No circle within is larger than one of the same area.
        self.size_m = np.sqrt(shapely.area(polygons) * self.scale.prod(axis=1) / np.pi)

    def largest(self) -> tuple[Floats, Floats]:
        """Centres in longitude/latitude, and radii."""
        edge, at = self._first_tries()
        reach = 0.5 / _TRIES
        for _ in range(_ROUNDS):
            # Every edge keeps its own best point: the widest place may hide beside one that is broader.
            best = _best(edge, self._radii(edge, at))
            edge = np.repeat(edge[best], _TRIES)
            around = np.linspace(-1.0, 1.0, _TRIES) * 2.0 * reach
            at = np.clip((at[best, None] + around).ravel(), 0.0, 1.0)
            reach *= 2.0 / (_TRIES - 1)
        radius_m = self._radii(edge, at)
        best = _best(self.owner[edge], radius_m)
        place = self.start[edge[best]] + at[best, None] * self.step[edge[best]]
        centre = place + radius_m[best, None] * self.inward[edge[best]]
        return self.middle + centre / self.scale, radius_m[best]

    def _first_tries(self) -> tuple[Ints, Floats]:
        """Edges and fractions: evenly along every edge, and at the feet of the vertices of its outline."""
        every = np.arange(len(self.owner))
        pair = np.repeat(every, self.count[self.owner])
        vertex = ragged(self.first[self.owner], self.count[self.owner])
        away, step = self.start[vertex] - self.start[pair], self.step[pair]
        foot = (away * step).sum(axis=1) / (step**2).sum(axis=1)
        real = (foot > 0.0) & (foot < 1.0)
        edge = np.concatenate([np.repeat(every, _TRIES), pair[real]])
        at = np.concatenate([np.tile((np.arange(_TRIES) + 0.5) / _TRIES, len(every)), foot[real]])
        order = np.argsort(edge, kind="stable")
        return edge[order], at[order]

    def _radii(self, edge: Ints, at: Floats) -> Floats:
        """Radii of the largest circles that touch given edges at given fractions."""
        place = self.start[edge] + at[:, None] * self.step[edge]
        normal = self.inward[edge]
        radius_m = self.size_m[self.owner[edge]].copy()
        moving = np.arange(len(edge))
        for _ in range(_SHRINKINGS):
            nearest, distance_m = self._nearest(
                place[moving] + radius_m[moving, None] * normal[moving], edge[moving]
            )
            chord = nearest - place[moving]
            toward = (chord * normal[moving]).sum(axis=1)
            shrunk = np.where(toward > 0.0, (chord**2).sum(axis=1) / np.maximum(2.0 * toward, 1e-300), 0.0)
            # A circle far larger than the region is wide is not much farther from its other shore.
            inside = (distance_m < radius_m[moving]) & (shrunk < radius_m[moving] * (1.0 - _SETTLED))
            radius_m[moving[inside]] = np.minimum(shrunk, radius_m[moving])[inside]
            moving = moving[inside]
            if not len(moving):
                break
        if len(moving):
            # Not settled: the centre's own distance is a circle within, if not one that touches here.
            centre = place[moving] + radius_m[moving, None] * normal[moving]
            radius_m[moving] = np.minimum(self._nearest(centre, edge[moving])[1], radius_m[moving])
        return radius_m

    def _nearest(self, centre: Floats, edge: Ints) -> tuple[Floats, Floats]:
        """The point of the same outline nearest to each centre, and its distance."""
        owner = self.owner[edge]
        pair = np.repeat(np.arange(len(edge)), self.count[owner])
        other = ragged(self.first[owner], self.count[owner])
        away, step = centre[pair] - self.start[other], self.step[other]
        at = np.clip((away * step).sum(axis=1) / (step**2).sum(axis=1), 0.0, 1.0)
        distance_m = np.hypot(*(away - at[:, None] * step).T)
        best = _best(pair, -distance_m)
        return self.start[other[best]] + at[best, None] * step[best], distance_m[best]


def _best(group: Ints, value: Floats) -> Ints:
    """Index of the first largest value of every group; groups stand together, in ascending order."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    top = np.maximum.reduceat(value, starts)
    found = np.flatnonzero(value == np.repeat(top, np.diff(np.append(starts, len(value)))))
    return np.asarray(found[np.unique(group[found], return_index=True)[1]])
