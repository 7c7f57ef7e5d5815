"""Sessions, years and agenda items, as the head of a United Nations document gives them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from merestone.evidence.mentions import AgendaItem, Session
from merestone.evidence.numerals import CHINESE, chinese, ordinals
from merestone.evidence.text import JOINED

_SESSION = (
    r"session|сесси\w+|período(?: extraordinario| ordinario)? de sesiones|periodo de sesiones"
    r"|sessiya\w*|նստաշրջան\w*"
)
_YEAR = r"year|année|año|год\w*|ili?\b|տարի\w*"
_KIND = rf"(?P<session>{_SESSION})|(?P<year>{_YEAR})"
_CHINESE = re.compile(
    rf"第 ?(?P<number>\d{{1,3}}|[{CHINESE}]{{1,5}}) ?(?:(?P<session>届(?:常会|会议|會議|特别会议)?)"
    rf"|(?P<year>年))"
)
_FIGURE = re.compile(
    rf"(?<![{JOINED}/])(?P<number>\d{{1,2}})(?:st|nd|rd|th|e|ème|º|°|a|-я|-й|-ой|-ci|-cı|-cu|-cü|-րդ)"
    rf" (?:regular |special |ordinaire )?(?:{_KIND})",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"(?<!\w)(?:{_KIND})(?!\w)", re.IGNORECASE)
_NAMED_ARABIC = re.compile(r"(?:(?P<session>الدورة)|(?P<year>السنة))(?: الاستثنائية| العادية)?(?: الطارئة)? ")
_ADJECTIVES = frozenset(
    {
        "regular", "special", "emergency", "resumed", "ordinaire", "extraordinaire", "extraordinario",
        "ordinario", "специальная", "чрезвычайная", "очередная", "возобновленная",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:(?:-|- |’)[^\W\d_]+)*")
_ENDING = re.compile("(?:ый|ая|ой|ий|ья|ье|ом|ого|его|ей|ую|о|a)\\Z")
_ADJECTIVES_ALONE = re.compile(r"[^\W\d_ ]*(?: [^\W\d_]*)*")
_WINDOW, _MOST_WORDS = 80, 4


def sessions(flat: str) -> Iterator[Session]:
    """Every session, and every year of the Security Council, that is numbered in words or figures."""
    for pattern in (_CHINESE, _FIGURE):
        for found in pattern.finditer(flat):
            number = chinese(found["number"])
            if number:
                yield Session("session" if found["session"] else "year", number, found[0], found.span())
    yield from _spelled(flat)


def _spelled(flat: str) -> Iterator[Session]:
    """Ordinals in words before the word for a session or year; in Arabic behind it."""
    for found in _NAMED.finditer(flat):
        low = max(0, found.start() - _WINDOW)
        words = [
            word for word in _WORD.finditer(flat, low, found.start()) if word[0].lower() not in _ADJECTIVES
        ]
        if not words or not _ADJECTIVES_ALONE.fullmatch(flat, words[-1].end(), found.start()):
            continue
        for size in range(min(_MOST_WORDS, len(words)), 0, -1):
            start = words[-size].start()
            if number := _ordinal(" ".join(word[0] for word in words[-size:])):
                yield Session(_kind(found), number, flat[start : found.end()], (start, found.end()))
                break
    for found in _NAMED_ARABIC.finditer(flat):
        words = list(_WORD.finditer(flat, found.end(), found.end() + _WINDOW))[:2]
        for size in range(len(words), 0, -1):
            if number := _ordinal(" ".join(word[0] for word in words[:size])):
                end = words[size - 1].end()
                yield Session(_kind(found), number, flat[found.start() : end], (found.start(), end))
                break


def _kind(found: "re.Match[str]") -> Literal["session", "year"]:
    return "session" if found["session"] else "year"


def _ordinal(words: str) -> int | None:
    known = ordinals()
    plain = " ".join(words.lower().replace("- ", "-").split())
    for form in (plain, plain.replace(" ", "-"), _ENDING.sub("", plain)):
        if form in known:
            return known[form]
    return None


_AND = r"(?: ?(?:[,،、;]|and|et|y|e|и|və|և|和|及|و|or|ou) ?){1,2}"
_ONE = (
    r"\d{1,3}(?!\d|[./]\d|[(]\d)(?: ?[(]?[a-zа-яա-ֆء-ي][)](?: ?(?:,|and|et|y|и|-)"
    r" ?[(]?[a-zа-яա-ֆء-ي][)])*)?(?:-(?:c[iıuü]|րդ|й|му))?"
)
_ROW = rf"(?P<row>{_ONE}(?:{_AND}{_ONE})*)"
_AGENDA = (
    rf"agenda items? {_ROW}",
    rf"(?<!\w)items? {_ROW},? (?:of|on) (?:the|its) (?:provisional |revised |draft )?(?:agenda|preliminary)",
    rf"(?<!\w)points? {_ROW},? (?:de (?:l[’'] ?|son )ordre du jour|de la liste préliminaire|de l[’']ordre)",
    rf"(?<!\w)temas? {_ROW},? (?:del (?:programa|tema)|de la agenda|de la lista preliminar|de su programa)",
    rf"(?<!\w)пункт\w* {_ROW} (?:(?:пред\w+н\w+|первоначальн\w+|его|ее) )*(?:повестк\w+ дня|перечн\w+)",
    rf"(?<!\w)пункт\w* повестки дня {_ROW}",
    rf"(?:临时|暂定)?(?:议程|議程)[*]{{0,2}} ?(?:项目|項目)? ?{_ROW}",
    rf"(?:初步|暂定)?项目表[*]{{0,2}} ?项目 ?{_ROW}",
    rf"(?:البنود|البندين|البندان|البند|بنود|بندي|بند)(?: جدول [اأ]ل?أ?عمال)? {_ROW}(?: من جدول)?",
    rf"gündəliyin(?:in)? {_ROW} bənd\w*",
    rf"օրակարգի {_ROW} (?:կետ\w*|հարց\w*)",
)
_ITEM = re.compile(
    r"(?P<number>\d{1,3})(?P<parts>(?: ?[(]?[a-zа-яա-ֆء-ي][)](?: ?(?:,|and|et|y|и|-)?"
    r" ?(?=[(]?[a-zа-яա-ֆء-ي][)]))?)*)"
)
_PART = re.compile(r"[a-zа-яա-ֆء-ي](?=[)])")


@cache
def _agenda() -> tuple["re.Pattern[str]", ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _AGENDA)


def agenda_items(flat: str) -> Iterator[AgendaItem]:
    """Every numbered item of an agenda, each part of it ((a), b)) by itself."""
    seen: set[int] = set()
    for pattern in _agenda():
        for found in pattern.finditer(flat):
            for item in _ITEM.finditer(flat, *found.span("row")):
                if item.start() in seen:
                    continue
                seen.add(item.start())
                end = item.start() + len(item[0].rstrip())
                for part in _PART.findall(item["parts"]) or [None]:
                    yield AgendaItem(int(item["number"]), part, flat[item.start() : end], (item.start(), end))
