"""Bundles: every alteration is refused, every limit holds, and what is hidden stays in its place."""

import io
import sys
import tracemalloc
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from pens import exchange, founded, words

from merestone.errors import BadInputError, MerestoneError, RefusedByRulesError
from merestone.record import audit, bundle
from merestone.record.bodies import (
    Notice,
)


@pytest.fixture(scope="module")
def left():
    left, right = founded()
    offer = left.propose()
    exchange(left, right)
    right.accept(offer)
    left.receive(right)
    left.write("notice", Notice(words("received")))
    return left


def written(entries, *, hidden=(), files=(), reader="parties"):
    writer, sink = bundle.Writer(), io.BytesIO()
    count = len(entries) - len(hidden)
    record = entries[0].payload.record
    head = bundle.header_line(record, reader, entries=count, redacted=len(hidden), attachments=len(files))
    sink.write(writer.line(head))
    for entry in entries:
        shown = entry.line if entry not in hidden else None
        line = shown or bundle.redacted_line(entry.party, entry.seq, entry.hash, entry.type)
        sink.write(writer.line(line))
    for digest, data in files:
        of = bundle.parts_of(len(data))
        for number in range(1, of + 1):
            part = data[(number - 1) * bundle.PART : number * bundle.PART]
            sink.write(writer.line(bundle.part_line(digest, number, of, part)))
    sink.write(writer.end())
    return sink.getvalue()


def audited(data, roots=None):
    return audit.audit(io.BytesIO(data), roots)


def test_it_is_read_to_its_end(left):
    found = audited(written(left.entries))
    assert [entry.hash for entry in found.entries] == [entry.hash for entry in left.entries]
    assert found.sections[0]["state"] == "settled"
    assert found.hidden == {}


def test_every_flipped_bit_is_refused(left):
    """Every byte of header and end, and one bit in each byte of the rest."""
    data = written(left.entries[:3])
    for place in range(len(data)):
        for bit in (1 << (place % 8), 1 << (place * 5 % 8)) if place < 250 else (1 << (place % 8),):
            with pytest.raises(MerestoneError):
                audited(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])


def test_every_truncation_is_refused(left):
    data = written(left.entries[:2])
    for length in range(len(data)):
        with pytest.raises(BadInputError):
            audited(data[:length])
    with pytest.raises(BadInputError, match="more after the end"):
        audited(data + b"\n")


def resealed(entries):
    """A bundle whose end line fits, as someone who alters it on purpose would make it."""
    return written(entries)


def test_reordering_dropping_and_splicing_are_refused(left):
    entries = left.entries
    swapped = [*entries[:2], entries[3], entries[2], *entries[4:]]
    for spoiled in (swapped, [*entries[:4], *entries[5:]], [*entries, entries[-1]], entries[1:]):
        with pytest.raises((BadInputError, RefusedByRulesError)):
            audited(resealed(spoiled))
    other, _ = founded(quorum=(1, 2))
    with pytest.raises(RefusedByRulesError, match="another record"):
        audited(resealed([*entries, other.entries[1]]))


def test_hidden_entries_keep_their_place(left):
    notice = left.entries[-1]
    found = audited(written(left.entries, hidden=[notice], reader="observers"))
    assert found.hidden == {"notice": 1}
    assert [one["state"] for one in found.sections] == ["cannot-say"]  # the type is the exporter's word
    assert found.ledger.logs["AAA"].head == notice.hash
    assert found.checkpoint("AAA") == audited(written(left.entries)).checkpoint("AAA")
    accept = next(entry for entry in left.entries if entry.type == "accept")
    found = audited(written(left.entries, hidden=[accept], reader="observers"))
    assert [one["state"] for one in found.sections] == ["cannot-say"]
    lines = written(left.entries, hidden=[accept], reader="observers").replace(
        accept.hash.encode(), b"0" * 64
    )
    with pytest.raises(MerestoneError):
        audited(lines)


def test_roots_are_held_against_those_that_the_reader_has(left):
    data = written(left.entries)
    assert audited(data, {"AAA": left.root.public})
    with pytest.raises(RefusedByRulesError, match="as the root of AAA"):
        audited(data, {"AAA": "1" * 64})
    with pytest.raises(RefusedByRulesError, match="no such party"):
        audited(data, {"CCC": "1" * 64})


def test_attached_files(left):
    from hashlib import sha256

    blob = bytes(range(256)) * 1500
    digest = sha256(blob).hexdigest()
    found = audited(written(left.entries, files=[(digest, blob), (sha256(b"").hexdigest(), b"")]))
    assert found.files == {digest: len(blob), sha256(b"").hexdigest(): 0}
    with pytest.raises(BadInputError, match="is not what its hash says"):
        audited(written(left.entries, files=[("0" * 64, blob)]))


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a/b", "a\\b", "..", ".hidden", "", "C:x", "x" * 121]
)
def test_names_of_attachments_lead_nowhere(left, name):
    from merestone.record.bodies import (
        Attachment,
    )

    with pytest.raises(BadInputError, match="has not the form"):
        left.write("attachment", Attachment("0" * 64, 1, "text/plain", name))


def lines_of(entries, *more):
    """A bundle with odd lines at its end, its end line fitting."""
    writer, sink = bundle.Writer(), io.BytesIO()
    record = entries[0].payload.record
    head = bundle.header_line(record, "parties", entries=len(entries), redacted=0, attachments=9)
    sink.write(writer.line(head))
    for line in (*(entry.line for entry in entries), *more):
        sink.write(writer.line(line))
    sink.write(writer.end())
    return sink.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"null",
        b"[1]",
        b'{"payload":1}',
        b'{"attachment":{"data":"","of":2,"part":2,"sha256":"' + b"0" * 64 + b'"}}',
        b'{"attachment":{"data":"","of":10000,"part":1,"sha256":"' + b"0" * 64 + b'"}}',
        b'{"attachment":{"data":"!","of":1,"part":1,"sha256":"' + b"0" * 64 + b'"}}',
        b'{"redacted":{"hash":"' + b"0" * 64 + b'","party":"AAA","seq":9,"type":"x"}}',
        b'{"end":true,"lines":1,"sha256":"' + b"0" * 64 + b'"}',
        b"[" * 100_000,
        b"\xff" * 10,
    ],
    ids=range(12),
)
def test_lines_that_are_none(left, line):
    with pytest.raises(MerestoneError):
        audited(lines_of(left.entries, line))


def test_a_line_of_five_gigabytes_costs_nothing():
    """The line is never read beyond the limit."""

    class Endless(io.RawIOBase):
        read_bytes = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            buffer[:] = b"x" * len(buffer)
            Endless.read_bytes += len(buffer)
            return len(buffer)

    source = io.BufferedReader(Endless())
    tracemalloc.start()
    with pytest.raises(BadInputError, match="at most"):
        audit.audit(iter(lambda: source.readline(bundle.MAX_LINE + 1), b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert Endless.read_bytes < 3 * bundle.MAX_LINE
    assert peak < 8 * bundle.MAX_LINE


def test_a_million_lines_of_junk_end_at_the_first(left):
    asked = []

    def junk():
        yield written(left.entries).split(b"\n", 1)[0] + b"\n"
        for number in range(10**6):
            asked.append(number)
            yield b'{"payload":"AAAA"}\n'

    with pytest.raises(BadInputError, match="line 2"):
        audit.audit(junk())
    assert asked == [0]


def test_limits_of_the_header(left):
    record = left.ledger.record
    for spoiled in ({"entries": 3 * 10**6}, {"attachments": 10**6}):
        counts = {"entries": 1, "redacted": 0, "attachments": 0} | spoiled
        line = bundle.header_line(record, "parties", **counts) + b"\n"
        with pytest.raises(BadInputError, match="at most"):
            bundle.Reader().read(line)
