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
from merestone.geometry.runs import run_starts
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_WITHIN_M = 1e-4
"""The search ends when nothing can be farther than what was found by more than this."""
_AT_ONCE = 1 << 16
_FEW, _HALVINGS = 16, 4
"""Where so few stretches of a group are left they are halved so often at once: few places cost the same."""
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
    return directed_maxima([lines], index)[0]


def directed_maxima(groups: Sequence[Sequence[Floats]], index: EdgeIndex) -> list[Extreme]:
    """What `directed_maximum` gives for each group of lines, of which there is at least one.

    They are sought side by side: few places cost nearly as much to ask about as many.
    """
    arrays = [
        [np.asarray(line, dtype=np.float64).reshape(-1, 2) for line in lines if len(line)] for lines in groups
    ]
    if not groups or not all(arrays):
        raise ValueError("a maximum needs at least one line with a vertex")
    flat = [line for lines in arrays for line in lines]
    line_group = np.repeat(np.arange(len(groups)), [len(lines) for lines in arrays])
    group = np.repeat(line_group, [len(line) for line in flat])
    vertices = _ends(checked(np.concatenate(flat)), group, index)
    best = _Best(np.full(len(groups), -np.inf), np.zeros((len(groups), 2)))
    best.farther(vertices)
    distance_m = vertices.distance_m
    inside = np.ones(len(distance_m) - 1, dtype=bool)
    inside[np.cumsum([len(line) for line in flat])[:-1] - 1] = False
    length_m = edge_lengths_m(vertices.at, index.ellipsoid)
    bound_m = (distance_m[1:] + distance_m[:-1] + length_m) / 2.0
    # The most promising first: what they find spares the rest.
    waiting = np.flatnonzero(inside & best.exceeded(bound_m, group[1:]))
    waiting = waiting[np.lexsort((-bound_m[waiting], group[waiting]))]
    size = 64
    while len(waiting):
        starts = run_starts(group[waiting])
        place = np.arange(len(waiting)) - np.repeat(starts, np.diff(starts, append=len(waiting)))
        part, waiting = np.sort(waiting[place < size]), waiting[place >= size]
        edges = _Stretches(vertices.take(part), vertices.take(part + 1), length_m[part])
        _search(edges, best, index)
        waiting = waiting[best.exceeded(bound_m[waiting], group[waiting])]
        size = min(2 * size, _AT_ONCE)
    return best.extremes()


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Places (n, 2) in degrees, their group, their distances in metres, and what they are nearest to."""

    at: Floats
    group: Indices
    distance_m: Floats
    piece: Indices
    foot: Floats

    def take(self, rows: Indices) -> "_Ends":
        return _Ends(*(getattr(self, item.name)[rows] for item in fields(self)))

    def followed_by(self, other: "_Ends") -> "_Ends":
        return _Ends(
            *(np.concatenate([getattr(self, item.name), getattr(other, item.name)]) for item in fields(self))
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """The greatest distance found in each group, (g,), and where, (g, 2)."""

    distance_m: Floats
    at: Floats

    def farther(self, ends: _Ends) -> None:
        """Take over what is farther; of places equally far the westernmost, then southernmost."""
        lon, lat = ends.at.T
        order = np.lexsort((lat, lon, -ends.distance_m, ends.group))
        first = order[run_starts(ends.group[order])]
        group, found_m, (lon, lat) = ends.group[first], ends.distance_m[first], ends.at[first].T
        before_m, (before_lon, before_lat) = self.distance_m[group], self.at[group].T
        before = (lon < before_lon) | ((lon == before_lon) & (lat < before_lat))
        better = (found_m > before_m) | ((found_m == before_m) & before)
        self.distance_m[group[better]] = found_m[better]
        self.at[group[better]] = ends.at[first[better]]

    def exceeded(self, bound_m: Floats, group: Indices) -> NDArray[np.bool_]:
        """Whether a bound leaves room for something farther than the best of its group."""
        return np.asarray(bound_m > self.distance_m[group] + _WITHIN_M)

    def extremes(self) -> list[Extreme]:
        columns = self.distance_m.tolist(), *self.at.T.tolist()
        return [Extreme(*row) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class _Stretches:
    low: _Ends
    high: _Ends
    length_m: Floats

    def take(self, rows: Indices) -> "_Stretches":
        return _Stretches(self.low.take(rows), self.high.take(rows), self.length_m[rows])

    def followed_by(self, other: "_Stretches") -> "_Stretches":
        length_m = np.concatenate([self.length_m, other.length_m])
        return _Stretches(self.low.followed_by(other.low), self.high.followed_by(other.high), length_m)


def _ends(at: Floats, group: Indices, index: EdgeIndex) -> _Ends:
    found = index.matched(at)
    return _Ends(at, group, found.distance_m, found.piece, index.foot(found))


def _search(stretches: _Stretches, best: _Best, index: EdgeIndex) -> None:
    """Halve stretches, or cut them finer, until none can hold anything farther than the best of its group."""
    while True:
        bound_m = (stretches.low.distance_m + stretches.high.distance_m + stretches.length_m) / 2.0
        stretches = stretches.take(np.flatnonzero(best.exceeded(bound_m, stretches.low.group)))
        if not len(stretches.length_m):
            return
        sharper_m = _sharper(stretches, index)
        stretches = stretches.take(np.flatnonzero(best.exceeded(sharper_m, stretches.low.group)))
        if not len(stretches.length_m):
            return
        left = np.bincount(stretches.low.group)[stretches.low.group]
        stretches = _cut(stretches.take(np.flatnonzero(left > _FEW)), 1, best, index).followed_by(
            _cut(stretches.take(np.flatnonzero(left <= _FEW)), _HALVINGS, best, index)
        )


def _cut(stretches: _Stretches, halvings: int, best: _Best, index: EdgeIndex) -> _Stretches:
    """Stretches halved so many times, and what is found between taken over."""
    if not len(stretches.length_m):
        return stretches
    low, high = stretches.low, stretches.high
    at = np.stack([low.at, high.at])
    for _ in range(halvings):
        finer = np.empty((2 * len(at) - 1, *at.shape[1:]))
        finer[::2], finer[1::2] = at, (at[:-1] + at[1:]) / 2.0
        at = finer
    between = _ends(at[1:-1].reshape(-1, 2), np.tile(low.group, len(at) - 2), index)
    best.farther(between)
    low, high = low.followed_by(between), between.followed_by(high)
    return _Stretches(low, high, spans_m(low.at, high.at, index.ellipsoid))


def _sharper(stretches: _Stretches, index: EdgeIndex) -> Floats:
    """The second bound, by the pieces that either end is nearest to."""
    low, high, length_m = stretches.low, stretches.high, stretches.length_m
    own_m = _curvature(low.at, high.at, index.ellipsoid) * length_m**2 / 8.0
    near, other = low.followed_by(high), high.followed_by(low)
    found: Matches = index.on_pieces(other.at, near.piece)
    foot = index.foot(found)
    between_m = spans_m(near.foot, foot, index.ellipsoid)
    bulge_m = np.tile(own_m, 2) + _curvature(near.foot, foot, index.ellipsoid) * between_m**2 / 8.0
    most_m = np.maximum(near.distance_m, found.distance_m)
    # A chord and its geodesic differ by s³/24R², and by direction that varies by 1.4 %.
    turning_m = 4e-17 * most_m**2 * (np.tile(length_m, 2) + between_m)
    bound_m = np.where(most_m <= _CONVEX_M, most_m + 1.05 * bulge_m + turning_m, np.inf)
    return np.asarray(np.minimum(*np.split(bound_m, 2)))


def _curvature(one: Floats, other: Floats, ellipsoid: Ellipsoid) -> Floats:
    """At most so much (1/m) do edges from place to place curve in space.

    The normal part is at most that of the smallest radius, and the geodesic part of a line straight
    in longitude/latitude at azimuth α is sin α (1 + cos² α) tan φ / R ≤ 1.09 tan φ / R.
    """
    least_m = min(ellipsoid.b_m**2 / ellipsoid.a_m, ellipsoid.a_m**2 / ellipsoid.b_m)
    lat = np.deg2rad(np.minimum(np.maximum(np.abs(one[:, 1]), np.abs(other[:, 1])), 90.0 - 1e-12))
    return np.asarray(1.02 / least_m * np.hypot(1.0, 1.09 * np.tan(lat)))
