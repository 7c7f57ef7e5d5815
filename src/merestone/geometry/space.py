"""Earth-centred coordinates, and how a straight chord tells the length of a geodesic.

In metres from the centre of the ellipsoid neither the poles nor the antimeridian are special.
Arrays of places have shape (3, …): x, y, z (z to the north pole, x to longitude 0).
"""

import numpy as np
from numpy.typing import NDArray

from merestone.geometry.angles import sine_cosine
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]

FLAT_M = 300.0
"""Up to here a chord and its geodesic differ by less than 3e-8 m."""
_BATCH = 1 << 14
"""Places worked on at a time, so that work arrays stay in the processor's cache."""


def earth_centred(lon: Floats, lat: Floats, ellipsoid: Ellipsoid) -> Floats:
    """(n,) degrees of longitude and latitude to (3, n) metres. Longitudes count modulo 360."""
    place = np.empty((3, len(lon)))
    for k in range(0, len(lon), _BATCH):
        part = slice(k, k + _BATCH)
        sine, cosine = sine_cosine(lat[part])
        prime_m = ellipsoid.a_m / np.sqrt(1.0 - ellipsoid.e2 * sine * sine)
        np.multiply(prime_m * (1.0 - ellipsoid.e2), sine, out=place[2, part])
        prime_m *= cosine
        sine, cosine = sine_cosine(lon[part])
        np.multiply(prime_m, cosine, out=place[0, part])
        np.multiply(prime_m, sine, out=place[1, part])
    return place


def dot(one: Floats, other: Floats) -> Floats:
    """Scalar products of (3, …) vectors, summed in one order everywhere."""
    total: Floats = one[0] * other[0]
    total += one[1] * other[1]
    total += one[2] * other[2]
    return total


def cross(one: Floats, other: Floats) -> Floats:
    """Vector products of (3, …) vectors."""
    return np.stack(
        [
            one[1] * other[2] - one[2] * other[1],
            one[2] * other[0] - one[0] * other[2],
            one[0] * other[1] - one[1] * other[0],
        ]
    )


def unit(vectors: Floats) -> Floats:
    """(3, …) vectors of length 1; those without length stay without."""
    length = np.sqrt(dot(vectors, vectors))
    return np.asarray(vectors / np.where(length > 0.0, length, 1.0))


def upward(place: Floats, ellipsoid: Ellipsoid) -> Floats:
    """Unit normals of the ellipsoid at places on it, (3, n)."""
    scale = np.array([ellipsoid.a_m, ellipsoid.a_m, ellipsoid.b_m]) ** -2.0
    return unit(place * scale[:, None])


def geodesic_m(end: Floats, chord: Floats, chord_m: Floats, ellipsoid: Ellipsoid) -> Floats:
    """Lengths of geodesics that lead to ``end`` (3, n), from their chords (3, n) and those's lengths.

    The normal section through both ends is nearly a circle with the radius that Euler's theorem
    gives for its direction half way: 1/R = (vₓ² + v_y²)/a² + v_z²/b² over |v|² and over the
    gradient of the ellipsoid's equation. Good to 1e-8 m at 50 km, 3e-7 m at 100 km, 7e-5 m at 300 km.
    """
    half2 = _half_angle_squared(end, chord, chord_m, ellipsoid)
    return np.asarray(chord_m * (1.0 + half2 * (1 / 6 + half2 * (3 / 40 + half2 * (15 / 336)))))


def rough_geodesic_m(end: Floats, chord: Floats, chord_m: Floats, ellipsoid: Ellipsoid) -> Floats:
    """The same where chords are long: good to `rough_error_m`."""
    half = np.sqrt(np.minimum(_half_angle_squared(end, chord, chord_m, ellipsoid), 1.0))
    return np.asarray(chord_m * np.arcsin(half) / np.maximum(half, 1e-300))


def rough_error_m(length_m: Floats) -> Floats:
    """Twice what `rough_geodesic_m` was ever seen to err on 2,400,000 geodesics; no bound past 12,000 km."""
    return np.where(length_m < 12e6, 0.07 * (length_m / 1e6) ** 5, np.inf)


def _half_angle_squared(end: Floats, chord: Floats, chord_m: Floats, ellipsoid: Ellipsoid) -> Floats:
    """(c/2R)² with the radius R of the normal section."""
    a2, b2 = ellipsoid.a_m**2, ellipsoid.b_m**2
    q = (chord[0] * chord[0] + chord[1] * chord[1]) / a2 + chord[2] * chord[2] / b2
    middle = end - 0.5 * chord
    gradient2 = (middle[0] * middle[0] + middle[1] * middle[1]) / (a2 * a2) + middle[2] * middle[2] / (
        b2 * b2
    )
    # The middle of the chord lies where the equation gives 1 - q/4: scale the gradient to the surface.
    return np.asarray(0.25 * q * q * (1.0 - 0.25 * q) / (gradient2 * np.maximum(chord_m * chord_m, 1e-300)))


def reach_m(chord_m: Floats, ellipsoid: Ellipsoid) -> Floats:
    """No place whose chord is longer than this is nearer by geodesic than one at ``chord_m``.

    Normal curvature lies between b²/a and a²/b as radius, here with a margin of a quarter of the
    flattening. By Schur's theorem an arc is no longer than that of the smallest circle with the
    same chord, and up to the margin no shorter than that of the largest.
    """
    margin = 1.0 + 0.25 * abs(ellipsoid.f)
    radii = ellipsoid.b_m**2 / ellipsoid.a_m, ellipsoid.a_m**2 / ellipsoid.b_m
    least, largest = min(radii) / margin, max(radii) * margin
    angle = np.arcsin(np.minimum(chord_m / (2.0 * least), 1.0)) * (least / largest)
    return np.asarray(np.maximum(2.0 * largest * np.sin(angle), chord_m))
