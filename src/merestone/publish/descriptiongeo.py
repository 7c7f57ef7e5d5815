"""A description as GeoJSON, KML and GeoPackage: lines as they run, and their turning points."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import shapely

from merestone.geometry.densify import densified
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import EdgeType
from merestone.publish.descriptiontable import Row, cell, columns, rows
from merestone.publish.geopackage import write_tables
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import FALLBACK, Rounding, Unit
from merestone.publish.styles.candidate import description_style
from merestone.publish.tables import Table, figure, rounded_rows, text, whole
from merestone.publish.worldmap import as_multi, handed_out

_DRAWN_M = 0.01
_KML = "http://www.opengis.net/kml/2.2"


def shapes(tree: Mapping[str, Any]) -> tuple["np.ndarray", "np.ndarray"]:
    """The lines, drawn within 0.01 m of their legs, and the turning points; shapely, by line and by row."""
    lines = []
    for line in tree["lines"]:
        own = [point for point in tree["turning_points"] if point["line"] == line["id"]]
        ring = [*own, own[0]] if line["closed"] else own
        coords = _continuous(np.array([[point["lon"], point["lat"]] for point in ring]))
        parts = [
            densified(coords[k : k + 2], EdgeType(point["leg"]["line_type"]), _DRAWN_M, WGS84)[0][:-1]
            for k, point in enumerate(ring[:-1])
        ]
        lines.append(shapely.LineString(np.concatenate([*parts, coords[-1:]])))
    points = [shapely.Point(point["lon"], point["lat"]) for point in tree["turning_points"]]
    rounding = Rounding(FALLBACK)
    return (
        as_multi(handed_out(np.array([*lines, None], dtype=object)[:-1], rounding)),
        handed_out(np.array([*points, None], dtype=object)[:-1], rounding),
    )


def _continuous(coords: "np.ndarray") -> "np.ndarray":
    turns = np.concatenate([[0.0], np.cumsum(np.rint(np.diff(coords[:, 0]) / 360.0))])
    return np.column_stack([coords[:, 0] - 360.0 * turns, coords[:, 1]])


def geojson_bytes(tree: Mapping[str, Any]) -> bytes:
    """RFC 7946: a feature for each line, then one for each turning point."""
    lines, points = shapes(tree)
    table = _one_row_each(tree)
    features = [
        _feature(shape, {"kind": "line", "id": line["id"], "length_m": line["length_m"]})
        for shape, line in zip(lines, tree["lines"], strict=True)
    ]
    features += [
        _feature(shape, {"kind": "turning-point", **row}) for shape, row in zip(points, table, strict=True)
    ]
    return json_bytes({"type": "FeatureCollection", "features": features})


def _one_row_each(tree: Mapping[str, Any]) -> list[Row]:
    """The table without the rows in which closed lines come back."""
    seen: set[Any] = set()
    return [row for row in rows(tree) if row["number"] not in seen and not seen.add(row["number"])]  # type: ignore[func-returns-value]


def _feature(shape: "shapely.Geometry", about: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": dict(about), "geometry": plain(shapely.geometry.mapping(shape))}


def kml_bytes(tree: Mapping[str, Any]) -> bytes:
    """KML 2.2: one folder of lines, one of points whose data are the columns of the table."""
    ET.register_namespace("", _KML)
    root = ET.Element(f"{{{_KML}}}kml")
    document = _child(root, "Document")
    _child(document, "name", str(tree["title"]))
    lines, points = shapes(tree)
    folder = _child(document, "Folder")
    _child(folder, "name", "lines")
    for line, shape in zip(tree["lines"], lines, strict=True):
        mark = _child(folder, "Placemark")
        _child(mark, "name", line["id"])
        many = _child(mark, "MultiGeometry")
        for part in shape.geoms:
            drawn = _child(many, "LineString")
            _child(drawn, "tessellate", "1")
            _child(drawn, "coordinates", " ".join(_kml(place) for place in part.coords))
    folder = _child(document, "Folder")
    _child(folder, "name", "turning points")
    table = _one_row_each(tree)
    names = columns(table)
    for row, shape in zip(table, points, strict=True):
        mark = _child(folder, "Placemark")
        _child(mark, "name", str(row["number"]))
        data = _child(mark, "ExtendedData")
        for name in names:
            if row.get(name) is not None:
                one = _child(data, "Data")
                one.set("name", name)
                _child(one, "value", cell(row[name]))
        _child(_child(mark, "Point"), "coordinates", _kml(shape.coords[0]))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _child(parent: ET.Element, name: str, words: str | None = None) -> ET.Element:
    made = ET.SubElement(parent, f"{{{_KML}}}{name}")
    made.text = words
    return made


def _kml(place: tuple[float, ...]) -> str:
    return f"{cell(float(place[0]))},{cell(float(place[1]))}"


def write_description_geopackage(tree: Mapping[str, Any], path: Path) -> None:
    """Layers ``description_lines`` and ``description_points``. Raises OSError where that cannot be."""
    lines, points = shapes(tree)
    rounding = Rounding(FALLBACK)
    line_columns = [
        text("id", "The line"),
        figure("length_m", Unit.METRES, "Length on the ellipsoid, in metres"),
        figure("departure_m", Unit.METRES, "Greatest distance from the line as drawn, in metres"),
    ]
    line_rows = [[line[column.name] for column in line_columns] for line in tree["lines"]]
    table = _one_row_each(tree)
    names = columns(table)
    point_columns = [_column(name, table) for name in names]
    point_rows = [[row.get(name) for name in names] for row in table]
    layers = [
        Table(
            "description_lines", "The line that is described, drawn to 0.01 m", "MULTILINESTRING",
            tuple(line_columns), rounded_rows(line_columns, line_rows, rounding), lines,
        ),
        Table(
            "description_points", "Its turning points, with the columns of the table", "POINT",
            tuple(point_columns), rounded_rows(point_columns, point_rows, rounding), points,
        ),
    ]  # fmt: skip
    about = {"title": tree["title"], "conformsTo": tree["format"]}
    write_tables(path, layers, [description_style(layer) for layer in layers], about)


def _column(name: str, table: list[Row]) -> Any:
    if name == "number":
        return whole(name, "Number of the point")
    if any(isinstance(row.get(name), float) for row in table):
        unit = Unit.DEGREES if name.endswith("_deg") else Unit.METRES
        return figure(name, unit, f"Column {name} of the table")
    return text(name, f"Column {name} of the table")
