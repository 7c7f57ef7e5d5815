"""The verb `features`: what it prints, what it refuses."""

import json

import pytest

from merestone.cli.app import run

ROAD = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"ref": "M-2"},
            "geometry": {"type": "LineString", "coordinates": [[10.4, 50.2], [10.6, 50.2]]},
        }
    ],
}
LAYER = '[[layer]]\nkind = "roads"\npath = "roads.geojson"\nref_field = "ref"\n'
ARRANGEMENT = '[[arrangement]]\nroute = "M-2"\nfrom_km = 0\nto_km = 5\nsince = 2021-05-12\nterms = "by day"\n'


@pytest.fixture
def with_road(small_dossier):
    small_dossier.put("roads.geojson", ROAD)
    small_dossier.text(small_dossier.path.read_text(encoding="utf-8") + LAYER + ARRANGEMENT)
    return small_dossier


def test_the_tables_name_routes_labels_crossings_and_arrangements(with_road, capsys):
    before = with_road.listing()
    assert run(["features", str(with_road.folder), "--as-of", "2021-05-12"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "roads: 1 routes, 14.3 km; 1 cross what a source draws" in out
    # Along the parallel, whose radius is N cos φ, on either side of the meridian 10.500317 E.
    assert "AAA 7.162," in out
    assert "BBB 7.117" in out
    assert "transit arrangements on 2021-05-12" in out
    assert "open by day" in out
    assert with_road.listing() == before


def test_json_holds_the_state_on_the_day_given_and_null_without(with_road, capsys):
    states = {}
    for words in ([], ["--as-of", "2021-05-11"]):
        assert run(["features", str(with_road.folder), "--json", "-q", *words]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert printed["format"] == "merestone-features/1"
        (road,) = printed["features"]["roads"]
        states[printed["as_of"]] = road["arrangements"][0]["state"]
        assert road["sources"]["one"]["crossings"] == 1
    assert states == {None: None, "2021-05-11": "closed"}


def test_what_is_no_day_is_refused(with_road, capsys):
    assert run(["features", str(with_road.folder), "--as-of", "2021-02-30"]) == 2
    assert "error: --as-of '2021-02-30' is no day of the calendar" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["features", "compare"])
def test_an_arrangement_that_names_no_route_is_refused_and_nothing_written(with_road, capsys, verb):
    with_road.replace('route = "M-2"', 'route = "M-3"')
    before = with_road.listing()
    assert run([verb, str(with_road.folder), "-q"]) == 20
    out, err = capsys.readouterr()
    assert out == ""
    assert "arrangement[1].route = 'M-3': none of the 1 routes has this id; the nearest is 'M-2'" in err
    assert with_road.listing() == before


def test_a_dossier_without_layers_has_nothing_to_show(small_dossier, capsys):
    assert run(["features", str(small_dossier.folder), "-q", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["features"] == {"districts": []}


def test_an_attribute_that_is_not_there_is_refused(with_road, capsys):
    with_road.replace('ref_field = "ref"', 'ref_field = "number"')
    assert run(["features", str(with_road.folder)]) == 20
    assert "there is no attribute 'number'" in capsys.readouterr().err
