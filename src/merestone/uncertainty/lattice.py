"""Smooth functions of a place, worked out at the nodes of a lattice and interpolated between them.

Between nodes a polynomial of degree five in either direction runs through six times six of them
(Lagrange). It departs from a function by at most 15/3072 of its sixth derivative times the sixth power of
the spacing, in each direction.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_POINTS = np.arange(-2, 4)
"""The nodes that a place between nodes 0 and 1 looks at, either way."""
_ROWS = 1 << 32
_SPARSE = 1.3


class Lattice:
    """``function`` gives values (n, k) at places (n, 2); ``step_deg`` is the spacing in both coordinates.

    Nodes lie at whole multiples of the spacing, and stay worked out: what is told of a place does not
    depend on which others were asked.
    """

    def __init__(self, function: Callable[[Floats], Floats], step_deg: tuple[float, float]) -> None:
        self._function, self._step_deg = function, np.array(step_deg)
        self._nodes = self._surrounded = np.empty(0, dtype=np.intp)
        self._values: Floats | None = None

    def missing(self, lonlat: Floats) -> int:
        """How many nodes would have to be worked out for (n, 2) places; at least that where none is yet."""
        cell = np.unique(self._cells(lonlat)[0])
        # Where most cells hold one place, so much is plain that it need not be counted.
        if not len(self._nodes) and _SPARSE * len(cell) > len(lonlat):
            return len(_POINTS) * len(cell)
        return len(self._wanted(cell))

    def at(self, lonlat: Floats) -> Floats:
        """The interpolated values at (n, 2) places, (n, k)."""
        cells, share = self._cells(lonlat)
        cell, which = np.unique(cells, return_inverse=True)
        values = self._worked_out(self._wanted(cell))
        self._surrounded = np.union1d(self._surrounded, cell)
        node = np.searchsorted(self._nodes, _around(cell))
        east, north = (_weights(part) for part in share.T)
        found = np.zeros((len(lonlat), values.shape[1]))
        for k in range(len(_POINTS) ** 2):
            i, j = divmod(k, len(_POINTS))
            found += (east[i] * north[j])[:, None] * values.take(node[:, k].take(which.reshape(-1)), axis=0)
        return found

    def _cells(self, lonlat: Floats) -> tuple[Indices, Floats]:
        """The number of the cell in which each place lies, and where in it, 0 to 1."""
        scaled = lonlat / self._step_deg
        corner = np.floor(scaled)
        column, row = corner.astype(np.intp).T
        return column * _ROWS + row, scaled - corner

    def _wanted(self, cell: Indices) -> Indices:
        """The nodes around cells that are not yet worked out, ascending."""
        new = np.setdiff1d(cell, self._surrounded, assume_unique=True)
        return np.setdiff1d(_around(new), self._nodes)

    def _worked_out(self, wanted: Indices) -> Floats:
        """The values of all nodes, with those wanted among them."""
        if self._values is None or len(wanted):
            row = (wanted + _ROWS // 2) % _ROWS - _ROWS // 2
            column = (wanted - row) // _ROWS
            new = self._function(np.column_stack([column, row]) * self._step_deg)
            values = new if self._values is None else np.concatenate([self._values, new])
            nodes = np.concatenate([self._nodes, wanted])
            order = np.argsort(nodes)
            self._nodes, self._values = nodes[order], values[order]
        return self._values


def _around(cell: Indices) -> Indices:
    """The nodes that places in cells look at, (n, 36)."""
    return cell[:, None] + (_POINTS[:, None] * _ROWS + _POINTS).ravel()


def _weights(share: Floats) -> list[Floats]:
    """What each of the six nodes counts, (n,) each."""
    weights = []
    for own in _POINTS.tolist():
        product = np.ones(len(share))
        for other in _POINTS.tolist():
            if other != own:
                product *= (share - other) / (own - other)
        weights.append(product)
    return weights
