"""The command line starts without loading anything heavy."""

import subprocess
import sys

import pytest

ALLOWED = {
    # the command line itself and what it stands on
    "click", "merestone",
    # click's own optional imports
    "colorama", "_distutils_hack", "sitecustomize", "usercustomize",
}  # fmt: skip


def loaded_by(*arguments):
    """Top-level modules outside the standard library that are loaded after running `arguments`."""
    code = (
        "import sys\n"
        "from merestone.cli.app import run\n"
        f"run({list(arguments)!r})\n"
        "print(*sorted({m.partition('.')[0] for m in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split()) - set(sys.stdlib_module_names) - {"__main__", "__mp_main__"}


@pytest.mark.parametrize(
    "arguments", [("--help",), ("compare", "--help"), ("verify", "--help"), ("--version",)], ids=" ".join
)
def test_help_loads_only_click(arguments):
    unexpected = {name for name in loaded_by(*arguments) if not name.startswith("_")} - ALLOWED
    assert unexpected == set()


def test_importing_merestone_loads_nothing_else():
    code = "import sys, merestone; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    outside = {n for n in set(done.stdout.split()) - set(sys.stdlib_module_names) if not n.startswith("_")}
    assert outside - {"sitecustomize", "usercustomize"} == {"merestone"}


def test_python_dash_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "merestone", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("merestone, version ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_knows_the_verbs(shell):
    import os

    environment = os.environ | {
        "_MERESTONE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": "merestone com",
        "COMP_CWORD": "1" if shell != "fish" else "com",
    }
    code = "import sys; sys.argv = ['merestone']; from merestone.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert "compare" in done.stdout
