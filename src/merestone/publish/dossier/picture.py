"""A picture of the dossier: what is drawn, once for all languages, and the words that each language adds.

A `Picture` is SVG of the plainest kind, presentation attributes only, so that it is the same in a browser and
in Typst. Its size is in quarters of a millimetre on paper: 720 are the width of a page's text.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from unicodedata import east_asian_width

from babel.numbers import format_decimal
from babel.units import format_unit

from merestone.publish.descriptiontext import compass
from merestone.publish.dossier import fonts
from merestone.publish.dossier.content import Text
from merestone.publish.dossier.speech import Speaker
from merestone.publish.mapparts import Taken, degrees_minutes, direction
from merestone.publish.report_geometry import Frame
from merestone.publish.report_palette import PAPER
from merestone.publish.report_text import within_180

WIDTH = 720.0
SIZE = 10.5
"""Of the letters, in the same unit: 7.4 points on paper."""
SPACING = 0.08
"""Between the letters of what is spaced, in their size."""
_XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no place for, or advises against (section 2.2)."""

Words = Callable[[Speaker], str]
"""What stands in a picture, in any language."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How the words of one kind look."""

    size: float = SIZE
    colour: str = "#33312c"
    bold: bool = False
    spaced: bool = False


KINDS = {
    "party": Kind(15.0, "#5a564d", spaced=True),
    "district": Kind(10.5, "#77705f", spaced=True),
    "settlement": Kind(9.5, "#33312c"),
    "water": Kind(9.5, "#2a5d80"),
    "river": Kind(9.5, "#2a5d80"),
    "road": Kind(9.0, "#6b5a3a"),
    "enclave": Kind(10.5, "#33312c"),
    "chainage": Kind(9.5, "#111111", bold=True),
    "graticule": Kind(8.5, "#6f6a5f"),
    "scale": Kind(9.5, "#111111"),
    "note": Kind(9.0, "#33312c"),
    "profile": Kind(13.0, "#33312c"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Words and the places that they may take, the best one first: (x, y, anchor).

    ``sure``: they stand at the first, whatever is there.
    """

    words: Words
    places: tuple[tuple[float, float, str], ...]
    kind: str
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, as SVG without words, ``width`` × ``height``; then words in order of importance."""

    width: float
    height: float
    drawn: str
    wishes: tuple[Wish, ...]
    room: tuple[tuple[float, float, float, float], ...] = ()
    """Boxes that no words may enter but those that are sure."""


def plain(text: Text) -> Words:
    """The words of a text of the contents."""
    return lambda speaker: speaker.plain(text)


def length(value_m: float) -> Words:
    """A round length, in metres or kilometres."""
    if value_m >= 1000.0:
        return partial(_measure, round(value_m / 1000.0, 6), "length-kilometer", "#,##0.###")
    return partial(_measure, round(value_m, 6), "length-meter", "#,##0.###")


def chainage(value_km: float, decimals: int) -> Words:
    """Kilometres with so many decimals."""
    return partial(
        _measure, value_km, "length-kilometer", "#,##0" + ("." + "0" * decimals if decimals else "")
    )


def _measure(value: float, unit: str, pattern: str, speaker: Speaker) -> str:
    # Babel spells a unit out whose short form has none for one alone (az: 1 kilometr); two has one everywhere.
    two = str(format_unit(2, unit, "short", format="0", locale=speaker.locale))
    text = two.replace("2", str(format_decimal(value, pattern, locale=speaker.locale)))
    return text.replace(" ", "\u00a0")


def grid_line(value_deg: float, *, meridian: bool) -> Words:
    """A longitude or latitude, with its direction as the language writes it."""
    value_deg = within_180(value_deg) if meridian else value_deg
    letter = direction(value_deg, "EW" if meridian else "NS")

    def words(speaker: Speaker) -> str:
        text = degrees_minutes(value_deg)
        return compass(speaker.language)[letter].format(text) if letter else text

    return words


@dataclass(frozen=True, slots=True)
class Placed:
    """Words where they stand: the foot of the letters at ``y``."""

    words: str
    x: float
    y: float
    anchor: str
    kind: Kind


def placed(picture: Picture, speaker: Speaker) -> Iterator[Placed]:
    """The words of one language; those for which there is no room are left out."""
    taken = Taken(Frame(0.0, 0.0, 1.0, 0.0, 0.0, picture.width, picture.height + 40.0), picture.room)
    for wish in picture.wishes:
        words = shown(wish.words(speaker))
        kind = KINDS[wish.kind]
        wide = _width(words, kind)
        for x, y, anchor in wish.places if words else ():
            middle = x + {"start": 0.5, "end": -0.5, "middle": 0.0}[anchor] * wide
            if taken.try_box(middle, y, wide / 2 + 1.5, kind.size) or wish.sure:
                yield Placed(words, round(x, 1), round(y, 1), anchor, kind)
                break


def document(picture: Picture) -> str:
    """The picture as an SVG document, without words."""
    size = f'width="{picture.width:g}" height="{picture.height:g}"'
    return f"<svg {_XMLNS} {_box(picture.width, picture.height)} {size}>{picture.drawn}</svg>"


def words_svg(width: float, height: float, words: Iterable[Placed]) -> str:
    """The words of a picture as SVG to lie upon it; every text of it escaped."""
    texts = "".join(_text(one) for one in words)
    return (
        f'<svg {_XMLNS} {_box(width, height)} aria-hidden="true"><g stroke="{PAPER}" stroke-width="2.2"'
        f' stroke-linejoin="round" paint-order="stroke">{texts}</g></svg>'
    )


def _box(width: float, height: float) -> str:
    return f'viewBox="0 0 {width:g} {height:g}"'


def text_width(words: str) -> float:
    """About how many times as wide as its letters are high a text is, on the wide side."""
    wide = 0 if words.isascii() else sum(east_asian_width(one) in "WF" for one in words)
    return 0.59 * len(words) + 0.41 * wide


def _width(words: str, kind: Kind) -> float:
    more = (SPACING if kind.spaced else 0.0) + (0.04 if kind.bold else 0.0)
    return kind.size * (text_width(words) + more * len(words))


def _text(one: Placed) -> str:
    kind = one.kind
    marks = f' text-anchor="{one.anchor}"' if one.anchor != "start" else ""
    marks += ' font-weight="700"' if kind.bold else ""
    marks += f' letter-spacing="{SPACING * kind.size:.2f}"' if kind.spaced else ""
    return (
        f'<text x="{one.x:g}" y="{one.y:g}" font-size="{kind.size:g}" fill="{kind.colour}"{marks}>'
        f"{escape(one.words, quote=False)}</text>"
    )


def shown(words: str) -> str:
    """The words on one line, with what an XML document cannot hold written by its number."""
    line = " ".join(words.split())
    return _NO_XML.sub(lambda one: f"‹{fonts.number(one[0])}›", line)
