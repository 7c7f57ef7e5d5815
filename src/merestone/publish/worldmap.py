"""Geometry as it is handed out: longitudes within -180..180, coordinates rounded, always valid.

Inside merestone longitudes are continuous, so a line that crosses the antimeridian runs on past 180
degrees. On the way out lines and areas are cut there (edges are straight in longitude/latitude, so the
cut lies on the edge) and the part beyond is carried round by 360 degrees.
"""

from itertools import pairwise
from math import ceil, floor

import numpy as np
import shapely

from merestone.publish.rounding import Rounding, Unit, normal_longitude

_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_SEAM = 180.0


def handed_out(shapes: "np.ndarray", rounding: Rounding) -> "np.ndarray":
    """An array of geometries, each within -180..180 degrees, two-dimensional and rounded.

    Rounding moves every vertex by less than a unit (0.1 mm), so shared vertices stay shared. An area that is
    valid and becomes invalid by it is repaired on the grid of the unit, which moves no vertex farther;
    one that would vanish (a sliver narrower than the unit) keeps its unrounded vertices. Areas that came
    invalid, as a layer may have them, stay as they are.
    """
    at_home = shapely.force_2d(shapes)
    west, _, east, _ = shapely.bounds(at_home).reshape(-1, 4).T
    for i in np.flatnonzero((west < -_SEAM) | (east > _SEAM)):
        at_home[i] = _at_home(at_home[i])
    done = shapely.transform(at_home, rounding.coordinates)
    areas = np.isin(shapely.get_type_id(done), _POLYGONAL)
    for i in np.flatnonzero(areas & ~shapely.is_valid(done) & shapely.is_valid(at_home)):
        done[i] = _repaired(at_home[i], rounding)
    return np.asarray(done, dtype=object)


def as_multi(shapes: "np.ndarray") -> "np.ndarray":
    """Single lines and areas as collections of one, so that a layer has one geometry type."""
    done = np.array(shapes, dtype=object)
    kinds = shapely.get_type_id(done)
    for kind, collected in (
        (shapely.GeometryType.LINESTRING, shapely.multilinestrings),
        (shapely.GeometryType.POLYGON, shapely.multipolygons),
    ):
        single = kinds == kind
        done[single] = collected(done[single], indices=np.arange(single.sum()))
    return done


def _repaired(shape: "shapely.Geometry", rounding: Rounding) -> "shapely.Geometry":
    snapped = shapely.set_precision(shape, float(rounding.size(Unit.DEGREES)))
    return shape if snapped.is_empty else shapely.transform(snapped, rounding.coordinates)


def _at_home(shape: "shapely.Geometry") -> "shapely.Geometry":
    """The same geometry with all longitudes in -180..180."""
    match shape.geom_type:
        case "Point" | "MultiPoint":
            return shapely.transform(shape, _points_home)
        case "LineString" | "MultiLineString":
            return shapely.multilinestrings(
                [p for line in shapely.get_parts(shape) for p in _line_home(line)]
            )
        case "Polygon" | "MultiPolygon":
            return shapely.multipolygons([p for area in shapely.get_parts(shape) for p in _area_home(area)])
        case _:
            return shapely.geometrycollections([_at_home(part) for part in shapely.get_parts(shape)])


def _points_home(coords: "np.ndarray") -> "np.ndarray":
    return np.column_stack([[normal_longitude(float(x)) for x in coords[:, 0]], coords[:, 1]])


def _line_home(line: "shapely.LineString") -> list["shapely.LineString"]:
    """The parts of a line between the seams; each is carried home by whole turns."""
    coords = _with_seam_points(shapely.get_coordinates(line))
    turns = np.ceil((np.maximum(coords[:-1, 0], coords[1:, 0]) - _SEAM) / 360.0)  # of each edge
    breaks = np.flatnonzero(np.diff(turns)) + 1
    firsts, lasts = [0, *breaks], [*breaks, len(turns)]
    return [
        shapely.linestrings(coords[first : last + 1] - (360.0 * turns[first], 0.0))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _with_seam_points(coords: "np.ndarray") -> "np.ndarray":
    """The line with a vertex wherever an edge crosses a seam: 180 degrees, or that and whole turns."""
    points = [coords[0]]
    for (x0, y0), (x1, y1) in pairwise(coords):
        low, high = min(x0, x1), max(x0, x1)
        first = floor((low - _SEAM) / 360.0) + 1
        seams = [_SEAM + 360.0 * k for k in range(first, first + 1 + int((high - low) // 360.0))]
        crossed = [seam for seam in seams if low < seam < high]
        points += [
            np.array([seam, y0 + (y1 - y0) * ((seam - x0) / (x1 - x0))])
            for seam in (crossed if x0 < x1 else reversed(crossed))
        ]
        points.append(np.array([x1, y1]))
    return np.array(points)


def _area_home(area: "shapely.Polygon") -> list["shapely.Polygon"]:
    """The parts of an area between the seams; each is carried home by whole turns."""
    if not shapely.is_valid(area):  # as a layer may have it; an invalid area cannot be cut
        area = shapely.make_valid(area, method="structure", keep_collapsed=False)
    west, south, east, north = area.bounds
    parts = []
    for turn in range(floor((west + _SEAM) / 360.0), ceil((east - _SEAM) / 360.0) + 1):
        sheet = shapely.box(360.0 * turn - _SEAM, south - 1.0, 360.0 * turn + _SEAM, north + 1.0)
        cut = shapely.get_parts(shapely.intersection(area, sheet))
        carried = shapely.transform(cut, lambda coords, turn=turn: coords - (360.0 * turn, 0.0))
        parts += [part for part in carried if part.geom_type == "Polygon"]
    return parts
