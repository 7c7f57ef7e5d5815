"""Cycles: what bounds a gap or an overlap, walked with it on the left.

The land of the two sides, what both claim and what neither claims part the plane. The boundary of each
such region is made of stretches; at a node the walk goes on with the next stretch clockwise (de Berg et
al., Computational Geometry, 3rd ed. 2008, section 2.2). An anticlockwise cycle bounds a region from
without, a clockwise one is a hole in it.
"""

from dataclasses import dataclass

import numpy as np

from merestone.geometry.faces import components
from merestone.lines.scale import Bools, Floats, Ints, metres_per_degree
from merestone.lines.stretches import Course, Stretches, rough_lengths_m
from merestone.model.ellipsoid import Ellipsoid

_ANGLE_RAD = 1e-6
"""Directions nearer than this are one: between them lies a region that is closing."""


@dataclass(frozen=True, slots=True, eq=False)
class Cycles:
    """All cycles of one kind of region. ``member`` (m,) are their stretches.

    ``follower`` (m,) is the position in ``member`` of the next one, −1 where the walk breaks off;
    ``cycle`` (m,) the number of the cycle; the other arrays are (c,). ``start`` is the position in
    ``member`` at which a cycle begins. ``area_deg2`` is signed,
    anticlockwise positive; ``bounds`` (c, 4) west, south, east, north. ``sides`` (c, 2) tells which sides
    bound it alone. ``thin`` where it is nowhere a region at the tolerance of the touches.
    """

    member: Ints
    follower: Ints
    cycle: Ints
    forward: bool
    area_deg2: Floats
    bounds: Floats
    sides: Bools
    whole: Bools
    thin: Bools
    start: Ints

    @property
    def count(self) -> int:
        return len(self.area_deg2)

    def walk(self, cycle: int) -> Ints:
        """The stretches of a cycle in order."""
        start = int(self.start[cycle])
        found, at = [], start
        while True:
            found.append(self.member[at])
            at = int(self.follower[at])
            if at in {start, -1}:
                return np.array(found, dtype=np.intp)


def gap_cycles(stretches: Stretches, coincide_m: float, ellipsoid: Ellipsoid) -> Cycles:
    """Boundaries of what neither side claims, each walked against the direction of its stretches."""
    return _cycles(stretches, Course.OUTSIDE, False, coincide_m, ellipsoid)


def overlap_cycles(stretches: Stretches, coincide_m: float, ellipsoid: Ellipsoid) -> Cycles:
    """Boundaries of what both sides claim, walked in the direction of the stretches."""
    return _cycles(stretches, Course.INSIDE, True, coincide_m, ellipsoid)


def ring_coords(stretches: Stretches, walked: Ints, *, forward: bool) -> Floats:
    """The closed ring (k, 2) along the stretches of a cycle."""
    step = 1 if forward else -1
    parts = [stretches.coords(int(k))[::step] for k in walked]
    ring = np.concatenate([*parts, parts[0][:1]])
    moves = np.concatenate([[True], (ring[1:] != ring[:-1]).any(axis=1)])
    return np.ascontiguousarray(ring[moves])


def _cycles(
    stretches: Stretches, course: Course, forward: bool, coincide_m: float, ellipsoid: Ellipsoid
) -> Cycles:
    alike = (stretches.course == Course.ALIKE) & (stretches.side == 0)
    member = np.flatnonzero((stretches.course == course) | alike)
    nodes = (stretches.node_from[member], stretches.node_to[member])
    tail, head = nodes if forward else nodes[::-1]
    follower = _followers(stretches, member, tail, head, forward, ellipsoid)
    linked = np.flatnonzero(follower >= 0)
    label = components(len(member), np.column_stack([linked, follower[linked]]))
    _, cycle = np.unique(label, return_inverse=True)
    return _measured(stretches, member, follower, cycle, forward, coincide_m, ellipsoid)


def _followers(
    stretches: Stretches, member: Ints, tail: Ints, head: Ints, forward: bool, ellipsoid: Ellipsoid
) -> Ints:
    """Position of the member that follows each one."""
    follower = np.full(len(member), -1, dtype=np.intp)
    alone = head < 0
    follower[alone] = np.flatnonzero(alone)
    nodes, arriving = np.unique(head, return_counts=True)
    arriving = arriving[nodes >= 0]
    nodes = nodes[nodes >= 0]
    by_tail = np.argsort(tail, kind="stable")
    low = np.searchsorted(tail[by_tail], nodes, side="left")
    leaving = np.searchsorted(tail[by_tail], nodes, side="right") - low
    plain = (arriving == 1) & (leaving == 1)
    by_head = np.argsort(head, kind="stable")
    low_head = np.searchsorted(head[by_head], nodes, side="left")
    follower[by_head[low_head[plain]]] = by_tail[low[plain]]
    for k in np.flatnonzero(~plain & (leaving > 0)):
        heads = by_head[low_head[k] : low_head[k] + arriving[k]]
        tails = by_tail[low[k] : low[k] + leaving[k]]
        _pair_clockwise(stretches, member, heads, tails, follower, forward, ellipsoid)
    return follower


def _pair_clockwise(
    stretches: Stretches,
    member: Ints,
    heads: Ints,
    tails: Ints,
    follower: Ints,
    forward: bool,
    ellipsoid: Ellipsoid,
) -> None:
    """At a node where several regions meet, each arrival goes on with the next departure clockwise."""
    ends = [(k, 0, not forward) for k in heads] + [(k, 1, forward) for k in tails]
    angles = [_leaving_rad(stretches.coords(int(member[k])), at_start, ellipsoid) for k, _, at_start in ends]
    rounded = [round(angle / _ANGLE_RAD) for angle in angles]
    order = sorted(range(len(ends)), key=lambda i: (-rounded[i], ends[i][1], ends[i][0]))
    pending: list[int] = []
    for i in order * 2:
        k, departs, _ = ends[i]
        if not departs and follower[k] < 0 and k not in pending:
            pending.append(k)
        elif departs and pending and k not in follower[heads]:
            follower[pending.pop()] = k


def _leaving_rad(coords: Floats, at_start: bool, ellipsoid: Ellipsoid) -> float:
    """The direction, anticlockwise from east, in which a stretch leaves its start (else its end)."""
    walked = coords if at_start else coords[::-1]
    east, north = metres_per_degree(walked[:1, 1], ellipsoid)
    step = (walked[1:] - walked[0]) * np.array([east[0], north[0]])
    # A cut may lie a tolerance away from where the other side has it: look past that.
    far = np.flatnonzero(np.hypot(step[:, 0], step[:, 1]) > _PAST_M)
    dx, dy = step[far[0] if len(far) else -1]
    return float(np.arctan2(dy, dx))


_PAST_M = 0.01


def _measured(
    stretches: Stretches,
    member: Ints,
    follower: Ints,
    cycle: Ints,
    forward: bool,
    coincide_m: float,
    ellipsoid: Ellipsoid,
) -> Cycles:
    count = int(cycle.max()) + 1 if len(cycle) else 0
    first, last = stretches.offset[member], stretches.offset[member + 1] - 1
    start, end = stretches.xy[first], stretches.xy[last]
    sign = 1.0 if forward else -1.0
    tail, head = (start, end) if forward else (end, start)
    begins = np.unique(cycle, return_index=True)[1]
    origin = start[begins][cycle]
    swept = sign * (_swept(stretches)[member] + _cross(start - origin, end - start))
    # From where one stretch ends to where the next begins: up to a tolerance.
    closing = np.where((follower >= 0)[:, None], tail[follower], head)
    swept += _cross(head - origin, closing - head)
    area: Floats = 0.5 * np.bincount(cycle, swept, minlength=count).astype(np.float64)
    broken = np.bincount(cycle[follower < 0], minlength=count) > 0
    bounds = _bounds(stretches, member, cycle, count)
    beside = stretches.course[member] != Course.ALIKE
    side = stretches.side[member]
    sides = np.column_stack([np.bincount(cycle[beside & (side == k)], minlength=count) > 0 for k in (0, 1)])
    whole = np.bincount(cycle[stretches.node_from[member] < 0], minlength=count) > 0
    thin = _thin(stretches, member, cycle, area, bounds, coincide_m, ellipsoid) & ~broken
    return Cycles(
        member, follower, cycle, forward, np.where(broken, 0.0, area), bounds, sides, whole, thin, begins
    )


def _thin(
    stretches: Stretches,
    member: Ints,
    cycle: Ints,
    area: Floats,
    bounds: Floats,
    coincide_m: float,
    ellipsoid: Ellipsoid,
) -> Bools:
    count = len(area)
    perimeter_m = np.bincount(cycle, rough_lengths_m(stretches, ellipsoid)[member], minlength=count)
    east, north = metres_per_degree(0.5 * (bounds[:, 1] + bounds[:, 3]), ellipsoid)
    return np.asarray(np.abs(area) * east * north <= perimeter_m * coincide_m)


def _swept(stretches: Stretches) -> Floats:
    """Twice the signed area between each stretch and its chord, in square degrees, (s,)."""
    sizes = np.diff(stretches.offset)
    local = stretches.xy - np.repeat(stretches.xy[stretches.offset[:-1]], sizes, axis=0)
    cross = np.zeros(len(local))
    cross[:-1] = _cross(local[:-1], local[1:])
    cross[stretches.offset[1:] - 1] = 0.0
    return np.add.reduceat(cross, stretches.offset[:-1]) if len(sizes) else np.zeros(0)


def _bounds(stretches: Stretches, member: Ints, cycle: Ints, count: int) -> Floats:
    if not count:
        return np.zeros((0, 4))
    low = np.minimum.reduceat(stretches.xy, stretches.offset[:-1], axis=0)[member]
    high = np.maximum.reduceat(stretches.xy, stretches.offset[:-1], axis=0)[member]
    bounds = np.hstack([np.full((count, 2), np.inf), np.full((count, 2), -np.inf)])
    np.minimum.at(bounds[:, :2], cycle, low)
    np.maximum.at(bounds[:, 2:], cycle, high)
    return bounds


def _cross(u: Floats, v: Floats) -> Floats:
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
