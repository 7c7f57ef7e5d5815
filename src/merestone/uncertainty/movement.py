"""Realisations of a source's errors at places along a line, by its error model."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np

from merestone.uncertainty.fields import along_line, at_places, correlation, generator
from merestone.uncertainty.model import ErrorModel

_PER_LENGTH = 6.0
"""A field is drawn at so many places a length; a place between them has the value of the nearest."""
_DIFFERS = 0.05
"""By how much the correlations along a line and straight across may differ before it is drawn across."""
_BLOCK = 256


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Places along the pieces of a line: earth-centred metres (n, 3), chainages (n,) and pieces (n,).

    The places of a piece follow one another and their chainages ascend.
    """

    places_m: np.ndarray
    chainage_m: np.ndarray
    piece: np.ndarray

    def take(self, rows: np.ndarray | slice) -> "Line":
        """The places with these indices."""
        return Line(self.places_m[rows], self.chainage_m[rows], self.piece[rows])

    def thinned(self, spacing_m: float) -> tuple["Line", np.ndarray]:
        """The middle one of the places within each `spacing_m` of chainage, and which of them stands
        for each place, (n,). All of them where the spacing is 0."""
        new = np.ones(len(self.piece), dtype=bool)
        if spacing_m > 0.0:
            cell = np.floor(self.chainage_m / spacing_m)
            new[1:] = (np.diff(cell) != 0.0) | (self.piece[1:] != self.piece[:-1])
        first = np.flatnonzero(new)
        last = np.append(first[1:], len(new))
        return self.take((first + last - 1) // 2), np.cumsum(new) - 1

    def parts(self) -> Iterable[slice]:
        """The places of each piece."""
        cuts = [0, *(np.flatnonzero(np.diff(self.piece)) + 1).tolist(), len(self.piece)]
        return (slice(a, b) for a, b in pairwise(cuts))


def comes_near_itself(line: Line, length_m: float) -> bool:
    """Whether parts of the line, or pieces of it, lie so near one another, for this length of a field,
    that a field drawn along it would be wrong: by more than 0.05 in some correlation."""
    if length_m == 0.0:
        return True
    thin, _ = line.thinned(length_m / 2.0)
    for start in range(0, len(thin.piece), _BLOCK):
        some = thin.take(slice(start, start + _BLOCK))
        across_m = np.sqrt(((some.places_m[:, None] - thin.places_m[None]) ** 2).sum(axis=2))
        along_m = np.abs(some.chainage_m[:, None] - thin.chainage_m[None])
        along_m[some.piece[:, None] != thin.piece[None]] = np.inf
        along = np.where(np.isinf(along_m), 0.0, correlation(np.nan_to_num(along_m, posinf=0.0), length_m))
        if (np.abs(correlation(across_m, length_m) - along) > _DIFFERS).any():
            return True
    return False


def field_along(line: Line, length_m: float, random: np.random.Generator, count: int) -> np.ndarray:
    """``count`` realisations of a field of deviation 1 at (n,) places of a line, (n, count).

    Along the line where no part of it comes near another, else by straight distances.
    """
    if comes_near_itself(line, length_m):
        return at_places(line.places_m, length_m, random, count)
    parts = [along_line(line.chainage_m[part], length_m, random, count) for part in line.parts()]
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Realisations of a source's error: ``metres`` (nodes, 2, count) east and north of the field, and
    which node stands for each place of the line, (n,). What is alike everywhere is not in it."""

    metres: np.ndarray
    node: np.ndarray


def moved_along(line: Line, model: ErrorModel, seed: int, batch: int, count: int) -> Moved:
    """The field and the hand's part of a source's error at the places of a line."""
    nodes, node = line.thinned(_spacing_m(model))
    metres = np.zeros((len(nodes.piece), 2, count))
    for name, sigma_m, length_m in _fields(model):
        coarse, stands = nodes.thinned(length_m / _PER_LENGTH)
        drawn = field_along(coarse, length_m, generator(seed, model.source, name, str(batch)), 2 * count)
        drawn *= sigma_m
        found = drawn.reshape(-1, 2, count)
        metres += found if len(found) == len(metres) else found[stands]
    return Moved(metres, node)


def node_count(line: Line, model: ErrorModel) -> int:
    """At how many places of a line the field is drawn."""
    return len(line.thinned(_spacing_m(model))[0].piece)


def _spacing_m(model: ErrorModel) -> float:
    return min((length_m / _PER_LENGTH for _, _, length_m in _fields(model)), default=inf)


def _fields(model: ErrorModel) -> list[tuple[str, float, float]]:
    parts = [
        ("field", model.field_m, model.correlation_m),
        ("drafting", model.drafting_m, model.drafting_length_m),
    ]
    return [part for part in parts if part[1] > 0.0]


def shifts_m(
    models: Iterable[ErrorModel], seed: int, batch: int, count: int
) -> dict[tuple[str, str], np.ndarray]:
    """Shifts of whole limits, (2, count) each: ``(source, "")`` a source's own, ``("", cause)`` of
    deviation 1 what all that share the cause have alike."""
    found = {}
    for model in models:
        own = generator(seed, model.source, "common", str(batch)).standard_normal((2, count))
        found[model.source, ""] = model.common_m * own
        for cause in model.shared_m:
            random = generator(seed, "", "shared", cause, str(batch))
            found["", cause] = random.standard_normal((2, count))
    return found
