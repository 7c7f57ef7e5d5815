"""Parting lines where what is said of their points changes.

Lines are looked at at all their vertices and at places at most 100 m apart between them; where two neighbours
are told differently the change is narrowed down to 6 micrometres. What is asked here are nearest points, and
distances vary no faster than the place: a change and its reverse between two neighbours go unseen, and matter
to 50 m.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from merestone.lines.joints import eastward, is_closed, joined
from merestone.lines.scale import Floats, Ints, chart_lengths_m, ragged
from merestone.model.ellipsoid import Ellipsoid

_STEP_M = 100.0
_PARTS = 16
_ROUNDS = 6
"""100 m parted by 16 this often are 6 micrometres. Points asked about together cost little more than one."""

Teller = Callable[[Floats], Ints]
"""What is said of points (n, 2): a number each."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a line with one ``label``; ``whole`` (start, end) where the line itself begins or ends there.

    ``coords`` (n, 2) run in the direction of chainage of the line (``lines.joints``).
    """

    label: int
    coords: Floats
    whole: tuple[bool, bool]


def parted(line: Floats, tell: Teller, ellipsoid: Ellipsoid, shortest_m: float = 0.0) -> list[Part]:
    """The parts of one line (n, 2) or ring: see ``all_parted``."""
    return all_parted([line], tell, ellipsoid, shortest_m)[0]


def all_parted(
    lines: Sequence[Floats], tell: Teller, ellipsoid: Ellipsoid, shortest_m: float = 0.0
) -> list[list[Part]]:
    """The parts of every line (n, 2) or ring; a ring is parted where labels change, not at its first vertex.

    Parts shorter than ``shortest_m`` take the label of their longer neighbour, the shortest first. The
    same parts come out whatever the direction or first vertex given. All lines are asked about together.
    """
    if not lines:
        return []
    walked = [eastward(line) for line in lines]
    sizes = np.array([len(line) for line in walked])
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    edge, at, labels = _changes(np.concatenate(walked), first, tell, ellipsoid)
    owner = np.searchsorted(first, edge, side="right") - 1
    return [
        _parts_of(line, edge[owner == k] - first[k], at[owner == k], labels[k], ellipsoid, shortest_m)
        for k, line in enumerate(walked)
    ]


def _changes(
    xy: Floats, first: Ints, tell: Teller, ellipsoid: Ellipsoid
) -> tuple[Ints, Floats, list[list[int]]]:
    """Edges (by their first vertex) and fractions at which labels change, and the labels between, by line."""
    start = np.delete(np.arange(len(xy)), first[1:] - 1)
    edge_m = chart_lengths_m(xy[start], xy[start + 1], ellipsoid)
    steps = np.maximum(np.ceil(edge_m / _STEP_M), 1.0).astype(np.intp)
    edge = np.repeat(start, steps)
    share = ragged(np.zeros_like(steps), steps)
    low, high = share / np.repeat(steps, steps), (share + 1) / np.repeat(steps, steps)
    label = tell(np.concatenate([_place(xy, edge, low), xy[first[1:] - 1]]))
    before, lasts = label[: len(edge)], label[len(edge) :]
    owner = np.searchsorted(first, edge, side="right") - 1
    final = np.diff(owner, append=len(lasts)) != 0
    after = np.where(final, lasts[owner], np.roll(before, -1))
    k = np.flatnonzero(before != after)
    opening = before[np.flatnonzero(np.diff(owner, prepend=-1))]
    labels = [[int(opening[line]), *after[k[owner[k] == line]].tolist()] for line in range(len(lasts))]
    return edge[k], _narrowed(xy, edge[k], low[k], high[k], before[k], tell), labels


def _narrowed(xy: Floats, edge: Ints, low: Floats, high: Floats, before: Ints, tell: Teller) -> Floats:
    """The fractions at which labels cease to be what they were."""
    inner = np.arange(1, _PARTS) / _PARTS
    every = np.arange(len(edge))
    for _ in range(_ROUNDS if len(edge) else 0):
        at = low[:, None] + (high - low)[:, None] * inner
        told = tell(_place(xy, np.repeat(edge, len(inner)), at.ravel())).reshape(at.shape)
        beyond = told != before[:, None]
        first = np.where(beyond.any(axis=1), beyond.argmax(axis=1), len(inner))
        bounds = np.column_stack([low, at, high])
        low, high = bounds[every, first], bounds[every, first + 1]
    return high


def _place(xy: Floats, edge: Ints, at: Floats) -> Floats:
    start, end = xy[edge], xy[edge + 1]
    return np.where(at[:, None] == 1.0, end, start + at[:, None] * (end - start))


def _parts_of(
    walked: Floats, edge: Ints, at: Floats, labels: list[int], ellipsoid: Ellipsoid, shortest_m: float
) -> list[Part]:
    """The parts of one line, cut at fractions of its edges."""
    edge_m = chart_lengths_m(walked[:-1], walked[1:], ellipsoid)
    along_m = np.concatenate([[0.0], np.cumsum(edge_m)])
    cut_m = along_m[edge] + at * edge_m[edge]
    closed = is_closed(walked)
    kept, labels = _without_short(cut_m, labels, float(along_m[-1]), closed, shortest_m)
    coords = _between(walked, edge[kept], at[kept])
    if closed and len(coords) == 1:
        return [Part(labels[0], walked, (False, False))]
    if closed:
        # The first vertex of a ring is no end: what lies on both sides of it is one part.
        coords = [joined([coords[-1], coords[0]]), *coords[1:-1]]
        return [Part(label, part, (False, False)) for label, part in zip(labels[:-1], coords, strict=True)]
    last = len(coords) - 1
    return [Part(labels[k], part, (k == 0, k == last)) for k, part in enumerate(coords)]


def _without_short(
    cut_m: Floats, labels: list[int], length_m: float, closed: bool, shortest_m: float
) -> tuple[Ints, list[int]]:
    """Which cuts stay, and the labels of the parts, when parts that are too short join a neighbour."""
    kept, labels = list(range(len(cut_m))), list(labels)
    while kept:
        same = next((k for k in range(len(kept)) if labels[k] == labels[k + 1]), None)
        if same is not None:
            del kept[same], labels[same]
            continue
        sizes = np.diff([0.0, *cut_m[kept], length_m])
        if closed:
            # The first and the last part of a ring are one.
            sizes[0] = sizes[-1] = sizes[0] + sizes[-1]
        short = int(np.argmin(sizes))
        if sizes[short] >= shortest_m:
            break
        longer = _longer_neighbour(sizes, short, closed)
        labels[short] = labels[longer]
        if closed and short == 0:
            labels[-1] = labels[0]
    return np.array(kept, dtype=np.intp), labels


def _longer_neighbour(sizes: Floats, k: int, closed: bool) -> int:
    """The longer of the two parts beside one; in a ring the last part is the first one again."""
    if closed:
        around = len(sizes) - 1
        return max((k - 1) % around, (k + 1) % around, key=lambda other: float(sizes[other]))
    return max(
        (other for other in (k - 1, k + 1) if 0 <= other < len(sizes)), key=lambda other: float(sizes[other])
    )


def _between(walked: Floats, edge: Ints, at: Floats) -> list[Floats]:
    """The coordinates between consecutive cuts."""
    places = _place(walked, edge, at)
    starts = np.concatenate([[0], edge + 1])
    ends = np.concatenate([edge + 1, [len(walked)]])
    return [
        joined([places[k - 1 : k] if k else places[:0], walked[start:end], places[k : k + 1]])
        for k, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
