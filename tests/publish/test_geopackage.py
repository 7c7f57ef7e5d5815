"""``comparison.gpkg``: valid, complete, the same bytes every time."""

import errno
import hashlib
import json
import os
import sqlite3
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from merestone.errors import EnvironmentRefusedError
from merestone.model.sources import Feature, Layer, LayerKind
from merestone.publish.geopackage import write_geopackage
from merestone.publish.output import OutputFolder
from merestone.publish.tables import column_names

VALIDATOR = Path("/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py")
LAYERS = {
    "corridor": "MultiPolygon",
    "differences": "MultiPolygon",
    "enclaves": "MultiPolygon",
    "features_districts": "MultiPolygon",
    "features_rivers": "MultiLineString",
    "features_settlements": "Point",
    "findings": "Point",
    "limits": "MultiLineString",
    "offsets": "Point",
    "sections": "MultiLineString",
}


@pytest.fixture
def gpkg(comparison, tmp_path):
    write_geopackage(comparison, tmp_path / "comparison.gpkg")
    return tmp_path / "comparison.gpkg"


@pytest.fixture
def database(gpkg):
    """Open through SQLite alone; no test opens the same file through GDAL at that time."""
    connection = sqlite3.connect(f"{gpkg.as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


def read(path, layer):
    """Columns by name and geometries of a layer, through GDAL."""
    meta, _, wkb, values = pyogrio.raw.read(path, layer=layer)
    return dict(zip(meta["fields"], values, strict=True)), shapely.from_wkb(wkb), meta


def rows(path, layer):
    columns, _, _ = read(path, layer)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


# --- the container ------------------------------------------------------------------------------


def test_gdal_reads_every_layer(gpkg):
    found = dict(pyogrio.list_layers(gpkg))
    assert {name: kind for name, kind in found.items() if kind is not None} == LAYERS
    for name in LAYERS:
        _, shapes, meta = read(gpkg, name)
        assert meta["crs"] == "EPSG:4326"
        assert shapely.is_valid(shapes).all()
        assert len(shapes) > 0


@pytest.mark.skipif(not VALIDATOR.exists(), reason="needs GDAL's validator (make system-deps)")
@pytest.mark.parametrize("case", ["comparison", "comparison_at_180"])
def test_gdals_validator_has_nothing_to_say(case, request, tmp_path):
    write_geopackage(request.getfixturevalue(case), tmp_path / "comparison.gpkg")
    command = ["/usr/bin/python3", "-W", "ignore", str(VALIDATOR), "-k", "--extra", "--warning-as-error"]
    done = subprocess.run(
        [*command, str(tmp_path / "comparison.gpkg")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_file_says_what_it_is(gpkg):
    """OGC 12-128r17, requirements 1 to 6."""
    head = gpkg.read_bytes()[:100]
    assert head[:16] == b"SQLite format 3\x00"
    assert head[68:72] == b"GPKG"
    assert struct.unpack(">I", head[60:64]) == (10300,)
    assert len(gpkg.read_bytes()) == 4096 * struct.unpack(">I", head[28:32])[0]


def test_sqlite_finds_no_fault(database):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_layer_is_registered_with_its_extent(database):
    contents = {row[0]: row for row in database.execute("SELECT * FROM gpkg_contents")}
    assert contents.keys() == {*LAYERS, "layer_styles"}
    for name in LAYERS:
        _, kind, identifier, description, _, west, south, east, north, srs = contents[name]
        assert (kind, identifier, srs) == ("features", name, 4326)
        assert description
        shapes = [
            shapely.from_wkb(blob[8 + (32 if blob[3] & 0b1110 else 0) :])
            for (blob,) in database.execute(f"SELECT geom FROM {name}")
        ]
        assert (west, south, east, north) == pytest.approx(shapely.total_bounds(shapes), abs=0)


def test_every_geometry_has_the_header_of_a_geopackage(database):
    for name, kind in LAYERS.items():
        for (blob,) in database.execute(f"SELECT geom FROM {name}"):
            magic, version, flags, srs = struct.unpack_from("<2sBBi", blob)
            assert (magic, version, srs) == (b"GP", 0, 4326)
            assert flags == (0b0001 if kind == "Point" else 0b0011)
            if kind != "Point":
                west, east, south, north = struct.unpack_from("<4d", blob, 8)
                assert (west, south, east, north) == shapely.from_wkb(blob[40:]).bounds


def test_the_spatial_index_finds_every_shape(database):
    """SQLite keeps boxes as 32-bit numbers rounded outward, so each holds its shape."""
    for name in LAYERS:
        index = database.execute(f"SELECT * FROM rtree_{name}_geom ORDER BY id").fetchall()
        blobs = database.execute(f"SELECT fid, geom FROM {name} ORDER BY fid").fetchall()
        assert [row[0] for row in index] == [row[0] for row in blobs]
        for (_, west, east, south, north), (_, blob) in zip(index, blobs, strict=True):
            box = shapely.from_wkb(blob[8 + (32 if blob[3] & 0b1110 else 0) :]).bounds
            assert west <= box[0] <= box[2] <= east
            assert south <= box[1] <= box[3] <= north
        assert database.execute(f"SELECT rtreecheck('rtree_{name}_geom')").fetchone() == ("ok",)


def test_the_index_follows_an_edit_by_gdal(gpkg):
    """The triggers work: GDAL adds a feature, and finds it by its place."""
    shape = shapely.to_wkb(np.array([shapely.Point(30.0, 30.0)], dtype=object))
    text = np.array(["x"], dtype=object)
    pyogrio.raw.write(
        gpkg, shape, [text] * 4, ["code", "severity", "source", "message"],
        layer="findings", driver="GPKG", geometry_type="Point", crs="EPSG:4326", append=True,
    )  # fmt: skip
    _, _, found, _ = pyogrio.raw.read(gpkg, layer="findings", bbox=(29, 29, 31, 31))
    assert len(found) == 1


def test_every_column_is_described(database):
    described = set(database.execute("SELECT table_name, column_name FROM gpkg_data_columns"))
    for name in LAYERS:
        columns = {row[1] for row in database.execute(f"PRAGMA table_info({name})")} - {"fid", "geom"}
        assert {(name, column) for column in columns} <= described
    texts = [text for (text,) in database.execute("SELECT description FROM gpkg_data_columns")]
    assert all(text and len(text.split()) > 1 for text in texts)


def test_attribution_and_licences_are_inside(database, comparison):
    (scope, uri, kind, text) = database.execute(
        "SELECT md_scope, md_standard_uri, mime_type, metadata FROM gpkg_metadata"
    ).fetchone()
    assert (scope, uri, kind) == ("dataset", "http://purl.org/dc/terms/", "application/json")
    about = json.loads(text)
    listed = {one["identifier"]: one for one in about["source"]}
    for source in comparison.sources:
        assert listed[source.id]["license"] == source.licence
        assert listed[source.id]["bibliographicCitation"] == source.attribution
        assert listed[source.id]["sha256"] == source.sha256
    assert "layers/places.gpkg" in listed


# --- the same bytes -------------------------------------------------------------------------------


def digest(comparison, path):
    write_geopackage(comparison, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_result_is_the_same_bytes(comparison, tmp_path):
    assert digest(comparison, tmp_path / "a.gpkg") == digest(comparison, tmp_path / "b.gpkg")


def test_another_process_writes_the_same_bytes(comparison, tmp_path):
    """Another process, another hash seed, another time zone, another folder, another umask."""
    program = (
        "import sys, os; sys.path.insert(0, sys.argv[1]); os.umask(0o077); from pathlib import Path; "
        "from conftest import make_comparison; from merestone.publish.geopackage import write_geopackage; "
        "write_geopackage(make_comparison(), Path(sys.argv[2]))"
    )
    folder = tmp_path / "Ծովակ"
    folder.mkdir()
    environment = os.environ | {"PYTHONHASHSEED": "12345", "TZ": "Asia/Baku", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-c", program, str(Path(__file__).parent), str(folder / "c.gpkg")]
    subprocess.run(command, check=True, env=environment)
    there = hashlib.sha256((folder / "c.gpkg").read_bytes()).hexdigest()
    assert there == digest(comparison, tmp_path / "here.gpkg")


def test_no_clock_and_no_version_is_in_the_file(gpkg, database):
    assert {row[0] for row in database.execute("SELECT last_change FROM gpkg_contents")} == {
        "1970-01-01T00:00:00.000Z"
    }
    head = gpkg.read_bytes()[:100]
    assert head[24:28] == head[92:96] == b"\x00\x00\x00\x01"
    assert struct.unpack(">I", head[96:100]) == (3040001,)


# --- what stands in it ------------------------------------------------------------------------------


def test_limits(gpkg):
    found = rows(gpkg, "limits")
    assert [row["id"] for row in found] == ["map-a/E1", "map-a/M1", "map-b/M1", "old_lines/M1"]
    assert found[0] | {"source": 0} == {
        "id": "map-a/E1", "source": 0, "family": "map-a", "party": "ARM", "piece": "E1", "sided": True,
        "length_km": 22.239, "vertices": 5,
    }  # fmt: skip
    assert found[3]["sided"] is np.False_ or not found[3]["sided"]


def test_sections_carry_verdict_and_largest_offset(gpkg):
    first, second = rows(gpkg, "sections")
    assert (first["id"], first["verdict"], first["differences"]) == ("M1-S01", "differing", "D1")
    assert (first["largest_m"], first["largest_source"]) == (812.346, "map-b")
    assert first["districts"] == "ARM: d1; AZE: d2"
    assert first["p_chance"] == 0.012987
    assert (second["verdict"], second["districts"]) == ("cannot-say", "")


def test_differences_have_a_label_for_each_source(gpkg):
    listed, smaller = rows(gpkg, "differences")
    assert {key: listed[key] for key in ("map-a", "map-b", "old_lines")} == {
        "map-a": "AZE",
        "map-b": "ARM",
        "old_lines": "silent",
    }
    assert (listed["area_km2"], bool(listed["listed"]), bool(smaller["listed"])) == (4.7346, True, False)


def test_offsets_have_a_column_for_each_source(gpkg):
    """Positive where the source shows the station on ARM's side: it lies toward AZE."""
    found = rows(gpkg, "offsets")
    assert [row["chainage_km"] for row in found] == [0.0, 7.413, 14.826, 22.239]
    assert [row["map-a"] for row in found] == [0.0] * 4
    assert [row["map-b"] for row in found[:3]] == [0.0, 812.346, -12.0]
    assert np.isnan(found[3]["map-b"])
    assert [row["map-b_toward"] for row in found] == [None, "AZE", "ARM", None]
    assert [row["old_lines"] for row in found] == [170.0, 170.1, 170.2, 170.3]
    assert {row["old_lines_toward"] for row in found} == {None}


def test_enclaves_by_source(gpkg):
    (only,) = rows(gpkg, "enclaves")
    assert only == {
        "id": "E1", "source": "map-a", "name": "Ծովակ", "party": "ARM", "within": "AZE", "area_km2": 1.2346
    }  # fmt: skip


def test_settlements_carry_names_and_what_sources_say(gpkg):
    village, other = rows(gpkg, "features_settlements")
    assert (village["id"], village["name_hy"], village["name_en"], village["party"]) == (
        "s1",
        "Գյուղ",
        "Village",
        "ARM",
    )
    assert (village["map-a"], village["map-a_m"]) == ("ARM", 8510.123)
    assert json.loads(village["attributes"]) == {"people": 12}
    assert other["map-a"] is None
    assert other["attributes"] is None


def test_findings_with_a_place(gpkg):
    (only,) = rows(gpkg, "findings")
    assert (only["code"], only["severity"], only["source"]) == ("accuracy-unknown", "warning", "old_lines")


def test_coordinates_are_rounded(gpkg):
    for name in LAYERS:
        _, shapes, _ = read(gpkg, name)
        coords = shapely.get_coordinates(shapes)
        assert all(float(f"{value:.9f}") == value for value in coords.ravel())


def test_nothing_lies_beyond_the_antimeridian(comparison, comparison_at_180, tmp_path):
    write_geopackage(comparison_at_180, tmp_path / "east.gpkg")
    write_geopackage(comparison, tmp_path / "zero.gpkg")
    for name in LAYERS:
        _, there, _ = read(tmp_path / "east.gpkg", name)
        _, here, _ = read(tmp_path / "zero.gpkg", name)
        assert shapely.bounds(there)[:, 0].min() >= -180.0
        assert shapely.bounds(there)[:, 2].max() <= 180.0
        assert shapely.area(there).sum() == pytest.approx(shapely.area(here).sum(), abs=1e-8)
        assert (
            shapely.length(shapely.boundary(here)).sum()
            <= shapely.length(shapely.boundary(there)).sum() + 1e-8
        )
        assert rows(tmp_path / "east.gpkg", name)[0].keys() == rows(tmp_path / "zero.gpkg", name)[0].keys()
    _, corridor, _ = read(tmp_path / "east.gpkg", "corridor")
    assert len(corridor[0].geoms) == 2


def with_layers(comparison, *layers):
    return replace(comparison, shapes=replace(comparison.shapes, layers=layers), features={})


def a_layer(kind, path, *features):
    return Layer(kind, path, "0" * 64, path, None, None, None, None, None, False, features, ())


def test_two_layers_of_a_kind_and_mixed_geometries(comparison, tmp_path):
    road = Feature(
        "1", {}, None, shapely.LineString([(0, 40), (1, 40)]), {"ref": "M2", "lanes": np.float64("nan")}
    )
    place = Feature("2", {}, None, shapely.Point(0, 40), {})
    area = Feature("3", {"und": "?"}, None, shapely.box(0, 40, 1, 41), {"when": np.datetime64("2020-01-02")})
    case = with_layers(
        comparison,
        a_layer(LayerKind.ROADS, "b.gpkg", road, place, area),
        a_layer(LayerKind.ROADS, "a.gpkg", road),
    )
    write_geopackage(case, tmp_path / "x.gpkg")
    assert [row["id"] for row in rows(tmp_path / "x.gpkg", "features_roads")] == ["1"]
    mixed = rows(tmp_path / "x.gpkg", "features_roads_2")
    assert [row["id"] for row in mixed] == ["1", "2", "3"]
    assert json.loads(mixed[0]["attributes"]) == {"lanes": None, "ref": "M2"}
    assert json.loads(mixed[2]["attributes"]) == {"when": "2020-01-02"}
    _, shapes, _ = read(tmp_path / "x.gpkg", "features_roads_2")
    assert [shape.geom_type for shape in shapes] == ["LineString", "Point", "Polygon"]


def test_ids_that_recur_are_told_apart_by_place(comparison, tmp_path):
    here = Feature("s1", {}, None, shapely.Point(-0.1, 40.1), {})
    there = Feature("s1", {}, None, shapely.Point(0.25, 40.2), {})
    case = replace(
        with_layers(
            comparison,
            a_layer(LayerKind.SETTLEMENTS, "a.gpkg", there),
            a_layer(LayerKind.SETTLEMENTS, "b.gpkg", here),
        ),
        features=comparison.features,
    )
    write_geopackage(case, tmp_path / "x.gpkg")
    assert "map-a" not in rows(tmp_path / "x.gpkg", "features_settlements")[0]
    assert rows(tmp_path / "x.gpkg", "features_settlements_2")[0]["map-a"] == "ARM"


def test_a_result_without_axis_has_empty_layers(comparison, tmp_path):
    shapes = replace(comparison.shapes, sections={}, differences=(), stations=(), layers=())
    bare = replace(comparison, axis=None, sections=(), enclaves=(), features={}, findings=(), shapes=shapes)
    write_geopackage(bare, tmp_path / "x.gpkg")
    assert len(read(tmp_path / "x.gpkg", "sections")[1]) == 0
    assert len(read(tmp_path / "x.gpkg", "offsets")[1]) == 0
    assert dict(pyogrio.list_layers(tmp_path / "x.gpkg")).keys() >= {
        "limits",
        "sections",
        "differences",
        "offsets",
    }


def test_names_that_sql_takes_for_one_are_numbered():
    assert column_names(["Map", "map", "piece", "x"], ["fid", "piece"]) == {
        "Map": "Map",
        "map": "map_2",
        "piece": "piece_2",
        "x": "x",
    }


def test_columns_are_not_mixed_up_where_ids_sort_otherwise_with_an_ending(comparison, tmp_path):
    """``a`` comes before ``a-b``, but ``a-b_toward`` before ``a_toward``."""
    (station,) = comparison.shapes.stations
    offsets = {"a": np.full(4, 5.0), "a-b": np.full(4, -5.0)}
    one = replace(station, offset_m=offsets, signed=dict.fromkeys(offsets, np.full(4, True)))
    case = replace(comparison, shapes=replace(comparison.shapes, stations=(one,)))
    write_geopackage(case, tmp_path / "x.gpkg")
    row = rows(tmp_path / "x.gpkg", "offsets")[0]
    assert (row["a"], row["a_toward"], row["a-b"], row["a-b_toward"]) == (5.0, "AZE", -5.0, "ARM")


def test_a_source_may_have_any_id(comparison, tmp_path):
    names = {"map-a": 'we"ird; --', "map-b": "piece", "old_lines": "FID"}
    stations = tuple(
        replace(
            one,
            offset_m={names[key]: value for key, value in one.offset_m.items()},
            signed={names[key]: value for key, value in one.signed.items()},
        )
        for one in comparison.shapes.stations
    )
    case = replace(comparison, shapes=replace(comparison.shapes, stations=stations))
    write_geopackage(case, tmp_path / "x.gpkg")
    found = rows(tmp_path / "x.gpkg", "offsets")[1]
    assert {'we"ird; --', "piece", "piece_2", "FID_2", "FID_toward"} <= found.keys()
    assert found["piece_2"] == 812.346


# --- styles ---------------------------------------------------------------------------------------


def test_every_layer_has_one_default_style(database):
    styles = database.execute(
        "SELECT f_table_name, f_geometry_column, styleQML, f_table_schema FROM layer_styles "
        "WHERE useAsDefault = 1"
    ).fetchall()
    assert {row[0] for row in styles} == set(LAYERS)
    assert len(styles) == len(LAYERS)
    for _, column, qml, schema in styles:
        assert (column, schema) == ("geom", "")
        root = ET.fromstring(qml)
        assert root.tag == "qgis"
        symbols = {one.get("name") for one in root.iterfind("renderer-v2/symbols/symbol")}
        named = {one.get("symbol") for one in root.iterfind("renderer-v2/categories/category")}
        assert symbols
        assert named <= symbols


def test_every_value_has_a_category(database, comparison):
    qml = dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    for layer, attribute, values in (
        ("limits", "source", {source.id for source in comparison.sources}),
        ("sections", "verdict", {"coincident", "within-accuracy", "differing", "cannot-say"}),
        ("differences", "kind", {"between", "own"}),
    ):
        renderer = ET.fromstring(qml[layer]).find("renderer-v2")
        assert renderer.get("attr") == attribute
        assert {one.get("value") for one in renderer.iterfind("categories/category")} == values


def test_no_style_looks_at_a_party(database):
    """Neither party has a colour, so neither has a bad one."""
    for name, qml in database.execute("SELECT f_table_name, styleQML FROM layer_styles"):
        root = ET.fromstring(qml)
        assert root.find("renderer-v2").get("attr") not in {"party", "toward", "within"}, name
        assert "ARM" not in qml
        assert "AZE" not in qml


def test_sources_are_told_apart_by_dash_as_well_as_colour(database):
    (qml,) = database.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'limits'").fetchone()
    looks = []
    for symbol in ET.fromstring(qml).iterfind("renderer-v2/symbols/symbol"):
        options = {one.get("name"): one.get("value") for one in symbol.findall("layer")[-1].iter("Option")}
        looks.append((options["line_color"], options.get("customdash", "")))
    assert len({colour for colour, _ in looks}) == len({dash for _, dash in looks}) == len(looks)


# --- trouble --------------------------------------------------------------------------------------


def test_an_existing_file_is_never_written_into(comparison, tmp_path):
    (tmp_path / "x.gpkg").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_geopackage(comparison, tmp_path / "x.gpkg")
    assert (tmp_path / "x.gpkg").read_bytes() == b"mine"


def test_a_folder_that_is_not_there(comparison, tmp_path):
    with pytest.raises(OSError, match=r"x\.gpkg") as caught:
        write_geopackage(comparison, tmp_path / "none" / "x.gpkg")
    assert caught.value.errno == errno.EACCES


def test_a_limit_on_file_size_is_one_sentence(tmp_path):
    pytest.importorskip("resource")
    program = (
        "import sys, resource; sys.path.insert(0, sys.argv[1]); from pathlib import Path; "
        "from conftest import make_comparison; from merestone.publish.geopackage import write_geopackage; "
        "from merestone.publish.output import OutputFolder; "
        "from merestone.errors import EnvironmentRefusedError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    with OutputFolder(Path(sys.argv[2])) as out:\n"
        "        out.add('comparison.gpkg', lambda path: write_geopackage(make_comparison(), path))\n"
        "except EnvironmentRefusedError as error:\n"
        "    sys.exit(str(error))\n"
    )
    command = [sys.executable, "-c", program, str(Path(__file__).parent), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "comparison.gpkg: cannot be written: " in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_sqlite_is_told(comparison, tmp_path, monkeypatch):
    def fail(*_):
        raise sqlite3.OperationalError("no such module: rtree")

    monkeypatch.setattr("merestone.publish.geopackage._fill", fail)
    with (
        pytest.raises(EnvironmentRefusedError, match="no such module: rtree"),
        OutputFolder(tmp_path / "out") as out,
    ):
        out.add("comparison.gpkg", lambda path: write_geopackage(comparison, path))
