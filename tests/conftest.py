"""Fixtures that every part of the tests may use."""

import gc
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

settings.register_profile(
    "merestone", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("merestone")


@pytest.fixture(scope="session")
def shipped_dossier():
    """The dossier of the demo, where it lies; tests never write into it."""
    return ROOT / "examples" / "armenia-azerbaijan"


def pytest_collection_finish():
    """What was collected stays to the end: no collection of garbage need look at it again."""
    gc.freeze()


class Shared:
    """Values that one worker works out and all use: the first to ask does it, the others wait."""

    PATIENCE_S = 900

    def __init__(self, tmp_path_factory):
        base = tmp_path_factory.getbasetemp()
        self.root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def get(self, name, work_out):
        """What `work_out`, given a folder of its own, returned for whichever worker asked first."""
        folder, done = self.root / name, self.root / f"{name}.done"
        try:
            folder.mkdir()
        except FileExistsError:
            until = time.monotonic() + self.PATIENCE_S
            while not done.exists() and time.monotonic() < until:
                time.sleep(0.1)
        else:
            found = ()
            try:
                found = (work_out(folder),)
            finally:
                part = done.with_suffix(".part")
                part.write_bytes(pickle.dumps(found))
                part.rename(done)
        found = pickle.loads(done.read_bytes())  # our own bytes
        assert found, f"the test that asked for {name} first tells what went wrong"
        return found[0]


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    return Shared(tmp_path_factory)


@dataclass(frozen=True)
class ShippedRun:
    """The command of the demo as a person gives it: the folder it was given in and what it printed."""

    folder: Path
    stdout: str
    stderr: str

    COMMAND = "merestone compare examples/armenia-azerbaijan --sensitivity -o out"

    @property
    def out(self):
        return self.folder / "out"


@pytest.fixture(scope="session")
def terminal():
    """The environment of every command that tests give as a person does."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "COLUMNS": "120", "NO_COLOR": "1"}


@pytest.fixture(scope="session")
def shipped_run(shared, shipped_dossier, terminal):
    """`ShippedRun`, once for all tests; they read it only."""

    def work_out(folder):
        (folder / "examples").mkdir()
        (folder / "examples" / shipped_dossier.name).symlink_to(shipped_dossier)
        done = subprocess.run(
            ShippedRun.COMMAND.split(), cwd=folder, env=terminal, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return ShippedRun(folder, done.stdout, done.stderr)

    return shared.get("shipped-run", work_out)


@pytest.fixture(scope="session")
def shipped_result(shared, shipped_dossier):
    """The comparison of the shipped dossier by the library, once for all tests."""
    import merestone

    return shared.get("shipped-result", lambda _: merestone.open(shipped_dossier).compare())


@pytest.fixture
def shipped_copy(tmp_path, shipped_dossier):
    """A copy of the shipped dossier that a test may change."""
    folder = tmp_path / "armenia-azerbaijan"
    shutil.copytree(shipped_dossier, folder, ignore=shutil.ignore_patterns("out"))
    return folder


def square(west, south, east, north):
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(party, rings, kind="Polygon"):
    return {
        "type": "Feature",
        "properties": {"iso": party},
        "geometry": {"type": kind, "coordinates": rings},
    }


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


# Six decimals: coordinates in coarse steps would make each a copy of the other to its last decimal.
TWO_SQUARES = collection(
    feature("AAA", square(10.000123, 50.000231, 10.500317, 50.500411)),
    feature("BBB", square(10.500317, 50.000231, 11.000123, 50.500411)),
)
SHIFTED_SQUARES = collection(
    feature("AAA", square(10.000123, 50.000231, 10.510319, 50.500411)),
    feature("BBB", square(10.510319, 50.000231, 11.000123, 50.500411)),
)


class SmallDossier:
    """A dossier of two sources in a folder, to be spoiled by a test."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "dossier.toml"
        folder.mkdir(exist_ok=True)
        self.put("one.geojson", TWO_SQUARES)
        self.put("two.geojson", SHIFTED_SQUARES)
        self.text(
            'format = 1\ntitle = "Two squares"\nparties = ["AAA", "BBB"]\n'
            '[[source]]\nid = "one"\npath = "one.geojson"\nparty_field = "iso"\n'
            'accuracy = { measure = "CE95", metres = 50 }\n'
            '[[source]]\nid = "two"\npath = "two.geojson"\nparty_field = "iso"\n'
            'accuracy = { measure = "CE95", metres = 50 }\n'
        )

    def put(self, name, data):
        path = self.folder / name
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            path.write_text(json.dumps(data), encoding="utf-8")
        return path

    def text(self, text):
        self.path.write_text(text, encoding="utf-8")

    def replace(self, old, new):
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        self.text(text.replace(old, new))

    def listing(self):
        """Every file with its bytes, to tell whether anything was written."""
        return {
            str(p.relative_to(self.folder)): p.read_bytes()
            for p in sorted(self.folder.rglob("*"))
            if p.is_file()
        }


@pytest.fixture(scope="session")
def a_small_dossier():
    """Makes a small dossier in a folder, for fixtures that many tests share."""
    return SmallDossier


@pytest.fixture
def small_dossier(tmp_path):
    return SmallDossier(tmp_path / "small")


@pytest.fixture
def under_ci():
    """Under CI nothing may be skipped for want of a system package."""
    return os.environ.get("CI") == "true"


SYSTEM_DEPS = "make system-deps"


def _wants_a_system_package(report):
    return report.skipped and isinstance(report.longrepr, tuple) and SYSTEM_DEPS in report.longrepr[2]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Under CI a test that wants a system package must run: its skip is a failure."""
    outcome = yield
    report = outcome.get_result()
    if _wants_a_system_package(report) and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped under CI: {report.longrepr[2]}"


def pytest_terminal_summary(terminalreporter):
    """Elsewhere the skip is said loudly."""
    wanting = [r for r in terminalreporter.stats.get("skipped", []) if _wants_a_system_package(r)]
    if wanting:
        terminalreporter.section("SKIPPED for want of system packages", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(wanting)} tests did not run; `{SYSTEM_DEPS}` installs what they need")
