"""One sheet for each section: map, profile, ends, areas, places, what the parties state, state and history."""

from collections.abc import Iterator, Mapping, Sequence
from math import fsum
from typing import Any

from merestone.model.results import CONFIRMED, Axis, Difference, Section, SectionOffset, Verdict
from merestone.publish.dossier.content import (
    Amount,
    At,
    Block,
    Column,
    Facts,
    Figure,
    Forms,
    Link,
    Paragraph,
    Part,
    Table,
    Text,
    Unit,
    Verbatim,
    named,
    say,
)
from merestone.publish.dossier.desk import Desk
from merestone.publish.dossier.heard import heard
from merestone.publish.dossier.mapsparts import legend
from merestone.publish.dossier.nearby import Nearby
from merestone.publish.dossier.offers import history, offer
from merestone.publish.dossier.words import (
    CAUSES,
    STATES,
    VERDICTS,
    chainage,
    count,
    km,
    km2,
    label,
    metres,
    radius,
)
from merestone.publish.report_text import pair_radius_m

_MOST_POINTS = 24
"""Turning points of the measure that a sheet lists."""
_MOST_AREAS = 12
"""Areas that a sheet lists, in the order of their ids; the rest is summed there and whole in the data."""


def sheets(desk: Desk, nearby: Nearby) -> Part:
    """All sheets, in the order of the line."""
    if not desk.comparison.sections:
        none = Paragraph(say("There are no sections, since no map shows a limit common to both parties."))
        return Part("sections", say("The sections"), (none,), sheet=True)
    intro = Paragraph(
        say(
            "Every section has a sheet of its own, in the order in which they follow along the line. Sheets of sections on which the maps coincide have the same parts as the others."
        )
    )
    parts = tuple(sheet(desk, section, nearby) for section in desk.comparison.sections)
    return Part("sections", say("The sections"), (intro, _index(desk)), parts, sheet=True)


def _index(desk: Desk) -> Table:
    columns = (
        Column(say("Section")),
        Column(say("From, km"), figures=True),
        Column(say("To, km"), figures=True),
        Column(say("What the maps say")),
        Column(say("Areas shown on different sides"), figures=True),
        Column(say("State in the joint record")),
    )
    rows = [
        (
            Link(f"section-{one.id}", Verbatim(one.id)),
            chainage(one.from_km),
            chainage(one.to_km),
            VERDICTS[one.verdict],
            km2(one.area_km2),
            _state_words(desk, one.id),
        )
        for one in desk.comparison.sections
    ]
    return Table("sections-table", say("All sections"), columns, tuple(rows))


def _state_words(desk: Desk, section: str) -> Text:
    """The state; where it is not told, the same words for every section, so that none tells of a hidden act."""
    state = desk.state(section)
    if state is not None:
        return STATES[state.state]
    record = desk.material.record
    return say("no state is disclosed to these readers") if record and record.hides_acts else STATES["open"]


def sheet(desk: Desk, section: Section, nearby: Nearby) -> Part:
    """The sheet of one section."""
    blocks: list[Block] = [
        *(Paragraph(text) for text in section_sentences(desk, section)),
        _map(desk, section),
        _profile(desk, section),
        _offsets(desk, section),
        *_ends(desk, section),
        *_areas(desk, section),
        *_settlements(desk, section),
        *nearby.blocks(desk, section.id),
    ]
    said = heard(desk, section.id)
    parts = [*([said] if said else []), *offer(desk, section), *history(desk, section)]
    return Part(
        f"section-{section.id}",
        say("Section {id}", id=Verbatim(section.id)),
        tuple(blocks),
        tuple(parts),
        sheet=True,
    )


def section_sentences(desk: Desk, section: Section) -> Iterator[Text]:
    """The section in plain sentences."""
    yield say(
        "{piece}, kilometre {from_km} to {to_km} ({length}): {verdict}.",
        piece=Verbatim(section.piece),
        from_km=chainage(section.from_km),
        to_km=chainage(section.to_km),
        length=km(section.length_km),
        verdict=VERDICTS[section.verdict],
    )
    for party, names in desk.section_districts(section).items():
        yield say("Districts of {party}: {districts}.", party=Verbatim(party), districts=names)
    yield from _why(section)
    if section.verdict is Verdict.COINCIDENT and section.area_km2 > 0:
        yield say(
            "Parts of it stand on another side on maps too coarse to tell; those maps neither contradict nor confirm this."
        )
    if section.assumed:
        yield say("This answer rests on an assumed accuracy.")
    yield say("In the joint record: {state}.", state=_state_words(desk, section.id))


def _why(section: Section) -> Iterator[Text]:
    if section.verdict is not Verdict.DIFFERING:
        return
    if section.p_chance is None:
        yield say("No chance was computed that the stated errors alone make the maps differ so much.")
    elif section.p_chance <= CONFIRMED:
        yield say(
            "The stated errors alone would hardly ever make maps differ so much (chance {chance}).",
            chance=Amount(section.p_chance, Unit.SHARE),
        )
    else:
        yield say(
            "The stated errors alone could make maps differ so much somewhere along the line (chance {chance}).",
            chance=Amount(section.p_chance, Unit.SHARE),
        )


def _map(desk: Desk, section: Section) -> Figure:
    return Figure(
        f"section:{section.id}",
        say("All limits in section {id}", id=Verbatim(section.id)),
        say(
            "Map of section {id}: the limit of every map with its band of certainty; the offsets in the table below say the same in figures.",
            id=Verbatim(section.id),
        ),
        legend(desk),
    )


def _profile(desk: Desk, section: Section) -> Figure:
    return Figure(
        f"profile:{section.id}",
        say("Distance of every map from the measure in section {id}", id=Verbatim(section.id)),
        say("Diagram of the distances that the table below gives in figures."),
        legend(desk)[: len(desk.comparison.sources)],
    )


def _offsets(desk: Desk, section: Section) -> Table:
    columns = (
        Column(say("Map")),
        Column(say("Mean distance"), figures=True),
        Column(say("95 of 100 cases"), figures=True),
        Column(say("Toward the side of")),
        Column(say("Largest distance"), figures=True),
        Column(say("95 % radius"), figures=True),
    )
    known = {source.id: source.accuracy_95_m for source in desk.comparison.sources}
    axis = desk.comparison.axis
    rows: list[tuple[Text, ...]] = []
    for id_ in sorted(section.sources):
        one = section.sources[id_]
        if axis is not None and id_ == axis.source:
            rows.append((Verbatim(id_), say("is the measure"), "–", "–", "–", "–"))
        else:
            rows.append(
                (
                    Verbatim(id_),
                    metres(one.mean_m),
                    _interval(one),
                    _toward(one),
                    metres(one.max_m),
                    _radius(known, id_, axis),
                )
            )
    caption = say("Where each map shows the limit, from the measure")
    return Table(f"offsets-{section.id}", caption, columns, tuple(rows))


def _radius(known: Mapping[str, float | None], source: str, axis: Axis | None) -> Text:
    """The radius of a single distance between a map and the measure."""
    return radius(pair_radius_m(known[source], known[axis.source] if axis else None))


def _toward(one: SectionOffset) -> Text:
    return say("side not told") if one.toward is None else Verbatim(one.toward)


def _interval(one: SectionOffset) -> Text:
    """The interval in words without a sign: below 0 is the other side."""
    if one.mean_95_m is None:
        return say("no 95 % radius known")
    low, high = one.mean_95_m
    if low < 0:
        return say("{low} the other way to {high}", low=metres(-low), high=metres(high))
    return say("{low} to {high}", low=metres(low), high=metres(high))


def _ends(desk: Desk, section: Section) -> Iterator[Block]:
    """Both ends, and the turning points of the measure between them."""
    yield Facts(
        (
            (say("Start of the section"), At(*section.from_)),
            (say("End of the section"), At(*section.to)),
        )
    )
    points = desk.comparison.shapes.sections[section.id][1:-1].tolist()
    axis = desk.comparison.axis
    if not points or axis is None:
        return
    columns = (Column(say("Point")), Column(say("Latitude and longitude")))
    rows = [(count(number), At(*point)) for number, point in enumerate(points[:_MOST_POINTS], 1)]
    caption = say(
        "Turning points of the measure between the ends, as {source} shows them", source=Verbatim(axis.source)
    )
    yield Table(f"turns-{section.id}", caption, columns, tuple(rows))
    if len(points) > _MOST_POINTS:
        yield Paragraph(
            say(
                "Further turning points: {number}. All are in the data.",
                number=count(len(points) - _MOST_POINTS),
            )
        )


def _areas(desk: Desk, section: Section) -> Iterator[Block]:
    wanted = set(section.differences)
    found = [one for one in desk.comparison.differences.listed if one.id in wanted]
    if not found:
        yield Paragraph(say("No listed area of this section is shown on different sides."))
        return
    shown, rest = found[:_MOST_AREAS], found[_MOST_AREAS:]
    sources = [source.id for source in desk.comparison.sources]
    columns = (
        Column(say("Area")),
        Column(say("Size"), figures=True),
        Column(say("95 of 100 cases"), figures=True),
        Column(say("Place")),
        *(Column(Verbatim(id_)) for id_ in sources),
    )
    rows = [
        (
            _area_name(one),
            km2(one.area_km2),
            _area_interval(one),
            At(*one.point),
            *(label(one.labels[id_]) for id_ in sources),
        )
        for one in shown
    ]
    yield Table(
        f"areas-{section.id}", say("Areas, and on whose side each map shows them"), columns, tuple(rows)
    )
    if rest:
        yield Paragraph(
            say(
                "Further areas of this section: {number}, together {area}. All are in the data.",
                number=count(len(rest)),
                area=km2(fsum(one.area_km2 for one in rest)),
            )
        )


def _area_interval(one: Difference) -> Text:
    if one.area_95_km2 is None:
        return say("not known")
    low, high = one.area_95_km2
    return say("{low} to {high}", low=km2(low), high=km2(high))


def _area_name(one: Difference) -> Text:
    if one.cause is None or one.cause not in CAUSES:
        return Verbatim(one.id)
    return say("{id} ({cause})", id=Verbatim(one.id), cause=CAUSES[one.cause])


def _settlements(desk: Desk, section: Section) -> Iterator[Block]:
    """Those that maps show on different sides, or of which some map cannot say; the others are counted."""
    if desk.leaves_out("settlements"):
        return
    own = desk.settlements.get(section.id, ())
    if not own:
        return
    open_ = [one for one in own if _is_open(desk, one)]
    rest = len(own) - len(open_)
    if open_:
        yield _settlement_table(desk, section, open_)
    if rest:
        yield Paragraph(
            say(
                "Settlements nearest to this section that every map which speaks of them shows on one and the same side: {number}.",
                number=count(rest),
            )
        )


def _is_open(desk: Desk, one: Mapping[str, Any]) -> bool:
    said = [entry for entry in one["sources"].values() if entry["label"] != "silent"]
    return one["id"] in desk.apart or any(entry["verdict"] == "cannot-say" for entry in said)


def _settlement_table(desk: Desk, section: Section, open_: Sequence[Mapping[str, Any]]) -> Table:
    sources = [source.id for source in desk.comparison.sources]
    columns = (Column(say("Settlement")), Column(say("Place")), *(Column(Verbatim(id_)) for id_ in sources))
    rows = [
        (
            Forms(named(str(one["id"]), one["names"])),
            At(one["lon"], one["lat"]),
            *(_place_label(one["sources"].get(id_)) for id_ in sources),
        )
        for one in sorted(open_, key=lambda one: str(one["id"]))
    ]
    caption = say("Settlements that maps show on different sides, or of which the accuracy cannot say")
    return Table(f"settlements-{section.id}", caption, columns, tuple(rows))


def _place_label(entry: Mapping[str, Any] | None) -> Text:
    if entry is None or entry["label"] == "silent":
        return say("silent")
    if entry["verdict"] == "cannot-say":
        return say("{label}, in doubt", label=label(entry["label"]))
    return label(entry["label"])
