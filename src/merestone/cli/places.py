"""Answers about places on a terminal: sentences for one place, a table for a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from merestone.features.placewords import CANNOT_SAY
from merestone.publish.places import Record
from merestone.uncertainty.reasons import MEANING, Reason

_ISOLATE, _POP = "\u2068", "\u2069"
"""Around a name, so that one written from right to left leaves the rest of its line in place."""


def sentences(record: Record, maps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One place: what each source shows, in words, with its radius."""
    name = f" {record['name']}" if record["name"] else ""
    own = record["accuracy_95_m"]
    good = (
        "" if own == 0.0 else "; its own accuracy is unknown" if own is None else f"; good to {_metres(own)}"
    )
    yield f"{record['id']}{name}: {_place(record['lon'], record['lat'])}{good}"
    if not record["in_corridor"]:
        yield "  outside the corridor: no limit of any source is near"
    width = max((len(one["id"]) for one in maps), default=0)
    for one in maps:
        said = record["sources"][one["id"]]
        yield f"  {one['id']:<{width}}  {where(said, one['id'])}; {_radius(one)}: {_sure(said)}"
        if said["nearest"] is not None:
            yield " " * (width + 4) + _nearest(said)
    if len(maps) > 1:
        yield from _together(record)


def _together(record: Record) -> Iterator[str]:
    """What may be combined: one sentence for each list of sources that mean the same line."""
    if not record["same_line"]:
        yield f"  together: {_sure(record)}"
    for line in record["same_line"]:
        yield f"  {', '.join(line['sources'])} together: {_sure(line)}"


def where(said: Record, source: str) -> str:
    """``312 m inside what natural-earth shows as AZE``."""
    label, metres = said["label"], said["distance_m"]
    if metres is None:
        return f"{_shown(label, source)}; it shows no limit"
    if metres == 0.0:
        return f"on the limit as {source} draws it"
    away = _metres(metres)
    elsewhere = {
        "silent": f"{source} is silent there; its limit is {away} away",
        "neither": f"{away} from the limit, in what {source} shows as neither side",
        "both": f"{away} from the limit, in what {source} shows as both sides",
    }
    if label in elsewhere:
        return elsewhere[label]
    if label.startswith("not-"):
        return f"{away} outside what {source} shows as {label.removeprefix('not-')}"
    return f"{away} inside what {source} shows as {label}"


def _shown(label: str, source: str) -> str:
    return f"{source} is silent there" if label == "silent" else f"in what {source} shows as {label}"


def _radius(one: Mapping[str, Any]) -> str:
    if one["accuracy_95_m"] is None:
        return f"how good {one['id']} is, is unknown"
    assumed = " (assumed)" if one["assumed"] else ""
    return f"{one['id']} is good to {_metres(one['accuracy_95_m'])}{assumed}"


def _sure(said: Record) -> str:
    """``AZE 97.6 %, ARM 2.4 %``, with "cannot say" before it where no label has 95 %."""
    p = said["p_side"] or {}
    # What rounds to nothing is in the JSON; here it would hide what matters.
    shown = sorted((label for label in p if p[label] >= 0.0005), key=lambda one: (-p[one], one))
    shares = ", ".join(f"{label} {_percent(p[label])}" for label in shown)
    if said["verdict"] != CANNOT_SAY:
        return shares
    if said["reason"] is Reason.DOUBT:
        return f"cannot say ({shares})"
    return f"cannot say, since {MEANING[said['reason']]}"


def _percent(share: float) -> str:
    return "over 99.9 %" if 0.9995 < share < 1.0 else f"{100.0 * share:.1f} %"


def _nearest(said: Record) -> str:
    along = ""
    if said["piece"] is not None:
        along = f", {said['chainage_km']:,.3f} km along {said['piece']}, section {said['section']}"
    return f"nearest point {_place(*said['nearest'])}{along}"


def _place(lon: float, lat: float) -> str:
    """In a form that `locate` reads again."""
    return f"{abs(lat):.6f}{'S' if lat < 0 else 'N'} {abs(lon):.6f}{'W' if lon < 0 else 'E'}"


def _metres(metres: float) -> str:
    return f"{metres:,.1f} m" if metres < 10.0 else f"{metres:,.0f} m"


def table(records: Iterator[Record], maps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One line a place: label and distance by source, ``?`` where the side cannot be said."""
    widths = [max(len(one["id"]), 18) for one in maps]
    heads = "  ".join(f"{one['id']:<{width}}" for one, width in zip(maps, widths, strict=True))
    yield f"{'id':<12}  {'lon':>11}  {'lat':>10}  {'together':<10}  {heads}  name".rstrip()
    for record in records:
        cells = "  ".join(
            f"{_cell(record['sources'][one['id']]):<{width}}" for one, width in zip(maps, widths, strict=True)
        )
        name = f"{_ISOLATE}{record['name']}{_POP}" if record["name"] else ""
        place = f"{record['lon']:>11.6f}  {record['lat']:>10.6f}"
        yield f"{record['id']:<12}  {place}  {record['verdict']:<10}  {cells}  {name}".rstrip()


def _cell(said: Record) -> str:
    metres = said["distance_m"]
    doubt = " ?" if said["verdict"] == CANNOT_SAY else ""
    return str(said["label"]) + ("" if metres is None else f" {_metres(metres)}") + doubt
