"""Every word of a result that holds a party, and those that only look as if they did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.compare.exchange import Exchange

EXCHANGE = Exchange("ARM", "AZE")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ARM", "AZE"),
        ("AZE", "ARM"),
        ("not-ARM", "not-AZE"),
        ("both", "both"),
        ("silent", "silent"),
        ("ARM>AZE", "AZE>ARM"),
        ("not-AZE>neither", "not-ARM>neither"),
        ("ARMENIA", "ARMENIA"),
        ("arm", "arm"),
        ("", ""),
    ],
)
def test_words(word, expected):
    assert EXCHANGE.word(word) == expected


def test_ids_of_limits():
    assert EXCHANGE.limit("osm/M1/ARM") == "osm/M1/AZE"
    assert EXCHANGE.limit("osm/M1") == "osm/M1"
    assert EXCHANGE.limit("ARM/M1/AZE") == "ARM/M1/ARM"  # a source may be called like a party


def test_values_of_a_finding():
    values = {
        "party": "ARM",
        "parties": ["ARM", "AZE"],
        "labels": {"ARM": "not-AZE", "osm": "ARM"},
        "areas_km2": {"ARM>AZE": 3.0, "AZE>ARM": 4.0},
        "limit": "osm/M1/ARM",
        "sources": ["ARM", "osm"],
        "names": {"en": "ARM"},
        "count": 3,
        "stretches": [{"party": "AZE", "from_km": 1.0}],
    }
    got = {key: EXCHANGE.value(value, key) for key, value in values.items()}
    assert got == {
        "party": "AZE",
        "parties": ["ARM", "AZE"],
        "labels": {"ARM": "not-ARM", "osm": "AZE"},
        "areas_km2": {"AZE>ARM": 3.0, "ARM>AZE": 4.0},
        "limit": "osm/M1/AZE",
        "sources": ["ARM", "osm"],
        "names": {"en": "ARM"},
        "count": 3,
        "stretches": [{"party": "ARM", "from_km": 1.0}],
    }


def test_only_lists_of_parties_alone_are_sorted():
    assert EXCHANGE.value(["silent", "ARM"]) == ["silent", "AZE"]
    assert EXCHANGE.value(["ARM", "AZE"]) == ["ARM", "AZE"]
    assert EXCHANGE.value([[2, 1], ["AZE"]]) == [[2, 1], ["ARM"]]
    assert EXCHANGE.value({"sources": {"ARM": {"label": "ARM"}}}) == {"sources": {"ARM": {"label": "AZE"}}}


words = st.one_of(
    st.sampled_from(["ARM", "AZE", "both", "neither", "silent", "not-ARM", "not-AZE", "ARM>AZE", "s/M1/ARM"]),
    st.text(max_size=5),
)
values = st.recursive(
    st.one_of(words, st.integers(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=8,
)


@given(values)
def test_twice_is_as_before_up_to_sorting(value):
    once = EXCHANGE.value(value)
    assert EXCHANGE.value(EXCHANGE.value(once)) == once
