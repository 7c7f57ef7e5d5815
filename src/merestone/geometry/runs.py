"""Lines cut into runs of edges."""

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]


def run_starts(sorted_: Indices) -> Indices:
    """Where runs of equal numbers begin, (k,); ``sorted_`` has at least one.

    >>> run_starts(np.array([0, 0, 3, 3, 4])).tolist()
    [0, 2, 4]
    """
    return np.concatenate([[0], np.flatnonzero(sorted_[1:] != sorted_[:-1]) + 1])


def runs(edge: Indices, begins: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """The vertices of runs of edges, and the number of the run of each; both (k,).

    ``edge`` names edges by their first vertex, ascending; ``begins`` says which of them begin a new
    run. An edge that does not begin a run must follow the one before it. The vertex that ends one
    run and begins the next comes twice. Runs are numbered from 0 in the order of the edges.

    >>> vertex, run = runs(np.array([0, 1, 4]), np.array([True, False, True]))
    >>> vertex.tolist(), run.tolist()
    ([0, 1, 2, 4, 5], [0, 0, 0, 1, 1])
    """
    begins = begins.copy()
    begins[:1] = True
    number = np.cumsum(begins) - 1
    ends = np.append(begins[1:], True)[: len(edge)]
    vertex = np.concatenate([edge, edge[ends] + 1])
    run = np.concatenate([number, number[ends]])
    order = np.lexsort((vertex, run))
    return vertex[order], run[order]
