"""Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

A checkpoint says how many entries a log has and the root over them. The party whose log it is signs it;
anyone who has verified the log, the other party or an observer, can add a cosignature with a time. It proves
that the log was so by then, and has no effect on any state.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from hashlib import sha256

from merestone.errors import BadInputError
from merestone.record import signing

ED25519 = 1
COSIGNATURE = 4
_MAX_SIGNATURES = 100
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note: the signer's name, the four bytes of its key id, and the rest."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def text(self) -> str:
        return f"— {self.name} {b64encode(self.key_id + self.data).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending with a newline, and its signatures."""

    body: str
    signatures: tuple[NoteSignature, ...] = field(default=())

    @property
    def text(self) -> str:
        return self.body + "\n" + "".join(one.text for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the body of a checkpoint says."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def origin(record: str, party: str) -> str:
    """The name of a party's log, for checkpoints of it."""
    return f"merestone/record/{record}/{party}"


def key_id(name: str, kind: int, public: str) -> bytes:
    """The four bytes by which a note names a key: a hint, no proof."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + bytes.fromhex(public)).digest()[:4]


def read_note(text: str) -> Note:
    """Take a note apart, without checking signatures. Raises BadInputError where it is none."""
    body, separator, signatures = text.rpartition("\n\n")
    if not separator or any(ord(letter) < 32 and letter != "\n" for letter in text):
        raise BadInputError("not a signed note: a text, an empty line, and signatures")
    found = []
    for line in signatures.removesuffix("\n").split("\n"):
        parts = _LINE.fullmatch(line)
        if not parts or not signatures.endswith("\n"):
            raise BadInputError(f"'{line[:60]}' is no signature line of a note")
        try:
            data = b64decode(parts[2], validate=True)
        except Base64Error:
            raise BadInputError(f"'{line[:60]}' is no signature line of a note") from None
        if len(data) < 5:
            raise BadInputError(f"'{line[:60]}' is too short for a signature")
        found.append(NoteSignature(parts[1], data[:4], data[4:]))
    if len(found) > _MAX_SIGNATURES:
        raise BadInputError(f"a note with {len(found)} signatures; at most {_MAX_SIGNATURES}")
    return Note(body + "\n", tuple(found))


def read_checkpoint(note: Note) -> Checkpoint:
    """What the body of a note says as a checkpoint. Raises BadInputError where it is none."""
    lines = note.body.split("\n")
    if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
        raise BadInputError("not a checkpoint: an origin, a size and a root, each on its line")
    try:
        root = b64decode(lines[2], validate=True)
    except Base64Error:
        root = b""
    if len(root) != 32 or b64encode(root).decode() != lines[2]:
        raise BadInputError(f"'{lines[2][:60]}' is no root: 32 bytes in Base64")
    return Checkpoint(lines[0], int(lines[1]), root)


def sign_note(note: Note, name: str, signer: signing.Signer) -> Note:
    """Add a plain Ed25519 signature."""
    signature = signer.sign(note.body.encode())
    return Note(
        note.body, (*note.signatures, NoteSignature(name, key_id(name, ED25519, signer.public), signature))
    )


def cosign(note: Note, name: str, signer: signing.Signer, time_s: int) -> Note:
    """Add a cosignature: the signer has verified the log and saw this at `time_s`, seconds since 1970."""
    signature = signer.sign(_cosigned(note.body, time_s))
    data = time_s.to_bytes(8, "big") + signature
    return Note(
        note.body, (*note.signatures, NoteSignature(name, key_id(name, COSIGNATURE, signer.public), data))
    )


def _cosigned(body: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{body}".encode()


def signed_by(note: Note, name: str, public: str) -> bool:
    """Whether the note carries a good signature of this key.

    Raises BadInputError where it carries a bad one.
    """
    return _find(note, name, public, ED25519) is not None


def cosigned_by(note: Note, name: str, public: str) -> int | None:
    """The time of a good cosignature of this key, None where there is none.

    Raises BadInputError on a bad one.
    """
    found = _find(note, name, public, COSIGNATURE)
    return None if found is None else int.from_bytes(found.data[:8], "big")


def _find(note: Note, name: str, public: str, kind: int) -> NoteSignature | None:
    wanted = name, key_id(name, kind, public)
    for one in note.signatures:
        if (one.name, one.key_id) != wanted:
            continue
        message, signature = note.body.encode(), one.data
        if kind == COSIGNATURE:
            message, signature = _cosigned(note.body, int.from_bytes(one.data[:8], "big")), one.data[8:]
        signing.verify(public, message, signature)
        return one
    return None
