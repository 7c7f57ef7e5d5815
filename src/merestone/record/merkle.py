"""Merkle trees over a log (RFC 6962, 2.1): a root for so many entries, and proofs that need nothing else.

A leaf is the 32-byte hash of an entry, so an entry that is not disclosed can still be counted.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; of no leaves the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:  # an odd one at the end moves up: the same tree as by splitting at powers of two
        paired = [_node(level[k], level[k + 1]) for k in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that leaf number `index`, from 0, is in the tree over `leaves`."""
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion(leaves[:middle], index), root(leaves[middle:])]
    return [*inclusion(leaves[middle:], index - middle), root(leaves[:middle])]


def root_from_inclusion(leaf: bytes, index: int, count: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof of inclusion leads to; None where its form is impossible (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < count:
        return None
    place, last, found = index, count - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = _node(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = _node(found, step)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def consistency(leaves: Sequence[bytes], old_count: int) -> list[bytes]:
    """The proof that the tree over the first `old_count` leaves is the beginning of the tree over all."""
    if not 0 < old_count <= len(leaves):
        raise ValueError(f"no tree of {old_count} leaves lies within one of {len(leaves)}")
    return _subproof(leaves, old_count, whole=True)


def _subproof(leaves: Sequence[bytes], old_count: int, *, whole: bool) -> list[bytes]:
    if old_count == len(leaves):
        return [] if whole else [root(leaves)]
    middle = _split(len(leaves))
    if old_count <= middle:
        return [*_subproof(leaves[:middle], old_count, whole=whole), root(leaves[middle:])]
    return [*_subproof(leaves[middle:], old_count - middle, whole=False), root(leaves[:middle])]


def is_consistent(
    old_count: int, count: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether a proof of consistency holds (RFC 9162, 2.1.4.2)."""
    if not 0 < old_count <= count:
        return False
    if old_count == count:
        return not proof and old_root == new_root
    steps = list(proof)
    if old_count & (old_count - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old_count - 1, count - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = _node(step, old), _node(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = _node(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
