"""The language of a text by its script and its commonest words, with how sure that is."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Sure = Literal["sure", "likely", "cannot-say"]
UNKNOWN = "und"

_SCRIPTS = {
    "han": re.compile("[\u4e00-\u9fff]"),
    "kana": re.compile("[\u3040-\u30ff]"),
    "hangul": re.compile("[\uac00-\ud7af]"),
    "arabic": re.compile("[\u0620-\u064a\u0671-\u06d3]"),
    "armenian": re.compile("[\u0531-\u0587]"),
    "georgian": re.compile("[\u10d0-\u10ff]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "latin": re.compile("[A-Za-zÀ-ɏə]"),
}
_OF_SCRIPT = {"han": "zh", "kana": "ja", "hangul": "ko", "armenian": "hy", "georgian": "ka"}
# The commonest words of each; neighbours that could be taken for one of ours stand beside it.
_COMMON = {
    "latin": {
        "en": "the of and to in that is was for on with by as at from its this which be has are it not",
        "fr": "le la les de des du et en que qui dans une est par pour sur au aux ce avec ont été sont",
        "es": "el la los las de del y en que una un por con para se su al como ha es fue no lo sus",
        "az": "və bu ilə bir üçün ki da də olan tərəfindən edir görə olaraq arasında üzrə öz ildə"
        " tarixli onun haqqında",
        "tr": "ve bu ile bir için de da olan tarafından olarak gibi daha çok ancak göre kadar sonra ne her",
        "de": "der die das und in zu den von mit ist des für auf dem nicht ein eine im als auch sich werden",
        "pt": "o a os as de da do e em que um uma por com para não se na no dos ao foi",
        "it": "il la di e che in un una per con del della i le nel sono al non da dei gli",
    },
    "cyrillic": {
        "ru": "и в не на что по с от к о из для за его как это был также которые между при",
        "uk": "і в на що не з та у до за про від є як це його був також які між",
        "bg": "и на в за от се да е с по че са до като не при това които със както",
    },
    "arabic": {
        "ar": "في من على إلى أن التي عن هذا مع هذه الذي كان قد لا بين ما بعد كما وقد",
        "fa": "در از به که این را با است برای آن های می بر تا شده یک خود نیز بین",
        "ur": "کے کی میں ہے اور سے کا کو پر نے کہ یہ بھی نہیں ہیں تھا",
    },
}
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 200_000
_LEAST_LETTERS = 20
_CLEAR = 0.6
_COUNTED = {
    script: {language: frozenset(words.split()) for language, words in languages.items()}
    for script, languages in _COMMON.items()
}


@dataclass(frozen=True, slots=True)
class Language:
    """A language code and how sure it is: ``sure``, ``likely``, or ``cannot-say`` with the code ``und``."""

    code: str
    sure: Sure


def language_of(text: str) -> Language:
    """The language of most of a text; a script that one language alone has here settles it."""
    sample = text[:_SAMPLE]
    letters = Counter({script: len(pattern.findall(sample)) for script, pattern in _SCRIPTS.items()})
    total = sum(letters.values())
    if total < _LEAST_LETTERS and not letters["han"]:
        return Language(UNKNOWN, "cannot-say")
    # A character of Chinese says as much as three letters.
    letters["han"] *= 3
    script, count = letters.most_common(1)[0]
    if script == "han" and letters["kana"] * 10 > letters["han"]:
        script = "kana"
    clear = count >= _CLEAR * sum(letters.values())
    if script in _OF_SCRIPT:
        return Language(_OF_SCRIPT[script], "sure" if clear else "likely")
    found = _by_words(sample, script)
    return found if clear or found.sure != "sure" else Language(found.code, "likely")


def _by_words(sample: str, script: str) -> Language:
    words = Counter(word.lower() for word in _WORD.findall(sample))
    total = sum(words.values())
    scores = sorted(
        ((sum(words[word] for word in common), code) for code, common in _COUNTED[script].items()),
        reverse=True,
    )
    (best, code), (second, _) = scores[0], scores[1]
    if best == 0 or best < 0.02 * total:
        return Language(UNKNOWN, "cannot-say")
    certain = best >= 5 and best >= 1.5 * second and best >= 0.04 * total
    return Language(code, "sure" if certain else "likely")
