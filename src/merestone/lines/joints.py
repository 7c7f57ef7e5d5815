"""Joining coordinates end to end, and the directions and starting points that shape alone decides."""

from collections.abc import Sequence

import numpy as np

from merestone.lines.scale import Floats


def joined(parts: Sequence[Floats]) -> Floats:
    """Coordinates one after the other, without a vertex that repeats the one before it."""
    xy = np.concatenate(list(parts))
    moves = np.concatenate([[True], (xy[1:] != xy[:-1]).any(axis=1)])
    return np.ascontiguousarray(xy[moves])


def is_closed(coords: Floats) -> bool:
    """Whether a line ends where it begins."""
    return len(coords) > 3 and bool((coords[0] == coords[-1]).all())


def westernmost(coords: Floats) -> int:
    """Index of the westernmost, then southernmost vertex."""
    return int(np.lexsort([coords[:, 1], coords[:, 0]])[0])


def from_west(coords: Floats) -> Floats:
    """A ring turned so that it begins at its westernmost, then southernmost vertex."""
    k = westernmost(coords[:-1])
    return np.ascontiguousarray(np.concatenate([coords[k:-1], coords[: k + 1]]))


def anticlockwise(coords: Floats) -> bool:
    """Whether a ring runs anticlockwise in longitude/latitude."""
    x, y = (coords - coords[0]).T
    return bool((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() > 0.0)


def comes_before(one: Floats, other: Floats) -> bool:
    """Whether coordinates come first by their first differing vertex: longitude, then latitude."""
    size = min(len(one), len(other))
    differing = np.flatnonzero((one[:size] != other[:size]).any(axis=1))
    if not len(differing):
        return len(one) < len(other)
    k = int(differing[0])
    return tuple(one[k]) < tuple(other[k])


def eastward(coords: Floats) -> Floats:
    """The line in the direction of chainage: see ``runs_eastward``."""
    return _directed(coords)[0]


def runs_eastward(coords: Floats) -> bool:
    """Whether a line already runs in the direction of chainage.

    An open line begins at its westernmost, then southernmost end. A ring begins at its westernmost, then
    southernmost vertex and keeps what it encloses on its left. A line whose ends are one place without
    being a ring takes the direction whose vertices come first.
    """
    return _directed(coords)[1]


def _directed(coords: Floats) -> tuple[Floats, bool]:
    turned = np.ascontiguousarray(coords[::-1])
    kept = anticlockwise(coords) if is_closed(coords) else not comes_before(turned, coords)
    chosen = coords if kept else turned
    return from_west(chosen) if is_closed(coords) else chosen, kept
