import shutil
import tomllib
import warnings

import numpy as np
import pyogrio
import pytest
import shapely

from merestone.errors import BadInputError, EnvironmentRefusedError
from merestone.model.settings import Settings
from merestone.model.sources import Party, SourceKind
from merestone.sources import register as registering
from merestone.sources.dossier import read_dossier
from merestone.sources.hashes import hash_of
from merestone.sources.lock import NAME as LOCK_NAME
from merestone.sources.propose import propose_source
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
