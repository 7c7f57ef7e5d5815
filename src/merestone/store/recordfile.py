"""A record on disk: one SQLite file, one connection, nothing lost that was said to be written.

A rollback journal with ``synchronous=EXTRA``: when a call returns, its entries are on the disk. The file is
locked against a second process for as long as it is open. What is read is held against its hash; a damaged
file is refused and never repaired (``salvage`` reads what can be read into a bundle).
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from merestone.errors import BadInputError, EnvironmentRefusedError, RefusedByRulesError
from merestone.record import entry as entries
from merestone.record.bodies import (
    Attachment,
)
from merestone.record.entry import Entry
from merestone.record.ledger import Ledger, new_ledger, restored, snapshot
from merestone.record.logs import TwoEntriesError
from merestone.store.connection import connect, damaged, told
from merestone.store.schema import APPLICATION_ID, MIGRATIONS, migrate

_FOLD_EVERY = 256
"""Entries after which the folded state is stored anew: so many are read again at most when the file is
opened."""


class RecordFile:
    """An open record. Use it in a ``with`` block; reading and writing go through one connection.

    ``ledger`` is the state of everything in the file, None in one that has no founding entry yet; ``party``
    whose desk it is, None for a reader's.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self.ledger: Ledger | None = None
        self.party: str | None = None
        self._id = 0
        self._folded = 0

    # -- opening and closing

    @classmethod
    def create(cls, path: Path, party: str | None) -> "RecordFile":
        """Make a new file for `party`, None for one that only reads.

        Raises RefusedByRulesError where one is there.
        """
        if path.exists():
            raise RefusedByRulesError(
                f"{path}: there is a record already; one file holds one record, begun once"
            )
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise EnvironmentRefusedError(f"{path}: cannot be made: {error.strerror}") from None
        try:
            made = cls(path, connect(path))
            made._begin(party)
        except BaseException:
            path.unlink()
            raise
        return made

    def _begin(self, party: str | None) -> None:
        with told(self.path):
            self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrate(self._connection)
            with self.writing():
                if party is not None:
                    self._connection.execute("INSERT INTO meta VALUES ('party', ?)", (party,))
        self.party = party

    @classmethod
    def open(cls, path: Path) -> "RecordFile":
        """Open a file that is there. Raises BadInputError where it is no record or damaged."""
        if not path.is_file():
            raise BadInputError(
                f"{path}: no such record; `merestone record init` or `join` begins one, --record names "
                "another"
            )
        with told(path):
            opened = cls(path, connect(path))
            try:
                opened._check()
                opened._load()
            except BaseException:
                opened.close()
                raise
        return opened

    def _check(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if self._connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID or version == 0:
            raise BadInputError(f"{self.path}: not the file of a record")
        if version > len(MIGRATIONS):
            raise BadInputError(f"{self.path}: written by a newer merestone (form {version}); use that one")
        migrate(self._connection)
        answer = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise damaged(self.path, answer)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def __enter__(self) -> "RecordFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the state

    def _load(self) -> None:
        """The stored state, and the entries after it."""
        self.ledger, self._id, self._folded = None, 0, 0
        self.party = self.meta("party")
        row = self._connection.execute("SELECT entry_id, sha256, state FROM fold").fetchone()
        if row is not None:
            if sha256(row[2]).digest() != row[1]:
                raise damaged(self.path, "the stored state is not as it was written")
            self.ledger = restored(row[2])
            self._id = self._folded = row[0] if self.ledger else 0
        for id_, entry in self._rows("WHERE id > ? ORDER BY id", (self._id,)):
            self._fold(entry)
            self._id = id_
        for party, seq in self._connection.execute("SELECT party, min(seq) FROM evidence GROUP BY party"):
            assert self.ledger is not None
            self.ledger.logs[party].frozen = seq

    def _fold(self, entry: Entry) -> str:
        if self.ledger is None:
            self.ledger = new_ledger(entry)
            return ""
        return self.ledger.apply(entry, self)

    @property
    def state(self) -> Ledger:
        """The state; raises BadInputError in a file that holds no entry."""
        if self.ledger is None:
            raise BadInputError(f"{self.path}: holds no entry yet; import a bundle of the record")
        return self.ledger

    @property
    def adopted(self) -> int:
        """The last entry of one's own log that came back from the other party, 0 where none did."""
        return int(self.meta("adopted") or 0)

    def meta(self, name: str) -> str | None:
        """A fact about the file itself."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Note a fact about the file itself, within `writing`."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # -- the index that the rules ask

    def hash_at(self, party: str, seq: int) -> str | None:
        """The hash of an entry, None where it is not here."""
        row = self._connection.execute(
            "SELECT hash FROM entry WHERE party = ? AND seq = ?", (party, seq)
        ).fetchone()
        return None if row is None else row[0].hex()

    def find(self, hash_: str) -> tuple[str, int] | None:
        """Party and number of an entry, None where it is not here."""
        row = self._connection.execute(
            "SELECT party, seq FROM entry WHERE hash = ?", (bytes.fromhex(hash_),)
        ).fetchone()
        return None if row is None else (row[0], row[1])

    # -- reading

    def entries(self, where: str = "", values: Iterable[Any] = ()) -> Iterator[Entry]:
        """Entries in the order in which they came here; `where` narrows it in SQL."""
        with told(self.path):
            for _, entry in self._rows(f"{where} ORDER BY id", tuple(values)):
                yield entry

    def entry(self, party: str, seq: int) -> Entry | None:
        """One entry by its name."""
        return next(self.entries("WHERE party = ? AND seq = ?", (party, seq)), None)

    def outline(self, after: dict[str, int]) -> Iterator[tuple[str, int, str]]:
        """Party, number and type of the entries beyond `after`, in the order in which they came."""
        with told(self.path):
            for party, seq, type_ in self._connection.execute(
                "SELECT party, seq, type FROM entry ORDER BY id"
            ):
                if seq > after.get(party, 0):
                    yield party, seq, type_

    def lines(self, after: dict[str, int]) -> Iterator[tuple[str, int, str, bytes]]:
        """Party, number, hash and envelope of the entries beyond `after`, in the order in which they came."""
        with told(self.path):
            rows = self._connection.execute("SELECT party, seq, hash, envelope FROM entry ORDER BY id")
            for party, seq, hash_, line in rows:
                if seq > after.get(party, 0):
                    if sha256(line).digest() != hash_:
                        raise damaged(self.path, f"the entry {party} {seq} is not as it was written")
                    yield party, seq, hash_.hex(), line

    def _rows(self, clause: str, values: tuple[Any, ...]) -> Iterator[tuple[int, Entry]]:
        sql = f"SELECT id, party, seq, hash, envelope FROM entry {clause}"  # noqa: S608 - clauses are ours
        for id_, party, seq, hash_, line in self._connection.execute(sql, values):
            if sha256(line).digest() != hash_:
                raise damaged(self.path, f"the entry {party} {seq} is not as it was written")
            yield id_, entries.reread(line)

    def section_of(self, hash_: str) -> str | None:
        """The label of the section that an entry is about, also where it says so only through another
        entry."""
        row = self._connection.execute(
            "SELECT section FROM entry WHERE hash = ?", (bytes.fromhex(hash_),)
        ).fetchone()
        return None if row is None else row[0]

    def hashes(self, party: str) -> list[bytes]:
        """The hashes of a log, in its order."""
        rows = self._connection.execute("SELECT hash FROM entry WHERE party = ? ORDER BY seq", (party,))
        return [row[0] for row in rows]

    def count(self) -> int:
        """Entries in the file."""
        return int(self._connection.execute("SELECT count(*) FROM entry").fetchone()[0])

    def evidence(self) -> list[Entry]:
        """Entries that stand under a number that another entry has."""
        rows = self._connection.execute("SELECT envelope FROM evidence ORDER BY id")
        return [entries.reread(row[0]) for row in rows]

    # -- writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written within stands in the file when the block ends, or nothing of it."""
        with told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._store_fold()
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                with suppress(sqlite3.Error):
                    self._load()
                raise

    def take(self, entry: Entry) -> str:
        """Take the next entry of a log, within `writing`; returns why its act has no effect, or ``""``.

        Raises what the rules raise; TwoEntriesError is for the caller to keep as evidence.
        """
        if self.ledger is not None:
            self.ledger.check(entry, self)
        void = self._fold(entry)
        payload = entry.payload
        self._id += 1
        self._connection.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._id,
                entry.party,
                entry.seq,
                bytes.fromhex(entry.hash),
                None if entry.seq == 1 else bytes.fromhex(payload.prev),
                entry.ack,
                entry.type,
                payload.at,
                self._section(entry),
                void,
                entry.line,
            ),
        )
        if isinstance(entry.body, Attachment):
            self._connection.execute(
                "INSERT INTO attachment (sha256, size) VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET size = max(size, excluded.size) WHERE here = 0",
                (bytes.fromhex(entry.body.sha256), entry.body.size),
            )
        return void

    def _section(self, entry: Entry) -> str | None:
        """The label of the section that an entry is about, for looking it up; that of the offer it acts
        on."""
        body: Any = entry.body
        if isinstance(body, dict):
            return None
        about = getattr(body, "content", body)
        found = getattr(about, "section", None) or getattr(getattr(body, "place", None), "section", None)
        if found is None and self.ledger is not None:
            named = getattr(body, "of", None) or getattr(body, "entry", None)
            unit = self.ledger.units.get(self.ledger.reservations.get(named or "", named or ""))
            found = unit.section if unit else None
        return found if isinstance(found, str) else None

    def _store_fold(self) -> None:
        if self.ledger is None or self._id - self._folded < _FOLD_EVERY:
            return
        state = snapshot(self.ledger)
        self._connection.execute(
            "INSERT OR REPLACE INTO fold VALUES (1, ?, ?, ?)", (self._id, sha256(state).digest(), state)
        )
        self._folded = self._id

    def keep_evidence(self, error: TwoEntriesError) -> None:
        """Keep the other entry under a number, and freeze that log."""
        entry = error.entry
        with self.writing():
            self._connection.execute(
                "INSERT OR IGNORE INTO evidence (party, seq, hash, envelope) VALUES (?, ?, ?, ?)",
                (entry.party, entry.seq, bytes.fromhex(entry.hash), entry.line),
            )
        self._load()

    # -- attached files

    def file_size(self, digest: str) -> int | None:
        """The size of a file that an entry names, None where none does.

        While its bytes are not here, the largest that an entry states.
        """
        row = self._connection.execute(
            "SELECT size FROM attachment WHERE sha256 = ?", (bytes.fromhex(digest),)
        ).fetchone()
        return None if row is None else int(row[0])

    def has_file(self, digest: str) -> bool:
        """Whether the bytes of an attachment are here."""
        row = self._connection.execute(
            "SELECT here FROM attachment WHERE sha256 = ?", (bytes.fromhex(digest),)
        ).fetchone()
        return row is not None and row[0] == 1

    def missing_files(self) -> int:
        """How many attachments are named whose bytes are not here."""
        row = self._connection.execute("SELECT count(*) FROM attachment WHERE here = 0").fetchone()
        return int(row[0])

    def add_part(self, digest: str, part: int, data: bytes) -> None:
        """Take a part of a file that an entry names, within `writing`."""
        self._connection.execute(
            "INSERT INTO attachment_part VALUES (?, ?, ?)", (bytes.fromhex(digest), part, data)
        )

    def file_is_here(self, digest: str) -> None:
        """All parts of the file are here and fit its hash; its size is now known and no one's word."""
        self._connection.execute(
            "UPDATE attachment SET here = 1, size = (SELECT sum(length(data)) FROM attachment_part AS part "
            "WHERE part.sha256 = attachment.sha256) WHERE sha256 = ?",
            (bytes.fromhex(digest),),
        )

    def file_parts(self, digest: str) -> Iterator[bytes]:
        """The parts of a file, in their order."""
        rows = self._connection.execute(
            "SELECT data FROM attachment_part WHERE sha256 = ? ORDER BY part", (bytes.fromhex(digest),)
        )
        for row in rows:
            yield row[0]

    # -- checkpoints

    def add_note(self, party: str, size: int, text: str) -> None:
        """Keep a checkpoint."""
        with self.writing():
            self._connection.execute(
                "INSERT INTO note (party, size, text) VALUES (?, ?, ?)", (party, size, text)
            )

    def notes(self) -> list[tuple[str, int, str]]:
        """The checkpoints that were kept: whose log, how many entries, the note."""
        return list(self._connection.execute("SELECT party, size, text FROM note ORDER BY id"))

    def backup(self, target: Path) -> None:
        """Copy the open file, whole. Raises BadInputError where the target is there."""
        if target.exists():
            raise BadInputError(f"{target}: is there already; name a file that is not")
        beside = target.with_name(f".{target.name}.part")
        with told(target):
            copy = sqlite3.connect(beside)
            try:
                copy.execute("PRAGMA synchronous = EXTRA")
                self._connection.backup(copy)
            finally:
                copy.close()
            beside.chmod(0o600)
            beside.replace(target)
