"""A run's folder: whole files or none, one run at a time, nobody else's files touched."""

import errno
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import jsonschema
import pytest

from merestone.errors import BadInputError, EnvironmentRefusedError
from merestone.publish import output
from merestone.publish.manifest import read_manifest
from merestone.publish.output import LOCK, STAGE, OutputFolder, read_result
from merestone.publish.schema import load_schema


def tree(folder):
    """Every file below a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def run(folder, **files):
    with OutputFolder(folder) as out:
        for name, data in files.items():
            out.write(name.replace("__", "/").replace("_", "."), data)
    return out


def test_files_appear_with_a_manifest_that_fits_them(tmp_path):
    out = run(tmp_path / "a" / "out", comparison_json=b"{}", dossier__dossier_toml=b"format = 1")
    folder = tmp_path / "a" / "out"
    assert tree(folder).keys() == {"comparison.json", "dossier/dossier.toml", "manifest.json"}
    assert out.files == tuple(
        folder / name for name in ("comparison.json", "dossier/dossier.toml", "manifest.json")
    )
    manifest = json.loads((folder / "manifest.json").read_text())
    jsonschema.validate(manifest, load_schema("manifest-1"))
    assert manifest["files"]["comparison.json"] == {
        "bytes": 2,
        "sha256": hashlib.sha256(b"{}").hexdigest(),
    }
    assert list(manifest["files"]) == sorted(manifest["files"])


def test_a_writer_gets_a_path_beside_the_final_one(tmp_path):
    seen = []

    def writer(path):
        seen.append(path)
        assert not (tmp_path / "x.gpkg").exists()
        path.write_bytes(b"data")

    with OutputFolder(tmp_path) as out:
        out.add("x.gpkg", writer)
        assert not (tmp_path / "x.gpkg").exists()
    assert (tmp_path / "x.gpkg").read_bytes() == b"data"
    assert seen[0].parent.parent == tmp_path  # one file system, so the rename is atomic


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, BadInputError])
def test_an_exception_leaves_everything_as_it_was(tmp_path, error):
    run(tmp_path, comparison_json=b"old")
    before = tree(tmp_path)

    def stopped_run():
        with OutputFolder(tmp_path) as out:
            out.write("comparison.json", b"new")
            raise error("stop")

    with pytest.raises(error):
        stopped_run()
    assert tree(tmp_path) == before


def test_folders_that_the_run_made_go_again_when_it_fails(tmp_path):
    with pytest.raises(BadInputError), OutputFolder(tmp_path / "a" / "b"):
        raise BadInputError("no such file")
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_left_alone_and_stale_own_ones_removed(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    run(tmp_path, comparison_json=b"1", sensitivity_json=b"s", dossier__a_txt=b"a", edited_txt=b"as written")
    (tmp_path / "edited.txt").write_text("changed by the user")
    run(tmp_path, comparison_json=b"2")
    assert tree(tmp_path).keys() == {"comparison.json", "edited.txt", "manifest.json", "notes.txt"}
    assert not (tmp_path / "dossier").exists()
    assert (tmp_path / "edited.txt").read_text() == "changed by the user"


@pytest.mark.parametrize("name", ["comparison.json", "manifest.json", "dossier/a.txt"])
def test_a_file_that_no_run_wrote_is_not_replaced(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(EnvironmentRefusedError, match=f"{name}: this file is there already"):
        run(tmp_path, comparison_json=b"1", dossier__a_txt=b"a")
    assert tree(tmp_path) == {name: b"mine"}
    if name != "manifest.json":
        (tmp_path / name).write_bytes({"comparison.json": b"1", "dossier/a.txt": b"a"}[name])
        run(tmp_path, comparison_json=b"1", dossier__a_txt=b"a")  # nothing would be lost


def test_a_manifest_cannot_make_a_run_remove_files_elsewhere(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"v")
    out = tmp_path / "out"
    out.mkdir()
    entry = {"bytes": 1, "sha256": hashlib.sha256(b"v").hexdigest()}
    names = ("../victim", str(victim), "a/../../victim")
    listed = {"format": "merestone-manifest/1", "files": dict.fromkeys(names, entry)}
    (out / "manifest.json").write_text(json.dumps(listed))
    run(out, comparison_json=b"1")
    assert victim.read_bytes() == b"v"


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "", "a//b", "manifest.json", LOCK, f"{STAGE}/x"]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path, name):
    with OutputFolder(tmp_path) as out, pytest.raises(ValueError, match="no name for a file"):
        out.write(name, b"")


def test_of_two_runs_one_wins(tmp_path):
    with OutputFolder(tmp_path) as first:
        first.write("comparison.json", b"first")
        with pytest.raises(EnvironmentRefusedError, match="another run"), OutputFolder(tmp_path) as second:
            second.write("comparison.json", b"second")
    assert (tmp_path / "comparison.json").read_bytes() == b"first"
    run(tmp_path, comparison_json=b"third")
    assert (tmp_path / "comparison.json").read_bytes() == b"third"


CHILD = textwrap.dedent("""
    import signal, sys, time
    from pathlib import Path
    from merestone.publish.output import OutputFolder
    signal.signal(signal.SIGINT, signal.default_int_handler)  # deaf to it where its parent is
    with OutputFolder(Path(sys.argv[1])) as out:
        out.write("comparison.json", b"from the child")
        print("ready", flush=True)
        time.sleep(60)
""")


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_another_process_is_kept_out_until_it_dies(tmp_path, stop):
    run(tmp_path, comparison_json=b"old")
    before = tree(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout.readline() == b"ready\n"
        with pytest.raises(EnvironmentRefusedError, match="another run"), OutputFolder(tmp_path):
            pass
        child.send_signal(stop)
        child.wait(timeout=30)
    if stop is signal.SIGINT:
        assert tree(tmp_path) == before
    assert read_result(tmp_path / "comparison.json") == b"old"
    run(tmp_path, comparison_json=b"new")  # what the killed run left is neither in the way nor kept
    assert tree(tmp_path).keys() == {"comparison.json", "manifest.json"}


def kill_after(monkeypatch, renames):
    """Let the process seem to die after so many renames: nothing of it runs any more, not even cleaning."""
    real, count = Path.replace, 0

    def replace(self, target):
        nonlocal count
        if count == renames:
            raise SystemExit("killed")
        count += 1
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(OutputFolder, "_leave", lambda self: self._lock.release())


@pytest.mark.parametrize("renames", range(4))
def test_a_run_killed_between_two_renames_is_noticed(tmp_path, monkeypatch, renames):
    run(tmp_path, a_json=b"old a", b_json=b"old b", c_json=b"old c")
    with monkeypatch.context() as patch:
        kill_after(patch, renames)
        with pytest.raises(SystemExit):
            run(tmp_path, a_json=b"new a", b_json=b"new b", c_json=b"new c")
    answers = {}
    for name in ("a", "b", "c"):
        data = (tmp_path / f"{name}.json").read_bytes()
        assert data in {b"old " + name.encode(), b"new " + name.encode()}
        try:
            answers[name] = read_result(tmp_path / f"{name}.json")
        except BadInputError:
            answers[name] = None
    renamed = ["a", "b", "c"][:renames]
    assert answers == {n: None if n in renamed else b"old " + n.encode() for n in "abc"}
    run(tmp_path, a_json=b"next")
    assert tree(tmp_path).keys() - {"b.json", "c.json"} == {"a.json", "manifest.json"}


def test_a_first_run_that_was_killed_is_noticed(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        kill_after(patch, 1)
        with pytest.raises(SystemExit):
            run(tmp_path, a_json=b"a", b_json=b"b")
    with pytest.raises(BadInputError, match="interrupted"):
        read_result(tmp_path / "a.json")
    run(tmp_path, a_json=b"next", b_json=b"b")  # what the killed run put in place is no file of the user
    assert read_result(tmp_path / "a.json") == b"next"


def test_reading_a_result(tmp_path):
    (tmp_path / "alone.json").write_bytes(b"{}")
    assert read_result(tmp_path / "alone.json") == b"{}"
    with pytest.raises(BadInputError, match="no such file"):
        read_result(tmp_path / "none.json")
    with pytest.raises(BadInputError, match="not a file"):
        read_result(tmp_path)
    with pytest.raises(BadInputError, match="not a file"):
        read_result(tmp_path / "alone.json" / "comparison.json")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "other/1"}', "[" * 100_000, "\udcff"])
def test_a_manifest_that_cannot_be_used_says_nothing(tmp_path, text):
    (tmp_path / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_manifest(tmp_path) is None


def test_out_is_a_file(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(EnvironmentRefusedError, match="there is a file of that name"):
        run(tmp_path / "out", a_json=b"")
    with pytest.raises(EnvironmentRefusedError, match="a part of the path is a file"):
        run(tmp_path / "out" / "deeper", a_json=b"")
    assert tree(tmp_path) == {"out": b"a file"}


def test_a_folder_in_the_place_of_a_file_stops_the_run_before_anything_changes(tmp_path):
    run(tmp_path, a_json=b"old")
    (tmp_path / "b.json").mkdir()
    before = tree(tmp_path)
    with pytest.raises(EnvironmentRefusedError, match=r"b\.json.*there is a folder of that name"):
        run(tmp_path, a_json=b"new", b_json=b"new")
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "the disk reports an error"),
        (errno.EMFILE, "Too many open files"),
    ],
)
def test_a_write_error_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch, number, words):
    run(tmp_path, a_json=b"old")
    before = tree(tmp_path)

    def fail(path):
        path.write_bytes(b"half")
        raise OSError(number, os.strerror(number))

    with pytest.raises(EnvironmentRefusedError, match=words) as caught, OutputFolder(tmp_path) as out:
        out.add("a.json", fail)
    assert str(caught.value).startswith(str(tmp_path / "a.json"))
    assert "\n" not in str(caught.value)
    assert tree(tmp_path) == before


def test_a_folder_that_cannot_be_made(tmp_path, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(EnvironmentRefusedError, match="permission denied"):
        run(tmp_path / "out", a_json=b"")


def test_a_limit_on_file_size_stops_a_real_write(tmp_path):
    """The system itself refuses here: nothing is injected."""
    resource = pytest.importorskip("resource")
    program = textwrap.dedent("""
        import resource, sys
        from pathlib import Path
        from merestone.errors import EnvironmentRefusedError
        from merestone.publish.output import OutputFolder
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            with OutputFolder(Path(sys.argv[1])) as out:
                out.write("comparison.json", b"x" * 5000)
        except EnvironmentRefusedError as error:
            sys.exit(str(error))
    """)
    assert resource.RLIMIT_FSIZE is not None
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "out")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "larger than is allowed" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_changed_later_is_refused(tmp_path):
    run(tmp_path, comparison_json=b"12")
    (tmp_path / "comparison.json").write_bytes(b"21")
    with pytest.raises(BadInputError, match="compare again"):
        read_result(tmp_path / "comparison.json")


def test_folders_of_which_the_system_syncs_none(tmp_path, monkeypatch):
    def fsync(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(output.os, "fsync", fsync)
    run(tmp_path, a_json=b"a")
    assert read_result(tmp_path / "a.json") == b"a"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_folder_without_write_permission(tmp_path):
    """The system itself refuses; root, whom nothing refuses, becomes nobody first."""
    shut = tmp_path / "shut"
    shut.mkdir()
    shut.chmod(0o555)
    program = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from merestone.errors import EnvironmentRefusedError
        from merestone.publish.output import OutputFolder
        os.chdir(sys.argv[1])
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        for name in (".", "out"):
            try:
                with OutputFolder(Path(name)) as out:
                    out.write("comparison.json", b"{}")
            except EnvironmentRefusedError as error:
                print(error)
    """)
    done = subprocess.run(
        [sys.executable, "-c", program, str(shut)], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        ".: cannot be written: permission denied; name another folder with -o",
        "out: cannot be written: permission denied; name another folder with -o",
    ], done.stderr
    assert list(shut.iterdir()) == []
