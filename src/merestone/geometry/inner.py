"""The pole of inaccessibility of an area, and the largest width that it shows.

Both come from the maximum inscribed circle (Garcia-Castellanos and Lombardo 2007,
doi:10.1080/14702540801897809; found by GEOS in a plane). Where the scale along the parallels changes
less across the area than the circle need be right, the plane only stretches longitude and latitude:
every edge stays straight. Larger areas are carried to an azimuthal equidistant plane around their
middle, where distances within r of it are right to r²/(6R²), 4 parts in 10,000 across 300 km, and
where chains of straight edges follow theirs to 0.05 m. That is too much for slivers, which always
stay in the first plane: for one of 100 km the radius may then fall short by about 1 %.
"""

from typing import NamedTuple

import numpy as np
import shapely

from merestone.geometry.planes import Floats, Indices, Planes, straightened
from merestone.model.ellipsoid import WGS84, Ellipsoid

_SLIVER_M = 10.0
"""Area by outline, about half the width, up to which an area is looked at as a sliver."""
_SHARE = 0.01
"""Tolerance of the circle, as a share of a radius that every area of its size and outline holds."""


class Inscribed(NamedTuple):
    """The centre of the largest circle within an area, longitude, latitude, and its radius in metres."""

    lon: float
    lat: float
    radius_m: float


def inscribed(polygon: shapely.Geometry, ellipsoid: Ellipsoid = WGS84, share: float = _SHARE) -> Inscribed:
    """The largest circle within a (multi)polygon in longitude/latitude, its radius to ``share``.

    The centre lies within the polygon. A polygon without an interior that could be told gets
    a place on it and the radius 0. Raises ValueError for an empty one.
    """
    if polygon.is_empty:
        raise ValueError("an empty area has no inner point")
    west, south, east, north = polygon.bounds
    middle = np.array([0.5 * (west + east), 0.5 * (south + north)])
    scale = _metres_per_degree(middle[1], ellipsoid)
    flat = shapely.transform(polygon, lambda c: (c - middle) * scale)
    bent = abs(1.0 - _metres_per_degree(south, ellipsoid)[0] / _metres_per_degree(north, ellipsoid)[0])
    if bent > share and shapely.area(flat) > _SLIVER_M * shapely.length(flat):
        found = _in_equidistant_plane(polygon, middle, ellipsoid, share)
    else:
        found = _in_stretched_plane(polygon, flat, middle, scale, ellipsoid, share)
    if found is None or not shapely.contains_xy(polygon, found.lon, found.lat):
        place = shapely.point_on_surface(polygon)
        return Inscribed(float(place.x), float(place.y), 0.0)
    return found


def _in_stretched_plane(
    polygon: shapely.Geometry,
    flat: shapely.Geometry,
    middle: Floats,
    scale: Floats,
    ellipsoid: Ellipsoid,
    share: float,
) -> Inscribed | None:
    """By a plane true to scale along the middle parallel; the radius as measured at the centre found."""
    centre = _centre(flat, share)
    if centre is None:
        return None
    lon, lat = (middle + centre / scale).tolist()
    true_scale = _metres_per_degree(lat, ellipsoid)
    outline = shapely.transform(polygon.boundary, lambda c: (c - [lon, lat]) * true_scale)
    return Inscribed(lon, lat, float(shapely.distance(outline, shapely.Point(0.0, 0.0))))


def _in_equidistant_plane(
    polygon: shapely.Geometry, middle: Floats, ellipsoid: Ellipsoid, share: float
) -> Inscribed | None:
    planes = Planes(middle[None, :], ellipsoid)
    flat = shapely.transform(_cut_for_a_plane(polygon, ellipsoid), lambda c: planes.enter(c, _only(c)))
    centre = _centre(flat, share)
    if centre is None:
        return None
    lon, lat = planes.lonlat(centre[None, :], np.zeros(1, dtype=np.intp))[0].tolist()
    return Inscribed(lon, lat, float(shapely.distance(flat.boundary, shapely.Point(centre))))


def _centre(flat: shapely.Geometry, share: float) -> Floats | None:
    """The centre of the maximum inscribed circle of an area in a plane in metres."""
    area, outline = shapely.area(flat), shapely.length(flat)
    if not area > 0.0:
        return None
    # The inner parallel curves are no longer than the outline, so area <= outline * radius.
    circle = shapely.maximum_inscribed_circle(flat, tolerance=share * area / outline)
    return np.asarray(shapely.get_coordinates(circle)[0])


def _metres_per_degree(lat: float, ellipsoid: Ellipsoid) -> Floats:
    """Along the parallel and along the meridian."""
    flat = 1.0 - ellipsoid.e2 * np.sin(np.deg2rad(lat)) ** 2
    across = ellipsoid.a_m / np.sqrt(flat)
    along = across * (1.0 - ellipsoid.e2) / flat
    # At the pole itself the plane would be a line.
    cosine = max(np.cos(np.deg2rad(lat)), 1e-9)
    return np.asarray(np.deg2rad([across * cosine, along]))


def inner_point(polygon: shapely.Geometry, ellipsoid: Ellipsoid = WGS84) -> tuple[float, float]:
    """The pole of inaccessibility: the place within, longitude, latitude, farthest from the outline.

    Metric and deterministic: the same for the same vertices. Its distance from the outline is the
    largest to 1 %. Raises ValueError for an empty area.
    """
    found = inscribed(polygon, ellipsoid)
    return found.lon, found.lat


def max_width_m(polygon: shapely.Geometry, ellipsoid: Ellipsoid = WGS84) -> float:
    """Twice the radius of the largest circle within, in metres, to 1 part in 1000."""
    return 2.0 * inscribed(polygon, ellipsoid, share=0.001).radius_m


def _only(coords: Floats) -> Indices:
    """All coordinates are in the only plane."""
    return np.zeros(len(coords), dtype=np.intp)


def _cut_for_a_plane(polygon: shapely.Geometry, ellipsoid: Ellipsoid) -> shapely.Geometry:
    """The polygon with edges so short that straight ones stay straight in the plane."""
    parts = [
        shapely.Polygon(shell, holes)
        for part in shapely.get_parts(polygon)
        for shell, *holes in [[_cut_ring(ring, ellipsoid) for ring in shapely.get_rings(part)]]
    ]
    return shapely.MultiPolygon(parts)


def _cut_ring(ring: shapely.LinearRing, ellipsoid: Ellipsoid) -> Floats:
    coords = shapely.get_coordinates(ring)
    return straightened(coords, _only(coords), ellipsoid)[0]
