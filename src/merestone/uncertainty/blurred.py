"""How much of the error around a place lies within an area: the area's share of a circular normal law.

For a place x inside an area, the error circle's angle 2π is cut by the outline, and what lies behind
each edge is taken away; so the share is 1 or 0, as x lies inside or not, less the sum of
`behind_edges` over the outline with the area on the left. It is exact for the outline as drawn,
whatever its shape: nothing is simulated.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.geometry.blocks import runs
from merestone.geometry.faces import inside
from merestone.geometry.planes import straightened
from merestone.model.ellipsoid import Ellipsoid
from merestone.uncertainty.gauss import FAR, behind_edges, toward
from merestone.uncertainty.neighbours import EdgeGrid, Seen

Floats = NDArray[np.float64]

_PAIRS = 1 << 17
"""Pairs of place and edge worked on at a time."""
_ASIDE = (1.0e-6, 0.7e-6)
"""Places are looked at from so many σ beside, so that none lies on an edge or a vertex to the last bit;
shares change by less than 5e-7."""
_WHOLE = 1e-6
_DEPARTURE = 1e-5
"""Edges are cut until their chords depart by no more than this share of the reach: shares by 2e-5."""


class Blurred:
    """An area, (Multi)Polygon in longitude/latitude, and its share of the error around places."""

    def __init__(self, area: shapely.Geometry, ellipsoid: Ellipsoid) -> None:
        self.area = area
        self._ellipsoid = ellipsoid
        self._grids: dict[int, EdgeGrid] = {}

    def shares(
        self, lonlat: Floats, sigma_m: Floats, within: NDArray[np.bool_] | None = None
    ) -> tuple[Floats, Floats]:
        """The area's share of the error around (n, 2) places, and how far its outline is from each.

        ``sigma_m`` (n,), above 0, is σ per axis; ``within`` (n,) whether the area holds the place,
        where that is known. Shares are good to 1e-5. Distances are in σ, positive inside, negative
        outside; beyond 4.5 σ they are ±inf. What is told of a place does not depend on the others.
        """
        if within is None:
            within = inside(self.area, lonlat)
        share, away = within.astype(np.float64), np.where(within, np.inf, -np.inf)
        # One grid for each quarter of an octave, however many reaches are asked for.
        size = np.ceil(4.0 * np.log2(FAR * sigma_m)).astype(np.intp)
        for step in np.unique(size).tolist():
            rows = np.flatnonzero(size == step)
            grid = self._grid(step)
            counts = grid.counts(lonlat[rows])
            rows, counts = rows[counts > 0], counts[counts > 0]
            for some in runs(counts, _PAIRS):
                part = rows[some]
                share[part], away[part] = _of_some(grid.seen(lonlat[part]), sigma_m[part], within[part])
        return share, away

    def slopes(self, lonlat: Floats, sigma_m: float) -> Floats:
        """How the share grows with every σ that a place is moved east and north: (n, 2).

        It is the integral of the law's density along the outline, toward the area.
        """
        slope = np.zeros((len(lonlat), 2))
        grid = self._grid(int(np.ceil(4.0 * np.log2(FAR * sigma_m))))
        counts = grid.counts(lonlat)
        rows = np.flatnonzero(counts)
        for some in runs(counts[rows], _PAIRS):
            part = rows[some]
            seen = grid.seen(lonlat[part])
            across = toward(seen.ax / sigma_m, seen.ay / sigma_m, seen.bx / sigma_m, seen.by / sigma_m)
            for axis in range(2):
                slope[part, axis] = np.bincount(seen.place, weights=across[axis], minlength=len(part))
        return slope

    def edges(self, reach_m: float) -> tuple[Floats, Floats]:
        """The outline as edges from and to, (m, 2), as straight as places so far away need them."""
        return _edges(self.area, _DEPARTURE * reach_m, self._ellipsoid)

    def _grid(self, step: int) -> EdgeGrid:
        if step not in self._grids:
            reach_m = 2.0 ** (step / 4.0)
            self._grids[step] = EdgeGrid(*self.edges(reach_m), reach_m, self._ellipsoid)
        return self._grids[step]


def _edges(area: shapely.Geometry, departure_m: float, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """The outline as edges from and to, (m, 2), with the area on the left, straight to ``departure_m``."""
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(area)))
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(coords):
        return np.empty((0, 2)), np.empty((0, 2))
    coords, ring = straightened(coords, ring.astype(np.intp), ellipsoid, departure_m)
    own = (ring[1:] == ring[:-1]) & (coords[1:] != coords[:-1]).any(axis=1)
    return coords[:-1][own], coords[1:][own]


def _of_some(seen: Seen, sigma_m: Floats, within: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Shares and signed distances, in σ, of places with the edges that may be in reach of them."""
    scale = 1.0 / sigma_m.take(seen.place)
    ax, bx = seen.ax * scale - _ASIDE[0], seen.bx * scale - _ASIDE[0]
    ay, by = seen.ay * scale - _ASIDE[1], seen.by * scale - _ASIDE[1]
    away = _away(ax, ay, bx, by)
    rows = np.flatnonzero(away < FAR)
    place = seen.place[rows]
    behind = np.bincount(
        place, weights=behind_edges(ax[rows], ay[rows], bx[rows], by[rows]), minlength=len(within)
    )
    nearest = np.full(len(within), np.inf)
    np.minimum.at(nearest, place, away[rows])
    share = np.asarray(within - behind, dtype=np.float64)
    # By rounding a place beside an edge may count as inside on the one hand and outside on the other:
    # then the share is off by one.
    share -= np.where(share > 1.0 + _WHOLE, 1.0, 0.0) - np.where(share < -_WHOLE, 1.0, 0.0)
    return np.clip(share, 0.0, 1.0), np.where(within, nearest, -nearest)


def _away(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> Floats:
    """Distance of the origin from edges from a to b."""
    dx, dy = bx - ax, by - ay
    along = np.clip(-(ax * dx + ay * dy) / np.maximum(dx * dx + dy * dy, 1e-300), 0.0, 1.0)
    return np.asarray(np.hypot(ax + along * dx, ay + along * dy))
