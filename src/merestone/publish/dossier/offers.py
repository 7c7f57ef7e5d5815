"""What the joint record holds on a section: the offer that stands, its state, and what was entered."""

from collections.abc import Iterator

from merestone.model.results import Section
from merestone.publish.dossier.content import (
    At,
    Block,
    Bullets,
    Column,
    Day,
    Facts,
    Part,
    Statement,
    Table,
    Text,
    Verbatim,
    say,
)
from merestone.publish.dossier.desk import Desk, own_translation
from merestone.publish.dossier.material import SectionState
from merestone.publish.dossier.words import STATES, count, entry_type


def offer(desk: Desk, section: Section) -> Iterator[Part]:
    """The offer that stands for the section, with its turning points."""
    state = desk.state(section.id)
    if state is None:
        return
    blocks: list[Block] = [Facts(tuple(_state_facts(desk, state)))]
    if state.texts:
        first, *others = state.texts
        blocks.append(
            Statement(
                f"offer-{section.id}",
                Verbatim(state.proposed_by),
                first.language,
                first.lines,
                say("text of the offer {name}", name=Verbatim(state.name)),
                tuple(own_translation(one, state.proposed_by) for one in others),
            )
        )
    if state.line is not None:
        blocks.append(_turning_points(section, state))
    yield Part(f"offer-of-{section.id}", say("The offer in the joint record"), tuple(blocks))


def _state_facts(desk: Desk, state: SectionState) -> Iterator[tuple[Text, Text]]:
    yield say("State in the joint record"), STATES[state.state]
    yield (
        say("Offer"),
        say("{name}, by {party}", name=Verbatim(state.name), party=Verbatim(state.proposed_by)),
    )
    yield say("Accepted by"), desk.listed(state.accepted_by)
    if state.initialled_by:
        yield say("Signed without quorum by"), desk.listed(state.initialled_by)
    yield say("Reserved by"), desk.listed(state.reserved_by)
    yield say("Stated time of the last act"), Day(state.since[:10])
    for party, day in state.in_force:
        yield say("In force, as {party} states", party=Verbatim(party)), Day(day)
    if state.contested:
        yield say("Beside it"), say("a statement contests it")
    yield say("Hash of the content"), Verbatim(state.content)


def _turning_points(section: Section, state: SectionState) -> Table:
    assert state.line is not None
    columns = (Column(say("Point")), Column(say("Latitude and longitude")))
    rows = [(count(number), At(*point)) for number, point in enumerate(state.line.points, 1)]
    frame = state.line.frame if state.line.epoch is None else f"{state.line.frame}@{state.line.epoch}"
    caption = say(
        "Turning points of the offer {name}, in {frame}", name=Verbatim(state.name), frame=Verbatim(frame)
    )
    return Table(f"points-{section.id}", caption, columns, tuple(rows))


def history(desk: Desk, section: Section) -> Iterator[Part]:
    """What was entered on the section, in the order of the record."""
    record = desk.material.record
    if record is None or desk.leaves_out("history"):
        return
    own = [one for one in record.entries if one.section == section.id]
    if not own:
        return
    items = [
        say(
            "{day}: {party}, {type}, entry {name}",
            day=Day(one.at[:10]),
            party=Verbatim(one.party),
            type=entry_type(one.type)
            if not one.void
            else say("{type} without effect", type=entry_type(one.type)),
            name=Verbatim(one.name),
        )
        for one in own
    ]
    yield Part(f"history-{section.id}", say("History in the joint record"), (Bullets(tuple(items)),))
