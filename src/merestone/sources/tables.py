"""Tables of coordinates: turning points from treaties, marks, settlements. See docs/method/reading.md.

A table is a CSV file without a WKT column. Datum, axis order and (for lines) the type of each leg
must be said: by columns, by header comments (``# datum: EPSG:4284``) or by the dossier. Nothing is
guessed.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.model.candidates import NOT_STATED
from merestone.model.coordinates import parse_angle, parse_pair
from merestone.model.descriptions import TERMS
from merestone.model.sources import EdgeType
from merestone.sources.crs import Reference, reference
from merestone.sources.notes import Notes
from merestone.sources.rows import Features, MemoryReader
from merestone.sources.spec import LayerSpec, SourceSpec
from merestone.sources.tablechecks import STATED, StatedPoint, check_legs, check_order
from merestone.sources.terms import wrong_term

_WKT_COLUMNS = {"wkt", "geometry", "geom", "the_geom"}
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "no", "nr", "№", "point", "id"),
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "lon", "long", "lng"),
    "north": ("northing", "north"),
    "east": ("easting", "east"),
    "x": ("x",),
    "y": ("y",),
    "pair": ("coordinates", "position"),
    "line": ("line", "line_type", "leg", "edge", "edges"),
    "datum": ("datum", "crs", "epsg"),
    "part": ("part", "segment"),
    **{term: (term,) for term in TERMS},
    **STATED,
}
_COMMENTS = {
    "datum": "datum",
    "crs": "datum",
    "order": "order",
    "axis order": "order",
    "line": "line",
    "line type": "line",
    "edges": "line",
}
_NO_LEG = ("none", "end")
_NUMBER = re.compile(r"[+\-\u2212]?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as text: its header comments, the role of each column, and its rows with line numbers."""

    said: Mapping[str, str]
    columns: tuple[str, ...]
    roles: Mapping[str, int]
    rows: Sequence[tuple[int, tuple[str, ...]]]

    def text(self, row: tuple[str, ...], role: str) -> str:
        at = self.roles.get(role)
        return row[at].strip() if at is not None else ""


def is_table(path: Path, encoding: str | None) -> bool:
    """Whether a file is a table of coordinates, told by its ending and header."""
    if path.suffix.lower() not in (".csv", ".tsv", ".txt") or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16).decode(encoding or "utf-8", errors="replace").removeprefix("\ufeff")
    except (OSError, LookupError):
        return False  # opening it as any other file says what is wrong
    _, lines = _comments(head)
    if not lines:
        return False
    header = {
        name.strip().lower() for name in next(csv.reader([lines[0][1]], delimiter=delimiter_of(lines[0][1])))
    }
    wanted = {name for role in ("lat", "lon", "north", "east", "pair") for name in _COLUMNS[role]} | {
        "x",
        "y",
    }
    return bool(header & wanted) and not header & _WKT_COLUMNS


def table_reader(path: Path, spec: SourceSpec | LayerSpec, notes: Notes) -> MemoryReader:
    """Read a table. Raises BadInputError where datum, axis order or line type are not said."""
    table = _parsed(path, spec.encoding, notes)
    crs = _datum(table, spec.crs, notes)
    places = _places(table, crs or str(spec.crs), getattr(spec, "order", None), notes)
    if isinstance(spec, LayerSpec):
        return MemoryReader(_points(table, places), crs, None, notes)
    lines = _lines(table, places, spec, notes, reference(crs or str(spec.crs), notes, key="datum"))
    legs = lines.legs
    only = {leg for chain in legs.values() for leg in chain}
    if len(only) > 1:
        counts = {leg.value: sum(chain.count(leg) for chain in legs.values()) for leg in sorted(only)}
        notes.add("legs-of-several-types", legs=counts)
    # One type for the whole source: that of most legs; the legs themselves keep their own.
    edges = max(sorted(only), key=lambda leg: sum(chain.count(leg) for chain in legs.values()))
    return MemoryReader(lines, crs, edges, notes)


def _parsed(path: Path, encoding: str | None, notes: Notes) -> _Table:
    try:
        text = path.read_bytes().decode(encoding or "utf-8").removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        raise notes.refuse(
            f"the table is not in {encoding or 'UTF-8'}; say with `encoding` what it is in (e.g. 'cp1251')"
        ) from None
    said, lines = _comments(text)
    rows = [row for number, line in lines for row in _row(number, line, delimiter_of(lines[0][1]))]
    header = tuple(name.strip() for name in rows[0][1])
    lower = [name.lower() for name in header]
    if len(set(lower)) < len(lower):
        twice = next(name for name in lower if lower.count(name) > 1)
        raise notes.refuse(f"the header has two columns '{twice}'; rename one")
    roles = {
        role: lower.index(name) for role, names in _COLUMNS.items() for name in names[::-1] if name in lower
    }
    for number, row in rows[1:]:
        if len(row) != len(header):
            comma = len(row) > len(header) and delimiter_of(lines[0][1]) == ","
            raise notes.refuse(
                f"line {number} has {len(row)} fields where the header has {len(header)}; "
                + ("decimals stand after a point, not a comma; " if comma else "")
                + "quote fields that hold the delimiter"
            )
    if len(rows) < 2:
        raise notes.refuse("the table has a header and no rows")
    return _Table(said, header, roles, tuple(rows[1:]))


def _comments(text: str) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """What the comment lines say (``# key: value``), and the other lines with their numbers."""
    said: dict[str, str] = {}
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            key, found, value = line.lstrip()[1:].partition(":")
            if found and key.strip().lower() in _COMMENTS:
                said[_COMMENTS[key.strip().lower()]] = value.strip()
        elif line.strip():
            lines.append((number, line))
    return said, lines


def delimiter_of(header: str) -> str:
    """Comma, semicolon or tab: whichever parts most columns of a header."""
    return max(",;\t", key=lambda mark: (header.count(mark), mark == ","))


def _row(number: int, line: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    # In coordinates " stands for seconds, so a quote counts only where it opens a field.
    reader = csv.reader(io.StringIO(line), delimiter=delimiter)
    yield from ((number, tuple(row)) for row in reader)


def _datum(table: _Table, by_dossier: str | None, notes: Notes) -> str | None:
    """What the table itself says; refused where the dossier says nothing either."""
    named = {table.text(row, "datum") for _, row in table.rows} - {""} if "datum" in table.roles else set()
    if len(named) > 1:
        raise notes.refuse(
            f"its rows are on {len(named)} datums ({', '.join(sorted(named))}); split it into one file for "
            "each"
        )
    by_file = next(iter(named), None) or table.said.get("datum")
    if by_file is None and by_dossier is None:
        raise notes.refuse(
            "the table does not say its datum; add a comment line `# datum: EPSG:4284` with the right code, "
            "a column `datum`, or `crs` in the dossier"
        )
    return f"EPSG:{by_file}" if by_file and by_file.isdecimal() else by_file


def _places(table: _Table, crs: str, order: str | None, notes: Notes) -> np.ndarray:
    """(n, 2) longitude, latitude or east, north, as the columns say."""
    order = table.said.get("order", order)
    if order not in (None, "latlon", "lonlat"):
        raise notes.refuse(f"order = '{order}' is neither 'latlon' nor 'lonlat'")
    ref = reference(crs, notes, key="datum")
    made = [_place(table, number, row, ref, order, notes) for number, row in table.rows]
    return np.array(made, dtype=np.float64)


def _place(
    table: _Table, number: int, row: tuple[str, ...], ref: Any, order: str | None, notes: Notes
) -> tuple[float, float]:
    where = f"line {number}"
    if ref.projected:
        north, east = _grid_columns(table, ref, notes)
        return metres(row[east], where, notes), metres(row[north], where, notes)
    try:
        if "lat" in table.roles and "lon" in table.roles:
            lat = parse_angle(table.text(row, "lat"), "lat")
            lon = parse_angle(table.text(row, "lon"), "lon")
        elif "pair" in table.roles:
            lon, lat = parse_pair(table.text(row, "pair"), order)
        else:
            raise notes.refuse(
                "the table has no columns `latitude` and `longitude` (or `coordinates`), so nothing says "
                "its axis order; "
                "rename its columns"
            )
    except ValueError as error:
        raise notes.refuse(f"{where}: {error}") from None
    return lon, lat


def _grid_columns(table: _Table, ref: Any, notes: Notes) -> tuple[int, int]:
    """Columns of northing and easting. ``x`` and ``y`` count only where the CRS itself names its axes so."""
    if "north" in table.roles and "east" in table.roles:
        return table.roles["north"], table.roles["east"]
    named = {axis.abbrev.lower(): axis.direction for axis in ref.crs.axis_info}
    if (
        {"x", "y"} <= table.roles.keys()
        and set(named) == {"x", "y"}
        and set(named.values()) == {"north", "east"}
    ):
        by_direction = {direction: table.roles[axis] for axis, direction in named.items()}
        return by_direction["north"], by_direction["east"]
    raise notes.refuse(
        f"nothing says which column holds the northing in {ref.text}; name the columns `northing` and "
        "`easting`"
    )


def metres(text: str, where: str, notes: Notes) -> float:
    """A plain number of metres. Raises BadInputError for anything else."""
    if not _NUMBER.fullmatch(text.strip()):
        raise notes.refuse(f"{where}: '{text.strip()}' is no number of metres; write e.g. 4552312.25")
    return float(text.strip().replace("\u2212", "-"))


def _points(table: _Table, places: np.ndarray) -> Features:
    columns = {
        name: np.array([row[k].strip() or None for _, row in table.rows], dtype=object)
        for k, name in enumerate(table.columns)
    }
    return Features(np.arange(1, len(places) + 1, dtype=np.int64), shapely.points(places), columns)


def _lines(table: _Table, places: np.ndarray, spec: SourceSpec, notes: Notes, ref: Reference) -> Features:
    """One line (a polygon where the source has sides) for each part, with the types of its legs."""
    shapes: list[Any] = []
    legs: dict[int, tuple[EdgeType, ...]] = {}
    said: dict[int, tuple[Mapping[str, str], ...]] = {}
    firsts: list[int] = []
    agreeing = 0
    for members in _parts(table):
        among = _leg_types(table, members, spec, notes)
        agreeing += _checked(table, members, places, among, ref, notes)
        for chain, types in _runs(members, among):
            if len(chain) < 2:
                continue
            legs[len(shapes) + 1] = types
            said[len(shapes) + 1] = tuple(_terms(table, a, b, notes) for a, b in pairwise(chain))
            shapes.append(_shape(table, places[chain], chain, spec, notes))
            firsts.append(chain[0])
    if not shapes:
        raise notes.refuse("the table has fewer than two points that a leg joins")
    if agreeing:
        notes.add("table-legs-agree", count=agreeing)
    names = [
        k for k in range(len(table.columns)) if k not in (table.roles.get("lat"), table.roles.get("lon"))
    ]
    columns = {
        table.columns[k]: np.array(
            [table.rows[first][1][k].strip() or None for first in firsts], dtype=object
        )
        for k in names
    }
    fids = np.arange(1, len(shapes) + 1, dtype=np.int64)
    geometries = np.empty(len(shapes), dtype=object)
    geometries[:] = shapes
    return Features(fids, geometries, columns, legs, said)


def _terms(table: _Table, row: int, following: int, notes: Notes) -> Mapping[str, str]:
    """What the row of a point says of the leg to the next one, beside the numbers of both."""
    line, cells = table.rows[row]
    found = {
        end: table.text(table.rows[k][1], "number") or f"line {table.rows[k][0]}"
        for end, k in (("from", row), ("to", following))
    }
    for term in TERMS:
        text = table.text(cells, term)
        if text and (instead := wrong_term(term, text)):
            raise notes.refuse(f"line {line}: {term} = '{text}'; {instead}")
        if text not in ("", NOT_STATED):
            found[term] = text
    return found


def _checked(
    table: _Table,
    members: list[int],
    places: np.ndarray,
    legs: Sequence[EdgeType | None],
    ref: Reference,
    notes: Notes,
) -> int:
    """How many legs of a part state an azimuth or a length that agrees with the coordinates.

    Raises BadInputError where numbers, azimuths or lengths contradict the rows.
    """
    numbered = "number" in table.roles and table.columns[table.roles["number"]].lower() != "id"
    written = [role for role in ("lat", "lon", "pair") if role in table.roles]
    points = []
    for k, leg in zip(members, [*legs, None], strict=True):
        line, row = table.rows[k]
        points.append(
            StatedPoint(
                line,
                table.text(row, "number") if numbered else "",
                tuple(table.text(row, role) for role in written),
                table.text(row, "azimuth"),
                table.text(row, "length"),
                leg is not None,
            )
        )
    check_order(points, bool((places[members[0]] == places[members[-1]]).all()), notes)
    if ref.projected or not ref.greenwich_degrees:
        return 0
    return check_legs(points, places[members], legs, ref.ellipsoid, notes)


def _parts(table: _Table) -> list[list[int]]:
    """Rows by the column ``part``, in the order of first appearance; one part where there is none."""
    parts: dict[str, list[int]] = {}
    for k, (_, row) in enumerate(table.rows):
        parts.setdefault(table.text(row, "part"), []).append(k)
    return list(parts.values())


def _leg_types(table: _Table, members: list[int], spec: SourceSpec, notes: Notes) -> list[EdgeType | None]:
    """The type of the leg from each point to the next; None: no leg. The last point has none."""
    whole = table.said.get("line") or (spec.edges.value if spec.edges else None)
    types: list[EdgeType | None] = []
    for k in members[:-1]:
        number, row = table.rows[k]
        text = table.text(row, "line") or whole
        if not text:
            raise notes.refuse(
                f"line {number}: nothing says what line leads from this point to the next; add a column "
                "`line` "
                f"({', '.join(edge.value for edge in EdgeType)}), a comment line `# line: geodesic`, or "
                "`edges` in the dossier"
            )
        types.append(_leg_type(text.lower(), number, notes))
    return types


def _leg_type(text: str, number: int, notes: Notes) -> EdgeType | None:
    if text in _NO_LEG:
        return None
    try:
        return EdgeType(text)
    except ValueError:
        known = ", ".join([*(edge.value for edge in EdgeType), *_NO_LEG])
        raise notes.refuse(f"line {number}: '{text}' is no type of line; known are {known}") from None


def _runs(
    members: list[int], types: Sequence[EdgeType | None]
) -> Iterator[tuple[list[int], tuple[EdgeType, ...]]]:
    """Chains of points that legs join."""
    chain, legs = [members[0]], list[EdgeType]()
    for point, leg in zip(members[1:], types, strict=True):
        if leg is None:
            yield chain, tuple(legs)
            chain, legs = [point], []
        else:
            chain.append(point)
            legs.append(leg)
    yield chain, tuple(legs)


def _shape(
    table: _Table, coords: np.ndarray, chain: list[int], spec: SourceSpec, notes: Notes
) -> shapely.Geometry:
    if not spec.side and not spec.party_field:
        return shapely.LineString(coords)
    if len(coords) < 4 or (coords[0] != coords[-1]).any():
        number = table.rows[chain[-1]][0]
        raise notes.refuse(
            f"line {number}: the points of a side must come back to the first one; repeat it at the end, "
            "or say kind = 'lines'"
        )
    return shapely.Polygon(coords)
