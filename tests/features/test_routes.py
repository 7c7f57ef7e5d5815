"""Ways joined into routes: what is one road, and that neither order nor direction of ways matters."""

import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from cases import line

from merestone.features.routes import routes_of
from merestone.geometry.lengths import edge_lengths_m
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import Feature


def joined(*ways):
    return {route.id: route for route in routes_of(ways, WGS84)}


def at(*points):
    """Points in hundredths of a degree from 45 E 40 N."""
    return [(45.0 + 0.01 * x, 40.0 + 0.01 * y) for x, y in points]


def test_a_road_cut_into_forty_ways_is_one():
    ways = [line(f"w{k:02d}", *at((k, 0), (k + 0.5, 0.2), (k + 1, 0)), ref="M-2") for k in range(40)]
    turned = [
        Feature(w.id, {}, None, shapely.reverse(w.geometry), {}, w.ref) if k % 3 else w
        for k, w in enumerate(ways)
    ]
    found = joined(*turned)
    assert list(found) == ["M-2"]
    assert found["M-2"].ways == tuple(f"w{k:02d}" for k in range(40))
    assert len(found["M-2"].coords) == 81
    assert (found["M-2"].coords[0] == at((0, 0))[0]).all()


def test_a_name_joins_where_there_is_no_reference_and_nothing_joins_two_roads():
    ways = [
        line("a", *at((0, 0), (1, 0)), und="Yol"), line("b", *at((1, 0), (2, 0)), und="Yol"),
        line("c", *at((2, 0), (3, 0)), und="Çay"), line("d", *at((3, 0), (4, 0)), ref="M-2", und="Çay"),
    ]  # fmt: skip
    assert {id_: route.ways for id_, route in joined(*ways).items()} == {
        "Yol": ("a", "b"), "Çay": ("c",), "M-2": ("d",),
    }  # fmt: skip


def test_ways_without_a_name_join_where_just_two_of_them_meet():
    lone = [line("a", *at((0, 0), (1, 0))), line("b", *at((1, 0), (2, 0)))]
    assert [route.ways for route in joined(*lone).values()] == [("a", "b")]
    third = line("c", *at((1, 0), (1, 1)))
    assert sorted(joined(*lone, third)) == ["a", "b", "c"]
    through = line("d", *at((1, -1), (1, 0), (1, 1)), und="Yol")  # they end on another road
    assert sorted(joined(*lone, through)) == ["Yol", "a", "b"]


def test_names_of_all_ways_are_kept():
    ways = [
        line("a", *at((0, 0), (1, 0)), ref="M-2", hy="Փողոց", az="Küçə"),
        line("b", *at((1, 0), (2, 0)), ref="M-2", az="Yol"),
    ]
    assert joined(*ways)["M-2"].names == {"az": "Küçə; Yol", "hy": "Փողոց"}


def test_one_carriageway_of_a_dual_road_is_beside_the_through_route():
    ways = [
        line("in", *at((0, 0), (1, 0)), ref="M-2"),
        line("south", *at((1, 0), (2, -0.1), (3, 0)), ref="M-2"),
        line("north", *at((3, 0), (2, 0.3), (1, 0)), ref="M-2"),
        line("out", *at((3, 0), (4, 0)), ref="M-2"),
    ]
    found = joined(*ways)
    assert found["M-2"].ways == ("in", "south", "out")
    assert found["M-2"].beside is None
    assert found["M-2#2"].ways == ("north",)
    assert found["M-2#2"].beside == "M-2"


def test_a_roundabout_is_part_of_the_road_on_one_side():
    ring = at((1, 0), (1.5, 0.5), (2, 0), (1.5, -0.4), (1, 0))
    ways = [
        line("in", *at((0, 0), (1, 0)), ref="M-2"),
        line("ring", *ring, ref="M-2"),
        line("out", *at((2, 0), (3, 0)), ref="M-2"),
    ]
    found = joined(*ways)
    assert found["M-2"].ways == ("in", "ring", "out")
    assert (found["M-2"].coords[-1] == at((3, 0))[0]).all()
    assert found["M-2#2"].beside == "M-2"


def test_a_loop_begins_in_the_west_and_runs_anticlockwise():
    ring = at((2, 0), (1, 1), (0, 0), (1, -1), (2, 0))
    (route,) = joined(line("ring", *ring)).values()
    assert route.closed
    assert route.coords.tolist() == [list(p) for p in at((0, 0), (1, -1), (2, 0), (1, 1), (0, 0))]


def test_a_way_of_several_lines_is_joined_like_others():
    parts = shapely.MultiLineString([at((0, 0), (1, 0)), at((2, 0), (1, 0))])
    (route,) = joined(Feature("a", {}, None, parts, {}, "M-2")).values()
    assert route.coords.tolist() == [list(p) for p in at((0, 0), (1, 0), (2, 0))]


def test_points_that_repeat_make_no_way():
    assert joined(line("a", *at((0, 0), (0, 0)), ref="M-2")) == {}


def test_two_roads_of_one_number_that_do_not_touch_are_two():
    ways = [line("a", *at((0, 0), (3, 0)), ref="M-2"), line("b", *at((5, 0), (6, 0)), ref="M-2")]
    found = joined(*ways)
    assert found["M-2"].ways == ("a",)
    assert found["M-2#2"].ways == ("b",)


@st.composite
def networks(draw):
    """A few ways on a small grid, so that many touch; with one of two references, a name or nothing."""
    ways = []
    for k in range(draw(st.integers(1, 8))):
        place = st.tuples(st.integers(0, 3), st.integers(0, 3))
        points = draw(st.lists(place, min_size=2, max_size=4, unique=True))
        ref = draw(st.sampled_from(["M-2", "M-4", None]))
        ways.append(line(f"w{k}", *at(*points), ref=ref, **({"und": "Yol"} if draw(st.booleans()) else {})))
    return ways


def text(routes):
    return [(r.id, r.ref, sorted(r.names.items()), r.ways, r.coords.tolist(), r.beside) for r in routes]


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=80)
def test_neither_order_nor_direction_of_ways_matters(ways, random):
    other = [
        Feature(w.id, w.names, None, shapely.reverse(w.geometry), {}, w.ref) if random.random() < 0.5 else w
        for w in random.sample(ways, len(ways))
    ]
    assert text(routes_of(other, WGS84)) == text(routes_of(ways, WGS84))


@given(networks())
@settings(max_examples=80)
def test_no_length_is_lost_or_counted_twice(ways):
    drawn_m = sum(edge_lengths_m(shapely.get_coordinates(way.geometry)).sum() for way in ways)
    routes = routes_of(ways, WGS84)
    assert sum(edge_lengths_m(route.coords).sum() for route in routes) == pytest.approx(drawn_m, abs=1e-6)
    assert len({route.id for route in routes}) == len(routes)
    assert all(np.isfinite(route.coords).all() for route in routes)
