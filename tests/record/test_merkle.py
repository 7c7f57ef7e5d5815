"""Merkle trees against the vectors published with Certificate Transparency, and their laws."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.record import merkle

# The eight leaves and roots that the reference implementations of RFC 6962 share.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hashed(count):
    return [merkle.leaf_hash(leaf) for leaf in LEAVES[:count]]


@pytest.mark.parametrize("count", range(1, 9))
def test_published_roots(count):
    assert merkle.root(hashed(count)).hex() == ROOTS[count - 1]


def test_the_root_of_nothing():
    assert merkle.root([]).hex() == sha256(b"").hexdigest()


def test_published_inclusion():
    proof = [one.hex() for one in merkle.inclusion(hashed(8), 0)]
    assert proof == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_published_consistency():
    proof = [one.hex() for one in merkle.consistency(hashed(8), 6)]
    assert proof == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def by_definition(leaves):
    """RFC 6962, 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


COUNTS = st.integers(1, 80)


@settings(max_examples=40)
@given(COUNTS, st.data())
def test_proofs_hold_and_nothing_else_does(count, data):
    leaves = [merkle.leaf_hash(bytes([k])) for k in range(count)]
    root = merkle.root(leaves)
    assert root == by_definition(leaves)
    index = data.draw(st.integers(0, count - 1))
    proof = merkle.inclusion(leaves, index)
    assert merkle.root_from_inclusion(leaves[index], index, count, proof) == root
    old = data.draw(st.integers(1, count))
    path = merkle.consistency(leaves, old)
    assert merkle.is_consistent(old, count, merkle.root(leaves[:old]), root, path)
    for k in range(len(proof)):
        bad = [*proof[:k], bytes(32), *proof[k + 1 :]]
        assert merkle.root_from_inclusion(leaves[index], index, count, bad) != root
    assert merkle.root_from_inclusion(leaves[index], index, count, [*proof, bytes(32)]) != root
    if count > 1:
        other = (index + 1) % count
        assert merkle.root_from_inclusion(leaves[index], other, count, proof) != root
        assert not merkle.is_consistent(old, count, bytes(32), root, path)
    if old < count:
        assert not merkle.is_consistent(old, count, merkle.root(leaves[:old]), root, path[:-1])
    assert merkle.root_from_inclusion(leaves[0], count, count, []) is None
    with pytest.raises(ValueError, match="no tree"):
        merkle.consistency(leaves, count + 1)
