"""`merestone describe`: the files it writes say one thing, and its table reads back as the same line."""

import csv
import io
import json
import sqlite3
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree as ET

import jsonschema
import numpy as np
import pytest
import referencing

from merestone.cli.app import run
from merestone.publish.schema import SCHEMAS, load_schema

POINTS = [[45.0, 40.0], [45.0100004, 40.0200001], [45.02, 40.015], [45.05, 40.0300006], [45.07, 40.01]]


def line_file(folder, points=POINTS, name="line.geojson"):
    shape = {"type": "LineString", "coordinates": points}
    tree = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": shape}],
    }
    (folder / name).write_text(json.dumps(tree))
    return str(folder / name)


def described(folder, *words, out="out"):
    """The description as JSON, after a run that ended well."""
    assert run(["describe", *words, "-q", "-o", str(folder / out)]) == 0
    return json.loads((folder / out / "description.json").read_text())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("describe")
    tree = described(folder, line_file(folder), "--grid", "EPSG:28408", "--height-m", "1500")
    return folder / "out", tree


def table(path):
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def test_it_is_as_its_schema_says(whole):
    registry = referencing.Registry().with_resources(
        [
            (load_schema(name)["$id"], referencing.Resource.from_contents(load_schema(name)))
            for name in SCHEMAS
        ]
    )
    jsonschema.Draft202012Validator(load_schema("description-1"), registry=registry).validate(whole[1])


def test_every_form_has_the_same_points(whole):
    out, tree = whole
    places = [(point["lon"], point["lat"]) for point in tree["turning_points"]]
    rows = table(out / "turning-points.csv")
    assert [(float(r["longitude_deg"]), float(r["latitude_deg"])) for r in rows] == places
    shown = json.loads((out / "description.geojson").read_text())["features"]
    assert [tuple(one["geometry"]["coordinates"]) for one in shown[1:]] == places
    kml = ET.parse(out / "description.kml").getroot()
    marks = kml.iterfind(".//{*}Point/{*}coordinates")
    assert [tuple(float(part) for part in mark.text.split(",")) for mark in marks] == places
    database = sqlite3.connect(out / "description.gpkg")
    stored = database.execute("SELECT longitude_deg, latitude_deg FROM description_points").fetchall()
    database.close()
    assert stored == places
    text = (out / "description.en.md").read_text()
    assert all(point["latitude"][:-1] in text for point in tree["turning_points"])


def test_lengths_add_up_and_are_computed_from_the_rounded_points(whole):
    _, tree = whole
    from geographiclib.geodesic import Geodesic

    points = tree["turning_points"]
    for one, other in pairwise(points):
        assert other["cumulative_m"] - one["cumulative_m"] == pytest.approx(
            one["leg"]["length_m"], abs=0.0015
        )
        assert one["leg"]["line_type"] == "straight"
        near = Geodesic.WGS84.Inverse(one["lat"], one["lon"], other["lat"], other["lon"])["s12"]
        # Straight in longitude/latitude is longer than the geodesic by less than 1 mm in 3 km.
        assert one["leg"]["length_m"] == pytest.approx(near, abs=0.002)
    step = Fraction(1, 3_600_000)
    for point in points:
        assert abs(Fraction(point["lat"]) / step - round(Fraction(point["lat"]) / step)) < Fraction(1, 200)


def test_what_rounding_did_is_told(whole):
    _, tree = whole
    done = tree["lines"][0]["rounded"]
    # 0.0005″ is 15 mm of latitude and 12 mm of longitude here.
    assert 0.005 < done["largest_move_m"] < 0.02
    assert done["step"] == "0.001″"


def test_the_grid_is_the_one_of_pyproj(whole):
    _, tree = whole
    from pyproj import Transformer

    there = Transformer.from_crs("EPSG:28408", "EPSG:4284", always_xy=True)
    shift = Transformer.from_pipeline("EPSG:15865")
    for point in tree["turning_points"]:
        lon, lat = there.transform(point["east_m"], point["north_m"])
        lat, lon = shift.transform(lat, lon)
        assert (lon, lat) == pytest.approx((point["lon"], point["lat"]), abs=2e-8)


def test_the_table_reads_back_as_the_same_line(whole, tmp_path):
    out, tree = whole
    again = described(tmp_path, str(out / "turning-points.csv"))
    for one, other in zip(tree["turning_points"], again["turning_points"], strict=True):
        assert (one["latitude"], one["longitude"], one["line"][:0]) == (
            other["latitude"],
            other["longitude"],
            "",
        )
        assert (one["leg"] or {}).get("length_m") == (other["leg"] or {}).get("length_m")
    once_more = described(tmp_path, str(out / "description.json"), out="json")
    assert [p["latitude"] for p in once_more["turning_points"]] == [
        p["latitude"] for p in tree["turning_points"]
    ]


def test_the_table_is_a_source_of_a_dossier(whole, tmp_path):
    out, _tree = whole
    assert run(["init", str(tmp_path / "d"), "--parties", "AAA,BBB"]) == 0
    assert run(["add", str(out / "turning-points.csv"), "--dossier", str(tmp_path / "d")]) == 0
    assert 'kind = "lines"' in (tmp_path / "d" / "dossier.toml").read_text()


@pytest.mark.parametrize("language", ["az", "en", "fr", "hy", "ru", "zh"])
def test_each_text_says_that_nobody_reviewed_it_and_names_every_point(whole, language):
    out, tree = whole
    from merestone.publish.descriptiontext import Words

    words = Words(language, Fraction(1, 1000))
    text = (out / f"description.{language}.md").read_text()
    page = (out / f"description.{language}.html").read_text()
    assert not words.reviewed
    assert words.texts["unreviewed"] in text
    assert f'lang="{language}"' in page
    for point in tree["turning_points"]:
        assert words.place(point)["lat"] in text
        assert words.place(point)["lon"] in page
        if point["leg"]:
            assert words.metres(point["leg"]["length_m"]) in text


def test_texts_of_all_languages_have_the_same_parts():
    from string import Formatter

    from merestone.publish.descriptiontext import LANGUAGES, Words

    def parts(texts):
        return {
            key: parts(value)
            if isinstance(value, dict)
            else sorted(name for _, name, _, _ in Formatter().parse(value) if name is not None)
            for key, value in texts.items()
            if key not in {"language", "reviewed_by"}
        }

    known = parts(Words("en", Fraction(1)).texts)
    assert all(parts(Words(language, Fraction(1)).texts) == known for language in LANGUAGES)


@pytest.mark.parametrize(
    ("language", "lat", "length"),
    [
        ("en", "40°01′12.003″ N", "1,234.568 m"),
        ("fr", "40°01′12,003″ N", "1\u202f234,568\u202fm"),
        ("ru", "40°01′12,003″ с. ш.", "1\u00a0234,568 м"),
        ("zh", "北纬40°01′12.003″", "1,234.568米"),
        ("az", "40°01′12,003″N", "1.234,568 m"),
        ("hy", "40°01′12,003″ հս․ լ․", "1\u00a0234,568 մ"),
    ],
)
def test_figures_are_written_as_cldr_has_them(language, lat, length):
    from merestone.publish.descriptiontext import Words

    words = Words(language, Fraction(1, 1000))
    assert words.place({"lat": 40.0 + 72.003 / 3600.0, "lon": 45.0})["lat"] == lat
    assert words.metres(1234.568) == length


def test_a_ring_comes_back_to_its_first_point(tmp_path):
    ring = [[45.0, 40.0], [45.01, 40.0], [45.01, 40.01], [45.0, 40.01], [45.0, 40.0]]
    tree = described(tmp_path, line_file(tmp_path, ring))
    assert [point["n"] for point in tree["turning_points"]] == [1, 2, 3, 4]
    assert tree["turning_points"][-1]["leg"]["to"] == 1
    assert tree["lines"][0]["closed"]
    rows = table(tmp_path / "out" / "turning-points.csv")
    assert (rows[0]["latitude"], rows[0]["number"]) == (rows[-1]["latitude"], rows[-1]["number"])
    again = described(tmp_path, str(tmp_path / "out" / "turning-points.csv"), out="again")
    assert again["lines"][0]["length_m"] == pytest.approx(tree["lines"][0]["length_m"], abs=0.002)
    assert again["lines"][0]["closed"]


def test_metres_of_a_grid_are_rounded_exactly(tmp_path):
    tree = described(tmp_path, line_file(tmp_path), "--round", "10m", "--grid", "EPSG:32638")
    for point in tree["turning_points"]:
        assert point["east_m"] % 10.0 == 0.0
        assert point["north_m"] % 10.0 == 0.0
    # The half diagonal of a square of 10 m.
    assert tree["lines"][0]["rounded"]["largest_move_m"] <= 7.08


def test_the_same_line_twice_gives_the_same_bytes(whole, tmp_path):
    out, _ = whole
    described(tmp_path, line_file(tmp_path), "--grid", "EPSG:28408", "--height-m", "1500")
    for path in sorted(out.iterdir()):
        assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--round", "2"], 2, "write seconds from 0.0001 to 1"),
        (["--round", "5m"], 2, "name it with --grid"),
        (["--round", "x"], 2, "is no step"),
        (["--grid", "EPSG:4326"], 20, "has no metres"),
        (["--grid", "EPSG:nothing"], 20, "no reference system that is known"),
        (["--beside", "x.geojson"], 2, "say how far with --departure-m"),
        (["--departure-m", "10", "--beside", "x.geojson"], 20, "no such file"),
        (["--limit", "a/M1"], 2, "--limit is for a dossier"),
        (["--language", "xx"], 2, "there is no text in 'xx'"),
        (["--departure-m", "0"], 2, "0"),
    ],
)
def test_bad_options_get_one_sentence_and_nothing_is_written(tmp_path, capsys, words, code, said):
    assert run(["describe", line_file(tmp_path), *words, "-o", str(tmp_path / "out")]) == code
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert said in errors[0]
    assert not (tmp_path / "out").exists()


def test_bad_files_get_one_sentence(tmp_path, capsys):
    (tmp_path / "points.geojson").write_text('{"type": "Point", "coordinates": [45, 40]}')
    (tmp_path / "odd.json").write_text('{"format": "merestone-candidate/1", "turning_points": [{}]}')
    for name, said in (
        ("none.geojson", "no such file"),
        ("points.geojson", "it holds no line"),
        ("odd.json", "it is not as merestone-candidate/1 should be"),
    ):
        assert run(["describe", str(tmp_path / name), "-o", str(tmp_path / "out")]) == 20
        assert said in capsys.readouterr().err
        assert not (tmp_path / "out").exists()


def test_a_candidate_keeps_its_base_points(tmp_path):
    for name, x in (("a", 10.0), ("b", 10.1)):
        line_file(tmp_path, [[x, 50.0], [x, 50.1], [x, 50.2]], f"{name}.geojson")
    words = [f"{party}={tmp_path / name}.geojson" for party, name in (("AAA", "a"), ("BBB", "b"))]
    done = run(
        ["construct", "median", "--base", words[0], "--base", words[1], "-q", "-o", str(tmp_path / "c")]
    )
    assert done == 0
    tree = described(tmp_path, str(tmp_path / "c" / "candidate.json"))
    assert tree["turning_points"][0]["base_points"].keys() == {"AAA", "BBB"}
    assert {point["leg"]["line_type"] for point in tree["turning_points"] if point["leg"]} == {"geodesic"}
    rows = table(tmp_path / "out" / "turning-points.csv")
    assert rows[0]["base_AAA"]


def test_coordinates_of_180_degrees_and_beyond(tmp_path):
    tree = described(tmp_path, line_file(tmp_path, [[179.99, 10.0], [180.01, 10.005], [180.02, 10.0]]))
    assert [point["longitude"][-1] for point in tree["turning_points"]] == ["E", "W", "W"]
    assert np.ptp([point["lon"] for point in tree["turning_points"]]) > 350.0
    assert tree["lines"][0]["length_m"] < 5_000.0


def test_a_line_straight_in_a_grid_is_stated_by_geodesics_and_says_how_far_off(tmp_path):
    ends = ["--point", "40.0N 43.0E", "--point", "40.5N 44.0E"]
    words = ["straight", *ends, "--line", "grid", "--crs", "EPSG:32638", "-q", "-o", str(tmp_path / "c")]
    assert run(["construct", *words]) == 0
    tree = described(tmp_path, str(tmp_path / "c" / "candidate.json"))
    note = next(one for one in tree["findings"] if one["code"] == "describe-legs-redrawn")
    # A chord of 100 km, 100 to 200 km from the meridian of its zone, bends by some 10 m.
    assert 1.0 < note["values"]["departure_m"] < 100.0
    assert tree["turning_points"][0]["leg"]["line_type"] == "geodesic"
    assert tree["lines"][0]["departure_m"] == note["values"]["departure_m"]


def test_legs_of_a_published_line_have_their_published_lengths(tmp_path):
    """Nicaragua and Colombia: the points of the judgment of 19 November 2012 (ICJ Reports 2012, p. 624).

    The judgment joins them by geodesics and states places to 0.1″, which leaves 3 m open in a length.
    """
    places = [
        ("13°46′35.7″N", "81°29′34.7″W"),
        ("13°31′08.0″N", "81°45′59.4″W"),
        ("13°03′15.8″N", "81°46′22.7″W"),
        ("12°50′12.8″N", "81°59′22.6″W"),
        ("12°07′28.8″N", "82°07′27.7″W"),
        ("12°00′04.5″N", "81°57′57.8″W"),
    ]
    rows = [f"{k},{lat},{lon},geodesic" for k, (lat, lon) in enumerate(places, start=1)]
    head = ["# datum: EPSG:4326", "number,latitude,longitude,line"]
    (tmp_path / "judgment.csv").write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    tree = described(tmp_path, str(tmp_path / "judgment.csv"), "--round", "0.1")
    lengths = [point["leg"]["length_m"] for point in tree["turning_points"] if point["leg"]]
    assert lengths == pytest.approx([41093.6, 51393.8, 33638.7, 80140.5, 21988.0], abs=0.05)
    assert [point["latitude"] for point in tree["turning_points"]] == [lat for lat, _ in places]
    assert tree["lines"][0]["rounded"]["largest_move_m"] < 1e-3


def test_a_limit_of_a_dossier_keeps_its_settlements_on_their_side(small_dossier, capsys):
    """The limit bends 500 m out round a village; thinned to 2 km it is straight but for that bend."""
    bend = [[10.5, 50.0], [10.5, 50.24], [10.507, 50.25], [10.5, 50.26], [10.5, 50.5]]
    west, east = ([*bend, [x, 50.5], [x, 50.0], bend[0]] for x in (10.0, 11.0))
    lands = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"iso": party},
                "geometry": {"type": "Polygon", "coordinates": [r]},
            }
            for party, r in (("AAA", west), ("BBB", east))
        ],
    }
    small_dossier.put("one.geojson", lands)
    small_dossier.put("two.geojson", lands)
    village = {"type": "Point", "coordinates": [10.503, 50.25]}
    small_dossier.put("places.json", {"type": "Feature", "properties": {"id": "v"}, "geometry": village})
    text = small_dossier.path.read_text(encoding="utf-8")
    words = [str(small_dossier.folder), "--limit", "one/M1", "--departure-m", "2000"]
    bare = described(small_dossier.folder, *words)
    assert len(bare["turning_points"]) == 2
    small_dossier.text(text + '[[layer]]\nkind = "settlements"\npath = "places.json"\nid_field = "id"\n')
    kept = described(small_dossier.folder, *words)
    assert len(kept["turning_points"]) == 3
    line = [(point["lon"], point["lat"]) for point in kept["turning_points"]]
    at = np.interp(50.25, *np.array(sorted(line, key=lambda place: place[1])).T[::-1])
    assert at > 10.503
    capsys.readouterr()
    assert run(["describe", str(small_dossier.folder), "--limit", "one/M9", "-o", "x"]) == 20
    assert "one/M1" in capsys.readouterr().err
    assert run(["describe", str(small_dossier.folder), "-o", "x"]) == 2
