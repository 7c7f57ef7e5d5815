"""Entries folded in memory: what is looked at without a store, in whatever order it came."""

from collections.abc import Iterable

from merestone.errors import BadInputError
from merestone.record.entry import Entry
from merestone.record.ledger import Ledger, new_ledger


class MemoryIndex:
    """An index in memory, for bundles that are looked at without a store."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._hashes: dict[tuple[str, int], str] = {}
        self._places: dict[str, tuple[str, int]] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take an entry in."""
        self.note(entry.party, entry.seq, entry.hash)

    def note(self, party: str, seq: int, hash_: str) -> None:
        """Take in an entry of which only place and hash are known."""
        self._hashes[party, seq] = hash_
        self._places[hash_] = party, seq

    def hash_at(self, party: str, seq: int) -> str | None:
        return self._hashes.get((party, seq))

    def find(self, hash_: str) -> tuple[str, int] | None:
        return self._places.get(hash_)


def fold(entries: Iterable[Entry]) -> tuple[Ledger, MemoryIndex, list[Entry]]:
    """The state of a set of entries, in whatever order and however often they come.

    Returns the ledger, an index of what it took, and the entries that could not be taken because something
    they follow is missing. Raises BadInputError where there is no founding entry, and what `check` raises.
    """
    rest = sorted({entry.hash: entry for entry in entries}.values(), key=lambda e: (e.seq, e.party))
    first = next((entry for entry in rest if entry.type == "founding"), None)
    if first is None:
        raise BadInputError("there is no founding entry among these")
    ledger, index = new_ledger(first), MemoryIndex([first])
    rest.remove(first)
    while True:
        ready = [entry for entry in rest if _follows(ledger, entry)]
        if not ready:
            return ledger, index, rest
        for entry in ready:
            if _follows(ledger, entry):
                ledger.check(entry, index)
                ledger.apply(entry, index)
                index.add(entry)
                rest.remove(entry)


def _follows(ledger: Ledger, entry: Entry) -> bool:
    log = ledger.logs[entry.party]
    return entry.seq <= log.seq + 1 and entry.ack <= ledger.logs[ledger.other(entry.party)].seq
