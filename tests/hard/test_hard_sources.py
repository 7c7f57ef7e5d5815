"""Whole comparisons where the sources are hard: copies, one side, lines, tables, twenty of them, silence."""

import json
from itertools import pairwise

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

import merestone

WEST, EAST = 10.0, 11.0


def geodesic_m(one, other):
    return Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0])["s12"]


def wavy(shift=0.0, count=80, sway=0.03):
    lon = np.linspace(WEST, EAST, count)
    return [(float(x), float(41.0 + shift + sway * np.sin(12 * x))) for x in lon]


def lands(line, south=40.0, north=42.0):
    below = shapely.Polygon([*line, (line[-1][0], south), (line[0][0], south)])
    above = shapely.Polygon([*line, (line[-1][0], north), (line[0][0], north)])
    return below, above


def flat(lat):
    return lands([(WEST, lat), (EAST, lat)])


def pair(result, one, other):
    return next(p for p in result.pairs if (p.from_, p.to) == (one, other))


def source(result, name):
    return next(s for s in result.sources if s.id == name)


def codes(result):
    found = {note.code for note in result.findings}
    return found | {note.code for s in result.sources for note in s.findings}


def verdicts(result):
    return [(s.id, str(s.verdict), s.from_km, s.to_km) for s in result.sections]


def test_a_source_and_its_copy_are_one_family_at_no_distance(both_ways):
    """The same drawing as another file, so that the hashes differ."""

    def fill(book):
        book.sides("first", *lands(wavy()), family=False)
        book.sides("second", *(shapely.normalize(land) for land in lands(wavy())), family=False)

    result = both_ways(fill)
    assert [family.members for family in result.families] == [("first", "second")]
    assert len({s.sha256 for s in result.sources}) == 2
    for one, other in (("first", "second"), ("second", "first")):
        for figures in (pair(result, one, other).offsets_m.all, pair(result, one, other).offsets_m.main):
            assert figures.max_abs == figures.mean_abs == figures.p95_abs == 0.0
            assert figures.signed_mean == 0.0
            assert figures.toward is None
        assert pair(result, one, other).hausdorff_m == 0.0
        assert set(pair(result, one, other).areas_km2) <= {"AAA>AAA", "BBB>BBB", "neither>neither"}
    assert result.differences.listed == ()
    assert result.differences.smaller.count == 0
    # One family confirms nothing.
    assert {str(s.verdict) for s in result.sections} == {"cannot-say"}
    assert "copies-counted-once" in codes(result)


def test_two_sources_on_one_file_are_one_family(book):
    book.sides("first", *lands(wavy()), family=False)
    side = "side = { AAA = \"iso = 'AAA'\", BBB = \"iso = 'BBB'\" }"
    book.source("second", side, path="first.geojson", family=False)
    result = book.compare()
    assert len({s.sha256 for s in result.sources}) == 1
    (family,) = result.families
    assert family.members == ("first", "second")
    assert family.evidence["copies"][0]["by"] == "same-file"


def test_adding_a_copy_changes_no_verdict(books):
    def fill(book):
        book.sides("first", *lands(wavy()), family=False, accuracy=40)
        book.sides("other", *lands(wavy(0.001, count=33)), family=False, accuracy=30)

    two, three = books("two"), books("three")
    fill(two)
    fill(three)
    # The copy is drawn with every edge halved and says of itself that it is the finest.
    halved = [shapely.segmentize(land, 0.01) for land in lands(wavy())]
    three.sides("zz-copy", *halved, family=False, accuracy=40)
    before, after = two.compare(), three.compare()
    assert len(before.families) == len(after.families) == 2
    assert len(set(verdicts(before))) > 1
    assert verdicts(after) == verdicts(before)


def test_one_sided_and_lines_only_sources_together(both_ways):
    """Each 111 m from the two-sided one; the line does not part the corridor."""

    def fill(book):
        book.sides("both", *flat(41.0))
        book.sides("north", None, flat(41.001)[1])
        book.lines("line", [(WEST, 40.999), (EAST, 40.999)])

    result = both_ways(fill)
    assert "lines-part-nothing" in codes(result)
    assert [s.kind for s in result.sources] == ["two-sided", "lines", "one-sided"]
    up = geodesic_m((10.5, 41.0), (10.5, 41.001))
    down = geodesic_m((10.5, 41.0), (10.5, 40.999))
    north, line = pair(result, "both", "north").offsets_m, pair(result, "both", "line").offsets_m
    assert north.main.median_abs == pytest.approx(up, abs=1e-3)
    assert north.main.toward == "BBB"
    assert line.main.median_abs == pytest.approx(down, abs=1e-3)
    # Ending where the lands end, the line does not part the corridor, so it has no signs.
    assert line.main.toward is None
    assert line.main.signed_mean is None
    assert pair(result, "line", "north").offsets_m.main.median_abs == pytest.approx(up + down, abs=1e-3)
    # Where the one-sided source says not-BBB the two-sided one says BBB: a strip of 111 m.
    strip = pair(result, "both", "north").areas_km2["BBB>not-BBB"]
    assert strip == pytest.approx(up / 1e3 * degree_km(41.0005), rel=1e-3)


def degree_km(lat):
    """Length of a degree of a parallel, by a thousand geodesics."""
    lon = np.linspace(WEST, EAST, 1001)
    return sum(geodesic_m((a, lat), (b, lat)) for a, b in pairwise(lon)) / 1e3


def test_a_line_that_parts_the_corridor_has_sides(both_ways):
    """Drawn on beyond the corridor at both ends: labelled from the sides that the others give."""

    def fill(book):
        book.sides("both", *flat(41.0))
        book.lines("line", [(WEST - 1, 40.999), (EAST + 1, 40.999)])

    result = both_ways(fill)
    assert "lines-labelled-by-others" in codes(result)
    strip = pair(result, "both", "line").areas_km2["AAA>BBB"]
    down_km = geodesic_m((10.5, 41.0), (10.5, 40.999)) / 1e3
    assert strip == pytest.approx(down_km * degree_km(40.9995), rel=1e-6)
    assert "lines-left-out" in codes(result)


def test_lines_and_one_sides_alone_have_no_axis(both_ways):
    def fill(book):
        book.sides("north", None, flat(41.001)[1])
        book.sides("south", flat(41.0)[0], None)
        book.lines("line", [(WEST, 40.999), (EAST, 40.999)])

    result = both_ways(fill)
    assert result.axis is None
    assert result.sections == ()
    assert "no-axis" in codes(result)
    assert all(p.offsets_m.all.mean_abs is None for p in result.pairs)


def test_twenty_sources_and_every_pair_of_them(book):
    """Flat lines 100 m apart or so: the offset of each pair is the meridian arc between them."""
    lats = [41.0 + 0.0009 * k for k in range(20)]
    for k, lat in enumerate(lats):
        book.sides(f"s{k:02}", *lands([(10.0, lat), (10.1, lat)]), accuracy=10 + k)
    result = book.set(corridor_m=5000).compare()
    assert len(result.pairs) == 380
    for p in result.pairs:
        i, j = int(p.from_[1:]), int(p.to[1:])
        expected = geodesic_m((10.5, lats[i]), (10.5, lats[j]))
        assert p.offsets_m.main.max_abs == pytest.approx(expected, abs=1e-3)
        assert p.offsets_m.main.toward == ("BBB" if j > i else "AAA")
    assert {str(s.verdict) for s in result.sections} == {"differing"}
    assert result.axis.source == "s00"


def test_the_order_of_the_sources_does_not_matter(books):
    """Eight sources, entered upward and downward; two of them tie for the axis."""
    texts = []
    for name, step in (("up", 1), ("down", -1)):
        book = books(name)
        for k in range(8)[::step]:
            book.sides(f"s{k}", *lands(wavy(0.0003 * (k // 2), count=30 + k // 2)), family=False)
        texts.append(book.set(corridor_m=5000, station_m=2000).compare().to_json())
    assert texts[0] == texts[1]


def test_a_table_of_turning_points_is_a_source_of_lines(book):
    """The same five points as a treaty would list them, and as the edge of two lands."""
    points = [(10.0, 41.0), (10.2, 41.05), (10.5, 41.01), (10.75, 41.06), (11.0, 41.02)]

    def dms(value, hemisphere):
        seconds = round(value * 3600)
        return f"{seconds // 3600}°{seconds // 60 % 60:02}′{seconds % 60:02}″{hemisphere}"

    rows = [f"{k},{dms(lat, 'N')},{dms(lon, 'E')}" for k, (lon, lat) in enumerate(points, start=1)]
    text = "\n".join(["# datum: EPSG:4326", "# line: straight", "number,latitude,longitude", *rows])
    book.folder.joinpath("treaty.csv").write_text(text + "\n", encoding="utf-8")
    book.source("treaty", 'kind = "lines"', path="treaty.csv", accuracy=5)
    book.sides("map", *lands(points))
    result = book.compare()
    assert source(result, "treaty").kind == "lines"
    assert source(result, "treaty").limits[0].vertices == 5
    assert pair(result, "treaty", "map").offsets_m.all.max_abs == pytest.approx(0.0, abs=1e-5)
    length_km = result.axis.pieces[0].length_km
    assert sum(limit.length_km for limit in source(result, "treaty").limits) == pytest.approx(
        length_km, rel=1e-9
    )


@pytest.mark.parametrize("known", [None, 50])
def test_without_accuracies_nothing_can_be_said(both_ways, known):
    """The same two maps 2 km apart: differing where both accuracies are known, else cannot-say."""

    def fill(book):
        book.sides("one", *flat(41.0), accuracy=known).sides("two", *flat(41.02), accuracy=50)

    result = both_ways(fill, name=f"known-{known}")
    expected = "cannot-say" if known is None else "differing"
    assert {str(s.verdict) for s in result.sections} == {expected}
    assert str(pair(result, "one", "two").verdict) == expected
    assert pair(result, "one", "two").offsets_m.main.max_abs > 2000.0


def test_beyond_what_a_source_covers_it_is_silent(both_ways):
    """A map that covers the west alone: it has no limit beyond 10.5 E, and its sheet edge is none."""

    def fill(book):
        book.sides("whole", *flat(41.0))
        book.sides("sheet", *flat(41.001), covers="{ bbox = [9.0, 39.0, 10.5, 43.0] }")

    result = both_ways(fill)
    sheet = source(result, "sheet")
    half_km = sum(limit.length_km for limit in sheet.limits)
    whole_km = sum(limit.length_km for limit in source(result, "whole").limits)
    assert half_km == pytest.approx(whole_km / 2, rel=1e-4)
    assert sheet.areas_km2["silent"] == pytest.approx(
        sum(v for k, v in source(result, "whole").areas_km2.items()) / 2, rel=0.01
    )
    listed = [d for d in result.differences.listed if d.kind == "between"]
    assert len(listed) == 1
    assert listed[0].area_km2 == pytest.approx(degree_km(41.0005) / 2 * 0.111, rel=2e-2)
    east = [s for s in result.sections if s.from_[0] > 10.51]
    assert {str(s.verdict) for s in east} <= {"cannot-say"}


def test_a_lake_as_a_hole_is_no_limit_and_no_ones_land(both_ways):
    """South of the line a hole that holds nothing of BBB: an own difference whose cause is the lake."""
    lake = shapely.box(10.4, 40.90, 10.5, 40.95)

    def fill(book):
        below, above = flat(41.0)
        book.sides("holed", shapely.difference(below, lake), above).sides("whole", *flat(41.0005))
        book.layer("lakes", "waters", ({"name": "Round Lake"}, lake))

    result = both_ways(fill)
    assert [limit.piece for limit in source(result, "holed").limits] == ["M1"]
    assert result.enclaves == ()
    (own,) = [d for d in result.differences.listed if d.kind == "own"]
    assert own.cause == "lake"
    assert own.labels == {"holed": "neither", "whole": "AAA"}
    ring = Geodesic.WGS84.Polygon()
    for lon in np.linspace(10.4, 10.5, 200):
        ring.AddPoint(40.90, lon)
    for lon in np.linspace(10.5, 10.4, 200):
        ring.AddPoint(40.95, lon)
    assert own.area_km2 == pytest.approx(ring.Compute()[2] / 1e6, rel=1e-6)


def test_areas_that_reach_the_edge_of_the_corridor_say_so(both_ways):
    """A wedge as wide as the corridor: its inner end is whole, its outer end is cut."""

    def fill(book):
        book.sides("one", *lands([(10.0, 41.0), (10.5, 41.0), (11.0, 41.0)]))
        book.sides("two", *lands([(10.0, 41.0), (10.5, 41.0), (11.0, 41.3)]))
        # A third, one-sided source shows land far to the south: no limit of it lies there.
        book.sides("spot", None, shapely.box(10.1, 40.0, 10.3, 40.97))
        book.set(corridor_m=5000)

    result = both_ways(fill)
    reaching = [d for d in result.differences.listed if d.reaches_corridor_edge]
    assert reaching
    inner = shapely.difference(result.shapes.corridor, shapely.buffer(result.shapes.corridor.boundary, 1e-4))
    for difference, shape in result.shapes.differences:
        if not difference.reaches_corridor_edge:
            assert shapely.covers(shapely.buffer(inner, 2e-4), shape)
        else:
            assert shapely.distance(shape, result.shapes.corridor.boundary) < 1e-9


def test_outputs_and_verify_of_a_hard_case(book, tmp_path, capsys):
    """All files of a case with every kind of source are written, and `verify` finds them equal."""
    from merestone.cli.app import run

    book.sides("both", *lands(wavy())).sides("north", None, lands(wavy(0.001))[1])
    book.lines("line", wavy(-0.001), accuracy=None)
    out = tmp_path / "out"
    assert run(["compare", str(book.write()), "-q", "-o", str(out)]) == 0
    assert run(["verify", str(out), str(book.folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("equal")
    names = {path.name for path in out.iterdir()}
    assert {"comparison.json", "comparison.gpkg", "report.html", "manifest.json"} <= names
    tree = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert tree["dossier"]["title"] == "A hard case"
    assert merestone.open(book.folder).compare().to_json() == (out / "comparison.json").read_text(
        encoding="utf-8"
    )
