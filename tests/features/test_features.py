"""Features of whole comparisons: the mirror, waters, rivers, districts, arrangements, access."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

sys.path.insert(0, str(Path(__file__).parent))
from cases import (
    BOWED,
    MERIDIAN,
    SMALL,
    a_case,
    area,
    exchanged,
    full_case,
    layer,
    line,
    one_sided,
    result,
    two_sided,
)  # fmt: skip

from merestone.compare.mirror import mirror
from merestone.errors import BadInputError
from merestone.features.arrangements import state_on, with_states
from merestone.geometry.areas import areas_m2
from merestone.geometry.lengths import edge_lengths_m
from merestone.model.sources import Access, Arrangement, LayerKind
from merestone.publish.jsonform import comparison_json


@pytest.fixture(scope="module")
def full():
    return result(full_case())


def codes(comparison):
    return {note.code for note in comparison.findings}


def test_the_mirror_holds_for_all_features_to_the_byte(full):
    other = result(exchanged(full_case()))
    assert comparison_json(mirror(full)) == comparison_json(other)
    assert comparison_json(mirror(mirror(full))) == comparison_json(full)


def test_the_order_of_features_and_layers_does_not_matter(full):
    case = full_case()
    turned = tuple(replace(one, features=one.features[::-1]) for one in reversed(case.layers))
    assert comparison_json(result(replace(case, layers=turned))) == comparison_json(full)


# Waters

LAKE = shapely.box(44.99, 40.04, 45.01, 40.06)


def lake(*sources, shape=LAKE, **about):
    case = a_case(
        *sources, layers=[layer(LayerKind.WATERS, area("lake", shape, az="Göl", hy="Լիճ"))], **about
    )
    found = result(case)
    (water,) = found.features["waters"]
    return water, found


def test_a_lake_that_the_line_halves():
    water, _ = lake(two_sided("one", MERIDIAN), two_sided("two", BOWED))
    said = water["sources"]["one"]
    assert said["share"] == pytest.approx({"ARM": 0.5, "AZE": 0.5}, abs=1e-9)
    assert said["shore_share"] == pytest.approx({"ARM": 0.5, "AZE": 0.5}, abs=1e-9)
    across = np.array([[45.0, 40.04], [45.0, 40.06]])
    assert said["limit_km"] == pytest.approx(edge_lengths_m(across)[0] / 1000.0, abs=1e-6)
    assert water["area_km2"] == pytest.approx(float(areas_m2(np.array([LAKE]))[0]) / 1e6, abs=1e-9)
    # The middle of the line is farthest from the three shores of either half: the western shore is
    # 853 m away, the northern one 1110 m; so the largest distance is that between two meridians.
    width_m = float(edge_lengths_m(np.array([[44.99, 40.05], [45.0, 40.05]]))[0])
    assert said["reach_m"] == pytest.approx({"ARM": width_m, "AZE": width_m}, rel=1e-4)
    assert said["open_share"] == 0.0
    assert not said["cut_out"]


def test_a_lake_of_one_side_alone():
    water, _ = lake(
        two_sided("one", MERIDIAN), two_sided("two", BOWED), shape=shapely.box(44.98, 40.04, 44.99, 40.05)
    )
    assert water["sources"]["one"]["share"] == {"ARM": 1.0}
    assert water["sources"]["one"]["limit_km"] == 0.0
    assert water["sources"]["one"]["reach_m"] == {}


def without(source, hole):
    sides = {
        party: shapely.multipolygons(shapely.get_parts(shapely.difference(side, hole)))
        for party, side in source.sides.items()
    }
    return replace(source, sides=sides)


def test_a_lake_cut_out_of_both_sides_is_said_so():
    cut = without(two_sided("cut", MERIDIAN), LAKE)
    water, found = lake(cut, two_sided("two", MERIDIAN + np.array([0.0005, 0.0])))
    said = water["sources"]["cut"]
    assert said["cut_out"]
    assert said["astride"]
    assert said["open_share"] == pytest.approx(1.0)
    assert said["share"] == {"neither": 1.0}
    (note,) = [n for s in found.sources for n in s.findings if n.code == "waters-cut-out"]
    assert note.source == "cut"
    assert note.values["astride"] == ["lake"]
    assert "Göl / Լիճ" in note.message
    by_cause = sum(d.area_km2 for d in found.differences.listed if d.cause == "lake")
    assert by_cause == pytest.approx(water["area_km2"], rel=1e-6)


def test_a_lake_cut_out_of_one_side_lies_not_between():
    hole = shapely.box(44.95, 40.04, 44.96, 40.05)
    water, _ = lake(without(two_sided("cut", MERIDIAN), hole), two_sided("two", BOWED), shape=hole,
                    settings=replace(SMALL, corridor_m=8000.0))  # fmt: skip
    assert water["sources"]["cut"]["cut_out"]
    assert not water["sources"]["cut"]["astride"]


def test_water_beyond_both_lands_is_not_cut_out():
    water, _ = lake(
        two_sided("one", MERIDIAN), two_sided("two", BOWED), shape=shapely.box(44.99, 40.095, 45.01, 40.12)
    )
    said = water["sources"]["one"]
    assert said["open_share"] > 0.5
    assert not said["cut_out"]


def test_a_lake_with_ten_thousand_islands():
    x, y = np.meshgrid(44.991 + 0.00018 * np.arange(100), 40.041 + 0.00018 * np.arange(100))
    islands = shapely.box(x.ravel(), y.ravel(), x.ravel() + 0.0001, y.ravel() + 0.0001)
    shape = shapely.Polygon(LAKE.exterior, [one.exterior for one in islands])
    water, _ = lake(two_sided("one", MERIDIAN), two_sided("two", BOWED), shape=shape)
    outer_m2, inner_m2 = areas_m2(np.array([LAKE])), areas_m2(islands)
    assert water["area_km2"] == pytest.approx((outer_m2[0] - inner_m2.sum()) / 1e6, rel=1e-9)
    shore_m = sum(edge_lengths_m(shapely.get_coordinates(ring)).sum() for ring in shapely.get_rings(shape))
    assert water["shoreline_km"] == pytest.approx(shore_m / 1000.0, rel=1e-9)
    said = water["sources"]["one"]
    assert sum(said["share"].values()) == pytest.approx(1.0, abs=1e-12)
    west = shapely.intersection(shape, shapely.box(44.9, 40.0, 45.0, 40.1))
    share = float(areas_m2(np.array([west]))[0]) / 1e6 / water["area_km2"]
    assert said["share"]["ARM"] == pytest.approx(share, rel=1e-8)


def test_a_one_sided_source_parts_a_lake_too():
    water, _ = lake(two_sided("one", MERIDIAN), one_sided("alone", MERIDIAN))
    said = water["sources"]["alone"]
    assert said["share"] == pytest.approx({"AZE": 0.5, "not-AZE": 0.5}, abs=1e-9)
    assert said["open_share"] is None


# Rivers


def river(*coords, date=None, source_date=None):
    rivers = layer(LayerKind.RIVERS, line("r", *coords, und="Çay"), date=date)
    sources = (two_sided("one", MERIDIAN, date=source_date), two_sided("two", BOWED))
    return result(a_case(*sources, layers=[rivers]))


def test_how_far_a_limit_follows_a_river():
    """The river runs 85 m from the line, then turns away from it to the east."""
    found = river((45.001, 39.99), (45.001, 40.05), (45.05, 40.05))
    (entry,) = found.features["rivers"]
    said = entry["sources"]["one"]
    (run,) = said["follows"]
    assert run["limit"] == "one/M1"
    assert run["from"] == pytest.approx([45.0, 40.0], abs=1e-12)
    # It keeps within 200 m up to where the bend, 85.4 m to the east, is that far.
    east_m = float(edge_lengths_m(np.array([[45.0, 40.05], [45.001, 40.05]]))[0])
    north_m = np.sqrt(200.0**2 - east_m**2)
    to_bend_m = float(edge_lengths_m(np.array([[45.0, 40.0], [45.0, 40.05]]))[0])
    assert run["length_km"] * 1000.0 == pytest.approx(to_bend_m + north_m, abs=0.05)
    assert said["follows_km"] == run["length_km"]
    assert run["largest_m"] <= 200.0
    assert said["departures"] == []


def test_where_a_limit_departs_from_a_river():
    bend = [(45.001, 39.99), (45.001, 40.03), (45.02, 40.04), (45.001, 40.05), (45.001, 40.11)]
    (entry,) = river(*bend).features["rivers"]
    said = entry["sources"]["one"]
    one, two = said["follows"]
    (gap,) = said["departures"]
    assert gap["from"] == one["to"]
    assert gap["to"] == two["from"]
    whole_m = float(edge_lengths_m(MERIDIAN).sum())
    assert one["length_km"] + gap["length_km"] + two["length_km"] == pytest.approx(whole_m / 1000.0, abs=1e-6)
    assert gap["largest_m"] > 400.0
    assert 40.03 < gap["max_at"][1] < 40.05


def test_a_river_that_crosses_is_not_followed():
    (entry,) = river((44.95, 40.05), (45.05, 40.05)).features["rivers"]
    assert "one" not in entry["sources"]


@pytest.mark.parametrize(
    ("date", "source_date", "code"),
    [
        ("1980", "2017", "river-dates-differ"),
        (None, "2017", "river-date-unknown"),
        ("1980", None, "river-date-unknown"),
    ],
)
def test_a_river_moves(date, source_date, code):
    found = river((45.001, 39.99), (45.001, 40.11), date=date, source_date=source_date)
    told = {note.code for source in found.sources if source.id == "one" for note in source.findings}
    assert code in told


def test_a_river_of_the_same_date_is_no_finding():
    found = river((45.001, 39.99), (45.001, 40.11), date="2017", source_date="2017-11")
    told = {note.code for source in found.sources if source.id == "one" for note in source.findings}
    assert not told & {"river-dates-differ", "river-date-unknown"}


def test_a_divide_is_followed_by_the_outline_of_its_basin(full):
    (divide,) = full.features["watersheds"]
    assert divide["sources"]["one"]["follows_km"] == pytest.approx(11.1, abs=0.1)


# Districts


def test_which_districts_adjoin_by_each_source(full):
    south, north = (
        next(p for p in full.features["adjoining"] if p["districts"]["ARM"]["id"] == id_)
        for id_ in ("w1", "w2")
    )
    assert south["districts"]["AZE"] == {"id": "e1", "names": {"en": "East"}}
    halves_km = edge_lengths_m(MERIDIAN) / 1000.0
    lengths_km = [pair["sources"]["one"]["length_km"] for pair in (south, north)]
    assert lengths_km == pytest.approx(halves_km.tolist(), abs=1e-6)
    bowed_km = float(edge_lengths_m(BOWED)[0]) / 1000.0
    assert south["sources"]["two"]["length_km"] == pytest.approx(bowed_km, abs=0.11)  # stations of 100 m


def test_what_differs_within_each_district(full):
    """`one` and `two` enclose a triangle east of the meridian: all of it lies in the eastern district."""
    east = next(d for d in full.features["districts"] if d["id"] == "e1")
    triangle = shapely.Polygon([*map(tuple, BOWED), (45.0, 40.0)])
    km2 = float(areas_m2(np.array([triangle]))[0]) / 1e6
    assert east["sources"]["two"]["difference_km2"]["ARM"] == pytest.approx(km2, rel=1e-6)
    whole = sum(one.area_km2 for one, _ in full.shapes.differences if one.kind == "between")
    held = sum(d["difference_km2"] for d in full.features["districts"])
    assert held == pytest.approx(whole, rel=1e-9)


def test_settlements_are_counted_by_district_and_label(full):
    east = next(d for d in full.features["districts"] if d["id"] == "e1")
    south = next(d for d in full.features["districts"] if d["id"] == "w1")
    assert east["sources"]["one"]["settlements"] == {"AZE": 1}
    assert east["sources"]["two"]["settlements"] == {"ARM": 1}
    assert south["sources"]["one"]["settlements"] == {"ARM": 1}


# Arrangements and access


def with_arrangements(*arrangements):
    return result(full_case(arrangements=arrangements))


def arrangement(**about):
    given = {"where": "dossier.toml: arrangement[1]", "route": "M-2", "from_km": 0.5, "to_km": 2.0}
    return Arrangement(**{**given, "since": "2021-05-12", **about})


def test_a_road_carries_its_arrangements_and_their_state_on_a_day_that_the_user_gives():
    found = with_arrangements(arrangement(until="2022-06-30", terms="by day", entry="e7"))
    roads = found.features["roads"]
    (carried,) = next(one for one in roads if one["id"] == "M-2")["arrangements"]
    assert carried == {
        "from_km": 0.5, "to_km": 2.0, "since": "2021-05-12", "until": "2022-06-30",
        "terms": "by day", "entry": "e7", "state": None,
    }  # fmt: skip
    (later,) = next(one for one in with_states(roads, "2022-07-01") if one["id"] == "M-2")["arrangements"]
    assert later == {**carried, "state": "expired"}


@pytest.mark.parametrize(
    ("day", "state"),
    [("2021-05-11", "closed"), ("2021-05-12", "open"), ("2022-06-30", "open"), ("2022-07-01", "expired")],
)
def test_first_and_last_day_are_open(day, state):
    assert state_on("2021-05-12", "2022-06-30", day) == state


def test_an_arrangement_without_an_end_does_not_expire():
    assert state_on("2021-05-12", None, "9999-12-31") == "open"


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"route": "M2"}, ["arrangement[1].route = 'M2'", "the nearest is 'M-2'"]),
        ({"to_km": 99.0}, ["arrangement[1].to_km = 99", "km long"]),
    ],
)
def test_an_arrangement_that_names_no_place_is_refused(about, words):
    with pytest.raises(BadInputError) as error:
        with_arrangements(arrangement(**about))
    assert all(word in str(error.value) for word in words)


def test_access_stands_beside_sections_and_beyond_the_axis_it_is_a_finding():
    place = "dossier.toml: access[1]"
    seasons = (Access(place, "M1", 1.0, 3.0, (5, 6, 7)), Access(place, "M9", 0.0, 1.0, (8,)))
    found = result(full_case(access=seasons))
    one, two = found.features["access"]
    assert one["months"] == [5, 6, 7]
    assert one["sections"] == [s.id for s in found.sections if s.from_km < 3.0 and s.to_km > 1.0]
    assert two["sections"] == []
    assert "access-off-axis" in codes(found)


# What is wrong with a layer


def test_features_of_the_wrong_type_are_left_out_with_a_finding():
    point = area("p", shapely.Point(45.0, 40.05))
    roads = layer(LayerKind.ROADS, point, line("a", (44.99, 40.05), (45.01, 40.05)), area("b", LAKE))
    found = result(a_case(two_sided("one", MERIDIAN), two_sided("two", BOWED), layers=[roads]))
    assert [road["id"] for road in found.features["roads"]] == ["a"]
    (note,) = [n for n in found.findings if n.code == "feature-of-wrong-type"]
    assert note.values["features"] == ["b", "p"]


def test_a_road_of_two_identical_points_is_left_out_with_a_finding():
    roads = layer(LayerKind.ROADS, line("a", (45.0, 40.05), (45.0, 40.05)))
    found = result(a_case(two_sided("one", MERIDIAN), two_sided("two", BOWED), layers=[roads]))
    assert found.features["roads"] == ()
    assert "road-without-length" in codes(found)


def test_names_in_any_script_and_repeated_ids_come_through():
    roads = layer(
        LayerKind.ROADS,
        line("1", (44.99, 40.05), (45.01, 40.05), fa="جاده", he="דרך", az="Yol"),
        line("1", (44.99, 40.06), (45.01, 40.06), fa="جاده", he="דרך", az="Yol"),
    )
    found = result(a_case(two_sided("one", MERIDIAN), two_sided("two", BOWED), layers=[roads]))
    assert [road["id"] for road in found.features["roads"]] == ["Yol", "Yol#2"]
    assert list(found.features["roads"][0]["names"]) == ["az", "fa", "he"]
    json.loads(comparison_json(found))


def test_routes_beyond_the_corridor_are_counted():
    roads = layer(
        LayerKind.ROADS, line("a", (44.99, 40.05), (45.01, 40.05)), line("far", (44.0, 40.0), (44.1, 40.0))
    )
    found = result(a_case(two_sided("one", MERIDIAN), two_sided("two", BOWED), layers=[roads]))
    assert [road["id"] for road in found.features["roads"]] == ["a"]
    (note,) = [n for n in found.findings if n.code == "routes-outside-corridor"]
    assert note.values == {"layer": "layers/roads.gpkg", "count": 1, "routes": 2}


def test_without_any_limit_features_are_told_all_the_same():
    """ADR 10: labels need no limit; a one-sided source alone has none."""
    roads = layer(LayerKind.ROADS, line("a", (44.99, 40.05), (45.01, 40.05)))
    case = a_case(one_sided("alone", MERIDIAN), one_sided("other", BOWED), layers=[roads])
    found = result(case)
    assert found.axis is None
    (road,) = found.features["roads"]
    assert [s[2] for s in road["sources"]["alone"]["stretches"]] == ["not-AZE", "AZE"]
    assert road["sources"]["alone"]["crossings"] == 1
