"""``comparison.gpkg``: every layer of a result with its styles, as one file in EPSG:4326.

Written with SQLite alone: GDAL would put its clock and version into the file, and one GeoPackage must not
be open through both in one process. The bytes depend on the result alone: tables are filled in order in
one transaction, no clock is asked, and what SQLite leaves of its version in the file is settled.
"""

import errno
import json
import os
import sqlite3
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from merestone.model.results import Comparison
from merestone.publish import gpkg_sql as sql
from merestone.publish.layers import tables
from merestone.publish.rtree import packed
from merestone.publish.styles import style_of
from merestone.publish.tables import Table

if TYPE_CHECKING:
    import numpy as np

_SRS = 4326
_PAGE = 4096
_BTREE_HEADER = {0x02: 12, 0x05: 12, 0x0A: 8, 0x0D: 8}
"""Length of the header of a b-tree page by its first byte: interior pages 12, leaves 8."""
_WRITTEN_BY = 3_040_001
"""What stands in the header as the SQLite version that wrote the file, whichever did."""


def write_geopackage(comparison: Comparison, path: Path) -> None:
    """Write the GeoPackage of `comparison` as the new file `path`.

    Raises OSError where the file cannot be written or exists already.
    """
    layers = tables(comparison)
    write_tables(path, layers, [style_of(table, comparison) for table in layers], _metadata(comparison))


def write_tables(path: Path, layers: Sequence[Table], styles: Sequence[str], about: dict[str, Any]) -> None:
    """Write layers, the QML of each, and Dublin Core terms as the new GeoPackage `path`.

    Raises OSError where the file cannot be written or exists already.
    """
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            _fill(database, layers, styles, about)
    except sqlite3.Error as error:
        raise _as_os_error(error, path) from error
    _settle(path)


def _fill(
    database: sqlite3.Connection, layers: Sequence[Table], styles: Sequence[str], about: dict[str, Any]
) -> None:
    if sys.version_info >= (3, 12):  # some builds of SQLite guard the tables of its own modules
        database.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)
    database.execute(f"PRAGMA page_size = {_PAGE}")
    database.execute("PRAGMA encoding = 'UTF-8'")
    database.execute("PRAGMA auto_vacuum = NONE")
    # Else what fills the free parts of pages would hang on how SQLite was compiled.
    database.execute("PRAGMA secure_delete = ON")
    # No journal and no sync: the file is new and nobody's yet, and is synced before it gets its name.
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute(f"PRAGMA application_id = {sql.APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {sql.USER_VERSION}")
    database.execute("BEGIN")
    for statement in sql.TABLES:
        database.execute(statement)
    _insert(database, "gpkg_spatial_ref_sys", sql.REFERENCE_SYSTEMS)
    _insert(database, "gpkg_extensions", sql.EXTENSIONS)
    for table in layers:
        _write_layer(database, table)
    _write_metadata(database, about)
    _write_styles(database, layers, styles)
    database.execute("COMMIT")


def _insert(database: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO {sql.quoted(table)} VALUES ({marks})", rows)  # noqa: S608 - names are ours


def _write_layer(database: sqlite3.Connection, table: Table) -> None:
    columns = [f"{sql.quoted(one.name)} {one.type.value}" for one in table.columns]
    body = ", ".join(
        ['"fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL', f'"geom" {table.geometry}', *columns]
    )
    database.execute(f"CREATE TABLE {sql.quoted(table.name)} ({body})")
    boxes = _boxes(table.shapes)
    _insert(database, "gpkg_contents", [_contents(table, boxes)])
    _insert(database, "gpkg_geometry_columns", [(table.name, "geom", table.geometry, _SRS, 0, 0)])
    rows = zip(_blobs(table.shapes, boxes), table.rows, strict=True)
    _insert(database, table.name, [(fid, blob, *row) for fid, (blob, row) in enumerate(rows, start=1)])
    _write_index(database, table.name, boxes)
    described = [(table.name, one.name, None, None, one.description, None, None) for one in table.columns]
    _insert(database, "gpkg_data_columns", described)


def _write_index(database: sqlite3.Connection, name: str, boxes: "np.ndarray") -> None:
    """The spatial index, put into the tables of SQLite's R-tree module; shapes without extent are in none."""
    import numpy as np

    index = f"rtree_{name}_geom"
    database.execute(f"CREATE VIRTUAL TABLE {sql.quoted(index)} USING rtree(id, minx, maxx, miny, maxy)")
    filled = np.flatnonzero(~np.isnan(boxes).any(axis=1))
    tree = packed(filled + 1, boxes[filled])
    database.execute(f"DELETE FROM {sql.quoted(index + '_node')}")  # noqa: S608 - an empty root; names are ours
    _insert(database, f"{index}_node", tree.nodes)
    _insert(database, f"{index}_rowid", tree.rowids)
    _insert(database, f"{index}_parent", tree.parents)
    _insert(database, "gpkg_extensions", [sql.rtree_extension(name)])
    for trigger in sql.rtree_triggers(name):
        database.execute(trigger)


def _boxes(shapes: "np.ndarray") -> "np.ndarray":
    """(n, 4) west, south, east, north of each shape; NaN for an empty one."""
    import shapely

    return shapely.bounds(shapes).reshape(-1, 4)  # type: ignore[no-any-return]


def _contents(table: Table, boxes: "np.ndarray") -> tuple[Any, ...]:
    import numpy as np

    filled = boxes[~np.isnan(boxes).any(axis=1)]
    whole = [*filled[:, :2].min(axis=0), *filled[:, 2:].max(axis=0)] if len(filled) else [None] * 4
    extent = [None if value is None else float(value) for value in whole]
    return (table.name, "features", table.name, table.description, sql.LAST_CHANGE, *extent, _SRS)


def _blobs(shapes: "np.ndarray", boxes: "np.ndarray") -> Iterator[bytes | None]:
    """Each shape as GeoPackage binary (OGC 12-128r17, clause 2.1.3): header, box unless a point, WKB.

    An empty shape is NULL.
    """
    import shapely

    wkb = shapely.to_wkb(shapes, output_dimension=2, byte_order=1, flavor="iso")
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    for body, (west, south, east, north), point in zip(wkb, boxes.tolist(), points, strict=True):
        if west != west:  # noqa: PLR0124 - NaN: empty, or none at all
            yield None
        elif point:
            yield struct.pack("<2sBBi", b"GP", 0, 0b0001, _SRS) + body
        else:
            yield struct.pack("<2sBBi4d", b"GP", 0, 0b0011, _SRS, west, east, south, north) + body


def _metadata(comparison: Comparison) -> dict[str, Any]:
    """Where everything comes from and under which licences: Dublin Core terms as JSON."""
    sources = [
        {
            "identifier": one.id,
            "title": one.title,
            "publisher": one.publisher,
            "license": one.licence,
            "bibliographicCitation": one.attribution,
            "date": one.date,
            "sha256": one.sha256,
        }
        for one in comparison.sources
    ]
    layers = [
        {
            "identifier": one.path,
            "title": one.title,
            "publisher": one.publisher,
            "license": one.licence,
            "bibliographicCitation": one.attribution,
            "date": one.date,
            "sha256": one.sha256,
        }
        for one in sorted(comparison.shapes.layers, key=lambda layer: (layer.path, layer.title))
    ]
    return {
        "title": comparison.dossier.get("title"),
        "identifier": comparison.dossier.get("sha256"),
        "conformsTo": comparison.format,
        "source": [*sources, *layers],
    }


def _write_metadata(database: sqlite3.Connection, about: dict[str, Any]) -> None:
    text = json.dumps(about, ensure_ascii=False, indent=2)
    terms = "http://purl.org/dc/terms/"
    _insert(database, "gpkg_metadata", [(1, "dataset", terms, "application/json", text)])
    reference = ("geopackage", None, None, None, sql.LAST_CHANGE, 1, None)
    _insert(database, "gpkg_metadata_reference", [reference])


def _write_styles(database: sqlite3.Connection, layers: Sequence[Table], styles: Sequence[str]) -> None:
    """One default style a layer, in the table in which QGIS keeps its own."""
    database.execute(sql.LAYER_STYLES)
    contents = ("layer_styles", "attributes", "layer_styles", "Styles for QGIS", sql.LAST_CHANGE, *[None] * 5)
    _insert(database, "gpkg_contents", [contents])
    rows = []
    for number, (table, style) in enumerate(zip(layers, styles, strict=True), start=1):
        place = (number, "", "", table.name, "geom", table.name[:30])
        rows.append((*place, style, "", 1, "Style of merestone", "", None, sql.LAST_CHANGE))
    _insert(database, "layer_styles", rows)


def _settle(path: Path) -> None:
    """Give bytes that carry nothing fixed values, so that every version of SQLite leaves the same file.

    Those are the version fields of the header with the change counter (which must be equal for the page
    count to hold, and are), and in each b-tree page what lies between the cell pointers and the cells,
    where old pointers may remain (https://www.sqlite.org/fileformat2.html, 1.3 and 1.6).
    """
    with path.open("rb+") as file:
        number = 0
        while page := bytearray(file.read(_PAGE)):
            start = 0 if number else 100
            if page[start] in _BTREE_HEADER:  # overflow pages begin with a page number, far below these
                cells, content = struct.unpack_from(">HH", page, start + 3)
                free = start + _BTREE_HEADER[page[start]] + 2 * cells
                page[free : content or _PAGE] = bytes((content or _PAGE) - free)
            if number == 0:
                struct.pack_into(">I", page, 24, 1)
                struct.pack_into(">II", page, 92, 1, _WRITTEN_BY)
            file.seek(number * _PAGE)
            file.write(page)
            number += 1


_ERRNO_OF_SQLITE = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
}


def _as_os_error(error: sqlite3.Error, path: Path) -> OSError:
    """What SQLite says of the disk, in the words of the system."""
    number = _ERRNO_OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if number is None:  # a fault of ours, or an SQLite without its R-tree module
        return OSError(errno.ENOTSUP, f"SQLite: {error}", str(path))
    return OSError(number, os.strerror(number), str(path))
