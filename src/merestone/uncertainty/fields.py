"""Realisations of the Matérn 3/2 field: along a line, and at places of a plane or of the ellipsoid.

The correlation of two places a distance d apart is (1 + a)·exp(−a), a = √3·d / length (Matérn 1960;
Rasmussen and Williams 2006, equation 4.17). The field has a derivative, so a line that it displaces
stays a line; an exponential one has none and folds every line (docs/method/realisations.md).

Fields here have standard deviation 1. Draws stand in rows of places and columns of realisations.
"""

from collections.abc import Iterator
from hashlib import sha256
from math import exp, inf, isinf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from merestone.uncertainty.threads import one_thread

Floats = NDArray[np.float64]

ROOT_3 = sqrt(3.0)
_STEPS = 256
"""Places of a line for which random numbers are drawn at once."""
_BLOCK = 64
"""Places in a plane that are drawn together, given the ones before them."""
_WHOLE = 320
"""Up to so many places are drawn in one go, without leaving out any correlation."""
_PER_LENGTH = 8.0
_LAST = 32
_REACH = 4.0
"""Correlation beyond so many lengths, under 0.008, is left out unless a nearer place carries it on."""
_NUGGET = 1e-9
"""Added to variances so that places that nearly coincide do not make the matrix singular: 0.00003 σ."""


def generator(seed: int, *words: str) -> np.random.Generator:
    """A source of random numbers that hangs on the seed and on `words` only: the same on any machine.

    >>> round(float(generator(1, "osm", "field").standard_normal()), 9)
    1.279029016
    """
    digest = sha256("\x1f".join([str(seed), *words]).encode("utf-8")).digest()
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(int.from_bytes(digest, "big"))))


def correlation(distance_m: Floats, length_m: float) -> Floats:
    """Correlation of two places `distance_m` apart, any shape; length 0: none but of a place with itself.

    >>> correlation(np.array([0.0, 1000.0]), 1000.0).round(6).tolist()
    [1.0, 0.483358]
    """
    if length_m == 0.0:
        return np.asarray(distance_m == 0.0, dtype=float)
    a = ROOT_3 / length_m * distance_m
    return np.asarray((1.0 + a) * np.exp(-a))


def along_line(
    chainage_m: Floats, length_m: float, random: np.random.Generator, count: int
) -> NDArray[np.float64]:
    """``count`` realisations at (n,) ascending chainages of an open line; (n, count), exact.

    The field and its derivative together are a Markov process (Hartikainen and Särkkä 2010,
    doi:10.1109/MLSP.2010.5589113): each place follows from the one before it, whatever the spacing,
    so the effort grows with n alone. Distances are along the line.
    """
    found = np.empty((len(chainage_m), count))
    for start, values in line_steps(chainage_m, length_m, random, count):
        found[start : start + len(values)] = values
    return found


def line_steps(
    chainage_m: Floats, length_m: float, random: np.random.Generator, count: int
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """The same in stretches of the line: number of the first place, and the (k, count) values.

    Nothing of a stretch is kept, so any number of places and realisations fits into memory.
    """
    n = len(chainage_m)
    steps = np.diff(chainage_m, prepend=chainage_m[:1]) if n else chainage_m
    # Without correlation every step is as good as infinite.
    a = np.where(steps > 0.0, inf, 0.0) if length_m == 0.0 else ROOT_3 * steps / length_m
    follow = [_follow(one) for one in a.tolist()]
    value, sum_ = np.zeros(count), np.zeros(count)
    part = np.empty(count)
    for start in range(0, n, _STEPS):
        stop = min(start + _STEPS, n)
        draws = random.standard_normal((stop - start, 2, count))
        found = np.empty((stop - start, count))
        if start == 0:
            value, sum_ = draws[0, 0], draws[0, 0] + draws[0, 1]
            found[0] = value
        for k in range(1 if start == 0 else 0, stop - start):
            fade, carry, l11, l21, l22 = follow[start + k]
            first, second = draws[k]
            # In place throughout: this is the inner loop.
            new = np.multiply(value, fade, out=found[k])
            new += np.multiply(sum_, carry, out=part)
            new += np.multiply(first, l11, out=part)
            sum_ *= fade
            sum_ += np.multiply(first, l21, out=part)
            sum_ += np.multiply(second, l22, out=part)
            value = new
        yield start, found


def _follow(a: float) -> tuple[float, float, float, float, float]:
    """How a place a = √3·step/length on follows from the one before.

    The state is the value x and y = x + x′, x′ the derivative by √3·distance/length; y is a first-order
    autoregression that drives x. With e = exp(−a): x ← e·x + a·e·y + l11·z₁, y ← e·y + l21·z₁ + l22·z₂.
    """
    if isinf(a):
        return 0.0, 0.0, 1.0, 1.0, 1.0
    fade = exp(-a)
    x = 2.0 * a
    rest = _gamma_3(x)
    l11 = sqrt(rest)
    slope_on_value = x * a * exp(-x) / l11 if l11 > 0.0 else 0.0
    l22 = sqrt(max(rest + 2.0 * x * exp(-x) - slope_on_value * slope_on_value, 0.0))
    return fade, a * fade, l11, l11 + slope_on_value, l22


def _gamma_3(x: float) -> float:
    """1 − exp(−x)·(1 + x + x²/2): below 1 by its series, since the difference would lose all digits."""
    if x >= 1.0:
        return 1.0 - exp(-x) * (1.0 + x + x * x / 2.0)
    term = x * x * x / 6.0
    total = term
    for k in range(4, 24):
        term *= x / k
        total += term
    return exp(-x) * total


def at_places(
    places_m: Floats, length_m: float, random: np.random.Generator, count: int
) -> NDArray[np.float64]:
    """``count`` realisations at (n, 2) or (n, 3) places in metres by their straight distances; (n, count).

    Up to 320 places at once by their Cholesky factor, which is exact. More in blocks of 64 in the
    order given, each given the earlier places within four lengths (Vecchia 1988, in blocks: Quiroz and
    others 2023, doi:10.1080/10618600.2022.2075382): one place for each eighth of a length, and the
    last 32. What lies farther reaches a block through the places between. Order places along the line.
    """
    return Scattered(places_m, length_m).draw(random, count)


class Scattered:
    """Places for `at_places` that are drawn at more than once: how they follow from one another is kept."""

    def __init__(self, places_m: Floats, length_m: float) -> None:
        self._places_m, self._length_m = places_m, length_m
        self._rules: list[tuple[slice, _Rule]] | None = None

    def draw(self, random: np.random.Generator, count: int) -> NDArray[np.float64]:
        """``count`` realisations at the n places; (n, count)."""
        n = len(self._places_m)
        if self._length_m == 0.0:
            return random.standard_normal((n, count))
        if isinf(self._length_m):
            return np.repeat(random.standard_normal((1, count)), n, axis=0)
        found = np.empty((n, count))
        with one_thread():
            if self._rules is None:
                self._rules = list(_rules(self._places_m, self._length_m))
            for block, rule in self._rules:
                draws = random.standard_normal((block.stop - block.start, count))
                np.matmul(rule.lower, draws, out=found[block])
                if len(rule.before):
                    found[block] += rule.weights @ found[rule.before]
        return found


class _Rule(NamedTuple):
    """How a block of places follows from those ``before`` it: weights (k, n before), factor (k, k)."""

    before: NDArray[np.intp]
    weights: Floats
    lower: Floats


def _rules(places_m: Floats, length_m: float) -> Iterator[tuple[slice, _Rule]]:
    sparse = _first_of_each_cell(places_m, length_m / _PER_LENGTH)
    for block in _blocks(len(places_m)):
        here = places_m[block]
        last = np.arange(max(block.start - _LAST, 0), block.start)
        earlier = np.union1d(sparse[sparse < block.start], last)
        before = earlier[_within(places_m[earlier], here, _REACH * length_m)]
        given = places_m[before]
        cross = correlation(_distances_m(given, here), length_m)
        weights = np.asarray(np.linalg.solve(_matrix(given, length_m), cross).T)
        left = _matrix(here, length_m) - weights @ cross
        lower = np.linalg.cholesky((left + left.T) / 2.0 + _NUGGET * np.eye(len(here)))
        yield block, _Rule(before, weights, np.asarray(lower))


def _first_of_each_cell(places_m: Floats, side_m: float) -> NDArray[np.intp]:
    """Indices of the first place in each cell of a grid, ascending."""
    cells = np.floor(places_m / side_m)
    _, first = np.unique(cells, axis=0, return_index=True)
    return np.sort(first)


def _blocks(n: int) -> list[slice]:
    if n <= _WHOLE:
        return [slice(0, n)] if n else []
    return [slice(start, min(start + _BLOCK, n)) for start in range(0, n, _BLOCK)]


def _within(places_m: Floats, here: Floats, reach_m: float) -> NDArray[np.intp]:
    """Indices of the places within `reach_m` of any of those of `here`."""
    centre = here.mean(axis=0)
    radius_m = float(np.sqrt(((here - centre) ** 2).sum(axis=1).max()))
    near = np.flatnonzero(((places_m - centre) ** 2).sum(axis=1) <= (reach_m + radius_m) ** 2)
    close = _distances_m(places_m[near], here).min(axis=1, initial=inf) <= reach_m
    return np.asarray(near[close])


def _matrix(places_m: Floats, length_m: float) -> Floats:
    matrix = correlation(_distances_m(places_m, places_m), length_m)
    matrix[np.diag_indices(len(matrix))] = 1.0 + _NUGGET
    return matrix


def _distances_m(one: Floats, two: Floats) -> Floats:
    square = np.zeros((len(one), len(two)))
    # Axis by axis: one array of all differences would be three times as large, and read crosswise.
    for a, b in zip(one.T, two.T, strict=True):
        apart = a[:, None] - b[None, :]
        apart *= apart
        square += apart
    return np.sqrt(square, out=square)
