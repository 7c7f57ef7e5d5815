"""A comparison that merestone computed itself, through every form in which it is published."""

import json

import pytest
from jsonschema import Draft202012Validator

import merestone
from merestone.publish.geopackage import write_geopackage
from merestone.publish.jsonform import comparison_json
from merestone.publish.schema import load_schema
from merestone.publish.verify import Outcome, compare_results


@pytest.fixture
def computed(small_dossier):
    return merestone.open(small_dossier.folder).compare()


def test_the_result_fits_the_closed_schema(computed, closed):
    tree = json.loads(comparison_json(computed))
    Draft202012Validator(closed(load_schema("comparison-1"))).validate(tree)
    assert tree["sections"]
    assert tree["differences"]["listed"]


def test_computed_again_it_is_equal(computed, small_dossier):
    again = merestone.open(small_dossier.folder).compare()
    assert comparison_json(again) == comparison_json(computed)
    assert compare_results(comparison_json(computed), comparison_json(again)).outcome is Outcome.EQUAL


def test_the_geopackage_holds_what_the_json_holds(computed, tmp_path):
    frames = computed.to_geopandas()
    tree = json.loads(comparison_json(computed))
    listed = frames["differences"][frames["differences"]["listed"]]
    assert dict(zip(listed["id"], listed["area_km2"], strict=True)) == {
        one["id"]: one["area_km2"] for one in tree["differences"]["listed"]
    }
    assert frames["sections"]["verdict"].tolist() == [one["verdict"] for one in tree["sections"]]
    limits = {one["id"]: one["length_km"] for source in tree["sources"] for one in source["limits"]}
    assert dict(zip(frames["limits"]["id"], frames["limits"]["length_km"], strict=True)) == limits
    first, second = (tmp_path / name for name in ("a.gpkg", "b.gpkg"))
    write_geopackage(computed, first)
    write_geopackage(merestone.mirror(merestone.mirror(computed)), second)
    assert first.read_bytes() == second.read_bytes()


def test_the_mirror_of_the_result_is_the_result_of_the_mirror(computed, small_dossier):
    """On the bytes: the ids exchanged in every file of the dossier."""
    for path in small_dossier.folder.glob("*.geojson"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("AAA", "\0").replace("BBB", "AAA").replace("\0", "BBB"), encoding="utf-8"
        )
    there = json.loads(comparison_json(merestone.open(small_dossier.folder).compare()))
    here = json.loads(comparison_json(merestone.mirror(computed)))
    for tree in (there, here):  # the files differ, and so do their hashes
        del tree["dossier"]
        for source in tree["sources"]:
            del source["sha256"]
    assert there == here
