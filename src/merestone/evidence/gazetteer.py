"""Names of places of a dossier, to be asked which of them a name in a text may be."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from merestone.evidence.mentions import Match
from merestone.evidence.spelling import apart, key, skeleton

KIND_OF_LAYER: Mapping[str, str] = {
    "districts": "district", "settlements": "settlement", "waters": "water", "rivers": "water",
    "roads": "road",
}  # fmt: skip
_LEAST_KEY = 4
_LEAST_SIMILAR = 5
_LONG = 9
_LEAST_SKELETON = 3
_MOST = 8
_WORDS = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
_RANK = {"same": 0, "variant": 1, "similar": 2}


@dataclass(frozen=True, slots=True)
class Entry:
    """One form of the name of one feature of a layer."""

    layer: str
    """Kind of the layer: districts, settlements, waters, rivers or roads."""
    id: str
    name: str
    language: str


class Gazetteer:
    """The forms of all names, by the keys of `merestone.evidence.spelling`."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: dict[str, list[Entry]] = defaultdict(list)
        self._by_key: dict[str, list[Entry]] = defaultdict(list)
        self._by_skeleton: dict[str, list[Entry]] = defaultdict(list)
        for one in sorted(set(entries), key=lambda one: (one.layer, one.id, one.language, one.name)):
            self._exact[one.name].append(one)
            for part in {one.name, *re.split(r"\s*[/;(),]\s*", one.name)}:
                if len(spelt := key(part)) >= _LEAST_KEY:
                    self._by_key[spelt].append(one)
                if len(bones := skeleton(part)) >= _LEAST_SKELETON:
                    self._by_skeleton[bones].append(one)
        han = sorted((name for name in self._exact if _is_han(name) and len(name) > 1), key=len, reverse=True)
        self._han = re.compile("|".join(map(re.escape, han))) if han else None
        self._most_words = max((len(_WORDS.findall(name)) for name in self._exact), default=0)
        self._known: dict[tuple[str, str | None, bool], tuple[Match, ...]] = {}
        self._firsts = {spelt[:3] for spelt in self._by_key}

    def __bool__(self) -> bool:
        return bool(self._exact)

    def matches(self, name: str, kind: str | None, *, loose: bool = True) -> tuple[Match, ...]:
        """The places that `name` may be, the surest first; with ``loose`` those a letter or two apart too.

        Of places of several kinds those of ``kind`` go before; where none is of it, all are given.
        """
        asked = (name, kind, loose)
        if asked not in self._known:
            self._known[asked] = self._matches(name, kind, loose)
        return self._known[asked]

    def _matches(self, name: str, kind: str | None, loose: bool) -> tuple[Match, ...]:
        found: dict[tuple[str, str], Match] = {}
        for sure, entries in self._candidates(name, loose):
            for one in entries:
                found.setdefault((one.layer, one.id), Match(one.layer, one.id, one.name, one.language, sure))
        of_kind = [one for one in found.values() if KIND_OF_LAYER.get(one.layer) == kind]
        chosen = of_kind if kind is not None and of_kind else list(found.values())
        if kind is not None and not of_kind:
            chosen = [one for one in chosen if one.sure != "similar"]
        return tuple(sorted(chosen, key=lambda one: (_RANK[one.sure], one.layer, one.id))[:_MOST])

    def _candidates(
        self, name: str, loose: bool
    ) -> Iterator[tuple[Literal["same", "variant", "similar"], Sequence[Entry]]]:
        yield "same", self._exact.get(name, ())
        spelt = key(name)
        if len(spelt) >= _LEAST_KEY:
            yield "variant", self._by_key.get(spelt, ())
        if not loose:
            return
        bones = skeleton(name)
        if len(bones) >= (_LEAST_SKELETON + 1 if spelt else _LEAST_SKELETON):
            yield "similar", self._by_skeleton.get(bones, ())
        if len(spelt) >= _LEAST_SIMILAR:
            most = 2 if len(spelt) >= _LONG else 1
            for other in sorted(self._by_key):
                if other[0] == spelt[0] and 0 < apart(spelt, other, most) <= most:
                    yield "similar", self._by_key[other]

    def named(self, flat: str) -> Iterator[tuple[int, int]]:
        """Where names of the gazetteer stand in a text: the same or variants, capital letters first."""
        if self._han is not None:
            yield from (found.span() for found in self._han.finditer(flat))
        words = [found for found in _WORDS.finditer(flat) if not _is_han(found[0])]
        k = 0
        while k < len(words):
            size = self._longest(flat, words, k)
            if size:
                yield words[k].start(), words[k + size - 1].end()
            k += size or 1

    def _longest(self, flat: str, words: Sequence["re.Match[str]"], k: int) -> int:
        """How many words from the k-th on are a name; 0 for none."""
        first = words[k][0]
        if first.lower() == first and first.upper() != first:  # a script with capitals, and none here
            return 0
        spelt = key(first)
        if spelt and spelt[:3] not in self._firsts and first not in self._exact:
            return 0
        for size in range(min(self._most_words, len(words) - k), 0, -1):
            name = flat[words[k].start() : words[k + size - 1].end()]
            if name in self._exact and len(name) > 2:
                return size
            if len(key(name)) >= _LEAST_KEY and key(name) in self._by_key and "\n" not in name:
                return size
        return 0


def _is_han(name: str) -> bool:
    return "\u4e00" <= name[:1] <= "\u9fff"
