"""Verify a bundle on its own, as a third person does: with the roots of both parties and nothing else.

Also bundles for observers: an entry that they may not read stands as its hash in the chain of its log, so
that nothing can be left out or moved without being seen; what it says remains unknown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from merestone.errors import BadInputError, RefusedByRulesError
from merestone.record import bundle, merkle
from merestone.record import entry as entries
from merestone.record import status as states
from merestone.record.entry import Entry
from merestone.record.folding import MemoryIndex
from merestone.record.ledger import Ledger, new_ledger
from merestone.record.notes import Checkpoint, origin


@dataclass(slots=True)
class Audit:
    """A bundle that was verified to its end."""

    ledger: Ledger
    index: MemoryIndex
    entries: list[Entry] = field(default_factory=list)
    redacted: list[bundle.Redacted] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    reader: str = "parties"
    reading: Any = None

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Where each section stands, as far as can be said: ``cannot-say`` where an entry is hidden.

        Its type is the exporter's word alone, and whatever it is, it acknowledges.
        """
        found = states.sections(self.ledger)
        if self.redacted:
            found = [{**one, "state": "cannot-say"} for one in found]
        return found

    @property
    def hidden(self) -> dict[str, int]:
        """How many entries of each type were not disclosed, as the exporter states it."""
        return dict(sorted(Counter(one.type for one in self.redacted).items()))

    def leaves(self, party: str) -> list[bytes]:
        """The leaf hashes of a log, for its Merkle tree."""
        hashes = (self.index.hash_at(party, seq) for seq in range(1, self.ledger.logs[party].seq + 1))
        return [merkle.leaf_hash(bytes.fromhex(one)) for one in hashes if one is not None]

    def checkpoint(self, party: str) -> Checkpoint:
        """The checkpoint of a log as it is here."""
        leaves = self.leaves(party)
        return Checkpoint(origin(self.ledger.record, party), len(leaves), merkle.root(leaves))


def audit(lines: Iterable[bytes], roots: Mapping[str, str] | None = None) -> Audit:
    """Verify every line of a whole bundle. `roots` are the root keys that the reader has from elsewhere.

    Raises BadInputError where something was altered or the bundle does not begin with the founding entry,
    RefusedByRulesError where a rule is broken or the roots are others, each with the line.
    """
    reader = bundle.Reader()
    work: Audit | None = None
    for line in lines:
        item = reader.read(line)
        try:
            work = _take(item, work, roots)
        except BadInputError as error:
            raise BadInputError(f"line {reader.number}: {error.message}") from None
        except RefusedByRulesError as error:
            error.args = (f"line {reader.number}: {error.message}",)
            error.message = f"line {reader.number}: {error.message}"
            raise
    reader.finish()
    if work is None or reader.header is None:
        raise BadInputError("the bundle holds no founding entry; a third person needs one from the beginning")
    work.reader = reader.header.reader
    return work


def _take(item: bundle.Item, work: Audit | None, roots: Mapping[str, str] | None) -> Audit | None:
    if isinstance(item, bytes):
        entry = entries.parse(item)
        if work is None:
            return _begun(entry, roots)
        work.ledger.check(entry, work.index)
        work.ledger.apply(entry, work.index)
        work.index.add(entry)
        work.entries.append(entry)
    elif isinstance(item, bundle.Redacted):
        if work is None:
            raise BadInputError("an entry that is not disclosed stands before the founding entry")
        _hide(item, work)
    elif isinstance(item, bundle.Part):
        if work is None:
            raise BadInputError("an attachment stands before the founding entry")
        _piece(item, work)
    return work


def _piece(item: bundle.Part, work: Audit) -> None:
    """A piece of an attached file; with the last one the file must be what its hash says."""
    if item.part == 1:
        work.reading = sha256()
    data = bundle.part_bytes(item)
    work.reading.update(data)
    work.files[item.sha256] = work.files.get(item.sha256, 0) + len(data)
    if item.part == item.of and work.reading.hexdigest() != item.sha256:
        raise BadInputError(f"the attachment {item.sha256[:16]}… is not what its hash says")


def _begun(entry: Entry, roots: Mapping[str, str] | None) -> Audit:
    if entry.type != "founding":
        raise BadInputError(
            "the bundle does not begin with the founding entry; ask for one from the beginning"
        )
    ledger = new_ledger(entry)
    for party, root in (roots or {}).items():
        log = ledger.logs.get(party)
        if log is None or log.root != root:
            named = "no such party" if log is None else f"{log.root[:16]}…"
            raise RefusedByRulesError(
                f"the founding statement names {named} as the root of {party}, not {root[:16]}…"
            )
    return Audit(ledger, MemoryIndex([entry]), [entry])


def _hide(item: bundle.Redacted, work: Audit) -> None:
    """Count an entry that is not disclosed: its hash stands in the chain, which the next entry confirms."""
    log = work.ledger.logs.get(item.party)
    if log is None or item.seq != log.seq + 1:
        raise BadInputError(f"{item.party} {item.seq} is not the next entry of its log")
    log.seq, log.head = item.seq, item.hash
    work.index.note(item.party, item.seq, item.hash)
    work.redacted.append(item)
