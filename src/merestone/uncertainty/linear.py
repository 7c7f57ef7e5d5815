"""Standard deviations of figures that hang on errors linearly: areas, mean offsets.

A figure is a sum over places of a line of weights times the east and north error there. The errors are
drawn from the error models, all figures from the same realisations.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from merestone.geometry.order import z_order
from merestone.uncertainty.fields import ROOT_3, at_places, generator
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.movement import shifts_m
from merestone.uncertainty.threads import one_thread

_PER_LENGTH = 4.0
"""Sums need fewer places a length than largest values do: the error of midpoints is of fourth order."""
_MOST_NODES = 3000
_MOST_ENTRIES = 1_000_000
_PER_EXTENT = 8.0
_CANCELLING = 0.3
_AT_ONCE = 1000
"""Realisations that are drawn together."""
_ENTRIES = 256
_MOST_NUMBER = 1 << 62
_DENSE = 8
"""A figure with more than an eighth as many entries as there are nodes has a row of a matrix."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What figures take from one source: figure ``figure`` (n,) takes ``east`` times the east and ``north``
    times the north error, metres, of the line between ``start`` and ``end``, (n, 3) earth-centred metres."""

    figure: np.ndarray
    start: np.ndarray
    end: np.ndarray
    east: np.ndarray
    north: np.ndarray

    def at(self, rows: np.ndarray) -> "Weights":
        """The entries with these indices."""
        return Weights(self.figure[rows], self.start[rows], self.end[rows], self.east[rows], self.north[rows])


def joined(parts: Sequence[Weights]) -> Weights:
    """All entries of several."""
    return Weights(
        np.concatenate([part.figure for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.east for part in parts]),
        np.concatenate([part.north for part in parts]),
    )


def deviations(
    weights: Mapping[str, Weights], models: Mapping[str, ErrorModel], figures: int, seed: int, count: int
) -> np.ndarray:
    """The standard deviation of each figure, (figures,), from ``count`` realisations.

    Its own standard error is a share 1/√(2·count) of it. ``weights`` and ``models`` by source id.
    """
    with one_thread():
        laid = {source: _laid(weights[source], models[source]) for source in sorted(weights)}
        alike = {source: _totals(weights[source], figures) for source in sorted(weights)}
        squares = np.zeros(figures)
        for batch, start in enumerate(range(0, count, _AT_ONCE)):
            size = min(_AT_ONCE, count - start)
            values = _shifted(alike, models, figures, (seed, batch, size))
            for source, parts in laid.items():
                for part in parts:
                    random = generator(seed, source, part.name, "sums", str(batch))
                    part.add_to(values, random, size)
            squares += np.einsum("ij,ij->i", values, values)
    return np.asarray(np.sqrt(squares / count))


def _totals(weights: Weights, figures: int) -> np.ndarray:
    """(2, figures): what a shift of the whole line by one metre east or north does to each figure."""
    return np.stack(
        [np.bincount(weights.figure, part, minlength=figures) for part in (weights.east, weights.north)]
    )


def _shifted(
    alike: Mapping[str, np.ndarray],
    models: Mapping[str, ErrorModel],
    figures: int,
    draw: tuple[int, int, int],
) -> np.ndarray:
    """What the shifts of whole limits do to each figure, (figures, count); ``draw`` seed, batch, count."""
    seed, batch, count = draw
    shifts = shifts_m([models[source] for source in alike], seed, batch, count)
    total: dict[tuple[str, str], np.ndarray] = {}
    for source, effect in alike.items():
        total[source, ""] = effect
        for cause, sigma_m in models[source].shared_m.items():
            # What sources share moves them together, and so cancels wherever both bound an area.
            total["", cause] = total.get(("", cause), 0.0) + sigma_m * effect
    values = np.zeros((figures, count))
    for key, effect in total.items():
        values += effect.T @ shifts[key]
    return values


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """A field of one source at nodes (k, 3), and what figures take from them, in metres of deviation 1.

    Figures with many entries in a matrix: ``many`` (f,) figures, ``matrix`` (2, f, k). The others sorted
    by figure: ``figure`` and ``node`` (m,), ``taken`` (2, m).
    """

    name: str
    length_m: float
    nodes: np.ndarray
    many: np.ndarray
    matrix: np.ndarray
    figure: np.ndarray
    node: np.ndarray
    taken: np.ndarray

    def add_to(self, values: np.ndarray, random: np.random.Generator, count: int) -> None:
        """Draw the field and add what figures take from it to ``values`` (figures, count)."""
        field = at_places(self.nodes, self.length_m, random, 2 * count).reshape(-1, 2, count)
        for axis in (0, 1):
            values[self.many] += self.matrix[axis] @ np.ascontiguousarray(field[:, axis])
        for some in _portions(self.figure):
            begin = np.flatnonzero(np.diff(self.figure[some], prepend=-1))
            node = self.node[some]
            moved = field[node, 0] * self.taken[0, some, None]
            moved += field[node, 1] * self.taken[1, some, None]
            values[self.figure[some][begin]] += np.add.reduceat(moved, begin, axis=0)


def _portions(figure: np.ndarray) -> Iterator[slice]:
    """Sorted entries in portions of some hundreds, no figure parted."""
    first = np.flatnonzero(np.diff(figure, prepend=-1))
    cuts = first[np.flatnonzero(np.diff(first // _ENTRIES, prepend=-1))].tolist()
    return (slice(a, b) for a, b in pairwise([*cuts, len(figure)]))


def _laid(weights: Weights, model: ErrorModel) -> list[_Laid]:
    parts = (
        ("field", model.field_m, model.correlation_m),
        ("drafting", model.drafting_m, model.drafting_length_m),
    )
    # Without correlation an error has no part in any sum along a line.
    return [
        _on_nodes(name, weights, sigma_m, length_m)
        for name, sigma_m, length_m in parts
        if sigma_m > 0.0 and length_m > 0.0 and len(weights.figure)
    ]


def _on_nodes(name: str, weights: Weights, sigma_m: float, length_m: float) -> _Laid:
    """Gather what figures take in the cells of grids."""
    sides_m = _sides_m(weights, length_m)
    entry, places_m, share = _split(weights, sides_m)
    node, nodes, stretch_m = _nodes(places_m, sides_m[entry])
    faded = share * (sigma_m * _mean_of_stretch(ROOT_3 * stretch_m / length_m))[node]
    figure = weights.figure[entry]
    taken = np.stack([weights.east[entry] * faded, weights.north[entry] * faded])
    size = np.bincount(figure)
    is_many = size * _DENSE > len(nodes)
    many = np.flatnonzero(is_many)
    row = np.cumsum(is_many) - 1
    on = is_many[figure]
    place = row[figure[on]] * len(nodes) + node[on]
    matrix = np.stack([np.bincount(place, part[on], minlength=len(many) * len(nodes)) for part in taken])
    key, which = np.unique(figure[~on] * len(nodes) + node[~on], return_inverse=True)
    few_figure, few_node = np.divmod(key, len(nodes))
    few = np.stack([np.bincount(which.reshape(-1), part[~on], minlength=len(key)) for part in taken])
    matrix = matrix.reshape(2, len(many), len(nodes))
    return _Laid(name, length_m, nodes, many, matrix, few_figure, few_node, few)


def _nodes(places_m: np.ndarray, sides_m: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The node of each of (n, 3) places, the nodes' places (k, 3), and the stretch that each stands for.

    A node stands for the places within one cell of the grid with the side of those places.
    """
    corner = np.floor(places_m / sides_m[:, None]).astype(np.int64)
    _, cell = np.unique(_one_number(corner, sides_m), return_inverse=True)
    cell = cell.reshape(-1)
    held = np.bincount(cell)
    nodes = np.stack([np.bincount(cell, axis) / held for axis in places_m.T], axis=1)
    spread = ((places_m - nodes[cell]) ** 2).sum(axis=1)
    # A straight stretch of length b has the mean square b²/12 about its middle.
    stretch_m = np.sqrt(12.0 * np.bincount(cell, spread) / held)
    order = z_order(nodes.T)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[cell], nodes[order], stretch_m[order]


def _one_number(corner: np.ndarray, sides_m: np.ndarray) -> np.ndarray:
    """A number for each cell of each grid, equal for equal cells alone."""
    _, grid = np.unique(sides_m, return_inverse=True)
    corner = corner - corner.min(axis=0)
    extent = corner.max(axis=0) + 1
    cell = (corner[:, 0] * extent[1] + corner[:, 1]) * extent[2] + corner[:, 2]
    grids = int(grid.max(initial=0)) + 1
    if int(cell.max(initial=0)) >= _MOST_NUMBER // grids:
        cell = np.unique(cell, return_inverse=True)[1].reshape(-1)
    return np.asarray(cell * grids + grid.reshape(-1))


def _sides_m(weights: Weights, length_m: float) -> np.ndarray:
    """The side of the grid for each entry: a quarter of the length, more where that gave too many nodes.

    Where what a figure takes from a source nearly cancels, as round an enclave, the figure hangs on how
    the field changes across it: then at most an eighth of its extent, in steps of two.
    """
    finest = length_m / _PER_LENGTH
    coarse = np.full(len(weights.start), 4.0 * finest)
    # A line passes through about four fine cells in each one that is four times as large.
    cells = 4 * len(np.unique(_one_number(np.floor(weights.start / (4.0 * finest)).astype(np.int64), coarse)))
    whole_m = float(np.sqrt(((weights.end - weights.start) ** 2).sum(axis=1)).sum())
    side_m = max(finest, finest * cells / _MOST_NODES, whole_m / _MOST_ENTRIES)
    extent_m = _extent_of_cancelling_m(weights)
    halvings = np.ceil(np.log2(np.maximum(side_m * _PER_EXTENT / extent_m, 1.0)))
    return np.asarray((side_m / 2.0**halvings)[weights.figure])


def _extent_of_cancelling_m(weights: Weights) -> np.ndarray:
    """(figures,) the extent of each figure whose weights nearly cancel, infinite for the others."""
    count = int(weights.figure.max(initial=-1)) + 1
    net = [np.bincount(weights.figure, part, minlength=count) for part in (weights.east, weights.north)]
    gross = np.bincount(weights.figure, np.hypot(weights.east, weights.north), minlength=count)
    extent_m = np.zeros(count)
    for axis in weights.start.T:
        low, high = np.full(count, np.inf), np.full(count, -np.inf)
        np.minimum.at(low, weights.figure, axis)
        np.maximum.at(high, weights.figure, axis)
        extent_m = np.maximum(extent_m, np.where(high >= low, high - low, 0.0))
    cancels = np.hypot(*net) < _CANCELLING * gross
    return np.where(cancels & (extent_m > 0.0), extent_m, np.inf)


def _split(weights: Weights, sides_m: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Entries cut so that no piece is longer than a cell: entry (m,), middle (m, 3), share (m,)."""
    along = weights.end - weights.start
    pieces = np.maximum(np.ceil(np.sqrt((along * along).sum(axis=1)) / sides_m), 1.0).astype(np.intp)
    entry = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(entry)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = 1.0 / pieces[entry]
    middle = weights.start[entry] + along[entry] * ((number + 0.5) * share)[:, None]
    return entry, middle, share


def _mean_of_stretch(a: np.ndarray) -> np.ndarray:
    """What the value at a node counts for the stretch a = √3·stretch/length that it stands for.

    1 for short stretches. Sums over many nodes a apart along a line would else be too large: their
    variance is a (1 + 2 Σₖ (1 + ka) e⁻ᵏᵃ) for each node where that of the field along the line is 4.
    """
    safe = np.maximum(a, 0.05)
    q = np.exp(-safe)
    drawn = safe * (1.0 + 2.0 * q / (1.0 - q) + 2.0 * safe * q / (1.0 - q) ** 2)
    return np.asarray(np.where(a < 0.05, 1.0, np.sqrt(4.0 / drawn)))
