"""Every console example of the documentation is run, and must print what the page shows.

A block fenced as ``console`` holds commands after ``$ `` and what they print. A line ``...`` stands
for any lines; ``...`` within a line for any text. Blocks of one page share a folder that holds a copy of the
shipped dossier, so a page reads as one session.
"""

import hashlib
import pickle
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
DEMO = "merestone compare examples/armenia-azerbaijan --sensitivity -o out"
FENCE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples(page):
    """(command, expected output) for every command on a page."""
    found = []
    for block in FENCE.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            while command.endswith("\\"):
                more, _, expected = expected.partition("\n")
                command = command[:-1] + more
            found.append((command, expected))
    return found


def pattern(expected):
    lines = []
    for line in expected.rstrip("\n").splitlines():
        if line.strip() == "...":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(re.escape(line.rstrip()).replace(r"\.\.\.", ".*") + r"[ \t]*\n")
    return re.compile("".join(lines) or r"(?:.*\n)*")


@pytest.mark.parametrize("page", [pytest.param(p, id=str(p.relative_to(ROOT))) for p in PAGES if examples(p)])
def test_console_examples(page, tmp_path, terminal, shared, request):
    def run(folder, command):
        return subprocess.run(
            command, shell=True, cwd=folder, env=terminal, capture_output=True, text=True, check=False
        )

    def asked(folder, command):
        (folder / "examples").symlink_to(ROOT / "examples")
        return run(folder, command)

    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("out"))
    for command, expected in examples(page):
        if command.strip() == DEMO:
            # Given once for all pages; the same input gives the same bytes.
            done = request.getfixturevalue("shipped_run")
            shutil.copytree(done.out, tmp_path / "out")
        elif command.startswith("merestone locate examples/") and "--file" not in command:
            # It writes nothing, and stands on several pages.
            name = f"asked-{hashlib.sha256(command.encode()).hexdigest()[:12]}"
            done = shared.get(name, partial(asked, command=command))
        else:
            done = run(tmp_path, command)
        printed = done.stdout + done.stderr
        if printed and not printed.endswith("\n"):
            printed += "\n"
        assert pattern(expected).fullmatch(printed), (
            f"{page.name}: `{command}` printed\n{printed}\nnot\n{expected}"
        )


PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


SCRIPTS = [page for page in PAGES if PYTHON.search(page.read_text(encoding="utf-8"))]


# The comparison of the shipped dossier, which other tests have worked out already.
AT_HAND = """
import pickle
from pathlib import Path
from merestone.service.workbench import Dossier
_compare = Dossier.compare
def _at_hand(self, **more):
    if self.path.name != "armenia-azerbaijan" or more:
        return _compare(self, **more)
    return pickle.loads(Path("shipped.pickle").read_bytes())
Dossier.compare = _at_hand
"""


@pytest.mark.parametrize("page", [pytest.param(p, id=str(p.relative_to(ROOT))) for p in SCRIPTS])
def test_python_examples(page, tmp_path, request):
    """The Python of one page runs as one script, warnings being errors."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("out"))
    script = "\n".join(PYTHON.findall(page.read_text(encoding="utf-8")))
    if ".compare()" in script:
        result = request.getfixturevalue("shipped_result")
        (tmp_path / "shipped.pickle").write_bytes(pickle.dumps(result))
        script = AT_HAND + script
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_front_page_names_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
