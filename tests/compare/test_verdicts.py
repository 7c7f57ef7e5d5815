"""Verdicts of single stations: each rule by a hand-made case, and all against the rules read literally."""

from itertools import combinations
from math import isnan, nan, sqrt

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.accuracies import UNKNOWN, Radius, Term, accuracies, limit_m, radius_of
from merestone.compare.verdicts import VERDICTS, Shown, classify, shown_by_families, two_source_verdicts
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.ellipsoid import WGS84
from merestone.model.results import Family, StationOffsets
from merestone.model.sources import Operation, SourceInfo, SourceKind

TOLERANCE_M = 100.0


def radius(metres, assumed=False):
    return UNKNOWN if metres is None else Radius((Term(metres, assumed),))


def verdict_of(*families, tolerance_m=TOLERANCE_M):
    """One station; a family is (offset, radius or None, assumed)."""
    radii = {str(k): radius(*f[1:]) for k, f in enumerate(families)}
    known = accuracies(radii)
    reach = [not isnan(f[0]) for f in families]
    source = [known.source.index(str(k)) if reach[k] else -1 for k in range(len(families))]
    shown = Shown(
        np.array([source]),
        np.array([[f[0] for f in families]], dtype=float),
        np.ones((1, len(families)), dtype=bool),
        np.zeros((1, len(families), 2)),
    )
    verdict, assumed = classify(shown, known, tolerance_m, WGS84)
    return str(VERDICTS[verdict[0]]), bool(assumed[0])


def literally(families, tolerance_m):
    """DESIGN section 4, Sections, sentence by sentence."""
    here = [f for f in families if not isnan(f[0])]
    known = [f for f in here if f[1] is not None]
    for a, b in combinations(known, 2):
        apart = abs(a[0] - b[0])
        if apart > tolerance_m and apart > sqrt(a[1] ** 2 + b[1] ** 2):
            return "differing"
    if len(known) < 2:
        return "cannot-say"
    for a, b in combinations(here, 2):
        if abs(a[0] - b[0]) > tolerance_m and (a[1] is None or b[1] is None):
            return "cannot-say"
    able = [f for f in known if f[1] <= tolerance_m]
    if len(able) >= 2 and all(abs(a[0] - b[0]) <= tolerance_m for a, b in combinations(able, 2)):
        return "coincident"
    return "within-accuracy"


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        pytest.param([(0, 50), (80, 60)], "coincident", id="two fine maps within the tolerance"),
        pytest.param([(0, 50), (100, 50)], "coincident", id="exactly the tolerance"),
        pytest.param([(0, 50), (-101, 50)], "differing", id="two fine maps beyond it"),
        pytest.param([(0, 50), (400, 2500)], "within-accuracy", id="a coarse map neither confirms"),
        pytest.param([(0, 50), (20, 50), (400, 2500)], "coincident", id="nor vetoes"),
        pytest.param([(0, 50), (20, 50), (4000, 2500)], "differing", id="unless it is beyond its accuracy"),
        pytest.param([(0, 300), (20, 300)], "within-accuracy", id="near, but none is able to tell"),
        pytest.param([(0, 50), (20, 300)], "within-accuracy", id="only one is able to tell"),
        pytest.param([(0, 50)], "cannot-say", id="one family"),
        pytest.param([(0, 50), (10, None)], "cannot-say", id="one known accuracy"),
        pytest.param(
            [(0, 50), (20, 50), (101, None)], "cannot-say", id="an unknown one beyond the tolerance"
        ),
        pytest.param([(0, 50), (20, 50), (99, None)], "coincident", id="an unknown one within it"),
        pytest.param([(0, 50), (200, 50), (900, None)], "differing", id="differing comes first"),
        pytest.param([(0, 50), (nan, 50)], "cannot-say", id="one that does not reach says nothing"),
        pytest.param([(60, 50), (-60, 50), (0, 50)], "differing", id="the widest pair counts"),
        pytest.param([(0, 0), (100.0000001, 0)], "differing", id="accuracy nought"),
    ],
)
def test_each_rule(families, expected):
    assert verdict_of(*families)[0] == expected


def test_the_limit_is_the_root_of_both_squares():
    assert verdict_of((0, 300), (499.999, 400))[0] == "within-accuracy"
    assert verdict_of((0, 300), (500.001, 400))[0] == "differing"


family = st.tuples(
    st.one_of(st.integers(-400, 400), st.just(nan)),
    st.one_of(st.none(), st.sampled_from([10, 90, 100, 110, 250])),
)


@settings(deadline=None, max_examples=400)
@given(st.lists(family, min_size=1, max_size=5))
def test_rules_read_literally(families):
    assert verdict_of(*families)[0] == literally(families, TOLERANCE_M)


@settings(deadline=None, max_examples=100)
@given(st.lists(family, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_no_order_of_families_matters(families, random):
    shuffled = random.sample(families, len(families))
    mirrored = [(-offset, radius) for offset, radius in families]
    assert verdict_of(*families) == verdict_of(*shuffled) == verdict_of(*mirrored)


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        pytest.param([(0, 50, False), (20, 50, True)], True, id="coincident by an assumed figure"),
        pytest.param([(0, 50, False), (20, 50, False)], False, id="by stated ones"),
        pytest.param([(0, 50, False), (500, 50, True)], True, id="differing from an assumed one"),
        pytest.param(
            [(0, 50, False), (500, 50, False), (510, 9, True)], False, id="stated ones differ alone"
        ),
        pytest.param([(0, 50, True), (10, None, False)], False, id="no figure could help"),
        pytest.param([(0, 50, False), (20, 50, False), (nan, 50, True)], False, id="not reached, not used"),
        pytest.param([(0, 50, False), (20, 50, True), (900, None)], True, id="cannot-say beside one"),
    ],
)
def test_what_rests_on_an_assumed_accuracy_says_so(families, expected):
    assert verdict_of(*families)[1] is expected


def test_without_a_sign_the_distance_of_the_nearest_points_counts():
    """Both maps are 80 m from the axis; nobody can say whether on the same side: 160 m or 0 m apart."""
    west = Geodesic.WGS84.Direct(40.0, 45.0, 270.0, 80.0)
    east = Geodesic.WGS84.Direct(40.0, 45.0, 90.0, 80.0)
    for other, expected in ((east, "differing"), (west, "coincident")):
        shown = Shown(
            np.array([[0, 1]]),
            np.array([[80.0, 80.0]]),
            np.array([[True, False]]),
            np.array([[[west["lon2"], west["lat2"]], [other["lon2"], other["lat2"]]]]),
        )
        known = accuracies({"a": radius(10.0), "b": radius(10.0)})
        assert str(VERDICTS[classify(shown, known, TOLERANCE_M, WGS84)[0][0]]) == expected


def stations(**offsets):
    count = len(next(iter(offsets.values())))
    return StationOffsets(
        "M1",
        np.arange(count) * 100.0,
        np.zeros(count),
        np.zeros(count),
        {source: np.array(values, dtype=float) for source, values in offsets.items()},
        {source: np.ones(count, dtype=bool) for source in offsets},
        {source: np.zeros((count, 2)) for source in offsets},
    )


def test_a_family_speaks_through_its_most_accurate_member_that_reaches():
    at = stations(a=[1.0, 1.0, nan, nan], b=[2.0, nan, nan, nan], c=[3.0, 3.0, 3.0, nan])
    known = accuracies({"a": radius(500.0), "b": radius(50.0), "c": UNKNOWN})
    shown = shown_by_families(at, [Family(("a", "b", "c"), "b", {})], known)
    assert shown.offset_m[:3, 0].tolist() == [2.0, 1.0, 3.0]
    assert [known.source[at] for at in shown.source[:3, 0]] == ["b", "a", "c"]
    assert (shown.source[3, 0], isnan(shown.offset_m[3, 0])) == (-1, True)


def test_of_equally_accurate_members_the_first_by_id_speaks():
    at = stations(b=[2.0], a=[1.0])
    known = accuracies({"a": radius(50.0), "b": radius(50.0)})
    assert shown_by_families(at, [Family(("a", "b"), "a", {})], known).offset_m.tolist() == [[1.0]]


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (50.0, 50.0, ["coincident", "coincident", "differing", "differing"]),
        (50.0, 300.0, ["within-accuracy", "within-accuracy", "within-accuracy", "differing"]),
        (50.0, None, ["cannot-say"] * 4),
        (None, None, ["cannot-say"] * 4),
    ],
)
def test_two_sources_alone(one, two, expected):
    distances = np.array([0.0, 100.0, 101.0, 305.0])
    got = two_source_verdicts(distances, radius(one), radius(two), TOLERANCE_M, same_family=False)
    assert [str(VERDICTS[v]) for v in got] == expected
    for distance, verdict in zip(distances, got, strict=True):
        assert verdict_of((0, one), (distance, two))[0] == VERDICTS[verdict]


def test_copies_do_not_confirm_one_another():
    got = two_source_verdicts(
        np.array([0.0, 101.0]), radius(50.0), radius(50.0), TOLERANCE_M, same_family=True
    )
    assert [str(VERDICTS[v]) for v in got] == ["cannot-say", "differing"]


def test_an_accuracy_by_map_scale_is_always_assumed():
    info = SourceInfo(
        "a",
        SourceKind.LINES,
        "0" * 64,
        "a",
        scale=1e6,
        accuracy=Accuracy(Measure.SCALE),
        accuracy_95_m=1000.0,
    )
    assert radius_of(info) == radius(1000.0, True)
    assert radius_of(SourceInfo("b", SourceKind.LINES, "0" * 64, "b")) == UNKNOWN


def budgeted(name, radius_m, operation):
    terms = [{"radius_95_m": radius_m, "assumed": False, "common": False, "shared": None}]
    shared = f"operation {operation}"
    terms += [{"radius_95_m": 30.0, "assumed": True, "common": True, "shared": shared}] if operation else []
    total = sqrt(sum(term["radius_95_m"] ** 2 for term in terms))
    return SourceInfo(
        name,
        SourceKind.TWO_SIDED,
        "0" * 64,
        name,
        accuracy=Accuracy(Measure.CE95, radius_m),
        accuracy_95_m=total,
        accuracy_budget=tuple(terms),
        operation=Operation(operation, "SK-42", 5.0, "") if operation else None,
    )


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        pytest.param("EPSG:15865", "EPSG:15865", sqrt(40**2 + 50**2), id="shared, it cancels"),
        pytest.param("EPSG:15865", "EPSG:5044", sqrt(40**2 + 50**2 + 2 * 30**2), id="two different ones"),
        pytest.param("EPSG:15865", None, sqrt(40**2 + 50**2 + 30**2), id="one alone"),
    ],
)
def test_what_two_sources_share_is_no_part_of_their_pairs_error(one, two, expected):
    a, b = radius_of(budgeted("a", 40.0, one)), radius_of(budgeted("b", 50.0, two))
    assert limit_m(a, b) == pytest.approx(expected, abs=1e-12)
    assert limit_m(a, b) == limit_m(b, a)
    assert accuracies({"a": a, "b": b}).limit_m[0, 1] == limit_m(a, b)
    assert isnan(limit_m(a, UNKNOWN))


def test_only_assumed_terms_are_scaled():
    doubled = radius_of(budgeted("a", 40.0, "EPSG:15865")).scaled(2.0)
    assert doubled.metres == pytest.approx(sqrt(40**2 + 60**2))
    assert doubled.assumed
    assert UNKNOWN.scaled(2.0) == UNKNOWN
