"""Tracing the shipped case: real files, faults included. Figures are those of shapely and pyproj."""

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Geod

from merestone.lines.trace import trace
from merestone.model.ellipsoid import WGS84
from merestone.model.settings import Settings
from merestone.model.sources import Party, Source, SourceInfo, SourceKind

FOLDER = Path(__file__).parents[2] / "examples/armenia-azerbaijan/sources"
FILES = {
    "dcw": "dcw/dcw.shp",
    "mesoshapes-aze": "mesoshapes-aze.gpkg",
    "natural-earth": "natural-earth.gpkg",
    "osm-2017": "osm-2017.geojson",
    "whosonfirst": "whosonfirst.gpkg",
}
GEOD = Geod(a=WGS84.a_m, f=WGS84.f)


def sides(name):
    meta, _, wkb, columns = pyogrio.raw.read(FOLDER / FILES[name])
    owner = columns[list(meta["fields"]).index("iso3")]
    lands = {}
    for party in sorted(set(owner)):
        parts = [shapely.make_valid(one, method="structure") for one in shapely.from_wkb(wkb[owner == party])]
        lands[party] = shapely.multipolygons(
            [part for part in shapely.get_parts(shapely.union_all(parts)) if part.geom_type == "Polygon"]
        )
    return lands


def source(name):
    if name == "wdbii":
        _, _, wkb, _ = pyogrio.raw.read(FOLDER / "wdbii.geojson")
        lines = shapely.multilinestrings(shapely.get_parts(shapely.from_wkb(wkb)))
        return Source(SourceInfo(name, SourceKind.LINES, "0", name), {}, lines, None, None, ())
    lands = sides(name)
    kind = SourceKind.TWO_SIDED if len(lands) == 2 else SourceKind.ONE_SIDED
    accuracy = 100.0 if name == "osm-2017" else 1000.0
    return Source(SourceInfo(name, kind, "0", name, accuracy_95_m=accuracy), lands, None, None, None, ())


@pytest.fixture(scope="module")
def found():
    sources = tuple(source(name) for name in (*FILES, "wdbii"))
    return trace((Party("ARM", {}), Party("AZE", {})), sources, Settings(), WGS84)


def of(found, name):
    return next(one for one in found.sources if one.source == name)


def edges(land):
    """(n, 4) edges of a land with it on the left hand."""
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(land)))
    drawn = [shapely.get_coordinates(ring) for ring in rings]
    return np.concatenate([np.hstack([xy[:-1], xy[1:]]) for xy in drawn])


def shared(lands):
    """The edges that both sides share, each with its land on another hand, and their length by geodesics.

    Where both lands lie on one hand, as along Iran where the sides overlap, both end against others. In
    these files both sides have the vertices of a shared line, so GEOS's shared paths are the same to
    the last bit; they take a hundred times as long.
    """
    one, other = map(edges, lands.values())
    back = set(map(tuple, other[:, [2, 3, 0, 1]].tolist()))
    common = [edge for edge in one.tolist() if tuple(edge) in back]
    lines = shapely.linestrings(np.array(common).reshape(-1, 2, 2))
    return shapely.union_all(lines), sum(GEOD.geometry_length(line) for line in lines)


@pytest.mark.parametrize("name", ["natural-earth", "osm-2017", "whosonfirst"])
def test_common_limits_are_the_lines_that_both_sides_share(found, name):
    lines, length_m = shared(sides(name))
    common = [limit for limit in of(found, name).limits if limit.party is None]
    # Geodesics are shorter than straight edges by less than a millionth here.
    assert sum(limit.length_m for limit in common) == pytest.approx(length_m, rel=1e-6)
    for limit in common:
        for strand in limit.strands:
            assert shapely.distance(shapely.points(strand.coords), lines).max() < 1e-9


@pytest.mark.parametrize("name", ["dcw", "natural-earth", "osm-2017", "whosonfirst"])
def test_two_main_pieces_come_out_of_each_two_sided_source(found, name):
    """The main line from Georgia to Iran, and Nakhchivan's line, which Iran parts from it."""
    lands = sides(name)
    limits = of(found, name).limits
    pieces = {piece: [limit for limit in limits if limit.piece == piece] for piece in ("M1", "M2")}
    assert all(pieces.values())
    assert {limit.piece for limit in limits if limit.piece.startswith("M")} == set(pieces)
    long, short = (max(limit.length_m for limit in found) / 1000 for found in pieces.values())
    assert 490 < long < 690
    assert 190 < short < 255
    # Third-country edges never come in: all of a limit lies within the gaps and lakes from both sides.
    for limit in limits:
        for strand in limit.strands:
            for land in lands.values():
                away = shapely.distance(shapely.points(strand.coords), land)
                assert away.max() * 111_000 < 5_000


def test_no_part_of_the_shared_line_is_missing_where_the_sides_share_no_edge(found):
    """dcw rounds its sides apart: where they come within 20 m of each other there is a limit."""
    lands = sides("dcw")
    outline = lands["ARM"].boundary.segmentize(0.005)
    points = shapely.points(shapely.get_coordinates(outline))
    near = points[shapely.distance(points, lands["AZE"].boundary) < 0.0002]
    limits = shapely.union_all(
        [shapely.LineString(s.coords) for limit in of(found, "dcw").limits for s in limit.strands]
    )
    away = shapely.distance(near, limits)
    # West of 45.08 E, at the cut-off of this file, the sides touch no more: about 7 km.
    left_out = near[away > 0.0002]
    assert len(near) > 1000
    assert shapely.get_x(left_out).max() < 45.09 if len(left_out) else True


@pytest.mark.parametrize(
    ("name", "enclaves"),
    [
        ("natural-earth", ["ARM", "AZE", "AZE"]),
        ("osm-2017", ["ARM", "AZE", "AZE"]),
        ("whosonfirst", ["ARM", "AZE", "AZE", "AZE", "AZE", "AZE"]),
        ("mesoshapes-aze", ["AZE", "AZE", "AZE"]),
        ("dcw", ["ARM"]),
    ],
)
def test_enclaves(found, name, enclaves):
    assert sorted(land.party for land in of(found, name).enclaves) == enclaves


def test_the_lake_astride_the_line_is_a_gap_that_does_not_interrupt_it(found):
    """Sev lich, 1.99 km² at 46.2323 E 39.6015 N by the lakes layer, is cut out of both sides."""
    gaps = of(found, "osm-2017").gaps
    lake = next(gap for gap in gaps if shapely.contains_xy(gap.geometry, 46.2323, 39.6015))
    assert lake.area_m2 == pytest.approx(1.99e6, rel=0.01)


def test_overlaps_at_enclaves_that_both_claim(found):
    """81 km² together: what shapely finds in both sides."""
    lands = sides("osm-2017")
    both = shapely.intersection(lands["ARM"], lands["AZE"])
    areas = [
        abs(GEOD.geometry_area_perimeter(part)[0]) for part in shapely.get_parts(both) if part.area > 1e-9
    ]
    overlaps = of(found, "osm-2017").overlaps
    assert sorted(gap.area_m2 for gap in overlaps) == pytest.approx(sorted(areas), rel=1e-5)


def test_the_axis_is_osm_2017_with_pieces_by_length(found):
    assert found.axis_source == "osm-2017"
    assert [piece.id for piece in found.pieces] == ["M1", "M2", "E1", "E2", "E3"]
    for piece in found.pieces:
        expected = GEOD.line_length(*piece.coords.T)
        assert piece.length_m == pytest.approx(expected, rel=1e-6)
        assert np.all(np.diff(piece.chainage_m) > 0)
        west, south = piece.coords[0]
        assert (west, south) <= tuple(piece.coords[-1])


@pytest.mark.parametrize("name", ["mesoshapes-aze", "wdbii"])
def test_other_sources_follow_the_line_and_leave_the_rest(found, name):
    limits = of(found, name).limits
    by_piece = {piece: sum(x.length_m for x in limits if x.piece == piece) / 1000 for piece in ("M1", "M2")}
    assert 500 < by_piece["M1"] < 690
    assert 200 < by_piece["M2"] < 255
    axis = shapely.union_all([shapely.LineString(piece.coords) for piece in found.pieces])
    strands = [shapely.LineString(s.coords) for x in limits if x.piece in by_piece for s in x.strands]
    # No map of the six is farther off than 9 km from another.
    assert max(shapely.distance(shapely.points(line.coords), axis).max() for line in strands) < 0.11
