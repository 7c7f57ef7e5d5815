"""Where each section stands, and what waits for whom: plain values from the folded state.

Nothing here decides anything: every answer is a question to the ledger, about all entries or about a view.
"""

from collections.abc import Iterator
from typing import Any

from merestone.record.ledger import Ledger
from merestone.record.names import entry_name
from merestone.record.units import Standing, Unit, View, beside, received, settles_alone

FORMAT = "merestone-record-status/1"
SECTION_KINDS = ("proposal", "correction", "amendment")

STATES = {
    "open": "no offer stands",
    "proposed": "one party stands behind an offer",
    "initialled": "both have signed, without the quorum of authority keys of either",
    "accepted-by-one": "both have signed, one of them with its quorum",
    "accepted": "both have accepted; an acknowledgement (or by the terms a package) is outstanding",
    "settled": "both have accepted the same content, and each has acknowledged the other's acceptance",
    "reserved": "a party has entered a reservation",
    "withdrawn": "its author has taken the offer back",
    "superseded": "another offer of the exchange has taken its place",
}
"""The states of an offer, and so of a section, with what each means."""

_RANK = (
    "withdrawn",
    "superseded",
    "open",
    "reserved",
    "proposed",
    "initialled",
    "accepted-by-one",
    "accepted",
)


def state_of(ledger: Ledger, unit: Unit, view: View | None = None) -> str:
    """The state of an offer, one of ``STATES``."""
    looked = view or ledger.view
    if ledger.settled(unit, looked) is not None:
        return "settled"
    sides = {party: ledger.stand(unit, party, looked) for party in ledger.parties}
    author = sides[unit.author]
    if author.gone is not None:
        return "superseded" if author.gone.what == "replace" else "withdrawn"
    if any(ledger.settled(mate, looked) for mate in _mates(ledger, unit, looked)):
        return "superseded"
    if any(side.reserved is not None for side in sides.values()):
        return "reserved"
    return _by_signatures(list(sides.values()))


def _by_signatures(sides: list[Standing]) -> str:
    complete = sum(side.complete is not None for side in sides)
    signed = sum(bool(side.signers) for side in sides)
    if signed < 2:
        return ("open", "proposed")[signed]
    return ("initialled", "accepted-by-one", "accepted")[complete]


def _mates(ledger: Ledger, unit: Unit, view: View) -> Iterator[Unit]:
    found = beside(unit, ledger.units, ledger.threads, ledger.ties)
    return (mate for mate in found if mate.seq <= view[mate.author])


def units_in(ledger: Ledger, view: View) -> list[Unit]:
    """The offers within a view that had effect, in an order that no arrival changes: what answers comes
    after."""
    found = [unit for unit in ledger.units.values() if unit.seq <= view[unit.author] and not unit.void]
    return sorted(found, key=lambda unit: (unit.seq + unit.ack, unit.entry))


def standing_unit(ledger: Ledger, units: list[Unit], view: View) -> Unit:
    """Of the offers for one section the one to show: what is settled as last amended, else the latest that
    stands."""
    last = _last_amended(ledger, units, view)
    if last:
        return last[-1]
    return max(
        units,
        key=lambda unit: (state_of(ledger, unit, view) not in {"withdrawn", "superseded"}, units.index(unit)),
    )


def _last_amended(ledger: Ledger, units: list[Unit], view: View) -> list[Unit]:
    """Of these offers those that are settled and that nothing settled follows."""
    return [unit for unit in units if ledger.settled(unit, view) and not _followed(ledger, unit, view)]


def _followed(ledger: Ledger, unit: Unit, view: View) -> bool:
    """Whether a settled correction or amendment follows, be it under another label."""
    after = (ledger.units[name] for name in ledger.threads.get(f"{unit.entry}+", ()))
    return any(ledger.settled(one, view) for one in after)


def in_place(ledger: Ledger, section: str) -> list[Unit]:
    """What is settled under a label, as last corrected or amended: of several lines, where both accepted
    several."""
    return _last_amended(ledger, section_units(ledger, ledger.view).get(section, []), ledger.view)


def section_units(ledger: Ledger, view: View) -> dict[str, list[Unit]]:
    """The offers about each section, by its label."""
    found: dict[str, list[Unit]] = {}
    for unit in units_in(ledger, view):
        if unit.kind in SECTION_KINDS and unit.section is not None:
            found.setdefault(unit.section, []).append(unit)
    return dict(sorted(found.items()))


def describe(ledger: Ledger, unit: Unit, view: View) -> dict[str, Any]:
    """One offer: its state, who stands behind it, and what was said beside it."""
    sides = {party: ledger.stand(unit, party, view) for party in ledger.parties}
    settled = ledger.settled(unit, view) or {}
    return {
        "state": state_of(ledger, unit, view),
        "kind": unit.kind,
        "entry": unit.entry,
        "name": entry_name(unit.author, unit.seq, unit.entry),
        "content": unit.content,
        "comparison": unit.comparison,
        "proposed_by": unit.author,
        "accepted_by": [party for party, side in sides.items() if side.complete is not None],
        "initialled_by": [party for party, side in sides.items() if side.signers and side.complete is None],
        "reserved_by": [party for party, side in sides.items() if side.reserved is not None],
        "settled_at_entries": {
            party: _seq_of(ledger, unit, entry, party) for party, entry in settled.items()
        },
        "in_force": [
            {"party": force.party, "day": force.day}
            for force in ledger.in_force.get(unit.entry, ())
            if force.seq <= view[force.party]
        ],
        "contested": _contested(ledger, unit, view),
        "since": _since(unit, sides),
    }


def _contested(ledger: Ledger, unit: Unit, view: View) -> bool:
    """Whether a doubt was stated about an offer or about what was done about it, in a package too."""
    ties = (ledger.units[name] for name in ledger.ties.get(unit.entry, ()))
    acts = (event.entry for one in (unit, *ties) for events in one.events.values() for event in events)
    doubts = (doubt for name in (unit.entry, *acts) for doubt in ledger.contested.get(name, ()))
    return any(doubt.seq <= view[doubt.party] for doubt in doubts)


def _seq_of(ledger: Ledger, unit: Unit, entry: str, party: str) -> int:
    """The number of a party's entry that is an event of the unit or of a package that ties it."""
    ties = (ledger.units[name] for name in ledger.ties.get(unit.entry, ()))
    events = (event for one in (unit, *ties) for event in one.events.get(party, ()))
    return next(event.seq for event in events if event.entry == entry)


def _since(unit: Unit, sides: dict[str, Standing]) -> str:
    """The latest time stated by an act that brought the offer where it is."""
    acts = [event for side in sides.values() for event in (side.complete, side.reserved, side.gone) if event]
    return max([unit.at, *(event.at for event in acts)])


def sections(ledger: Ledger, view: View | None = None) -> list[dict[str, Any]]:
    """Every section about which something was proposed, with the offer that stands and how many there
    were."""
    looked = view or ledger.view
    return [
        {"id": label, **describe(ledger, standing_unit(ledger, units, looked), looked), "offers": len(units)}
        for label, units in section_units(ledger, looked).items()
    ]


def others(ledger: Ledger, view: View | None = None) -> list[dict[str, Any]]:
    """Packages, arrangements and minutes."""
    looked = view or ledger.view
    return [
        {"section": unit.section, **describe(ledger, unit, looked)}
        for unit in units_in(ledger, looked)
        if unit.kind not in SECTION_KINDS
    ]


def waiting(ledger: Ledger) -> list[dict[str, Any]]:
    """What waits for whom, since when, with the entry that it is about."""
    found = []
    if not ledger.joined:
        party = next(party for party in ledger.parties if not ledger.logs[party].seq)
        found.append({"party": party, "what": "join", "section": None, "name": None, "since": None})
    if ledger.closed:
        return found
    for unit in units_in(ledger, ledger.view):
        state = state_of(ledger, unit)
        for party in ledger.parties:
            what = _waits_for(ledger, unit, party, state)
            if what:
                name = entry_name(unit.author, unit.seq, unit.entry)
                since = _since(unit, {one: ledger.stand(unit, one) for one in ledger.parties})
                found.append(
                    {"party": party, "what": what, "section": unit.section, "name": name, "since": since}
                )
    return found


def _waits_for(ledger: Ledger, unit: Unit, party: str, state: str) -> str | None:
    side, other = ledger.stand(unit, party), ledger.other(party)
    theirs = ledger.stand(unit, other)
    if state == "accepted":
        complete = theirs.complete
        assert complete is not None
        if not received(complete, party, ledger.view):
            return "acknowledge"
        return None if settles_alone(unit, ledger.rules) else "package"
    if state in {"proposed", "initialled", "accepted-by-one"} and side.complete is None:
        if side.signers:
            return "sign"
        return None if any(_tied(ledger, name) for name in ledger.ties.get(unit.entry, ())) else "answer"
    return "answer" if state == "reserved" and theirs.reserved is not None else None


def _tied(ledger: Ledger, package: str) -> bool:
    return state_of(ledger, ledger.units[package]) not in {"withdrawn", "superseded"}
