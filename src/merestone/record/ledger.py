"""The state of a record: a pure fold over the entries of both logs.

Entries are taken in any order in which each follows what it acknowledges; the state depends only on which
entries were taken, not on that order (``acts`` judges each from its causal past). The state is plain data,
can be stored, and grows with offers and keys, not with the length of the logs.
"""

from bisect import insort
from collections import deque
from typing import Any, get_args

import msgspec

from merestone.errors import RefusedByRulesError
from merestone.record.acts import Act, Effect, Past, effect, event_of
from merestone.record.bodies import (
    Close,
    Founding,
    InForce,
    Join,
    KeyBody,
    Opened,
    Repudiation,
    Statement,
    Terms,
)
from merestone.record.entry import Entry
from merestone.record.founding import check_founding
from merestone.record.logs import Index, Log, apply_key, check_next
from merestone.record.units import (
    Event,
    Revocation,
    Revocations,
    Rules,
    Standing,
    Unit,
    View,
    What,
    received,
    settles_alone,
    standing,
)

_ACTS = get_args(Act)


class Force(msgspec.Struct):
    """A party's statement that something settled is in force."""

    party: str
    entry: str
    seq: int
    day: str


class Doubt(msgspec.Struct):
    """A party's statement that something settled rests on an error, or that an entry is not its own."""

    party: str
    entry: str
    seq: int


class Ledger(msgspec.Struct):
    """Both logs, folded."""

    record: str
    founder: str
    statement: Statement
    terms: Terms
    logs: dict[str, Log]
    revocations: dict[str, list[Revocation]]
    units: dict[str, Unit] = {}
    threads: dict[str, list[str]] = {}
    ties: dict[str, list[str]] = {}
    reservations: dict[str, str] = {}
    contested: dict[str, list[Doubt]] = {}
    in_force: dict[str, list[Force]] = {}
    voids: dict[str, str] = {}
    opened: dict[str, dict[str, str]] = {}
    _unseen: dict[str, deque[Event]] | None = None
    _rules: Rules | None = None
    _revoked: Revocations | None = None

    @property
    def parties(self) -> tuple[str, str]:
        """The two ids, by code point."""
        first, second = (one.party for one in self.statement.parties)
        return first, second

    def other(self, party: str) -> str:
        """The other party."""
        first, second = self.statement.parties
        return second.party if party == first.party else first.party

    @property
    def view(self) -> dict[str, int]:
        """All that is here."""
        return {party: log.seq for party, log in self.logs.items()}

    @property
    def rules(self) -> Rules:
        if self._rules is None:
            quorum = {one.party: one.quorum for one in self.terms.binding}
            self._rules = Rules(quorum, self.terms.settlement == "as-a-whole")
        return self._rules

    @property
    def _revocations(self) -> Revocations:
        if self._revoked is None:
            self._revoked = Revocations(self.revocations)
        return self._revoked

    @property
    def joined(self) -> bool:
        """Whether both have accepted the founding statement."""
        return all(log.seq for log in self.logs.values())

    @property
    def closed(self) -> bool:
        """Whether both have ended the record."""
        return self._closed_in(self.view)

    def check(self, entry: Entry, index: Index) -> None:
        """Whether `entry` may be taken next. Raises BadInputError, RefusedByRulesError or TwoEntriesError."""
        log = self.logs.get(entry.party)
        if entry.payload.record != self.record:
            raise RefusedByRulesError(
                f"{entry.party} {entry.seq} is of another record ({entry.payload.record[:16]}…, here "
                f"{self.record[:16]}…)"
            )
        if log is None:
            raise RefusedByRulesError(
                f"{entry.party} is no party of this record; {' and '.join(self.parties)} are"
            )
        other = self.other(entry.party)
        check_next(log, self.logs[other], entry, index)
        body = entry.body
        if isinstance(body, Join) and (body.founding, body.terms) != (
            index.hash_at(other, 1),
            self.statement.terms,
        ):
            raise RefusedByRulesError(
                f"{entry.party} {entry.seq} joins by another founding entry or other terms than those here"
            )

    def apply(self, entry: Entry, index: Index) -> str:
        """Take an entry that `check` let through; returns why its act has no effect, or ``""``."""
        log = self.logs[entry.party]
        self._advance(log, entry)
        body = entry.body
        void = ""
        if isinstance(body, KeyBody):
            self._key(log, body, entry)
        elif isinstance(body, _ACTS):
            void = self._act(entry, body)
        elif isinstance(body, Repudiation):
            void = self._contest_own(entry, body, index)
        elif isinstance(body, Opened | Close):
            void = self._for_some(entry)
            if isinstance(body, Opened) and not void:
                self._open(entry, body, index)
            elif not void:
                log.closed = log.closed or entry.seq
        if void:
            self.voids[entry.hash] = void
        return void

    def judge(self, entry: Entry) -> str:
        """Why the act of an entry that is about to be written would have no effect, or ``""``."""
        if isinstance(entry.body, Opened | Close):
            return self._for_some(entry)
        if not isinstance(entry.body, _ACTS):
            return ""
        return self._effect(entry, entry.body).void

    # -- steps of apply

    def _advance(self, log: Log, entry: Entry) -> None:
        log.seq, log.head = entry.seq, entry.hash
        if entry.ack > log.ack:
            log.ack, log.ack_head = entry.ack, entry.payload.ack.head
            if self._closed_in({entry.party: entry.seq - 1, self.other(entry.party): entry.ack}):
                return  # nothing settles any more, by a receipt as little as by an acceptance
            waiting = self._waiting(self.other(entry.party))
            while waiting and waiting[0].seq <= entry.ack:
                event = waiting.popleft()
                event.seen_seq, event.seen_ack = entry.seq, entry.ack

    def _waiting(self, party: str) -> deque[Event]:
        """Events of `party` that the other has not acknowledged yet, oldest first."""
        if self._unseen is None:
            found: dict[str, list[Event]] = {one: [] for one in self.logs}
            for unit in self.units.values():
                for one, events in unit.events.items():
                    found[one] += [event for event in events if not event.seen_seq]
            self._unseen = {one: deque(sorted(events, key=lambda e: e.seq)) for one, events in found.items()}
        return self._unseen[party]

    def _key(self, log: Log, body: KeyBody, entry: Entry) -> None:
        apply_key(log, body, entry.seq)
        if body.action == "revoke" and body.from_seq is not None:
            self.revocations[log.party].append(Revocation(entry.seq, body.key, body.from_seq))

    def _past(self, entry: Entry) -> Past:
        party, other = entry.party, self.other(entry.party)
        view = {party: entry.seq - 1, other: entry.ack}
        return Past(
            party,
            other,
            view,
            self.rules,
            self._revocations,
            self.units,
            self.threads,
            self.ties,
            self.reservations,
        )

    def _effect(self, entry: Entry, body: Act) -> Effect:
        past = self._past(entry)
        authority = self._authority(entry)
        done = effect(entry, body, past, authority=authority)
        if not done.void and done.unit is not None and not self._in_scope(entry, done.unit):
            done.void = "scope"
        if not done.void and self._closed_in(past.view):
            done.void = "closed"
        return done

    def _authority(self, entry: Entry) -> bool:
        key = self.logs[entry.party].keys.get(entry.key)
        return key is not None and key.role == "authority"

    def _holder(self, entry: Entry) -> str:
        key = self.logs[entry.party].keys.get(entry.key)
        return entry.key if key is None else key.holder

    def _for_some(self, entry: Entry) -> str:
        """Why an entry about the whole record has no effect: its key may sign for some sections."""
        key = self.logs[entry.party].keys.get(entry.key)
        return "scope" if key is not None and key.sections is not None else ""

    def _in_scope(self, entry: Entry, unit: Unit) -> bool:
        key = self.logs[entry.party].keys.get(entry.key)
        if key is None or key.sections is None:
            return True
        named = [self.units[one].section for one in unit.members if one in self.units] or [unit.section]
        return all(one in key.sections for one in named)

    def _closed_in(self, view: View) -> bool:
        return all(log.closed is not None and log.closed <= view[party] for party, log in self.logs.items())

    def _act(self, entry: Entry, body: Act) -> str:
        done = self._effect(entry, body)
        unit, holder, authority = done.unit, self._holder(entry), self._authority(entry)
        if done.made is not None:
            done.made.void = done.void
            self._make(done.made)
        if unit is None:
            return done.void
        if done.what is None:
            self._state_about(entry, body, unit, done.void)
            return done.void
        made = event_of(entry, done.what, holder=holder, authority=authority, void=done.void)
        self._note(unit, entry, made)
        if not done.void:
            for one in done.replaced:
                what: What = "tie" if one.entry in unit.members else "replace"
                self._note(one, entry, event_of(entry, what, holder=holder, authority=authority))
            if done.what == "reserve":
                self.reservations[entry.hash] = unit.entry
        return done.void

    def _make(self, unit: Unit) -> None:
        self.units[unit.entry] = unit
        if unit.void:
            return
        insort(self.threads.setdefault(unit.thread, []), unit.entry)
        for member in unit.members:
            insort(self.ties.setdefault(member, []), unit.entry)

    def _note(self, unit: Unit, entry: Entry, event: Event) -> None:
        waiting = self._waiting(entry.party)
        unit.events.setdefault(entry.party, []).append(event)
        waiting.append(event)

    def _state_about(self, entry: Entry, body: Act, unit: Unit, void: str) -> None:
        if void:
            return
        if isinstance(body, InForce):
            force = Force(entry.party, entry.hash, entry.seq, body.day)
            insort(self.in_force.setdefault(unit.entry, []), force, key=lambda one: one.entry)
        else:
            self._doubt(unit.entry, entry)

    def _doubt(self, about: str, entry: Entry) -> None:
        doubt = Doubt(entry.party, entry.hash, entry.seq)
        insort(self.contested.setdefault(about, []), doubt, key=lambda one: one.entry)

    def _contest_own(self, entry: Entry, body: Repudiation, index: Index) -> str:
        where = index.find(body.entry)
        if where is None or where[0] != entry.party or where[1] >= entry.seq:
            return "unseen"
        self._doubt(body.entry, entry)
        return ""

    def _open(self, entry: Entry, body: Opened, index: Index) -> None:
        for one in body.entries:
            where = index.find(one)
            limit = entry.seq - 1 if where is not None and where[0] == entry.party else entry.ack
            if where is not None and where[1] <= limit:
                self.opened.setdefault(one, {})[entry.party] = body.level

    # -- questions

    def stand(self, unit: Unit, party: str, view: View | None = None) -> Standing:
        """A party's side of a unit, within `view` or all that is here."""
        looked = view or self.view
        return standing(unit, party, self.other(party), looked, self.rules, self._revocations)

    def settled_at(self, unit: Unit, view: View | None = None) -> dict[str, str] | None:
        """The entries that settled `unit` by itself, by party; None where it is not settled.

        Both have accepted with their quorum, and each has acknowledged the other's acceptance.
        """
        looked = view or self.view
        if not settles_alone(unit, self.rules):
            return None
        found = {}
        for party in self.parties:
            complete = self.stand(unit, party, looked).complete
            if complete is None or not received(complete, self.other(party), looked):
                return None
            found[party] = complete.entry
        return found

    def settled(self, unit: Unit, view: View | None = None) -> dict[str, str] | None:
        """As `settled_at`, counting packages that tie the unit."""
        alone = self.settled_at(unit, view)
        if alone is not None:
            return alone
        for name in self.ties.get(unit.entry, ()):
            found = self.settled_at(self.units[name], view)
            if found is not None:
                return found
        return None


def new_ledger(entry: Entry) -> Ledger:
    """Begin a record with its founding entry. Raises RefusedByRulesError where that does not hold."""
    body: Founding = check_founding(entry)
    record = entry.payload.record
    roots = {one.party: one.root for one in body.statement.parties}
    ledger = Ledger(
        record,
        entry.party,
        body.statement,
        body.terms,
        {party: Log(party, root, record, record) for party, root in roots.items()},
        {party: [] for party in roots},
    )
    log = ledger.logs[entry.party]
    log.seq, log.head = 1, entry.hash
    return ledger


_FORM = b"\x02"
"""Of stored states. Any change of what the rules make of the same entries makes it another one."""


def snapshot(ledger: Ledger) -> bytes:
    """The state as bytes, to be stored."""
    kept: Any = {name: getattr(ledger, name) for name in ledger.__struct_fields__ if name[0] != "_"}
    return _FORM + msgspec.msgpack.encode(kept)


def restored(data: bytes) -> Ledger | None:
    """The state that `snapshot` wrote; None of what other rules folded, which is to be folded anew."""
    return msgspec.msgpack.decode(data[1:], type=Ledger) if data[:1] == _FORM else None
