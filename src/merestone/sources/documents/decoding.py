"""The characters of a text file: UTF-8, UTF-16, GB 18030 or Windows-1251, told by what the bytes hold.

A byte order mark or valid UTF-8 settles it. Else the two old encodings are tried: pairs of bytes that fall on
the common characters of GB 2312 speak for Chinese, runs of Cyrillic letters for Windows-1251.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Literal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SAMPLE = 1 << 16
_CYRILLIC = re.compile("[А-яЁё]{3,}")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_CLEAR = 0.5
_VOWELS = 0.32


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, its encoding by name, and how that was told."""

    text: str
    encoding: str
    sure: Literal["sure", "likely"]


def decoded(data: bytes) -> Decoded | None:
    """The text that the bytes hold; None where they are no text in an encoding that is known."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            text = _strict(data, codec)
            return None if text is None else Decoded(text, name, "sure")
    if (text := _wide(data)) is not None:
        return Decoded(text, "UTF-16", "likely")
    if b"\0" in data:
        return None
    if (text := _strict(data, "utf-8")) is not None:
        return Decoded(text, "UTF-8", "sure")
    return _old(data)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of a text with spaces and line ends is zero now and then."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 50 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return None
    text = _strict(data, "utf-16-be" if even > odd else "utf-16-le")
    return None if text is None or _CONTROLS.search(text) else text


def _old(data: bytes) -> Decoded | None:
    """GB 18030 or Windows-1251, whichever the bytes speak for; the clearer of the two."""
    scores = {}
    if (text := _strict(data, "gb18030")) is not None:
        scores["GB 18030"] = (_common_share(data), text)
    if (text := _strict(data, "cp1251")) is not None:
        scores["Windows-1251"] = (_cyrillic_share(text), text)
    if not scores:
        return None
    name = max(scores, key=lambda one: scores[one][0])
    share, text = scores[name]
    if share < _CLEAR:
        return None
    others = [other for key, (other, _) in scores.items() if key != name]
    return Decoded(text, name, "sure" if all(other < _CLEAR / 2 for other in others) else "likely")


def _common_share(data: bytes) -> float:
    """Of the pairs of high bytes, the share on the first level of GB 2312 (3,755 characters) and marks."""
    sample, at, pairs, common = data[:_SAMPLE], 0, 0, 0
    while at < len(sample) - 1:
        if sample[at] < 0x80:
            at += 1
            continue
        pairs += 1
        lead, trail = sample[at], sample[at + 1]
        common += (0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3) and trail >= 0xA1
        at += 2
    return common / pairs if pairs else 0.0


def _cyrillic_share(text: str) -> float:
    """Of the letters beyond ASCII, the share in runs of Cyrillic that are small after their first."""
    sample = text[:_SAMPLE]
    beyond = sum(mark > "\x7f" for mark in sample)
    words = _CYRILLIC.findall(sample)
    good = [word for word in words if word[1:].islower() or word.isupper()]
    letters = "".join(good).lower()
    # Two letters of five are vowels in any language; in KOI8-R read wrongly one of five looks like one.
    if sum(letters.count(mark) for mark in "аеиоуыэюяіїє") < _VOWELS * len(letters):
        return 0.0
    return len(letters) / beyond if beyond else 0.0
