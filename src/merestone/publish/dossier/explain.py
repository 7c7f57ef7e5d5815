"""The dossier in plain sentences, for the terminal: the whole line, or one section."""

from collections.abc import Iterator
from math import fsum

from merestone.errors import BadInputError
from merestone.model.results import CONFIRMED, Section, Verdict
from merestone.publish.dossier import front
from merestone.publish.dossier.content import (
    Block,
    Bullets,
    Paragraph,
    Part,
    Sides,
    Statement,
    Table,
    Text,
    Verbatim,
    say,
)
from merestone.publish.dossier.desk import Desk
from merestone.publish.dossier.heard import heard
from merestone.publish.dossier.sheets import section_sentences
from merestone.publish.dossier.words import VERDICTS, chainage, count, km, km2, metres, share

_MOST = 12
"""Sections that are named; the pages have all."""


def explained(desk: Desk, section: str | None) -> Part:
    """The whole line, or the section called `section`. Raises BadInputError where there is none of that id."""
    if section is None:
        blocks = [
            *(Paragraph(text) for text in front.summary_sentences(desk)),
            *_by_verdict(desk),
            *_differing(desk),
        ]
        blocks += [one for one in front.standing_blocks(desk) if not isinstance(one, Table)]
        return Part("explanation", Verbatim(desk.comparison.dossier["title"]), tuple(blocks))
    found = next((one for one in desk.comparison.sections if one.id == section), None)
    if found is None:
        known = [one.id for one in desk.comparison.sections]
        between = f"they run from {known[0]} to {known[-1]}" if known else "there are none"
        raise BadInputError(f"'{section}' is no section of the dossier; {between}")
    said = heard(desk, section)
    blocks = [
        *(Paragraph(text) for text in section_sentences(desk, found)),
        Bullets(tuple(_offsets(desk, found))),
        *_areas(found),
    ]
    return Part(
        "explanation", say("Section {id}", id=Verbatim(section)), tuple(blocks), (said,) if said else ()
    )


def _by_verdict(desk: Desk) -> Iterator[Block]:
    whole = fsum(one.length_km for one in desk.comparison.sections)
    items = []
    for verdict, words in VERDICTS.items():
        length = fsum(one.length_km for one in desk.comparison.sections if one.verdict is verdict)
        items.append(
            say("{verdict}: {length}, {share}", verdict=words, length=km(length), share=share(length, whole))
        )
    if whole:
        yield Bullets(tuple(items))


def _differing(desk: Desk) -> Iterator[Block]:
    """The sections that differ beyond the stated errors, in the order of the line."""
    found = [
        one
        for one in desk.comparison.sections
        if one.verdict is Verdict.DIFFERING and one.p_chance is not None and one.p_chance <= CONFIRMED
    ]
    if not found:
        return
    yield Paragraph(
        say(
            "Sections in which the maps differ by more than the stated errors explain, in the order of the line:"
        )
    )
    yield Bullets(tuple(_section(one) for one in found[:_MOST]))
    if len(found) > _MOST:
        yield Paragraph(say("Further sections of this kind: {number}.", number=count(len(found) - _MOST)))


def _section(one: Section) -> Text:
    return say(
        "{id}, kilometre {from_km} to {to_km}: areas shown on different sides {area}",
        id=Verbatim(one.id),
        from_km=chainage(one.from_km),
        to_km=chainage(one.to_km),
        area=km2(one.area_km2),
    )


def _offsets(desk: Desk, section: Section) -> Iterator[Text]:
    axis = desk.comparison.axis
    for id_ in sorted(section.sources):
        one = section.sources[id_]
        if axis is not None and id_ == axis.source:
            yield say("{source} is the measure", source=Verbatim(id_))
        elif one.toward is None:
            yield say(
                "{source}: {mean} away on average, {most} at most; side not told",
                source=Verbatim(id_),
                mean=metres(one.mean_m),
                most=metres(one.max_m),
            )
        else:
            yield say(
                "{source}: {mean} toward the side of {party} on average, {most} at most",
                source=Verbatim(id_),
                mean=metres(one.mean_m),
                party=Verbatim(one.toward),
                most=metres(one.max_m),
            )


def _areas(section: Section) -> Iterator[Block]:
    if section.area_km2 > 0:
        yield Paragraph(
            say("Areas of this section shown on different sides: {area}.", area=km2(section.area_km2))
        )


def lines(part: Part) -> Iterator[tuple[str, Text]]:
    """The part as (kind, text): ``title``, ``p``, ``li``, ``side`` and ``words``."""
    yield "title", part.title
    for block in part.blocks:
        yield from _lines(block)
    for inner in part.parts:
        yield from lines(inner)


def _lines(block: Block) -> Iterator[tuple[str, Text]]:
    match block:
        case Paragraph():
            yield "p", block.text
        case Bullets():
            yield from (("li", item) for item in block.items)
        case Sides():
            for side in block.sides:
                yield "side", side.title
                for inner in side.blocks:
                    yield from _lines(inner)
        case Statement():
            yield from (("words", Verbatim(line, block.language)) for line in block.lines)
        case _:
            yield from ()
