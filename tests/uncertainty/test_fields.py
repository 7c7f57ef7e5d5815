"""Realisations of the Matérn 3/2 field, against its formula; nothing is sampled where the law can be had."""

import numpy as np
import pytest

from merestone.uncertainty.fields import along_line, at_places, correlation, generator, line_steps
from merestone.uncertainty.threads import one_thread

LENGTH_M = 10_000.0


@pytest.fixture(autouse=True)
def _one_thread():
    with one_thread():
        yield


class Unit:
    """Hands out the rows of a unit matrix for random numbers: what comes back is the linear map itself."""

    def __init__(self, count):
        self.rows = np.eye(count)
        self.at = 0

    def standard_normal(self, shape):
        count = int(np.prod(shape[:-1]))
        self.at += count
        return self.rows[self.at - count : self.at].reshape(shape)


def formula(places_m, length_m):
    """The Matérn covariance of order 3/2, written down anew."""
    distance = np.abs(places_m[:, None] - places_m[None]) if places_m.ndim == 1 else np.sqrt(
        ((places_m[:, None] - places_m[None]) ** 2).sum(axis=2)
    )  # fmt: skip
    r = np.sqrt(3.0) * distance / length_m
    return (1.0 + r) * np.exp(-r)


def off(made, wanted):
    """By how much the covariance of a linear map of independent numbers misses what is wanted, at most."""
    return float(np.abs(made @ made.T - wanted).max())


def irregular(n, seed=3):
    steps = np.exp(np.random.default_rng(seed).normal(6.0, 2.0, n - 1))
    return np.concatenate([[0.0], np.cumsum(steps)])


@pytest.mark.parametrize("length_m", [100.0, 2_000.0, 50_000.0, 1e7], ids="{:g} m".format)
def test_along_a_line_the_recursion_has_exactly_the_covariance_of_the_formula(length_m):
    at_m = irregular(150)
    made = along_line(at_m, length_m, Unit(300), 300)
    # Steps of 1e-7 of the length leave eight digits.
    assert off(made, formula(at_m, length_m)) < 2e-9


def test_a_place_that_stands_twice_has_one_value():
    made = along_line(np.array([0.0, 500.0, 500.0, 900.0]), LENGTH_M, Unit(8), 8)
    assert made[1] == pytest.approx(made[2], abs=1e-12)


def test_stretches_of_a_long_line_join_without_a_seam():
    at_m = np.arange(700) * 300.0
    made = along_line(at_m, LENGTH_M, Unit(1400), 1400)
    assert off(made, formula(at_m, LENGTH_M)) < 1e-9
    parts = list(line_steps(at_m, LENGTH_M, generator(1), 5))
    assert len(parts) > 2
    whole = along_line(at_m, LENGTH_M, generator(1), 5)
    assert (np.concatenate([values for _, values in parts]) == whole).all()


def test_without_correlation_places_have_nothing_to_do_with_one_another_and_with_an_infinite_one_all():
    at_m = np.arange(20) * 100.0
    along = along_line(at_m, 0.0, Unit(40), 40)
    assert along @ along.T == pytest.approx(np.eye(20))
    places = np.column_stack([at_m, at_m])
    across = at_places(places, 0.0, Unit(20), 20)
    assert across @ across.T == pytest.approx(np.eye(20))
    same = at_places(places, np.inf, generator(1), 7)
    assert (same == same[0]).all()


def meander(n, turn_m, swing_m=20_000.0):
    s = np.arange(n) * 600.0
    return np.column_stack([s * 0.5, swing_m * np.sin(s / turn_m)])


def walk(n):
    random = np.random.default_rng(1)
    heading = np.cumsum(random.normal(0.0, 0.3, n))
    return np.cumsum(np.column_stack([np.cos(heading), np.sin(heading)]) * 1000.0, axis=0)


@pytest.mark.parametrize(
    ("places_m", "most"),
    [
        pytest.param(meander(300, 20_000.0), 1e-8, id="at once"),
        pytest.param(meander(600, 20_000.0), 0.002, id="meander"),
        pytest.param(meander(600, 10_000.0), 0.01, id="tight meander"),
        pytest.param(walk(600), 0.02, id="random walk that crosses itself"),
    ],
)
def test_across_a_plane_the_covariance_is_that_of_the_formula(places_m, most):
    """In blocks some correlation is left out: never more than 0.02, and of sums along the line 0.5 %."""
    n = len(places_m)
    made = at_places(places_m, LENGTH_M, Unit(n), n)
    covariance, wanted = made @ made.T, formula(places_m, LENGTH_M)
    assert off(made, wanted) < most
    weights = np.random.default_rng(2).normal(size=(20, n)).cumsum(axis=1)
    for w in [np.ones(n), *weights]:
        assert w @ covariance @ w == pytest.approx(w @ wanted @ w, rel=0.005)


def test_places_far_finer_than_the_length_stay_sound():
    """A thousand places within a fifth of a length: thinned neighbours still carry the field on."""
    s = np.linspace(0.0, 2_000.0, 1000)
    places_m = np.column_stack([s, 300.0 * np.sin(s / 200.0)])
    made = at_places(places_m, LENGTH_M, Unit(1000), 1000)
    assert off(made, formula(places_m, LENGTH_M)) < 1e-3


def test_the_correlation_is_that_of_the_formula():
    r = np.linspace(0.0, 1e5, 11)
    assert correlation(r, LENGTH_M) == pytest.approx(formula(r, LENGTH_M)[0])


def test_random_numbers_hang_on_the_seed_and_the_words_alone():
    def first(*key):
        return generator(*key).standard_normal(3).tolist()

    assert first(1, "osm", "field") == first(1, "osm", "field")
    different = [
        first(1, "osm", "field"),
        first(2, "osm", "field"),
        first(1, "osmf", "ield"),
        first(1, "osm"),
    ]
    assert len({tuple(values) for values in different}) == 4


def test_realisations_have_the_moments_of_the_field():
    """Drawn for once: 40,000 realisations tell deviations to 0.4 % and correlations to 0.005."""
    at_m = np.array([0.0, 3_000.0, 11_000.0])
    drawn = along_line(at_m, LENGTH_M, generator(7), 40_000)
    assert drawn.mean(axis=1) == pytest.approx(0.0, abs=0.02)
    assert np.cov(drawn) == pytest.approx(formula(at_m, LENGTH_M), abs=0.03)
