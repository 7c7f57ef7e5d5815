"""Rounding, open ends and what else stands between a line and its description."""

from fractions import Fraction

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from merestone.construct.departure import departure_m
from merestone.construct.description import How, described
from merestone.construct.limitline import lines_of_limit
from merestone.construct.rounding import Step, effect, rounded_places
from merestone.errors import BadInputError
from merestone.model.descriptions import DrawnLine, ToDescribe
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import Limit, Strand
from merestone.model.sources import EdgeType, Source, SourceInfo, SourceKind

SECOND = Step(Fraction(1), None)
LINE = np.array([[45.00011, 40.00013], [45.0312, 40.0187], [45.0644, 40.0051], [45.0987, 40.0403]])


def to_describe(points, kind=EdgeType.GEODESIC):
    line = DrawnLine("1", points, np.ones(len(points), dtype=bool), (kind,) * (len(points) - 1))
    return ToDescribe("test", (line,), "ITRF2020@2025.0", np.empty((0, 2)), {})


def limit(coords, open_start, open_end):
    strand = Strand(np.asarray(coords, dtype=float), open_start, open_end)
    return Limit("a/M1", "a", None, "M1", (strand,), True, 0.0, len(coords))


SOURCE = Source(
    SourceInfo("a", SourceKind.LINES, "", "a"), {}, shapely.MultiLineString([LINE]), None, None, ()
)


def test_coordinates_are_multiples_of_the_step_and_nearest_to_it():
    lonlat, metres = rounded_places(LINE, Step(Fraction(1, 10), None), None)
    assert metres is None
    for before, after in zip(LINE.ravel().tolist(), lonlat.ravel().tolist(), strict=True):
        count = round(after * 36_000)
        assert after == float(Fraction(count, 36_000))
        assert abs(Fraction(before) * 36_000 - count) <= Fraction(1, 2)


def test_what_rounding_moves_is_the_area_between_both_lines():
    lonlat, _ = rounded_places(LINE, SECOND, None)
    done = effect(LINE, lonlat, (EdgeType.STRAIGHT,) * 3, WGS84)
    scale = np.array([85_390.0, 111_035.0])
    shape = shapely.make_valid(shapely.Polygon(np.concatenate([LINE * scale, lonlat[::-1] * scale])))
    # The ends move too: what lies beyond the first and last point is no part of either figure.
    assert done["area_moved_m2"] == pytest.approx(shape.area, rel=0.02)
    moves = [Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0])["s12"] for a, b in zip(LINE, lonlat, strict=True)]
    assert done["largest_move_m"] == pytest.approx(max(moves), abs=1e-6)
    assert done["largest_move_at"] == int(np.argmax(moves))


def test_an_open_end_is_not_stated_and_has_a_direction():
    (line,) = lines_of_limit(limit(LINE, True, True), SOURCE, WGS84)
    assert line.chain[line.vertex].tolist() == LINE[1:-1].tolist()
    assert line.ends == ("open", "open")
    back = Geodesic.WGS84.Inverse(LINE[1, 1], LINE[1, 0], LINE[0, 1], LINE[0, 0])["azi1"] % 360.0
    assert line.bearing_deg[0] == pytest.approx(back, abs=1e-9)
    given = ToDescribe("t", (line,), "WGS 84", np.empty((0, 2)), {})
    description = described(given, How(SECOND), WGS84)
    assert [note.code for note in description.findings] == [
        "describe-frame-ensemble",
        "describe-open-end",
        "describe-open-end",
    ]
    assert all(round(p.lon, 3) not in {45.0, 45.099} for p in description.points)


def test_where_both_limits_meet_the_end_is_stated():
    (line,) = lines_of_limit(limit(LINE, False, True), SOURCE, WGS84)
    assert line.ends == ("met", "open")
    assert line.chain[0].tolist() == LINE[0].tolist()


def test_a_limit_of_one_leg_between_open_ends_has_nothing_to_state():
    with pytest.raises(BadInputError, match="no leg is left"):
        lines_of_limit(limit(LINE[:3], True, True), SOURCE, WGS84)


def test_points_that_rounding_puts_together_are_told():
    points = np.insert(LINE, 1, LINE[0] + 1e-6, axis=0)
    description = described(to_describe(points), How(SECOND), WGS84)
    assert len(description.points) == 4
    assert [note.code for note in description.findings] == ["describe-points-merged"]


def test_a_crossing_that_rounding_makes_is_told():
    # The last leg but one comes back 0.43″ above the first: a second puts it upon it.
    points = np.array([[45.0, 40.0], [45.01, 40.0], [45.01, 40.0002], [45.0, 40.00012], [45.0, 40.01]])
    coarse = described(to_describe(points), How(SECOND), WGS84)
    fine = described(to_describe(points), How(Step(Fraction(1, 1000), None)), WGS84)
    assert [note.code for note in coarse.findings] == ["describe-rounding-crosses"]
    assert fine.findings == ()


def test_a_line_rounded_to_one_point_is_refused():
    with pytest.raises(BadInputError, match="round or thin less"):
        described(to_describe(LINE[:2] * 0.0 + LINE[0]), How(SECOND), WGS84)


def test_departure_of_a_geodesic_leg_from_a_parallel_is_the_closed_form():
    # Between two points of one latitude the geodesic bulges by about s² tan φ / 8R.
    chain = np.column_stack([np.linspace(45.0, 46.0, 101), np.full(101, 40.0)])
    there = Geodesic.WGS84.Inverse(40.0, 45.0, 40.0, 46.0)
    middle = Geodesic.WGS84.InverseLine(40.0, 45.0, 40.0, 46.0).Position(there["s12"] / 2.0)
    bulge = Geodesic.WGS84.Inverse(40.0, 45.5, middle["lat2"], 45.5)["s12"]
    found = departure_m(chain, np.array([0, 100]), (EdgeType.GEODESIC,), WGS84)
    assert found == pytest.approx(bulge, abs=1e-3)


def test_legs_are_computed_from_rounded_points():
    description = described(to_describe(LINE), How(SECOND, height_m=1000.0), WGS84)
    for one, other in zip(description.points[:-1], description.points[1:], strict=True):
        there = Geodesic.WGS84.Inverse(one.lat, one.lon, other.lat, other.lon)
        assert one.leg.length_m == pytest.approx(there["s12"], abs=1e-6)
        assert one.leg.azimuth_deg == pytest.approx(there["azi1"] % 360.0, abs=1e-7)
        assert one.leg.ground_m / one.leg.length_m == pytest.approx(1.0 + 1000.0 / 6_371_000.0, abs=1e-6)
        assert (one.leg.follows, one.leg.moves, one.leg.prevails) == ("not-stated",) * 3
    assert description.findings == ()


def test_a_description_does_not_show_the_order_of_the_parties():
    ring = np.array([[45.0, 40.0], [45.1, 39.99], [45.1, 40.1], [44.99, 40.05], [45.0, 40.0]])
    for coords in (LINE, ring):
        (there,) = lines_of_limit(limit(coords, False, False), SOURCE, WGS84)
        (back,) = lines_of_limit(limit(coords[::-1], False, False), SOURCE, WGS84)
        assert there.chain.tolist() == back.chain.tolist()
        assert there.chain[0].tolist() == min(coords.tolist())
    (one,) = lines_of_limit(limit(LINE, True, False), SOURCE, WGS84)
    (other,) = lines_of_limit(limit(LINE[::-1], False, True), SOURCE, WGS84)
    assert (one.ends, one.bearing_deg) == (other.ends, other.bearing_deg)
