"""Ed25519 and DSSE against published vectors, and envelopes that were tampered with."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from merestone.errors import BadInputError
from merestone.record import signing

SPECCHECK = Path(__file__).parents[1] / "data" / "record" / "ed25519-speccheck.json"

# RFC 8032, 7.1: secret key, public key, message, signature.
RFC8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0"
            "595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eae"
            "b4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9"
            "716ed28dc027beceea1ec40a"
        ),
    ),
]
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    # the same points in forms that are not canonical
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC8032)
def test_vectors_of_rfc_8032(secret, public, message, signature):
    signer = signing.KeySigner(bytes.fromhex(secret))
    assert signer.public == public
    assert signer.sign(bytes.fromhex(message)).hex() == signature
    signing.verify(public, bytes.fromhex(message), bytes.fromhex(signature))
    with pytest.raises(BadInputError):
        signing.verify(public, bytes.fromhex(message) + b"x", bytes.fromhex(signature))


@pytest.mark.parametrize("public", SMALL_ORDER)
def test_keys_of_small_order_are_refused(public):
    with pytest.raises(BadInputError, match=r"small order|canonical"):
        signing.check_public_key(public)
    # with S = 0 and R = A such a key has signatures that hold for many messages
    with pytest.raises(BadInputError):
        signing.verify(public, b"", bytes.fromhex(public) + bytes(32))


# Of the ten cases only the fourth has key and signature of large order in canonical form, with an equation
# that holds without the cofactor.
@pytest.mark.parametrize(("number", "stands"), [(k, k == 3) for k in range(10)])
def test_cases_of_speccheck(number, stands):
    case = json.loads(SPECCHECK.read_text())[number]
    arguments = case["pub_key"], bytes.fromhex(case["message"]), bytes.fromhex(case["signature"])
    if stands:
        signing.verify(*arguments)
    else:
        with pytest.raises(BadInputError):
            signing.verify(*arguments)


def test_a_signature_has_one_form():
    """S + L is the same number modulo the order of the base point, and must not pass."""
    signer = signing.KeySigner(bytes(range(32)))
    signature = signer.sign(b"x")
    order = 2**252 + 27742317777372353535851937790883648493
    other = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    with pytest.raises(BadInputError, match="canonical"):
        signing.verify(signer.public, b"x", other)
    for length in (0, 63, 65):
        with pytest.raises(BadInputError, match="64 bytes"):
            signing.verify(signer.public, b"x", (signature + b"0")[:length])


@pytest.mark.parametrize("text", ["", "zz" * 32, "AB" * 32, "ab" * 31, "ab" * 32 + "\n"])
def test_what_is_no_key(text):
    with pytest.raises(BadInputError):
        signing.check_public_key(text)


def test_pre_authentication_encoding_as_published():
    """The examples of the DSSE protocol."""
    assert (
        signing.pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert signing.pae("", b"") == b"DSSEv1 0  0 "
    assert signing.pae("é", b"\x00") == b"DSSEv1 2 \xc3\xa9 1 \x00"


@pytest.fixture(scope="module")
def envelope():
    return signing.seal(b'{"a":1}', signing.KeySigner(bytes(range(32))))


def test_an_envelope_comes_back(envelope):
    payload, public, signature = signing.unseal(envelope)
    assert payload == b'{"a":1}'
    signing.verify(public, signing.pae(signing.ENTRY_TYPE, payload), signature)
    parts = json.loads(envelope)
    assert list(parts) == ["payload", "payloadType", "signatures"]
    assert parts["payload"] == b64encode(payload).decode()


def stands(line):
    payload, public, signature = signing.unseal(line)
    signing.verify(public, signing.pae(signing.ENTRY_TYPE, payload), signature)


def test_every_flipped_bit_and_every_truncation_is_refused(envelope):
    for place in range(len(envelope) * 8):
        other = bytearray(envelope)
        other[place // 8] ^= 1 << (place % 8)
        with pytest.raises(BadInputError):
            stands(bytes(other))
    for length in range(len(envelope)):
        with pytest.raises(BadInputError):
            stands(envelope[:length])


@pytest.mark.parametrize(
    "change",
    [
        lambda e: {**e, "signatures": e["signatures"] * 2},
        lambda e: {**e, "signatures": []},
        lambda e: {**e, "more": 1},
        lambda e: {**e, "payloadType": "application/json"},
        lambda e: {**e, "payload": e["payload"].rstrip("=") + "="},
        lambda e: {**e, "payload": e["payload"].replace("Q==", "R==")},
        lambda e: {**e, "signatures": [{**e["signatures"][0], "x": 1}]},
        lambda e: {**e, "signatures": [{**e["signatures"][0], "keyid": "00" * 32}]},
    ],
)
def test_envelopes_of_another_form_are_refused(envelope, change):
    changed = json.dumps(change(json.loads(envelope)), separators=(",", ":")).encode()
    with pytest.raises(BadInputError):
        stands(changed)
    with pytest.raises(BadInputError):
        stands(json.dumps(json.loads(envelope)).encode())


def test_a_signer_does_not_show_its_secret():
    secret = bytes(range(1, 33))
    shown = repr(signing.KeySigner(secret)) + str(signing.KeySigner(secret))
    assert secret.hex() not in shown
    assert repr(secret) not in shown
