"""What can be accepted, and who stands behind it: the pure rules of acceptance.

A *unit* is a proposal, correction, amendment, package, arrangement or protocol. What a party does about it
are *events*, in the order of that party's log. Whether an event has effect depends only on its causal past:
what its party had written before, and what it had received by then. So the effect never changes when more
entries arrive.

A *view* says how many entries of each log are looked at. All questions are asked of a view.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

View = Mapping[str, int]
"""Entries of each party's log that are taken into account."""

What = Literal["accept", "withdraw", "replace", "tie", "reserve", "lift"]
"""``replace`` and ``tie`` come with another offer of the same exchange or a package; both take back as
``withdraw`` does."""


class Event(msgspec.Struct):
    """What a party did about a unit with one entry.

    ``holder`` is whose key it is: the first of those that rotations put in one another's place.
    ``seen_seq`` is the first entry of the other party that acknowledges this one (0: none yet, or none before
    both had ended the record), ``seen_ack`` what it acknowledges. ``at`` is the time that the entry states.
    ``void`` says why the event has no effect, or is empty.
    """

    seq: int
    ack: int
    key: str
    holder: str
    authority: bool
    what: What
    entry: str
    at: str
    void: str = ""
    seen_seq: int = 0
    seen_ack: int = 0


class Unit(msgspec.Struct):
    """Something that both may accept.

    ``thread`` is the entry that began the exchange of offers it belongs to; for a correction or an amendment
    it is what that follows, with ``+`` after it. ``void`` says why the offer has no effect, or is empty.
    """

    entry: str
    kind: str
    author: str
    seq: int
    ack: int
    at: str
    content: str
    thread: str
    section: str | None = None
    comparison: str | None = None
    members: list[str] = []
    of: str | None = None
    events: dict[str, list[Event]] = {}
    void: str = ""


class Revocation(msgspec.Struct):
    """A root's word at entry ``seq`` of its log that ``key`` was not the party's from entry ``since`` on."""

    seq: int
    key: str
    since: int


class Rules(msgspec.Struct, frozen=True):
    """What the terms fix about settling."""

    quorum: dict[str, int]
    whole: bool


def settles_alone(unit: Unit, rules: Rules) -> bool:
    """Whether the terms let a unit settle by itself; as a whole, proposals do so only in a package."""
    return not (rules.whole and unit.kind == "proposal")


def beside(
    unit: Unit, units: Mapping[str, Unit], threads: Mapping[str, list[str]], ties: Mapping[str, list[str]]
) -> list[Unit]:
    """Every offer with effect that shares an exchange with `unit`: of these a party stands behind one.

    A package shares the exchanges of all that it ties.
    """
    tied = (units[name].thread for name in unit.members if name in units)
    names: dict[str, None] = {}
    for thread in dict.fromkeys((unit.thread, *tied)):
        for name in threads.get(thread, ()):
            names |= dict.fromkeys((name, *ties.get(name, ())))
    names.pop(unit.entry, None)
    return [units[name] for name in names if not units[name].void]


class Standing(msgspec.Struct, frozen=True):
    """A party's side of a unit: who stands behind it, and the event that completed its quorum.

    Signers are told by whose keys they hold, so that a key and the one in its place are one.
    """

    signers: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()
    complete: Event | None = None
    reserved: Event | None = None
    gone: Event | None = None


class Revocations(msgspec.Struct):
    """The revocations of each party, oldest first."""

    by_party: dict[str, list[Revocation]]

    def reach(self, event: Event, party: str, view: View, other: str) -> bool | None:
        """Whether a revocation takes this acceptance back; None where that is not decided within `view`.

        Never where the other party had acknowledged it before it learned of the revocation. Until an
        acknowledgement of the other party tells, it may have.
        """
        seen = 0 < event.seen_seq <= view[other]
        for one in self.by_party[party]:
            if one.key != event.key or not one.since <= event.seq < one.seq <= view[party]:
                continue
            if not seen:
                return None
            if event.seen_ack >= one.seq:
                return True
        return False


def standing(
    unit: Unit,
    party: str,
    other: str,
    view: View,
    rules: Rules,
    revoked: Revocations,
    *,
    undecided: bool = False,
) -> Standing:
    """Fold a party's events about `unit` within `view`.

    ``undecided`` counts acceptances of which it is not decided whether a revocation takes them back.
    """
    signers: set[str] = set()
    authorities: set[str] = set()
    complete = reserved = gone = None
    for event in unit.events.get(party, ()):
        if event.seq > view[party]:
            break
        if event.void:
            continue
        if event.what == "accept":
            taken = revoked.reach(event, party, view, other)
            if taken or (taken is None and not undecided):
                continue
            gone = None
            signers.add(event.holder)
            if event.authority:
                authorities.add(event.holder)
                if complete is None and len(authorities) >= rules.quorum[party]:
                    complete = event
        elif event.what == "lift":
            reserved = None
        else:
            signers.clear()
            authorities.clear()
            complete = None
            if event.what == "reserve":
                reserved = event
            elif event.what != "tie":
                gone = event
    return Standing(frozenset(signers), frozenset(authorities), complete, reserved, gone)


def both_complete(mine: Standing, theirs: Standing) -> bool:
    """Whether both parties have accepted, each with its quorum."""
    return mine.complete is not None and theirs.complete is not None


def received(event: Event, other: str, view: View) -> bool:
    """Whether the other party has acknowledged the entry of this event within `view`."""
    return 0 < event.seen_seq <= view[other]
