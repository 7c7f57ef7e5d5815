"""Numbered resolutions in eight languages: ``resolutions 822 (1993), 853 (1993)``, ``第 822(1993)号决议``.

Numbers that follow one another with nothing but commas, words such as *and*, and dates between them are one
run. A run counts where the word for a resolution stands just before or after it. Which body adopted it
follows from the form of the number and from the bodies that are named near by.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import IntEnum

from merestone.evidence.mentions import Date, Resolution
from merestone.evidence.numerals import ROMAN, as_roman, roman
from merestone.evidence.text import JOINED

_WORD = re.compile(
    r"resol(?:ution|uci[oó]n|uç)\w*|résolutions?|резолюц\w*|决议|決議|قرار\w*|qətnamə\w*"
    r"|բանաձ[ևե]\w*",
    re.IGNORECASE,
)
# Brackets may be turned round, as PDF files of right-to-left texts give them.
_ITEM = re.compile(
    r"(?<![0-9A-Za-z/.,:-])(?P<number>(?:E?S-)?\d{1,4}/\d{1,4}(?: ?[A-Z](?![A-Za-z0-9]))?|\d{1,4}(?: [A-Z](?="
    r" ?[(]))?)(?![\d/%])"
    r"(?: ?[()] ?(?:(?P<year>\d{4})|(?P<session>[IVXL]{1,7}|[A-Z]{1,3}-[IVX]{1,5}|د ?-? ?\d{1,2}))"
    r" ?[()])?"
)
_DATE = "\x01"
_NUMERO = r"(?:No|Nos)\.|n[o°º]s?|№|п\.|رقم|第|թիվ|nömrəli"
_OF = (
    r"of|dated|adopted on|du|de|del|en date du|de fecha|от|المؤرخة?|المؤرخين|المؤرخات|الصادر في|tarixli"
    r"|-ի[ն]?"
)
_BETWEEN = re.compile(
    rf"(?:[ ,،、;{_DATE}号號]|{_NUMERO}|{_OF}|and|et|y|e|и|а также|և|və|和|及|以及|與|与|و|as well as"
    rf"|ainsi que"
    rf"|así como)*+"
)
# In the languages that set the word behind its numbers.
_AFTER = re.compile(
    r" ?(?:(?:号|號)[^\s\d，。；、,.;]{0,12}|(?:saylı|nömrəli) (?:[^\s\d.,;]{1,16} ){0,2}"
    r"|-?(?:րդ|ին))? ?\Z"
)
_AND_FIRST = re.compile(r" ?(?:[,،、]|和|及|以及|(?:and|et|y|и|و|və|և) )")
_NUMERO_ONLY = re.compile(rf"[ (]*(?:{_NUMERO})?[ ]*")
_NUMERO_LAST = re.compile(rf"(?:{_NUMERO})? ?\Z")
_OTHER_SENTENCE = re.compile(r"[.!?;。；\n\d]")
_DATED_AFTER = re.compile(rf"[ ,]*(?:{_OF})?[ ]*{_DATE}")
_DATED_BEFORE = re.compile(rf"{_DATE}[ ]*(?:的|tarixli|-ի[ն]?)?[ ]*(?:第|№)?[ ]*\Z")
_YEAR_AFTER = re.compile(r" ?(?:[(]|(?:of|de|du|от|لعام) )(?P<year>(?:19|20)\d\d)(?!\d)")
_BEFORE_CHARACTERS, _AFTER_CHARACTERS, _DATE_CHARACTERS = 110, 60, 70
_BODIES = {
    "Security Council": (
        r"Security Council|Conseil de sécurité|Consejo de Seguridad|Совет\w* Безопасности|安全理事会"
        r"|安理会|安全理事會|مجلس الأمن|مجلس األمن|Təhlükəsizlik Şurası\w*|Անվտանգության [Խխ]որհրդ\w*"
        r"|Անվտանգության"
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
    # Others that number theirs by sessions too: which one is for a reader to say.
    "another body": (
        r"Commission (?:on|des|du|de la|sur) |Comisión de |Комисси\w+ по |Conference (?:on|of) |Board of "
    ),
}
_BODY = re.compile("|".join(f"(?P<b{k}>{words})" for k, words in enumerate(_BODIES.values())), re.IGNORECASE)
_NAMES = tuple(_BODIES)
_OTHER = "another body"
_NEAR = 90
_FIRST_YEAR = 1946
_SYMBOL = re.compile(
    rf"(?<![{JOINED}/])(?P<organ>[SAE]|A/HRC)/RES/(?P<number>(?:S-|ES-)?\d{{1,4}}(?:/\d{{1,4}})?)"
    r"(?: ?[(](?:(?P<year>\d{4})|(?P<session>[IVXL]+))[)])?"
)
_ORGANS = {
    "S": "Security Council",
    "A": "General Assembly",
    "E": "Economic and Social Council",
    "A/HRC": "Human Rights Council",
}
_Item = re.Match[str]


def resolutions(flat: str, dates: Sequence[Date]) -> Iterator[Resolution]:
    """Every numbered resolution that is named or given by its symbol, each once at its place.

    `dates` are those of the same text, from left to right.
    """
    reader = _Reader(flat, dates)
    yield from reader.by_symbol()
    words = list(_WORD.finditer(flat))
    starts, ends = [one.start() for one in words], [one.end() for one in words]
    for run in reader.runs():
        low, high = run[0].start(), run[-1].end()
        k = bisect_right(ends, low) - 1
        between = reader.masked[ends[k] : low] if k >= 0 and ends[k] >= low - _BEFORE_CHARACTERS else None
        before = between is not None and _leads(between)
        j = bisect_left(starts, high)
        follows = j < len(starts) and starts[j] <= high + _AFTER_CHARACTERS
        behind = reader.masked[high : starts[j]] if follows else None
        after = behind is not None and _AFTER.match(behind) is not None
        if before or after:
            direct = _direct(between, behind if after else None)
            if direct is _Direct.APART and between is not None and _BODY.search(between):
                direct = _Direct.NEAR  # resolutions of the Security Council 822, 853
            yield from reader.of_run(run, direct)


def _leads(between: str) -> bool:
    """Whether the word before belongs to a row: no other sentence, number or *and* lies between."""
    return not _OTHER_SENTENCE.search(_NUMERO_LAST.sub("", between)) and not _AND_FIRST.match(between)


def _direct(between: str | None, behind: str | None) -> "_Direct":
    """How directly the word stands beside a row: what a number without year or session needs to count."""
    if behind is not None and behind.strip()[:1] in ("号", "號"):
        return _Direct.NUMBERED
    if between is not None and _NUMERO_ONLY.fullmatch(between):
        return _Direct.NUMBERED if between.strip(" (") else _Direct.BESIDE
    beside = behind is not None or (between is not None and _BETWEEN.fullmatch(between) is not None)
    return _Direct.NEAR if beside else _Direct.APART


class _Direct(IntEnum):
    """The word stands apart; near, with *of* or the like between; beside; or with a mark of number too."""

    APART = 0
    NEAR = 1
    BESIDE = 2
    NUMBERED = 3


class _Reader:
    """A text with its dates set apart, so that no number of a date is taken for one of a resolution."""

    def __init__(self, flat: str, dates: Sequence[Date]) -> None:
        self._flat = flat
        self._dates = [one for one in dates if one.iso is not None and one.iso[:2] != "--"]
        self._starts = [one.range[0] for one in self._dates]
        parts, at = [], 0
        for one in dates:
            if one.range[0] >= at:
                parts += [flat[at : one.range[0]], _DATE * (one.range[1] - one.range[0])]
                at = one.range[1]
        self.masked = "".join([*parts, flat[at:]])

    def by_symbol(self) -> Iterator[Resolution]:
        """Those given by their symbol, such as ``S/RES/822 (1993)``."""
        for found in _SYMBOL.finditer(self._flat):
            number = found["number"] + (f" ({found['session']})" if found["session"] else "")
            year = int(found["year"]) if found["year"] else None
            if year is None and found["organ"] == "E":
                year = _year_in(number)
            made = int(number) if number.isdigit() else number
            yield Resolution(_ORGANS[found["organ"]], made, year, found[0], found.span())

    def runs(self) -> Iterator[list[_Item]]:
        """Numbers in rows, with nothing but what may stand between those of one row."""
        run: list[_Item] = []
        for item in _ITEM.finditer(self.masked):
            if run and not _BETWEEN.fullmatch(self.masked, run[-1].end(), item.start()):
                yield run
                run = []
            if _is_year(item) and (
                item.string[item.start() - 1 : item.start()] == "(" or (run and not _is_year(run[0]))
            ):
                continue  # resolutions 822 and 853 of 1993
            run.append(item)
        if run:
            yield run

    def of_run(self, run: Sequence[_Item], direct: _Direct) -> Iterator[Resolution]:
        """The resolutions of a row."""
        low, high = run[0].start(), run[-1].end()
        named = _body_near(self._flat[max(0, low - _NEAR) : low], self._flat[high : high + _NEAR])
        # resolutions 822 and 853 of 1993, or 822 and 853 (1993): the year is that of the whole row.
        later = _YEAR_AFTER.match(self._flat, high) or (_alone(run) and run[-1])
        for item in run:
            if _certain(item, direct, named):
                year = item["year"] or self._year_beside(item) or (later and later["year"])
                yield _resolution(item, named, int(year) if year else None)

    def _year_beside(self, item: _Item) -> str | None:
        """The year of the date directly beside a number, or near by if the session of the number fits it."""
        start, end = item.span()
        k = bisect_left(self._starts, end)
        if k < len(self._dates) and _DATED_AFTER.match(self.masked, end, end + 40):
            return str(self._dates[k].iso)[:4]
        if k and _DATED_BEFORE.search(self.masked, max(0, start - 40), start):
            return str(self._dates[k - 1].iso)[:4]
        session = _session(item)
        if session is None:
            return None
        for one in self._dates[max(0, k - 1) : k + 1]:
            near = one.range[0] - end <= _DATE_CHARACTERS and start - one.range[1] <= _DATE_CHARACTERS
            # The n-th session of the General Assembly begins in 1945 + n: another year is of something else.
            if (
                near
                and one.iso is not None
                and one.iso[:4].isdigit()
                and 0 <= int(one.iso[:4]) - 1945 - session <= 1
            ):
                return one.iso[:4]
        return None


def _session(item: _Item) -> int | None:
    if item["session"]:
        figures = item["session"].lstrip("د -")
        return int(figures) if figures.isdigit() else roman(figures)
    first, found, _ = item["number"].partition("/")
    return int(first) if found and first.isdigit() and int(first) < _FIRST_YEAR else None


def _alone(run: Sequence[_Item]) -> bool:
    """Whether the last number of a row has a year and all before it stand bare."""
    return bool(run[-1]["year"]) and all(one["number"].isdigit() and not one["year"] for one in run[:-1])


def _year_in(number: str) -> int | None:
    """The year that the number of a resolution of the Economic and Social Council begins with."""
    first, found, _ = number.partition("/")
    return int(first) if found and first.isdigit() and int(first) >= _FIRST_YEAR else None


def _resolution(item: _Item, named: str | None, year: int | None) -> Resolution:
    number, session = item["number"], item["session"]
    made: int | str = int(number) if number.isdigit() else number
    body: str | None
    if session:
        figures = session.lstrip("د -")  # Arabic writes the session in figures
        made = f"{number} ({as_roman(int(figures)) if figures.isdigit() else session})"
        body = named if named in ("Economic and Social Council", "General Assembly") else "General Assembly"
    elif "/" in number:
        body = "Economic and Social Council" if _year_in(number) else _of_session(named)
    else:  # no other body sets the year after the number
        body = "Security Council" if item["year"] else None if named == _OTHER else named
    return Resolution(body, made, year or _year_in(number), item[0], item.span())


def _of_session(named: str | None) -> str | None:
    """Whose a number such as 75/277 is: the General Assembly's, unless another body is named near by."""
    if named in (None, "Security Council", "Economic and Social Council"):
        return "General Assembly"
    return None if named == _OTHER else named


def _certain(item: _Item, direct: _Direct, named: str | None) -> bool:
    """Whether a number is one of a resolution; a bare one needs the word beside it, and more if it is small
    or could be a year."""
    number, year, session = item["number"], item["year"], item["session"]
    if year:
        return _FIRST_YEAR <= int(year) <= 2199
    if session:
        return session.startswith("د") or ROMAN.fullmatch(session.rpartition("-")[2]) is not None
    if "/" in number:
        return True
    if _is_year(item):
        return direct >= _Direct.BESIDE and named == "Security Council"
    value = int(number.split()[0])
    return direct is _Direct.NUMBERED or (direct is not _Direct.APART and (value >= 100 or named is not None))


def _is_year(item: _Item) -> bool:
    number = item["number"]
    return (
        not item["year"] and not item["session"] and number.isdigit() and _FIRST_YEAR <= int(number) <= 2199
    )


def _body_near(before: str, after: str) -> str | None:
    """The body named last before the number in its sentence, else first after it."""
    before = re.split(r"[.!?。！？]\s", before)[-1]
    last = None
    for last in _BODY.finditer(before):  # noqa: B007 - the last one is wanted
        pass
    found = last or _BODY.search(re.split(r"[.!?;。！？；]", after)[0])
    return None if found is None else _NAMES[int(str(found.lastgroup)[1:])]
