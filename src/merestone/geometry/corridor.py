"""The corridor: all points within a geodesic distance of any of the lines, to 1 m.

Lines are cut into pieces, carried to an azimuthal equidistant plane around each piece, buffered
there, carried back and united. Two things make that exact where a plain buffer is not:

* GEOS simplifies what it buffers within 1 % of the distance: a bay of many vertices can put the
  edge of a 25 km buffer 200 m too far out. Lines of three vertices are never simplified, and
  bridging a bay of width w adds no more than w²/(8 · distance), so short pieces are safe too.
* Few pieces reach the edge. So a smaller corridor that is certainly inside is made first, from long
  pieces of thinned lines; then short pieces are added, of lines thinned less and less, but only
  those whose reach goes beyond what is there already. The last ones are exact.
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
_BRIDGE_M = 0.1
"""How much a bridged bay may add in the end."""
_SHARES = (0.004, 0.0003)
"""By how much of the distance lines are thinned, step by step, for what need only be inside."""
_FEWEST = 8
"""Chords in a quarter of a circle at least."""
_SEAM_DEG = 1e-9
"""The frame is cut and moved to within the last bits of its longitudes."""
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
    drawn = _drawn(lines)
    if not len(drawn):
        return shapely.MultiPolygon()
    west, _, east, _ = shapely.total_bounds(drawn).tolist()
    middle = 0.5 * (west + east) if middle_lon is None else middle_lon
    longest_m = _longest_m(distance_m, ellipsoid)
    first_m, *steps_m = (share * distance_m for share in _SHARES)
    paths = _paths(drawn, first_m, longest_m, ellipsoid)
    inner_m = (1.0 - _GEOS_SHARE) * distance_m - first_m
    inner = _reach(_long(paths, longest_m, ellipsoid), inner_m, first_m, ellipsoid)
    reached = _united(inner, middle)
    inside_m = ((thin_m, distance_m - 2.0 * thin_m - _PLANE_M) for thin_m in steps_m if thin_m > _THIN_M)
    # Chords lie inside their arcs: of the last ones, half of that to either side.
    for thin_m, radius_m in (*inside_m, (_THIN_M, distance_m + _ARC_M)):
        is_last = thin_m == _THIN_M
        bridged_m, rough_m = (_BRIDGE_M, 0.0) if is_last else (thin_m, 0.5 * thin_m)
        safe_m = np.sqrt(8.0 * distance_m * bridged_m)
        pieces = _short(_paths(drawn, thin_m, longest_m, ellipsoid), safe_m, ellipsoid)
        pieces = _beyond(pieces, _edges(reached, middle), min(radius_m, distance_m), ellipsoid)
        if len(pieces.coords):
            added = _reach(pieces, radius_m, thin_m, ellipsoid, rough_m)
            reached = _united(np.append(added, reached), middle)
    return reached


def _longest_m(distance_m: float, ellipsoid: Ellipsoid) -> float:
    """How long a piece may be: its plane stretches no distance by more than 0.1 m, and no hole opens
    within its reach, for which it would have to be a loop of 2π times the distance.
    """
    half_m = np.sqrt(6.0 * _PLANE_M * ellipsoid.b_m**2 / distance_m)
    return float(min(_LONGEST_M, 2.0 * half_m, 4.0 * distance_m))


def _drawn(lines: Sequence[Floats]) -> NDArray[np.object_]:
    """The lines once each, in an order and direction of their own."""
    drawn = np.array([shapely.LineString(line) for line in lines if len(line) > 1], dtype=object)
    once = np.unique(np.asarray(shapely.to_wkb(shapely.normalize(drawn)), dtype=object))
    return np.asarray(shapely.from_wkb(once))


def _paths(drawn: NDArray[np.object_], thin_m: float, longest_m: float, ellipsoid: Ellipsoid) -> _Pieces:
    """The lines thinned, and cut so that their edges are straight in planes and shorter than pieces."""
    thinned = shapely.simplify(drawn, np.rad2deg(thin_m / ellipsoid.a_m), preserve_topology=False)
    coords, path = shapely.get_coordinates(thinned, return_index=True)
    coords, path = straightened(coords, path, ellipsoid)
    # Along the equator straight edges are geodesics of any length; pieces are not.
    parts = np.ceil(lengths_m(coords[:-1], coords[1:], ellipsoid) / (0.25 * longest_m)).astype(np.intp)
    parts[(path[1:] != path[:-1]) | (parts < 1)] = 1
    return _Pieces(subdivided(coords, parts), np.repeat(path, np.append(parts, 1)))


def _long(paths: _Pieces, longest_m: float, ellipsoid: Ellipsoid) -> _Pieces:
    """Paths cut where their length passes a multiple of ``longest_m``."""
    edge = np.flatnonzero(paths.piece[1:] == paths.piece[:-1])
    length_m = lengths_m(paths.coords[edge], paths.coords[edge + 1], ellipsoid)
    mark = np.floor((np.cumsum(length_m) - length_m) / longest_m)
    begins = (np.diff(paths.piece[edge], prepend=-1) != 0) | (np.diff(mark, prepend=-1.0) != 0.0)
    vertex, piece = runs(edge, begins)
    return _Pieces(paths.coords[vertex], piece)


def _short(paths: _Pieces, safe_m: float, ellipsoid: Ellipsoid) -> _Pieces:
    """Paths cut so that every piece is up to ``safe_m`` long or has no more than three vertices."""
    edge = np.flatnonzero(paths.piece[1:] == paths.piece[:-1])
    path = paths.piece[edge]
    first = np.flatnonzero(np.diff(path, prepend=-1))
    pair = (np.arange(len(edge)) - np.repeat(first, np.diff(np.append(first, len(edge))))) // 2
    starts = np.flatnonzero((np.diff(path, prepend=-1) != 0) | (np.diff(pair, prepend=-1) != 0))
    length_m = np.add.reduceat(lengths_m(paths.coords[edge], paths.coords[edge + 1], ellipsoid), starts)
    # Pairs of edges that are long stay alone; runs of shorter ones are cut at every half safe length,
    # so that with the pair that passes the mark they are no longer than that.
    alone = length_m > 0.5 * safe_m
    mark = np.floor((np.cumsum(length_m) - length_m) / (0.5 * safe_m))
    parted = alone | np.append(True, alone[:-1]) | (np.diff(mark, prepend=-1.0) != 0.0)
    parted |= np.diff(path[starts], prepend=-1) != 0
    begins = np.zeros(len(edge), dtype=bool)
    begins[starts[parted]] = True
    vertex, piece = runs(edge, begins)
    return _Pieces(paths.coords[vertex], piece)


def _reach(
    pieces: _Pieces, radius_m: float, arc_m: float, ellipsoid: Ellipsoid, rough_m: float = 0.0
) -> NDArray[np.object_]:
    """The buffer of each piece as a polygon in longitude/latitude, its arcs to twice ``arc_m``.

    Near a pole, where straight edges must be short to follow it, they may depart by ``rough_m`` more.
    """
    planes = Planes(_centres(pieces), ellipsoid)
    flat = shapely.linestrings(planes.enter(pieces.coords, pieces.piece), indices=pieces.piece)
    # Within an angle of 2α a chord lies up to r(1 - cos α), about rα²/2, from its arc.
    quad_segs = int(np.ceil(0.25 * np.pi / np.sqrt(4.0 * arc_m / radius_m)))
    quad_segs = max(quad_segs, _FEWEST)
    # Half of the chords' length, so that only near the poles an edge counts as short.
    short_m = 0.25 * np.pi * radius_m / quad_segs if rough_m > 0.0 else 0.0
    return planes.leave(shapely.buffer(flat, radius_m, quad_segs=quad_segs), rough_m, short_m)


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


def _edges(reached: shapely.MultiPolygon, middle_lon: float) -> list[Floats]:
    """The outline of what is reached, as lines: without what the frame adds to it.

    Along ±180° of the middle and along latitude ±90 there is corridor on both sides.
    """
    rings = shapely.get_rings(shapely.get_parts(reached))
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    seam = np.abs(np.abs(coords[:, 0] - middle_lon) - 180.0) <= _SEAM_DEG
    pole = np.abs(coords[:, 1]) >= 90.0 - _SEAM_DEG
    edge = np.flatnonzero((ring[1:] == ring[:-1]) & ~(seam[1:] & seam[:-1]) & ~(pole[1:] & pole[:-1]))
    begins = (np.diff(ring[edge], prepend=-1) != 0) | (np.diff(edge, prepend=-1) != 1)
    vertex, line = runs(edge, begins)
    return np.split(coords[vertex], np.flatnonzero(np.diff(line)) + 1) if len(edge) else []


def _beyond(pieces: _Pieces, edges: Sequence[Floats], distance_m: float, ellipsoid: Ellipsoid) -> _Pieces:
    """The pieces whose reach goes beyond what is reached already: nearer than that to its edges."""
    if not edges:
        return _Pieces(pieces.coords[:0], pieces.piece[:0])
    to_edge_m = EdgeIndex(edges, ellipsoid).query(pieces.coords).distance_m
    length_m = lengths_m(pieces.coords[:-1], pieces.coords[1:], ellipsoid)
    length_m[pieces.piece[1:] != pieces.piece[:-1]] = 0.0
    # Between its vertices a piece may come nearer by half of an edge.
    slack_m = 0.5 * np.maximum(np.append(length_m, 0.0), np.append(0.0, length_m))
    near = np.bincount(pieces.piece, weights=to_edge_m < distance_m + slack_m) > 0
    keep = near[pieces.piece]
    _, renumbered = np.unique(pieces.piece[keep], return_inverse=True)
    return _Pieces(pieces.coords[keep], renumbered)


def _united(polygons: NDArray[np.object_], middle_lon: float) -> shapely.MultiPolygon:
    # GEOS now and then buffers a line into a polygon that crosses itself by a few metres somewhere
    # inside; united as it is, that can fail.
    crossed = np.flatnonzero(~shapely.is_valid(polygons))
    polygons[crossed] = shapely.make_valid(polygons[crossed], method="structure", keep_collapsed=False)
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
