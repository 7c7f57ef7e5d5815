"""What a person at a terminal sees: progress, colours, help, suggestions, and how each verb can say more."""

import json
import os
import pty
import re
import signal
import subprocess
import sys

import pytest

from merestone.cli.app import run
from merestone.cli.findings import echo_findings, place_text
from merestone.cli.progress import ProgressLine
from merestone.model.findings import finding

GAPS = {"count": 1, "area_km2": 0.5, "max_width_m": 2.0}


def at_a_terminal(*words, environment=()):
    """Exit code and bytes of `merestone` whose three streams are a terminal."""
    leader, follower = pty.openpty()
    code = (
        "import sys; from merestone.cli import progress; progress._SILENT_S = 0.0\n"
        "from merestone.cli.app import run; sys.exit(run(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=os.environ | dict(environment),
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # so Linux tells that the other end is closed
            break
        if not part:
            break
        seen += part
    os.close(leader)
    return process.wait(), seen.decode()


def lines_left(text):
    """What stands in each line once carriage returns have done their work."""
    left = []
    for line in text.replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        left.append(shown.rstrip())
    return left


@pytest.mark.parametrize("verb", ["check", "compare", "lock"])
def test_no_progress_is_left_beside_the_answer(small_dossier, verb):
    """Found 2026-11-28: `check` and `lock` wrote their first line over what was left of it."""
    code, text = at_a_terminal(verb, small_dossier.folder)
    assert code == 0
    assert re.search(r"\r[a-z]+(: .*)? +\d+ %", text)
    assert not any(re.search(r"\d %$|^[a-z]+: \w+  ", line) for line in lines_left(text)[:5])


def test_no_progress_is_left_beside_an_error(capsys, monkeypatch, small_dossier):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("merestone.cli.progress.time.monotonic", iter(range(0, 10_000, 5)).__next__)
    small_dossier.replace('path = "two.geojson"', 'path = "gone.geojson"')
    assert run(["compare", str(small_dossier.folder)]) == 20
    err = capsys.readouterr().err
    assert "hashing: gone" in err
    assert lines_left(err)[0].startswith("error: ")


def test_a_progress_line_is_no_wider_than_the_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    line = ProgressLine(sys.stderr)
    monkeypatch.setattr("merestone.cli.progress.time.monotonic", lambda: 1e9)
    line("reading", "x" * 100, 0.5)
    assert capsys.readouterr().err == "\r" + ("reading: " + "x" * 100)[:39]
    line.clear()
    assert capsys.readouterr().err == "\r" + " " * 39 + "\r"


@pytest.mark.parametrize(
    ("environment", "styled"), [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)]
)
def test_no_color_leaves_plain_text(small_dossier, environment, styled):
    code, text = at_a_terminal("compare", small_dossier.folder, environment=environment.items())
    assert code == 0
    assert ("\x1b[1m" in text) == styled
    assert styled or "\x1b" not in text


def test_without_a_verb_the_help_is_shown(capsys):
    assert run([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Usage: merestone [OPTIONS] VERB ...\n")
    assert "  compare " in err


@pytest.mark.parametrize(("word", "meant"), [("compar", "'compare'"), ("CHECK", "'check'"), ("zzz", None)])
def test_an_unknown_verb_names_the_nearest(capsys, word, meant):
    assert run([word]) == 2
    error = capsys.readouterr().err.splitlines()[0]
    assert f"no verb '{word}'" in error
    assert ("did you mean" in error) == (meant is not None)
    assert meant is None or f"did you mean {meant}?" in error


def test_check_explains_on_demand(small_dossier, capsys):
    assert run(["check", str(small_dossier.folder)]) == 0
    plain = capsys.readouterr().out
    assert run(["check", str(small_dossier.folder), "-v"]) == 0
    more = capsys.readouterr().out
    assert [line for line in more.splitlines() if not line.startswith("    ")] == plain.splitlines()
    assert "[standing-none]\n    It is compared all the same." in more


def test_check_ends_with_1_where_it_finds_an_error(small_dossier, capsys):
    whole = json.loads((small_dossier.folder / "two.geojson").read_text(encoding="utf-8"))
    for one in whole["features"]:
        rings = one["geometry"]["coordinates"]
        one["geometry"]["coordinates"] = [[[y, x] for x, y in ring] for ring in rings]
    small_dossier.put("two.geojson", whole)
    assert run(["check", str(small_dossier.folder)]) == 1
    assert (
        "error: source 'two' (two.geojson): longitude and latitude may be swapped" in capsys.readouterr().out
    )
    assert run(["check", str(small_dossier.folder), "-q"]) == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("lon", "said"),
    [(180.0101, "179.9899W"), (-180.0, "180.0000W"), (180.0, "180.0000E"), (359.5, "0.5000W")],
)
def test_no_longitude_beyond_180_is_printed(lon, said):
    assert place_text(lon, -10.5) == f"10.5000S {said}"


def test_an_explained_finding_tells_its_place(capsys):
    echo_findings([finding("own-gaps", source="s", place=(-45.5, -39.25), **GAPS)], explain=True)
    assert "[own-gaps]\n    at 39.2500S 45.5000W\n    " in capsys.readouterr().out


def test_lock_and_verify_say_more_on_demand(small_dossier, capsys):
    import numpy as np

    assert run(["lock", str(small_dossier.folder)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert run(["lock", str(small_dossier.folder), "-v"]) == 0
    assert re.search(r"^[0-9a-f]{64}  two\.geojson$", capsys.readouterr().out, re.MULTILINE)
    assert run(["compare", str(small_dossier.folder), "-q"]) == 0
    assert run(["verify", str(small_dossier.folder / "out"), "-v"]) == 0
    assert f"  numpy {np.__version__}\n" in capsys.readouterr().out


def test_a_reader_that_goes_away_is_no_answer(small_dossier):
    """As with `merestone check | head -1`: 1 would mean that a finding is an error."""
    process = subprocess.Popen(
        [sys.executable, "-m", "merestone", "check", small_dossier.folder, "-v"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert err == b""


@pytest.mark.parametrize("stage", ["reading", "overlay"])
def test_ctrl_c_at_any_time(small_dossier, tmp_path, stage):
    """A real signal: while files are read, and while the overlay is cut."""
    code = (
        "import sys, os, signal\n"
        # Whoever runs the tests in the background makes its children deaf to it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from merestone.cli import options\n"
        "from contextlib import nullcontext\n"
        "def at(stage, item=None, share=None):\n"
        f"    if stage == {stage!r}: print('here', flush=True); sys.stdin.readline()\n"
        "options.Voice.progress = lambda self: nullcontext(at)\n"
        "from merestone.cli.app import run\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "compare", small_dossier.folder, "-o", tmp_path / "out"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 23
    assert err.strip() == "error: interrupted; no file was left half written"
    assert not (tmp_path / "out").exists()


def test_ctrl_c_before_anything_is_loaded(monkeypatch, capsys):
    import builtins

    from merestone import cli

    real = builtins.__import__

    def interrupted(name, *args, **kwargs):
        if name == "merestone.cli.app":
            raise KeyboardInterrupt
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 23
    assert capsys.readouterr().err == "error: interrupted; no file was left half written\n"
