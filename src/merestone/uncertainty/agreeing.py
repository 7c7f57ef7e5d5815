"""Whether sources that shall mean the same line can do so: a test for each section of the axis.

The families' mean offsets along a section, x, have the covariance C that their error models give them.
With x̂ = 1ᵀC⁻¹x / 1ᵀC⁻¹1, their generalised mean, Q = (x − x̂)ᵀ C⁻¹ (x − x̂) has a χ² distribution with one
degree of freedom less than there are families, if all of them mean the same line. Holm's procedure
(1979) keeps the chance of any false alarm over all sections at 5 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.compare.frames import frames_at
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.results import Section, StationOffsets
from merestone.uncertainty.fields import correlation
from merestone.uncertainty.gauss import beyond_chi_square
from merestone.uncertainty.model import ErrorModel

Floats = NDArray[np.float64]

LEVEL = 0.05
_MOST_STATIONS = 200
_DRAWN_M = 0.001
"""Offsets are measured to so much."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One section: the families that reach all of its stations but a tenth, and the test of their means.

    ``p`` is the chance that errors alone put them so far apart or farther, ``p_holm`` the same after
    Holm's correction for the number of sections tested.
    """

    section: str
    sources: tuple[str, ...]
    q: float
    p: float
    p_holm: float

    @property
    def holds(self) -> bool:
        """Whether the test lets them mean the same line; passing is no proof that they do."""
        return self.p_holm > LEVEL


def agreements(
    models: Mapping[str, ErrorModel],
    sections: Sequence[Section],
    stations: Sequence[StationOffsets],
    ellipsoid: Ellipsoid,
) -> tuple[Agreement, ...]:
    """The test for each section that at least two of the sources in ``models`` reach, with a sign."""
    at = {one.piece: one for one in stations}
    found = [(section, _tested(models, section, at[section.piece], ellipsoid)) for section in sections]
    tested = [(section, *test) for section, test in found if test is not None]
    p_holm = holm([beyond_chi_square(q, len(sources) - 1) for _, sources, q in tested])
    return tuple(
        Agreement(section.id, sources, q, beyond_chi_square(q, len(sources) - 1), corrected)
        for (section, sources, q), corrected in zip(tested, p_holm, strict=True)
    )


def agreements_of(
    sources: Sequence[str],
    models: Mapping[str, ErrorModel | None],
    sections: Sequence[Section],
    stations: Sequence[StationOffsets],
    ellipsoid: Ellipsoid,
) -> tuple[Agreement, ...]:
    """The tests of some of the sources that there are models of, those of unknown accuracy left out."""
    known = {source: model for source in sources if (model := models[source]) is not None}
    return agreements(known, sections, stations, ellipsoid)


def holm(p: Sequence[float]) -> list[float]:
    """p-values corrected for their number: rejecting those up to 0.05 errs at all with at most 5 %.

    >>> [round(value, 6) for value in holm([0.04, 0.01, 0.5])]
    [0.08, 0.03, 0.5]
    """
    corrected = [0.0] * len(p)
    largest = 0.0
    for rank, k in enumerate(sorted(range(len(p)), key=lambda k: p[k])):
        largest = max(largest, min((len(p) - rank) * p[k], 1.0))
        corrected[k] = largest
    return corrected


def generalised_mean(x: Floats, covariance: Floats) -> tuple[Floats, float, Floats]:
    """Of x (n, k) with covariance (k, k): the mean (n,), its variance, and Q (n,)."""
    precision = np.linalg.inv(covariance)
    variance = 1.0 / float(precision.sum())
    mean = x @ (precision.sum(axis=0) * variance)
    rest = x - mean[:, None]
    return mean, variance, np.einsum("nk,kl,nl->n", rest, precision, rest)


def _tested(
    models: Mapping[str, ErrorModel], section: Section, at: StationOffsets, ellipsoid: Ellipsoid
) -> tuple[tuple[str, ...], float] | None:
    """The families that can be tested along a section, and Q; None for fewer than two."""
    along_km = at.chainage_m / 1000.0
    rows = np.flatnonzero((along_km >= section.from_km) & (along_km <= section.to_km))
    told = {
        source: at.signed[source][rows] & np.isfinite(at.offset_m[source][rows])
        for source in sorted(models)
        if source in at.offset_m
    }
    sources = tuple(source for source, there in told.items() if len(rows) and there.mean() >= 0.9)
    if len(sources) < 2:
        return None
    rows = rows[np.all([told[source] for source in sources], axis=0)]
    if len(rows) < 2:
        return None
    x = np.array([[at.offset_m[source][rows].mean() for source in sources]])
    lonlat = np.column_stack([at.lon, at.lat])
    covariance = _covariance([models[source] for source in sources], _Normals(lonlat, rows, ellipsoid))
    return sources, float(generalised_mean(x, covariance)[2][0])


class _Normals:
    """Stations of a section with the direction across the axis at each."""

    def __init__(self, lonlat: Floats, rows: NDArray[np.intp], ellipsoid: Ellipsoid) -> None:
        step = -(-len(rows) // _MOST_STATIONS)
        frames = frames_at(lonlat, ellipsoid)
        along = np.gradient(frames.origin, axis=0)
        across = np.cross(frames.up, along)
        across /= np.linalg.norm(across, axis=1)[:, None]
        chosen = rows[:: max(step, 1)]
        self._place, self._across = frames.origin[chosen], across[chosen]

    def mean_correlation(self, length_m: float) -> float:
        """Of the components across the axis of an error of this length, over all pairs of stations."""
        turned = self._across @ self._across.T
        if np.isinf(length_m):
            return float(turned.mean())
        apart_m = np.linalg.norm(self._place[:, None] - self._place[None, :], axis=2)
        return float((turned * correlation(apart_m, length_m)).mean())


def _covariance(models: Sequence[ErrorModel], normals: _Normals) -> Floats:
    """Of mean offsets along a section. What two sources share is common to both."""
    whole = normals.mean_correlation(np.inf)
    made = np.eye(len(models)) * _DRAWN_M**2
    for k, one in enumerate(models):
        made[k, k] += one.common_m**2 * whole
        made[k, k] += one.field_m**2 * normals.mean_correlation(one.correlation_m) if one.field_m else 0.0
        made[k, k] += (
            one.drafting_m**2 * normals.mean_correlation(one.drafting_length_m) if one.drafting_m else 0.0
        )
        for m, other in enumerate(models):
            made[k, m] += shared_variance(one, other) * whole
    return made


def shared_variance(one: ErrorModel, other: ErrorModel) -> float:
    """Variance per axis, m², of what moves both alike; of one model with itself all that others may share."""
    keys = sorted(set(one.shared_m) & set(other.shared_m))
    return sum(one.shared_m[key] * other.shared_m[key] for key in keys)
