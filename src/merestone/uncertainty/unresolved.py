"""What of a limit is too small for its accuracy: enclaves and bends that hold no circle of 2 σ.

An area is rolled out with a circle of radius 2 σ from within (a morphological opening; Serra 1982); what the
circle does not reach is unresolved: necks, spits, small enclaves. So is what it does not reach of the
rest of the plane: bays. A corner at the end of a limit, where a third country's outline begins, is
no bend of the limit: what lies within 2 radii of such an outline is left out.
"""

from collections.abc import Sequence
from math import cos, radians
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.geometry.planes import Planes, straightened
from merestone.model.ellipsoid import Ellipsoid
from merestone.uncertainty.shown import areal

Floats = NDArray[np.float64]

_LEAST_TILE_DEG = 1.0
_TILE_RADII = 16.0
"""Tiles are so many radii high at least."""
_MARGIN = 4.0
"""Tiles are worked on with so many radii around: the rolling looks two radii far."""
_ROUGH = 0.005
"""Share of the radius by which outlines are simplified, and arcs of eight chords fall short: the circle
rolls back out with a radius larger by both."""
_ARC = 8
_MOST_RADIUS_M = 200_000.0
_ON_LINE_M = 0.2
_TINY = 1e-5
"""Parts smaller than this share of the radius squared are rounding: no probability rests on them."""
_EDGE_DEG = 0.02
"""Edges so long are straight in a tile's plane to 0.1 m at the latitudes where people live."""
_HIGHEST_DEG = 89.0


class Unresolved(NamedTuple):
    """Polygons in longitude/latitude: unresolved parts of the area itself, and of the rest of the plane.

    ``enclaves`` are whole parts of the area, and whole holes of it.
    """

    enclaves: shapely.MultiPolygon
    spits: shapely.MultiPolygon
    bays: shapely.MultiPolygon


def unresolved(
    area: shapely.MultiPolygon, limits: Sequence[Floats], radius_m: float, ellipsoid: Ellipsoid
) -> Unresolved:
    """What of ``area`` and of the rest holds no circle of ``radius_m``, along ``limits`` (lines, (n, 2)).

    A radius of more than 200 km, half of what a plane is good for, is taken as that.
    """
    radius_m = min(radius_m, _MOST_RADIUS_M)
    found = [
        _in_tile(area, limits, radius_m, *tile, ellipsoid) for tile in _tiles(limits, radius_m, ellipsoid)
    ]
    return Unresolved(*(areal(np.array([parts[kind] for parts in found], dtype=object)) for kind in range(3)))


def _tiles(
    limits: Sequence[Floats], radius_m: float, ellipsoid: Ellipsoid
) -> list[tuple[shapely.Polygon, shapely.Polygon]]:
    """Boxes in longitude/latitude that hold all within 2 radii of the limits, and each with a margin."""
    if not limits:
        return []
    per_m = float(np.rad2deg(1.0 / ellipsoid.b_m))
    step, margin = max(_LEAST_TILE_DEG, _TILE_RADII * radius_m * per_m), _MARGIN * radius_m * per_m
    coords, _ = straightened(
        np.concatenate(limits), np.repeat(range(len(limits)), list(map(len, limits))), ellipsoid
    )
    rows = np.floor((coords[:, 1, None] + [-margin, 0.0, margin]) / step)
    made = []
    for row in np.unique(rows).tolist():
        south, north = max(row * step, -90.0), min((row + 1.0) * step, 90.0)
        widen = 1.0 / cos(radians(min(max(abs(south), abs(north)) + margin, _HIGHEST_DEG)))
        lon = coords[(rows == row).any(axis=1), 0, None] + [-margin * widen, 0.0, margin * widen]
        for column in np.unique(np.floor(lon / (step * widen))).tolist():
            box = np.array([column * step * widen, south, (column + 1.0) * step * widen, north])
            around = box + np.array([-widen, -1.0, widen, 1.0]) * margin
            made.append(
                (shapely.box(*box), shapely.box(*np.clip(around, [-np.inf, -90.0] * 2, [np.inf, 90.0] * 2)))
            )
    return made


def _in_tile(
    area: shapely.MultiPolygon,
    limits: Sequence[Floats],
    radius_m: float,
    tile: shapely.Polygon,
    around: shapely.Polygon,
    ellipsoid: Ellipsoid,
) -> tuple[shapely.Geometry, shapely.Geometry, shapely.Geometry]:
    """Enclaves, spits and bays in one tile."""
    plane = _Plane(tile, ellipsoid)
    window = plane.enter(around)
    land = plane.enter(shapely.intersection(area, around))
    lines = shapely.intersection(np.array([shapely.linestrings(one) for one in limits], dtype=object), around)
    lines = shapely.get_parts(plane.enter(shapely.geometrycollections(lines[~shapely.is_empty(lines)])))
    sea = shapely.difference(window, land)
    others = _elsewhere(land, [*lines, shapely.boundary(window)])
    ends = shapely.buffer(shapely.simplify(others, _ROUGH * radius_m), 2.0 * radius_m, quad_segs=_ARC)
    shapely.prepare(ends)
    found: list[list[shapely.Geometry]] = [[], [], []]
    for of, bends in ((land, found[1]), (sea, found[2])):
        parts = _thin(of, radius_m)
        place = shapely.get_coordinates(shapely.point_on_surface(parts))
        whole = shapely.contains_xy(_small(of, window, radius_m), place[:, 0], place[:, 1])
        found[0].extend(parts[whole])
        at_end = ~whole & shapely.intersects(ends, parts)
        bends.extend(parts[~whole & ~at_end])
        bends.append(shapely.difference(shapely.MultiPolygon([*parts[at_end]]), ends))
    enclaves, spits, bays = (shapely.intersection(plane.leave(areal(parts)), tile) for parts in found)
    return enclaves, spits, bays


def _elsewhere(land: shapely.Geometry, lines: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """The edges of the outline of ``land`` that do not run along certain lines."""
    coords, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(land)), return_index=True)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    parts = shapely.get_parts(lines)
    drawn = shapely.multilinestrings(parts[shapely.get_dimensions(parts) == 1])
    shapely.prepare(drawn)
    middle = shapely.points(0.5 * (coords[start] + coords[start + 1]))
    start = start[~shapely.dwithin(drawn, middle, _ON_LINE_M)]
    edges = shapely.linestrings(np.stack([coords[start], coords[start + 1]], axis=1))
    return shapely.line_merge(shapely.multilinestrings(edges))


def _thin(of: shapely.Geometry, radius_m: float) -> NDArray[np.object_]:
    """The parts of an area that the rolling circle does not reach, but for tiny ones."""
    rough = shapely.simplify(of, _ROUGH * radius_m)
    reached = shapely.buffer(rough, -radius_m, quad_segs=_ARC)
    rolled = shapely.buffer(reached, (1.0 + 2.0 * _ROUGH) * radius_m, quad_segs=_ARC)
    parts = shapely.get_parts(areal(shapely.difference(of, rolled)))
    return np.asarray(parts[shapely.area(parts) > _TINY * radius_m**2])


def _small(of: shapely.Geometry, window: shapely.Geometry, radius_m: float) -> shapely.Geometry:
    """The whole parts of an area that hold no circle and do not go on beyond the window."""
    parts = shapely.get_parts(of)
    around = shapely.boundary(window)
    shapely.prepare(around)
    inner = parts[~shapely.dwithin(around, parts, _ON_LINE_M)]
    found = shapely.union_all(inner[shapely.is_empty(shapely.buffer(inner, -radius_m))])
    shapely.prepare(found)
    return found


class _Plane:
    """The plane around the middle of a tile."""

    def __init__(self, tile: shapely.Polygon, ellipsoid: Ellipsoid) -> None:
        self._planes = Planes(shapely.get_coordinates(shapely.centroid(tile)), ellipsoid)

    def enter(self, found: shapely.Geometry) -> shapely.Geometry:
        cut = shapely.segmentize(found, _EDGE_DEG)
        return shapely.transform(cut, lambda xy: self._planes.enter(xy, np.zeros(len(xy), dtype=np.intp)))

    def leave(self, found: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(found, lambda xy: self._planes.lonlat(xy, np.zeros(len(xy), dtype=np.intp)))
