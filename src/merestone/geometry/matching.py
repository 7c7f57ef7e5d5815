"""Which point of which piece is nearest to each place: blocks of places, then single pairs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.geometry.blocks import Candidates, Tree, runs
from merestone.geometry.feet import FAR_M, Feet, feet
from merestone.geometry.order import neighbourly
from merestone.geometry.pieces import Pieces
from merestone.geometry.runs import run_starts
from merestone.geometry.space import dot, earth_centred, rough_error_m, rough_geodesic_m
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

BLOCK = 64
"""Places in a block."""
_FEW = 512
"""So few places are each a block: to look at them together would cost more than it spares."""
_SPLIT = 8
"""A block with too many candidates is split into so many."""
_MANY = 5
"""More candidates than this are too many for a block."""
_TILE = 1 << 14
"""Places whose distances are worked out at a time, so that work arrays stay in the cache."""
_PAIRS = 1 << 17
"""Pairs of place and piece worked on at a time at most, unless one place has more candidates."""
_TIE_M = 2e-8
"""Distances that differ by less are equal."""
_SAME_M = 1e-6
"""Feet nearer to each other than this are one place."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """For each of n places, in the row ``row`` of those asked: piece, τ on it, distance and side."""

    row: Indices
    piece: Indices
    tau: Floats
    distance_m: Floats
    side: NDArray[np.int8]


def matches(
    lonlat: Floats, rows: Indices, pieces: Pieces, rank: Indices, tree: Tree, ellipsoid: Ellipsoid
) -> Iterator[Matches]:
    """The nearest points to the ``rows`` of ``lonlat`` (m, 2), a portion at a time.

    Of pieces that are equally near the one of least ``rank`` (P,) is taken.
    """
    place = earth_centred(lonlat[rows, 0], lonlat[rows, 1], ellipsoid)
    size = 1 if len(rows) <= _FEW else BLOCK
    order = neighbourly(place, size) if size > 1 else None
    if order is not None:
        place, rows = place[:, order], rows[order]
    # The last block is filled up with its last place.
    fill = -len(rows) % size
    if fill:
        place = np.concatenate([place, np.repeat(place[:, -1:], fill, axis=1)], axis=1)
        rows = np.concatenate([rows, np.repeat(rows[-1:], fill)])
    place, rows = place.reshape(3, -1, size), rows.reshape(-1, size)
    work = _Work(lonlat, pieces, rank, tree, ellipsoid)
    for some, candidates in tree.candidates(place.min(axis=2), place.max(axis=2)):
        yield from work.settled(place[:, some], rows[some], candidates)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    lonlat: Floats
    pieces: Pieces
    rank: Indices
    tree: Tree
    ellipsoid: Ellipsoid

    def settled(self, place: Floats, rows: Indices, candidates: Candidates) -> Iterator[Matches]:
        """Blocks ``place`` (3, n, B) with their ``rows`` (n, B)."""
        if rows.shape[1] == 1:
            yield from self._singly(place[:, :, 0], rows[:, 0], candidates)
            return
        begin = np.cumsum(candidates.count) - candidates.count
        heavy = candidates.count > _MANY
        # Smaller blocks help where their size makes the difference, not where chords say little.
        heavy &= np.sqrt(np.square(np.ptp(place, axis=2)).sum(axis=0)) > candidates.slack_m
        if heavy.any():
            yield from self._split(place, rows, candidates, begin, np.flatnonzero(heavy))
        light = np.flatnonzero(~heavy)
        by_count = light[np.argsort(candidates.count[light], kind="stable")]
        counts = candidates.count[by_count]
        for same in np.split(by_count, np.flatnonzero(np.diff(counts)) + 1):
            if not len(same):
                continue
            count = int(candidates.count[same[0]])
            at_once = max(min(_TILE, _PAIRS // count) // rows.shape[1], 1)
            for k in range(0, len(same), at_once):
                block = same[k : k + at_once]
                piece = candidates.piece[begin[block] + np.arange(count)[:, None]]
                tile = np.ascontiguousarray(place[:, block].transpose(0, 2, 1))
                slack_m = candidates.slack_m[block]
                yield self._tile(tile, np.ascontiguousarray(rows[block].T).ravel(), piece, slack_m)

    def _split(
        self, place: Floats, rows: Indices, candidates: Candidates, begin: Indices, heavy: Indices
    ) -> Iterator[Matches]:
        """Smaller blocks, which have fewer candidates among those of the larger ones."""
        size = rows.shape[1] // _SPLIT
        for some in runs(candidates.count[heavy] * _SPLIT, _PAIRS):
            block = heavy[some]
            parts = place[:, block].reshape(3, -1, size)
            of = np.repeat(np.arange(len(block)), _SPLIT)
            count = candidates.count[block]
            inner = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
            given = Candidates(
                count,
                candidates.piece[np.repeat(begin[block], count) + inner],
                candidates.nearest_m[block],
                candidates.slack_m[block],
            )
            fewer = self.tree.among(parts.min(axis=2), parts.max(axis=2), given, of)
            yield from self.settled(parts, rows[block].reshape(-1, size), fewer)

    def _singly(self, place: Floats, rows: Indices, candidates: Candidates) -> Iterator[Matches]:
        """Places (3, n), each with candidates of its own."""
        ends = np.cumsum(candidates.count)
        for some in runs(candidates.count, _PAIRS):
            count = candidates.count[some]
            point = np.repeat(np.arange(some.start, some.stop), count)
            piece = candidates.piece[ends[some.start] - count[0] : ends[some.stop - 1]]
            far = candidates.nearest_m[some] > FAR_M
            if far.any():
                kept = self._not_beyond(place, point, piece) | ~far[point - some.start]
                point, piece = point[kept], piece[kept]
            flat = place.take(point, axis=1)
            found = feet(flat, self.lonlat, rows[point], piece, self.pieces, self.ellipsoid)
            yield self._best(rows[some], point - some.start, piece, found)

    def _not_beyond(self, place: Floats, point: Indices, piece: Indices) -> NDArray[np.bool_]:
        """Which pairs, sorted by place, can be the nearest; by directions, since chords say little afar."""
        rough_m = self._rough_m(place.take(point, axis=1), self.tree.apart(place, point, piece))
        starts = run_starts(point)
        sizes = np.diff(starts, append=len(point))
        least_m = np.minimum.reduceat(rough_m, starts)
        most_m = least_m + 2.0 * rough_error_m(least_m)
        most_m += 4.0 * np.maximum.reduceat(self.tree.bulge_m.take(piece), starts)
        return np.asarray(rough_m <= np.repeat(most_m, sizes))

    def _tile(self, place: Floats, rows: Indices, piece: Indices, slack_m: Floats) -> Matches:
        """Places (3, B, n) in n blocks, each against its k candidates ``piece`` (k, n)."""
        if len(piece) == 1:
            found = feet(place, self.lonlat, rows, piece, self.pieces, self.ellipsoid)
            return Matches(rows, np.tile(piece[0], place.shape[1]), found.tau, found.distance_m, found.side)
        pairs = np.flatnonzero(self._near(place, piece, slack_m).transpose(1, 2, 0))
        point = pairs // len(piece)
        chosen = piece[pairs - point * len(piece), point % place.shape[2]]
        flat = place.reshape(3, -1).take(point, axis=1)
        found = feet(flat, self.lonlat, rows[point], chosen, self.pieces, self.ellipsoid)
        return self._best(rows, point, chosen, found)

    def _near(self, place: Floats, piece: Indices, slack_m: Floats) -> NDArray[np.bool_]:
        """Which candidates can be the nearest, (k, B, n)."""
        square = self._measured(place, piece, lambda _, apart: dot(apart, apart))
        least_m = np.sqrt(square.min(axis=0))
        if least_m.min() <= FAR_M:
            return np.asarray(square <= np.square(least_m + slack_m))
        # So far away chords say little: let their directions say more.
        rough_m = self._measured(place, piece, self._rough_m)
        least_m = rough_m.min(axis=0)
        bulge_m = 4.0 * self.tree.bulge_m.take(piece).max(axis=0)
        return np.asarray(rough_m <= least_m + 2.0 * rough_error_m(least_m) + bulge_m)

    def _measured(self, place: Floats, piece: Indices, measure: Callable[[Floats, Floats], Floats]) -> Floats:
        """``measure`` of places and the ways to them from the chords of the candidates, (k, B, n)."""
        tree = self.tree
        measured = np.empty((len(piece), *place.shape[1:]))
        at_once = max(_TILE // measured[0].size, 1)
        for k in range(0, len(piece), at_once):
            some = piece[k : k + at_once, None]
            half = tree.half.take(some, axis=1)
            apart = place[:, None] - tree.middle.take(some, axis=1)
            along = dot(apart, half)
            along *= tree.per_square.take(some)
            np.clip(along, -1.0, 1.0, out=along)
            apart -= along * half
            measured[k : k + at_once] = measure(place[:, None], apart)
        return measured

    def _rough_m(self, place: Floats, apart: Floats) -> Floats:
        return rough_geodesic_m(place, apart, np.sqrt(dot(apart, apart)), self.ellipsoid)

    def _best(self, rows: Indices, point: Indices, piece: Indices, found: Feet) -> Matches:
        """One piece for each place, from pairs sorted by place."""
        if len(point) == len(rows):
            return Matches(rows, piece, found.tau, found.distance_m, found.side)
        best = run_starts(point)
        sizes = np.diff(best, append=len(point))
        several = np.flatnonzero(sizes > 1)
        begin = np.cumsum(sizes[several]) - sizes[several]
        pairs = np.repeat(best[several] - begin, sizes[several]) + np.arange(sizes[several].sum())
        best[several], side_less = self._ranked(pairs, begin, sizes[several], piece, found)
        side = found.side[best]
        side[several[side_less]] = 0
        return Matches(rows, piece[best], found.tau[best], found.distance_m[best], side)

    def _ranked(
        self, pairs: Indices, begin: Indices, sizes: Indices, piece: Indices, found: Feet
    ) -> tuple[Indices, Indices]:
        """Of runs of pairs the equally near one of least rank; and the runs without a side.

        Those are where the same line passes the same foot twice, with the place once on its left and
        once on its right.
        """
        run = np.repeat(np.arange(len(begin)), sizes)
        distance_m = found.distance_m[pairs]
        tied = np.flatnonzero(distance_m <= (np.minimum.reduceat(distance_m, begin) + _TIE_M)[run])
        pairs, run = pairs[tied], run[tied]
        rank = self.rank[piece[pairs]]
        starts = run_starts(run)
        best = pairs[rank == np.minimum.reduceat(rank, starts)[run]]
        across = np.flatnonzero(found.side[pairs] * found.side[best][run] < 0)
        if not len(across):
            return best, across
        opposite, run = pairs[across], run[across]
        apart = found.chord[:, opposite] - found.chord[:, best[run]]
        same = dot(apart, apart) < _SAME_M**2
        same &= self.pieces.line[piece[opposite]] == self.pieces.line[piece[best[run]]]
        return best, run[same]
