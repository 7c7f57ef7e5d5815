"""Boundaries that branch: where neither side's boundary through a piece is one line.

Four lands that meet at a place like squares of a chessboard make one piece with four arms. Chainage needs a
line, so such a piece is parted along the lines of one side; what is told of it is a finding.
"""

import numpy as np

from merestone.geometry.lengths import chainages_m
from merestone.lines.chains import Chain, Chains, Run
from merestone.lines.joints import eastward
from merestone.lines.pieces import SideLine, side_lines
from merestone.lines.scale import Ints
from merestone.lines.stretches import Stretches, rough_lengths_m
from merestone.model.ellipsoid import Ellipsoid


def single_lines(chains: Chains, chain: Chain, ellipsoid: Ellipsoid) -> list[Chain]:
    """The chain itself, or its parts such that in each of them one side has one line."""
    by_side = [list(side_lines(chains.stretches, chain.of(side))) for side in (0, 1)]
    lines = [[line for line in found if not line.closed] for found in by_side]
    counts = [len(found) for found in lines]
    if chain.closed or 1 in counts or sum(counts) == 0:
        return [chain]
    side = _leading(lines, ellipsoid)
    part = _parts(chains, chain, lines[side], ellipsoid)
    return [Chain(tuple(_runs(chain, part, k))) for k in range(len(lines[side]))]


def _leading(lines: list[list[SideLine]], ellipsoid: Ellipsoid) -> int:
    """The side with the fewest lines, but some; tie: the shorter ones, then what comes first by place."""
    keys = [
        (len(found) or np.inf, round(sum(_lengths_m(found, ellipsoid)), 3), _first_place(found))
        for found in lines
    ]
    return int(keys[1] < keys[0])


def _lengths_m(lines: list[SideLine], ellipsoid: Ellipsoid) -> list[float]:
    return sorted(float(chainages_m(eastward(line.coords), ellipsoid)[-1]) for line in lines)


def _first_place(lines: list[SideLine]) -> list[float]:
    """The course that comes first by its vertices: all of them, since two sides may begin alike."""
    return min((eastward(line.coords).ravel().tolist() for line in lines), default=[])


def _parts(chains: Chains, chain: Chain, lines: list[SideLine], ellipsoid: Ellipsoid) -> Ints:
    """The part of every stretch, −1 for those of no piece: by the line itself, by what runs together with
    it, by the gap or overlap between, by the neighbour along the ring.
    """
    stretches = chains.stretches
    part = np.full(stretches.count, -1, dtype=np.intp)
    ordered = sorted(lines, key=lambda line: eastward(line.coords)[:2].ravel().tolist())
    for k, line in enumerate(ordered):
        part[line.stretches] = k
    side = lines[0].side
    _by_partner(stretches, part, 1 - side)
    for regions in (chains.gaps, chains.overlaps):
        cycles = regions.cycles
        best = np.full(cycles.count, -1, dtype=np.intp)
        known = part[cycles.member] >= 0
        np.maximum.at(best, cycles.cycle[known], part[cycles.member[known]])
        open_ones = part[cycles.member] < 0
        part[cycles.member[open_ones]] = best[cycles.cycle[open_ones]]
    for run in chain.of(1 - side):
        part[run.stretches] = _filled(part[run.stretches])
    # Rings of the leading side lie on none of its lines: they go with what runs beside them.
    _by_partner(stretches, part, side)
    length_m = rough_lengths_m(chains.stretches, ellipsoid)
    for run in (run for run in chain.of(side) if run.closed):
        part[run.stretches] = np.bincount(
            np.maximum(part[run.stretches], 0), length_m[run.stretches]
        ).argmax()
    beside = np.flatnonzero((stretches.side == 1 - side) & (stretches.partner >= 0))
    part[beside] = part[stretches.partner[beside]]
    return part


def _by_partner(stretches: Stretches, part: Ints, side: int) -> None:
    """Unknown parts of one side are those of the stretches of the other side that they run together with."""
    unknown = np.flatnonzero((stretches.side == side) & (stretches.partner >= 0) & (part < 0))
    part[unknown] = part[stretches.partner[unknown]]


def _filled(parts: Ints) -> Ints:
    """Unknown parts along a run take the one before them, the first ones the one after; else the first."""
    known = np.flatnonzero(parts >= 0)
    if not len(known):
        return np.zeros_like(parts)
    at = np.searchsorted(known, np.arange(len(parts)), side="right") - 1
    return parts[known[np.clip(at, 0, None)]]


def _runs(chain: Chain, part: Ints, wanted: int) -> list[Run]:
    """The runs of a chain, cut to one part."""
    runs: list[Run] = []
    for run in chain.runs:
        mine = part[run.stretches] == wanted
        if mine.all():
            runs.append(run)
            continue
        edges = np.flatnonzero(np.diff(mine.astype(np.int8), prepend=0, append=0))
        runs += [Run(run.side, run.ring, run.stretches[a:b], False) for a, b in edges.reshape(-1, 2)]
    return runs
