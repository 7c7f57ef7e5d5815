"""The maps that are compared, each with its facts and a picture."""

from collections.abc import Iterator
from math import fsum
from typing import Any

from merestone.model.results import SourceResult
from merestone.publish.dossier.content import (
    Amount,
    Block,
    Bullets,
    Column,
    Day,
    Facts,
    Figure,
    Link,
    Paragraph,
    Part,
    Table,
    Text,
    Unit,
    Verbatim,
    say,
)
from merestone.publish.dossier.desk import Desk
from merestone.publish.dossier.words import SOURCE_KINDS, count, km2, label, metres

PRINTED: dict[str, Text] = {
    "series": say("Series"),
    "sheet": say("Sheet"),
    "edition": say("Edition"),
    "surveyed": say("Surveyed"),
    "published": say("Published"),
    "printed_disclaimer": say("Disclaimer printed on it"),
    "annexed_to": say("Attached to"),
}
EDGES: dict[str, Text] = {
    "straight": say("straight in longitude and latitude"),
    "geodesic": say("geodesics"),
    "loxodrome": say("loxodromes"),
    "parallel": say("along parallels of latitude"),
    "grid": say("straight in its own grid"),
}


def sources(desk: Desk) -> Part:
    """Each source on a sheet of its own, with a picture on the one extent of all."""
    c = desk.comparison
    intro = (
        Paragraph(
            say(
                "The maps stand in the order of their ids. All pictures of them show one and the same extent at one scale."
            )
        ),
        _overview_table(desk),
    )
    return Part(
        "sources", say("The maps"), intro, tuple(_source(desk, source) for source in c.sources), sheet=True
    )


def _overview_table(desk: Desk) -> Table:
    columns = (
        Column(say("Map")),
        Column(say("What it is")),
        Column(say("Date")),
        Column(say("95 % radius"), figures=True),
        Column(say("Offered by")),
        Column(say("Accepted by")),
    )
    rows = [
        (
            Link(f"source-{one.id}", Verbatim(one.id)),
            SOURCE_KINDS[one.kind],
            _date(one.date),
            _accuracy(one),
            desk.listed(one.standing.get("offered_by") or ()),
            desk.listed(one.standing.get("accepted_by") or ()),
        )
        for one in desk.comparison.sources
    ]
    return Table("sources-table", say("The maps at a glance"), columns, tuple(rows))


def _date(date: str | None) -> Text:
    return say("not stated") if date is None else Day(date)


def _accuracy(one: SourceResult) -> Text:
    if one.accuracy_95_m is None:
        return say("not known")
    if one.accuracy is not None and one.accuracy.get("assumed"):
        return say("{radius}, assumed", radius=metres(one.accuracy_95_m))
    return metres(one.accuracy_95_m)


def _source(desk: Desk, one: SourceResult) -> Part:
    facts = [
        (say("Title"), Verbatim(one.title)),
        (say("Publisher"), _or_not_stated(one.publisher)),
        (say("Licence"), _or_not_stated(one.licence)),
        (say("Date of what it shows"), _date(one.date)),
        (say("Scale"), say("not stated") if one.scale is None else Amount(one.scale, Unit.SCALE)),
        (say("Reference system"), _or_not_stated(one.crs)),
        *_operation(one),
        (say("Edges between its points"), EDGES.get(one.edges, Verbatim(one.edges))),
        (say("95 % radius"), _accuracy(one)),
        *_why(one),
        (say("Offered by"), desk.listed(one.standing.get("offered_by") or ())),
        (say("Available to"), desk.listed(one.standing.get("available_to") or ())),
        (say("Accepted by"), desk.listed(one.standing.get("accepted_by") or ())),
        *_printed(one),
        *_own_areas(one),
        (say("SHA-256 of the file"), Verbatim(one.sha256)),
    ]
    picture = Figure(
        f"source:{one.id}",
        say("What {source} shows", source=Verbatim(one.id)),
        say("Map of the limits that {source} shows, on the extent of all maps.", source=Verbatim(one.id)),
        ((one.id, Verbatim(one.id)),),
    )
    blocks: tuple[Block, ...] = (picture, Facts(tuple(facts)), *_contested(desk, one), _land(desk, one))
    return Part(f"source-{one.id}", Verbatim(one.id), blocks)


def _or_not_stated(text: str | None) -> Text:
    return say("not stated") if text is None else Verbatim(text)


def _why(one: SourceResult) -> Iterator[tuple[Text, Text]]:
    """Who assumed the accuracy, and why."""
    if one.accuracy is None or not one.accuracy.get("assumed"):
        return
    yield say("Assumed by"), _or_not_stated(one.accuracy.get("assumed_by"))
    if one.accuracy.get("reason"):
        yield say("Reason"), Verbatim(str(one.accuracy["reason"]))


def _operation(one: SourceResult) -> Iterator[tuple[Text, Text]]:
    """How it was carried to WGS 84, where it was not on it."""
    if one.operation is None:
        return
    name = Verbatim(
        " ".join(str(part) for part in (one.operation.get("code"), one.operation.get("name")) if part)
    )
    metre = one.operation.get("accuracy_m")
    told = name if metre is None else say("{name}, good to {radius}", name=name, radius=metres(float(metre)))
    yield say("Carried to WGS 84 by"), told


def _printed(one: SourceResult) -> Iterator[tuple[Text, Text]]:
    """What is printed on the map: series, edition, disclaimer."""
    for key, words in PRINTED.items():
        if one.map.get(key):
            yield words, Verbatim(str(one.map[key]))


def _own_areas(one: SourceResult) -> Iterator[tuple[Text, Text]]:
    """Gaps and overlaps that the map itself shows between the lands of both parties; none is closed."""
    for words, found in (
        (say("Gaps between both lands"), one.gaps),
        (say("Overlaps of both lands"), one.overlaps),
    ):
        if found:
            area = km2(fsum(gap.area_km2 for gap in found))
            yield words, say("{number}, together {area}", number=count(len(found)), area=area)


def _contested(desk: Desk, one: SourceResult) -> Iterator[Block]:
    entries: list[Any] = list(one.standing.get("contested_by") or ())
    pairs = [
        (str(e["party"]), str(e["reason"])) if isinstance(e, dict) else (str(e[0]), str(e[1]))
        for e in entries
    ]
    items = [
        say("{party} contests it: {reason}", party=Verbatim(party), reason=Verbatim(reason))
        for id_ in desk.order
        for party, reason in pairs
        if party == id_
    ]
    if items:
        yield Bullets(tuple(items))


def _land(desk: Desk, one: SourceResult) -> Table:
    columns = (
        Column(say("What the map says of the land")),
        Column(say("Area in the corridor"), figures=True),
    )
    rows = [(label(code), km2(one.areas_km2[code])) for code in desk.labels(one.areas_km2)]
    return Table(
        f"land-{one.id}", say("What {source} says of the land", source=Verbatim(one.id)), columns, tuple(rows)
    )
