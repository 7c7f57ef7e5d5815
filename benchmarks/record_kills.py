"""Thousands of kills: a process that appends to, imports into or synchronises a record is killed at random
moments.

Run: python benchmarks/record_kills.py [--kills N] [--seed N]

Every entry that was reported as written must be there, the file must open, no bundle may be half in it. The
tests do two hundred; this does 2,000 and more.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

KILLING = Path(__file__).parents[1] / "tests" / "store" / "killing.py"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    shares = [given.kills * share // 100 for share in (60, 30, 10)]
    start = time.perf_counter()
    command = [sys.executable, KILLING, *map(str, shares), str(given.seed)]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
    print(f"{sum(shares):,} kills, {time.perf_counter() - start:,.0f} s: nothing lost, nothing half")
    print(told)


if __name__ == "__main__":
    main()
