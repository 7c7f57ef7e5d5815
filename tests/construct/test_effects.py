"""What a candidate shows otherwise than each source, and lines that part differences by area."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

sys.path.insert(0, str(Path(__file__).parent))
from linecases import sides

from merestone.cli.app import run
from merestone.construct.within import stretches_within
from merestone.model.ellipsoid import WGS84

GEOD = Geod(ellps="WGS84")
ONE = [[10.5, 50.0], [10.5, 50.5]]
TWO = [[10.48, 50.0], [10.52, 50.25], [10.48, 50.5]]
"""West is AAA, east is BBB; the second line crosses the first twice."""


@pytest.fixture(scope="module")
def crossing(a_small_dossier, tmp_path_factory):
    """Drawn in by all tests: each candidate in a folder of its own, once."""
    small_dossier = a_small_dossier(tmp_path_factory.mktemp("effects") / "small")
    small_dossier.put("one.geojson", sides(ONE))
    small_dossier.put("two.geojson", sides(TWO))
    places = [("10", [10.504, 50.24]), ("11", [10.518, 50.251]), ("12", [10.3, 50.2])]
    features = [
        {"type": "Feature", "properties": {"id": i}, "geometry": {"type": "Point", "coordinates": c}}
        for i, c in places
    ]
    small_dossier.put("places.geojson", {"type": "FeatureCollection", "features": features})
    road = {"type": "LineString", "coordinates": [[10.4, 50.25], [10.6, 50.25]]}
    roads = [{"type": "Feature", "properties": {"id": "r1"}, "geometry": road}]
    small_dossier.put("roads.geojson", {"type": "FeatureCollection", "features": roads})
    text = small_dossier.path.read_text(encoding="utf-8")
    for kind, name in (("settlements", "places"), ("roads", "roads")):
        text += f'[[layer]]\nkind = "{kind}"\npath = "{name}.geojson"\nid_field = "id"\n'
    small_dossier.text(text)
    return small_dossier


def folder_of(dossier, kind, *words):
    return dossier.folder / "-".join(("drawn", kind, *words)).replace(":", "to")


def drawn(dossier, kind, *words):
    out = folder_of(dossier, kind, *words)
    if out.exists():
        return json.loads((out / "candidate.json").read_text(encoding="utf-8"))
    command = ["construct", kind, str(dossier.folder), "--between", "one", "two", "--chord-m", "0.5"]
    assert run([*command, *words, "-q", "-o", str(out)]) == 0
    return json.loads((out / "candidate.json").read_text(encoding="utf-8"))


def ring_km2(*coords):
    """The area of a ring of geodesics; edges straight in longitude/latitude are cut fine before."""
    lon, lat = np.concatenate(coords).T
    return abs(GEOD.polygon_area_perimeter(lon, lat)[0]) / 1e6


def fine(a, b):
    share = np.linspace(0.0, 1.0, 400)[:, None]
    return np.array(a) + share * (np.array(b) - np.array(a))


def middle_difference_km2():
    """Between the two crossings: one is the meridian, the other reaches 10.52."""
    return ring_km2(fine((10.5, 50.125), (10.52, 50.25)), fine((10.52, 50.25), (10.5, 50.375)))


def test_areas_settlements_and_roads_are_those_between_the_lines(crossing):
    tree = drawn(crossing, "median")
    effects = {entry["source"]: entry for entry in tree["effects"]}
    between = [point for point in tree["turning_points"] if 50.125 <= point["lat"] <= 50.375]
    line = np.array([[point["lon"], point["lat"]] for point in between])
    own = ring_km2(line, fine((10.5, 50.375), (10.5, 50.125)))
    assert effects["one"]["areas_km2"]["BBB>AAA"] == pytest.approx(own, abs=0.001)
    assert effects["two"]["areas_km2"]["AAA>BBB"] == pytest.approx(middle_difference_km2() - own, abs=0.001)
    shown = {id_: [one["id"] for one in effects[id_]["settlements"]] for id_ in effects}
    assert shown == {"one": ["10"], "two": ["11"]}
    assert effects["one"]["settlements"][0]["shown"] == "BBB"
    assert effects["one"]["settlements"][0]["candidate"] == "AAA"
    roads = {id_: effects[id_]["roads"][0]["length_km"] for id_ in effects}
    width = GEOD.inv(10.5, 50.25, 10.52, 50.25)[2] / 1000.0
    assert roads["one"]["BBB>AAA"] + roads["two"]["AAA>BBB"] == pytest.approx(width, abs=0.002)
    begin = GEOD.inv(10.4, 50.25, 10.5, 50.25)[2] / 1000.0
    spans = [(s["from_km"], s["to_km"]) for id_ in effects for s in effects[id_]["roads"][0]["stretches"]]
    assert spans[0][0] == pytest.approx(begin, abs=0.002)
    assert spans[0][1] == pytest.approx(spans[1][0], abs=1e-6)  # the candidate parts them
    assert spans[1][1] == pytest.approx(begin + width, abs=0.002)
    half = effects["one"]["offsets_m"]["max_abs"]
    assert half == pytest.approx(effects["two"]["offsets_m"]["max_abs"], abs=1.0)


def test_a_road_that_comes_back_has_a_stretch_for_each_pass():
    """Out of the square and in again; both passes count, what runs along the outline does not."""
    area = shapely.box(10.0, 0.0, 10.1, 0.1)
    road = np.array([[9.9, 0.05], [10.05, 0.05], [10.2, 0.05], [10.05, 0.05], [10.05, 0.1], [10.1, 0.1]])
    got = stretches_within(road, area, WGS84)
    east, north = (GEOD.inv(10.0, 0.05, 10.1, 0.05)[2] / 1e3, GEOD.inv(10.05, 0.05, 10.05, 0.1)[2] / 1e3)
    twice = 3 * east  # from 9.9 to 10.2
    exact = [(east, 2 * east), (twice + east, twice + 1.5 * east + north)]
    assert np.array(got) == pytest.approx(np.array(exact), abs=1e-6)


def test_sums_by_section_are_the_whole(crossing):
    for entry in drawn(crossing, "median")["effects"]:
        for key, area in entry["areas_km2"].items():
            parts = [section["areas_km2"].get(key, 0.0) for section in entry["sections"]]
            assert sum(parts) == pytest.approx(area, abs=0.001)


@pytest.mark.parametrize(("ratio", "share"), [("1:1", 0.5), ("1:3", 0.25)])
def test_equal_area_parts_a_difference_as_asked(crossing, ratio, share):
    tree = drawn(crossing, "equal-area", "--ratio", ratio)
    (difference,) = tree["parameters"]["differences"]
    whole = middle_difference_km2()
    assert difference["area_km2"] == pytest.approx(whole, abs=1e-3)
    assert difference["parts_km2"]["one"] == pytest.approx(share * difference["area_km2"], abs=1e-6)
    ends = sorted([difference["from"], difference["to"]], key=lambda place: place[1])
    assert ends[0] == pytest.approx([10.5, 50.125], abs=1e-7)
    line = np.array(
        [[p["lon"], p["lat"]] for p in tree["turning_points"] if 50.125 - 1e-7 <= p["lat"] <= 50.375 + 1e-7]
    )
    assert ring_km2(line, fine((10.5, 50.375), (10.5, 50.125))) == pytest.approx(share * whole, abs=1e-3)
    assert ((line[:, 0] >= 10.5 - 1e-9) & (line[:, 0] <= 10.52)).all()


def test_equal_area_of_exchanged_sources_is_the_same_line(crossing):
    there = drawn(crossing, "equal-area", "--ratio", "1:3")
    out = crossing.folder / "back"
    command = ["construct", "equal-area", str(crossing.folder), "--between", "two", "one", "--ratio", "3:1"]
    assert run([*command, "--chord-m", "0.5", "-q", "-o", str(out)]) == 0
    back = json.loads((out / "candidate.json").read_text(encoding="utf-8"))
    assert there["turning_points"] == back["turning_points"]


def test_the_page_tells_the_same_and_takes_no_side(crossing):
    tree = drawn(crossing, "median")
    page = (folder_of(crossing, "median") / "candidate.html").read_text(encoding="utf-8")
    for entry in tree["effects"]:
        for key in entry["areas_km2"]:
            assert key.replace(">", "&gt;") in page
    assert "<script" not in page
    assert "default-src 'none'" in page.replace("&#39;", "'")
    assert "neither party is bound by it" in page
    words = page.partition("<main>")[2].lower()
    assert not any(word in words for word in (" gain", " lose", " loss", " agreed"))
    for note in tree["findings"]:
        assert note["code"] in page
