"""Private keys on disk: encrypted with a passphrase, readable by their owner alone.

The passphrase goes through scrypt (RFC 7914), the key is sealed with ChaCha20-Poly1305 (RFC 8439); what
stands in the clear is authenticated with it. The secret is in no message, no entry and no error.
"""

import os
import secrets
import stat
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from merestone.errors import BadInputError, EnvironmentRefusedError, RefusedByRulesError
from merestone.record.forms import (
    PartyId,
    PublicKey,
)
from merestone.record.signing import KeySigner

COST = 2**17
"""scrypt's N for new files: with r = 8 a guess takes 128 MiB and a third of a second or so."""
_MAX_BYTES = 4096


class KeyFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A key file, as JSON."""

    format: Literal["merestone-key/1"]
    kind: Literal["root", "operational"]
    party: PartyId
    public: PublicKey
    scrypt_n: Annotated[int, msgspec.Meta(ge=2**4, le=2**20)]
    salt: str
    nonce: str
    sealed: str

    @property
    def clear(self) -> bytes:
        """What is authenticated beside the sealed secret."""
        return f"{self.format} {self.kind} {self.party} {self.public} {self.scrypt_n}".encode()


_ENCODER = msgspec.json.Encoder(order="sorted")


def new_key(
    kind: Literal["root", "operational"], party: str, passphrase: str, cost: int | None = None
) -> tuple[KeyFile, KeySigner]:
    """Make a key: the file that holds it, and the key itself. Raises BadInputError on an empty passphrase."""
    if not passphrase:
        raise BadInputError("the passphrase is empty; a key needs one")
    secret, salt, nonce = secrets.token_bytes(32), secrets.token_bytes(16), secrets.token_bytes(12)
    signer = KeySigner(secret)
    cost = cost or COST
    bare = KeyFile("merestone-key/1", kind, party, signer.public, cost, _text(salt), _text(nonce), "")
    sealed = ChaCha20Poly1305(_stretched(passphrase, salt, cost)).encrypt(nonce, secret, bare.clear)
    return msgspec.structs.replace(bare, sealed=_text(sealed)), signer


def write_key(path: Path, key: KeyFile) -> None:
    """Write a key file, never over another one. Raises RefusedByRulesError where the path is taken."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RefusedByRulesError(
            f"{path}: is there already; a key is never written over another file"
        ) from None
    except OSError as error:
        raise EnvironmentRefusedError(f"{path}: cannot be made: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(_ENCODER.encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> KeyFile:
    """Read a key file without opening it. Raises BadInputError where it is none, or others can read it."""
    try:
        found = path.stat()
        if sys.platform != "win32" and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise BadInputError(
                f"{path}: others can read this key (mode {stat.S_IMODE(found.st_mode):04o}); "
                f"run chmod 600 on it, and think whether it is still yours alone"
            )
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_MAX_BYTES), type=KeyFile)
    except FileNotFoundError:
        raise BadInputError(
            f"{path}: no such key; `merestone record key new` makes one, --key names another"
        ) from None
    except (msgspec.DecodeError, UnicodeError):
        raise BadInputError(f"{path}: not a key file") from None
    except OSError as error:
        raise EnvironmentRefusedError(f"{path}: cannot be read: {error.strerror}") from None


def unlock(path: Path, key: KeyFile, passphrase: str) -> KeySigner:
    """Open a key with its passphrase. Raises BadInputError where it is the wrong one."""
    try:
        nonce, sealed = b64decode(key.nonce), b64decode(key.sealed)
        cipher = ChaCha20Poly1305(_stretched(passphrase, b64decode(key.salt), key.scrypt_n))
        signer = KeySigner(cipher.decrypt(nonce, sealed, key.clear))
    except (InvalidTag, ValueError):
        raise BadInputError(
            f"{path}: the passphrase does not open this key, or the file was changed"
        ) from None
    if signer.public != key.public:
        raise BadInputError(f"{path}: the file holds another key than it says")
    return signer


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())


def _text(data: bytes) -> str:
    return b64encode(data).decode()
