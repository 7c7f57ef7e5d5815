"""The two logs: which entry may come next, and which keys may sign it.

An entry that these checks refuse was not written by these rules; nothing of it is kept. What they let through
is kept for ever, also where ``acts`` finds that it has no effect.
"""

from typing import Protocol

import msgspec

from merestone.errors import BadInputError, RefusedByRulesError
from merestone.record.bodies import (
    AUTHORITY_TYPES,
    ROOT_TYPES,
    KeyBody,
)
from merestone.record.entry import Entry
from merestone.record.names import entry_name
from merestone.record.signing import check_public_key


class Index(Protocol):
    """Looks up entries that were accepted before."""

    def hash_at(self, party: str, seq: int) -> str | None:
        """The hash of an entry, None where it is not here."""
        ...

    def find(self, hash_: str) -> tuple[str, int] | None:
        """Party and number of an entry by its hash, None where it is not here."""
        ...


class Key(msgspec.Struct):
    """An operational key: it may sign entries after ``since`` up to ``until``, before ``revoked``.

    ``holder`` is the first key of those that rotations put in one another's place: one person's, so that a
    rotation makes no second signature.
    """

    public: str
    role: str
    since: int
    until: int | None = None
    revoked: int | None = None
    name: str | None = None
    types: list[str] | None = None
    sections: list[str] | None = None
    full_powers: str | None = None
    holder: str = ""

    def valid_at(self, seq: int) -> bool:
        """Whether the key may sign entry number `seq` of its party's log."""
        return (
            self.since < seq
            and (self.until is None or seq <= self.until)
            and (self.revoked is None or seq < self.revoked)
        )


class Log(msgspec.Struct):
    """One party's log as far as it is here."""

    party: str
    root: str
    head: str
    ack_head: str
    seq: int = 0
    ack: int = 0
    keys: dict[str, Key] = {}
    closed: int | None = None
    frozen: int | None = None


class TwoEntriesError(RefusedByRulesError):
    """Two different entries of one party stand under one number. Both are evidence."""

    def __init__(self, entry: Entry, ours: str) -> None:
        super().__init__(
            f"two entries under one number: {entry_name(entry.party, entry.seq, ours)} is here, the other is "
            f"{entry_name(entry.party, entry.seq, entry.hash)}; both are kept as evidence and the log of "
            f"{entry.party} is frozen",
            hint=f"`merestone record prove {entry.party}-{entry.seq}` writes the proof for a third person; "
            "both parties may found a successor",
        )
        self.entry = entry
        self.ours = ours


def check_next(log: Log, other: Log, entry: Entry, index: Index) -> None:
    """Whether `entry` is the next one of `log`. Raises RefusedByRulesError with the rule.

    Raises TwoEntriesError where another entry stands under its number already.
    """
    if log.frozen is not None:
        raise RefusedByRulesError(
            f"{_name(entry)} is refused: the log of {log.party} is frozen at {log.frozen}, where two entries "
            "stand "
            "under one number"
        )
    if entry.seq <= log.seq:
        _check_signed(log, entry)
        _check_not_revoked(log, entry)
        raise TwoEntriesError(entry, index.hash_at(entry.party, entry.seq) or "")
    if entry.seq > log.seq + 1:
        raise RefusedByRulesError(
            f"{_name(entry)} does not follow: only {log.seq} entries of {log.party} are here; ask for the "
            "ones "
            "between"
        )
    if entry.payload.prev != log.head:
        raise BadInputError(
            f"{_name(entry)} follows another entry than {log.party} {log.seq}: the log was reordered or "
            "altered"
        )
    _check_ack(log, other, entry, index)
    _check_order(log, other, entry)
    _check_signed(log, entry)
    if isinstance(entry.body, KeyBody):
        check_key(log, entry.body)


def _name(entry: Entry) -> str:
    return f"{entry.party} {entry.seq}"


def _check_ack(log: Log, other: Log, entry: Entry, index: Index) -> None:
    ack = entry.payload.ack
    if ack.seq < log.ack:
        raise BadInputError(
            f"{_name(entry)} acknowledges {other.party} {ack.seq}, an earlier entry had acknowledged "
            f"{log.ack}"
        )
    if ack.seq > other.seq:
        raise RefusedByRulesError(
            f"{_name(entry)} acknowledges {other.party} {ack.seq}, of which only {other.seq} are here; ask "
            "for the "
            "ones between"
        )
    if ack.seq == log.ack:
        here: str | None = log.ack_head
    elif ack.seq == other.seq:
        here = other.head
    else:
        here = index.hash_at(other.party, ack.seq)
    if ack.head != here:
        raise RefusedByRulesError(
            f"{_name(entry)} acknowledges another entry under the number {other.party} {ack.seq} than the "
            "one that "
            "is here: "
            f"its writer was given another log of {other.party}"
        )


def _check_order(log: Log, other: Log, entry: Entry) -> None:
    """Founding and joining come first; before both no one says anything but which keys are whose."""
    if log.seq and entry.ack and entry.type not in {"founding", "join"}:
        return
    if entry.type == "founding":
        raise RefusedByRulesError(f"{_name(entry)} is a second founding; a record has one")
    if entry.type == "join" and (log.seq or other.seq == 0 or entry.ack == 0):
        raise RefusedByRulesError(f"{_name(entry)} joins a record that {log.party} is part of already")
    if log.seq == 0 and entry.type != "join":
        raise RefusedByRulesError(f"{_name(entry)} comes before {log.party} has joined the record")
    if entry.type not in ROOT_TYPES and entry.ack == 0:
        raise RefusedByRulesError(f"{_name(entry)} comes before {other.party} has joined the record")


def _check_signed(log: Log, entry: Entry) -> None:
    """Whether the key that signed may sign an entry of this type under this number."""
    if entry.type in ROOT_TYPES:
        if entry.key != log.root:
            raise RefusedByRulesError(
                f"{_name(entry)} is of type '{entry.type}', which only the root of {log.party} signs"
            )
        return
    key = log.keys.get(entry.key)
    if key is None:
        whose = (
            "the root, which signs only keys and what concerns them" if entry.key == log.root else "no key"
        )
        raise RefusedByRulesError(f"{_name(entry)} is signed by {entry.key[:16]}…, {whose} of {log.party}")
    if not key.valid_at(entry.seq):
        raise RefusedByRulesError(
            f"{_name(entry)} is signed by {entry.key[:16]}…, which may not sign under this number"
        )
    if entry.type in AUTHORITY_TYPES and key.role != "authority":
        raise RefusedByRulesError(
            f"{_name(entry)} is of type '{entry.type}', which only an authority key signs"
        )
    if key.types is not None and entry.type not in key.types and entry.type != "receipt":
        raise RefusedByRulesError(
            f"{_name(entry)} is of type '{entry.type}', outside the scope of key {entry.key[:16]}…"
        )


def _check_not_revoked(log: Log, entry: Entry) -> None:
    """A key that its root has revoked may be in a stranger's hands: what it signs beside the log proves
    nothing."""
    key = log.keys.get(entry.key)
    if key is not None and key.revoked is not None:
        raise RefusedByRulesError(
            f"{entry.party} {entry.seq} is another entry than the one here, signed by {entry.key[:16]}…, "
            "which "
            f"{log.party} had revoked: refused, and no evidence against {log.party}"
        )


def check_key(log: Log, body: KeyBody) -> None:
    """Whether a root may say this about a key. Raises RefusedByRulesError."""
    known = log.keys.get(body.key)
    short = f"key {body.key[:16]}…"
    if body.action == "revoke":
        if known is None or known.revoked is not None:
            raise RefusedByRulesError(f"{short} is no key of {log.party} that could be revoked")
        if body.role or body.replaces or body.scope or body.until_seq or body.full_powers or body.name:
            raise RefusedByRulesError(f"the revocation of {short} says more than a revocation can")
        return
    if known is not None or body.key == log.root:
        raise RefusedByRulesError(f"{short} is a key of {log.party} already")
    if body.role is None or body.from_seq is not None:
        raise RefusedByRulesError(f"the entry that names {short} must say its role and no from_seq")
    try:
        check_public_key(body.key)
    except BadInputError as error:
        raise RefusedByRulesError(error.message) from None
    replaced = log.keys.get(body.replaces or "")
    if (body.action == "rotate") != (body.replaces is not None):
        raise RefusedByRulesError(f"a rotation, and only that, names the key that {short} replaces")
    if body.action == "rotate" and (replaced is None or replaced.revoked is not None):
        raise RefusedByRulesError(f"{short} replaces a key that is none of {log.party} or was revoked")


def apply_key(log: Log, body: KeyBody, seq: int) -> None:
    """Take a root's word about a key into the log."""
    if body.action == "revoke":
        log.keys[body.key].revoked = seq
        return
    scope = body.scope
    log.keys[body.key] = Key(
        body.key,
        body.role or "technical",
        seq,
        body.until_seq,
        None,
        body.name,
        scope.types if scope else None,
        scope.sections if scope else None,
        body.full_powers,
        log.keys[body.replaces].holder if body.replaces else body.key,
    )
    if body.replaces is not None:
        log.keys[body.replaces].revoked = seq
