"""Offsets of hand-made limits: closed forms, geographiclib, signs at corners and meetings, open ends."""

from dataclasses import replace
from itertools import pairwise
from math import atan, cos, degrees, hypot, radians, sin, sqrt

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.courses import courses_of, stations_of
from merestone.compare.frames import directions, east_north_m, moved
from merestone.compare.offsets import Measured, measure, offsets
from merestone.compare.targets import Target
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import Limit, SourceLimits, Strand
from merestone.model.settings import Settings

PARTIES = ("ARM", "AZE")
GEOD = Geodesic.WGS84


def limit(source, coords, *, party=None, piece="M1", sided=True, open_start=True, open_end=True):
    coords = np.array(coords, dtype=float)
    if (coords[0] == coords[-1]).all():
        open_start = open_end = False
    name = f"{source}/{piece}" + (f"/{party}" if party else "")
    return Limit(name, source, party, piece, (Strand(coords, open_start, open_end),), sided, 0.0, len(coords))


def measured(*limits, enclaves=(), station_m=100.0):
    taken = SourceLimits(limits[0].source if limits else "none", limits, (), (), (), ())
    return Measured(taken, frozenset(enclaves), Settings(station_m=station_m), WGS84)


def compared(one, other):
    return offsets(other, [(one, measure(one, other))], PARTIES)[0]


def north(source, lon, south=40.0, top=40.1, **how):
    """A line north along a meridian: the party first by id is west of it, on its left."""
    return limit(source, [[lon, south], [lon, top]], **how)


def metres(coords):
    """Length by geographiclib over short pieces of edges straight in longitude/latitude."""
    total = 0.0
    for a, b in pairwise(coords):
        t = np.linspace(0.0, 1.0, 65)[:, None]
        p = np.array(a) + t * (np.array(b) - np.array(a))
        total += sum(
            GEOD.Inverse(p[k, 1], p[k, 0], p[k + 1, 1], p[k + 1, 0])["s12"] for k in range(len(p) - 1)
        )
    return total


# Closed forms


def test_parallels_lie_a_meridian_arc_apart():
    """From a parallel the nearest point of another is due north or south: a meridian arc."""
    one = measured(limit("a", [[45.0, 40.0], [45.2, 40.0]]))
    other = measured(limit("b", [[44.0, 40.01], [46.0, 40.01]]))
    arc_m = GEOD.Inverse(40.0, 45.0, 40.01, 45.0)["s12"]
    got = compared(one, other).main
    for figure in (got.mean_abs, got.median_abs, got.p95_abs, got.max_abs):
        assert figure == pytest.approx(arc_m, abs=1e-5)  # the kernel's own promise is 1 mm
    # Eastward, ARM is north of both lines; b shows a's stations south of it: on AZE's side.
    assert got.signed_mean == pytest.approx(-arc_m, abs=1e-5)
    assert got.toward == "ARM"
    assert got.length_km == pytest.approx(metres([[45.0, 40.0], [45.2, 40.0]]) / 1000.0, abs=1e-6)
    assert got.unmatched_km == 0.0


def test_a_meridian_seen_from_another():
    """Clairaut: the geodesic that meets the meridian square is due east there; by geographiclib."""
    one = measured(north("a", 45.0))
    other = measured(north("b", 45.01, 39.0, 41.0))
    figures = compared(one, other).all
    stations = one.stations
    expected = []
    for lon, lat in stations.points:
        low, high = lat - 0.01, lat + 0.01
        for _ in range(80):  # ternary search for the nearest latitude
            a, b = low + (high - low) / 3.0, high - (high - low) / 3.0
            if GEOD.Inverse(lat, lon, a, 45.01)["s12"] < GEOD.Inverse(lat, lon, b, 45.01)["s12"]:
                high = b
            else:
                low = a
        expected.append(GEOD.Inverse(lat, lon, low, 45.01)["s12"])
    weights = stations.weight_m
    assert figures.mean_abs == pytest.approx(
        float((np.array(expected) * weights).sum() / weights.sum()), abs=1e-5
    )
    assert figures.max_abs == pytest.approx(max(expected), abs=1e-5)
    assert figures.max_at[1] == pytest.approx(40.0, abs=1e-9)
    # Northward, ARM is west; b lies east of a and shows a on ARM's side: displaced toward AZE.
    assert figures.signed_mean == pytest.approx(figures.mean_abs)
    assert figures.toward == "AZE"


def test_toward_by_hand():
    """ARM in the west. Map b draws the line further east: it gives ARM land that a shows as AZE's."""
    a, b = measured(north("a", 45.0)), measured(north("b", 45.01, 39.9, 40.2))
    assert compared(a, b).main.toward == "AZE"
    assert compared(b, a).main.toward == "ARM"


# Stations


def test_stations_stand_at_every_spacing_and_at_the_end():
    course = courses_of([north("a", 45.0)])
    stations = stations_of(course, 100.0, WGS84)
    length_m = GEOD.Inverse(40.0, 45.0, 40.1, 45.0)["s12"]
    assert stations.chainage_m[:-1].tolist() == [100.0 * k for k in range(len(stations.chainage_m) - 1)]
    assert stations.chainage_m[-1] == pytest.approx(length_m, abs=1e-6)
    assert stations.weight_m.sum() == pytest.approx(length_m, abs=1e-6)
    assert stations.weight_m[0] == 50.0
    at = [GEOD.Inverse(40.0, 45.0, lat, lon)["s12"] for lon, lat in stations.points]
    assert at == pytest.approx(stations.chainage_m.tolist(), abs=1e-4)


def test_a_ring_has_no_end():
    ring = limit("a", [[45.0, 40.0], [45.02, 40.0], [45.02, 40.02], [45.0, 40.0]])
    stations = stations_of(courses_of([ring]), 100.0, WGS84)
    assert len(np.unique(stations.points, axis=0)) == len(stations.points)
    assert stations.weight_m.sum() == pytest.approx(metres(ring.strands[0].coords), abs=1e-3)
    assert stations.weight_m[0] > 50.0


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=7, unique=True),
    st.integers(0, 6),
)
def test_a_course_does_not_know_how_its_line_was_drawn(points, turn):
    line = np.array(points, dtype=float) / 100.0 + [45.0, 40.0]
    turn %= len(points)
    ring = np.concatenate([np.roll(line, turn, axis=0), np.roll(line, turn, axis=0)[:1]])
    closed = np.concatenate([line, line[:1]])
    for one, two in ((line, line[::-1]), (closed, ring), (closed, ring[::-1])):
        a, b = (courses_of([limit("a", coords)])[0] for coords in (one, two))
        assert a.coords.tolist() == b.coords.tolist()
    assert courses_of([limit("a", line)])[0].left == -courses_of([limit("a", line[::-1])])[0].left


# Signs


def signs(target_limits, points):
    target = Target(courses_of(target_limits), WGS84, 0.001)
    return target.face(np.array(points, dtype=float))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("party", [None, "ARM", "AZE"])
def test_the_side_of_the_party_first_by_id_is_positive(party, turned):
    """Whoever's limit it is, it runs with ARM on its left; a course may be the strand turned round."""
    coords = [[45.0, 40.0], [45.0, 40.1]]
    west = 1 if not turned else -1
    got = signs(
        [limit("b", coords[::-1] if turned else coords, party=party)], [[44.99, 40.05], [45.01, 40.05]]
    )
    assert got.sign.tolist() == [west, -west]
    assert got.sided.all()


def test_a_corner_belongs_to_both_edges():
    """A hairpin that turns left, as seen from a place off its tip that one edge alone calls right."""
    hairpin = limit("b", [[45.0, 40.0], [45.1, 40.0], [45.0, 40.01]])
    got = signs([hairpin], [[45.11, 40.003], [45.05, 40.002], [45.11, 39.99]])
    assert got.sign.tolist() == [-1, 1, -1]


def test_exactly_on_the_line_there_is_no_sign():
    got = signs([north("b", 45.0)], [[45.0, 40.05], [45.0, 40.05 + 1e-13]])
    assert got.distance_m.tolist() == [0.0, 0.0]
    assert got.sign.tolist() == [0, 0]
    assert got.signed.all()
    assert got.offset_m.tolist() == [0.0, 0.0]


def a_gap():
    """A common limit north along 45° E to 40.1, then ARM's own to the north-west, AZE's to the north-east."""
    common = north("b", 45.0, open_end=False)
    arm = limit("b", [[45.0, 40.1], [44.9, 40.12]], party="ARM", open_start=False)
    aze = limit("b", [[45.0, 40.1], [45.1, 40.12]], party="AZE", open_start=False)
    return [common, arm, aze]


def test_at_the_head_of_a_wide_gap_the_sign_cannot_be_said():
    """Between the two limits, nearest to the place where both begin: ARM's says no, AZE's says no."""
    wide = a_gap()
    wide[1] = limit("b", [[45.0, 40.1], [44.9, 40.06]], party="ARM", open_start=False)
    wide[2] = limit("b", [[45.0, 40.1], [45.1, 40.06]], party="AZE", open_start=False)
    got = signs(wide, [[45.0, 40.2]])
    assert (got.sign.tolist(), got.signed.tolist(), got.sided.tolist()) == ([0], [False], [True])
    assert np.isnan(got.offset_m).all()


def test_inside_a_gap_the_nearest_limit_decides():
    got = signs(a_gap(), [[44.97, 40.115], [45.03, 40.115]])
    assert got.sign.tolist() == [-1, 1]  # not on ARM's side of ARM's limit; not on AZE's side of AZE's


def test_beside_a_gap_both_limits_agree():
    got = signs(a_gap(), [[44.9, 40.05], [45.1, 40.05], [44.94, 40.1], [45.06, 40.1]])
    assert got.sign.tolist() == [1, -1, 1, -1]


def test_where_a_limit_goes_on_in_another_strand_the_bend_decides():
    """A common limit in two strands that meet in a right angle: off the corner, beyond the end of both."""
    first = limit("b", [[45.0, 40.0], [45.0, 40.1]], open_end=False)
    second = limit("b", [[45.0, 40.1], [44.9, 40.1]], open_start=False)
    got = signs([first, second], [[45.02, 40.11], [44.95, 40.05]])
    assert got.sign.tolist() == [-1, 1]
    one_strand = signs(
        [limit("b", [[45.0, 40.0], [45.0, 40.1], [44.9, 40.1]])], [[45.02, 40.11], [44.95, 40.05]]
    )
    assert one_strand.sign.tolist() == [-1, 1]


def test_a_party_alone_decides_where_only_its_limit_goes_on():
    """The common limit ends; ARM's own turns back west. North of the bend is not ARM's, by either edge."""
    common = north("b", 45.0, open_end=False)
    arm = limit("b", [[45.0, 40.1], [44.9, 40.06]], party="ARM", open_start=False)
    got = signs([common, arm], [[44.99, 40.2], [45.05, 40.15], [44.95, 40.0]])
    assert got.sign.tolist() == [-1, -1, 1]


@settings(deadline=None, max_examples=60)
@given(st.floats(44.92, 45.08), st.floats(40.001, 40.199))
def test_signs_are_those_of_the_land_that_the_point_lies_in(lon, lat):
    """Common limit with a bend, then a gap that opens like a lens and closes again, then common once more."""
    south = [[45.0, 40.0], [45.01, 40.03], [45.0, 40.06]]
    west = [[45.0, 40.06], [44.97, 40.08], [44.98, 40.12], [45.0, 40.14]]
    east = [[45.0, 40.06], [45.03, 40.09], [45.02, 40.12], [45.0, 40.14]]
    rest = [[45.0, 40.14], [44.99, 40.17], [45.0, 40.2]]
    limits = [
        limit("b", south, open_end=False),
        limit("b", west, party="ARM", open_start=False, open_end=False),
        limit("b", east, party="AZE", open_start=False, open_end=False),
        limit("b", rest, open_start=False),
    ]
    arm = shapely.Polygon([*south, *west[1:], *rest[1:], [44.8, 40.2], [44.8, 40.0]])
    aze = shapely.Polygon([*south, *east[1:], *rest[1:], [45.2, 40.2], [45.2, 40.0]])
    place = shapely.Point(lon, lat)
    got = signs(limits, [[lon, lat]])
    if got.distance_m[0] > 1.0 and not got.past_end[0]:
        if arm.contains(place):
            assert got.sign[0] == 1
        elif aze.contains(place):
            assert got.sign[0] == -1


def test_lines_without_sides_give_no_signed_mean():
    one = measured(north("a", 45.0))
    other = measured(north("b", 45.01, 39.9, 40.2, sided=False))
    got = compared(one, other).main
    assert (got.signed_mean, got.toward) == (None, None)
    assert got.mean_abs == pytest.approx(853.9, abs=1.0)
    back = compared(other, one).all
    assert back.signed_mean is not None  # stations on b, sides of a


@pytest.mark.parametrize("lat", [-89.9, -60.0, 0.0, 60.0, 89.9])
@pytest.mark.parametrize("lon", [0.0, 179.99, 180.0, 359.99])
def test_signs_and_ends_near_the_poles_and_at_the_antimeridian(lat, lon):
    """200 m east of a meridian line of 2 km, ARM west of it; and 200 m beyond its open end."""
    top, low = (GEOD.Direct(lat, lon, azimuth, 1000.0)["lat2"] for azimuth in (0.0, 180.0))
    line = limit("b", [[lon, low], [lon, top]])
    sides = [GEOD.Direct(lat, lon, azimuth, 200.0) for azimuth in (90.0, 270.0)]
    beyond = GEOD.Direct(top, lon, 0.0, 200.0)
    got = signs([line], [[p["lon2"], p["lat2"]] for p in (*sides, beyond)])
    assert got.sign.tolist()[:2] == [-1, 1]
    assert got.distance_m.tolist() == pytest.approx([200.0, 200.0, 200.0], abs=1e-3)
    assert got.past_end.tolist() == [False, False, True]


# Open ends and pieces


def test_stations_past_an_open_end_are_left_out_of_main_and_measured():
    """b is cut off half way: the upper half of a has nothing to be compared with."""
    one = measured(limit("a", [[45.0, 40.0], [45.2, 40.0]]))
    other = measured(limit("b", [[44.9, 40.001], [45.1, 40.001]]))
    got = compared(one, other)
    half_km = metres([[45.1, 40.0], [45.2, 40.0]]) / 1000.0
    assert got.main.unmatched_km == pytest.approx(half_km, abs=0.1)  # one spacing
    assert got.main.length_km + got.main.unmatched_km == pytest.approx(got.all.length_km, abs=1e-9)
    arc_m = GEOD.Inverse(40.0, 45.0, 40.001, 45.0)["s12"]
    assert got.main.max_abs == pytest.approx(arc_m, abs=0.1)
    assert got.all.max_abs == pytest.approx(GEOD.Inverse(40.0, 45.2, 40.001, 45.1)["s12"], abs=1e-5)
    back = compared(other, one)
    assert back.main.unmatched_km == pytest.approx(metres([[44.9, 40.001], [45.0, 40.001]]) / 1000.0, abs=0.1)


def test_an_end_that_is_not_open_leaves_nothing_out():
    one = measured(limit("a", [[45.0, 40.0], [45.2, 40.0]]))
    other = measured(limit("b", [[44.9, 40.001], [45.1, 40.001]], open_end=False))
    assert compared(one, other).main.unmatched_km == 0.0


@pytest.mark.parametrize("apart", [0.0001, 0.001, 0.01, 0.2])
def test_ends_square_to_each_other_are_not_past(apart):
    """On two parallels the foot of the last station is the end vertex, but for rounding; on two
    meridians it lies beyond by their convergence, 1.5 mm at 150 m."""
    parallels = [
        limit(name, [[45.0, 40.0 + by], [45.2, 40.0 + by]]) for name, by in (("a", 0.0), ("b", apart))
    ]
    meridians = [north("a", 45.0), north("b", 45.0 + apart)]
    for one, other in (parallels, meridians):
        assert compared(measured(one), measured(other)).main.unmatched_km == 0.0
        assert compared(measured(other), measured(one)).main.unmatched_km == 0.0


def test_a_metre_beyond_an_end_is_past_it():
    """a goes on for 11 m; its last station faces nothing."""
    one = measured(limit("a", [[45.0, 40.0], [45.0, 40.1001]]))
    other = measured(north("b", 45.001))
    assert 0.0 < compared(one, other).main.unmatched_km < 0.1
    assert compared(other, one).main.unmatched_km == 0.0


def test_repeated_vertices_change_nothing():
    plain = [[45.0, 40.0], [45.0, 40.05], [45.01, 40.1]]
    repeated = [plain[0], plain[0], plain[1], plain[1], plain[2], plain[2]]
    other = measured(north("b", 45.02, 39.9, 40.05))
    assert compared(measured(limit("a", plain)), other) == compared(measured(limit("a", repeated)), other)
    assert compared(other, measured(limit("a", plain))) == compared(other, measured(limit("a", repeated)))


def test_main_measures_each_piece_against_its_own():
    """An enclave of b lies nearer to a's main line than b's main line does."""
    ring = [[45.002, 40.05], [45.004, 40.05], [45.004, 40.052], [45.002, 40.052], [45.002, 40.05]]
    one = measured(north("a", 45.0))
    other = measured(north("b", 45.01, 39.9, 40.2), limit("b", ring, piece="E1"), enclaves=["E1"])
    got = compared(one, other)
    width_m = GEOD.Inverse(40.05, 45.0, 40.05, 45.01)["s12"]
    assert got.main.median_abs == pytest.approx(width_m, rel=1e-3)
    assert got.main.max_abs == pytest.approx(GEOD.Inverse(40.0, 45.0, 40.0, 45.01)["s12"], abs=0.1)
    plain = compared(one, measured(north("b", 45.01, 39.9, 40.2)))
    assert got.all.mean_abs < plain.all.mean_abs
    assert got.main == plain.main


def test_a_piece_that_the_other_does_not_show_is_unmatched():
    one = measured(north("a", 45.0), north("a", 46.0, piece="M2"))
    other = measured(north("b", 45.01, 39.9, 40.2))
    got = compared(one, other)
    assert got.main.unmatched_km == pytest.approx(got.main.length_km, abs=1e-9)
    assert got.main.max_abs < 1000.0
    assert got.all.max_abs == pytest.approx(GEOD.Inverse(40.0, 46.0, 40.0, 45.01)["s12"], abs=100.0)


def test_enclaves_count_in_all_only():
    ring = [[45.2, 40.05], [45.21, 40.05], [45.21, 40.06], [45.2, 40.05]]
    one = measured(north("a", 45.0), limit("a", ring, piece="E1"), enclaves=["E1"])
    got = compared(one, measured(north("b", 45.01, 39.9, 40.2)))
    assert got.all.length_km - got.main.length_km == pytest.approx(metres(ring) / 1000.0, abs=1e-4)
    assert got.main.unmatched_km == 0.0


def test_a_limit_for_each_party_counts_both():
    one = measured(north("a", 45.0, party="ARM"), north("a", 45.001, party="AZE"))
    got = compared(one, measured(north("b", 45.01, 39.9, 40.2)))
    assert got.all.length_km == pytest.approx(2.0 * metres([[45.0, 40.0], [45.0, 40.1]]) / 1000.0, abs=1e-6)


def test_a_source_against_itself_is_all_zero():
    one = measured(*a_gap())
    got = compared(one, one)
    for figures in (got.all, got.main):
        assert (figures.mean_abs, figures.p95_abs, figures.max_abs, figures.signed_mean) == (
            0.0,
            0.0,
            0.0,
            0.0,
        )
        assert figures.toward is None
    assert got.main.unmatched_km == 0.0
    assert got.all.max_at == pytest.approx((44.9, 40.12), abs=1e-12)  # of all, the westernmost


def test_the_farthest_place_of_a_ring_may_lie_before_its_start():
    """The corner of the ring that is farthest from b lies between its last station and its first."""
    ring = [[45.2, 40.05], [45.21, 40.05], [45.2, 40.051], [45.19999, 40.0505], [45.2, 40.05]]
    other = measured(north("b", 45.3, 39.9, 40.2))
    got = compared(measured(limit("a", ring, piece="E1"), enclaves=["E1"], station_m=1000.0), other).all
    assert got.max_at == pytest.approx((45.19999, 40.0505), abs=1e-6)
    corner = measured(limit("a", [[45.19999, 40.0505], [45.2, 40.051]]))
    assert got.max_abs == pytest.approx(compared(corner, other).all.max_abs, abs=1e-4)


def test_a_ring_that_passes_its_westernmost_vertex_twice():
    """Two loops that touch there: however the ring is drawn, it is one course."""
    eight = np.array([[0, 0], [2, 1], [2, 2], [0, 0], [2, -2], [2, -1], [0, 0]], dtype=float) / 100.0
    first = np.concatenate([eight[3:], eight[1:4]])
    a, b, c = (courses_of([limit("a", ring)])[0] for ring in (eight, first, eight[::-1]))
    assert a.coords.tolist() == b.coords.tolist() == c.coords.tolist()
    assert a.left == b.left == -c.left


def test_nothing_to_measure_against():
    assert measure(measured(north("a", 45.0)), measured()) is None


# Laws


@st.composite
def wavy(draw, source):
    lats = [draw(st.integers(-40, 40)) for _ in range(draw(st.integers(2, 7)))]
    coords = [[45.0 + 0.01 * k, 40.0 + 1e-4 * lat] for k, lat in enumerate(lats)]
    return limit(source, coords, sided=draw(st.booleans()) if source == "b" else True)


def turned(line):
    strands = tuple(Strand(s.coords[::-1], s.open_end, s.open_start) for s in line.strands)
    return replace(line, strands=strands)


@settings(deadline=None, max_examples=25)
@given(wavy("a"), wavy("b"))
def test_exchanging_the_parties_negates_and_changes_nothing_else(a, b):
    """To the last bit: strands turn round, since the other party is now on the left."""
    before = compared(measured(a), measured(b))
    after = compared(measured(turned(a)), measured(turned(b)))
    for one, two in ((before.all, after.all), (before.main, after.main)):
        signed = None if one.signed_mean is None else 0.0 - one.signed_mean
        toward = {"ARM": "AZE", "AZE": "ARM", None: None}[one.toward]
        assert two == replace(one, signed_mean=signed, toward=toward)


@settings(deadline=None, max_examples=15)
@given(wavy("a"), wavy("b"), st.floats(100.0, 134.9))
def test_moving_east_across_the_antimeridian_changes_nothing(a, b, by):
    def east(line):
        strands = tuple(replace(s, coords=s.coords + np.array([by, 0.0])) for s in line.strands)
        return replace(line, strands=strands)

    before, after = compared(measured(a), measured(b)), compared(measured(east(a)), measured(east(b)))
    # Longitudes lose a bit or two of their mantissa on the way: some 1e-8 m, times the slope of a percentile.
    for name in ("mean_abs", "p95_abs", "max_abs", "length_km", "signed_mean"):
        assert getattr(after.all, name) == pytest.approx(getattr(before.all, name), abs=1e-5)


@settings(deadline=None, max_examples=15)
@given(wavy("a"), wavy("b"))
def test_splitting_edges_changes_nothing(a, b):
    def split(line):
        coords = line.strands[0].coords
        middle = (coords[:-1] + coords[1:]) / 2.0
        both = np.empty((2 * len(coords) - 1, 2))
        both[::2], both[1::2] = coords, middle
        return replace(line, strands=(replace(line.strands[0], coords=both),))

    before, after = compared(measured(a), measured(b)), compared(measured(split(a)), measured(split(b)))
    for name in ("mean_abs", "p95_abs", "max_abs", "length_km"):
        assert getattr(after.all, name) == pytest.approx(getattr(before.all, name), abs=1e-4)


# Frames


@settings(deadline=None, max_examples=60)
@given(st.floats(-180, 180), st.floats(-89.9, 89.9), st.floats(-500, 500), st.floats(-500, 500))
def test_moved_by_geographiclib(lon, lat, east_m, north_m):
    got = moved(np.array([[lon, lat]]), east_m, north_m, WGS84)[0]
    azimuth = degrees(np.arctan2(east_m, north_m))
    direct = GEOD.Direct(lat, lon, azimuth, hypot(east_m, north_m))
    apart = GEOD.Inverse(got[1], got[0], direct["lat2"], direct["lon2"])["s12"]
    assert apart < 1e-5  # d³/3R² is 1e-6 m at 500 m
    assert abs(got[0] - lon) <= 180.0
    back = east_north_m(np.array([[lon, lat]]), got[None], WGS84)[0]
    assert back == pytest.approx((east_m, north_m), abs=1e-4)


def test_direction_of_an_edge_straight_in_degrees():
    """At 60° N a degree of longitude is near half one of latitude: the edge to (1°, 1°) runs N 26.6° E."""
    lat = 60.0
    got = directions(np.array([[10.0, lat]]), np.array([[11.0, 61.0]]), WGS84)[0]
    e2 = WGS84.e2
    w2 = 1.0 - e2 * sin(radians(lat)) ** 2
    meridian, parallel = WGS84.a_m * (1.0 - e2) / w2**1.5, WGS84.a_m * cos(radians(lat)) / sqrt(w2)
    east = np.array([-sin(radians(10.0)), cos(radians(10.0)), 0.0])
    assert degrees(np.arcsin(got @ east)) == pytest.approx(degrees(atan(parallel / meridian)), abs=1e-9)
