"""Weighted percentiles against values repeated in proportion to their weight; means by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.statistics import signed_mean_m, statistics, toward, weighted_percentiles

sizes = st.floats(0.0, 1e4, allow_nan=False)
repeats = st.integers(1, 7)


@st.composite
def weighted(draw):
    count = draw(st.integers(1, 12))
    values = draw(st.lists(sizes, min_size=count, max_size=count))
    weights = draw(st.lists(repeats, min_size=count, max_size=count))
    return np.array(values), np.array(weights, dtype=float)


def by_formula(values, weights, share):
    """DESIGN section 4 read literally, in plain Python: F_k, interpolate, clamp."""
    pairs = sorted(zip(values, weights, strict=True))
    whole = sum(w for _, w in pairs)
    middle, before = [], 0.0
    for _, w in pairs:
        middle.append((before + w / 2.0) / whole)
        before += w
    if share <= middle[0]:
        return pairs[0][0]
    for k in range(1, len(pairs)):
        if share <= middle[k]:
            part = (share - middle[k - 1]) / (middle[k] - middle[k - 1])
            return pairs[k - 1][0] + part * (pairs[k][0] - pairs[k - 1][0])
    return pairs[-1][0]


@settings(deadline=None, max_examples=150)
@given(weighted(), st.floats(0.0, 1.0))
def test_percentiles_follow_the_formula(sample, share):
    values, weights = sample
    got = weighted_percentiles(values, weights, np.array([share]))[0]
    # Rounding of shares near a jump, times the slope of the distribution there.
    assert got == pytest.approx(by_formula(values, weights, share), rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("turned", [1, -1])
def test_of_equal_values_the_order_makes_no_difference(turned):
    """Ones of different weight, in both directions: F = ½ falls on the first of them, whose weight is 1."""
    values, weights = np.array([0.0, 0, 0, 2, 0, 1, 2, 1]), np.array([1.0, 1, 1, 1, 1, 1, 1, 2])
    got = weighted_percentiles(values[::turned], weights[::turned], np.array([0.5]))[0]
    assert got == pytest.approx(1.0, abs=1e-12)


@settings(deadline=None, max_examples=100)
@given(weighted())
def test_a_median_lies_where_half_of_the_repeated_values_do(sample):
    """Each value repeated as often as it weighs: at most half lie below and at most half above."""
    values, weights = sample
    repeated = np.repeat(values, weights.astype(int))
    median = weighted_percentiles(values, weights, np.array([0.5]))[0]
    low, high = np.sort(values)[0], np.sort(values)[-1]
    assert low <= median <= high
    gap = np.diff(np.sort(values)).max(initial=0.0)
    assert abs(median - np.median(repeated)) <= gap + 1e-9


@settings(deadline=None, max_examples=60)
@given(weighted(), st.integers(20, 60))
def test_percentiles_tend_to_those_of_repeated_values(sample, times):
    """With all weights equal and every value many times over, numpy's own definition agrees."""
    values, _ = sample
    many = np.repeat(values, times)
    got = weighted_percentiles(many, np.ones(len(many)), np.array([0.25, 0.5, 0.95]))
    assert got == pytest.approx(np.quantile(many, [0.25, 0.5, 0.95], method="hazen"), abs=1e-7)


def test_equal_weights_are_hazens_definition():
    values = np.array([5.0, 1.0, 2.0, 8.0])
    got = weighted_percentiles(values, np.full(4, 100.0), np.array([0.0, 0.25, 0.5, 0.95, 1.0]))
    assert got.tolist() == np.quantile(values, [0.0, 0.25, 0.5, 0.95, 1.0], method="hazen").tolist()


def test_one_value_is_every_percentile():
    assert weighted_percentiles(np.array([3.0]), np.array([50.0]), np.array([0.0, 0.5, 0.95])).tolist() == [
        3.0,
        3.0,
        3.0,
    ]


def test_a_positive_mean_points_to_the_party_that_is_second_by_id():
    """The other source shows the stations on ARM's side: its limit lies within AZE's."""
    assert toward(12.0, ("ARM", "AZE")) == "AZE"
    assert toward(-12.0, ("ARM", "AZE")) == "ARM"
    assert toward(0.0, ("ARM", "AZE")) is None
    assert toward(None, ("ARM", "AZE")) is None


def test_no_signed_mean_against_a_limit_without_sides():
    offsets = np.array([3.0, np.nan, 5.0])
    weights = np.array([1.0, 2.0, 1.0])
    assert signed_mean_m(offsets, np.array([True, False, True]), weights) is None


def test_stations_at_which_limits_contradict_each_other_are_left_out_of_the_signed_mean():
    offsets = np.array([3.0, np.nan, 5.0])
    assert signed_mean_m(offsets, np.array([True, True, True]), np.array([1.0, 2.0, 3.0])) == 4.5


def test_nothing_measured_gives_nulls_and_a_length():
    none = np.zeros(0)
    got = statistics(none, none, none.astype(bool), none, ("ARM", "AZE"), maximum=None, unmatched_km=1.5)
    assert (got.mean_abs, got.p95_abs, got.max_at, got.signed_mean) == (None, None, None, None)
    assert (got.length_km, got.unmatched_km) == (0.0, 1.5)


def test_every_figure_of_a_small_sample_by_hand():
    got = statistics(
        np.array([10.0, 20.0, 0.0]),
        np.array([10.0, -20.0, 0.0]),
        np.array([True, True, True]),
        np.array([100.0, 300.0, 100.0]),
        ("ARM", "AZE"),
        maximum=(21.0, (45.0, 40.0)),
    )
    assert got.mean_abs == 14.0
    assert got.signed_mean == -10.0
    assert got.toward == "ARM"
    assert got.length_km == 0.5
    assert (got.max_abs, got.max_at) == (21.0, (45.0, 40.0))
    # Sorted 0, 10, 20 stand at 0.1, 0.3, 0.7: the median is half way from 10 to 20, p95 clamped.
    assert got.median_abs == pytest.approx(15.0)
    assert got.p95_abs == 20.0
