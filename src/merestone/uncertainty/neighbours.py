"""Which edges lie within reach of places: a grid of cells in longitude and latitude, each with its edges."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from merestone.geometry.space import earth_centred
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_LEAST_CELL_M = 50.0
_MOST_ROWS = 1 << 20


class Seen(NamedTuple):
    """Pairs of a place and an edge as seen from it: metres east and north of the place to the edge's ends."""

    place: Indices
    edge: Indices
    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats


class EdgeGrid:
    """Edges from ``start`` to ``end``, (m, 2) longitude, latitude, to be found from places near them.

    Longitudes count modulo 360. Edges should be so short that they are straight on the ground
    (`merestone.geometry.planes.straightened`). ``reach_m`` is the farthest that will be asked for.
    """

    def __init__(self, start: Floats, end: Floats, reach_m: float, ellipsoid: Ellipsoid) -> None:
        self._ellipsoid = ellipsoid
        self._start = earth_centred(start[:, 0], start[:, 1], ellipsoid)
        self._end = earth_centred(end[:, 0], end[:, 1], ellipsoid)
        # A degree of latitude is no shorter anywhere than on a sphere of the radius b²/a.
        per_m = np.rad2deg(ellipsoid.a_m / ellipsoid.b_m**2)
        self._rows = max(min(int(180.0 / (per_m * max(reach_m, _LEAST_CELL_M))), _MOST_ROWS), 1)
        highest = max(float(np.abs(np.concatenate([start, end])[:, 1]).max(initial=0.0)), 0.0)
        self._columns = max(int(2.0 * self._rows * np.cos(np.deg2rad(min(highest, 89.9)))), 1)
        cells, edges = self._registered(start, end, reach_m * per_m)
        order = np.lexsort((edges, cells))
        self._cells, self._first = np.unique(cells[order], return_index=True)
        self._edges = edges[order]
        self._count = np.diff(np.append(self._first, len(edges)))

    def _registered(self, start: Floats, end: Floats, reach_deg: float) -> tuple[Indices, Indices]:
        """Pairs of cell and edge for all cells that come within reach of the edge's box."""
        low, high = np.minimum(start, end), np.maximum(start, end)
        top = np.minimum(np.maximum(np.abs(low[:, 1]), np.abs(high[:, 1])) + reach_deg, 90.0)
        across = np.minimum(1.01 * reach_deg / np.maximum(np.cos(np.deg2rad(top)), 1e-9), 180.0)
        first_row, last_row = self._row(low[:, 1] - reach_deg), self._row(high[:, 1] + reach_deg)
        per_deg = self._columns / 360.0
        first = np.floor((low[:, 0] - across) * per_deg).astype(np.intp)
        last = np.floor((high[:, 0] + across) * per_deg).astype(np.intp)
        wide = np.minimum(last - first + 1, self._columns)
        count = wide * (last_row - first_row + 1)
        edge = np.repeat(np.arange(len(start)), count)
        within = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
        row, column = np.divmod(within, wide[edge])
        column = (first[edge] + column) % self._columns
        return (first_row[edge] + row) * self._columns + column, edge

    def _row(self, lat: Floats) -> Indices:
        row = np.floor((lat + 90.0) / 180.0 * self._rows).astype(np.intp)
        return np.asarray(np.clip(row, 0, self._rows - 1))

    def near(self, lonlat: Floats) -> NDArray[np.bool_]:
        """Whether any edge may be within reach of each of (n, 2) places."""
        return self._found(lonlat)[1] > 0

    def counts(self, lonlat: Floats) -> Indices:
        """How many pairs `seen` looks at for each of (n, 2) places."""
        return self._found(lonlat)[1]

    def _found(self, lonlat: Floats) -> tuple[Indices, Indices]:
        """Where the edges of each place's cell begin, and how many they are."""
        column = np.floor(lonlat[:, 0] * (self._columns / 360.0)).astype(np.intp) % self._columns
        cell = self._row(lonlat[:, 1]) * self._columns + column
        if not len(self._cells):
            return np.zeros_like(cell), np.zeros_like(cell)
        at = np.minimum(np.searchsorted(self._cells, cell), len(self._cells) - 1)
        return self._first[at], np.where(self._cells[at] == cell, self._count[at], 0)

    def seen(self, lonlat: Floats) -> Seen:
        """All pairs of one of (n, 2) places and an edge that may be within reach, by place, then by edge.

        Ends of edges are told in the plane that touches the ellipsoid at the place: at 25 km that
        makes distances short by 0.07 m.
        """
        first, count = self._found(lonlat)
        place = np.repeat(np.arange(len(lonlat)), count)
        edge = self._edges[first[place] + np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)]
        origin = earth_centred(lonlat[:, 0], lonlat[:, 1], self._ellipsoid)
        lon, lat = np.deg2rad(lonlat).T
        east = np.stack([-np.sin(lon), np.cos(lon)])
        north = np.stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
        ends = []
        for of in (self._start, self._end):
            x, y, z = (of[k].take(edge) - origin[k].take(place) for k in range(3))
            ends.append(x * east[0].take(place) + y * east[1].take(place))
            ends.append(x * north[0].take(place) + y * north[1].take(place) + z * north[2].take(place))
        return Seen(place, edge, *ends)
