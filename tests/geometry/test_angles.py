"""Sine and cosine against extended precision and exact values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from merestone.geometry.angles import sine_cosine

PI = np.longdouble("3.14159265358979323846264338327950288")


def in_extended_precision(degrees):
    quarters = np.rint(degrees.astype(np.longdouble) / 90)
    rest = (degrees.astype(np.longdouble) - 90 * quarters) * PI / 180
    turn = (quarters % 4).astype(int)
    sine, cosine = np.sin(rest), np.cos(rest)
    return (
        np.choose(turn, [sine, cosine, -sine, -cosine]),
        np.choose(turn, [cosine, -sine, -cosine, sine]),
    )


@pytest.mark.skipif(np.finfo(np.longdouble).eps > 1e-18, reason="needs a long double of 80 bits or more")
@pytest.mark.parametrize(("low", "high"), [(-45.0, 45.0), (44.0, 46.0), (-720.0, 720.0), (-1e-9, 1e-9)])
def test_against_extended_precision(low, high):
    degrees = np.random.default_rng(1).uniform(low, high, 20_000)
    for found, exact in zip(sine_cosine(degrees), in_extended_precision(degrees), strict=True):
        # A unit in the last place is at most 2.2e-16 of the value.
        assert np.abs((found - exact) / exact).max() < 3.4e-16


def test_right_angles_are_exact():
    sine, cosine = sine_cosine(np.array([0.0, 90.0, 180.0, 270.0, 360.0, -90.0, -180.0]))
    assert_array_equal(sine, [0.0, 1.0, 0.0, -1.0, 0.0, -1.0, 0.0])
    assert_array_equal(cosine, [1.0, 0.0, -1.0, 0.0, 1.0, 0.0, -1.0])


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8))
def test_company_changes_no_bit(degrees):
    together = sine_cosine(np.array(degrees))
    for k, angle in enumerate(degrees):
        alone = sine_cosine(np.array([angle]))
        assert (together[0][k], together[1][k]) == (alone[0][0], alone[1][0])


@given(st.integers(-(2**30), 2**30), st.integers(-3, 3))
def test_whole_turns_change_no_bit(numerator, turns):
    angle = numerator / 2.0**24  # so that adding turns rounds nothing
    here, there = sine_cosine(np.array([angle])), sine_cosine(np.array([angle + 360.0 * turns]))
    assert (here[0][0], here[1][0]) == (there[0][0], there[1][0])


def test_no_angles():
    sine, cosine = sine_cosine(np.zeros(0))
    assert sine.shape == cosine.shape == (0,)
