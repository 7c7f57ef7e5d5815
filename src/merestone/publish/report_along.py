"""What the report says of roads, waters, rivers, districts and seasons: rows ready to be written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from merestone.model.results import Comparison
from merestone.publish.report_text import DASH, chainage, kilometres, metres, square_kilometres

Entry = Mapping[str, Any]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_VERDICTS = {"clear": "clear", "in-doubt": "in doubt", "cannot-say": "cannot say"}
_REASONS = {
    "near-parallel": "nearly along the line",
    "within-accuracy": "within the accuracy",
    "accuracy-unknown": "an accuracy is unknown",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as text, with the number that the table sorts by."""

    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """One crossing of a road: the words, and where."""

    words: str
    place: tuple[float, float]


@dataclass(frozen=True, slots=True)
class RoadRow:
    """What one source shows of one route that crosses what it draws."""

    route: str
    names: Mapping[str, str]
    source: str
    length: Cell
    labels: str
    crossings: int
    in_doubt: int
    longest: Cell
    assumed: bool
    crossed_at: tuple[Crossing, ...]


@dataclass(frozen=True, slots=True)
class WaterRow:
    """What one source shows of one water that it parts or cuts out."""

    water: str
    names: Mapping[str, str]
    area: Cell
    source: str
    share: str
    shore: str
    limit: Cell
    reach: str
    cut_out: str


@dataclass(frozen=True, slots=True)
class FollowedRow:
    """How far limits of one source follow one line."""

    line: str
    names: Mapping[str, str]
    kind: str
    source: str
    follows: Cell
    departures: int
    largest: Cell


@dataclass(frozen=True, slots=True)
class Along:
    """All tables; empty ones are not written."""

    routes: int
    length_km: float
    roads: tuple[RoadRow, ...]
    arrangements: tuple[tuple[str, ...], ...]
    waters: tuple[WaterRow, ...]
    followed: tuple[FollowedRow, ...]
    adjoining: tuple[Entry, ...]
    access: tuple[tuple[str, ...], ...]

    def seasons(self, section: str) -> str:
        """The months in which stretches that meet a section can be reached."""
        return (
            "; ".join(
                f"km {span}: {months}"
                for _, span, months, _, ids in self.access
                if section in ids.split(", ")
            )
            or DASH
        )

    @property
    def empty(self) -> bool:
        return not (self.routes or self.waters or self.followed or self.adjoining or self.access)


def along(c: Comparison) -> Along:
    """The rows of every table, those that matter most first."""
    roads = c.features.get("roads") or ()
    return Along(
        len(roads),
        sum(road.get("length_km", 0.0) for road in roads),
        tuple(_roads(roads)),
        tuple(_arrangements(roads)),
        tuple(_waters(c.features.get("waters") or ())),
        tuple(
            row for kind in ("rivers", "watersheds") for row in _followed(c.features.get(kind) or (), kind)
        ),
        tuple(c.features.get("adjoining") or ()),
        tuple(_access(c.features.get("access") or ())),
    )


def crossing_words(one: Entry) -> str:
    """A crossing in words: kilometre, labels, verdict and why."""
    reasons = ", ".join(_REASONS[reason] for reason in one["reasons"])
    why = f" ({reasons})" if reasons else ""
    place = "" if one["place_95_m"] is None else f", ± {metres(one['place_95_m'])} along the road"
    labels = f"{one['before']} – {one['after']}"
    return f"km {chainage(one['at_km'])}: {labels}, {_VERDICTS[one['verdict']]}{why}{place}"


def _roads(roads: Sequence[Entry]) -> Iterator[RoadRow]:
    found = [
        (road, id_, said) for road in roads for id_, said in road["sources"].items() if said.get("crossed_at")
    ]
    found.sort(key=lambda row: (-row[2]["crossings"], row[0]["id"], row[1]))
    for road, id_, said in found:
        across = said["longest_across"]
        longest = Cell(DASH)
        if across is not None:
            span = f"km {chainage(across['from_km'])}–{chainage(across['to_km'])} {across['label']}"
            longest = Cell(span, abs(across["to_km"] - across["from_km"]))
        yield RoadRow(
            road["id"],
            road["names"],
            id_,
            Cell(kilometres(road["length_km"]), road["length_km"]),
            _by_label({label: kilometres(km) for label, km in said["length_km"].items()}),
            said["crossings"],
            said["in_doubt"],
            longest,
            said["assumed"],
            tuple(Crossing(crossing_words(one), tuple(one["point"])) for one in said["crossed_at"]),
        )


def _arrangements(roads: Sequence[Entry]) -> Iterator[tuple[str, ...]]:
    for road in roads:
        for one in road.get("arrangements", ()):
            span = f"{chainage(one['from_km'])}–{chainage(one['to_km'])}"
            days = (one["since"], one["until"] or "no end")
            yield (road["id"], span, *days, one["terms"] or DASH, one["entry"] or DASH)


def _waters(waters: Sequence[Entry]) -> Iterator[WaterRow]:
    for water in sorted(waters, key=lambda one: (-one.get("area_km2", 0.0), one["id"])):
        for id_, said in sorted(water.get("sources", {}).items()):
            if not (len(said.get("share", ())) > 1 or said.get("astride")):
                continue
            limit_km = said.get("limit_km")
            yield WaterRow(
                water["id"],
                water["names"],
                Cell(square_kilometres(water["area_km2"]), water["area_km2"]),
                id_,
                _by_label({label: _percent(part) for label, part in said["share"].items()}),
                _by_label({label: _percent(part) for label, part in said.get("shore_share", {}).items()}),
                Cell(kilometres(limit_km), limit_km),
                _by_label({label: metres(m) for label, m in said.get("reach_m", {}).items()}) or DASH,
                f"cut out of the land of both; {_percent(said['open_share'])} left open"
                if said.get("astride")
                else "",
            )


def _followed(entries: Sequence[Entry], kind: str) -> Iterator[FollowedRow]:
    for entry in entries:
        for id_, said in sorted(entry.get("sources", {}).items()):
            if "follows_km" not in said:
                continue
            largest = max((gap["largest_m"] for gap in said["departures"]), default=None)
            yield FollowedRow(
                entry["id"],
                entry["names"],
                kind,
                id_,
                Cell(kilometres(said["follows_km"]), said["follows_km"]),
                len(said["departures"]),
                Cell(metres(largest), largest),
            )


def _access(listed: Sequence[Entry]) -> Iterator[tuple[str, ...]]:
    for one in listed:
        span = f"{chainage(one['from_km'])}–{chainage(one['to_km'])}"
        months = ", ".join(_MONTHS[month - 1] for month in one["months"])
        yield (one["piece"], span, months, one["reason"] or DASH, ", ".join(one["sections"]) or DASH)


def _by_label(words: Mapping[str, str]) -> str:
    return "; ".join(f"{label} {words[label]}" for label in sorted(words))


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %"
