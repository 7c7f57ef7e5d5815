"""Laws of every median: equidistance by geographiclib, and what must not change it."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from linecases import departures_m, distance_m, lines, points_of, wiggle

from merestone.construct.chains import line_set
from merestone.construct.check import checked
from merestone.construct.drawing import How, Task, drawn_median
from merestone.construct.median import median_of
from merestone.geometry.planes import subdivided
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import Strand

CHORD_M = 1.0


def pairs():
    """Name, one line, the other, how, and whether both have sides."""
    a, b = wiggle(20, 40.0, 1), wiggle(25, 40.03, 2)
    yield "facing", a, b, {}, False
    yield "ratio", a, b, {"ratio": (1.0, 2.5)}, False
    yield "crossing", wiggle(20, 40.0, 3), wiggle(25, 40.0, 4), {}, True
    yield "antimeridian", wiggle(15, -17.0, 5, west=179.5), wiggle(15, -17.05, 6, west=179.5), {}, False
    yield "79 north", wiggle(15, 79.0, 7, length=6.0), wiggle(15, 79.1, 8, length=6.0), {}, False
    far = {"reach_m": 700_000.0, "chord_m": 20.0}
    yield "1000 km", wiggle(12, 45.0, 9, length=12.0), wiggle(12, 54.0, 10, length=12.0), far, False


PAIRS = {name: rest for name, *rest in pairs()}


@pytest.fixture(scope="module")
def medians():
    return {
        name: median_of(lines(a, sided=sided), lines(b, sided=sided), **{"chord_m": CHORD_M} | how)
        for name, (a, b, how, sided) in PAIRS.items()
    }


@pytest.mark.parametrize("name", PAIRS)
def test_it_is_one_line_whose_every_point_is_equally_far(name, medians):
    median = medians[name]
    assert len(np.unique(median.traced.line)) == 1
    assert departures_m(median, 8).max() <= PAIRS[name][2].get("chord_m", CHORD_M)
    assert median.traced.rough == 0


@pytest.mark.parametrize("name", PAIRS)
def test_turning_points_are_within_a_millimetre(name, medians):
    median = medians[name]
    rows = np.linspace(0, len(median.traced.points) - 1, 4).astype(int)
    for row in rows:
        place = median.traced.points[row]
        d = [min(distance_m(place, line) for line in some.lines) for some in median.field.sets]
        off_m = abs(median.field.q * d[0] - median.field.p * d[1])
        assert off_m <= 1e-3 * max(float(median.traced.values.slope[row]), 1e-3)
        told = [float(base.distance_m[row]) for base in median.traced.values.base]
        assert d == pytest.approx(told, abs=1e-5)


@pytest.mark.parametrize("name", PAIRS)
def test_the_independent_search_finds_nothing_nearer(name, medians):
    traced, field = medians[name].traced, medians[name].field
    for k in (0, 1):
        found = checked(traced.points, traced.values.base[k].distance_m, field.sets[k].lines, WGS84)
        assert found.points == len(traced.points)
        assert abs(found.missed_m) < 1e-5


def test_the_independent_search_finds_what_was_missed():
    line = wiggle(60, 40.0, 1)
    place = np.array([[44.5, 40.02]])
    true_m = distance_m(place[0], line)
    assert checked(place, np.array([true_m + 0.002]), [line], WGS84).missed_m == pytest.approx(
        0.002, abs=1e-5
    )


def drawn(one, other, names=("one", "other"), ratio=(1.0, 1.0), sided=False):
    task = Task((lines(*one, sided=sided), lines(*other, sided=sided)), names)
    return drawn_median(task, How(chord_m=CHORD_M, ratio=ratio), WGS84)


@pytest.mark.parametrize(("sided", "other"), [(False, 40.03), (True, 40.0)])
def test_exchanging_both_changes_no_bit_of_the_line(sided, other):
    a, b = wiggle(7, 40.0, 11), wiggle(8, other, 12)
    there = drawn([a], [b], ("A", "B"), sided=sided)
    back = drawn([b], [a], ("B", "A"), sided=sided)
    assert there.points == back.points
    assert all((x.coords == y.coords).all() for x, y in zip(there.lines, back.lines, strict=True))


def test_exchanging_both_with_the_ratio_changes_no_bit():
    a, b = wiggle(6, 40.0, 13), wiggle(6, 40.03, 14)
    assert drawn([a], [b], ("A", "B"), (1.0, 3.0)).points == drawn([b], [a], ("B", "A"), (3.0, 1.0)).points


def test_reversing_lines_and_their_order_changes_no_bit():
    a, b, c = wiggle(6, 40.0, 15), wiggle(6, 40.03, 16), wiggle(4, 40.0, 17, west=45.2)
    there = drawn([a, c], [b])
    back = drawn([c[::-1], a[::-1]], [b[::-1]])
    assert there.points == back.points


def test_a_turn_of_longitude_moves_nothing():
    a, b = wiggle(9, 40.0, 18), wiggle(9, 40.03, 19)
    turn = np.array([360.0, 0.0])
    there = points_of(lines(a), lines(b), chord_m=CHORD_M)
    around = points_of(lines(a + turn), lines(b + turn), chord_m=CHORD_M)
    assert there + turn == pytest.approx(around, abs=1e-8)


def test_finer_input_moves_it_by_no_more_than_a_millimetre():
    a, b = wiggle(6, 40.0, 20), wiggle(6, 40.03, 21)
    coarse = median_of(lines(a), lines(b), chord_m=CHORD_M)
    finer = [lines(subdivided(one, np.full(len(one) - 1, 3))) for one in (a, b)]
    fine = median_of(*finer, chord_m=CHORD_M)
    assert fine.field.at(coarse.traced.points).off_m.max() < 1e-3
    assert len(np.unique(fine.traced.line)) == 1


def test_an_island_bends_it_and_its_base_points_are_told():
    island = [[44.5, 40.012], [44.52, 40.012], [44.51, 40.015], [44.5, 40.012]]
    a, b = wiggle(4, 40.0, 22, step=0.0), wiggle(4, 40.05, 23, step=0.0)
    without, bent = drawn([a], [b]), drawn([a, island], [b])
    assert max(point.lat for point in bent.points) > max(point.lat for point in without.points) + 0.004
    on_island = [
        p for p in bent.points if any(44.5 <= base.lon <= 44.52 and base.lat > 40.01 for base in p.bases)
    ]
    assert on_island


def test_a_far_headland_gives_a_turning_point_with_three_base_points():
    points = drawn([[[10.0, 50.0]], [[10.4, 50.0]]], [[[10.1, 50.3]]]).points
    third = [point for point in points if any(base.second for base in point.bases)]
    assert len(third) == 1
    assert {(base.party, base.lon) for base in third[0].bases} == {
        ("one", 10.0),
        ("one", 10.4),
        ("other", 10.1),
    }
    assert all(base.on == "vertex" for base in third[0].bases)


def test_an_enclave_gives_a_closed_median():
    ring = np.array([[10.0, 50.0], [10.1, 50.0], [10.1, 50.1], [10.0, 50.1], [10.0, 50.0]])
    larger = (ring - 10.05 * np.array([1, 0])) * 1.2 + np.array([10.05, -10.0])
    sets = [line_set([Strand(one, False, False)], sided=True) for one in (ring, larger)]
    found = drawn_median(Task((sets[0], sets[1]), ("A", "B")), How(chord_m=CHORD_M), WGS84)
    assert [line.ends for line in found.lines] == [("closed", "closed")]
    assert (found.lines[0].coords[0] == found.lines[0].coords[-1]).all()


def test_lines_that_share_a_stretch_have_it_as_median():
    shared = [[10.2, 50.0], [10.3, 50.001]]
    one = [[10.0, 50.0], [10.1, 50.01], *shared, [10.4, 50.01], [10.5, 50.0]]
    other = [[10.0, 50.0], [10.1, 49.99], *shared, [10.4, 49.99], [10.5, 50.0]]
    found = drawn([one], [other], sided=True)
    assert [line.ends for line in found.lines] == [("met", "met")]
    coords = found.lines[0].coords
    for vertex in [*shared, (10.0, 50.0), (10.5, 50.0)]:
        assert np.hypot(*(coords - np.array(vertex)).T).min() < 1e-9
    codes = {note.code: note for note in found.findings}
    assert codes["median-coincident"].values["length_km"] == pytest.approx(7.17, abs=0.01)


def test_a_meander_that_crosses_back_gives_one_line_from_end_to_end():
    straight = [[10.0, 50.0], [10.5, 50.0]]
    fold = [[10.0, 49.98], [10.32, 49.98], [10.3, 50.005], [10.27, 50.005], [10.25, 49.99], [10.2, 49.99]]
    fold += [[10.2, 50.02], [10.5, 50.02]]
    found = drawn([straight], [fold], sided=True)
    longest = found.lines[0]
    assert longest.ends == ("open", "open")
    assert longest.coords[0, 0] < 10.01
    assert longest.coords[-1, 0] > 10.49


def test_where_base_points_line_up_the_magnification_is_told():
    found = drawn([[[10.0, 50.0]]], [[[10.001, 50.0]]])
    note = next(one for one in found.findings if one.code == "median-ill-conditioned")
    assert note.values["condition"] == pytest.approx(2 * 400_000.0 / 71.7, rel=0.01)
