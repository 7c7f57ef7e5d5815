"""How runs of stations become sections, by hand-made rows of verdicts."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.joining import join_short, runs_of
from merestone.compare.verdicts import CANNOT_SAY, COINCIDENT, DIFFERING, WITHIN_ACCURACY

LETTERS = {"D": DIFFERING, "?": CANNOT_SAY, "w": WITHIN_ACCURACY, "c": COINCIDENT}


def runs(text, districts=None):
    """Stations 100 m apart, a letter each; districts likewise, one letter a station."""
    verdict = np.array([LETTERS[letter] for letter in text], dtype=np.int8)
    named = np.array([[ord(letter)] for letter in districts or "a" * len(text)])
    return runs_of(np.arange(len(text)) * 100.0, verdict, named)


def shown(found):
    """`c:0-450 D:450-900`."""
    names = {verdict: letter for letter, verdict in LETTERS.items()}
    return " ".join(f"{names[run.verdict]}:{run.from_m:g}-{run.to_m:g}" for run in found)


def test_breaks_lie_midway_between_stations():
    assert shown(runs("ccccDDDDD")) == "c:0-350 D:350-800"


def test_a_change_of_district_is_a_break():
    assert shown(runs("cccccc", "aaabbb")) == "c:0-250 c:250-500"


def test_the_last_station_may_be_nearer():
    verdict = np.array([COINCIDENT, COINCIDENT, DIFFERING], dtype=np.int8)
    found = runs_of(np.array([0.0, 100.0, 130.0]), verdict, np.zeros((3, 2), dtype=int))
    assert shown(found) == "c:0-115 D:115-130"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("cccccccwwwcccccccc", "c:0-1700", id="a short one between two alike joins them"),
        pytest.param("cccccccwwwDDDDDDDD", "c:0-950 D:950-1700", id="differing is the last to be joined"),
        pytest.param("wwwwwwwcccDDDDDDDD", "w:0-950 D:950-1700", id="the less certain neighbour"),
        pytest.param("???????cccwwwwwwww", "?:0-950 w:950-1700", id="cannot-say is the least certain"),
        pytest.param("cccccccDccccccccc", "c:0-650 D:650-750 c:750-1600", id="differing joins no other"),
        pytest.param("ccccccc?ccccccccc", "c:0-650 ?:650-750 c:750-1600", id="nor does cannot-say"),
        pytest.param("c", "c:0-0", id="one station"),
        pytest.param("ww", "w:0-100", id="a short piece stays"),
        pytest.param("DDDDDDDcccDDDDDDDD", "D:0-1700", id="between two differing ones"),
    ],
)
def test_short_runs_join(text, expected):
    assert shown(join_short(runs(text), 500.0)) == expected


def test_exactly_the_minimum_is_not_short():
    assert shown(join_short(runs("ccccccwwwwwcccccc"), 500.0)) == "c:0-550 w:550-1050 c:1050-1600"


def test_the_shortest_joins_first():
    """The w of 100 m joins before the c of 300 m, which then is 400 m beside the longer w."""
    found = join_short(runs("wwwwwwwcccwDDDDDDD"), 350.0)
    # c (300 m) and w (100 m) between w and D: w(100) is shortest; its less certain neighbour is c.
    assert shown(found) == "w:0-650 c:650-1050 D:1050-1700"


def test_a_short_differing_run_joins_its_like_over_a_district_break():
    found = join_short(runs("DDDDDDDDDDcccccccc", "aaaaaaabbbbbbbbbbb"), 500.0)
    assert shown(found) == "D:0-950 c:950-1700"
    assert [(j.from_m, j.to_m) for j in found[0].joined] == [(650.0, 950.0)]


def test_of_two_alike_the_one_with_the_same_districts():
    found = join_short(runs("cccccccwwwcccccccc", "aaaaaaabbbbbbbbbbb"), 500.0)
    assert shown(found) == "c:0-650 c:650-1700"


def test_what_was_joined_is_remembered():
    found = join_short(runs("cccccccwwwcccccwwcccccccc"), 500.0)
    assert shown(found) == "c:0-2400"
    assert [(j.from_m, j.to_m, j.verdict) for j in sorted(found[0].joined, key=lambda j: j.from_m)] == [
        (650.0, 950.0, WITHIN_ACCURACY),
        (1450.0, 1650.0, WITHIN_ACCURACY),
    ]


@settings(deadline=None, max_examples=120)
@given(st.text(alphabet="D?wc", min_size=1, max_size=60), st.sampled_from([0.0, 150.0, 500.0, 1e9]))
def test_the_laws_of_joining(text, least_m):
    """Nothing is lost; runs follow on one another; no certain loss; what is left short had to stay."""
    before = runs(text)
    after = join_short(before, least_m)
    assert (after[0].from_m, after[-1].to_m) == (before[0].from_m, before[-1].to_m)
    assert all(a.to_m == b.from_m and a.last == b.first for a, b in itertools.pairwise(after))
    assert all(a.verdict != b.verdict for a, b in itertools.pairwise(after))
    for verdict in (DIFFERING, CANNOT_SAY):
        kept = sum(run.length_m for run in after if run.verdict == verdict)
        assert kept >= sum(run.length_m for run in before if run.verdict == verdict) - 1e-6
    for k, run in enumerate(after):
        short = run.length_m < least_m
        alone = len(after) == 1
        assert not short or alone or run.verdict in (DIFFERING, CANNOT_SAY), (k, shown(after))
