"""The rules under loss, duplication, delay, reordering, restored backups, and a party that breaks them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import model

from merestone.record import acts, units

QUORUMS = [{"AAA": 1, "BBB": 1}, {"AAA": 2, "BBB": 1}, {"AAA": 2, "BBB": 2}]


@pytest.fixture(scope="module")
def founded():
    return [*(model.Founded(quorum) for quorum in QUORUMS), model.Founded(QUORUMS[0], "as-a-whole")]


def run(founded, seeds, **options):
    """Settlements seen over all schedules; raises Broken with the seed where something does not hold."""
    settled = 0
    for seed in seeds:
        schedule = model.Schedule(seed, founded[(0, 0, 1, 2, 3)[seed % 5]], **options)
        try:
            schedule.run()
        except model.Broken as broken:
            raise model.Broken(f"seed {seed}: {broken}") from None
        settled += len(schedule.settled_once)
    return settled


@pytest.mark.parametrize("part", range(4))
def test_twenty_thousand_schedules(founded, part):
    """Nothing settled is undone, both sides agree on what both have, no one who keeps the rules is blamed."""
    assert run(founded, range(part * 5000, (part + 1) * 5000), steps=7) > 0


def test_long_schedules(founded):
    assert run(founded, range(10**6, 10**6 + 100), steps=60) > 30


def caught(founded, seeds=range(3000), **options):
    with pytest.raises(model.Broken) as broken:
        run(founded, seeds, steps=16, **options)
    return str(broken.value)


def test_without_receipts_a_settlement_is_undone(founded):
    """That each must have received the other's acceptance carries weight: without it there is a hole."""

    def both_accepted(ledger, unit):
        return all(ledger.stand(unit, party).complete for party in ledger.parties)

    assert "undone" in caught(founded, settled=both_accepted)


def test_withdrawals_that_ignore_receipt_undo_a_settlement(founded, monkeypatch):
    monkeypatch.setattr(acts.Past, "bound", lambda self, unit: False)
    assert "undone" in caught(founded)


def test_revocations_that_reach_below_the_acknowledged_undo_a_settlement(founded, monkeypatch):
    def reach(self, event, party, view, other):
        return any(
            one.key == event.key and one.since <= event.seq < one.seq <= view[party]
            for one in self.by_party[party]
        )

    monkeypatch.setattr(units.Revocations, "reach", reach)
    assert "undone" in caught(founded, range(20_000))


@pytest.mark.parametrize("dishonest", model.PARTIES)
def test_two_entries_under_one_number_fall_on_their_writer_alone(founded, dishonest):
    found = 0
    for seed in range(400):
        schedule = model.Schedule(seed, founded[seed % 4], dishonest=dishonest, steps=20)
        schedule.run()
        found += schedule.caught
    assert found > 20
