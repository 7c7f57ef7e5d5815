"""The corridor: all points within a geodesic distance of any of the lines, to 1 m.

Lines are thinned within 0.2 m, cut into pieces, carried to an azimuthal equidistant plane around
each piece, buffered there, carried back and united. Two things make that exact where a plain buffer
is not:

* GEOS simplifies what it buffers within 1 % of the distance: a bay of many vertices can
  put the edge of a 25 km buffer 200 m too far out. Lines of three vertices are never simplified.
* Only few pieces reach the edge. So a smaller corridor that is certainly inside is made first, in
  long pieces; then those short pieces are added, exactly, whose reach goes beyond it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.geometry.nearest import EdgeIndex
from merestone.geometry.planes import Floats, Indices, Planes, lengths_m, straightened, subdivided
from merestone.geometry.runs import runs
from merestone.model.ellipsoid import WGS84, Ellipsoid

_THIN_M = 0.2
_PLANE_M = 0.1
"""How much the planes may stretch the distance."""
_ARC_M = 0.2
"""How far the chords of the arcs may lie from them, to either side."""
_GEOS_SHARE = 0.0101
"""GEOS departs by up to 1 % of the distance (its BufferParameters, simplify factor 0.01)."""
_SIMPLE_SHARE = 0.004
"""By how much of the distance lines are thinned for what need only be inside."""
_COARSE = 16
"""Chords in a quarter of a circle, while the corridor grows from within."""
_LONGEST_M = 80_000.0
_FARTHEST_M = 1_000_000.0


class _Pieces(NamedTuple):
    """Lines of two or more vertices: (n, 2) longitude, latitude and the number of the piece, (n,)."""

    coords: Floats
    piece: Indices


def corridor(
    lines: Sequence[Floats],
    distance_m: float,
    ellipsoid: Ellipsoid = WGS84,
    middle_lon: float | None = None,
) -> shapely.MultiPolygon:
    """All points whose geodesic distance to any of the lines is at most ``distance_m``, to 1 m.

    ``lines`` are (n, 2) longitude, latitude in degrees, with edges straight in longitude/latitude.
    The result lies within ±180° of ``middle_lon`` (default: the middle of the lines' extent): what
    would lie beyond appears at the other end, and where it holds a pole it goes up to latitude ±90
    along the whole of that frame. Neither the order nor the direction of the lines matters, to the
    last bit. No lines give an empty corridor. Raises ValueError for a distance that is not above 0
    and at most 1000 km.
    """
    if not 0.0 < distance_m <= _FARTHEST_M:
        raise ValueError(f"the distance must be above 0 and at most {_FARTHEST_M:.0f} m, not {distance_m!r}")
    longest_m = _longest_m(distance_m, ellipsoid)
    paths = _paths(lines, longest_m, ellipsoid)
    if not len(paths.coords):
        return shapely.MultiPolygon()
    lon = paths.coords[:, 0]
    middle = 0.5 * float(lon.min() + lon.max()) if middle_lon is None else middle_lon
    simple_m = _SIMPLE_SHARE * distance_m
    inner_m = (1.0 - _GEOS_SHARE) * distance_m - simple_m
    inner = _reach(_long(paths, longest_m, ellipsoid), inner_m, _COARSE, ellipsoid, simple_m)
    reached = _united(inner, middle)
    pieces = _short(paths)
    fine = max(_COARSE, int(np.ceil(0.25 * np.pi / np.sqrt(4.0 * _ARC_M / distance_m))))
    # Chords lie inside their arcs: of the fine ones, half of that to either side.
    for quad_segs, radius_m in ((_COARSE, distance_m), (fine, distance_m + _ARC_M)):
        pieces = _beyond(pieces, reached, distance_m, ellipsoid)
        if len(pieces.coords):
            outer = _reach(pieces, radius_m, quad_segs, ellipsoid)
            reached = _united(np.append(outer, reached), middle)
    return reached


def _longest_m(distance_m: float, ellipsoid: Ellipsoid) -> float:
    """How long a piece may be: its plane stretches no distance by more than 0.1 m, and no hole opens
    within its reach, for which it would have to be a loop of 2π times the distance.
    """
    half_m = np.sqrt(6.0 * _PLANE_M * ellipsoid.b_m**2 / distance_m)
    return float(min(_LONGEST_M, 2.0 * half_m, 4.0 * distance_m))


def _paths(lines: Sequence[Floats], longest_m: float, ellipsoid: Ellipsoid) -> _Pieces:
    """The lines once each, in an order and direction of their own, thinned and cut for the planes."""
    drawn = np.array([shapely.LineString(line) for line in lines if len(line) > 1], dtype=object)
    once = np.unique(np.asarray(shapely.to_wkb(shapely.normalize(drawn)), dtype=object))
    thin_deg = np.rad2deg(_THIN_M / ellipsoid.a_m)
    thinned = shapely.simplify(shapely.from_wkb(once), thin_deg, preserve_topology=False)
    coords, path = shapely.get_coordinates(thinned, return_index=True)
    if not len(coords):
        return _Pieces(coords, path)
    coords, path = straightened(coords, path, ellipsoid)
    # Along the equator straight edges are geodesics of any length; pieces are not.
    parts = np.ceil(lengths_m(coords[:-1], coords[1:], ellipsoid) / (0.25 * longest_m)).astype(np.intp)
    parts[(path[1:] != path[:-1]) | (parts < 1)] = 1
    return _Pieces(subdivided(coords, parts), np.repeat(path, np.append(parts, 1)))


def _long(paths: _Pieces, longest_m: float, ellipsoid: Ellipsoid) -> _Pieces:
    """Paths cut where their length passes a multiple of ``longest_m``."""
    ends = lengths_m(paths.coords[:-1], paths.coords[1:], ellipsoid)
    ends[paths.piece[1:] != paths.piece[:-1]] = 0.0
    so_far_m = np.cumsum(np.append(0.0, ends))[:-1]
    return _split(paths, np.floor(so_far_m / longest_m).astype(np.intp))


def _short(paths: _Pieces) -> _Pieces:
    """Paths cut at every second vertex."""
    return _split(paths, np.arange(len(paths.coords) - 1) // 2)


def _split(paths: _Pieces, part: Indices) -> _Pieces:
    """Each path cut where the number of the part, one for each edge, changes."""
    edge = np.flatnonzero(paths.piece[1:] == paths.piece[:-1])
    begins = (np.diff(paths.piece[edge], prepend=-1) != 0) | (np.diff(part[edge], prepend=-1) != 0)
    vertex, piece = runs(edge, begins)
    return _Pieces(paths.coords[vertex], piece)


def _reach(
    pieces: _Pieces, radius_m: float, quad_segs: int, ellipsoid: Ellipsoid, simple_m: float = 0.0
) -> NDArray[np.object_]:
    """The buffer of each piece, first thinned to ``simple_m``, as a polygon in longitude/latitude."""
    planes = Planes(_centres(pieces), ellipsoid)
    flat = shapely.linestrings(planes.enter(pieces.coords, pieces.piece), indices=pieces.piece)
    if simple_m > 0.0:
        flat = shapely.simplify(flat, simple_m, preserve_topology=False)
    return planes.leave(shapely.buffer(flat, radius_m, quad_segs=quad_segs))


def _centres(pieces: _Pieces) -> Floats:
    """A place amid each piece, its longitude near those of the piece."""
    lon, lat = np.deg2rad(pieces.coords).T
    x, y, z = (
        np.bincount(pieces.piece, weights=part)
        for part in (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    )
    centre = np.rad2deg(np.stack([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))], axis=1))
    first = pieces.coords[np.flatnonzero(np.diff(pieces.piece, prepend=-1)), 0]
    centre[:, 0] += 360.0 * np.rint((first - centre[:, 0]) / 360.0)
    return np.asarray(centre)


def _beyond(
    pieces: _Pieces, reached: shapely.MultiPolygon, distance_m: float, ellipsoid: Ellipsoid
) -> _Pieces:
    """The pieces whose reach goes beyond what is reached already: nearer than that to its edge."""
    edge_index = EdgeIndex(
        [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(reached))], ellipsoid
    )
    to_edge_m = edge_index.query(pieces.coords).distance_m
    length_m = lengths_m(pieces.coords[:-1], pieces.coords[1:], ellipsoid)
    length_m[pieces.piece[1:] != pieces.piece[:-1]] = 0.0
    # Between its vertices a piece may come nearer by half of an edge.
    slack_m = 0.5 * np.maximum(np.append(length_m, 0.0), np.append(0.0, length_m))
    near = np.bincount(pieces.piece, weights=to_edge_m < distance_m + slack_m) > 0
    keep = near[pieces.piece]
    _, renumbered = np.unique(pieces.piece[keep], return_inverse=True)
    return _Pieces(pieces.coords[keep], renumbered)


def _united(polygons: NDArray[np.object_], middle_lon: float) -> shapely.MultiPolygon:
    bounds = shapely.bounds(polygons)
    astray = (bounds[:, 0] < middle_lon - 180.0) | (bounds[:, 2] > middle_lon + 180.0)
    parts = [polygons[~astray], *(_into_frame(polygon, middle_lon) for polygon in polygons[astray])]
    union = shapely.normalize(shapely.union_all(np.concatenate(parts)))
    return shapely.MultiPolygon([p for p in shapely.get_parts(union) if p.geom_type == "Polygon"])


def _into_frame(polygon: shapely.Geometry, middle_lon: float) -> NDArray[np.object_]:
    """What lies beyond ±180° of the middle, moved by whole turns."""
    west, _, east, _ = polygon.bounds
    turns = np.arange(
        np.floor((west - middle_lon + 180.0) / 360.0), np.ceil((east - middle_lon - 180.0) / 360.0) + 1
    )
    moved = [
        shapely.transform(
            shapely.intersection(polygon, shapely.box(edge - 180.0, -90.0, edge + 180.0, 90.0)),
            lambda lonlat, turn=turn: lonlat - [360.0 * turn, 0.0],
        )
        for turn in turns
        for edge in [middle_lon + 360.0 * turn]
    ]
    return np.array([part for g in moved for part in shapely.get_parts(g) if part.area > 0.0], dtype=object)
