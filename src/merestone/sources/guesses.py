"""What the name of a file and its metadata hint at: an id, a scale, a date. Hints are shown as such."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

_SEPARATOR = r"[\s.,'_\u00a0\u2009\u202f-]?"
_SCALE_IN_WORDS = re.compile(rf"(?<![\d.,])1\s*:\s*(\d{{1,3}}(?:{_SEPARATOR}\d{{3}})+|\d{{3,9}})(?!\d)")
_SCALE_IN_NAME = re.compile(rf"(?<![A-Za-z0-9])1[-_](\d{{1,3}}(?:{_SEPARATOR}\d{{3}})+)(?!\d)")
_THOUSANDS = re.compile(r"(?<![A-Za-z0-9])(\d{1,4})[kK](?![A-Za-z0-9])")
_NATURAL_EARTH = re.compile(r"(?<![a-z0-9])ne[-_](10|50|110)m(?![a-z0-9])", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(1[6-9]\d\d|20\d\d)([-_]?)(0[1-9]|1[0-2])(?:\2([0-2]\d|3[01]))?(?!\d)")
_YEAR = re.compile(r"(?<!\d)(1[6-9]\d\d|20\d\d)(?!\d)")


def source_id_for(name: str, taken: Collection[str]) -> str:
    """An id made of a file's name: small Latin letters, digits and ``-``; numbered where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:56].strip("-") or "source"
    candidate, k = stem, 1
    while candidate in taken:
        k += 1
        candidate = f"{stem}-{k}"
    return candidate


def scale_in(name: str, words: Iterable[str]) -> tuple[int, str] | None:
    """(denominator, where it was found) of a map scale; None where nothing says one.

    ``1m`` alone says nothing: it may be a million or a metre. ``ne_10m`` is known to be 1:10,000,000.
    """
    for text in words:
        if match := _SCALE_IN_WORDS.search(text):
            return int(re.sub(r"\D", "", match[1])), "the metadata of the file"
    if match := _NATURAL_EARTH.search(name):
        return int(match[1]) * 1_000_000, "the file name"
    if match := _SCALE_IN_NAME.search(name):
        return int(re.sub(r"\D", "", match[1])), "the file name"
    if match := _THOUSANDS.search(name):
        return int(match[1]) * 1000, "the file name"
    return None


def date_in(name: str) -> str | None:
    """A year, month or day in a file's name, as ISO text."""
    for match in _DAY.finditer(name):
        year, mark, month, day = match[1], match[2], match[3], match[4]
        if day is None:
            if mark:  # 201712 may be a number of another kind
                return f"{year}-{month}"
        elif _is_day(int(year), int(month), int(day)):
            return f"{year}-{month}-{day}"
    years = set(_YEAR.findall(name))
    return years.pop() if len(years) == 1 else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
