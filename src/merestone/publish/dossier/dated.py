"""The date of a dossier: the latest that its inputs carry, since no clock is read."""

import re
from collections.abc import Iterator

from merestone.publish.dossier.material import Material

Day = tuple[int, int, int]
"""Year, month, day."""
_DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?(?![0-9])")


def latest_day(material: Material) -> Day | None:
    """The latest day that a map, layer, document, statement or entry of the record carries; None without any.

    A year or a month alone counts as its first day.
    """
    days = [day for text in _dates(material) if (day := _day(text)) is not None]
    return max(days, default=None)


def _dates(material: Material) -> Iterator[str | None]:
    c, record, evidence = material.comparison, material.record, material.evidence
    yield from (source.date for source in c.sources)
    yield from (layer.date for layer in c.shapes.layers)
    yield from (document.date for document in evidence.documents)
    for position in evidence.positions:
        yield position.statement.date
        yield None if position.reply is None else position.reply.date
    yield from (entry.at for entry in record.entries if not entry.void) if record else ()


def _day(text: str | None) -> Day | None:
    found = _DATE.match(text or "")
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    return (year, month, min(day, 28 if month == 2 else 30 if month in {4, 6, 9, 11} else 31))
