"""The rules of the record over seeded schedules: loss, duplication, delay, restored backups, crossing acts,
two keys a party.

Run: python benchmarks/record_model.py [--schedules N] [--first SEED]

A million schedules (of 10 steps, every 99th of 60) on two processes. Nothing settled may be undone, both
sides must come to the same state from the same entries, no party that keeps the rules may be blamed: the
first schedule in which something does not hold ends the run with its seed. Then the rules are run without
receipts, until a settlement is undone.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "record"))
import model

QUORUMS = [{"AAA": 1, "BBB": 1}, {"AAA": 1, "BBB": 1}, {"AAA": 2, "BBB": 1}, {"AAA": 2, "BBB": 2}]
BLOCK = 5000


def block(first):
    """Run a block of schedules; settlements seen, and forks caught."""
    founded = [*(model.Founded(quorum) for quorum in QUORUMS), model.Founded(QUORUMS[0], "as-a-whole")]
    settled = caught = 0
    for seed in range(first, first + BLOCK):
        dishonest = model.PARTIES[seed % 2] if seed % 9 == 0 else None
        schedule = model.Schedule(
            seed, founded[seed % 5], steps=60 if seed % 99 == 1 else 10, dishonest=dishonest
        )
        try:
            schedule.run()
        except model.Broken as broken:
            raise SystemExit(f"seed {seed}: {broken}") from None
        settled += len(schedule.settled_once)
        caught += schedule.caught
    return settled, caught


def without_receipts():
    """The seed of the first schedule in which a settlement is undone, were receipts not needed."""
    founded = [*(model.Founded(quorum) for quorum in QUORUMS), model.Founded(QUORUMS[0], "as-a-whole")]

    def both_accepted(ledger, unit):
        return all(ledger.stand(unit, party).complete for party in ledger.parties)

    for seed in range(100_000):
        try:
            model.Schedule(seed, founded[seed % 5], settled=both_accepted, steps=16).run()
        except model.Broken:
            return seed
    raise SystemExit("the variant without receipts was not caught")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--schedules", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    start = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(block, range(given.first, given.first + given.schedules, BLOCK)))
    settled, caught = (sum(part) for part in zip(*found, strict=True))
    print(f"{len(found) * BLOCK:,} schedules, {time.perf_counter() - start:,.0f} s: nothing broken")
    print(f"{settled:,} settlements; {caught:,} times two entries under one number were caught")
    print(f"without receipts a settlement is undone in schedule {without_receipts()}")


if __name__ == "__main__":
    main()
