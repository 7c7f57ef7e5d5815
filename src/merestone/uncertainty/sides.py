"""On which side of the limit that a source intends a place lies: under the stated errors only.

The source draws what it means at y at y + e(y) (`merestone.uncertainty.model`). So what it means for the
place x is what it shows at x + e(x), and the probability of a label is the share of the error around x
that lies in the area of that label *as drawn*: the error is undone, no roughness is added. e(x) is one
circular normal displacement, whatever the correlation between places; so that share is exact
(`blurred`) near enclaves, gaps, overlaps, bends and ends too. By a straight line it is Φ(d/σ).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, inf, radians, sqrt

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

Teller = Callable[[Floats, Floats, Codes], tuple[Floats, Flags, Small]]
"""From places, their σ and the codes of their labels to what `SideModel.told` gives."""

VERDICT_AT = 0.95
STRAIGHT_TO = 0.005
"""How near Φ(d/σ) must come for a limit to count as straight at the scale of σ."""
RESOLVED_RADII = 2.0
"""An enclave, and a bend, of a radius of fewer σ than this is not resolved."""
_NO_SLOPE = 1e-4
_CLOSE = 2e-4
"""Twice what interpolated shares are good to."""
MOST_STRAIN = 0.15
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

    def at(
        self, lonlat: Floats, place_95_m: Floats, label: Codes, tell: "Teller | None" = None
    ) -> SideProbabilities:
        """Probabilities for (n, 2) places, longitude and latitude in degrees.

        ``place_95_m`` (n,) is the places' own 95 % radius: 0 for an exact place, NaN where it is
        unknown; it enters once, in quadrature. ``label`` (n,) is the code of what the source shows at each
        place (`Vocabulary`). What is told of a place does not depend on the others that are asked
        with it. ``tell`` is asked in the place of `told`. Raises ValueError for arrays that do not fit
        and for a negative or infinite radius.
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
        some = lonlat[rows], sigma_m, label[rows]
        p[rows], straight[rows], reason[rows] = self.told(*some) if tell is None else tell(*some)
        p[reason > 0] = np.nan
        return SideProbabilities(self.labels, p, reason, straight)

    def told(self, lonlat: Floats, sigma_m: Floats, label: Codes) -> tuple[Floats, Flags, Small]:
        """Rows of probabilities, whether Φ(d/σ) would do, and why nothing can be said, 0 where it can;
        of (n, 2) places with an error of ``sigma_m`` (n,) altogether."""
        p, straight = self._probabilities(lonlat, sigma_m, label)
        return p, straight, self._reasons(lonlat, sigma_m, straight)

    @property
    def outlines(self) -> tuple[Blurred, ...]:
        """All areas near whose outlines anything is in doubt."""
        shown = (self._covers, self._either, self._both, *self._sides.values())
        return (
            *(area for area in shown if area is not None),
            *(one for side in self._unresolved for one in side),
        )

    @cached_property
    def widest_cosine(self) -> float:
        """The cosine of the latitude nearest to the equator that the limits reach."""
        lat = np.concatenate([line[:, 1] for line in self._limits]) if self._limits else np.zeros(1)
        nearest_deg = max(float(lat.min()), -float(lat.max()), 0.0)
        return cos(radians(nearest_deg))

    def smooth(self, lonlat: Floats, sigma_m: float) -> Floats:
        """What changes smoothly from place to place, (n, k): the shares that `_by_label` takes, then those
        of `_lost` for each side."""
        sigma = np.full(len(lonlat), sigma_m)
        shown = (self._covers, self._either, self._both, next(iter(self._sides.values()), None))
        shares = [np.ones(len(lonlat)) if area is None else area.shares(lonlat, sigma)[0] for area in shown]
        return np.stack([*shares, *(share for side in self._lost(lonlat, sigma) for share in side)], axis=1)

    def told_from(self, smooth: Floats, lonlat: Floats, label: Codes) -> tuple[Floats, Small, Flags]:
        """Probabilities and reasons as `told` gives them, from (n, k) values of `smooth`; and where these
        come so near to a threshold that what is told hangs on more digits than they are good to."""
        p = self._by_label(smooth[:, :4], self._in_holes(lonlat, label))
        reason = np.zeros(len(lonlat), dtype=np.int8)
        close = np.asarray((np.abs(p - VERDICT_AT) < _CLOSE).any(axis=1))
        for bend, enclave in smooth[:, 4:].T.reshape(-1, 2, len(lonlat)):
            reason[np.abs(bend) > STRAIGHT_TO] = CODES[Reason.BEND]
            reason[enclave > STRAIGHT_TO] = CODES[Reason.ENCLAVE]
            close |= (np.abs(np.abs(bend) - STRAIGHT_TO) < _CLOSE) | (np.abs(enclave - STRAIGHT_TO) < _CLOSE)
        return p, reason, close

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

        in_both, hole = label == code(BOTH), self._in_holes(lonlat, label)
        covered = np.ones(len(label)) if self._covers is None else share(self._covers, np.ones_like(in_both))
        either = share(self._either, (label != self._rest) | (hole >= 0))
        both = own = np.zeros(len(label))
        if len(self._sides) == 2:
            # What is not of the one side is the other's: the outline between them is gone over once.
            one, side = next(iter(self._sides.items()))
            both = share(self._both, in_both)
            own = share(side, (label == code(one)) | in_both | (hole == 0))
        return self._by_label(np.stack([covered, either, both, own], axis=1), hole), straight

    def _by_label(self, shares: Floats, hole: Codes) -> Floats:
        """Rows of probabilities from the shares of what is covered, of either side, of both and of the first.

        ``hole`` (n,) is the number of the side in whose hole a place lies.
        """
        code = self._vocabulary.code
        covered, either, both, own = shares.T
        p = np.zeros((len(shares), len(self.labels)))
        p[:, code(SILENT)], p[:, self._rest] = 1.0 - covered, covered - either
        if len(self._sides) == 2:
            one, other = self._sides
            p[:, code(BOTH)] = both
            p[:, code(one)], p[:, code(other)] = own - both, either - own
        elif self._sides:
            p[:, code(next(iter(self._sides)))] = either
        np.clip(p, 0.0, 1.0, out=p)
        for number, party in enumerate(self._sides):
            rows = np.flatnonzero(hole == number)
            p[rows, self._rest] += p[rows, code(party)]
            p[rows, code(party)] = 0.0
        p /= p.sum(axis=1)[:, None]
        return p

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
        if self.strain > MOST_STRAIN:
            reason[~straight] = CODES[Reason.VARIES]
        for bend, enclave in self._lost(lonlat, sigma_m):
            reason[np.abs(bend) > STRAIGHT_TO] = CODES[Reason.BEND]
            reason[enclave > STRAIGHT_TO] = CODES[Reason.ENCLAVE]
        return reason

    def _lost(self, lonlat: Floats, sigma_m: Floats) -> Iterator[tuple[Floats, Floats]]:
        """For each side the share of spits less that of bays, and that of enclaves, that are not resolved."""
        for enclaves, spits, bays in self._unresolved:
            enclave, spit, bay = (area.shares(lonlat, sigma_m)[0] for area in (enclaves, spits, bays))
            yield spit - bay, enclave

    @cached_property
    def strain(self) -> float:
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
