"""Read what can be read of a damaged record, without changing it."""

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from merestone.errors import BadInputError, MerestoneError
from merestone.record import bundle
from merestone.record import entry as entries
from merestone.record.folding import MemoryIndex
from merestone.record.ledger import Ledger, new_ledger


def salvage(path: Path, sink: BinaryIO) -> tuple[int, str]:
    """Write every entry that still follows and verifies, from the first on, as a bundle.

    Returns how many, and what came after them: ``""`` where nothing is lost. Raises BadInputError where not
    even the first entry can be read.
    """
    good: list[bytes] = []
    stopped = ""
    try:
        good.extend(_verified(path))  # what was read before an error stays
    except (sqlite3.Error, MerestoneError) as error:
        stopped = str(error)
    if not good:
        raise BadInputError(
            f"{path}: nothing can be read ({stopped or 'no entry'}); ask the other party for a bundle"
        )
    writer = bundle.Writer()
    record = entries.reread(good[0]).payload.record
    sink.write(
        writer.line(bundle.header_line(record, "parties", entries=len(good), redacted=0, attachments=0))
    )
    sink.writelines(writer.line(line) for line in good)
    sink.write(writer.end())
    return len(good), stopped


def _verified(path: Path) -> Iterator[bytes]:
    """Envelopes in their order for as long as each is whole, signed and next."""
    ledger: Ledger | None = None
    index = MemoryIndex()
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        for number, (id_, hash_, line) in enumerate(
            connection.execute("SELECT id, hash, envelope FROM entry NOT INDEXED ORDER BY id"), 1
        ):
            if id_ != number or sha256(line).digest() != hash_:
                raise BadInputError(f"row {number} is missing or not as it was written")
            entry = entries.parse(line)
            if ledger is None:
                ledger = new_ledger(entry)
            else:
                ledger.check(entry, index)
                ledger.apply(entry, index)
            index.add(entry)
            yield line
    finally:
        connection.close()
