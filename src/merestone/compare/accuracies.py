"""How sure each source is of its line, and how far two of them may lie apart by their errors alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from merestone.model.accuracy import Measure
from merestone.model.sources import SourceInfo


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an error budget: its 95 % radius, whether it is assumed, and what it is common to.

    ``common`` names what moves every source that shares it alike, as a datum operation does; such a
    term cancels in the offset of two sources that have it both.
    """

    radius_m: float
    assumed: bool = False
    common: str | None = None


@dataclass(frozen=True, slots=True)
class Radius:
    """The accuracy of a source: terms combined in quadrature; None: unknown."""

    terms: tuple[Term, ...] | None

    @property
    def metres(self) -> float | None:
        """Radius within which the true place lies with 95 %."""
        return None if self.terms is None else sqrt(sum(term.radius_m**2 for term in self.terms))

    @property
    def assumed(self) -> bool:
        """Whether any term of it is assumed."""
        return self.terms is not None and any(term.assumed for term in self.terms)

    def scaled(self, factor: float) -> "Radius":
        """The same with every assumed term `factor` times as large."""
        if self.terms is None:
            return self
        terms = (
            replace(term, radius_m=term.radius_m * factor) if term.assumed else term for term in self.terms
        )
        return Radius(tuple(terms))


UNKNOWN = Radius(None)


def radius_of(info: SourceInfo) -> Radius:
    """The accuracy of a source as verdicts use it. A figure by map scale is always assumed."""
    if info.accuracy_95_m is None:
        return UNKNOWN
    accuracy = info.accuracy
    assumed = accuracy is not None and (accuracy.assumed or accuracy.measure is Measure.SCALE)
    if not info.accuracy_budget:
        return Radius((Term(info.accuracy_95_m, assumed),))
    return Radius(
        tuple(
            Term(float(term["radius_95_m"]), bool(term["assumed"]), term["shared"])
            for term in info.accuracy_budget
        )
    )


def limit_m(one: Radius, two: Radius) -> float:
    """√(a_i² + a_j²) in metres without what the two have in common; NaN where one is unknown."""
    if one.terms is None or two.terms is None:
        return float("nan")
    shared = {t.common for t in one.terms if t.common} & {t.common for t in two.terms if t.common}
    own = [term.radius_m**2 for r in (one.terms, two.terms) for term in r if term.common not in shared]
    # Sorted, so that the order of the two does not matter in the last bit.
    return sqrt(sum(sorted(own)))


@dataclass(frozen=True, slots=True, eq=False)
class Accuracies:
    """The accuracies of all sources as arrays; ``source`` ids in order of representation.

    ``radius_m`` and ``assumed`` are (s,), ``limit_m`` (s, s) by `limit_m`, NaN: unknown. One row
    more at the end, unknown, stands for no source.
    """

    source: tuple[str, ...]
    radius_m: np.ndarray
    assumed: np.ndarray
    limit_m: np.ndarray


def accuracies(radii: Mapping[str, Radius]) -> Accuracies:
    """Sources in the order in which they speak for a family: most accurate, unknown last, then by id."""
    order: Sequence[str] = sorted(radii, key=lambda source: representation_key(source, radii[source].metres))
    listed = [*(radii[source] for source in order), UNKNOWN]
    return Accuracies(
        tuple(order),
        np.array([np.nan if radius.metres is None else radius.metres for radius in listed]),
        np.array([radius.assumed for radius in listed]),
        np.array([[limit_m(one, two) for two in listed] for one in listed]),
    )


def representation_key(source: str, radius_m: float | None) -> tuple[bool, float, str]:
    """Order of representation: the most accurate first, unknown ones last, ties by id."""
    return (radius_m is None, radius_m or 0.0, source)
