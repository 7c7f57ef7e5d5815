"""The farthest point of some lines from others: the exact supremum, not that over vertices.

Branch and bound over stretches of the lines. With the distances d₀, d₁ at the ends of a stretch of
length ℓ nothing on it is farther than

* (d₀ + d₁ + ℓ)/2, since the distance changes by no more than the way; and
* max(d₀, d₁′) + κℓ²/8 + κ′m²/8, where d₁′ is the distance from the second end to the piece of line that
  is nearest to the first, m the way between the two feet on it, and κ, κ′ bound the curvatures in space:
  the distance from a chord to a chord is convex, so it is largest at an end, and an arc departs
  from its chord by at most κℓ²/8. The same from the other end.

The first settles everything that is well below the maximum, the second stretches that run beside a line at
a constant distance. Compare Hausdorff distances of polygonal curves by Alt, Behrends and Blömer
(1995), *Approximate matching of polygonal shapes*, Ann. Math. Artif. Intell. 13, 251-265, in the plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from merestone.geometry.lengths import edge_lengths_m, spans_m
from merestone.geometry.matching import Matches
from merestone.geometry.nearest import EdgeIndex, checked
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_WITHIN_M = 1e-4
"""The search ends when nothing can be farther than what was found by more than this."""
_AT_ONCE = 1 << 16
_CONVEX_M = 2_000_000.0
"""Up to here chords carry the second bound."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """The greatest distance in metres, and where on the lines it is attained, degrees."""

    distance_m: float
    lon: float
    lat: float


def directed_maximum(lines: Sequence[Floats], index: EdgeIndex) -> Extreme:
    """The supremum over all points of ``lines`` of the distance to the lines of ``index``.

    ``lines`` are arrays (n, 2) of longitude, latitude in degrees with edges straight in
    longitude/latitude. The distance is attained at the point given, and no point is farther by more
    than 1e-4 m. Of points equally far the one of least longitude, then latitude. Raises ValueError
    where no line has a vertex, and for coordinates that are not finite or beyond latitude ±90.
    """
    arrays = [np.asarray(line, dtype=np.float64).reshape(-1, 2) for line in lines if len(line)]
    if not arrays:
        raise ValueError("a maximum needs at least one line with a vertex")
    vertices = _ends(checked(np.concatenate(arrays)), index)
    distance_m = vertices.distance_m
    best = _farther(None, vertices)
    inside = np.ones(len(distance_m) - 1, dtype=bool)
    inside[np.cumsum([len(line) for line in arrays])[:-1] - 1] = False
    length_m = edge_lengths_m(vertices.at, index.ellipsoid)
    bound_m = (distance_m[1:] + distance_m[:-1] + length_m) / 2.0
    # The most promising first: what they find spares the rest.
    waiting = np.flatnonzero(inside & (bound_m > best.distance_m + _WITHIN_M))
    waiting = waiting[np.argsort(-bound_m[waiting], kind="stable")]
    size = 64
    while len(waiting):
        part, waiting = np.sort(waiting[:size]), waiting[size:]
        edges = _Stretches(vertices.take(part), vertices.take(part + 1), length_m[part])
        best = _search(edges, best, index)
        waiting = waiting[bound_m[waiting] > best.distance_m + _WITHIN_M]
        size = min(2 * size, _AT_ONCE)
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Places (n, 2) in degrees, their distances in metres, and what they are nearest to."""

    at: Floats
    distance_m: Floats
    piece: Indices
    foot: Floats

    def take(self, rows: Indices) -> "_Ends":
        return _Ends(*(getattr(self, item.name)[rows] for item in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class _Stretches:
    low: _Ends
    high: _Ends
    length_m: Floats

    def take(self, rows: Indices) -> "_Stretches":
        return _Stretches(self.low.take(rows), self.high.take(rows), self.length_m[rows])


def _ends(at: Floats, index: EdgeIndex) -> _Ends:
    found = index.matched(at)
    return _Ends(at, found.distance_m, found.piece, index.foot(found))


def _search(stretches: _Stretches, best: Extreme, index: EdgeIndex) -> Extreme:
    """Halve stretches until none can hold anything farther than the best."""
    while True:
        bound_m = (stretches.low.distance_m + stretches.high.distance_m + stretches.length_m) / 2.0
        stretches = stretches.take(np.flatnonzero(bound_m > best.distance_m + _WITHIN_M))
        sharper_m = _sharper(stretches, index)
        stretches = stretches.take(np.flatnonzero(sharper_m > best.distance_m + _WITHIN_M))
        if not len(stretches.length_m):
            return best
        middle = _ends((stretches.low.at + stretches.high.at) / 2.0, index)
        best = _farther(best, middle)
        stretches = _halves(stretches, middle, index.ellipsoid)


def _halves(whole: _Stretches, middle: _Ends, ellipsoid: Ellipsoid) -> _Stretches:
    def joined(one: _Ends, other: _Ends) -> _Ends:
        return _Ends(
            *(np.concatenate([getattr(one, item.name), getattr(other, item.name)]) for item in fields(one))
        )

    low, high = joined(whole.low, middle), joined(middle, whole.high)
    return _Stretches(low, high, spans_m(low.at, high.at, ellipsoid))


def _farther(best: Extreme | None, ends: _Ends) -> Extreme:
    most = ends.distance_m.max()
    ties = ends.at[ends.distance_m == most]
    lon, lat = ties[np.lexsort((ties[:, 1], ties[:, 0]))[0]]
    found = Extreme(float(most), float(lon), float(lat))
    if best is None or (found.distance_m, -found.lon, -found.lat) > (best.distance_m, -best.lon, -best.lat):
        return found
    return best


def _sharper(stretches: _Stretches, index: EdgeIndex) -> Floats:
    """The second bound, from both ends."""
    low, high, length_m = stretches.low, stretches.high, stretches.length_m
    own_m = _curvature(low.at, high.at, index.ellipsoid) * length_m**2 / 8.0
    return np.minimum(
        _beside(low, high, length_m, own_m, index),
        _beside(high, low, length_m, own_m, index),
    )


def _beside(near: _Ends, other: _Ends, length_m: Floats, own_m: Floats, index: EdgeIndex) -> Floats:
    """The bound by the piece that the end ``near`` is nearest to."""
    found: Matches = index.on_pieces(other.at, near.piece)
    foot = index.foot(found)
    between_m = spans_m(near.foot, foot, index.ellipsoid)
    bulge_m = own_m + _curvature(near.foot, foot, index.ellipsoid) * between_m**2 / 8.0
    most_m = np.maximum(near.distance_m, found.distance_m)
    # A chord and its geodesic differ by s³/24R², and by direction that varies by 1.4 %.
    turning_m = 4e-17 * most_m**2 * (length_m + between_m)
    bound_m = most_m + 1.05 * bulge_m + turning_m
    return np.where(most_m <= _CONVEX_M, bound_m, np.inf)


def _curvature(one: Floats, other: Floats, ellipsoid: Ellipsoid) -> Floats:
    """At most so much (1/m) do edges from place to place curve in space.

    The normal part is at most that of the smallest radius, and the geodesic part of a line straight
    in longitude/latitude at azimuth α is sin α (1 + cos² α) tan φ / R ≤ 1.09 tan φ / R.
    """
    least_m = min(ellipsoid.b_m**2 / ellipsoid.a_m, ellipsoid.a_m**2 / ellipsoid.b_m)
    lat = np.deg2rad(np.minimum(np.maximum(np.abs(one[:, 1]), np.abs(other[:, 1])), 90.0 - 1e-12))
    return np.asarray(1.02 / least_m * np.hypot(1.0, 1.09 * np.tan(lat)))
