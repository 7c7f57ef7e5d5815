"""Numbers as words and figures of other scripts: Chinese numerals, Roman ones, ordinals of sessions."""

import re
from functools import cache

_CHINESE = {"〇": 0, "○": 0, "零": 0, **{mark: k for k, mark in enumerate("一二三四五六七八九", 1)}}
CHINESE = "〇○零一二三四五六七八九十百"


def chinese(text: str) -> int | None:
    """The value of a Chinese numeral below 1000, or of digits in a row (二〇二一); None for another text."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(mark not in CHINESE for mark in text):
        return None
    if not set(text) & set("十百"):
        return int("".join(str(_CHINESE[mark]) for mark in text))
    hundreds, found, rest = text.partition("百")
    total = 100 * _CHINESE.get(hundreds, 1) if found else 0
    tens, found, ones = (rest if found else text).partition("十")
    tens, ones = (tens.lstrip("零〇"), ones) if found else ("", tens.lstrip("零〇"))
    total += 10 * _CHINESE.get(tens, 1) if found else 0
    return total + _CHINESE.get(ones, 0)


_ONES = {
    "en": "first second third fourth fifth sixth seventh eighth ninth",
    "fr": "première deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième"
    " douzième treizième quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième",
    "es": "primer segundo tercer cuarto quinto sexto séptimo octavo noveno",
    "ru": "перв втор треть четверт пят шест седьм восьм девят",
    "ar": "الحادية الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة",
    "az": "birinci ikinci üçüncü dördüncü beşinci altıncı yeddinci səkkizinci doqquzuncu",
    "hy-within": "մեկերորդ երկուերորդ երեքերորդ չորսերորդ հինգերորդ վեցերորդ յոթերորդ ութերորդ իններորդ",
    "hy": "առաջին երկրորդ երրորդ չորրորդ հինգերորդ վեցերորդ յոթերորդ ութերորդ իններորդ",
}


@cache
def ordinals() -> dict[str, int]:
    """Ordinals from 1 to 99 as sessions have them, in small letters; stems where endings change."""
    return {
        **_english(),
        **_french(),
        **_spanish(),
        **_russian(),
        **_arabic(),
        **_azerbaijani(),
        **_armenian(),
    }


def _composed(ones: str, tens: dict[int, str], joint: str) -> dict[str, int]:
    return {f"{tens[t]}{joint}{one}": t + k for t in tens for k, one in enumerate(ones.split(), 1)}


def _english() -> dict[str, int]:
    stems = ["twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet"]
    teens = (
        "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
    )
    tens = {10 * k: f"{stem}y" for k, stem in enumerate(stems, 2)}
    return {
        **{word: k for k, word in enumerate(_ONES["en"].split(), 1)},
        **{word: k for k, word in enumerate(teens.split(), 10)},
        **{f"{stem}ieth": 10 * k for k, stem in enumerate(stems, 2)},
        **_composed(_ONES["en"], tens, "-"),
    }


def _french() -> dict[str, int]:
    simple = _ONES["fr"].split()
    tens = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante"}
    made = {word: k for k, word in enumerate(simple, 1)}
    for t, word in tens.items():
        made[f"{word.removesuffix('e')}ième"] = t
        made[f"{word} et unième"] = made[f"{word}-et-unième"] = t + 1
        made |= {f"{word}-{one}": t + k for k, one in enumerate(simple[1:9], 2)}
    for t, word in ((60, "soixante"), (80, "quatre-vingt")):
        made[f"{word.removesuffix('e')}ième"] = t
        made[f"{word} et unième"] = made[f"{word}-et-unième"] = made[f"{word}-unième"] = t + 1
        made[f"{word} et onzième"] = made[f"{word}-et-onzième"] = t + 11
        made |= {f"{word}-{one}": t + k for k, one in enumerate(simple[1:], 2)}
    return made


def _spanish() -> dict[str, int]:
    tens = {
        10: "décimo", 20: "vigésimo", 30: "trigésimo", 40: "cuadragésimo", 50: "quincuagésimo",
        60: "sexagésimo", 70: "septuagésimo", 80: "octogésimo", 90: "nonagésimo",
    }  # fmt: skip
    ones = _ONES["es"].split()
    made = {one: k for k, one in enumerate(ones, 1)} | {"primero": 1, "tercero": 3}
    for t, word in tens.items():
        made[word] = t
        for k, one in enumerate(ones, 1):
            for end in {one, {"primer": "primero", "tercer": "tercero"}.get(one, one)}:
                made[f"{word} {end}"] = made[f"{word.replace('é', 'e')}{end}"] = t + k
    return made


def _russian() -> dict[str, int]:
    """Stems; the endings of gender and case follow."""
    tens = {
        20: ("двадцать", "двадцат"), 30: ("тридцать", "тридцат"), 40: ("сорок", "сороков"),
        50: ("пятьдесят", "пятидесят"), 60: ("шестьдесят", "шестидесят"),
        70: ("семьдесят", "семидесят"), 80: ("восемьдесят", "восьмидесят"),
        90: ("девяносто", "девяност"),
    }  # fmt: skip
    teens = (
        "десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат семнадцат восемнадцат"
        " девятнадцат"
    )
    made = {one: k for k, one in enumerate(_ONES["ru"].split(), 1)}
    made |= {word: k for k, word in enumerate(teens.split(), 10)}
    for t, (word, round_) in tens.items():
        made[round_] = t
        made |= {f"{word} {one}": t + k for k, one in enumerate(_ONES["ru"].split(), 1)}
    return made


def _arabic() -> dict[str, int]:
    tens = {
        20: "العشرون", 30: "الثلاثون", 40: "الأربعون", 50: "الخمسون", 60: "الستون", 70: "السبعون",
        80: "الثمانون", 90: "التسعون",
    }  # fmt: skip
    ones = _ONES["ar"].split()
    made = {"الأولى": 1, "العاشرة": 10} | {one: k for k, one in enumerate(ones, 1) if k > 1}
    made |= {f"{one} عشرة": 10 + k for k, one in enumerate(ones, 1)}
    for t, word in tens.items():
        for case in (word, word.removesuffix("ون") + "ين"):
            made[case] = t
            made |= {f"{one} و{case}": t + k for k, one in enumerate(ones, 1)}
    return made


def _azerbaijani() -> dict[str, int]:
    tens = {
        10: ("on", "onuncu"), 20: ("iyirmi", "iyirminci"), 30: ("otuz", "otuzuncu"), 40: ("qırx", "qırxıncı"),
        50: ("əlli", "əllinci"), 60: ("altmış", "altmışıncı"), 70: ("yetmiş", "yetmişinci"),
        80: ("səksən", "səksəninci"), 90: ("doxsan", "doxsanıncı"),
    }  # fmt: skip
    made = {one: k for k, one in enumerate(_ONES["az"].split(), 1)}
    for t, (word, round_) in tens.items():
        made[round_] = t
        made |= {f"{word} {one}": t + k for k, one in enumerate(_ONES["az"].split(), 1)}
    return made


def _armenian() -> dict[str, int]:
    tens = {
        20: "քսան", 30: "երեսուն", 40: "քառասուն", 50: "հիսուն", 60: "վաթսուն", 70: "յոթանասուն",
        80: "ութսուն", 90: "իննսուն",
    }  # fmt: skip
    made = {one: k for k, one in enumerate(_ONES["hy"].split(), 1)} | {"տասներորդ": 10}
    for t, word in tens.items():
        made[f"{word}երորդ"] = t
        made |= {f"{word}{one}": t + k for k, one in enumerate(_ONES["hy-within"].split(), 1)}
    return made


_ROMAN = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
ROMAN = re.compile("(?=[MDCLXVI])M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")


def roman(text: str) -> int | None:
    """The value of a Roman numeral in its one right form; None for another text."""
    if not ROMAN.fullmatch(text):
        return None
    values = [_ROMAN[mark] for mark in text]
    return sum(-one if one < max(values[k:]) else one for k, one in enumerate(values))


def as_roman(value: int) -> str:
    """A number from 1 to 3999 as a Roman numeral."""
    made = ""
    for mark, worth in (
        ("M", 1000), ("CM", 900), ("D", 500), ("CD", 400), ("C", 100), ("XC", 90), ("L", 50), ("XL", 40),
        ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1),
    ):  # fmt: skip
        count, value = divmod(value, worth)
        made += mark * count
    return made
