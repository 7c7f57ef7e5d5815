"""Make the small files of this folder: one map of two parties in every format that is tested.

Run ``python tests/data/formats/make.py``. The land of AAA lies west of that of BBB; they share an
edge of three vertices. Names are Cyrillic. Nothing here shows a real place.
"""

import json
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import shapely
from pyogrio.raw import write

os.environ["OGR_CURRENT_DATE"] = "2024-01-01T00:00:00.000Z"
HERE = Path(__file__).parent
SHARED = [(45.5, 40.0), (45.625, 40.5), (45.5, 41.0)]
SIDES = {
    "AAA": [(45.0, 40.0), *SHARED, (45.0, 41.0), (45.0, 40.0)],
    "BBB": [*SHARED, (46.0, 41.0), (46.0, 40.0), SHARED[0]],
}
NAMES = {"AAA": "Западная земля", "BBB": "Восточная земля"}
IDS = np.array(list(SIDES), dtype=object)
LABELS = np.array(list(NAMES.values()), dtype=object)
WKB = shapely.to_wkb(shapely.polygons([shapely.LinearRing(ring) for ring in SIDES.values()]))


def main():
    for ending, driver in (("gpkg", "GPKG"), ("fgb", "FlatGeobuf"), ("gml", "GML"), ("kml", "KML")):
        _written(HERE / f"two.{ending}", driver)
    for folder, encoding in (("cp1251", "CP1251"), ("koi8r-without-cpg", "KOI8-R")):
        (HERE / folder).mkdir(exist_ok=True)
        _written(HERE / folder / "two.shp", "ESRI Shapefile", encoding=encoding)
    (HERE / "koi8r-without-cpg" / "two.cpg").unlink()
    _forget_code_page(HERE / "koi8r-without-cpg" / "two.dbf")
    _geojson()
    _topojson()
    _csv()
    _parquet()
    (HERE / "two.osm.pbf").write_bytes(_osm_pbf())


def _written(path, driver, **options):
    path.unlink(missing_ok=True)
    write(
        path,
        WKB,
        [IDS, LABELS],
        ["party", "label"],
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver=driver,
        **options,
    )
    path.with_suffix(".xsd").unlink(missing_ok=True)


def _forget_code_page(path):
    """Clear the language driver id, as programs do that know no code pages."""
    data = bytearray(path.read_bytes())
    data[29] = 0
    path.write_bytes(data)


def _geojson():
    features = [
        {
            "type": "Feature",
            "properties": {"party": party, "label": NAMES[party]},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for party, ring in SIDES.items()
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    (HERE / "two.geojson").write_text(text + "\n", encoding="utf-8")


def _topojson():
    arcs = [
        SHARED,
        [SHARED[2], (45.0, 41.0), (45.0, 40.0), SHARED[0]],
        [SHARED[2], (46.0, 41.0), (46.0, 40.0), SHARED[0]],
    ]
    shapes = [
        {"type": "Polygon", "arcs": [rings], "properties": {"party": party, "label": NAMES[party]}}
        for party, rings in (("AAA", [0, 1]), ("BBB", [0, 2]))
    ]
    topology = {
        "type": "Topology",
        "objects": {"two": {"type": "GeometryCollection", "geometries": shapes}},
        "arcs": arcs,
    }
    (HERE / "two.topojson").write_text(json.dumps(topology, ensure_ascii=False) + "\n", encoding="utf-8")


def _csv():
    rows = [f'{party};"{NAMES[party]}";"{shapely.Polygon(ring).wkt}"' for party, ring in SIDES.items()]
    (HERE / "two.csv").write_text("\n".join(["party;label;WKT", *rows]) + "\n", encoding="utf-8")


def _parquet():
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"]}},
    }
    table = pa.table(
        {"party": list(IDS), "label": list(LABELS), "geometry": pa.array(list(WKB), pa.binary())}
    )
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), HERE / "two.parquet")


# -- OSM PBF, https://wiki.openstreetmap.org/wiki/PBF_Format: written by hand, GDAL only reads it ----


def _varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _zigzag(number):
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)


def _field(number, value):
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _deltas(numbers):
    return b"".join(_zigzag(b - a) for a, b in zip([0, *numbers], numbers, strict=False))


def _blob(kind, data):
    blob = _field(2, len(data)) + _field(3, zlib.compress(data, 9))
    header = _field(1, kind) + _field(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _osm_pbf():
    places = sorted({vertex for ring in SIDES.values() for vertex in ring})
    number = {place: k + 1 for k, place in enumerate(places)}
    texts = [b"", b"boundary", b"administrative", b"name", *[name.encode() for name in SIDES]]
    lats = [round(lat * 1e7) for _, lat in places]
    lons = [round(lon * 1e7) for lon, _ in places]
    dense = _field(1, _deltas(list(number.values()))) + _field(8, _deltas(lats)) + _field(9, _deltas(lons))
    ways = b""
    for k, ring in enumerate(SIDES.values()):
        way = _field(1, 100 + k) + _field(2, _varint(1) + _varint(3)) + _field(3, _varint(2) + _varint(4 + k))
        ways += _field(3, way + _field(8, _deltas([number[vertex] for vertex in ring])))
    strings = b"".join(_field(1, text) for text in texts)
    block = _field(1, strings) + _field(2, _field(2, dense)) + _field(2, ways)
    header = _field(4, b"OsmSchema-V0.6") + _field(4, b"DenseNodes")
    return _blob(b"OSMHeader", header) + _blob(b"OSMData", block)


if __name__ == "__main__":
    main()
