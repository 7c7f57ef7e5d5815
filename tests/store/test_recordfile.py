"""A record on disk: nothing reported is lost, nothing half is kept, nothing altered goes unseen."""

import json
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / "record"), str(Path(__file__).parent)]
import vfs  # noqa: E402
from pens import a_line, exchange, founded, words  # noqa: E402

from merestone.errors import BadInputError, EnvironmentRefusedError, RefusedByRulesError  # noqa: E402
from merestone.record import audit, ledger, status  # noqa: E402
from merestone.record.bodies import (  # noqa: E402
    Notice,
)
from merestone.store import recordfile  # noqa: E402
from merestone.store.bundles import contents, export, import_bundle  # noqa: E402
from merestone.store.recordfile import RecordFile  # noqa: E402
from merestone.store.salvage import salvage  # noqa: E402

LIBRARY = vfs.library()
WRAPPED = pytest.mark.skipif(LIBRARY is None, reason="SQLite is not a shared library of its own here")


@pytest.fixture(scope="module")
def pens():
    left, right = founded()
    offer = left.propose()
    exchange(left, right)
    right.accept(offer)
    for number in range(20):
        left.write("notice", Notice(words(f"notice {number}")))
    exchange(left, right)
    return left, right


def stored(pen, path, upto=None):
    with RecordFile.create(path, pen.party) as file, file.writing():
        for entry in pen.entries[:upto]:
            file.take(entry)
    return path


def bundle_of(path):
    with RecordFile.open(path) as file:
        return b"".join(export(file, contents(file, "parties", {}), {}))


def test_what_was_written_is_there_after_opening_again(pens, tmp_path):
    left, _ = pens
    path = stored(left, tmp_path / "x.mrec")
    with RecordFile.open(path) as file:
        assert [entry.hash for entry in file.entries()] == [entry.hash for entry in left.entries]
        assert status.sections(file.state) == status.sections(left.ledger)
        assert file.party == "AAA"
        assert file.find(left.entries[4].hash) == (left.entries[4].party, left.entries[4].seq)
        assert [entry.type for entry in file.entries("WHERE section = ?", ("M1-S03",))] == [
            "proposal",
            "accept",
        ]


def test_the_stored_state_is_brought_up_to_date(pens, tmp_path, monkeypatch):
    left, _ = pens
    monkeypatch.setattr(recordfile, "_FOLD_EVERY", 7)
    path = tmp_path / "x.mrec"
    with RecordFile.create(path, "AAA") as file:
        for entry in left.entries:
            with file.writing():
                file.take(entry)
    with RecordFile.open(path) as file:
        assert status.sections(file.state) == status.sections(left.ledger)
        stored_at = file._connection.execute("SELECT entry_id FROM fold").fetchone()[0]
        assert len(left.entries) - 7 < stored_at < len(left.entries)
        assert file.state.logs == left.ledger.logs


def test_a_state_that_other_rules_stored_is_folded_anew(pens, tmp_path, monkeypatch):
    left, _ = pens
    monkeypatch.setattr(recordfile, "_FOLD_EVERY", 1)
    with monkeypatch.context() as older:
        older.setattr(ledger, "_FORM", b"\x01")
        path = stored(left, tmp_path / "record.mrec")
    with RecordFile.open(path) as file:
        assert ledger.snapshot(file.state) == ledger.snapshot(left.ledger)


def test_a_second_process_is_told(pens, tmp_path):
    path = stored(pens[0], tmp_path / "x.mrec")
    with RecordFile.open(path):
        code = (
            "import sys; from pathlib import Path; from merestone.store.recordfile import RecordFile\n"
            "try: RecordFile.open(Path(sys.argv[1]))\n"
            "except Exception as error: print(type(error).__name__, error)"
        )
        done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
        assert done.stdout.startswith("EnvironmentRefusedError")
        assert "another process has the record open" in done.stdout


def test_a_backup_while_it_is_open(pens, tmp_path):
    path = stored(pens[0], tmp_path / "x.mrec")
    with RecordFile.open(path) as file:
        file.backup(tmp_path / "copy.mrec")
        with pytest.raises(BadInputError, match="is there already"):
            file.backup(tmp_path / "copy.mrec")
    assert bundle_of(tmp_path / "copy.mrec") == bundle_of(path)


def test_rows_are_added_and_never_changed(pens, tmp_path):
    path = stored(pens[0], tmp_path / "x.mrec")
    connection = sqlite3.connect(path)
    columns = "99, party, 99, randomblob(32), prev, 0, type, at, '', '', envelope"
    for sql in (
        "UPDATE entry SET type = 'notice' WHERE id = 3",
        "DELETE FROM entry WHERE id = 3",
        f"INSERT INTO entry SELECT {columns} FROM entry WHERE id = 4",
        "UPDATE evidence SET seq = 1",
    ):
        try:
            changed = connection.execute(sql).rowcount
        except sqlite3.IntegrityError:
            continue
        assert changed == 0
    connection.close()


def test_a_newer_form_and_a_second_record_are_refused(pens, tmp_path):
    path = stored(pens[0], tmp_path / "x.mrec")
    with pytest.raises(RefusedByRulesError, match="there is a record already"):
        RecordFile.create(path, "AAA")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(BadInputError, match="newer merestone"):
        RecordFile.open(path)


def test_an_import_is_whole_or_nothing(pens, tmp_path):
    left, right = pens
    path = stored(right, tmp_path / "r.mrec", upto=6)
    data = bundle_of(stored(left, tmp_path / "l.mrec"))
    (tmp_path / "b").write_bytes(data[:-1])
    with RecordFile.open(path) as file:
        with (tmp_path / "b").open("rb") as source, pytest.raises(BadInputError, match="cut off"):
            import_bundle(file, source)
        assert file.count() == 6
        assert file.state.view == {"AAA": 3, "BBB": 3}
        (tmp_path / "b").write_bytes(data)
        for taken in (len(left.entries) - 6, 0):
            with (tmp_path / "b").open("rb") as source:
                assert import_bundle(file, source).taken == taken


# -- a file that was altered


def read_into(found, path):
    with RecordFile.open(path) as file:
        for entry in file.entries():
            found.add(entry.hash)


def test_every_flipped_bit_of_a_row_is_found(pens, tmp_path):
    """One bit of an envelope, its hash or its place: never is an altered entry handed out."""
    left, _ = pens
    path = stored(left, tmp_path / "x.mrec")
    good = path.read_bytes()
    line = left.entries[9].line
    start = good.index(line)
    wanted = {entry.hash for entry in left.entries}
    dice = random.Random(5)
    places = dice.sample(range(len(line) * 8), 120)
    for place in places:
        spoiled = bytearray(good)
        spoiled[start + place // 8] ^= 1 << (place % 8)
        path.write_bytes(spoiled)
        got = set()
        with pytest.raises(BadInputError, match="damaged"):
            read_into(got, path)
        assert got < wanted


def test_no_flipped_bit_anywhere_shows_something_else(pens, tmp_path):
    """Wherever a bit flips in the file, what is read is refused or is the same."""
    left, _ = pens
    path = stored(left, tmp_path / "x.mrec", upto=12)
    good = path.read_bytes()
    wanted = [entry.hash for entry in left.entries[:12]]
    dice = random.Random(6)
    refused = 0
    for place in dice.sample(range(len(good) * 8), 250):
        spoiled = bytearray(good)
        spoiled[place // 8] ^= 1 << (place % 8)
        path.write_bytes(spoiled)
        Path(f"{path}-journal").unlink(missing_ok=True)
        try:
            with RecordFile.open(path) as file:
                data = list(export(file, contents(file, "parties", {}), {}))
            found = [entry.hash for entry in audit.audit(data).entries]
            assert found == wanted[: len(found)]
            refused += len(found) != len(wanted)
        except (BadInputError, RefusedByRulesError, EnvironmentRefusedError):
            refused += 1
    assert refused > 5


def test_what_can_be_read_of_a_damaged_file(pens, tmp_path):
    left, _ = pens
    path = stored(left, tmp_path / "x.mrec")
    data = bytearray(path.read_bytes())
    at = data.index(left.entries[15].line)
    data[at + 30] ^= 1
    path.write_bytes(data)
    before = path.read_bytes()
    with (tmp_path / "b").open("wb") as sink:
        count, stopped = salvage(path, sink)
    assert count == 15
    assert "not as it was written" in stopped
    assert path.read_bytes() == before
    assert len(audit.audit((tmp_path / "b").read_bytes().splitlines(keepends=True)).entries) == 15
    path.write_bytes(b"SQLite format 3\0" + bytes(4000))
    with pytest.raises(BadInputError, match="nothing can be read"), (tmp_path / "b").open("wb") as sink:
        salvage(path, sink)


# -- kills, failing disks, power cuts


def test_kills():
    """Two hundred kills while appending, importing and synchronising; the benchmark does thousands."""
    command = [sys.executable, str(Path(__file__).with_name("killing.py")), "120", "60", "20", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["appends"] + told["imports"] + told["syncs"] == 200
    assert 0 < told["before_the_end"] < 60


def taken_until_it_fails(path, entries, reported):
    """Take entries, counting those that were reported; what was said where it failed, else None."""
    try:
        with RecordFile.open(path) as file:
            for entry in entries:
                with file.writing():
                    file.take(entry)
                reported[0] += 1
    except EnvironmentRefusedError as error:
        return error.message
    return None


def appended(path, pen, entries, layer):
    """Take entries one by one; how many were reported, and after which operation each."""
    marks = []
    with RecordFile.open(path) as file:
        for entry in entries:
            with file.writing():
                file.take(entry)
            marks.append(len(layer.log))
    return marks


@WRAPPED
@pytest.mark.parametrize(
    ("what", "code"), [("write", vfs.IOERR_WRITE), ("write", vfs.FULL), ("sync", vfs.IOERR_FSYNC)]
)
def test_a_disk_that_fails(pens, tmp_path, what, code):
    """At whichever write or sync the disk fails: one sentence, what was reported stays, nothing half."""
    left, _ = pens
    layer = vfs.Layer(LIBRARY)
    base = stored(left, tmp_path / "base.mrec", upto=10).read_bytes()
    for nth in range(1, 14):
        path = tmp_path / "x.mrec"
        path.write_bytes(base)
        counted = [0]

        def fail(operation, name, nth=nth, counted=counted):
            counted[0] += operation == what
            return code if operation == what and counted[0] == nth else 0

        layer.fail = fail
        reported = [10]
        with layer.installed():
            said = taken_until_it_fails(path, left.entries[10:13], reported)
        assert said is None or "cannot be written" in said
        layer.fail = lambda operation, name: 0
        with RecordFile.open(path) as file:
            assert reported[0] <= file.count() <= reported[0] + 1
            assert file.count() == sum(file.state.view.values())


@WRAPPED
def test_power_cuts(pens, tmp_path):
    """A power cut at any operation, with sectors torn and unsynced writes lost: what was reported is
    there."""
    left, _ = pens
    layer = vfs.Layer(LIBRARY)
    path = stored(left, tmp_path / "x.mrec", upto=8)
    base = path.read_bytes()
    with layer.installed():
        marks = appended(path, left, left.entries[8:14], layer)
    synced = [("write", str(path), 0, base), ("sync", str(path), 0)]
    dice = random.Random(7)
    lost = 0
    for _ in range(150):
        cut = dice.randrange(len(layer.log) + 1)
        files = vfs.after_power_cut([*synced, *layer.log[:cut]], dice)
        for name in (path, Path(f"{path}-journal")):
            name.unlink(missing_ok=True)
            if str(name) in files:
                name.write_bytes(files[str(name)])
        reported = 8 + sum(mark <= cut for mark in marks)
        with RecordFile.open(path) as file:
            assert reported <= file.count() <= reported + 1
            assert [entry.hash for entry in file.entries()] == [e.hash for e in left.entries[: file.count()]]
            lost += file.count() == reported
    assert lost > 20


@WRAPPED
def test_the_power_cut_finds_a_journal_that_is_not_synced(pens, tmp_path, monkeypatch):
    """The simulation has teeth: without syncs entries that were reported are lost or the file is damaged."""
    left, _ = pens
    layer = vfs.Layer(LIBRARY)
    path = stored(left, tmp_path / "x.mrec", upto=8)
    base = path.read_bytes()
    with layer.installed():
        marks = appended(path, left, left.entries[8:14], layer)
    log = [one for one in layer.log if one[0] != "sync"]
    dice = random.Random(8)
    for _ in range(20):
        files = vfs.after_power_cut([("write", str(path), 0, base), ("sync", str(path), 0), *log], dice)
        for name in (path, Path(f"{path}-journal")):
            name.unlink(missing_ok=True)
            if str(name) in files:
                name.write_bytes(files[str(name)])
        try:
            with RecordFile.open(path) as file:
                if file.count() < 8 + len(marks):
                    return
        except (BadInputError, EnvironmentRefusedError):
            return
    pytest.fail("nothing was lost")


def test_settled_lines_are_stored_whole(tmp_path):
    left, _ = founded()
    line = a_line(*((10 + k / 1000, 50 + k / 997) for k in range(5000)))
    left.propose(line)
    path = stored(left, tmp_path / "x.mrec")
    with RecordFile.open(path) as file:
        assert file.entry("AAA", 3).body.content == line
