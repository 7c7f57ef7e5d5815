"""Documents on a terminal."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from merestone.cli.console import a_console, bold
from merestone.evidence.reading import Reading
from merestone.sources.documents.read import ReadFile

_SURE = {"same": "", "variant": "~", "similar": "?"}
_WIDTH = 14


def echo_reading(file: ReadFile, reading: Reading, *, every: bool) -> None:
    """The heads of a document and what it refers to, each thing once; with ``every`` each mention."""
    console = a_console()
    pages = "" if file.pages is None else f", {file.pages} page{'s' * (file.pages != 1)}"
    encoding = "" if file.encoding is None else f", {file.encoding}"
    console.print(bold(file.media, f"{encoding}{pages}, {len(file.text.text):,} characters"))
    console.print(f"sha256        {file.sha256}")
    console.print(f"language      {reading.language.code} ({reading.language.sure.replace('-', ' ')})")
    for name, mentions, shown in _lists(reading):
        if every:
            for one in mentions:
                where = f"{one.range[0]}–{one.range[1]}" + ("" if one.page is None else f", page {one.page}")
                console.print(f"{name:<{_WIDTH}}{shown(one)}  [{where}]")
        elif mentions:
            console.print(f"{name:<{_WIDTH}}{'; '.join(dict.fromkeys(map(shown, mentions)))}")


def _lists(reading: Reading) -> Iterable[tuple[str, Sequence[Any], Callable[[Any], str]]]:
    yield "symbols", reading.symbols, lambda one: str(one.joint or one.symbol)
    yield "resolutions", reading.resolutions, _resolution
    yield "sessions", reading.sessions, lambda one: f"{one.kind} {one.number}"
    yield (
        "agenda items",
        reading.agenda_items,
        lambda one: f"{one.number}{f' ({one.part})' if one.part else ''}",
    )
    yield "dates", reading.dates, lambda one: str(one.iso or one.text)
    yield "instruments", reading.instruments, lambda one: one.title + (f" ({one.date})" if one.date else "")
    yield "articles", reading.articles, lambda one: str(one.label)
    yield "annexes", reading.annexes, lambda one: str(one.text)
    yield "footnotes", reading.footnotes, lambda one: str(one.label)
    yield "places", reading.places, _place
    yield "coordinates", reading.coordinates, lambda one: str(one.text)
    yield "distances", reading.distances, lambda one: str(one.text)
    yield "scales", reading.scales, lambda one: f"1:{one.denominator:,}"


def _resolution(one: Any) -> str:
    year = f" ({one.year})" if one.year and "(" not in str(one.number) else ""
    return f"{one.body or 'body not said'} {one.number}{year}"


def _place(one: Any) -> str:
    matches = [f"{_SURE[match.sure]}{match.name}" for match in one.matches[:3]]
    return str(one.text) + (f" → {', '.join(matches)}" if matches else "")
