"""Names of places in a text: those with a word beside them, and those that a gazetteer knows."""

import re
from collections.abc import Iterator

from merestone.evidence.gazetteer import Gazetteer
from merestone.evidence.mentions import Match, Place
from merestone.evidence.placewords import beside_words

# Endings of cases, longest first: what is left may be a form that a gazetteer has.
_ENDINGS = {
    "cyrillic": (
        "инского", "инскому", "инский", "инском", "инская", "инской", "ского", "скому", "ский", "ском",
        "ская", "ской", "ских", "ом", "ой", "ем", "ей", "ах", "ам", "а", "у", "е", "ы", "и", "я", "ю",
    ),
    "latin": (
        "nın", "nin", "nun", "nün", "ın", "in", "un", "ün", "dan", "dən", "da", "də", "ya", "yə", "ı", "i",
        "a", "ə",
    ),
    "armenian": ("ությունից", "ից", "ում", "ին", "ով", "ի", "ը", "ն"),
}  # fmt: skip
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_ARMENIAN = re.compile("[ա-ֆ]", re.IGNORECASE)


def places(flat: str, gazetteer: Gazetteer) -> Iterator[Place]:
    """Every place that is named, with the features of the gazetteer that it may be.

    A name is found by the word beside it (district, lake, road, …) or because the gazetteer has it. Of a
    road named by two ends each end is sought.
    """
    taken: list[tuple[int, int]] = []
    for kind, name, start, end, low, high in beside_words(flat):
        if not any(low < b and a < high for a, b in taken[-400:]):
            taken.append((low, high))
            whole = flat[start:end]
            matches = gazetteer.matches(whole, kind, loose=False) or _found(gazetteer, name, kind)
            yield Place(name, kind, matches, whole, (start, end))
    covered = sorted(taken)
    for start, end in gazetteer.named(flat):
        if not _overlaps(covered, start, end):
            name = flat[start:end]
            matches = gazetteer.matches(name, None, loose=False)
            if matches:
                yield Place(name, None, matches, name, (start, end))


def _overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    from bisect import bisect_left

    k = bisect_left(spans, (end,))
    return k > 0 and spans[k - 1][1] > start


def _found(gazetteer: Gazetteer, name: str, kind: str) -> tuple[Match, ...]:
    if not gazetteer:
        return ()
    if kind == "road" and "-" in name:
        ends = [gazetteer.matches(part.strip(), "settlement") for part in name.split("-") if len(part) > 2]
        found = gazetteer.matches(name, "road", loose=False) + tuple(one for end in ends for one in end)
        return tuple(dict.fromkeys(found))
    for form in _forms(name):
        if found := gazetteer.matches(form, kind, loose=False):
            return found
    for form in _forms(name):
        if found := gazetteer.matches(form, kind):
            return found
    return ()


def _forms(name: str) -> Iterator[str]:
    """The name as it stands, then without endings of cases."""
    yield name
    script = "cyrillic" if _CYRILLIC.search(name) else "armenian" if _ARMENIAN.search(name) else "latin"
    for ending in _ENDINGS[script]:
        if name.endswith(ending) and len(name) - len(ending) >= 3:
            yield name.removesuffix(ending)
