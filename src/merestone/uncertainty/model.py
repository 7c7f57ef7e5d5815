"""The error model of a limit: what is known, or assumed, of how it departs from the line that it intends.

The error is a displacement with independent east and north components, each normal with mean 0. What
a source's budget holds (docs/method/uncertainty.md) goes into four parts, by how far each reaches:

* *shared*: moves the whole limit alike, and other sources too that name the same cause;
* *common*: moves the whole limit alike;
* *field*: a Matérn 3/2 field of length ``correlation_m``;
* *drafting*: a Matérn 3/2 field of the short length of a hand's movement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, isinf, sqrt

from merestone.model.accuracy import CE95_PER_SIGMA, Measure
from merestone.model.sources import SourceInfo

COMMON_SHARE = 0.5
"""Share of the variance of a source's own figure that is common, where the dossier gives none."""
LENGTH_AT_SCALE_M = 0.1
LENGTH_MOST_M = 100_000.0
LENGTH_WITHOUT_SCALE_M = 10_000.0
DRAFTING_AT_SCALE_M = 0.003
DRAFTING_WITHOUT_SCALE_M = 300.0
"""As 3 mm at the scale at which 10 cm are `LENGTH_WITHOUT_SCALE_M`."""
_HAND = ("digitising", "drafting", "generalisation")
"""Terms of a budget that change within millimetres of the map."""


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """How a source's limit departs from the line that it intends; metres, one σ per axis each."""

    source: str
    common_m: float
    """What moves the whole limit alike and no other source."""
    shared_m: Mapping[str, float]
    """What moves the whole limit alike, by cause; in the offset of two sources with a cause it cancels."""
    field_m: float
    """The Matérn 3/2 field."""
    correlation_m: float
    """Its length. 0: the errors of no two places have to do with one another. An infinite one never
    comes with a field: what is alike everywhere is in ``common_m``."""
    drafting_m: float
    """The Matérn 3/2 field of the hand."""
    drafting_length_m: float
    assumed: tuple[str, ...]
    """What is assumed, sorted: ``accuracy`` (some term of it), ``common_share``, ``correlation_km``,
    ``drafting_length``."""

    @property
    def sigma_m(self) -> float:
        """All parts together, per axis: ``accuracy_95_m`` / 2.4477."""
        whole = self.common_m**2 + self.field_m**2 + self.drafting_m**2
        return sqrt(whole + sum(self.shared_m[key] ** 2 for key in sorted(self.shared_m)))

    def with_length(self, factor: float) -> "ErrorModel":
        """The same with the length of the field `factor` times as long."""
        return replace(self, correlation_m=self.correlation_m * factor)


def error_model(info: SourceInfo) -> ErrorModel | None:
    """The error model that the dossier gives a source; None where its accuracy is unknown."""
    if info.accuracy_95_m is None:
        return None
    own, common, hand, shared, doubtful = _parts(info)
    share = COMMON_SHARE if info.common_share is None else info.common_share
    length_m = _length_m(info)
    field = 0.0 if isinf(length_m) else own * (1.0 - share)
    assumed = {
        "accuracy": doubtful,
        "common_share": info.common_share is None and own > 0.0,
        "correlation_km": info.correlation_km is None and field > 0.0,
        "drafting_length": hand > 0.0,
    }
    return ErrorModel(
        source=info.id,
        common_m=sqrt(common + own - field),
        shared_m={key: sqrt(shared[key]) for key in sorted(shared)},
        field_m=sqrt(field),
        correlation_m=length_m,
        drafting_m=sqrt(hand),
        drafting_length_m=_at_scale_m(info, DRAFTING_AT_SCALE_M, DRAFTING_WITHOUT_SCALE_M),
        assumed=tuple(sorted(name for name, holds in assumed.items() if holds)),
    )


def _parts(info: SourceInfo) -> tuple[float, float, float, dict[str, float], bool]:
    """Variances per axis in m²: the source's own figure, what is common, the hand's, what is shared by
    cause; and whether any of it is assumed."""
    if not info.accuracy_budget:
        accuracy = info.accuracy
        doubtful = accuracy is not None and (accuracy.assumed or accuracy.measure is Measure.SCALE)
        return _variance(info.accuracy_95_m), 0.0, 0.0, {}, doubtful
    own = common = hand = 0.0
    shared: dict[str, float] = {}
    for term in info.accuracy_budget:
        variance = _variance(term["radius_95_m"])
        if term["shared"] is not None:
            shared[term["shared"]] = shared.get(term["shared"], 0.0) + variance
        elif term["common"]:
            common += variance
        elif term["term"] in _HAND:
            hand += variance
        else:
            own += variance
    return own, common, hand, shared, any(term["assumed"] for term in info.accuracy_budget)


def _variance(radius_95_m: float | None) -> float:
    assert radius_95_m is not None  # the total would be unknown
    return (radius_95_m / CE95_PER_SIGMA) ** 2


def _length_m(info: SourceInfo) -> float:
    if info.correlation_km is not None:
        return inf if isinf(info.correlation_km) else info.correlation_km * 1000.0
    return min(_at_scale_m(info, LENGTH_AT_SCALE_M, LENGTH_WITHOUT_SCALE_M), LENGTH_MOST_M)


def _at_scale_m(info: SourceInfo, on_map_m: float, without_m: float) -> float:
    return without_m if info.scale is None else on_map_m * info.scale
