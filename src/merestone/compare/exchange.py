"""Exchange of two party ids in the words of results: ids, labels, keys and ids of limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from merestone.compare.order import sorted_keys

V = TypeVar("V")

_NAMING_SOURCES = frozenset(
    {"source", "sources", "labels", "axis", "members", "representative", "one", "other", "others", "pairs"}
)
"""Keys of findings whose values are ids of sources: those are never exchanged, whatever they are."""
_FREE_TEXT = frozenset(
    {"name", "names", "title", "layer", "path", "reason", "id", "ref", "ways", "beside", "terms", "entry"}
    | {"different_sides_ids", "in_doubt_ids", "number", "type", "protocol", "states"}
)
"""Keys of findings and features whose values are words of others."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The parties `one` and `two` exchange their ids; every other word stays as it is.

    >>> exchange = Exchange("ARM", "AZE")
    >>> exchange.word("not-ARM"), exchange.word("ARM>both"), exchange.word("silent")
    ('not-AZE', 'AZE>both', 'silent')
    """

    one: str
    two: str

    def party(self, party: str) -> str:
        """The other id for an id of the two."""
        return {self.one: self.two, self.two: self.one}.get(party, party)

    def optional(self, party: str | None) -> str | None:
        return None if party is None else self.party(party)

    def label(self, label: str) -> str:
        """A label: a party, ``not-`` a party, or a word without one."""
        if label.startswith("not-"):
            return "not-" + self.party(label.removeprefix("not-"))
        return self.party(label)

    def word(self, word: str) -> str:
        """A label, or two joined by ``>`` as in the keys of a pair matrix."""
        one, mark, two = word.partition(">")
        return self.label(one) + mark + self.label(two)

    def limit(self, limit: str) -> str:
        """The id of a limit, ``source/piece`` or ``source/piece/party``."""
        parts = limit.split("/")
        return "/".join([*parts[:2], *(self.party(part) for part in parts[2:])])

    def keys(self, mapping: Mapping[str, V]) -> dict[str, V]:
        """A mapping by labels, or by pairs of labels, with its keys exchanged and sorted."""
        return sorted_keys({self.word(key): value for key, value in mapping.items()})

    def value(self, value: Any, key: str | None = None) -> Any:
        """A JSON value of a finding or feature, exchanged wherever a party stands in it."""
        if key in _FREE_TEXT or key in _NAMING_SOURCES:
            return self._below_sources(value) if key in _NAMING_SOURCES else value
        if isinstance(value, str):
            return self.limit(value) if value.count("/") == 2 else self.word(value)
        if isinstance(value, Mapping):
            return sorted_keys({self.word(k): self.value(v, k) for k, v in value.items()})
        if isinstance(value, list | tuple):
            items = [self.value(item) for item in value]
            return self._listed(items) if isinstance(value, list) else tuple(self._listed(items))
        return value

    def _below_sources(self, value: Any) -> Any:
        """What stands under ids of sources: the ids stay, what they map to is exchanged."""
        if isinstance(value, Mapping):
            return {source: self.value(item) for source, item in value.items()}
        return value

    def _listed(self, items: list[Any]) -> list[Any]:
        """A list of nothing but parties is sorted by party, so it is sorted anew."""
        if items and all(isinstance(item, str) and item in (self.one, self.two) for item in items):
            return sorted(items)
        return items
