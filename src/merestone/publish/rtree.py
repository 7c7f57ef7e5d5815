"""A spatial index packed at once, in the form in which SQLite's R-tree module keeps it.

SQLite would build the tree box by box, and its versions split nodes differently. Packed here the same
boxes give the same tree everywhere, and a tighter one: sort-tile-recursive (Leutenegger, Lopez and Edgington
1997, doi:10.1109/ICDE.1997.582015). The form of the three shadow tables is that of
``ext/rtree/rtree.c`` of SQLite, unchanged since 2008; ``rtreecheck()`` of SQLite proves it in the tests.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_MOST = 51
"""Cells in a node."""
_CELL = 24
"""Bytes of a cell: an id and four 32-bit numbers."""
_NODE = 4 + _MOST * _CELL
"""Bytes of a node, for pages of 4096 bytes and more."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Rows of the shadow tables: ``_node`` number, data; ``_rowid`` id, leaf; ``_parent`` node, parent."""

    nodes: tuple[tuple[int, bytes], ...]
    rowids: tuple[tuple[int, int], ...]
    parents: tuple[tuple[int, int], ...]


def packed(ids: "np.ndarray", boxes: "np.ndarray") -> Tree:
    """The tree of (n,) whole-number ids and their (n, 4) boxes: west, south, east, north.

    Boxes are kept as 32-bit numbers rounded outward, as SQLite keeps them, so each holds its shape.
    """
    import numpy as np

    levels = [_Level(np.asarray(ids), _outward(boxes))]  # leaves first
    groups = []
    while True:
        groups.append(_tiles(levels[-1].boxes))
        if len(groups[-1]) == 1:
            break
        levels.append(levels[-1].above(groups[-1]))
    return _tree(levels, groups)


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The cells of all nodes of one level; ``ids`` are rowids in leaves, places in the level below above."""

    ids: "np.ndarray"
    boxes: "np.ndarray"

    def above(self, groups: Sequence["np.ndarray"]) -> "_Level":
        """One cell for each group of cells: the box round them."""
        import numpy as np

        rounds = [
            np.concatenate([self.boxes[one, :2].min(axis=0), self.boxes[one, 2:].max(axis=0)])
            for one in groups
        ]
        return _Level(np.arange(len(groups)), np.array(rounds, dtype=np.float32))


def _outward(boxes: "np.ndarray") -> "np.ndarray":
    """(n, 4) boxes as 32-bit numbers, the western and southern rounded down, the others up."""
    import numpy as np

    done = boxes.astype(np.float32)
    low = done[:, :2] > boxes[:, :2]
    high = done[:, 2:] < boxes[:, 2:]
    done[:, :2] = np.where(low, np.nextafter(done[:, :2], np.float32(-np.inf)), done[:, :2])
    done[:, 2:] = np.where(high, np.nextafter(done[:, 2:], np.float32(np.inf)), done[:, 2:])
    return done


def _tiles(boxes: "np.ndarray") -> list["np.ndarray"]:
    """The numbers of the boxes in groups of at most `_MOST`: slices by longitude, cut by latitude."""
    import numpy as np

    number = np.arange(len(boxes))
    count = max(1, ceil(len(boxes) / _MOST))
    middle = boxes[:, :2].astype(np.float64) + boxes[:, 2:]
    by_longitude = np.lexsort((number, middle[:, 0]))
    groups: list[np.ndarray] = []
    for strip in np.array_split(by_longitude, ceil(sqrt(count))):
        by_latitude = strip[np.lexsort((strip, middle[strip, 1]))]
        groups += np.array_split(by_latitude, max(1, ceil(len(strip) / _MOST)))
    return groups


def _tree(levels: Sequence[_Level], groups: Sequence[Sequence["np.ndarray"]]) -> Tree:
    """Number the nodes from the root down; the root is number 1."""
    firsts = [0] * len(levels)
    number = 1
    for depth in reversed(range(len(levels))):
        firsts[depth] = number
        number += len(groups[depth])
    nodes, rowids, parents = [], [], []
    for depth in reversed(range(len(levels))):
        for place, members in enumerate(groups[depth]):
            node = firsts[depth] + place
            ids = levels[depth].ids[members].tolist()
            if depth == 0:
                rowids += [(rowid, node) for rowid in ids]
            else:
                ids = [firsts[depth - 1] + below for below in ids]
                parents += [(below, node) for below in ids]
            height = len(levels) - 1 if node == 1 else 0  # told by the root alone
            nodes.append((node, _blob(height, ids, levels[depth].boxes[members])))
    return Tree(tuple(nodes), tuple(sorted(rowids)), tuple(sorted(parents)))


def _blob(height: int, ids: Sequence[int], boxes: "np.ndarray") -> bytes:
    """A node: height, count, then cells of id, west, east, south, north, all big-endian, and zeros."""
    cells = [
        struct.pack(">q4f", id_, west, east, south, north)
        for id_, (west, south, east, north) in zip(ids, boxes.tolist(), strict=True)
    ]
    return (struct.pack(">HH", height, len(ids)) + b"".join(cells)).ljust(_NODE, b"\0")
