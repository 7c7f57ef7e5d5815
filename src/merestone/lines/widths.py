"""The largest width of many small regions at once.

The largest circle within a thin region touches a vertex of one shore and an edge of the other, or two edges
where it bends: places between every vertex and its foot on every edge, between every two vertices, and in
the corners, are tried as centres, and the best ones are then moved about as long as that widens the circle. A
search over the plane (Garcia-Castellanos and Lombardo 2007, doi:10.1080/14702540801897809) must use cells as
small as a sliver is thin.
"""

import numpy as np
import shapely

from merestone.lines.scale import Bools, Floats, Ints, metres_per_degree, ragged
from merestone.model.ellipsoid import Ellipsoid

MOST_EDGES = 50
"""Outlines of more edges are better served by a search over the plane."""
_INTO_CORNERS = (0.35, 0.5, 0.7, 1.0, 1.4)
"""How far into a corner a centre is tried, as shares of the distance to the other shore."""
_FIRST_MOVES, _LAST_MOVES = 8, 20
_IN_BENDS = np.sqrt(0.5) / (1.0 + np.sqrt(0.5))
"""Where the circle in a right-angled bend has its centre, on the way from the inner to the outer corner."""
_BATCH = 30_000
"""Pairs of a centre and an edge looked at at a time."""
_AROUND = np.array([[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]], dtype=np.float64)


def largest_circles(
    polygons: np.ndarray, ellipsoid: Ellipsoid, wanted_m: float = 0.0
) -> tuple[Floats, Floats]:
    """Centres (n, 2) longitude, latitude and radii (n,) in metres of the largest circles within.

    For simple polygons without holes, up to some 20 km across: each is looked at in a chart scaled in its
    middle. Every circle lies within its polygon; it may be smaller than the largest by a few percent, and
    in slivers by less than the ratio of their width to their length. Where the first tries show less than
    half of ``wanted_m`` in diameter there is no further search.
    """
    centres, radii = np.empty((len(polygons), 2)), np.empty(len(polygons))
    cost = np.cumsum((shapely.get_num_coordinates(polygons) - 1).astype(np.float64) ** 3)
    start = 0
    while start < len(polygons):
        spent = cost[start - 1] if start else 0.0
        end = max(int(np.searchsorted(cost, spent + _BATCH)), start + 1)
        centres[start:end], radii[start:end] = _Outlines(polygons[start:end], ellipsoid).largest(wanted_m)
        start = end
    return centres, radii


def narrowest_m(polygons: np.ndarray, ellipsoid: Ellipsoid) -> Floats:
    """No less than the diameter of the largest circle within each polygon, (n,) metres, at little cost.

    How far a region reaches across the direction from its first vertex to the one farthest from that.
    """
    if not len(polygons):
        return np.zeros(0)
    coords, owner = shapely.get_coordinates(polygons, return_index=True)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    # The scale is largest where the region comes nearest to the equator.
    _, south, _, north = shapely.bounds(polygons).T
    low = np.where(south * north <= 0.0, 0.0, np.minimum(np.abs(south), np.abs(north)))
    scale = np.column_stack(metres_per_degree(low, ellipsoid)) * [1.0, 1.011]
    flat = (coords - coords[first][owner]) * scale[owner]
    farthest = _best(owner, (flat**2).sum(axis=1))
    along = flat[farthest] / np.hypot(*flat[farthest].T)[:, None]
    across = flat[:, 0] * along[owner, 1] - flat[:, 1] * along[owner, 0]
    return np.asarray(np.maximum.reduceat(across, first) - np.minimum.reduceat(across, first))


class _Outlines:
    """The outlines of some polygons, each in a chart of its own."""

    def __init__(self, polygons: np.ndarray, ellipsoid: Ellipsoid) -> None:
        coords, owner = shapely.get_coordinates(polygons, return_index=True)
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        west, south, east, north = shapely.bounds(polygons).T
        self.middle = np.column_stack([0.5 * (west + east), 0.5 * (south + north)])
        self.scale = np.column_stack(metres_per_degree(self.middle[:, 1], ellipsoid))
        flat = (coords - self.middle[owner]) * self.scale[owner]
        begins = np.delete(np.arange(len(flat)), np.append(first[1:], len(flat)) - 1)
        begins = begins[(flat[begins] != flat[begins + 1]).any(axis=1)]
        self.start, self.step, self.owner = flat[begins], flat[begins + 1] - flat[begins], owner[begins]
        self.end = flat[begins + 1]
        self.length2 = (self.step**2).sum(axis=1)
        self.count = np.bincount(self.owner, minlength=len(polygons))
        self.first = np.concatenate([[0], np.cumsum(self.count)])[:-1].astype(np.intp)

    def largest(self, wanted_m: float) -> tuple[Floats, Floats]:
        """Centres in longitude/latitude, and radii."""
        vertex = np.repeat(np.arange(len(self.owner)), self.count[self.owner])
        edge = ragged(self.first[self.owner], self.count[self.owner])
        owner = self.owner[vertex]
        feet, corners = self._feet(self.start[vertex], edge), self.start[edge]
        from_vertex = [0.5 * (feet - self.start[vertex]), _IN_BENDS * (corners - self.start[vertex])]
        tried = (self.start[vertex, None] + np.stack(from_vertex, axis=1)).reshape(-1, 2)
        room_m = self._room_m(tried, np.repeat(owner, len(from_vertex)))
        # Every vertex keeps its best place: the widest one may be reached from a lesser beginning.
        best = _best(np.repeat(vertex, len(from_vertex)), room_m)
        tried, room_m = self._in_corners(tried[best], room_m[best], vertex, edge, feet)
        best = _best(self.owner, room_m)
        centre, radius_m = tried[best], np.maximum(room_m[best], 0.0)
        worth: Bools = 4.0 * radius_m >= wanted_m
        if worth.any():
            rows = np.flatnonzero(worth[self.owner])
            tried, room_m = self._moved(tried[rows], room_m[rows], self.owner[rows], _FIRST_MOVES)
            best = _best(self.owner[rows], room_m)
            owner = self.owner[rows][best]
            centre[worth], radius_m[worth] = self._moved(tried[best], room_m[best], owner, _LAST_MOVES)
        return self.middle + centre / self.scale, radius_m

    def _in_corners(
        self, centre: Floats, radius_m: Floats, vertex: Ints, edge: Ints, feet: Floats
    ) -> tuple[Floats, Floats]:
        """For every vertex the better of a centre and places on the line that halves its angle."""
        before = (
            self.first[self.owner]
            + (np.arange(len(self.owner)) - self.first[self.owner] - 1) % self.count[self.owner]
        )
        unit = self.step / np.sqrt(self.length2)[:, None]
        halving = unit - unit[before]
        length = np.hypot(*halving.T)
        halving /= np.where(length > 0.0, length, 1.0)[:, None]
        across2 = ((feet - self.start[vertex]) ** 2).sum(axis=1)
        # How far the other shore is: the nearest edge but the two that meet here.
        across2[(edge == vertex) | (edge == before[vertex])] = np.inf
        across_m = np.sqrt(np.minimum.reduceat(across2, np.flatnonzero(np.diff(vertex, prepend=-1))))
        for share in _INTO_CORNERS:
            tried = self.start + (share * across_m)[:, None] * halving
            room_m = self._room_m(tried, self.owner)
            better: Bools = room_m > radius_m
            centre = np.where(better[:, None], tried, centre)
            radius_m = np.where(better, room_m, radius_m)
        return centre, radius_m

    def _moved(self, centre: Floats, radius_m: Floats, owner: Ints, moves: int) -> tuple[Floats, Floats]:
        """Centres moved to wherever around them there is more room, by ever smaller steps."""
        step_m = np.abs(radius_m)
        every = np.arange(len(centre))
        around = np.repeat(owner, len(_AROUND))
        for _ in range(moves):
            tried = (centre[:, None] + step_m[:, None, None] * _AROUND).reshape(-1, 2)
            room_m = self._room_m(tried, around).reshape(-1, len(_AROUND))
            best = room_m.argmax(axis=1)
            better: Bools = room_m[every, best] > radius_m
            centre = np.where(better[:, None], tried.reshape(-1, len(_AROUND), 2)[every, best], centre)
            radius_m = np.where(better, room_m[every, best], radius_m)
            step_m = np.where(better, step_m, 0.5 * step_m)
        return centre, radius_m

    def _feet(self, place: Floats, edge: Ints) -> Floats:
        """The nearest place on one edge for every place."""
        start, step = self.start[edge], self.step[edge]
        along = (place[:, 0] - start[:, 0]) * step[:, 0] + (place[:, 1] - start[:, 1]) * step[:, 1]
        at = np.minimum(np.maximum(along / self.length2[edge], 0.0), 1.0)
        return np.asarray(start + at[:, None] * step)

    def _room_m(self, centre: Floats, owner: Ints) -> Floats:
        """Distance to the outline of the region named, negative from without."""
        counts = self.count[owner]
        centre_of = np.repeat(np.arange(len(owner)), counts)
        edge = ragged(self.first[owner], counts)
        place = centre[centre_of]
        gap = place - self._feet(place, edge)
        starts = np.cumsum(counts) - counts
        distance_m = np.sqrt(np.minimum.reduceat(gap[:, 0] ** 2 + gap[:, 1] ** 2, starts))
        # Inside is where a ray eastward crosses the outline an odd number of times.
        # One and the same vertex must lie above or not for both of its edges.
        y, begin, rise = place[:, 1], self.start[edge], self.step[edge]
        spans = (begin[:, 1] > y) != (self.end[edge, 1] > y)
        with np.errstate(invalid="ignore", divide="ignore"):
            at_x = begin[:, 0] + (y - begin[:, 1]) / rise[:, 1] * rise[:, 0]
        crossings = np.add.reduceat((spans & (at_x > place[:, 0])).astype(np.intp), starts)
        return np.where(crossings % 2 == 1, distance_m, -distance_m)


def _best(group: Ints, value: Floats) -> Ints:
    """Index of the first largest value of every group; groups stand together, in ascending order."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    top = np.maximum.reduceat(value, starts)
    found = np.flatnonzero(value == np.repeat(top, np.diff(np.append(starts, len(value)))))
    return np.asarray(found[np.unique(group[found], return_index=True)[1]])
