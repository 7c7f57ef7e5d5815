"""What a document refers to: one class for each kind of mention, each with its place in the text.

``range`` is [start, end) in characters of the normalised text; ``page`` is set where there are pages.
``text`` is the stretch of the normalised text, line breaks as spaces.
"""

from dataclasses import dataclass
from typing import Literal

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of a United Nations document; ``joint`` is the whole where two name one document."""

    symbol: str
    joint: str | None
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """A numbered resolution. ``number`` is a number, or session and number (``75/277``)."""

    body: str | None
    number: int | str
    year: int | None
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A session (``75`` of the General Assembly) or a year (``76`` of the Security Council)."""

    kind: Literal["session", "year"]
    number: int
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """An item of an agenda, with the letter of a part of it."""

    number: int
    part: str | None
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Date:
    """A date: ``iso`` is a day, month or year, ``--05-12`` where no year is given, ``199X`` for a decade,
    None where the text can be read in two ways or names no day of the calendar."""

    iso: str | None
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Treaty:
    """A treaty, agreement, declaration or statement: its title as written and the date beside it."""

    title: str
    date: str | None
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """An article, annex or footnote; ``label`` is its number as written in figures."""

    label: str
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A place in degrees, longitude first, read by the one strict grammar."""

    lon: float
    lat: float
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Distance:
    """A length; ``metres`` None where its comma or point may part thousands or decimals."""

    metres: float | None
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of a map, 1 : ``denominator``."""

    denominator: int
    text: str
    range: Range
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A place of a gazetteer whose name is like that in the text.

    ``sure``: ``same`` letters, ``variant`` (the same after transliteration and spelling habits), or
    ``similar`` (a letter or two apart, or alike only in its consonants).
    """

    layer: str
    id: str
    name: str
    language: str
    sure: Literal["same", "variant", "similar"]


@dataclass(frozen=True, slots=True)
class Place:
    """A named place. ``kind`` is what the word beside it says; ``matches`` are the surest first."""

    name: str
    kind: str | None
    matches: tuple[Match, ...]
    text: str
    range: Range
    page: int | None = None


Mention = (
    Symbol | Resolution | Session | AgendaItem | Date | Treaty | Part | Coordinates | Distance | Scale | Place
)
