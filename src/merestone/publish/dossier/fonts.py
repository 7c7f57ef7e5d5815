"""The fonts of the PDF, and which characters none of them has.

A PDF is set in the vendored fonts alone. A character that they lack would be a box, the same box for every
such character; it is written by its number instead (``‹U+10D0›``) and told in a finding. So are those that
would not be seen but turn the order of what is around them.
"""

import re
import struct
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

FAMILIES = ("Noto Sans", "Noto Sans Armenian", "Noto Sans SC")
"""In the order in which each character looks for its font."""
_REGULAR = ("NotoSans_400Regular.ttf", "NotoSansArmenian-Regular.ttf", "NotoSansSC_400Regular.ttf")
_TURNING = frozenset((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX #9)."""
_LINES = "\n\t"
_BREAKS = frozenset((0x2028, 0x2029))


def folder() -> Path:
    """The folder that holds the fonts and nothing else that is one."""
    return Path(str(files("merestone.publish") / "vendor" / "fonts"))


@cache
def covered() -> frozenset[int]:
    """The code points that a reader can see in one of the fonts."""
    points = {point for name in _REGULAR for point in _cmap((folder() / name).read_bytes())}
    return frozenset(point for point in points if point >= 0x20) - _TURNING - _BREAKS


@cache
def _lacking() -> re.Pattern[str]:
    """Runs of characters that cannot be shown."""
    points = sorted(covered())
    starts = [p for k, p in enumerate(points) if not k or points[k - 1] != p - 1]
    ends = [p for k, p in enumerate(points) if k + 1 == len(points) or points[k + 1] != p + 1]
    ranges = "".join(f"\\U{start:08x}-\\U{end:08x}" for start, end in zip(starts, ends, strict=True))
    return re.compile(f"[^{_LINES}{ranges}]+")


def missing(text: str) -> Iterator[str]:
    """Each character of `text` that no font shows, in order."""
    for run in _lacking().findall(text):
        yield from run


def spelled(text: str) -> str:
    """`text` with what no font shows written by its number: ``‹U+10D0 U+10D1›``."""
    return _lacking().sub(lambda run: f"‹{' '.join(number(one) for one in run[0])}›", text)


def number(character: str) -> str:
    """How Unicode writes the number of a character: ``U+10D0``."""
    return f"U+{ord(character):04X}"


def _cmap(font: bytes) -> set[int]:
    """The code points of a TrueType font (OpenType 1.9, ``cmap``, formats 4 and 12)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    at = next(
        struct.unpack_from(">I", font, 12 + 16 * k + 8)[0]
        for k in range(tables)
        if font[12 + 16 * k : 16 + 16 * k] == b"cmap"
    )
    count = struct.unpack_from(">H", font, at + 2)[0]
    points: set[int] = set()
    for k in range(count):
        start = at + struct.unpack_from(">I", font, at + 4 + 8 * k + 4)[0]
        kind = struct.unpack_from(">H", font, start)[0]
        if kind == 4:
            points |= _segments(font, start)
        elif kind == 12:
            points |= _groups(font, start)
    return points


def _segments(font: bytes, start: int) -> set[int]:
    """Format 4: segments with either a delta or an array of glyphs, where glyph 0 is none."""
    half = struct.unpack_from(">H", font, start + 6)[0]
    n = half // 2
    ends, firsts, deltas, offsets = (
        struct.unpack_from(f">{n}H", font, start + 14 + k * half + (2 if k else 0)) for k in range(4)
    )
    points = set()
    for k in range(n):
        place = start + 16 + 3 * half + 2 * k
        for point in range(firsts[k], min(ends[k], 0xFFFE) + 1):
            if offsets[k]:
                glyph = struct.unpack_from(">H", font, place + offsets[k] + 2 * (point - firsts[k]))[0]
                glyph = (glyph + deltas[k]) % 0x10000 if glyph else 0
            else:
                glyph = (point + deltas[k]) % 0x10000
            if glyph:
                points.add(point)
    return points


def _groups(font: bytes, start: int) -> set[int]:
    """Format 12: ranges of code points with consecutive glyphs."""
    count = struct.unpack_from(">I", font, start + 12)[0]
    points: set[int] = set()
    for k in range(count):
        first, last, glyph = struct.unpack_from(">III", font, start + 16 + 12 * k)
        points.update(range(first + (not glyph), last + 1))
    return points
