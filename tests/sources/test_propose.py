import shutil
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from merestone.errors import BadInputError, EnvironmentRefusedError
from merestone.model.settings import Settings
from merestone.model.sources import Party, SourceKind
from merestone.sources import register as registering
from merestone.sources.dossier import read_dossier
from merestone.sources.guesses import date_in, scale_in, source_id_for
from merestone.sources.iso3166 import ALPHA_2, forms
from merestone.sources.load import load_case
from merestone.sources.lock import NAME as LOCK_NAME
from merestone.sources.lock import hash_of
from merestone.sources.matching import best_match
from merestone.sources.propose import has_field, propose_source
from merestone.sources.register import add_sources, make_dossier, new_dossier_text

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


def listing(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- init -------------------------------------------------------------------------------------


def test_a_new_dossier_is_read_back(tmp_path):
    made = make_dossier(tmp_path / "deep" / "x", ["AZE", "ARM"])
    assert made.path == tmp_path / "deep" / "x" / "dossier.toml"
    assert made.path.read_text(encoding="utf-8") == made.text
    spec = read_dossier(made.path.parent)
    assert [party.id for party in spec.parties] == ["ARM", "AZE"]
    assert (spec.title, spec.settings, spec.sources) == ("ARM – AZE", Settings(), ())


def test_the_parties_of_a_new_dossier_have_no_order():
    assert new_dossier_text("T", ["ARM", "AZE"]) == new_dossier_text("T", ["AZE", "ARM"])


def test_the_defaults_shown_in_a_new_dossier_are_the_defaults(tmp_path):
    text = new_dossier_text("T", ["A", "B"])
    start = text.index("[compare]")
    shown = text[start : text.index("\n\n", start)].replace("# ", "")
    assert Settings(**tomllib.loads(shown)["compare"]) == Settings()


@pytest.mark.parametrize("title", ['with "quotes"', "back\\slash", "Հայաստան – Azərbaycan", "'", "#"])
def test_any_title_is_written_so_that_it_can_be_read(tmp_path, title):
    assert read_dossier(make_dossier(tmp_path, ["A", "B"], title).path).title == title


@pytest.mark.parametrize(
    ("parties", "title", "said"),
    [
        (["A"], None, "exactly two"),
        (["A", "B", "C"], None, "exactly two"),
        (["A", "A"], None, "the same"),
        (["A", "B B"], None, "B B"),
        (["A", ""], None, "parties"),
        (["A", 'B"\n'], None, "parties"),
        (["A", "B"], "two\nlines", "U+000A"),
    ],
)
def test_a_new_dossier_with_bad_words_writes_nothing(tmp_path, parties, title, said):
    with pytest.raises(BadInputError) as caught:
        make_dossier(tmp_path / "x", parties, title)
    assert said in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_an_existing_dossier_is_never_overwritten(dossier):
    before = listing(dossier)
    with pytest.raises(BadInputError, match="exists already"):
        make_dossier(dossier, ["A", "B"])
    assert listing(dossier) == before


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EnvironmentRefusedError, match="cannot be made"):
        make_dossier(tmp_path / "file" / "x", ["A", "B"])


# --- what a file shows ------------------------------------------------------------------------


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
    with pytest.raises(BadInputError, match=r"\[\[layer\]\]"):
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


# --- CRS, scale, date, id ---------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("ne_10m_admin_0_countries", 10_000_000),
        ("NE-110m", 110_000_000),
        ("genshtab-1-100000", 100_000),
        ("genshtab_1_200_000", 200_000),
        ("genshtab-100k", 100_000),
        ("topo50K", None),
        ("countries-land-1m", None),
        ("map-10m", None),
        ("sheet-1-2", None),
        ("map", None),
    ],
)
def test_scales_in_names(name, scale):
    found = scale_in(name, [])
    assert (found and found[0]) == scale


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("Scale 1:1 000 000", 1_000_000),
        ("1 : 100.000, Generalstab", 100_000),
        ("масштаб 1:50000", 50_000),
        ("1:25,000", 25_000),
        ("ratio 1:2", None),
        ("21:100000", None),
        ("time 11:1000", None),
    ],
)
def test_scales_in_metadata(text, scale):
    found = scale_in("map", [text])
    assert (found and found[0]) == scale


def test_a_scale_in_the_metadata_of_a_file_is_proposed(outside):
    metadata = {"layer_metadata": {"note": "drawn at 1:200 000"}}
    path = write(outside / "map.gpkg", SQUARES, options=metadata, iso=["ARM", "AZE"])
    proposal = propose_source(path, PARTIES)
    assert values(proposal)["scale"] == 200_000
    assert any("1:200,000 is taken from the metadata" in note for note in proposal.notes)


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("osm-2017", "2017"),
        ("osm-2017-11", "2017-11"),
        ("osm_20171130", "2017-11-30"),
        ("osm-2017-11-31", None),
        ("genshtab-1976-1978", None),
        ("k38-021", None),
        ("map-201712", None),
        ("12017", None),
        ("map", None),
    ],
)
def test_dates_in_names(name, date):
    assert date_in(name) in ({date, "2017"} if name == "osm-2017-11-31" else {date})


@pytest.mark.parametrize(
    ("name", "taken", "made"),
    [
        ("Natural Earth (10m)", (), "natural-earth-10m"),
        ("Österreich", (), "osterreich"),
        ("Հայաստան", (), "source"),
        ("Հայաստան", ("source", "source-2"), "source-3"),
        ("a" * 200, (), "a" * 56),
        ("--", (), "source"),
    ],
)
def test_ids_from_names(name, taken, made):
    assert source_id_for(name, taken) == made


def test_iso_codes():
    assert len(ALPHA_2) == 249
    assert len(set(ALPHA_2.values())) == 249
    assert (forms("ARM"), forms("aze"), forms("AM"), forms("XX")) == (("AM",), ("AZ",), ("ARM",), ())
    zones = Path("/usr/share/zoneinfo/iso3166.tab")
    if zones.exists():
        lines = zones.read_text(encoding="utf-8").splitlines()
        assert set(ALPHA_2.values()) == {line[:2] for line in lines if line and not line.startswith("#")}


def test_has_field(outside, shipped_dossier):
    assert has_field(shipped_dossier / "sources" / "dcw" / "dcw.shp", "iso3")
    assert not has_field(shipped_dossier / "sources" / "dcw" / "dcw.shp", "iso")
    (outside / "points.csv").write_text("number,latitude,longitude\n1,41N,45E\n")
    assert not has_field(outside / "points.csv", "number")
    with pytest.raises(BadInputError, match="no such file"):
        has_field(outside / "none.gpkg", "iso")


# --- tables of turning points -----------------------------------------------------------------

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


# --- add --------------------------------------------------------------------------------------


def test_add_appends_and_leaves_every_byte_that_was_there(dossier, outside):
    file = dossier / "dossier.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# a closing thought", encoding="utf-8")
    before = file.read_bytes()
    path = write(outside / "map-1978.gpkg", SQUARES, iso=["ARM", "AZE"])
    (added,) = add_sources(dossier, [path])
    after = file.read_bytes()
    assert after.startswith(before)
    assert after.decode().endswith(added.text)
    assert (added.id, added.path) == ("map-1978", "sources/map-1978.gpkg")
    (source,) = read_dossier(dossier).sources
    assert (source.id, source.date, source.kind) == ("map-1978", "1978", SourceKind.TWO_SIDED)
    assert source.side == {"ARM": "iso = 'ARM'", "AZE": "iso = 'AZE'"}


def test_add_works_after_layers_and_keeps_windows_lines(dossier, outside):
    file = dossier / "dossier.toml"
    text = file.read_text(encoding="utf-8") + '[[layer]]\nkind = "roads"\npath = "r.gpkg"\n'
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    add_sources(dossier / "dossier.toml", [write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])])
    data = file.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    spec = read_dossier(dossier)
    assert (len(spec.sources), len(spec.layers)) == (1, 1)


def test_a_file_outside_is_copied_with_all_members_and_that_is_said(dossier, outside, shipped_dossier):
    for file in (shipped_dossier / "sources" / "dcw").iterdir():
        shutil.copy(file, outside)
    (added,) = add_sources(dossier, [outside / "dcw.shp"])
    assert added.path == "sources/dcw/dcw.shp"
    assert any("5 files are copied" in note for note in added.notes)
    assert hash_of(dossier / added.path) == hash_of(outside / "dcw.shp")
    assert set(listing(dossier / "sources" / "dcw")) == set(listing(outside))


def test_a_file_inside_is_named_where_it_lies(dossier):
    (dossier / "maps").mkdir()
    path = write(dossier / "maps" / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    before = set(listing(dossier))
    (added,) = add_sources(dossier, [path])
    assert added.path == "maps/map.gpkg"
    assert added.notes == ()
    assert set(listing(dossier)) == before


def test_a_link_to_a_file_outside_is_copied(dossier, outside):
    path = write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    (dossier / "link.gpkg").symlink_to(path)
    (added,) = add_sources(dossier, [dossier / "link.gpkg"])
    assert added.path == "sources/link.gpkg"
    assert not (dossier / added.path).is_symlink()
    assert hash_of(dossier / added.path) == hash_of(path)


def test_a_file_that_was_copied_before_is_not_copied_again(dossier, outside):
    path = write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    (dossier / "sources").mkdir()
    shutil.copy(path, dossier / "sources")
    (added,) = add_sources(dossier, [path])
    assert added.path == "sources/map.gpkg"
    assert any("same content" in note for note in added.notes)


def test_another_file_of_the_same_name_gets_a_folder(dossier, outside):
    (outside / "b").mkdir()
    one = write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    two = write(outside / "b" / "map.gpkg", SQUARES, iso2=["AM", "AZ"])
    add_sources(dossier, [one])
    (added,) = add_sources(dossier, [two])
    assert (added.id, added.path) == ("map-2", "sources/map-2/map.gpkg")
    assert hash_of(dossier / "sources" / "map.gpkg") == hash_of(one)
    assert hash_of(dossier / added.path) == hash_of(two)


def test_two_files_of_one_name_in_one_call(dossier, outside):
    (outside / "b").mkdir()
    one = write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    two = write(outside / "b" / "map.gpkg", SQUARES, iso2=["AM", "AZ"])
    added = add_sources(dossier, [one, two])
    assert [item.path for item in added] == ["sources/map.gpkg", "sources/map-2/map.gpkg"]
    assert [source.id for source in read_dossier(dossier).sources] == ["map", "map-2"]


def test_a_file_is_registered_once(dossier, outside):
    path = write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    add_sources(dossier, [path])
    with pytest.raises(BadInputError, match="already the source 'map'"):
        add_sources(dossier, [path])
    with pytest.raises(BadInputError, match="already the source 'map'"):
        add_sources(dossier, [dossier / "sources" / "map.gpkg"])


def test_a_stale_lock_is_said(dossier, outside):
    (dossier / LOCK_NAME).write_text("format = 1\n[files]\n")
    (added,) = add_sources(dossier, [write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])])
    assert any("merestone lock" in note for note in added.notes)


def test_all_or_none(dossier, outside):
    good = write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    bad = write(outside / "bad.gpkg", SQUARES, iso=["GEO", "TUR"])
    before = listing(dossier)
    for files in ([good, bad], [good, outside / "none.gpkg"], [good, outside], [good, good]):
        with pytest.raises(BadInputError):
            add_sources(dossier, files)
        assert listing(dossier) == before


def test_copies_are_taken_away_where_the_dossier_cannot_be_written(dossier, outside, monkeypatch):
    path = write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    before = listing(dossier)

    def fail(*_):
        raise EnvironmentRefusedError("no space")

    monkeypatch.setattr(registering, "write_atomic", fail)
    with pytest.raises(EnvironmentRefusedError, match="no space"):
        add_sources(dossier, [path])
    assert listing(dossier) == before


def test_sources_in_brackets_cannot_be_appended_to(tmp_path, outside):
    (tmp_path / "dossier.toml").write_text('format = 1\ntitle = "T"\nparties = ["ARM", "AZE"]\nsource = []\n')
    with pytest.raises(BadInputError, match=r"write each under \[\[source\]\]"):
        add_sources(tmp_path, [write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])])


def test_add_without_a_dossier(tmp_path, outside):
    path = write(outside / "map.gpkg", SQUARES, iso=["ARM", "AZE"])
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(BadInputError, match="merestone init"):
            add_sources(place, [path])


@pytest.mark.parametrize(
    "name", ["a b.gpkg", "Հայաստան.gpkg", "quo'te.gpkg", 'quo"te.gpkg', "back\\slash.gpkg", "C:x.gpkg"]
)
def test_any_file_name(dossier, outside, name):
    path = write(outside / "plain.gpkg", SQUARES, iso=["ARM", "AZE"])
    path.rename(outside / name)
    (added,) = add_sources(dossier, [outside / name])
    (source,) = read_dossier(dossier).sources
    assert source.path == added.path
    assert hash_of(dossier / added.path) == hash_of(outside / name)


@pytest.mark.parametrize("name", ["new\nline.gpkg", "bell\a.gpkg", "\udcff.gpkg"])
def test_a_file_name_that_cannot_be_printed_is_refused_on_one_line(dossier, outside, name):
    write(outside / "plain.gpkg", SQUARES, iso=["ARM", "AZE"]).rename(outside / name)
    with pytest.raises(BadInputError, match="cannot be printed") as caught:
        add_sources(dossier, [outside / name])
    assert "\n" not in caught.value.message


def test_looking_at_a_file_writes_nothing_beside_it(outside, dossier):
    write(outside / "map.gml", SQUARES, iso=["ARM", "AZE"])
    (outside / "map.xsd").unlink(missing_ok=True)
    before = listing(outside)
    propose_source(outside / "map.gml", PARTIES)
    assert listing(outside) == before
