"""The tables that `features` prints, drawn with rich from the result, nothing computed anew."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from merestone.cli.console import a_console, bold
from merestone.model.results import Comparison

Entry = Mapping[str, Any]
_MOST = 20
"""Rows of one table on a terminal; --json has all."""


def echo_features(result: Comparison, as_of: str | None) -> None:
    """Print a table for each kind that the result has; "none" where it has no kind at all."""
    console = a_console()
    console.print(bold(str(result.dossier["title"])))
    printed = False
    for kind, draw in _TABLES:
        entries = result.features.get(kind)
        if entries:
            console.print()
            draw(console, entries, result)
            printed = True
    carried = [
        (road, one) for road in result.features.get("roads", ()) for one in road.get("arrangements", ())
    ]
    if carried:
        console.print()
        console.print(_arrangements(carried, as_of))
    if not printed:
        console.print("none: the dossier has no layer with a feature near the line")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for number, heading in enumerate(columns):
        table.add_column(heading, no_wrap=number == 0)
    return table


def _names(entry: Entry) -> str:
    """All forms of the name, each once, in the order of their languages."""
    names = entry.get("names", {})
    return " / ".join(dict.fromkeys(names[code] for code in sorted(names) if names[code])) or str(
        entry.get("id")
    )


def _by_label(figures: Mapping[str, float], form: str) -> str:
    return ", ".join(f"{label} {figures[label]:{form}}" for label in sorted(figures))


def _rest(console: Console, entries: Sequence[Any], what: str) -> None:
    if len(entries) > _MOST:
        console.print(f"  and {len(entries) - _MOST} more {what} (all with --json)")


def _roads(console: Console, roads: Sequence[Entry], _: Comparison) -> None:
    crossing = [
        (road, id_, said) for road in roads for id_, said in road["sources"].items() if said["crossings"]
    ]
    crossing.sort(key=lambda row: (-row[2]["crossings"], row[0]["id"], row[1]))
    length_km = sum(road["length_km"] for road in roads)
    crossed = len({road["id"] for road, _, _ in crossing})
    title = f"roads: {len(roads)} routes, {length_km:,.1f} km; {crossed} cross what a source draws"
    table = _table(title, "route", "source", "km by label", "crossings", "in doubt", "longest across")
    for road, id_, said in crossing[:_MOST]:
        across = said["longest_across"]
        span = (
            "–" if across is None else f"km {across['from_km']:.3f}–{across['to_km']:.3f} {across['label']}"
        )
        figures = [str(said["crossings"]), str(said["in_doubt"]), span]
        table.add_row(road["id"], id_, _by_label(said["length_km"], ".3f"), *figures)
    console.print(table)
    _rest(console, crossing, "rows")


def _waters(console: Console, waters: Sequence[Entry], _: Comparison) -> None:
    table = _table(
        f"waters: {len(waters)}; those that a source parts or cuts out between the two",
        *("water", "km²", "source", "share of the surface", "limit inside", "reach from its shore"),
    )
    rows = list(_water_rows(waters))
    for row in rows[:_MOST]:
        table.add_row(*row)
    console.print(table)
    _rest(console, rows, "rows")


def _water_rows(waters: Sequence[Entry]) -> Iterator[tuple[str, ...]]:
    for water in sorted(waters, key=lambda one: -one["area_km2"]):
        said = {id_: one for id_, one in water["sources"].items() if len(one["share"]) > 1 or one["astride"]}
        for number, (id_, one) in enumerate(sorted(said.items())):
            name, size = ("", "") if number else (_names(water), f"{water['area_km2']:.2f}")
            share = _by_label({label: 100.0 * part for label, part in one["share"].items()}, ".1f") + " %"
            cut = "cut out of the land of both; " if one["astride"] else ""
            reach = _by_label(one["reach_m"], ",.0f") + " m" if one["reach_m"] else "–"
            yield (name, size, id_, cut + share, f"{one['limit_km']:.3f} km", reach)


def _followed(what: str) -> Callable[[Console, Sequence[Entry], Comparison], None]:
    def draw(console: Console, entries: Sequence[Entry], result: Comparison) -> None:
        follow_m = result.parameters["follow_m"]
        table = _table(
            f"{what}: {len(entries)}; followed where a limit keeps within {follow_m:g} m",
            *(what[:-1], "source", "followed", "departures", "largest departure"),
        )
        for entry in entries:
            for id_, said in sorted(entry["sources"].items()):
                largest = max((gap["largest_m"] for gap in said["departures"]), default=None)
                words = "–" if largest is None else f"{largest:,.0f} m"
                count = str(len(said["departures"]))
                table.add_row(_names(entry), id_, f"{said['follows_km']:.3f} km", count, words)
        console.print(table)

    return draw


def _adjoining(console: Console, pairs: Sequence[Entry], result: Comparison) -> None:
    ids = [source.id for source in result.sources]
    parties = [party.id for party in result.parties]
    table = _table("districts that adjoin, km along the limits of each source", *parties, *ids)
    for pair in pairs[:_MOST]:
        lengths = [pair["sources"].get(id_, {}).get("length_km") for id_ in ids]
        table.add_row(
            *(_names(pair["districts"][party]) for party in parties),
            *("–" if km is None else f"{km:.1f}" for km in lengths),
        )
    console.print(table)
    _rest(console, pairs, "pairs")


def _access(console: Console, listed: Sequence[Entry], _: Comparison) -> None:
    table = _table("access", "piece", "km", "months", "reason")
    for one in listed:
        months = ", ".join(str(month) for month in one["months"])
        table.add_row(one["piece"], f"{one['from_km']:.3f}–{one['to_km']:.3f}", months, one["reason"] or "–")
    console.print(table)


def _arrangements(carried: Sequence[tuple[Entry, Entry]], as_of: str | None) -> Table:
    when = f" on {as_of}" if as_of else "; --as-of DAY says which are open"
    table = _table(f"transit arrangements{when}", "route", "km", "since", "until", "state", "terms", "entry")
    for road, one in carried:
        span = f"{one['from_km']:.3f}–{one['to_km']:.3f}"
        days = [one["since"], one["until"] or "no end"]
        table.add_row(road["id"], span, *days, one["state"] or "–", one["terms"] or "–", one["entry"] or "–")
    return table


def _settlements(console: Console, settlements: Sequence[Entry], result: Comparison) -> None:
    """Counts by source and label, then those that sources put on different sides."""
    lists = result.features["settlement_lists"]
    counts = _table(
        f"settlements: {len(settlements)} in the corridor", "source", "by label", "within the doubt"
    )
    for id_ in sorted(lists["sources"]):
        own = lists["sources"][id_]
        counts.add_row(id_, _by_label(own["counts"], "d"), str(len(own["in_doubt_ids"])))
    console.print(counts)
    apart = set(lists["different_sides_ids"])
    rows = [one for one in settlements if one["id"] in apart]
    console.print()
    title = f"on different sides: {len(rows)}; ? where no side has 95 % under the stated errors"
    table = _table(title, "settlement", *sorted(lists["sources"]))
    for one in rows[:_MOST]:
        table.add_row(_names(one), *(_shown(one["sources"][id_]) for id_ in sorted(one["sources"])))
    console.print(table)
    _rest(console, rows, "settlements")


def _shown(said: Entry) -> str:
    away = "" if said["distance_m"] is None else f" {said['distance_m']:,.0f} m"
    return str(said["label"]) + away + (" ?" if said["verdict"] == "cannot-say" else "")


def _marks(console: Console, marks: Sequence[Entry], result: Comparison) -> None:
    ids = [source.id for source in result.sources]
    table = _table(f"marks: {len(marks)}", "mark", "state", *ids)
    for one in marks[:_MOST]:
        told = (
            _shown(one["sources"][id_])
            + (", out of order" if one["sources"][id_]["in_order"] is False else "")
            for id_ in ids
        )
        table.add_row(one["number"], one["state"] or "not stated", *told)
    console.print(table)
    _rest(console, marks, "marks")


_TABLES: tuple[tuple[str, Callable[[Console, Sequence[Entry], Comparison], None]], ...] = (
    ("roads", _roads),
    ("waters", _waters),
    ("rivers", _followed("rivers")),
    ("watersheds", _followed("watersheds")),
    ("adjoining", _adjoining),
    ("settlements", _settlements),
    ("marks", _marks),
    ("access", _access),
)
