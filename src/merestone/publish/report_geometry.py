"""Geometry for drawing only: thinned, densified, projected. No figure is taken from here.

Edges of the model are straight in longitude/latitude. A map draws straight edges in its own projection,
so long edges are cut first; where vertices are denser than the drawing can show, they are thinned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, degrees, hypot, radians, sqrt
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


def for_drawing(shapes: np.ndarray, tolerance_deg: float) -> np.ndarray:
    """Thin (Douglas–Peucker; areas keep their topology), then cut long edges.

    (n,) geometries in longitude/latitude degrees to (n,); lines become collections of lines.
    """
    lines = shapely.get_dimensions(shapes) == 1
    thinned = _thinned(shapes, tolerance_deg, keep_topology=~lines)
    thinned[lines] = _as_collections(thinned[lines])
    cut = shapely.length(thinned) > 0.0  # GEOS refuses to cut what has no length
    thinned[cut] = shapely.segmentize(thinned[cut], _longest_edges_deg(thinned[cut]))
    return np.asarray(thinned)


def _thinned(shapes: np.ndarray, tolerance: float, keep_topology: np.ndarray) -> np.ndarray:
    """Simplified, with topology kept where ``keep_topology`` (n,) says so."""
    done = np.empty(len(shapes), dtype=object)
    for keep in (True, False):
        chosen = keep_topology == keep
        done[chosen] = shapely.simplify(shapes[chosen], tolerance, preserve_topology=keep)
    return done


def _as_collections(lines: np.ndarray) -> np.ndarray:
    """Each with those of its lines that have a length; one without any stays as it is."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    long = shapely.length(parts) > 0.0
    if long.any():
        shapely.multilinestrings(parts[long], indices=owner[long], out=lines)
    return lines


def _longest_edges_deg(shapes: np.ndarray) -> np.ndarray:
    """Degrees that an edge of each may span before Mercator bends it by more than `_BEND_M`.

    The isometric latitude's second derivative is tan φ / cos φ; a chord over Δφ departs by an eighth
    of it times Δφ², on a sphere.
    """
    _, south, _, north = shapely.bounds(shapes).reshape(-1, 4).T
    phi = np.radians(np.clip(np.maximum(np.abs(south), np.abs(north)), 1.0, 85.0))
    bend = np.sin(phi) / np.cos(phi) ** 2
    return np.asarray(np.degrees(np.sqrt(8.0 * _BEND_M / _EARTH_RADIUS_M / bend)))


_MULTI = {0: "MultiPoint", 1: "MultiLineString", 2: "MultiPolygon"}
"""The collection whose parts have this dimension."""
_SINGLE = {
    shapely.GeometryType.POINT: "Point",
    shapely.GeometryType.LINESTRING: "LineString",
    shapely.GeometryType.LINEARRING: "LineString",
    shapely.GeometryType.POLYGON: "Polygon",
}


def packed(shapes: np.ndarray) -> list[list[Any]]:
    """For each shape [GeoJSON type, coordinates], every list of positions one flat list of whole numbers.

    They count 1e-5°: longitude and latitude of the first position, then the steps from each to the
    next. ``mapstyle.js`` reads it back; it is a third of the size of GeoJSON. Of a collection of mixed
    parts those of the highest dimension are taken, since layers hold one kind of features.
    """
    kinds = shapely.get_type_id(shapes).tolist()
    parts, owner = _flat_parts(shapes)
    dimensions = shapely.get_dimensions(parts)
    most = np.zeros(len(shapes), dtype=int)
    np.maximum.at(most, owner, dimensions)
    chosen = dimensions == most[owner]
    parts, owner = parts[chosen], owner[chosen]
    chains, part = _chains(parts)
    by_part: list[list[list[int]]] = [[] for _ in parts]
    for k, steps in zip(part.tolist(), _steps(chains), strict=True):
        by_part[k].append(steps)
    is_area = (shapely.get_dimensions(parts) == 2).tolist()
    by_shape: list[list[Any]] = [[] for _ in kinds]
    for k, area, positions in zip(owner.tolist(), is_area, by_part, strict=True):
        by_shape[k].append(positions if area else positions[0])
    return [
        [_SINGLE[kind], found[0]] if kind in _SINGLE else [_MULTI[dimension], found]
        for kind, dimension, found in zip(kinds, most.tolist(), by_shape, strict=True)
    ]


def _flat_parts(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points, lines and areas of all shapes, however deep in collections, in order, and whose they are."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, at = shapely.get_parts(parts, return_index=True)
        owner = owner[at]
    return parts, owner


def _chains(parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rings of areas, and all else as it is, in the order of `parts`, and the part of each."""
    areas = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, ring_of = shapely.get_rings(parts[areas], return_index=True)
    owner = np.concatenate([np.flatnonzero(~areas), np.flatnonzero(areas)[ring_of]])
    order = np.argsort(owner, kind="stable")
    return np.concatenate([parts[~areas], rings])[order], owner[order]


def _steps(chains: np.ndarray) -> list[list[int]]:
    """Each of (n,) chains as a flat list of steps; points that round to the one before are left out.

    Ends stay, and a ring keeps the four positions that it needs.
    """
    coords, chain = shapely.get_coordinates(chains, return_index=True)
    units = np.round(coords / FINEST_DEG).astype(np.int64)
    first = np.diff(chain, prepend=-1) != 0
    keep = first | (np.diff(chain, append=-1) != 0)
    keep[1:] |= (units[1:] != units[:-1]).any(axis=1)
    keep |= (np.bincount(chain[keep], minlength=len(chains)) < 4)[chain] & (
        np.bincount(chain, minlength=len(chains)) >= 4
    )[chain]
    units, first = units[keep], first[keep]
    steps = np.diff(units, axis=0, prepend=0)
    steps[first] = units[first]
    flat: list[int] = steps.ravel().tolist()
    ends = (2 * np.cumsum(np.bincount(chain[keep], minlength=len(chains)))).tolist()
    return [flat[start:end] for start, end in zip([0, *ends], ends, strict=False)]


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

    def project(self, shapes: np.ndarray) -> np.ndarray:
        """(n,) geometries into pixels, cut to the frame."""
        in_pixels = shapely.transform(shapes, self.xy)
        return np.asarray(shapely.clip_by_rect(in_pixels, 0, 0, self.width, self.height))


def frame_around(
    geometries: Iterable["shapely.Geometry"],
    width: float,
    tallest: float,
    margin: float = 0.03,
    shortest: float = 0.55,
) -> Frame:
    """The frame that holds `geometries` with a margin all around, as wide as `width` where it may be.

    It is no shorter than ``shortest`` times its width.
    """
    coords = shapely.get_coordinates(np.array(list(geometries), dtype=object))
    lon0, lat0 = _middle(coords)
    x, y = _stereographic(coords, lon0, lat0)
    west, east, south, north = x.min(), x.max(), y.min(), y.max()
    wide, high = (max(size, 1.0) * (1.0 + 2.0 * margin) for size in (east - west, north - south))
    height = min(max(width * high / wide, shortest * width), tallest)
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


def path_data(shapes: np.ndarray) -> str:
    """SVG path data of lines and areas in pixels, simplified to a third of a pixel, one decimal.

    Positions after the first of each line are relative, which is half as long.
    """
    areas = shapely.get_dimensions(shapes) == 2
    parts, _ = _flat_parts(_thinned(shapes, 0.3, keep_topology=areas))
    parts = parts[~shapely.is_empty(parts) & (shapely.get_dimensions(parts) > 0)]
    chains, part = _chains(parts)
    closed = shapely.get_dimensions(parts)[part] == 2
    coords, chain = shapely.get_coordinates(chains, return_index=True)
    tenths = np.round(coords * 10.0).astype(np.int64)
    first = np.diff(chain, prepend=-1) != 0
    steps = np.diff(tenths, axis=0, prepend=0)
    steps[first] = tenths[first]
    # The last position of a ring is its first one.
    last = (np.diff(chain, append=-1) != 0) & closed[chain]
    keep = first | ((steps != 0).any(axis=1) & ~last)
    words = _as_tenths(steps[keep])
    ends = np.cumsum(np.bincount(chain[keep], minlength=len(chains))).tolist()
    return "".join(
        f"M{words[start]}"
        + (f"l{' '.join(words[start + 1 : end])}" if end > start + 1 else "h.1")
        + "z" * ring
        for start, end, ring in zip([0, *ends], ends, closed.tolist(), strict=False)
    )


def _as_tenths(pairs: np.ndarray) -> list[str]:
    """(n, 2) whole numbers of tenths as texts like ``-0.3 12``; each number that occurs is written once."""
    numbers, which = np.unique(pairs, return_inverse=True)
    texts = [f"{number / 10:g}" for number in numbers.tolist()]
    return [f"{texts[x]} {texts[y]}" for x, y in which.reshape(-1, 2).tolist()]
