"""What several sources that mean the same line say of a place together.

Each source k has the place at a signed distance d_k from its limit: d_k = s + e_k, with s the distance from
the line that all of them mean and e_k the source's error across it. With C the covariance of the errors
(what sources share by cause stands off its diagonal), ŝ = 1ᵀC⁻¹d / 1ᵀC⁻¹1 is the best linear estimate
of s, with the variance v = 1 / 1ᵀC⁻¹1; the place's own variance is added once.

The shape of the limit is that of the most accurate source. The place is moved across it until it has the
distance ŝ, and the labels' shares there are those of an error of variance v: by a straight line this is
Φ(ŝ/√v), and it keeps bends, gaps, overlaps and third countries.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from merestone.compare.dates import compatible
from merestone.compare.frames import moved
from merestone.model.accuracy import CE95_PER_SIGMA
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.results import Family
from merestone.model.sources import Case, SourceInfo
from merestone.uncertainty.agreeing import generalised_mean, shared_variance
from merestone.uncertainty.gauss import beyond_chi_square
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.reasons import CODES, Reason
from merestone.uncertainty.sides import SideModel, SideProbabilities

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]
LabelAt = Callable[[Floats], Codes]

_APART = 0.001
"""A place where distances differ so that errors alone would do it in fewer cases is not combined:
the sources' nearest limits are then not the same stretch of line, whatever the section's mean says."""


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that the dossier says mean the same line. ``members``: one for each family among them, the
    most accurate first; those of unknown accuracy are left out. ``reason``: why they are not combined."""

    sources: tuple[str, ...]
    members: tuple[str, ...]
    reason: Reason | None


def groups_of(
    case: Case, families: Sequence[Family], models: Mapping[str, ErrorModel | None]
) -> tuple[Group, ...]:
    """The groups of ``same_line``, in the order of the dossier's canonical form."""
    infos = {source.info.id: source.info for source in case.sources}
    family = {member: one.members for one in families for member in one.members}
    made = []
    for sources in case.same_line:
        known = {source: model.sigma_m for source in sources if (model := models[source]) is not None}
        ranked = sorted(known, key=lambda source: (known[source], source))
        members = tuple(
            source
            for k, source in enumerate(ranked)
            if not any(other in family.get(source, ()) for other in ranked[:k])
        )
        reason = None if members else Reason.ACCURACY_UNKNOWN
        if _dates_differ(case, [infos[source] for source in members]):
            reason = Reason.DATES
        made.append(Group(sources, members, reason))
    return tuple(made)


def _dates_differ(case: Case, infos: Sequence[SourceInfo]) -> bool:
    """Whether some two have dates that cannot be the same, with no word that nothing changed between."""
    same = [set(one.sources) for one in case.unchanged]
    return any(
        one.date is not None
        and other.date is not None
        and not compatible(one.date, other.date)
        and not any({one.id, other.id} <= stated for stated in same)
        for k, one in enumerate(infos)
        for other in infos[:k]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """What one source says of n places: ``said`` of them, their signed distance from its limit in metres,
    positive on the side of the party first by id, NaN where it is unknown (n,), and how to ask for labels."""

    said: SideProbabilities
    signed_m: Floats
    label_at: LabelAt


class Together:
    """One group, ready to tell probabilities for places."""

    def __init__(self, group: Group, models: Mapping[str, SideModel], ellipsoid: Ellipsoid) -> None:
        self.group = group
        self._labels = next(iter(models.values())).labels
        self._models = [models[source] for source in group.members]
        self._ellipsoid = ellipsoid
        errors = [model.model for model in self._models]
        self._covariance = np.array([[_covariance(one, other) for other in errors] for one in errors])

    def at(
        self, lonlat: Floats, place_95_m: Floats, alone: Mapping[str, Alone], inconsistent: Flags
    ) -> SideProbabilities:
        """Probabilities for (n, 2) places as for one source (`SideModel.at`).

        ``alone`` by member of the group. ``inconsistent`` (n,): places by a section of the axis where
        the group did not pass the test of `agreeing`. Members that can say nothing of a place are left out
        there; where none can the reason is that of the most accurate.
        """
        members = [alone[source] for source in self.group.members]
        labels = self._labels
        reason = np.full(len(lonlat), CODES[self.group.reason] if self.group.reason else 0, dtype=np.int8)
        reason[(reason == 0) & inconsistent] = CODES[Reason.INCONSISTENT]
        p = np.full((len(lonlat), len(labels)), np.nan)
        left = reason == 0
        # The first that has a word on the place speaks where none or one can be measured.
        for one in members:
            rows = np.flatnonzero(left & (one.said.reason == 0))
            p[rows], left[rows] = one.said.p[rows], False
        if not members:
            return SideProbabilities(labels, p, reason, np.ones(len(lonlat), dtype=bool))
        silent = np.flatnonzero(left)
        reason[silent] = members[0].said.reason[silent]
        able = np.array([(one.said.reason == 0) & np.isfinite(one.signed_m) for one in members])
        for pattern in np.unique(able[:, reason == 0], axis=1).T:
            chosen = np.flatnonzero(pattern)
            rows = np.flatnonzero((reason == 0) & (able == pattern[:, None]).all(axis=0))
            if len(chosen) > 1:
                some = [members[k] for k in chosen]
                p[rows], reason[rows] = self._combined(chosen, some, rows, lonlat[rows], place_95_m[rows])
        return SideProbabilities(labels, p, reason, np.ones(len(lonlat), dtype=bool))

    def _combined(
        self, chosen: Codes, some: Sequence[Alone], rows: Codes, lonlat: Floats, place_95_m: Floats
    ) -> tuple[Floats, Small]:
        """Two or more members, all of which have the places in ``rows`` at a signed distance."""
        base, model = some[0], self._models[chosen[0]]
        signed_m = np.array([one.signed_m[rows] for one in some]).T
        mean_m, variance, q = generalised_mean(signed_m, self._covariance[np.ix_(chosen, chosen)])
        apart = q > _farthest(len(chosen) - 1)
        reason = np.where(apart, CODES[Reason.INCONSISTENT], 0).astype(np.int8)
        assert model.model is not None  # members have a known accuracy
        inward = model.inward(lonlat, model.model.sigma_m)
        # Beyond reach of the error nothing hangs on where exactly the place is.
        near = np.flatnonzero(~apart & (inward != 0.0).any(axis=1))
        step_m = (mean_m - signed_m[:, 0])[near, None]
        there = moved(lonlat[near], step_m * inward[near, :1], step_m * inward[near, 1:], self._ellipsoid)
        sigma_m = np.hypot(np.sqrt(variance), place_95_m[near] / CE95_PER_SIGMA)
        p = base.said.p[rows]
        p[near] = model.shares(there, sigma_m, base.label_at(there))
        p[apart] = np.nan
        return p, reason


def _covariance(one: ErrorModel | None, other: ErrorModel | None) -> float:
    """Of the errors across the limit at one place."""
    assert one is not None
    assert other is not None
    return one.sigma_m**2 if one is other else shared_variance(one, other)


@cache
def _farthest(degrees: int) -> float:
    """The χ² that is exceeded by chance in `_APART` of cases, by halving."""
    low, high = 0.0, 200.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if beyond_chi_square(middle, degrees) > _APART else (low, middle)
    return high
