"""What goes out of a desk and comes in: bundles, proofs, checkpoints, backups."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from merestone.errors import BadInputError, RefusedByRulesError
from merestone.model.findings import Finding, finding
from merestone.record import audit, merkle, notes, proofs
from merestone.record import bundle as bundles
from merestone.record import status as states
from merestone.record.acts import VOID
from merestone.record.disclosure import level_of, may_see
from merestone.record.entry import Entry
from merestone.record.forms import (
    Disclosure,
)
from merestone.record.names import entry_name, read_name
from merestone.service.desk.acts import named
from merestone.service.desk.founding import begun, opened_bundle
from merestone.service.desk.place import Desk
from merestone.sources.write import replacing, write_atomic
from merestone.store.bundles import Contents, Imported, contents, export, import_bundle
from merestone.store.recordfile import RecordFile
from merestone.store.salvage import salvage


def since(file: RecordFile, text: str | None) -> dict[str, int]:
    """What `--since` names: ``acknowledged``, or names of entries such as ``AAA-3,BBB-2``; numbers by
    party."""
    state = file.state
    if text is None:
        return {}
    if text == "acknowledged":
        if file.party is None:
            raise BadInputError("the copy of no party does not know what was acknowledged")
        other = state.other(file.party)
        return {file.party: state.logs[other].ack, other: state.logs[other].seq}
    found = {}
    for name in text.split(","):
        party, seq, _ = read_name(name)
        if party not in state.logs:
            raise BadInputError(f"'{party}' is no party of this record")
        found[party] = seq
    return found


def export_bundle(
    desk: Desk,
    out: Path | None,
    *,
    reader: Disclosure = "parties",
    start: str | None = None,
    tell: Callable[[Contents], None] = lambda _: None,
) -> Contents:
    """Write a bundle, whole or not at all; `tell` is called with what it holds before it is written.

    Without `out` nothing is written.
    """
    with desk.opened() as file:
        after = since(file, start)
        if reader != "parties" and after:
            raise BadInputError("a bundle for others than the parties holds the record from its beginning")
        held = contents(file, reader, after)
        tell(held)
        if out is not None:
            with replacing(out) as sink:
                for line in export(file, held, after):
                    sink.write(line)
    return held


def salvage_bundle(desk: Desk, out: Path) -> tuple[int, str]:
    """Write what can be read of a damaged record into a bundle; how many entries, and what stopped it."""
    with replacing(out) as sink:
        return salvage(desk.record, sink)


def take_bundle(desk: Desk, bundle: Path, *, party: str | None = None) -> Imported:
    """Import a bundle: all of it or nothing.

    Where there is no record yet, one is begun from the bundle: for `party` the copy of its desk, with its own
    log taken from the bundle, else a copy for reading.
    """
    with opened_bundle(bundle) as source:
        if desk.record.exists():
            with desk.opened() as file:
                return import_bundle(file, source)
        if party is None:
            raise BadInputError(
                f"{desk.record}: no such record; `merestone record join` begins one, and --party names whose "
                "lost copy "
                "is to be made anew from the bundle"
            )
        with begun(desk.record, party) as file:
            done = import_bundle(file, source)
            if party not in file.state.parties:
                both = " and ".join(file.state.parties)
                raise RefusedByRulesError(f"'{party}' is no party of this record; {both} are")
            return done


def verify_record(desk: Desk) -> dict[str, Any]:
    """Verify everything in the record from its first entry: signatures, chains, state, attached files."""
    with desk.opened() as file:
        found = audit.audit(export(file, held := contents(file, "parties", {}), {}))
        stored = file.state
        if found.ledger.logs.keys() != stored.logs.keys() or any(
            found.ledger.logs[party].head != log.head for party, log in stored.logs.items()
        ):
            raise BadInputError(
                f"{file.path}: the stored state is not that of the entries; the file is damaged"
            )
        _check_states(file, found)
        return _told(found) | {"attachments": len(held.files)}


def _check_states(file: RecordFile, found: audit.Audit) -> None:
    again = [(one["id"], one["state"], one["content"]) for one in states.sections(found.ledger)]
    here = [(one["id"], one["state"], one["content"]) for one in states.sections(file.state)]
    if again != here:
        raise BadInputError(f"{file.path}: the stored state is not that of the entries; the file is damaged")


def verify_file(path: Path, roots: Mapping[str, str], *, after: Path | None = None) -> dict[str, Any]:
    """Verify a bundle or a proof as a third person, with nothing but the roots.

    With `after`, an older bundle: what it held must be the beginning of this one.
    """
    with opened_bundle(path) as source:
        begin = source.read(len(bundles.BEGIN))
        source.seek(0)
        if begin != bundles.BEGIN:
            return proofs.check(source.read(proofs.MAX_PROOF), roots)
        found = audit.audit(_lines(source), roots)
    if after is not None:
        with opened_bundle(after) as source:
            old = audit.audit(_lines(source), roots)
        _check_follows(old, found)
    return _told(found)


def _lines(source: Any) -> Iterator[bytes]:
    return iter(lambda: source.readline(bundles.MAX_LINE + 1), b"")


def _check_follows(old: audit.Audit, new: audit.Audit) -> None:
    for party, log in old.ledger.logs.items():
        for seq in range(1, log.seq + 1):
            if old.index.hash_at(party, seq) != new.index.hash_at(party, seq):
                raise RefusedByRulesError(
                    f"{party} {seq} is another entry than in the older bundle, or is missing: the log was "
                    "altered"
                )


def _told(found: audit.Audit) -> dict[str, Any]:
    return {
        "kind": "bundle",
        "record": found.ledger.record,
        "reader": found.reader,
        "roots": {party: log.root for party, log in sorted(found.ledger.logs.items())},
        "entries": {party: log.seq for party, log in sorted(found.ledger.logs.items())},
        "redacted": found.hidden,
        "sections": [
            {"id": one["id"], "state": one["state"], "content": one["content"]} for one in found.sections
        ],
        "checkpoints": {
            party: {"size": point.size, "root": point.root.hex()}
            for party in found.ledger.parties
            for point in [found.checkpoint(party)]
        },
    }


# -- proofs and checkpoints


def _leaves(file: RecordFile, party: str, size: int | None = None) -> list[bytes]:
    return [merkle.leaf_hash(one) for one in file.hashes(party)[:size]]


def _support(file: RecordFile, party: str) -> tuple[Entry, list[Entry]]:
    """The founding entry, and the entries in which the root of `party` names keys."""
    founding = file.entry(file.state.founder, 1)
    assert founding is not None
    return founding, list(file.entries("WHERE party = ? AND type = 'key'", (party,)))


def checkpoint(desk: Desk) -> notes.Note:
    """Sign a checkpoint of one's own log, and keep it."""
    with desk.opened() as file:
        party = file.party
        if party is None:
            raise RefusedByRulesError(f"{file.path}: the copy of no party signs no checkpoint")
        leaves = _leaves(file, party)
        name = notes.origin(file.state.record, party)
        point = notes.Checkpoint(name, len(leaves), merkle.root(leaves))
        note = notes.sign_note(notes.Note(point.body), name, desk.signer(party))
        file.add_note(party, len(leaves), note.text)
        return note


def countersign(desk: Desk, note_file: Path, name: str, *, bundle: Path | None = None) -> notes.Note:
    """Add a cosignature with a time, after holding the checkpoint against the log here or in a bundle.

    `name` is the cosigner's: for a party its id, for an observer any word without spaces. The key is the one
    of ``--key``. Raises RefusedByRulesError where the log is not as the checkpoint says.
    """
    note = _read_note(note_file)
    point = notes.read_checkpoint(note)
    if bundle is not None:
        with opened_bundle(bundle) as source:
            found = audit.audit(_lines(source))
        trees = {notes.origin(found.ledger.record, one): found.leaves(one) for one in found.ledger.parties}
    else:
        with desk.opened() as file:
            trees = {notes.origin(file.state.record, one): _leaves(file, one) for one in file.state.parties}
    leaves = trees.get(point.origin)
    if leaves is None or len(leaves) < point.size or merkle.root(leaves[: point.size]) != point.root:
        raise RefusedByRulesError(
            f"the log here is not the one of the checkpoint ({point.origin}, {point.size} entries)"
        )
    if any(letter.isspace() or letter == "+" for letter in name) or not name:
        raise BadInputError(f"'{name}' is no name for a cosigner: no spaces and no +")
    return notes.cosign(note, name, desk.signer(name), int(time.time()))


def _read_note(path: Path) -> notes.Note:
    try:
        return notes.read_note(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise BadInputError(f"{path}: cannot be read: {error}") from None


def prove(desk: Desk, name: str, *, old: Path | None = None, reader: Disclosure = "parties") -> bytes:
    """A proof for a third person: of an entry, of two entries under its number, or that a checkpoint is a
    beginning.

    With `old`, a checkpoint, `name` is a party: the log of the checkpoint is the beginning of the log here. A
    proof shows its entry, so it obeys disclosure as a bundle for `reader` does.
    """
    with desk.opened() as file:
        if old is not None:
            return _prove_beginning(desk, file, name, old)
        entry = named(file, name)
        founding, keys = _support(file, entry.party)
        twins = [one for one in file.evidence() if (one.party, one.seq) == (entry.party, entry.seq)]
        if twins:
            return proofs.two_entries(founding, keys, entry, twins[0])
        level = level_of(file.state, entry)
        if not may_see(level, reader):
            raise RefusedByRulesError(
                f"{name} is disclosed to {level}, not to {reader}; entries of both can open it"
            )
        note, leaves = _signed(desk, file, entry.party, entry.seq)
        return proofs.inclusion(founding, keys, entry, leaves, note)


def _prove_beginning(desk: Desk, file: RecordFile, party: str, old: Path) -> bytes:
    if party not in file.state.logs:
        raise BadInputError(f"'{party}' is no party of this record")
    earlier = _read_note(old)
    size = notes.read_checkpoint(earlier).size
    note, leaves = _signed(desk, file, party, size)
    founding, keys = _support(file, party)
    return proofs.consistency(founding, keys, party, leaves, earlier, note)


def _signed(desk: Desk, file: RecordFile, party: str, least: int) -> tuple[notes.Note, list[bytes]]:
    """A checkpoint of the log of `party` over at least `least` entries: one that was kept, or for one's own a
    new one."""
    kept = [(size, text) for one, size, text in file.notes() if one == party and size >= least]
    if kept and party != file.party:
        size, text = kept[-1]
        return notes.read_note(text), _leaves(file, party, size)
    if party != file.party:
        raise RefusedByRulesError(
            f"there is no checkpoint here that {party} signed over {least} entries; ask {party} for one "
            "and import it with `merestone record checkpoint --keep FILE`"
        )
    leaves = _leaves(file, party)
    name = notes.origin(file.state.record, party)
    body = notes.Note(notes.Checkpoint(name, len(leaves), merkle.root(leaves)).body)
    return notes.sign_note(body, name, desk.signer(party)), leaves


def keep_checkpoint(desk: Desk, path: Path) -> notes.Checkpoint:
    """Keep a checkpoint that the other party signed.

    Raises RefusedByRulesError where it does not fit the log here.
    """
    note = _read_note(path)
    point = notes.read_checkpoint(note)
    with desk.opened() as file:
        state = file.state
        party = next((one for one in state.parties if notes.origin(state.record, one) == point.origin), None)
        if party is None:
            raise RefusedByRulesError(f"the checkpoint is of '{point.origin}', no log of this record")
        if not any(notes.signed_by(note, point.origin, key) for key in state.logs[party].keys):
            raise RefusedByRulesError(f"the checkpoint is not signed by a key of {party}")
        leaves = _leaves(file, party)
        if len(leaves) < point.size or merkle.root(leaves[: point.size]) != point.root:
            raise RefusedByRulesError(f"the log of {party} here is not the one of the checkpoint")
        file.add_note(party, point.size, note.text)
    return point


def backup(desk: Desk, out: Path) -> None:
    """Copy the record while it is open, whole or not at all."""
    with desk.opened() as file:
        file.backup(out)


# -- what is told of it


def held_json(held: Contents) -> dict[str, Any]:
    """What a bundle holds, as plain values."""
    return {
        "reader": held.reader,
        "entries": held.entries,
        "types": dict(sorted(held.types.items())),
        "redacted": dict(sorted(held.redacted.items())),
        "attachments": len(held.files),
        "attachment_bytes": held.bytes,
        "attachments_missing": len(held.missing_files),
    }


def held_lines(held: Contents) -> Iterator[str]:
    """What a bundle holds, in sentences."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(held.types.items()))
    yield f"for {held.reader}: {held.entries} entries ({kinds or 'none'})"
    if held.redacted:
        hidden = ", ".join(f"{count} {kind}" for kind, count in sorted(held.redacted.items()))
        yield f"left out, only their hashes are in it: {hidden}"
    if "founding" in held.redacted:
        yield f"the terms do not disclose founding and keys to {held.reader}: nobody can verify this bundle"
    if held.files or held.missing_files:
        missing = len(held.missing_files)
        yield f"attachments: {len(held.files)} with {held.bytes} bytes, {missing} that are not here"


def import_findings(desk: Desk, done: Imported) -> list[Finding]:
    """What is to be said of an import."""
    found = []
    with desk.opened() as file:
        state = file.state
        if done.adopted and file.party:
            other = state.other(file.party)
            adopted = finding("record-own-log-adopted", party=file.party, seq=done.adopted, other=other)
            found.append(adopted)
        for name, reason in done.void.items():
            where = file.find(name)
            if where:
                found.append(finding("record-act-void", name=entry_name(*where, name), reason=VOID[reason]))
    return found


def news(done: Imported) -> Iterator[tuple[str, str]]:
    """Name and type of the new entries, the first of them where there are many."""
    for entry in done.news[:20]:
        yield entry_name(entry.party, entry.seq, entry.hash), entry.type
    if done.taken > 20:
        yield f"and {done.taken - 20} more", ""


def write_note(path: Path, note: notes.Note) -> None:
    """Write a checkpoint."""
    write_atomic(path, note.text.encode())


def checkpoint_json(note: notes.Note) -> dict[str, Any]:
    """A checkpoint as plain values."""
    point = notes.read_checkpoint(note)
    return {"origin": point.origin, "size": point.size, "root": point.root.hex(), "note": note.text}


def write_proof(desk: Desk, name: str, out: Path, *, old: Path | None, reader: Disclosure) -> str:
    """Write a proof, after checking it as its reader will; returns its kind."""
    data = prove(desk, name, old=old, reader=reader)
    kind = str(proofs.check(data)["kind"])
    write_atomic(out, data)
    return kind
