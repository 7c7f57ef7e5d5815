"""Sides of places by one source: closed forms, shares of gaps and overlaps, and when nothing can be said."""

from dataclasses import replace
from math import erfc, inf, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
import shapely

from merestone.uncertainty.reasons import CODES, MEANING, REASONS, Reason

SIGMA_M = 100.0
LINE = [(-20_000.0, 0.0), (20_000.0, 0.0)]


def phi(x):
    return 0.5 * erfc(-x / sqrt(2.0))


def shown(found, label):
    return found.p[:, found.labels.index(label)]


def reasons(found):
    return [REASONS[code] for code in found.reason.tolist()]


@pytest.fixture(scope="module")
def straight(workshop):
    """AAA north of a straight line, BBB south of it, and no third country near."""
    sides = {"AAA": workshop.half(+1, LINE), "BBB": workshop.half(-1, LINE)}
    return workshop.model(sides, [LINE], SIGMA_M)


D = np.array([0.0, 10.0, 50.0, 100.0, 164.0, 196.0, 300.0, 440.0, 600.0, 9_000.0])


def test_by_a_straight_line_it_is_phi_of_d_by_sigma(workshop, straight):
    for sign, label in ((1.0, "AAA"), (-1.0, "BBB")):
        found = workshop.at(straight, np.stack([0.0 * D, sign * D], axis=1), label)
        other = {"AAA": "BBB", "BBB": "AAA"}[label]
        assert shown(found, label) == pytest.approx([phi(d / SIGMA_M) for d in D], abs=1e-5)
        assert shown(found, other) == pytest.approx([phi(-d / SIGMA_M) for d in D], abs=1e-5)
        assert found.p.sum(axis=1) == pytest.approx(1.0)
        assert found.straight.all()
        assert reasons(found) == [None] * len(D)


def test_the_verdict_needs_95_percent(workshop, straight):
    found = workshop.at(straight, [(0.0, 164.0), (0.0, 165.0), (0.0, -165.0)], ["AAA", "AAA", "BBB"])
    codes, why = found.verdicts()
    assert codes.tolist() == [-1, found.labels.index("AAA"), found.labels.index("BBB")]
    assert [REASONS[code] for code in why] == [Reason.DOUBT, None, None]


@pytest.mark.parametrize("place_sigma_m", [0.0, 30.0, 100.0, 500.0])
def test_the_places_own_accuracy_enters_once(workshop, straight, place_sigma_m):
    found = workshop.at(straight, np.stack([0.0 * D, D], axis=1), "AAA", place_sigma_m)
    both = np.hypot(SIGMA_M, place_sigma_m)
    assert shown(found, "AAA") == pytest.approx([phi(d / both) for d in D], abs=1e-5)


def test_an_unknown_accuracy_says_nothing(workshop, straight):
    found = workshop.at(straight, [(0.0, 9_000.0), (0.0, 9_000.0)], "AAA", [np.nan, 0.0])
    assert reasons(found) == [Reason.PLACE_UNKNOWN, None]
    assert np.isnan(found.p[0]).all()
    sides = {"AAA": workshop.half(+1, LINE), "BBB": workshop.half(-1, LINE)}
    found = workshop.at(workshop.model(sides, [LINE], None), [(0.0, 9_000.0)], "AAA")
    assert reasons(found) == [Reason.ACCURACY_UNKNOWN]
    assert found.verdicts()[0].tolist() == [-1]


@pytest.mark.parametrize(("radius", "said"), [(-1.0, "negative"), (inf, "infinite")])
def test_radii_that_cannot_be_are_refused(workshop, straight, radius, said):
    with pytest.raises(ValueError, match=said):
        straight.at(workshop.ground.lonlat([(0, 0)]), np.array([radius]), np.array([0]))


def test_arrays_that_do_not_fit_are_refused(straight):
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        straight.at(np.zeros((3, 2)), np.zeros(2), np.zeros(3, dtype=int))


@pytest.mark.parametrize(("apart", "label"), [(+1.0, "neither"), (-1.0, "both")])
def test_gaps_and_overlaps_have_their_share(workshop, apart, label):
    """A strip 150 m wide along the line: normal probabilities of three stretches of one axis."""
    wide = 150.0
    north = [(x, apart * wide) for x, _ in LINE]
    sides = {"AAA": workshop.half(+1, north), "BBB": workshop.half(-1, LINE)}
    model = workshop.model(sides, [LINE, north], SIGMA_M)
    ys = np.array([-300.0, -160.0, -60.0, 40.0, 120.0, 250.0])
    low, high = min(0.0, apart * wide), max(0.0, apart * wide)
    labels = ["BBB" if y < low else "AAA" if y > high else label for y in ys]
    found = workshop.at(model, np.stack([0.0 * ys, ys], axis=1), labels)
    strip = [phi((high - y) / SIGMA_M) - phi((low - y) / SIGMA_M) for y in ys]
    assert shown(found, label) == pytest.approx(strip, abs=1e-5)
    assert shown(found, "AAA") == pytest.approx([phi((y - high) / SIGMA_M) for y in ys], abs=1e-5)
    assert shown(found, "BBB") == pytest.approx([phi((low - y) / SIGMA_M) for y in ys], abs=1e-5)
    assert reasons(found) == [None] * len(ys)


def test_at_a_tripoint_the_third_country_has_its_share(workshop):
    """The end of the line: three quarters and quarters are products. It is simulated nowhere, and no bend."""
    sides = {"AAA": shapely.box(-20e3, 0.0, 0.0, 20e3), "BBB": shapely.box(-20e3, -20e3, 0.0, 0.0)}
    model = workshop.model(sides, [[(-20e3, 0.0), (0.0, 0.0)]], SIGMA_M)
    rng = np.random.default_rng(7)
    xy = rng.normal(0.0, 200.0, (200, 2))
    labels = np.where(xy[:, 0] > 0.0, "neither", np.where(xy[:, 1] > 0.0, "AAA", "BBB"))
    found = workshop.at(model, xy, labels)
    west = np.array([phi(-x / SIGMA_M) for x in xy[:, 0]])
    north = np.array([phi(y / SIGMA_M) for y in xy[:, 1]])
    assert shown(found, "AAA") == pytest.approx(west * north, abs=1e-5)
    assert shown(found, "BBB") == pytest.approx(west * (1.0 - north), abs=1e-5)
    assert shown(found, "neither") == pytest.approx(1.0 - west, abs=1e-5)
    assert not found.straight.all()


@pytest.mark.parametrize("party", ["AAA", "BBB"])
def test_a_one_sided_source_has_its_party_and_the_rest(workshop, party):
    model = workshop.model({party: workshop.half(+1, LINE)}, [LINE], SIGMA_M)
    found = workshop.at(
        model, [(0.0, 50.0), (0.0, -120.0), (0.0, -9000.0)], [party, f"not-{party}", f"not-{party}"]
    )
    assert shown(found, party) == pytest.approx([phi(0.5), phi(-1.2), 0.0], abs=1e-5)
    assert shown(found, f"not-{party}") == pytest.approx([phi(-0.5), phi(1.2), 1.0], abs=1e-5)
    assert found.p.sum(axis=1) == pytest.approx(1.0)
    assert found.verdicts()[0].tolist() == [-1, -1, found.labels.index(f"not-{party}")]


def test_where_a_source_is_silent_it_says_nothing_and_silence_has_its_share(workshop):
    sides = {"AAA": workshop.half(+1, LINE), "BBB": workshop.half(-1, LINE)}
    model = workshop.model(sides, [LINE], SIGMA_M, covers=shapely.box(-20e3, -20e3, 0.0, 20e3))
    found = workshop.at(model, [(-50.0, 9000.0), (50.0, 9000.0), (-50.0, 80.0)], ["AAA", "silent", "AAA"])
    assert reasons(found) == [None, Reason.SILENT, None]
    assert shown(found, "silent")[[0, 2]] == pytest.approx([phi(-0.5)] * 2, abs=1e-5)
    assert shown(found, "AAA")[[0, 2]] == pytest.approx([phi(0.5), phi(0.5) * phi(0.8)], abs=1e-5)
    assert [REASONS[code] for code in found.verdicts()[1]] == [Reason.DOUBT, Reason.SILENT, Reason.DOUBT]


def test_the_shore_of_a_lake_that_is_cut_out_is_no_limit(workshop):
    """A hole in AAA that holds nobody's land, near the line; another, by which the limit runs."""
    lake = shapely.box(-500.0, 100.0, 500.0, 700.0)
    sides = {"AAA": workshop.half(+1, LINE) - lake, "BBB": workshop.half(-1, LINE)}
    xy, labels = [(0.0, 90.0), (0.0, 120.0), (0.0, 690.0), (0.0, 710.0)], ["AAA", "neither", "neither", "AAA"]
    found = workshop.at(workshop.model(sides, [LINE], SIGMA_M), xy, labels)
    assert shown(found, "AAA") == pytest.approx([phi(0.9), 0.0, 0.0, 1.0], abs=1e-5)
    assert shown(found, "neither") == pytest.approx([0.0, phi(1.2), 1.0, 0.0], abs=1e-5)
    assert shown(found, "BBB") == pytest.approx([phi(-0.9), phi(-1.2), 0.0, 0.0], abs=1e-5)
    limits = [LINE, list(lake.exterior.coords)]
    by_limit = workshop.at(workshop.model(sides, limits, SIGMA_M), [(0.0, 710.0)], "AAA")
    assert shown(by_limit, "neither")[0] == pytest.approx(phi(-0.1) - phi(-6.1), abs=1e-5)


# -- where the closed form stops being good ----------------------------------------------------------


def circle(radius):
    at = np.linspace(0.0, 2.0 * pi, 720, endpoint=False)
    return shapely.Polygon(radius * np.stack([np.cos(at), np.sin(at)], axis=1))


def departure(workshop, radius_sigmas):
    """By how much Φ(d/σ) errs at worst by a limit that bends with this radius."""
    sigma_m, radius_m = 20.0, 20.0 * radius_sigmas
    land = circle(radius_m)
    sides = {"AAA": land, "BBB": shapely.box(-9e3, -9e3, 9e3, 9e3) - land}
    model = workshop.model(sides, [list(land.exterior.coords)], sigma_m)
    d = sigma_m * np.linspace(-3.0, 3.0, 25)
    found = workshop.at(model, np.stack([radius_m - d, 0.0 * d], axis=1), np.where(d > 0.0, "AAA", "BBB"))
    off = np.abs(shown(found, "AAA") - [phi(x / sigma_m) for x in d])
    assert (found.straight == (off <= 0.005)).all()
    return off.max()


def test_the_closed_form_is_good_to_0_005_where_the_limit_bends_with_40_sigma_or_more(workshop):
    """A bend of radius r shifts the limit by σ²/2r, so Φ errs by 0.2 σ/r: 0.005 at 40 σ."""
    assert departure(workshop, 45.0) < 0.005 < departure(workshop, 35.0)
    for radius in (10.0, 20.0, 30.0):
        assert departure(workshop, radius) == pytest.approx(0.2 / radius, rel=0.05)
    assert departure(workshop, 3.0) > 0.05


def test_the_closed_form_is_good_to_0_005_from_2_6_sigma_before_the_end(workshop):
    sides = {"AAA": shapely.box(-20e3, 0.0, 0.0, 20e3), "BBB": shapely.box(-20e3, -20e3, 0.0, 0.0)}
    model = workshop.model(sides, [[(-20e3, 0.0), (0.0, 0.0)]], SIGMA_M)
    xs = SIGMA_M * np.linspace(-4.0, -1.0, 31)
    on_line = workshop.at(model, np.stack([xs, 0.0 * xs + 1.0], axis=1), "AAA")
    off = np.abs(shown(on_line, "AAA") - phi(0.01))
    assert xs[off <= 0.005].max() == pytest.approx(-2.4 * SIGMA_M)


def test_an_enclave_that_is_resolved_is_told_exactly(workshop):
    """From the middle of a circle of 3 σ the error leads out of it with exp(−9/2)."""
    land = circle(3.0 * SIGMA_M)
    sides = {"AAA": land, "BBB": shapely.box(-20e3, -20e3, 20e3, 20e3) - land}
    model = workshop.model(sides, [list(land.exterior.coords)], SIGMA_M)
    found = workshop.at(model, [(0.0, 0.0), (0.0, 9000.0)], ["AAA", "BBB"])
    assert shown(found, "BBB") == pytest.approx([np.exp(-4.5), 1.0], abs=1e-5)
    assert shown(found, "AAA")[0] > 0.98
    assert phi(3.0) > 0.998  # what the closed form would have said


# -- what is not resolved ---------------------------------------------------------------------------


@pytest.mark.parametrize(("radius_sigmas", "expected"), [(1.9, Reason.ENCLAVE), (2.1, None)])
@pytest.mark.parametrize("inside", [True, False])
def test_an_enclave_of_inradius_below_2_sigma_is_not_resolved(workshop, radius_sigmas, expected, inside):
    land = circle(radius_sigmas * SIGMA_M)
    rest = shapely.box(-20e3, -20e3, 20e3, 20e3) - land
    sides = {"AAA": land, "BBB": rest} if inside else {"AAA": rest, "BBB": land}
    model = workshop.model(sides, [list(land.exterior.coords)], SIGMA_M)
    far = 20_000.0 - 10.0 * SIGMA_M
    labels = ["AAA", "BBB", "BBB"] if inside else ["BBB", "AAA", "AAA"]
    found = workshop.at(model, [(0.0, 0.0), (0.0, 3.0 * SIGMA_M), (0.0, far)], labels)
    assert reasons(found) == [expected, expected, None]


@pytest.mark.parametrize(("radius_sigmas", "expected"), [(1.9, Reason.BEND), (2.1, None)])
@pytest.mark.parametrize("turned", [True, False])
def test_a_bend_of_radius_below_2_sigma_is_not_resolved(workshop, radius_sigmas, expected, turned):
    """A spit of land with a round head."""
    radius_m = radius_sigmas * SIGMA_M
    turn = np.linspace(0.0, pi, 300)
    head = radius_m * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    line = [(radius_m, -5e3), *head.tolist(), (-radius_m, -5e3)]
    spit = shapely.Polygon([(9e3, -9e3), (9e3, -5e3), *line, (-9e3, -5e3), (-9e3, -9e3)])
    rest = shapely.box(-9e3, -9e3, 9e3, 9e3) - spit
    sides = {"AAA": rest, "BBB": spit} if turned else {"AAA": spit, "BBB": rest}
    model = workshop.model(sides, [line], SIGMA_M)
    found = workshop.at(model, [(0.0, 0.0), (0.0, 5000.0)], ["BBB", "AAA"] if turned else ["AAA", "BBB"])
    assert reasons(found) == [expected, None]


def test_wiggles_far_below_sigma_do_not_matter(workshop):
    """Teeth of 5 m by a σ of 100 m bend sharply and change nothing."""
    xs = np.arange(-20e3, 20e3 + 1.0, 50.0)
    line = [(x, 2.5 * (-1.0) ** k) for k, x in enumerate(xs)]
    sides = {"AAA": workshop.half(+1, line), "BBB": workshop.half(-1, line)}
    model = workshop.model(sides, [line], SIGMA_M)
    found = workshop.at(model, [(13.0, 3.0), (0.0, 100.0), (0.0, -196.0)], ["AAA", "AAA", "BBB"])
    assert reasons(found) == [None] * 3
    assert shown(found, "AAA") == pytest.approx([phi(0.03), phi(1.0), phi(-1.96)], abs=1e-3)


def test_an_error_that_changes_as_fast_as_the_limit_turns_says_nothing_there(workshop):
    """By a straight line it does not matter how the error changes; where the line turns it does."""
    land = circle(10.0 * SIGMA_M)
    sides = {"AAA": land, "BBB": shapely.box(-20e3, -20e3, 20e3, 20e3) - land}
    limits = [list(land.exterior.coords)]
    xy, labels = [(0.0, 950.0), (0.0, 5000.0)], ["AAA", "BBB"]
    for length_m, expected in ((0.0, Reason.VARIES), (1100.0, Reason.VARIES), (1200.0, None), (inf, None)):
        error = replace(workshop.model_of(SIGMA_M), common_m=0.0, field_m=SIGMA_M, correlation_m=length_m)
        found = workshop.at(workshop.model(sides, limits, SIGMA_M, error=error), xy, labels)
        assert reasons(found) == [expected, None], length_m
    white = replace(workshop.model_of(SIGMA_M), common_m=0.0, field_m=SIGMA_M, correlation_m=0.0)
    sides = {"AAA": workshop.half(+1, LINE), "BBB": workshop.half(-1, LINE)}
    found = workshop.at(workshop.model(sides, [LINE], SIGMA_M, error=white), [(0.0, 100.0)], "AAA")
    assert shown(found, "AAA") == pytest.approx(phi(1.0), abs=1e-5)


# -- laws -------------------------------------------------------------------------------------------


def test_exchanging_the_parties_exchanges_the_probabilities(workshop):
    rng = np.random.default_rng(8)
    line = [(x, 150.0 * np.sin(x / 700.0)) for x in np.arange(-20e3, 20e3 + 1.0, 100.0)]
    north, south = workshop.half(+1, line), workshop.half(-1, line)
    xy = rng.uniform(-400.0, 400.0, (500, 2)) + np.array([0.0, 0.0])
    above = shapely.contains_xy(north, xy[:, 0], xy[:, 1])
    one = workshop.at(
        workshop.model({"AAA": north, "BBB": south}, [line], 40.0), xy, np.where(above, "AAA", "BBB")
    )
    two = workshop.at(
        workshop.model({"AAA": south, "BBB": north}, [line], 40.0), xy, np.where(above, "BBB", "AAA")
    )
    exchanged = [
        one.labels.index(label) for label in ("BBB", "AAA", "both", "neither", "not-BBB", "not-AAA", "silent")
    ]
    assert (np.nan_to_num(one.p[:, exchanged]) == np.nan_to_num(two.p)).all()
    assert (one.reason == two.reason).all()


def test_every_reason_has_a_meaning_and_a_number():
    assert set(MEANING) == set(Reason)
    assert {REASONS[CODES[reason]] for reason in Reason} == set(Reason)
    assert REASONS[0] is None


def test_every_reason_is_explained_on_the_method_page():
    page = (Path(__file__).parents[2] / "docs" / "method" / "uncertainty.md").read_text(encoding="utf-8")
    assert [reason for reason in Reason if f"| `{reason}` |" not in page] == []
