"""What sources that the dossier says mean the same line say of places together."""

import json
import sys
from dataclasses import replace
from math import erfc, sqrt
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

sys.path.insert(0, str(Path(__file__).parent))
from cases import MERIDIAN, TOOL, a_case, exchanged, lines_only, two_sided

from merestone.compare.ground import ground_of, ground_under
from merestone.compare.mirror import mirror
from merestone.compare.run import compare, in_order
from merestone.features.places import PlaceFinder
from merestone.features.placewords import Exact, together
from merestone.model.accuracy import CE95_PER_SIGMA
from merestone.model.sources import Unchanged
from merestone.publish.jsonform import comparison_json
from merestone.publish.report import report_html
from merestone.publish.schema import load_schema
from merestone.uncertainty.assess import assessed

M_PER_DEG = 85_316.0
"""A degree of longitude along the parallel of 40.05° N, to a metre."""
SIGMA_M = 50.0 / CE95_PER_SIGMA
AB = (("a", "b"),)


def east(metres):
    return MERIDIAN + np.array([metres / M_PER_DEG, 0.0])


def a_and_b(apart_m=20.0, b_radius_m=100.0, **about):
    more = {"same_line": AB, **about}
    dates = more.pop("dates", (None, None))
    return a_case(
        two_sided("a", MERIDIAN, 50.0, date=dates[0]),
        two_sided("b", east(apart_m), b_radius_m, date=dates[1]),
        **more,
    )


def asked(case, *west_m, own_95_m=0.0):
    """Answers for places so far west of the meridian, halfway up."""
    ground = ground_of(case)
    lonlat = np.array([[45.0 - metres / M_PER_DEG, 40.05] for metres in west_m])
    return PlaceFinder(ground).find(lonlat, np.full(len(west_m), own_95_m))


def told(case, *west_m, **more):
    return together(asked(case, *west_m, **more), Exact())


def test_independent_sources_are_weighted_by_their_precision():
    west = (10.0, 60.0, -30.0)
    found = told(a_and_b(), *west, own_95_m=30.0)
    # Precisions 1/50² and 1/100²: four fifths and a fifth. b lies 20 m farther east.
    sigma_m = sqrt(1.0 / (1.0 / SIGMA_M**2 + 1.0 / (2.0 * SIGMA_M) ** 2) + (30.0 / CE95_PER_SIGMA) ** 2)
    for metres, one in zip(west, found, strict=True):
        p = 0.5 * erfc(-(metres + 0.2 * 20.0) / sigma_m / sqrt(2.0))
        # The shares of areas are good to 1e-4; the metres of a degree to 1e-4 of 60 m.
        assert one["p_side"]["ARM"] == pytest.approx(p, abs=3e-4)
        assert sum(one["p_side"].values()) == pytest.approx(1.0)
        assert one["verdict"] == ("ARM" if p >= 0.95 else "cannot-say")
        assert one["same_line"] == [
            {key: one[key] for key in ("verdict", "p_side", "reason")} | {"sources": ["a", "b"]}
        ]
    assert [one["reason"] for one in found] == ["within-the-doubt", None, "within-the-doubt"]


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"same_line": ()}, "not-declared-same-line"),
        ({"dates": ("1990", "2020")}, "dates-differ"),
        ({"apart_m": 400.0}, "sources-inconsistent"),
    ],
)
def test_nothing_is_combined_where_it_may_not_be(about, reason):
    (one,) = told(a_and_b(**about), 2_000.0)
    assert (one["verdict"], one["p_side"], one["reason"]) == ("cannot-say", None, reason)
    assert len(one["same_line"]) == (0 if reason == "not-declared-same-line" else 1)


def test_dates_that_differ_do_not_matter_where_nothing_changed():
    stated = (Unchanged(("a", "b"), "the protocol of 2021 says so"),)
    (one,) = told(a_and_b(dates=("1990", "2020"), unchanged=stated), 2_000.0)
    assert one["verdict"] == "ARM"


def test_a_source_of_unknown_accuracy_has_no_voice_and_alone_says_nothing():
    (one,) = told(a_and_b(b_radius_m=None), 10.0)
    (alone,) = told(replace(a_and_b(b_radius_m=None), same_line=()), 10.0)
    assert one["p_side"]["ARM"] == pytest.approx(0.5 * erfc(-10.0 / SIGMA_M / sqrt(2.0)), abs=3e-4)
    assert alone["p_side"] is None
    case = a_case(two_sided("a", MERIDIAN, None), two_sided("b", east(20.0), None), same_line=AB)
    (none,) = told(case, 2_000.0)
    assert (none["p_side"], none["reason"]) == (None, "accuracy-unknown")


def test_several_lines_have_their_answers_and_there_is_none_for_all():
    case = a_and_b()
    other = (two_sided("c", east(900.0)), two_sided("d", east(910.0)))
    case = replace(case, sources=(*case.sources, *other), same_line=(*AB, ("c", "d")))
    (one,) = told(case, -500.0)
    assert [(line["sources"], line["verdict"]) for line in one["same_line"]] == [
        (["a", "b"], "AZE"),
        (["c", "d"], "ARM"),
    ]
    assert (one["verdict"], one["reason"]) == ("cannot-say", "not-declared-same-line")


def test_on_the_limit_of_one_source_the_other_still_counts():
    (one,) = told(a_and_b(apart_m=100.0), 0.0)
    sigma_m = sqrt(1.0 / (1.0 / SIGMA_M**2 + 1.0 / (2.0 * SIGMA_M) ** 2))
    assert one["p_side"]["ARM"] == pytest.approx(0.5 * erfc(-20.0 / sigma_m / sqrt(2.0)), abs=3e-4)


def test_what_is_told_of_a_place_does_not_depend_on_the_others():
    west = np.linspace(-300.0, 300.0, 7)
    finder = PlaceFinder(ground_of(a_and_b()))
    lonlat = np.stack([45.0 - west / M_PER_DEG, np.full(7, 40.05)], axis=1)
    every = together(finder.find(lonlat, np.zeros(7)), Exact())
    assert [together(finder.find(one[None], np.zeros(1)), Exact())[0] for one in lonlat] == every


def test_the_test_of_each_section_stands_in_the_comparison():
    apart = east(0.0) + np.array([[0.0, 0.0], [0.0, 0.0], [600.0 / M_PER_DEG, 0.0]])
    case = replace(a_and_b(), sources=(two_sided("a", MERIDIAN), two_sided("b", apart)))
    case = in_order(replace(case, settings=replace(case.settings, realisations=10)))
    result = assessed(case, compare(case, tool=TOOL))
    (line,) = result.uncertainty["same_line"]
    assert (line["sources"], sorted(line["members"]), line["reason"]) == (["a", "b"], ["a", "b"], None)
    holds = {one["section"]: one["holds"] for one in line["sections"]}
    verdicts = {section.id: section.verdict for section in result.sections}
    assert {verdicts[id_] for id_, good in holds.items() if not good} == {"differing"}
    assert any(holds.values())
    # The places by those sections are not combined, the others are.
    finder = PlaceFinder(ground_under(case, result))
    lonlat = np.array([[44.98, 40.01], [44.98, 40.09]])
    south, north = together(finder.find(lonlat, np.zeros(2)), Exact())
    assert (south["verdict"], north["reason"]) == ("ARM", "sources-inconsistent")
    tree = json.loads(comparison_json(result))
    Draft202012Validator(load_schema("comparison-1")).validate(tree)
    page = report_html(result).decode()
    assert "Said to mean the same line: a, b" in page
    failed = [id_ for id_, good in holds.items() if not good]
    assert f"In {len(failed)} they lie farther apart than their errors allow" in page
    assert [one["holds"] for one in tree["uncertainty"]["same_line"][0]["sections"]] == list(holds.values())


def test_the_section_tests_are_told_where_nothing_is_drawn():
    case = in_order(a_and_b())
    case = replace(case, settings=replace(case.settings, realisations=0))
    assert list(assessed(case, compare(case, tool=TOOL)).uncertainty) == ["same_line"]


def test_exchanging_the_parties_exchanges_the_combined_answers():
    case = a_and_b()
    case = replace(
        case, sources=(*case.sources, lines_only("lines", east(-15.0))), same_line=(("a", "b", "lines"),)
    )
    swapped = {"ARM": "AZE", "AZE": "ARM"}
    for one, other in zip(told(case, 5.0, 90.0), told(exchanged(case), 5.0, 90.0), strict=True):
        assert {swapped.get(label, label): p for label, p in one["p_side"].items()} == other["p_side"]
        assert swapped.get(one["verdict"], one["verdict"]) == other["verdict"]
    case = in_order(replace(case, settings=replace(case.settings, realisations=0)))
    other = in_order(exchanged(case))
    result = assessed(case, compare(case, tool=TOOL))
    assert comparison_json(mirror(result)) == comparison_json(assessed(other, compare(other, tool=TOOL)))
