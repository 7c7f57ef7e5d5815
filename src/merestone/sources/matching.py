"""Which attribute of a file tells the parties apart: by their ids, ISO codes or names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.model.sources import Party
from merestone.sources.iso3166 import forms

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = {
    "and",
    "or",
    "not",
    "is",
    "null",
    "in",
    "like",
    "between",
    "from",
    "where",
    "select",
    "order",
    "group",
}


@dataclass(frozen=True, slots=True)
class Match:
    """An attribute and, for each party that it holds, the values that stand for it."""

    field: str
    values: Mapping[str, tuple[str, ...]]
    rank: int
    """0: the ids as they are; 1: in other case; 2: the other ISO code; 3: names."""

    def filters(self) -> dict[str, str]:
        """An attribute filter (OGR SQL) for each party."""
        name = self.field if _plain_name(self.field) else '"' + self.field.replace('"', '\\"') + '"'
        return {party: _filter(name, values) for party, values in sorted(self.values.items())}

    def rows(self, values: NDArray[Any], party: str) -> NDArray[np.intp]:
        """The rows whose value stands for `party`."""
        return np.flatnonzero([value in self.values[party] for value in values])


def best_match(columns: Mapping[str, NDArray[Any]], parties: Sequence[Party]) -> Match | None:
    """The attribute that tells most of the parties, by the plainest words; None where none tells any."""
    found = [match for field, values in columns.items() if (match := _match(field, values, parties))]
    # Where the rank is the same, a column of ISO codes is less likely to hold something else.
    return min(
        found,
        key=lambda one: (-len(one.values), one.rank, not one.field.lower().startswith("iso")),
        default=None,
    )


def _match(field: str, values: NDArray[Any], parties: Sequence[Party]) -> Match | None:
    held = sorted({value for value in values.tolist() if isinstance(value, str) and value.strip()})
    words = {party.id: _words(party) for party in parties}
    told: dict[str, tuple[str, ...]] = {}
    worst = 0
    for party, ranked in words.items():
        for rank, fits in enumerate(ranked):
            standing = tuple(
                value for value in held if (value.strip() if rank == 0 else value.strip().casefold()) in fits
            )
            if standing:
                told[party] = standing
                worst = max(worst, rank)
                break
    if not told or len({value for standing in told.values() for value in standing}) < sum(
        map(len, told.values())
    ):
        return None  # nothing told, or one value stands for both
    return Match(field, told, worst)


def _words(party: Party) -> tuple[set[str], set[str], set[str], set[str]]:
    """What may stand for a party in a file, plainest first; all but the first without regard to case."""
    return (
        {party.id},
        {party.id.casefold()},
        {code.casefold() for code in forms(party.id)},
        {name.strip().casefold() for name in party.names.values()},
    )


def _plain_name(field: str) -> bool:
    return bool(_SIMPLE.fullmatch(field)) and field.lower() not in _RESERVED


def _filter(name: str, values: Sequence[str]) -> str:
    quoted = ["'" + value.replace("'", "''") + "'" for value in values]
    return f"{name} = {quoted[0]}" if len(quoted) == 1 else f"{name} IN ({', '.join(quoted)})"
