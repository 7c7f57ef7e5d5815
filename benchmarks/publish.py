"""Publishing the shipped dossier: six languages, HTML and PDF, with what it takes of time and memory.

Run: python benchmarks/publish.py [--quick]

Each line is a command as a person gives it, in a process of its own. `compare` is there to be held against:
every publication begins with the same comparison. CPU time is of the command and of all that it starts,
memory that of the largest single process. The shipped dossier has 349 sections, each with a sheet.

Targets: all of it in at most 60 s on two idle cores and 1 GiB; 200 sections in at most 3 minutes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOSSIER = str(ROOT / "examples" / "armenia-azerbaijan")
LANGUAGES = "az,en,fr,hy,ru,zh"
RUNS = [
    ("compare", ["compare"]),
    ("publish, HTML, one language", ["publish", "--lang", "en", "--format", "html"]),
    ("publish, HTML, six languages", ["publish", "--lang", LANGUAGES, "--format", "html"]),
    ("publish, PDF, one language", ["publish", "--lang", "en", "--format", "pdf"]),
    ("publish, HTML and PDF, six languages", ["publish", "--lang", LANGUAGES, "--format", "html,pdf"]),
    ("the same with all data", ["publish", "--lang", LANGUAGES, "--format", "html,pdf,gpkg,geojson,csv"]),
]


def measured(words, out):
    """Wall seconds, CPU seconds and the peak of memory in MiB."""
    command = [sys.executable, "-m", "merestone", words[0], DOSSIER, *words[1:], "-q", "-o", str(out)]
    begun = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    assert status == 0, words
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one language alone")
    runs = RUNS[:2] + RUNS[3:4] if parser.parse_args().quick else RUNS
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'':38} {'wall s':>8} {'CPU s':>8} {'MiB':>7} {'of compare':>11} {'on disk MB':>11}")
    base = None
    for name, words in runs:
        with tempfile.TemporaryDirectory() as folder:
            wall, cpu, peak = measured(words, Path(folder) / "out")
            size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 1e6
        base = base or cpu
        print(f"{name:38} {wall:8.1f} {cpu:8.1f} {peak:7.0f} {cpu / base:11.2f} {size:11.1f}", flush=True)


if __name__ == "__main__":
    main()
