"""Documents and what rests on them, as the inner layers see them: what a dossier says, nothing read yet.

Texts are in the language that stands beside them, and stay in it; translations stand beside, with who
or what made them. The parties have no order: every list is sorted by ids or dates, never by importance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ALL = "all"
"""In place of a section: what is said of the whole line."""


class Weight(StrEnum):
    """What an order of precedence ranks, where the parties agreed on one."""

    TEXT = "text"
    COORDINATES = "coordinates"
    MARKS = "marks"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Translation:
    """A text in another language; ``by`` is whoever or whatever translated it."""

    language: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Document:
    """One ``[[document]]``: a letter, resolution, treaty, statement or protocol, by its facts.

    ``party`` is a party of the dossier, ``body`` any other author; at most one is given. The text of a
    document without ``path`` is not in the dossier.
    """

    id: str
    title: str
    symbols: tuple[str, ...] = ()
    """Each alone, in the order printed: a joint symbol gives two."""
    date: str | None = None
    party: str | None = None
    body: str | None = None
    kind: str | None = None
    language: str | None = None
    path: str | None = None
    sha256: str | None = None
    publisher: str | None = None
    licence: str | None = None
    stated_by: str | None = None
    """Who states these facts."""
    facts: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    """Symbols that it refers to, where its text is not here to be read."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One ``[[citation]]``: the exact words of a document of which the bytes are known.

    ``start`` and ``end`` are characters of the normalised text (docs/method/evidence.md), end excluded.
    A quote that is None completes itself from the range where the text is. With neither, the citation is of a
    whole page.
    """

    id: str
    document: str
    sha256: str | None
    quote: str | None
    start: int | None = None
    end: int | None = None
    page: int | None = None
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """One ``[[instrument]]`` of the register of the legal basis."""

    id: str
    titles: Mapping[str, str]
    """Language code to title."""
    date: str | None = None
    parties: tuple[str, ...] = ()
    """Who concluded it, as it names them; ids of parties of the dossier where it is they."""
    in_force_since: str | None = None
    in_force_until: str | None = None
    critical_date: str | None = None
    says: tuple[str, ...] = ()
    """Ids of citations: what it says on the line."""
    stated_by: str | None = None
    tripoint: tuple[float, float] | None = None
    """Longitude and latitude of the point at which the boundary meets a third State's, where it states it."""


@dataclass(frozen=True, slots=True)
class Basis:
    """One ``[[basis]]``: what a party relies on for a section, or for ``all``."""

    section: str
    party: str
    instruments: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    """Ids of sources."""
    citations: tuple[str, ...] = ()
    stated_in: str | None = None
    """Id of the document in which the party says so."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A party's own words on a day, in their language."""

    party: str
    date: str
    language: str
    text: str
    translations: tuple[Translation, ...] = ()
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """One ``[[position]]``: what a party states of a section, and what the other replied.

    ``reply`` None means *not received*; it never means that there is none.
    """

    section: str
    statement: Statement
    reply: Statement | None = None


@dataclass(frozen=True, slots=True)
class NameForm:
    """A form of a name in a language, and the parties that use it (none: others do)."""

    language: str
    form: str
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceName:
    """One ``[[name]]``: a place with all forms of its name, by language code and form."""

    place: str
    forms: tuple[NameForm, ...]


@dataclass(frozen=True, slots=True)
class Precedence:
    """What goes before what, by a rule that the parties agreed; never assumed.

    ``agreed_in`` is the id of a citation, or an entry of the joint record (``AAA-7``).
    """

    order: tuple[Weight, ...]
    agreed_in: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a dossier says of documents; empty where it says nothing."""

    documents: tuple[Document, ...] = ()
    """By id, as are citations and instruments."""
    citations: tuple[Citation, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    basis: tuple[Basis, ...] = ()
    """By section, party, and what it rests on."""
    positions: tuple[Position, ...] = ()
    """By section, then party, then date."""
    names: tuple[PlaceName, ...] = ()
    precedence: Precedence | None = None
    where: Mapping[str, str] = field(default_factory=dict, compare=False)
    """``citation c1`` and the like to the place in the file, for messages."""
