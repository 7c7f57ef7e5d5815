"""Whether sources can mean the same line: the test of a section, and Holm's correction over sections."""

from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pytest

from merestone.model.ellipsoid import WGS84
from merestone.model.results import Section, SectionOffset, StationOffsets, Verdict
from merestone.uncertainty.agreeing import agreements, generalised_mean, holm
from merestone.uncertainty.gauss import beyond_chi_square
from merestone.uncertainty.model import ErrorModel


def model(source, common_m=30.0, field_m=0.0, length_m=1000.0, **shared):
    return ErrorModel(source, common_m, shared, field_m, length_m, 0.0, 300.0, ())


def section(number, from_km, to_km):
    offsets = {"a": SectionOffset(0.0, 0.0, None)}
    return Section(
        id=f"M1-S{number:02}", piece="M1", from_km=from_km, to_km=to_km, from_=(45.0, 40.0), to=(45.0, 40.0),
        length_km=to_km - from_km, verdict=Verdict.CANNOT_SAY, assumed=False, p_chance=None, sources=offsets,
        differences=(), area_km2=0.0, districts={},
    )  # fmt: skip


def stations(offset_m, signed=None, count=101):
    """Along a parallel, 100 m apart; offsets by source, one figure or one for each station."""
    at = np.arange(count) * 100.0
    full = {source: np.broadcast_to(np.asarray(value, float), (count,)) for source, value in offset_m.items()}
    told = {source: np.full(count, (signed or {}).get(source, True)) for source in full}
    return StationOffsets("M1", at, 45.0 + at / 85_394.0, np.full(count, 40.0), full, told)


@pytest.mark.parametrize(
    ("q", "degrees", "p"),
    [(2.705543, 1, 0.1), (5.991465, 2, 0.05), (16.266236, 3, 0.001), (18.307038, 10, 0.05), (0.0, 3, 1.0)],
)
def test_chi_square_as_in_tables(q, degrees, p):
    assert beyond_chi_square(q, degrees) == pytest.approx(p, abs=1e-7)


def test_the_generalised_mean_of_independent_figures_is_weighted_by_precision():
    mean, variance, q = generalised_mean(np.array([[0.0, 30.0]]), np.diag([100.0, 400.0]))
    assert mean == pytest.approx([6.0])
    assert variance == pytest.approx(80.0)
    assert q == pytest.approx([900.0 / 500.0])


def test_what_is_common_to_all_does_not_help():
    """A variance that all share stays in the mean, and plays no part in how far they are apart."""
    own, x = np.diag([100.0, 400.0, 50.0]), np.array([[3.0, -8.0, 11.0]])
    mean, variance, q = generalised_mean(x, own)
    again, more, q_again = generalised_mean(x, own + 77.0)
    assert again == pytest.approx(mean)
    assert more == pytest.approx(variance + 77.0)
    assert q_again == pytest.approx(q)


def test_two_sources_shifted_as_a_whole():
    """Straight axis, common errors of 30 and 40 m: Q = d²/2500, whatever the length of the section."""
    models = {"a": model("a", 30.0), "b": model("b", 40.0)}
    (found,) = agreements(models, [section(1, 0.0, 10.0)], [stations({"a": 0.0, "b": 120.0})], WGS84)
    assert found.sources == ("a", "b")
    assert found.q == pytest.approx(120.0**2 / 2500.0, rel=1e-4)
    assert found.p == pytest.approx(beyond_chi_square(found.q, 1))
    assert not found.holds
    (near,) = agreements(models, [section(1, 0.0, 10.0)], [stations({"a": 0.0, "b": 90.0})], WGS84)
    assert near.holds


def test_what_the_two_share_cancels_and_errors_that_change_average_out():
    one = stations({"a": 0.0, "b": 50.0})
    sections = [section(1, 0.0, 10.0)]
    plain = agreements({"a": model("a"), "b": model("b")}, sections, [one], WGS84)[0]
    shared = {name: model(name, operation=500.0) for name in "ab"}
    assert agreements(shared, sections, [one], WGS84)[0].q == pytest.approx(plain.q, rel=1e-6)
    apart = {name: model(name, **{name: 500.0}) for name in "ab"}
    assert agreements(apart, sections, [one], WGS84)[0].q == pytest.approx(
        plain.q * 2 * 900 / (2 * 250_900), rel=1e-3
    )
    fields = {name: model(name, 0.0, 30.0, length) for name, length in (("a", 1000.0), ("b", 1000.0))}
    long = {name: replace(one, correlation_m=1e9) for name, one in fields.items()}
    white = {name: replace(one, correlation_m=0.0) for name, one in fields.items()}
    by_length = [agreements(models, sections, [one], WGS84)[0].q for models in (long, fields, white)]
    assert by_length[0] == pytest.approx(plain.q, rel=1e-3)
    assert by_length[1] > 2.0 * by_length[0]
    assert by_length[2] == pytest.approx(101.0 * plain.q, rel=1e-3)


def test_sections_that_fewer_than_two_reach_are_not_tested():
    models = {"a": model("a"), "b": model("b")}
    half = np.where(np.arange(101) < 50, 5.0, np.nan)
    at = [stations({"a": 0.0, "b": half, "other": 3.0})]
    found = agreements(models, [section(1, 0.0, 4.9), section(2, 4.9, 10.0)], at, WGS84)
    assert [one.section for one in found] == ["M1-S01"]
    unsigned = [stations({"a": 0.0, "b": 5.0}, signed={"b": False})]
    assert agreements(models, [section(1, 0.0, 10.0)], unsigned, WGS84) == ()


def test_holm_keeps_order_and_never_exceeds_one():
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([0.01, 0.01, 0.04]) == pytest.approx([0.03, 0.03, 0.04])


def test_over_all_sections_one_false_alarm_in_twenty_at_most():
    """2,000 dossiers of five sections in which three sources do mean the same line, by the stated model.

    A share of 5 % has a standard error of 0.5 % there.
    """
    random = np.random.default_rng(5)
    models = {"a": model("a", 20.0), "b": model("b", 30.0), "c": model("c", 50.0, operation=10.0)}
    sections = [section(k + 1, 2.0 * k + 0.05, 2.0 * k + 1.95) for k in range(5)]
    sigma = np.array([20.0, 30.0, sqrt(50.0**2 + 10.0**2)])
    alarms, ps = 0, []
    for _ in range(2000):
        # A shift of each source's own for each section: independent trials of the same test.
        drawn = sigma[:, None] * random.standard_normal((3, 5))
        at = np.minimum(np.arange(101) // 20, 4)
        found = _quick(models, sections, [stations(dict(zip("abc", drawn[:, at], strict=True)))])
        alarms += any(not one.holds for one in found)
        ps += [one.p for one in found]
    assert alarms / 2000 < 0.05 + 3.0 * 0.005
    assert alarms / 2000 > 0.02
    assert np.mean(np.array(ps) < 0.1) == pytest.approx(0.1, abs=0.01)


def _quick(models, sections, at):
    return agreements(models, sections, at, WGS84)


def test_an_infinite_length_is_a_common_shift():
    models = {"a": model("a", 30.0), "b": replace(model("b", 0.0, 40.0), correlation_m=inf)}
    (found,) = agreements(models, [section(1, 0.0, 10.0)], [stations({"a": 0.0, "b": 120.0})], WGS84)
    assert found.q == pytest.approx(120.0**2 / 2500.0, rel=1e-4)
