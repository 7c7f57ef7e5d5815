"""Pairs whose maps show different dates: what lies between them may be change, not error."""

from collections.abc import Sequence
from itertools import combinations

from merestone.model.findings import Finding, finding
from merestone.model.sources import SourceInfo


def dates_differ(infos: Sequence[SourceInfo]) -> tuple[Finding, ...]:
    """A finding for each pair of sources with known dates that cannot be the same day."""
    dated = sorted((info for info in infos if info.date is not None), key=lambda info: info.id)
    return tuple(
        finding("dates-differ", sources=[a.id, b.id], dates=[a.date, b.date])
        for a, b in combinations(dated, 2)
        if not compatible(str(a.date), str(b.date))
    )


def compatible(one: str, two: str) -> bool:
    """Whether two dates, each a year, a month or a day, can be the same: 2017 and 2017-11 can."""
    return all(a == b for a, b in zip(one.split("-"), two.split("-"), strict=False))
