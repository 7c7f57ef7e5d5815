"""Whether words stand in a text exactly, and where; if not, what stands there that is most like them.

Two texts say the same words if they differ in nothing but this: a run of spaces and line breaks is as good as
any other; beside a Chinese character spaces and line breaks do not count; a hyphen at the end of a line may
be the typesetter's, and the line break after it does not count. Everything else is a difference: letters,
case, marks, accents.
"""

import re
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass

from merestone.evidence.text import Text, normalised

_HYPHENS = frozenset("-\u2010\u2011")
_DROPPED = re.compile("[\\s\u2010\u2011-]+")
_WIDE = re.compile("[\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_GRAM = 8
_SHORT = 3
_ANCHORS = 48
_SHOWN = 60
MOST_PLACES = 1_000


@dataclass(frozen=True, slots=True)
class Span:
    """Where words stand: [start, end) in characters of the normalised text."""

    start: int
    end: int


class Quotable:
    """A text in which quotations are sought. Making one takes time linear in the text; asking hardly any."""

    def __init__(self, text: Text) -> None:
        self.text = text
        words = text.text
        self._at = array("L", (k for part in _kept(words) for k in part))
        self._key = _DROPPED.sub("", words)
        self._index: dict[str, list[int]] = defaultdict(list)
        for k in range(0, len(self._key) - _GRAM + 1, _GRAM):
            self._index[self._key[k : k + _GRAM]].append(k)

    def places(self, quote: str) -> tuple[Span, ...]:
        """Every place at which the words stand, from left to right; at most `MOST_PLACES`."""
        wanted = normalised(quote)
        key = _DROPPED.sub("", wanted)
        found = []
        for at in self._occurrences(key) if key else ():
            span = self._span(at, len(key))
            if same_words(self.text.text[span.start : span.end], wanted):
                found.append(span)
        return tuple(found)

    def _occurrences(self, key: str) -> list[int]:
        """Where the key stands in the key of the text."""
        if len(key) >= 2 * _GRAM - 1:
            starts: set[int] = set()
            for shift in range(_GRAM):  # the pieces of the index lie at one of these within the key
                pieces = range(shift, len(key) - _GRAM + 1, _GRAM)
                rarest, k = min((len(self._index.get(key[k : k + _GRAM], ())), k) for k in pieces)
                if rarest:
                    listed = self._index[key[k : k + _GRAM]]
                    starts |= {at - k for at in listed if at >= k and self._key.startswith(key, at - k)}
            return sorted(starts)[:MOST_PLACES]
        found: list[int] = []
        at = self._key.find(key)
        while at >= 0 and len(found) < MOST_PLACES:
            found.append(at)
            at = self._key.find(key, at + 1)
        return found

    def stands_at(self, quote: str, start: int, end: int) -> bool:
        """Whether the words stand between two places of the text."""
        return same_words(self.text.text[start:end].strip(), normalised(quote))

    def nearest(self, quote: str) -> tuple[str, str]:
        """Excerpts of the quotation and of the text most like it, both around the first difference.

        The second is empty where nothing in the text is like the quotation.
        """
        wanted = normalised(quote)
        key = _DROPPED.sub("", wanted)
        start = self._likeliest(key)
        if start is None:
            return _excerpt(wanted, 0), ""
        span = self._span(start, len(key))
        there = self.text.text[span.start : span.end]
        return _excerpt(wanted, _first_difference(wanted, there)), _excerpt(
            there, _first_difference(there, wanted)
        )

    def _span(self, at: int, length: int) -> Span:
        last = min(at + length, len(self._at)) - 1
        return Span(self._at[at], self._at[last] + 1)

    def _likeliest(self, key: str) -> int | None:
        """Where most pieces of the key lie in one row, as pieces of the text; the first of several such."""
        votes: Counter[int] = Counter()
        for k in range(max(0, len(key) - _GRAM + 1)):
            for at in self._index.get(key[k : k + _GRAM], ())[:_ANCHORS]:
                votes[at - k] += 1
        if not votes:
            for k in range(0, max(0, len(key) - _SHORT + 1), max(1, len(key) // _ANCHORS)):
                if (at := self._key.find(key[k : k + _SHORT])) >= 0:
                    votes[at - k] += 1
            votes = Counter({at: count for at, count in votes.items() if count > 1})  # one alike is chance
        if not votes:
            return None
        best = min(votes, key=lambda place: (-votes[place], place))
        return min(max(0, best), max(0, len(self._key) - 1))


def _kept(words: str) -> "list[range]":
    """Ranges of the characters that are in the key."""
    ranges, at = [], 0
    for gap in _DROPPED.finditer(words):
        ranges.append(range(at, gap.start()))
        at = gap.end()
    ranges.append(range(at, len(words)))
    return ranges


def same_words(there: str, wanted: str) -> bool:
    """Whether a stretch of a text says exactly the wanted words, by the rules above."""
    if there == wanted:
        return True
    i = j = 0
    while i < len(there) or j < len(wanted):
        one = there[i] if i < len(there) else ""
        other = wanted[j] if j < len(wanted) else ""
        if one.isspace() and other.isspace():
            i, j = _past_space(there, i), _past_space(wanted, j)
        elif one.isspace() and (_beside_wide(there, i) or (there[i - 1] in _HYPHENS and one == "\n")):
            i = _past_space(there, i)
        elif other.isspace() and _beside_wide(wanted, j):
            j = _past_space(wanted, j)
        elif one == other or (one in _HYPHENS and other in _HYPHENS and one and other):
            i, j = i + 1, j + 1
        elif one and one in _HYPHENS and there[i + 1 : i + 2] == "\n":
            i = _past_space(there, i + 1)
        else:
            return False
    return True


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _beside_wide(text: str, at: int) -> bool:
    before, after = (
        text[:at].rstrip()[-1:] if at < 40 else text[at - 40 : at].rstrip()[-1:],
        text[_past_space(text, at) :][:1],
    )
    return bool(_WIDE.match(before) or _WIDE.match(after))


def _first_difference(one: str, other: str) -> int:
    """How far two texts agree, spaces aside, as a place in the first."""
    letters = [k for k, mark in enumerate(one) if not mark.isspace()]
    others = [mark for mark in other if not mark.isspace()]
    for k, at in enumerate(letters):
        if k >= len(others) or one[at] != others[k]:
            return at
    return len(one)


def _excerpt(text: str, at: int) -> str:
    """The text around a place, on one line."""
    low, high = max(0, at - _SHOWN), min(len(text), at + 2 * _SHOWN)
    words = " ".join(text[low:high].split())
    return f"{'…' if low else ''}{words}{'…' if high < len(text) else ''}"


def one_line(words: str) -> str:
    """Words of a text on one line: breaks become spaces, or nothing after a hyphen or beside Chinese."""
    joined = re.sub("(?<=[\u3001-\u9fff-])\n|\n(?=[\u3001-\u9fff])", "", words.strip())
    return " ".join(joined.split())
