"""Places against every source: closed forms on two squares, brute force on the shipped case, laws."""

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from numpy.testing import assert_allclose, assert_array_equal

from merestone.compare.ground import ground_of, ground_under
from merestone.compare.run import in_order
from merestone.features.places import AtSource, PlaceFinder
from merestone.model.settings import Settings
from merestone.model.sources import Case, Party, Source, SourceInfo, SourceKind
from merestone.service.workbench import open_dossier

GEODESIC = Geodesic.WGS84
COLUMNS = [name for name in AtSource.__slots__ if name != "p_labels"]
LON = 45.0
"""The two sides of `case` meet at this meridian, from 40° N to 40.5° N."""


def square(west, east):
    return shapely.MultiPolygon([shapely.box(west, 40.0, east, 40.5)])


def source(id_, sides, kind=SourceKind.TWO_SIDED, lines=None, covers=None):
    info = SourceInfo(id_, kind, "0" * 64, id_, accuracy_95_m=50.0)
    return Source(info, sides, lines, covers, None, ())


def case(*more, parties=("ARM", "AZE"), at=LON):
    west, east = parties
    plain = source("plain", {west: square(at - 0.5, at), east: square(at, at + 0.5)})
    everything = tuple(sorted((plain, *more), key=lambda one: one.info.id))
    ids = sorted(parties)
    return Case(
        "two squares", "0" * 64, "ARM", (Party(ids[0], {}), Party(ids[1], {})), Settings(),
        everything, (), (),
    )  # fmt: skip


def found(lonlat, *more, **options):
    lonlat = np.array(lonlat, dtype=float)
    return PlaceFinder(ground_of(case(*more, **options))).find(lonlat, np.zeros(len(lonlat)))


def labels(located, id_):
    return [located.labels[code] for code in located.sources[id_].label]


def geodesic_m(one, other):
    return GEODESIC.Inverse(one[1], one[0], other[1], other[0])["s12"]


def test_label_sign_distance_and_chainage_beside_a_meridian():
    places = [[LON - 0.01, 40.2], [LON + 0.02, 40.3]]
    located = found(places)
    at = located.sources["plain"]
    assert labels(located, "plain") == ["ARM", "AZE"]
    assert at.sign.tolist() == [1, -1]
    for k, place in enumerate(places):
        # The nearest point of a meridian: where the geodesic meets it at right angles.
        tried = [geodesic_m(place, (LON, place[1] + step)) for step in np.linspace(-1e-5, 3e-5, 401)]
        assert_allclose(at.distance_m[k], min(tried), atol=1e-6)
        assert_allclose(at.chainage_m[k], geodesic_m((LON, 40.0), at.nearest[k]), atol=1e-5)
    assert located.pieces == ("M1",)
    assert {located.sections[k] for k in at.section} == {"M1-S01"}
    assert located.in_corridor.tolist() == [True, True]


def test_one_source_is_enough():
    assert labels(found([[LON - 0.1, 40.2]]), "plain") == ["ARM"]


def test_gap_overlap_one_sided_and_silent():
    gap = source("gap", {"ARM": square(LON - 0.5, LON - 0.01), "AZE": square(LON + 0.01, LON + 0.5)})
    over = source("over", {"ARM": square(LON - 0.5, LON + 0.01), "AZE": square(LON - 0.01, LON + 0.5)})
    alone = source("alone", {"AZE": square(LON, LON + 0.5)}, SourceKind.ONE_SIDED)
    part = source(
        "part", {"ARM": square(LON - 0.5, LON), "AZE": square(LON, LON + 0.5)},
        covers=shapely.MultiPolygon([shapely.box(44, 40.25, 46, 41)]),
    )  # fmt: skip
    located = found([[LON - 0.001, 40.2]], gap, over, alone, part)
    said = {id_: labels(located, id_)[0] for id_ in located.sources}
    assert said == {"gap": "neither", "over": "both", "alone": "not-AZE", "part": "silent", "plain": "ARM"}
    # In the gap the nearest limit is that of ARM alone, and lies toward ARM: the place is not on its side.
    assert located.sources["gap"].sign.tolist() == [-1]
    assert located.sources["over"].sign.tolist() == [-1]


def test_a_place_on_the_limit_has_distance_0_and_no_side():
    at = found([[LON, 40.25]]).sources["plain"]
    assert at.distance_m.tolist() == [0.0]
    assert at.sign.tolist() == [0]


def test_beyond_an_open_end_there_is_no_side():
    located = found([[LON + 0.1, 41.2]])
    at = located.sources["plain"]
    assert labels(located, "plain") == ["neither"]
    assert at.past_end.tolist() == [True]
    assert at.sign.tolist() == [0]
    assert at.nearest.tolist() == [[LON, 40.5]]
    assert located.in_corridor.tolist() == [False]


def test_a_source_without_a_common_boundary_has_labels_and_no_distance():
    far = source("far", {"ARM": square(LON - 0.5, LON - 0.3), "AZE": square(LON + 0.3, LON + 0.5)})
    located = found([[LON - 0.4, 40.2]], far)
    assert labels(located, "far") == ["ARM"]
    assert np.isnan(located.sources["far"].distance_m).all()
    assert located.sources["far"].section.tolist() == [-1]


def test_the_parties_exchanged():
    places = [[LON - 0.01, 40.2], [LON + 0.02, 40.3], [LON + 0.1, 41.2], [LON, 40.25]]
    one, other = found(places), found(places, parties=("AZE", "ARM"))
    swap = {"ARM": "AZE", "AZE": "ARM", "neither": "neither"}
    assert [swap[label] for label in labels(one, "plain")] == labels(other, "plain")
    a, b = one.sources["plain"], other.sources["plain"]
    assert_array_equal(a.sign, -b.sign)
    for name in ("distance_m", "nearest", "chainage_m", "piece", "section"):
        assert_array_equal(getattr(a, name), getattr(b, name))


@pytest.mark.parametrize("at", [179.9, -180.0, 0.0])
def test_whole_turns_of_longitude_make_no_difference(at):
    near = found([[at + 0.05, 40.2]], at=at)
    for turn in (-360.0, 360.0):
        turned = found([[at + 0.05 + turn, 40.2]], at=at)
        assert labels(turned, "plain") == labels(near, "plain") == ["AZE"]
        assert_allclose(turned.sources["plain"].distance_m, near.sources["plain"].distance_m, atol=1e-6)


def test_what_is_no_place_is_refused():
    finder = PlaceFinder(ground_of(case()))
    for lonlat, accuracy in [([[0, 91]], [0]), ([[np.nan, 0]], [0]), ([[0, 0]], [-1]), ([[0, 0]], [np.inf])]:
        with pytest.raises(ValueError, match="a place has"):
            finder.find(np.array(lonlat, dtype=float), np.array(accuracy, dtype=float))
    with pytest.raises(ValueError, match="places and accuracies"):
        finder.find(np.zeros((2, 2)), np.zeros(3))


@pytest.fixture(scope="module")
def shipped(shipped_dossier):
    return open_dossier(shipped_dossier).read()


@pytest.fixture(scope="module")
def ground(shipped):
    return ground_of(shipped)


@pytest.fixture(scope="module")
def finder(ground):
    return PlaceFinder(ground)


@pytest.fixture(scope="module")
def scattered():
    return np.random.default_rng(5).uniform([44.6, 38.9], [46.6, 41.2], (5000, 2))


def test_labels_of_the_shipped_case_are_those_of_its_areas(shipped, finder, scattered):
    located = finder.find(scattered, np.zeros(len(scattered)))
    sources = {one.info.id: one for one in shipped.sources}
    for id_, one in sources.items():
        if one.info.kind is not SourceKind.TWO_SIDED:
            continue
        speaks = np.ones(len(scattered), dtype=bool)
        if one.covers is not None:
            speaks = shapely.contains_xy(one.covers, *scattered.T)
        said = np.array(labels(located, id_))
        assert_array_equal(said == "silent", ~speaks)
        for party, other in (("ARM", "AZE"), ("AZE", "ARM")):
            alone = shapely.contains_xy(one.sides[party], *scattered.T)
            alone &= ~shapely.contains_xy(one.sides[other], *scattered.T) & speaks
            assert_array_equal(said == party, alone)


def test_places_taken_in_another_order_or_in_parts_get_the_same_answer(finder, scattered):
    whole = finder.find(scattered, np.zeros(len(scattered)))
    order = np.random.default_rng(6).permutation(len(scattered))
    turned = finder.find(scattered[order], np.zeros(len(scattered)))
    some = finder.find(scattered[:37], np.zeros(37))
    for id_, at in whole.sources.items():
        for name in COLUMNS:
            assert_array_equal(getattr(at, name)[order], getattr(turned.sources[id_], name), err_msg=name)
            assert_array_equal(getattr(at, name)[:37], getattr(some.sources[id_], name), err_msg=name)


def test_lines_without_parties_have_the_labels_that_the_comparison_gives_them(
    shipped, shipped_result, finder, scattered
):
    done = shipped_result
    again = PlaceFinder(ground_under(in_order(shipped), done))
    one, other = (each.find(scattered, np.zeros(len(scattered))) for each in (finder, again))
    assert one.sections == other.sections
    for id_, at in one.sources.items():
        for name in AtSource.__slots__:
            assert_array_equal(getattr(at, name), getattr(other.sources[id_], name), err_msg=name)
    # Within a difference that the comparison lists, the label of every source is that of the difference.
    listed = done.differences.listed
    inner = finder.find(np.array([one.point for one in listed]), np.zeros(len(listed)))
    for id_, at in inner.sources.items():
        assert [inner.labels[k] for k in at.label] == [one.labels[id_] for one in listed]


def test_no_point_of_a_limit_is_nearer_than_the_nearest(ground, finder, scattered):
    some = scattered[:3]
    located = finder.find(some, np.zeros(3))
    for limits in ground.tracing.sources:
        at = located.sources[limits.source]
        for k, place in enumerate(some):
            assert_allclose(at.distance_m[k], geodesic_m(place, at.nearest[k]), atol=1e-5)
            for limit in limits.limits:
                for strand in limit.strands:
                    ends = strand.coords[:: max(len(strand.coords) // 40, 1)]
                    assert all(geodesic_m(place, end) >= at.distance_m[k] - 1e-6 for end in ends)
