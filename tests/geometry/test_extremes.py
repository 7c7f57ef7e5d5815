"""Suprema against planar geometry near the equator, and against dense samples."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from merestone.geometry.extremes import directed_maximum
from merestone.geometry.lengths import chainages_m, points_at
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import WGS84

ONE = [(26, 8), (13, -2), (13, 19), (10, 19), (10, 23), (1, 17)]
OTHER = [(15, 1), (28, 11), (13, 26), (1, 18)]
WITHIN_M = 1e-4


def on_the_equator(metres):
    """Plane coordinates as places round 0, 0, where degrees are metres but for 1e-14 of their square."""
    east_m = WGS84.a_m * np.pi / 180.0
    north_m = WGS84.a_m * (1.0 - WGS84.e2) * np.pi / 180.0
    return np.array(metres, dtype=float) / [east_m, north_m]


def directed_in_the_plane(one, other, parts):
    """From samples: low by no more than half their spacing."""
    samples = shapely.segmentize(shapely.linestrings(one), shapely.length(shapely.linestrings(one)) / parts)
    return shapely.distance(
        shapely.points(shapely.get_coordinates(samples)), shapely.linestrings(other)
    ).max()


@pytest.mark.parametrize("scale", [1.0, 10.0, 100.0])
def test_hausdorff_is_not_attained_at_a_vertex(scale):
    one, other = np.array(ONE) * scale, np.array(OTHER) * scale
    there = directed_maximum([on_the_equator(one)], EdgeIndex([on_the_equator(other)]))
    back = directed_maximum([on_the_equator(other)], EdgeIndex([on_the_equator(one)]))
    # Over vertices alone GEOS finds 4.949747; the exact value is known to sixteen digits. The plane
    # is true to 1e-6 of a metre here.
    assert max(there.distance_m, back.distance_m) == pytest.approx(scale * 9.917784219967551, abs=WITHIN_M)
    assert shapely.hausdorff_distance(shapely.linestrings(ONE), shapely.linestrings(OTHER)) < 4.95
    assert back.distance_m == pytest.approx(
        directed_in_the_plane(other, one, 200_000), abs=WITHIN_M + 2e-4 * scale
    )


def test_it_is_attained_where_it_is_said_to_be():
    index = EdgeIndex([on_the_equator(OTHER)])
    found = directed_maximum([on_the_equator(ONE)], index)
    place = np.array([[found.lon, found.lat]])
    assert index.query(place).distance_m[0] == found.distance_m
    assert EdgeIndex([on_the_equator(ONE)]).query(place).distance_m[0] < 1e-6


def test_parallels_are_everywhere_as_far_apart():
    # Nothing to choose by for 850 km: the second bound has to end the search.
    one, other = np.array([[0.0, 40.0], [10.0, 40.0]]), np.array([[-1.0, 40.1], [11.0, 40.1]])
    found = directed_maximum([one], EdgeIndex([other]))
    expected = EdgeIndex([other]).query(np.array([[5.0, 40.0]])).distance_m[0]
    assert found.distance_m == pytest.approx(expected, abs=WITHIN_M)


def test_a_line_from_itself():
    rng = np.random.default_rng(1)
    coords = np.cumsum(rng.normal(size=(200, 2)), axis=0) * 0.01 + [45.0, 40.0]
    found = directed_maximum([coords], EdgeIndex([coords]))
    assert found.distance_m == 0.0
    assert (found.lon, found.lat) == min(map(tuple, coords.tolist()))


def test_a_place_and_an_end():
    coords = np.array([[45.0, 40.0], [45.0, 41.0]])
    index = EdgeIndex([coords])
    assert directed_maximum([coords[:1]], index).distance_m == 0.0
    longer = np.array([[45.0, 40.0], [45.0, 41.5]])
    found = directed_maximum([longer], index)
    assert (found.lon, found.lat) == (45.0, 41.5)
    assert found.distance_m == pytest.approx(chainages_m(longer)[-1] - chainages_m(coords)[-1], abs=1e-6)


def test_lines_are_not_joined_to_each_other():
    near = [np.array([[45.0, 40.0], [45.1, 40.0]]), np.array([[46.0, 40.0], [46.1, 40.0]])]
    assert directed_maximum(near, EdgeIndex(near)).distance_m == 0.0


def test_no_lines():
    with pytest.raises(ValueError, match="at least one line"):
        directed_maximum([], EdgeIndex([np.array([[0.0, 0.0], [1.0, 0.0]])]))


@pytest.mark.parametrize(("lon", "lat"), [(45.0, 41.0), (180.0, -70.0), (0.0, 89.8)])
def test_between_two_long_lines_against_dense_samples(lon, lat):
    rng = np.random.default_rng(2)
    stretch = 1.0 / np.cos(np.deg2rad(lat))
    one, other = (
        np.cumsum(rng.normal(size=(n, 2)), axis=0) * [2e-3 * stretch, 2e-3] + [lon, lat] for n in (300, 60)
    )
    index = EdgeIndex([other])
    found = directed_maximum([one], index)
    chainage = chainages_m(one)
    sampled = index.query(points_at(one, chainage, np.linspace(0.0, chainage[-1], 200_000)))
    higher_m = found.distance_m - sampled.distance_m.max()
    # The supremum is no farther from a sample than half their spacing.
    assert higher_m >= -WITHIN_M
    assert higher_m <= chainage[-1] / 200_000 / 2.0 + WITHIN_M


steps = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=2, max_size=6)


@limits(max_examples=40)
@given(steps, steps, st.sampled_from([1.0, 300.0]))
def test_in_small_it_is_as_in_the_plane(one, other, scale):
    one, other = np.array(one) * scale, np.array(other) * scale
    found = directed_maximum([on_the_equator(one)], EdgeIndex([on_the_equator(other)]))
    length = shapely.length(shapely.linestrings(one))
    low = (
        directed_in_the_plane(one, other, 2000)
        if length
        else shapely.distance(shapely.points(one[0]), shapely.linestrings(other))
    )
    slack = WITHIN_M + 1e-7 * scale
    assert low - slack <= found.distance_m <= low + length / 4000.0 + slack


@limits(max_examples=30)
@given(steps, steps)
def test_order_and_direction_of_lines_do_not_matter(one, other):
    lines = [on_the_equator(np.array(one) * 50.0), on_the_equator(np.array(one) * 40.0 + [3.0, 5.0])]
    index = EdgeIndex([on_the_equator(np.array(other) * 50.0)])
    found = directed_maximum(lines, index)
    turned = directed_maximum([coords[::-1] for coords in lines[::-1]], index)
    assert_allclose(turned.distance_m, found.distance_m, atol=WITHIN_M)


def test_an_edge_whose_middle_is_farther_than_any_vertex_is_not_passed_over():
    """Between two posts 100 m apart: the middle of the edge is 50 m from both, the farthest vertex 45 m, and
    the line begins on a post. The bound of an edge must rest on both of its own ends."""
    posts = [on_the_equator([(x, -10), (x, 10)]) for x in (0, 100)]
    line = on_the_equator([(0, 0), (20, 0), (80, 0), (80, 10 + np.sqrt(45**2 - 20**2))])
    found = directed_maximum([line], EdgeIndex(posts))
    assert found.distance_m == pytest.approx(50.0, abs=WITHIN_M)
    assert (found.lon, found.lat) == pytest.approx(tuple(on_the_equator([(50, 0)])[0]), abs=1e-8)
