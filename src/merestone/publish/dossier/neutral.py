"""A check that finds slanted words in sentences that merestone says.

Maps show, parties state, sections differ. A word that takes a side, that speaks of gain and loss, or that makes
an agreement of a map has no place in any catalogue. Stems are looked for at the beginning of a word, whatever
its case; of Chinese, anywhere.
"""

import re
from collections.abc import Iterator, Mapping

SLANTED: Mapping[str, tuple[str, ...]] = {
    "en": (
        "gain", "loses", "lost", "losing", "loss", "win", "wins", "won", "victor", "defeat", "enemy", "hostil", "occup",
        "aggress", "invad", "annex", "illegal", "unlawful", "legitim", "rightful", "wrong", "liberat", "terror",
        "belongs", "true border", "real border", "encroach", "seiz", "so-called", "favour", "favor", "advantage",
    ),
    "fr": (
        "gagn", "perd", "perte", "vainc", "victoire", "défaite", "ennemi", "hostil", "occup", "agress", "envah",
        "annex", "illégal", "illicite", "légitim", "libér", "terror", "appartien", "vraie frontière", "empiét",
        "soi-disant", "avantag",
    ),
    "ru": (
        "выигр", "проигр", "потер", "утрат", "побед", "поражен", "враг", "враждебн", "оккуп", "агресс", "вторг",
        "вторже", "аннекс", "незаконн", "законн", "освобо", "террор", "принадлеж", "захват", "так называем", "выгод",
    ),
    "az": (
        "qazan", "itir", "qələbə", "məğlub", "düşmən", "işğal", "təcavüz", "ilhaq", "qanunsuz", "qanuni", "azad",
        "terror", "qəsb", "guya",
    ),
    "hy": (
        "շահ", "կորց", "կորուստ", "հաղթ", "պարտութ", "թշնամ", "օկուպ", "բռնազավթ", "զավթ", "ագրես", "ներխուժ",
        "բռնակց", "անօրին", "ապօրին", "ազատագր", "ահաբեկ", "այսպես կոչված",
    ),
    "zh": (
        "获得领土", "失去", "丧失", "胜利", "战胜", "失败", "敌", "占领", "侵略", "侵占", "入侵", "吞并", "非法", "合法", "解放", "恐怖",
        "所谓", "夺取",
    ),
}  # fmt: skip
"""Stems by language."""
_OF_BOTH = re.compile(r"\bsettled?\b|\bagree", re.IGNORECASE)
_ACT = re.compile(
    r"record|both|not settled|no rule|offer|parties have settled|settled lines|settled:", re.IGNORECASE
)


def slanted(sentence: str, language: str) -> Iterator[str]:
    """The stems of slanted words in a sentence of a language."""
    for stem in SLANTED[language]:
        pattern = re.escape(stem) if language == "zh" else rf"(?<!\w){re.escape(stem)}"
        if re.search(pattern, sentence, re.IGNORECASE):
            yield stem


def speaks_of_agreement_alone(key: str) -> bool:
    """Whether an English sentence says *settled* or *agreed* of something else than an act of both parties."""
    return bool(_OF_BOTH.search(key)) and not _ACT.search(key)
