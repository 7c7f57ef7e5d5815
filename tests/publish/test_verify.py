"""Equal, other versions, or different: and where."""

import copy
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import BadInputError
from merestone.publish.jsonform import comparison_json
from merestone.publish.verify import Outcome, compare_results, verification_json


@pytest.fixture
def tree(comparison):
    return json.loads(comparison_json(comparison))


def written(tree):
    return json.dumps(tree).encode()


def with_value(tree, path, value):
    done = copy.deepcopy(tree)
    *way, last = path
    place = done
    for step in way:
        place = place[step]
    place[last] = value
    return done


def with_other_numpy(tree):
    return with_value(tree, ("tool", "libraries", "numpy"), "9.9.9")


def test_the_same_bytes_are_equal(comparison):
    data = comparison_json(comparison)
    answer = compare_results(data, data)
    assert answer.outcome is Outcome.EQUAL
    assert answer.sentence.startswith("equal: ")


def test_white_space_makes_no_difference(tree, comparison):
    assert compare_results(comparison_json(comparison), written(tree)).outcome is Outcome.EQUAL


CHANGES = [
    (("pairs", 0, "hausdorff_m"), 812.347, "$.pairs[0].hausdorff_m", 1),
    (("pairs", 0, "hausdorff_m"), 812.348, "$.pairs[0].hausdorff_m", 2),
    (("sources", 0, "areas_km2", "ARM"), 1234.568, "$.sources[0].areas_km2.ARM", 1),
    (("sources", 0, "areas_km2", "ARM"), 1234.5681, "$.sources[0].areas_km2.ARM", 2),
    (("sections", 0, "sources", "map-b", "max_m"), 812.345, '$.sections[0].sources["map-b"].max_m', 1),
    (("pairs", 0, "offsets_m", "main", "max_at", 1), 40.050000001, "$.pairs[0].offsets_m.main.max_at[1]", 1),
    (("features", "settlements", 0, "lat"), 40.100000002, "$.features.settlements[0].lat", 2),
    (("families", 1, "evidence", "shared_share"), 0.812347, "$.families[1].evidence.shared_share", 1),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "named", "units"), CHANGES)
def test_one_unit_is_allowed_to_other_versions_alone(tree, path, value, named, units):
    changed = with_value(tree, path, value)
    same_versions = compare_results(written(tree), written(changed))
    assert same_versions.outcome is Outcome.DIFFERENT
    assert same_versions.first_difference.path == named
    assert named in same_versions.sentence
    other = compare_results(written(tree), written(with_other_numpy(changed)))
    assert other.outcome is (Outcome.VERSIONS_DIFFER if units == 1 else Outcome.DIFFERENT)
    place = other.largest_difference if units == 1 else other.first_difference
    assert (place.path, place.units) == (named, Decimal(units))
    assert other.versions == {"numpy": ("2.4.0", "9.9.9")}
    assert "numpy 2.4.0 → 9.9.9" in other.sentence


def test_other_versions_without_another_figure(tree):
    answer = compare_results(written(tree), written(with_other_numpy(tree)))
    assert answer.outcome is Outcome.VERSIONS_DIFFER
    assert answer.largest_difference is None
    assert "no figure differs" in answer.sentence


def test_another_version_of_merestone_counts_as_a_version(tree):
    changed = with_value(tree, ("tool", "version"), "9.0")
    answer = compare_results(written(tree), written(changed))
    assert answer.outcome is Outcome.VERSIONS_DIFFER
    assert answer.versions == {"merestone": ("0.1.0", "9.0")}


def test_the_largest_difference_is_largest_in_units(tree):
    changed = with_value(with_other_numpy(tree), ("pairs", 0, "hausdorff_m"), 812.3465)
    changed = with_value(changed, ("sources", 0, "areas_km2", "ARM"), 1234.56799)
    answer = compare_results(written(tree), written(changed))
    assert answer.outcome is Outcome.VERSIONS_DIFFER
    assert answer.largest_difference.path == "$.sources[0].areas_km2.ARM"
    assert answer.largest_difference.units == Decimal("0.9")


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("sections", 0, "verdict"), "coincident", "$.sections[0].verdict"),
        (("sources", 0, "limits", 0, "vertices"), 4, "$.sources[0].limits[0].vertices"),
        (("parameters", "tolerance_m"), 100.0001, "$.parameters.tolerance_m"),
        (("pairs", 0, "hausdorff_m"), None, "$.pairs[0].hausdorff_m"),
        (("dossier", "sha256"), "0" * 64, "$.dossier.sha256"),
        (("findings",), [], "$.findings[0]"),
        (("added",), 1, "$.added"),
        (("sections", 0, "assumed"), 1, "$.sections[0].assumed"),
    ],
)
def test_what_is_no_rounded_figure_must_be_the_same(tree, path, value, named):
    changed = with_value(tree, path, value)
    for new in (changed, with_other_numpy(changed)):
        answer = compare_results(written(tree), written(new))
        assert answer.outcome is Outcome.DIFFERENT
        assert answer.first_difference.path == named


def test_the_first_difference_is_first_in_the_file(tree):
    changed = with_value(tree, ("sections", 0, "verdict"), "coincident")
    changed = with_value(changed, ("pairs", 5, "verdict"), "coincident")
    assert compare_results(written(tree), written(changed)).first_difference.path == "$.pairs[5].verdict"


def test_something_missing_is_said(tree):
    changed = copy.deepcopy(tree)
    del changed["sections"][1]
    answer = compare_results(written(tree), written(changed))
    assert answer.first_difference.path == "$.sections[1]"
    assert answer.sentence.endswith("recomputed it is nothing")
    assert json.loads(verification_json(answer))["first_difference"]["new"] is None


def test_the_antimeridian_has_two_longitudes(tree):
    old = with_value(tree, ("features", "settlements", 0, "lon"), 180.0)
    new = with_value(with_other_numpy(tree), ("features", "settlements", 0, "lon"), -180.0)
    assert compare_results(written(old), written(new)).outcome is Outcome.VERSIONS_DIFFER


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("gap of 1,234.56 km² in dcw", "gap of 1,234.57 km² in dcw", Outcome.VERSIONS_DIFFER),
        ("gap of 9.99 km² in dcw", "gap of 10.00 km² in dcw", Outcome.VERSIONS_DIFFER),
        ("gap of 1,234.56 km² in dcw", "gap of 1,234.58 km² in dcw", Outcome.DIFFERENT),
        ("gap of 1.5 km² in dcw", "gap of 1.50 km² in dcw", Outcome.DIFFERENT),
        ("gap of 1.5 km² in dcw", "gap of 1.5 km² in osm", Outcome.DIFFERENT),
    ],
)
def test_messages_may_differ_in_the_last_digit_of_their_figures(tree, old, new, outcome):
    before = with_value(tree, ("findings", 0, "message"), old)
    after = with_value(with_other_numpy(tree), ("findings", 0, "message"), new)
    assert compare_results(written(before), written(after)).outcome is outcome


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "has format None"),
        (b'{"format": "merestone-comparison/9"}', "merestone-comparison/9"),
    ],
)
def test_what_is_no_result_is_refused(comparison, data, words):
    with pytest.raises(BadInputError, match=words) as caught:
        compare_results(data, comparison_json(comparison))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("other", [{"tool": 3}, {"parameters": [], "tool": {"libraries": 1}}, {}])
def test_results_that_are_torn_are_different_not_a_crash(comparison, other):
    data = json.dumps({"format": "merestone-comparison/1", **other}).encode()
    assert compare_results(data, comparison_json(comparison)).outcome is Outcome.DIFFERENT


@given(st.floats(-1e4, 1e4), st.integers(-3, 3))
def test_the_law_of_one_unit(value, units):
    """Two rounded figures are n units apart if and only if their decimals differ by n units."""
    base = Decimal(repr(round(value, 3)))
    old, new = (
        json.dumps(
            {
                "format": "merestone-comparison/1",
                "tool": {"version": v, "libraries": {}},
                "pairs": [{"hausdorff_m": float(x)}],
            }
        ).encode()
        for v, x in (("1", base), ("2", base + units * Decimal("0.001")))
    )
    outcome = compare_results(old, new).outcome
    assert (outcome is Outcome.VERSIONS_DIFFER) == (abs(units) <= 1)
