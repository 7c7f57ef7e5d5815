"""The verifier in another language comes to the same settled sections, and refuses what was altered."""

import io
import random
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import model
import test_ties
from pens import founded as pens_of

from merestone.record import bundle, signing, status
from merestone.record import entry as entries

VERIFIER = Path(__file__).parents[2] / "docs" / "verify" / "verify.mjs"
SIGNERS = {
    signer.public: signer
    for party in model.PARTIES
    for signer in (
        signing.KeySigner(sha256(text.encode()).digest())
        for text in (party, *(f"{party}{k}" for k in range(4)))
    )
}

STORIES = [
    ((1, 1), "by-section", (1, 31, 107)),
    ((2, 1), "by-section", (63, 1818)),
    ((2, 2), "by-section", (384,)),
    ((1, 1), "as-a-whole", (31, 2531)),
]

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None, reason="needs Node 20 or newer (make system-deps)"
)


def made(record, party, seq, prev, ack, type_, body, key, salt=0):
    """As in the model, with a real signature."""
    return entries.sealed(
        SIGNERS[key], record=record, party=party, seq=seq, prev=prev, ack=ack,
        at="2025-01-01T00:00:00Z", type=type_, body=body,
    )  # fmt: skip


def written(path, taken):
    writer, sink = bundle.Writer(), io.BytesIO()
    record = taken[0].payload.record
    sink.write(
        writer.line(bundle.header_line(record, "parties", entries=len(taken), redacted=0, attachments=0))
    )
    for entry in taken:
        sink.write(writer.line(entry.line))
    sink.write(writer.end())
    path.write_bytes(sink.getvalue())
    return path


def verified(path, *roots):
    return subprocess.run(["node", VERIFIER, path, *roots], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def stories():
    """Long schedules in which something settled after keys were revoked: offers, packages,
    corrections and amendments."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "made", made)
        found = []
        for quorum, settlement, seeds in STORIES:
            founded = model.Founded(dict(zip(model.PARTIES, quorum, strict=True)), settlement)
            for seed in seeds:
                schedule = model.Schedule(seed, founded, steps=70)
                schedule.run()
                found.append(schedule.desks["AAA"])
        return found


def settled(ledger):
    units = [unit for unit in status.units_in(ledger, ledger.view) if unit.kind in status.SECTION_KINDS]
    return sorted(f"{unit.section} settled {unit.content}" for unit in units if ledger.settled(unit))


def test_the_same_settled_sections(stories, tmp_path):
    seen = 0
    for number, desk in enumerate(stories):
        done = verified(written(tmp_path / str(number), desk.entries))
        assert done.returncode == 0, done.stderr
        first, *rest = done.stdout.splitlines()
        heads = ", ".join(f"{party} {desk.ledger.logs[party].seq}" for party in model.PARTIES)
        assert first == f"verified: {heads}; 0 entries not disclosed"
        assert sorted(rest) == settled(desk.ledger)
        seen += len(rest)
    assert seen > 8


def plain(module):
    return [getattr(module, name) for name in dir(module) if name.startswith("test_")]


@pytest.mark.parametrize("story", [one for one in plain(test_ties) if not hasattr(one, "pytestmark")])
def test_the_same_of_each_story(story, tmp_path, monkeypatch):
    """What the tests of the rules tell, told by the other verifier."""
    pens = []

    def founded(*args, **options):
        pens.extend(pens_of(*args, **options))
        return pens[-2:]

    monkeypatch.setattr(test_ties, "founded", founded)
    story()
    for number, pen in enumerate(pens):
        done = verified(written(tmp_path / str(number), pen.entries))
        assert (done.returncode, done.stderr) == (0, "")
        assert sorted(done.stdout.splitlines()[1:]) == settled(pen.ledger)


def test_what_was_altered_is_refused(stories, tmp_path):
    taken = stories[0].entries
    whole = written(tmp_path / "whole", taken).read_bytes()
    dice = random.Random(1)
    for place in dice.sample(range(len(whole)), 3):
        (tmp_path / "bad").write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert verified(tmp_path / "bad").returncode != 0
    assert verified(written(tmp_path / "gap", taken[:4] + taken[5:])).returncode == 20
    for more in (b',{"keyid":"","sig":""}]}', b"]} "):
        last = taken[-1].line.removesuffix(b"]}") + more
        longer = [*taken[:-1], msgspec.structs.replace(taken[-1], line=last)]
        assert verified(written(tmp_path / "more", longer)).returncode == 20
    roots = [f"{party}={model.ROOT[party]}" for party in model.PARTIES]
    assert verified(tmp_path / "whole", *roots).returncode == 0
    assert verified(tmp_path / "whole", f"AAA={model.ROOT['BBB']}").returncode == 20


def test_it_is_short_and_stands_alone():
    text = VERIFIER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert [line.split(" from ")[1] for line in text.splitlines() if line.startswith("import ")] == [
        '"node:crypto";',
        '"node:fs";',
    ]
