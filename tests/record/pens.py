"""Two parties with real keys, each writing into its own copy; for tests that read like what people do."""

from hashlib import sha256

from merestone.record import entry as entries
from merestone.record import signing
from merestone.record.bodies import (
    Accept,
    Binding,
    Join,
    KeyBody,
    Proposal,
)
from merestone.record.entry import Ack
from merestone.record.folding import MemoryIndex
from merestone.record.forms import (
    Content,
    Drawn,
    EdgeRun,
    Point,
    Text,
)
from merestone.record.founding import founding_body, neutral_terms, record_name, terms_hash
from merestone.record.ledger import new_ledger

AT = "2026-01-02T03:04:05Z"
NOWHERE = "0" * 64


def signer(name):
    return signing.KeySigner(sha256(name.encode()).digest())


def words(text="because"):
    return [Text("en", [text])]


def a_line(*points, section="M1-S03", **more):
    """A proposal's content: a geodesic line through points in whole degrees."""
    at = [Point(round(lon * 1e9), round(lat * 1e9)) for lon, lat in points or ((10, 50), (10, 51))]
    drawn = Drawn("ITRF2020", at, [EdgeRun("geodesic", len(at) - 1)], epoch="2025.0")
    return Content(section, line=drawn, **more)


class Pen:
    """A party's copy of the record, and the keys that it writes with."""

    def __init__(self, party):
        self.party = party
        self.root = signer(party + " root")
        self.key = signer(party + " authority")
        self.ledger = None
        self.index = MemoryIndex()
        self.entries = []
        self.voids = []

    def write(self, type_, body, key=None, *, disclosure="parties", at=AT, **changes):
        """Sign the next entry and take it; `changes` replace what the payload would say."""
        log, other = self.ledger.logs[self.party], self.ledger.logs[self.ledger.other(self.party)]
        said = {
            "record": self.ledger.record,
            "party": self.party,
            "seq": log.seq + 1,
            "prev": log.head,
            "ack": Ack(other.seq, other.head),
            "at": at,
            "type": type_,
            "body": body,
            "disclosure": disclosure,
        }
        entry = entries.sealed(key or self.key, **(said | changes))
        self.take(entry)
        return entry

    def take(self, entry):
        if self.ledger is None:
            self.ledger = new_ledger(entry)
        else:
            self.ledger.check(entry, self.index)
            self.voids.append(self.ledger.apply(entry, self.index))
        self.index.add(entry)
        self.entries.append(entry)

    def receive(self, other):
        """Everything that the other has and this one has not."""
        for entry in other.entries:
            if self.index.find(entry.hash) is None:
                self.take(entries.parse(entry.line))

    def new_key(self, name, role="authority", **more):
        made = signer(f"{self.party} {name}")
        self.write("key", KeyBody("new", made.public, role, **more), self.root)
        return made

    def propose(self, content=None, key=None, answers=None):
        return self.write("proposal", Proposal(content or a_line(), answers), key)

    def accept(self, offer, key=None):
        unit = self.ledger.units[offer.hash]
        return self.write("accept", Accept(offer.hash, unit.content), key)

    def unit(self, offer):
        return self.ledger.units[offer.hash]


def exchange(left, right):
    """Both get what the other has."""
    right.receive(left)
    left.receive(right)


def founded(quorum=(1, 1), **terms_changes):
    """Two parties that have founded a record and named an authority key each."""
    left, right = Pen("AAA"), Pen("BBB")
    terms = neutral_terms(("AAA", "BBB"))
    binding = [Binding(p, q, "authority keys") for p, q in zip(("AAA", "BBB"), quorum, strict=True)]
    terms = type(terms)(
        **{name: getattr(terms, name) for name in terms.__struct_fields__}
        | {"binding": binding}
        | terms_changes
    )
    body = founding_body(
        "Two squares", NOWHERE, {p.party: p.root.public for p in (left, right)}, terms, "0" * 32
    )
    record = record_name(body.statement)
    left.take(
        entries.sealed(
            left.root,
            record=record,
            party="AAA",
            seq=1,
            prev=record,
            ack=Ack(0, record),
            at=AT,
            type="founding",
            body=body,
        )
    )
    left.write("key", KeyBody("new", left.key.public, "authority"), left.root)
    right.receive(left)
    right.write("join", Join(left.entries[0].hash, terms_hash(terms)), right.root)
    right.write("key", KeyBody("new", right.key.public, "authority"), right.root)
    left.receive(right)
    return left, right
