"""pyogrio comes without pandas, and is whole for whoever calls it after us."""

import subprocess
import sys

import pyogrio
import pytest

FRAMES = ("geopandas", "pandas", "pyarrow")
MAP = "examples/armenia-azerbaijan/sources/natural-earth.gpkg"


def run(code):
    """What `code` prints in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_reading_and_comparing_load_no_frames():
    code = (
        "import sys, merestone, merestone.service.run\n"
        "from pathlib import Path\n"
        "from merestone.sources.propose import has_sides\n"
        f"assert has_sides(Path({MAP!r}), 'map', 'iso3')\n"
        "print('pyogrio' in sys.modules)\n"
        f"print(*[name for name in {FRAMES!r} if name in sys.modules])"
    )
    assert run(code) == ["True"]


def test_flags_of_pyogrio_are_those_of_a_plain_import():
    flags = "{k: v for k, v in vars(pyogrio._compat).items() if k.isupper()}"
    plain = f"import pyogrio._compat; print({flags})"
    ours = f"from merestone.sources.ogr import pyogrio; print({flags})"
    assert run(ours) == run(plain)


@pytest.mark.parametrize("name", FRAMES)
def test_a_package_that_is_not_installed_counts_as_absent(name):
    hide = (
        "import importlib.metadata as m; known = m.version\n"
        f"def version(name):\n    if name == {name!r}: raise m.PackageNotFoundError(name)\n"
        "    return known(name)\n"
        "m.version = version\n"
        "from merestone.sources.ogr import pyogrio\n"
        f"print(pyogrio._compat.{name} is None)"
    )
    assert run(hide) == ["True"]


def test_frames_and_arrow_work_afterwards():
    code = (
        "from merestone.sources.ogr import pyogrio\n"
        f"print(len(pyogrio.read_dataframe({MAP!r})))\n"
        f"with pyogrio.open_arrow({MAP!r}, use_pyarrow=True) as (_, batches):\n"
        "    print(batches.read_all().num_rows)\n"
        f"import geopandas; print(len(geopandas.read_file({MAP!r})))"
    )
    assert run(code) == [str(pyogrio.read_info(MAP)["features"])] * 3
