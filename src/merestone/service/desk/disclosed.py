"""What the record says to a reader: what is disclosed, states whose every act is, counts of the rest.

An entry that a reader may not see is counted by its type and nothing else of it is told. The state of a
section rests on an offer, on those beside it and on what both parties did about them; where one of these is
not disclosed the state is not shown, since it would tell of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from merestone.publish.dossier.material import (
    Drawing,
    EntryFacts,
    RecordFacts,
    SectionState,
    Waiting,
    Wording,
)
from merestone.record import status as states
from merestone.record.disclosure import level_of, may_see
from merestone.record.entry import Entry
from merestone.record.forms import Disclosure, Drawn, Text
from merestone.record.ledger import Ledger
from merestone.record.names import entry_name, short_code
from merestone.record.units import Unit, beside
from merestone.service.desk.place import Desk
from merestone.service.desk.show import plain_body
from merestone.store.recordfile import RecordFile

_NANO = 1e9


def disclosed(desk: Desk, reader: Disclosure, dossier_sha256: str) -> RecordFacts:
    """The facts of a record for `reader`; ``dossier_sha256`` is that of the dossier to be published.

    Entries are in an order that both parties' copies share: what answers comes after.
    """
    with desk.opened() as file:
        state = file.state
        entries = sorted(file.entries(), key=lambda entry: (entry.seq + entry.ack, entry.hash))
        seen = {entry.hash: entry for entry in entries if may_see(level_of(state, entry), reader)}
        hidden = Counter(entry.type for entry in entries if entry.hash not in seen)
        told = _sections(file, seen)
        founded = state.statement.dossier.sha256
        return RecordFacts(
            id=state.record,
            reader=reader,
            joined=state.joined,
            dossier_sha256=founded,
            same_dossier=founded == dossier_sha256,
            heads={party: _head(state, party) for party in state.parties},
            without_prejudice=_wordings(state.terms.without_prejudice),
            states=told,
            entries=tuple(_facts(file, entry) for entry in seen.values()),
            hidden=dict(sorted(hidden.items())),
            waiting=tuple(_waiting(state, seen)),
        )


def _head(state: Ledger, party: str) -> tuple[int, str | None]:
    log = state.logs[party]
    return log.seq, short_code(log.head) if log.seq else None


def _wordings(texts: Any) -> tuple[Wording, ...]:
    return tuple(Wording(one.lang, tuple(one.lines)) for one in texts or () if isinstance(one, Text))


def _facts(file: RecordFile, entry: Entry) -> EntryFacts:
    state = file.state
    body: Any = entry.body
    content = getattr(body, "content", body)
    words: Any = None
    for key in ("text", "account", "reasons", "title"):
        words = words or getattr(content, key, None) or getattr(body, key, None)
    return EntryFacts(
        party=entry.party,
        name=entry_name(entry.party, entry.seq, entry.hash),
        hash=entry.hash,
        type=entry.type,
        at=entry.payload.at,
        section=file.section_of(entry.hash),
        void=bool(state.voids.get(entry.hash)),
        contested=entry.hash in state.contested,
        texts=_wordings(words if isinstance(words, list) else ()),
        body=plain_body(entry),
    )


def _sections(file: RecordFile, seen: Mapping[str, Entry]) -> dict[str, SectionState]:
    """States by section, of those of which every act may be seen."""
    state = file.state
    return {
        label: _state(state, states.standing_unit(state, units, state.view), seen)
        for label, units in states.section_units(state, state.view).items()
        if all(name in seen for unit in units for name in _involved(state, unit))
    }


def _involved(state: Ledger, unit: Unit) -> Iterator[str]:
    """Hashes of the entries on which the state of an offer rests."""
    around = beside(unit, state.units, state.threads, state.ties)
    acts = []
    for one in (unit, *(mate for mate in around if mate.kind == "package")):
        acts += [one.entry, *(event.entry for events in one.events.values() for event in events)]
    yield from acts
    yield from (doubt.entry for name in acts for doubt in state.contested.get(name, ()))
    yield from (force.entry for force in state.in_force.get(unit.entry, ()))


def _state(state: Ledger, unit: Unit, seen: Mapping[str, Entry]) -> SectionState:
    said = states.describe(state, unit, state.view)
    content = getattr(seen[unit.entry].body, "content", None)
    line: Drawn | None = getattr(content, "line", None)
    return SectionState(
        state=said["state"],
        proposed_by=said["proposed_by"],
        accepted_by=tuple(said["accepted_by"]),
        initialled_by=tuple(said["initialled_by"]),
        reserved_by=tuple(said["reserved_by"]),
        contested=said["contested"],
        since=said["since"],
        name=said["name"],
        content=said["content"],
        in_force=tuple((one["party"], one["day"]) for one in said["in_force"]),
        line=None if line is None else _drawing(line),
        texts=_wordings(getattr(content, "text", None)),
    )


def _drawing(line: Drawn) -> Drawing:
    points = tuple((point.lon_ndeg / _NANO, point.lat_ndeg / _NANO) for point in line.points)
    return Drawing(line.frame, line.epoch, points)


def _waiting(state: Ledger, seen: Mapping[str, Entry]) -> Iterator[Waiting]:
    """What waits, where all that it is about may be seen."""
    units = {
        entry_name(unit.author, unit.seq, unit.entry): unit for unit in states.units_in(state, state.view)
    }
    for one in states.waiting(state):
        unit = units.get(one["name"])
        if unit is None or all(name in seen for name in _involved(state, unit)):
            yield Waiting(one["party"], one["what"], one["section"], one["since"])
