"""A bundle: what one desk gives the other, line by line.

JSON Lines: a header, envelopes in an order in which each follows what it acknowledges, the parts of attached
files, and an end line with the SHA-256 of all before it. Each line has one form. A bundle for others than the
parties has a line ``redacted`` in the place of each entry that they may not read. Limits hold for every line
and for the whole.
"""

import binascii
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from merestone.errors import BadInputError
from merestone.record import canonical
from merestone.record.forms import (
    Count,
    Disclosure,
    Hash,
    PartyId,
    Seq,
    TypeName,
)
from merestone.record.signing import MAX_ENVELOPE

MAX_LINE = MAX_ENVELOPE
MAX_ENTRIES = 2_000_000
MAX_FILES = 10_000
MAX_FILE = 256 * 1024 * 1024
MAX_TOTAL = 8 * 1024**3
PART = 180_000
"""Bytes of an attached file in one line."""


BEGIN = b'{"attachments":'
"""The first bytes of a bundle: keys are sorted."""


class Header(Struct, forbid_unknown_fields=True, frozen=True):
    """The first line: what follows, so that it can be said before anything is taken."""

    attachments: Count
    entries: Count
    format: Literal["merestone-bundle/1"]
    reader: Disclosure
    record: Hash
    redacted: Count


class Redacted(Struct, forbid_unknown_fields=True, frozen=True):
    """An entry that the reader may not see: its place, its hash and its type as the exporter states it."""

    hash: Hash
    party: PartyId
    seq: Seq
    type: TypeName


class Part(Struct, forbid_unknown_fields=True, frozen=True):
    """A piece of an attached file."""

    data: str
    of: Annotated[int, Meta(ge=1, le=10_000)]
    part: Annotated[int, Meta(ge=1, le=10_000)]
    sha256: Hash


class End(Struct, forbid_unknown_fields=True, frozen=True):
    """The last line: the number of lines before it and the SHA-256 of their bytes."""

    end: Literal[True]
    lines: Count
    sha256: Hash


class _Line(Struct, forbid_unknown_fields=True, frozen=True):
    """A line that is no envelope: one of its keys."""

    attachment: Part | UnsetType = UNSET
    redacted: Redacted | UnsetType = UNSET


Item = Header | bytes | Redacted | Part | End
"""What a line holds; ``bytes`` is an envelope, still to be read."""


def header_line(record: str, reader: Disclosure, *, entries: int, redacted: int, attachments: int) -> bytes:
    """The first line of a bundle."""
    header = Header(attachments, entries, "merestone-bundle/1", reader, record, redacted)
    return canonical.encode_typed(header)


def redacted_line(party: str, seq: int, hash_: str, type_: str) -> bytes:
    """The line in the place of an entry that the reader may not see."""
    return canonical.encode_typed(_Line(redacted=Redacted(hash_, party, seq, type_)))


def parts_of(size: int) -> int:
    """How many lines a file of `size` bytes takes; an empty one takes one."""
    return max(1, -(-size // PART))


def part_line(sha256_: str, number: int, of: int, data: bytes) -> bytes:
    """The line of one part of an attached file, numbered from 1."""
    return canonical.encode_typed(_Line(attachment=Part(b64encode(data).decode(), of, number, sha256_)))


class Writer:
    """Adds the end of each line, and the last line, to what is written."""

    def __init__(self) -> None:
        self._hash = sha256()
        self._lines = 0

    def line(self, data: bytes) -> bytes:
        """A line as it goes into the file."""
        whole = data + b"\n"
        self._hash.update(whole)
        self._lines += 1
        return whole

    def end(self) -> bytes:
        """The last line."""
        return canonical.encode_typed(End(True, self._lines, self._hash.hexdigest())) + b"\n"


class Reader:
    """Reads a bundle line by line and keeps its rules. Nothing is done about the entries themselves.

    Call `read` with each line, its end included, then `finish`. Raises BadInputError with line and rule.
    """

    def __init__(self) -> None:
        self._hash = sha256()
        self.number = 0
        self._bytes = 0
        self._counts = {"entries": 0, "redacted": 0, "attachments": 0}
        self._open: tuple[str, int, int] | None = None
        self.header: Header | None = None
        self._ended = False

    def read(self, line: bytes) -> Item:
        """The item of the next line."""
        self.number += 1
        self._bytes += len(line)
        try:
            return self._read(line)
        except BadInputError as error:
            raise BadInputError(f"line {self.number}: {error.message}") from None

    def _read(self, line: bytes) -> Item:
        if self._ended:
            raise BadInputError("there is more after the end line")
        if len(line) > MAX_LINE or self._bytes > MAX_TOTAL:
            raise BadInputError(f"a line has at most {MAX_LINE} bytes and a bundle {MAX_TOTAL}")
        if not line.endswith(b"\n"):
            raise BadInputError("the line is cut off: the bundle is not whole")
        data = line[:-1]
        if self.header is None:
            self.header = canonical.decode_typed(data, Header)
            self._check_limits(self.header)
            item: Item = self.header
        elif data.startswith(b'{"end"'):
            return self._end(data)
        elif data.startswith(b'{"payload"'):
            self._count("entries")
            item = data
        else:
            item = self._other(data)
        self._hash.update(line)
        return item

    def _check_limits(self, header: Header) -> None:
        if header.entries + header.redacted > MAX_ENTRIES or header.attachments > MAX_FILES:
            raise BadInputError(f"a bundle has at most {MAX_ENTRIES} entries and {MAX_FILES} attachments")

    def _other(self, data: bytes) -> Redacted | Part:
        line = canonical.decode_typed(data, _Line)
        if isinstance(line.redacted, Redacted) and not isinstance(line.attachment, Part):
            self._count("redacted")
            return line.redacted
        if isinstance(line.attachment, Part) and not isinstance(line.redacted, Redacted):
            self._part(line.attachment)
            return line.attachment
        raise BadInputError("the line is no entry, no redaction, no attachment and no end")

    def _part(self, part: Part) -> None:
        expected = self._open or (part.sha256, 0, part.of)
        if (part.sha256, part.part, part.of) != (expected[0], expected[1] + 1, expected[2]):
            raise BadInputError("the parts of an attachment are not in their order")
        if part.of * PART > MAX_FILE + PART:
            raise BadInputError(f"an attachment has at most {MAX_FILE} bytes")
        self._open = None if part.part == part.of else (part.sha256, part.part, part.of)
        if self._open is None:
            self._count("attachments")

    def _count(self, what: str) -> None:
        if self._open is not None:
            raise BadInputError("an attachment ends before its last part")
        self._counts[what] += 1
        if self._counts[what] > getattr(self.header, what):
            raise BadInputError(f"there are more {what} than the header says")

    def _end(self, data: bytes) -> End:
        end = canonical.decode_typed(data, End)
        if end.lines != self.number - 1 or end.sha256 != self._hash.hexdigest():
            raise BadInputError("the end line does not fit what stands before it: the bundle was altered")
        if self._open is not None or any(
            count != getattr(self.header, what) for what, count in self._counts.items()
        ):
            raise BadInputError("there are fewer entries or attachments than the header says")
        self._ended = True
        return end

    def finish(self) -> None:
        """Call after the last line. Raises BadInputError where the end is missing."""
        if not self._ended:
            raise BadInputError(
                f"the bundle ends after line {self.number} without its end line: it is not whole"
            )


def part_bytes(part: Part) -> bytes:
    """The bytes of a part. Raises BadInputError where they are none."""
    try:
        data = b64decode(part.data, validate=True)
    except binascii.Error:
        raise BadInputError("an attachment is not in Base64") from None
    if (
        b64encode(data).decode() != part.data
        or (len(data) != PART and part.part != part.of)
        or len(data) > PART
    ):
        raise BadInputError("a part of an attachment has another form than it must")
    return data
