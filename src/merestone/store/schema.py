"""The tables of a record file, and the steps from one version of them to the next.

Rows of ``entry`` are added and never changed or removed: triggers refuse it, and a gap in a log too. Each
step of ``MIGRATIONS`` is carried out together with the row that records it.
"""

import sqlite3

APPLICATION_ID = 0x4D455253
"""``MERS``, in the header of the file."""

_FIRST = """
CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  party TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  prev BLOB,
  ack_seq INTEGER NOT NULL CHECK (ack_seq >= 0),
  type TEXT NOT NULL,
  at TEXT NOT NULL,
  section TEXT,
  void TEXT NOT NULL DEFAULT '',
  envelope BLOB NOT NULL,
  UNIQUE (party, seq),
  CHECK ((seq = 1) = (prev IS NULL))
) STRICT;
CREATE INDEX entry_section ON entry (section, id) WHERE section IS NOT NULL;
CREATE TRIGGER entry_follows BEFORE INSERT ON entry WHEN NEW.seq > 1 BEGIN
  SELECT RAISE(ABORT, 'the entry before is another or is missing')
  WHERE NEW.prev IS NOT (SELECT hash FROM entry WHERE party = NEW.party AND seq = NEW.seq - 1);
END;
CREATE TRIGGER entry_kept BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  party TEXT NOT NULL,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  envelope BLOB NOT NULL
) STRICT;
CREATE TRIGGER evidence_kept BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is never changed');
END; CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is never
removed'); END; CREATE TABLE attachment (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  size INTEGER NOT NULL,
  here INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE attachment_part (
  sha256 BLOB NOT NULL REFERENCES attachment (sha256),
  part INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (sha256, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE note (id INTEGER PRIMARY KEY, party TEXT NOT NULL, size INTEGER NOT NULL, text TEXT NOT NULL)
STRICT; CREATE TABLE fold (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  entry_id INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  state BLOB NOT NULL
) STRICT;
"""

MIGRATIONS: tuple[tuple[str, str], ...] = (("the first form", _FIRST),)
"""Name and statements of each step; version n is reached by the first n."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to the newest form, each step with the row that records it."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, (name, statements) in enumerate(MIGRATIONS[version:], version + 1):
        connection.execute("BEGIN IMMEDIATE")
        for statement in _statements(statements):
            connection.execute(statement)
        connection.execute("INSERT INTO migration VALUES (?, ?)", (number, name))
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _statements(text: str) -> list[str]:
    """The statements of a script; one with a trigger's body is not cut within it."""
    found, open_ = [], ""
    for piece in text.split(";"):
        open_ += piece + ";"
        if sqlite3.complete_statement(open_):
            found.append(open_)
            open_ = ""
    return found
