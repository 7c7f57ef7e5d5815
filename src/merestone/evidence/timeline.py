"""What a dossier dates, in one row: documents, instruments with their force, statements and replies."""

from collections.abc import Iterator
from dataclasses import dataclass

from merestone.model.documents import Evidence, Instrument


@dataclass(frozen=True, slots=True)
class Event:
    """Something with a date: a year, a month or a day. ``party`` is a party of the dossier, or None."""

    date: str
    what: str
    """``document``, ``instrument``, ``in-force-since``, ``in-force-until``, ``critical-date``, ``position``
    or ``reply``."""
    id: str
    """Of the document or instrument; of a position its section."""
    title: str
    party: str | None


def timeline(evidence: Evidence) -> tuple[Event, ...]:
    """Every event by date; those of one date by kind, id and party, never by importance."""
    events = [*_documents(evidence), *_statements(evidence)]
    for one in evidence.instruments:
        events += _instrument(one)
    return tuple(sorted(events, key=lambda one: (one.date, one.what, one.id, one.party or "", one.title)))


def _documents(evidence: Evidence) -> Iterator[Event]:
    for one in evidence.documents:
        if one.date is not None:
            yield Event(one.date, "document", one.id, one.title, one.party)


def _statements(evidence: Evidence) -> Iterator[Event]:
    for position in evidence.positions:
        for what, one in (("position", position.statement), ("reply", position.reply)):
            if one is not None:
                yield Event(one.date, what, position.section, one.text, one.party)


def _instrument(one: Instrument) -> Iterator[Event]:
    title = one.titles.get("en") or one.titles[min(one.titles)]
    dated = {
        "instrument": one.date,
        "in-force-since": one.in_force_since,
        "in-force-until": one.in_force_until,
        "critical-date": one.critical_date,
    }
    for what, date in dated.items():
        if date is not None:
            yield Event(date, what, one.id, title, None)
