"""Nearest points by geodesics, for places so far from a piece that chords do not decide.

The derivative of the distance along a piece is -cos of the angle at its foot between the piece and
the geodesic to the place (first variation of length), so the foot is where they meet at right
angles. Geodesics by Karney (2013), *Algorithms for geodesics*, J. Geodesy 87, 43-55, in pyproj.
"""

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from merestone.geometry.pieces import Pieces
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_ROUNDS = 12
_ENOUGH_M = 1e-3
"""Feet are sought until they move by less: at right angles, that moves the distance by 1e-11 m."""


def geodesic_feet(
    lon: Floats, lat: Floats, row: Indices, piece: Indices, pieces: Pieces, ellipsoid: Ellipsoid
) -> tuple[Floats, Floats]:
    """(τ, distance in metres) of the nearest point of ``piece`` (n,) to ``lon``, ``lat`` (n,) degrees.

    Pairs of the same place stand together and have the same ``row`` (n,). A pair whose middle is so
    far that another must be nearer is left at its middle.
    """
    search = _Search(lon, lat, piece, pieces, ellipsoid)
    tau = np.zeros(len(piece))
    distance_m, _ = search.at(tau)
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    least_m = np.repeat(np.minimum.reduceat(distance_m, starts), np.diff(np.append(starts, len(row))))
    half_m = 1.001 * np.sqrt(pieces.slopes[0].take(piece)) + 1e-3
    near = np.flatnonzero(distance_m - half_m <= least_m)
    tau[near], distance_m[near] = _on_pieces(search.on(near))
    return tau, distance_m


def _on_pieces(search: "_Search") -> tuple[Floats, Floats]:
    """The least of the distances at both ends and at the right angle between, if there is one."""
    ones = np.ones(len(search))
    low_m, low_slope = search.at(-ones)
    high_m, high_slope = search.at(ones)
    tau = np.where(low_m <= high_m, -1.0, 1.0)
    distance_m = np.minimum(low_m, high_m)
    inside = np.flatnonzero((low_slope < 0.0) & (high_slope > 0.0))
    if len(inside):
        found, found_m = search.on(inside).between(low_slope[inside], high_slope[inside])
        nearer = found_m < distance_m[inside]
        tau[inside] = np.where(nearer, found, tau[inside])
        distance_m[inside] = np.where(nearer, found_m, distance_m[inside])
    return tau, distance_m


class _Search:
    """Distances and their derivatives at τ on one piece for each place."""

    def __init__(
        self, lon: Floats, lat: Floats, piece: Indices, pieces: Pieces, ellipsoid: Ellipsoid
    ) -> None:
        self._all = (lon, lat, piece, pieces, ellipsoid)
        self._lon, self._lat = lon, lat
        self._start, self._end = pieces.start[:, piece], pieces.end[:, piece]
        self._ellipsoid = ellipsoid
        self._geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)

    def __len__(self) -> int:
        return len(self._lon)

    def on(self, rows: Indices) -> "_Search":
        lon, lat, piece, pieces, ellipsoid = self._all
        return _Search(lon[rows], lat[rows], piece[rows], pieces, ellipsoid)

    def at(self, tau: Floats) -> tuple[Floats, Floats]:
        """Metres, and metres per unit of τ."""
        share = 0.5 + 0.5 * tau
        lon, lat = self._start * (1.0 - share) + self._end * share
        azimuth, _, distance_m = self._geod.inv(lon, lat, self._lon, self._lat)
        east_m, north_m = self._velocity(lat)
        azimuth = np.deg2rad(azimuth)
        return distance_m, -(np.sin(azimuth) * east_m + np.cos(azimuth) * north_m)

    def _velocity(self, lat: Floats) -> Floats:
        """Metres east and north per unit of τ."""
        dlon, dlat = np.deg2rad(self._end - self._start) / 2.0
        phi = np.deg2rad(lat)
        w2 = 1.0 - self._ellipsoid.e2 * np.sin(phi) ** 2
        prime_m = self._ellipsoid.a_m / np.sqrt(w2)
        return np.stack([prime_m * np.cos(phi) * dlon, prime_m * (1.0 - self._ellipsoid.e2) / w2 * dlat])

    def between(self, low_slope: Floats, high_slope: Floats) -> tuple[Floats, Floats]:
        """The right angle within, by the Illinois method: bracketed, and as fast as secants."""
        low, high = -np.ones(len(low_slope)), np.ones(len(low_slope))
        half_m = np.hypot(*self._velocity(self._start[1])) + np.hypot(*self._velocity(self._end[1]))
        before = np.zeros(len(low_slope))
        for _ in range(_ROUNDS):
            tau = (low * high_slope - high * low_slope) / (high_slope - low_slope)
            distance_m, slope = self.at(tau)
            if (np.abs(tau - before) * half_m < _ENOUGH_M).all():
                break
            before = tau
            falls = slope < 0.0
            # The end that stays put counts half, or it would stay for ever.
            high_slope = np.where(falls, high_slope / 2.0, slope)
            low_slope = np.where(falls, slope, low_slope / 2.0)
            low, high = np.where(falls, tau, low), np.where(falls, high, tau)
        return tau, distance_m
