"""The translation against known ones, a plain refit block by block, and lines that cannot tell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.shift import HUBER_K, fit_translation


def circle(count):
    angle = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def huber_by_search(normals, distance_m, weight_m, scale_m):
    """The minimum of Huber's loss by shrinking steps: no derivatives, no reweighting."""
    corner = HUBER_K * scale_m

    def loss(at):
        r = np.abs(distance_m - normals @ at)
        return (weight_m * np.where(r <= corner, r**2 / 2.0, corner * (r - corner / 2.0))).sum()

    at, step = np.zeros(2), 64.0
    while step > 1e-9:
        trial = min((at + step * np.array(d) for d in ((1, 0), (-1, 0), (0, 1), (0, -1))), key=loss)
        if loss(trial) < loss(at):
            at = trial
        else:
            step /= 2.0
    return at


@settings(deadline=None, max_examples=50)
@given(st.floats(-500, 500), st.floats(-500, 500), st.integers(3, 300))
def test_an_exact_translation_is_found(east_m, north_m, count):
    normals = circle(count)
    distance_m = normals @ [east_m, north_m]
    fit = fit_translation(normals, distance_m, np.full(count, 100.0), np.arange(count) // 10)
    assert (fit.east_m, fit.north_m) == pytest.approx((east_m, north_m), abs=1e-6)


def test_normals_may_point_either_way():
    normals = circle(200) * np.where(np.arange(200) % 3 == 0, -1.0, 1.0)[:, None]
    fit = fit_translation(normals, normals @ [30.0, -12.0], np.full(200, 100.0), np.arange(200) // 20)
    assert (fit.east_m, fit.north_m) == pytest.approx((30.0, -12.0), abs=1e-6)


def test_a_fifth_of_gross_differences_does_not_carry_it_away():
    rng = np.random.default_rng(7)
    normals = circle(1000)
    distance_m = normals @ [30.0, -12.0] + rng.normal(0.0, 2.0, 1000)
    distance_m[rng.permutation(1000)[:200]] += 4000.0
    fit = fit_translation(normals, distance_m, np.full(1000, 100.0), np.arange(1000) // 100)
    # One-sided contamination of 20 % leaves a bias of the order of sigma; least squares is far off.
    assert abs(fit.east_m - 30.0) < 2.0
    assert abs(fit.north_m + 12.0) < 2.0
    plain = np.linalg.lstsq(normals, distance_m, rcond=None)[0]
    assert np.abs(plain - [30.0, -12.0]).max() > 20.0


def test_it_is_the_minimum_of_hubers_loss():
    rng = np.random.default_rng(3)
    normals = circle(400)
    weight_m = rng.uniform(10.0, 100.0, 400)
    distance_m = normals @ [5.0, 9.0] + rng.standard_t(2.0, 400) * 3.0
    fit = fit_translation(normals, distance_m, weight_m, np.arange(400) // 40)
    residual = np.abs(distance_m - normals @ [fit.east_m, fit.north_m])
    order = np.argsort(residual)
    middle = (np.cumsum(weight_m[order]) - weight_m[order] / 2.0) / weight_m.sum()
    scale_m = 1.4826 * np.interp(0.5, middle, residual[order])
    expected = huber_by_search(normals, distance_m, weight_m, scale_m)
    assert [fit.east_m, fit.north_m] == pytest.approx(expected, abs=1e-5)


def test_standard_errors_against_refits_without_each_block():
    rng = np.random.default_rng(11)
    normals = circle(2000)
    block = np.arange(2000) // 100
    weight_m = np.full(2000, 100.0)
    distance_m = normals @ [5.0, 9.0] + np.repeat(rng.normal(0, 4.0, 20), 100) + rng.normal(0, 1.0, 2000)
    fit = fit_translation(normals, distance_m, weight_m, block)
    full = np.array([fit.east_m, fit.north_m])
    scale_m = 1.4826 * np.median(np.abs(distance_m - normals @ full))
    left_out = [
        huber_by_search(normals[block != b], distance_m[block != b], weight_m[block != b], scale_m)
        for b in range(20)
    ]
    spread = np.array(left_out) - np.mean(left_out, axis=0)
    expected = np.sqrt(19.0 / 20.0 * (spread**2).sum(axis=0))
    # One Newton step instead of a refit: residuals that pass the corner leave under 5 %.
    assert [fit.se_east_m, fit.se_north_m] == pytest.approx(expected, rel=0.05)


def test_a_straight_line_cannot_tell_a_shift_along_it():
    normals = np.tile([[0.0, 1.0]], (50, 1))
    assert fit_translation(normals, np.full(50, 7.0), np.full(50, 100.0), np.arange(50)) is None


def test_one_block_gives_no_standard_error():
    normals = circle(60)
    fit = fit_translation(normals, normals @ [1.0, 2.0], np.full(60, 100.0), np.zeros(60))
    assert (fit.se_east_m, fit.se_north_m) == (None, None)


def test_no_offsets_no_shift_no_error():
    normals = circle(60)
    fit = fit_translation(normals, np.zeros(60), np.full(60, 100.0), np.arange(60) // 10)
    assert (fit.east_m, fit.north_m, fit.se_east_m, fit.se_north_m) == (0.0, 0.0, 0.0, 0.0)
