"""Whole comparisons where the place is hard: antimeridian, poles, very short, very long, grids, geodesics."""

import json
from itertools import pairwise
from math import cos, degrees, radians, sin

import numpy as np
import pyproj
import pytest
import shapely
from geographiclib.geodesic import Geodesic


def geodesic_m(one, other):
    return Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0])["s12"]


def sides_of(line, depth=0.4):
    """Land left and right of a line that runs north, `depth` degrees wide."""
    line = [tuple(map(float, vertex)) for vertex in line]
    west, east = min(x for x, _ in line) - depth, max(x for x, _ in line) + depth
    left = shapely.Polygon([*line, (west, line[-1][1]), (west, line[0][1])])
    right = shapely.Polygon([*line, (east, line[-1][1]), (east, line[0][1])])
    return left, right


def wavy(lon, south=50.0, north=50.5, count=60, sway=0.03, beat=21.0):
    lat = np.linspace(south, north, count)
    return np.column_stack([lon + sway * np.sin(beat * (lat - south)), lat])


def pair(result, one, other):
    return next(p for p in result.pairs if (p.from_, p.to) == (one, other))


def figures(result):
    """All that must not depend on the longitude at which a pair lies."""
    return [
        [(p.id, p.length_km) for p in result.axis.pieces],
        [(s.id, str(s.verdict), s.from_km, s.to_km, s.area_km2) for s in result.sections],
        [
            (p.from_, p.to, p.hausdorff_m, p.offsets_m.all.mean_abs, p.offsets_m.main.max_abs)
            for p in result.pairs
        ],
        [sorted(p.areas_km2.items()) for p in result.pairs],
        [(d.id, d.area_km2, d.kind, sorted(d.labels.items())) for d in result.differences.listed],
    ]


def close(one, other, path=""):
    assert type(one) is type(other), path
    if isinstance(one, (list, tuple)):
        assert len(one) == len(other), path
        for k, (a, b) in enumerate(zip(one, other, strict=True)):
            close(a, b, f"{path}[{k}]")
    elif isinstance(one, float):
        # Coordinates at 180 are coarser in the last bit than at 10: 3e-14 of a degree, 3 nm, summed up.
        assert one == pytest.approx(other, rel=1e-8, abs=1e-6), path
    else:
        assert one == other, path


def moved(land, by):
    return shapely.transform(land, lambda xy: xy + np.array([by, 0.0]))


def cut_at_180(land):
    """As RFC 7946 asks: the part beyond 180 becomes a part of its own at -180."""
    here = shapely.intersection(land, shapely.box(0, -90, 180, 90))
    there = moved(shapely.intersection(land, shapely.box(180, -90, 360, 90)), -360.0)
    parts = [*shapely.get_parts(here), *shapely.get_parts(there)]
    return shapely.multipolygons([part for part in parts if part.area > 0.0])


@pytest.mark.parametrize("drawn", ["beyond", "cut", "wrapped"])
def test_a_pair_across_the_antimeridian_compares_as_anywhere_else(books, drawn):
    """Moved east by 170 degrees: drawn beyond 180, cut there, or with longitudes that jump."""
    ways = {
        "beyond": lambda land: moved(land, 170.0),
        "cut": lambda land: cut_at_180(moved(land, 170.0)),
        "wrapped": lambda land: shapely.transform(
            moved(land, 170.0), lambda xy: np.column_stack([(xy[:, 0] + 180.0) % 360.0 - 180.0, xy[:, 1]])
        ),
    }
    # Binary fractions, so that moving the land by a whole number of degrees rounds nothing.
    one, two = (np.round(line * 2**20) / 2**20 for line in (wavy(10.0), wavy(10.002, count=70)))
    here, there = books("here"), books("there")
    for book, way in ((here, lambda land: land), (there, ways[drawn])):
        for name, line in (("one", one), ("two", two)):
            book.sides(name, *(way(land) for land in sides_of(line)))
    close(figures(there.compare()), figures(here.compare()))


def test_a_pair_across_the_antimeridian_mirrors(both_ways):
    def fill(book):
        for name, line in (("one", wavy(180.0)), ("two", wavy(180.002, count=70))):
            book.sides(name, *(cut_at_180(land) for land in sides_of(line)))

    result = both_ways(fill)
    assert len(result.axis.pieces) == 1
    tree = json.loads(result.to_json())
    lons = [place[0] for s in tree["sections"] for place in (s["from"], s["to"])]
    lons += [difference["point"][0] for difference in tree["differences"]["listed"]]
    assert all(-180.0 <= lon <= 180.0 for lon in lons)
    assert min(lons) < 0.0 < max(lons)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_boundary_next_to_a_pole(both_ways, sign):
    """Two meridians of 0.5 degrees difference at 89.9 degrees: nearest points are brute force."""

    def fill(book):
        lat = [sign * v for v in (89.5, 89.9)]
        for name, lon in (("one", 20.0), ("two", 20.5)):
            book.sides(name, *sides_of([(lon, v) for v in sorted(lat)], depth=30))
        book.set(corridor_m=5000)

    result = both_ways(fill)
    main = pair(result, "one", "two").offsets_m.main
    foot = np.linspace(89.4999, 89.501, 4001) * sign
    brute = min(geodesic_m((20.0, sign * 89.5), (20.5, v)) for v in foot if abs(v) >= 89.5)
    assert main.max_abs == pytest.approx(brute, abs=1e-3)
    length_km = geodesic_m((20, sign * 89.5), (20, sign * 89.9)) / 1e3
    assert result.axis.pieces[0].length_km == pytest.approx(length_km, rel=1e-9)
    assert main.toward == "BBB"


def test_a_parallel_next_to_the_pole_is_a_circle_of_that_length(both_ways):
    """From 80 W to 80 E along 89.9 N: the radius of the parallel times the angle."""
    lons = np.linspace(-80.0, 80.0, 161)

    def lands(lat):
        ring = [(x, lat) for x in lons]
        return (
            shapely.Polygon([*ring, (80.0, 89.0), (-80.0, 89.0)]),
            shapely.Polygon([*ring, (80.0, 90.0), (-80.0, 90.0)]),
        )

    def fill(book):
        book.sides("one", *lands(89.9)).sides("two", *lands(89.91)).set(corridor_m=2000)

    result = both_ways(fill)
    s, a, e2 = sin(radians(89.9)), 6378137.0, 0.0066943799901413165
    circle_km = radians(160.0) * a * cos(radians(89.9)) / (1 - e2 * s * s) ** 0.5 / 1e3
    assert result.axis.pieces[0].length_km == pytest.approx(circle_km, rel=1e-9)
    arc_m = geodesic_m((0, 89.9), (0, 89.91))
    assert pair(result, "one", "two").offsets_m.main.max_abs == pytest.approx(arc_m, abs=1e-3)


def test_a_common_boundary_of_twenty_metres(both_ways):
    step = Geodesic.WGS84.Direct(50.0, 10.0, 0.0, 20.0)["lat2"] - 50.0
    coast = 0.1

    def lands(lon):
        """Two lands that meet along 20 m of a meridian, else apart."""
        west = shapely.Polygon([(lon, 50), (lon, 50 + step), (lon - coast, 50.05), (lon - coast, 49.95)])
        east = shapely.Polygon([(lon, 50), (lon, 50 + step), (lon + coast, 50.05), (lon + coast, 49.95)])
        return west, east

    def fill(book):
        book.sides("one", *lands(10.0), accuracy=1).sides("two", *lands(10.00001), accuracy=1)
        book.set(tolerance_m=2, station_m=1)

    result = both_ways(fill)
    assert result.axis.pieces[0].length_km == pytest.approx(0.02, abs=1e-9)
    east_m = geodesic_m((10.0, 50.0), (10.00001, 50.0))
    assert pair(result, "one", "two").offsets_m.main.max_abs == pytest.approx(east_m, abs=1e-5)
    assert [str(section.verdict) for section in result.sections] == ["coincident"]


def test_a_common_boundary_of_seven_thousand_kilometres(book):
    """Along 49.00000 N and 49.00100 N from 10 E to 105.7 E."""
    west, east = 10.0, 105.7
    for name, lat in (("one", 49.0), ("two", 49.001)):
        line = [(x, lat) for x in np.linspace(west, east, 300)]
        south, north = (shapely.Polygon([*line, (east, v), (west, v)]) for v in (47, 51))
        book.sides(name, south, north)
    book.set(station_m=1000, corridor_m=3000, realisations=0)
    result = book.compare()
    s, a, e2 = sin(radians(49.0)), 6378137.0, 0.0066943799901413165
    parallel_km = radians(95.7) * a * cos(radians(49.0)) / (1 - e2 * s * s) ** 0.5 / 1e3
    assert 6990 < parallel_km < 7010
    assert result.axis.pieces[0].length_km == pytest.approx(parallel_km, rel=1e-9)
    arc_m = geodesic_m((10, 49.0), (10, 49.001))
    assert pair(result, "one", "two").offsets_m.all.max_abs == pytest.approx(arc_m, abs=1e-3)
    assert pair(result, "one", "two").offsets_m.main.unmatched_km == 0.0


def test_the_same_map_in_utm_and_in_degrees_differs_by_nothing(both_ways):
    line = wavy(45.2, south=39.6, north=40.1)
    to_utm = pyproj.Transformer.from_crs(4326, 32638, always_xy=True)

    def in_utm(land):
        return shapely.transform(land, lambda xy: np.column_stack(to_utm.transform(xy[:, 0], xy[:, 1])))

    def fill(book):
        book.sides("degrees", *sides_of(line))
        # The edges of the one are straight in degrees, so the other gets them cut short: 1e-4 m at 100 m.
        dense = [shapely.segmentize(land, 0.001) for land in sides_of(line)]
        book.sides("grid", *(in_utm(land) for land in dense), crs='"EPSG:32638"')

    result = both_ways(fill)
    for one, other in (("degrees", "grid"), ("grid", "degrees")):
        assert pair(result, one, other).offsets_m.all.max_abs < 1e-3
    grid = next(source for source in result.sources if source.id == "grid")
    assert grid.edges == "grid"
    assert grid.crs == "EPSG:32638"
    assert result.differences.smaller.area_km2 < 1e-3 * 60
    assert not result.differences.listed


def test_geodesic_edges_lie_628_m_from_straight_ones(both_ways):
    """The line from 45.2 E 41.1 N to 46.4 E 39.5 N once as geodesic, once straight in degrees."""
    line = [(45.2, 41.1), (46.4, 39.5)]

    def fill(book):
        left = shapely.Polygon([*line, (45.2, 39.5)])
        right = shapely.Polygon([*line, (46.4, 41.1)])
        book.sides("bowed", left, right, edges='"geodesic"').sides("chord", left, right).set(corridor_m=5000)

    result = both_ways(fill)
    # Middle to middle it is 627.8 m; farthest place to nearest place it is less.
    geodesic = Geodesic.WGS84.InverseLine(41.1, 45.2, 39.5, 46.4)
    middle = geodesic.Position(0.5 * geodesic.s13)
    assert geodesic_m((middle["lon2"], middle["lat2"]), (45.8, 40.3)) == pytest.approx(627.8, abs=0.05)
    places = [geodesic.Position(share * geodesic.s13) for share in np.linspace(0.45, 0.55, 101)]
    brute = max(to_segment_m((place["lon2"], place["lat2"]), *line) for place in places)
    found = pair(result, "bowed", "chord").offsets_m.main
    assert found.max_abs == pytest.approx(brute, abs=5e-3)
    assert found.toward == "AAA"
    back = pair(result, "chord", "bowed").offsets_m.main
    assert back.max_abs == pytest.approx(brute, rel=1e-3)


def to_segment_m(place, start, end):
    """Least geodesic distance to an edge that is straight in degrees: golden section, geographiclib."""
    low, high, golden = 0.0, 1.0, (5**0.5 - 1) / 2

    def far(t):
        return geodesic_m(place, (start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])))

    while high - low > 1e-7:
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if far(a) < far(b) else (a, high)
    return far(low)


@pytest.mark.parametrize("angle", [0.0, 33.0, 90.0, 200.0])
def test_reversed_rings_and_split_edges_change_nothing(books, angle):
    """Whatever way a ring runs, wherever it begins and however often its edges are split."""
    turn = np.array([[cos(radians(angle)), -sin(radians(angle))], [sin(radians(angle)), cos(radians(angle))]])
    lines = {"one": wavy(0.0, -0.25, 0.25), "two": wavy(0.002, -0.25, 0.25, count=70)}

    def lands(name, change=lambda land: land):
        return [
            change(shapely.transform(land, lambda xy: np.round((xy @ turn.T + [10, 50]) * 2**24) / 2**24))
            for land in sides_of(lines[name])
        ]

    def begun_elsewhere(land):
        xy = shapely.get_coordinates(land)[:-1]
        xy = np.roll(xy[::-1], 17, axis=0)
        return shapely.Polygon(xy)

    def halved(land):
        """Each edge in two at its middle, which is exact in binary."""
        xy = shapely.get_coordinates(land)
        middle = (xy[:-1] + xy[1:]) / 2
        return shapely.Polygon(np.column_stack([xy[:-1], middle]).reshape(-1, 2))

    plain = books("plain")
    other = books("other")
    split = books("split")
    for book, change in ((plain, lambda land: land), (other, begun_elsewhere), (split, halved)):
        for name in lines:
            book.sides(name, *lands(name, change))
    first, second, third = (book.compare() for book in (plain, other, split))
    assert without_hashes(first) == without_hashes(second)
    close(figures(third), figures(first))


def without_hashes(result):
    """The JSON but for the hashes of the files and the dossier."""
    hashes = {source.sha256 for source in result.sources} | {result.dossier["sha256"]}
    text = result.to_json()
    for found in hashes | set(result.dossier.values()):
        text = text.replace(found, "")
    return text


def test_degrees_of_a_circle_are_found_again():
    """The oracle's own check: the parallel formula against a chain of geodesics."""
    lons = np.linspace(0.0, 1.0, 2001)
    chain = sum(geodesic_m((a, 49.0), (b, 49.0)) for a, b in pairwise(lons))
    s = sin(radians(49.0))
    radius = 6378137.0 * cos(radians(49.0)) / (1 - 0.0066943799901413165 * s * s) ** 0.5
    assert degrees(chain / radius) == pytest.approx(1.0, rel=1e-9)
