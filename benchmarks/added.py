"""What layers and realisations add to `merestone compare` on the shipped dossier.

    python benchmarks/added.py [RUNS]

The dossier is copied four times: bare (no layer, no realisations), with 1,000 realisations, with the
layers, and whole. Each is compared by the command, in a process of its own, RUNS times (three); the least
processor time of each, and its ratio to that of the bare one. The copies are compared in turn, so that what
else the machine does befalls all of them alike.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "examples" / "armenia-azerbaijan"
WAYS = {"bare": (False, False), "realisations": (False, True), "layers": (True, False), "whole": (True, True)}


def copy(folder, layers, realisations):
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("out", "dossier.lock"))
    path = folder / "dossier.toml"
    text = path.read_text(encoding="utf-8")
    head, _, _ = text.partition("[[layer]]")  # layers are the last part of the file
    kept = text if layers else head
    if not realisations:
        kept = kept.replace("[compare]\n", "[compare]\nrealisations = 0\n")
    path.write_text(kept, encoding="utf-8")


def seconds(folder, number):
    command = [
        sys.executable,
        "-m",
        "merestone",
        "compare",
        str(folder),
        "-q",
        "-o",
        str(folder / f"out{number}"),
    ]
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(runs):
    with tempfile.TemporaryDirectory() as base:
        folders = {way: Path(base) / way for way in WAYS}
        for way, (layers, realisations) in WAYS.items():
            copy(folders[way], layers, realisations)
        spent_s = {way: [] for way in WAYS}
        for number in range(runs):
            for way, folder in folders.items():
                spent_s[way].append(seconds(folder, number))
    bare_s = min(spent_s["bare"])
    for way, found in spent_s.items():
        print(f"{way:14} {min(found):7.2f} s {min(found) / bare_s:6.2f} times")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
