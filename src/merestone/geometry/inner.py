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
from numpy.typing import NDArray

from merestone.geometry.planes import Floats, Indices, Planes, straightened
from merestone.model.ellipsoid import WGS84, Ellipsoid

Geometries = NDArray[np.object_]

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
    ((lon, lat),), (radius_m,) = inscribed_in_each(np.array([polygon], dtype=object), ellipsoid, share)
    return Inscribed(float(lon), float(lat), float(radius_m))


def inscribed_in_each(
    polygons: Geometries, ellipsoid: Ellipsoid = WGS84, share: float = _SHARE
) -> tuple[Floats, Floats]:
    """What `inscribed` gives for each of (n,) polygons: centres (n, 2) and radii in metres (n,)."""
    if shapely.is_empty(polygons).any():
        raise ValueError("an empty area has no inner point")
    west, south, east, north = shapely.bounds(polygons).reshape(-1, 4).T
    middle = np.stack([0.5 * (west + east), 0.5 * (south + north)], axis=1)
    scale = _metres_per_degree(middle[:, 1], ellipsoid)
    flat = _in_planes(polygons, middle, scale)
    bent = _metres_per_degree(south, ellipsoid)[:, 0] / _metres_per_degree(north, ellipsoid)[:, 0]
    wide = shapely.area(flat) > _SLIVER_M * shapely.length(flat)
    curved = wide & (np.abs(1.0 - bent) > share)
    centres, radii_m = np.empty((len(polygons), 2)), np.empty(len(polygons))
    plain = ~curved
    centres[plain] = middle[plain] + _centres(flat[plain], share) / scale[plain]
    radii_m[plain] = _reach_m(polygons[plain], centres[plain], ellipsoid)
    for k in np.flatnonzero(curved):
        found = _in_equidistant_plane(polygons[k], middle[k], ellipsoid, share)
        centres[k], radii_m[k] = (found.lon, found.lat), found.radius_m
    astray = np.flatnonzero(~shapely.contains_xy(polygons, *centres.T))
    centres[astray] = shapely.get_coordinates(shapely.point_on_surface(polygons[astray]))
    radii_m[astray] = 0.0
    return centres, radii_m


def _in_planes(shapes: Geometries, middle: Floats, scale: Floats) -> Geometries:
    """Each moved to its middle and stretched: a plane true to scale along that parallel."""
    sizes = shapely.get_num_coordinates(shapes)
    origin, stretch = np.repeat(middle, sizes, axis=0), np.repeat(scale, sizes, axis=0)
    return np.asarray(shapely.transform(shapes, lambda coords: (coords - origin) * stretch))


def _reach_m(polygons: Geometries, centres: Floats, ellipsoid: Ellipsoid) -> Floats:
    """How far each centre is from the outline, in a plane true to scale at the centre."""
    known = np.flatnonzero(~np.isnan(centres).any(axis=1))
    radii_m = np.zeros(len(polygons))
    scale = _metres_per_degree(centres[known, 1], ellipsoid)
    outlines = _in_planes(shapely.boundary(polygons[known]), centres[known], scale)
    radii_m[known] = shapely.distance(outlines, shapely.Point(0.0, 0.0))
    return radii_m


def _in_equidistant_plane(
    polygon: shapely.Geometry, middle: Floats, ellipsoid: Ellipsoid, share: float
) -> Inscribed:
    planes = Planes(middle[None, :], ellipsoid)
    flat = shapely.transform(_cut_for_a_plane(polygon, ellipsoid), lambda c: planes.enter(c, _only(c)))
    centre = _centres(np.array([flat], dtype=object), share)
    lon, lat = planes.lonlat(centre, np.zeros(1, dtype=np.intp))[0].tolist()
    return Inscribed(lon, lat, float(shapely.distance(flat.boundary, shapely.Point(centre[0]))))


def _centres(flat: Geometries, share: float) -> Floats:
    """(n, 2) centres of the maximum inscribed circles of areas in a plane in metres; NaN without area."""
    area, outline = shapely.area(flat), shapely.length(flat)
    centres = np.full((len(flat), 2), np.nan)
    # The inner parallel curves are no longer than the outline, so area <= outline * radius.
    has = area > 0.0
    circles = shapely.maximum_inscribed_circle(flat[has], tolerance=share * area[has] / outline[has])
    centres[has] = shapely.get_coordinates(circles)[::2]
    return centres


def _metres_per_degree(lat: Floats, ellipsoid: Ellipsoid) -> Floats:
    """(n, 2) along the parallel and along the meridian at (n,) latitudes."""
    flat = 1.0 - ellipsoid.e2 * np.sin(np.deg2rad(lat)) ** 2
    across = ellipsoid.a_m / np.sqrt(flat)
    along = across * (1.0 - ellipsoid.e2) / flat
    # At the pole itself the plane would be a line.
    cosine = np.maximum(np.cos(np.deg2rad(lat)), 1e-9)
    return np.deg2rad(np.stack([across * cosine, along], axis=-1))


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
