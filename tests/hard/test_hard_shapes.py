"""Whole comparisons of shapes that are drawn oddly: each with its mirror, and with figures by closed form."""

from math import atanh, cos, radians, sin, sqrt

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

A, E2 = 6378137.0, 0.0066943799901413165


def geodesic_m(one, other):
    return Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0])["s12"]


def zone_km2(south, north, width_deg):
    """Area between two parallels: closed form on the ellipsoid."""

    def up_to(lat):
        s, e = sin(radians(lat)), sqrt(E2)
        return A * A * (1 - E2) / 2 * (s / (1 - E2 * s * s) + atanh(e * s) / e)

    return radians(width_deg) * (up_to(north) - up_to(south)) / 1e6


def parallel_km(lat, width_deg):
    s = sin(radians(lat))
    return radians(width_deg) * A * cos(radians(lat)) / sqrt(1 - E2 * s * s) / 1e3


def south_and_north(line, south=40.0, north=42.0):
    west, east = line[0][0], line[-1][0]
    return (
        shapely.Polygon([*line, (east, south), (west, south)]),
        shapely.Polygon([*line, (east, north), (west, north)]),
    )


def at_parallel(lat, west=10.0, east=11.0):
    return south_and_north([(west, lat), (east, lat)])


def pair(result, one, other):
    return next(p for p in result.pairs if (p.from_, p.to) == (one, other))


def source(result, name):
    return next(s for s in result.sources if s.id == name)


def test_spikes_and_repeated_vertices_are_told_of_both_parties(both_ways):
    """Found 2026-11-24: of two findings alike but for the party one was dropped, so the mirror failed."""

    def fill(book):
        for name, lat in (("one", 41.0), ("two", 41.001)):
            spiky = [(10, lat), (10.2, lat), (10.2, lat), (10.3, lat + 0.05), (10.2, lat), (11, lat)]
            book.sides(name, *south_and_north(spiky))

    result = both_ways(fill)
    for name in ("one", "two"):
        for code in ("spike", "vertices-repeated"):
            parties = [note.values["party"] for note in source(result, name).findings if note.code == code]
            assert sorted(parties) == ["AAA", "BBB"]
    # A spike has no area and no other side: the lines are two parallels.
    arc_m = geodesic_m((10.5, 41.0), (10.5, 41.001))
    assert pair(result, "one", "two").offsets_m.all.max_abs == pytest.approx(arc_m, abs=1e-3)
    assert result.axis.pieces[0].length_km == pytest.approx(parallel_km(41.0, 1.0), rel=1e-9)


def test_land_that_one_map_gives_to_both_is_an_overlap_and_an_own_difference(both_ways):
    def fill(book):
        below, above = shapely.box(10, 40, 11, 41.01), shapely.box(10, 40.99, 11, 42)
        book.sides("both", below, above).sides("clear", *at_parallel(41.0))

    result = both_ways(fill)
    (overlap,) = source(result, "both").overlaps
    area_km2 = zone_km2(40.99, 41.01, 1.0)
    assert overlap.area_km2 == pytest.approx(area_km2, rel=1e-9)
    # The widest circle in the strip touches both parallels.
    width_m = geodesic_m((10.5, 40.99), (10.5, 41.01))
    assert overlap.max_width_m == pytest.approx(width_m, rel=1e-4)
    own = [d for d in result.differences.listed if d.kind == "own"]
    assert sum(d.area_km2 for d in own) == pytest.approx(area_km2, rel=1e-9)
    assert {d.labels["both"] for d in own} == {"both"}


def test_four_lands_that_meet_like_a_chessboard(both_ways):
    def fill(book):
        for name, lon in (("one", 10.5), ("two", 10.501)):
            first = shapely.union(shapely.box(10, 40, lon, 40.5), shapely.box(lon, 40.5, 11, 41))
            second = shapely.union(shapely.box(lon, 40, 11, 40.5), shapely.box(10, 40.5, lon, 41))
            book.sides(name, first, second)

    result = both_ways(fill)
    whole_km = parallel_km(40.5, 1.0) + geodesic_m((10.5, 40.0), (10.5, 41.0)) / 1e3
    assert sum(piece.length_km for piece in result.axis.pieces) == pytest.approx(whole_km, rel=1e-9)
    areas = pair(result, "one", "two").areas_km2
    assert areas["AAA>BBB"] + areas["BBB>AAA"] == pytest.approx(zone_km2(40.0, 41.0, 0.001), rel=1e-9)


def test_a_boundary_once_round_the_pole(book):
    """Land north of a parallel against the land south of it: a ring across all longitudes."""
    lons = np.arange(-180.0, 181.0, 5.0)

    def lands(lat):
        ring = [(x, lat) for x in lons]
        cap = shapely.Polygon([*ring, (180.0, 90.0), (-180.0, 90.0)])
        return cap, shapely.Polygon([*ring, *[(x, 87.5) for x in lons[::-1]]])

    book.sides("one", *lands(88.0)).sides("two", *lands(88.01)).set(station_m=20000, corridor_m=3000)
    result = book.compare()
    assert sum(piece.length_km for piece in result.axis.pieces) == pytest.approx(
        parallel_km(88.0, 360.0), rel=1e-9
    )
    areas = pair(result, "one", "two").areas_km2
    assert areas["AAA>BBB"] == pytest.approx(zone_km2(88.0, 88.01, 360.0), rel=1e-6)
    arc_m = geodesic_m((0.0, 88.0), (0.0, 88.01))
    assert pair(result, "one", "two").offsets_m.main.max_abs == pytest.approx(arc_m, abs=1e-3)


def test_islets_of_the_other_side_in_a_hole_of_an_enclosed_party(both_ways):
    outer = shapely.box(9, 40, 12, 42)

    def fill(book):
        for name, shift in (("one", 0.0), ("two", 0.001)):
            inner, hole = shapely.box(10, 40.5, 11 + shift, 41.5), shapely.box(10.3, 40.8, 10.6 + shift, 41.1)
            islet = shapely.box(10.4, 40.9, 10.5, 41.0)
            first = shapely.union(shapely.difference(inner, hole), islet)
            book.sides(name, first, shapely.difference(outer, first))
        book.set(axis="one")

    result = both_ways(fill)
    assert [piece.id for piece in result.axis.pieces] == ["M1", "E1", "E2"]
    assert [(enclave.party, enclave.within) for enclave in result.enclaves] == [
        ("BBB", "AAA"),
        ("AAA", "BBB"),
    ]
    rings = [(40.5, 41.5, 1.0), (40.8, 41.1, 0.3), (40.9, 41.0, 0.1)]
    for piece, (south, north, width) in zip(result.axis.pieces, rings, strict=True):
        sides_km = 2 * geodesic_m((10, south), (10, north)) / 1e3
        around_km = parallel_km(south, width) + parallel_km(north, width) + sides_km
        assert piece.length_km == pytest.approx(around_km, rel=1e-9)


def test_noise_of_a_tenth_of_a_millimetre_between_the_sides_changes_nothing(both_ways):
    """Every vertex of either side moved by up to 1e-9 degrees: hundreds of crossings, nothing to report."""
    lon = np.linspace(10.0, 11.0, 300)
    line = np.column_stack([lon, 41.0 + 0.01 * np.sin(30 * lon)])
    noise = np.random.default_rng(0)
    one, two = (line + noise.uniform(-1e-9, 1e-9, line.shape) * [[0, 1]] for _ in range(2))

    def fill(book):
        below, _ = south_and_north(one.tolist())
        _, above = south_and_north(two.tolist())
        book.sides("noisy", below, above).sides("clean", *south_and_north(line.tolist()))

    result = both_ways(fill)
    assert {str(section.verdict) for section in result.sections} == {"coincident"}
    # 1e-9 of a degree of latitude is 0.111 mm.
    assert pair(result, "noisy", "clean").offsets_m.all.max_abs < 1.2e-4
    assert source(result, "noisy").gaps == source(result, "noisy").overlaps == ()
    assert result.differences.listed == ()


def test_lines_in_pieces_that_run_both_ways_are_one(both_ways):
    """Drawn in four pieces, two of them backward and one twice: the same offsets as in one piece."""
    whole = [(10.0 + 0.1 * k, 41.001 + 0.002 * (k % 2)) for k in range(11)]

    def fill(book):
        book.sides("map", *at_parallel(41.0))
        book.lines("whole", whole)
        book.lines("pieces", whole[:4], whole[3:6][::-1], whole[5:9], whole[8:][::-1])

    result = both_ways(fill)
    one, other = pair(result, "map", "whole").offsets_m, pair(result, "map", "pieces").offsets_m
    assert one == other
    assert pair(result, "whole", "pieces").hausdorff_m == 0.0
    lengths = [sum(limit.length_km for limit in source(result, k).limits) for k in ("whole", "pieces")]
    assert lengths[0] == pytest.approx(lengths[1], rel=1e-12)


def test_a_comb_of_sixty_teeth_a_hundred_times_as_long_as_the_way_across(both_ways):
    def teeth(shift):
        places = [(10.0, 41.0)]
        for k in range(60):
            left, right = 10.0 + k / 60 + shift * (k > 0), 10.0 + k / 60 + 1 / 120 + shift
            places += [(left, 41.0), (left, 41.3), (right, 41.3), (right, 41.0)]
        return [*places[1:], (11.1, 41.0)]

    def fill(book):
        book.set(realisations=0)
        for name, shift in (("one", 0.0), ("two", 0.0007)):
            book.sides(name, *south_and_north(teeth(shift), north=43.0))

    result = both_ways(fill)
    east_m = geodesic_m((10.5, 41.0), (10.5007, 41.0))
    assert pair(result, "one", "two").offsets_m.all.max_abs == pytest.approx(east_m, abs=0.05)
    areas = pair(result, "one", "two").areas_km2
    # Sixty right flanks gain what fifty-nine left ones lose.
    assert areas["BBB>AAA"] == pytest.approx(60 * zone_km2(41.0, 41.3, 0.0007), rel=1e-6)
    assert areas["AAA>BBB"] == pytest.approx(59 * zone_km2(41.0, 41.3, 0.0007), rel=1e-6)
