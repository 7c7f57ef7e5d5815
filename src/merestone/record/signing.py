"""Ed25519 (RFC 8032) in DSSE envelopes: what is signed, by which key, and when a signature stands.

An envelope has exactly one form in bytes and exactly one signature. Keys and signatures of small order and
encodings that are not canonical are refused, so that one signature says one thing to every verifier.
"""

import binascii
import re
from base64 import b64decode, b64encode
from functools import lru_cache
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from merestone.errors import BadInputError

ENTRY_TYPE = "application/vnd.merestone.record-entry+json"
MAX_ENVELOPE = 1024 * 1024

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
# The y coordinates of the eight points of small order, on the curve of RFC 8032.
_Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_Y = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})
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


class Signature(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One signature of an envelope; ``keyid`` is the public key in hexadecimal."""

    keyid: str
    sig: str


class Envelope(
    msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"payload_type": "payloadType"}
):
    """A DSSE envelope."""

    payload: str
    payload_type: str
    signatures: list[Signature]


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(Envelope)


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
    """RFC 8032, 5.1.3: y below p; and none of the eight points of small order."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P:
        raise BadInputError(f"{what} is not in canonical form")
    if y in _SMALL_Y:
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
    signatures = [Signature(signer.public, b64encode(signature).decode())]
    return _ENCODER.encode(Envelope(b64encode(payload).decode(), payload_type, signatures))


def unseal(line: bytes, payload_type: str = ENTRY_TYPE) -> tuple[bytes, str, bytes]:
    """Take an envelope apart: payload, public key, signature; the signature is *not* checked here.

    Raises BadInputError where the bytes are not those that `seal` writes.
    """
    if len(line) > MAX_ENVELOPE:
        raise BadInputError(f"an envelope of {len(line)} bytes is longer than {MAX_ENVELOPE}")
    try:
        envelope = _DECODER.decode(line)
        payload = b64decode(envelope.payload, validate=True)
        if len(envelope.signatures) != 1:
            raise BadInputError(f"an envelope has one signature, this one {len(envelope.signatures)}")
        signature = b64decode(envelope.signatures[0].sig, validate=True)
    except (msgspec.DecodeError, UnicodeError, RecursionError, binascii.Error, ValueError) as error:
        raise BadInputError(f"not an envelope: {error}") from None
    if envelope.payload_type != payload_type:
        raise BadInputError(f"the envelope holds '{envelope.payload_type[:80]}', not '{payload_type}'")
    public = envelope.signatures[0].keyid
    again = Envelope(
        b64encode(payload).decode(), payload_type, [Signature(public, b64encode(signature).decode())]
    )
    if _ENCODER.encode(again) != line:
        raise BadInputError("the envelope is not in its canonical form")
    return payload, public, signature
