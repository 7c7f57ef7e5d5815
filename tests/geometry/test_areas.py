"""Areas against closed forms, quadrature, and the published values of Karney's planimeter."""

import itertools
from math import atanh, pi, radians, sin, sqrt

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.geometry.areas import areas_m2, ring_area_m2, ring_areas_m2
from merestone.geometry.densify import densified
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.sources import EdgeType

SPHERE = Ellipsoid("sphere", 6_371_000.0, 0.0)
KRASSOWSKY = Ellipsoid("Krassowsky 1940", 6_378_245.0, 1 / 298.3)
PROLATE = Ellipsoid("prolate", 6_371_000.0, -1 / 400)


def zone_m2(lat, ellipsoid=WGS84):
    """Area per radian of longitude from the equator to `lat`, in closed form."""
    s, e2 = sin(radians(lat)), ellipsoid.e2
    if e2 == 0.0:
        return ellipsoid.b_m**2 * s
    if e2 < 0.0:
        e = sqrt(-e2)
        return ellipsoid.b_m**2 / 2 * (s / (1 - e2 * s * s) + np.arctan(e * s) / e)
    e = sqrt(e2)
    return ellipsoid.b_m**2 / 2 * (s / (1 - e2 * s * s) + atanh(e * s) / e)


def band_m2(south, north, ellipsoid):
    """Area per radian of longitude between two parallels, from the radii of curvature."""
    nodes, weights = np.polynomial.legendre.leggauss(100)
    lat = south + (nodes + 1) / 2 * (north - south)
    curved = (1 - ellipsoid.e2 * np.sin(np.radians(lat)) ** 2) ** 2
    cosine = np.sin(np.radians(90 - np.abs(lat)))
    return float(np.sum(weights * ellipsoid.b_m**2 * cosine / curved) * radians(north - south) / 2)


def by_quadrature(coords, ellipsoid=WGS84):
    """Gauss–Legendre, 40 nodes an edge, of the closed form: no series, no derivatives."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    total = 0.0
    for (lon_a, lat_a), (lon_b, lat_b) in itertools.pairwise(coords):
        lats = lat_a + (nodes + 1) / 2 * (lat_b - lat_a)
        mean = sum(w * zone_m2(lat, ellipsoid) for w, lat in zip(weights / 2, lats, strict=True))
        total -= mean * radians(lon_b - lon_a)
    return total


def closed(*vertices):
    return np.array([*vertices, vertices[0]], dtype=float)


@pytest.mark.parametrize("ellipsoid", [WGS84, SPHERE, KRASSOWSKY, PROLATE], ids=lambda e: e.name)
@pytest.mark.parametrize(
    ("west", "south", "east", "north"),
    [
        (44, 39, 47, 42),
        (-180, -90, 180, 90),
        (170, 60, 190, 61),
        (0, 89.9, 360, 90),
        (10, -0.001, 10.001, 0.001),
    ],
)
def test_a_quadrangle_of_parallels_and_meridians(ellipsoid, west, south, east, north):
    ring = closed((west, south), (east, south), (east, north), (west, north))
    # The closed form subtracts two zones down to the equator, each rounded to 1e-16 of itself.
    rounding_m2 = 4e-16 * zone_m2(90, ellipsoid) * radians(east - west)
    expected = radians(east - west) * (zone_m2(north, ellipsoid) - zone_m2(south, ellipsoid))
    assert ring_area_m2(ring, ellipsoid) == pytest.approx(expected, rel=1e-15, abs=rounding_m2)
    assert ring_area_m2(ring, ellipsoid) == pytest.approx(
        radians(east - west) * band_m2(south, north, ellipsoid), rel=2e-13
    )


def test_a_ring_is_positive_anticlockwise_and_reversal_only_turns_the_sign():
    ring = closed((44, 39), (47, 40), (45, 42))
    assert ring_area_m2(ring) > 0
    assert ring_area_m2(ring[::-1]) == pytest.approx(-ring_area_m2(ring), rel=1e-15)


def test_the_cap_of_a_frame_that_goes_up_to_the_pole():
    lon = np.linspace(-180.0, 180.0, 721)
    ring = np.concatenate(
        [np.stack([lon, np.full(721, 85.0)], 1), [[180.0, 90.0], [-180.0, 90.0], [-180.0, 85.0]]]
    )
    expected = 2 * pi * (zone_m2(90) - zone_m2(85))
    assert ring_area_m2(ring) == pytest.approx(expected, rel=1e-13)
    south = ring[::-1] * [1.0, -1.0]
    assert ring_area_m2(south) == pytest.approx(expected, rel=1e-13)


coordinates = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@settings(max_examples=60, deadline=None)
@given(st.lists(coordinates, min_size=3, max_size=6), st.sampled_from([WGS84, PROLATE]))
def test_edges_of_any_length_agree_with_quadrature(vertices, ellipsoid):
    ring = closed(*vertices)
    # Relative to what the edges sweep: the ring itself may enclose nothing.
    swept = np.abs(np.deg2rad(np.diff(ring[:, 0]))).sum() * ellipsoid.a_m**2
    assert ring_area_m2(ring, ellipsoid) == pytest.approx(
        by_quadrature(ring, ellipsoid), abs=2e-14 * swept + 1e-6
    )


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-179, 179),
    st.floats(-89.9, 89.9),
    st.lists(st.tuples(st.floats(-0.11, 0.11), st.floats(-0.11, 0.11)), min_size=3, max_size=6),
)
def test_edges_around_the_limit_of_the_short_formula_agree_with_quadrature(lon, lat, steps):
    ring = closed(*((lon + a, max(-90, min(90, lat + b))) for a, b in steps))
    swept = np.abs(np.deg2rad(np.diff(ring[:, 0]))).sum() * WGS84.a_m**2
    assert ring_area_m2(ring) == pytest.approx(by_quadrature(ring), abs=4e-15 * swept + 1e-7)


@settings(max_examples=40, deadline=None)
@given(st.lists(coordinates, min_size=3, max_size=6), st.integers(2, 500))
def test_splitting_the_edges_changes_nothing(vertices, parts):
    ring = closed(*vertices)
    share = np.arange(parts)[:, None] / parts
    pieces = [a + share * (b - a) for a, b in itertools.pairwise(ring)]
    fine = np.concatenate([*pieces, ring[:1]])
    swept = np.abs(np.deg2rad(np.diff(ring[:, 0]))).sum() * WGS84.a_m**2
    # A split vertex is rounded to 1e-14 degree, about 1e-9 m, off its edge.
    assert ring_area_m2(fine) == pytest.approx(ring_area_m2(ring), abs=1e-14 * swept + 1e-6)


def test_geographiclib_agrees_where_edges_are_too_short_to_have_a_type():
    # Straight and geodesic edges of 1.6 m lie within 3e-8 m of one another.
    angle = np.linspace(0.0, 2 * pi, 2001)
    ring = np.stack([45.5 + 0.006 * np.cos(angle), 40.5 + 0.0045 * np.sin(angle)], axis=1)
    ring[-1] = ring[0]
    polygon = Geodesic.WGS84.Polygon()
    for lon, lat in ring[:-1]:
        polygon.AddPoint(lat, lon)
    assert ring_area_m2(ring) == pytest.approx(polygon.Compute()[2], rel=1e-9)


def polar(vertices):
    """A geodesic ring around a pole, closed along the frame."""
    ring, _ = densified(np.array(vertices, dtype=float), EdgeType.GEODESIC, 1e-5)
    pole = np.copysign(90.0, ring[0, 1])
    return np.concatenate([ring, [[ring[-1, 0], pole], [ring[0, 0], pole], ring[0]]])


def geodesic(vertices):
    return densified(closed(*vertices), EdgeType.GEODESIC, 1e-5)[0]


@pytest.mark.parametrize(
    ("ring", "expected_m2"),
    [
        pytest.param(polar([(k * 90, 89) for k in range(5)]), 24952305678.0, id="Planimeter0, north"),
        pytest.param(polar([(k * 90, -89) for k in range(5)]), -24952305678.0, id="Planimeter0, south"),
        pytest.param(geodesic([(-1, 0), (0, -1), (1, 0), (0, 1)]), 24619419146.0, id="Planimeter0, equator"),
        pytest.param(closed((0, 0), (90, 0), (90, 90), (0, 90)), 63758202715511.0, id="Planimeter0, octant"),
        pytest.param(
            polar([(k * 120, 89) for k in range(-3, 4)])[:, :], 32415230256.0, id="Planimeter13, twice round"
        ),
    ],
)
def test_published_planimeter_values(ring, expected_m2):
    """From the tests of GeographicLib (Karney 2013, doi:10.1007/s00190-012-0578-z); chords to 1e-5 m."""
    assert ring_area_m2(ring) == pytest.approx(expected_m2, rel=3e-10)


def test_holes_parts_directions_and_empty_ones():
    shell, hole = shapely.box(44, 39, 47, 42), shapely.box(45, 40, 46, 41)
    ring = shapely.Polygon(shell.exterior, [hole.exterior])
    backward = shapely.Polygon(shell.exterior.coords[::-1], [hole.exterior.coords])
    far = shapely.box(50, 10, 51, 11)
    geometries = np.array(
        [shell, hole, ring, backward, shapely.MultiPolygon([ring, far]), far, shapely.Polygon(), None],
        dtype=object,
    )
    whole, inner, *rest = areas_m2(geometries)
    expected = [whole - inner, whole - inner, whole - inner + rest[3], rest[3], 0.0, 0.0]
    np.testing.assert_allclose(rest, expected, rtol=1e-14)
    assert areas_m2(np.array([], dtype=object)).shape == (0,)


def test_other_geometries_are_refused():
    with pytest.raises(TypeError, match=r"not of geometry types \[1\]"):
        areas_m2(np.array([shapely.LineString([(0, 0), (1, 1)])], dtype=object))


def test_rings_longer_than_a_batch_and_many_small_ones():
    rng = np.random.default_rng(7)
    angle = np.sort(rng.uniform(0, 2 * pi, 100_000))
    radius = 1 + 0.1 * np.sin(37 * angle)
    ring = np.stack([45 + radius * np.cos(angle), 40 + radius * np.sin(angle)], axis=1)
    ring = np.concatenate([ring, ring[:1]])
    # A fan of thin triangles has the same area, triangle by triangle.
    centre = np.broadcast_to([45.0, 40.0], (100_000, 2))
    fan = shapely.polygons(np.stack([centre, ring[:-1], ring[1:], centre], axis=1))
    parts = areas_m2(fan)
    assert ring_area_m2(ring) == pytest.approx(parts.sum(), rel=1e-12)
    assert areas_m2(np.array([shapely.Polygon(ring)]))[0] == pytest.approx(parts.sum(), rel=1e-12)
    picked = rng.integers(0, 100_000, 30)
    expected = [by_quadrature(shapely.get_coordinates(fan[k])) for k in picked]
    np.testing.assert_allclose(
        parts[picked], expected, rtol=1e-6
    )  # quadrature sums zones down to the equator


def test_a_ring_of_a_few_vertices_encloses_nothing():
    assert ring_area_m2(np.array([[45.0, 40.0]])) == 0.0
    assert ring_area_m2(np.empty((0, 2))) == 0.0
    assert ring_area_m2(closed((45, 40), (46, 41))) == pytest.approx(0.0, abs=1e-3)


def test_the_area_of_a_ring_does_not_depend_on_the_others():
    rng = np.random.default_rng(3)
    rings = []
    for size in (5, 12, 9000, 4, 20_000, 7, 30):
        angle = np.sort(rng.uniform(0, 2 * pi, size))
        centre = rng.uniform([-170, -85], [170, 85])
        ring = centre + 0.3 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        rings.append(np.concatenate([ring, ring[:1]]))
    rings = rings + [ring[::-1] + 0.25 for ring in rings]
    sizes = np.array([len(ring) for ring in rings])
    together = ring_areas_m2(np.concatenate(rings), np.cumsum(sizes) - sizes)
    alone = [ring_areas_m2(ring, np.array([0]))[0] for ring in rings]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_allclose(together, [ring_area_m2(ring) for ring in rings], rtol=1e-11)
    assert (together[:7] > 0).all()
    assert (together[7:] < 0).all()
    assert ring_areas_m2(np.empty((0, 2)), np.empty(0, dtype=np.intp)).shape == (0,)


@pytest.mark.parametrize("parts", [1, 7, 40_000])
def test_long_edges_beside_the_pole_keep_their_digits(parts):
    """A wedge from 89.5 up to 89.9999 over half the earth's longitudes, whole and in pieces."""
    share = np.arange(parts)[:, None] / parts
    corners = closed((-90, 89.5), (90, 89.9), (90, 89.9999), (-90, 89.9999))
    ring = np.concatenate([*(a + share * (b - a) for a, b in itertools.pairwise(corners)), corners[:1]])
    nodes, weights = np.polynomial.legendre.leggauss(60)
    lats = 89.5 + (nodes + 1) / 2 * 0.4
    expected = sum(w / 2 * band_m2(lat, 89.9999, WGS84) for lat, w in zip(lats, weights, strict=True)) * pi
    # 1.6e9 m² to 1e-3 m²: less than 1e-16 of the zone down to the equator.
    assert ring_area_m2(ring) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("north_to_south", [1, -1])
def test_a_tall_ring_of_short_edges_by_parallels_and_meridians(north_to_south):
    """Edges short enough for the series, latitudes up to 40° from that where the ring begins, to one side."""
    lats = 41.0 - north_to_south * np.arange(0, 40.05, 0.1)
    ring = np.concatenate(
        [
            np.column_stack([np.full(len(lats), 45.0), lats]),
            np.column_stack([np.full(len(lats), 45.01), lats[::-1]]),
            [[45.0, 41.0]],
        ]
    )
    expected_m2 = radians(0.01) * abs(zone_m2(lats[-1]) - zone_m2(41.0))
    assert abs(ring_area_m2(ring)) == pytest.approx(expected_m2, rel=1e-11)
