"""Whole comparisons where the lines are hard: apart, in pieces, tangled, one on the other."""

import json
from math import atanh, cos, radians, sin, sqrt

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from merestone.cli.app import run

A, F = 6378137.0, 1 / 298.257223563
E2 = F * (2 - F)


def zone_km2(south, north, width_deg):
    """Area between two parallels over `width_deg` of longitude: closed form on the ellipsoid."""

    def up_to(lat):
        s, e = sin(radians(lat)), sqrt(E2)
        return A * A * (1 - E2) / 2 * (s / (1 - E2 * s * s) + atanh(e * s) / e)

    return radians(width_deg) * (up_to(north) - up_to(south)) / 1e6


def parallel_km(lat, width_deg):
    s = sin(radians(lat))
    return radians(width_deg) * A * cos(radians(lat)) / sqrt(1 - E2 * s * s) / 1e3


def geodesic_m(one, other):
    return Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0])["s12"]


def south_and_north(line, south=40.0, north=42.0):
    """The land south and north of a line that runs from west to east."""
    west, east = line[0][0], line[-1][0]
    below = shapely.Polygon([*line, (east, south), (west, south)])
    above = shapely.Polygon([*line, (east, north), (west, north)])
    return below, above


def at_parallel(lat, west=10.0, east=11.0, **keys):
    return south_and_north([(west, lat), (east, lat)], **keys)


def pair(result, one, other):
    return next(p for p in result.pairs if (p.from_, p.to) == (one, other))


def codes(result):
    found = {note.code for note in result.findings}
    return found | {note.code for source in result.sources for note in source.findings}


def test_two_parallels_differ_by_the_meridian_arc_and_the_zone_between_them(both_ways):
    def fill(book):
        book.sides("one", *at_parallel(41.0)).sides("two", *at_parallel(41.02))

    result = both_ways(fill)
    arc_m = geodesic_m((10.5, 41.0), (10.5, 41.02))
    main = pair(result, "one", "two").offsets_m.main
    assert main.max_abs == pytest.approx(arc_m, abs=1e-3)
    assert main.median_abs == pytest.approx(arc_m, abs=1e-3)
    assert main.toward == "BBB"
    assert result.axis.pieces[0].length_km == pytest.approx(parallel_km(41.0, 1.0), rel=1e-9)
    assert pair(result, "one", "two").areas_km2["BBB>AAA"] == pytest.approx(
        zone_km2(41.0, 41.02, 1.0), rel=1e-9
    )
    # The other line ends square to this one's ends, not short of them: nothing is left unsaid.
    assert [section.verdict for section in result.sections] == ["differing"]
    assert main.unmatched_km == 0.0


def test_sides_that_share_no_edge_have_a_limit_each_and_the_strip_between_as_gap(both_ways):
    def fill(book):
        below, _ = at_parallel(41.0)
        _, above = at_parallel(41.001)
        book.sides("apart", below, above).sides("joined", *at_parallel(41.0005))

    result = both_ways(fill)
    apart = next(source for source in result.sources if source.id == "apart")
    assert {limit.party for limit in apart.limits} == {"AAA", "BBB"}
    assert "sides-never-touch" in codes(result)
    # Whichever side stations lie on, the other source's one line is half the strip away.
    half_m = geodesic_m((10.5, 41.0), (10.5, 41.0005))
    assert pair(result, "apart", "joined").offsets_m.main.median_abs == pytest.approx(half_m, abs=1e-3)


def test_rounded_sides_touch_here_and_there_and_still_make_one_piece(both_ways):
    """Each side rounded by itself, as dcw is: crossings, gaps and overlaps of some metres."""
    lon = np.linspace(10.0, 11.0, 400)
    lat = 41.0 + 0.05 * np.sin(9 * lon)
    line = np.column_stack([lon, lat])
    noise = np.random.default_rng(3)
    two = line + noise.uniform(-5e-5, 5e-5, line.shape) * [[0, 1]]
    one = line + noise.uniform(-5e-5, 5e-5, line.shape) * [[0, 1]]

    def fill(book):
        below, _ = south_and_north(one.tolist())
        _, above = south_and_north(two.tolist())
        book.sides("rounded", below, above).sides("clean", *south_and_north(line.tolist()))

    result = both_ways(fill)
    assert [piece.id for piece in result.axis.pieces] == ["M1"]
    rounded = next(source for source in result.sources if source.id == "rounded")
    drawn_apart = shapely.symmetric_difference(
        south_and_north(one.tolist())[0], south_and_north(two.tolist())[0]
    ).area
    reported = sum(gap.area_km2 for gap in (*rounded.gaps, *rounded.overlaps))
    square_km = parallel_km(41.0, 1.0) * geodesic_m((10, 40.5), (10, 41.5)) / 1e3
    assert reported == pytest.approx(drawn_apart * square_km, rel=2e-2)
    # No vertex moved by more than 5e-5 of a degree of latitude: 5.56 m.
    for first, second in (("rounded", "clean"), ("clean", "rounded")):
        assert pair(result, first, second).offsets_m.main.max_abs < 5.56


def test_a_source_without_common_boundary_keeps_its_areas_and_says_so(both_ways):
    def fill(book):
        far = shapely.box(10.0, 41.5, 11.0, 42.0)
        book.sides("joined", *at_parallel(41.0)).sides("apart", shapely.box(10, 40, 11, 40.9), far)

    result = both_ways(fill)
    assert "no-common-boundary" in codes(result)
    assert result.axis.source == "joined"
    assert pair(result, "joined", "apart").offsets_m.all.mean_abs is None
    assert pair(result, "joined", "apart").hausdorff_m is None
    assert {section.verdict for section in result.sections} == {"cannot-say"}
    # What the other source leaves to nobody within the corridor shows as own differences.
    assert {d.kind for d in result.differences.listed} == {"own"}


def test_no_source_with_a_common_boundary_ends_well(book, tmp_path, capsys):
    one, far = shapely.box(10, 40, 11, 40.9), shapely.box(10, 41.5, 11, 42)
    book.sides("first", one, far).sides("second", shapely.box(10, 40, 11, 40.8), far)
    result = book.compare()
    assert result.axis is None
    assert result.sections == ()
    assert "no-axis" in codes(result)
    assert run(["compare", str(book.folder), "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert "no two-sided source shows a common boundary" in said.err + said.out
    tree = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))
    assert tree["axis"] is None
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


def test_a_third_country_between_parts_the_boundary_in_pieces(both_ways):
    """Two stretches of the same parallel with a third land on it between them."""

    def lands(lat):
        third = shapely.box(10.4, 40.7, 10.7, 41.3)
        return [shapely.difference(land, third) for land in at_parallel(lat)]

    def fill(book):
        book.sides("one", *lands(41.0)).sides("two", *lands(41.001))

    result = both_ways(fill)
    lengths = {piece.id: piece.length_km for piece in result.axis.pieces}
    assert lengths == pytest.approx({"M1": parallel_km(41.0, 0.4), "M2": parallel_km(41.0, 0.3)}, rel=1e-9)
    for source in result.sources:
        assert {limit.piece for limit in source.limits} == {"M1", "M2"}
    arc_m = geodesic_m((10.2, 41.0), (10.2, 41.001))
    assert pair(result, "one", "two").offsets_m.main.max_abs == pytest.approx(arc_m, abs=1e-3)


def box_around(lon, lat, half):
    return shapely.box(lon - half, lat - half, lon + half, lat + half)


def test_enclaves_in_enclaves_three_levels_deep(both_ways):
    """South of the line land of BBB, in it land of AAA, in that land of BBB: as at Baarle."""
    rings = [(0.02, "BBB"), (0.012, "AAA"), (0.006, "BBB")]

    def lands(shift, levels=3):
        below, above = at_parallel(41.0)
        for half, party in rings[:levels]:
            square = box_around(10.5 + shift, 40.9, half)
            if party == "BBB":
                below, above = shapely.difference(below, square), shapely.union(above, square)
            else:
                below, above = shapely.union(below, square), shapely.difference(above, square)
        return below, above

    def fill(book):
        book.sides("one", *lands(0.0)).sides("two", *lands(0.001)).sides("flat", *lands(0.0, levels=1))
        book.set(axis="one")

    result = both_ways(fill)
    assert [piece.id for piece in result.axis.pieces] == ["M1", "E1", "E2", "E3"]
    enclaves = {enclave.id: enclave for enclave in result.enclaves}
    assert [(enclaves[k].party, enclaves[k].within) for k in ("E1", "E2", "E3")] == [
        ("BBB", "AAA"),
        ("AAA", "BBB"),
        ("BBB", "AAA"),
    ]
    assert enclaves["E2"].not_shown_by == ("flat",)
    squares = [zone_km2(40.9 - half, 40.9 + half, 2 * half) for half, _ in rings]
    # Each enclave's land has the next one cut out of it.
    for k, expected in (("E1", squares[0] - squares[1]), ("E2", squares[1] - squares[2]), ("E3", squares[2])):
        assert enclaves[k].area_km2["one"] == pytest.approx(expected, rel=1e-9)
        assert enclaves[k].area_km2["two"] == pytest.approx(expected, rel=1e-9)
    assert pair(result, "one", "two").offsets_m.main.max_abs == 0.0
    east_m = geodesic_m((10.5, 40.92), (10.501, 40.92))
    assert pair(result, "one", "two").offsets_m.all.max_abs == pytest.approx(east_m, rel=1e-2)


@pytest.mark.parametrize("enclosed", ["AAA", "BBB"])
def test_a_party_whose_whole_land_is_enclosed_has_a_main_ring(both_ways, enclosed):
    inner, moved = shapely.box(10.2, 40.8, 10.6, 41.2), shapely.box(10.2, 40.8, 10.601, 41.2)
    outer = shapely.box(9.0, 40.0, 12.0, 42.0)

    def fill(book):
        for name, land in (("one", inner), ("two", moved)):
            lands = (land, shapely.difference(outer, land))
            book.sides(name, *(lands if enclosed == "AAA" else lands[::-1]))
        book.set(axis="one")

    result = both_ways(fill, name=enclosed)
    (piece,) = result.axis.pieces
    assert piece.id == "M1"
    assert piece.start == piece.end == (10.2, 40.8)
    around_km = (
        parallel_km(40.8, 0.4) + parallel_km(41.2, 0.4) + 2 * geodesic_m((10.2, 40.8), (10.2, 41.2)) / 1e3
    )
    assert piece.length_km == pytest.approx(around_km, rel=1e-9)
    assert pair(result, "two", "one").offsets_m.main.toward == enclosed
    east_m = geodesic_m((10.6, 40.8), (10.601, 40.8))
    assert pair(result, "two", "one").offsets_m.main.max_abs == pytest.approx(east_m, abs=2e-3)


def test_lines_that_cross_five_hundred_times(both_ways):
    """A zigzag about a parallel: as much land on either side, and no mean offset."""
    lon = np.linspace(10.0, 11.0, 501)
    lat = 41.0 + 0.001 * np.where(np.arange(501) % 2, 1, -1)
    zigzag = np.column_stack([lon, lat])
    straight = [(10.0, 41.0), (11.0, 41.0)]

    def fill(book):
        book.sides("zigzag", *south_and_north(zigzag.tolist())).sides("straight", *south_and_north(straight))

    result = both_ways(fill)
    areas = pair(result, "straight", "zigzag").areas_km2
    assert areas["AAA>BBB"] + areas["BBB>AAA"] == pytest.approx(zone_km2(41.0, 41.001, 1.0) / 2, rel=1e-5)
    assert areas["AAA>BBB"] == pytest.approx(areas["BBB>AAA"], rel=5e-3)
    one = pair(result, "zigzag", "straight").offsets_m.all
    assert one.max_abs == pytest.approx(geodesic_m((10, 41.0), (10, 41.001)), abs=1e-3)
    assert one.mean_abs == pytest.approx(one.max_abs / 2, rel=1e-2)
    assert abs(one.signed_mean) < 0.01 * one.max_abs
    between = [d for d in result.differences.listed if d.kind == "between"]
    assert len(between) + result.differences.smaller.between_count == 501


def test_lines_that_run_one_on_the_other_for_a_stretch(both_ways):
    """With different vertices on the common stretch, so that no edge is drawn alike."""
    one = [(10.0, 41.01), (10.3, 41.0), (10.4, 41.0), (10.7, 41.0), (11.0, 41.01)]
    two = [(10.0, 40.99), (10.3, 41.0), (10.55, 41.0), (10.7, 41.0), (11.0, 40.99)]

    def fill(book):
        book.sides("one", *south_and_north(one)).sides("two", *south_and_north(two))
        book.set(station_m=50)

    result = both_ways(fill)
    together_km = parallel_km(41.0, 0.4)
    coincident = [section for section in result.sections if section.verdict == "coincident"]
    assert len(coincident) == 1
    # Beyond the common stretch the lines stay within 100 m of each other for some kilometres.
    assert together_km < coincident[0].length_km < together_km + 10.0
    stations = result.shapes.stations[0]
    on_both = (stations.lon > 10.301) & (stations.lon < 10.699)
    other = "two" if result.axis.source == "one" else "one"
    assert np.abs(stations.offset_m[other][on_both]).max() <= 1e-3
    wedge = pair(result, "one", "two").areas_km2
    assert wedge["AAA>BBB"] == pytest.approx(2 * 0.5 * zone_km2(40.99, 41.01, 0.3), rel=1e-3)
