"""Who may read an entry: what the terms say, and what both parties have opened."""

from merestone.record.bodies import (
    ROOT_TYPES,
)
from merestone.record.entry import Entry
from merestone.record.forms import (
    Disclosure,
)
from merestone.record.ledger import Ledger

LEVELS: tuple[Disclosure, ...] = ("parties", "observers", "public")
"""From the narrowest to the widest."""


def level_of(ledger: Ledger, entry: Entry) -> Disclosure:
    """How widely an entry may be shown.

    At least as the terms say, which both have signed; wider as far as both parties say so: the writer in
    the entry itself or later, the other later.
    """
    opening = ledger.terms.disclosure
    of_keys = entry.type in ROOT_TYPES and entry.type != "repudiation"  # that is about what was said
    base = opening.keys if of_keys else opening.entries
    said = ledger.opened.get(entry.hash, {})
    mine = _wider(entry.payload.disclosure, said.get(entry.party, "parties"))
    theirs = said.get(ledger.other(entry.party), "parties")
    return _wider(base, LEVELS[min(_rank(mine), _rank(theirs))])


def may_see(level: Disclosure, reader: Disclosure) -> bool:
    """Whether an entry of this level is for such a reader: ``parties``, ``observers`` or the ``public``."""
    return _rank(level) >= _rank(reader)


def _wider(one: str, other: str) -> Disclosure:
    return LEVELS[max(_rank(one), _rank(other))]


def _rank(level: str) -> int:
    return [str(one) for one in LEVELS].index(level)
