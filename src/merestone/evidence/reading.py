"""Everything that a text refers to, in one reading."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from merestone.evidence.dates import dates
from merestone.evidence.gazetteer import Gazetteer
from merestone.evidence.languages import Language, language_of
from merestone.evidence.measures import coordinates, distances, scales
from merestone.evidence.meetings import agenda_items, sessions
from merestone.evidence.mentions import (
    AgendaItem,
    Coordinates,
    Date,
    Distance,
    Mention,
    Part,
    Place,
    Resolution,
    Scale,
    Session,
    Symbol,
    Treaty,
)
from merestone.evidence.parts import annexes, articles, footnotes
from merestone.evidence.places import places
from merestone.evidence.resolutions import resolutions
from merestone.evidence.symbols import symbols
from merestone.evidence.text import Text
from merestone.evidence.treaties import treaties
from merestone.model.findings import Finding, finding

M = TypeVar("M", bound=Mention)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text refers to; every list in the order of the text, one item for each mention."""

    language: Language
    symbols: tuple[Symbol, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    sessions: tuple[Session, ...] = ()
    agenda_items: tuple[AgendaItem, ...] = ()
    dates: tuple[Date, ...] = ()
    instruments: tuple[Treaty, ...] = ()
    articles: tuple[Part, ...] = ()
    annexes: tuple[Part, ...] = ()
    footnotes: tuple[Part, ...] = ()
    places: tuple[Place, ...] = ()
    coordinates: tuple[Coordinates, ...] = ()
    distances: tuple[Distance, ...] = ()
    scales: tuple[Scale, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def read_text(text: Text, gazetteer: Gazetteer) -> Reading:
    """Read a normalised text; the time is linear in its length."""
    flat = text.flat
    language = language_of(text.text)
    found_dates = _placed(dates(flat), text)
    return Reading(
        language=language,
        symbols=_placed(symbols(flat), text),
        resolutions=_placed(resolutions(flat, found_dates), text),
        sessions=_placed(sessions(flat), text),
        agenda_items=_placed(agenda_items(flat), text),
        dates=found_dates,
        instruments=_placed(treaties(flat, found_dates), text),
        articles=_placed(articles(flat), text),
        annexes=_placed(annexes(text.text), text),
        footnotes=_placed(footnotes(text.text), text),
        places=_placed(places(flat, gazetteer), text),
        coordinates=_placed(coordinates(flat), text),
        distances=_placed(distances(flat, language.code), text),
        scales=_placed(scales(flat), text),
        findings=tuple(_notes(language, found_dates)),
    )


def _placed(found: Iterable[M], text: Text) -> tuple[M, ...]:
    """In the order of the text, with pages."""
    ordered = sorted(found, key=lambda one: (one.range, repr(one)))
    return tuple(replace(one, page=text.page(one.range[0]), text=_words(one, text)) for one in ordered)


def _words(one: Mention, text: Text) -> str:
    """The stretch as it stands in the text; of a footnote the note without its mark."""
    if isinstance(one, Part) and "\n" not in one.text and one.text:
        return one.text
    return text.text[slice(*one.range)].replace("\n", " ")


def _notes(language: Language, found: Iterable[Date]) -> Iterator[Finding]:
    if language.sure == "cannot-say":
        yield finding("document-language-unknown")
    for one in found:
        if one.iso is None:
            yield finding("document-date-unclear", text=one.text, start=one.range[0])
