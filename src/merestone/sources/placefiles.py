"""Files of places: tables, GeoJSON and GPX, read in blocks, so that a file of any length can be asked about.

What a file is, its first character says: ``{`` GeoJSON, ``<`` GPX, anything else a table. A file is
read twice: once to make sure that every place in it can be answered, then to answer.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from merestone.errors import BadInputError
from merestone.model.findings import Finding
from merestone.model.places import Places
from merestone.sources.notes import Notes
from merestone.sources.placegpx import gpx_places
from merestone.sources.placegrid import Grid
from merestone.sources.placejson import geojson_places
from merestone.sources.placerows import Rows
from merestone.sources.placetables import table_places

Reader = Callable[[BinaryIO, Notes, "Grid | None", int], Iterator[Rows]]
_READERS: dict[bytes, Reader] = {b"{": geojson_places, b"<": gpx_places}
_BOM = b"\xef\xbb\xbf"


class PlaceNotes(Notes):
    """Words the errors of a file of places."""

    @property
    def what(self) -> str:
        return self.path


class PlaceFile:
    """A file of places that was looked through: every place in it has an id of its own and coordinates.

    Raises BadInputError with the line or feature where that is not so.
    """

    def __init__(self, file: BinaryIO, name: str, grid: Grid | None, block: int) -> None:
        self._file = file
        self._grid = grid
        self._block = block
        self.notes = PlaceNotes(None, name)
        self._reader = self._kind()
        self.count = self._checked()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.notes.findings

    def blocks(self) -> Iterator[Places]:
        """The places in the order of the file, so many at a time."""
        for rows in self._rows(PlaceNotes(None, self.notes.path)):
            yield rows.places

    def _rows(self, notes: Notes) -> Iterator[Rows]:
        self._file.seek(len(_BOM) if self._head().startswith(_BOM) else 0)
        return self._reader(self._file, notes, self._grid, self._block)

    def _head(self) -> bytes:
        self._file.seek(0)
        return self._file.read(1 << 12)

    def _kind(self) -> Reader:
        head = self._head().removeprefix(_BOM)
        if not head.strip():
            raise self.notes.refuse("it is empty; places are a table (CSV), GeoJSON or GPX")
        if b"\0" in head or head.startswith(b"PK"):
            raise self.notes.refuse(
                "it is neither a table (CSV) nor GeoJSON nor GPX; export it as one of these"
            )
        return _READERS.get(head.lstrip()[:1], table_places)

    def _checked(self) -> int:
        """The number of places, after reading all of them."""
        digests = [
            np.array([hash(id_) for id_ in rows.places.ids], dtype=np.int64)
            for rows in self._rows(self.notes)
        ]
        every = np.concatenate([np.empty(0, dtype=np.int64), *digests])
        if not len(every):
            raise self.notes.refuse("there is no place in it")
        ordered = np.sort(every)
        again = ordered[1:][ordered[1:] == ordered[:-1]]
        if len(again):
            self._refuse_repeated(set(again.tolist()))
        return len(every)

    def _refuse_repeated(self, digests: set[int]) -> None:
        """Name the first id that stands twice; what only has the digest of another is no repetition."""
        seen: dict[str, str] = {}
        for rows in self._rows(PlaceNotes(None, self.notes.path)):
            for id_, where in zip(rows.places.ids, rows.where, strict=True):
                if hash(id_) not in digests:
                    continue
                if id_ in seen:
                    raise self.notes.refuse(
                        f"{where} has the id '{id_}', as {seen[id_]} has; give every place an id of its own"
                    )
                seen[id_] = where


@contextmanager
def open_places(path: Path, grid: Grid | None, block: int) -> Iterator[PlaceFile]:
    """The places in the file at `path`. Raises BadInputError where it cannot be read."""
    if path.is_dir():
        raise BadInputError(f"{path}: this is a folder; name a file of places")
    if not path.exists():
        raise BadInputError(f"{path}: no such file; check the path")
    with path.open("rb") as file:
        yield PlaceFile(file, str(path), grid, block)


@contextmanager
def places_from(stream: BinaryIO, grid: Grid | None, block: int) -> Iterator[PlaceFile]:
    """The places that come in on a stream, which is first put by whole, since it is read twice."""
    with tempfile.TemporaryFile() as spool:
        shutil.copyfileobj(stream, spool)
        yield PlaceFile(spool, "standard input", grid, block)
