"""Settlements and marks of a comparison: what is told of them, lists, order, mirror, bad input."""

import json
import sys
from dataclasses import replace
from math import erfc, sqrt
from pathlib import Path

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from jsonschema import Draft202012Validator

sys.path.insert(0, str(Path(__file__).parent))
from cases import (
    BOWED,
    MERIDIAN,
    TOOL,
    a_case,
    area,
    exchanged,
    full_case,
    layer,
    one_sided,
    two_sided,
)  # fmt: skip

from merestone.cli.app import run
from merestone.compare.mirror import mirror
from merestone.compare.run import compare, in_order
from merestone.errors import BadInputError
from merestone.features.layerplaces import natural
from merestone.features.placestep import with_places
from merestone.model.accuracy import CE95_PER_SIGMA
from merestone.model.sources import Feature, LayerKind
from merestone.publish.jsonform import comparison_json
from merestone.publish.schema import load_schema


def place(id_, lon, lat, names=None, **attributes):
    return Feature(id_, names or {}, None, shapely.Point(lon, lat), attributes)


def settled(*features, radius_m=10.0, sources=None, more=(), **about):
    own = replace(layer(LayerKind.SETTLEMENTS, *features), accuracy_95_m=radius_m)
    sources = sources or (two_sided("one", MERIDIAN), two_sided("two", BOWED, 60.0))
    return done(a_case(*sources, layers=(own, *more), **about))


def done(case):
    case = in_order(case)
    return with_places(case, compare(case, tool=TOOL))


def west_m(lon, lat):
    """How far a place is from the meridian of 45° E, by geographiclib: the least over latitudes near it."""
    steps = (lat + k * 2e-6 for k in range(-5, 6))
    return min(Geodesic.WGS84.Inverse(lat, lon, at, 45.0)["s12"] for at in steps)


def test_what_is_told_of_a_settlement():
    result = settled(place("s", 44.9997, 40.05, {"az": "A", "hy": "Ա", "und": "X"}))
    (one,) = result.features["settlements"]
    assert one["names"] == {"az": "A", "hy": "Ա", "und": "X"}
    assert (one["lon"], one["lat"], one["accuracy_95_m"], one["area_km2"]) == (44.9997, 40.05, 10.0, None)
    own = one["sources"]["one"]
    assert own["distance_m"] == pytest.approx(west_m(44.9997, 40.05), abs=1e-3)
    assert (own["label"], own["toward"]) == ("ARM", "AZE")
    assert own["section"] in {section.id for section in result.sections}
    sigma_m = sqrt(50.0**2 + 10.0**2) / CE95_PER_SIGMA
    assert own["p_side"]["AZE"] == pytest.approx(
        0.5 * erfc(own["distance_m"] / sigma_m / sqrt(2.0)), abs=1e-5
    )
    assert (own["verdict"], own["reason"]) == ("cannot-say", "within-the-doubt")
    assert one["sources"]["two"]["verdict"] == "ARM"


def test_lists_by_source_and_label():
    between = place("b", 45.002, 40.05)
    alone = one_sided("alone", MERIDIAN + np.array([0.01, 0.0]))
    far, doubt = place("a", 44.98, 40.05), place("10", 44.9999, 40.02)
    result = settled(
        far, between, doubt, place("z", 44.0, 40.0),
        sources=(two_sided("one", MERIDIAN), two_sided("two", BOWED, 60.0), alone),
    )  # fmt: skip
    assert [one["id"] for one in result.features["settlements"]] == ["10", "a", "b"]
    lists = result.features["settlement_lists"]
    assert lists["count"] == 3
    assert lists["different_sides_ids"] == ["b"]
    assert lists["sources"]["one"] == {"counts": {"ARM": 2, "AZE": 1}, "in_doubt_ids": ["10"]}
    assert lists["sources"]["alone"]["counts"] == {"not-AZE": 3}
    (left,) = [note for note in result.findings if note.code == "settlements-outside-corridor"]
    assert (left.values["count"], left.values["settlements"]) == (1, 4)


def test_a_settlement_belongs_to_the_district_that_holds_it():
    districts = layer(
        LayerKind.DISTRICTS,
        area("w", shapely.box(44.9, 39.9, 45.0, 40.2), "ARM", hy="Արևմուտք"),
        area("e", shapely.box(45.0, 39.9, 45.1, 40.07), "AZE", az="Şərq"),
    )
    result = settled(
        place("1", 44.99, 40.05), place("2", 45.01, 40.05), place("3", 45.01, 40.08), more=(districts,)
    )
    held = [
        one["district"] and (one["district"]["id"], one["district"]["party"])
        for one in result.features["settlements"]
    ]
    assert held == [("w", "ARM"), ("e", "AZE"), None]


def test_an_area_stands_for_a_place_within_it():
    shape = shapely.box(44.98, 40.04, 44.99, 40.05)
    (one,) = settled(area("town", shape)).features["settlements"]
    assert shape.contains(shapely.Point(one["lon"], one["lat"]))
    assert one["area_km2"] == pytest.approx(0.948, abs=0.001)
    assert one["sources"]["one"]["label"] == "ARM"


def test_the_own_accuracy_of_a_settlement_goes_before_that_of_the_layer():
    unknown = settled(place("1", 44.99, 40.05), place("2", 44.99, 40.05, accuracy_95_m=0), radius_m=None)
    one, two = unknown.features["settlements"]
    assert (one["accuracy_95_m"], two["accuracy_95_m"]) == (None, 0.0)
    assert one["sources"]["one"]["reason"] == "place-accuracy-unknown"
    assert one["sources"]["one"]["p_side"] is None
    assert two["sources"]["one"]["verdict"] == "ARM"


@pytest.mark.parametrize("radius", [-5, "-5", "good", float("nan"), float("inf")])
@pytest.mark.parametrize("kind", [LayerKind.SETTLEMENTS, LayerKind.MARKS])
def test_an_accuracy_that_cannot_be(kind, radius):
    own = layer(kind, place("x7", 44.99, 40.05, accuracy_95_m=radius))
    with pytest.raises(BadInputError, match=f"layers/{kind}.gpkg: feature 'x7' has accuracy_95_m"):
        done(a_case(two_sided("one", MERIDIAN), two_sided("two", BOWED), layers=(own,)))


def test_a_settlement_that_is_a_line_is_left_out_with_a_finding():
    result = settled(Feature("w", {}, None, shapely.LineString([(44.9, 40), (45, 40)]), {}))
    assert result.features["settlements"] == []
    assert [note.values["features"] for note in result.findings if note.code == "feature-of-wrong-type"] == [
        ["w"]
    ]


def test_numbers_sort_as_numbers():
    shuffled = ["10", "2", "12a", "12", "1/10", "1/9", "b", "007"]
    assert sorted(shuffled, key=natural) == ["1/9", "1/10", "2", "007", "10", "12", "12a", "b"]


def pillars(*rows):
    made = [
        place(f"f{k}", 45.0 + east, lat, number=number, **more)
        for k, (number, east, lat, more) in enumerate(rows)
    ]
    own = layer(LayerKind.MARKS, *made)
    return done(a_case(two_sided("one", MERIDIAN), two_sided("two", BOWED, 60.0), layers=(own,)))


def test_marks_with_their_order_along_the_axis():
    result = pillars(
        ("1", 0.0, 40.01, {"type": "pillar", "state": "found", "date": 1926, "protocol": "No. 4"}),
        ("3", 0.0001, 40.03, {"state": "lost"}),
        ("2", 0.0, 40.02, {}),
        ("10", 0.0, 40.04, {"state": "moved"}),
        ("11", 0.0, 40.015, {"state": "standing"}),
    )
    marks = result.features["marks"]
    assert [one["number"] for one in marks] == ["1", "2", "3", "10", "11"]
    assert [one["sources"]["one"]["in_order"] for one in marks] == [True, True, True, True, False]
    first = marks[0]
    assert (first["type"], first["state"], first["date"], first["protocol"]) == (
        "pillar",
        "found",
        "1926",
        "No. 4",
    )
    assert [one["state"] for one in marks] == ["found", None, "lost", "moved", None]
    assert first["sources"]["one"]["distance_m"] == 0.0
    third = marks[2]["sources"]["one"]
    assert third["nearest"] == pytest.approx([45.0, 40.03], abs=1e-6)
    assert third["chainage_km"] == pytest.approx(
        Geodesic.WGS84.Inverse(40.0, 45.0, 40.03, 45.0)["s12"] / 1000.0, abs=1e-6
    )
    assert [note.values["states"] for note in result.findings if note.code == "mark-state-unknown"] == [
        ["standing"]
    ]


def test_marks_numbered_down_the_axis_are_in_order_and_one_alone_has_none():
    marks = pillars(("3", 0, 40.01, {}), ("2", 0, 40.02, {}), ("1", 0, 40.03, {})).features["marks"]
    assert [one["sources"]["one"]["in_order"] for one in marks] == [True, True, True]
    (alone,) = pillars(("1", 0, 40.01, {})).features["marks"]
    assert alone["sources"]["one"]["in_order"] is None


def test_two_marks_of_one_number_may_stand_in_any_order():
    rows = [("1", 0, 40.01, {}), ("2", -0.001, 40.021, {}), ("2", 0.001, 40.02, {}), ("3", 0, 40.03, {})]
    marks = pillars(*rows).features["marks"]
    assert all(one["sources"]["one"]["in_order"] for one in marks)


@pytest.fixture(scope="module")
def everything():
    marks = layer(
        LayerKind.MARKS,
        place("AZE", 45.0, 40.01, number="1", type="ARM", state="found"),
        place("m2", 45.001, 40.02, number="2", protocol="ARM"),
    )
    odd = layer(
        LayerKind.SETTLEMENTS,
        place("ARM", 45.002, 40.05, {"ar": "قرية", "hy": "Գյուղ"}),
        path="layers/odd.gpkg",
    )
    case = full_case()
    return replace(case, layers=(*case.layers, marks, odd))


def test_exchanging_the_parties_mirrors_every_byte(everything):
    result = done(everything)
    assert result.features["settlement_lists"]["different_sides_ids"] == ["ARM", "s1"]
    assert comparison_json(mirror(result)) == comparison_json(done(exchanged(everything)))


def test_every_key_is_in_the_schema_and_no_other(everything):
    tree = json.loads(comparison_json(done(everything)))["features"]
    known = load_schema("comparison-1")["$defs"]
    for kind, name in (("settlements", "settlement"), ("marks", "mark")):
        for one in tree[kind]:
            assert one.keys() == known[name]["properties"].keys()
            at_source = known[name]["properties"]["sources"]["additionalProperties"]["properties"]
            assert all(own.keys() == at_source.keys() for own in one["sources"].values())
    assert tree["settlement_lists"].keys() == known["settlement_lists"]["properties"].keys()
    schema = {**known["features"], "$defs": known}
    Draft202012Validator(schema).validate(tree)


def test_a_negative_accuracy_in_a_layer_through_the_command_line(small_dossier, capsys):
    point = {"type": "Point", "coordinates": [10.5, 50.2]}
    feature = {"type": "Feature", "properties": {"id": "k", "accuracy_95_m": -5}, "geometry": point}
    small_dossier.put("places.geojson", {"type": "FeatureCollection", "features": [feature]})
    text = small_dossier.path.read_text()
    small_dossier.text(text + '[[layer]]\nkind = "settlements"\npath = "places.geojson"\nid_field = "id"\n')
    before = small_dossier.listing()
    assert run(["compare", str(small_dossier.folder)]) == 20
    out, err = capsys.readouterr()
    assert (out, small_dossier.listing()) == ("", before)
    assert "places.geojson: feature 'k' has accuracy_95_m = -5" in err
    assert "Traceback" not in err
