"""The data of a published dossier: layers as GeoJSON and CSV, and a Data Package that describes them.

Layers, columns and rounding are those of ``comparison.gpkg``. GeoJSON follows RFC 7946 (longitude, latitude on
WGS 84), CSV RFC 4180 with the geometry as Well-Known Text, the descriptor the Data Package standard, version 2.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely

from merestone.model.results import Comparison
from merestone.publish.descriptiontable import cell
from merestone.publish.layers import tables
from merestone.publish.manifest import Entry
from merestone.publish.plain import json_bytes
from merestone.publish.tables import Table, Type, Value

FORMATS = ("csv", "geojson", "gpkg")
_MEDIA = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "json": "application/json",
}
_FIELD = {Type.TEXT: "string", Type.INTEGER: "integer", Type.REAL: "number", Type.BOOLEAN: "boolean"}
_IDENTIFIER = re.compile("[-a-zA-Z0-9._]+")
_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def layers(comparison: Comparison) -> tuple[Table, ...]:
    """The layers in the order of their names."""
    return tuple(sorted(tables(comparison), key=lambda table: table.name))


def geojson(table: Table) -> bytes:
    """One layer as a FeatureCollection, a feature on each line."""
    names = [column.name for column in table.columns]
    shapes = shapely.to_geojson(table.shapes) if len(table.shapes) else []
    lines = [
        f'{{"type": "Feature", "properties": {_one_line(dict(zip(names, row, strict=True)))}, '
        f'"geometry": {shape or "null"}}}'
        for row, shape in zip(table.rows, shapes, strict=True)
    ]
    head = f'{{"type": "FeatureCollection", "name": {_one_line(table.name)}, "features": ['
    return (head + "\n" + ",\n".join(lines) + "\n]}\n").encode("utf-8")


def _one_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def csv_table(table: Table) -> bytes:
    """One layer as CSV: its columns, and the geometry as ``wkt``.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(column.name for column in table.columns), "wkt"])
    shapes = shapely.to_wkt(table.shapes, rounding_precision=9, trim=True) if len(table.shapes) else []
    for row, shape in zip(table.rows, shapes, strict=True):
        writer.writerow([*(_cell(value) for value in row), shape or ""])
    return out.getvalue().encode("utf-8")


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_STARTS) else value
    return cell(value)


def datapackage(comparison: Comparison, files: Mapping[str, Entry], found: Sequence[Table]) -> bytes:
    """``datapackage.json``: every file below ``data/`` with size and hash, and the fields of every table."""
    sources = [
        {key: value for key, value in (("title", one.title), ("version", one.date)) if value}
        for one in comparison.sources
    ]
    stated = [
        *(one.licence for one in comparison.sources),
        *(one.licence for one in comparison.shapes.layers),
    ]
    licences = sorted({licence for licence in stated if licence})
    tree = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"merestone-{comparison.dossier['sha256'][:16]}",
        "title": comparison.dossier["title"],
        "licenses": [_licence(title) for title in licences or ["not stated"]],
        "sources": sources,
        "resources": list(_resources(files, {table.name: table for table in found})),
    }
    return json_bytes(tree)


def _licence(title: str) -> dict[str, str]:
    """A licence by its identifier, or ``other`` where its words are none; the standard wants a name."""
    return {"name": title if _IDENTIFIER.fullmatch(title) else "other", "title": title}


def _resources(files: Mapping[str, Entry], found: Mapping[str, Table]) -> Iterator[dict[str, Any]]:
    for path in sorted(files):
        if not path.startswith("data/"):
            continue
        stem, _, kind = path.rpartition("/")[2].rpartition(".")
        resource: dict[str, Any] = {
            "name": f"{stem}-{kind}".lower().replace("_", "-"),
            "path": path,
            "format": kind,
            "mediatype": _MEDIA.get(kind, "application/octet-stream"),
            "bytes": files[path].bytes,
            "hash": f"sha256:{files[path].sha256}",
        }
        if kind == "csv":
            resource["encoding"] = "utf-8"
            resource["schema"] = {"fields": _fields(found[stem])}
        yield resource


def _fields(table: Table) -> list[dict[str, str]]:
    own = [
        {"name": column.name, "type": _FIELD[column.type], "description": column.description}
        for column in table.columns
    ]
    return [*own, {"name": "wkt", "type": "string", "description": "Geometry on WGS 84, as Well-Known Text"}]
