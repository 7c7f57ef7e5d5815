import warnings

import numpy as np
import pyogrio
import pytest
import shapely

from merestone.errors import BadInputError
from merestone.model.sources import Party, SourceKind
from merestone.sources.dossier import read_dossier
from merestone.sources.load import load_case
from merestone.sources.matching import best_match
from merestone.sources.propose import has_sides, propose_source
from merestone.sources.register import add_sources, make_dossier

PARTIES = (Party("ARM", {"en": "Armenia", "az": "Ermənistan"}), Party("AZE", {"en": "Azerbaijan"}))
SQUARES = [shapely.box(45, 40, 46, 41), shapely.box(46, 40, 47, 41)]


def write(path, geometries, crs="EPSG:4326", kind="Polygon", options=None, **columns):
    """A vector file made by GDAL; ``options`` go to the writer."""
    names = list(columns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a file without CRS is meant
        pyogrio.raw.write(
            path,
            shapely.to_wkb(np.array(geometries, dtype=object)),
            [np.array(columns[name], dtype=object) for name in names],
            names,
            geometry_type=kind,
            crs=crs,
            **(options or {}),
        )
    return path


def values(proposal):
    return {entry.key: entry.value for entry in proposal.entries}


@pytest.fixture
def outside(tmp_path):
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.fixture
def dossier(tmp_path):
    folder = tmp_path / "dossier"
    make_dossier(folder, ["AZE", "ARM"])
    return folder


@pytest.mark.parametrize(
    ("name", "kind", "sides"),
    [
        ("natural-earth.gpkg", None, ["ARM", "AZE"]),
        ("osm-2017.geojson", None, ["ARM", "AZE"]),
        ("whosonfirst.gpkg", None, ["ARM", "AZE"]),
        ("dcw/dcw.shp", None, ["ARM", "AZE"]),
        ("mesoshapes-aze.gpkg", None, ["AZE"]),
        ("wdbii.geojson", "lines", None),
    ],
)
def test_the_shipped_sources_are_proposed_as_they_are_shipped(shipped_dossier, name, kind, sides):
    found = values(propose_source(shipped_dossier / "sources" / name, PARTIES))
    assert found.get("kind") == kind
    assert found.get("side") == (None if sides is None else {party: f"iso3 = '{party}'" for party in sides})
    assert "crs" not in found
    assert "layer" not in found


def test_the_proposed_sources_can_be_compared(dossier, shipped_dossier):
    names = ["natural-earth.gpkg", "osm-2017.geojson", "mesoshapes-aze.gpkg", "wdbii.geojson"]
    add_sources(dossier, [shipped_dossier / "sources" / name for name in names])
    spec = read_dossier(dossier)
    case = load_case(spec, None, sha256="0" * 64, oriented="ARM")
    kinds = {source.info.id: source.info.kind for source in case.sources}
    assert kinds == {
        "mesoshapes-aze": SourceKind.ONE_SIDED,
        "natural-earth": SourceKind.TWO_SIDED,
        "osm-2017": SourceKind.TWO_SIDED,
        "wdbii": SourceKind.LINES,
    }


@pytest.mark.parametrize(
    ("columns", "filters"),
    [
        ({"iso": ["ARM", "AZE"]}, ("iso = 'ARM'", "iso = 'AZE'")),
        ({"country": ["arm", "aze"]}, ("country = 'arm'", "country = 'aze'")),
        ({"a2": ["AM", "AZ"]}, ("a2 = 'AM'", "a2 = 'AZ'")),
        ({"label": ["ermənistan", "Azerbaijan"]}, ("label = 'ermənistan'", "label = 'Azerbaijan'")),
        ({"label": ["Armenia", "AZE"]}, ("label = 'Armenia'", "label = 'AZE'")),
        ({"name": ["Armenia", "Azerbaijan"], "iso2": ["AM", "AZ"]}, ("iso2 = 'AM'", "iso2 = 'AZ'")),
        ({"iso2": ["AM", "AZ"], "gu": ["ARM", "AZE"]}, ("gu = 'ARM'", "gu = 'AZE'")),
        ({"sov": ["ARM", "AZE"], "iso_a3": ["ARM", "AZE"]}, ("iso_a3 = 'ARM'", "iso_a3 = 'AZE'")),
        ({"two words": ["ARM", "AZE"]}, ("\"two words\" = 'ARM'", "\"two words\" = 'AZE'")),
        ({"order": ["ARM", "AZE"]}, ("\"order\" = 'ARM'", "\"order\" = 'AZE'")),
    ],
)
def test_the_attribute_that_tells_the_parties(outside, columns, filters):
    path = write(outside / "map.gpkg", SQUARES, **columns)
    assert values(propose_source(path, PARTIES))["side"] == dict(zip(("ARM", "AZE"), filters, strict=True))


def test_a_quote_in_a_value_is_doubled(outside):
    path = write(outside / "map.gpkg", SQUARES, name=["O'Land", "E'Land"])
    parties = (Party("OLA", {"en": "O'Land"}), Party("ELA", {"en": "E'Land"}))
    assert values(propose_source(path, parties))["side"] == {
        "ELA": "name = 'E''Land'",
        "OLA": "name = 'O''Land'",
    }


def test_a_filter_that_would_select_more_than_was_meant_is_refused(outside):
    """OGR SQL compares text without regard to case; here "arm" is another land than "ARM"."""
    path = write(outside / "map.geojson", [*SQUARES, shapely.box(45, 39, 46, 40)], iso=["ARM", "AZE", "arm"])
    with pytest.raises(BadInputError, match="selects 2 features where 1 were meant"):
        propose_source(path, PARTIES)


def test_several_values_for_a_party_make_one_filter(outside):
    path = write(
        outside / "map.gpkg", [*SQUARES, shapely.box(45, 39, 46, 40)], n=["ARMENIA", "AZE", "Armenia"]
    )
    assert values(propose_source(path, PARTIES))["side"]["ARM"] == "n IN ('ARMENIA', 'Armenia')"


def test_a_value_for_both_parties_tells_neither():
    both = (Party("A", {"en": "Isle"}), Party("B", {"en": "isle"}))
    assert best_match({"n": np.array(["Isle", "x"], dtype=object)}, both) is None
    assert best_match({"n": np.array([1, 2])}, both) is None


def test_one_sided_is_said(outside):
    proposal = propose_source(write(outside / "map.gpkg", SQUARES, iso=["AZE", "GEO"]), PARTIES)
    assert values(proposal)["side"] == {"AZE": "iso = 'AZE'"}
    assert any("shows AZE" in note and "ARM" in note for note in proposal.notes)


def test_areas_that_name_no_party_are_refused(outside):
    path = write(outside / "map.gpkg", SQUARES, iso=["GEO", "TUR"], name=["x", "y"])
    with pytest.raises(BadInputError) as caught:
        propose_source(path, PARTIES)
    assert "iso, name" in caught.value.message
    assert "by hand" in caught.value.message


def test_points_are_sent_to_the_layers(outside):
    path = write(outside / "map.gpkg", [shapely.Point(45, 40)], kind="Point", iso=["ARM"])
    with pytest.raises(BadInputError, match="--layer settlements"):
        propose_source(path, PARTIES)


def test_an_empty_layer_is_refused(outside):
    path = write(outside / "map.gpkg", np.empty(0, dtype=object), iso=np.empty(0, dtype=object))
    with pytest.raises(BadInputError, match="no feature"):
        propose_source(path, PARTIES)


def test_of_several_layers_the_one_that_tells_the_parties(outside):
    path = outside / "map.gpkg"
    line = shapely.LineString([(46, 40), (46, 41)])
    write(path, [shapely.Point(45, 40)], kind="Point", options={"layer": "towns"}, iso=["ARM"])
    write(path, SQUARES, options={"layer": "names", "append": True}, name=["Armenia", "Azerbaijan"])
    write(path, SQUARES, options={"layer": "states", "append": True}, iso=["ARM", "AZE"])
    write(path, [line], kind="LineString", options={"layer": "line", "append": True}, n=["x"])
    proposal = propose_source(path, PARTIES)
    assert values(proposal)["layer"] == "states"
    assert values(proposal)["side"] == {"ARM": "iso = 'ARM'", "AZE": "iso = 'AZE'"}
    assert any("also holds names, line" in note for note in proposal.notes)


def test_a_collection_of_areas_shows_areas(outside):
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"iso":"ARM"},"geometry":'
        '{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[45,40],[46,40],[46,41],[45,40]]]}]}}]}'
    )
    (outside / "map.geojson").write_text(text)
    assert values(propose_source(outside / "map.geojson", PARTIES))["side"] == {"ARM": "iso = 'ARM'"}


def test_a_crs_that_is_missing_is_a_guess_where_numbers_fit_degrees(outside):
    proposal = propose_source(write(outside / "map.shp", SQUARES, crs=None, iso=["ARM", "AZE"]), PARTIES)
    assert values(proposal)["crs"] == "EPSG:4326"
    assert any("guess" in note for note in proposal.notes)


def test_a_crs_that_is_missing_stays_open_where_they_do_not(outside):
    metres = [
        shapely.box(8_500_000, 4_400_000, 8_500_100, 4_400_100),
        shapely.box(8_500_100, 4_400_000, 8_500_200, 4_400_100),
    ]
    proposal = propose_source(write(outside / "map.shp", metres, crs=None, iso=["ARM", "AZE"]), PARTIES)
    assert "crs" not in values(proposal)
    assert any(remark.startswith('crs = "EPSG:28408"') for remark in proposal.remarks)
    assert any("set `crs`" in note for note in proposal.notes)


def test_a_scale_in_the_metadata_of_a_file_is_proposed(outside):
    metadata = {"layer_metadata": {"note": "drawn at 1:200 000"}}
    path = write(outside / "map.gpkg", SQUARES, options=metadata, iso=["ARM", "AZE"])
    proposal = propose_source(path, PARTIES)
    assert values(proposal)["scale"] == 200_000
    assert any("1:200,000 is taken from the metadata" in note for note in proposal.notes)


def test_has_sides(outside, shipped_dossier):
    sources = shipped_dossier / "sources"
    assert has_sides(sources / "dcw" / "dcw.shp", "dcw", "iso3")
    assert not has_sides(sources / "wdbii.geojson", "wdbii", "iso3")
    (outside / "points.csv").write_text("number,latitude,longitude\n1,41N,45E\n")
    assert not has_sides(outside / "points.csv", "points", "number")
    with pytest.raises(BadInputError, match=r"source 'dcw' .* no attribute 'iso'; they have .*iso3"):
        has_sides(sources / "dcw" / "dcw.shp", "dcw", "iso")
    with pytest.raises(BadInputError, match="no such file"):
        has_sides(outside / "none.gpkg", "none", "iso")


TABLE = "number,latitude,longitude\n1,41°07′30″N,45°12′00″E\n2,41.1N,45.3E\n"


@pytest.mark.parametrize(
    ("text", "open_keys"),
    [
        ("# datum: EPSG:4284\n# line: geodesic\n" + TABLE, []),
        ("# datum: EPSG:4284\n" + TABLE, ["edges"]),
        ("# line: geodesic\n" + TABLE, ["crs"]),
        (TABLE, ["crs", "edges"]),
        ("# datum: EPSG:4326\n# line: straight\nnumber,coordinates\n1,41.1 45.2\n2,41.2 45.3\n", ["order"]),
    ],
)
def test_a_table_is_lines_and_what_it_does_not_say_is_listed(outside, text, open_keys):
    (outside / "points.csv").write_text(text, encoding="utf-8")
    proposal = propose_source(outside / "points.csv", PARTIES)
    assert values(proposal)["kind"] == "lines"
    assert [remark.split(" =")[0] for remark in proposal.remarks if " = " in remark] == open_keys
    assert len(proposal.notes) == bool(open_keys)


def test_a_table_that_cannot_be_read_is_refused(outside):
    (outside / "points.csv").write_text(
        "# datum: EPSG:4284\n# line: geodesic\nlatitude,longitude\n41,1;45,2\n"
    )
    with pytest.raises(BadInputError, match=r"points\.csv"):
        propose_source(outside / "points.csv", PARTIES)
