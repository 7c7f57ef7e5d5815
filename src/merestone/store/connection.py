"""The one connection to a record file, and what to tell a user of what the database says."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from merestone.errors import BadInputError, EnvironmentRefusedError


def connect(path: Path) -> sqlite3.Connection:
    """Open the file and hold its lock. Raises EnvironmentRefusedError where another process has it."""
    connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
    try:
        for name, value in (
            ("locking_mode", "EXCLUSIVE"),
            ("synchronous", "EXTRA"),
            ("foreign_keys", "ON"),
            ("trusted_schema", "OFF"),
            ("cell_size_check", "ON"),
            ("cache_size", "-16000"),
            ("temp_store", "MEMORY"),
        ):
            connection.execute(f"PRAGMA {name} = {value}")
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            raise EnvironmentRefusedError(f"{path}: cannot be opened with a rollback journal")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say in one sentence what the database says in its own way."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text:
            raise EnvironmentRefusedError(
                f"{path}: another process has the record open; wait for it to end"
            ) from None
        if "readonly" in text or "unable to open" in text:
            raise EnvironmentRefusedError(
                f"{path}: cannot be written: {text}; check file and folder"
            ) from None
        raise EnvironmentRefusedError(
            f"{path}: cannot be written: {text}; nothing of this was kept"
        ) from None
    except sqlite3.IntegrityError as error:
        raise BadInputError(f"{path}: {error}; nothing of this was kept") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # names in a damaged file are no text
        raise damaged(path, str(error)) from None


def damaged(path: Path, what: str) -> BadInputError:
    """What to tell a user of a file that is not as it was written."""
    return BadInputError(
        f"{path}: the file is damaged ({what}) and is left as it is",
        hint="`merestone record export --salvage -o FILE` writes what can still be read; "
        "ask the other party for the rest",
    )
