import hashlib
import json
import shutil
import subprocess
import tomllib
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import BadInputError, EnvironmentRefusedError
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.settings import Settings
from merestone.model.sources import EdgeType, LayerKind, SourceKind
from merestone.sources import lock as locks
from merestone.sources import write as writing
from merestone.sources.canonical import canonical, canonical_text, dossier_digest, plain
from merestone.sources.dossier import parse_dossier, read_dossier
from merestone.sources.lock import (
    check_lock,
    file_sha256,
    hash_of,
    lock_json,
    lock_of,
    lock_text,
    make_lock,
    paths_of,
    read_lock,
    write_lock,
)
from merestone.sources.members import members
from merestone.sources.spec import Lock
from merestone.sources.write import copy_new, only_writer, write_atomic, write_new

HASH = "0" * 64
OPERATION = {
    "crs": "EPSG:4284",
    "code": "EPSG:15865",
    "name": "Pulkovo 1942 to WGS 84 (16)",
    "accuracy_m": 4.0,
    "definition": "+proj=pipeline +step +proj=push",
}

# --- members and hashes -----------------------------------------------------------------------


def test_a_file_is_hashed_as_it_is(tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"abc")
    # FIPS 180-4, the example of one block.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_sha256(tmp_path / "a.gpkg") == hash_of(tmp_path / "a.gpkg") == expected


def test_a_shapefile_is_hashed_as_sha256sum_and_sort_do_it(tmp_path, shipped_dossier):
    for file in (shipped_dossier / "sources" / "dcw").iterdir():
        shutil.copy(file, tmp_path)
    command = "sha256sum dcw.* | sed 's/  / /' | LC_ALL=C sort | sha256sum"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert hash_of(tmp_path / "dcw.shp") == done.stdout.split()[0]


def test_a_folder_is_hashed_over_all_its_files(tmp_path):
    folder = tmp_path / "x.gdb"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.gdbtable").write_bytes(b"1")
    (folder / "deep" / "b").write_bytes(b"2")
    lines = sorted(
        f"{hashlib.sha256(data).hexdigest()} {name}\n"
        for name, data in [("a.gdbtable", b"1"), ("deep/b", b"2")]
    )
    assert hash_of(folder) == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_members_of_a_shapefile(tmp_path):
    belong = ["a.shp", "a.SHX", "a.dbf", "a.prj", "a.cpg", "a.qix", "a.shp.xml"]
    others = ["a.gpkg", "A.dbf", "ab.dbf", "a.dbf.bak", "a.txt", "b.shp"]
    for name in [*belong, *others]:
        (tmp_path / name).write_bytes(b"x")
    assert [file.name for file in members(tmp_path / "a.shp")] == sorted(belong)
    assert [file.name for file in members(tmp_path / "a.gpkg")] == ["a.gpkg"]
    assert members(tmp_path / "none.shp") == ()


@pytest.mark.parametrize("member", ["a.dbf", "a.prj", "a.cpg"])
def test_every_member_counts(tmp_path, member):
    for name in ["a.shp", "a.shx", "a.dbf"]:
        (tmp_path / name).write_bytes(b"x")
    before = hash_of(tmp_path / "a.shp")
    (tmp_path / member).write_bytes(b"y")
    assert hash_of(tmp_path / "a.shp") != before


def test_what_cannot_be_hashed(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match="holds no file"):
        hash_of(tmp_path / "empty")
    with pytest.raises(BadInputError, match="no such file"):
        hash_of(tmp_path / "none")
    with pytest.raises(BadInputError, match="cannot be read"):
        file_sha256(tmp_path / "none")


# --- the lock file ----------------------------------------------------------------------------


@pytest.fixture
def dossier(tmp_path):
    for name in ["one.gpkg", "lakes.gpkg", "covers.geojson"]:
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "dossier.toml").write_text(
        'format = 1\ntitle = "T"\nparties = ["AAA", "BBB"]\n'
        '[[source]]\nid = "one"\npath = "one.gpkg"\nparty_field = "iso"\n'
        'covers = { path = "covers.geojson" }\n'
        '[[layer]]\nkind = "waters"\npath = "lakes.gpkg"\n'
    )
    return tmp_path


def locked(root, operations=None):
    spec = read_dossier(root)
    lock = lock_of({path: hash_of(root / path) for path in paths_of(spec)}, operations or {})
    return spec, lock


def test_write_and_read(dossier):
    spec, lock = locked(dossier, {"one": {**OPERATION, "code": None}, "lakes.gpkg": OPERATION})
    assert read_lock(dossier) is None
    write_lock(dossier, lock)
    again = read_lock(dossier)
    assert again == lock
    assert again.operations["lakes.gpkg"] == OPERATION
    assert "code" not in again.operations["one"]
    assert list(again.files) == ["covers.geojson", "lakes.gpkg", "one.gpkg"]
    check_lock(spec, again)


def test_the_text_is_toml_and_the_same_for_any_order(dossier):
    _, lock = locked(dossier, {"one": OPERATION, "lakes.gpkg": OPERATION})
    shuffled = Lock(
        dict(reversed(lock.files.items())),
        {key: dict(reversed(value.items())) for key, value in reversed(lock.operations.items())},
    )
    assert lock_text(shuffled) == lock_text(lock)
    assert lock_json(shuffled) == lock_json(lock)
    expected = {"format": 1, "files": dict(lock.files), "operations": dict(lock.operations)}
    assert tomllib.loads(lock_text(lock)) == json.loads(lock_json(lock)) == expected


NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(str.strip)


@given(
    st.dictionaries(
        NAMES, st.binary(max_size=3).map(lambda data: hashlib.sha256(data).hexdigest()), max_size=4
    ),
    st.dictionaries(
        NAMES,
        st.fixed_dictionaries(
            {"name": NAMES, "definition": NAMES},
            optional={"accuracy_m": st.floats(0, 100), "code": st.none() | NAMES},
        ),
        max_size=3,
    ),
)
def test_any_lock_survives_its_file(tmp_path_factory, files, operations):
    root = tmp_path_factory.mktemp("lock")
    lock = lock_of(files, operations)
    write_lock(root, lock)
    assert read_lock(root) == lock


def test_a_changed_file_is_named_with_both_hashes(dossier):
    spec, lock = locked(dossier)
    (dossier / "one.gpkg").write_bytes(b"changed")
    with pytest.raises(BadInputError) as caught:
        check_lock(spec, lock)
    message = caught.value.message
    assert "one.gpkg" in message
    assert hashlib.sha256(b"one.gpkg").hexdigest() in message
    assert hashlib.sha256(b"changed").hexdigest() in message
    assert "merestone lock" in message


@pytest.mark.parametrize("path", ["one.gpkg", "lakes.gpkg", "covers.geojson"])
def test_a_missing_file_is_named(dossier, path):
    spec, lock = locked(dossier)
    (dossier / path).unlink()
    with pytest.raises(BadInputError, match=rf"{path}: there is no such file"):
        check_lock(spec, lock)


@pytest.mark.parametrize("path", ["one.gpkg", "lakes.gpkg", "covers.geojson"])
def test_a_file_that_is_not_in_the_lock(dossier, path):
    spec, lock = locked(dossier)
    fewer = Lock({key: value for key, value in lock.files.items() if key != path}, {})
    with pytest.raises(
        BadInputError, match=f"'{path}' of the dossier is not in it; run `merestone lock` again"
    ):
        check_lock(spec, fewer)


def test_what_the_dossier_does_not_name(dossier):
    spec, lock = locked(dossier)
    with pytest.raises(BadInputError, match=r"'old\.gpkg' is in it, but the dossier does not name it"):
        check_lock(spec, lock_of({**lock.files, "old.gpkg": HASH}, {}))
    with pytest.raises(BadInputError, match="pins a datum operation for 'two'"):
        check_lock(spec, lock_of(lock.files, {"two": OPERATION}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "format is None"),
        ("format = 2\n[files]\n", "format is 2"),
        ("format = 1\n", "'files' is missing"),
        ("format = 1\n[file]\n", "nearest known one is 'files'"),
        (f'format = 1\n[files]\n"a" = "{HASH[:-1]}"\n', "files.a = "),
        (f'format = 1\n[files]\n"a" = "{"A" * 64}"\n', "64 hexadecimal"),
        ("format = 1\n[files]\na = 5\n", "files.a = 5"),
        ("format = 1\n[files]\n[operations]\na = 5\n", "operations.a = 5"),
        ('format = 1\n[files]\n[operations.a]\nname = "x"\n', "'definition' is missing"),
        ('format = 1\n[files]\n[operations.a]\nnom = "x"\n', "nearest known one is 'name'"),
        (
            'format = 1\n[files]\n[operations.a]\nname = "x"\ndefinition = "x"\naccuracy_m = -1\n',
            "accuracy_m = -1",
        ),
        ("format = 1\n[fil", "not TOML"),
        ("x = " + "[" * 100_000, "nests deeper"),
    ],
)
def test_a_lock_that_was_not_written_by_merestone(tmp_path, text, said):
    (tmp_path / "dossier.lock").write_text(text)
    with pytest.raises(BadInputError) as caught:
        read_lock(tmp_path)
    assert said in caught.value.message
    assert "dossier.lock" in caught.value.message


def test_a_lock_that_is_a_folder_or_a_dangling_link(tmp_path):
    (tmp_path / "dossier.lock").mkdir()
    with pytest.raises(BadInputError, match="this is a folder"):
        read_lock(tmp_path)
    (tmp_path / "dossier.lock").rmdir()
    (tmp_path / "dossier.lock").symlink_to("nowhere")
    with pytest.raises(BadInputError, match="no such file"):
        read_lock(tmp_path)


def test_the_shipped_dossier_can_be_locked(shipped_copy):
    (shipped_copy / "dossier.lock").unlink(missing_ok=True)
    spec = read_dossier(shipped_copy)
    seen = []
    lock = make_lock(spec, progress=lambda stage, item=None, share=None: seen.append((stage, share)))
    write_lock(shipped_copy, lock)
    assert read_lock(shipped_copy) == lock
    check_lock(spec, lock)
    assert set(lock.files) == {one.path for one in (*spec.sources, *spec.layers)}
    assert lock.operations == {}  # all of them are on WGS 84
    assert ("hashing", 1.0) in seen
    assert all(share is None or 0 <= share <= 1 for _, share in seen)


# --- the hash of a dossier --------------------------------------------------------------------

BASE = """format = 1
title = "T"
parties = ["AAA", "BBB"]
[party.AAA.names]
en = "Ah"
[party.BBB.names]
en = "Bee"
[[source]]
id = "one"
path = "one.gpkg"
side = { AAA = "iso = 'A'", BBB = "iso = 'B'" }
accuracy = { measure = "CE95", metres = 50, assumed = true, assumed_by = "AAA" }
standing = { offered_by = ["AAA"], available_to = ["AAA", "BBB"], contested_by = [{ party = "BBB", reason = "AAA drew it" }] }
[[source]]
id = "two"
path = "two.gpkg"
side = { BBB = "iso = 'B'" }
[[source]]
id = "three"
path = "three.gpkg"
kind = "lines"
[[layer]]
kind = "districts"
path = "d.gpkg"
side = { AAA = "x", BBB = "y" }
"""  # noqa: E501

SWAPPED = """format = 1
title = "T"
parties = ["BBB", "AAA"]
[party.BBB.names]
en = "Ah"
[party.AAA.names]
en = "Bee"
[[source]]
id = "one"
path = "one.gpkg"
side = { BBB = "iso = 'A'", AAA = "iso = 'B'" }
accuracy = { measure = "CE95", metres = 50, assumed = true, assumed_by = "BBB" }
standing = { offered_by = ["BBB"], available_to = ["BBB", "AAA"], contested_by = [{ party = "AAA", reason = "AAA drew it" }] }
[[source]]
id = "two"
path = "two.gpkg"
side = { AAA = "iso = 'B'" }
[[source]]
id = "three"
path = "three.gpkg"
kind = "lines"
[[layer]]
kind = "districts"
path = "d.gpkg"
side = { BBB = "x", AAA = "y" }
"""  # noqa: E501


def spec_of(text):
    return parse_dossier(text.encode(), Path("dossier.toml"))


LOCK = lock_of({"one.gpkg": HASH}, {"one": OPERATION})


@pytest.mark.parametrize("lock", [None, LOCK])
def test_the_swapped_dossier_has_the_same_hash_and_the_other_orientation(lock):
    sha256, oriented = dossier_digest(spec_of(BASE), lock)
    swapped_sha256, swapped_oriented = dossier_digest(spec_of(SWAPPED), lock)
    assert swapped_sha256 == sha256
    assert {oriented, swapped_oriented} == {"AAA", "BBB"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('offered_by = ["AAA"]', 'offered_by = ["BBB"]'),
        ("side = { BBB = \"iso = 'B'\" }", "side = { AAA = \"iso = 'B'\" }"),
        ('assumed_by = "AAA"', 'assumed_by = "BBB"'),
        ('party = "BBB"', 'party = "AAA"'),
        ('AAA = "x", BBB = "y"', 'AAA = "y", BBB = "x"'),
        ('en = "Ah"', 'en = "Oh"'),
    ],
)
def test_exchanging_an_id_in_one_place_only_is_another_dossier(old, new):
    assert old in BASE
    assert dossier_digest(spec_of(BASE.replace(old, new)), None)[0] != dossier_digest(spec_of(BASE), None)[0]


def test_a_dossier_that_the_exchange_leaves_as_it_is():
    text = (
        BASE[: BASE.index("[party")] + BASE[BASE.index('[[source]]\nid = "three"') : BASE.index("[[layer]]")]
    )
    assert dossier_digest(spec_of(text), None)[1] == "both"


def test_what_files_hold_is_never_exchanged():
    text = BASE[: BASE.index("[party")] + '[[source]]\nid = "one"\npath = "x"\nparty_field = "iso"\n'
    data = canonical(spec_of(text), None, rename=lambda word: {"AAA": "BBB", "BBB": "AAA"}.get(word, word))
    assert data["sources"]["one"]["side"] == {
        "AAA": {"field": "iso", "value": "BBB"},
        "BBB": {"field": "iso", "value": "AAA"},
    }
    assert dossier_digest(spec_of(text), None)[1] in ("AAA", "BBB")


def test_comments_order_and_spelling_do_not_count():
    same = (
        BASE.replace('["AAA", "BBB"]', '["BBB", "AAA"] # a comment', 1)
        .replace("metres = 50", "metres = 5_0.0")
        .replace('"one.gpkg"', "'./one.gpkg'")
        .replace('[[source]]\nid = "two"', '# another\n[[source]]\ntitle = "two"\nid = "two"')
    )
    same += "[compare]\nstation_m = 100\n"
    assert same != BASE
    assert dossier_digest(spec_of(same), LOCK) == dossier_digest(spec_of(BASE), LOCK)


def test_the_canonical_text_is_pinned():
    """A change of this text changes every dossier's hash: it needs a new format of the canonical form."""
    text = 'format = 1\ntitle = "Ç"\nparties = ["B", "A"]\n'
    text += '[[source]]\nid = "x"\npath = "x.gpkg"\nside = { A = "i = 1" }\n'
    assert canonical_text(canonical(spec_of(text), lock_of({"x.gpkg": "00"}, {}))) == (
        '{"ellipsoid":{"a_m":6378137.0,"f":0.0033528106647474805,"name":"WGS 84"},"files":{"x.gpkg":"00"},'
        '"format":"merestone-dossier/1","layers":[],"operations":{},"parties":{"A":{},"B":{}},'
        '"settings":{"coincide_m":0.001,"corridor_m":25000.0,"facing_m":5000.0,"min_difference_km2":0.01,'
        '"min_section_m":500.0,"rounding":{"degrees":1e-09,"km":0.001,"km2":0.0001,"m":0.001,"other":1e-06},'
        '"station_m":100.0,"tolerance_m":100.0},'
        '"sources":{"x":{"id":"x","kind":"one-sided","path":"x.gpkg","rings":"structure",'
        '"side":{"A":{"where":"i = 1"}},"title":"x"}},"title":"Ç"}'
    )


OTHER = {
    "kind": {SourceKind: SourceKind.LINES, LayerKind: LayerKind.ROADS},
    "side": {"AAA": "z"},
    "edges": EdgeType.GEODESIC,
    "accuracy": Accuracy(Measure.SIGMA, 7.0),
    "names": {"hy": "name"},
    "name_forms": {"1": {"hy": "Սյունիք"}},
    "map": {"series": "s"},
    "covers": {"bbox": [1.0, 2.0, 3.0, 4.0]},
}


def changed(entry, name):
    value = OTHER.get(name)
    if name == "kind":
        return replace(entry, kind=OTHER["kind"][type(entry.kind)])
    if name == "standing":
        return replace(entry, standing=replace(entry.standing, offered_by=("BBB",)))
    if value is None:
        value = 3.5 if name in ("scale", "generalisation_m", "common_share", "correlation_km") else "changed"
    return replace(entry, **{name: value})


@pytest.mark.parametrize("part", ["sources", "layers"])
def test_every_field_of_every_entry_counts(part):
    spec = spec_of(BASE)
    before = dossier_digest(spec, LOCK)
    for field in fields(getattr(spec, part)[0]):
        entries = list(getattr(spec, part))
        entries[0] = changed(entries[0], field.name)
        assert entries[0] != getattr(spec, part)[0], field.name
        after = dossier_digest(replace(spec, **{part: tuple(entries)}), LOCK)
        assert after[0] != before[0], field.name


def test_settings_ellipsoid_title_and_lock_count():
    spec = spec_of(BASE)
    others = [
        (replace(spec, title="U"), LOCK),
        (replace(spec, ellipsoid=Ellipsoid("x", 6378245.0, 0.0033)), LOCK),
        (spec, None),
        (spec, lock_of({"one.gpkg": "1" * 64}, LOCK.operations)),
        (spec, lock_of(LOCK.files, {"one": {**OPERATION, "accuracy_m": 5.0}})),
        (spec, lock_of({**LOCK.files, "two.gpkg": HASH}, LOCK.operations)),
    ]
    others += [
        (
            replace(
                spec,
                settings=replace(Settings(), **{field.name: "one" if field.name == "axis" else {"m": 1.0}}),
            ),
            LOCK,
        )
        if field.name in ("axis", "rounding")
        else (replace(spec, settings=replace(Settings(), **{field.name: 7.0})), LOCK)
        for field in fields(Settings)
    ]
    digests = {dossier_digest(one, lock)[0] for one, lock in [(spec, LOCK), *others]}
    assert len(digests) == len(others) + 1


def test_the_root_does_not_count(dossier, tmp_path):
    other = tmp_path.parent / f"{tmp_path.name}-moved"
    shutil.copytree(dossier, other)
    assert dossier_digest(read_dossier(other), LOCK) == dossier_digest(read_dossier(dossier), LOCK)


def test_a_lock_that_was_read_counts_as_the_one_that_was_made(dossier):
    spec, lock = locked(dossier, {"one": {**OPERATION, "code": None, "accuracy_m": None}})
    write_lock(dossier, lock)
    made = Lock(lock.files, {"one": {**OPERATION, "code": None, "accuracy_m": None}})
    assert dossier_digest(spec, read_lock(dossier)) == dossier_digest(spec, made)


def test_plain_refuses_what_has_no_form():
    with pytest.raises(TypeError, match="date has no canonical form"):
        plain({"x": date(1978, 5, 17)})
    with pytest.raises(ValueError, match="JSON"):
        canonical_text({"x": float("nan")})


# --- writing ----------------------------------------------------------------------------------


def parts(folder):
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


def test_write_atomic_replaces_and_keeps_permissions(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_write_atomic_follows_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize("failing", ["fsync", "write"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, failing):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    if failing == "fsync":
        monkeypatch.setattr(writing.os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(EnvironmentRefusedError, match="No space left on device"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_write_new_never_overwrites(tmp_path):
    write_new(tmp_path / "a", b"1")
    with pytest.raises(BadInputError, match="exists already"):
        write_new(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(BadInputError, match="exists already"):
        write_new(tmp_path / "dangling", b"2")
    assert parts(tmp_path) == []


def test_write_new_without_hard_links(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(writing.os, "link", fail)
    write_new(tmp_path / "a", b"1")
    with pytest.raises(BadInputError, match="exists already"):
        write_new(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"
    assert parts(tmp_path) == []


def test_copy_new(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    copy_new(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"1"
    with pytest.raises(EnvironmentRefusedError, match="cannot be written"):
        copy_new(tmp_path / "a", tmp_path / "b")
    with pytest.raises(EnvironmentRefusedError, match="cannot be written"):
        copy_new(tmp_path / "a", tmp_path / "none" / "b")


def test_only_one_writer_at_a_time(tmp_path):
    with (
        only_writer(tmp_path),
        pytest.raises(EnvironmentRefusedError, match="another run"),
        only_writer(tmp_path),
    ):
        pass
    with only_writer(tmp_path):
        pass


def test_the_lock_is_written_whole_or_not_at_all(dossier, monkeypatch):
    _, lock = locked(dossier)
    write_lock(dossier, lock)
    before = (dossier / locks.NAME).read_bytes()

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(writing.os, "fsync", fail)
    with pytest.raises(EnvironmentRefusedError):
        write_lock(dossier, lock_of({"x": HASH}, {}))
    assert (dossier / locks.NAME).read_bytes() == before
    assert parts(dossier) == []
