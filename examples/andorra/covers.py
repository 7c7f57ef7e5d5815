"""Writes covers.geojson: where the outline of the six whole parishes says anything.

    python examples/andorra/covers.py

Canillo, the seventh parish, lacks two of its ways in the extract, so GDAL leaves it out and the land of
Andorra in the file ends at its neighbours. What can be told of it, the outline of the other six, the
line with France as far as the file has it and a straight edge across what is missing, encloses an area
in which the source must be silent. The result is the box of the extract without that area.
"""

import json
from pathlib import Path

import pyogrio
import shapely

HERE = Path(__file__).parent
FILE = HERE / "andorra.osm.pbf"
BOX = shapely.box(1.30, 42.35, 1.90, 42.80)


def read(layer, where):
    """The geometries of a layer of the extract that fit a filter."""
    return shapely.from_wkb(pyogrio.raw.read(FILE, layer=layer, where=where, columns=[])[2])


def covers():
    """The box without what lies between the parishes, the line with France and the missing stretch."""
    parishes = shapely.union_all(read("multipolygons", "admin_level = '7'"))
    lines = shapely.get_parts(
        shapely.line_merge(shapely.union_all(read("lines", "name = 'France — Andorra'")))
    )
    east = max(lines, key=lambda line: line.bounds[2])
    # The easternmost corner of Encamp, where Canillo would begin, and the end of the line with France.
    corners = shapely.get_coordinates(parishes.exterior)
    ends = shapely.get_coordinates(east)[[0, -1]]
    chord = shapely.LineString([corners[corners[:, 0].argmax()], ends[ends[:, 0].argmax()]])
    cells = shapely.get_parts(shapely.polygonize([shapely.union_all([parishes.boundary, *lines, chord])]))
    canillo = max(
        (cell for cell in cells if not parishes.contains(cell.representative_point())), key=shapely.area
    )
    return shapely.difference(BOX, canillo)


if __name__ == "__main__":
    geometry = json.loads(shapely.to_geojson(covers()))
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (HERE / "covers.geojson").write_text(text + "\n", encoding="utf-8")
