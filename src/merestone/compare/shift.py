"""The translation between two maps that best explains their offsets: reported, never applied."""

from dataclasses import dataclass

import numpy as np

from merestone.compare.statistics import weighted_percentiles

HUBER_K = 1.345
"""95 % efficiency at the normal distribution (Huber 1981)."""
_MAD_TO_SIGMA = 1.4826
_SCALE_FLOOR_M = 1e-6
_SETTLED_M = 1e-7
_ROUNDS = 200
_PARALLEL = 1e-6
"""Ratio of the eigenvalues of the normal matrix under which all normals count as parallel."""


@dataclass(frozen=True, slots=True)
class Translation:
    """East and north metres, with standard errors (None with fewer than two blocks)."""

    east_m: float
    north_m: float
    se_east_m: float | None
    se_north_m: float | None


def fit_translation(
    normals: np.ndarray, distance_m: np.ndarray, weight_m: np.ndarray, block: np.ndarray
) -> Translation | None:
    """Fit T in distance = normal · T by Huber's M-estimator, k = 1.345, scale by MAD.

    ``normals`` (n, 2) are unit vectors east, north from each station to its nearest point on the
    other line; ``block`` (n,) numbers of the blocks that are left out one at a time for the
    standard errors. None where the line is so straight that it says nothing of one component.
    """
    if len(normals) < 3 or _flat(_matrix(normals, weight_m)):
        return None
    at, scale_m = _solve(normals, distance_m, weight_m)
    errors = _jackknife(normals, distance_m, weight_m, block, at, scale_m)
    se = (None, None) if errors is None else (float(errors[0]), float(errors[1]))
    return Translation(float(at[0]), float(at[1]), *se)


def _solve(normals: np.ndarray, distance_m: np.ndarray, weight_m: np.ndarray) -> tuple[np.ndarray, float]:
    """Iteratively reweighted least squares; the scale is found anew in every round."""
    at = np.linalg.solve(_matrix(normals, weight_m), _vector(normals, weight_m * distance_m))
    scale_m = _SCALE_FLOOR_M
    for _ in range(_ROUNDS):
        residual_m = distance_m - _along(normals, at)
        scale_m = _scale_m(residual_m, weight_m)
        size = np.abs(residual_m)
        w = weight_m * np.minimum(1.0, HUBER_K * scale_m / np.maximum(size, _SCALE_FLOOR_M))
        matrix = _matrix(normals, w)
        if _flat(matrix):
            break
        new = np.linalg.solve(matrix, _vector(normals, w * distance_m))
        settled = float(np.abs(new - at).max()) <= _SETTLED_M
        at = new
        if settled:
            break
    return at, scale_m


def _scale_m(residual_m: np.ndarray, weight_m: np.ndarray) -> float:
    """Median absolute residual, scaled to a standard deviation of the normal distribution."""
    mad_m = float(weighted_percentiles(np.abs(residual_m), weight_m, np.array([0.5]))[0])
    return max(_MAD_TO_SIGMA * mad_m, _SCALE_FLOOR_M)


def _jackknife(
    normals: np.ndarray,
    distance_m: np.ndarray,
    weight_m: np.ndarray,
    block: np.ndarray,
    at: np.ndarray,
    scale_m: float,
) -> np.ndarray | None:
    """Standard errors by leaving out one block at a time (Shao & Tu 1995, doi:10.1007/978-1-4612-0795-5).

    Each leave-out estimate is one Newton step from the full one with the scale held, which is exact
    as long as no residual passes the corner of Huber's function.
    """
    numbers, which = np.unique(block, return_inverse=True)
    count = len(numbers)
    if count < 2:
        return None
    residual_m = distance_m - _along(normals, at)
    corner_m = HUBER_K * scale_m
    pull = weight_m * np.clip(residual_m, -corner_m, corner_m)
    slope = weight_m * (np.abs(residual_m) <= corner_m)
    e, n = normals.T
    by_block = [np.bincount(which, v, count) for v in (slope * e * e, slope * e * n, slope * n * n)]
    ee, en, nn = (values.sum() - values for values in by_block)
    pulls = [np.bincount(which, v, count) for v in (pull * e, pull * n)]
    ge, gn = (values.sum() - values for values in pulls)
    det = ee * nn - en * en
    if (det <= _PARALLEL * (ee + nn) ** 2).any():
        return None
    step = np.column_stack([nn * ge - en * gn, ee * gn - en * ge]) / det[:, None]
    spread = step - step.mean(axis=0)
    return np.asarray(np.sqrt((count - 1) / count * (spread**2).sum(axis=0)))


def _along(normals: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.asarray(normals[:, 0] * at[0] + normals[:, 1] * at[1])


def _matrix(normals: np.ndarray, w: np.ndarray) -> np.ndarray:
    e, n = normals.T
    en = (w * e * n).sum()
    return np.array([[(w * e * e).sum(), en], [en, (w * n * n).sum()]])


def _vector(normals: np.ndarray, wy: np.ndarray) -> np.ndarray:
    return np.array([(wy * normals[:, 0]).sum(), (wy * normals[:, 1]).sum()])


def _flat(matrix: np.ndarray) -> bool:
    low, high = np.linalg.eigvalsh(matrix)
    return bool(low <= _PARALLEL * high)
