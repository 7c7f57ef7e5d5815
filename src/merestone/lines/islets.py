"""Islets along the common boundary: land of one side too small to part it.

Where a boundary runs in a river, the land of one side may lie in several polygons: the mainland and islets.
Between two of them the other side's boundary runs beside water alone, and no path along the first side joins
the two touches. Such a stretch, no longer than ``facing_m``, belongs where one of the polygons at its ends
is an islet: no farther across than ``facing_m``, so that all of it faces the other side. Between two larger
lands, such as a mainland and an exclave, it does not: there the sea or a third country may lie.
"""

import numpy as np
import shapely

from merestone.lines.regions import across_m
from merestone.lines.scale import Bools, Ints
from merestone.lines.stretches import Course, Stretches, rough_lengths_m
from merestone.model.ellipsoid import Ellipsoid


def beside_islets(stretches: Stretches, belongs: Bools, facing_m: float, ellipsoid: Ellipsoid) -> Bools:
    """Which stretches join touches with an islet and with other land of the other side, (s,)."""
    found = np.zeros(stretches.count, bool)
    tried = (stretches.course == Course.OUTSIDE) & ~belongs & (stretches.node_from >= 0)
    tried &= (stretches.node_from != stretches.node_to) & (rough_lengths_m(stretches, ellipsoid) <= facing_m)
    if not tried.any():
        return found
    lands = [_lands_at_nodes(stretches, side) for side in (0, 1)]
    before, after = _neighbours(stretches)
    # A mere point of contact is no end to join: the common boundary must go on at both.
    for k in np.flatnonzero(tried & belongs[before] & belongs[after]):
        other = 1 - int(stretches.side[k])
        ends = [
            lands[other].get(int(node), frozenset())
            for node in (stretches.node_from[k], stretches.node_to[k])
        ]
        if ends[0] and ends[1] and not ends[0] & ends[1]:
            polygons = stretches.rings[other].polygons[sorted(ends[0] | ends[1])]
            found[k] = bool((across_m(shapely.bounds(polygons), ellipsoid) <= facing_m).any())
    return found


def _neighbours(stretches: Stretches) -> tuple[Ints, Ints]:
    """The stretches before and after each one on its ring."""
    every = np.arange(stretches.count)
    first = np.flatnonzero(np.diff(stretches.ring * 2 + stretches.side, prepend=-1))
    last = np.append(first[1:], stretches.count) - 1
    before, after = every - 1, every + 1
    before[first], after[last] = last, first
    return before, after


def _lands_at_nodes(stretches: Stretches, side: int) -> dict[int, frozenset[int]]:
    """The polygons of one side whose rings pass each node."""
    own = np.flatnonzero((stretches.side == side) & (stretches.node_from >= 0))
    polygon = stretches.rings[side].polygon[stretches.ring[own]]
    lands: dict[int, set[int]] = {}
    for nodes in (stretches.node_from[own], stretches.node_to[own]):
        for node, land in np.unique(np.column_stack([nodes, polygon]), axis=0).tolist():
            lands.setdefault(node, set()).add(land)
    return {node: frozenset(found) for node, found in lands.items()}
