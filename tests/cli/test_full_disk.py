"""A disk that is really full: a file system of a few hundred kilobytes, mounted for the test.

Where nothing can be mounted (no root, no user namespaces) the tests are skipped, with the reason.
The same with a limit of the size of files is in ``test_bad_input``, and with errors of every kind in
``tests/publish/test_output.py``.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

SMALL = "size=200k,nr_inodes=100"
"""The report of two squares alone takes more than a megabyte."""


def in_a_namespace(script, *words):
    """Run a shell script where it may mount, and nobody else sees it."""
    who = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", "--mount", *who, "sh", "-c", script, "sh", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def mounts(tmp_path_factory):
    """Skips unless a small tmpfs can be mounted here."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not here, so no small file system can be mounted")
    folder = tmp_path_factory.mktemp("mount")
    tried = in_a_namespace(f'mount -t tmpfs -o {SMALL} none "$1"', folder)
    if tried.returncode:
        pytest.skip(f"no small file system can be mounted here: {tried.stderr.strip()}")


def filled(out, *words):
    """Exit code, error and what is left of a run of merestone whose OUT lies on a tiny file system."""
    out.mkdir()
    script = (
        f'mount -t tmpfs -o {SMALL} none "$1" || exit 99\n'
        'echo mine > "$1/mine.txt"\n'
        'shift; "$@"; code=$?\n'
        f'ls -A "{out}"; exit $code'
    )
    done = in_a_namespace(script, out, sys.executable, "-m", "merestone", *words)
    assert done.returncode != 99, done.stderr
    return done.returncode, done.stderr, done.stdout.split()


@pytest.mark.quota
@pytest.mark.usefixtures("mounts")
def test_compare_on_a_full_disk(small_dossier, tmp_path):
    out = tmp_path / "out"
    code, err, left = filled(out, "compare", small_dossier.folder, "-o", out, "-q")
    assert code == 24
    assert err.startswith(f"error: {out}/")
    assert err.endswith(": cannot be written: the disk is full; name another folder with -o\n")
    assert len(err.splitlines()) == 1
    assert left == ["mine.txt"]


@pytest.mark.quota
@pytest.mark.usefixtures("mounts")
def test_add_on_a_full_disk(small_dossier, tmp_path):
    """A map larger than the disk: neither a part of its copy nor an entry for it is left."""
    large = tmp_path / "large.geojson"
    tree = json.loads((small_dossier.folder / "one.geojson").read_text(encoding="utf-8"))
    tree["comment"] = "x" * 400_000
    large.write_text(json.dumps(tree), encoding="utf-8")
    case = tmp_path / "case"
    case.mkdir()
    script = (
        f'mount -t tmpfs -o {SMALL} none "$1" || exit 99\n'
        '"$2" -m merestone init "$1" --parties AAA,BBB -q && cp "$1/dossier.toml" "$4" || exit 98\n'
        '"$2" -m merestone add --dossier "$1" "$3"; code=$?\n'
        'cmp "$1/dossier.toml" "$4" || exit 97\n'
        'find "$1" -type f; exit $code'
    )
    done = in_a_namespace(script, case, sys.executable, large, tmp_path / "before.toml")
    assert done.returncode == 24, done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert "No space left" in errors[0] or "disk is full" in errors[0]
    assert "Traceback" not in done.stderr
    assert done.stdout.split() == [str(case / "dossier.toml")]
