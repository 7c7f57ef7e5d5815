"""On which side of the limit that a source intends a place lies: under the stated errors only.

The source draws what it means at y at y + e(y) (`merestone.uncertainty.model`). So what it means for the
place x is what it shows at x + e(x), and the probability of a label is the share of the error around x
that lies in the area of that label *as drawn*: the error is undone, no roughness is added. e(x) is one
circular normal displacement, whatever the correlation between places; so that share is exact
(`blurred`) near enclaves, gaps, overlaps, bends and ends too. By a straight line it is Φ(d/σ).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, sqrt

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.compare.vocabulary import Vocabulary
from merestone.geometry.faces import inside
from merestone.model.accuracy import CE95_PER_SIGMA
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.labels import BOTH, NEITHER, SILENT
from merestone.model.lines import SourceLimits
from merestone.model.sources import Source, SourceKind
from merestone.uncertainty.blurred import Blurred
from merestone.uncertainty.gauss import phi
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.reasons import CODES, Reason
from merestone.uncertainty.shown import Parted, shown_of
from merestone.uncertainty.unresolved import unresolved

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]

VERDICT_AT = 0.95
STRAIGHT_TO = 0.005
"""How near Φ(d/σ) must come for a limit to count as straight at the scale of σ."""
RESOLVED_RADII = 2.0
"""An enclave, and a bend, of a radius of fewer σ than this is not resolved."""
_NO_SLOPE = 1e-4
MOST_STRAIN = 0.25
"""σ of the change of the error with distance, up to which bends keep their shape (docs/method)."""


@dataclass(frozen=True, slots=True, eq=False)
class SideProbabilities:
    """For n places: ``p`` (n, k) probability of each of the ``labels``, rows of NaN where it cannot be said.

    ``labels`` are those of `Vocabulary`, so codes of labels are columns of ``p``; rows add up to 1. A
    one-sided source gives its party and ``not-…``. ``reason`` (n,) are numbers of `REASONS`: why a
    row is NaN, 0 where it is not. ``straight`` (n,): whether Φ(d/σ) alone would be good to 0.005.
    """

    labels: tuple[str, ...]
    p: Floats
    reason: Small
    straight: Flags

    def verdicts(self) -> tuple[Small, Small]:
        """The code of the label that has at least 95 %, −1 for ``cannot-say``, and the reason for that."""
        return verdicts(self.labels, self.p, self.reason)


def verdicts(labels: tuple[str, ...], p: Floats, reason: Small) -> tuple[Small, Small]:
    """For ``p`` (n, k) and ``reason`` (n,) as in `SideProbabilities`: code of the label or −1, and reason."""
    best = np.argmax(np.nan_to_num(p), axis=1)
    sure = p[np.arange(len(best)), best] >= VERDICT_AT
    why = np.where(sure, 0, np.where(reason == 0, CODES[Reason.DOUBT], reason))
    why = np.where(sure & (best == labels.index(SILENT)), CODES[Reason.SILENT], why)
    return np.where(why == 0, best, -1).astype(np.int8), why.astype(np.int8)


class SideModel:
    """One source, ready to tell probabilities for places.

    ``model`` is None where the accuracy of the source is unknown. ``regions`` and ``lands`` (sides of
    all two-sided sources) are for lines-only sources: how their lines part the corridor.
    """

    def __init__(
        self,
        source: Source,
        limits: SourceLimits,
        model: ErrorModel | None,
        parties: tuple[str, str],
        ellipsoid: Ellipsoid = WGS84,
        regions: Parted | None = None,
        lands: Sequence[shapely.MultiPolygon] = (),
    ) -> None:
        self.model = model
        self._vocabulary = Vocabulary(parties)
        self.labels = self._vocabulary.labels
        self._ellipsoid = ellipsoid
        shown = shown_of(source, limits, regions, lands)
        self._sides = {party: Blurred(area, ellipsoid) for party, area in shown.sides.items()}
        self._either = Blurred(shown.either, ellipsoid)
        self._both = Blurred(shown.both, ellipsoid)
        self._covers = None if shown.covers is None else Blurred(shown.covers, ellipsoid)
        alone = next(iter(source.sides)) if source.info.kind is SourceKind.ONE_SIDED else None
        self._rest = self._vocabulary.code(NEITHER if alone is None else f"not-{alone}")
        self._limits = [strand.coords for limit in limits.limits for strand in limit.strands]

    def at(self, lonlat: Floats, place_95_m: Floats, label: Codes) -> SideProbabilities:
        """Probabilities for (n, 2) places, longitude and latitude in degrees.

        ``place_95_m`` (n,) is the places' own 95 % radius: 0 for an exact place, NaN where it is
        unknown; it enters once, in quadrature. ``label`` (n,) is the code of what the source shows at each
        place (`Vocabulary`). What is told of a place does not depend on the others that are asked
        with it. Raises ValueError for arrays that do not fit and for a negative or infinite radius.
        """
        radius_m = _checked(lonlat, place_95_m, label)
        reason = np.where(label == self._vocabulary.code(SILENT), CODES[Reason.SILENT], 0).astype(np.int8)
        reason[np.isnan(radius_m)] = CODES[Reason.PLACE_UNKNOWN]
        p = np.full((len(label), len(self.labels)), np.nan)
        straight = np.ones(len(label), dtype=bool)
        if self.model is None:
            reason[:] = CODES[Reason.ACCURACY_UNKNOWN]
            return SideProbabilities(self.labels, p, reason, straight)
        rows = np.flatnonzero(reason == 0)
        sigma_m = np.hypot(self.model.sigma_m, radius_m[rows] / CE95_PER_SIGMA)
        p[rows], straight[rows] = self._probabilities(lonlat[rows], sigma_m, label[rows])
        reason[rows] = self._reasons(lonlat[rows], sigma_m, straight[rows])
        p[reason > 0] = np.nan
        return SideProbabilities(self.labels, p, reason, straight)

    def shares(self, lonlat: Floats, sigma_m: Floats, label: Codes) -> Floats:
        """The share of each label in a circular error of ``sigma_m`` (n,) around (n, 2) places."""
        return self._probabilities(lonlat, sigma_m, label)[0]

    def inward(self, lonlat: Floats, sigma_m: float) -> Floats:
        """Unit vectors east and north, (n, 2), to the side of the party first by id, across the limit.

        The limit is looked at as an error of ``sigma_m`` blurs it; without direction where it is
        farther than that reaches.
        """
        slope = np.zeros((len(lonlat), 2))
        for party, side in self._sides.items():
            slope += (1.0 if party == self._vocabulary.parties[0] else -1.0) * side.slopes(lonlat, sigma_m)
        length = np.hypot(slope[:, 0], slope[:, 1])[:, None]
        return np.asarray(np.where(length > _NO_SLOPE, slope / np.maximum(length, _NO_SLOPE), 0.0))

    def _probabilities(self, lonlat: Floats, sigma_m: Floats, label: Codes) -> tuple[Floats, Flags]:
        """Rows of probabilities, and whether Φ(d/σ) alone would have done."""
        code = self._vocabulary.code
        straight = np.ones(len(label), dtype=bool)

        def share(of: Blurred, holds: Flags) -> Floats:
            found, away = of.shares(lonlat, sigma_m, holds)
            np.logical_and(straight, np.abs(found - phi(away)) <= STRAIGHT_TO, out=straight)
            return found

        p = np.zeros((len(label), len(self.labels)))
        in_both, hole = label == code(BOTH), self._in_holes(lonlat, label)
        covered = np.ones(len(label)) if self._covers is None else share(self._covers, np.ones_like(in_both))
        either = share(self._either, (label != self._rest) | (hole >= 0))
        p[:, code(SILENT)], p[:, self._rest] = 1.0 - covered, covered - either
        if len(self._sides) == 2:
            # What is not of the one side is the other's: the outline between them is gone over once.
            (one, side), (other, _) = self._sides.items()
            p[:, code(BOTH)] = share(self._both, in_both)
            own = share(side, (label == code(one)) | in_both | (hole == 0))
            p[:, code(one)], p[:, code(other)] = own - p[:, code(BOTH)], either - own
        elif self._sides:
            p[:, code(next(iter(self._sides)))] = either
        np.clip(p, 0.0, 1.0, out=p)
        for number, party in enumerate(self._sides):
            rows = np.flatnonzero(hole == number)
            p[rows, self._rest] += p[rows, code(party)]
            p[rows, code(party)] = 0.0
        p /= p.sum(axis=1)[:, None]
        return p, straight

    def _in_holes(self, lonlat: Floats, label: Codes) -> Codes:
        """The number of the side in whose hole each place lies, a hole that is no limit; −1: in none.

        The shore of such a hole is taken as drawn: it is no part of the limit, and its error is not the
        limit's. In it the source goes on to show nobody's land, whatever is likely of the land around.
        """
        hole = np.full(len(label), -1)
        rows = np.flatnonzero(label == self._rest)
        for number, side in enumerate(self._sides.values()):
            hole[rows[inside(side.area, lonlat[rows])]] = number
        return hole

    def _reasons(self, lonlat: Floats, sigma_m: Floats, straight: Flags) -> Small:
        """Why nothing can be said of places, 0 where it can."""
        reason = np.zeros(len(lonlat), dtype=np.int8)
        if self._strain > MOST_STRAIN:
            reason[~straight] = CODES[Reason.VARIES]
        for enclaves, spits, bays in self._unresolved:
            enclave, spit, bay = (area.shares(lonlat, sigma_m)[0] for area in (enclaves, spits, bays))
            reason[np.abs(spit - bay) > STRAIGHT_TO] = CODES[Reason.BEND]
            reason[enclave > STRAIGHT_TO] = CODES[Reason.ENCLAVE]
        return reason

    @cached_property
    def _strain(self) -> float:
        """σ of how fast a component of the error changes with distance: √3 σ/ℓ for each Matérn 3/2 field."""
        assert self.model is not None
        fields = [
            (self.model.field_m, self.model.correlation_m),
            (self.model.drafting_m, self.model.drafting_length_m),
        ]
        return sqrt(sum(3.0 * (sigma / length) ** 2 if length else inf for sigma, length in fields if sigma))

    @cached_property
    def _unresolved(self) -> tuple[tuple[Blurred, Blurred, Blurred], ...]:
        """Enclaves, spits and bays of each side that are not resolved."""
        assert self.model is not None
        radius_m = RESOLVED_RADII * self.model.sigma_m
        found = [
            unresolved(side.area, self._limits, radius_m, self._ellipsoid) for side in self._sides.values()
        ]
        return tuple((self._blur(one.enclaves), self._blur(one.spits), self._blur(one.bays)) for one in found)

    def _blur(self, area: shapely.MultiPolygon) -> Blurred:
        return Blurred(area, self._ellipsoid)


def _checked(lonlat: Floats, place_95_m: Floats, label: Codes) -> Floats:
    radius_m = np.asarray(place_95_m, dtype=np.float64)
    if np.shape(lonlat) != (len(radius_m), 2) or np.shape(label) != radius_m.shape:
        raise ValueError(
            f"places, radii and labels are {np.shape(lonlat)}, {radius_m.shape} and {np.shape(label)},"
            " not (n, 2), (n,) and (n,)"
        )
    if (radius_m < 0.0).any() or np.isinf(radius_m).any():
        raise ValueError("a place has a radius that is negative or infinite")
    return radius_m
