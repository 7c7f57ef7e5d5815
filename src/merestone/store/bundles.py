"""Bundles out of and into a record file: streamed, bounded, all or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any, BinaryIO, TypeVar

from merestone.errors import BadInputError, RefusedByRulesError
from merestone.record import bundle
from merestone.record import entry as entries
from merestone.record.bodies import (
    Attachment,
)
from merestone.record.disclosure import level_of, may_see
from merestone.record.entry import Entry
from merestone.record.forms import (
    Disclosure,
)
from merestone.record.logs import TwoEntriesError
from merestone.store.recordfile import RecordFile

T = TypeVar("T")


@dataclass(slots=True)
class Contents:
    """What a bundle holds, to be said before it is written."""

    reader: Disclosure
    types: dict[str, int] = field(default_factory=dict)
    redacted: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    missing_files: list[str] = field(default_factory=list)
    bytes: int = 0

    @property
    def entries(self) -> int:
        return sum(self.types.values())


def contents(
    record: RecordFile, reader: Disclosure, after: dict[str, int], *, most: int | None = None
) -> Contents:
    """Look through what a bundle for `reader` would hold beyond `after` (numbers by party), `most` entries of
    it."""
    found = Contents(reader)
    for party, seq, type_ in islice(record.outline(after), most):
        entry = record.entry(party, seq) if reader != "parties" or type_ == "attachment" else None
        if entry is not None and reader != "parties" and not may_see(level_of(record.state, entry), reader):
            found.redacted[type_] = found.redacted.get(type_, 0) + 1
            continue
        found.types[type_] = found.types.get(type_, 0) + 1
        if entry is not None and isinstance(entry.body, Attachment):
            _note_file(record, entry.body, found)
    return found


def _note_file(record: RecordFile, body: Attachment, found: Contents) -> None:
    if body.sha256 in found.files or body.sha256 in found.missing_files:
        return
    if record.has_file(body.sha256):
        found.files.append(body.sha256)
        found.bytes += record.file_size(body.sha256) or 0
    else:
        found.missing_files.append(body.sha256)


def _selected(record: RecordFile, after: dict[str, int]) -> Iterator[Entry]:
    return (entry for entry in record.entries() if entry.seq > after.get(entry.party, 0))


def export(
    record: RecordFile, held: Contents, after: dict[str, int], *, most: int | None = None
) -> Iterator[bytes]:
    """The lines of the bundle that `contents` described."""
    writer = bundle.Writer()
    redacted = sum(held.redacted.values())
    yield writer.line(
        bundle.header_line(
            record.state.record,
            held.reader,
            entries=held.entries,
            redacted=redacted,
            attachments=len(held.files),
        )
    )
    if redacted:
        yield from _redacting(record, held, after, writer)
    else:
        for _, _, _, line in islice(record.lines(after), most):
            yield writer.line(line)
    for digest in held.files:
        of = bundle.parts_of(record.file_size(digest) or 0)
        for number, part in enumerate(record.file_parts(digest), 1):
            yield writer.line(bundle.part_line(digest, number, of, part))
    yield writer.end()


def _redacting(
    record: RecordFile, held: Contents, after: dict[str, int], writer: bundle.Writer
) -> Iterator[bytes]:
    for entry in _selected(record, after):
        if may_see(level_of(record.state, entry), held.reader):
            yield writer.line(entry.line)
        else:
            yield writer.line(bundle.redacted_line(entry.party, entry.seq, entry.hash, entry.type))


MOST_NEWS = 1000
"""New entries that an import hands back to be shown; it counts all of them."""


@dataclass(slots=True)
class Imported:
    """What an import took: how many entries, the first of them, and of one's own log up to which number."""

    taken: int = 0
    news: list[Entry] = field(default_factory=list)
    by_party: dict[str, int] = field(default_factory=dict)
    known: int = 0
    adopted: int = 0
    files: int = 0
    void: dict[str, str] = field(default_factory=dict)


class _Import:
    """One import, within one transaction."""

    def __init__(self, record: RecordFile) -> None:
        self.record = record
        self.done = Imported()
        self._digest = sha256()
        self._size = 0

    def header(self, header: bundle.Header) -> None:
        here = self.record.ledger
        if here is not None and header.record != here.record:
            raise RefusedByRulesError(
                f"the bundle is of another record ({header.record[:16]}…; this one is {here.record[:16]}…)"
            )
        if header.redacted or header.reader != "parties":
            raise RefusedByRulesError(
                f"the bundle was made for {header.reader} and leaves out {header.redacted} entries; "
                "`merestone record verify` reads it, a party's record cannot"
            )

    def prepared(self, item: bundle.Item) -> bundle.Item | Entry:
        """An envelope as an entry, its signature checked unless it is here already; anything else as it
        is."""
        if not isinstance(item, bytes):
            return item
        entry = entries.reread(item)
        if not self._known(entry):
            entries.check_signature(entry)
        return entry

    def take(self, item: bundle.Item | Entry) -> None:
        """Take what was prepared."""
        if isinstance(item, Entry):
            self._entry(item)
        elif isinstance(item, bundle.Part):
            self.part(item)
        elif isinstance(item, bundle.Header):
            self.header(item)

    def _known(self, entry: Entry) -> bool:
        log = self.record.ledger.logs.get(entry.party) if self.record.ledger else None
        here = log is not None and entry.seq <= log.seq
        return here and self.record.hash_at(entry.party, entry.seq) == entry.hash

    def _entry(self, entry: Entry) -> None:
        if self._known(entry):
            self.done.known += 1
            return
        void = self.record.take(entry)
        if void:
            self.done.void[entry.hash] = void
        if entry.party == self.record.party:
            self.done.adopted = entry.seq
        else:
            self.done.by_party[entry.party] = self.done.by_party.get(entry.party, 0) + 1
        self.done.taken += 1
        if len(self.done.news) < MOST_NEWS:
            self.done.news.append(entry)

    def part(self, part: bundle.Part) -> None:
        size = self.record.file_size(part.sha256)
        if size is None:
            raise BadInputError(f"the attachment {part.sha256[:16]}… is named by no entry")
        if self.record.has_file(part.sha256):
            return
        data = bundle.part_bytes(part)
        if part.part == 1:
            self._digest, self._size = sha256(), 0
        self._digest.update(data)
        self._size += len(data)
        if self._size > size:
            raise BadInputError(f"the attachment {part.sha256[:16]}… is larger than its entry says")
        self.record.add_part(part.sha256, part.part, data)
        if part.part == part.of:
            if self._digest.hexdigest() != part.sha256:
                raise BadInputError(f"the attachment {part.sha256[:16]}… is not what its entry names")
            self.record.file_is_here(part.sha256)
            self.done.files += 1


def import_bundle(record: RecordFile, source: BinaryIO) -> Imported:
    """Take a bundle into the record: all of it or nothing. What is here already is passed over.

    Raises BadInputError where the bundle was altered, RefusedByRulesError where a rule speaks against an
    entry, each with the line; where two entries stand under one number the other is kept as evidence before
    the error is raised.
    """
    reader, work = bundle.Reader(), _Import(record)
    try:
        with record.writing():
            _read(reader, work, source)
            if work.done.adopted:
                record.set_meta("adopted", str(work.done.adopted))
    except TwoEntriesError as error:
        record.keep_evidence(error)
        raise
    return work.done


def _read(reader: bundle.Reader, work: _Import, source: BinaryIO) -> None:
    """Read some lines, check their signatures, then take them: one thing at a time is faster than all in
    turn."""
    while batch := _batch(reader, source):
        ready = [(number, _at(number, work.prepared, item)) for number, item in batch]
        for number, item in ready:
            try:
                _at(number, work.take, item)
            except TwoEntriesError:
                raise
            except RefusedByRulesError:
                _read_to_end(reader, source)  # a bundle that was altered is told as that
                raise
    reader.finish()


_BATCH, _BATCH_BYTES = 200, 4 * 1024 * 1024


def _batch(reader: bundle.Reader, source: BinaryIO) -> list[tuple[int, bundle.Item]]:
    """The next lines, with their numbers: a few hundred, and no more than some megabytes."""
    found: list[tuple[int, bundle.Item]] = []
    size = 0
    while len(found) < _BATCH and size < _BATCH_BYTES:
        line = source.readline(bundle.MAX_LINE + 1)
        if not line:
            break
        found.append((reader.number + 1, reader.read(line)))
        size += len(line)
    return found


def _at(number: int, work: Callable[[Any], T], item: Any) -> T:
    """Do something about a line; an error names it."""
    try:
        return work(item)
    except TwoEntriesError:
        raise
    except (BadInputError, RefusedByRulesError) as error:
        raise type(error)(f"line {number}: {error.message}", hint=error.hint) from None


def _read_to_end(reader: bundle.Reader, source: BinaryIO) -> None:
    """Read on without taking anything. Raises BadInputError where the bundle is not as its end line says."""
    for line in iter(lambda: source.readline(bundle.MAX_LINE + 1), b""):
        reader.read(line)
    reader.finish()
