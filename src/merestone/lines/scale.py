"""Metres per degree: the local scale of longitude/latitude, exact at a point."""

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_LEAST_COSINE = 1e-12
"""Keeps the scale of longitude from vanishing at the poles themselves."""


def metres_per_degree(lat_deg: Floats, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """East and north metres per degree at latitudes (n,): by the radii of curvature there.

    Torge, Geodesy (2001), eqs. 4.12 to 4.16. A chart scaled by these keeps edges that are straight in
    longitude/latitude straight, and its distances near the point are right to first order.
    """
    phi = np.radians(lat_deg)
    w2 = 1.0 - ellipsoid.e2 * np.sin(phi) ** 2
    normal_m = ellipsoid.a_m / np.sqrt(w2)
    meridian_m = normal_m * (1.0 - ellipsoid.e2) / w2
    east = normal_m * np.maximum(np.cos(phi), _LEAST_COSINE)
    return np.radians(east), np.radians(meridian_m)


def chart_lengths_m(start: Floats, end: Floats, ellipsoid: Ellipsoid) -> Floats:
    """Lengths (n,) of edges by the scale at their middle: for ordering places along a line, and for
    small distances. Results that people read come from ``geometry.lengths``.
    """
    east, north = metres_per_degree(0.5 * (start[:, 1] + end[:, 1]), ellipsoid)
    return np.hypot((end[:, 0] - start[:, 0]) * east, (end[:, 1] - start[:, 1]) * north)


def ragged(starts: Ints, counts: Ints) -> Ints:
    """The indices start, start + 1, … of every run (start, count), one run after the other."""
    total = int(counts.sum())
    before = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else np.zeros(0, np.intp)
    return np.asarray(np.arange(total) + np.repeat(starts - before, counts), dtype=np.intp)


def polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """The areas of a geometry alone: what an overlay leaves of lines and points is dropped."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    areas = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    return areas[0] if len(areas) == 1 else shapely.multipolygons(areas)
