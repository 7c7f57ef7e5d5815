"""A model of two desks and an unreliable way between them, to be run over many seeded schedules.

Entries are made without cryptography (a signature that holds is taken for granted), so that one schedule
costs milliseconds. Each schedule has loss, duplication, delay and reordering of bundles, a desk that comes
back from an older backup, withdrawals that cross acceptances, counter-offers, packages, reservations, three
keys a party, one of them for some sections only, rotation, revocation, repudiation, corrections, amendments,
entry into force, terms that settle as a whole, the end of the record and, in some, a party that writes two
entries under one number.

What must hold after every step, for any schedule: nothing that a desk saw settled is ever undone there; both
desks come to the same state from the same entries, in whatever order these came; no party that keeps the
rules is ever found with two entries under one number. In the end, of each exchange one offer at most is
settled, with a quorum of people, against no reservation, and what follows something follows what is settled.
"""

import random
from hashlib import sha256

import msgspec

from merestone.errors import MerestoneError
from merestone.record import canonical, signing
from merestone.record.bodies import (
    Accept,
    Amendment,
    Binding,
    Close,
    Correction,
    InForce,
    KeyBody,
    Package,
    Proposal,
    Receipt,
    Repudiation,
    Reserve,
    Scope,
    Withdraw,
)
from merestone.record.entry import Ack, Entry, Payload
from merestone.record.folding import MemoryIndex
from merestone.record.forms import (
    Content,
    Text,
)
from merestone.record.founding import founding_body, neutral_terms
from merestone.record.ledger import Ledger, new_ledger
from merestone.record.logs import TwoEntriesError

PARTIES = ("AAA", "BBB")
ROOT = {party: signing.KeySigner(sha256(party.encode()).digest()).public for party in PARTIES}
KEYS = {
    party: [signing.KeySigner(sha256(f"{party}{k}".encode()).digest()).public for k in range(4)]
    for party in PARTIES
}
WORDS = [Text("en", ["because"])]
CONTENTS = [Content(f"M1-S0{k}", text=[Text("en", [f"text {k}"])]) for k in range(3)]
BODIES = {id(content): canonical.encode_typed(content) for content in CONTENTS}
NOWHERE = "0" * 64
FRESH = ("units", "threads", "ties", "reservations", "contested", "in_force", "voids", "opened")


def other(party):
    return PARTIES[party == "AAA"]


def made(record, party, seq, prev, ack, type_, body, key, salt=0):
    """An entry without signature; its hash is that of what was said."""
    said = f"{record}{party}{seq}{prev}{ack}{type_}{key}{salt}".encode() + msgspec.msgpack.encode(body)
    payload = Payload(
        ack, "2025-01-01T00:00:00Z", msgspec.Raw(b"{}"), "parties", party, prev, record, seq, type_
    )
    return Entry(payload, body, key, sha256(said).hexdigest(), b"", b"", b"")


class Founded:
    """The entries with which every schedule of one quorum begins: founding, joining, three keys each."""

    def __init__(self, quorum, settlement="by-section"):
        terms = msgspec.structs.replace(
            neutral_terms(PARTIES),
            binding=[Binding(party, quorum[party], "authority keys") for party in PARTIES],
            settlement=settlement,
        )
        body = founding_body("model", NOWHERE, ROOT, terms, "0" * 32)
        from merestone.record.founding import record_name, terms_hash

        record = record_name(body.statement)
        first = made(record, "AAA", 1, record, Ack(0, record), "founding", body, ROOT["AAA"])
        self.entries = [first]
        self.ledger, self.index = new_ledger(first), MemoryIndex([first])
        from merestone.record.bodies import (
            Join,
        )

        self._add("BBB", "join", Join(first.hash, terms_hash(terms)), ROOT["BBB"])
        for party in PARTIES:
            for k, role in enumerate(("authority", "authority", "technical")):
                scope = Scope(sections=["M1-S00", "M1-S01"]) if k == 1 else None
                self._add(party, "key", KeyBody("new", KEYS[party][k], role, scope=scope), ROOT[party])
        self._add("AAA", "receipt", Receipt(), KEYS["AAA"][0])
        self._hashes = {(entry.party, entry.seq): entry.hash for entry in self.entries}
        self._places = {entry.hash: (entry.party, entry.seq) for entry in self.entries}

    def copy(self):
        """A ledger and an index of one's own; what never changes is shared, for speed."""
        replace = msgspec.structs.replace
        logs = {
            party: replace(log, keys={public: replace(key) for public, key in log.keys.items()})
            for party, log in self.ledger.logs.items()
        }
        own = {name: {} for name in FRESH}
        ledger = replace(
            self.ledger,
            logs=logs,
            revocations={party: [] for party in logs},
            _unseen=None,
            _revoked=None,
            **own,
        )
        index = MemoryIndex()
        index._hashes, index._places = dict(self._hashes), dict(self._places)
        return ledger, index

    def _add(self, party, type_, body, key):
        entry = next_entry(self.ledger, party, type_, body, key)
        self.ledger.check(entry, self.index)
        self.ledger.apply(entry, self.index)
        self.index.add(entry)
        self.entries.append(entry)


def next_entry(ledger, party, type_, body, key, salt=0):
    log, theirs = ledger.logs[party], ledger.logs[other(party)]
    ack = Ack(theirs.seq, theirs.head)
    return made(ledger.record, party, log.seq + 1, log.head, ack, type_, body, key, salt)


class Desk:
    """A party's copy. Honest: refuses to write what its own rules would refuse, and writes each number
    once."""

    def __init__(self, party, founded, settled=None):
        self.party = party
        self.founded = founded
        self.start(founded.entries)
        self.adopted = 0
        self.saw = set()
        self.careless = lambda: False  # whether it writes what its own rules would refuse
        self.settled = settled or (lambda ledger, unit: ledger.settled(unit) is not None)

    def start(self, entries):
        """Begin with the founding entries and then `entries`, as a replay does."""
        self.ledger, self.index = self.founded.copy()
        self.entries = list(self.founded.entries)
        self.news = True
        for entry in entries[len(self.entries) :]:
            self.take(entry, checked=True)

    def take(self, entry, *, checked=False):
        self.news = True
        if not checked:
            self.ledger.check(entry, self.index)
        self.ledger.apply(entry, self.index)
        self.index.add(entry)
        self.entries.append(entry)

    def may_write(self):
        return self.ledger.logs[other(self.party)].ack >= self.adopted

    def write(self, type_, body, key, salt=0):
        entry = next_entry(self.ledger, self.party, type_, body, key, salt)
        self.ledger.check(entry, self.index)
        if self.ledger.judge(entry) and not self.careless():
            return None
        self.take(entry, checked=True)
        return entry

    def receive(self, bundle):
        """Import all of it or nothing; what is here already is passed over."""
        news = [entry for entry in bundle if self.index.find(entry.hash) is None]
        if not news:
            return
        kept = list(self.entries)
        try:
            for entry in news:
                self.take(entry)
                if entry.party == self.party:
                    self.adopted = max(self.adopted, entry.seq)
        except MerestoneError:
            self.start(kept)
            raise

    def look(self):
        """What was seen settled and is not any more: nothing, if the rules hold."""
        if not self.news:
            return set()
        self.news = False
        now = {unit.entry for unit in self.ledger.units.values() if self.settled(self.ledger, unit)}
        undone = self.saw - now
        self.saw = now
        return undone

    def backup(self):
        return list(self.entries)

    def restore(self, entries):
        """The state of an older backup: whatever was settled since is not known here until it is imported
        again."""
        self.start(entries)
        self.saw = {u.entry for u in self.ledger.units.values() if self.settled(self.ledger, u)}


class Broken(AssertionError):  # noqa: N818 - it is an answer
    """A schedule in which something does not hold."""


class Schedule:
    """One seeded run."""

    def __init__(self, seed, founded, *, settled=None, steps=10, dishonest=None):
        self.random = random.Random(seed)
        self.dishonest = dishonest
        self.desks = {party: Desk(party, founded, settled) for party in PARTIES}
        self.ways = {party: [] for party in PARTIES}  # bundles under way to a party
        self.backups = dict.fromkeys(PARTIES)
        self.steps = steps
        self.caught = False
        self.settled_once = set()  # by either desk, as it is at the end
        careless = self.random.choice([0.0, 0.5])
        for desk in self.desks.values():
            desk.careless = lambda: self.random.random() < careless

    def run(self):
        for _ in range(self.steps):
            self._look(self._step(self.random.choice(PARTIES)))
        self._finish()

    def _look(self, party):
        desk = self.desks[party]
        undone = desk.look()
        if undone:
            raise Broken(f"undone at {party}: {undone}")

    def _step(self, party):
        desk, dice = self.desks[party], self.random.random()
        if party == self.dishonest and dice < 0.3:
            self._write_twice(desk)
        elif dice < 0.5:
            if desk.may_write() and desk.ledger.logs[party].frozen is None:
                self._act(desk)
        elif dice < 0.82:
            start = self.random.choice([0, 0, 0, len(desk.entries) // 2])
            self.ways[other(party)].append(desk.entries[start:])
            if self.random.random() < 0.85:
                party = other(party)
                self._deliver(party)
        elif dice < 0.95:
            self._deliver(party)
        elif dice < 0.97:
            self.backups[party] = desk.backup()
        elif self.backups[party] is not None:
            self._crash(desk)
        return party

    def _deliver(self, party):
        way = self.ways[party]
        if not way:
            return
        k = self.random.randrange(len(way))
        bundle = way[k] if self.random.random() < 0.2 else way.pop(k)  # some come twice
        if self.random.random() < 0.1:
            return  # lost
        try:
            self.desks[party].receive(bundle)
        except TwoEntriesError as error:
            if error.entry.party != self.dishonest:
                raise Broken(f"blamed: {error.message}") from None
            self.desks[party].ledger.logs[self.dishonest].frozen = error.entry.seq
            self.caught = True
        except MerestoneError as error:
            if self.dishonest is None and "only" not in error.message:
                raise Broken(error.message) from None

    def _crash(self, desk):
        """The machine is lost and comes back as it was at the backup; what it had sent and no one has is
        destroyed."""
        desk.restore(self.backups[desk.party])
        for way in self.ways.values():
            way.clear()
        try:
            desk.receive(self.desks[other(desk.party)].entries)
        except MerestoneError as error:
            if self.dishonest is None:
                raise Broken(error.message) from None

    def _key(self, desk):
        log = desk.ledger.logs[desk.party]
        good = [key.public for key in log.keys.values() if key.valid_at(log.seq + 1)]
        if not good:
            return None
        return good[0] if self.random.random() < 0.6 else self.random.choice(good)

    def _act(self, desk):
        dice, choose = self.random.random(), self.random.choice
        key = self._key(desk)
        units = list(desk.ledger.units.values())
        if key is None:
            return
        open_ = [u for u in units if u.author != desk.party and not u.events.get(desk.party)]
        if open_ and dice < 0.6:
            unit = choose(open_)
            desk.write("accept", Accept(unit.entry, unit.content), key)
        elif not units or (dice < 0.15 and len(units) < 4):
            answers = choose([None, choose(units).entry]) if units else None
            desk.write("proposal", Proposal(choose(CONTENTS), answers), key)
        elif dice < 0.4:
            unit = choose(units[-2:])
            desk.write("accept", Accept(unit.entry, unit.content), key)
        elif dice < 0.55:
            desk.write("withdraw", Withdraw(choose(units).entry), key)
        elif dice < 0.58:
            desk.write("reserve", Reserve(choose(units).entry, WORDS), key)
        elif dice < 0.61 and desk.ledger.reservations:
            desk.write("withdraw", Withdraw(choose(sorted(desk.ledger.reservations))), key)
        elif dice < 0.68 and len(units) > 1:
            members = [unit.entry for unit in self.random.sample(units, 2)]
            desk.write("package", Package(members), key)
        elif dice < 0.72:
            self._about_keys(desk, key)
        elif dice < 0.78:
            self._follow(desk, choose(units), key)
        elif dice < 0.785 and desk.ledger.logs[desk.party].keys[key].role == "authority":
            desk.write("close", Close(WORDS), key)
        else:
            desk.write("receipt", Receipt(), key)

    def _follow(self, desk, unit, key):
        kind = self.random.choice(["correction", "amendment", "in_force"])
        if kind == "in_force" and desk.ledger.logs[desk.party].keys[key].role == "authority":
            desk.write(kind, InForce(unit.entry, "2026-01-01"), key)
        elif kind == "amendment":
            desk.write(kind, Amendment(unit.entry, self.random.choice(CONTENTS), "2027-01-01"), key)
        else:
            desk.write("correction", Correction(unit.entry, self.random.choice(CONTENTS), WORDS), key)

    def _about_keys(self, desk, key):
        party, log = desk.party, desk.ledger.logs[desk.party]
        dice = self.random.random()
        if dice < 0.3 and KEYS[party][3] not in log.keys:
            desk.write("key", KeyBody("rotate", KEYS[party][3], "authority", replaces=key), ROOT[party])
        elif dice < 0.8:
            since = self.random.choice([None, self.random.randint(1, log.seq + 1)])
            desk.write("key", KeyBody("revoke", key, from_seq=since), ROOT[party])
        else:
            own = [entry.hash for entry in desk.entries if entry.party == party]
            desk.write("repudiation", Repudiation(self.random.choice(own), WORDS), ROOT[party])

    def _write_twice(self, desk):
        """Give the other party another entry under a number that was used."""
        own = [
            entry
            for entry in desk.entries
            if entry.party == desk.party and entry.type in {"receipt", "accept"}
        ]
        if not own:
            return
        old = self.random.choice(own[1:] or own)
        payload = old.payload
        other_one = made(
            payload.record, old.party, old.seq, payload.prev, payload.ack, "receipt", Receipt(), old.key, 1
        )
        before = desk.entries[: desk.entries.index(old)]
        self.ways[other(desk.party)].append([*before, other_one])

    def _finish(self):
        """All that both have reaches both, in another order; then both know and say the same."""
        if self.dishonest:
            return
        left, right = (self.desks[party] for party in PARTIES)
        left_entries, right_entries = list(left.entries), list(right.entries)
        self.settled_once = left.saw | right.saw
        left.receive(right_entries)
        right.receive(left_entries)
        self._look("AAA")
        self._look("BBB")
        if state(left.ledger) != state(right.ledger):
            raise Broken("both desks have the same entries and come to different states")
        if self.settled_once - left.saw:
            raise Broken(f"undone in the end: {self.settled_once - left.saw}")
        check_settled(left.ledger, left.entries)


def check_settled(ledger, entries):
    """What must be true of all that is settled, and of what follows it."""
    settled = [unit for unit in ledger.units.values() if ledger.settled(unit)]
    holder = {e.body.key: e.body.replaces for e in entries if e.type == "key" and e.body.replaces}
    exchanges = [unit.thread for unit in settled if unit.kind != "package"]
    if len(set(exchanges)) < len(exchanges):
        raise Broken("two offers of one exchange are settled")
    for unit in settled:
        alone = ledger.settled_at(unit)
        if alone and ledger.rules.whole and unit.kind == "proposal":
            raise Broken("a proposal is settled by itself, which the terms do not let it")
        if any(ledger.stand(unit, party).reserved for party in PARTIES):
            raise Broken("settled against a reservation")
        for party in PARTIES if alone else ():
            signed = {holder.get(e.key, e.key) for e in unit.events[party] if e.what == "accept"}
            if len(signed) < ledger.rules.quorum[party]:
                raise Broken("settled without a quorum of people")
    followed = {unit.of for unit in ledger.units.values() if unit.of and not unit.void}
    if not {*followed, *ledger.in_force} <= {unit.entry for unit in settled}:
        raise Broken("something follows what is not settled")


PLAIN = [name for name in Ledger.__struct_fields__ if name[0] != "_"]


def state(ledger):
    """The state as values that can be compared; nothing of the order of arrival is in it."""
    return [getattr(ledger, name) for name in PLAIN]
