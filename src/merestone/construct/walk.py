"""From links between nodes to the paths that the median takes through them."""

from collections import defaultdict, deque
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from merestone.construct.field import Indices

Neighbours = dict[int, list[int]]


def paths_of(links: Indices, shared: NDArray[np.bool_]) -> list[list[int]]:
    """Paths through linked nodes, (n, 2), each as long as it can be; a closed one repeats its first node.

    ``shared`` tells links that run where both sets coincide. Where these form more than one way, as
    between lines a millimetre apart, one way is taken. A path ends where more than two links meet.
    """
    pairs = {(min(a, b), max(a, b)) for a, b in links.tolist() if a != b}
    flat = {(min(a, b), max(a, b)) for a, b in links[shared].tolist() if a != b}
    return _walked(_neighbours(pairs - flat | _one_way(pairs, flat)))


def _neighbours(pairs: Iterable[tuple[int, int]]) -> Neighbours:
    found: Neighbours = defaultdict(list)
    for a, b in sorted(pairs):
        found[a].append(b)
        found[b].append(a)
    return found


def _one_way(pairs: set[tuple[int, int]], flat: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of shared links those that are kept: all of a plain chain, else one way from end to end."""
    whole, own = _neighbours(pairs), _neighbours(flat)
    kept: set[tuple[int, int]] = set()
    done: set[int] = set()
    for start in sorted(own):
        if start in done:
            continue
        members = _reached(own, start)
        done |= members.keys()
        if all(len(whole[node]) <= 2 for node in members):
            kept |= {pair for pair in flat if pair[0] in members}
            continue
        joined_to = sorted(node for node in members if len(whole[node]) > len(own[node]))
        kept |= _way(own, joined_to or [start])
    return kept


def _way(own: Neighbours, ends: list[int]) -> set[tuple[int, int]]:
    """The shortest way from the first end to the last, or to the farthest node where there is one end."""
    before = _reached(own, ends[0])
    if len(ends) == 1 and len(own[ends[0]]) > 1:  # begin at one of the farthest nodes
        before = _reached(own, list(before)[-1])
    node = ends[-1] if len(ends) > 1 else list(before)[-1]
    way = set()
    while before[node] is not None:
        previous = before[node]
        assert previous is not None
        way.add((min(node, previous), max(node, previous)))
        node = previous
    return way


def _reached(own: Neighbours, start: int) -> dict[int, int | None]:
    """Every node that is reached from ``start``, breadth first, with the one before it."""
    before: dict[int, int | None] = {start: None}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in own[node]:
            if other not in before:
                before[other] = node
                queue.append(other)
    return before


def _walked(neighbours: Neighbours) -> list[list[int]]:
    used: set[tuple[int, int]] = set()
    paths: list[list[int]] = []
    ends = [node for node in sorted(neighbours) if len(neighbours[node]) != 2]
    for start in [*ends, *sorted(neighbours)]:
        for first in neighbours[start]:
            if (min(start, first), max(start, first)) in used:
                continue
            path = [start]
            node: int | None = first
            while node is not None:
                used.add((min(path[-1], node), max(path[-1], node)))
                path.append(node)
                node = _onward(neighbours, path, used)
            paths.append(path)
    return paths


def _onward(neighbours: Neighbours, path: list[int], used: set[tuple[int, int]]) -> int | None:
    node = path[-1]
    if len(neighbours[node]) != 2 or node == path[0]:
        return None
    free = [n for n in neighbours[node] if (min(node, n), max(node, n)) not in used]
    return free[0] if free else None
