"""``merestone locate`` through the command line: one place, files, streams, forms, refusals."""

import io
import json
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from merestone.cli.app import run
from merestone.publish.schema import SCHEMAS, load_schema

REGISTRY = Registry().with_resources(
    [(load_schema(name)["$id"], Resource.from_contents(load_schema(name))) for name in SCHEMAS]
)


def located(dossier, capsys, *words, code=0):
    assert run(["locate", str(dossier.folder), *words]) == code
    return capsys.readouterr()


def places(dossier, capsys, *words):
    out, _ = located(dossier, capsys, "--json", *words)
    tree = json.loads(out)
    Draft202012Validator(load_schema("places-1"), registry=REGISTRY).validate(tree)
    return tree["places"]


def refused(dossier, capsys, *words, code=20, mentions=()):
    before = dossier.listing()
    out, err = located(dossier, capsys, *words, code=code)
    assert out == ""
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert "Traceback" not in err
    for word in mentions:
        assert word in errors[0]
    assert dossier.listing() == before


def put(dossier, name, text):
    (dossier.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return str(dossier.folder / name)


ONE = (10.49, 50.2)
"""West of both lines (10.500317 and 10.510319), so on the side of AAA."""


def test_a_place_in_words(small_dossier, capsys):
    out, err = located(small_dossier, capsys, "10.505E", "50.2N")
    lines = out.splitlines()
    assert lines[0] == "10.505E 50.2N: 50.200000N 10.505000E"
    assert lines[1].startswith("  one  334 m inside what one shows as BBB; one is good to 50 m")
    assert lines[3].startswith("  two  380 m inside what two shows as AAA; two is good to 50 m")
    assert "along M1, section M1-S" in lines[2]
    assert err == ""


@pytest.mark.parametrize(
    "words",
    [
        ("10.49E", "50.2N"),
        ("50.2N", "10.49E"),
        ("50°12′00″N 10°29′24″E",),
        ("""50deg12'N""", """10°29'24"E"""),
        ("--order", "lonlat", "10.49", "50.2"),
        ("--order", "latlon", "50.2, 10.49"),
        ("--crs", "EPSG:32632", "606338.1470679957", "5561930.404739878"),
    ],
    ids=" ".join,
)
def test_ways_to_write_one_place(small_dossier, capsys, words):
    (place,) = places(small_dossier, capsys, *words)
    assert (place["lon"], place["lat"]) == pytest.approx(ONE, abs=2e-9)
    assert {said["label"] for said in place["sources"].values()} == {"AAA"}
    assert place["sources"]["one"]["toward"] == "BBB"
    assert place["accuracy_95_m"] == 0.0


def test_a_place_without_a_dossier_named_is_asked_in_the_current_folder(small_dossier, capsys, monkeypatch):
    monkeypatch.chdir(small_dossier.folder)
    assert run(["locate", "--json", "10.49E 50.2N"]) == 0
    assert json.loads(capsys.readouterr().out)["places"][0]["sources"]["one"]["label"] == "AAA"


def test_southern_and_western_places_come_out_as_they_went_in(small_dossier, capsys):
    (place,) = places(small_dossier, capsys, "--order", "latlon", "--", "-33.5", "\u221270.25")
    assert (place["lon"], place["lat"]) == (-70.25, -33.5)
    assert place["in_corridor"] is False
    assert place["sources"]["one"]["label"] == "neither"
    assert place["sources"]["one"]["distance_m"] > 1e7


def test_a_place_on_the_grid_of_the_old_datum(small_dossier, capsys):
    """SK-42 41.1 N 45.2 E is 41.099910832 N 45.198750840 E by EPSG:15865 (published in the method page)."""
    shift = {"one.geojson": "one", "two.geojson": "two"}
    for name in shift:
        text = (small_dossier.folder / name).read_text()
        tree = json.loads(text)
        for feature in tree["features"]:
            ring = feature["geometry"]["coordinates"][0]
            feature["geometry"]["coordinates"] = [[[x + 34.7, y - 9.1] for x, y in ring]]
        small_dossier.put(name, tree)
    (place,) = places(small_dossier, capsys, "--crs", "EPSG:4284", "41.1N", "45.2E")
    assert (place["lon"], place["lat"]) == pytest.approx((45.198750840, 41.099910832), abs=2e-8)
    assert place["accuracy_95_m"] == pytest.approx(4.5 * 1.7308, abs=4.0)
    assert place["accuracy_95_m"] > 0.0
    # The grid of the same datum: X north, Y east with the number of the zone before it.
    again = places(small_dossier, capsys, "--crs", "EPSG:28408", "4551778.505331964", "8516801.864785593")
    assert (again[0]["lon"], again[0]["lat"]) == pytest.approx((place["lon"], place["lat"]), abs=2e-9)
    refused(
        small_dossier,
        capsys,
        "--crs",
        "EPSG:28408",
        "8516801.864785593",
        "4551778.505331964",
        mentions=["swapped", "8"],
    )
    refused(small_dossier, capsys, "--crs", "EPSG:28408", "4551736", "7516801", mentions=["zone number 8"])
    refused(small_dossier, capsys, "--crs", "EPSG:28408", "4551736", mentions=["two coordinates"])


@pytest.mark.parametrize(
    ("words", "mentions"),
    [
        (("41,1 45,2",), ["41,1 45,2"]),
        (("41d07m30s", "45d12m00s"), ["41d07m30s"]),
        (("10.49", "50.2"), ["lonlat or latlon"]),
        (("95N", "10E"), ["95", "90°"]),
        (("10.49N", "150.2N"), ["latitude"]),
        (("10.49E",), ["only one"]),
        (("--crs", "EPSG:0", "1", "2"), ["EPSG:0"]),
        (("--crs", "EPSG:2053", "1", "2"), ["south"]),
        (("--accuracy", "-5", "10.49E", "50.2N"), ["-5"]),
        (("--accuracy", "nan", "10.49E", "50.2N"), ["nan"]),
    ],
    ids=" ".join,
)
def test_coordinates_that_are_refused(small_dossier, capsys, words, mentions):
    refused(small_dossier, capsys, *words, mentions=mentions)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("10E", "50N", "--file", "x.csv"),
        ("--file", "x.csv", "--order", "lonlat"),
        ("10E 50N", "-o", "x.txt"),
    ],
)
def test_usage(small_dossier, capsys, words):
    refused(small_dossier, capsys, *words, code=2)


TABLE = "id,lon,lat,name\na,10.49,50.2,Сад\nb,10.505,50.2,\nc,10.52,50.2,کوه\n"
GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": i,
            "properties": {"name": n},
            "geometry": {"type": "Point", "coordinates": [x, 50.2]},
        }
        for i, n, x in (("a", "Сад", 10.49), ("b", None, 10.505), ("c", "کوه", 10.52))
    ],
}
GPX = (
    '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    '<wpt lat="50.2" lon="10.49"><name>Сад</name></wpt>'
    '<rte><name>way</name><rtept lat="50.2" lon="10.505"/></rte>'
    '<trk><trkseg><trkpt lat="50.2" lon="10.52"><name>کوه</name></trkpt></trkseg></trk></gpx>'
)


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        ("p.csv", TABLE, "abc"),
        ("bom.csv", "\ufeff# from a survey\n\n" + TABLE.replace(",", ";"), "abc"),
        (
            "pair.csv",
            'coordinates\tname\n50.2N 10.49E\tСад\n"50°12\'N 10.505E"\t\n10.52E 50.2N\tکوه\n',
            "123",
        ),
        ("p.geojson", json.dumps(GEOJSON), "abc"),
        ("p.gpx", GPX, "123"),
    ],
)
def test_files_of_places(small_dossier, capsys, name, text, ids):
    made = places(small_dossier, capsys, "--file", put(small_dossier, name, text))
    assert [place["id"] for place in made] == list(ids)
    assert [place["name"] for place in made] == ["Сад", None, "کوه"]
    said = [[place["sources"][id_]["label"] for id_ in ("one", "two")] for place in made]
    assert said == [["AAA", "AAA"], ["BBB", "AAA"], ["BBB", "BBB"]]


def test_a_table_on_the_terminal_keeps_names_from_right_to_left_in_place(small_dossier, capsys):
    out, _ = located(small_dossier, capsys, "--file", put(small_dossier, "p.csv", TABLE))
    lines = out.splitlines()
    assert len(lines) == 4
    assert lines[2].split()[:6] == ["b", "10.505000", "50.200000", "cannot-say", "BBB", "334"]
    assert lines[3].endswith("\u2068کوه\u2069")


def test_places_from_standard_input(small_dossier, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(TABLE.encode())}))
    assert [place["id"] for place in places(small_dossier, capsys, "--file", "-")] == ["a", "b", "c"]


def test_a_table_on_a_grid(small_dossier, capsys):
    text = "id,northing,easting\na,5561930.404739878,606338.1470679957\n"
    (place,) = places(
        small_dossier, capsys, "--crs", "EPSG:32632", "--file", put(small_dossier, "g.csv", text)
    )
    assert (place["lon"], place["lat"]) == pytest.approx(ONE, abs=2e-9)


def test_forms_hold_the_same_answers(small_dossier, capsys, tmp_path):
    file = put(small_dossier, "p.csv", TABLE + "d,11.4,50.2,far\n")
    made = places(small_dossier, capsys, "--file", file)
    for ending in ("csv", "geojson", "json"):
        out, _ = located(small_dossier, capsys, "--file", file, "-o", str(tmp_path / f"out.{ending}"))
        assert out == f"{tmp_path / f'out.{ending}'}\n"
    assert json.loads((tmp_path / "out.json").read_text())["places"] == made
    features = json.loads((tmp_path / "out.geojson").read_text())["features"]
    assert [f["properties"]["one_label"] for f in features] == ["AAA", "BBB", "BBB", "neither"]
    assert features[0]["geometry"]["coordinates"] == [10.49, 50.2]
    header, *rows = [line.split(",") for line in (tmp_path / "out.csv").read_text().splitlines()]
    for row, place in zip(rows, made, strict=True):
        cells = dict(zip(header, row, strict=True))
        assert float(cells["two_distance_m"]) == place["sources"]["two"]["distance_m"]
        assert cells["two_toward"] == (place["sources"]["two"]["toward"] or "")
        assert cells["in_corridor"] == str(place["in_corridor"]).lower()


def test_more_places_than_one_block(small_dossier, capsys, monkeypatch):
    monkeypatch.setattr("merestone.service.locate.BLOCK", 7)
    rows = [f"p{k},{10.4 + k * 0.002:.6f},50.2" for k in range(100)]
    made = places(
        small_dossier, capsys, "--file", put(small_dossier, "many.csv", "\n".join(["id,lon,lat", *rows]))
    )
    assert [place["id"] for place in made] == [f"p{k}" for k in range(100)]
    assert [place["sources"]["one"]["label"] for place in made] == ["AAA"] * 51 + ["BBB"] * 49


def feature(geometry, **more):
    return json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry} | more]}
    )


POINT = {"type": "Point", "coordinates": [10.49, 50.2]}


@pytest.mark.parametrize(
    ("name", "text", "mentions"),
    [
        pytest.param(
            "p.csv", "id,lon,lat\na,10,50\nb,11,50\na,10,51\n", ["line 4", "'a'", "line 2"], id="ids twice"
        ),
        pytest.param("p.csv", "id,lon,lat\na,10,50\n,11,50\n", ["line 3", "no id"], id="no id"),
        pytest.param("p.csv", "id,lon,lat\na,10,50\nb,,50\n", ["line 3", "longitude"], id="a cell is empty"),
        pytest.param("p.csv", "id,lon,lat\na,10,50\nb,10\n", ["line 3", "2 fields"], id="a cell is missing"),
        pytest.param("p.csv", "id,lon\na,10\n", ["`lon` and `lat`"], id="no latitudes"),
        pytest.param("p.csv", "id,lon,lat\na,10,95\n", ["line 2", "95"], id="latitude out of range"),
        pytest.param("p.csv", 'id,lon,lat\na,"10,5","50,2"\n', ["line 2", "10,5"], id="decimal comma"),
        pytest.param(
            "p.csv", "id,lon,lat,accuracy_95_m\na,10,50,-1\n", ["line 2", "-1 m"], id="negative accuracy"
        ),
        pytest.param(
            "p.csv", "id,lon,lat,accuracy_95_m\na,10,50,good\n", ["line 2", "good"], id="accuracy in words"
        ),
        pytest.param("p.csv", "id,lon,lat,longitude\na,10,50,1\n", ["mean the same"], id="columns twice"),
        pytest.param("p.csv", "id,lon,lat,datum\na,10,50,SK-42\n", ["--crs"], id="datum column"),
        pytest.param(
            "p.csv", "# datum: EPSG:4284\nid,lon,lat\na,10,50\n", ["--crs EPSG:4284"], id="datum comment"
        ),
        pytest.param(
            "p.csv", "id,lon,lat\nа,10,50\n".encode("cp1251"), ["line 2", "0xE0", "UTF-8"], id="cp1251"
        ),
        pytest.param(
            "p.csv",
            "id,lon,lat,name\na,10,50,Сад\n".encode() + "b,10,51,Сад\n".encode("cp1251"),
            ["line 3", "UTF-8"],
            id="mixed encodings",
        ),
        pytest.param("p.csv", "id,lon,lat\n", ["no place"], id="header only"),
        pytest.param("p.csv", "", ["empty"], id="empty"),
        pytest.param("p.zip", b"PK\x03\x04\x00\x00", ["neither"], id="zip"),
        pytest.param("p.geojson", feature(None), ["feature 1", "no coordinates"], id="null geometry"),
        pytest.param(
            "p.geojson", feature({"type": "Point", "coordinates": []}), ["no coordinates"], id="empty point"
        ),
        pytest.param(
            "p.geojson",
            feature({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
            ["LineString"],
            id="line",
        ),
        pytest.param(
            "p.geojson", feature({"type": "Point", "coordinates": [50, 100]}), ["swapped"], id="swapped"
        ),
        pytest.param(
            "p.geojson", feature(POINT, properties={"accuracy_95_m": -3}), ["-3 m"], id="negative radius"
        ),
        pytest.param("p.geojson", feature(POINT)[:-9], ["ends in the middle"], id="cut off"),
        pytest.param(
            "p.geojson", '{"type": "Point", "coordinates": [10, 50]}', ["FeatureCollection"], id="bare"
        ),
        pytest.param("p.geojson", '{"features": [' + "[" * 100000, ["nested"], id="deep"),
        pytest.param(
            "p.geojson", feature(POINT).encode().replace(b"Feature", b"F\xffeature", 1), ["0xFF"], id="byte"
        ),
        pytest.param(
            "p.geojson",
            '{"crs": {"name": "urn:ogc:def:crs:EPSG::28408"}, ' + feature(POINT)[1:],
            ["28408"],
            id="crs",
        ),
        pytest.param(
            "p.gpx", GPX.replace('lon="10.49"', ""), ["line 1", "without lon and lat"], id="gpx without lon"
        ),
        pytest.param("p.gpx", GPX.replace("10.49", "410.49"), ["410.49"], id="gpx out of range"),
        pytest.param("p.gpx", GPX[:-8], ["line 1", "GPX"], id="gpx cut off"),
        pytest.param("p.gpx", "<kml></kml>", ["<kml>"], id="kml"),
        pytest.param(
            "p.gpx", '<!DOCTYPE gpx [<!ENTITY a "x">]><gpx>&a;</gpx>', ["entities"], id="gpx with entities"
        ),
    ],
)
def test_files_that_are_refused(small_dossier, capsys, name, text, mentions):
    file = put(small_dossier, name, text)
    refused(small_dossier, capsys, "--file", file, mentions=[name, *mentions])
    refused(
        small_dossier, capsys, "--file", file, "-o", str(small_dossier.folder / "made.csv"), mentions=mentions
    )


def test_a_file_that_is_not_there(small_dossier, capsys):
    refused(small_dossier, capsys, "--file", "nowhere.csv", mentions=["nowhere.csv"])
    refused(small_dossier, capsys, "--file", str(small_dossier.folder), mentions=["folder"])


def test_an_empty_accuracy_is_unknown_and_zero_is_exact(small_dossier, capsys):
    text = "id,lon,lat,accuracy_95_m\na,10,50.2,\nb,10,50.2,0\nc,10,50.2,25\n"
    made = places(small_dossier, capsys, "--file", put(small_dossier, "p.csv", text))
    assert [place["accuracy_95_m"] for place in made] == [None, 0.0, 25.0]


def test_longitudes_beyond_180_are_taken_back_a_turn_and_said_so(small_dossier, capsys):
    file = put(small_dossier, "p.csv", "id,lon,lat\na,190,50\n")
    out, err = located(small_dossier, capsys, "--file", file, "--json")
    assert json.loads(out)["places"][0]["lon"] == -170.0
    assert err == ""
    out, err = located(small_dossier, capsys, "--file", file, "--json", "-v")
    assert json.loads(out)["places"][0]["lon"] == -170.0
    assert err.startswith("info: ")
    assert len(err.splitlines()) == 1


def test_a_result_that_cannot_be_written_leaves_nothing(small_dossier, capsys):
    refused(small_dossier, capsys, "10E 50N", "-o", str(small_dossier.folder / "no" / "x.csv"), code=24)


def test_the_answer_may_be_cut_short_by_its_reader(small_dossier):
    file = put(small_dossier, "p.csv", "id,lon,lat\n" + "".join(f"{k},10,50\n" for k in range(20000)))
    command = f"{sys.executable} -m merestone locate {small_dossier.folder} --file {file} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("id")
    assert "Traceback" not in done.stderr
