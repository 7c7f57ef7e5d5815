"""Where the median runs, roughly: triangles between two sets of lines, and the chain of edges that part them.

The lines of both sets, a frame around them and cuts from the frame to every open end and single point divide
the plane of longitude and latitude into faces, which are triangulated without new vertices (constrained
Delaunay triangulation). g is negative on one set, positive on the other and 0 where they meet, so
the median crosses every edge of a triangle that joins a vertex of one to one of the other, and
passes from triangle to triangle through such edges. This is the dual of that part of a constrained
Voronoi diagram which parts the two sets. It says how the median hangs together; where it runs is found on
the ellipsoid.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.construct.field import Field, Floats, Indices, joined

COINCIDE_M = 0.001
"""Lines nearer to each other than this coincide (DESIGN section 4)."""
_FRAME_PARTS = 24
"""Vertices along each side of the frame: the median may leave through it more than once."""
_HIGHEST_DEG = 89.5
_IN_A_FACE = 2000
"""Vertices between two cuts: the time to triangulate a face grows with the square of its vertices."""


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Links between nodes of the median.

    Node k < C is a crossing edge, from ``low[k]``, where g < 0, to ``high[k]`` (C, 2), where g > 0; the
    others are places ``met`` (m, 2) where the sets meet. ``links`` (n, 2) are pairs of nodes that follow one
    another; ``shared`` tells those that run where both sets coincide.
    """

    low: Floats
    high: Floats
    g_low_m: Floats
    g_high_m: Floats
    met: Floats
    links: Indices
    shared: NDArray[np.bool_]


def mesh_of(field: Field, reach_m: float) -> Mesh:
    """Triangulate what lies between the two sets of ``field``, out to ``reach_m`` around them."""
    drawn = _noded(field, reach_m)
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(drawn))))
    faces = faces[_wanted(faces, field)]
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(faces))
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3].reshape(-1, 2)
    edges = shapely.get_coordinates(shapely.get_parts(drawn), return_index=True)
    return _linked(corners, edges, field)


def _noded(field: Field, reach_m: float) -> shapely.Geometry:
    lines = [line for some in field.sets for line in some.lines]
    frame = _frame(lines, reach_m, field.ellipsoid.b_m)
    noded = shapely.unary_union(
        [*(shapely.LineString(line) for line in lines if len(line) > 1), frame, *_cuts(field, frame)]
    )
    extra = _middles(noded, field)
    if not len(extra):
        return noded
    # A straight edge between two places where the sets meet has no vertex of its own set: give it one.
    return _with_vertices(noded, extra)


def _frame(lines: list[Floats], reach_m: float, radius_m: float) -> shapely.LineString:
    every = joined(lines)
    (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
    rise = np.rad2deg(reach_m / radius_m)
    south, north = max(south - rise, -_HIGHEST_DEG), min(north + rise, _HIGHEST_DEG)
    widest = np.cos(np.deg2rad(max(abs(south), abs(north))))
    aside = min(rise / widest, 179.0)
    lon = np.linspace(west - aside, east + aside, _FRAME_PARTS + 1)
    lat = np.linspace(south, north, _FRAME_PARTS + 1)
    ring = [
        np.stack([lon[:-1], np.full(_FRAME_PARTS, lat[0])], axis=1),
        np.stack([np.full(_FRAME_PARTS, lon[-1]), lat[:-1]], axis=1),
        np.stack([lon[:0:-1], np.full(_FRAME_PARTS, lat[-1])], axis=1),
        np.stack([np.full(_FRAME_PARTS + 1, lon[0]), lat[::-1]], axis=1),
    ]
    return shapely.LineString(np.concatenate(ring))


def _cuts(field: Field, frame: shapely.LineString) -> list[shapely.LineString]:
    """Cuts from frame to frame: through every open end and single point, and so that no face is large."""
    west, south, east, north = frame.bounds
    lines = [line for some in field.sets for line in some.lines]
    places = [*(some.ends for some in field.sets), *(line for line in lines if len(line) == 1)]
    made = [
        shapely.LineString([(lon, south), (lon, lat), (lon, north)])
        for lon, lat in np.unique(np.concatenate(places), axis=0).tolist()
    ]
    every = joined(lines)
    wide = np.ptp(every[:, 0]) * np.cos(np.deg2rad(every[0, 1])) > np.ptp(every[:, 1])
    shares = np.arange(1, len(every) // _IN_A_FACE + 1) / (len(every) // _IN_A_FACE + 1)
    for at in np.unique(np.quantile(every[:, 0 if wide else 1], shares)).tolist():
        ends = [(at, south), (at, north)] if wide else [(west, at), (east, at)]
        made.append(shapely.LineString(ends))
    return made


def _middles(noded: shapely.Geometry, field: Field) -> Floats:
    """Middles of noded edges of which both ends lie on both sets, but the middle does not."""
    coords, line = shapely.get_coordinates(shapely.get_parts(noded), return_index=True)
    on_both = _on_both(coords, field)
    edge = np.flatnonzero((line[1:] == line[:-1]) & on_both[1:] & on_both[:-1])
    middle = 0.5 * (coords[edge] + coords[edge + 1])
    return np.asarray(middle[~_on_both(middle, field)]) if len(edge) else middle


def _on_both(points: Floats, field: Field) -> NDArray[np.bool_]:
    apart = [index.matched(points).distance_m for index in field.indexes]
    return np.asarray(np.maximum(apart[0], apart[1]) <= COINCIDE_M)


def _with_vertices(noded: shapely.Geometry, extra: Floats) -> shapely.Geometry:
    wanted = {(float(lon), float(lat)) for lon, lat in extra}
    made = []
    for part in shapely.get_parts(noded):
        coords = shapely.get_coordinates(part)
        middle = 0.5 * (coords[1:] + coords[:-1])
        new = [k for k, (lon, lat) in enumerate(middle.tolist()) if (lon, lat) in wanted]
        made.append(shapely.LineString(np.insert(coords, [k + 1 for k in new], middle[new], axis=0)))
    return shapely.MultiLineString(made)


def _wanted(faces: NDArray[np.object_], field: Field) -> NDArray[np.bool_]:
    """Faces through which the median may pass: those that the sets show on different sides.

    Beside an open end the sides change within a face, so faces that touch one are looked at too.
    """
    if not field.sided or not len(faces):
        return np.ones(len(faces), dtype=bool)
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    values = field.at(inner)
    beside = np.zeros(len(faces), dtype=bool)
    ends = np.concatenate([some.ends for some in field.sets])
    if len(ends):
        beside[shapely.STRtree(faces).query(shapely.points(ends), predicate="intersects")[1]] = True
    return np.asarray(values.between | values.ends | beside)


def _linked(corners: Floats, edges: tuple[Floats, Indices], field: Field) -> Mesh:
    coords, line = edges
    every = np.concatenate([corners, coords])
    places, number = np.unique(every, axis=0, return_inverse=True)
    number = number.ravel()
    sign = _signs(places, field)
    triangle = number[: len(corners)].reshape(-1, 3)
    edge = np.flatnonzero(line[1:] == line[:-1]) + len(corners)
    drawn = np.sort(np.stack([number[edge], number[edge + 1]], axis=1), axis=1)
    return _crossed(places, sign, triangle, _coincident(places, sign, drawn, field), field)


def _coincident(places: Floats, sign: NDArray[np.int8], drawn: Indices, field: Field) -> Indices:
    """Drawn edges along which both sets coincide, (k, 2)."""
    flat = drawn[(sign[drawn] == 0).all(axis=1)]
    if not len(flat):
        return np.asarray(flat)
    middle = 0.5 * (places[flat[:, 0]] + places[flat[:, 1]])
    return np.asarray(np.unique(flat[_on_both(middle, field)], axis=0))


def _crossed(
    places: Floats, sign: NDArray[np.int8], triangle: Indices, coincident: Indices, field: Field
) -> Mesh:
    sides = np.sort(np.stack([triangle, np.roll(triangle, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
    crossing = sign[sides[:, 0]] * sign[sides[:, 1]] < 0
    pairs, which = np.unique(sides[crossing], axis=0, return_inverse=True)
    node = np.full(len(sides), -1)
    node[crossing] = which.ravel()
    met = np.unique(np.concatenate([triangle[sign[triangle] == 0], coincident.ravel()]))
    of_place = np.full(len(places), -1)
    of_place[met] = np.arange(len(met)) + len(pairs)
    by_triangle = node.reshape(-1, 3)
    count = (by_triangle >= 0).sum(axis=1)
    twice = np.sort(by_triangle[count == 2], axis=1)[:, 1:]
    corner = triangle[count == 1]
    once = np.stack([by_triangle[count == 1].max(axis=1), of_place[corner[sign[corner] == 0]]], axis=1)
    between = of_place[_parted_edges(sides, sign, triangle)]
    shared = of_place[coincident]
    links = np.concatenate([twice, once, between, shared])
    is_shared = np.arange(len(links)) >= len(links) - len(shared)
    low = np.where(sign[pairs[:, 0]] < 0, pairs[:, 0], pairs[:, 1])
    high = pairs.sum(axis=1) - low
    ends, which = np.unique(np.concatenate([low, high]), return_inverse=True)
    g_low_m, g_high_m = field.g_m(places[ends])[which.ravel()].reshape(2, -1)
    return Mesh(places[low], places[high], g_low_m, g_high_m, places[met], links, is_shared)


def _signs(places: Floats, field: Field) -> NDArray[np.int8]:
    """The sign of g at places, (n,); 0 where both sets are within the millimetre.

    A vertex of one set that is not near the other has its sign by that; the rest is measured.
    """
    vertices = [np.unique(np.concatenate(some.lines), axis=0) for some in field.sets]
    own = [_is_among(places, some) for some in vertices]
    sign = (own[1].astype(np.int8) - own[0].astype(np.int8)).astype(np.int8)
    asked = own[0] == own[1]
    for k in (0, 1):
        alone = np.flatnonzero(own[k] & ~own[1 - k])
        asked[alone[_maybe_near(places[alone], field.sets[1 - k].lines)]] = True
    rows = np.flatnonzero(asked)
    apart = [index.matched(places[rows]).distance_m for index in field.indexes]
    g_m = field.q * apart[0] - field.p * apart[1]
    # A place that happens to lie on the median counts as beyond it: only where both sets are is neither.
    sign[rows] = np.where(np.maximum(apart[0], apart[1]) <= COINCIDE_M, 0, np.where(g_m < 0.0, -1, 1))
    return sign


def _is_among(places: Floats, some: Floats) -> NDArray[np.bool_]:
    """Which of distinct places are among some other distinct ones."""
    _, first, count = np.unique(np.concatenate([places, some]), axis=0, return_index=True, return_counts=True)
    found = np.zeros(len(places), dtype=bool)
    found[first[count > 1]] = True
    return found


def _maybe_near(points: Floats, lines: tuple[Floats, ...]) -> NDArray[np.bool_]:
    """Places that may lie within a few millimetres of some lines."""
    coords, line = joined(lines), np.repeat(np.arange(len(lines)), [len(one) for one in lines])
    edge = np.flatnonzero(line[1:] == line[:-1])
    single = [one for one in lines if len(one) == 1]
    made = shapely.linestrings(np.stack([coords[edge], coords[edge + 1]], axis=1))
    tree = shapely.STRtree(np.concatenate([made, shapely.points(joined(single))]))
    steepest = np.cos(np.deg2rad(min(np.abs(points[:, 1]).max(initial=0.0) + 0.1, 89.9)))
    near_deg = 5.0 * COINCIDE_M / 1e5 / steepest
    found = np.zeros(len(points), dtype=bool)
    found[tree.query(shapely.points(points), predicate="dwithin", distance=near_deg)[0]] = True
    return found


def _parted_edges(sides: Indices, sign: NDArray[np.int8], triangle: Indices) -> Indices:
    """Edges between two places where the sets meet that have one set on either hand, (k, 2)."""
    third = sign[np.roll(triangle, 1, axis=1)].reshape(-1)
    flat = np.flatnonzero((sign[sides] == 0).all(axis=1) & (third != 0))
    pairs, which = np.unique(sides[flat], axis=0, return_inverse=True)
    which = which.ravel()
    total = np.bincount(which, weights=third[flat], minlength=len(pairs))
    seen = np.bincount(which, minlength=len(pairs))
    return np.asarray(pairs[(seen == 2) & (total == 0.0)])
