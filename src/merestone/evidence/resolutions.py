"""Numbered resolutions in eight languages: ``resolutions 822 (1993), 853 (1993)``, ``第 822(1993)号决议``.

A run of numbers counts where the word for a resolution stands just before or after it. Which body adopted
it follows from the form of the number and from the bodies that are named near by.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from merestone.evidence.mentions import Resolution
from merestone.evidence.numerals import ROMAN

_WORD = (
    r"resol(?:ution|uci[oó]n|uç)\w*|résolutions?|резолюц\w*|决议|決議|قرار\w*|القرار\w*|qətnamə\w*"
    r"|բանաձ[ևե]\w*"
)
# Brackets may be turned round, as PDF files of right-to-left texts give them.
_NUMBER = (
    r"\d{1,4}(?:/\d{1,4}(?: ?[A-Z](?!\w))?| [A-Z](?= ?[(]))?(?: ?[()] ?(?:\d{4}|[IVXL]{1,7}"
    r"|[A-Z]{1,3}-[IVX]{1,5}) ?[()])?"
)
_AND = r"(?: ?(?:[,،、;]|and|et|y|e|и|и также|և|və|和|及|以及|與|与|و|as well as|ainsi que|así como) ?){1,2}"
_PREFIX = r"(?:(?:No\.?|Nos\.?|nº|n[o°]s?|№|N|п\.|رقم|第|թիվ|nömrəli|ном(?:ер|\.)) ?)?"
_DATED = r"(?: (?:of|du|de|от|المؤرخ) \d{1,2}[^\d,;.()]{3,24}\d{4})?"
_RUN = rf"{_PREFIX}{_NUMBER}(?:{_DATED}{_AND}{_PREFIX}{_NUMBER}(?![\d)]))*"
_BEFORE = re.compile(
    rf"(?:{_WORD})(?P<between>[^.!?;。；\n\d]{{0,48}}?)(?P<run>(?<![0-9A-Za-z/.-]){_RUN})", re.IGNORECASE
)
_AFTER = re.compile(
    rf"(?P<run>(?<![0-9A-Za-z/.-]){_RUN}) ?"
    rf"(?:号|號|saylı|nömrəli|N?-?(?:րդ|ին)|թիվ)? ?(?:[^\s\d.,;]{{1,16}} ){{0,2}}(?P<word>{_WORD})",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?P<number>\d{1,4}(?:/\d{1,4}(?: ?[A-Z](?!\w))?| [A-Z](?= ?[(]))?)"
    r"(?: ?[()] ?(?:(?P<year>\d{4})|(?P<session>[IVXL]{1,7}|[A-Z]{1,3}-[IVX]{1,5})) ?[()])?"
)
_DAY_AFTER = re.compile(r"[^\d.;()]{0,16}\d{1,2}[^\d\s]{0,3} [^\d.;()]{2,30} (?P<year>(?:19|20)\d\d)(?!\d)")
_DAY_NEAR = re.compile(r"[^\d.;()]{0,60}\d{1,2}[^\d\s]{0,3} [^\d.;()]{2,30} (?P<year>(?:19|20)\d\d)(?!\d)")
_YEAR_NEAR = re.compile(r"(?P<year>(?:19|20)\d\d)(?: ?թ\.)?[^\d.;()]{1,24}(?:\d{1,2}[^\d.;()]{1,8})?\Z")
_YEAR_AFTER = re.compile(r" ?(?:of|de|du|от|لعام) (?P<year>(?:19|20)\d\d)(?!\d)")
_DAY_BEFORE = re.compile(r"(?P<year>(?:19|20)\d\d) ?年 ?\d{1,2} ?月 ?\d{1,2} ?日的?第? ?\Z")
_OF_A_DAY = re.compile(r"(?:\b(?:of|du|de|от)|المؤرخ) \Z")
_BODIES = {
    "Security Council": (
        r"Security Council|Conseil de sécurité|Consejo de Seguridad|Совет\w* Безопасности|安全理事会"
        r"|安理会|安全理事會"
        r"|مجلس الأمن|مجلس األمن|Təhlükəsizlik Şurası\w*|Անվտանգության [Խխ]որհրդ\w*|Անվտանգության"
        r" [Խխ]որհուրդ\w*|UNSC"
    ),
    "Human Rights Council": (
        r"Human Rights Council|Conseil des droits de l[’']homme|Consejo de Derechos Humanos"
        r"|Совет\w* по правам человека|人权理事会|مجلس حقوق الإنسان|İnsan Hüquqları Şurası\w*"
    ),
    "Economic and Social Council": (
        r"Economic and Social Council|Conseil économique et social|Consejo Económico y Social"
        r"|Экономическ\w+ и Социальн\w+ Совет\w*|经济及社会理事会|经社理事会|المجلس الاقتصادي والاجتماعي"
    ),
    "General Assembly": (
        r"General Assembly|Assemblée générale|Asamblea General|Генеральн\w+ Ассамбле\w+|大会|联大|الجمعية"
        r" العامة"
        r"|Baş Assambleya\w*|Գլխավոր [Աա]սամբլեա\w*"
    ),
}
_BODY = re.compile("|".join(f"(?P<b{k}>{words})" for k, words in enumerate(_BODIES.values())), re.IGNORECASE)
_NAMES = tuple(_BODIES)
_NEAR = 90
_FIRST_YEAR = 1946
_SYMBOL = re.compile(
    r"(?<![\w/])(?P<organ>[SAE]|A/HRC)/RES/(?P<number>(?:S-|ES-)?\d{1,4}(?:/\d{1,4})?)"
    r"(?: ?[(](?:(?P<year>\d{4})|(?P<session>[IVXL]+))[)])?"
)
_ORGANS = {
    "S": "Security Council",
    "A": "General Assembly",
    "E": "Economic and Social Council",
    "A/HRC": "Human Rights Council",
}


def resolutions(flat: str) -> Iterator[Resolution]:
    """Every numbered resolution that is named or given by its symbol, each once at its place."""
    seen: set[int] = set()
    for one in (*_by_symbol(flat), *_by_word(flat)):
        if one.range[0] not in seen:
            seen.add(one.range[0])
            yield one


def _by_symbol(flat: str) -> Iterator[Resolution]:
    for found in _SYMBOL.finditer(flat):
        number = found["number"] + (f" ({found['session']})" if found["session"] else "")
        year = int(found["year"]) if found["year"] else None
        if year is None and found["organ"] == "E":
            year = _year_in(number)
        yield Resolution(
            _ORGANS[found["organ"]], int(number) if number.isdigit() else number, year, found[0], found.span()
        )


def _year_in(number: str) -> int | None:
    """The year that the number of a resolution of the Economic and Social Council begins with."""
    first, found, _ = number.partition("/")
    return int(first) if found and first.isdigit() and int(first) >= _FIRST_YEAR else None


def _by_word(flat: str) -> Iterator[Resolution]:
    for pattern in (_AFTER, _BEFORE):
        for found in pattern.finditer(flat):
            start, end = found.span("run")
            near = flat[max(0, start - _NEAR) : start], flat[end : end + _NEAR]
            direct = pattern is _AFTER or not found["between"].strip(" (nNoº°.s№")
            for item in _ITEM.finditer(flat, start, end):
                if (made := _resolution(item, near, direct=direct)) is not None:
                    yield made if made.year else replace(made, year=_year_beside(flat, item.span(), end))


def _year_beside(flat: str, span: tuple[int, int], run_end: int) -> int | None:
    """The year of the date that stands directly beside a number, or behind the run that it belongs to."""
    found = (
        _DAY_AFTER.match(flat, span[1])
        or _YEAR_AFTER.match(flat, run_end)
        or _DAY_BEFORE.search(flat, max(0, span[0] - 24), span[0])
    )
    if found is None and (session := re.match(r"(\d{1,3})/", flat[span[0] : span[1]])):
        near = _DAY_NEAR.match(flat, span[1]) or _YEAR_NEAR.search(flat, max(0, span[0] - 40), span[0])
        # The n-th session of the General Assembly begins in 1945 + n: another year is of something else.
        if near is not None and 0 <= int(near["year"]) - 1945 - int(session[1]) <= 1:
            found = near
    return int(found["year"]) if found else None


def _resolution(item: "re.Match[str]", near: tuple[str, str], *, direct: bool) -> Resolution | None:
    """None for a number that is not certain to be one: bare, and not beside the word."""
    number, year, session = item["number"], item["year"], item["session"]
    if not _certain(item, direct=direct):
        return None
    named = _body_near(*near)
    made: int | str = int(number) if number.isdigit() else number
    body: str | None
    if session:
        made = f"{number} ({session})"
        body = named if named in ("Economic and Social Council", "General Assembly") else "General Assembly"
    elif "/" in number:
        council = named if named != "Security Council" else None
        body = "Economic and Social Council" if _year_in(number) else council or "General Assembly"
    else:  # no other body sets the year after the number
        body = "Security Council" if year else named
    return Resolution(body, made, int(year) if year else _year_in(number), item[0], item.span())


def _certain(item: "re.Match[str]", *, direct: bool) -> bool:
    number, year, session = item["number"], item["year"], item["session"]
    if year:
        return _FIRST_YEAR <= int(year) <= 2199
    if session:
        return ROMAN.fullmatch(session.rpartition("-")[2]) is not None
    if "/" in number:
        return True
    of_a_day = _OF_A_DAY.search(item.string, max(0, item.start() - 8), item.start())
    return direct and not of_a_day and not _FIRST_YEAR <= int(number.split()[0]) <= 2199


def _body_near(before: str, after: str) -> str | None:
    """The body named last before the number in its sentence, else first after it."""
    before = re.split(r"[.!?。！？]\s", before)[-1]
    last = None
    for last in _BODY.finditer(before):  # noqa: B007 - the last one is wanted
        pass
    found = last or _BODY.search(re.split(r"[.!?;。！？；]", after)[0])
    return None if found is None else _NAMES[int(str(found.lastgroup)[1:])]
