"""The example of Andorra: what the issue of such a file is, and what it shows."""

import importlib.util
import sys
from pathlib import Path

import pytest
import shapely

import merestone
from merestone.sources.osm import incomplete, tags_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "andorra"


@pytest.fixture(scope="module")
def result():
    return merestone.open(FOLDER).compare()


@pytest.fixture(scope="module")
def roads(result):
    return {road["id"]: road for road in result.features["roads"]}


def test_the_incomplete_parish_is_a_finding(result):
    (note,) = [n for s in result.sources for n in s.findings if n.code == "osm-area-incomplete"]
    assert note.source == "parishes"
    assert note.values["areas"][0] == {"id": 2804754, "name": "Canillo", "ways": 7, "missing": 2}


def test_the_relations_of_the_file_that_lack_ways():
    """Six parishes are whole, the seventh is not; GDAL has just these six."""
    found = {one.tags.get("name"): one for one in incomplete(FOLDER / "andorra.osm.pbf")}
    assert (found["Canillo"].ways, found["Canillo"].missing) == (7, 2)
    assert "Encamp" not in found
    assert tags_of(None) == {}


def test_where_the_source_is_silent_is_what_the_script_makes(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("covers_of_andorra", FOLDER / "covers.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "covers_of_andorra", module)
    spec.loader.exec_module(module)
    shipped = shapely.from_geojson((FOLDER / "covers.geojson").read_text(encoding="utf-8"))
    assert shapely.get_parts(shipped)[0].equals_exact(module.covers(), 1e-9)


def test_there_is_no_axis_and_roads_are_told_all_the_same(result, roads):
    assert result.axis is None
    assert result.sections == ()
    codes = {note.code for note in result.findings}
    assert "no-axis" in codes
    assert "layer-outside-corridor" not in codes
    assert sum(road["length_km"] for road in roads.values()) == pytest.approx(855.4, abs=0.1)


def test_a_path_that_crosses_the_outline_fourteen_times(roads):
    said = roads["40264409"]["sources"]["parishes"]
    assert said["crossings"] == len(said["crossed_at"]) == len(said["stretches"]) - 1 == 14
    assert {label for *_, label in said["stretches"]} == {"AND", "not-AND"}
    # It crosses the line with France at the same fourteen places: both are of one file.
    line = roads["40264409"]["sources"]["france-andorra"]
    assert [one["at_km"] for one in line["crossed_at"]] == pytest.approx(
        [one["at_km"] for one in said["crossed_at"]], abs=1e-6
    )
    assert roads["40264409"]["ways"] == ["40264409", "40264410"]


def test_ways_of_one_road_are_joined(roads):
    assert len(roads["CG-3"]["ways"]) == 25
    assert roads["CG-3"]["ref"] == "CG-3"


def test_nothing_is_said_of_canillo(roads):
    """The road over the Port d'Envalira leaves Encamp and comes down in Canillo."""
    labels = {label for road in roads.values() for *_, label in road["sources"]["parishes"]["stretches"]}
    assert labels == {"AND", "not-AND", "silent"}
