"""A proof about an entry: it must be one that a key of its party could have signed."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from pens import AT, founded, signer, words

from merestone.errors import RefusedByRulesError
from merestone.record import entry as entries
from merestone.record import merkle, notes, proofs
from merestone.record.bodies import Notice
from merestone.record.entry import Ack


def proof_of(left, key):
    """That an entry signed with `key` is in a tree whose root an operational key of the party signed."""
    technical = left.new_key("expert", "technical")
    log = left.ledger.logs["AAA"]
    entry = entries.sealed(
        key, record=left.ledger.record, party="AAA", seq=log.seq + 1, prev=log.head,
        ack=Ack(2, left.ledger.logs["BBB"].head), at=AT, type="notice", body=Notice(words()),
    )  # fmt: skip
    own = [one for one in left.entries if one.party == "AAA"]
    leaves = [merkle.leaf_hash(bytes.fromhex(one.hash)) for one in (*own, entry)]
    name = notes.origin(left.ledger.record, "AAA")
    point = notes.Checkpoint(name, len(leaves), merkle.root(leaves))
    note = notes.sign_note(notes.Note(point.body), name, technical)
    keys = [one for one in own if one.type == "key"]
    return proofs.inclusion(left.entries[0], keys, entry, leaves, note)


def test_an_entry_in_the_tree_of_a_checkpoint():
    left, _ = founded()
    told = proofs.check(proof_of(left, left.key))
    assert (told["party"], told["seq"], told["type"]) == ("AAA", 4, "notice")


@pytest.mark.parametrize("whose", ["stranger", "root"])
def test_who_may_sign_a_checkpoint_cannot_put_an_entry_of_another_key_into_it(whose):
    left, _ = founded()
    key = left.root if whose == "root" else signer(whose)
    with pytest.raises(RefusedByRulesError, match="no key of AAA that signs a notice"):
        proofs.check(proof_of(left, key))
