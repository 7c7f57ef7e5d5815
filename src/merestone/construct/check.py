"""An independent look at turning points: was a nearer base point missed?

It shares neither search nor distances with the construction: every edge is compared with every place
through straight chords in space, and what could be nearer is measured with geodesics and a golden section.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
_COMPARISONS = 40_000_000
"""Pairs of place and edge that are compared at most; of more, places are taken at equal steps."""
_AT_ONCE = 2_000_000
_LONGEST_M = 2000.0
_GOLDEN = (5.0**0.5 - 1.0) / 2.0


@dataclass(frozen=True, slots=True)
class Checked:
    """How many places were looked at, of how many, and the most by which a base point was missed, in metres.

    ``missed_m`` is the largest excess of the distance that was used over the one found; negative where
    none was found nearer.
    """

    points: int
    of: int
    missed_m: float


def checked(points: Floats, distance_m: Floats, lines: Sequence[Floats], ellipsoid: Ellipsoid) -> Checked:
    """Search all edges of ``lines`` for points nearer to ``points`` (n, 2) than ``distance_m`` (n,)."""
    start, end = _edges(lines, ellipsoid)
    most = max(_COMPARISONS // max(len(start), 1), 10)
    rows = (
        np.arange(len(points)) if len(points) <= most else np.linspace(0, len(points) - 1, most).astype(int)
    )
    a, b = _space(start, ellipsoid), _space(end, ellipsoid)
    missed_m = -np.inf
    step = max(_AT_ONCE // max(len(start), 1), 1)
    for k in range(0, len(rows), step):
        some = rows[k : k + step]
        chord_m = _chords_m(_space(points[some], ellipsoid), a, b)
        nearest = np.argmin(chord_m, axis=1)
        found_m = _geodesic_m(points[some], start[nearest], end[nearest], ellipsoid)
        missed_m = max(missed_m, float(np.max(distance_m[some] - found_m)))
    return Checked(len(rows), len(points), missed_m)


def _edges(lines: Sequence[Floats], ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """All edges, cut so short that chords tell which is nearest; a single point is an edge without length."""
    starts, ends = [], []
    for line in lines:
        a, b = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
        length_m = np.linalg.norm(_space(b, ellipsoid) - _space(a, ellipsoid), axis=1)
        parts = np.maximum(np.ceil(length_m / _LONGEST_M), 1).astype(int)
        edge = np.repeat(np.arange(len(a)), parts)
        step = np.arange(len(edge)) - np.repeat(np.cumsum(parts) - parts, parts)
        low, high = (step / parts[edge])[:, None], ((step + 1) / parts[edge])[:, None]
        starts.append(a[edge] + low * (b - a)[edge])
        ends.append(a[edge] + high * (b - a)[edge])
    return np.concatenate(starts), np.concatenate(ends)


def _space(lonlat: Floats, ellipsoid: Ellipsoid) -> Floats:
    lon, lat = np.deg2rad(lonlat).T
    prime = ellipsoid.a_m / np.sqrt(1.0 - ellipsoid.e2 * np.sin(lat) ** 2)
    flat = prime * np.cos(lat)
    return np.stack(
        [flat * np.cos(lon), flat * np.sin(lon), prime * (1.0 - ellipsoid.e2) * np.sin(lat)], axis=1
    )


def _chords_m(place: Floats, a: Floats, b: Floats) -> Floats:
    """Distances in space of every place (n, 3) from every edge (m, 3), (n, m)."""
    along = b - a
    square = np.maximum(np.sum(along * along, axis=1), 1e-12)
    to_place = place @ along.T - np.sum(a * along, axis=1)
    share = np.clip(to_place / square, 0.0, 1.0)
    total = np.zeros(share.shape)
    for axis in range(3):
        total += (place[:, axis, None] - a[:, axis] - share * along[:, axis]) ** 2
    return np.sqrt(total)


def _geodesic_m(place: Floats, start: Floats, end: Floats, ellipsoid: Ellipsoid) -> Floats:
    """The least geodesic distance of each place to its edge, by a golden section, (n,)."""
    geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)

    def distance_m(share: Floats) -> Floats:
        at = start + share[:, None] * (end - start)
        return np.asarray(geod.inv(place[:, 0], place[:, 1], at[:, 0], at[:, 1])[2])

    low, high = np.zeros(len(place)), np.ones(len(place))
    least = np.minimum(distance_m(low), distance_m(high))
    for _ in range(40):
        one, other = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        nearer = distance_m(one) < distance_m(other)
        low, high = np.where(nearer, low, one), np.where(nearer, other, high)
    return np.minimum(least, distance_m(0.5 * (low + high)))
