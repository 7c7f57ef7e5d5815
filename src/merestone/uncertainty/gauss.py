"""Normal probabilities over arrays: the distribution function, and the part of a plane behind an edge.

For a circular normal error of σ 1 around a place, the probability of the sector behind an edge, as seen
from the place, is an integral over the angle that the edge takes up. It is Owen's T function
(Owen 1956, doi:10.1214/aoms/1177728074); the sum over the outline of an area gives the area's
probability exactly (DiDonato and Hageman 1982, doi:10.1137/0903006).
"""

from functools import cache
from math import erfc, exp, gamma, pi, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FAR = 4.5
"""Beyond so many σ nothing counts: half a plane that begins there holds 3.4e-6."""
_TABLE_END = 8.0
_TABLE_STEPS = 64
"""Steps of the table for each σ: cubics between them are good to 2e-10."""
_FEW, _MANY = (np.polynomial.legendre.leggauss(points) for points in (3, 6))
"""Gauss's points: three integrate edges no longer than half their distance, and than 1 σ, to 1e-7;
six those no longer than their distance, and than 2 σ, to 1e-8."""


def phi(x: Floats) -> Floats:
    """The standard normal distribution function, good to 2e-10; any shape.

    >>> phi(np.array([-np.inf, 0.0, 1.959963984540054, np.inf])).round(9).tolist()
    [0.0, 0.5, 0.975, 1.0]
    """
    values, slopes = _table()
    scaled = (np.clip(x, -_TABLE_END, _TABLE_END) + _TABLE_END) * _TABLE_STEPS
    below = np.minimum(scaled.astype(np.intp), len(values) - 2)
    t = scaled - below
    rise = values[below + 1] - values[below]
    # The cubic with the function's values and slopes at both ends (Hermite).
    start, end = slopes[below], slopes[below + 1]
    curve = start + t * (3.0 * rise - 2.0 * start - end + t * (start + end - 2.0 * rise))
    return np.asarray(values[below] + t * curve)


def density(x: Floats) -> Floats:
    """The standard normal density; any shape."""
    return np.asarray(np.exp(-0.5 * x * x) / sqrt(2.0 * pi))


def beyond_chi_square(q: float, degrees: int) -> float:
    """The probability that χ² with 1 or more ``degrees`` of freedom exceeds ``q``.

    >>> round(beyond_chi_square(3.841458820694124, 1), 12), round(beyond_chi_square(9.487729036781154, 4), 12)
    (0.05, 0.05)
    """
    half = 0.5 * q
    # By parts, from one or two degrees upwards (Abramowitz and Stegun 26.4.4 and 26.4.5).
    total = erfc(sqrt(half)) if degrees % 2 else exp(-half)
    for below in range(2 - degrees % 2, degrees, 2):
        total += exp(-half) * half ** (below / 2.0) / gamma(below / 2.0 + 1.0)
    return total


@cache
def _table() -> tuple[Floats, Floats]:
    """Values and slopes, these for one step of the table."""
    x = np.arange(-_TABLE_END * _TABLE_STEPS, _TABLE_END * _TABLE_STEPS + 1.0) / _TABLE_STEPS
    values = np.array([0.5 * erfc(-at / sqrt(2.0)) for at in x.tolist()])
    slopes = np.array([exp(-0.5 * at * at) / sqrt(2.0 * pi) for at in x.tolist()]) / _TABLE_STEPS
    return values, slopes


def behind_edges(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> Floats:
    """1/2π ∮ exp(−r²/2) dθ over edges from a to b as seen from the origin, in units of σ; (n,) each.

    It is what of the plane lies behind the edge, within the angle that the edge takes up; positive where the
    origin is on the left of the edge. Good to 1e-7. An edge that passes through the origin itself
    counts as one that has it on its left; at its very ends half of that is told.
    """
    length = np.hypot(bx - ax, by - ay)
    inverse = 1.0 / np.maximum(length, 1e-300)
    beside = (ax * by - ay * bx) * inverse
    start = (ax * (bx - ax) + ay * (by - ay)) * inverse
    h = np.abs(beside)
    away = np.maximum(h, np.abs(start + 0.5 * length) - 0.5 * length)
    kind = (length > np.minimum(0.5 * away, 1.0)).astype(np.int8)
    kind += length > np.minimum(away, 2.0)
    found = np.empty(len(h))
    for of, points in enumerate((_FEW, _MANY)):
        rows = np.flatnonzero(kind == of)
        found[rows] = _quadrature(h[rows], start[rows], length[rows], points)
    rows = np.flatnonzero(kind == 2)
    end = start[rows] + length[rows]
    found[rows] = _owen(h[rows], end) - _owen(h[rows], start[rows])
    return np.where(beside < 0.0, -found, found)


def toward(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> tuple[Floats, Floats]:
    """The density of the circular law along edges from a to b, integrated, times their left normals."""
    inverse = 1.0 / np.maximum(np.hypot(bx - ax, by - ay), 1e-300)
    ux, uy = (bx - ax) * inverse, (by - ay) * inverse
    within = phi(bx * ux + by * uy) - phi(ax * ux + ay * uy)
    within *= density(ax * uy - ay * ux)
    return -uy * within, ux * within


def _quadrature(h: Floats, start: Floats, length: Floats, points: tuple[Floats, Floats]) -> Floats:
    """∫ h exp(−(h² + t²)/2) / (h² + t²) dt / 2π from start over length, by Gauss."""
    total = np.zeros(len(h))
    square = h * h
    for node, weight in zip(points[0].tolist(), points[1].tolist(), strict=True):
        t = start + 0.5 * (node + 1.0) * length
        r2 = square + t * t
        total += weight * np.exp(-0.5 * r2) / np.maximum(r2, 1e-300)
    total *= h * length * (0.25 / pi)
    return total


def _owen(h: Floats, t: Floats) -> Floats:
    """The same integral from 0 to t: Owen's T(h, t/h), odd in t; beyond π/4 by its complement."""
    far = np.abs(t)
    low, high = np.minimum(h, far), np.maximum(h, far)
    part = _quadrature(high, np.zeros(len(h)), low, _MANY)
    one, other = phi(low), phi(high)
    whole = 0.5 * (one + other) - one * other
    return np.asarray(np.copysign(np.where(far > h, whole - part, part), t))
