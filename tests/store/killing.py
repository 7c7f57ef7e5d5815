"""Kills a process that appends to, imports into or synchronises a record, and looks at what is left.

Run: python tests/store/killing.py APPENDS IMPORTS SYNCS SEED   Prints how many kills there were of each kind,
as JSON.

The process forks for each kill: it has one thread and everything loaded, so a kill costs milliseconds.
"""

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "record"))
from pens import founded, words

from merestone.record import entry as entries
from merestone.record.bodies import (
    Notice,
)
from merestone.record.entry import Ack
from merestone.store import network
from merestone.store.bundles import contents, export, import_bundle
from merestone.store.recordfile import RecordFile


def in_child(work, report):
    """Fork; the child runs `work` and reports through the pipe. Returns its process id."""
    child = os.fork()
    if child == 0:
        try:
            work(lambda number: os.write(report, b"%d\n" % number))
        finally:
            os._exit(0)
    return child


def killed_at(work, delay_s):
    """What a child reported before it was killed after `delay_s`."""
    read, write = os.pipe()
    child = in_child(work, write)
    os.close(write)
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        return [int(line) for line in pipe.read().splitlines()]


def usual_s(work, prepare):
    """How long the work takes when little disturbs it."""
    found = []
    for _ in range(3):
        prepare()
        read, write = os.pipe()
        start = time.monotonic()
        os.waitpid(in_child(work, write), 0)
        os.close(write)
        os.close(read)
        found.append(time.monotonic() - start)
    return min(*found, 0.5)


def append(path, pen, report):
    with RecordFile.open(path) as file:
        while True:
            state = file.state
            log, other = state.logs[pen.party], state.logs[state.other(pen.party)]
            entry = entries.sealed(
                pen.key,
                record=state.record,
                party=pen.party,
                seq=log.seq + 1,
                prev=log.head,
                ack=Ack(other.seq, other.head),
                at="2026-01-01T00:00:00Z",
                type="notice",
                body=Notice(words("x" * 200)),
            )
            with file.writing():
                file.take(entry)
            report(entry.seq)


def heads(path):
    with RecordFile.open(path) as file:
        return {party: log.seq for party, log in file.state.logs.items()}, file.count()


def kill_appends(folder, left, count, dice):
    path = folder / "append.mrec"
    for number in range(count):
        if number % 50 == 0:
            path.unlink(missing_ok=True)
            stored(left, path)
        before = heads(path)[0][left.party]
        reported = killed_at(lambda report: append(path, left, report), dice.uniform(0.0, 0.03))
        after, rows = heads(path)
        assert after[left.party] >= max(reported, default=before), "an entry that was reported is missing"
        assert after[left.party] <= max(reported, default=before) + 1, "there is more than was written"
        assert sum(after.values()) == rows, "the state is not that of the entries"


def kill_imports(folder, left, right, count, dice):
    base, path, bundle = folder / "base.mrec", folder / "import.mrec", folder / "bundle"
    stored(left, base)
    with RecordFile.open(stored(right, folder / "right.mrec")) as file:
        bundle.write_bytes(b"".join(export(file, contents(file, "parties", {}), {})))
    want = right.ledger.logs["BBB"].seq

    def work(report):
        with RecordFile.open(path) as file, bundle.open("rb") as source:
            report(import_bundle(file, source).taken)

    usual = usual_s(work, lambda: shutil.copy(base, path))
    halves = 0
    for _ in range(count):
        shutil.copy(base, path)
        reported = killed_at(work, dice.uniform(0.0, 1.5 * usual))
        got = heads(path)[0]["BBB"]
        assert got in {2, want}, f"half a bundle: {got} of {want}"
        assert not reported or got == want, "an import that was reported is missing"
        halves += got == 2
    return halves


def kill_syncs(folder, left, right, count, dice):
    """The pulling desk is killed; both must open, and the next exchange completes it."""
    right_path = stored(right, folder / "answering.mrec")
    server = network.DeskServer(("127.0.0.1", 0), right_path, right.key)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    answering = os.fork()
    if answering == 0:
        server.serve_forever()
    server.server_close()
    base, path = folder / "base.mrec", folder / "sync.mrec"
    network.PAGE = 15

    def work(report):
        with RecordFile.open(path) as file:
            peer = network.Peer(url, file, left.key)
            while taken := peer.pull().taken:
                report(taken)

    try:
        usual = usual_s(work, lambda: shutil.copy(base, path))
        for _ in range(count):
            shutil.copy(base, path)
            reported = killed_at(work, dice.uniform(0.0, 1.5 * usual))
            got = heads(path)[0]["BBB"]
            assert got >= 2 + sum(reported), "a page that was reported is missing"
            assert (got - 2) % 15 == 0 or got == right.ledger.logs["BBB"].seq, f"half a page: {got}"
    finally:
        os.kill(answering, signal.SIGKILL)
        os.waitpid(answering, 0)
    heads(right_path)


def stored(pen, path):
    with RecordFile.create(path, pen.party) as file, file.writing():
        for entry in pen.entries:
            file.take(entry)
    return path


def main():
    appends, imports, syncs, seed = map(int, sys.argv[1:])
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        left, right = founded()
        for number in range(40):
            right.write("notice", Notice(words(f"{number}" * 40)))
        kill_appends(folder, left, appends, dice)
        halves = kill_imports(folder, left, right, imports, dice)
        kill_syncs(folder, left, right, syncs, dice)
    told = {"appends": appends, "imports": imports, "before_the_end": halves, "syncs": syncs}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
