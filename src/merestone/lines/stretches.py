"""Stretches: the rings of both sides cut at their nodes, and how each runs beside the other side."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely

from merestone.lines.cuts import Cuts, cuts_of
from merestone.lines.rings import Rings
from merestone.lines.scale import Bools, Floats, Ints, metres_per_degree, ragged
from merestone.lines.touches import Together, touches_of
from merestone.model.ellipsoid import Ellipsoid


class Course(IntEnum):
    """How a stretch of one side's boundary runs."""

    COMMON = 0  # together with the other side's, one land on either hand
    ALIKE = 1  # together, both lands on one hand: where an overlap ends against others
    INSIDE = 2  # inside the other side's land
    OUTSIDE = 3  # outside of it


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """All stretches of both sides, (s,) each, in the order of the rings; side 0 first.

    Every stretch runs with its own land on the left, from ``node_from`` to ``node_to`` (−1 for a ring
    without nodes). ``xy[offset[k]:offset[k + 1]]`` are the coordinates of stretch k, its cuts included.
    ``partner`` is the stretch of the other side that runs together with it, or −1.
    """

    side: Ints
    ring: Ints
    node_from: Ints
    node_to: Ints
    course: Ints
    partner: Ints
    offset: Ints
    xy: Floats
    rings: tuple[Rings, Rings]

    def coords(self, k: int) -> Floats:
        """Coordinates of one stretch, (m, 2)."""
        return self.xy[self.offset[k] : self.offset[k + 1]]

    @property
    def count(self) -> int:
        return len(self.side)


def stretches_of(
    sides: tuple[shapely.MultiPolygon, shapely.MultiPolygon],
    rings: tuple[Rings, Rings],
    coincide_m: float,
    ellipsoid: Ellipsoid,
) -> Stretches:
    """Cut the rings of both sides at all touches, and tell how each stretch runs."""
    touches = touches_of(*rings, coincide_m, ellipsoid)
    cuts = cuts_of(*rings, touches, coincide_m)
    one, other = (_Side.of(rings[k], cuts[k], coincide_m) for k in (0, 1))
    pieces = touches.together
    mapped = (_along(one, pieces), _along(other, _turned(pieces)))
    halves = []
    for mine, theirs, (covered, same, at_m), land in (
        (one, other, mapped[0], sides[1]),
        (other, one, mapped[1], sides[0]),
    ):
        course = np.where(covered, np.where(same, Course.ALIKE, Course.COMMON), _beside(mine, land))
        halves.append((mine, course, np.where(covered, theirs.holding(at_m), -1)))
    return _table(halves, rings)


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """Stretches of one side before anything is known of their course."""

    ring: Ints
    start: tuple[Ints, Floats, Floats]
    end: tuple[Ints, Floats, Floats]
    node_from: Ints
    node_to: Ints
    begins_m: Floats
    length_m: Floats
    rings: Rings

    @classmethod
    def of(cls, rings: Rings, cuts: Cuts, coincide_m: float) -> "_Side":
        """One stretch from every cut to the next of its ring, and every ring without cuts whole."""
        count = len(cuts.edge)
        first = np.diff(cuts.ring, prepend=-1) != 0
        after = np.arange(1, count + 1)
        starts = np.flatnonzero(first)
        if count:
            after[np.append(starts[1:], count) - 1] = starts
        length_m = cuts.along_m[after] - cuts.along_m
        ring_m = rings.ring_m()
        length_m = np.where(length_m > 0.0, length_m, length_m + ring_m[cuts.ring])
        # A loop back to its own node that is as short as the tolerance is part of the touch.
        kept = (cuts.node != cuts.node[after]) | (length_m > 4.0 * coincide_m)
        whole = np.setdiff1d(np.arange(rings.count), cuts.ring)
        corner = (rings.first[whole], np.zeros(len(whole)), rings.xy[rings.first[whole]])
        k = np.flatnonzero(kept)
        none = np.full(len(whole), -1)
        side = cls(
            np.concatenate([cuts.ring[k], whole]),
            _stacked((cuts.edge[k], cuts.at[k], cuts.xy[k]), corner),
            _stacked((cuts.edge[after[k]], cuts.at[after[k]], cuts.xy[after[k]]), corner),
            np.concatenate([cuts.node[k], none]),
            np.concatenate([cuts.node[after[k]], none]),
            np.concatenate([cuts.along_m[k], rings.along_m[rings.first[whole]]]),
            np.concatenate([length_m[k], ring_m[whole]]),
            rings,
        )
        return side._sorted()

    def _sorted(self) -> "_Side":
        order = np.argsort(self.begins_m, kind="stable")
        start, end = (tuple(part[order] for part in corner) for corner in (self.start, self.end))
        return _Side(
            self.ring[order], start, end, self.node_from[order], self.node_to[order],  # type: ignore[arg-type]
            self.begins_m[order], self.length_m[order], self.rings,
        )  # fmt: skip

    def middle_m(self) -> Floats:
        """Metres along the rings at the middle of every stretch."""
        ring_from = self.rings.along_m[self.rings.first[self.ring]]
        beyond = self.begins_m + 0.5 * self.length_m - ring_from
        return np.asarray(ring_from + beyond % self.rings.ring_m()[self.ring])

    def at_m(self, along_m: Floats) -> Floats:
        """Longitude, latitude at metres along the rings."""
        edge = np.clip(np.searchsorted(self.rings.along_m, along_m, side="right") - 1, 0, None)
        at = np.clip((along_m - self.rings.along_m[edge]) / self.rings.edge_m[edge], 0.0, 1.0)
        start, end = self.rings.xy[edge], self.rings.xy[self.rings.next[edge]]
        return np.asarray(start + at[:, None] * (end - start))

    def holding(self, along_m: Floats) -> Ints:
        """The stretch that holds each place along the rings."""
        k = np.searchsorted(self.begins_m, along_m, side="right") - 1
        edge = np.clip(np.searchsorted(self.rings.along_m, along_m, side="right") - 1, 0, None)
        ring = self.rings.ring[edge]
        last = np.searchsorted(self.ring, ring, side="right") - 1
        # Before the first cut of a ring runs the stretch that began at its last one.
        return np.asarray(np.where((k >= 0) & (self.ring[np.clip(k, 0, None)] == ring), k, last))

    def flat(self) -> tuple[Floats, Ints]:
        """Coordinates of all stretches one after the other, and where each begins."""
        (edge_from, at_from, _), (edge_to, at_to, _) = self.start, self.end
        ring_first = self.rings.first[self.ring]
        size = self.rings.first[self.ring + 1] - ring_first
        steps = (edge_to - edge_from) % size
        steps = np.where((steps == 0) & (at_to <= at_from), size, steps)
        # Vertices strictly between the two cuts: a cut at a vertex brings that vertex itself.
        inner = steps - (at_to == 0.0)
        offset = np.concatenate([[0], np.cumsum(inner + 2)]).astype(np.intp)
        xy = np.empty((offset[-1], 2))
        xy[offset[:-1]], xy[offset[1:] - 1] = self.start[2], self.end[2]
        within = ragged(edge_from + 1 - ring_first, inner) % np.repeat(size, inner) + np.repeat(
            ring_first, inner
        )
        xy[ragged(offset[:-1] + 1, inner)] = self.rings.xy[within]
        return xy, offset


def _stacked(
    one: tuple[Ints, Floats, Floats], other: tuple[Ints, Floats, Floats]
) -> tuple[Ints, Floats, Floats]:
    edge, at, xy = (np.concatenate(pair) for pair in zip(one, other, strict=True))
    return edge, at, xy


def _turned(together: Together) -> Together:
    """The same as seen from the other side."""
    low = together.from_b <= together.to_b
    return Together(
        np.where(low, together.from_b, together.to_b),
        np.where(low, together.to_b, together.from_b),
        np.where(low, together.from_a, together.to_a),
        np.where(low, together.to_a, together.from_a),
        together.same,
    )


def _along(side: _Side, together: Together) -> tuple[Bools, Bools, Floats]:
    """For every stretch: does it run together with the other side, the same way, and where there."""
    middle_m = side.middle_m()
    count = len(together.from_a)
    if not count:
        none = np.zeros(len(middle_m), bool)
        return none, none, np.zeros(len(middle_m))
    order = np.lexsort([together.to_a, together.from_a])
    begin, end = together.from_a[order], together.to_a[order]
    # The one that reaches farthest of those that begin before: the record holders of the running maximum.
    reach = np.maximum.accumulate(end)
    holder = np.maximum.accumulate(np.where(end == reach, np.arange(count), 0))
    k = np.searchsorted(begin, middle_m, side="right") - 1
    best = holder[np.clip(k, 0, None)]
    covered = (k >= 0) & (end[best] >= middle_m)
    chosen = order[best]
    share = (middle_m - begin[best]) / (end[best] - begin[best])
    at_m = together.from_b[chosen] + share * (together.to_b[chosen] - together.from_b[chosen])
    return covered, together.same[chosen], at_m


def _beside(side: _Side, land: shapely.MultiPolygon) -> Ints:
    """INSIDE or OUTSIDE the other's land, by the middle of every stretch."""
    middle = side.at_m(side.middle_m())
    west, south, east, north = shapely.bounds(land)
    lon, lat = middle.T
    held = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    shapely.prepare(land)
    held[held] = shapely.contains_xy(land, lon[held], lat[held])
    return np.where(held, Course.INSIDE, Course.OUTSIDE)


def _table(halves: list[tuple[_Side, Ints, Ints]], rings: tuple[Rings, Rings]) -> Stretches:
    (one, course_a, partner_a), (other, course_b, partner_b) = halves
    count_a = len(one.ring)
    (xy_a, offset_a), (xy_b, offset_b) = one.flat(), other.flat()
    return Stretches(
        np.repeat([0, 1], [count_a, len(other.ring)]),
        np.concatenate([one.ring, other.ring]),
        np.concatenate([one.node_from, other.node_from]),
        np.concatenate([one.node_to, other.node_to]),
        np.concatenate([course_a, course_b]),
        np.concatenate([np.where(partner_a >= 0, partner_a + count_a, -1), partner_b]),
        np.concatenate([offset_a, offset_b[1:] + offset_a[-1]]),
        np.concatenate([xy_a, xy_b]),
        rings,
    )


def rough_lengths_m(stretches: Stretches, ellipsoid: Ellipsoid) -> Floats:
    """Lengths (s,) by the scale at each vertex: to compare with tolerances, not to be read by people."""
    if not stretches.count:
        return np.zeros(0)
    xy = stretches.xy
    east, north = metres_per_degree(xy[:, 1], ellipsoid)
    step = np.diff(xy, axis=0, append=xy[-1:])
    length_m = np.hypot(step[:, 0] * east, step[:, 1] * north)
    length_m[stretches.offset[1:] - 1] = 0.0
    return np.asarray(np.add.reduceat(length_m, stretches.offset[:-1]))
