"""The faces between noded lines, and which face lies on either side of each line.

Every line has two directed edges. At its end a walk goes on with the next edge clockwise, so that it
goes round one face with that face on its left (de Berg et al., Computational Geometry, 3rd ed. 2008,
section 2.2). A walk that comes to a node again parts into rings there; rings that run anticlockwise are
shells, the others holes. Shapely's ``polygonize`` finds the same faces, but tests each ring against
itself and does not tell which line belongs to which face.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Geometries = NDArray[np.object_]

_TIE_RAD = 1e-14
"""Directions nearer than this are ordered exactly; differences, quotient and angle are each off by an ulp."""


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The bounded faces between some lines."""

    polygons: Geometries
    """(n,) polygons, whose rings are simple where the lines are noded."""
    left: Indices
    """(m,) the face on the left of each line; −1 where that is unbounded, or the same as on the right."""
    right: Indices


def polygonize(lines: Geometries) -> Partition:
    """The faces between ``lines``, (m,) LineStrings in a plane that meet at their ends only.

    Lines that bound no face are left out: those with a loose end, and those with one face on both sides.
    """
    sides = np.full((len(lines), 2), -1)
    if not len(lines):
        return Partition(np.empty(0, dtype=object), sides[:, 0], sides[:, 1])
    coords, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.diff(line, prepend=-1))
    last = np.append(first[1:], len(coords)) - 1
    tails = coords[np.stack([first, last], axis=1).reshape(-1)]
    heads = coords[np.stack([first + 1, last - 1], axis=1).reshape(-1)]
    origin = _nodes(tails)
    order, cycle = _walks(origin, tails, heads)
    of_edge = np.empty_like(cycle)
    of_edge[order] = cycle
    bounds = of_edge[::2] != of_edge[1::2]
    if not bounds.all():
        used = np.flatnonzero(bounds)
        if not len(used):
            return Partition(np.empty(0, dtype=object), sides[:, 0], sides[:, 1])
        edges = np.stack([2 * used, 2 * used + 1], axis=1).reshape(-1)
        order, cycle = _walks(origin[edges], tails[edges], heads[edges])
        order = edges[order]
    order, ring, cycle = _parted(order, cycle, origin)
    rings = _rings(order, ring, coords, first, last)
    polygons, face = _assembled(rings, cycle)
    sides[order >> 1, order & 1] = face[ring]
    return Partition(polygons, sides[:, 0], sides[:, 1])


def _nodes(ends: Floats) -> Indices:
    """The number of the place of each end; ends at one place have one number."""
    _, node = np.unique(np.ascontiguousarray(ends + 0.0).view(np.complex128).reshape(-1), return_inverse=True)
    return np.asarray(node.reshape(-1))


def _walks(origin: Indices, tails: Floats, heads: Floats) -> tuple[Indices, Indices]:
    """All directed edges, walk after walk, and the number of the walk of each; both (2m,).

    Edges 2i and 2i + 1 are the two directions of one line. ``origin`` are their nodes, at ``tails``;
    ``heads`` are their next vertices.
    """
    steps = heads - tails
    angle = np.arctan2(steps[:, 1], steps[:, 0])
    around = np.lexsort((angle, origin))
    node = origin[around]
    begins = np.diff(node, prepend=-1) != 0
    tie = ~begins[1:] & (np.diff(angle[around]) < _TIE_RAD)
    if tie.any():
        _order_ties(around, tie, tails, heads)
    # Clockwise of each edge around its node is the one before it, of the first one the last.
    start = np.flatnonzero(begins)
    before = np.empty_like(around)
    before[around[1:]] = around[:-1]
    before[around[start]] = around[np.append(start[1:], len(around)) - 1]
    follower = before[np.arange(len(around)) ^ 1].tolist()
    order: list[int] = []
    cycle = [-1] * len(follower)
    sizes = []
    for edge in range(len(follower)):
        if cycle[edge] >= 0:
            continue
        begin, at = len(order), edge
        while cycle[at] < 0:
            cycle[at] = edge
            order.append(at)
            at = follower[at]
        sizes.append(len(order) - begin)
    return np.array(order, dtype=np.intp), np.repeat(np.arange(len(sizes)), sizes)


def _order_ties(around: Indices, tie: NDArray[np.bool_], tails: Floats, heads: Floats) -> None:
    """Sort, in place, edges of one node whose directions are one but for rounding, anticlockwise."""

    def step(edge: int) -> tuple[Fraction, Fraction]:
        (ax, ay), (bx, by) = tails[edge].tolist(), heads[edge].tolist()
        return Fraction(bx) - Fraction(ax), Fraction(by) - Fraction(ay)

    def turn(one: int, other: int) -> int:
        (ax, ay), (bx, by) = step(one), step(other)
        cross = ax * by - ay * bx
        return (cross < 0) - (cross > 0)

    ends = np.flatnonzero(np.diff(np.concatenate([[False], tie, [False]]).astype(np.int8)))
    for begin, end in ends.reshape(-1, 2).tolist():
        around[begin : end + 1] = sorted(around[begin : end + 1].tolist(), key=cmp_to_key(turn))


def _parted(order: Indices, cycle: Indices, origin: Indices) -> tuple[Indices, Indices, Indices]:
    """Walks parted at nodes that they meet again: edges in order, the ring of each, the walk of each ring."""
    node = origin[order]
    by_node = np.lexsort((node, cycle))
    again = (np.diff(node[by_node]) == 0) & (np.diff(cycle[by_node]) == 0)
    if not again.any():
        return order, cycle, np.arange(cycle[-1] + 1)
    touching = np.unique(cycle[by_node[1:][again]])
    plain = ~np.isin(cycle, touching)
    parts: list[Sequence[int] | Indices] = []
    walks: list[int] = []
    for walk in touching.tolist():
        loops = _loops(order[cycle == walk].tolist(), origin)
        parts += loops
        walks += [walk] * len(loops)
    kept, renumbered = np.unique(cycle[plain], return_inverse=True)
    sizes = [len(part) for part in parts]
    ring = np.concatenate([renumbered, np.repeat(len(kept) + np.arange(len(parts)), sizes)])
    return (
        np.concatenate([order[plain], *parts]),
        ring,
        np.concatenate([kept, np.array(walks, dtype=np.intp)]),
    )


def _loops(walk: list[int], origin: Indices) -> list[list[int]]:
    """The rings of one walk, none of which meets a node twice."""
    found: list[list[int]] = []
    stack: list[int] = []
    where: dict[int, int] = {}
    for edge in walk:
        node = int(origin[edge])
        if node in where:
            begin = where[node]
            for left in stack[begin:]:
                del where[int(origin[left])]
            found.append(stack[begin:])
            del stack[begin:]
        where[node] = len(stack)
        stack.append(edge)
    return [*found, stack]


def _rings(order: Indices, ring: Indices, coords: Floats, first: Indices, last: Indices) -> Geometries:
    """The rings as LinearRings; each edge gives its vertices but the last."""
    line, back = order >> 1, order & 1
    sizes = (last - first)[line]
    begin = np.cumsum(sizes) - sizes
    along = np.arange(int(sizes.sum())) - np.repeat(begin, sizes)
    start, direction = np.where(back, last[line], first[line]), np.where(back, -1, 1)
    vertex = np.repeat(start, sizes) + along * np.repeat(direction, sizes)
    return np.asarray(shapely.linearrings(coords[vertex], indices=np.repeat(ring, sizes)))


def _assembled(rings: Geometries, cycle: Indices) -> tuple[Geometries, Indices]:
    """Polygons of shells with their holes, and the face of each ring, −1 for that without bounds."""
    ccw = shapely.is_ccw(rings)
    shells = np.flatnonzero(ccw)
    polygons = np.asarray(shapely.polygons(rings[shells]))
    # A hole that touches its shell was walked with it.
    face_of = np.full(int(cycle.max()) + 1, -1)
    face_of[cycle[shells]] = np.arange(len(shells))
    holes = np.flatnonzero(~ccw)
    apart = np.unique(cycle[holes[face_of[cycle[holes]] < 0]], return_index=True)
    lone = holes[face_of[cycle[holes]] < 0][apart[1]]
    face_of[cycle[lone]] = _around(rings[lone], polygons)
    face = face_of[cycle]
    inner = holes[face[holes] >= 0]
    by_face = inner[np.argsort(face[inner], kind="stable")]
    for group in np.split(by_face, np.flatnonzero(np.diff(face[by_face])) + 1) if len(by_face) else []:
        at = face[group[0]]
        polygons[at] = shapely.polygons(shapely.get_exterior_ring(polygons[at]), rings[group])
    return polygons, face


def _around(rings: Geometries, shells: Geometries) -> Indices:
    """The smallest shell around each ring, −1 where there is none; rings and shells do not touch."""
    found = np.full(len(rings), -1)
    places = shapely.get_point(rings, 0)
    ring, shell = shapely.STRtree(shells).query(places, predicate="within")
    # The smallest comes last and stays.
    largest_first = np.argsort(-shapely.area(shells[shell]), kind="stable")
    found[ring[largest_first]] = shell[largest_first]
    return found
