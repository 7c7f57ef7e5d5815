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
    """The nearest points of n pairs of place and piece.

    ``tau`` on the piece in [-1, 1], ``distance_m`` of the geodesic to it, ``chord`` (3, n) from it
    to the place, ``side`` +1 left, -1 right, 0 neither.
    """

    tau: Floats
    distance_m: Floats
    chord: Floats
    side: NDArray[np.int8]


def feet(
    place: Floats, lonlat: Floats, row: Indices, piece: Indices, pieces: Pieces, ellipsoid: Ellipsoid
) -> Feet:
    """The nearest points of pieces to places (3, …), each to each.

    ``piece`` has the shape of the places or stretches to it, so that neighbours can share one. The
    longitude and latitude of the places are in the rows ``row`` (n,) of ``lonlat`` (m, 2), n being
    their number; results are (n,), in their order.
    """
    curve = tuple(part.take(piece, axis=1) for part in pieces.curve)
    slopes = pieces.slopes.take(piece, axis=1)
    place_from_middle = place - curve[0]
    tau = _nearest_tau(place_from_middle, curve, slopes)
    at_end = 1.0 - np.abs(tau) < _VERTEX_M / np.sqrt(slopes[0] + _VERTEX_M**2)
    np.copysign(1.0, tau, out=tau, where=at_end)
    chord = _chord(place_from_middle, tau, curve).reshape(3, -1)
    chord_m = np.sqrt(dot(chord, chord))
    kind = (tau == -1.0) + 2 * (tau == 1.0)
    left = pieces.lefts.take((piece + kind * len(pieces)).ravel(), axis=1)
    found = Feet(tau.ravel(), chord_m, chord, _sides(chord, chord_m, left))
    if chord_m.max(initial=0.0) > FLAT_M:
        pairs = np.broadcast_to(piece, tau.shape).ravel()
        _bend(found, place.reshape(3, -1), ellipsoid)
        _go_far(found, place.reshape(3, -1), lonlat, row, pairs, pieces, ellipsoid)
    return found


def _bend(found: Feet, place: Floats, ellipsoid: Ellipsoid) -> None:
    """Chords to geodesics, where that makes a difference and nothing farther has to be done."""
    rows = np.flatnonzero((found.distance_m > FLAT_M) & (found.distance_m <= FAR_M))
    if len(rows) == len(found.distance_m):
        found.distance_m[:] = geodesic_m(place, found.chord, found.distance_m, ellipsoid)
    elif len(rows):
        chord = found.chord.take(rows, axis=1)
        straight_m = found.distance_m[rows]
        found.distance_m[rows] = geodesic_m(place.take(rows, axis=1), chord, straight_m, ellipsoid)


def _go_far(
    found: Feet,
    place: Floats,
    lonlat: Floats,
    row: Indices,
    piece: Indices,
    pieces: Pieces,
    ellipsoid: Ellipsoid,
) -> None:
    far = np.flatnonzero(found.distance_m > FAR_M)
    if not len(far):
        return
    some = piece[far]
    lon, lat = lonlat[row[far]].T
    tau, found.distance_m[far] = geodesic_feet(lon, lat, row[far], some, pieces, ellipsoid)
    curve = tuple(part.take(some, axis=1) for part in pieces.curve)
    found.tau[far] = tau
    found.chord[:, far] = _chord(place.take(far, axis=1) - curve[0], tau, curve)
    kind = (tau == -1.0) + 2 * (tau == 1.0)
    left = pieces.lefts.take(some + kind * len(pieces), axis=1)
    found.side[far] = _sides(found.chord[:, far], found.distance_m[far], left)


def _chord(from_middle: Floats, tau: Floats, curve: tuple[Floats, ...]) -> Floats:
    """From r(τ) to the place."""
    chord = tau * curve[3]
    chord += curve[2]
    chord *= tau
    chord += curve[1]
    chord *= -tau
    chord += from_middle
    return chord


def _nearest_tau(w: Floats, curve: tuple[Floats, ...], slopes: Floats) -> Floats:
    c0 = dot(w, curve[1])
    np.negative(c0, out=c0)
    c1 = dot(w, curve[2])
    c1 *= -2.0
    c1 += slopes[0]
    c2 = dot(w, curve[3])
    c2 *= -3.0
    c2 += slopes[1]
    flat = np.flatnonzero(c1 <= _FLAT * slopes[0])
    if len(flat):
        given = (c0, c1, c2, *np.broadcast_arrays(*slopes[2:], c1)[:2])
        sought = _bracketed(*(c.ravel()[flat] for c in given))
        c1.ravel()[flat] = 1.0  # a piece without length is flat too
    tau = np.clip(-c0 / c1, -1.0, 1.0)
    # Linear but for a few millionths: one step of Newton's squares that.
    f = c0 + tau * (c1 + tau * (c2 + tau * (slopes[2] + tau * slopes[3])))
    f /= c1 + tau * (2.0 * c2 + tau * (3.0 * slopes[2]))
    tau -= f
    np.clip(tau, -1.0, 1.0, out=tau)
    if len(flat):
        tau.ravel()[flat] = sought
    return tau


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


def _sides(chord: Floats, distance_m: Floats, left: Floats) -> NDArray[np.int8]:
    """The sign of the lateral part of the chord. Distances that are nothing become 0."""
    distance_m[distance_m < NOTHING_M] = 0.0
    lateral = dot(chord, left)
    # At the tip of a line that turns right back the laterals cancel, up to rounding.
    clear = np.abs(lateral) > 1e-12 * distance_m
    clear &= distance_m > 0.0
    return np.asarray(np.sign(lateral) * clear, dtype=np.int8)
