"""Areas on the ellipsoid under edges that are straight in longitude/latitude.

The area between the equator and latitude φ, per radian of longitude, is

    F(φ) = b² ∫₀^φ cos θ / (1 - e² sin² θ)² dθ = b² Σₙ (n + 1)/(2n + 1) · e²ⁿ · sin²ⁿ⁺¹ φ,

the authalic sine times half the polar value (Snyder 1987, USGS Professional Paper 1395, eq. 3-12).
By Green's theorem a ring encloses -Σ F̄ Δλ, where F̄ is the mean of F along an edge: a ring that is
anticlockwise in longitude/latitude has a positive area. The mean is taken without quadrature, so
that splitting an edge changes nothing but the last bits, and parts sum to their whole:

* short edges: F at the middle plus the second and fourth derivatives;
* long edges: the Fourier series of F, whose terms sin((2k + 1)φ) have the exact mean
  sin((2k + 1)φₘ) · sinc((2k + 1)Δφ/2).

Since the steps Δλ of a ring add up to nothing, F counts from a latitude nearby instead of from the
equator, and the difference is formed without cancellation. What rounding leaves is then of the
order of what rounding the coordinates to double precision costs anyway (1e-9 m beside each edge).
"""

from functools import cache
from math import comb, fsum, log, radians, sin

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.model.ellipsoid import WGS84, Ellipsoid

Floats = NDArray[np.float64]

_BATCH = 1 << 15
"""Vertices worked on at a time: the work arrays then stay in the processor's cache."""
_SHORT_RAD = 2e-3
"""Edges up to this difference of latitude (12.7 km) take the middle and two derivatives. The next
term is below 1e-15 of F."""


def ring_area_m2(coords: Floats, ellipsoid: Ellipsoid = WGS84) -> float:
    """The signed area in m² within a closed ring, positive where it runs anticlockwise.

    ``coords`` is (n, 2) longitude, latitude in degrees, first == last; fewer than four vertices
    enclose nothing. A ring that runs along latitude ±90 encloses the pole as drawn. Working memory
    does not grow with n.
    """
    coords = np.asarray(coords, dtype=np.float64)
    sums: list[float] = []
    for k in range(0, len(coords) - 1, _BATCH):
        mean, step = _means(coords[k : k + _BATCH + 1], float(coords[0, 1]), ellipsoid)
        sums.append(float((mean * step).sum()))
    return -fsum(sums) * ellipsoid.b_m**2


def areas_m2(geometries: NDArray[np.object_], ellipsoid: Ellipsoid = WGS84) -> Floats:
    """The area in m² of each polygon or multipolygon, holes taken out; shape (n,).

    ``geometries`` is an array of shapely (Multi)Polygons in longitude/latitude degrees, each valid;
    the direction of their rings does not matter. Empty ones and None have area 0. Raises TypeError for any
    other type of geometry.
    """
    geometries = np.atleast_1d(np.asarray(geometries, dtype=object))
    kinds = np.unique(shapely.get_type_id(geometries))
    if not np.isin(kinds, (-1, 3, 6)).all():
        raise TypeError(f"areas are of polygons and multipolygons, not of geometry types {kinds.tolist()}")
    areas = np.zeros(len(geometries))
    sizes = shapely.get_num_coordinates(geometries)
    large = sizes > _BATCH
    for k in np.flatnonzero(large):
        areas[k] = _large_area_m2(geometries[k], ellipsoid)
    small = np.flatnonzero(~large)
    # Cut where the running number of vertices passes a multiple of the batch.
    batch = np.cumsum(sizes[small]) // _BATCH
    for part in np.split(small, np.flatnonzero(np.diff(batch)) + 1):
        if part.size:
            areas[part] = _small_areas_m2(geometries[part], ellipsoid)
    return areas


def _large_area_m2(geometry: shapely.Geometry, ellipsoid: Ellipsoid) -> float:
    terms = []
    for polygon in shapely.get_parts(geometry):
        terms.append(abs(ring_area_m2(shapely.get_coordinates(polygon.exterior), ellipsoid)))
        terms += [-abs(ring_area_m2(shapely.get_coordinates(r), ellipsoid)) for r in polygon.interiors]
    return fsum(terms)


def _small_areas_m2(geometries: NDArray[np.object_], ellipsoid: Ellipsoid) -> Floats:
    parts, part_of = shapely.get_parts(geometries, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    coords, vertex_of = shapely.get_coordinates(rings, return_index=True)
    if not len(coords):
        return np.zeros(len(geometries))
    mean, step = _means(coords, float(coords[0, 1]), ellipsoid)
    starts = np.flatnonzero(np.diff(vertex_of, prepend=-1))
    sizes = np.diff(np.append(starts, len(coords)))
    # What is summed should be of the size of the area, not of the zone to the reference.
    mean -= np.repeat(mean[np.minimum(starts, len(mean) - 1)], sizes)[:-1]
    mean *= step
    mean[starts[1:] - 1] = 0.0  # from the end of one ring to the start of the next
    # reduceat adds by pairs within each ring, bincount one after the other.
    ring_m2 = np.zeros(len(rings))
    ring_m2[vertex_of[starts]] = np.abs(np.add.reduceat(mean, starts)) * ellipsoid.b_m**2
    # The first ring of a polygon is its shell, the others are its holes.
    shell = np.diff(ring_of, prepend=-1) != 0
    signed_m2: Floats = np.where(shell, ring_m2, -ring_m2)
    total_m2 = np.bincount(part_of[ring_of], weights=signed_m2, minlength=len(geometries))
    return np.asarray(total_m2, dtype=np.float64)


def _means(coords: Floats, from_lat: float, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """The mean of F/b² along each edge, counted from a latitude in degrees, and its step of longitude
    in radians; both (n - 1,). Differences are taken in degrees, where near vertices have exact ones.
    """
    lat = coords[:, 1]
    step = np.deg2rad(lat[1:] - lat[:-1])
    middle_deg = 0.5 * (lat[1:] + lat[:-1])
    mean = _short_mean(middle_deg, step, from_lat, ellipsoid)
    long = np.flatnonzero(np.abs(step) > _SHORT_RAD)
    if long.size:
        mean[long] = _long_mean(np.deg2rad(middle_deg[long]), step[long], from_lat, ellipsoid)
    return mean, np.deg2rad(coords[1:, 0] - coords[:-1, 0])


def _short_mean(middle_deg: Floats, step: Floats, from_lat: float, ellipsoid: Ellipsoid) -> Floats:
    """F - F₀ + F″ Δφ²/24 + F⁗ Δφ⁴/1920, over b², all but F₀ at the middle of the edge.

    With s = sin φ, u = e²s² and R(u) = Σ (n + 1)/(2n + 1) uⁿ, F/b² is s R(u), so that F - F₀ is
    (s - s₀) R(u) + s₀ (u - u₀) R[u, u₀] with the divided difference R[u, u₀].
    """
    e2 = ellipsoid.e2
    s0 = sin(radians(from_lat))
    # sin φ - sin φ₀ as a product; the cosine as the sine of what is left to the pole.
    rise = np.sin(np.deg2rad(90.0 - np.abs(0.5 * (middle_deg + from_lat))))
    rise *= 2.0 * np.sin(np.deg2rad(0.5 * (middle_deg - from_lat)))
    s = s0 + rise
    u = e2 * s * s
    u_rise = e2 * rise * (s + s0)
    value, divided = _divided_difference(u, e2 * s0 * s0, _series(e2))
    mean = rise * (value + u_rise * divided)
    mean += s0 * u_rise * divided
    # F″/b² = s (4e² - 1 - 3u)/(1 - u)³; of the fourth derivative its spherical part, s, is enough.
    square = step * step
    shrink = 1.0 - u
    bend = square * (4.0 * e2 - 1.0 - 3.0 * u) / (24.0 * shrink * shrink * shrink)
    bend += square * square / 1920.0
    mean += s * bend
    return mean


def _divided_difference(u: Floats, u0: float, series: tuple[float, ...]) -> tuple[float, Floats]:
    """R(u₀) and R[u, u₀] = (R(u) - R(u₀))/(u - u₀) of the polynomial R, by Horner's scheme."""
    value = series[-1]
    divided = np.zeros_like(u)
    for coefficient in series[-2::-1]:
        divided *= u
        divided += value
        value = value * u0 + coefficient
    return value, divided


def _long_mean(middle: Floats, step: Floats, from_lat: float, ellipsoid: Ellipsoid) -> Floats:
    """The mean of (F - F₀)/b² over an edge of any length, term by term of the Fourier series."""
    mean = np.zeros_like(middle)
    for k, coefficient in enumerate(_fourier(ellipsoid.e2)):
        order = 2 * k + 1
        # numpy's sinc(x) is sin(πx)/(πx)
        mean += coefficient * np.sin(order * middle) * np.sinc(order * step / (2.0 * np.pi))
        mean -= coefficient * sin(order * radians(from_lat))
    return mean


@cache
def _series(e2: float) -> tuple[float, ...]:
    """(n + 1)/(2n + 1) until the terms in e²ⁿ fall below the last bit of the first."""
    terms = 1 if e2 == 0.0 else 2 + int(log(1e-17) / log(abs(e2)))
    return tuple((n + 1) / (2 * n + 1) for n in range(terms))


@cache
def _fourier(e2: float) -> tuple[float, ...]:
    """Coefficients of sin((2k + 1)φ) in F/b², from those of the powers of sin φ.

    sin²ⁿ⁺¹ φ = 4⁻ⁿ Σₖ (-1)ᵏ C(2n + 1, n - k) sin((2k + 1)φ).
    """
    powers = [coefficient * e2**n for n, coefficient in enumerate(_series(e2))]
    return tuple(
        fsum((-1) ** k * comb(2 * n + 1, n - k) / 4**n * powers[n] for n in range(k, len(powers)))
        for k in range(len(powers))
    )
