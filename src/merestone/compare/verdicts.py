"""Verdicts: what the maps that reach a station say of it (DESIGN section 4, Sections)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from pyproj import Geod

from merestone.model.accuracy import Measure
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.results import Family, StationOffsets, Verdict
from merestone.model.sources import SourceInfo

VERDICTS = tuple(Verdict)
DIFFERING, CANNOT_SAY, WITHIN_ACCURACY, COINCIDENT = range(4)
"""Verdicts in arrays are places in `VERDICTS`, the worst first."""


@dataclass(frozen=True, slots=True)
class Radius:
    """Radius in metres within which a source's true place lies with 95 %; None: unknown."""

    metres: float | None
    assumed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What each family shows at each station; arrays (n stations, f families).

    ``offset_m`` is NaN where the family does not reach the station; ``signed`` tells an offset from
    a plain distance; ``nearest`` (n, f, 2) longitude, latitude; ``radius_m`` NaN: unknown.
    """

    offset_m: np.ndarray
    signed: np.ndarray
    nearest: np.ndarray
    radius_m: np.ndarray
    assumed: np.ndarray


def radius_of(info: SourceInfo) -> Radius:
    """The accuracy of a source as verdicts use it. A figure by map scale is always assumed."""
    accuracy = info.accuracy
    assumed = accuracy is not None and (accuracy.assumed or accuracy.measure is Measure.SCALE)
    return Radius(info.accuracy_95_m, assumed and info.accuracy_95_m is not None)


def shown_by_families(
    stations: StationOffsets, families: Sequence[Family], radii: Mapping[str, Radius]
) -> Shown:
    """Let each family speak, at each station, through its most accurate member that reaches it."""
    shape = (len(stations.chainage_m), len(families))
    offset_m, radius_m = np.full(shape, np.nan), np.full(shape, np.nan)
    signed, assumed = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    nearest = np.full((*shape, 2), np.nan)
    for column, family in enumerate(families):
        # The least accurate first, so that the more accurate overwrite it where they reach.
        for member in sorted(family.members, key=lambda m: _order(m, radii[m]), reverse=True):
            if member not in stations.offset_m:
                continue
            reach = ~np.isnan(stations.offset_m[member])
            offset_m[reach, column] = stations.offset_m[member][reach]
            signed[reach, column] = stations.signed[member][reach]
            nearest[reach, column] = stations.nearest[member][reach]
            radius_m[reach, column] = np.nan if radii[member].metres is None else radii[member].metres
            assumed[reach, column] = radii[member].assumed
    return Shown(offset_m, signed, nearest, radius_m, assumed)


def classify(shown: Shown, tolerance_m: float, ellipsoid: Ellipsoid) -> tuple[np.ndarray, np.ndarray]:
    """Verdict, (n,) int8, of every station, and whether an assumed accuracy has a part in it.

    The first that holds: ``differing``: a pair of known accuracies a_i, a_j is farther apart than
    both `tolerance_m` and √(a_i² + a_j²); ``cannot-say``: fewer than two families of known
    accuracy, or a pair beyond `tolerance_m` of which an accuracy is unknown; ``coincident``: two or
    more families are fine enough (a ≤ `tolerance_m`) and all of those lie within it; else
    ``within-accuracy``. A verdict rests on an assumed figure unless maps of stated accuracy alone
    differ already, or too few accuracies are known for any figure to matter.
    """
    count = len(shown.offset_m)
    reach = ~np.isnan(shown.offset_m)
    known = reach & ~np.isnan(shown.radius_m)
    able = known & (np.nan_to_num(shown.radius_m, nan=np.inf) <= tolerance_m)
    differing, stated_differing, doubtful, apart = (np.zeros(count, dtype=bool) for _ in range(4))
    for i, j in combinations(range(shown.offset_m.shape[1]), 2):
        both = reach[:, i] & reach[:, j]
        if not both.any():
            continue
        beyond, clear = _pair(shown, i, j, both, tolerance_m, ellipsoid)
        differing |= clear
        stated_differing |= clear & ~shown.assumed[:, i] & ~shown.assumed[:, j]
        doubtful |= beyond & ~(known[:, i] & known[:, j])
        apart |= beyond & able[:, i] & able[:, j]
    few = known.sum(axis=1) < 2
    coincident = (able.sum(axis=1) >= 2) & ~apart
    verdict = np.select(
        [differing, few | doubtful, coincident], [DIFFERING, CANNOT_SAY, COINCIDENT], WITHIN_ACCURACY
    ).astype(np.int8)
    assumed = (known & shown.assumed).any(axis=1) & ~stated_differing & ~few
    return verdict, assumed


def two_source_verdicts(
    distance_m: np.ndarray, one: Radius, two: Radius, tolerance_m: float, *, same_family: bool
) -> np.ndarray:
    """The verdict of each station, (n,) int8, on two sources alone; copies never confirm each other."""
    count = len(distance_m)
    if one.metres is None or two.metres is None:
        return np.full(count, CANNOT_SAY, dtype=np.int8)
    differing = (distance_m > tolerance_m) & (distance_m > np.hypot(one.metres, two.metres))
    able = max(one.metres, two.metres) <= tolerance_m
    alike = CANNOT_SAY if same_family else WITHIN_ACCURACY
    fine = COINCIDENT if able and not same_family else alike
    return np.select([differing, distance_m <= tolerance_m], [DIFFERING, fine], alike).astype(np.int8)


def _pair(
    shown: Shown, i: int, j: int, both: np.ndarray, tolerance_m: float, ellipsoid: Ellipsoid
) -> tuple[np.ndarray, np.ndarray]:
    """Where families i and j are farther apart than the tolerance, and where than both limits."""
    apart_m = np.abs(shown.offset_m[:, i] - shown.offset_m[:, j])
    unsigned = np.flatnonzero(both & ~(shown.signed[:, i] & shown.signed[:, j]))
    if len(unsigned):
        a, b = shown.nearest[unsigned, i], shown.nearest[unsigned, j]
        geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
        apart_m[unsigned] = geod.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    limit_m = np.hypot(shown.radius_m[:, i], shown.radius_m[:, j])
    beyond = both & (apart_m > tolerance_m)
    return beyond, beyond & (apart_m > limit_m)


def _order(source: str, radius: Radius) -> tuple[bool, float, str]:
    return (radius.metres is None, radius.metres or 0.0, source)
