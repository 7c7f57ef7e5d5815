"""Where lines meet edges: positions along the lines at which a label may change.

Edges are straight in longitude/latitude, so meetings are those of straight segments in that plane,
found by their parameters; an extra position does no harm, since equal labels are joined again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.features.labels import Edges
from merestone.geometry.lengths import spans_m
from merestone.lines.scale import metres_per_degree
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_TIP = 1e-9
"""How far beyond the ends of an edge, as a share of it, a meeting still counts: rounding."""
SAME_M = 1e-6
"""Positions along a line that are nearer to each other than this are one."""


class Lines:
    """Lines one after the other: ``coords`` (n, 2), ``line`` (n,) the number of the line of each vertex.

    A *position* is the number of a vertex plus the share of the edge that follows it.
    """

    def __init__(self, lines: Sequence[Floats], ellipsoid: Ellipsoid) -> None:
        """``lines`` are arrays (k, 2), k ≥ 1, longitude, latitude in degrees."""
        self.count = len(lines)
        self.ellipsoid = ellipsoid
        self.coords = np.concatenate(lines) if lines else np.empty((0, 2))
        self.sizes = np.array([len(line) for line in lines], dtype=np.intp)
        self.first = np.cumsum(self.sizes) - self.sizes
        self.line = np.repeat(np.arange(self.count), self.sizes)
        self.edge = np.delete(np.arange(len(self.coords)), self.first + self.sizes - 1)
        length_m = np.zeros(len(self.coords))
        length_m[self.edge] = spans_m(self.coords[self.edge], self.coords[self.edge + 1], ellipsoid)
        # Each line is summed on its own, so that its figures do not depend on the others.
        self.at_m = np.zeros(len(self.coords))
        for first, size in zip(self.first.tolist(), self.sizes.tolist(), strict=True):
            np.cumsum(length_m[first : first + size - 1], out=self.at_m[first + 1 : first + size])

    @cached_property
    def length_m(self) -> Floats:
        """(count,) metres."""
        return np.asarray(self.at_m[self.first + self.sizes - 1])

    def places(self, position: Floats) -> Floats:
        """(n, 2) longitude, latitude at positions."""
        vertex = np.minimum(position.astype(np.intp), len(self.coords) - 1)
        share = (position - vertex)[:, None]
        following = np.minimum(vertex + 1, len(self.coords) - 1)
        return np.asarray(self.coords[vertex] * (1.0 - share) + self.coords[following] * share)

    def chainages_m(self, position: Floats) -> Floats:
        """(n,) metres from the start of its line at each position."""
        vertex = np.minimum(position.astype(np.intp), len(self.coords) - 1)
        part_m = spans_m(self.coords[vertex], self.places(position), self.ellipsoid)
        return np.asarray(self.at_m[vertex] + part_m)


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """Meetings of lines and edges, sorted by line and position; all (k,).

    ``angle_deg`` is the acute angle between line and edge, 0 to 90. ``limit`` is False at edges of
    what the source covers. ``along`` (j, 3): line, from and to position of runs on an edge.
    """

    line: Indices
    position: Floats
    angle_deg: Floats
    limit: Flags
    along: Floats


def cut(lines: Lines, edges: Edges, coincide_m: float) -> Cuts:
    """Every meeting of ``lines`` with ``edges``; runs within ``coincide_m`` of an edge are ``along``."""
    near, edge = _candidates(lines, edges)
    a, b = lines.coords[near], lines.coords[near + 1]
    c, d = edges.start[edge], edges.end[edge]
    scale = np.stack(metres_per_degree(0.5 * (a[:, 1] + b[:, 1]), lines.ellipsoid), axis=1)
    own, other, between = (b - a) * scale, (d - c) * scale, (c - a) * scale
    turn = _cross(own, other)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, beyond = _cross(between, other) / turn, _cross(between, own) / turn
    meets = (share >= -_TIP) & (share <= 1.0 + _TIP) & (beyond >= -_TIP) & (beyond <= 1.0 + _TIP)
    angle = np.degrees(np.arctan2(np.abs(turn), np.abs((own * other).sum(axis=1))))
    low, high, runs = _overlaps(own, between, between + other, coincide_m)
    along = np.stack([lines.line[near[runs]], near[runs] + low[runs], near[runs] + high[runs]], axis=1)
    line = np.concatenate([lines.line[near[meets]], along[:, 0].astype(np.intp), along[:, 0].astype(np.intp)])
    position = np.concatenate([near[meets] + np.clip(share[meets], 0.0, 1.0), along[:, 1], along[:, 2]])
    angles = np.concatenate([angle[meets], angle[runs], angle[runs]])
    limit = np.concatenate([edges.limit[edge[meets]], edges.limit[edge[runs]], edges.limit[edge[runs]]])
    order = np.lexsort((limit, angles, position, line))
    # Runs on edges of what the source covers are no runs on a line.
    return Cuts(line[order], position[order], angles[order], limit[order], along[edges.limit[edge[runs]]])


def _candidates(lines: Lines, edges: Edges) -> tuple[Indices, Indices]:
    """Pairs of an edge of a line (its first vertex) and an edge whose boxes meet; none without length."""
    none = np.zeros(0, dtype=np.intp)
    if not len(lines.edge) or not len(edges.start):
        return none, none
    low, high = np.minimum(edges.start, edges.end), np.maximum(edges.start, edges.end)
    within = (high >= lines.coords.min(axis=0)) & (low <= lines.coords.max(axis=0))
    kept = np.flatnonzero(within.all(axis=1) & (edges.start != edges.end).any(axis=1))
    if not kept.size:
        return none, none
    tree = shapely.STRtree(shapely.box(*low[kept].T, *high[kept].T))
    west, south = np.minimum.reduceat(lines.coords, lines.first).T
    east, north = np.maximum.reduceat(lines.coords, lines.first).T
    near = np.zeros(lines.count, dtype=bool)
    near[tree.query(shapely.box(west, south, east, north))[0]] = True
    own = lines.edge[near[lines.line[lines.edge]]]
    a, b = lines.coords[own], lines.coords[own + 1]
    own = own[(a != b).any(axis=1)]
    a, b = lines.coords[own], lines.coords[own + 1]
    boxes = shapely.box(*np.minimum(a, b).T, *np.maximum(a, b).T)
    mine, other = tree.query(boxes)
    return own[mine], kept[other]


def _overlaps(
    own: Floats, first: Floats, second: Floats, coincide_m: float
) -> tuple[Floats, Floats, Indices]:
    """From and to (shares of the line's edge) of where an edge runs on it, and the rows where it does.

    All in metres from the line edge's start: ``own`` its end, ``first`` and ``second`` the ends of
    the other. It runs on it if what they have side by side is nowhere farther than ``coincide_m``.
    """
    square = (own * own).sum(axis=1)
    length = np.sqrt(square)
    one, two = (first * own).sum(axis=1) / square, (second * own).sum(axis=1) / square
    off_one, off_two = _cross(own, first) / length, _cross(own, second) / length
    low = np.clip(np.minimum(one, two), 0.0, 1.0)
    high = np.clip(np.maximum(one, two), 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):  # square to one another: nothing side by side
        slope = (off_two - off_one) / (two - one)
        at_low, at_high = off_one + slope * (low - one), off_one + slope * (high - one)
    runs = ((high - low) * length > SAME_M) & (np.maximum(np.abs(at_low), np.abs(at_high)) <= coincide_m)
    return low, high, np.flatnonzero(runs)


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
