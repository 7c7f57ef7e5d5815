"""Realisations of a source's errors at places along a line, by its error model."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np

from merestone.uncertainty.fields import Scattered, along_line, correlation, generator
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


class FieldAlong:
    """Fields of one length along a line: along it where no part of it comes near another, else by straight
    distances."""

    def __init__(self, line: Line, length_m: float) -> None:
        self._line, self._length_m = line, length_m
        self._across = Scattered(line.places_m, length_m) if comes_near_itself(line, length_m) else None

    def draw(self, random: np.random.Generator, count: int) -> np.ndarray:
        """``count`` realisations of deviation 1 at the n places of the line, (n, count)."""
        if self._across is not None:
            return self._across.draw(random, count)
        chainages_m = (self._line.chainage_m[part] for part in self._line.parts())
        return np.concatenate([along_line(at_m, self._length_m, random, count) for at_m in chainages_m])


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Realisations of a source's error: ``metres`` (nodes, 2, count) east and north of the field, and
    which node stands for each place of the line, (n,). What is alike everywhere is not in it."""

    metres: np.ndarray
    node: np.ndarray


class Movable:
    """A line on which errors of several sources are drawn: sources of one length share what it takes."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._laid: dict[tuple[float, float], tuple[FieldAlong, np.ndarray]] = {}

    def moved(self, model: ErrorModel, seed: int, batch: int, count: int) -> Moved:
        """The field and the hand's part of a source's error at the places of the line."""
        spacing_m = _spacing_m(model)
        nodes, node = self._line.thinned(spacing_m)
        metres = np.zeros((len(nodes.piece), 2, count))
        for name, sigma_m, length_m in _fields(model):
            if (spacing_m, length_m) not in self._laid:
                coarse, stands = nodes.thinned(length_m / _PER_LENGTH)
                self._laid[spacing_m, length_m] = FieldAlong(coarse, length_m), stands
            field, stands = self._laid[spacing_m, length_m]
            drawn = field.draw(generator(seed, model.source, name, str(batch)), 2 * count)
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
