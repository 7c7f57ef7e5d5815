"""Pieces of one source: strands with the party first by id on their left, and the line for chainage.

Where both sides coincide a piece has common strands, where they run apart each side has its own. The
order of the sides here is that of their ids, and decides directions only: which vertices stand for a common
strand, where a ring begins and the like is decided by shape.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from merestone.lines.chains import Chain, Chains, Run
from merestone.lines.joints import comes_before, eastward, from_west, is_closed, joined
from merestone.lines.scale import Bools, Floats, Ints
from merestone.lines.stretches import Course, Stretches
from merestone.model.lines import Strand

COMMON = -1
"""Stands for both sides where a side is asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class SideLine:
    """One unbroken line of one side through a piece, its land on the left: (n, 2) ``coords``."""

    side: int
    stretches: Ints
    closed: bool
    coords: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """The lines of a piece of one source, and its strands by side (0, 1) or ``COMMON``.

    ``along`` tells for every line on which of these strands it runs.
    """

    lines: tuple[SideLine, ...]
    strands: dict[int, tuple[Strand, ...]]
    along: tuple[tuple[int, ...], ...]

    @property
    def closed(self) -> bool:
        return all(line.closed for line in self.lines)


def traced(chains: Chains, chain: Chain) -> Traced:
    """Lines and strands of one chain."""
    stretches = chains.stretches
    lines = tuple(line for side in (0, 1) for line in side_lines(stretches, chain.of(side)))
    common = _mutual(stretches, chain)
    following = _following(stretches.count, lines)
    ends = _open_ends(stretches, lines)
    strands: dict[int, list[Strand]] = {COMMON: [], 0: [], 1: []}
    along: list[set[int]] = []
    for line in lines:
        along.append(set())
        for is_common, group, closed in _groups(stretches, line, common, following):
            along[-1].add(COMMON if is_common else line.side)
            if is_common and line.side == 1:
                continue
            coords = (_common_coords if is_common else _coords)(stretches, group, closed)
            stops = _stops(stretches, group, is_common, ends)
            strand = Strand(coords, *(stop and not closed for stop in stops))
            strands[COMMON if is_common else line.side].append(strand if line.side == 0 else turned(strand))
    sorted_strands = {side: in_order(found) for side, found in strands.items() if found}
    return Traced(lines, sorted_strands, tuple(tuple(sorted(sides)) for sides in along))


def turned(strand: Strand) -> Strand:
    """The strand run the other way."""
    return Strand(np.ascontiguousarray(strand.coords[::-1]), strand.open_end, strand.open_start)


def in_order(strands: list[Strand]) -> tuple[Strand, ...]:
    """Strands sorted by place, whatever their direction."""
    return tuple(sorted(strands, key=lambda strand: eastward(strand.coords)[:2].ravel().tolist()))


def side_lines(stretches: Stretches, runs: tuple[Run, ...]) -> Iterator[SideLine]:
    """Runs of one side put together where one ends at the node at which another begins."""
    begins: dict[int, list[Run]] = {}
    for run in runs:
        if not run.closed:
            begins.setdefault(int(stretches.node_from[run.stretches[0]]), []).append(run)
    reached = {int(stretches.node_to[run.stretches[-1]]) for run in runs if not run.closed}
    # First the lines that begin where no other ends, then what is left: rings through several runs.
    starts = sorted(
        (run for run in runs if not run.closed), key=lambda run: _node_from(stretches, run) in reached
    )
    used: set[int] = set()
    for run in starts:
        row: list[Run] = []
        following: Run | None = run
        while following is not None and id(following) not in used:
            used.add(id(following))
            row.append(following)
            node = int(stretches.node_to[following.stretches[-1]])
            following = next((other for other in begins.get(node, []) if id(other) not in used), None)
        if row:
            yield _line(stretches, row)
    for run in runs:
        if run.closed:
            yield _line(stretches, [run])


def _node_from(stretches: Stretches, run: Run) -> int:
    return int(stretches.node_from[run.stretches[0]])


def _line(stretches: Stretches, row: list[Run]) -> SideLine:
    members = np.concatenate([run.stretches for run in row])
    whole = len(row) == 1 and row[0].closed
    around = int(stretches.node_to[members[-1]]) == _node_from(stretches, row[0])
    closed = whole or (around and _node_from(stretches, row[0]) >= 0)
    return SideLine(row[0].side, members, closed, _coords(stretches, members, closed))


def _coords(stretches: Stretches, members: Ints, closed: bool) -> Floats:
    coords = joined([stretches.coords(int(k)) for k in members])
    if not closed:
        return coords
    return from_west(coords if is_closed(coords) else np.concatenate([coords, coords[:1]]))


def _mutual(stretches: Stretches, chain: Chain) -> Bools:
    """Which stretches are common limits: each the partner of its partner, both of this piece."""
    members = np.concatenate([run.stretches for run in chain.runs])
    here = np.zeros(stretches.count + 1, bool)
    here[members] = True
    partner = stretches.partner
    mutual = (stretches.course == Course.COMMON) & here[:-1] & here[partner]
    mutual &= partner[partner] == np.arange(stretches.count)
    return np.asarray(mutual & (partner >= 0))


def _following(count: int, lines: tuple[SideLine, ...]) -> Ints:
    """For every stretch the one that follows it on its line, −1 for none."""
    following = np.full(count, -1, dtype=np.intp)
    for line in lines:
        following[line.stretches[:-1]] = line.stretches[1:]
        if line.closed:
            following[line.stretches[-1]] = line.stretches[0]
    return following


def _groups(
    stretches: Stretches, line: SideLine, common: Bools, following: Ints
) -> Iterator[tuple[bool, Ints, bool]]:
    """A line in its common and own parts: (is it common, its stretches, is it a whole ring)."""
    members = line.stretches
    kind = common[members]
    before = np.roll(members, 1)
    partner, partner_before = stretches.partner[members], stretches.partner[before]
    goes_on = kind == np.roll(kind, 1)
    # A common stretch goes on only where the other side's does, which runs the other way.
    goes_on &= ~kind | (following[partner] == partner_before)
    if not line.closed:
        goes_on[0] = False
    breaks = np.flatnonzero(~goes_on)
    if not len(breaks):
        yield bool(kind[0]), members, True
        return
    members, kind = np.roll(members, -breaks[0]), np.roll(kind, -breaks[0])
    for start, end in zip(breaks - breaks[0], np.append(breaks[1:] - breaks[0], len(members)), strict=True):
        yield bool(kind[start]), members[start:end], False


def _common_coords(stretches: Stretches, group: Ints, closed: bool) -> Floats:
    """Of the two drawings of a common strand the one with more vertices; tie: what comes first by place."""
    mine = _coords(stretches, group, closed)
    theirs = _coords(stretches, stretches.partner[group][::-1], closed)[::-1]
    if np.array_equal(mine, theirs):
        return mine
    if len(mine) != len(theirs):
        return mine if len(mine) > len(theirs) else np.ascontiguousarray(theirs)
    return mine if comes_before(eastward(mine), eastward(theirs)) else np.ascontiguousarray(theirs)


def _open_ends(stretches: Stretches, lines: tuple[SideLine, ...]) -> tuple[Bools, Bools]:
    """Stretches with which an open line begins, and those with which one ends, in their own direction."""
    begins, ends = np.zeros(stretches.count, bool), np.zeros(stretches.count, bool)
    for line in lines:
        if not line.closed:
            begins[line.stretches[0]], ends[line.stretches[-1]] = True, True
    return begins, ends


def _stops(stretches: Stretches, group: Ints, common: bool, ends: tuple[Bools, Bools]) -> tuple[bool, bool]:
    """Whether a strand begins and ends openly; a common one only where the lines of both sides do."""
    begins, stops = ends
    first, last = group[0], group[-1]
    start, end = bool(begins[first]), bool(stops[last])
    if not common:
        return start, end
    # The other side runs the other way: it ends where this one begins.
    return start and bool(stops[stretches.partner[first]]), end and bool(begins[stretches.partner[last]])
