"""What stands at the end: findings and limits of use, licences, hashes and how to recompute."""

from itertools import groupby

from merestone.model.findings import Finding, Severity
from merestone.publish.dossier.content import (
    Block,
    Bullets,
    Column,
    Facts,
    Paragraph,
    Part,
    Table,
    Text,
    Verbatim,
    say,
)
from merestone.publish.dossier.desk import Desk
from merestone.publish.dossier.material import gives_record
from merestone.publish.dossier.reduced import tells_of_what_is_left_out
from merestone.publish.dossier.words import NO_INTERVAL, count
from merestone.publish.report_text import plain

_SEVERITIES = {
    Severity.ERROR: say("error"),
    Severity.WARNING: say("warning"),
    Severity.INFO: say("note"),
}
_MOST = 20
"""Findings of one code that are listed; the others are counted and stand in the data."""


def findings(desk: Desk) -> Part:
    """Every code of finding with its number, and the findings themselves as merestone wrote them."""
    notes = _all_findings(desk)
    limits: tuple[Text, ...] = (
        say("The dossier says what maps draw. It is no survey, and nobody went to the ground for it."),
        say("A position read from a map is no better than the map; do not set a mark by it."),
        say("A section on which the maps coincide is not settled by that."),
        say("A figure that rests on an assumed accuracy is no better than the assumption."),
        NO_INTERVAL,
        say("Names on maps and in tables are no statement on whose the place is."),
    )
    columns = (Column(say("Code")), Column(say("Weight")), Column(say("Number"), figures=True))
    groups = [(code, list(found)) for code, found in groupby(notes, key=lambda note: note.code)]
    rows = [(Verbatim(code), _SEVERITIES[found[0].severity], count(len(found))) for code, found in groups]
    table = Table("findings-table", say("Findings by code"), columns, tuple(rows))
    note = Paragraph(
        say(
            "The findings themselves are given in English, as merestone wrote them; the data holds all of them with their figures."
        )
    )
    return Part(
        "findings",
        say("Findings and limits of use"),
        (Bullets(limits), table, note),
        tuple(_code(code, found) for code, found in groups),
        sheet=True,
    )


def _all_findings(desk: Desk) -> list[Finding]:
    c = desk.comparison
    ranks = {severity: rank for rank, severity in enumerate(_SEVERITIES)}
    notes = {
        (ranks[note.severity], note.code, note.source or "", _without_order(desk, note.message)): note
        for note in [
            *(note for source in c.sources for note in source.findings),
            *c.findings,
            *desk.material.notes,
        ]
    }
    return [
        notes[key] for key in sorted(notes) if not tells_of_what_is_left_out(notes[key].code, desk.material)
    ]


def _without_order(desk: Desk, message: str) -> str:
    """The message with the places of the parties in this copy for their ids: so it sorts alike in the mirrored one."""
    first, other = desk.order
    return message.replace(first, "\0").replace(other, "\1")


def _code(code: str, found: list[Finding]) -> Part:
    items = [
        say("{source}: {message}", source=Verbatim(one.source), message=Verbatim(one.message, "en"))
        if one.source
        else Verbatim(one.message, "en")
        for one in found[:_MOST]
    ]
    blocks: list[Block] = [Bullets(tuple(items))]
    if len(found) > _MOST:
        blocks.append(
            Paragraph(say("Further findings of this code: {number}.", number=count(len(found) - _MOST)))
        )
    return Part(f"finding-{code}", Verbatim(code), tuple(blocks))


def licences(desk: Desk) -> Part:
    """Licence and attribution of every map and layer."""
    c = desk.comparison
    columns = (
        Column(say("Map or layer")),
        Column(say("Publisher")),
        Column(say("Licence")),
        Column(say("Attribution")),
    )
    rows = [_licence(one.id, one.publisher, one.licence, one.attribution) for one in c.sources]
    rows += [
        _licence(one.title, one.publisher, one.licence, one.attribution)
        for one in sorted(c.shapes.layers, key=lambda layer: layer.path)
    ]
    note = Paragraph(
        say(
            "The wording of merestone in this dossier may be used freely. What is drawn from a map or layer stays under its licence."
        )
    )
    table = Table("licences-table", say("Licences"), columns, tuple(rows))
    return Part("licences", say("Licences and attribution"), (note, table), sheet=True)


def _licence(name: str, *texts: str | None) -> tuple[Text, ...]:
    return (Verbatim(name), *(say("not stated") if text is None else Verbatim(text) for text in texts))


def recompute(desk: Desk) -> Part:
    """Hashes, settings, versions, and the commands that make all of it again."""
    c = desk.comparison
    columns = (Column(say("Setting")), Column(say("Value")))
    settings = [(Verbatim(key), Verbatim(plain(c.parameters[key]))) for key in sorted(c.parameters)]
    versions = [
        (Verbatim("merestone"), Verbatim(str(c.tool["version"]))),
        *((Verbatim(name), Verbatim(str(version))) for name, version in sorted(c.tool["libraries"].items())),
    ]
    blocks: tuple[Block, ...] = (
        _commands(desk),
        Facts(tuple(_hashes(desk))),
        Table("settings", say("Settings of the comparison"), columns, tuple(settings)),
        Table(
            "versions", say("Versions"), (Column(say("Software")), Column(say("Version"))), tuple(versions)
        ),
    )
    return Part("recompute", say("Hashes, settings and how to recompute"), blocks, sheet=True)


def _commands(desk: Desk) -> Bullets:
    commands: list[Text] = [
        say(
            "{command} checks that every file of this folder is as it was published",
            command=Verbatim("merestone publish --check FOLDER"),
        ),
        say(
            "{command} recomputes every figure from the dossier",
            command=Verbatim("merestone verify FOLDER/data/comparison.json DOSSIER"),
        ),
        say(
            "{command} makes the dossier anew, byte for byte",
            command=Verbatim("merestone publish DOSSIER -o FOLDER"),
        ),
    ]
    if gives_record(desk.material):
        commands.append(
            say(
                "{command} verifies every signature of the joint record, what is not disclosed by its hash",
                command=Verbatim("merestone record verify FOLDER/data/record.bundle"),
            )
        )
    return Bullets(tuple(commands))


def _hashes(desk: Desk) -> list[tuple[Text, Text]]:
    c, record = desk.comparison, desk.material.record
    files = [
        *((one.id, one.sha256) for one in c.sources),
        *((one.path, one.sha256) for one in sorted(c.shapes.layers, key=lambda layer: layer.path)),
    ]
    hashes: list[tuple[Text, Text]] = [
        (say("SHA-256 of the dossier, its settings and files"), Verbatim(c.dossier["sha256"])),
        *((say("SHA-256 of {file}", file=Verbatim(name)), Verbatim(sha256)) for name, sha256 in files),
    ]
    if record is not None:
        hashes.append((say("Name of the joint record"), Verbatim(record.id)))
        for party in desk.order:
            seq, head = record.heads[party]
            last = f"{party} {seq} {head or ''}".rstrip()
            hashes.append((say("Last entry of {party}", party=Verbatim(party)), Verbatim(last)))
    return hashes
