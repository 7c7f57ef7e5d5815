"""Dates in eight languages, in figures, words and Chinese numerals; also months, years and days of no year.

Nothing is completed that the text does not say: a day without a year stays ``--05-12``, unless it stands in
one row with another date that has it ("8 and 21 December 1991"). A date in figures that can be read in two
ways (``3/4/2021``) has no ISO form.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from merestone.evidence.mentions import Date
from merestone.evidence.months import ARMENIAN, AZERBAIJANI, months
from merestone.evidence.numerals import CHINESE, chinese
from merestone.evidence.text import JOINED

_AND = r"(?:,|-|/|and|to|until|et|au|y|e|al|a|и|по|до|و|إلى|və|և|至|到|和|、|及)"
_ROW = re.compile(rf"[ ,،]*{_AND}[ ,،]*(?:el |le |the |на )?\Z")
_CN = f"[{CHINESE}]"
_CN_NUMBER = rf"(?:\d{{1,2}}|{_CN}{{1,3}})"
_ORDINAL = r"(?:st|nd|rd|th|er|ère|re|º|°|-го|-е|-ci|-cı|-cu|-cü)?"
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MAY = ("may", "mai", "mart", "mars", "Mar", "Jan", "Jun", "Jul", "Sep", "Dec")
"""Words that mean other things too: they make a date only with a year."""


_YEAR = r"(?P<year>[12]\d{3})(?!\d)"


@cache
def _patterns() -> dict[str, "re.Pattern[str]"]:
    """By name, those first that take the most of a text."""
    return {**_in_figures(), **_year_first(), **_in_words()}


def _in_figures() -> dict[str, "re.Pattern[str]"]:
    return {
        "iso": re.compile(rf"(?<![\d/-]){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])"),
        "dotted": re.compile(rf"(?<![\d./])(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}(?![./]\d)"),
        "slashed": re.compile(rf"(?<![{JOINED}/.-])(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/{_YEAR}(?![/\d])"),
        "chinese": re.compile(
            rf"(?:(?P<year>\d{{4}}|{_CN}{{4}}) ?年 ?)?(?P<month>{_CN_NUMBER}) ?月"
            rf" ?(?P<days>{_CN_NUMBER}(?: ?[日号]?"
            rf" ?[、至到和及-] ?{_CN_NUMBER}(?= ?[、至到和及-]| ?[日号]))*) ?[日号]"
        ),
        "chinese-month": re.compile(rf"(?P<year>\d{{4}}|{_CN}{{4}}) ?年 ?(?P<month>{_CN_NUMBER}) ?月"),
        "decade": re.compile(
            r"(?<!\d)(?P<decade>[12]\d{2})0 ?(?:年代|['’]?s(?!\w)|-х(?!\w)|-ci illər|-ականներ)|(?<!\w)années"
            r" (?P<fr>[12]\d{2})0"
        ),
        "chinese-year": re.compile(rf"(?P<year>(?<!\d)[12]\d{{3}}|(?<!{_CN}){_CN}{{4}}) ?年(?!代)"),
    }


def _year_first() -> dict[str, "re.Pattern[str]"]:
    """Azerbaijani and Armenian, in which the year may come first."""
    az, hy = "|".join(AZERBAIJANI), "|".join(ARMENIAN)
    return {
        "azerbaijani": re.compile(
            rf"{_YEAR}(?:-c[iıuü])? il(?:in|də|dən)? (?:(?P<day>\d{{1,2}}) (?P<month>{az})\w*"
            rf"|(?P<month2>{az})[ıiuü]n (?P<day2>\d{{1,2}})(?:-\w+)?)",
            re.IGNORECASE,
        ),
        "armenian": re.compile(
            rf"(?:{_YEAR} ?(?:թ\.?|թվական\w*)[ ,]*)?(?<!\w)(?P<month>{hy})(?:ի|ից|ին)?"
            rf" (?P<days>\d{{1,2}}(?!\d)(?:-\w+)?"
            rf"(?: ?(?:,|և|-) ?\d{{1,2}}(?!\d)(?:-\w+)?(?! (?:{hy})))*)",
            re.IGNORECASE,
        ),
        "armenian-day": re.compile(
            rf"(?<!\d)(?P<day>\d{{1,2}})(?:-ին|-ի)? (?P<month>{hy})\w*,? {_YEAR}(?: ?թ\.?)?", re.IGNORECASE
        ),
        "armenian-month": re.compile(rf"{_YEAR} ?(?:թ\.?|թվական\w*)[ ,]*(?P<month>{hy})\w*", re.IGNORECASE),
    }


def _in_words() -> dict[str, "re.Pattern[str]"]:
    names = "|".join(sorted(map(re.escape, months()), key=len, reverse=True))
    english = "January|February|March|April|May|June|July|August|September|October|November|December"
    dual = rf"(?<!\w)(?P<month>{names})(?!\w)(?: ?/ ?(?:{names})(?!\w))?"
    return {
        "day": re.compile(
            rf"(?<![{JOINED}/.,])(?P<days>\d{{1,2}}{_ORDINAL}(?: ?{_AND} ?\d{{1,2}}{_ORDINAL}(?!\d)){{0,6}})"
            rf"(?: de| of| d[’'])? ?{dual}(?: ?[,.،]? ?(?:de |del |of )?{_YEAR}"
            r"(?: ?года| ?г\.|-c[iıuü] il(?:də|in|dən)?| il\b)?)?"
        ),
        "english": re.compile(
            rf"(?<!\w)(?P<month>{english}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:/])(?:,? {_YEAR})?"
        ),
        "month": re.compile(rf"{dual}[,.،]? ?(?:de |del |of |d[’'] ?)?{_YEAR}(?: ?года| ?г\.)?"),
        "year": re.compile(
            r"(?:(?<!\w)(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Dd]uring|year|late|early|mid|[Bb]efore"
            r"|[Aa]fter|[Ff]rom|end of"
            r"|beginning of|[Ee]n|[Dd]epuis|année|fin|début|[Dd]esde|[Aa]ño|principios de|finales de|fines de"
            r"|عام|سنة|عامي|منذ عام|في عام)[ -](?P<year>1[4-9]\d\d|20\d\d)(?![\d/.,-]*\d)(?!\w))"
            rf"|(?<![{JOINED}/.])(?P<before>1[4-9]\d\d|20\d\d)(?: ?г\.| год\w*|-c[iıuü] il\w*| ?թ\.|-?ին?"
            r" թվական\w*| թվական\w*)"
        ),
    }


def dates(flat: str) -> Iterator[Date]:
    """Every date in the flat text, from left to right; none overlaps another."""
    found: list[Date] = []
    taken = bytearray(len(flat))
    for name, pattern in _patterns().items():
        for match in pattern.finditer(flat):
            if any(taken[match.start() : match.end()]):
                continue
            made = list(_dates(name, match))
            if made:
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found += made
    yield from _in_rows(flat, sorted(found, key=lambda one: one.range))


def _dates(name: str, match: "re.Match[str]") -> Iterator[Date]:
    parts = match.groupdict()
    text, span = match[0], match.span()
    if name == "slashed":
        yield Date(_slashed(int(parts["a"]), int(parts["b"]), int(parts["year"])), text, span)
    elif name == "decade":
        yield Date(f"{parts['decade'] or parts['fr']}X", text, span)
    elif name == "chinese-year":
        year = chinese(parts["year"])
        if year is not None and 1000 <= year <= 2199:
            yield Date(str(year), text, span)
    elif name == "year":
        yield Date(parts["year"] or parts["before"], text, span)
    elif parts.get("days"):
        yield from _days(match)
    else:
        month = _month(parts["month"] or parts.get("month2") or "")
        day = parts.get("day") or parts.get("day2")
        year = chinese(parts["year"]) if parts["year"] else None
        if month is not None:
            yield Date(_iso(year, month, int(day) if day else None), text, span)


def _month(word: str) -> int | None:
    if (value := chinese(word)) is not None:
        return value
    names = months()
    for form in (word, word.lower(), word.capitalize()):
        if form in names:
            return names[form]
    lower = word.lower()
    return ARMENIAN.index(lower) + 1 if lower in ARMENIAN else None


_DAY = re.compile(rf"\d{{1,2}}|{_CN}{{1,3}}")


def _days(match: "re.Match[str]") -> Iterator[Date]:
    """One date for each day of a row; the last one bears the month and the year in its text."""
    month = _month(match["month"])
    year = chinese(match["year"]) if match["year"] else None
    if month is None or (year is None and match["month"] in _MAY):
        return
    start = match.start("days")
    found = list(_DAY.finditer(match["days"]))
    for k, day in enumerate(found):
        value = chinese(day[0])
        span = (start + day.start(), start + day.end())
        if match.start("month") > start:  # the day comes first, so the last one reaches to the end
            span = (span[0], match.end()) if k == len(found) - 1 else span
        elif k == 0:
            span = (match.start(), match.end() if len(found) == 1 else span[1])
        if span[1] < len(match.string) and match.string[span[1]] in "日号":
            span = (span[0], span[1] + 1)
        text = match.string[span[0] : span[1]]
        yield Date(_iso(year, month, value), text, span)


def _iso(year: int | None, month: int, day: int | None) -> str | None:
    """The ISO form; None for what no calendar has."""
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= _last_day(year, month)):
        return None
    if day is None:
        return None if year is None else f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if year is not None else f"--{month:02d}-{day:02d}"


def _last_day(year: int | None, month: int) -> int:
    if month == 2 and year is not None and (year % 4 or (year % 100 == 0 and year % 400)):
        return 28
    return _LAST_DAY[month - 1]


def _slashed(first: int, second: int, year: int) -> str | None:
    """The day only where one reading is possible; both parts alike give the same day either way."""
    readings = {_iso(year, second, first), _iso(year, first, second)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _in_rows(flat: str, found: list[Date]) -> Iterator[Date]:
    """Days of no year take that of the next date in their row, or, in Chinese, of the one before."""
    for k in range(len(found) - 2, -1, -1):
        here, following = found[k], found[k + 1]
        if (
            _lacks_year(here)
            and _has_year(following)
            and _ROW.match(flat[here.range[1] : following.range[0]])
        ):
            found[k] = replace(here, iso=f"{str(following.iso)[:4]}{str(here.iso)[1:]}")
    for k in range(1, len(found)):
        before, here = found[k - 1], found[k]
        between = flat[before.range[1] : here.range[0]].strip()
        if _lacks_year(here) and _has_year(before) and between and between in "和至、到及-":
            found[k] = replace(here, iso=f"{str(before.iso)[:4]}{str(here.iso)[1:]}")
    yield from found


def _lacks_year(one: Date) -> bool:
    return one.iso is not None and one.iso.startswith("--")


def _has_year(one: Date) -> bool:
    return one.iso is not None and len(one.iso) == 10 and not one.iso.startswith("--")
