"""Names, incidents and arrangements: what was said beside the sections."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from merestone.publish.dossier.content import (
    Block,
    Column,
    Day,
    Language,
    Paragraph,
    Part,
    Side,
    Sides,
    Table,
    Text,
    Verbatim,
    say,
)
from merestone.publish.dossier.desk import Desk, statement
from merestone.publish.dossier.heard import entry_source
from merestone.publish.dossier.material import EntryFacts
from merestone.publish.dossier.words import km

_ACCOUNTS = frozenset({"incident", "measure"})
_ARRANGEMENTS = frozenset({"arrangement", "access_window"})


def names(desk: Desk) -> Part | None:
    """Every place of which a section speaks, with all forms, languages in the order of their codes."""
    places: dict[tuple[str, str], dict[str, str]] = {}
    for one in desk.comparison.features.get("districts", ()):
        places["district", str(one["id"])] = dict(one["names"])
    for one in desk.comparison.features.get("settlements", ()):
        if one["id"] in desk.apart:
            places["settlement", str(one["id"])] = dict(one["names"])
    told = desk.material.evidence.names
    if desk.leaves_out("names") or not (places or told):
        return None
    codes = sorted(
        {code for forms in places.values() for code in forms}, key=lambda code: (code == "und", code)
    )
    columns = (
        Column(say("Number")),
        *(Column(say("language not stated") if code == "und" else Language(code)) for code in codes),
    )
    ordered = sorted(places.items(), key=lambda item: (item[0][0], _forms(item[1], codes), item[0][1]))
    rows = [
        (Verbatim(id_), *(Verbatim(forms.get(code, "–"), code if code in forms else None) for code in codes))
        for (_, id_), forms in ordered
    ]
    intro = Paragraph(
        say(
            "Names differ by language and are no statement. Districts along the line come first, then the settlements that maps show on different sides. Languages stand in the order of their codes, places in the alphabet of the first of them that names the place."
        )
    )
    table = Table("names-table", say("Places and their names"), columns, tuple(rows))
    return Part("names", say("Names of places"), (intro, table, *_users(desk)), sheet=True)


def _users(desk: Desk) -> Iterator[Block]:
    """Who uses which form, where the dossier says so."""
    told = desk.material.evidence.names
    if not told:
        return
    columns = (Column(say("Place")), Column(say("Language")), Column(say("Name")), Column(say("Used by")))
    rows = [
        (
            Verbatim(place.place),
            Language(form.language),
            Verbatim(form.form, form.language),
            _used_by(desk, form.used_by),
        )
        for place in told
        for form in sorted(place.forms, key=lambda form: (form.language, form.form))
    ]
    yield Table("name-users", say("Forms of names and who uses them"), columns, tuple(rows))


def _used_by(desk: Desk, parties: tuple[str, ...]) -> Text:
    return desk.listed(parties) if parties else say("not stated")


def _forms(forms: dict[str, str], codes: list[str]) -> str:
    return next((forms[code].casefold() for code in codes if forms.get(code)), "")


def proceedings(desk: Desk) -> Part | None:
    """Accounts of incidents with both sides' words, and arrangements."""
    record = desk.material.record
    roads = _road_arrangements(desk)
    parts = [
        *(_accounts(desk) if record and not desk.leaves_out("incidents") else ()),
        *(_arrangements(desk, roads) if not desk.leaves_out("arrangements") else ()),
    ]
    if not parts:
        return None
    return Part("proceedings", say("Incidents and arrangements"), (), tuple(parts), sheet=True)


def _accounts(desk: Desk) -> Iterator[Part]:
    record = desk.material.record
    assert record is not None
    own = [one for one in record.entries if one.type in _ACCOUNTS]
    if not own:
        return
    first, other = desk.order
    sides = Sides((_side(desk, first, own), _side(desk, other, own)))
    note = Paragraph(say("Each account is its writer's own; none was examined here."))
    yield Part("incidents", say("Accounts of incidents and measures"), (note, sides))


def _side(desk: Desk, party: str, entries: Sequence[EntryFacts]) -> Side:
    found = [statement(one, entry_source(one)) for one in entries if one.party == party]
    blocks: tuple[Block, ...] = tuple(one for one in found if one is not None)
    return Side(party, desk.party(party), blocks or (Paragraph(say("Not received.")),))


def _road_arrangements(desk: Desk) -> list[tuple[Text, ...]]:
    return [
        (Verbatim(str(road["ref"] or road["id"])), *_road_row(one))
        for road in desk.comparison.features.get("roads", ())
        for one in road["arrangements"]
    ]


def _road_row(one: Mapping[str, Any]) -> tuple[Text, ...]:
    return (
        km(one["from_km"]),
        km(one["to_km"]),
        Day(one["since"]),
        Day(one["until"]) if one.get("until") else say("no end stated"),
        Verbatim(one["terms"]) if one.get("terms") else say("not stated"),
    )


def _arrangements(desk: Desk, roads: list[tuple[Text, ...]]) -> Iterator[Part]:
    record = desk.material.record
    own = [one for one in (record.entries if record else ()) if one.type in _ARRANGEMENTS]
    blocks: list[Block] = []
    if roads:
        columns = (
            Column(say("Road")),
            Column(say("From, km"), figures=True),
            Column(say("To, km"), figures=True),
            Column(say("Since")),
            Column(say("Until")),
            Column(say("Terms")),
        )
        blocks.append(Table("road-arrangements", say("Arrangements on roads"), columns, tuple(roads)))
    if own:
        first, other = desk.order
        blocks.append(Sides((_side(desk, first, own), _side(desk, other, own))))
    if blocks:
        yield Part("arrangements", say("Arrangements"), tuple(blocks))
