"""What a party says: propose, accept, reserve, withdraw, and every other type of entry."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from merestone.errors import BadInputError, RefusedByRulesError, UsageError
from merestone.model.findings import Finding, finding
from merestone.record import canonical
from merestone.record import status as states
from merestone.record.bodies import (
    Accept,
    Amendment,
    Attachment,
    Correction,
    Package,
    Proposal,
    Reserve,
    Withdraw,
)
from merestone.record.bundle import MAX_FILE, PART, parts_of
from merestone.record.entry import Entry
from merestone.record.forms import (
    Content,
    Disclosure,
    Text,
)
from merestone.record.ledger import Ledger
from merestone.record.names import entry_name, read_name, short_code
from merestone.record.units import Unit
from merestone.service.desk.place import Desk
from merestone.service.desk.write import check_may_write, write
from merestone.store.recordfile import RecordFile


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that was written, and what was noted on the way."""

    entry: Entry
    findings: Sequence[Finding] = ()
    content: str | None = None

    @property
    def name(self) -> str:
        return entry_name(self.entry.party, self.entry.seq, self.entry.hash)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a user wants to propose: a line in a file, a text, or both."""

    section: str
    line: Path | None = None
    layer: str | None = None
    text: Sequence[Text] = ()
    prevails: str | None = None
    frame: str | None = None
    epoch: str | None = None
    edges: str | None = None
    comparison: Path | None = None


def texts(lines: Sequence[str], lang: str) -> list[Text]:
    """A text that a user typed, paragraph by paragraph.

    Raises BadInputError on letters that no record takes.
    """
    split = [canonical.clean(part) for line in lines for part in line.splitlines()]
    if not any(part.strip() for part in split):
        raise BadInputError("the text is empty; say something")
    return [Text(lang, split)]


def say(desk: Desk, type: str, body: Any, disclosure: Disclosure = "parties") -> Written:  # noqa: A002
    """Write one entry. Raises RefusedByRulesError where a rule speaks against it."""
    with desk.opened() as file:
        party = check_may_write(file)
        signer = desk.signer(party)
        with file.writing():
            return Written(write(file, signer, type, body, disclosure))


# -- offers


def propose(desk: Desk, offered: Offered) -> Written:
    """Propose a line, a text or both for a section; an offer that stands there is answered."""
    content, findings = content_of(desk, offered)
    with desk.opened() as file:
        party = check_may_write(file)
        findings += _settled(file.state, offered.section)
        standing = _standing(file.state, offered.section)
        answers = standing.entry if standing is not None else None
        with file.writing():
            entry = write(file, desk.signer(party), "proposal", Proposal(content, answers))
        return Written(entry, findings, file.state.units[entry.hash].content)


def content_of(desk: Desk, offered: Offered) -> tuple[Content, list[Finding]]:
    """The exact content of an offer, and what was noted about it."""
    line, findings = None, list[Finding]()
    if offered.line is not None:
        from merestone.service.desk.drawn import drawn_line  # loads what reads geometry

        line, findings = drawn_line(
            offered.line,
            layer=offered.layer,
            frame=offered.frame,
            epoch=offered.epoch,
            edges=offered.edges,
        )
    digest, noted = _comparison(desk, offered)
    text = list(offered.text) or None
    prevails: Any = offered.prevails
    if line is not None and text and prevails is None:
        raise UsageError("a line and a text together say which of them prevails: --prevails line or text")
    return Content(canonical.clean(offered.section), digest, line, text, prevails), [*findings, *noted]


def _comparison(desk: Desk, offered: Offered) -> tuple[str | None, list[Finding]]:
    """The hash of the comparison that the section is of, and a finding where it has no such section."""
    path = offered.comparison
    if path is None and desk.dossier is not None:
        path = desk.dossier / "out" / "comparison.json"
        if not path.is_file():
            path = None
    if path is None:
        return None, [finding("record-no-comparison", section=offered.section)]
    if path.is_dir():
        path = path / "comparison.json"
    try:
        data = path.read_bytes()
        ids = [one["id"] for one in msgspec.json.decode(data)["sections"]]
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, KeyError, TypeError):
        raise BadInputError(f"{path}: not a comparison.json") from None
    missing = [] if offered.section in ids else [finding("record-section-unknown", section=offered.section)]
    return sha256(data).hexdigest(), missing


def _settled(state: Ledger, section: str) -> list[Finding]:
    """A finding where the section is settled already, by its label."""
    units = states.section_units(state, state.view).get(section, [])
    if not any(state.settled(one) for one in units):
        return []
    shown = states.standing_unit(state, units, state.view)
    name = entry_name(shown.author, shown.seq, shown.entry)
    return [finding("record-section-settled", section=section, name=name)]


def _standing(state: Ledger, section: str) -> Unit | None:
    """The proposal for a section that another would answer: the latest that stands, not yet settled."""
    units = states.section_units(state, state.view).get(section, [])
    offers = (one for one in units if one.kind == "proposal")
    standing = [one for one in offers if states.state_of(state, one) not in _PAST]
    return standing[-1] if standing else None


_PAST = frozenset({"settled", "withdrawn", "superseded"})


def amend(
    desk: Desk, name: str, offered: Offered, *, from_day: str | None, reasons: Sequence[Text]
) -> Written:
    """Propose an amendment of something settled from a day, or without one a correction of a clerical
    error."""
    content, findings = content_of(desk, offered)
    with desk.opened() as file:
        of = named(file, name).hash
        body: Any = Amendment(of, content, from_day) if from_day else Correction(of, content, list(reasons))
        type_ = "amendment" if from_day else "correction"
        with file.writing():
            entry = write(file, desk.signer(check_may_write(file)), type_, body)
        return Written(entry, findings, file.state.units[entry.hash].content)


def package(desk: Desk, names: Sequence[str]) -> Written:
    """Tie offers: none of them settles unless all do."""
    with desk.opened() as file:
        members = [target(file, name).entry for name in names]
        with file.writing():
            return Written(write(file, desk.signer(check_may_write(file)), "package", Package(members)))


def accept(desk: Desk, name: str, content: str | None = None) -> Written:
    """Accept the offer that stands for a section, or one by its name; `content` makes sure of its exact
    bytes."""
    with desk.opened() as file:
        party = check_may_write(file)
        unit = target(file, name, content)
        signer = desk.signer(party)
        _check_news(file, unit, party, signer.public)
        with file.writing():
            entry = write(file, signer, "accept", Accept(unit.entry, unit.content))
        return Written(entry, (), unit.content)


def _check_news(file: RecordFile, unit: Unit, party: str, key: str) -> None:
    """An acceptance that says nothing new is refused: same key, nothing received since."""
    state = file.state
    log, other = state.logs[party], state.logs[state.other(party)]
    known = log.keys.get(key)
    signed = known is not None and known.holder in state.stand(unit, party).signers
    if signed and log.ack == other.seq:
        raise RefusedByRulesError(
            f"this key stands behind {entry_name(unit.author, unit.seq, unit.entry)} already; it waits for "
            f"{state.other(party)}"
        )


def reserve(desk: Desk, name: str, reasons: Sequence[Text]) -> Written:
    """Enter a reservation, with reasons."""
    with desk.opened() as file:
        unit = target(file, name)
        with file.writing():
            body = Reserve(unit.entry, list(reasons))
            return Written(write(file, desk.signer(check_may_write(file)), "reserve", body))


def withdraw(desk: Desk, name: str, reasons: Sequence[Text]) -> Written:
    """Take back an offer, an acceptance, or one's own reservation."""
    with desk.opened() as file:
        party = check_may_write(file)
        entry = _own_reservation(file, name, party) or target(file, name).entry
        body = Withdraw(entry, list(reasons) or None)
        with file.writing():
            return Written(write(file, desk.signer(party), "withdraw", body))


def _own_reservation(file: RecordFile, name: str, party: str) -> str | None:
    """The reservation of this party that stands on a section, or the one that is named."""
    state = file.state
    for unit in states.section_units(state, state.view).get(name, []):
        reserved = state.stand(unit, party).reserved
        if reserved is not None:
            return reserved.entry
    if name in states.section_units(state, state.view):
        return None
    entry = named(file, name)
    return entry.hash if entry.type == "reserve" else None


def attach(desk: Desk, path: Path, media_type: str, *, of: str | None = None) -> Written:
    """Attach a file: its hash in an entry, its bytes in the record and in every bundle that shows the
    entry."""
    name = canonical.clean(path.name)
    try:
        with path.open("rb") as source:
            size = source.seek(0, os.SEEK_END)
            if size > MAX_FILE:
                raise BadInputError(f"{path}: {size} bytes; an attachment has at most {MAX_FILE}")
            source.seek(0)
            digest = file_digest(source, "sha256").hexdigest()
            source.seek(0)
            body = Attachment(digest, size, media_type, name, None)
            return _attached(desk, source, body, of)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from None


def _attached(desk: Desk, source: BinaryIO, body: Attachment, of: str | None) -> Written:
    with desk.opened() as file:
        party = check_may_write(file)
        if of is not None:
            body = msgspec.structs.replace(body, of=named(file, of).hash)
        signer = desk.signer(party)
        with file.writing():
            entry = write(file, signer, "attachment", body)
            if not file.has_file(body.sha256):
                found = sha256()
                for number in range(1, parts_of(body.size) + 1):
                    data = source.read(PART)
                    found.update(data)
                    file.add_part(body.sha256, number, data)
                if found.hexdigest() != body.sha256:
                    raise BadInputError(f"'{body.name}' changed while it was read; attach it again")
                file.file_is_here(body.sha256)
        return Written(entry)


# -- names


def named(file: RecordFile, name: str) -> Entry:
    """The entry of a name: party and number, with or without its code, or its hash. Raises BadInputError."""
    found = None
    if len(name) == 64:
        where = file.find(name) if all(letter in "0123456789abcdef" for letter in name) else None
        found = file.entry(*where) if where else None
    else:
        party, seq, code = read_name(name)
        found = file.entry(party, seq)
        if found is not None and code is not None and short_code(found.hash) != code:
            raise BadInputError(
                f"{party} {seq} is {short_code(found.hash)} here, not {code}; compare what both have"
            )
    if found is None:
        raise BadInputError(f"there is no entry '{name}' here")
    return found


def target(file: RecordFile, name: str, content: str | None = None) -> Unit:
    """The offer that is meant: by a section the one that stands, by a name that one.

    Raises RefusedByRulesError where nothing stands, or more than one does and `content` does not tell which.
    """
    state = file.state
    units = states.section_units(state, state.view).get(name)
    if units is None:
        unit = _by_name(file, name)
        if content is not None and unit.content != content:
            raise RefusedByRulesError(
                f"the content of {name} is {unit.content}, not {content}; nothing is accepted"
            )
        return unit
    standing = [one for one in units if states.state_of(state, one) not in {"withdrawn", "superseded"}]
    if content is not None:
        standing = [one for one in standing if one.content == content]
        if not standing:
            raise RefusedByRulesError(f"no offer that stands for {name} has the content {content}")
    if not standing:
        last = units[-1]
        raise RefusedByRulesError(
            f"no offer stands for {name}: {entry_name(last.author, last.seq, last.entry)} was "
            f"{states.state_of(state, last)}"
        )
    return _the_one(state, name, standing)


def _the_one(state: Ledger, name: str, standing: list[Unit]) -> Unit:
    """Of the offers that stand the one that answers the others; where two do not know of each other,
    neither."""
    last = standing[-1]
    if any(one.thread != last.thread and states.state_of(state, one) != "settled" for one in standing):
        listed = "; ".join(f"{entry_name(one.author, one.seq, one.entry)}: {one.content}" for one in standing)
        raise RefusedByRulesError(
            f"{len(standing)} offers stand for {name}; name one with --content HASH ({listed})"
        )
    return last


def _by_name(file: RecordFile, name: str) -> Unit:
    try:
        entry = named(file, name)
    except BadInputError as error:
        known = ", ".join(states.section_units(file.state, file.state.view)) or "none yet"
        raise RefusedByRulesError(
            f"nothing was proposed for '{name}' (sections with offers: {known}), and it names no entry: "
            f"{error.message}"
        ) from None
    unit = file.state.units.get(entry.hash)
    if unit is None:
        raise RefusedByRulesError(
            f"{name} is of type '{entry.type}', which is not accepted, reserved or withdrawn"
        )
    return unit
