"""Several sources that mean the same line: who is combined, with what weights, and when not."""

from dataclasses import replace
from math import erfc, sqrt

import numpy as np
import pytest

from merestone.model.accuracy import CE95_PER_SIGMA
from merestone.model.ellipsoid import WGS84
from merestone.model.results import Family
from merestone.model.settings import Settings
from merestone.model.sources import Case, Party, Source, SourceInfo, SourceKind, Unchanged
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.reasons import CODES, REASONS, Reason
from merestone.uncertainty.together import Alone, Group, Together, groups_of


def phi(x):
    return 0.5 * erfc(-x / sqrt(2.0))


def error(source, sigma_m, **shared):
    own = sqrt(sigma_m**2 - sum(part**2 for part in shared.values()))
    return ErrorModel(source, own, shared, 0.0, 10_000.0, 0.0, 300.0, ())


class Straight:
    """Sources that draw a straight line at other norths; AAA lies above it."""

    def __init__(self, workshop, norths, errors):
        self.workshop, self.norths = workshop, norths
        self.models = {}
        for source, north in norths.items():
            line = [(-9_000.0, north), (9_000.0, north)]
            sides = {"AAA": workshop.half(+1, line), "BBB": workshop.half(-1, line)}
            self.models[source] = workshop.model(sides, [line], None, error=errors[source])

    def at(self, group, ys, place_sigma_m=0.0, inconsistent=False, lost=()):
        xy = np.stack([np.zeros(len(ys)), ys], axis=1)
        lonlat = self.workshop.ground.lonlat(xy)
        radius_m = np.full(len(ys), place_sigma_m * CE95_PER_SIGMA)
        alone = {}
        for source, model in self.models.items():

            def label_at(places, source=source):
                # North of the line by latitude: near its middle a meridian is straight.
                lat = self.workshop.ground.lonlat([(0.0, self.norths[source])])[0, 1]
                return np.where(places[:, 1] > lat, 0, 1)

            said = model.at(lonlat, radius_m, label_at(lonlat))
            if source in lost:
                said.reason[:] = CODES[lost[source]]
                said.p[:] = np.nan
            alone[source] = Alone(said, ys - self.norths[source], label_at)
        bad = np.full(len(ys), inconsistent)
        return Together(group, self.models, WGS84).at(lonlat, radius_m, alone, bad)


AB = Group(("a", "b"), ("a", "b"), None)
YS = np.array([-70.0, -20.0, 0.0, 30.0, 55.0, 200.0])


@pytest.fixture(scope="module")
def two(workshop):
    errors = {"a": error("a", 30.0), "b": error("b", 60.0)}
    return Straight(workshop, {"a": 0.0, "b": 40.0}, errors)


@pytest.mark.parametrize("place_sigma_m", [0.0, 50.0])
def test_independent_sources_are_weighted_by_precision_and_the_place_counts_once(two, place_sigma_m):
    found = two.at(AB, YS, place_sigma_m)
    weight = 60.0**2 / (30.0**2 + 60.0**2)
    s = weight * YS + (1.0 - weight) * (YS - 40.0)
    sigma = sqrt(1.0 / (30.0**-2 + 60.0**-2) + place_sigma_m**2)
    assert found.p[:, 0] == pytest.approx([phi(x / sigma) for x in s], abs=1e-4)
    assert found.p[:, :2].sum(axis=1) == pytest.approx(1.0)
    assert not found.reason.any()


def test_what_they_share_is_no_second_witness(workshop):
    """All but 10 m of the one and 20 m of the other is one operation's: by hand, from the 2 × 2 inverse."""
    errors = {"a": error("a", sqrt(2600.0), op=50.0), "b": error("b", sqrt(2900.0), op=50.0)}
    found = Straight(workshop, {"a": 0.0, "b": 20.0}, errors).at(AB, YS)
    weight = (2900.0 - 2500.0) / (2600.0 + 2900.0 - 5000.0)
    variance = (2600.0 * 2900.0 - 2500.0**2) / (2600.0 + 2900.0 - 5000.0)
    s = weight * YS + (1.0 - weight) * (YS - 20.0)
    assert found.p[:, 0] == pytest.approx([phi(x / sqrt(variance)) for x in s], abs=1e-4)


def test_a_source_that_can_say_nothing_is_left_out(two):
    found = two.at(AB, YS, lost={"a": Reason.BEND})
    assert found.p[:, 0] == pytest.approx([phi((y - 40.0) / 60.0) for y in YS], abs=1e-4)
    found = two.at(AB, YS, lost={"a": Reason.BEND, "b": Reason.SILENT})
    assert {REASONS[code] for code in found.reason} == {Reason.BEND}
    assert np.isnan(found.p).all()


def test_no_figure_where_the_section_or_the_place_speaks_against_one_line(workshop, two):
    found = two.at(AB, YS, inconsistent=True)
    assert {REASONS[code] for code in found.reason} == {Reason.INCONSISTENT}
    errors = {"a": error("a", 30.0), "b": error("b", 40.0)}
    for apart, expected in ((160.0, None), (170.0, Reason.INCONSISTENT)):  # 3.29 σ are 164.5 m
        found = Straight(workshop, {"a": 0.0, "b": apart}, errors).at(AB, np.array([50.0]))
        assert REASONS[found.reason[0]] == expected


def test_a_group_that_is_not_combined_gives_its_reason(two):
    found = two.at(replace(AB, reason=Reason.DATES), YS)
    assert {REASONS[code] for code in found.reason} == {Reason.DATES}
    assert found.verdicts()[0].tolist() == [-1] * len(YS)


def case(groups, unchanged=(), **dates):
    sources = tuple(
        Source(SourceInfo(name, SourceKind.TWO_SIDED, "0" * 64, name, date=date), {}, None, None, None, ())
        for name, date in dates.items()
    )
    return Case(
        "T",
        "0",
        "0",
        (Party("AAA", {}), Party("BBB", {})),
        Settings(),
        sources,
        (),
        (),
        WGS84,
        groups,
        unchanged,
    )


def families(*groups):
    return [Family(members, members[0], {}) for members in groups]


def test_one_member_for_each_family_the_most_accurate_first():
    models = {"a": error("a", 30.0), "b": error("b", 20.0), "c": error("c", 20.0), "d": None}
    (found,) = groups_of(
        case((("a", "b", "c", "d"),), a="2017", b=None, c="2017-11", d="1950"),
        families(("a", "b"), ("c",), ("d",)),
        models,
    )
    assert found == Group(("a", "b", "c", "d"), ("b", "c"), None)


def test_dates_that_differ_need_a_word_that_nothing_changed():
    models = {name: error(name, 30.0) for name in "abc"}
    dates = {"a": "1978", "b": "2017", "c": None}
    kin = families(("a",), ("b",), ("c",))
    assert groups_of(case((("a", "b"),), **dates), kin, models)[0].reason is Reason.DATES
    assert groups_of(case((("a", "c"),), **dates), kin, models)[0].reason is None
    said = (Unchanged(("a", "b"), "AAA"),)
    assert groups_of(case((("a", "b"),), said, **dates), kin, models)[0].reason is None
    other = (Unchanged(("b", "c"), "AAA"),)
    assert groups_of(case((("a", "b"),), other, **dates), kin, models)[0].reason is Reason.DATES


def test_without_any_accuracy_there_is_nothing_to_combine():
    found = groups_of(case((("a", "b"),), a=None, b=None), families(("a",), ("b",)), {"a": None, "b": None})
    assert found == (Group(("a", "b"), (), Reason.ACCURACY_UNKNOWN),)
    assert groups_of(case((), a=None), families(("a",)), {"a": None}) == ()
