"""The nearest point of one piece to one place: for many such pairs at once.

With w from r₀ to the place, the square of the distance to the cubic is least where

    f(τ) = (r(τ) - place)·r′(τ) = -w·r₁ + (r₁·r₁ - 2 w·r₂) τ + (3 r₁·r₂ - 3 w·r₃) τ² + … = 0,

which Newton's method finds in two steps, since f is all but linear: pieces turn by less than a
hundredth of a radian. Where the place is near the centre of curvature (a few kilometres from a
pole, or a quarter of the way round the earth) f is flat and may have several zeros; there they are
bracketed. Beyond 100 km geodesics decide (`merestone.geometry.far`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.geometry.far import geodesic_feet
from merestone.geometry.pieces import Pieces
from merestone.geometry.space import FLAT_M, dot, geodesic_m
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

FAR_M = 100_000.0
"""Chords longer than this are measured by geodesics."""
NOTHING_M = 2e-8
"""Distances below this are 0: earth-centred coordinates carry no less."""
_VERTEX_M = 1e-7
"""A foot this near to the end of a piece is that end."""
_FLAT = 0.5
"""Least share of r₁·r₁ that the slope of f may have for Newton's method."""


@dataclass(frozen=True, slots=True, eq=False)
class Feet:
    """The nearest points of n pairs: ``tau`` on the piece in [-1, 1], ``distance_m`` of the geodesic
    to it, ``chord`` (3, n) from it to the place, ``side`` +1 left, -1 right, 0 neither."""

    tau: Floats
    distance_m: Floats
    chord: Floats
    side: NDArray[np.int8]


def feet(
    place: Floats, lonlat: Floats, row: Indices, piece: Indices, pieces: Pieces, ellipsoid: Ellipsoid
) -> Feet:
    """The nearest points of pieces, (n,), to places, (3, n), each to each.

    The longitude and latitude of the places are in the rows ``row`` (n,) of ``lonlat`` (m, 2).
    """
    curve = tuple(row.take(piece, axis=1) for row in pieces.curve)
    w = place - curve[0]
    tau = _nearest_tau(w, curve, pieces.slopes.take(piece, axis=1))
    half_m = np.sqrt(pieces.slopes[0].take(piece))
    at_end = (1.0 - np.abs(tau)) * half_m < _VERTEX_M
    np.copysign(1.0, tau, out=tau, where=at_end)
    chord = _chord(w, tau, curve)
    chord_m = np.sqrt(dot(chord, chord))
    distance_m = chord_m.copy()
    long = np.flatnonzero(chord_m > FLAT_M)
    if len(long):
        middling = long[chord_m[long] <= FAR_M]
        distance_m[middling] = geodesic_m(
            place[:, middling] - chord[:, middling], chord[:, middling], chord_m[middling], ellipsoid
        )
        far = long[chord_m[long] > FAR_M]
        if len(far):
            lon, lat = lonlat[row[far]].T
            tau[far], distance_m[far] = geodesic_feet(lon, lat, piece[far], pieces, ellipsoid)
            chord[:, far] = _chord(w[:, far], tau[far], tuple(row[:, far] for row in curve))
    distance_m[distance_m < NOTHING_M] = 0.0
    return Feet(tau, distance_m, chord, _sides(chord, distance_m, tau, piece, pieces))


def _chord(w: Floats, tau: Floats, curve: tuple[Floats, ...]) -> Floats:
    return np.asarray(w - tau * (curve[1] + tau * (curve[2] + tau * curve[3])))


def _nearest_tau(w: Floats, curve: tuple[Floats, ...], slopes: Floats) -> Floats:
    c0 = -dot(w, curve[1])
    c1 = slopes[0] - 2.0 * dot(w, curve[2])
    c2 = slopes[1] - 3.0 * dot(w, curve[3])
    c3, c4 = slopes[2], slopes[3]
    flat = np.flatnonzero(c1 <= _FLAT * slopes[0])
    c1_safe = c1.copy()
    c1_safe[flat] = 1.0  # a piece without length is flat too
    tau = np.clip(-c0 / c1_safe, -1.0, 1.0)
    for _ in range(2):
        f = c0 + tau * (c1 + tau * (c2 + tau * (c3 + tau * c4)))
        slope = c1_safe + tau * (2.0 * c2 + tau * (3.0 * c3))
        tau = np.clip(tau - f / slope, -1.0, 1.0)
    if len(flat):
        tau[flat] = _bracketed(*(c[flat] for c in (c0, c1, c2, c3, c4)))
    return np.asarray(tau)


def _bracketed(c0: Floats, c1: Floats, c2: Floats, c3: Floats, c4: Floats) -> Floats:
    """The least of ∫f over [-1, 1] where f may have several zeros, by search among 17 and bisection."""

    def slope(tau: Floats) -> Floats:
        return np.asarray(c0 + tau * (c1 + tau * (c2 + tau * (c3 + tau * c4))))

    grid = np.linspace(-1.0, 1.0, 17)[:, None]
    height = grid * (c0 + grid * (c1 / 2 + grid * (c2 / 3 + grid * (c3 / 4 + grid * c4 / 5))))
    best = grid[np.argmin(height, axis=0), 0]
    low, high = np.maximum(best - 0.125, -1.0), np.minimum(best + 0.125, 1.0)
    for _ in range(50):
        tau = (low + high) / 2.0
        falls = slope(tau) < 0.0
        low, high = np.where(falls, tau, low), np.where(falls, high, tau)
    return np.asarray((low + high) / 2.0)


def _sides(
    chord: Floats, distance_m: Floats, tau: Floats, piece: Indices, pieces: Pieces
) -> NDArray[np.int8]:
    """The sign of the lateral part of the chord, along the middle's or the corners' left hand."""
    kind = (tau == -1.0) + 2 * (tau == 1.0)
    left = pieces.lefts.take(piece + kind * len(pieces), axis=1)
    lateral = dot(chord, left)
    side = np.sign(lateral).astype(np.int8)
    # At the tip of a line that turns right back the laterals cancel, up to rounding.
    side[(distance_m == 0.0) | (np.abs(lateral) <= 1e-12 * distance_m)] = 0
    return side
