"""Lengths and chainages along lines whose edges are straight in longitude/latitude.

An edge runs so that longitude and latitude change at constant rates. Its length is that of this
curve on the ellipsoid, not of the geodesic between its ends:

    s = ∫₀¹ √( (M Δφ)² + (N cos φ Δλ)² ) dt,   φ = φ₀ + t Δφ,

with the radii of curvature M in the meridian and N in the prime vertical (Rapp 1991, *Geometric
Geodesy*, part I). The integrand is analytic, and its nearest singularities lie where N cos φ Δλ =
±i M Δφ, near the poles: never nearer than 1/Δλ times the range of the integral. Gauss's rule with
n points on a stretch of at most δ radians in both coordinates then errs by less than (δ/4)²ⁿ, so
the number of points follows from the size of the stretch and the result is good to 1e-12 relative.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from merestone.model.ellipsoid import WGS84, Ellipsoid

Floats = NDArray[np.float64]

_RULES = ((1e-3, 2), (2e-2, 3), (0.25, 6))
"""Up to how many radians a stretch may span in longitude and latitude for how many points of Gauss."""
_BATCH = 1 << 15
"""Stretches worked on at a time, so that work arrays stay in the processor's cache."""
_SAME_M = 1e-6
"""Places along a line that are nearer to each other than this are one."""


def edge_lengths_m(coords: Floats, ellipsoid: Ellipsoid = WGS84) -> Floats:
    """The length in metres of each edge of a line, (n - 1,), good to 1e-12 of itself.

    ``coords`` is (n, 2) longitude, latitude in degrees; longitudes may lie outside ±180 and are
    taken as they are: an edge from 170 to 190 crosses the antimeridian, one from 170 to -170 goes
    the long way round. Rounding of degrees alone leaves about 1e-9 m.
    """
    coords = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    return spans_m(coords[:-1], coords[1:], ellipsoid)


def spans_m(start: Floats, end: Floats, ellipsoid: Ellipsoid = WGS84) -> Floats:
    """The length in metres of single edges, (n,), from ``start`` (n, 2) to ``end`` (n, 2)."""
    # Degrees are subtracted before they are rounded to radians.
    dlon, dlat = np.deg2rad(end - start).T
    return _lengths_m(dlon, np.deg2rad(start[:, 1]), dlat, ellipsoid)


def chainages_m(coords: Floats, ellipsoid: Ellipsoid = WGS84) -> Floats:
    """Metres along a line from its first vertex to each, (n,); the first is 0."""
    chainage = np.zeros(max(len(coords), 1))
    np.cumsum(edge_lengths_m(coords, ellipsoid), out=chainage[1:])
    return chainage[: len(coords)]


def points_at(coords: Floats, chainages_m: Floats, at_m: Floats, ellipsoid: Ellipsoid = WGS84) -> Floats:
    """The points of a line at distances along it, (m, 2) longitude, latitude, good to 1e-8 m.

    ``chainages_m`` is what the function of that name gives for ``coords``; ``at_m`` (m,), in any
    order, is clamped to the line. A distance that is a vertex's chainage gives that vertex to the
    last bit.
    """
    coords = np.asarray(coords, dtype=np.float64)
    at_m = np.clip(np.asarray(at_m, dtype=np.float64), 0.0, chainages_m[-1])
    if len(coords) == 1:
        return np.asarray(np.repeat(coords, len(at_m), axis=0))
    points = np.empty((len(at_m), 2))
    for part in _batches(len(at_m)):
        edge = np.searchsorted(chainages_m, at_m[part], side="right") - 1
        np.clip(edge, 0, len(coords) - 2, out=edge)
        start, end = coords[edge], coords[edge + 1]
        from_m = at_m[part] - chainages_m[edge]
        length_m = chainages_m[edge + 1] - chainages_m[edge]
        fraction = _fractions(start, end, from_m, length_m, ellipsoid)[:, None]
        points[part] = start * (1.0 - fraction) + end * fraction
    return points


def substrings(
    coords: Floats, chainages_m: Floats, from_m: Floats, to_m: Floats, ellipsoid: Ellipsoid = WGS84
) -> list[Floats]:
    """Stretches of a line between distances along it, each (k, 2), with the vertices between.

    ``from_m`` and ``to_m`` (m,) are clamped to the line. The ends are always there, so k ≥ 2; a vertex
    within 1e-6 m of an end is that end. Raises ValueError where an end comes before its start.
    """
    coords = np.asarray(coords, dtype=np.float64)
    backward = np.flatnonzero(to_m < from_m)
    if len(backward):
        start_m, end_m = from_m[backward[0]], to_m[backward[0]]
        raise ValueError(f"a stretch of a line runs forward, not from {start_m} m to {end_m} m")
    from_m, to_m = np.clip([from_m, to_m], 0.0, chainages_m[-1])
    starts = points_at(coords, chainages_m, from_m, ellipsoid)
    ends = points_at(coords, chainages_m, to_m, ellipsoid)
    first = np.searchsorted(chainages_m, from_m + _SAME_M, side="right")
    after = np.searchsorted(chainages_m, to_m - _SAME_M, side="left")
    return [
        np.concatenate([starts[k : k + 1], coords[first[k] : after[k]], ends[k : k + 1]])
        for k in range(len(from_m))
    ]


def stations_m(length_m: float, spacing_m: float) -> Floats:
    """Distances of stations along a line: 0, s, 2 s, … and its end.

    The last multiple is left out where it is within 1e-6 m of the end, so that rounding adds no
    station. A line without length has one station. Raises ValueError unless ``spacing_m`` > 0.
    """
    if not spacing_m > 0.0:
        raise ValueError(f"stations must be apart by more than 0 m, not by {spacing_m}")
    if length_m <= 0.0:
        return np.zeros(1)
    count = int(np.ceil((length_m - _SAME_M) / spacing_m))
    return np.append(np.arange(max(count, 1)) * spacing_m, length_m)


def weights_m(at_m: Floats) -> Floats:
    """How much of a line each station stands for: half the way to both its neighbours, (m,).

    ``at_m`` ascends. The weights add up to the way from the first station to the last.
    """
    half_m = np.diff(at_m) / 2.0
    return np.asarray(np.append(half_m, 0.0) + np.append(0.0, half_m))


def _batches(count: int) -> Iterator[slice]:
    return (slice(k, k + _BATCH) for k in range(0, count, _BATCH))


def _lengths_m(dlon: Floats, lat: Floats, dlat: Floats, ellipsoid: Ellipsoid) -> Floats:
    """Lengths of stretches that begin at ``lat``; all in radians, all (n,)."""
    lengths_m = np.empty(len(lat))
    for part in _batches(len(lat)):
        lengths_m[part] = _batch_m(dlon[part], lat[part], dlat[part], ellipsoid)
    return lengths_m


def _batch_m(dlon: Floats, lat: Floats, dlat: Floats, ellipsoid: Ellipsoid) -> Floats:
    lengths_m = np.empty(len(lat))
    size = np.maximum(np.abs(dlon), np.abs(dlat))
    above = 0.0
    for limit, points in _RULES:
        rows = np.flatnonzero((size <= limit) & ((size > above) | (above == 0.0)))
        if len(rows):
            lengths_m[rows] = _gauss_m(points, dlon[rows], lat[rows], dlat[rows], ellipsoid)
        above = limit
    for row in np.flatnonzero(size > above):
        # An edge of many degrees: rare enough to be cut one by one.
        parts = int(np.ceil(size[row] / above))
        shares = np.arange(parts) / parts
        steps = np.full((2, parts), [[dlon[row] / parts], [dlat[row] / parts]])
        lengths_m[row] = _batch_m(steps[0], lat[row] + shares * dlat[row], steps[1], ellipsoid).sum()
    return lengths_m


@cache
def _rule(points: int) -> tuple[tuple[float, float], ...]:
    """Nodes in -1..1 and weights of Gauss's rule: working them out takes longer than using them."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return tuple(zip(nodes.tolist(), weights.tolist(), strict=True))


def _gauss_m(points: int, dlon: Floats, lat: Floats, dlat: Floats, ellipsoid: Ellipsoid) -> Floats:
    total = np.zeros(len(lat))
    for node, weight in _rule(points):
        total += (0.5 * weight) * _speed_m(dlon, lat + (0.5 + 0.5 * node) * dlat, dlat, ellipsoid)
    return total


def _speed_m(dlon: Floats, lat: Floats, dlat: Floats, ellipsoid: Ellipsoid) -> Floats:
    """Metres per unit of t at latitude ``lat`` on an edge that spans ``dlon``, ``dlat`` radians."""
    w2 = 1.0 - ellipsoid.e2 * np.square(np.sin(lat))
    prime_m = ellipsoid.a_m / np.sqrt(w2)
    meridian_m = prime_m * (1.0 - ellipsoid.e2) / w2
    return np.asarray(np.hypot(meridian_m * dlat, prime_m * np.cos(lat) * dlon))


def _fractions(start: Floats, end: Floats, from_m: Floats, length_m: Floats, ellipsoid: Ellipsoid) -> Floats:
    """The t at which each edge has run ``from_m`` of its ``length_m``, by Newton's method."""
    share = from_m / np.where(length_m > 0.0, length_m, 1.0)
    fraction = np.clip(share, 0.0, 1.0)
    dlon, dlat = np.deg2rad(end - start).T
    lat = np.deg2rad(start[:, 1])
    # At the ends of edges nothing is sought; along meridians and parallels hardly anything.
    open_ = np.flatnonzero((fraction > 0.0) & (fraction < 1.0))
    for _ in range(30):
        if not len(open_):
            break
        t, x, y, at = fraction[open_], dlon[open_], dlat[open_], lat[open_]
        missing_m = from_m[open_] - _lengths_m(t * x, at, t * y, ellipsoid)
        speed_m = np.maximum(_speed_m(x, at + t * y, y, ellipsoid), 0.1 * length_m[open_])
        fraction[open_] = np.clip(t + missing_m / speed_m, 0.0, 1.0)
        open_ = open_[np.abs(missing_m) > 1e-9 + 1e-13 * length_m[open_]]
    return fraction
