"""Runs of stations with one verdict, and how the short ones join their neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush

import numpy as np

from merestone.compare.verdicts import CANNOT_SAY, COINCIDENT, DIFFERING, WITHIN_ACCURACY

_CERTAINTY = {CANNOT_SAY: 0, WITHIN_ACCURACY: 1, COINCIDENT: 2, DIFFERING: 3}
"""How sure a verdict is; a short section joins the less certain neighbour."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A stretch that was too short to stand alone: chainages in metres and its own verdict."""

    from_m: float
    to_m: float
    verdict: int


@dataclass(frozen=True, slots=True)
class Run:
    """Stations ``first`` to ``last`` (exclusive) with one verdict, between two chainages in metres.

    ``districts`` are the numbers of the districts at which breaks are decided (−1: none), those of
    the run before anything joined it.
    """

    first: int
    last: int
    from_m: float
    to_m: float
    verdict: int
    districts: tuple[int, ...]
    joined: tuple[Joined, ...] = field(default=())

    @property
    def length_m(self) -> float:
        return self.to_m - self.from_m


def runs_of(chainage_m: np.ndarray, verdict: np.ndarray, districts: np.ndarray) -> list[Run]:
    """Cut a piece of the axis midway between stations where the verdict or a district changes.

    ``districts`` (n, parties) numbers of the nearest district of each party, −1 for none.
    """
    keys = np.column_stack([verdict, districts])
    breaks = np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1)) + 1
    first = [0, *breaks.tolist()]
    last = [*breaks.tolist(), len(chainage_m)]
    middle_m = (chainage_m[breaks - 1] + chainage_m[breaks]) / 2.0
    cuts_m = [float(chainage_m[0]), *middle_m.tolist(), float(chainage_m[-1])]
    return [
        Run(a, b, cuts_m[k], cuts_m[k + 1], int(verdict[a]), tuple(districts[a].tolist()))
        for k, (a, b) in enumerate(zip(first, last, strict=True))
    ]


def join_short(runs: Sequence[Run], min_section_m: float) -> list[Run]:
    """Let runs shorter than `min_section_m` join a neighbour, the shortest first (tie: lower chainage).

    The neighbour is the one with the less certain verdict; of two alike the one with the same
    districts, then the earlier one. A ``differing`` or ``cannot-say`` run joins only its like.
    """
    chain = _Chain(runs)
    queue = [(run.length_m, run.from_m, at) for at, run in enumerate(runs)]
    heapify(queue)
    while queue:
        length_m, from_m, at = heappop(queue)
        run = chain.runs[at]
        if run is None or (run.length_m, run.from_m) != (length_m, from_m) or length_m >= min_section_m:
            continue
        host = chain.host(at)
        if host is None:
            continue
        merged = chain.absorb(host, at)
        for k in (chain.before[merged], merged, chain.after[merged]):
            if k is not None and (changed := chain.runs[k]) is not None:
                heappush(queue, (changed.length_m, changed.from_m, k))
    return [run for run in chain.runs if run is not None]


class _Chain:
    """Runs in a row, of which any may be taken out; positions stay, gone runs are None."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs: list[Run | None] = list(runs)
        last = len(runs) - 1
        self.before: list[int | None] = [k - 1 if k > 0 else None for k in range(len(runs))]
        self.after: list[int | None] = [k + 1 if k < last else None for k in range(len(runs))]

    def _run(self, at: int) -> Run:
        run = self.runs[at]
        assert run is not None
        return run

    def host(self, at: int) -> int | None:
        """The neighbour that the run would join, or None."""
        run = self._run(at)
        near = [k for k in (self.before[at], self.after[at]) if k is not None]
        if run.verdict in (DIFFERING, CANNOT_SAY):
            near = [k for k in near if self._run(k).verdict == run.verdict]
        return min(
            near,
            key=lambda k: (_CERTAINTY[self._run(k).verdict], self._run(k).districts != run.districts, k),
            default=None,
        )

    def absorb(self, host: int, short: int) -> int:
        """Let `short` join `host`, and close up with a neighbour that nothing parts any more."""
        taken = self._run(short)
        note = Joined(taken.from_m, taken.to_m, taken.verdict)
        self._merge(host, short, (note,))
        for other in (self.before[host], self.after[host]):
            if other is not None and self._alike(host, other):
                self._merge(host, other, ())
        return host

    def _alike(self, one: int, two: int) -> bool:
        a, b = self._run(one), self._run(two)
        return (a.verdict, a.districts) == (b.verdict, b.districts)

    def _merge(self, host: int, gone: int, note: tuple[Joined, ...]) -> None:
        a, b = self._run(host), self._run(gone)
        self.runs[host] = replace(
            a,
            first=min(a.first, b.first),
            last=max(a.last, b.last),
            from_m=min(a.from_m, b.from_m),
            to_m=max(a.to_m, b.to_m),
            joined=(*a.joined, *note, *b.joined),
        )
        self.runs[gone] = None
        before, after = self.before[gone], self.after[gone]
        if before is not None:
            self.after[before] = after
        if after is not None:
            self.before[after] = before
