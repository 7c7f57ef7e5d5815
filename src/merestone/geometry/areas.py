"""Areas on the ellipsoid under edges that are straight in longitude/latitude.

The area between the equator and latitude φ, per radian of longitude, is

    F(φ) = b² ∫₀^φ cos θ / (1 - e² sin² θ)² dθ = b² Σₙ (n + 1)/(2n + 1) · e²ⁿ · sin²ⁿ⁺¹ φ,

the authalic sine times half the polar value (Snyder 1987, USGS Professional Paper 1395, eq. 3-12).
By Green's theorem a ring encloses -Σ F̄ Δλ, where F̄ is the mean of F along an edge: a ring that is
anticlockwise in longitude/latitude has a positive area. The mean is taken without quadrature, so
that splitting an edge changes nothing but the last bits, and parts sum to their whole. Both ways
come from the Fourier series F = b² Σ cₖ sin((2k + 1)φ):

* short edges near a reference latitude: the Taylor series of F there, and of the mean around the
  middle of the edge;
* other edges: term by term, the mean of sin((2k + 1)φ) being sin((2k + 1)φₘ) · sinc((2k + 1)Δφ/2).

Since the steps Δλ of a ring add up to nothing, F counts from the reference latitude instead of the
equator, and the difference is formed without cancellation. What rounding leaves is then of the order
of what rounding the coordinates to double precision costs anyway (1e-9 m beside each edge).
"""

from functools import cache
from math import comb, cos, factorial, fsum, log, pi, radians, sin

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.model.ellipsoid import WGS84, Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_BATCH = 1 << 13
"""Vertices worked on at a time: work arrays of 64 kB stay in the cache and are not mapped anew."""
_BLOCK = 1 << 18
"""Vertices taken out of geometries at a time."""
_PER_DEG = pi / 180.0
_SHORT_RAD = 2e-3
"""Differences of latitude (12.7 km) up to which the mean takes the second and fourth derivative; the
next term is below 1e-15 of F."""
_NEAR_RAD = 0.035
"""Distance from the reference latitude (2°) within which eight Taylor terms leave less than 1e-17."""
_TERMS = 8
_NONE = slice(0)


def ring_area_m2(coords: Floats, ellipsoid: Ellipsoid = WGS84) -> float:
    """The signed area in m² within a closed ring, positive where it runs anticlockwise.

    ``coords`` is (n, 2) longitude, latitude in degrees, first == last; fewer than four vertices
    enclose nothing. A ring that runs along latitude ±90 encloses the pole as drawn. Working memory
    does not grow with n.
    """
    coords = np.asarray(coords, dtype=np.float64)
    if not len(coords):
        return 0.0
    first = _reference(coords[0, 1])
    sums: list[float] = []
    for k in range(0, len(coords) - 1, _BATCH):
        part = coords[k : k + _BATCH + 1]
        reference = _reference(part[0, 1])
        mean, step = _means(part, reference, ellipsoid)
        mean *= step
        sums.append(float(mean.sum()))
        # This part counted from another latitude than the ring does.
        sums.append(_between(first, reference, ellipsoid) * float(part[-1, 0] - part[0, 0]))
    return -fsum(sums) * _PER_DEG * ellipsoid.b_m**2


def ring_areas_m2(coords: Floats, starts: Indices, ellipsoid: Ellipsoid = WGS84) -> Floats:
    """The signed areas in m² within closed rings that are stored one after another; shape (k,).

    ``coords`` is (n, 2) longitude, latitude in degrees and ``starts`` (k,) the first vertex of each
    ring, ascending from 0. As `ring_area_m2`, but for the order in which its terms are added. The
    area of one ring does not depend on the others.
    """
    sizes = np.diff(starts, append=len(coords))
    reference = np.rint(coords[starts, 1])
    order = np.argsort(reference, kind="stable")
    # Rings that count from one latitude, a batch of vertices at a time.
    mark = np.cumsum(sizes[order]) // _BATCH
    new = (np.diff(reference[order]) != 0.0) | (np.diff(mark) != 0)
    large = sizes[order] > _BATCH
    new |= large[1:] | large[:-1]
    areas = np.empty(len(starts))
    for batch in np.split(order, np.flatnonzero(new) + 1) if len(starts) else []:
        if sizes[batch[0]] > _BATCH:  # alone in its batch
            k = int(starts[batch[0]])
            areas[batch] = ring_area_m2(coords[k : k + int(sizes[batch[0]])], ellipsoid)
        else:
            some, begin = _gathered(coords, starts[batch], sizes[batch])
            areas[batch] = _some_rings_m2(some, begin, float(reference[batch[0]]), ellipsoid)
    return areas


def _gathered(coords: Floats, starts: Indices, sizes: Indices) -> tuple[Floats, Indices]:
    """The vertices of these rings alone, and where each begins."""
    begin = np.cumsum(sizes) - sizes
    whole = int(begin[-1] + sizes[-1])
    if starts[-1] - starts[0] == begin[-1]:  # they follow one another
        return coords[starts[0] : starts[0] + whole], begin
    vertex = np.repeat(starts - begin, sizes)
    vertex += np.arange(whole)
    return np.take(coords, vertex, axis=0), begin


def _some_rings_m2(coords: Floats, starts: Indices, reference: float, ellipsoid: Ellipsoid) -> Floats:
    """The signed areas of some rings near one reference latitude."""
    between = np.append(starts[1:], len(coords)) - 1  # from the end of one ring to the start of the next
    terms = np.zeros(len(coords))
    terms[:-1], step = _means(coords, reference, ellipsoid, between[:-1])
    # What is summed should be of the size of the area, not of the zone to the reference.
    terms -= np.repeat(terms[starts], np.diff(starts, append=len(coords)))
    terms[:-1] *= step
    terms[between] = 0.0
    # reduceat adds by pairs within each ring.
    return np.asarray(np.add.reduceat(terms, starts) * (-_PER_DEG * ellipsoid.b_m**2))


def areas_m2(geometries: NDArray[np.object_], ellipsoid: Ellipsoid = WGS84) -> Floats:
    """The area in m² of each polygon or multipolygon, holes taken out; shape (n,).

    ``geometries`` is an array of shapely (Multi)Polygons in longitude/latitude degrees, each valid;
    the direction of their rings does not matter. The area of one does not depend on the others.
    Empty ones and None have area 0. Raises TypeError for any other type of geometry.
    """
    geometries = np.atleast_1d(np.asarray(geometries, dtype=object))
    kind = shapely.get_type_id(geometries)
    if not np.isin(kind, (-1, 3, 6)).all():
        raise TypeError(
            f"areas are of polygons and multipolygons, not of geometry types {np.unique(kind).tolist()}"
        )
    sizes = shapely.get_num_coordinates(geometries)
    one_ring = (kind == 3) & (sizes > 0) & (sizes <= _BATCH)
    one_ring &= shapely.get_num_interior_rings(geometries) == 0
    areas = np.zeros(len(geometries))
    plain = np.flatnonzero(one_ring)
    for part in np.split(plain, np.flatnonzero(np.diff(np.cumsum(sizes[plain]) // _BLOCK)) + 1):
        starts = np.cumsum(sizes[part]) - sizes[part]
        areas[part] = np.abs(ring_areas_m2(shapely.get_coordinates(geometries[part]), starts, ellipsoid))
    other = np.flatnonzero(~one_ring & (sizes > 0))
    areas[other] = [_by_rings_m2(geometry, ellipsoid) for geometry in geometries[other]]
    return areas


def _by_rings_m2(geometry: shapely.Geometry, ellipsoid: Ellipsoid) -> float:
    """The area of shells less that of holes."""
    rings, part = shapely.get_rings(shapely.get_parts(geometry), return_index=True)
    shell = np.diff(part, prepend=-1) != 0
    sizes = shapely.get_num_coordinates(rings)
    sizes_m2 = np.abs(ring_areas_m2(shapely.get_coordinates(geometry), np.cumsum(sizes) - sizes, ellipsoid))
    return fsum(np.where(shell, sizes_m2, -sizes_m2))


def _reference(lat: float) -> float:
    """The whole degree from which areas near a latitude count."""
    return float(np.rint(lat))


def _means(
    coords: Floats, reference: float, ellipsoid: Ellipsoid, skipped: Indices | slice = _NONE
) -> tuple[Floats, Floats]:
    """The mean of (F - F₀)/b² along each edge, and its step of longitude in degrees; both (n - 1,).

    Differences are taken in degrees, where near vertices have exact ones. Edges to be skipped have
    any mean.
    """
    lat = coords[:, 1]
    step = lat[1:] - lat[:-1]
    step *= _PER_DEG
    middle = lat[1:] + lat[:-1]
    middle *= 0.5
    middle -= reference
    middle *= _PER_DEG
    step[skipped] = middle[skipped] = 0.0
    mean = _near_mean(middle, step, _taylor(reference, ellipsoid.e2))
    if max(-step.min(), step.max()) > _SHORT_RAD or max(-middle.min(), middle.max()) > _NEAR_RAD:
        far = np.flatnonzero((np.abs(step) > _SHORT_RAD) | (np.abs(middle) > _NEAR_RAD))
        mean[far] = _far_mean(middle[far], step[far], reference, ellipsoid)
    return mean, coords[1:, 0] - coords[:-1, 0]


def _near_mean(middle: Floats, step: Floats, taylor: tuple[float, ...]) -> Floats:
    """F - F₀ + F″ Δφ²/24 + F⁗ Δφ⁴/1920 over b² at the middle, by the Taylor series of F."""
    mean = middle * taylor[-1]
    for coefficient in taylor[-2:0:-1]:
        mean += coefficient
        mean *= middle
    # F″/24 to 1e-9 of itself, F⁗/1920 to some per cent.
    bend = middle * (taylor[6] * 30.0 / 24.0)
    for k in (5, 4, 3):
        bend += taylor[k] * k * (k - 1) / 24.0
        bend *= middle
    bend += taylor[2] * 2.0 / 24.0
    square = step * step
    bend += square * (taylor[4] * 24.0 / 1920.0)
    bend *= square
    mean += bend
    return mean


def _far_mean(middle: Floats, step: Floats, reference: float, ellipsoid: Ellipsoid) -> Floats:
    """The mean of (F - F₀)/b² over edges of any length anywhere, term by term of the Fourier series.

    ``middle`` counts from the reference, in radians.
    """
    mean = np.zeros_like(middle)
    for k, coefficient in enumerate(_fourier(ellipsoid.e2)):
        order = 2 * k + 1
        at = order * (middle + radians(reference))
        # sin a - sin b as a product, then the mean of the sine less the sine at the middle.
        half = order * (0.5 * middle + radians(reference))
        rise = 2.0 * np.cos(half) * np.sin(0.5 * order * middle)
        mean += coefficient * (rise + np.sin(at) * _sinc_less_one(0.5 * order * step))
    return mean


def _sinc_less_one(x: Floats) -> Floats:
    """sin(x)/x - 1, without cancellation where x is small."""
    square = np.minimum(x * x, 0.25)
    series = np.zeros_like(x)
    for n in range(7, 0, -1):
        series = (series + (-1) ** n / factorial(2 * n + 1)) * square
    return np.where(np.abs(x) < 0.5, series, np.sinc(x / pi) - 1.0)  # numpy's sinc(x) is sin(πx)/(πx)


def _between(from_lat: float, to_lat: float, ellipsoid: Ellipsoid) -> float:
    """(F(to) - F(from))/b² for two latitudes in degrees."""
    half_sum, half_step = radians(0.5 * (to_lat + from_lat)), radians(0.5 * (to_lat - from_lat))
    orders = ((2 * k + 1, coefficient) for k, coefficient in enumerate(_fourier(ellipsoid.e2)))
    return fsum(2.0 * c * cos(order * half_sum) * sin(order * half_step) for order, c in orders)


@cache
def _taylor(reference: float, e2: float) -> tuple[float, ...]:
    """The coefficients of F/b² in powers of the latitude in radians from the reference."""
    phi = radians(reference)
    # The nth derivative of sin is sin advanced by n right angles.
    turned = ((sin, 1), (cos, 1), (sin, -1), (cos, -1))
    return tuple(
        fsum(
            turned[n % 4][1] * c * (2 * k + 1) ** n * turned[n % 4][0]((2 * k + 1) * phi)
            for k, c in enumerate(_fourier(e2))
        )
        / factorial(n)
        for n in range(_TERMS + 1)
    )


@cache
def _fourier(e2: float) -> tuple[float, ...]:
    """Coefficients of sin((2k + 1)φ) in F/b², from those of the powers of sin φ.

    sin²ⁿ⁺¹ φ = 4⁻ⁿ Σₖ (-1)ᵏ C(2n + 1, n - k) sin((2k + 1)φ); terms in e²ⁿ until they fall below
    the last bit of the first.
    """
    terms = 1 if e2 == 0.0 else 2 + int(log(1e-17) / log(abs(e2)))
    powers = [(n + 1) / (2 * n + 1) * e2**n for n in range(terms)]
    return tuple(
        fsum((-1) ** k * comb(2 * n + 1, n - k) / 4**n * powers[n] for n in range(k, terms))
        for k in range(terms)
    )
