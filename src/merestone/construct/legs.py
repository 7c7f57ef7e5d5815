"""Length and direction of legs between turning points, by the type of line that joins them."""

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from merestone.geometry.densify import Projection, densified
from merestone.geometry.lengths import edge_lengths_m, spans_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]

_CHAIN_M = 0.0002
"""How far chains may depart from the legs that they stand for."""


def leg_chain(start: Floats, end: Floats, kind: EdgeType, ellipsoid: Ellipsoid) -> Floats:
    """A leg as a chain of edges straight in longitude/latitude, within 0.2 mm of it; (m, 2) degrees."""
    return densified(np.array([start, end]), kind, _CHAIN_M, ellipsoid)[0]


def chain_of(
    points: Floats,
    legs: tuple[EdgeType, ...],
    ellipsoid: Ellipsoid,
    grid: tuple[Projection, Projection] | tuple[None, None] = (None, None),
) -> Floats:
    """All legs of a line as one chain, (m, 2); ``points`` (n, 2), ``legs`` (n - 1,).

    Legs straight in a grid need its projection and the inverse.
    """
    parts: list[Floats] = []
    start = 0
    for k in range(1, len(legs) + 1):
        if k == len(legs) or legs[k] is not legs[start]:
            parts.append(densified(points[start : k + 1], legs[start], _CHAIN_M, ellipsoid, *grid)[0][:-1])
            start = k
    return np.concatenate([*parts, points[-1:]])


def measured(points: Floats, legs: "tuple[EdgeType, ...]", ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """Azimuths at the start, degrees clockwise from north in 0..360, and lengths in metres; both (n - 1,)."""
    azimuth, length = np.empty(len(legs)), np.empty(len(legs))
    kinds = np.array([leg.value for leg in legs])
    for kind in sorted(set(kinds.tolist())):
        rows = np.flatnonzero(kinds == kind)
        azimuth[rows], length[rows] = _of_kind(points[rows], points[rows + 1], EdgeType(kind), ellipsoid)
    return azimuth % 360.0, length


def _of_kind(start: Floats, end: Floats, kind: EdgeType, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    if kind is EdgeType.GEODESIC:
        azimuth, _, length = Geod(a=ellipsoid.a_m, f=ellipsoid.f).inv(*start.T, *end.T)
        return azimuth, length
    if kind is EdgeType.LOXODROME:
        return _loxodromes(start, end, ellipsoid)
    # Straight in longitude/latitude, parallels among them: both change at constant rates.
    return _tangent(start, end, ellipsoid), spans_m(start, end, ellipsoid)


def _tangent(start: Floats, end: Floats, ellipsoid: Ellipsoid) -> Floats:
    meridian_m, prime_m = radii_m(start[:, 1], ellipsoid)
    step = np.deg2rad(end - start)
    east = step[:, 0] * prime_m * np.cos(np.deg2rad(start[:, 1]))
    return np.asarray(np.rad2deg(np.arctan2(east, step[:, 1] * meridian_m)))


def _loxodromes(start: Floats, end: Floats, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """The azimuth is one along the whole leg: tan α = Δλ/Δψ; the length is that of its chain."""
    e = np.sqrt(ellipsoid.e2)

    def isometric(lat_deg: Floats) -> Floats:
        sine = np.sin(np.deg2rad(lat_deg))
        return np.asarray(np.arctanh(sine) - e * np.arctanh(e * sine))

    rise = isometric(end[:, 1]) - isometric(start[:, 1])
    azimuth = np.rad2deg(np.arctan2(np.deg2rad(end[:, 0] - start[:, 0]), rise))
    chains = [leg_chain(a, b, EdgeType.LOXODROME, ellipsoid) for a, b in zip(start, end, strict=True)]
    return azimuth, np.array([edge_lengths_m(chain, ellipsoid).sum() for chain in chains])


def radii_m(lat_deg: Floats, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """Radii of curvature in the meridian and in the prime vertical, metres."""
    w2 = 1.0 - ellipsoid.e2 * np.sin(np.deg2rad(lat_deg)) ** 2
    prime_m = ellipsoid.a_m / np.sqrt(w2)
    return prime_m * (1.0 - ellipsoid.e2) / w2, prime_m


def at_height(
    points: Floats, azimuth_deg: Floats, length_m: Floats, height_m: float, ellipsoid: Ellipsoid
) -> Floats:
    """Lengths at a height above the ellipsoid: longer by h/R, R the radius in the leg's direction (Euler)."""
    meridian_m, prime_m = radii_m((points[:-1, 1] + points[1:, 1]) / 2.0, ellipsoid)
    alpha = np.deg2rad(azimuth_deg)
    curvature = np.cos(alpha) ** 2 / meridian_m + np.sin(alpha) ** 2 / prime_m
    return np.asarray(length_m * (1.0 + height_m * curvature))
