"""Parting lines where what is said of their points changes.

A line is looked at at all its vertices and at places at most 100 m apart between them; where two neighbours
are told differently the change is found by halving. What is asked here are nearest points, and distances
vary no faster than the place: a change and its reverse between two neighbours go unseen, and matter to 50 m.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from merestone.lines.joints import eastward, is_closed, joined
from merestone.lines.scale import Floats, Ints, chart_lengths_m
from merestone.model.ellipsoid import Ellipsoid

_STEP_M = 100.0
_HALVINGS = 40
"""100 m halved this often is below the last bit of a coordinate."""

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
    """The parts of a line (n, 2) or ring; a ring is parted where labels change, not at its first vertex.

    Parts shorter than ``shortest_m`` take the label of their longer neighbour, the shortest first. The
    same parts come out whatever the direction or first vertex given.
    """
    walked = eastward(line)
    edge, at, labels = _changes(walked, tell, ellipsoid)
    edge_m = chart_lengths_m(walked[:-1], walked[1:], ellipsoid)
    along_m = np.concatenate([[0.0], np.cumsum(edge_m)])
    cut_m = along_m[edge] + at * edge_m[edge] if len(edge) else np.zeros(0)
    closed = is_closed(walked)
    kept, labels = _without_short(cut_m, labels, float(along_m[-1]), closed, shortest_m)
    edge, at = edge[kept], at[kept]
    if closed and not len(edge):
        return [Part(labels[0], walked, (False, False))]
    coords = _between(walked, edge, at)
    last = len(coords) - 1
    if closed:
        # The first vertex of a ring is no end: what lies on both sides of it is one part.
        around = joined([coords[-1], coords[0]])
        return [Part(label, part, (False, False)) for label, part in zip(labels, [around, *coords[1:-1]], strict=False)]
    return [Part(labels[k], part, (k == 0, k == last)) for k, part in enumerate(coords)]


def _changes(walked: Floats, tell: Teller, ellipsoid: Ellipsoid) -> tuple[Ints, Floats, list[int]]:
    """Edges and fractions at which labels change, and the labels of the parts between."""
    edge_m = chart_lengths_m(walked[:-1], walked[1:], ellipsoid)
    steps = np.maximum(np.ceil(edge_m / _STEP_M), 1.0).astype(np.intp)
    edge = np.repeat(np.arange(len(steps)), steps)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(steps) - steps, steps)
    low, high = step / steps[edge], (step + 1) / steps[edge]
    label = tell(np.concatenate([_place(walked, edge, low), walked[-1:]]))
    k = np.flatnonzero(np.diff(label))
    edge, low, high, before = edge[k], low[k], high[k], label[k]
    for _ in range(_HALVINGS if len(k) else 0):
        middle = 0.5 * (low + high)
        beyond = tell(_place(walked, edge, middle)) != before
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return edge, high, [int(label[0]), *label[k + 1].tolist()]


def _place(walked: Floats, edge: Ints, at: Floats) -> Floats:
    start, end = walked[edge], walked[edge + 1]
    return np.where(at[:, None] == 1.0, end, start + at[:, None] * (end - start))


def _without_short(
    cut_m: Floats, labels: list[int], length_m: float, closed: bool, shortest_m: float
) -> tuple[list[int], list[int]]:
    """Which cuts stay, and the labels of the parts, when parts that are too short join a neighbour."""
    bounds = [(float(at), k) for k, at in enumerate(cut_m)]
    labels = list(labels)
    while bounds:
        places = [at for at, _ in bounds]
        sizes = np.diff([0.0, *places, length_m])
        if closed:
            sizes[0] = sizes[-1] = sizes[0] + sizes[-1]
        short = int(np.argmin(sizes))
        same = next((k for k in range(len(bounds)) if labels[k] == labels[k + 1]), None)
        if same is None and sizes[short] >= shortest_m:
            break
        if same is None:
            count = len(bounds) if closed else len(labels)
            neighbours = [(short + d) % count if closed else short + d for d in (-1, 1)]
            neighbours = [k for k in neighbours if 0 <= k < len(labels)]
            longer = max(neighbours, key=lambda k: float(sizes[k]))
            labels[short] = labels[longer]
            if closed and short in {0, len(labels) - 1}:
                labels[0] = labels[-1] = labels[longer]
            continue
        del bounds[same], labels[same]
    return [k for _, k in bounds], labels


def _between(walked: Floats, edge: Ints, at: Floats) -> list[Floats]:
    """The coordinates between consecutive cuts."""
    places = _place(walked, edge, at) if len(edge) else np.zeros((0, 2))
    starts = np.concatenate([[0], edge + 1])
    ends = np.concatenate([edge + 1, [len(walked)]])
    parts = []
    for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
        parts.append(joined([places[k - 1 : k] if k else places[:0], walked[start:end], places[k : k + 1]]))
    return parts
