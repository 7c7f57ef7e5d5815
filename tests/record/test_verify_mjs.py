"""The verifier in another language comes to the same settled sections, and refuses what was altered."""

import io
import random
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import model

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

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node 20 or newer")


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
    """The entries and the ledger of long schedules in which something settled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "made", made)
        found = []
        for quorum in ({"AAA": 1, "BBB": 1}, {"AAA": 2, "BBB": 1}):
            founded = model.Founded(quorum)
            for seed in range(4):
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
    assert seen > 2


def test_what_was_altered_is_refused(stories, tmp_path):
    taken = stories[0].entries
    whole = written(tmp_path / "whole", taken).read_bytes()
    dice = random.Random(1)
    for place in dice.sample(range(len(whole)), 3):
        (tmp_path / "bad").write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert verified(tmp_path / "bad").returncode != 0
    assert verified(written(tmp_path / "gap", taken[:4] + taken[5:])).returncode == 20
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
