"""Coordinates, distances and scales in a text; coordinates are read by the one strict grammar, or not."""

import re
from collections.abc import Iterator

from merestone.evidence.mentions import Coordinates, Distance, Scale
from merestone.evidence.numerals import chinese
from merestone.evidence.text import JOINED
from merestone.model.coordinates import CoordinateError, parse_pair

# Candidates only: the grammar decides. Letters of other languages stand for N, S, E, W.
_LETTERS = {
    **dict.fromkeys(("N", "С", "с.ш.", "с. ш.", "北纬", "شمالا", "شمالاً", "شمال"), "N"),
    **dict.fromkeys(("S", "Ю", "ю.ш.", "ю. ш.", "南纬", "جنوبا", "جنوباً"), "S"),
    **dict.fromkeys(("E", "В", "в.д.", "в. д.", "东经", "شرقا", "شرقاً", "شرق"), "E"),
    **dict.fromkeys(("W", "O", "З", "з.д.", "з. д.", "西经", "غربا", "غرباً"), "W"),
}
_LETTER = "|".join(sorted(map(re.escape, _LETTERS), key=len, reverse=True))
_DEGREES = (
    r"\d{1,3}(?:[.,]\d+)? ?(?:°|º|˚|deg|度)(?: ?\d{1,2}(?:[.,]\d+)? ?(?:′|'|’|‘|分))?"
    r"(?: ?\d{1,2}(?:[.,]\d+)? ?(?:″|\"|”|“|''|′′|’’|秒))?"
)
_ANGLE = rf"(?:(?:{_LETTER}) ?{_DEGREES}|{_DEGREES} ?(?:{_LETTER})(?!\w)|\d{{1,3}}\.\d+ ?°? ?[NSEW](?!\w))"
_PAIR = re.compile(
    rf"(?<![{JOINED}.])(?P<one>{_ANGLE})(?: ?[,;،、/] ?| (?:and|et|y|и|و|và|և|və) | )(?P<two>{_ANGLE})"
)
_MARKS = str.maketrans(
    {"º": "°", "˚": "°", "度": "°", "’": "′", "‘": "′", "分": "′", "”": "″", "“": "″", "秒": "″", ",": "."}
)


def coordinates(flat: str) -> Iterator[Coordinates]:
    """Every pair of a latitude and a longitude with their hemispheres that the strict grammar accepts."""
    for found in _PAIR.finditer(flat):
        try:
            lon, lat = parse_pair(f"{_strict(found['one'])} {_strict(found['two'])}")
        except CoordinateError:
            continue
        yield Coordinates(lon, lat, found[0], found.span())


def _strict(angle: str) -> str:
    """The angle in the words of the grammar; nothing but letters and marks is exchanged."""
    word = next(word for word in sorted(_LETTERS, key=len, reverse=True) if word in angle)
    bare = angle.replace(word, "").strip().translate(_MARKS).replace("′′", "″").replace("''", "″")
    return f"{bare}{_LETTERS[word]}" if not angle.strip().startswith(word) else f"{_LETTERS[word]}{bare}"


_UNITS = {
    1000.0: r"km|kms|kilomet(?:er|re)s?|kilómetros?|kilomètres?|км|километр\w*|公里|千米|كيلومترا?ً?"
    r"|كيلومترات|كم|كلم|kilometr\w*|կմ|կիլոմետր\w*",
    1.0: r"m|met(?:er|re)s?|mètres?|metros?|м|метр\w*|米|مترا?ً?|أمتار|metr\w*|մ|մետր\w*",
    1852.0: r"nautical miles?|milles? marins?|millas? (?:marinas?|náuticas?)|морск\w+ мил\w+|海里|أميال"
    r" بحرية|ميلا بحريا|dəniz mil\w*",
    1609.344: r"(?:statute )?miles?",
}
_UNIT = "|".join(f"(?P<u{k}>{words})" for k, words in enumerate(_UNITS.values()))
_LENGTH = re.compile(
    rf"(?<![{JOINED}.,/:-])(?P<figure>\d{{1,3}}(?:[ .,]\d{{3}})+"
    rf"|\d+(?:[.,]\d+)?)[ -]?(?:{_UNIT})(?![\w²³2/])(?! ?[²2] )"
)
_FACTORS = tuple(_UNITS)


_POINT = frozenset({"en", "zh", "ar"})
"""Languages in which a point stands before decimals and a comma between thousands."""


def distances(flat: str, language: str) -> Iterator[Distance]:
    """Every length with a unit; areas and speeds are none."""
    for found in _LENGTH.finditer(flat):
        factor = _FACTORS[int(str(found.lastgroup)[1:])]
        if found["figure"].startswith("0") and found["figure"].isdigit():  # 06 ч. 00 м.
            continue
        figure = _figure(found["figure"], language)
        yield Distance(None if figure is None else figure * factor, found[0], found.span())


def _figure(text: str, language: str) -> float | None:
    """A figure with thousands in groups or with decimals; None where it may be either."""
    marks = [mark for mark in text if not mark.isdigit()]
    groups = re.fullmatch(r"\d{1,3}(?:[ .,]\d{3})+", text)
    if groups and (" " in marks or len(marks) > 1):
        return float(re.sub(r"\D", "", text))
    if groups and marks:
        if language not in _POINT:
            return None
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


_GROUPED = r"\d{1,3}(?:[  .,’']\d{3})+|\d{3,9}"
_RATIO = re.compile(rf"(?<![\d:])(?<!\d[.,])1 ?[:/∶] ?(?P<number>{_GROUPED})(?![\d:])(?! ?(?:a\.m|p\.m))")
_CHINESE_SCALE = re.compile(r"(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3}|百)(?P<unit>万|百万)分之一")
_SCALE_WORD = re.compile(
    r"scale|échelle|escala|масштаб|比例尺|مقياس|بمقياس|miqyas|մասշտաբ|map|carte|mapa|карт|地图|خريطة|خرائط"
    r"|xəritə|քարտեզ",
    re.IGNORECASE,
)


def scales(flat: str) -> Iterator[Scale]:
    """Every scale of a map: one to a round number of at least 500."""
    for found in _RATIO.finditer(flat):
        number = int(re.sub(r"\D", "", found["number"]))
        round_number = number % 500 == 0 and 500 <= number <= 10**9
        if round_number and (":" in found[0] or "∶" in found[0] or _named(flat, found)):
            yield Scale(number, found[0], found.span())
    for found in _CHINESE_SCALE.finditer(flat):
        figure = 1 if found["number"] == "百" else chinese(found["number"])
        if figure:
            unit = 10**6 if found["unit"] == "百万" or found["number"] == "百" else 10**4
            yield Scale(figure * unit, found[0], found.span())


def _named(flat: str, found: "re.Match[str]") -> bool:
    return bool(_SCALE_WORD.search(flat, max(0, found.start() - 40), found.end() + 20))
