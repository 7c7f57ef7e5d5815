import pytest

from merestone.compare.dates import compatible, dates_differ
from merestone.model.sources import SourceInfo, SourceKind


def a_source(name, date):
    return SourceInfo(name, SourceKind.TWO_SIDED, "0" * 64, name, date=date)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("2017", "2017-11", True),
        ("2017-11-05", "2017-11", True),
        ("2017", "2017", True),
        ("2017", "2018", False),
        ("2017-11", "2017-12", False),
        ("2017-11-05", "2017-11-06", False),
    ],
)
def test_a_year_and_a_day_in_it_may_be_the_same(one, two, same):
    assert compatible(one, two) is same
    assert compatible(two, one) is same


def test_a_finding_for_each_pair_of_different_dates():
    found = dates_differ(
        [a_source("c", "2024"), a_source("a", "2017-11"), a_source("b", None), a_source("d", "2017")]
    )
    assert [note.values["sources"] for note in found] == [["a", "c"], ["c", "d"]]
    assert "a shows the state of 2017-11, c that of 2024" in found[0].message
