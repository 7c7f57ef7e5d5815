"""The normalised text of a document: one form in which characters are counted.

The rules, in this order, are `NORMALISATION` 1 (docs/method/evidence.md); ranges of citations are valid
for the version under which they were made.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

NORMALISATION = 1

# Forms that only say how a letter is drawn: ligatures of Latin, Armenian and Arabic, and the radicals that
# some PDF files hold in place of Chinese characters.
_DRAWN = re.compile("[\u2e80-\u2fdf\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufdff\ufe70-\ufefc]+")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u0640\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufffe\uffff\ud800-\udfff]+"
)
_NEWLINE = re.compile("\r\n|[\r\x0b\x85\u2028\u2029]")
_SPACE = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_AT_LINE_ENDS = re.compile(" *\n *")
_MANY_LINES = re.compile("\n{3,}")
# One character for one, so that places in the flat text are places in the normalised one.
_FLAT = {
    **{ord(mark): str(unicodedata.digit(mark)) for mark in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９"},
    **dict.fromkeys(map(ord, "‐‑‒–—―−－﹣"), "-"),
    **{ord(wide): plain for wide, plain in zip("（）［］／，；：．％", "()[]/,;:.%", strict=True)},
}
JOINED = "0-9A-Za-zÀ-ɏЀ-ӿԱ-և"
"""Figures and letters of scripts that set words apart, for a class of characters: Chinese sets none apart,
and Arabic writes some words together with what follows."""
_SINGLE_NEWLINE = re.compile("(?<!\n)\n(?!\n)")


@dataclass(frozen=True, slots=True)
class Text:
    """A normalised text with the start of each page; ``page_starts`` is empty where there are no pages."""

    text: str
    page_starts: tuple[int, ...] = ()

    def page(self, at: int) -> int | None:
        """The page, from 1, on which the character `at` stands."""
        return bisect_right(self.page_starts, at) or None

    @property
    def flat(self) -> str:
        """A text of the same length in which patterns are sought: digits, dashes and wide marks in ASCII,
        single line breaks as spaces."""
        return _SINGLE_NEWLINE.sub(" ", self.text.translate(_FLAT))


def normalised(text: str) -> str:
    """The normalised form of a piece of text, without its outer spaces and lines."""
    text = _DRAWN.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = _NEWLINE.sub("\n", text).replace("\f", "\n\n")
    text = _AT_LINE_ENDS.sub("\n", _SPACE.sub(" ", text))
    return _MANY_LINES.sub("\n\n", text).strip(" \n")


def text_of(pages: Sequence[str], *, paged: bool) -> Text:
    """The text of a document from that of its pages, one line break between two of them.

    Without ``paged`` the pages are parts that have no number.
    """
    parts = [normalised(page) for page in pages]
    starts, at = [], 0
    for part in parts:
        starts.append(at)
        at += len(part) + 1
    return Text("\n".join(parts), tuple(starts) if paged else ())
