"""Geometry for drawing only: thinned, densified, projected. No figure is taken from here.

Edges of the model are straight in longitude/latitude. A map draws straight edges in its own projection,
so long edges are cut first; where vertices are denser than the drawing can show, they are thinned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, degrees, hypot, radians, sin, sqrt
from typing import Any

import numpy as np
import shapely

FINEST_DEG = 1e-5
"""Drawing tolerance and rounding: 1.1 m of latitude."""
_EARTH_RADIUS_M = 6_371_008.8
_BEND_M = 1.0
"""An edge of the model departs no farther from the chain of edges that is drawn for it in Mercator."""
_MOST_VERTICES = 150_000


def drawing_tolerance_deg(lines: Iterable["shapely.Geometry"]) -> float:
    """The tolerance of thinning: 1e-5°, doubled until `lines` keep at most 150,000 vertices.

    This only bounds the size of a report on very dense sources; the report states what was used.
    """
    tolerance, thinned = FINEST_DEG, np.array(list(lines), dtype=object)
    while True:
        thinned = shapely.simplify(thinned, tolerance, preserve_topology=False)
        if shapely.get_num_coordinates(thinned).sum() <= _MOST_VERTICES or tolerance > 0.1:
            return tolerance
        tolerance *= 2.0


def for_drawing(geometry: "shapely.Geometry", tolerance_deg: float) -> "shapely.Geometry":
    """Thin (Douglas–Peucker; areas keep their topology), then cut long edges, longitude/latitude degrees."""
    is_line = shapely.get_dimensions(geometry) == 1
    thinned = shapely.simplify(geometry, tolerance_deg, preserve_topology=not is_line)
    if is_line:
        parts = shapely.get_parts(thinned)
        parts = parts[shapely.length(parts) > 0.0]  # GEOS refuses to cut what has no length
        if not len(parts):
            return thinned
        thinned = shapely.multilinestrings(parts)
    return shapely.segmentize(thinned, _longest_edge_deg(thinned))


def _longest_edge_deg(geometry: "shapely.Geometry") -> float:
    """Degrees that an edge may span before Mercator bends it by more than `_BEND_M`.

    The isometric latitude's second derivative is tan φ / cos φ; a chord over Δφ departs by an eighth
    of it times Δφ², on a sphere.
    """
    _, south, _, north = geometry.bounds
    phi = radians(min(max(abs(south), abs(north), 1.0), 85.0))
    return degrees(sqrt(8.0 * _BEND_M / _EARTH_RADIUS_M / (sin(phi) / cos(phi) ** 2)))


def packed(geometry: "shapely.Geometry") -> list[Any]:
    """[GeoJSON type, coordinates] in which every list of positions is one flat list of whole numbers.

    They count 1e-5°: longitude and latitude of the first position, then the steps from each to the
    next. ``mapstyle.js`` reads it back; it is a third of the size of GeoJSON.
    """
    kind = geometry.geom_type
    if kind == "Polygon":
        rings = [geometry.exterior, *geometry.interiors]
        return [kind, [_steps(shapely.get_coordinates(ring)) for ring in rings]]
    if kind in ("Point", "LineString", "LinearRing"):
        return ["LineString" if kind == "LinearRing" else kind, _steps(shapely.get_coordinates(geometry))]
    if kind == "GeometryCollection":  # of one kind of parts, since layers hold one kind of features
        most = max(shapely.get_dimensions(part) for part in geometry.geoms)
        parts = [part for part in shapely.get_parts(geometry) if shapely.get_dimensions(part) == most]
        names = ("MultiPoint", "MultiLineString", "MultiPolygon")
        return [names[most], [packed(part)[1] for part in parts]]
    return [kind, [packed(part)[1] for part in geometry.geoms]]


def _steps(coords: np.ndarray) -> list[int]:
    """(n, 2) degrees as a flat list of steps; points that round to the one before are left out.

    Ends stay, and a ring keeps the four positions that it needs.
    """
    units = np.round(coords[:, :2] / FINEST_DEG).astype(np.int64)
    keep = np.ones(len(units), bool)
    keep[1:-1] = (units[1:-1] != units[:-2]).any(axis=1)
    if keep.sum() < 4 <= len(units):
        keep[:] = True
    units = units[keep]
    flat: list[int] = np.vstack([units[:1], np.diff(units, axis=0)]).ravel().tolist()
    return flat


@dataclass(frozen=True, slots=True)
class Frame:
    """A stereographic picture of ``width`` × ``height`` pixels, y down; conformal anywhere.

    On a sphere (its shape error of 0.3 % is far below what a page shows), so that one frame serves
    poles and antimeridian as well. The scale holds at the centre.
    """

    lon0_deg: float
    lat0_deg: float
    px_per_m: float
    x0: float
    y0: float
    width: float
    height: float

    def xy(self, lonlat: np.ndarray) -> np.ndarray:
        """(n, 2) degrees to (n, 2) pixels."""
        x, y = _stereographic(lonlat, self.lon0_deg, self.lat0_deg)
        return np.column_stack([self.x0 + x * self.px_per_m, self.y0 - y * self.px_per_m])

    def lonlat(self, xy: np.ndarray) -> np.ndarray:
        """(n, 2) pixels to (n, 2) degrees; longitudes are within 180° of the centre's."""
        east, north = (xy[:, 0] - self.x0) / self.px_per_m, (self.y0 - xy[:, 1]) / self.px_per_m
        lat0 = radians(self.lat0_deg)
        rho = np.maximum(np.hypot(east, north), 1e-9)
        c = 2.0 * np.arctan2(rho, 2.0 * _EARTH_RADIUS_M)  # Snyder 1987, equations 20-14, 20-15, 21-15
        lat = np.arcsin(np.cos(c) * np.sin(lat0) + north * np.sin(c) * np.cos(lat0) / rho)
        lon = np.arctan2(east * np.sin(c), rho * np.cos(lat0) * np.cos(c) - north * np.sin(lat0) * np.sin(c))
        return np.column_stack([self.lon0_deg + np.degrees(lon), np.degrees(lat)])

    def project(self, geometry: "shapely.Geometry") -> "shapely.Geometry":
        """Into pixels, cut to the frame."""
        return shapely.clip_by_rect(shapely.transform(geometry, self.xy), 0, 0, self.width, self.height)


def frame_around(
    geometries: Iterable["shapely.Geometry"], width: float, tallest: float, margin: float = 0.03
) -> Frame:
    """The frame that holds `geometries` with a margin all around, as wide as `width` where it may be."""
    coords = shapely.get_coordinates(np.array(list(geometries), dtype=object))
    lon0, lat0 = _middle(coords)
    x, y = _stereographic(coords, lon0, lat0)
    west, east, south, north = x.min(), x.max(), y.min(), y.max()
    wide, high = (max(size, 1.0) * (1.0 + 2.0 * margin) for size in (east - west, north - south))
    height = min(max(width * high / wide, 0.55 * width), tallest)
    px_per_m = min(width / wide, height / high)
    return Frame(
        lon0_deg=lon0,
        lat0_deg=lat0,
        px_per_m=float(px_per_m),
        x0=float(width / 2 - (west + east) / 2 * px_per_m),
        y0=float(height / 2 + (south + north) / 2 * px_per_m),
        width=float(width),
        height=float(round(height)),
    )


def _middle(coords: np.ndarray) -> tuple[float, float]:
    """The direction of the sum of the corners of the bounds on the sphere; stable over the poles."""
    (west, south), (east, north) = coords.min(axis=0), coords.max(axis=0)
    lon, lat = np.radians([west, east, west, east]), np.radians([south, south, north, north])
    x, y, z = (np.cos(lat) * np.cos(lon)).sum(), (np.cos(lat) * np.sin(lon)).sum(), np.sin(lat).sum()
    if hypot(x, y) < 1e-9:
        return float((west + east) / 2), float((south + north) / 2)
    return float(np.degrees(np.arctan2(y, x))), degrees(asin(z / sqrt(x * x + y * y + z * z)))


def _stereographic(lonlat: np.ndarray, lon0_deg: float, lat0_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """Metres east and north of the centre (Snyder 1987, USGS PP 1395, equations 21-2 to 21-4)."""
    lon, lat = np.radians(lonlat[:, 0] - lon0_deg), np.radians(lonlat[:, 1])
    lat0 = radians(lat0_deg)
    cosine = np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(lon)
    k = 2.0 * _EARTH_RADIUS_M / np.maximum(1.0 + cosine, 1e-6)
    east = k * np.cos(lat) * np.sin(lon)
    north = k * (np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(lon))
    return east, north


def path_data(geometry: "shapely.Geometry") -> str:
    """SVG path data of lines or areas in pixels, simplified to a third of a pixel, one decimal."""
    pieces: list[str] = []
    areas = shapely.get_dimensions(geometry) == 2
    for part in shapely.get_parts(shapely.simplify(geometry, 0.3, preserve_topology=areas)):
        if part.is_empty or part.geom_type == "Point":
            continue
        if part.geom_type == "Polygon":
            pieces += [_moves(ring, close=True) for ring in (part.exterior, *part.interiors)]
        elif part.geom_type == "GeometryCollection" or part.geom_type.startswith("Multi"):
            pieces.append(path_data(part))
        else:
            pieces.append(_moves(part, close=False))
    return "".join(pieces)


def _moves(line: "shapely.Geometry", *, close: bool) -> str:
    """Path data of one line; positions after the first are relative, which is half as long."""
    tenths = np.round(shapely.get_coordinates(line) * 10.0).astype(np.int64)
    if close:
        tenths = tenths[:-1]
    steps = np.diff(tenths, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    head = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}"
    body = " ".join(f"{dx / 10:g} {dy / 10:g}" for dx, dy in steps.tolist())
    return head + (f"l{body}" if body else "h.1") + ("z" if close else "")
