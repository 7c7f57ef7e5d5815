"""Proofs that a third person can check with the roots of both parties and nothing else.

``inclusion``: an entry is in the log that a signed checkpoint is about. ``consistency``: the log of an older
checkpoint is the beginning of that of a newer one. ``two-entries``: a party signed two entries under one
number.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from merestone.errors import BadInputError, RefusedByRulesError
from merestone.record import canonical, merkle, notes
from merestone.record import entry as entries
from merestone.record.bodies import (
    ROOT_TYPES,
    KeyBody,
)
from merestone.record.entry import Entry
from merestone.record.forms import (
    Count,
    Hash,
    PartyId,
)
from merestone.record.founding import check_founding

MAX_PROOF = 4 * 1024 * 1024


class Proof(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A proof as a file: canonical JSON; envelopes and notes in Base64."""

    founding: str
    format: Literal["merestone-proof/1"]
    keys: list[str]
    kind: Literal["inclusion", "consistency", "two-entries"]
    party: PartyId
    entries: list[str] = []
    hashes: list[Hash] = []
    index: Count = 0
    notes: list[str] = []


def inclusion(
    founding: Entry, keys: Sequence[Entry], entry: Entry, leaves: list[bytes], note: notes.Note
) -> bytes:
    """Prove that `entry` is in the tree over `leaves`, which the checkpoint `note` is about."""
    path = merkle.inclusion(leaves, entry.seq - 1)
    return _written(
        Proof(
            _text(founding.line),
            "merestone-proof/1",
            [_text(one.line) for one in keys],
            "inclusion",
            entry.party,
            [_text(entry.line)],
            [one.hex() for one in path],
            entry.seq - 1,
            [_text(note.text.encode())],
        )
    )


def consistency(
    founding: Entry, keys: Sequence[Entry], party: str, leaves: list[bytes], old: notes.Note, new: notes.Note
) -> bytes:
    """Prove that the log of checkpoint `old` is the beginning of that of `new`, which is over `leaves`."""
    size = notes.read_checkpoint(old).size
    try:
        path = merkle.consistency(leaves, size)
    except ValueError as error:
        raise BadInputError(str(error)) from None
    return _written(
        Proof(
            _text(founding.line),
            "merestone-proof/1",
            [_text(one.line) for one in keys],
            "consistency",
            party,
            hashes=[one.hex() for one in path],
            notes=[_text(old.text.encode()), _text(new.text.encode())],
        )
    )


def two_entries(founding: Entry, keys: Sequence[Entry], first: Entry, second: Entry) -> bytes:
    """Prove that two entries stand under one number."""
    return _written(
        Proof(
            _text(founding.line),
            "merestone-proof/1",
            [_text(one.line) for one in keys],
            "two-entries",
            first.party,
            [_text(one.line) for one in sorted((first, second), key=lambda one: one.hash)],
        )
    )


def check(data: bytes, roots: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Check a proof; returns what it proves.

    Raises BadInputError or RefusedByRulesError where it proves nothing.
    """
    proof = canonical.decode_typed(data.removesuffix(b"\n"), Proof)
    founding = entries.parse(_bytes(proof.founding))
    body = check_founding(founding)
    known = {one.party: one.root for one in body.statement.parties}
    for party, root in (roots or {}).items():
        if known.get(party) != root:
            raise RefusedByRulesError(f"the proof is founded on another root of {party} than {root[:16]}…")
    if proof.party not in known:
        raise BadInputError(f"'{proof.party}' is no party of the record of this proof")
    record = founding.payload.record
    keys = _keys(proof, record, known[proof.party])
    told = {"kind": proof.kind, "record": record, "party": proof.party, "roots": known}
    if proof.kind == "two-entries":
        return told | _check_two(proof, record, keys, known[proof.party])
    name = notes.origin(record, proof.party)
    signed = [notes.read_note(_bytes(one).decode("utf-8", "replace")) for one in proof.notes]
    for note in signed:
        if not any(notes.signed_by(note, name, key) for key in keys):
            raise RefusedByRulesError(f"a checkpoint in the proof is not signed by a key of {proof.party}")
    points = [notes.read_checkpoint(note) for note in signed]
    if any(point.origin != name for point in points):
        raise RefusedByRulesError("a checkpoint in the proof is of another log")
    path = [bytes.fromhex(one) for one in proof.hashes]
    if proof.kind == "inclusion":
        return told | _check_inclusion(proof, record, (keys, known[proof.party]), points, path)
    return told | _check_consistency(points, path)


def _check_inclusion(
    proof: Proof,
    record: str,
    signers: tuple[set[str], str],
    points: list[notes.Checkpoint],
    path: list[bytes],
) -> dict[str, Any]:
    if len(proof.entries) != 1 or len(points) != 1:
        raise BadInputError("a proof of inclusion has one entry and one checkpoint")
    entry = entries.parse(_bytes(proof.entries[0]))
    if (entry.payload.record, entry.party, entry.seq) != (record, proof.party, proof.index + 1):
        raise RefusedByRulesError("the entry is not the one whose place the proof is about")
    keys, root = signers
    if entry.key not in ({root} if entry.type in ROOT_TYPES else keys):
        raise RefusedByRulesError(
            f"the entry is signed by {entry.key[:16]}…, no key of {proof.party} that signs a {entry.type}"
        )
    leaf = merkle.leaf_hash(bytes.fromhex(entry.hash))
    if merkle.root_from_inclusion(leaf, proof.index, points[0].size, path) != points[0].root:
        raise RefusedByRulesError("the hashes do not lead from the entry to the root of the checkpoint")
    return {"seq": entry.seq, "hash": entry.hash, "type": entry.type, "size": points[0].size}


def _check_consistency(points: list[notes.Checkpoint], path: list[bytes]) -> dict[str, Any]:
    if len(points) != 2:
        raise BadInputError("a proof of consistency has two checkpoints")
    old, new = points
    if not merkle.is_consistent(old.size, new.size, old.root, new.root, path):
        raise RefusedByRulesError("the older checkpoint is not the beginning of the newer one")
    return {"old_size": old.size, "size": new.size}


def _check_two(proof: Proof, record: str, keys: set[str], root: str) -> dict[str, Any]:
    if len(proof.entries) != 2:
        raise BadInputError("a proof of two entries has two entries")
    first, second = (entries.parse(_bytes(one)) for one in proof.entries)
    for entry in (first, second):
        if (entry.payload.record, entry.party, entry.seq) != (record, proof.party, first.seq):
            raise RefusedByRulesError("the two entries are not under one number of one log")
        if entry.key not in keys | {root}:
            raise RefusedByRulesError(
                f"an entry is signed by {entry.key[:16]}…, no key of {proof.party} here"
            )
    if first.hash == second.hash:
        raise RefusedByRulesError("the two entries are one and the same")
    return {"seq": first.seq, "hashes": [first.hash, second.hash]}


def _keys(proof: Proof, record: str, root: str) -> set[str]:
    """The operational keys that the root of the party named in the entries of the proof."""
    found = set()
    for text in proof.keys:
        entry = entries.parse(_bytes(text))
        body = entry.body
        if (entry.payload.record, entry.party, entry.key) != (record, proof.party, root) or not isinstance(
            body, KeyBody
        ):
            raise RefusedByRulesError(
                f"an entry that should name a key is not one of the root of {proof.party}"
            )
        if body.action != "revoke":
            found.add(body.key)
    return found


def _written(proof: Proof) -> bytes:
    return canonical.encode_typed(proof) + b"\n"


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise BadInputError("the proof is not in Base64 where it must be") from None
