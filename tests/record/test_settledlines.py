"""Settled lines against one another: what overlaps, what crosses, what does not meet."""

import sys
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic

sys.path.insert(0, str(Path(__file__).parent))
from pens import a_line

from merestone.record.settledlines import fit


def told(**lines):
    drawn = {label.replace("_", "-"): a_line(*points).line for label, points in lines.items()}
    return [(one.code, one.values["first"], one.values["second"]) for one in fit(drawn)]


def test_lines_that_meet_fit():
    assert told(M1_S01=[(10, 50), (10, 51)], M1_S02=[(10, 51), (11, 52)]) == []
    assert told(M1_S01=[(10, 50), (10, 51)], M1_S02=[(11, 52), (10, 51)]) == []
    assert told(M1_S01=[(10, 50), (10, 51)]) == []


def test_neighbours_that_do_not_meet():
    found = fit({"M1-S01": a_line((10, 50), (10, 51)).line, "M1-S02": a_line((10, 51.0001), (11, 52)).line})
    assert [one.code for one in found] == ["record-lines-do-not-meet"]
    expected = Geodesic.WGS84.Inverse(51, 10, 51.0001, 10)["s12"]
    assert found[0].values["distance_m"] == pytest.approx(expected, abs=0.001)  # rounded to millimetres
    # Not neighbours by their labels: nothing says that they should meet.
    assert told(M1_S01=[(10, 50), (10, 51)], M1_S03=[(10, 52), (11, 53)]) == []
    assert told(M1_S01=[(10, 50), (10, 51)], M2_S02=[(10, 52), (11, 53)]) == []


def test_lines_that_cross_or_overlap():
    assert told(M1_S01=[(10, 50), (12, 52)], M1_S09=[(10, 52), (12, 50)]) == [
        ("record-lines-overlap", "M1-S01", "M1-S09")
    ]
    assert told(M1_S01=[(10, 50), (10, 52)], E1_S01=[(10, 51), (10, 53)]) == [
        ("record-lines-overlap", "M1-S01", "E1-S01")
    ]
    assert told(M1_S01=[(10, 50), (10, 51)], M1_S02=[(10, 51), (10, 50)]) == [
        ("record-lines-overlap", "M1-S01", "M1-S02")
    ]
