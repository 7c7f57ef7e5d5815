"""The rings of one side, in a form that no accident of drawing decides.

However a source wrote its rings, here each runs with the land on its left and begins at its
westernmost, then southernmost vertex, and rings are sorted by their vertices. So neither the
direction, the first vertex nor the order of the rings in a file can change a result.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from merestone.lines.scale import Bools, Floats, Ints, chart_lengths_m, ragged
from merestone.model.ellipsoid import Ellipsoid


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """All rings of one side. Edge k runs from vertex k to vertex ``next[k]``.

    ``xy`` (n, 2) longitude, latitude, without the repeated last vertex; ``ring`` (n,) the ring of
    each vertex; ``first`` (r + 1,) where each ring begins; ``along_m`` (n,) approximate metres from the
    very first vertex, running on from ring to ring; ``edge_m`` (n,) lengths to match; ``exterior``
    (r,) and ``polygon`` (r,), an index into ``polygons``, tell what each ring bounds.
    """

    xy: Floats
    next: Ints
    ring: Ints
    first: Ints
    along_m: Floats
    edge_m: Floats
    exterior: Bools
    polygon: Ints
    polygons: np.ndarray

    @property
    def count(self) -> int:
        return len(self.exterior)

    def closed(self, ring: int) -> Floats:
        """One ring as (k, 2) with its first vertex repeated."""
        start, end = self.first[ring], self.first[ring + 1]
        return np.concatenate([self.xy[start:end], self.xy[start : start + 1]])

    def ring_m(self) -> Floats:
        """Approximate lengths of the rings, (r,)."""
        return np.add.reduceat(self.edge_m, self.first[:-1]) if self.count else np.zeros(0)


def rings_of(side: shapely.MultiPolygon, ellipsoid: Ellipsoid) -> Rings:
    """The canonical rings of a valid side; repeated vertices are one vertex."""
    polygons = shapely.get_parts(side)
    polygons = shapely.orient_polygons(polygons[~shapely.is_empty(polygons)], exterior_cw=False)
    lines, polygon = shapely.get_rings(polygons, return_index=True)
    exterior = np.diff(polygon, prepend=-1) != 0
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    # The first vertex comes again as the last; one equal to the vertex before it draws nothing.
    follows = np.diff(ring, prepend=-1) == 0
    kept = follows & (xy != np.roll(xy, 1, axis=0)).any(axis=1)
    xy, ring = xy[kept], ring[kept]
    order, counts, sorted_rings = _canonical(xy, ring, len(lines))
    bounds = (exterior[sorted_rings], polygon[sorted_rings], polygons)
    return _linked(xy[order], counts, bounds, ellipsoid)


def _canonical(xy: Floats, ring: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Order of vertices, vertices of each ring, and order of rings, by vertices alone."""
    counts = np.bincount(ring, minlength=count)
    first = np.concatenate([[0], np.cumsum(counts)])[:-1]
    by_place = np.lexsort([xy[:, 1], xy[:, 0], ring])
    lead = by_place[first] - first
    leader = first + lead
    second = first + (lead + 1) % np.maximum(counts, 1)
    keys = [xy[second, 1], xy[second, 0], xy[leader, 1], xy[leader, 0]]
    rings = np.lexsort(keys)
    counts, first, lead = counts[rings], first[rings], lead[rings]
    step = ragged(np.zeros_like(counts), counts)
    turned = (step + np.repeat(lead, counts)) % np.repeat(counts, counts)
    return np.repeat(first, counts) + turned, counts, rings


def _linked(xy: Floats, counts: Ints, bounds: tuple[Bools, Ints, np.ndarray], ellipsoid: Ellipsoid) -> Rings:
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    following = np.arange(1, len(xy) + 1, dtype=np.intp)
    following[first[1:] - 1] = first[:-1]
    edge_m = chart_lengths_m(xy, xy[following], ellipsoid)
    along_m = np.concatenate([[0.0], np.cumsum(edge_m)])[:-1]
    ring = np.repeat(np.arange(len(counts)), counts)
    return Rings(xy, following, ring, first, along_m, edge_m, *bounds)
