"""Control points of a scanned map: a CSV with a header, or the ``.points`` of QGIS's georeferencer."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from merestone.errors import BadInputError
from merestone.model.coordinates import Axis, CoordinateError, parse_angle
from merestone.model.findings import Finding
from merestone.model.georeference import ControlPoint
from merestone.sources.notes import FileNotes, Notes
from merestone.sources.placegrid import OptionNotes, grid_reference
from merestone.sources.tables import delimiter_of

_QGIS = ({"mapx", "mapy", "sourcex", "sourcey"}, {"mapx", "mapy", "pixelx", "pixely"})
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "number", "no", "nr", "№", "point"),
    "column": ("column", "sourcex", "pixelx"),
    "row": ("row", "sourcey", "pixely"),
    "east": ("easting", "east", "longitude", "lon", "mapx"),
    "north": ("northing", "north", "latitude", "lat", "mapy"),
    "x": ("x",),
    "y": ("y",),
    "enable": ("enable", "enabled"),
}
_FIGURE = re.compile(r"[+\-−]?[0-9]+(\.[0-9]*)?([eE][+\-]?[0-9]+)?")
_ANGLES: Mapping[str, Axis] = {"longitude": "lon", "lon": "lon", "latitude": "lat", "lat": "lat"}
_HEADER = "id,column,row,easting,northing (or longitude,latitude)"
_MOST_PIXELS = 1e7


@dataclass(frozen=True, slots=True)
class Controls:
    """The control points of a file. ``crs`` is what the file says it is in, or None."""

    points: tuple[ControlPoint, ...]
    crs: str | None
    left_out: int
    """Points that the file itself marks as not to be used."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of a file: the place of each row, and of each role the column that has it."""

    columns: Sequence[str]
    roles: Mapping[str, int]
    rows: Sequence[tuple[int, Sequence[str]]]
    said_crs: str | None
    qgis: bool

    def text(self, row: Sequence[str], role: str) -> str:
        return row[self.roles[role]].strip()

    def name(self, role: str) -> str:
        return self.columns[self.roles[role]].lower()


def read_controls(path: Path, crs: str | None) -> Controls:
    """Read control points. ``crs`` is what the user says; None: the file must say it.

    Rows of the scan are given downward from its top; a file in which none is positive counts them upward,
    as QGIS does, and its signs are turned, with a finding. Raises BadInputError with the line and what to do.
    """
    notes = FileNotes(str(path))
    sheet = _parsed(path, notes)
    names_xy = _names_xy(sheet, crs, notes)
    points, left_out = [], 0
    for k, (line, row) in enumerate(sheet.rows, start=1):
        if "enable" in sheet.roles and not _enabled(sheet.text(row, "enable"), line, notes):
            left_out += 1
            continue
        name = sheet.text(row, "id") if "id" in sheet.roles else str(k)
        points.append(_point(sheet, row, name or str(k), f"line {line}", names_xy, notes))
    _check_ids(points, notes)
    turned = _downward(points, notes)
    if left_out:
        notes.add("georeference-left-out", count=left_out)
    return Controls(tuple(turned), sheet.said_crs, left_out, notes.findings)


def _parsed(path: Path, notes: Notes) -> _Sheet:
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; name the control points with --points") from None
    except (IsADirectoryError, UnicodeDecodeError):
        raise notes.refuse("it is no text in UTF-8; save the control points as CSV in UTF-8") from None
    said, lines = None, []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            key, found, value = line.lstrip()[1:].partition(":")
            if found and key.strip().lower() in ("crs", "datum"):
                said = value.strip() or None
        elif line.strip():
            lines.append((number, line))
    if not lines:
        raise notes.refuse(f"there is no header; its first line names the columns: {_HEADER}")
    delimiter = delimiter_of(lines[0][1])
    rows = [(number, next(csv.reader(io.StringIO(line), delimiter=delimiter))) for number, line in lines]
    columns = [name.strip() for name in rows[0][1]]
    roles = _roles(columns, notes)
    for number, row in rows[1:]:
        if len(row) != len(columns):
            comma = " (decimals stand after a point, not a comma)" if len(row) > len(columns) else ""
            raise notes.refuse(
                f"line {number} has {len(row)} fields where the header has {len(columns)}{comma}; correct it"
            )
    qgis = any(one <= {name.lower() for name in columns} for one in _QGIS)
    return _Sheet(columns, roles, rows[1:], said, qgis)


def _roles(columns: Sequence[str], notes: Notes) -> dict[str, int]:
    roles: dict[str, int] = {}
    for k, column in enumerate(columns):
        for role, names in _COLUMNS.items():
            if column.lower() in names:
                if role in roles:
                    raise notes.refuse(
                        f"the columns '{columns[roles[role]]}' and '{column}' mean the same; leave one out"
                    )
                roles[role] = k
    pairs = ({"east", "north"}, {"x", "y"})
    if not {"column", "row"} <= roles.keys() or sum(pair <= roles.keys() for pair in pairs) != 1:
        raise notes.refuse(
            f"it has the columns {', '.join(columns)}; what is read is {_HEADER}, or a .points file of QGIS"
        )
    return roles


def _names_xy(sheet: _Sheet, crs: str | None, notes: Notes) -> Mapping[str, str]:
    """Which role has the easting and which the northing; X and Y mean what the system itself calls so."""
    if "east" in sheet.roles:
        return {"east": "east", "north": "north"}
    text = crs or sheet.said_crs
    if text is not None:
        axes = grid_reference(text, OptionNotes(None, "")).crs.axis_info
        named = {axis.abbrev.lower(): axis.direction for axis in axes}
        if named.keys() == {"x", "y"}:
            return {direction: name for name, direction in named.items()}
    raise notes.refuse(
        "its columns x and y do not say which is the easting, since the system of the map has no axes of "
        "these names; call them easting and northing"
    )


def _enabled(text: str, line: int, notes: Notes) -> bool:
    if text not in ("0", "1"):
        raise notes.refuse(f"line {line}: enable is '{text}'; 1 is for a point in use, 0 for one left out")
    return text == "1"


def _point(
    sheet: _Sheet, row: Sequence[str], name: str, where: str, axes: Mapping[str, str], notes: Notes
) -> ControlPoint:
    def figure(role: str) -> float:
        return _figure(sheet.text(row, role), sheet.name(role), where, notes)

    east, north = figure(axes["east"]), figure(axes["north"])
    return ControlPoint(name, figure("column"), figure("row"), east, north, where)


def _figure(text: str, column: str, where: str, notes: Notes) -> float:
    if column in _ANGLES:
        try:
            return parse_angle(text, _ANGLES[column])
        except CoordinateError as error:
            raise notes.refuse(f"{where}: {error}") from None
    if not _FIGURE.fullmatch(text):
        comma = "decimals stand after a point, not a comma" if "," in text else "write a plain number"
        raise notes.refuse(f"{where}: {column} is '{text}', which is no number; {comma}")
    value = float(text.replace("−", "-"))
    if not isfinite(value) or abs(value) > 1e9:
        raise notes.refuse(f"{where}: {column} is {text}, beyond all maps; correct it")
    return value + 0.0


def _check_ids(points: Sequence[ControlPoint], notes: Notes) -> None:
    seen: dict[str, ControlPoint] = {}
    for point in points:
        other = seen.setdefault(point.id, point)
        if other is not point:
            raise notes.refuse(
                f"{other.where} and {point.where} both have the id '{point.id}'; give each point its own"
            )


def _downward(points: Sequence[ControlPoint], notes: Notes) -> list[ControlPoint]:
    """Points with rows counted downward."""
    signs = rows_sign([point.row for point in points], notes)
    if signs < 0:
        notes.add("georeference-rows-upward")
    made = []
    for one in points:
        if one.column < -1.0 or one.column > _MOST_PIXELS or abs(one.row) > _MOST_PIXELS:
            raise notes.refuse(
                f"{one.where}: column {one.column:g}, row {one.row:g} is no pixel; pixels count from the "
                "upper left corner of the scan (a scan that has coordinates already is read without them)"
            )
        made.append(ControlPoint(one.id, one.column, one.row * signs + 0.0, one.x, one.y, one.where))
    return made


def rows_sign(rows: Sequence[float], notes: Notes) -> float:
    """1 where rows are counted downward from the top, -1 where they are negative, as QGIS has them.

    Raises BadInputError where some are the one and some the other by more than a pixel.
    """
    upward, downward = min(rows, default=0.0) < -1.0, max(rows, default=0.0) > 1.0
    if upward and downward:
        raise notes.refuse(
            f"rows run from {min(rows):g} to {max(rows):g}: some are counted downward from the top of the "
            "scan, and some are negative, as QGIS has them; give all in one way"
        )
    return -1.0 if upward else 1.0
