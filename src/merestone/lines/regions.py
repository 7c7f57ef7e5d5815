"""Gaps and overlaps of the two sides, and which of them join the limits on their two shores.

A gap is a bounded part of what neither side claims with land of both on its shore; an overlap is what
both claim. The shores of a gap belong to the common boundary where they run no farther than ``facing_m``
apart; lakes of one side alone, third countries and the sea do not. Those of an overlap always belong.
"""

from dataclasses import dataclass, field

import numpy as np
import shapely

from merestone.lines.cycles import Cycles, gap_cycles, overlap_cycles, ring_coords
from merestone.lines.facing import all_near, face_each_other
from merestone.lines.scale import Bools, Floats, Ints, metres_per_degree
from merestone.lines.stretches import Course, Stretches
from merestone.model.ellipsoid import Ellipsoid


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """``cycles`` with what holds what: ``container`` (c,) the cycle around each clockwise one, or −1.

    ``joined`` (c,) tells the cycles whose stretches belong to the common boundary; ``links`` pairs of
    cycles that bound one piece; ``apart`` those of both sides that run too far apart to be joined.
    """

    cycles: Cycles
    container: Ints
    joined: Bools
    links: tuple[tuple[int, int], ...]
    apart: tuple[int, ...]
    _holes: dict[int, list[int]] = field(default_factory=dict)

    def holes(self) -> dict[int, list[int]]:
        """The clockwise cycles right within each cycle that has some."""
        if not self._holes:
            for hole in np.flatnonzero(self.container >= 0).tolist():
                self._holes.setdefault(int(self.container[hole]), []).append(hole)
        return self._holes


@dataclass(slots=True, eq=False)
class _Joining:
    """What is known so far about the cycles of one kind."""

    stretches: Stretches
    cycles: Cycles
    container: Ints
    facing_m: float
    ellipsoid: Ellipsoid
    links: list[tuple[int, int]] = field(default_factory=list)
    apart: list[int] = field(default_factory=list)

    def shores(self, cycle: int) -> tuple[list[Floats], list[Floats]]:
        """Lines of either side along one cycle."""
        walked = self.cycles.walk(cycle)
        beside = [k for k in walked if self.stretches.course[k] != Course.ALIKE]
        one, other = (
            [self.stretches.coords(int(k)) for k in beside if self.stretches.side[k] == s] for s in (0, 1)
        )
        return one, other

    def face(self, one: list[Floats], other: list[Floats]) -> bool:
        """Whether both run within ``facing_m`` of each other everywhere."""
        return face_each_other(one, other, self.facing_m, self.ellipsoid)

    def near(self, shore: list[Floats], across: list[Floats]) -> bool:
        """Whether all of a shore runs within ``facing_m`` of what is across."""
        return all_near(shore, across, self.facing_m, self.ellipsoid)


def gaps_of(stretches: Stretches, coincide_m: float, facing_m: float, ellipsoid: Ellipsoid) -> Regions:
    """The regions that neither side claims. What both bound is joined where its shores face each other."""
    cycles = gap_cycles(stretches, coincide_m, ellipsoid)
    state = _state(stretches, cycles, facing_m, ellipsoid)
    mixed: Bools = np.asarray(cycles.sides.all(axis=1))
    outer = (cycles.area_deg2 > 0.0) & ~cycles.thin
    joined: Bools = mixed & (cycles.thin | (outer & (across_m(cycles.bounds, ellipsoid) <= facing_m)))
    for cycle in np.flatnonzero(mixed & outer & ~joined):
        joined[cycle] = state.face(*state.shores(int(cycle)))
        if not joined[cycle]:
            state.apart.append(int(cycle))
    _join_islands(state, joined, mixed)
    _join_rings(state, joined, mixed)
    return Regions(cycles, state.container, joined, tuple(state.links), tuple(state.apart))


def overlaps_of(stretches: Stretches, coincide_m: float, facing_m: float, ellipsoid: Ellipsoid) -> Regions:
    """The regions that both sides claim. Their boundary belongs; a ring within a ring may be one piece."""
    cycles = overlap_cycles(stretches, coincide_m, ellipsoid)
    state = _state(stretches, cycles, facing_m, ellipsoid)
    mixed: Bools = np.asarray(cycles.sides.all(axis=1))
    _join_rings(state, np.zeros(cycles.count, bool), mixed)
    return Regions(cycles, state.container, np.ones(cycles.count, bool), tuple(state.links), ())


def polygon_of(stretches: Stretches, regions: Regions, cycle: int) -> shapely.Geometry:
    """The region within an anticlockwise cycle, without what lies in it. Valid, perhaps in parts."""
    cycles = regions.cycles
    rings = [
        ring_coords(stretches, cycles.walk(k), forward=cycles.forward)
        for k in (cycle, *regions.holes().get(cycle, ()))
    ]
    shell, *holes = (ring for ring in rings if len(ring) >= 4)
    polygon = shapely.Polygon(shell, holes)
    # Where the two sides place one node up to a tolerance apart an outline may cross itself there.
    return polygon if shapely.is_valid(polygon) else shapely.make_valid(polygon, method="structure")


def _state(stretches: Stretches, cycles: Cycles, facing_m: float, ellipsoid: Ellipsoid) -> _Joining:
    container = _containers(stretches, cycles)
    return _Joining(stretches, cycles, container, facing_m, ellipsoid)


def _join_islands(state: _Joining, joined: Bools, mixed: Bools) -> None:
    """An island of one side in a joined gap belongs where its shore faces the other side's."""
    holes = np.flatnonzero((state.container >= 0) & ~mixed)
    for hole in holes[joined[state.container[holes]]]:
        outer = int(state.container[hole])
        one, other = state.shores(int(hole))
        shore, across = (one, state.shores(outer)[1]) if one else (other, state.shores(outer)[0])
        if shore and across and state.near(shore, across):
            joined[hole] = True
            state.links.append((outer, int(hole)))


def _join_rings(state: _Joining, joined: Bools, mixed: Bools) -> None:
    """Land of one side in a hole of the other's that it touches nowhere: one piece if they face."""
    sides = state.cycles.sides
    holes = np.flatnonzero((state.container >= 0) & ~mixed)
    outer = state.container[holes]
    opposed = ~mixed[outer] & (sides[holes] != sides[outer]).all(axis=1)
    for around in np.unique(outer[opposed]):
        within = holes[opposed & (outer == around)]
        shore = [line for k in within for lines in state.shores(int(k)) for line in lines]
        if state.face([line for lines in state.shores(int(around)) for line in lines], shore):
            joined[[around, *within]] = True
            state.links += [(int(around), int(k)) for k in within]
        else:
            state.apart.append(int(around))


def _containers(stretches: Stretches, cycles: Cycles) -> Ints:
    """For every clockwise cycle the smallest anticlockwise one around it, −1 where there is none."""
    container = np.full(cycles.count, -1, dtype=np.intp)
    outer = np.flatnonzero((cycles.area_deg2 > 0.0) & ~cycles.thin)
    holes = np.flatnonzero((cycles.area_deg2 < 0.0) & ~cycles.thin)
    if not len(outer) or not len(holes):
        return container
    first = stretches.offset[cycles.member[cycles.start[holes]]]
    # Not a vertex: there a hole may touch what is around it.
    probe = 0.5 * (stretches.xy[first] + stretches.xy[first + 1])
    tree = shapely.STRtree(shapely.box(*cycles.bounds[outer].T))
    inside, around = tree.query(shapely.points(probe), predicate="intersects")
    area = np.full(cycles.count, np.inf)
    for k in np.unique(around):
        cycle = int(outer[k])
        ring = ring_coords(stretches, cycles.walk(cycle), forward=cycles.forward)
        if len(ring) < 4:
            continue
        polygon = shapely.Polygon(ring)
        shapely.prepare(polygon)
        tried = inside[around == k]
        held = tried[shapely.contains_xy(polygon, *probe[tried].T)]
        smaller = holes[held[cycles.area_deg2[cycle] < area[holes[held]]]]
        container[smaller], area[smaller] = cycle, cycles.area_deg2[cycle]
    return container


def across_m(bounds: Floats, ellipsoid: Ellipsoid) -> Floats:
    """No less than the largest distance within boxes (c, 4)."""
    low = np.where(
        bounds[:, 1] * bounds[:, 3] <= 0.0, 0.0, np.minimum(np.abs(bounds[:, 1]), np.abs(bounds[:, 3]))
    )
    east, north = metres_per_degree(low, ellipsoid)
    return np.hypot((bounds[:, 2] - bounds[:, 0]) * east, (bounds[:, 3] - bounds[:, 1]) * north * 1.011)
