"""``merestone construct`` from the command line: what it writes, what options change, what it refuses."""

import json
import sqlite3

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from merestone.cli.app import run
from merestone.publish.schema import SCHEMAS, load_schema

REGISTRY = Registry().with_resources(
    [(load_schema(name)["$id"], Resource.from_contents(load_schema(name))) for name in SCHEMAS]
)
WEST = [[[10.0, 50.0], [10.0, 50.1], [10.02, 50.2]]]
EAST = [[[10.1, 50.0], [10.12, 50.1], [10.1, 50.2]]]
ISLE = [[[10.04, 50.1], [10.05, 50.1], [10.045, 50.11], [10.04, 50.1]]]


def collection(*geometries):
    features = [
        {"type": "Feature", "properties": {"name": f"part {k}"}, "geometry": {"type": kind, "coordinates": c}}
        for k, (kind, c) in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def put_coasts(folder):
    (folder / "west.geojson").write_text(collection(("MultiLineString", WEST), ("MultiLineString", ISLE)))
    (folder / "east.geojson").write_text(collection(("MultiLineString", EAST)))
    return folder


@pytest.fixture
def coasts(tmp_path):
    return put_coasts(tmp_path)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The folder with the median of the two coasts in `out`, drawn once."""
    folder = put_coasts(tmp_path_factory.mktemp("plain"))
    drawn(folder, *base(folder, "west.geojson", "east.geojson"))
    return folder


def drawn_plain(plain):
    return json.loads((plain / "out" / "candidate.json").read_text())


def base(folder, *names):
    parties = ("AAA", "BBB")
    return [
        word
        for party, name in zip(parties, names, strict=True)
        for word in ("--base", f"{party}={folder / name}")
    ]


def drawn(folder, *words, out="out"):
    assert run(["construct", "median", "--chord-m", "5", *words, "-q", "-o", str(folder / out)]) == 0
    return json.loads((folder / out / "candidate.json").read_text())


def fits(tree):
    Draft202012Validator(load_schema("candidate-1"), registry=REGISTRY).validate(tree)


def test_two_coasts_give_a_line_with_base_points_and_a_geopackage(plain):
    tree = drawn_plain(plain)
    fits(tree)
    assert tree["bases"] == ["AAA", "BBB"]
    assert [line["id"] for line in tree["lines"]] == ["1"]
    assert tree["checks"]["missed_m"] == 0.0
    assert {end["end"] for end in tree["lines"][0]["ends"]} == {"open"}
    for point in tree["turning_points"]:
        assert point["distances_m"]["AAA"] == pytest.approx(point["distances_m"]["BBB"], abs=0.001)
    named = {tuple(point["base_points"]["AAA"]): point["base_on"]["AAA"] for point in tree["turning_points"]}
    assert named[10.05, 50.1] == "vertex"
    assert "edge" in named.values()
    database = sqlite3.connect(plain / "out" / "candidate.gpkg")
    rows = {
        name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        for (name,) in database.execute("SELECT table_name FROM gpkg_geometry_columns").fetchall()
    }
    database.close()
    assert rows["turning_points"] == len(tree["turning_points"])
    assert rows["candidate_lines"] == 1
    assert rows["base_points"] >= 2 * rows["turning_points"]


def test_exchanging_the_files_changes_names_alone(coasts, plain, capsys):
    there = drawn_plain(plain)
    back = drawn(coasts, *base(coasts, "east.geojson", "west.geojson"), out="back")
    assert capsys.readouterr() == ("", "")
    places = [
        [(point["lon"], point["lat"], point["distance_m"]) for point in tree["turning_points"]]
        for tree in (there, back)
    ]
    assert places[0] == places[1]
    assert [p["base_points"]["AAA"] for p in there["turning_points"]] == [
        p["base_points"]["BBB"] for p in back["turning_points"]
    ]


def test_ignoring_an_island_is_told_with_what_it_moves(coasts, capsys):
    words = base(coasts, "west.geojson", "east.geojson")
    words += ["--chord-m", "5", "--ignore", "AAA=part 1"]
    assert run(["construct", "median", *words, "-v", "-o", str(coasts / "out")]) == 0
    said = capsys.readouterr().err
    assert "left out of AAA: part 1; that moves the line by up to " in said
    tree = json.loads((coasts / "out" / "candidate.json").read_text())
    assert all(point["base_points"]["AAA"][0] < 10.03 for point in tree["turning_points"])


def test_every_option_changes_the_line(coasts, plain):
    words = base(coasts, "west.geojson", "east.geojson")
    plain = drawn_plain(plain)
    nearer = drawn(coasts, *words, "--ratio", "1:3", out="ratio")
    assert max(p["lon"] for p in nearer["turning_points"]) < max(p["lon"] for p in plain["turning_points"])
    coarse = drawn(coasts, *words, "--chord-m", "500", out="coarse")
    assert len(coarse["turning_points"]) < len(plain["turning_points"])
    short = drawn(coasts, *words, "--reach-km", "2.5", "--frame", "ITRF2020@2025.0", out="short")
    assert max(p["distance_m"] for p in short["turning_points"]) <= 2500.0
    assert short["length_km"] < plain["length_km"]
    assert short["frame"] == "ITRF2020@2025.0"
    codes = [[note["code"] for note in tree["findings"]] for tree in (plain, short)]
    assert "candidate-frame-ensemble" in codes[0]
    assert "candidate-frame-ensemble" not in codes[1]


def test_two_maps_of_a_dossier(small_dossier, capsys):
    out = small_dossier.folder / "drawn"
    words = ["construct", "median", str(small_dossier.folder), "--between", "one", "two"]
    assert run([*words, "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "M1: 55.6" in said
    assert "neither party is bound by it" in said
    tree = json.loads((out / "candidate.json").read_text())
    fits(tree)
    assert tree["dossier"]["title"] == "Two squares"
    assert {point["base_on"]["one"] for point in tree["turning_points"]} == {"edge"}
    # Half way between the meridians of both, to the arc of a parallel between them.
    assert all(abs(p["lon"] - (10.500317 + 10.510319) / 2) < 1e-6 for p in tree["turning_points"])


def test_a_section_alone(small_dossier):
    out = small_dossier.folder / "drawn"
    words = ["construct", "median", str(small_dossier.folder), "--between", "one", "two"]
    assert run([*words, "--section", "M1-S01", "-q", "-o", str(out)]) == 0
    tree = json.loads((out / "candidate.json").read_text())
    assert [line["id"] for line in tree["lines"]] == ["M1-S01"]
    assert {point["leg"]["section"] for point in tree["turning_points"] if point["leg"]} == {"M1-S01"}


def refused(capsys, code, *words):
    assert run(["construct", "median", *words]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return next(line for line in err.splitlines() if line.startswith("error: "))


def test_bad_input_gets_one_sentence_and_nothing_is_written(coasts, capsys):
    (coasts / "mixed.geojson").write_text(collection(("MultiLineString", WEST), ("Polygon", ISLE)))
    (coasts / "far.geojson").write_text(collection(("MultiLineString", [[[60.0, -10.0], [61.0, -10.0]]])))
    (coasts / "behind.geojson").write_text(collection(("MultiLineString", [[[10.0, 52.0], [10.0, 52.1]]])))
    (coasts / "coast.geojson").write_text(collection(("MultiLineString", WEST)))
    (coasts / "turned.geojson").write_text(collection(("MultiLineString", [WEST[0][::-1]])))
    (coasts / "empty.geojson").write_text(collection())
    before = sorted(coasts.iterdir())
    out = ["-o", str(coasts / "out")]
    for other, said in (
        ("mixed.geojson", "it mixes areas (feature 1) and lines (feature 0)"),
        ("far.geojson", "the two do not face one another there"),
        ("behind.geojson", "the two do not face one another there"),
        ("turned.geojson", "'AAA' and 'BBB' coincide throughout (22.338 km)"),
        ("empty.geojson", "holds no feature"),
        ("missing.geojson", "no such file"),
    ):
        own = "coast.geojson" if other == "turned.geojson" else "west.geojson"
        assert said in refused(capsys, 20, *base(coasts, own, other), *out)
    both = base(coasts, "west.geojson", "east.geojson")
    assert "has no such feature" in refused(capsys, 20, *both, "--ignore", "AAA=99", *out)
    assert "nothing of" in refused(capsys, 20, *both, "--ignore", "BBB=0", *out)
    for ratio in ("0:1", "1", "1:-2", "a:b", "nan:1", "1:inf"):
        assert "is no ratio" in refused(capsys, 2, *both, f"--ratio={ratio}", *out)
    assert "two files" in refused(capsys, 2, *both[:2], *out)
    assert "are about a dossier" in refused(capsys, 2, *both, "--between", "a", "b", *out)
    assert sorted(coasts.iterdir()) == before


def test_bad_input_about_a_dossier(small_dossier, capsys):
    folder = str(small_dossier.folder)
    before = small_dossier.listing()
    assert "needs two limits" in refused(capsys, 2, folder)
    assert "'three' is no source" in refused(capsys, 20, folder, "--between", "one", "three")
    assert "the party 'CCC'" in refused(capsys, 20, folder, "--between", "one:CCC", "two")
    words = ("--between", "one", "two", "--section", "M1-S99")
    assert "'M1-S99' is no section" in refused(capsys, 20, folder, *words)
    assert "one or the other" in refused(capsys, 2, folder, "--base", "AAA=x.geojson")
    assert small_dossier.listing() == before
