"""Nearest points against brute force by geographiclib, closed forms, and laws that must hold.

The brute force knows nothing of pieces, blocks or chords: it samples every edge, and narrows the
best samples by golden section on geodesics.
"""

from itertools import pairwise

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pyproj import Geod

from merestone.geometry import blocks
from merestone.geometry.lengths import edge_lengths_m
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import WGS84, Ellipsoid

GEOD = Geod(ellps="WGS84")
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


def line(*vertices):
    return np.array(vertices, dtype=float)


def geodesic_m(place, lon, lat):
    return Geodesic.WGS84.Inverse(place[1], place[0], lat, lon, Geodesic.DISTANCE)["s12"]


def on_edge_m(place, start, end):
    """The least geodesic distance from a place to an edge, by nine samples and golden section."""

    def at(t):
        return geodesic_m(place, *(start * (1.0 - t) + end * t))

    shares = np.linspace(0.0, 1.0, 9)
    sampled = [at(t) for t in shares]
    best = int(np.argmin(sampled))
    low, high = shares[max(best - 1, 0)], shares[min(best + 1, 8)]
    while high - low > 1e-9:
        one, other = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, other) if at(one) < at(other) else (one, high)
    return min(*sampled, at((low + high) / 2.0))


def brute_m(place, lines):
    return min(on_edge_m(place, a, b) for one in lines for a, b in pairwise(one))


def many_brute_m(place, coords):
    """The same for a line of many short edges: only edges whose ends allow it are looked at."""
    lon, lat = np.broadcast_to(np.array(place)[:, None], (2, len(coords)))
    at_m = GEOD.inv(lon, lat, coords[:, 0], coords[:, 1])[2]
    least_m = (at_m[:-1] + at_m[1:] - 1.01 * edge_lengths_m(coords)) / 2.0
    edges = np.flatnonzero(least_m <= at_m.min())
    return min(on_edge_m(np.array(place), coords[k], coords[k + 1]) for k in edges)


def walk(rng, lon, lat, step_deg, count):
    """A crooked line: steps of about as many metres east as north."""
    stretch = 1.0 / max(np.cos(np.deg2rad(lat)), 1e-3)
    coords = np.cumsum(rng.normal(size=(count, 2)), axis=0) * step_deg * [stretch, 1.0] + [lon, lat]
    coords[:, 1] = np.clip(coords[:, 1], -90.0, 90.0)
    return coords


CASES = [
    pytest.param(45.0, 41.0, 1e-4, 3e-4, id="tens of metres"),
    pytest.param(45.0, 41.0, 0.02, 0.05, id="kilometres"),
    pytest.param(45.0, -41.0, 0.3, 0.6, id="tens of kilometres"),
    pytest.param(45.0, 0.0, 0.5, 2.0, id="hundreds of kilometres at the equator"),
    pytest.param(45.0, 60.0, 0.1, 3.0, id="far from a small line"),
    pytest.param(180.0, 66.0, 0.02, 0.05, id="across the antimeridian"),
    pytest.param(-180.0, -66.0, 0.02, 0.05, id="across the antimeridian from the west"),
    pytest.param(10.0, 89.9, 1e-4, 3e-4, id="near the north pole, small"),
    pytest.param(10.0, 89.9, 0.005, 0.1, id="near the north pole, over it"),
    pytest.param(10.0, -89.9, 0.01, 0.05, id="near the south pole"),
    pytest.param(170.0, 89.0, 0.1, 0.5, id="round the north pole"),
]


@pytest.mark.parametrize(("lon", "lat", "step_deg", "spread_deg"), CASES)
def test_against_brute_force(lon, lat, step_deg, spread_deg):
    rng = np.random.default_rng(7)
    lines = [walk(rng, lon, lat, step_deg, 5), walk(rng, lon, lat, step_deg, 3)]
    stretch = 1.0 / max(np.cos(np.deg2rad(lat)), 1e-3)
    places = rng.normal(size=(8, 2)) * spread_deg * [stretch, 1.0] + [lon, lat]
    places[:, 1] = np.clip(places[:, 1], -90.0, 90.0)
    found = EdgeIndex(lines).query(places)
    assert_allclose(found.distance_m, [brute_m(place, lines) for place in places], rtol=0.0, atol=5e-7)
    for k, place in enumerate(places):
        start, end = lines[found.line[k]][found.edge[k] : found.edge[k] + 2]
        assert_allclose(found.foot[k], start + found.fraction[k] * (end - start), rtol=0.0, atol=1e-12)
        assert geodesic_m(place, *found.foot[k]) == pytest.approx(found.distance_m[k], abs=5e-7)


@pytest.mark.parametrize("far_m", [0.1, 50.0, 299.0, 301.0, 9e3, 99e3, 101e3, 4e5, 3e6, 9e6, 1.7e7])
def test_at_every_range_against_brute_force(far_m):
    coords = walk(np.random.default_rng(3), 44.0, 40.0, 0.02, 6)
    places = np.array([GEOD.fwd(44.0, 40.0, azimuth, far_m)[:2] for azimuth in (12.0, 101.0, 250.0)])
    found = EdgeIndex([coords]).query(places)
    assert_allclose(found.distance_m, [brute_m(place, [coords]) for place in places], rtol=0.0, atol=5e-7)


def test_many_edges_and_many_places_against_brute_force():
    rng = np.random.default_rng(5)
    coords = walk(rng, 45.0, 40.0, 2e-4, 20_000)
    places = np.concatenate([coords[rng.integers(0, len(coords), 3000)]] * 2)
    places += rng.normal(size=places.shape) * np.repeat([1e-3, 0.05], 3000)[:, None]
    found = EdgeIndex([coords]).query(places)
    for k in rng.integers(0, len(places), 25):
        assert found.distance_m[k] == pytest.approx(many_brute_m(places[k], coords), abs=5e-7)


def test_from_all_over_the_globe_against_brute_force():
    coords = walk(np.random.default_rng(29), 45.0, 40.0, 0.1, 400)
    rng = np.random.default_rng(31)
    places = np.column_stack(
        [rng.uniform(-180.0, 180.0, 400), np.degrees(np.arcsin(rng.uniform(-1.0, 1.0, 400)))]
    )
    found = EdgeIndex([coords]).query(places)
    assert found.distance_m.max() > 1.8e7
    for k in [*range(12), int(np.argmax(found.distance_m)), int(np.argmin(found.distance_m))]:
        assert found.distance_m[k] == pytest.approx(many_brute_m(places[k], coords), abs=5e-7)


def test_far_from_very_many_edges_in_one_spot():
    # Chords alone cannot tell which of them is nearest by geodesic.
    rng = np.random.default_rng(37)
    coords = np.array([45.0, 40.0]) + rng.normal(size=(3000, 2)) * 1e-5
    places = np.array([45.0, 40.0]) + rng.normal(size=(70, 2)) * [6.0, 4.0]
    found = EdgeIndex([coords]).query(places)
    for k in range(0, 70, 10):
        assert found.distance_m[k] == pytest.approx(many_brute_m(places[k], coords), abs=5e-7)


def test_a_place_alone_is_answered_as_in_a_crowd():
    rng = np.random.default_rng(11)
    lines = [walk(rng, 45.0, 40.0, 2e-3, 500), walk(rng, 45.5, 40.2, 2e-3, 500)]
    places = rng.normal(size=(5000, 2)) * 0.3 + [45.0, 40.0]
    index = EdgeIndex(lines)
    crowd = index.query(places)
    backwards = index.query(places[::-1])
    few = index.query(places[:7])
    for name in ("distance_m", "line", "edge", "fraction", "foot", "side", "at_start", "at_end"):
        assert_array_equal(getattr(crowd, name), getattr(backwards, name)[::-1])
        assert_array_equal(getattr(crowd, name)[:7], getattr(few, name))


def test_from_the_equator_to_a_meridian():
    places = line((0.1, 0.0), (0.5, 0.0), (-0.7, 0.0), (0.001, 0.0))
    found = EdgeIndex([line((0.0, -10.0), (0.0, 10.0))]).query(places)
    assert_allclose(found.distance_m, WGS84.a_m * np.deg2rad(np.abs(places[:, 0])), rtol=0.0, atol=3e-7)
    assert found.side.tolist() == [-1, -1, 1, -1]
    assert_allclose(found.fraction, 0.5, atol=1e-9)


@pytest.mark.parametrize("lat", [-70.0, 41.1, 89.5, 89.9])
def test_to_a_parallel_the_way_is_along_the_meridian(lat):
    off_deg = np.array([-0.05, -1e-3, -1e-6, 1e-6, 1e-3, 0.05])
    places = np.column_stack([np.linspace(-3.0, 3.0, 6), lat + off_deg])
    found = EdgeIndex([line((-20.0, lat), (20.0, lat))]).query(places)
    expected = [Geodesic.WGS84.Inverse(lat, 0.0, at, 0.0)["s12"] for at in places[:, 1]]
    assert_allclose(found.distance_m, expected, rtol=0.0, atol=2e-7)
    assert_array_equal(found.side, np.sign(off_deg))
    assert_allclose(found.foot, np.column_stack([places[:, 0], np.full(6, lat)]), atol=1e-7 / (90 - abs(lat)))


def test_from_the_pole_a_parallel_is_everywhere_as_far():
    ring = line((0.0, 89.9), (120.0, 89.9), (240.0, 89.9), (360.0, 89.9))
    found = EdgeIndex([ring]).query(line((0.0, 90.0), (77.0, 90.0), (0.0, 89.99)))
    to_pole_m = Geodesic.WGS84.Inverse(89.9, 0.0, 90.0, 0.0)["s12"]
    near_m = Geodesic.WGS84.Inverse(89.9, 0.0, 89.99, 0.0)["s12"]
    assert_allclose(found.distance_m, [to_pole_m, to_pole_m, near_m], atol=1e-7)
    assert found.side.tolist() == [1, 1, 1]
    assert not found.at_start.any()
    assert not found.at_end.any()


def test_an_edge_is_straight_in_longitude_and_latitude():
    # The middle of the geodesic from end to end is 627.8 m from the edge.
    ends = line((45.2, 41.1), (46.4, 39.5))
    lon, lat = GEOD.npts(*ends[0], *ends[1], 1)[0]
    found = EdgeIndex([ends]).query(line((lon, lat)))
    assert found.distance_m[0] == pytest.approx(brute_m((lon, lat), [ends]), abs=5e-7)
    assert 600.0 < found.distance_m[0] < 627.9


def test_on_a_sphere():
    sphere = Ellipsoid("sphere", 6_371_000.0, 0.0)
    found = EdgeIndex([line((0.0, -10.0), (0.0, 10.0))], sphere).query(line((2.0, 0.0), (0.5, 0.0)))
    assert_allclose(found.distance_m, 6_371_000.0 * np.deg2rad([2.0, 0.5]), atol=1e-7)


@pytest.mark.parametrize(
    ("place", "side"),
    [
        pytest.param((0.0005, 0.00002), 1, id="inside the hairpin"),
        pytest.param((0.00101, 0.00002), -1, id="off the tip, left of one edge"),
        pytest.param((0.0005, -0.0001), -1, id="outside"),
        pytest.param((-0.0003, 0.00001), 1, id="left of the first edge drawn on"),
        pytest.param((-0.0003, -0.00001), -1, id="right of the first edge drawn on"),
    ],
)
def test_sides_of_a_hairpin_that_turns_left(place, side):
    hairpin = line((0.0, 0.0), (0.001, 0.0), (0.0, 0.0001))
    assert EdgeIndex([hairpin]).query(line(place)).side[0] == side


@pytest.mark.parametrize("size_deg", [0.01, 3.0], ids=["near", "beyond 100 km"])
@pytest.mark.parametrize("up", [-0.5, 0.0, 0.5])
def test_beyond_the_corner_at_which_a_ring_begins_is_outside(size_deg, up):
    """A sharp corner: to the left of one of its edges drawn on, outside the ring all the same."""
    ring = line((0.0, 0.0), (1.0, -0.1), (1.0, 0.1), (0.0, 0.0)) * size_deg
    found = EdgeIndex([ring]).query(line((-0.5, up * 0.33)) * size_deg)
    assert (found.edge[0], found.fraction[0], found.side[0]) == (0, 0.0, -1)


def test_sides_agree_with_azimuths():
    rng = np.random.default_rng(13)
    coords = walk(rng, 45.0, 55.0, 0.03, 40)
    places = rng.normal(size=(200, 2)) * [0.4, 0.2] + coords[20]
    found = EdgeIndex([coords]).query(places)
    inside = (found.fraction > 0.0) & (found.fraction < 1.0)
    assert inside.sum() > 50
    step = (coords[found.edge + 1] - coords[found.edge]) * 1e-6
    along, _, _ = GEOD.inv(*found.foot.T, *(found.foot + step).T)
    across, _, _ = GEOD.inv(*found.foot.T, *places.T)
    turn = (across - along + 180.0) % 360.0 - 180.0
    assert_allclose(np.abs(turn[inside]), 90.0, atol=1e-3)
    assert_array_equal(found.side[inside], -np.sign(turn[inside]))


def test_inside_a_ring_everything_is_on_the_left():
    angle = np.linspace(0.0, 2.0 * np.pi, 13)
    radius = np.where(np.arange(13) % 2 == 0, 1.0, 0.4)  # a star, with reflex corners
    star = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) * 0.01 + [45.0, 40.0]
    star[-1] = star[0]
    rng = np.random.default_rng(17)
    places = np.array([45.0, 40.0]) + rng.uniform(-0.012, 0.012, size=(2000, 2))
    found = EdgeIndex([star]).query(places)
    # An oracle in the plane: crossings of a ray to the east.
    a, b = star[:-1, None], star[1:, None]
    straddles = (a[..., 1] > places[:, 1]) != (b[..., 1] > places[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = a[..., 0] + (places[:, 1] - a[..., 1]) / (b[..., 1] - a[..., 1]) * (b[..., 0] - a[..., 0])
    within = (straddles & (places[:, 0] < at)).sum(axis=0) % 2 == 1
    assert_array_equal(found.side, np.where(within, 1, -1))
    assert not (found.at_start | found.at_end).any()


def test_a_place_on_the_line_is_at_nothing_and_on_no_side():
    coords = line((45.0, 40.0), (45.3, 40.2), (45.31, 40.2), (60.0, 55.0))
    shares = np.linspace(0.0, 1.0, 33)[:, None]
    places = np.concatenate([a + shares * (b - a) for a, b in pairwise(coords)])
    found = EdgeIndex([coords]).query(places)
    assert_array_equal(found.distance_m, np.zeros(len(places)))
    assert_array_equal(found.side, np.zeros(len(places)))
    assert_allclose(found.foot, places, atol=1e-12)


def test_open_ends():
    coords = line((45.0, 40.0), (45.1, 40.0), (45.2, 40.1))
    places = line((44.9, 40.01), (45.05, 40.01), (45.3, 40.2), (45.1, 39.99))
    found = EdgeIndex([coords]).query(places)
    assert found.at_start.tolist() == [True, False, False, False]
    assert found.at_end.tolist() == [False, False, True, False]
    assert found.edge.tolist() == [0, 0, 1, 0]
    assert found.fraction[[0, 2, 3]].tolist() == [0.0, 1.0, 1.0]
    assert_array_equal(found.foot[[0, 2]], coords[[0, 2]])


def test_repeated_vertices_and_edges_without_length_change_nothing():
    plain = line((45.0, 40.0), (45.1, 40.0), (45.2, 40.1))
    repeated = plain[[0, 0, 0, 1, 1, 2, 2]]
    rng = np.random.default_rng(19)
    places = rng.normal(size=(300, 2)) * 0.1 + [45.1, 40.05]
    one, other = EdgeIndex([plain]).query(places), EdgeIndex([repeated]).query(places)
    for name in ("distance_m", "foot", "side", "at_start", "at_end"):
        assert_array_equal(getattr(one, name), getattr(other, name))
    assert_array_equal(np.array([2, 4])[one.edge], other.edge)
    assert set(one.edge[one.fraction == 1.0]) == {0, 1}, "a corner and an end were tried"


@pytest.mark.parametrize(
    "vertices", [((10.0, 50.0),), ((10.0, 50.0), (10.0, 50.0)), ((10.0, 90.0), (50.0, 90.0))]
)
def test_a_line_without_length_is_a_place(vertices):
    place = (10.001, vertices[0][1] - 0.001)
    found = EdgeIndex([line(*vertices)]).query(line(place))
    assert found.distance_m[0] == pytest.approx(geodesic_m(place, *vertices[0]), abs=1e-8)
    assert found.side[0] == 0
    assert (found.line[0], found.edge[0]) == (0, 0)
    assert not found.at_start[0]
    assert not found.at_end[0]


def test_lines_without_vertices_are_passed_over():
    found = EdgeIndex([np.zeros((0, 2)), line((0, 0), (1, 0))]).query(line((0.5, 0.001)))
    assert found.line[0] == 1


def test_at_equal_distance_the_lower_line_then_the_lower_edge():
    one = line((45.0, 40.0), (45.1, 40.0), (45.2, 40.1))
    places = line((45.05, 40.01), (45.1, 39.9), (45.0, 40.2))
    finer = np.insert(one, 1, [45.05, 40.0], axis=0)
    for lines in ([one, one], [one, finer], [finer, one], [one, one[::-1]]):
        assert EdgeIndex(lines).query(places).line.tolist() == [0, 0, 0]
    corner = EdgeIndex([one]).query(line((45.1, 39.9)))
    assert (corner.edge[0], corner.fraction[0]) == (0, 1.0)
    there_and_back = np.concatenate([one, one[-2::-1]])
    assert EdgeIndex([there_and_back]).query(line((45.05, 40.01))).edge[0] == 0


def test_ties_are_broken_alike_when_lines_have_to_be_sorted():
    # Many short lines in no order, each of them twice.
    rng = np.random.default_rng(23)
    starts = np.array([45.0, 40.0]) + rng.uniform(-1.0, 1.0, size=(400, 2))
    lines = [np.stack([a, a + rng.normal(size=2) * 1e-3]) for a in starts]
    places = np.array([45.0, 40.0]) + rng.uniform(-1.0, 1.0, size=(3000, 2))
    twice = EdgeIndex([*lines, *lines[::-1]]).query(places)
    once = EdgeIndex(lines).query(places)
    assert_array_equal(twice.line, once.line)
    assert_array_equal(twice.distance_m, once.distance_m)
    for k in range(0, 3000, 300):
        to_each = [on_edge_m(places[k], *one) for one in lines if np.abs(one[0] - places[k]).max() < 0.2]
        assert once.distance_m[k] == pytest.approx(min(to_each), abs=5e-7)


def test_a_line_that_turns_right_back_has_no_sides():
    spike = line((45.0, 40.0), (45.1, 40.02), (45.0, 40.0))
    found = EdgeIndex([spike]).query(line((45.05, 40.03), (45.05, 39.98), (45.2, 40.05), (44.9, 40.0)))
    assert found.side.tolist() == [0, 0, 0, 0]
    # On a longer line only beside the spike.
    coords = line((44.8, 40.0), (45.0, 40.0), (45.0, 40.1), (45.0, 40.0), (45.2, 40.0))
    places = line((44.9, 40.01), (45.001, 40.05), (45.0, 40.2), (45.05, 39.9))
    assert EdgeIndex([coords]).query(places).side.tolist() == [1, 0, 0, -1]


def test_lines_allowed():
    lines = [
        line((45.0, 40.0), (45.1, 40.0)),
        line((45.0, 40.1), (45.1, 40.1)),
        line((45.0, 41.0), (45.1, 41.0)),
    ]
    index = EdgeIndex(lines)
    places = line((45.05, 40.01), (45.05, 40.7))
    assert index.query(places).line.tolist() == [0, 2]
    found = index.query(places, lines_allowed=np.array([False, True, False]))
    assert found.line.tolist() == [1, 1]
    assert_array_equal(found.distance_m, EdgeIndex(lines[1:2]).query(places).distance_m)
    assert index.query(places, lines_allowed=np.ones(3, dtype=bool)).line.tolist() == [0, 2]


def test_what_cannot_be_is_refused():
    index = EdgeIndex([line((0, 0), (1, 0))])
    with pytest.raises(ValueError, match="not finite"):
        index.query(line((np.nan, 0.0)))
    with pytest.raises(ValueError, match="latitude"):
        index.query(line((0.0, 90.001)))
    with pytest.raises(ValueError, match="shape"):
        index.query(np.zeros(3))
    with pytest.raises(ValueError, match="flags"):
        index.query(line((0.0, 0.0)), lines_allowed=np.zeros(2, dtype=bool))
    with pytest.raises(ValueError, match="at least one line"):
        index.query(line((0.0, 0.0)), lines_allowed=np.zeros(1, dtype=bool))
    with pytest.raises(ValueError, match="at least one line"):
        EdgeIndex([])
    with pytest.raises(ValueError, match="line 1 has a coordinate"):
        EdgeIndex([line((0, 0), (1, 0)), line((0, 0), (np.inf, 0))])
    with pytest.raises(ValueError, match="line 0 has shape"):
        EdgeIndex([np.zeros((2, 3))])


def test_no_places():
    found = EdgeIndex([line((0, 0), (1, 0))]).query(np.zeros((0, 2)))
    assert found.distance_m.shape == (0,)
    assert found.foot.shape == (0, 2)


# Properties: lines of whole steps, so that corners, repeated vertices, hairpins and touching are common.
steps = st.integers(-4, 4)
vertices = st.lists(st.tuples(steps, steps), min_size=2, max_size=7)
bases = st.sampled_from([(45.0, 41.0), (179.999, -60.0), (0.0, 0.0), (-100.0, 89.9), (30.0, -89.9)])
sizes = st.sampled_from([1e-5, 1e-3, 0.05])


def placed(whole, base, size, shift=0.0):
    stretch = 1.0 / np.cos(np.deg2rad(base[1]))
    return np.array(whole, dtype=float).reshape(-1, 2) * [size * stretch, min(size, 0.02)] + [
        base[0] + shift,
        base[1],
    ]


places_around = st.lists(st.tuples(st.floats(-6, 6), st.floats(-4.9, 4.9)), min_size=1, max_size=6)


@limits(max_examples=60)
@given(vertices, places_around, bases, sizes)
def test_drawing_a_line_backwards_flips_its_sides(whole, around, base, size):
    coords, places = placed(whole, base, size), placed(around, base, size)
    forward, backward = EdgeIndex([coords]).query(places), EdgeIndex([coords[::-1]]).query(places)
    assert_allclose(forward.distance_m, backward.distance_m, rtol=0.0, atol=5e-8)
    # Where two passes are equally near, the lower edge is another one backwards.
    along = forward.edge + forward.fraction + backward.edge + backward.fraction
    same = np.abs(along - (len(coords) - 1)) < 1e-6
    assert_array_equal(forward.side[same], -backward.side[same])
    assert_array_equal(forward.at_start[same], backward.at_end[same])
    assert_array_equal(forward.at_end[same], backward.at_start[same])


@limits(max_examples=60)
@given(vertices, places_around, bases, sizes, st.floats(-400.0, 400.0), st.sampled_from([0.0, 360.0, -360.0]))
def test_moving_everything_east_changes_nothing(whole, around, base, size, shift, turn):
    here = EdgeIndex([placed(whole, base, size)]).query(placed(around, base, size))
    moved = placed(around, base, size, shift + turn)
    moved[:, 1] = placed(around, base, size)[:, 1]
    there = EdgeIndex([placed(whole, base, size, shift)]).query(moved)
    # Rounding of longitudes near 500 leaves 6e-14 degrees: 6e-9 m, of both line and place.
    assert_allclose(there.distance_m, here.distance_m, rtol=0.0, atol=5e-8)


@limits(max_examples=60)
@given(vertices, places_around, bases, sizes, st.lists(st.floats(0.05, 0.95), min_size=1, max_size=3))
def test_splitting_edges_changes_nothing(whole, around, base, size, shares):
    coords, places = placed(whole, base, size), placed(around, base, size)
    finer = np.concatenate(
        [np.stack([a, *(a + t * (b - a) for t in sorted(shares))]) for a, b in pairwise(coords)]
        + [coords[-1:]]
    )
    one, other = EdgeIndex([coords]).query(places), EdgeIndex([finer]).query(places)
    assert_allclose(one.distance_m, other.distance_m, rtol=0.0, atol=3e-8)
    assert_array_equal(one.edge, other.edge // (len(shares) + 1))


@limits(max_examples=40)
@given(vertices, places_around, bases, sizes)
def test_no_vertex_is_nearer_and_the_foot_is_as_far(whole, around, base, size):
    coords, places = placed(whole, base, size), placed(around, base, size)
    found = EdgeIndex([coords]).query(places)
    for k, place in enumerate(places):
        assert geodesic_m(place, *found.foot[k]) == pytest.approx(found.distance_m[k], abs=2e-7)
        for vertex in coords:
            assert found.distance_m[k] <= geodesic_m(place, *vertex) + 2e-7


def test_the_balls_of_the_tree_hold_all_of_their_pieces():
    """What bounds a group must be no smaller than the group: arcs bulge from chords by up to metres."""
    rng = np.random.default_rng(5)
    # Edges of a few degrees, so that the pieces are as long as pieces get, all over the globe.
    lines = [line(*walk(rng, lon, lat, 2.0, 6)) for lon, lat in ((0, 0), (100, 45), (-120, -60), (30, 70))]
    index = EdgeIndex(lines)
    pieces, tree = index._pieces, index._tree
    for tau in np.linspace(-1.0, 1.0, 5):
        at = sum(coefficient * tau**power for power, coefficient in enumerate(pieces.curve))
        member = np.arange(len(pieces))
        for level in tree._levels:
            member = member // blocks.FAN_OUT
            away_m = np.linalg.norm(at - level.centre[:, member], axis=0)
            assert (away_m <= level.radius_m[member] + 1e-6).all()
