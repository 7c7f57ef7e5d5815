"""Formats, filters and files that cannot be read."""

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile

import numpy as np
import pyogrio.raw
import pytest
import shapely

from merestone.errors import BadInputError, MissingExtraError
from merestone.model.sources import SourceKind
from merestone.sources.notes import Notes
from merestone.sources.read import reader
from merestone.sources.scan import MAX_JSON_DEPTH

FORMATS = {
    "two.gpkg": {},
    "two.geojson": {},
    "two.topojson": {},
    "two.gml": {},
    "two.kml": {},
    "two.fgb": {},
    "two.csv": {"crs": "EPSG:4326"},
    "two.parquet": {},
    "two.osm.pbf": {"layer": "multipolygons", "party_field": "name"},
    "cp1251/two.shp": {},
    "koi8r-without-cpg/two.shp": {"encoding": "KOI8-R"},
}
AAA = shapely.Polygon([(45, 40), (45.5, 40), (45.625, 40.5), (45.5, 41), (45, 41)])
BBB = shapely.Polygon([(45.5, 40), (45.625, 40.5), (45.5, 41), (46, 41), (46, 40)])


@pytest.fixture
def copied(workshop):
    shutil.copytree(workshop.formats, workshop.root, dirs_exist_ok=True)
    return workshop


def refusal(workshop, path, **more):
    """The one sentence with which a source is refused; nothing may have been written."""
    before = workshop.listing()
    with pytest.raises(BadInputError) as caught:
        workshop.read(path, **more)
    assert workshop.listing() == before
    assert "\n" not in caught.value.message
    assert path in caught.value.message
    return caught.value.message


# -- every format ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_land(copied, name, capfd):
    before = copied.listing()
    source = copied.read(name, **FORMATS[name])
    assert source.sides["AAA"].equals(AAA)
    assert source.sides["BBB"].equals(BBB)
    assert source.info.crs in ("EPSG:4326", "OGC:CRS84")
    assert source.drawn is None
    assert copied.listing() == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", [name for name in FORMATS if "osm" not in name])
def test_filters_on_cyrillic_attributes(copied, name):
    side = {"AAA": "label = 'Западная земля'", "BBB": "label = 'Восточная земля'"}
    source = copied.read(name, **FORMATS[name] | {"side": side})
    assert source.sides["AAA"].equals(AAA)
    assert source.sides["BBB"].equals(BBB)


def test_a_shapefile_that_does_not_name_its_encoding_is_noted(copied):
    source = copied.read("koi8r-without-cpg/two.shp")
    assert [note.code for note in source.findings] == ["encoding-unknown"]
    assert [note.code for note in copied.read("cp1251/two.shp").findings] == []


def test_an_encoding_that_does_not_fit_is_refused(copied):
    assert "encoding" in refusal(copied, "koi8r-without-cpg/two.shp", encoding="UTF-8")


def test_a_file_geodatabase_is_a_folder_that_is_read(workshop):
    pyogrio.raw.write(
        workshop.root / "two.gdb", shapely.to_wkb([AAA, BBB]),
        [np.array(["AAA", "BBB"], dtype=object)], ["party"],
        layer="two", geometry_type="Polygon", crs="EPSG:4326", driver="OpenFileGDB",
    )  # fmt: skip
    before = workshop.listing()
    source = workshop.read("two.gdb")
    # The format keeps coordinates as whole numbers of its resolution, here 1e-9 degrees.
    assert source.sides["AAA"].symmetric_difference(AAA).area < 1e-8
    assert workshop.listing() == before


def test_packed_files_are_read(copied):
    with zipfile.ZipFile(copied.root / "map.zip", "w") as archive:
        for member in sorted((copied.root / "cp1251").iterdir()):
            archive.write(member, f"inner/{member.name}")
    (copied.root / "map.geojson.gz").write_bytes(gzip.compress((copied.root / "two.geojson").read_bytes()))
    for name in ("map.zip", "map.geojson.gz"):
        assert copied.read(name).sides["BBB"].equals(BBB)


def test_a_name_with_an_exclamation_mark_is_no_archive(copied):
    (copied.root / "cp1251").rename(copied.root / "maps!")
    assert copied.read("maps!/two.shp").sides["AAA"].equals(AAA)


def test_parquet_without_pyarrow_names_the_extra(copied, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="pyarrow") as caught:
        copied.read("two.parquet")
    assert "merestone[parquet]" in caught.value.hint


def test_a_file_of_several_layers_needs_a_choice(copied):
    message = refusal(copied, "two.osm.pbf", party_field="name")
    assert "multipolygons" in message
    assert "layer" in message
    assert "no layer 'cities'" in refusal(copied, "two.osm.pbf", layer="cities")


def test_polygons_of_a_lines_only_source_are_read_by_their_outlines(copied):
    source = copied.read("two.osm.pbf", layer="multipolygons", kind=SourceKind.LINES)
    assert [note.code for note in source.findings] == ["outlines-as-lines"]
    assert len(source.lines.geoms) == 2


def test_a_geopackage_in_wal_mode_leaves_no_trace(copied):
    path = copied.root / "two.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    for beside in path.parent.glob("two.gpkg-*"):
        beside.unlink()
    before = copied.listing()
    assert copied.read("two.gpkg").sides["AAA"].equals(AAA)
    assert copied.listing() == before


def test_a_geopackage_with_changes_in_a_journal_is_refused(copied):
    (copied.root / "two.gpkg-wal").write_bytes(b"not yet written back")
    assert "two.gpkg-wal" in refusal(copied, "two.gpkg")


# -- geometry --------------------------------------------------------------------------------------


def test_heights_are_dropped_with_a_finding(workshop):
    ring = "45 40 100, 45.5 40 100, 45.5 41 100, 45 41 100, 45 40 100"
    name = workshop.geojson("z.geojson", [("AAA", f"POLYGON Z(({ring}))"), ("BBB", BBB)])
    source = workshop.read(name)
    assert not shapely.has_z(source.sides["AAA"])
    assert [(note.code, note.values["features"]) for note in source.findings] == [("heights-dropped", 1)]


def test_measures_are_dropped_with_a_finding(workshop):
    text = (
        'WKT,party\n"POLYGON M((45 40 1,45.5 40 2,45.5 41 3,45 40 1))",AAA\n'
        '"POLYGON ((45.5 40,46 40,46 41,45.5 40))",BBB\n'
    )
    source = workshop.read(workshop.put("m.csv", text), crs="EPSG:4326")
    assert ("measures-dropped", 1) in [(note.code, note.values.get("features")) for note in source.findings]


@pytest.mark.parametrize(
    ("name", "driver"), [("m.gpkg", "GPKG"), ("m.shp", "ESRI Shapefile"), ("m.fgb", "FlatGeobuf")]
)
def test_measures_are_noticed_in_every_format_that_has_them(workshop, name, driver):
    rings = ["45 40 1,45.5 40 2,45.5 41 3,45 40 1", "45.5 40 1,46 40 1,46 41 1,45.5 40 1"]
    shapes = shapely.from_wkt([f"POLYGON M(({ring}))" for ring in rings])
    pyogrio.raw.write(
        workshop.root / name, shapely.to_wkb(shapes, output_dimension=4, flavor="iso"),
        [np.array(["AAA", "BBB"], dtype=object)],
        ["party"], geometry_type="Measured Polygon", crs="EPSG:4326", driver=driver,
    )  # fmt: skip
    source = workshop.read(name)
    assert [(note.code, note.values["features"]) for note in source.findings] == [("measures-dropped", 2)]


def test_curves_are_stroked_to_a_fifth_of_a_millimetre(workshop):
    """A circle of 0.1 degrees: every vertex on it, every chord within 0.2 mm of it."""
    arc = "CURVEPOLYGON(CIRCULARSTRING(45.1 40, 45.2 40.1, 45.3 40, 45.2 39.9, 45.1 40))"
    text = f'WKT,party\n"{arc}",AAA\n"POLYGON ((45.5 40,46 40,46 41,45.5 40))",BBB\n'
    source = workshop.read(workshop.put("curve.csv", text), crs="EPSG:4326")
    ring = shapely.get_coordinates(source.sides["AAA"])
    radius = np.hypot(*(ring - (45.2, 40.0)).T)
    assert radius == pytest.approx(
        0.1, abs=1e-11
    )  # a micrometre: GDAL works the centre out from three points
    middles = 0.5 * (ring[1:] + ring[:-1])
    sagitta_m = (0.1 - np.hypot(*(middles - (45.2, 40.0)).T)) * 111_320
    assert sagitta_m.max() <= 0.0002
    (stroked,) = [note for note in source.findings if note.code == "curves-stroked"]
    assert stroked.values["departure_m"] == pytest.approx(sagitta_m.max(), rel=0.05)


def test_a_collection_gives_its_polygons(workshop):
    mixed = shapely.GeometryCollection(
        [AAA, shapely.Point(45, 40), shapely.GeometryCollection([shapely.LineString([(0, 0), (1, 1)])])]
    )
    source = workshop.read(workshop.geojson("mixed.geojson", [("AAA", mixed), ("BBB", BBB)]))
    assert source.sides["AAA"].equals(AAA)
    assert [(note.code, note.values["count"]) for note in source.findings] == [("parts-not-land", 2)]


def test_an_unclosed_ring_is_closed_with_a_finding(workshop):
    data = json.loads((workshop.formats / "two.geojson").read_text(encoding="utf-8"))
    data["features"][0]["geometry"]["coordinates"][0].pop()
    source = workshop.read(workshop.put("open.geojson", data))
    assert source.sides["AAA"].equals(AAA)
    assert "ring-unclosed" in [note.code for note in source.findings]


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (shapely.Polygon(), "no geometry"),
        (None, "no geometry"),
        (shapely.Point(45, 40), "Point"),
        (shapely.LineString([(45, 40), (46, 41)]), "LineString"),
        (shapely.Polygon([(45, 40), (46, 41), (45, 40), (45, 40)]), "no area"),
    ],
    ids=["empty", "null", "point", "line", "zero area"],
)
def test_what_cannot_be_a_side_is_refused(workshop, geometry, words):
    name = workshop.geojson("bad.geojson", [("AAA", geometry), ("BBB", BBB)])
    message = refusal(workshop, name)
    assert words in message
    assert "AAA" in message
    assert "feature 0" in message


def test_broken_coordinates_in_json_are_not_passed_over(workshop):
    data = json.loads((workshop.formats / "two.geojson").read_text(encoding="utf-8"))
    data["features"][1]["geometry"]["coordinates"][0][1] = ["x", 40]
    assert "feature 1" in refusal(workshop, workshop.put("bad.geojson", data))


# -- filters ---------------------------------------------------------------------------------------


def test_a_filter_that_selects_nothing_is_refused(copied):
    side = {"AAA": "party = 'AAA'", "BBB": "party = 'CCC'"}
    message = refusal(copied, "two.gpkg", side=side)
    assert "party = 'CCC'" in message
    assert "BBB" in message
    assert "party = 'AAA'" in refusal(
        copied, "two.gpkg", where="party = 'AAA'", side=side | {"BBB": "party = 'BBB'"}
    )


def test_a_filter_that_selects_the_same_for_both_is_refused(copied):
    side = {"AAA": "party <> 'CCC'", "BBB": "party <> 'DDD'"}
    assert "same features (1, 2)" in refusal(copied, "two.gpkg", side=side)


def test_a_feature_on_both_sides_is_noted(copied):
    side = {"AAA": "party = 'AAA'", "BBB": "party IN ('AAA', 'BBB')"}
    source = copied.read("two.gpkg", side=side)
    assert [(note.code, note.values["features"]) for note in source.findings] == [
        ("feature-on-both-sides", [1])
    ]
    assert source.sides["BBB"].equals(shapely.union(AAA, BBB))


def test_a_missing_attribute_is_named_with_those_there_are(copied):
    message = refusal(copied, "two.gpkg", party_field="iso")
    assert "'iso'" in message
    assert "party, label" in message
    for name in ("two.gpkg", "two.geojson", "two.csv", "two.parquet"):
        refusal(copied, name, side={"AAA": "iso = 'A'", "BBB": "party = 'BBB'"}, crs="EPSG:4326")


@pytest.mark.parametrize("name", ["two.gpkg", "two.geojson", "two.parquet"])
def test_a_filter_that_is_no_sql_is_refused(copied, name):
    message = refusal(copied, name, side={"AAA": "party = ", "BBB": "party = 'BBB'"})
    assert "'party = '" in message
    assert "b'" not in message


def test_overlapping_features_of_a_party_are_united_with_a_finding(workshop):
    boxes = {"AAA": [(45, 40, 46, 41), (45.5, 40, 46.5, 41)], "BBB": [(46.5, 40, 47, 41)]}
    drawn = [(party, shapely.box(*box)) for party, some in boxes.items() for box in some]
    name = workshop.geojson("parts.geojson", drawn)
    source = workshop.read(name)
    assert source.sides["AAA"].equals(shapely.box(45, 40, 46.5, 41))
    (note,) = source.findings
    assert note.code == "features-overlap"
    # 0.5 by 1 degree at 40.5 degrees north: by the closed form of a band of the ellipsoid's authalic sphere.
    assert note.values["overlap_km2"] == pytest.approx(4703.0, rel=0.002)


# -- files that cannot be read -------------------------------------------------------------------------


def test_files_that_are_not_there(workshop):
    assert "no such file" in refusal(workshop, "nowhere.gpkg")
    (workshop.root / "folder.gpkg").mkdir()
    assert "folder" in refusal(workshop, "folder.gpkg")


@pytest.mark.parametrize(
    "name", ["two.gpkg", "two.geojson", "two.csv", "cp1251/two.shp", "two.kml", "two.parquet"]
)
def test_an_empty_file(copied, name):
    (copied.root / name).write_bytes(b"")
    assert "empty" in refusal(copied, name)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "two.csv"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_that_is_cut_short(copied, name, share, capfd):
    path = copied.root / name
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    refusal(copied, name, **FORMATS[name])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("ending", [".dbf", ".shx"])
def test_a_member_of_a_shapefile_that_is_cut_short(copied, ending):
    path = (copied.root / "cp1251" / "two").with_suffix(ending)
    path.write_bytes(path.read_bytes()[:-20])
    assert f"two{ending} is cut short" in refusal(copied, "cp1251/two.shp")


def test_a_shapefile_without_index(copied):
    (copied.root / "cp1251" / "two.shx").unlink()
    assert "two.shx is missing" in refusal(copied, "cp1251/two.shp")


def test_bytes_that_are_not_utf8(copied):
    path = copied.root / "two.geojson"
    path.write_bytes(path.read_bytes().replace("З".encode(), b"\xc7"))
    message = refusal(copied, "two.geojson")
    assert "0xC7" in message
    assert "UTF-8" in message
    assert "UTF-8" in refusal(copied, copied.put("utf16.geojson", '{"type": "Feature"}'.encode("utf-16")))
    copied.put("two.csv", (copied.root / "two.csv").read_text(encoding="utf-8").encode("cp1251"))
    assert "UTF-8" in refusal(copied, "two.csv", crs="EPSG:4326")
    assert copied.read("two.csv", crs="EPSG:4326", encoding="cp1251").sides["AAA"].equals(AAA)


def test_json_nested_very_deep_is_refused_in_little_time_and_memory(workshop):
    deep = b"[" * 100_000 + b"0," * 20_000_000 + b"0" + b"]" * 100_000
    name = workshop.put("deep.geojson", deep)
    started = time.process_time()
    message = refusal(workshop, name)
    assert time.process_time() - started < 5.0
    assert "100,000" in message


def test_depth_is_counted_outside_texts_only(workshop):
    data = json.loads((workshop.formats / "two.geojson").read_text(encoding="utf-8"))
    data["features"][0]["properties"]["label"] = '[[[["\\"{{{{' * 100 + "\\"
    assert workshop.read(workshop.put("texts.geojson", data)).sides["AAA"].equals(AAA)
    data["features"][0]["properties"]["nested"] = json.loads("[" * MAX_JSON_DEPTH + "]" * MAX_JSON_DEPTH)
    assert "levels deep" in refusal(workshop, workshop.put("texts.geojson", data))


def test_a_zip_bomb_is_refused_before_it_unpacks(workshop):
    with (
        zipfile.ZipFile(workshop.root / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("two.geojson", "w") as member,
    ):
        for _ in range(200):
            member.write(b" " * 1_000_000)
    assert "unpacks to more than 64 MiB" in refusal(workshop, "bomb.zip")
    workshop.put("bomb.geojson.gz", gzip.compress(b" " * 200_000_000, 1))
    assert "unpacks to more than" in refusal(workshop, "bomb.geojson.gz")


def test_packed_files_that_are_damaged_or_ambiguous(copied):
    copied.put("half.zip", b"PK\x03\x04" + b"\x00" * 50)
    assert "damaged" in refusal(copied, "half.zip")
    with zipfile.ZipFile(copied.root / "both.zip", "w") as archive:
        archive.write(copied.root / "two.geojson", "a.geojson")
        archive.write(copied.root / "two.geojson", "b.geojson")
    assert "2 datasets" in refusal(copied, "both.zip")
    with zipfile.ZipFile(copied.root / "none.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    assert "no map data" in refusal(copied, "none.zip")


def test_a_member_of_an_archive_cannot_leave_the_scratch_folder(copied):
    with zipfile.ZipFile(copied.root / "slip.zip", "w") as archive:
        archive.writestr("../../slipped.geojson", (copied.root / "two.geojson").read_bytes())
    assert copied.read("slip.zip").sides["AAA"].equals(AAA)
    assert not list(copied.root.parent.rglob("slipped.geojson"))


def test_files_that_refer_to_others_are_refused(copied):
    vrt = (
        '<OGRVRTDataSource><OGRVRTLayer name="two"><SrcDataSource>two.gpkg</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    assert "refers to other files" in refusal(copied, copied.put("two.vrt", vrt))
    assert "refers to other files" in refusal(copied, copied.put("disguised.gml", vrt))


def test_xml_entities_are_refused(copied):
    text = (copied.root / "two.kml").read_text(encoding="utf-8")
    head, body = text.split("\n", 1)
    assert "entities" in refusal(
        copied, copied.put("two.kml", f'{head}\n<!DOCTYPE x [<!ENTITY a "b">]>\n{body}')
    )


def test_several_reference_systems_in_one_file_are_refused(copied):
    text = (copied.root / "two.gml").read_text(encoding="utf-8")
    at = text.rindex("EPSG::4326")
    copied.put("two.gml", text[:at] + "EPSG::4284" + text[at + 10 :])
    message = refusal(copied, "two.gml")
    assert "EPSG:4284, EPSG:4326" in message
    data = json.loads((copied.root / "two.geojson").read_text(encoding="utf-8"))
    data["features"][1]["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    copied.put("two.geojson", data)
    assert "EPSG:3857, EPSG:4326" in refusal(copied, "two.geojson")


@pytest.mark.parametrize("first", [True, False], ids=["before the features", "after them"])
@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("EPSG:4284", "EPSG:4284"),
        ("EPSG:999999", "EPSG:999999"),
        (None, None),
    ],
)
def test_what_a_json_says_of_its_reference_system_is_kept(copied, name, crs, first):
    """GDAL takes a name that it does not know, and null, for WGS 84 without a word."""
    data = json.loads((copied.root / "two.geojson").read_text(encoding="utf-8"))
    data.pop("crs", None)
    said = {"crs": None if name is None else {"type": "name", "properties": {"name": name}}}
    copied.put("said.geojson", said | data if first else data | said)
    with reader(copied.root / "said.geojson", Notes("one", "said.geojson")) as file:
        assert file.crs == crs
    if crs == "EPSG:999999":
        assert "'EPSG:999999'" in refusal(copied, "said.geojson")
        source = copied.read("said.geojson", crs="EPSG:4326")
        note = next(note for note in source.findings if note.code == "crs-overridden")
        assert note.values["by_file"] == "EPSG:999999"


def test_geopackage_geometries_with_reference_systems_of_their_own_are_refused(copied):
    # In a process of its own: one GeoPackage must not be open through sqlite3 and GDAL in one process.
    code = (
        "import sqlite3, sys\n"
        "with sqlite3.connect(sys.argv[1]) as db:\n"
        "    fid, blob = db.execute('SELECT fid, geom FROM two LIMIT 1').fetchone()\n"
        "    db.execute('DROP TRIGGER IF EXISTS rtree_two_geom_update6')\n"
        "    for name, in db.execute(\"SELECT name FROM sqlite_master WHERE type = 'trigger'\").fetchall():\n"
        "        db.execute(f'DROP TRIGGER {name}')\n"
        "    db.execute('UPDATE two SET geom = ? WHERE fid = ?', (blob[:4] + (28408).to_bytes(4, 'little') "
        "+ blob[8:], fid))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(copied.root / "two.gpkg")], check=True)
    assert "4326" in (message := refusal(copied, "two.gpkg"))
    assert "28408" in message


def test_a_crs_that_gdal_reads_in_every_format_is_the_same(copied):
    for name in ("two.gpkg", "two.fgb", "two.gml", "cp1251/two.shp"):
        with reader(copied.root / name, Notes("one", name)) as file:
            assert file.crs == "EPSG:4326"
            assert {"party", "label"} <= set(file.fields)
