"""Edges that are not straight in longitude/latitude, as chains of straight ones.

Each undirected edge is worked out once, from its lexicographically smaller end, so an edge that two
areas share gets the same chain in both, whichever way they run along it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from merestone.errors import BadInputError
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Projection = Callable[[Floats], Floats]
"""(n, 2) coordinates to (n, 2) coordinates."""
Curve = Callable[[Indices, Floats], Floats]
"""(m,) edges and (m,) fractions along them to (m, 2) longitude, latitude."""

_BATCH = 1 << 15
_PROBES = (0.25, 0.5, 0.75)
"""Where a chord is compared with its curve. The middle alone would miss an S, such as a geodesic that
crosses the equator half-way."""
_KEEP = 0.9
"""Share of the allowed departure that a probe may show: an S departs 3 % more beside the probes."""
_MOST_PARTS = 64
_ALMOST = 1.0 - 2.0**-53


def densified(
    coords: Floats,
    edges: EdgeType,
    max_departure_m: float,
    ellipsoid: Ellipsoid = WGS84,
    to_grid: Projection | None = None,
    to_lonlat: Projection | None = None,
) -> tuple[Floats, NDArray[np.bool_]]:
    """The line with each edge replaced by straight ones within ``max_departure_m`` of it.

    ``coords`` is (n, 2) longitude, latitude in degrees, continuous across the antimeridian. Returns
    the (m, 2) coordinates and an (m,) mask that tells the original vertices, which keep every bit.
    Straight edges and parallels are straight already. Edges of type ``GRID`` are straight in the
    plane of ``to_grid`` (longitude/latitude to metres), ``to_lonlat`` being its inverse. Distances are
    metres on the ellipsoid. Raises BadInputError for an edge that the type does not define: a loxodrome to a
    pole, a span of more than 180° of longitude, a place outside the grid; ValueError for a departure
    that is not positive.
    """
    coords = np.array(coords, dtype=np.float64)
    if not max_departure_m > 0.0:
        raise ValueError(f"the allowed departure must be positive, not {max_departure_m!r} m")
    if edges in (EdgeType.STRAIGHT, EdgeType.PARALLEL) or len(coords) < 2:
        return coords, np.ones(len(coords), dtype=bool)
    chains = [
        _chain(coords[k : k + _BATCH + 1], edges, max_departure_m, ellipsoid, to_grid, to_lonlat)
        for k in range(0, len(coords) - 1, _BATCH)
    ]
    last = coords[-1:]
    return (
        np.concatenate([chain for chain, _ in chains] + [last]),
        np.concatenate([original for _, original in chains] + [np.ones(1, dtype=bool)]),
    )


def _chain(
    coords: Floats,
    edges: EdgeType,
    max_departure_m: float,
    ellipsoid: Ellipsoid,
    to_grid: Projection | None,
    to_lonlat: Projection | None,
) -> tuple[Floats, NDArray[np.bool_]]:
    """The chains of all edges of `coords`, without its last vertex."""
    a, b = coords[:-1], coords[1:]
    backward = (b[:, 0] < a[:, 0]) | ((b[:, 0] == a[:, 0]) & (b[:, 1] < a[:, 1]))
    start = np.where(backward[:, None], b, a)
    end = np.where(backward[:, None], a, b)
    curve = _curve(edges, start, end, ellipsoid, to_grid, to_lonlat)
    edge, at = _knots(curve, start, end, max_departure_m, ellipsoid)
    knots = curve(edge, at)
    count = len(coords) - 1
    # In the direction of the line: each vertex, then the knots of the edge that leaves it.
    order = np.lexsort(
        (
            np.concatenate([np.full(count, -2.0), np.where(backward[edge], -at, at)]),
            np.concatenate([np.arange(count), edge]),
        )
    )
    return np.concatenate([a, knots])[order], order < count


def _knots(
    curve: Curve, start: Floats, end: Floats, max_departure_m: float, ellipsoid: Ellipsoid
) -> tuple[Indices, Floats]:
    """Edge and fraction of every vertex that the chains need between their ends.

    A piece whose chord departs too far is cut into as many equal parts as its departure calls for,
    which shrinks with the square of the length; then the parts are looked at in turn. Near a pole,
    where chords bend without limit, this ends at pieces shorter than the allowed departure.
    """
    edge = np.arange(len(start))
    low, high = np.zeros(len(start)), np.ones(len(start))
    first, last = start, end
    found_edge: list[Indices] = []
    found_at: list[Floats] = []
    while edge.size:
        departure = _departure_m(curve, edge, low, high, first, last, ellipsoid)
        too_far = departure > _KEEP * max_departure_m
        too_far &= _apart_m(first, last, ellipsoid) > max_departure_m
        if not np.isfinite(departure).all():
            _refuse(start, end, edge[~np.isfinite(departure)][0])
        parts = np.clip(np.ceil(np.sqrt(departure[too_far] / (_KEEP * max_departure_m))), 2, _MOST_PARTS)
        edge, low, high, new = _cut(edge[too_far], low[too_far], high[too_far], parts.astype(np.intp))
        found_edge.append(edge[new])
        found_at.append(low[new])
        first = np.where((low == 0.0)[:, None], start[edge], curve(edge, low))
        last = np.where((high == 1.0)[:, None], end[edge], curve(edge, high))
    return np.concatenate(found_edge), np.concatenate(found_at)


def _cut(
    edge: Indices, low: Floats, high: Floats, parts: Indices
) -> tuple[Indices, Floats, Floats, NDArray[np.bool_]]:
    """Each piece in equal parts; the mask tells the parts that begin at a new knot."""
    piece = np.repeat(np.arange(len(edge)), parts)
    step = np.arange(len(piece)) - np.repeat(np.cumsum(parts) - parts, parts)
    span = high - low
    cut_low = low[piece] + span[piece] * (step / parts[piece])
    cut_high = low[piece] + span[piece] * ((step + 1) / parts[piece])
    # The ends of the piece as they were, to the last bit.
    cut_high = np.where(step + 1 == parts[piece], high[piece], cut_high)
    return edge[piece], cut_low, cut_high, step > 0


def _departure_m(
    curve: Curve, edge: Indices, low: Floats, high: Floats, first: Floats, last: Floats, ellipsoid: Ellipsoid
) -> Floats:
    """How far, at the probes, the curve lies beside the chord; (m,)."""
    along = last - first
    worst = np.zeros(len(edge))
    for probe in _PROBES:
        chord = first + probe * along
        place, east, north = _frames(chord, ellipsoid)
        away = _cartesian(curve(edge, low + probe * (high - low)), ellipsoid) - place
        tangent = east * np.deg2rad(along[:, :1]) + north * np.deg2rad(along[:, 1:])
        length = np.linalg.norm(tangent, axis=1, keepdims=True)
        tangent = np.divide(tangent, length, out=np.zeros_like(tangent), where=length > 0.0)
        beside = away - tangent * np.sum(away * tangent, axis=1, keepdims=True)
        worst = np.maximum(worst, np.linalg.norm(beside, axis=1))
    return worst


def _apart_m(one: Floats, other: Floats, ellipsoid: Ellipsoid) -> Floats:
    return np.asarray(np.linalg.norm(_cartesian(one, ellipsoid) - _cartesian(other, ellipsoid), axis=1))


def _cartesian(lonlat: Floats, ellipsoid: Ellipsoid) -> Floats:
    return _frames(lonlat, ellipsoid)[0]


def _frames(lonlat: Floats, ellipsoid: Ellipsoid) -> tuple[Floats, Floats, Floats]:
    """Earth-centred place, and its derivatives by longitude and by latitude (m/rad), each (n, 3)."""
    lon, lat = np.deg2rad(lonlat[:, 0]), np.deg2rad(lonlat[:, 1])
    sin_lat, cos_lat = np.sin(lat), np.cos(lat)
    sin_lon, cos_lon = np.sin(lon), np.cos(lon)
    flat = 1.0 - ellipsoid.e2 * sin_lat**2
    across = ellipsoid.a_m / np.sqrt(flat)
    along = across * (1.0 - ellipsoid.e2) / flat
    radius = across * cos_lat
    place = np.stack([radius * cos_lon, radius * sin_lon, across * (1.0 - ellipsoid.e2) * sin_lat], axis=1)
    east = np.stack([-radius * sin_lon, radius * cos_lon, np.zeros_like(lon)], axis=1)
    north = np.stack([-along * sin_lat * cos_lon, -along * sin_lat * sin_lon, along * cos_lat], axis=1)
    return place, east, north


def _curve(
    edges: EdgeType,
    start: Floats,
    end: Floats,
    ellipsoid: Ellipsoid,
    to_grid: Projection | None,
    to_lonlat: Projection | None,
) -> Curve:
    wide = np.flatnonzero(np.abs(end[:, 0] - start[:, 0]) > 180.0)
    if wide.size and edges is not EdgeType.LOXODROME:
        _refuse(start, end, wide[0])
    if edges is EdgeType.GEODESIC:
        return _geodesic(start, end, ellipsoid)
    if edges is EdgeType.LOXODROME:
        return _loxodrome(start, end, ellipsoid)
    if to_grid is None or to_lonlat is None:
        raise ValueError("edges straight in a grid need the projection and its inverse")
    return _straight_in_grid(start, end, to_grid, to_lonlat)


def _geodesic(start: Floats, end: Floats, ellipsoid: Ellipsoid) -> Curve:
    geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
    azimuth, _, length_m = geod.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    middle_lon = 0.5 * (start[:, 0] + end[:, 0])

    def at(edge: Indices, fraction: Floats) -> Floats:
        lon, lat, _ = geod.fwd(start[edge, 0], start[edge, 1], azimuth[edge], fraction * length_m[edge])
        return np.stack([_near(lon, middle_lon[edge]), lat], axis=1)

    return at


def _loxodrome(start: Floats, end: Floats, ellipsoid: Ellipsoid) -> Curve:
    """Longitude is linear in isometric latitude; fractions are of the latitude.

    Where both ends have one latitude, longitude is linear in the fraction: the parallel.
    """
    polar = (np.maximum(np.abs(start[:, 1]), np.abs(end[:, 1])) >= 90.0) & (start[:, 0] != end[:, 0])
    if polar.any():
        _refuse(start, end, np.flatnonzero(polar)[0])
    whole = _isometric_step(start[:, 1], end[:, 1], ellipsoid)
    meridian = start[:, 0] == end[:, 0]

    def at(edge: Indices, fraction: Floats) -> Floats:
        lat = start[edge, 1] + fraction * (end[edge, 1] - start[edge, 1])
        usable = (whole[edge] != 0.0) & ~meridian[edge]
        share = fraction.copy()
        partial = _isometric_step(start[edge, 1][usable], lat[usable], ellipsoid)
        share[usable] = partial / whole[edge][usable]
        return np.stack([start[edge, 0] + share * (end[edge, 0] - start[edge, 0]), lat], axis=1)

    return at


def _isometric_step(from_lat: Floats, to_lat: Floats, ellipsoid: Ellipsoid) -> Floats:
    """The difference of isometric latitude, without cancellation for near latitudes.

    ψ = artanh(sin φ) - e artanh(e sin φ), and artanh x - artanh y = artanh((x - y)/(1 - xy)).
    """
    a, b = np.deg2rad(from_lat), np.deg2rad(to_lat)
    rise = 2.0 * np.cos(0.5 * (a + b)) * np.sin(0.5 * (b - a))  # sin b - sin a
    nearness = np.cos(a) * np.cos(b) + 2.0 * np.sin(0.5 * (b - a)) ** 2  # 1 - sin a sin b
    # Rounding may reach 1 beside a pole; at the pole itself only meridians come here.
    spherical = np.arctanh(np.clip(rise / np.maximum(nearness, 1e-300), -_ALMOST, _ALMOST))
    e = np.sqrt(np.abs(ellipsoid.e2))
    flat = 1.0 - ellipsoid.e2 * np.sin(a) * np.sin(b)
    # On a prolate ellipsoid e is imaginary and the correction becomes e arctan.
    if ellipsoid.e2 >= 0.0:
        return np.asarray(spherical - e * np.arctanh(e * rise / flat))
    return np.asarray(spherical + e * np.arctan(e * rise / flat))


def _straight_in_grid(start: Floats, end: Floats, to_grid: Projection, to_lonlat: Projection) -> Curve:
    grid_start, grid_end = to_grid(start), to_grid(end)
    outside = np.flatnonzero(~np.isfinite(np.hstack([grid_start, grid_end])).all(axis=1))
    if outside.size:
        _refuse(start, end, outside[0])
    middle_lon = 0.5 * (start[:, 0] + end[:, 0])

    def at(edge: Indices, fraction: Floats) -> Floats:
        origin = grid_start[edge]
        lonlat = to_lonlat(origin + fraction[:, None] * (grid_end[edge] - origin))
        return np.stack([_near(lonlat[:, 0], middle_lon[edge]), lonlat[:, 1]], axis=1)

    return at


def _near(lon: Floats, reference: Floats) -> Floats:
    """The longitude, by whole turns, within 180° of the reference."""
    return np.asarray(lon - 360.0 * np.rint((lon - reference) / 360.0))


def _refuse(start: Floats, end: Floats, edge: int) -> None:
    (lon_a, lat_a), (lon_b, lat_b) = start[edge].tolist(), end[edge].tolist()
    raise BadInputError(
        f"the edge from {lon_a:.9g}, {lat_a:.9g} to {lon_b:.9g}, {lat_b:.9g} (longitude, latitude) "
        "cannot be drawn: it spans more than 180° of longitude, reaches a pole or leaves the grid; "
        "add vertices or name another edge type"
    )
