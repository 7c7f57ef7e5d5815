"""Places from tables: one header, one place a row, read row by row."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

import numpy as np

from merestone.model.coordinates import Axis, CoordinateError, parse_angle, parse_pair
from merestone.model.places import Places
from merestone.sources.notes import Notes
from merestone.sources.placegrid import Grid
from merestone.sources.placerows import Rows, accuracy_m, within_turn
from merestone.sources.tables import delimiter_of

_COLUMNS = {
    "id": ("id", "number", "no", "nr", "№", "point"),
    "name": ("name",),
    "lon": ("lon", "longitude", "long", "lng"),
    "lat": ("lat", "latitude"),
    "pair": ("coordinates", "position"),
    "north": ("northing", "north"),
    "east": ("easting", "east"),
    "x": ("x",),
    "y": ("y",),
    "accuracy": ("accuracy_95_m",),
}
_DATUM = ("datum", "crs", "epsg")
_PLAIN = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]+)?")
"""Degrees that need no grammar; everything else goes through `parse_angle`."""


def table_places(file: BinaryIO, notes: Notes, grid: Grid | None, block: int) -> Iterator[Rows]:
    """Blocks of the rows of a table. Raises BadInputError with the line and what to do."""
    table = _Table(file, notes, grid)
    while rows := list(islice(table.rows, block)):
        numbers, cells = zip(*rows, strict=True)
        yield table.block(numbers, cells)


class _Table:
    def __init__(self, file: BinaryIO, notes: Notes, grid: Grid | None) -> None:
        self._notes = notes
        self._grid = grid
        lines = self._lines(file)
        header = next(lines, None)
        if header is None:
            raise notes.refuse("there is no header; its first line names the columns, e.g. id,lon,lat")
        delimiter = delimiter_of(header)
        self._columns = next(csv.reader([header], delimiter=delimiter))
        self._roles = self._read_roles()
        self._number = 0
        self.rows = self._rows(csv.reader(lines, delimiter=delimiter))

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        """Lines as text, without comments and empty ones; ``_line`` is the number of the last."""
        for self._line, raw in enumerate(file, start=1):
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise self._notes.refuse(
                    f"line {self._line}: the byte 0x{raw[error.start]:02X} is not UTF-8; save the file as "
                    "UTF-8"
                ) from None
            if line.strip() and not line.lstrip().startswith("#"):
                yield line
            elif re.match(r"\s*#\s*(datum|crs)\s*:", line, re.IGNORECASE):
                self._check_datum(line.partition(":")[2].strip())

    def _check_datum(self, text: str) -> None:
        said = self._grid.text if self._grid is not None else "EPSG:4326"
        if text.upper() not in (said.upper(), said.upper().removeprefix("EPSG:")):
            raise self._notes.refuse(
                f"line {self._line} says that the places are in {text}, but they are read in {said}; "
                f"give --crs {text}"
            )

    def _read_roles(self) -> dict[str, int]:
        roles: dict[str, int] = {}
        for k, column in enumerate(self._columns):
            name = column.strip().lower()
            if name in _DATUM:
                raise self._notes.refuse(
                    f"the column '{column}' is not read; leave it out and give --crs instead"
                )
            for role, names in _COLUMNS.items():
                if name in names:
                    if role in roles:
                        raise self._notes.refuse(
                            f"the columns '{self._columns[roles[role]]}' and '{column}' mean the same; "
                            "leave one out"
                        )
                    roles[role] = k
        wanted = self._wanted(roles)
        if wanted is not None:
            raise self._notes.refuse(
                f"it has the columns {', '.join(self._columns)}, but none that are read as {wanted}; "
                "rename them"
            )
        return roles

    def _wanted(self, roles: dict[str, int]) -> str | None:
        """What is missing of the coordinates; None: nothing."""
        if self._grid is None or not self._grid.projected:
            return None if {"lon", "lat"} <= roles.keys() or "pair" in roles else "`lon` and `lat`"
        if {"north", "east"} <= roles.keys() or (self._grid.names_x_and_y and {"x", "y"} <= roles.keys()):
            return None
        return "`northing` and `easting`"

    def _rows(self, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
        try:
            for row in reader:
                if len(row) != len(self._columns):
                    raise self._notes.refuse(
                        f"line {self._line} has {len(row)} fields, the header {len(self._columns)}; quote "
                        "fields that hold the delimiter"
                    )
                yield self._line, row
        except csv.Error as error:
            raise self._notes.refuse(f"line {self._line} cannot be read as a row: {error}") from None

    def block(self, lines: Sequence[int], rows: Sequence[list[str]]) -> Rows:
        where = [f"line {number}" for number in lines]
        lonlat = self._lonlat(rows, where)
        names: list[str | None] = [None] * len(rows)
        if "name" in self._roles:
            names = [text or None for text in self._texts(rows, "name")]
        return Rows(Places(self._ids(rows, where), names, lonlat, self._accuracies(rows, where)), where)

    def _texts(self, rows: Sequence[list[str]], role: str) -> list[str]:
        at = self._roles[role]
        return [row[at].strip() for row in rows]

    def _ids(self, rows: Sequence[list[str]], where: Sequence[str]) -> list[str]:
        """As they stand; without a column the number of the row, from 1."""
        first = self._number + 1
        self._number += len(rows)
        if "id" not in self._roles:
            return [str(number) for number in range(first, first + len(rows))]
        ids = self._texts(rows, "id")
        if "" in ids:
            raise self._notes.refuse(
                f"{where[ids.index('')]} has no id; give every place one, or leave the column out"
            )
        return ids

    def _accuracies(self, rows: Sequence[list[str]], where: Sequence[str]) -> np.ndarray:
        """Without a column places are taken as exact; an empty cell says that it is unknown."""
        own = np.zeros(len(rows))
        if "accuracy" in self._roles:
            texts = zip(self._texts(rows, "accuracy"), where, strict=True)
            own = np.array([accuracy_m(text, at, self._notes) for text, at in texts])
        return own if self._grid is None else self._grid.with_operation(own)

    def _lonlat(self, rows: Sequence[list[str]], where: Sequence[str]) -> np.ndarray:
        if self._grid is not None and self._grid.projected:
            roles = ("north", "east") if "north" in self._roles else self._grid.axes_of_x_and_y
            columns = {
                "north": self._texts(rows, roles[0]),
                "east": self._texts(rows, roles[1]),
            }
            return self._grid.carried(columns["east"], columns["north"], where, self._notes)
        if "lon" in self._roles and "lat" in self._roles:
            lon = self._angles(self._texts(rows, "lon"), "lon", where)
            lat = self._angles(self._texts(rows, "lat"), "lat", where)
            lonlat = np.column_stack([lon, lat])
        else:
            lonlat = np.array(
                [self._pair(*one) for one in zip(self._texts(rows, "pair"), where, strict=True)]
            )
        lonlat = within_turn(lonlat, self._notes)
        return lonlat if self._grid is None else self._grid.onto_wgs84(lonlat)

    def _pair(self, text: str, where: str) -> tuple[float, float]:
        try:
            return parse_pair(text)
        except CoordinateError as error:
            raise self._notes.refuse(f"{where}: {error}") from None

    def _angles(self, texts: list[str], axis: Axis, where: Sequence[str]) -> np.ndarray:
        if all(map(_PLAIN.fullmatch, texts)):
            values = np.array(texts, dtype=np.float64)
            least, most = (-90.0, 90.0) if axis == "lat" else (-180.0, 360.0)
            if ((values >= least) & (values <= most)).all():
                return values + 0.0
        return np.array([self._angle(text, axis, at) for text, at in zip(texts, where, strict=True)])

    def _angle(self, text: str, axis: Axis, where: str) -> float:
        if not text:
            name = "longitude" if axis == "lon" else "latitude"
            raise self._notes.refuse(
                f"{where} has no {name}; leave the place out or give it both coordinates"
            )
        try:
            return parse_angle(text, axis)
        except CoordinateError as error:
            raise self._notes.refuse(f"{where}: {error}") from None
