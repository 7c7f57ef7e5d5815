"""Which pieces can be nearest to any of the places in a block.

Places are taken in blocks of neighbours, pieces in a tree of groups of neighbours, each within a ball.
Bounds from the balls leave a few groups for many blocks, then for one block, and a sharper bound for
block and piece leaves a few pieces for all the places in a block.

The sharper bound: let C be the centre of a block of radius ρ, d₁ and d₂ the distances from C to the chords of
two pieces and u₁, u₂ the unit vectors from their feet to C. A place C + δ is no nearer to the second than
d₂ + u₂·δ (the chord lies behind the plane through its foot), and no farther from the first than
√(d₁² + 2 d₁ u₁·δ + ρ²) ≤ d₁ + u₁·δ + ρ²/2d₁. So the second can only be nearer where

    d₂ - d₁ ≤ ρ |u₁ - u₂| + ρ²/2d₁, and always d₂ - d₁ ≤ 2ρ.

Far from a line u₁ and u₂ are nearly parallel, and few pieces remain.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.geometry.pieces import Pieces
from merestone.geometry.runs import run_starts
from merestone.geometry.space import dot, reach_m
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

FAN_OUT = 8
"""Groups of pieces, and groups of groups, have so many members."""
_TOP = 32
"""The tree ends at the level that has no more groups than this."""
_SUPER = 64
"""Blocks looked at together before each is looked at alone."""
_FEW = 512
"""So few blocks are each looked at alone from the first."""
_WIDE = 1 << 12
"""Pairs of a few blocks and groups that may be looked at without going down to them step by step."""
_ROUNDING_M = 2e-7
"""Bounds are kept this far from each other's edge: more than all rounding and interpolation."""
_LONG = 64
"""Lists of candidates longer than this on average are looked at by groups."""
_PAIRS = 1 << 17
"""Pairs of block and piece worked on at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Balls:
    """``centre`` (3, n) and ``radius_m`` (n,)."""

    centre: Floats
    radius_m: Floats

    def __len__(self) -> int:
        return len(self.radius_m)

    def take(self, rows: Indices) -> "Balls":
        return Balls(self.centre[:, rows], self.radius_m[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """For each of n blocks ``count`` (n,) pieces, all in ``piece``, block after block, each ascending;
    ``nearest_m`` (n,): the shortest to a chord from the centre of the block; ``slack_m`` (n,): how much
    longer the chord of the nearest may be than the shortest to a chord."""

    count: Indices
    piece: Indices
    nearest_m: Floats
    slack_m: Floats


def boxed(low: Floats, high: Floats) -> Balls:
    """Balls around boxes from (3, n) corners."""
    half = (high - low) / 2.0
    return Balls((low + high) / 2.0, np.sqrt(dot(half, half)))


class Tree:
    """The pieces with their chords, in groups of groups.

    Groups hold neighbours in the order of the pieces, which follows the lines.
    """

    def __init__(self, pieces: Pieces, ellipsoid: Ellipsoid) -> None:
        self._ellipsoid = ellipsoid
        self.middle = pieces.curve[0] + pieces.curve[2]
        self.half = pieces.curve[1] + pieces.curve[3]
        square = dot(self.half, self.half)
        self.per_square = 1.0 / np.where(square > 0.0, square, 1.0)
        self.bulge_m = pieces.bulge_m
        low = self.middle - np.abs(self.half) - self.bulge_m
        high = self.middle + np.abs(self.half) + self.bulge_m
        self._levels: list[Balls] = []
        while True:
            starts = np.arange(0, low.shape[1], FAN_OUT)
            low = np.minimum.reduceat(low, starts, axis=1)
            high = np.maximum.reduceat(high, starts, axis=1)
            self._levels.append(boxed(low, high))
            if len(starts) <= _TOP:
                break

    def __len__(self) -> int:
        return len(self.bulge_m)

    def candidates(self, low: Floats, high: Floats) -> Iterator[tuple[slice, Candidates]]:
        """For blocks whose boxes have corners ``low``, ``high`` (3, n): slice after slice of them."""
        blocks = boxed(low, high)
        if len(blocks) <= _FEW:
            yield from self._by_portions(0, blocks, *self._groups_of(blocks))
            return
        starts = np.arange(0, len(blocks), _SUPER)
        supers = boxed(np.minimum.reduceat(low, starts, axis=1), np.maximum.reduceat(high, starts, axis=1))
        for some in runs(np.full(len(supers), len(self._levels[-1])), _PAIRS):
            super_of, group = self._groups_of(supers.take(np.arange(some.start, some.stop)))
            count = np.bincount(super_of, minlength=some.stop - some.start)
            for few in runs(count * _SUPER, _PAIRS):
                first = (some.start + few.start) * _SUPER
                last = min((some.start + few.stop) * _SUPER, len(blocks))
                of = np.arange(first, last) // _SUPER - some.start
                chosen = blocks.take(np.arange(first, last))
                pairs = self._near(chosen, self._levels[0], *_expanded(of, count, group))
                yield from self._by_portions(first, chosen, *pairs)

    def _by_portions(
        self, first: int, blocks: Balls, block: Indices, group: Indices
    ) -> Iterator[tuple[slice, Candidates]]:
        """From groups to pieces for so many blocks at a time that memory stays small."""
        count = np.bincount(block, minlength=len(blocks))
        ends = np.cumsum(count)
        for some in runs(count * FAN_OUT, _PAIRS):
            pairs = slice(ends[some.start] - count[some.start], ends[some.stop - 1])
            children = _children(block[pairs] - some.start, group[pairs], len(self))
            found = self._sharpened(blocks.take(np.arange(some.start, some.stop)), *children)
            yield slice(first + some.start, first + some.stop), found

    def among(self, low: Floats, high: Floats, given: Candidates, of: Indices) -> Candidates:
        """Candidates for smaller blocks, of which each lies within a block of ``given``: ``of`` (n,)."""
        blocks = boxed(low, high)
        level, count, member = 0, given.count, given.piece
        # Long lists are looked at by groups first, and by groups of groups.
        while level < len(self._levels) and count.mean() > _LONG:
            level += 1
            count, member = _grouped(count, member)
        block, member = _expanded(of, count, member)
        if level:
            block, group = self._down(blocks, level - 1, block, member)
            block, member = _children(block, group, len(self))
        return self._sharpened(blocks, block, member)

    def _groups_of(self, blocks: Balls) -> tuple[Indices, Indices]:
        """Pairs of (super-)block and group of the lowest level, both ascending."""
        wide = (k for k, level in enumerate(self._levels) if len(blocks) * len(level) <= _WIDE)
        start = next(wide, len(self._levels) - 1)
        groups = len(self._levels[start])
        block = np.repeat(np.arange(len(blocks)), groups)
        return self._down(blocks, start, block, np.tile(np.arange(groups), len(blocks)))

    def _down(self, blocks: Balls, level: int, block: Indices, group: Indices) -> tuple[Indices, Indices]:
        """From pairs of block and group of one level to those of the lowest."""
        block, group = self._near(blocks, self._levels[level], block, group)
        for below in reversed(range(level)):
            block, group = _children(block, group, len(self._levels[below]))
            block, group = self._near(blocks, self._levels[below], block, group)
        return block, group

    def _near(self, blocks: Balls, groups: Balls, block: Indices, group: Indices) -> tuple[Indices, Indices]:
        """Drop pairs, sorted by block, of which no place in the block can have its nearest in the group."""
        apart = blocks.centre.take(block, axis=1) - groups.centre.take(group, axis=1)
        apart_m = np.sqrt(dot(apart, apart))
        both_m = blocks.radius_m.take(block) + groups.radius_m.take(group)
        starts = run_starts(block)
        farthest_m = np.minimum.reduceat(apart_m + both_m, starts)
        enough_m = reach_m(farthest_m, self._ellipsoid) + _ROUNDING_M
        kept = np.flatnonzero(apart_m - both_m <= enough_m[block])
        return block[kept], group[kept]

    def _sharpened(self, blocks: Balls, block: Indices, piece: Indices) -> Candidates:
        """Drop pairs, sorted by block, by the sharper bound."""
        apart = self.apart(blocks.centre, block, piece)
        apart_m = np.sqrt(dot(apart, apart))
        starts = run_starts(block)
        nearest_m = np.minimum.reduceat(apart_m, starts)
        # The first of the nearest in each block.
        is_nearest = np.flatnonzero(apart_m == nearest_m[block])
        best = is_nearest[run_starts(block[is_nearest])]
        nearest_bulge_m = self.bulge_m[piece[best]]
        farthest_m = nearest_m + blocks.radius_m + nearest_bulge_m
        beyond_m = reach_m(farthest_m, self._ellipsoid) - farthest_m + _ROUNDING_M

        excess_m = apart_m - self.bulge_m.take(piece)
        excess_m -= (nearest_m + nearest_bulge_m + beyond_m)[block]
        kept = np.flatnonzero(excess_m <= (2.0 * blocks.radius_m)[block])
        toward = apart[:, best] / np.maximum(nearest_m, 1e-9)
        block, piece = block[kept], piece[kept]
        turned = apart.take(kept, axis=1) / np.maximum(apart_m[kept], 1e-9)
        turned -= toward.take(block, axis=1)
        aside_m = blocks.radius_m[block] * np.sqrt(dot(turned, turned))
        aside_m += (blocks.radius_m**2 / (2.0 * np.maximum(nearest_m, 1e-9)))[block]
        sharp = np.flatnonzero(excess_m[kept] <= aside_m)
        block, piece = block[sharp], piece[sharp]
        most_m = np.maximum.reduceat(self.bulge_m[piece], run_starts(block))
        count = np.bincount(block, minlength=len(blocks))
        return Candidates(count, piece, nearest_m, 2.0 * most_m + beyond_m)

    def apart(self, place: Floats, point: Indices, piece: Indices) -> Floats:
        """From the nearest points of chords to places (3, n): one for each pair, (3, pairs)."""
        apart = place.take(point, axis=1)
        apart -= self.middle.take(piece, axis=1)
        half = self.half.take(piece, axis=1)
        along = np.clip(dot(apart, half) * self.per_square.take(piece), -1.0, 1.0)
        apart -= along * half
        return apart


def _expanded(of: Indices, count: Indices, member: Indices) -> tuple[Indices, Indices]:
    """For rows that each stand for one of the lists in ``member`` (``count`` long each): (row, member)."""
    begin = np.cumsum(count) - count
    sizes = count[of]
    row = np.repeat(np.arange(len(of)), sizes)
    within = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return row, member[begin[of][row] + within]


def _grouped(count: Indices, member: Indices) -> tuple[Indices, Indices]:
    """The groups that hold the members of lists, each once."""
    row = np.repeat(np.arange(len(count)), count)
    group = member // FAN_OUT
    new = np.flatnonzero((np.diff(row, prepend=-1) != 0) | (np.diff(group, prepend=-1) != 0))
    return np.bincount(row[new], minlength=len(count)), group[new]


def _children(block: Indices, group: Indices, total: int) -> tuple[Indices, Indices]:
    """All members of the groups; the last group may be short of some."""
    member = (group[:, None] * FAN_OUT + np.arange(FAN_OUT)).ravel()
    block = np.repeat(block, FAN_OUT)
    if len(member) and member.max() >= total:
        there = np.flatnonzero(member < total)
        block, member = block[there], member[there]
    return block, member


def runs(sizes: Indices, most: int) -> Iterator[slice]:
    """Slices of consecutive items whose sizes add up to at most ``most``, or that are one item."""
    total = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = int(total[start - 1]) if start else 0
        stop = max(int(np.searchsorted(total, before + most, side="right")), start + 1)
        yield slice(start, stop)
        start = stop
