"""The planar partition of a region by the boundaries of many areas and lines.

Every undirected edge is noded once, however many areas share it; edges go into one union as runs of
up to 32 segments, and the faces between the noded lines are found. Nothing is snapped: every vertex of the
input is a vertex of the faces, and the faces add up to the region. Both are checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.geometry.areas import areas_m2
from merestone.geometry.polygonize import polygonize
from merestone.geometry.runs import runs
from merestone.model.ellipsoid import WGS84, Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Geometries = NDArray[np.object_]

_RUN_EDGES = 32
"""Longer lines overlap more boxes than needed in the index of the noder, shorter ones cost more each."""
_WHOLE_M2 = 1e-3
"""By how much the faces may miss the area of the region before the noding counts as failed."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ROOM = 0.05
_SLIVER_DEG = 1e-13
"""Faces narrower than 10 nm are rounding: no place in them is better than another."""
_GRID_DEG = 1e-11
"""Grid of the robust noding, about 1 µm, used only where exact noding fails."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Faces in the order of their inner points, by longitude and then latitude."""

    polygons: Geometries
    """(n,) polygons."""
    inner_points: Floats
    """(n, 2) longitude, latitude of a place within each face."""
    areas_m2: Floats
    """(n,) on the ellipsoid."""
    neighbours: Indices
    """(k, 2) pairs of faces that share an edge, the smaller number first, sorted, each pair once."""
    at_edge: NDArray[np.bool_]
    """(n,) whether the face shares an edge with the outside of the region."""
    snapped_m: float
    """By how much vertices may have moved: 0 unless exact noding failed."""
    missing_m2: float
    """Area of the region less the sum of the faces."""
    lines: Geometries
    """(m,) the noded lines between the faces."""
    sides: Indices
    """(m, 2) numbers of the faces to the left and right of each line, −1 for what is no face."""


def faces(
    areas: Sequence[shapely.Geometry],
    lines: Sequence[Floats],
    within: shapely.MultiPolygon,
    ellipsoid: Ellipsoid = WGS84,
) -> Faces:
    """Cut ``within`` along the boundaries of all ``areas`` and along all ``lines``.

    Coordinates are longitude, latitude in degrees; ``areas`` are valid (Multi)Polygons and ``lines``
    (n, 2) arrays, in any longitudes that agree with those of ``within`` up to whole turns. The
    result is the same to the last bit for any order of areas, of lines and of the rings' direction. The faces
    add up to the region within 1e-3 m²; if that cannot be had exactly, noding is repeated on a grid
    of 1 µm and ``snapped_m`` says so.
    """
    cut = np.concatenate([_runs(_lines_of([within])), _runs(_lines_of(areas, lines, within), within)])
    region_m2 = float(areas_m2(np.array([within], dtype=object), ellipsoid)[0])
    snapped_m = 0.0
    found = _cut(cut, within, None)
    sizes_m2 = areas_m2(found.polygons, ellipsoid)
    if abs(region_m2 - float(sizes_m2.sum())) > _WHOLE_M2:
        snapped_m = float(np.deg2rad(_GRID_DEG) * ellipsoid.a_m)
        found = _cut(cut, within, _GRID_DEG)
        sizes_m2 = areas_m2(found.polygons, ellipsoid)
    neighbours, at_edge = _adjacency(found, within)
    missing_m2 = region_m2 - float(sizes_m2.sum())
    return Faces(
        found.polygons, found.places, sizes_m2, neighbours, at_edge, snapped_m, missing_m2,
        found.lines, found.sides,
    )  # fmt: skip


def inside(area: shapely.Geometry, points: Floats) -> NDArray[np.bool_]:
    """Whether each point, (n, 2) longitude, latitude, lies in the interior of the (multi)polygon.

    Points count as inside by whole turns of longitude too.
    """
    shapely.prepare(area)
    found = np.asarray(shapely.contains_xy(area, points[:, 0], points[:, 1]))
    for turn in (-360.0, 360.0):
        west, _, east, _ = shapely.bounds(area)
        moved = np.flatnonzero(~found & (points[:, 0] + turn >= west) & (points[:, 0] + turn <= east))
        if moved.size:
            found[moved] = shapely.contains_xy(area, points[moved, 0] + turn, points[moved, 1])
    return found


class Edges(NamedTuple):
    """Edges that two faces share: ``start`` and ``end`` (n, 2), and the faces to the left and right of the
    way from one to the other, (n,)."""

    start: Floats
    end: Floats
    left: Indices
    right: Indices


def shared_edges(found: Faces) -> Edges:
    """The edges of the lines that have a face on either hand, and not the same one, line after line."""
    left, right = found.sides.T
    between = np.flatnonzero((left >= 0) & (right >= 0) & (left != right))
    coords, line = shapely.get_coordinates(found.lines[between], return_index=True)
    edge = np.flatnonzero(line[1:] == line[:-1])
    at = between[line[edge]]
    return Edges(coords[edge], coords[edge + 1], left[at], right[at])


def components(count: int, pairs: Indices) -> Indices:
    """The connected component of each of ``count`` items joined by ``pairs``, (k, 2).

    Components carry the smallest number among their items.
    """
    label = np.arange(count)
    while True:
        # Hook the larger of two labels under the smaller, then shorten all paths.
        one, other = label[pairs[:, 0]], label[pairs[:, 1]]
        if (one == other).all():
            return label
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while (label != label[label]).any():
            label = label[label]


def _lines_of(
    areas: Sequence[shapely.Geometry],
    lines: Sequence[Floats] = (),
    within: shapely.MultiPolygon | None = None,
) -> Geometries:
    """All rings and lines that may matter within the region, each once, in an order of their own."""
    rings = shapely.get_rings(shapely.get_parts(np.array(areas, dtype=object)))
    drawn = (
        shapely.linestrings(
            np.concatenate(lines), indices=np.repeat(np.arange(len(lines)), list(map(len, lines)))
        )
        if lines
        else []
    )
    every = np.concatenate([rings, drawn])
    if within is not None:
        every = _moved_by_turns(every, within)
    once = np.unique(np.asarray(shapely.to_wkb(shapely.normalize(every)), dtype=object))
    return np.asarray(shapely.from_wkb(once))


def _moved_by_turns(lines: Geometries, within: shapely.MultiPolygon) -> Geometries:
    """The lines, at each whole turn of longitude at which their box meets that of the region."""
    west, south, east, north = within.bounds
    bounds = shapely.bounds(lines)
    level = (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    found = []
    for turn in (-360.0, 0.0, 360.0):
        meets = level & (bounds[:, 0] + turn <= east) & (bounds[:, 2] + turn >= west)
        shift = np.array([turn, 0.0])
        found.append(
            lines[meets] if turn == 0.0 else shapely.transform(lines[meets], lambda c, s=shift: c + s)
        )
    return np.concatenate(found)


def _runs(lines: Geometries, within: shapely.MultiPolygon | None = None) -> Geometries:
    """The edges of all lines, each undirected edge once, as runs; those only that meet ``within``."""
    coords, line = shapely.get_coordinates(lines, return_index=True)
    edge = np.flatnonzero(line[1:] == line[:-1])
    if within is not None:
        west, south, east, north = within.bounds
        low, high = np.minimum(coords[:-1], coords[1:])[edge], np.maximum(coords[:-1], coords[1:])[edge]
        meets = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
        edge = edge[meets]
    edge = edge[_first_of_each(coords[edge], coords[edge + 1])]
    if not edge.size:
        return np.empty(0, dtype=object)
    parted = (np.diff(edge, prepend=-2) != 1) | (np.diff(line[edge], prepend=-1) != 0)
    start = np.maximum.accumulate(np.where(parted, np.arange(len(edge)), 0))
    vertex, run = runs(edge, (np.arange(len(edge)) - start) % _RUN_EDGES == 0)
    made = shapely.linestrings(coords[vertex], indices=run)
    if within is not None:
        shapely.prepare(within)
        made = made[shapely.intersects(within, made)]
    return np.asarray(made)


def _keys(a: Floats, b: Floats) -> Floats:
    """(n, 4) keys of undirected edges: the lexicographically smaller end first."""
    swap = (b[:, 0] < a[:, 0]) | ((b[:, 0] == a[:, 0]) & (b[:, 1] < a[:, 1]))
    return np.where(swap[:, None], np.hstack([b, a]), np.hstack([a, b]))


def _by_edge(keys: Floats) -> tuple[Indices, NDArray[np.bool_]]:
    """An order in which equal edges follow one another, first ones first, and which begin a new kind.

    Sorted by one number mixed from the bits of each key; should two different keys ever share that
    number, by the keys themselves.
    """
    bits = np.ascontiguousarray(keys + 0.0).view(np.uint64)  # adding 0 makes -0 and 0 one
    mixed = np.zeros(len(keys), dtype=np.uint64)
    for column in bits.T:
        mixed = (mixed ^ column) * _MULTIPLIER
        mixed ^= mixed >> np.uint64(29)
    order = np.argsort(mixed, kind="stable")
    new = np.ones(len(keys), dtype=bool)
    new[1:] = (np.diff(keys[order], axis=0) != 0.0).any(axis=1)
    if (new[1:] & (np.diff(mixed[order]) == 0)).any():
        order = np.lexsort(keys.T)
        new[1:] = (np.diff(keys[order], axis=0) != 0.0).any(axis=1)
    return order, new


def _first_of_each(a: Floats, b: Floats) -> NDArray[np.bool_]:
    """Whether each edge is the first of its undirected kind and has a length."""
    order, new = _by_edge(_keys(a, b))
    first = np.empty(len(a), dtype=bool)
    first[order] = new
    return np.asarray(first & (a != b).any(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """The faces of a region by their places, the lines between them and the two faces of each line."""

    polygons: Geometries
    places: Floats
    lines: Geometries
    sides: Indices
    """(m, 2) numbers of faces, −1 for what is no face of the region."""


def _cut(cut: Geometries, within: shapely.MultiPolygon, grid_deg: float | None) -> _Cut:
    """The normalized faces between the noded lines, those that are valid and lie in the region."""
    try:
        lines = shapely.get_parts(shapely.union_all(cut, grid_size=grid_deg))
    except shapely.GEOSException:
        lines = np.empty(0, dtype=object)
    parted = polygonize(lines)
    whole = np.flatnonzero(shapely.is_valid(parted.polygons))
    polygons = shapely.normalize(parted.polygons[whole])
    place = _inner_points(polygons)
    shapely.prepare(within)
    kept = np.flatnonzero(shapely.contains_xy(within, place[:, 0], place[:, 1]))
    kept = kept[np.lexsort((place[kept, 1], place[kept, 0]))]
    number = np.full(len(parted.polygons) + 1, -1)  # the last is that of −1
    number[whole[kept]] = np.arange(len(kept))
    return _Cut(polygons[kept], place[kept], lines, number[np.stack([parted.left, parted.right], axis=1)])


def _inner_points(polygons: Geometries) -> Floats:
    """A place well within each polygon, (n, 2).

    GEOS's point on the surface may lie in a spike no wider than rounding, and then fall to the wrong
    side of a boundary. Area by length of outline is a radius that every polygon holds somewhere;
    where the point has not even a twentieth of that around it, an inscribed circle is found.
    """
    place = shapely.point_on_surface(polygons)
    held = shapely.area(polygons) / shapely.length(polygons)
    tight = shapely.distance(place, shapely.boundary(polygons)) < _ROOM * held
    cramped = np.flatnonzero(tight & (held > _SLIVER_DEG))
    circles = shapely.maximum_inscribed_circle(polygons[cramped], tolerance=0.25 * held[cramped])
    place[cramped] = shapely.get_point(circles, 0)
    return np.asarray(shapely.get_coordinates(place))


def _adjacency(found: _Cut, within: shapely.MultiPolygon) -> tuple[Indices, NDArray[np.bool_]]:
    """Which faces share an edge, and which have one that no other face has."""
    count = len(found.polygons)
    outside = found.sides < 0
    pairs = found.sides[~outside.any(axis=1)]
    single = np.flatnonzero(outside.sum(axis=1) == 1)
    coords, line = shapely.get_coordinates(found.lines[single], return_index=True)
    edge = np.flatnonzero(line[1:] == line[:-1])
    face = found.sides[single].max(axis=1)[line[edge]]
    at_edge = np.zeros(count, dtype=bool)
    seam_pairs, real = _seam(_keys(coords[edge], coords[edge + 1]), face, within)
    at_edge[face[real]] = True
    pairs = np.concatenate([pairs, seam_pairs])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    once = np.unique(pairs.min(axis=1) * count + pairs.max(axis=1))
    return np.stack(np.divmod(once, max(count, 1)), axis=1), at_edge


def _seam(keys: Floats, face: Indices, within: shapely.MultiPolygon) -> tuple[Indices, NDArray[np.bool_]]:
    """Neighbours across the two ends of a frame of 360°, and which single edges are none of those.

    Edges along a pole are points, and edges along the seam have another face at their other side.
    """
    west, _, east, _ = within.bounds
    real = ~((np.abs(keys[:, 1]) == 90.0) & (np.abs(keys[:, 3]) == 90.0))
    if east - west < 360.0:
        return np.empty((0, 2), dtype=np.intp), real
    at_west = np.flatnonzero((keys[:, 0] == west) & (keys[:, 2] == west))
    at_east = np.flatnonzero((keys[:, 0] == east) & (keys[:, 2] == east))
    real[at_west] = real[at_east] = False
    low = np.maximum(keys[at_west, None, 1], keys[None, at_east, 1])
    high = np.minimum(keys[at_west, None, 3], keys[None, at_east, 3])
    one, other = np.nonzero(high > low)
    return np.stack([face[at_west[one]], face[at_east[other]]], axis=1), real
