"""What each party relies on and states: both beside one another, with equal place, in their own words."""

from collections.abc import Iterator

from merestone.model.documents import ALL, Basis, Evidence
from merestone.model.documents import Statement as Words
from merestone.publish.dossier.content import (
    Block,
    Day,
    Facts,
    Link,
    Listed,
    Paragraph,
    Part,
    Side,
    Sides,
    Statement,
    Text,
    Translation,
    Verbatim,
    named,
    say,
)
from merestone.publish.dossier.desk import Desk, statement
from merestone.publish.dossier.material import EntryFacts
from merestone.publish.dossier.words import entry_type

SAID = frozenset({"notice", "reserve", "error_claim"})
"""Types of entries of the record that are statements on a section."""


def heard(desk: Desk, section: str) -> Part | None:
    """What both say of a section (or of ``all``), also where nothing was received."""
    if desk.leaves_out("statements"):
        return None
    first, other = desk.order
    sides = Sides((_side(desk, section, first), _side(desk, section, other)))
    more: tuple[Block, ...] = ()
    if section != ALL and speaks_of_all(desk):
        whole = Link(f"statements-{ALL}", say("What each party relies on and states of the whole line"))
        more = (Paragraph(say("Besides: {link}.", link=whole)),)
    title = (
        say("What each party relies on and states of the whole line")
        if section == ALL
        else say("What each party relies on and states")
    )
    return Part(f"statements-{section}", title, (sides, *more))


def speaks_of_all(desk: Desk) -> bool:
    """Whether anything is stated of the whole line."""
    evidence = desk.material.evidence
    sections = [*(one.section for one in evidence.basis), *(one.section for one in evidence.positions)]
    return ALL in sections


def _side(desk: Desk, section: str, party: str) -> Side:
    evidence = desk.material.evidence
    own = [one for one in evidence.basis if (one.section, one.party) == (section, party)]
    blocks: list[Block] = [Facts(tuple(_relies(evidence, one))) for one in own]
    blocks += _positions(desk, section, party)
    record = desk.material.record
    for entry in record.entries if record else ():
        if entry.section == section and entry.party == party and entry.type in SAID:
            made = statement(entry, entry_source(entry))
            blocks += [] if made is None else [made]
    return Side(party, desk.party(party), tuple(blocks) or (Paragraph(say("Not received.")),))


def _relies(evidence: Evidence, basis: Basis) -> Iterator[tuple[Text, Text]]:
    titles = {one.id: named(one.id, one.titles) for one in evidence.instruments}
    if basis.instruments:
        yield (
            say("Relies on instruments"),
            Listed(tuple(Link(f"instrument-{one}", titles[one]) for one in basis.instruments)),
        )
    if basis.maps:
        yield say("Relies on maps"), Listed(tuple(Link(f"source-{one}", Verbatim(one)) for one in basis.maps))
    if basis.citations:
        yield say("Relies on the words"), citation_links(basis.citations)
    if basis.stated_in is not None:
        yield say("States so in"), Link(f"document-{basis.stated_in}", Verbatim(basis.stated_in))


def citation_links(ids: tuple[str, ...]) -> Text:
    """Citations by id, each leading to its words."""
    return Listed(tuple(Link(f"citation-{one}", Verbatim(one)) for one in ids))


def _positions(desk: Desk, section: str, party: str) -> Iterator[Block]:
    """A party's positions, and its replies to those of the other; a reply that is missing is *not received*."""
    positions = [one for one in desk.material.evidence.positions if one.section == section]
    for number, one in enumerate(positions, 1):
        key = f"position-{section}-{number}"
        if one.statement.party == party:
            yield _words(key, one.statement, say("Position of {day}", day=Day(one.statement.date)))
            if one.reply is None:
                other = next(id_ for id_ in desk.order if id_ != party)
                yield Paragraph(say("Reply of {party}: not received.", party=Verbatim(other)))
        elif one.reply is not None:
            yield _words(
                f"{key}-reply",
                one.reply,
                say(
                    "Reply of {day} to the position of {then}",
                    day=Day(one.reply.date),
                    then=Day(one.statement.date),
                ),
            )


def _words(key: str, words: Words, source: Text) -> Statement:
    if words.citations:
        source = say("{source}; words: {citations}", source=source, citations=citation_links(words.citations))
    return Statement(
        key,
        Verbatim(words.party),
        words.language,
        tuple(words.text.splitlines()),
        source,
        tuple(
            Translation(one.language, tuple(one.text.splitlines()), Verbatim(one.by))
            for one in words.translations
        ),
    )


def entry_source(entry: EntryFacts) -> Text:
    """Which entry of the record, of what type and of what stated time."""
    return say(
        "{type}, entry {name}, {day}",
        type=entry_type(entry.type),
        name=Verbatim(entry.name),
        day=Day(entry.at[:10]),
    )
