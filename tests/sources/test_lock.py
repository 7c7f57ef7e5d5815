import hashlib
import json
import shutil
import subprocess
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import BadInputError
from merestone.sources.dossier import read_dossier
from merestone.sources.hashes import file_sha256, hash_of
from merestone.sources.lock import (
    check_lock,
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

HASH = "0" * 64
OPERATION = {
    "crs": "EPSG:4284",
    "code": "EPSG:15865",
    "name": "Pulkovo 1942 to WGS 84 (16)",
    "accuracy_m": 4.0,
    "definition": "+proj=pipeline +step +proj=push",
}


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
