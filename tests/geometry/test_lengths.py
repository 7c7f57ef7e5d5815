"""Lengths against closed forms and against sums of short geodesics by geographiclib."""

from itertools import pairwise

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from merestone.geometry.lengths import (
    chainages_m,
    edge_lengths_m,
    points_at,
    spans_m,
    stations_m,
    substrings,
    weights_m,
)
from merestone.model.ellipsoid import WGS84, Ellipsoid

longitudes = st.floats(-400.0, 400.0)
latitudes = st.floats(-90.0, 90.0)
places = st.tuples(longitudes, latitudes)


def line(*vertices):
    return np.array(vertices, dtype=float)


def chords_m(start, end, parts):
    """Sum of geodesics between places along an edge: short by the cube of their number's inverse."""
    share = np.linspace(0.0, 1.0, parts + 1)[:, None]
    at = np.asarray(start) + share * (np.asarray(end) - np.asarray(start))
    return sum(
        Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0], Geodesic.DISTANCE)["s12"] for a, b in pairwise(at)
    )


def extrapolated_m(start, end):
    """Richardson: the error of n chords goes with 1/n²."""
    few, many = chords_m(start, end, 500), chords_m(start, end, 1000)
    return many + (many - few) / 3.0


@pytest.mark.parametrize("lat", [0.0, 41.1, -60.0, 89.9, -89.999])
def test_along_a_parallel(lat):
    sine = np.sin(np.deg2rad(lat))
    radius_m = WGS84.a_m * np.cos(np.deg2rad(lat)) / np.sqrt(1.0 - WGS84.e2 * sine**2)
    lengths = edge_lengths_m(line((-170.0, lat), (190.0, lat), (190.001, lat)))
    assert_allclose(lengths, radius_m * np.deg2rad([360.0, 0.001]), rtol=1e-11)


def test_along_a_meridian_it_is_the_geodesic():
    lat = np.array([-90.0, -89.9, -30.0, 0.0, 1e-6, 41.0, 41.3, 90.0])
    lengths = edge_lengths_m(np.column_stack([np.full(8, 45.0), lat]))
    expected = [Geodesic.WGS84.Inverse(a, 45.0, b, 45.0)["s12"] for a, b in pairwise(lat)]
    assert_allclose(lengths, expected, rtol=1e-12, atol=1e-8)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param((45.2, 41.1), (46.4, 39.5), id="the edge that departs 628 m from its geodesic"),
        pytest.param((170.0, -10.0), (190.0, 10.0), id="across the antimeridian"),
        pytest.param((0.0, 60.0), (0.3, 60.2), id="a fraction of a degree"),
        pytest.param((0.0, 89.0), (2.0, 89.95), id="beside a pole"),
        pytest.param((0.0, 89.9), (9.0, 90.0), id="into a pole"),
    ],
)
def test_against_the_sum_of_short_geodesics(start, end):
    (length,) = edge_lengths_m(line(start, end))
    assert_allclose(length, extrapolated_m(start, end), rtol=3e-9)  # what the sum itself is good to


def test_round_a_pole_and_the_whole_earth():
    # From pole to pole while longitude runs through two turns: 720 chords of a degree and finer.
    (length,) = edge_lengths_m(line((0.0, -90.0), (720.0, 90.0)))
    share = np.linspace(0.0, 1.0, 200_001)
    lon, lat = np.deg2rad(720.0 * share), np.deg2rad(-90.0 + 180.0 * share)
    prime = WGS84.a_m / np.sqrt(1.0 - WGS84.e2 * np.sin(lat) ** 2)
    xyz = np.stack(
        [
            prime * np.cos(lat) * np.cos(lon),
            prime * np.cos(lat) * np.sin(lon),
            prime * (1.0 - WGS84.e2) * np.sin(lat),
        ]
    )
    chords = np.sqrt(np.square(np.diff(xyz)).sum(axis=0)).sum()
    assert_allclose(length, chords, rtol=1e-9)


def test_a_sphere_is_an_ellipsoid():
    sphere = Ellipsoid("sphere", 1000.0, 0.0)
    assert_allclose(edge_lengths_m(line((0, 0), (90, 0), (90, 90)), sphere), 500.0 * np.pi, rtol=1e-13)


def test_edges_without_length():
    assert_array_equal(edge_lengths_m(line((5.0, 50.0), (5.0, 50.0))), [0.0])
    assert_allclose(edge_lengths_m(line((5.0, 90.0), (95.0, 90.0))), [0.0], atol=1e-8)
    assert edge_lengths_m(line((5.0, 50.0))).shape == (0,)
    assert chainages_m(line((5.0, 50.0))).tolist() == [0.0]


@given(places, places, st.floats(0.01, 0.99))
def test_the_parts_of_an_edge_add_up(start, end, share):
    start, end = np.array(start), np.array(end)
    middle = start + share * (end - start)
    whole = edge_lengths_m(np.stack([start, end]))[0]
    # The middle is rounded: 6e-14 degrees of longitude are 6e-9 m.
    assert_allclose(edge_lengths_m(np.stack([start, middle, end])).sum(), whole, rtol=1e-11, atol=3e-8)


@given(st.lists(places, min_size=2, max_size=6))
def test_backwards_is_as_long(vertices):
    forward = edge_lengths_m(np.array(vertices))
    assert_allclose(edge_lengths_m(np.array(vertices[::-1]))[::-1], forward, rtol=1e-11, atol=1e-8)


def test_single_edges_are_as_in_a_line():
    coords = line((45.0, 40.0), (45.1, 40.3), (46.0, 41.0), (46.0, 41.00001))
    assert_array_equal(spans_m(coords[:-1], coords[1:]), edge_lengths_m(coords))


@given(st.lists(places, min_size=2, max_size=5), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8))
def test_points_lie_at_the_distances_asked_for(vertices, shares):
    coords = np.array(vertices)
    chainage = chainages_m(coords)
    at_m = np.array(shares) * chainage[-1]
    points = points_at(coords, chainage, at_m)
    for target, point in zip(at_m, points, strict=True):
        before = coords[: max(int(np.searchsorted(chainage, target, side="right")), 1)]
        before = before[: len(coords) - 1]
        reached = chainages_m(np.vstack([before, point]))[-1]
        # Rounding of coordinates (1e-8 m) and of sums of up to 2e8 m.
        assert abs(reached - target) < 1e-7 + 1e-14 * chainage[-1]


def test_points_at_vertices_are_the_vertices():
    coords = line((0.1, 0.3), (0.7, 0.3), (0.7, 0.9), (0.7, 0.9), (1.3, 1.1))
    chainage = chainages_m(coords)
    assert_array_equal(points_at(coords, chainage, chainage), coords)
    assert_array_equal(points_at(coords, chainage, np.array([-5.0, 1e9])), coords[[0, -1]])
    assert_array_equal(points_at(coords[:1], np.zeros(1), np.array([0.0, 3.0])), coords[[0, 0]])


def substring(coords, chainage, from_m, to_m):
    (part,) = substrings(coords, chainage, np.array([from_m]), np.array([to_m]))
    return part


def test_substrings_are_those_asked_for_one_by_one():
    coords = np.array([[45.0, 40.0], [45.1, 40.0], [45.1, 40.1]])
    chainage = chainages_m(coords)
    from_m, to_m = np.array([0.0, 5000.0, 9000.0]), np.array([100.0, 15000.0, 9000.0])
    parts = substrings(coords, chainage, from_m, to_m)
    for part, start_m, end_m in zip(parts, from_m, to_m, strict=True):
        assert_array_equal(part, substring(coords, chainage, start_m, end_m))
    assert [len(part) for part in parts] == [2, 3, 2]


def test_substring_keeps_the_vertices_between():
    coords = line((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (2.0, 1.0))
    chainage = chainages_m(coords)
    from_m, to_m = chainage[1] / 2.0, chainage[2]
    part = substring(coords, chainage, from_m, to_m)
    assert_array_equal(part[1:], coords[1:3])
    assert_allclose(part[0], [0.5, 0.0], atol=1e-13)
    assert chainages_m(part)[-1] == pytest.approx(to_m - from_m, abs=1e-7)
    assert_array_equal(substring(coords, chainage, 0.0, chainage[-1]), coords)


def test_substring_without_length_and_beyond_the_ends():
    coords = line((0.0, 0.0), (1.0, 0.0))
    chainage = chainages_m(coords)
    at = substring(coords, chainage, 1000.0, 1000.0)
    assert at.shape == (2, 2)
    assert_array_equal(at[0], at[1])
    assert_array_equal(substring(coords, chainage, -1.0, 1e7), coords)
    with pytest.raises(ValueError, match="runs forward"):
        substring(coords, chainage, 2.0, 1.0)


@pytest.mark.parametrize(
    ("length_m", "expected"),
    [
        (250.0, [0, 100, 200, 250]),
        (300.0, [0, 100, 200, 300]),
        (300.0000001, [0, 100, 200, 300.0000001]),
        (299.9999999, [0, 100, 200, 299.9999999]),
        (20.0, [0, 20]),
        (0.0, [0]),
    ],
)
def test_stations(length_m, expected):
    assert_array_equal(stations_m(length_m, 100.0), expected)


def test_stations_need_a_spacing():
    with pytest.raises(ValueError, match="apart"):
        stations_m(100.0, 0.0)


def test_weights_are_half_the_way_to_both_neighbours():
    assert_array_equal(weights_m(np.array([0.0, 100.0, 200.0, 250.0])), [50.0, 100.0, 75.0, 25.0])
    assert_array_equal(weights_m(np.zeros(1)), [0.0])
