"""The overall map and the matrix of pairs."""

from collections.abc import Iterator

from merestone.model.results import Enclave, Pair
from merestone.publish.dossier.content import (
    At,
    Column,
    Figure,
    Listed,
    Paragraph,
    Part,
    Table,
    Text,
    Verbatim,
    Weight,
    say,
)
from merestone.publish.dossier.desk import Desk
from merestone.publish.dossier.nearby import crossing_roads, feature_name
from merestone.publish.dossier.words import (
    NO_INTERVAL,
    VERDICTS,
    count,
    km,
    km2,
    metres,
    radius,
)
from merestone.publish.report_text import pair_radius_m
from merestone.publish.report_view import land_apart

SIGNS: tuple[tuple[str, Text], ...] = (
    ("band", say("band: where the limit lies in 95 of 100 cases")),
    ("difference", say("hatched: areas that maps show on different sides")),
)
"""What the signs of a map mean that belong to no source."""


def legend(desk: Desk) -> tuple[tuple[str, Text], ...]:
    """The sign of each source, sources in the order of their ids; then the other signs, and the verdicts."""
    c = desk.comparison
    told = {section.verdict for section in c.sections}
    verdicts = [(str(verdict.value), words) for verdict, words in VERDICTS.items() if verdict in told]
    return (*((source.id, Verbatim(source.id)) for source in c.sources), *SIGNS, *verdicts)


def overview(desk: Desk) -> Part:
    """The overall map."""
    c = desk.comparison
    picture = Figure(
        "overview",
        say("All limits of all maps"),
        say(
            "Map of the whole line with the limits of {number} maps, each with a colour and a dash of its own, and the areas that maps show on different sides.",
            number=count(len(c.sources)),
        ),
        legend(desk),
    )
    note = Paragraph(
        say(
            "No limit on this map is more final than another. Settled lines, where there are any, are named on the sheets of their sections."
        ),
        Weight.FINE,
    )
    profiles = [
        Figure(
            f"profile:{piece.id}",
            say("Distance of every map from the measure along {piece}", piece=Verbatim(piece.id)),
            say(
                "Diagram: kilometres along {piece} to the right, up and down the distance of each map's limit from the measure, toward the one and the other party.",
                piece=Verbatim(piece.id),
            ),
            legend(desk)[: len(c.sources)],
        )
        for piece in (c.axis.pieces if c.axis else ())
        if piece.length_km > 0
    ]
    return Part(
        "overall",
        say("The overall map"),
        (picture, note, *profiles, lengths(desk), *_enclaves(desk), *crossing_roads(desk), *_rivers(desk)),
        sheet=True,
    )


def matrix(desk: Desk) -> Part:
    """Every pair of sources: how far apart, and what land they show on different sides."""
    c = desk.comparison
    first, other = desk.order
    columns = (
        Column(say("Map")),
        Column(say("Other map")),
        Column(say("Median distance"), figures=True),
        Column(say("95 % of the line within"), figures=True),
        Column(say("Largest distance"), figures=True),
        Column(say("95 % radius"), figures=True),
        *(
            Column(
                say("Map shows {one}, other map shows {two}", one=Verbatim(one), two=Verbatim(two)),
                figures=True,
            )
            for one, two in ((first, other), (other, first))
        ),
        Column(say("What the maps say")),
    )
    known = {source.id: source.accuracy_95_m for source in c.sources}
    rows = [_pair(desk, pair, known) for pair in c.pairs if pair.from_ < pair.to]
    table = Table("matrix-table", say("Every pair of maps"), columns, tuple(rows))
    note = Paragraph(
        say(
            "Distances are those of the line proper, without enclaves. The last column is the answer that holds on any part of it where they are farthest from coinciding."
        )
    )
    alone = Paragraph(
        say(
            "Where a map shows the land of one party alone, what it does not show as that party's stands here against that party."
        ),
        Weight.FINE,
    )
    families = [
        Paragraph(
            say(
                "Copies of one another, counted once: {maps}.",
                maps=Listed(tuple(Verbatim(one) for one in family.members)),
            )
        )
        for family in c.families
        if len(family.members) > 1
    ]
    return Part(
        "matrix",
        say("The maps in pairs"),
        (note, *families, table, alone, Paragraph(NO_INTERVAL, Weight.FINE)),
        sheet=True,
    )


def _pair(desk: Desk, pair: Pair, known: dict[str, float | None]) -> tuple[Text, ...]:
    first, other = desk.order
    own = pair.offsets_m.main
    land = dict(land_apart(desk.comparison, pair))
    return (
        Verbatim(pair.from_),
        Verbatim(pair.to),
        *(_metres(value) for value in (own.median_abs, own.p95_abs, own.max_abs)),
        radius(pair_radius_m(known[pair.from_], known[pair.to])),
        *(_land_apart(pair, (one, two), land[one]) for one, two in ((first, other), (other, first))),
        VERDICTS[pair.verdict],
    )


def _land_apart(pair: Pair, sides: tuple[str, str], area_km2: float | None) -> Text:
    """The area, with its interval where it is of one pair of labels and has one."""
    if area_km2 is None:
        return say("silent")
    key = f"{sides[0]}>{sides[1]}"
    interval = pair.areas_95_km2.get(key)
    if interval is None or pair.areas_km2.get(key) != area_km2:
        return km2(area_km2)
    low, high = interval
    return say("{area} ({low} to {high})", area=km2(area_km2), low=km2(low), high=km2(high))


def _metres(value: float | None) -> Text:
    return "–" if value is None else metres(value)


def lengths(desk: Desk) -> Table:
    """The pieces of the measure."""
    c = desk.comparison
    columns = (
        Column(say("Piece")),
        Column(say("Length"), figures=True),
        Column(say("Start")),
        Column(say("End")),
    )
    rows = [
        (Verbatim(one.id), km(one.length_km), At(*one.start), At(*one.end))
        for one in (c.axis.pieces if c.axis else ())
    ]
    return Table("pieces", say("Pieces of the measure"), columns, tuple(rows))


def _enclaves(desk: Desk) -> Iterator[Table]:
    """Every enclave that some map shows, and what each map shows of it."""
    c = desk.comparison
    if not c.enclaves:
        return
    ids = [source.id for source in c.sources]
    columns = (
        Column(say("Enclave")),
        Column(say("Shown as land of")),
        Column(say("Within what is shown as land of")),
        Column(say("Name")),
        Column(say("Place")),
        *(Column(Verbatim(id_), figures=True) for id_ in ids),
    )
    rows = [
        (
            Verbatim(one.id),
            Verbatim(one.party),
            Verbatim(one.within),
            Verbatim(one.name or "–"),
            At(*one.point),
            *(_shown(one, id_) for id_ in ids),
        )
        for one in c.enclaves
    ]
    yield Table(
        "enclaves", say("Enclaves that some map shows, and their size on each map"), columns, tuple(rows)
    )


def _shown(one: Enclave, source: str) -> Text:
    if source in one.area_km2:
        return km2(one.area_km2[source])
    return say("not shown") if source in one.not_shown_by else say("silent")


def _rivers(desk: Desk) -> Iterator[Table]:
    """Rivers and divides that limits follow, and how far on each map."""
    if desk.leaves_out("waters"):
        return
    ids = [source.id for source in desk.comparison.sources]
    features = desk.comparison.features
    kinds: tuple[tuple[str, Text, Text], ...] = (
        ("rivers", say("River"), say("Rivers that limits follow, and how far on each map")),
        ("watersheds", say("Divide"), say("Divides that limits follow, and how far on each map")),
    )
    for kind, first, caption in kinds:
        lines = features.get(kind, ())
        if lines:
            columns = (
                Column(first),
                Column(say("Length"), figures=True),
                *(Column(Verbatim(i), figures=True) for i in ids),
            )
            rows: list[tuple[Text, ...]] = [
                (
                    feature_name(one),
                    km(one["length_km"]),
                    *(km(one["sources"].get(i, {}).get("follows_km", 0.0)) for i in ids),
                )
                for one in lines
            ]
            yield Table(kind, caption, columns, tuple(rows))
