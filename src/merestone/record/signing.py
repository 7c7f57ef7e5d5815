"""Ed25519 (RFC 8032) in DSSE envelopes: what is signed, by which key, and when a signature stands.

An envelope has exactly one form in bytes and exactly one signature. Keys and signatures of small order and
encodings that are not canonical are refused, so that one signature says one thing to every verifier.
"""

import binascii
import re
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from merestone.errors import BadInputError

ENTRY_TYPE = "application/vnd.merestone.record-entry+json"
MAX_ENVELOPE = 1024 * 1024

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493


def _encodings(*ys: int) -> list[bytes]:
    """The 32 bytes of each y, with either sign of x."""
    return [(y | sign).to_bytes(32, "little") for y in ys for sign in (0, 2**255)]


# The y coordinates of the eight points of small order, on the curve of RFC 8032.
_Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL = frozenset(_encodings(0, 1, _P - 1, _Y8, _P - _Y8))
_NOT_CANONICAL = frozenset(_encodings(*range(_P, 2**255)))
"""RFC 8032, 5.1.3: y is below p. There are 19 that are not, each with either sign of x."""
_HEX_KEY = re.compile("[0-9a-f]{64}")


class Signer(Protocol):
    """Holds a private key and gives nothing of it away."""

    @property
    def public(self) -> str:
        """The public key as 64 hexadecimal digits."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature."""
        ...


class KeySigner:
    """A private key in memory. Its text never shows the secret."""

    __slots__ = ("_key", "public")

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"KeySigner({self.public})"


_ENVELOPE = re.compile(
    rb'\{"payload":"([A-Za-z0-9+/=]*)","payloadType":"([\x20-\x21\x23-\x5b\x5d-\x7e]*)",'
    rb'"signatures":\[\{"keyid":"([0-9a-f]{64})","sig":"([A-Za-z0-9+/]{86}==)"\}\]\}'
)
"""A DSSE envelope with one signature, in the one form that is allowed; ``keyid`` is the public key."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that a DSSE signature covers (pre-authentication encoding, DSSE v1)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def check_public_key(public: str) -> None:
    """Refuse what is no good Ed25519 public key. Raises BadInputError."""
    _public_key(public)


@lru_cache(maxsize=256)
def _public_key(public: str) -> Ed25519PublicKey:
    if not _HEX_KEY.fullmatch(public):
        raise BadInputError(f"'{public[:80]}' is no public key: 64 hexadecimal digits in lower case")
    raw = bytes.fromhex(public)
    _check_point(raw, f"the public key {public}")
    return Ed25519PublicKey.from_public_bytes(raw)


def _check_point(raw: bytes, what: str) -> None:
    """A point that is in its one form and none of the eight of small order."""
    if raw in _NOT_CANONICAL:
        raise BadInputError(f"{what} is not in canonical form")
    if raw in _SMALL:
        raise BadInputError(f"{what} is a point of small order")


def verify(public: str, message: bytes, signature: bytes) -> None:
    """Check a signature, strictly. Raises BadInputError where it does not stand."""
    key = _public_key(public)
    if len(signature) != 64:
        raise BadInputError(f"a signature has 64 bytes, this one {len(signature)}")
    _check_point(signature[:32], "the first half of the signature")
    if int.from_bytes(signature[32:], "little") >= _L:
        raise BadInputError("the second half of the signature is not in canonical form")
    try:
        key.verify(signature, message)
    except InvalidSignature:
        raise BadInputError(f"the signature is not one of key {public[:16]}… over these bytes") from None


def seal(payload: bytes, signer: Signer, payload_type: str = ENTRY_TYPE) -> bytes:
    """Sign `payload`: the bytes of its envelope, one line without its end."""
    signature = signer.sign(pae(payload_type, payload))
    return b'{"payload":"%b","payloadType":"%b","signatures":[{"keyid":"%b","sig":"%b"}]}' % (
        _base64(payload),
        payload_type.encode(),
        signer.public.encode(),
        _base64(signature),
    )


def unseal(line: bytes, payload_type: str = ENTRY_TYPE) -> tuple[bytes, str, bytes]:
    """Take an envelope apart: payload, public key, signature; the signature is *not* checked here.

    Raises BadInputError where the bytes are not those that `seal` writes.
    """
    if len(line) > MAX_ENVELOPE:
        raise BadInputError(f"an envelope of {len(line)} bytes is longer than {MAX_ENVELOPE}")
    found = _ENVELOPE.fullmatch(line)
    if not found:
        raise BadInputError("not an envelope with one signature, in its canonical form")
    if found[2] != payload_type.encode():
        raise BadInputError(f"the envelope holds '{found[2][:80].decode()}', not '{payload_type}'")
    return _bytes(found[1]), found[3].decode(), _bytes(found[4])


def _base64(data: bytes) -> bytes:
    return binascii.b2a_base64(data, newline=False)


def _bytes(text: bytes) -> bytes:
    """The bytes of Base64 in its one form."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error as error:
        raise BadInputError(f"not an envelope: {error}") from None
    if _base64(data) != text:
        raise BadInputError("the envelope is not in its canonical form")
    return data
