"""Verdicts: what the maps that reach a station say of it (DESIGN section 4, Sections)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from pyproj import Geod

from merestone.compare.accuracies import Accuracies, Radius, limit_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.results import Family, StationOffsets, Verdict

VERDICTS = tuple(Verdict)
DIFFERING, CANNOT_SAY, WITHIN_ACCURACY, COINCIDENT = range(4)
"""Verdicts in arrays are places in `VERDICTS`, the worst first."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What each family shows at each station; arrays (n stations, f families).

    ``source`` is the place in `Accuracies` of the member that speaks, −1 where the family does not
    reach the station; ``offset_m`` is NaN there; ``signed`` tells an offset from a plain distance;
    ``nearest`` (n, f, 2) longitude, latitude.
    """

    source: np.ndarray
    offset_m: np.ndarray
    signed: np.ndarray
    nearest: np.ndarray


def shown_by_families(stations: StationOffsets, families: Sequence[Family], known: Accuracies) -> Shown:
    """Let each family speak, at each station, through its most accurate member that reaches it."""
    shape = (len(stations.chainage_m), len(families))
    shown = Shown(
        np.full(shape, -1), np.full(shape, np.nan), np.zeros(shape, dtype=bool), np.full((*shape, 2), np.nan)
    )
    # The least accurate first, so that the more accurate overwrite it where they reach.
    for place, member in reversed(list(enumerate(known.source))):
        if member not in stations.offset_m:
            continue
        column = next(at for at, family in enumerate(families) if member in family.members)
        reach = ~np.isnan(stations.offset_m[member])
        shown.source[reach, column] = place
        shown.offset_m[reach, column] = stations.offset_m[member][reach]
        shown.signed[reach, column] = stations.signed[member][reach]
        shown.nearest[reach, column] = stations.nearest[member][reach]
    return shown


def classify(
    shown: Shown, known: Accuracies, tolerance_m: float, ellipsoid: Ellipsoid
) -> tuple[np.ndarray, np.ndarray]:
    """Verdict, (n,) int8, of every station, and whether an assumed accuracy has a part in it.

    The first that holds: ``differing``: a pair of known accuracies a_i, a_j is farther apart than
    both `tolerance_m` and √(a_i² + a_j²); ``cannot-say``: fewer than two families of known
    accuracy, or a pair beyond `tolerance_m` of which an accuracy is unknown; ``coincident``: two or
    more families are fine enough (a ≤ `tolerance_m`) and all of those lie within it; else
    ``within-accuracy``. A verdict rests on an assumed figure unless maps of stated accuracy alone
    differ already, or too few accuracies are known for any figure to matter.
    """
    count = len(shown.source)
    radius_m = known.radius_m[shown.source]
    assumed = known.assumed[shown.source]
    is_known = ~np.isnan(radius_m)
    able = is_known & (np.nan_to_num(radius_m, nan=np.inf) <= tolerance_m)
    differing, stated_differing, doubtful, apart = (np.zeros(count, dtype=bool) for _ in range(4))
    for i, j in combinations(range(shown.source.shape[1]), 2):
        distance_m = apart_m(shown, i, j, ellipsoid)
        beyond = distance_m > tolerance_m
        clear = beyond & (distance_m > known.limit_m[shown.source[:, i], shown.source[:, j]])
        differing |= clear
        stated_differing |= clear & ~assumed[:, i] & ~assumed[:, j]
        doubtful |= beyond & ~(is_known[:, i] & is_known[:, j])
        apart |= beyond & able[:, i] & able[:, j]
    few = is_known.sum(axis=1) < 2
    coincident = (able.sum(axis=1) >= 2) & ~apart
    verdict = np.select(
        [differing, few | doubtful, coincident], [DIFFERING, CANNOT_SAY, COINCIDENT], WITHIN_ACCURACY
    ).astype(np.int8)
    return verdict, assumed.any(axis=1) & ~stated_differing & ~few


def two_source_verdicts(
    distance_m: np.ndarray, one: Radius, two: Radius, tolerance_m: float, *, same_family: bool
) -> np.ndarray:
    """The verdict of each station, (n,) int8, on two sources alone; copies never confirm each other."""
    if one.metres is None or two.metres is None:
        return np.full(len(distance_m), CANNOT_SAY, dtype=np.int8)
    differing = (distance_m > tolerance_m) & (distance_m > limit_m(one, two))
    able = max(one.metres, two.metres) <= tolerance_m
    alike = CANNOT_SAY if same_family else WITHIN_ACCURACY
    fine = COINCIDENT if able and not same_family else alike
    return np.select([differing, distance_m <= tolerance_m], [DIFFERING, fine], alike).astype(np.int8)


def apart_m(shown: Shown, i: int, j: int, ellipsoid: Ellipsoid) -> np.ndarray:
    """How far families i and j are apart at each station, NaN where one of them does not reach it."""
    found_m = np.abs(shown.offset_m[:, i] - shown.offset_m[:, j])
    unsigned = np.flatnonzero(~np.isnan(found_m) & ~(shown.signed[:, i] & shown.signed[:, j]))
    if len(unsigned):
        a, b = shown.nearest[unsigned, i], shown.nearest[unsigned, j]
        geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
        found_m[unsigned] = geod.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    return np.asarray(found_m)
