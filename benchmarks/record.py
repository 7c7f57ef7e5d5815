"""The joint record: importing against bare Ed25519 verification; appending, status and opening by length.

Run: python benchmarks/record.py [--entries N]

A bundle of N entries (100,000: founding, offers and acceptances, notices in turn) is made once. Then, each in
a process of its own on one core: bare verification of as many Ed25519 signatures over messages of the same
lengths with `cryptography`; the import of the bundle into a new record with everything checked; opening that
record; its status from the stored state; appending with fsync, to a short record and to the long one.

Targets: import at least half the rate of bare verification, at most 60 s and 100 MiB; append at most 20 ms at
the median, alike for both lengths; status at most 1 s; opening at most 0.5 s.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "record"))


def made(count, folder):
    """A bundle of `count` entries and the key to go on with."""
    from pens import a_line, founded, words

    from merestone.record import bundle
    from merestone.record.bodies import (
        Accept,
        Notice,
    )

    left, right = founded()
    while len(right.entries) < count:
        number = len(right.entries)
        if number % 500 == 5:
            offer = left.propose(
                a_line((10 + number / 1e4, 50), (10 + number / 1e4, 51), section=f"M1-S{number:05d}")
            )
            right.take(offer)
            left.take(right.write("accept", Accept(offer.hash, right.unit(offer).content)))
            right.take(left.write("receipt", _receipt()))
        writer, reader = (left, right) if number % 2 else (right, left)
        text = f"Notice {number}: the road at the spring is closed for repair until the end of the week."
        reader.take(writer.write("notice", Notice(words(text))))
    for name, entries in (("bundle", right.entries), ("short", right.entries[:100])):
        lines = bundle.Writer()
        with (folder / name).open("wb") as sink:
            record = right.ledger.record
            head = bundle.header_line(record, "parties", entries=len(entries), redacted=0, attachments=0)
            sink.write(lines.line(head))
            for entry in entries:
                sink.write(lines.line(entry.line))
            sink.write(lines.end())
    return len(right.entries)


def _receipt():
    from merestone.record.bodies import (
        Receipt,
    )

    return Receipt()


def bare(folder):
    """Verify every signature of the bundle with keys that are ready, and nothing else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from merestone.record import signing

    keys, work = {}, []
    for line in (folder / "bundle").read_bytes().splitlines():
        if line.startswith(b'{"payload"'):
            payload, public, signature = signing.unseal(line)
            keys.setdefault(public, Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))
            work.append((keys[public], signature, signing.pae(signing.ENTRY_TYPE, payload)))
    start = time.process_time()
    for key, signature, message in work:
        key.verify(signature, message)
    return {"s": time.process_time() - start}


def imported(folder, bundle="bundle", name="record.mrec"):
    from merestone.store.bundles import import_bundle
    from merestone.store.recordfile import RecordFile

    start = time.process_time()
    with RecordFile.create(folder / name, "AAA") as file, (folder / bundle).open("rb") as source:
        import_bundle(file, source)
    return {"s": time.process_time() - start}


def opened(folder):
    from merestone.store.recordfile import RecordFile

    start, wall = time.process_time(), time.perf_counter()
    with RecordFile.open(folder / "record.mrec"):
        return {"s": time.process_time() - start, "wall_s": time.perf_counter() - wall}


def status(folder):
    """As the command does it, the interpreter and all imports included."""
    command = [
        sys.executable,
        "-m",
        "merestone",
        "record",
        "status",
        "--json",
        "--record",
        folder / "record.mrec",
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def appended(folder, name="record.mrec", count=300):
    """Wall time of appends, each synced to the disk."""
    from pens import signer, words

    from merestone.record import entry as entries
    from merestone.record.bodies import (
        Notice,
    )
    from merestone.record.entry import Ack
    from merestone.store.recordfile import RecordFile

    key, taken = signer("AAA authority"), []
    with RecordFile.open(folder / name) as file:
        state = file.state
        log, other = state.logs["AAA"], state.logs["BBB"]
        for number in range(count):
            start = time.perf_counter()
            entry = entries.sealed(
                key,
                record=state.record,
                party="AAA",
                seq=log.seq + 1,
                prev=log.head,
                ack=Ack(other.seq, other.head),
                at="2026-01-01T00:00:00Z",
                type="notice",
                body=Notice(words(f"notice {number}")),
            )
            with file.writing():
                file.take(entry)
            taken.append(time.perf_counter() - start)
    return {"median_ms": statistics.median(taken) * 1e3}


WAYS = {
    "bare": bare,
    "import": imported,
    "open": opened,
    "status": status,
    "append, long": appended,
    "import, short": lambda folder: imported(folder, "short", "short.mrec"),
    "append, short": lambda folder: appended(folder, "short.mrec"),
}


def peak_mib():
    """Of this process alone: what `getrusage` says begins with the peak of the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024.0


def timed(way, folder):
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.way:
        told = WAYS[given.way](given.folder)
        told["mib"] = peak_mib()
        print(json.dumps(told))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = made(given.entries, folder)
        found = {way: timed(way, folder) for way in WAYS}
        again = timed("bare", folder)
    bare_s = min(found["bare"]["s"], again["s"])
    took = found["import"]
    print(f"{count:,} entries")
    print(f"bare Ed25519 verification   {bare_s:8.1f} s")
    rate, peak = bare_s / took["s"], f"{took['mib']:5.0f} MiB"
    print(f"import, everything checked  {took['s']:8.1f} s  {peak}  rate {rate:.2f} of bare")
    here = found["open"]
    print(f"open                        {here['wall_s']:8.3f} s wall, {here['s']:.3f} s processor")
    print(f"status, the whole command   {found['status']['s']:8.3f} s processor")
    print(f"append with fsync, long     {found['append, long']['median_ms']:8.2f} ms at the median")
    print(f"append with fsync, short    {found['append, short']['median_ms']:8.2f} ms at the median")


if __name__ == "__main__":
    main()
