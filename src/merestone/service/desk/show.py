"""What a desk shows: where each section stands, what came in, the log, one entry, minutes of a meeting."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from merestone.errors import BadInputError
from merestone.model.findings import Finding, finding
from merestone.record import status as states
from merestone.record.acts import VOID
from merestone.record.bodies import (
    Amendment,
    Attachment,
    Correction,
    Proposal,
)
from merestone.record.disclosure import level_of
from merestone.record.entry import Entry
from merestone.record.forms import (
    Drawn,
)
from merestone.record.ledger import Ledger
from merestone.record.names import entry_name, read_name, short_code
from merestone.record.settledlines import fit
from merestone.record.units import View
from merestone.service.desk.acts import named
from merestone.service.desk.founding import dossier_facts
from merestone.service.desk.place import Desk
from merestone.sources.write import replacing
from merestone.store.recordfile import RecordFile


def status(desk: Desk, *, as_of: str | None = None) -> dict[str, Any]:
    """The state of the record: ``merestone-record-status/1``, with `as_of` as the writer of that entry knew
    it."""
    with desk.opened() as file:
        state = file.state
        view = state.view if as_of is None else _view_of(state, named(file, as_of))
        sections = states.sections(state, view)
        findings = [] if as_of else [*_dossier(desk, state), *_own(file), *_settled_lines(file, sections)]
        return {
            "format": states.FORMAT,
            "record": state.record,
            "party": file.party,
            "dossier": {"title": state.statement.dossier.title, "sha256": state.statement.dossier.sha256},
            "heads": {party: _head(state, party) for party in state.parties},
            "sections": sections,
            "others": states.others(state, view),
            "waiting": [] if as_of else states.waiting(state),
            "findings": findings,
        }


def _view_of(state: Ledger, entry: Entry) -> View:
    return {entry.party: entry.seq, state.other(entry.party): entry.ack}


def _head(state: Ledger, party: str) -> dict[str, Any]:
    log = state.logs[party]
    return {
        "seq": log.seq,
        "hash": log.head,
        "code": short_code(log.head) if log.seq else None,
        "acknowledged": log.ack,
        "frozen_at": log.frozen,
    }


def _dossier(desk: Desk, state: Ledger) -> Iterator[Finding]:
    if desk.dossier is None:
        return
    then, now = state.statement.dossier.sha256, dossier_facts(desk.dossier).sha256
    if now != then:
        yield finding("record-dossier-changed", now=now, then=then)


def _own(file: RecordFile) -> Iterator[Finding]:
    """What is to be said of this copy and its logs."""
    state = file.state
    for party, log in sorted(state.logs.items()):
        if log.frozen is not None:
            yield finding("record-two-entries", party=party, seq=log.frozen)
    if file.party and file.adopted > state.logs[state.other(file.party)].ack:
        other = state.other(file.party)
        yield finding("record-own-log-adopted", party=file.party, seq=file.adopted, other=other)
    for name, reason in sorted(state.voids.items()):
        where = file.find(name)
        if where is not None:
            yield finding("record-act-void", name=entry_name(*where, name), reason=VOID[reason])
    missing = file.missing_files()
    if missing:
        yield finding("record-attachment-missing", count=missing)


def _settled_lines(file: RecordFile, sections: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    lines: dict[str, Drawn] = {}
    for one in sections:
        if one["state"] != "settled":
            continue
        if one["contested"]:
            yield finding("record-contested", section=one["id"])
        for unit in states.in_place(file.state, one["id"]):
            entry = file.entry(unit.author, unit.seq)
            drawn = _drawn(entry.body) if entry is not None else None
            if drawn is not None:
                shown = unit.entry == one["entry"]
                lines[
                    one["id"] if shown else f"{one['id']} ({entry_name(unit.author, unit.seq, unit.entry)})"
                ] = drawn
    yield from fit(lines)


def _drawn(body: Any) -> Drawn | None:
    return body.content.line if isinstance(body, Proposal | Correction | Amendment) else None


def inbox(desk: Desk) -> dict[str, Any]:
    """What came from the other party since this one last wrote, and what waits for this one."""
    with desk.opened() as file:
        state = file.state
        party = file.party
        if party is None:
            raise BadInputError(f"{file.path}: the copy of no party has no inbox")
        other = state.other(party)
        came = file.entries("WHERE party = ? AND seq > ?", (other, state.logs[party].ack))
        return {
            "party": party,
            "received": [row(file, entry) for entry in came],
            "waiting": [one for one in states.waiting(state) if one["party"] == party],
        }


def log(
    desk: Desk, *, section: str | None = None, type_: str | None = None, party: str | None = None
) -> list[dict[str, Any]]:
    """The entries in the order in which they came here, narrowed by section, type or party."""
    asked = [("section = ?", section), ("type = ?", type_), ("party = ?", party)]
    given = [(clause, value) for clause, value in asked if value is not None]
    where = "WHERE " + " AND ".join(clause for clause, _ in given) if given else ""
    with desk.opened() as file:
        return [row(file, entry) for entry in file.entries(where, [value for _, value in given])]


def row(file: RecordFile, entry: Entry) -> dict[str, Any]:
    """One line of a log."""
    state = file.state
    void = state.voids.get(entry.hash)
    return {
        "party": entry.party,
        "seq": entry.seq,
        "name": entry_name(entry.party, entry.seq, entry.hash),
        "hash": entry.hash,
        "type": entry.type,
        "known": not isinstance(entry.body, dict),
        "at": entry.payload.at,
        "ack": {"party": state.other(entry.party), "seq": entry.ack},
        "section": file.section_of(entry.hash),
        "disclosure": level_of(state, entry),
        "contested": entry.hash in state.contested,
        "void": VOID[void] if void else None,
        "text": summary(file, entry),
    }


def summary(file: RecordFile, entry: Entry) -> str:
    """A few words that tell what an entry is about."""
    body: Any = entry.body
    if isinstance(body, dict):
        return "of a type that this merestone does not know; carried as it is"
    about = getattr(body, "entry", None) or getattr(body, "of", None)
    if isinstance(about, str):
        where = file.find(about)
        return "on " + (entry_name(*where, about) if where else f"{about[:16]}…, which is not here")
    for key in ("text", "account", "reasons", "title"):
        said = getattr(getattr(body, "content", body), key, None) or getattr(body, key, None)
        if said:
            first = str(said[0].lines[0])
            return first if len(first) <= _SHORT else first[: _SHORT - 1] + "…"
    return ""


_SHORT = 60


def show(desk: Desk, name: str) -> dict[str, Any]:
    """One entry, whole."""
    with desk.opened() as file:
        party, seq, _ = read_name(name) if len(name) != 64 else ("", 0, None)
        twins = [one for one in file.evidence() if (one.party, one.seq) == (party, seq)]
        entry = named(file, name)
        unit = file.state.units.get(entry.hash)
        return {
            **row(file, entry),
            "key": entry.key,
            "body": plain_body(entry),
            "state": states.describe(file.state, unit, file.state.view) if unit else None,
            "other_under_this_number": [one.hash for one in twins],
        }


def write_attached(desk: Desk, name: str, out: Path) -> None:
    """Write the file that an entry attaches, whole or not at all, and never over another one."""
    if out.exists():
        raise BadInputError(f"{out}: is there already; name a file that is not")
    with desk.opened() as file:
        entry = named(file, name)
        if not isinstance(entry.body, Attachment):
            raise BadInputError(f"{name} is of type '{entry.type}' and attaches no file")
        digest = entry.body.sha256
        if not file.has_file(digest):
            raise BadInputError(
                f"the bytes of {name} are not here; ask the other party for a bundle of everything"
            )
        found = sha256()
        with replacing(out) as sink:
            for part in file.file_parts(digest):
                found.update(part)
                sink.write(part)
            if found.hexdigest() != digest:
                raise BadInputError(f"{file.path}: the file that {name} attaches is not as it was written")


def plain_body(entry: Entry) -> Any:
    """The body of an entry as plain values."""
    return msgspec.json.decode(bytes(entry.payload.body))


def minutes(desk: Desk) -> str:
    """The record as Markdown, section by section, for a meeting."""
    with desk.opened() as file:
        state = file.state
        first, second = state.parties
        lines = [
            f"# {state.statement.dossier.title}",
            "",
            f"Record {state.record[:16]}… of {first} and {second}. "
            + " ".join(said for text in state.terms.without_prejudice[:1] for said in text.lines),
            "",
        ]
        for one in states.sections(state):
            lines += [f"## {one['id']}", "", f"**{one['state']}**: {states.STATES[one['state']]}.", ""]
            lines += _table(file, list(file.entries("WHERE section = ?", (one["id"],))))
        rest = [entry for entry in file.entries("WHERE section IS NULL") if entry.type not in _QUIET]
        if rest:
            lines += ["## Without a section", "", *_table(file, rest)]
        waits = states.waiting(state)
        if waits:
            lines += ["## What waits", ""]
            lines += [
                f"- {one['party']}: {one['what']} {one['section'] or ''} {one['name'] or ''}".rstrip()
                for one in waits
            ]
        return "\n".join(lines).rstrip() + "\n"


_QUIET = frozenset({"founding", "join", "key", "receipt"})


def _table(file: RecordFile, entries: Sequence[Entry]) -> list[str]:
    made = ["| entry | stated time | type | |", "| --- | --- | --- | --- |"]
    for entry in entries:
        one = row(file, entry)
        note = f" *({one['void']})*" if one["void"] else ""
        said = one["text"].replace("|", "\\|")
        made.append(f"| {one['name']} | {one['at']} | {one['type']} | {said}{note} |")
    return [*made, ""]
