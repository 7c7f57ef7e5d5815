from pathlib import Path

import pytest

from merestone.errors import BadInputError, EnvironmentRefusedError
from merestone.sources import lock as locks
from merestone.sources import write as writing
from merestone.sources.lock import (
    lock_of,
    write_lock,
)
from merestone.sources.write import copy_new, only_writer, write_atomic, write_new


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


def test_the_lock_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    write_lock(tmp_path, lock_of({"x": "0" * 64}, {}))
    before = (tmp_path / locks.NAME).read_bytes()

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(writing.os, "fsync", fail)
    with pytest.raises(EnvironmentRefusedError):
        write_lock(tmp_path, lock_of({"x": "1" * 64}, {}))
    assert (tmp_path / locks.NAME).read_bytes() == before
    assert parts(tmp_path) == []
