"""The words beside names of places in eight languages: district, lake, road, village and their like."""

import re
from collections.abc import Iterator
from functools import cache

from merestone.evidence.spelling import SYLLABLES

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĻŁŃŅŇŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽƏЀ-ЯҐҒҮӘԱ-Ֆ"
_CAP = rf"(?<!\w)[{_UPPER}](?:[\w’'-]*\w)?"
_NAME = rf"{_CAP}(?: {_CAP}){{0,2}}(?: - {_CAP})?"
_LIST = rf"{_NAME}(?:(?:, (?:and )?| and | et | y | и | və | և ){_NAME}){{0,8}}"
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "district": r"districts?|regions?|provinces?|rayons?|count(?:y|ies)|municipalit(?:y|ies)",
        "settlement": r"villages?|settlements?|towns?|cit(?:y|ies)",
        "water": r"lakes?|rivers?|reservoirs?|canals?",
        "road": r"roads?|highways?|motorways?|corridors?",
    },
    "fr": {
        "district": r"districts?|régions?|provinces?|cantons?", "settlement": r"villages?|villes?|localités?",
        "water": r"lacs?|rivières?|fleuves?", "road": r"routes?|autoroutes?",
    },
    "es": {
        "district": r"distritos?|regi(?:ón|ones)|provincias?", "settlement": r"aldeas?|pueblos?"
            r"|ciudad(?:es)?|localidad(?:es)?",
        "water": r"lagos?|ríos?", "road": r"carreteras?|autopistas?|caminos?",
    },
    "ru": {
        "district": r"район\w*|област\w+|уезд\w*", "settlement": r"сел[оаеу]?|сёла|селени\w+|деревн\w+"
            r"|город\w*|пос[её]л\w+",
        "water": r"озер\w*|озёр\w*|рек[аиуе]?|рекой|водохранилищ\w*", "road": r"дорог\w*|шоссе"
            r"|автодорог\w*|трасс\w+",
    },
    "az": {
        "district": r"rayon\w*|vilayət\w*", "settlement": r"kənd\w*|şəhər\w*"
            r"|qəsəbə\w*", "water": r"göl\w*|çay[ıi]\w*",
        "road": r"yolu\w*|avtomobil yolu\w*|şosse\w*",
    },
    "hy": {
        "district": r"շրջան\w*|մարզ\w*", "settlement": r"գյուղ\w*|քաղաք\w*"
            r"|բնակավայր\w*", "water": r"լիճ\w*|լճ\w*|գետ\w*",
        "road": r"ճանապարհ\w*|մայրուղ\w*",
    },
    "ar": {
        "district": r"منطقة|مقاطعة|قضاء|ناحية|مناطق|مقاطعات", "settlement": r"قرية|مدينة|بلدة"
            r"|قرى", "water": r"بحيرة|نهر",
        "road": r"طريق",
    },
}  # fmt: skip
_CHINESE = {
    "区": "district", "县": "district", "州": "district", "省": "district", "市": "settlement",
    "村": "settlement",
    "镇": "settlement", "湖": "water", "河": "water", "江": "water", "水库": "water", "公路": "road",
}  # fmt: skip
_COUNTRIES = (
    "阿塞拜疆|亚美尼亚|格鲁吉亚|俄罗斯|土耳其|伊朗|阿富汗|巴基斯坦|印度|孟加拉|缅甸|伊拉克|叙利亚|黎巴嫩"
    "|以色列|巴勒斯坦"
    "|约旦|埃及|利比亚|苏丹|埃塞俄比亚|厄立特里亚|索马里|肯尼亚|乌干达|卢旺达|布隆迪|坦桑尼亚|刚果|安哥拉"
    "|赞比亚|莫桑比克"
    "|尼日利亚|喀麦隆|尼日尔|马里|阿尔及利亚|摩洛哥|突尼斯|乌克兰|白俄罗斯|摩尔多瓦|塞尔维亚|科索沃"
    "|克罗地亚|斯洛文尼亚"
    "|哈萨克斯坦|乌兹别克斯坦|吉尔吉斯斯坦|塔吉克斯坦|土库曼斯坦|哥伦比亚|委内瑞拉|圭亚那|尼加拉瓜"
    "|洪都拉斯|哥斯达黎加"
    "|危地马拉|伯利兹|玻利维亚|智利|秘鲁|厄瓜多尔|柬埔寨|老挝|苏联"
)
# Nouns of the language that begin with a capital and go with these words, but name no place.
_NO_NAME = re.compile(
    r"(?:The|This|Во?|На|Из|Ко?|Со?|По|От|До|Об?|These|Those|Both|All|Each|Other|Its|Their|Our|In|Of|Security|Council|General|Member"
    r"|Border|Autonomous"
    r"|Republic|Economic|European|Arab|United|Nations|State|Les?|La|Una?|Des|Cette|El|Los|Las|Эт\w+"
    r"|Данн\w+|Все\w*"
    r"|Bu|Այս)(?!\w)"
)


@cache
def _patterns() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    first, then = [], []
    for language, kinds in _WORDS.items():
        for kind, words in kinds.items():
            name = _LIST if language != "ar" else r"\w[\w-]*\w"
            joined = "[وبل]?" if language == "ar" else ""
            before = rf"(?<!\w){joined}(?i:{words}) (?:of |de la |de |du |des |d[’']|del )?(?P<name>{name})"
            after = rf"(?P<name>{_LIST}) (?i:{words})(?!\w)"
            if language in ("en", "fr", "es", "ru", "ar"):
                first.append((kind, re.compile(before)))
            if language in ("en", "ru", "az", "hy"):
                then.append((kind, re.compile(after)))
    return (*first, *then)


_SUFFIX = "|".join(_CHINESE)
_CHINESE_PLACE = re.compile(
    rf"(?P<name>[{SYLLABLES}]{{2,10}}(?:[·-][{SYLLABLES}]{{2,10}})?|[A-Z][\w’-]*(?:[ -][A-Z][\w’-]*)?)"
    rf" ?(?P<kind>{_SUFFIX})"
)
_COUNTRY = re.compile(rf"(?:{_COUNTRIES})")
_PARTED = re.compile(r"(?:, (?:and )?| and | et | y | и | və | և )")


def beside_words(flat: str) -> Iterator[tuple[str, str, int, int, int, int]]:
    """(kind, name, start and end of the whole, start and end of the name) for names with such a word."""
    for found in _CHINESE_PLACE.finditer(flat):
        name, start = found["name"], found.start("name")
        while country := _COUNTRY.match(name):
            name, start = name[country.end() :], start + country.end()
        if len(name) > 1:
            yield _CHINESE[found["kind"]], name, start, found.end(), start, start + len(name)
    for kind, pattern in _patterns():
        for found in pattern.finditer(flat):
            yield from _of_list(kind, found)


def _of_list(kind: str, found: "re.Match[str]") -> Iterator[tuple[str, str, int, int, int, int]]:
    at = found.start("name")
    parts = _PARTED.split(found["name"])
    for part in parts:
        start = found.string.index(part, at)
        at = start + len(part)
        name = part
        while word := _NO_NAME.match(name):
            name = name[word.end() :].lstrip()
        start = at - len(name)
        if len(name) < 2:
            continue
        low, high = start, at
        if len(parts) == 1:  # the word belongs to the one name
            low, high = (
                min(start, found.start() if found.start() < found.start("name") else start),
                found.end(),
            )
        yield kind, name, low, high, start, at
