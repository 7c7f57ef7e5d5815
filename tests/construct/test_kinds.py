"""Consensus, assembled and straight lines."""

import json
import sqlite3
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from pyproj import Geod, Transformer

sys.path.insert(0, str(Path(__file__).parent))
from linecases import sides

from merestone.cli.app import run
from merestone.geometry.nearest import EdgeIndex

WGS = Geodesic.WGS84
GEOD = Geod(ellps="WGS84")
ONE = [[10.500123, 50.000231], [10.500123, 50.250417], [10.500123, 50.500411]]
TWO = [[10.480317, 50.000231], [10.520319, 50.250411], [10.480317, 50.500411]]
"""Six decimals: coordinates in coarse steps would make each a copy of the other to its last decimal."""
SHIFT = 0.010077


@pytest.fixture
def three(small_dossier):
    """Sources one (50 m), two (50 m) and three (20 m); the last has the line of two shifted by 0.01° east."""
    small_dossier.put("one.geojson", sides(ONE))
    small_dossier.put("two.geojson", sides(TWO))
    small_dossier.put("three.geojson", sides([[x + SHIFT, y] for x, y in TWO]))
    text = small_dossier.path.read_text(encoding="utf-8")
    text += '[[source]]\nid = "three"\npath = "three.geojson"\nparty_field = "iso"\n'
    small_dossier.text(text + 'accuracy = { measure = "CE95", metres = 20 }\n')
    return small_dossier


@pytest.fixture
def sectioned(three):
    """Two families, which meet twice: sections begin and end where they come near one another."""
    three.put("three.geojson", sides(TWO))
    text = three.path.read_text(encoding="utf-8")
    three.text(text.replace("[[source]]", "[compare]\nmin_section_m = 100\naxis = 'one'\n[[source]]", 1))
    return three


def section_names(dossier):
    out = dossier.folder / "out"
    assert run(["compare", str(dossier.folder), "-q", "-o", str(out)]) == 0
    names = [section["id"] for section in json.loads((out / "comparison.json").read_text())["sections"]]
    assert len(names) > 2
    return names


def drawn(dossier, kind, *words):
    out = dossier.folder / "drawn"
    assert run(["construct", kind, str(dossier.folder), *words, "-q", "-o", str(out)]) == 0
    return json.loads((out / "candidate.json").read_text(encoding="utf-8"))


def places(tree):
    return np.array([[point["lon"], point["lat"]] for point in tree["turning_points"]])


def codes(tree):
    return [note["code"] for note in tree["findings"]]


BETWEEN = ["--between", "one", "two", "--chord-m", "0.5"]


def test_equal_area_along_a_section_is_that_stretch_of_the_whole_line(sectioned):
    whole = drawn(sectioned, "equal-area", *BETWEEN, "--ratio", "1:3")
    names = section_names(sectioned)
    every = np.array([[p["lon"], p["lat"]] for p in whole["turning_points"]])
    length_km = 0.0
    for name in names:
        tree = drawn(sectioned, "equal-area", *BETWEEN, "--ratio", "1:3", "--section", name)
        (line,) = tree["lines"]
        assert line["id"] == name
        assert tree["parameters"]["sections"] == [name]
        length_km += tree["length_km"]
        line = np.array([[p["lon"], p["lat"]] for p in tree["turning_points"]])
        # All of its turning points but the cuts are of the whole line; the cuts lie on its legs.
        new = [p for p in line if not (np.abs(every - p).max(axis=1) < 2e-9).any()]
        assert len(new) <= 2
        for place in new:
            detours_m = [
                GEOD.inv(*a, *place)[2] + GEOD.inv(*place, *b)[2] - GEOD.inv(*a, *b)[2]
                for a, b in pairwise(every)
            ]
            assert min(detours_m) < 1e-6
        told = {note["code"] for note in tree["findings"]}
        assert ("equal-area-cut" in told) == bool(tree["parameters"]["differences"])
    assert length_km == pytest.approx(whole["length_km"], abs=0.002)
    both = drawn(sectioned, "equal-area", *BETWEEN, "--ratio", "1:3", "--section", ",".join(names))
    assert both["parameters"]["differences"] == whole["parameters"]["differences"]
    assert "equal-area-cut" not in {note["code"] for note in both["findings"]}


def test_every_piece_of_a_consensus_lies_on_the_source_that_it_names(three):
    tree = drawn(three, "consensus", "--weight", "one=1", "--weight", "two=1", "--weight", "three=1")
    lines = {"one": ONE, "two": TWO, "three": [[x + SHIFT, y] for x, y in TWO]}
    legs = [(a, b) for a, b in pairwise(tree["turning_points"]) if a["leg"]]
    assert {a["leg"]["from_source"] for a, _ in legs} > {"one"}
    for a, b in legs:
        index = EdgeIndex([np.array(lines[a["leg"]["from_source"]])])
        middle = [(a["lon"] + b["lon"]) / 2, (a["lat"] + b["lat"]) / 2]
        assert index.query(np.array([middle])).distance_m[0] < 0.001
    # The line in the middle of three wins everywhere: two of three are always on its far side.
    points = places(tree)
    points = points[np.argsort(points[:, 1], kind="stable")]
    for lat in (50.05, 50.12, 50.2, 50.24):
        every = [np.interp(lat, [y for _, y in line], [x for x, _ in line]) for line in lines.values()]
        assert np.interp(lat, points[:, 1], points[:, 0]) == pytest.approx(np.median(every), abs=1e-6)
    assert "consensus-is-a-count" in codes(tree)


def test_the_weight_of_accuracy_makes_the_finest_map_win(three):
    tree = drawn(three, "consensus")
    assert tree["parameters"]["weights"] == pytest.approx({"one": 0.16, "three": 1.0, "two": 0.16})
    assert {p["leg"]["from_source"] for p in tree["turning_points"] if p["leg"]} == {"three"}
    effects = {entry["source"]: entry["areas_km2"] for entry in tree["effects"]}
    assert effects["three"] == {}


def test_copies_count_once_and_their_consensus_is_the_source(three):
    three.put("three.geojson", sides(TWO))
    three.put("one.geojson", sides(TWO))
    tree = drawn(three, "consensus")
    assert len(tree["parameters"]["weights"]) == 1
    assert places(tree) == pytest.approx(np.array(TWO), abs=1e-9)


def test_equal_weights_leave_the_line_open_and_say_so(small_dossier):
    small_dossier.put("one.geojson", sides(ONE))
    small_dossier.put("two.geojson", sides(TWO))
    tree = drawn(small_dossier, "consensus")
    assert tree["length_km"] == 0.0
    assert codes(tree).count("consensus-tie") == 3


@pytest.mark.parametrize("east", [0.0, 0.05])
def test_where_the_heaviest_map_shows_neither_or_both_no_lighter_one_draws_on(three, east):
    """Source three leaves a gap between its sides, or lets them overlap, east of where they meet at 50.25."""
    west = sides([*ONE[:2], [10.5 + east, 50.500411]])
    west["features"][1] = sides([*ONE[:2], [10.55 - east, 50.500411]])["features"][1]
    three.put("three.geojson", west)
    tree = drawn(three, "consensus")
    points = places(tree)
    assert {p["leg"]["from_source"] for p in tree["turning_points"] if p["leg"]} == {"three"}
    ends = [points[:, 1].min(), points[:, 1].max()]
    assert ends == pytest.approx([50.000231, 50.250417])
    note = next(one for one in tree["findings"] if one["code"] == "consensus-undivided")
    corners = np.array(
        [[10.500123, 50.250417], [10.5, 50.500411], [10.55, 50.500411], [10.500123, 50.250417]]
    )
    lon, lat = (np.interp(np.linspace(0.0, 3.0, 3001), range(4), along) for along in corners.T)
    exact = abs(GEOD.polygon_area_perimeter(lon, lat)[0]) / 1e6
    assert note["values"]["area_km2"] == pytest.approx(exact, rel=1e-4)


def test_exchanging_the_parties_changes_nothing_in_a_consensus(three):
    there = drawn(three, "consensus")
    for name in ("one", "two", "three"):
        text = (three.folder / f"{name}.geojson").read_text()
        swapped = text.replace('"AAA"', '"X"').replace('"BBB"', '"AAA"').replace('"X"', '"BBB"')
        (three.folder / f"{name}.geojson").write_text(swapped)
    assert places(drawn(three, "consensus")).tolist() == places(there).tolist()


def test_sections_are_assembled_with_their_joins(sectioned):
    three = sectioned
    sections = section_names(three)
    chosen = ["one", "two", "median"]
    lines = [f'{name} = "{chosen[k % 3]}"' for k, name in enumerate(sections[:3])]
    stated = 'line = "two", follows = "thalweg", moves = "fixed-at 2020-01-31", prevails = "map"'
    lines[1] = f"{sections[1]} = {{ {stated} }}"
    (three.folder / "choices.toml").write_text('between = ["one", "two"]\n' + "\n".join(lines))
    tree = drawn(three, "assemble", "--choices", str(three.folder / "choices.toml"), "--chord-m", "20")
    assert [line["piece"] for line in tree["lines"]] == ["M1"]
    legs = [point["leg"] for point in tree["turning_points"] if point["leg"]]
    assert {leg["section"] for leg in legs} - {None} == set(sections[:3])
    stated = {(leg["follows"], leg["moves"], leg["prevails"]) for leg in legs if leg["from_source"] == "two"}
    assert stated == {("thalweg", "fixed-at 2020-01-31", "map")}
    assert {leg["follows"] for leg in legs if leg["from_source"] == "one"} == {"not-stated"}
    for join in tree["joins"]:
        length_m = GEOD.inv(*join["from"], *join["to"])[2]
        assert join["length_m"] == pytest.approx(length_m, abs=0.001)
    assert codes(tree).count("assembly-joined") == len(tree["joins"]) > 0


def test_a_median_of_a_section_in_which_both_limits_coincide_is_their_line(sectioned):
    """Two and three draw one line: alone its halving is refused, in one section of several it stands."""
    names = section_names(sectioned)
    choices = sectioned.folder / "choices.toml"
    choices.write_text(f'between = ["two", "three"]\n{names[0]} = "median"\n{names[1]} = "one"\n')
    tree = drawn(sectioned, "assemble", "--choices", str(choices), "--chord-m", "20")
    points = tree["turning_points"]
    halved = [k for k, point in enumerate(points) if point["leg"] and point["leg"]["section"] == names[0]]
    assert halved
    for point in points[halved[0] : halved[-1] + 2]:
        lon = np.interp(point["lat"], [TWO[0][1], TWO[1][1]], [TWO[0][0], TWO[1][0]])
        assert point["lon"] == pytest.approx(lon, abs=2e-9)  # as rounded, on the first edge of two
    assert "median-coincident" in codes(tree)


def test_straight_lines_of_every_type(tmp_path):
    def line(kind, *words, points=("10E 50N", "14E 52N")):
        given = [word for point in points for word in ("--point", point)]
        out = tmp_path / kind
        assert run(["construct", "straight", *given, "--line", kind, *words, "-q", "-o", str(out)]) == 0
        database = sqlite3.connect(out / "candidate.gpkg")
        (blob,) = database.execute("SELECT geom FROM candidate_lines").fetchone()
        database.close()
        import shapely

        coords = shapely.get_coordinates(shapely.from_wkb(blob[40:]))
        return json.loads((out / "candidate.json").read_text()), coords

    tree, coords = line("geodesic")
    assert tree["length_km"] == pytest.approx(WGS.Inverse(50, 10, 52, 14)["s12"] / 1000, abs=0.001)
    assert [leg["line_type"] for leg in (tree["turning_points"][0]["leg"],)] == ["geodesic"]
    tree, coords = line("loxodrome")
    azimuth = [WGS.Inverse(a[1], a[0], b[1], b[0])["azi1"] for a, b in pairwise(coords)]
    assert np.ptp(azimuth) < 0.2  # every short chord has the same course
    tree, coords = line("parallel", points=("10E 50N", "14E 50N"))
    assert (coords[:, 1] == 50.0).all()
    tree, coords = line("grid", "--crs", "EPSG:32632")
    xy = np.array(Transformer.from_crs(4326, 32632, always_xy=True).transform(*coords.T)).T
    along = (xy[-1] - xy[0]) / np.hypot(*(xy[-1] - xy[0]))
    assert np.abs((xy - xy[0]) @ np.array([-along[1], along[0]])).max() < 0.02


def refused(capsys, code, *words):
    assert run(["construct", *words]) == code
    out, err = capsys.readouterr()
    assert out == ""
    return next(line for line in err.splitlines() if line.startswith("error: "))


def test_bad_input(three, capsys, tmp_path):
    folder = str(three.folder)
    choices = tmp_path / "choices.toml"
    before = three.listing()
    for text, said in (
        ('M1-S01 = "four"', "is no source, median, equal-area nor a file"),
        ('M9-S01 = "one"', "'M9-S01' is no section"),
        ('M1-S01 = "median"', "not between which limits"),
        ('M1-S01 = { line = "one", follows = "river" }', "write one of none, thalweg"),
        ('M1-S01 = { line = "one", moves = "fixed-at 2020" }', "write ambulatory"),
        ("M1-S01 = 3", "write a source, median"),
        ("between = 'one'\nM1-S01 = 'one'", "write the two limits"),
        ("", "nothing is chosen"),
        ("M1-S01 = ", "cannot be read as TOML"),
    ):
        choices.write_text(text)
        assert said in refused(capsys, 20, "assemble", folder, "--choices", str(choices))
    assert "--choices FILE.toml" in refused(capsys, 2, "assemble", folder)
    assert "no such source" in refused(capsys, 20, "consensus", folder, "--weight", "four=1")
    assert "a weight is a number" in refused(capsys, 2, "consensus", folder, "--weight", "one=-1")
    points = ["--point", "10E 50N", "--point", "14E 52N", "-o", str(tmp_path / "out")]
    assert "cannot run from latitude" in refused(capsys, 20, "straight", *points, "--line", "parallel")
    assert "needs the grid" in refused(capsys, 2, "straight", *points, "--line", "grid")
    assert "projected system on WGS 84" in refused(
        capsys, 20, "straight", *points, "--line", "grid", "--crs", "EPSG:28408"
    )
    assert "needs two points" in refused(capsys, 20, "straight", *points[:2])
    assert "repeats the one before" in refused(capsys, 20, "straight", *points[:2], *points[:2])
    assert three.listing() == before
    assert not (tmp_path / "out").exists()


def test_a_one_sided_map_speaks_for_the_other_party_only_where_some_map_shows_its_land(three):
    """Map two draws party AAA alone and weighs most. Where its line lies west of map one's it shows, between
    them, not AAA where map one shows AAA. Alone with map one that is nobody's land; map three, whose
    line lies farther west, shows it as land of BBB."""
    three.replace(
        'path = "two.geojson"\nparty_field = "iso"', 'path = "two.geojson"\nside = { AAA = "iso = \'AAA\'" }'
    )
    alone = drawn(three, "consensus", "--weight", "one=1", "--weight", "two=3")
    assert "consensus-undivided" in codes(alone)
    whys = {note["values"]["why"] for note in alone["findings"] if note["code"] == "candidate-open-end"}
    assert "most weight shows what lies beyond as both parties' or neither's" in whys
    three.put("three.geojson", sides([[x - 0.002013, y] for x, y in TWO]))
    backed = drawn(three, "consensus", "--weight", "one=1", "--weight", "two=3", "--weight", "three=0.5")
    assert "consensus-undivided" not in codes(backed)
    points = places(backed)
    assert points[[0, -1]] == pytest.approx(np.array(TWO)[[0, -1]], abs=1e-9)
    assert points[:, 0] == pytest.approx(np.interp(points[:, 1], *np.array(TWO).T[::-1]), abs=1e-8)
    assert {p["leg"]["from_source"] for p in backed["turning_points"] if p["leg"]} == {"two"}


TRIPOINT = """
[[instrument]]
id = "treaty-of-three"
titles = { en = "Treaty of three States" }
parties = ["AAA", "BBB", "Third State"]
tripoint = "10.4810E 50.5050N"
[[instrument]]
id = "far-away"
titles = { en = "Another" }
parties = ["AAA", "BBB", "Third State"]
tripoint = "13E 52N"
"""


def test_a_tripoint_is_told_only_where_three_states_state_it(three):
    words = ["--between", "one", "two", "--chord-m", "20"]
    plain = drawn(three, "median", *words)
    assert plain["tripoints"] == []
    three.text(three.path.read_text(encoding="utf-8") + TRIPOINT)
    told = drawn(three, "median", *words)
    assert told["turning_points"] == plain["turning_points"]
    (one,) = told["tripoints"]
    assert (one["instrument"], one["point"]) == ("treaty-of-three", [10.481, 50.505])
    ends = [end["point"] for line in told["lines"] for end in line["ends"]]
    away_m = {tuple(end): GEOD.inv(*end, 10.481, 50.505)[2] for end in ends}
    assert tuple(one["end"]) == min(away_m, key=away_m.get)
    assert one["distance_m"] == pytest.approx(min(away_m.values()), abs=0.01)
    assert "candidate-tripoint-stated" in codes(told)
    page = (three.folder / "drawn" / "candidate.html").read_text(encoding="utf-8")
    assert "treaty-of-three of AAA, BBB, Third State" in page


@pytest.mark.parametrize("along", [[], ["--section", "M1-S01"]])
def test_equal_area_is_refused_where_the_median_is(three, capsys, along):
    """Lines 1.4 km apart that meet nowhere, and a reach of 100 m: nothing is between them."""
    three.put("two.geojson", sides([[x + 0.02, y] for x, y in ONE]))
    said = []
    for kind in ("median", "equal-area"):
        out = three.folder / kind
        command = ["construct", kind, str(three.folder), *BETWEEN, "--reach-km", "0.1", *along]
        assert run([*command, "-q", "-o", str(out)]) == 20
        assert not (out / "candidate.json").exists()
        said.append(capsys.readouterr().err)
    assert said[0] == said[1]
    assert "do not face one another" in said[0]
