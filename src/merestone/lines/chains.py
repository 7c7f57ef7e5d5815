"""Chains: the parts of both boundaries that belong to the common one, joined into pieces.

A run is an unbroken part of one ring that belongs. Runs are of one piece where they share a common stretch,
the shores of a joined gap or those of an overlap; a mere point does not join them. So a piece begins and
ends at a touch, and what a side shares with third countries beyond it never belongs.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from merestone.geometry.faces import components
from merestone.lines.islets import beside_islets
from merestone.lines.regions import Regions, gaps_of, overlaps_of
from merestone.lines.rings import rings_of
from merestone.lines.scale import Bools, Ints
from merestone.lines.stretches import Course, Stretches, stretches_of
from merestone.model.ellipsoid import Ellipsoid


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """An unbroken part of one ring: ``stretches`` (n,) in order; ``closed`` where it is the whole ring."""

    side: int
    ring: int
    stretches: Ints
    closed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A piece in the making: its runs, those of side 0 first, each side's in the order of its rings."""

    runs: tuple[Run, ...]

    def of(self, side: int) -> tuple[Run, ...]:
        """The runs of one side."""
        return tuple(run for run in self.runs if run.side == side)

    @property
    def closed(self) -> bool:
        """Whether every run is a whole ring: an enclave, or a party all of whose land is enclosed."""
        return all(run.closed for run in self.runs)


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Everything found on the two sides of one source.

    ``belongs`` (s,) tells the stretches in pieces, ``islets`` (s,) those that belong beside islets.
    """

    stretches: Stretches
    gaps: Regions
    overlaps: Regions
    belongs: Bools
    islets: Bools
    chains: tuple[Chain, ...]


def chains_of(
    sides: tuple[shapely.MultiPolygon, shapely.MultiPolygon],
    coincide_m: float,
    facing_m: float,
    ellipsoid: Ellipsoid,
) -> Chains:
    """Pieces of the common boundary of two valid sides."""
    rings = (rings_of(sides[0], ellipsoid), rings_of(sides[1], ellipsoid))
    stretches = stretches_of(sides, rings, coincide_m, ellipsoid)
    gaps = gaps_of(stretches, coincide_m, facing_m, ellipsoid)
    overlaps = overlaps_of(stretches, coincide_m, facing_m, ellipsoid)
    belongs = _belonging(stretches, gaps)
    islets = beside_islets(stretches, belongs, facing_m, ellipsoid)
    belongs |= islets
    runs = runs_where(stretches, belongs)
    piece = components(stretches.count, _links(stretches, gaps, overlaps, runs, belongs))
    chains: dict[int, list[Run]] = {}
    for run in runs:
        chains.setdefault(int(piece[run.stretches[0]]), []).append(run)
    found = tuple(Chain(tuple(runs)) for runs in chains.values())
    return Chains(stretches, gaps, overlaps, belongs, islets, found)


def _belonging(stretches: Stretches, gaps: Regions) -> Bools:
    joined = np.zeros(stretches.count, bool)
    joined[gaps.cycles.member[gaps.joined[gaps.cycles.cycle]]] = True
    alike = np.flatnonzero((stretches.course == Course.ALIKE) & (stretches.side == 1))
    alike = alike[stretches.partner[alike] >= 0]
    joined[alike] = joined[stretches.partner[alike]]
    beside = (stretches.course == Course.OUTSIDE) | (stretches.course == Course.ALIKE)
    return np.where(beside, joined, True)


def runs_where(stretches: Stretches, belongs: Bools) -> list[Run]:
    """Maximal rows of belonging stretches around every ring."""
    runs: list[Run] = []
    row = stretches.ring * 2 + stretches.side
    starts = np.flatnonzero(np.diff(row, prepend=-1) != 0)
    ends = np.append(starts[1:], stretches.count)
    some = np.add.reduceat(belongs.astype(np.intp), starts) if len(starts) else np.zeros(0, np.intp)
    for start, end in zip(starts[some > 0], ends[some > 0], strict=True):
        side, ring = int(stretches.side[start]), int(stretches.ring[start])
        around = np.arange(start, end)
        if belongs[start:end].all():
            runs.append(Run(side, ring, around, True))
            continue
        turned = np.roll(around, -int(np.flatnonzero(~belongs[start:end])[0]))
        kept = belongs[turned]
        edges = np.flatnonzero(np.diff(kept.astype(np.int8), prepend=0, append=0))
        runs += [Run(side, ring, turned[a:b], False) for a, b in edges.reshape(-1, 2)]
    return runs


def _links(stretches: Stretches, gaps: Regions, overlaps: Regions, runs: list[Run], belongs: Bools) -> Ints:
    """Pairs of stretches that are of one piece."""
    pairs = [np.column_stack([run.stretches[:-1], run.stretches[1:]]) for run in runs]
    together = np.flatnonzero(stretches.partner >= 0)
    together = together[belongs[together] & belongs[stretches.partner[together]]]
    pairs.append(np.column_stack([together, stretches.partner[together]]))
    for regions in (gaps, overlaps):
        cycles = regions.cycles
        lead = cycles.member[cycles.start]
        joined = np.flatnonzero(regions.joined[cycles.cycle])
        joined = joined[belongs[cycles.member[joined]]]
        pairs.append(np.column_stack([cycles.member[joined], lead[cycles.cycle[joined]]]))
        pairs += [lead[np.array([link])] for link in regions.links]
    return np.concatenate(pairs).astype(np.intp)
