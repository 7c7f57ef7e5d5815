"""The first page and what stands before the maps: summary, parties, method."""

from collections.abc import Iterator
from math import fsum

from merestone.model.results import CONFIRMED, Section, Verdict
from merestone.publish.dossier.content import (
    Amount,
    Block,
    Bullets,
    Column,
    Language,
    Link,
    Listed,
    Paragraph,
    Part,
    Reviewed,
    Table,
    Text,
    Unit,
    Verbatim,
    Weight,
    say,
)
from merestone.publish.dossier.desk import Desk, to_section
from merestone.publish.dossier.words import (
    KINDS,
    STATES,
    VERDICTS,
    WAITS,
    count,
    entry_type,
    km,
    km2,
    metres,
    share,
)


def first_page(desk: Desk, left_out: tuple[tuple[str, int], ...]) -> Part:
    """What a reader must know before anything else. ``left_out``: kinds and how many of each."""
    first, other = desk.order
    blocks: list[Block] = [
        _notice(
            say(
                "This dossier shows what maps draw and what the parties state. It decides nothing. It is without "
                "prejudice to the title, the claims and the legal positions of either party."
            )
        ),
        _notice(_who_chose(desk)),
        _notice(_left_out(desk, left_out)),
        _notice(Reviewed()),
        *_prejudice(desk),
        Paragraph(
            say(
                "The parties have no order. In this copy {first} stands before {other}; in the other copy it is "
                "the other way round, and nothing else differs.",
                first=desk.parties[first],
                other=desk.parties[other],
            )
        ),
    ]
    return Part("first-page", say("About this dossier"), tuple(blocks))


def _notice(text: Text) -> Paragraph:
    return Paragraph(text, Weight.NOTICE)


def _who_chose(desk: Desk) -> Text:
    record, c = desk.material.record, desk.comparison
    sha256 = Verbatim(c.dossier["sha256"][:16])
    if record is None:
        return say(
            "The settings of the comparison were chosen by the authors of the dossier. There is no joint record, "
            "and neither party has accepted them."
        )
    if not record.joined:
        return say(
            "The settings of the comparison were chosen by the authors of the dossier. One party has begun a joint "
            "record on it; the other has not joined."
        )
    if not record.same_dossier:
        return say(
            "Both parties have founded a joint record on an earlier state of this dossier ({then}). The settings "
            "of the present state ({now}) were chosen by its authors; the record does not show that both accept "
            "them.",
            then=Verbatim(record.dossier_sha256[:16]),
            now=sha256,
        )
    return say(
        "Both parties have founded their joint record on this dossier with these sources and settings ({sha256}).",
        sha256=sha256,
    )


def _left_out(desk: Desk, left_out: tuple[tuple[str, int], ...]) -> Text:
    record = desk.material.record
    hidden = dict(sorted(record.hidden.items())) if record else {}
    asked = _counted([(KINDS[kind], number) for kind, number in left_out])
    closed = _counted([(entry_type(kind), number) for kind, number in hidden.items()])
    if asked is None and closed is None:
        return say("Nothing was left out.")
    if closed is None:
        assert asked is not None
        return say("Left out by those who publish: {kinds}.", kinds=asked)
    if asked is None:
        return say(
            "Not disclosed by the parties to these readers, entries of the record: {types}.", types=closed
        )
    return say(
        "Left out by those who publish: {kinds}. Not disclosed by the parties to these readers, entries of the "
        "record: {types}.",
        kinds=asked,
        types=closed,
    )


def _counted(things: list[tuple[Text, int]]) -> Text | None:
    if not things:
        return None
    return Listed(tuple(say("{kind}: {number}", kind=kind, number=count(number)) for kind, number in things))


def _prejudice(desk: Desk) -> Iterator[Block]:
    """What both have signed on prejudice, in the words that they have signed."""
    record = desk.material.record
    if record is None or not record.joined or not record.without_prejudice:
        return
    yield Paragraph(say("Both parties have signed these words in the terms of their joint record:"))
    for text in record.without_prejudice:
        yield Bullets(tuple(Verbatim(line, text.language) for line in text.lines))


def summary(desk: Desk) -> Part:
    """One page: where the maps coincide, where they differ, what is settled, what waits for whom."""
    c = desk.comparison
    blocks: list[Block] = [Paragraph(text) for text in summary_sentences(desk)]
    main = [section for section in c.sections if section.piece.startswith("M")]
    rest = [section for section in c.sections if not section.piece.startswith("M")]
    for key, title, sections in (
        ("verdicts-main", say("The common boundary: what the maps say, by length"), main),
        ("verdicts-enclaves", say("Enclaves: what the maps say, by length"), rest),
    ):
        if sections:
            blocks.append(_verdicts(key, title, sections))
    return Part("summary", say("Summary"), tuple(blocks), (_standing(desk),), sheet=True)


def summary_sentences(desk: Desk) -> list[Text]:
    """The summary in sentences, each of which stands for itself."""
    c = desk.comparison
    said: list[Text] = [
        say(
            "{sources} maps are compared. The joint measure along the line is the limit that {axis} shows.",
            sources=count(len(c.sources)),
            axis=Verbatim(c.axis.source),
        )
        if c.axis is not None
        else say(
            "{sources} maps are compared. None of them shows a limit common to both parties.",
            sources=count(len(c.sources)),
        )
    ]
    assumed = [
        source.id for source in c.sources if source.accuracy is not None and source.accuracy.get("assumed")
    ]
    unknown = [source.id for source in c.sources if source.accuracy_95_m is None]
    if assumed:
        said.append(
            say(
                "For {assumed} of {all} maps no accuracy is stated and one was assumed; every result that rests on it "
                "says so.",
                assumed=count(len(assumed)),
                all=count(len(c.sources)),
            )
        )
    if unknown:
        said.append(
            say(
                "For {unknown} of {all} maps no accuracy is known; what needs it cannot be said.",
                unknown=count(len(unknown)),
                all=count(len(c.sources)),
            )
        )
    return [*said, *_differing(desk), *_areas(desk)]


def _differing(desk: Desk) -> Iterator[Text]:
    c = desk.comparison
    differing = [one for one in c.sections if one.verdict is Verdict.DIFFERING]
    if not c.sections:
        return
    yield say(
        "Of {length} of the line in {sections} sections, the maps coincide on {coincident} and differ on {differing}.",
        length=km(fsum(one.length_km for one in c.sections)),
        sections=count(len(c.sections)),
        coincident=km(fsum(one.length_km for one in c.sections if one.verdict is Verdict.COINCIDENT)),
        differing=km(fsum(one.length_km for one in differing)),
    )
    known = [one for one in differing if one.p_chance is not None]
    if known:
        yield say(
            "In {confirmed} of {differing} differing sections the stated errors alone would hardly ever make maps "
            "differ so much (chance at most {chance}); in the others they could.",
            confirmed=count(sum(1 for one in known if (one.p_chance or 0.0) <= CONFIRMED)),
            differing=count(len(differing)),
            chance=Amount(CONFIRMED, Unit.SHARE),
        )


def _areas(desk: Desk) -> Iterator[Text]:
    listed, smaller = desk.comparison.differences.listed, desk.comparison.differences.smaller
    between = [one.area_km2 for one in listed if one.kind == "between"]
    number = len(between) + smaller.between_count
    if number:
        yield say(
            "There are {number} areas, together {area}, that some map shows on the side of one party and another "
            "map on the side of the other; {smaller} of them are smaller than {least} and are only summed.",
            number=count(number),
            area=km2(fsum(between) + smaller.between_area_km2),
            smaller=count(smaller.between_count),
            least=km2(float(desk.comparison.parameters["min_difference_km2"])),
        )


def _verdicts(key: str, title: Text, sections: list[Section]) -> Table:
    whole = fsum(one.length_km for one in sections)
    rows = []
    for verdict, words in VERDICTS.items():
        own = [one for one in sections if one.verdict is verdict]
        length = fsum(one.length_km for one in own)
        rows.append((words, count(len(own)), km(length), share(length, whole)))
    columns = (
        Column(say("What the maps say")),
        Column(say("Sections"), figures=True),
        Column(say("Length"), figures=True),
        Column(say("Share"), figures=True),
    )
    return Table(key, title, columns, tuple(rows))


def _standing(desk: Desk) -> Part:
    """What the parties have settled, and what waits for whom."""
    return Part("standing", say("What the parties have settled"), tuple(standing_blocks(desk)))


def standing_blocks(desk: Desk) -> Iterator[Block]:
    """The state of the joint record in short."""
    record = desk.material.record
    if record is None:
        yield Paragraph(say("There is no joint record: the parties have settled nothing here."))
        return
    settled = [id_ for id_, one in record.states.items() if one.state == "settled"]
    yield Paragraph(say("Settled in the joint record: {sections} sections.", sections=count(len(settled))))
    rows = [
        (_to_sheet(desk, id_), STATES[one.state], desk.listed(one.accepted_by), desk.listed(one.reserved_by))
        for id_, one in record.states.items()
    ]
    if rows:
        columns = (
            Column(say("Section")),
            Column(say("State in the joint record")),
            Column(say("Accepted by")),
            Column(say("Reserved by")),
        )
        yield Table("record-states", say("Sections in the joint record"), columns, tuple(rows))
    if record.hides_acts:
        yield Paragraph(say("Acts that are not disclosed to these readers are not counted here."))
    waits = [
        say(
            "{party}: {what}, {section}",
            party=Verbatim(one.party),
            what=WAITS[one.what],
            section=_to_sheet(desk, one.section),
        )
        if one.section
        else say("{party}: {what}", party=Verbatim(one.party), what=WAITS[one.what])
        for id_ in desk.order
        for one in record.waiting
        if one.party == id_
    ]
    if waits:
        yield Paragraph(say("What waits for whom:"))
        yield Bullets(tuple(waits))


def _to_sheet(desk: Desk, id_: str) -> Text:
    """The sheet of a section, where the comparison has it; a label of the record else."""
    return to_section(id_) if any(one.id == id_ for one in desk.comparison.sections) else Verbatim(id_)


def parties(desk: Desk) -> Part:
    """Both parties with every form of their names, languages in the order of their codes."""
    codes = sorted({code for one in desk.parties.values() for code, _ in one.forms})
    columns = (Column(say("Language")), *(Column(Verbatim(id_)) for id_ in desk.order))
    rows = [
        (
            Language(code) if code != "und" else say("language not stated"),
            *(Verbatim(dict(desk.parties[id_].forms).get(code, "–"), code) for id_ in desk.order),
        )
        for code in codes
    ]
    return Part(
        "parties",
        say("The parties"),
        (Table("party-names", say("Names of the parties by language"), columns, tuple(rows)),),
    )


def method(desk: Desk) -> Part:
    """How the figures come about, in plain words."""
    p = desk.comparison.parameters
    sentences: tuple[Text, ...] = (
        say(
            "Every map is taken as its publisher drew it. No line was moved, joined or smoothed. What had to be read "
            "in one of several ways is listed under the findings."
        ),
        say(
            "Distances are the shortest ways on the ellipsoid, areas are areas on the ellipsoid. Nothing is measured "
            "on a flat map."
        ),
        say(
            "Along the line, one limit serves as the measure, in kilometres from its western end. At every {station} "
            "the distance from it to the limit of each other map is taken. To serve as the measure gives a map no "
            "greater weight.",
            station=metres(float(p["station_m"])),
        ),
        say(
            "A section is a stretch with one answer. Maps differ where two of them are farther apart than {tolerance} "
            "and than their accuracies together allow. They coincide where two or more that are accurate enough are "
            "within {tolerance}. Else the accuracy does not suffice to say more. A coarse map neither contradicts nor confirms a finer one.",
            tolerance=metres(float(p["tolerance_m"])),
        ),
        say(
            "The accuracy of a map is a radius within which the true place lies in 95 of 100 cases. Where a publisher "
            "states none, one was assumed by the person named; where none could be assumed, the answer is that it "
            "cannot be said."
        ),
        say(
            "Maps that copy one another are counted once. A map of the land of one party alone says nothing of the "
            "land of the other."
        ),
        say(
            "All results lie within {corridor} of a limit that some map shows.",
            corridor=km(float(p["corridor_m"]) / 1000.0),
        ),
        say(
            "No figure here is a probability of sovereignty, and none says which map is right. What a map weighs in "
            "law is for the parties to state."
        ),
    )
    more = Paragraph(
        say(
            "The settings in full are under {link}.",
            link=Link("recompute", say("Hashes, settings and how to recompute")),
        ),
        Weight.FINE,
    )
    return Part("method", say("How this was made"), (*(Paragraph(one) for one in sentences), more))
