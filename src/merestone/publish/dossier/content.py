"""What a published dossier holds, before any language and any form: a tree of frozen values.

One builder makes the tree; the writers of HTML and of PDF walk it and tell nothing of their own. Words of
merestone are `Said`: an English sentence that is the key of the catalogues, with values in braces. Values are
of kinds that a language writes in its own way (`Amount`, `At`, `Day`), or stand as they are (`Verbatim`).
Nothing here is escaped: a writer escapes every text for its own form.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What an `Amount` counts."""

    COUNT = "count"
    METRE = "m"
    KILOMETRE = "km"
    CHAINAGE = "chainage"
    """Kilometres along the measure, to a metre, without the unit."""
    SQUARE_KILOMETRE = "km2"
    SHARE = "share"
    """0 to 1, written per cent."""
    SCALE = "scale"
    """The denominator of a map scale."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure, rounded only when it is written: metres, kilometres, km², a count, a share or a scale."""

    value: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class At:
    """A place: longitude and latitude in degrees on WGS 84."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is known: ``2020``, ``2020-05`` or ``2020-05-07``."""

    iso: str


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text that is not merestone's: an id, a title, a party's own words. ``language`` is a code or None."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with names: (language code, name), in the order of codes; ``id`` where it has none."""

    id: str
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """Every form of a thing's name, in the order of language codes: no language stands for the others."""

    of: Named


@dataclass(frozen=True, slots=True)
class Language:
    """A language, named in the language of the reader."""

    code: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of merestone: the key of the catalogues, and what stands for each name in braces."""

    key: str
    values: tuple[tuple[str, "Text"], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to the part, statement or citation whose ``key`` is `to`."""

    to: str
    text: "Text"


@dataclass(frozen=True, slots=True)
class Listed:
    """Texts with the language's comma between them."""

    items: tuple["Text", ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Whether a speaker has reviewed the wording of the reader's language, said in that language."""


Text = str | Said | Amount | At | Day | Verbatim | Named | Forms | Language | Link | Listed | Reviewed
"""What stands in a sentence. A plain ``str`` is like a `Verbatim` without a language."""


def say(key: str, /, **values: Text) -> Said:
    """A sentence of merestone. The first argument is written out in the call, so that it can be collected."""
    return Said(key, tuple(values.items()))


def named(id_: str, names: Mapping[str, str]) -> Named:
    """A `Named` of names by language code."""
    return Named(id_, tuple(sorted((code, name) for code, name in names.items() if name)))


class Weight(StrEnum):
    """How a paragraph stands out."""

    PLAIN = "plain"
    NOTICE = "notice"
    """How far the dossier can be relied on: said so that nobody passes over it."""
    FINE = "fine"
    """Beside the matter."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: Text
    weight: Weight = Weight.PLAIN


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without an order of importance."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a term and what it is. ``key`` where a link leads to them."""

    pairs: tuple[tuple[Text, Text], ...]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; figures stand to the right."""

    title: Text
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row is its heading."""

    key: str
    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture: ``overview``, ``section:M1-S03``, ``source:osm-2017``, ``profile:M1-S03`` or ``profile:M1``.

    ``shows`` says in words what is to be seen, for those who do not see it; ``legend`` has what each sign of
    the picture means, by the source whose sign it is or by the name of a sign.
    """

    key: str
    caption: Text
    shows: Text
    legend: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """A statement in another language, and by whom or by what it was translated."""

    language: str
    lines: tuple[str, ...]
    by: Text


@dataclass(frozen=True, slots=True)
class Statement:
    """Words of a party or a document, in their own language; translations stand beside and are marked.

    ``by``: whose words, where the place in the document does not tell.
    """

    key: str
    by: Text | None
    language: str | None
    lines: tuple[str, ...]
    source: Text | None = None
    """Where it is from: document, date, citation."""
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """What concerns one party."""

    party: str
    title: Text
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """The two parties beside one another, with equal place, in the order of the copy."""

    sides: tuple[Side, Side]


Block = Paragraph | Bullets | Facts | Table | Figure | Statement | Sides


@dataclass(frozen=True, slots=True)
class Part:
    """A part with a heading. ``key`` is its address: ``summary``, ``section-M1-S03``.

    ``sheet``: begins on a page of its own.
    """

    key: str
    title: Text
    blocks: tuple[Block, ...] = ()
    parts: tuple["Part", ...] = ()
    sheet: bool = False

    def walk(self) -> Iterator["Part"]:
        """This part and all within it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Content:
    """A whole dossier. ``parts[0]`` is the first page; ``parties`` in the order of the copy."""

    title: str
    parties: tuple[Named, Named]
    parts: tuple[Part, ...]

    def walk(self) -> Iterator[Part]:
        """Every part, in order."""
        for part in self.parts:
            yield from part.walk()
