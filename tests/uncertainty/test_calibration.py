"""Calibration: what is told of places, held against lines that are known, in independent trials.

The trials are those of ``tools/side_calibration.py``; the table of the method page has 10,000 of each,
here are 2,000. All limits are in standard errors among so many trials, so they follow their number: by
chance the largest departure of ten bins passes 3.5 in one case in 200, the slope in one in 2,000. A model
that is wrong makes a slope of 5 and more.
"""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import side_calibration as calibration  # noqa: E402
from side_calibration import PLACE_M, SHAPES, SIGMA_M, Trials, model, one_source, resolved  # noqa: E402

from merestone.uncertainty.sides import MOST_STRAIN  # noqa: E402

TRIALS = 2_000
WITHIN = 3.5
FEWEST = 30
"""Trials in a bin: below some thirty a share is far from normal."""


def coverage_holds(z):
    """Whether intervals of 68, 95 and 99 % hold as often as they say."""
    levels = ((0.68, 0.994458, 0.015), (0.95, 1.959964, 0.007), (0.99, 2.575829, 0.003))
    return [abs((np.abs(z) < bound).mean() - level) <= within for level, bound, within in levels]


@cache
def source(name):
    """Trials of one source, made once, with the random numbers that follow."""
    trials, error = Trials(name, TRIALS), model("s")
    side, land = trials.source(error, trials.errors(error))
    return trials, resolved(side), land


@pytest.mark.parametrize("place_m", [0.0, PLACE_M])
@pytest.mark.parametrize("name", SHAPES)
def test_by_one_source_sides_are_as_likely_as_told(name, place_m):
    told = one_source(*source(name), place_m)
    assert told.bins()[0].min() > FEWEST
    assert told.off() < WITHIN
    assert abs(told.slope()) < WITHIN
    given, right = told.verdicts()
    assert right[given].mean() >= 0.95


def test_errors_that_are_larger_than_stated_are_found_out():
    trials, error = Trials("straight", TRIALS), model("s")
    larger = replace(error, common_m=1.4 * error.common_m, field_m=1.4 * error.field_m)
    side, land = trials.source(error, trials.errors(larger))
    assert one_source(trials, resolved(side), land, 0.0).slope() < -5.0


@pytest.mark.parametrize(("name", "count", "high"), [("straight", 10_600, 31.0), ("wiggly", 16_500, 51.0)])
def test_by_one_source_intervals_of_the_distance_hold(name, count, high):
    """Within 3 σ of the line; farther away the nearest point may lie on another bend.

    Three standard errors of a share among 10,000 trials. By an enclave distances are not normal.
    """
    trials, error = Trials(name, count), model("s")
    trials.shape = replace(trials.shape, low=(-20.0, -high), high=(20.0, high))
    _, land = trials.source(error, trials.errors(error))
    xy, held = trials.places()
    lines = shapely.linestrings(trials.shape.line)
    true_m = np.where(held, 1.0, -1.0) * shapely.distance(lines, shapely.points(xy))
    near = np.abs(true_m) < 3.0 * SIGMA_M
    z = ((calibration.signed(land, trials.lonlat(xy)) - true_m) / SIGMA_M)[near]
    assert near.sum() > 10_000
    assert coverage_holds(z) == [True] * 3
    assert coverage_holds(1.3 * z) != [True] * 3


@pytest.mark.parametrize("name", SHAPES)
def test_by_several_sources_sides_are_as_likely_as_told(name):
    found = calibration.several(Trials(name, TRIALS), PLACE_M)
    told = found.told()
    assert told.said.mean() > 0.995
    assert told.bins()[0].min() > FEWEST
    assert told.off() < WITHIN
    assert abs(told.slope()) < WITHIN
    # Together they are surer than the best of them alone: with probabilities that hold, Brier's score is
    # the mean of p (1 − p).
    alone = found.by("a").p[told.said, told.labels.index("AAA")]
    assert (told.first() * (1.0 - told.first())).mean() < 0.99 * (alone * (1.0 - alone)).mean()


@pytest.mark.parametrize(
    ("name", "factor", "least", "most"),
    [
        ("straight", 1.0, 1.0, 1.0),
        ("wiggly", 1.0, 1.0, 1.0),
        ("enclave", 1.0, 1.0, 1.0),
        ("enclave", 3.0, 0.0, 0.2),
    ],
)
def test_how_often_something_can_be_said(name, factor, least, most):
    """By these lines always; by the same enclaves, of a radius of 4/3 σ then, next to never."""
    trials = Trials(name, 60)
    side, land = trials.source(model("s", factor * SIGMA_M, length_m=600.0), trials.errors(model("s")))
    assert least <= one_source(trials, side, land, 0.0).said.mean() <= most


def test_what_two_sources_share_must_not_be_left_out():
    """As if the operation's error were each source's own: too sure of itself, and found out."""
    found = calibration.several(Trials("straight", TRIALS), 0.0)
    for name, error in zip("abc", calibration.ERRORS, strict=True):
        apart = {f"{name} {key}": value for key, value in error.shared_m.items()}
        found.sides[name].model = replace(error, shared_m=apart)
    assert found.told().slope() < -5.0


def test_up_to_the_most_strain_probabilities_are_as_told_and_beyond_it_no_longer():
    """By the table, from 60,000 trials each: up to the limit they are off by 0.006 ± 0.003 at most."""
    text = (ROOT / "docs" / "method" / "_strain.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in text.splitlines()[2:]]
    found = {(name, float(strain)): float(off) for name, strain, _, off in rows}
    assert MOST_STRAIN in calibration.STRAINS
    assert all(off <= 0.009 for (_, strain), off in found.items() if strain <= MOST_STRAIN)
    assert found["wiggly", 0.25] > 0.009
    assert min(found["wiggly", 0.5], found["enclave", 0.5]) > 0.025
    assert set(found) == {(name, strain) for name in ("wiggly", "enclave") for strain in calibration.STRAINS}
    # The table is that of these trials.
    stated = {(row[0], float(row[1])): float(row[2].split()[0]) for row in rows}
    slope, error = calibration.slope_by_strain("wiggly", 0.5, 1, TRIALS)
    assert slope == pytest.approx(stated["wiggly", 0.5], abs=WITHIN * error)


def test_the_table_of_the_method_page_is_that_of_these_trials():
    """In 10,000 trials too bins depart by less than 3.5 standard errors, and 95 % of verdicts are right."""
    text = (ROOT / "docs" / "method" / "_sides.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in text.splitlines()[2:]]
    assert [row[:2] for row in rows] == [[name, n] for name in SHAPES for n in ("one", "one", "three")]
    for row in rows:
        assert float(row[3].split()[2]) < WITHIN
        assert abs(float(row[4].replace("−", "-"))) < WITHIN
        given, right = (float(cell.removesuffix(" %")) / 100.0 for cell in row[5:7])
        assert right >= 0.95
        if row[1:3] == ["one", "exact"]:
            sure, _ = one_source(*source(row[0]), 0.0).verdicts()
            # A share of three quarters of 2,000 trials is known to 1 %.
            assert sure.mean() == pytest.approx(given, abs=0.035)
