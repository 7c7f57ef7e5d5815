"""Statistics of offsets along a line: every station weighs half the way to its neighbours."""

import numpy as np

from merestone.model.results import LonLat, OffsetStatistics


def weighted_percentiles(values: np.ndarray, weights: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Percentiles of `values` at `shares` (0 to 1), each value standing for its weight.

    Sorted values, equal ones by weight, stand at F_k = (Σ_{m<k} w_m + w_k / 2) / Σw; linear between,
    clamped outside. The order in which they come makes no difference.
    """
    # Equal values by weight: else the ends of their step, by half a weight, would hang on the order in which
    # they came, and with an unstable sort on the machine.
    order = np.lexsort((weights, values))
    w = weights[order]
    middle = (np.cumsum(w) - w / 2.0) / w.sum()
    return np.asarray(np.interp(shares, middle, values[order]))


def statistics(
    distance_m: np.ndarray,
    offset_m: np.ndarray,
    sided: np.ndarray,
    weight_m: np.ndarray,
    parties: tuple[str, str],
    *,
    maximum: tuple[float, LonLat] | None,
    unmatched_km: float | None = None,
) -> OffsetStatistics:
    """Summarise the stations of a directed pair; every array is (n,), metres.

    ``offset_m`` is positive where the other source shows the station on the side of the party first
    by id, NaN where it has no sign; ``maximum`` is the supremum over the whole line and its place.
    """
    length_km = float(weight_m.sum()) / 1000.0
    if len(distance_m) == 0 or maximum is None:
        return OffsetStatistics(None, None, None, None, None, None, None, length_km, unmatched_km)
    median, p95 = weighted_percentiles(distance_m, weight_m, np.array([0.5, 0.95])).tolist()
    signed_mean = signed_mean_m(offset_m, sided, weight_m)
    return OffsetStatistics(
        mean_abs=weighted_mean(distance_m, weight_m),
        median_abs=median,
        p95_abs=p95,
        max_abs=maximum[0],
        max_at=maximum[1],
        signed_mean=signed_mean,
        toward=toward(signed_mean, parties),
        length_km=length_km,
        unmatched_km=unmatched_km,
    )


def weighted_mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Σ w·v / Σ w."""
    return float((values * weights).sum() / weights.sum())


def signed_mean_m(offset_m: np.ndarray, sided: np.ndarray, weight_m: np.ndarray) -> float | None:
    """Mean signed offset, or None where part of it is against a limit without sides.

    Stations at the head of a gap, where the limits of one source contradict each other, have no
    sign although their limits have; they are left out.
    """
    known = ~np.isnan(offset_m)
    if not known.any() or not (sided | known).all():
        return None
    return weighted_mean(offset_m[known], weight_m[known])


def toward(offset_m: float | None, parties: tuple[str, str]) -> str | None:
    """The party into whose side the other limit is displaced, seen from the station's source.

    Where the other source shows the station on the side of the party first by id (a positive
    offset), its limit lies beyond the station, within what the station's source shows as the other
    party's side.
    """
    if offset_m is None or offset_m == 0.0:
        return None
    return parties[1] if offset_m > 0.0 else parties[0]
