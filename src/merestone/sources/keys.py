"""Strict reading of parsed TOML: every refusal names file, key, value and what to do.

A *reader* takes a place in the file and the value that stands there, and gives the checked value or
raises BadInputError. Small readers are put together to larger ones.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

from merestone.errors import BadInputError
from merestone.sources.keynames import BELONGS

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_SHOWN = 80
_BARE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class At:
    """A place in a TOML file: ``source[2].accuracy.metres``; tables of a list are counted from 1."""

    file: str
    path: str = ""
    of: str = ""
    """Which entry of a list this is, for people: ``source 'dcw'``."""

    def key(self, name: str) -> "At":
        shown = name if _BARE.fullmatch(name) else _shortened(repr(name))
        return replace(self, path=f"{self.path}.{shown}" if self.path else shown)

    def item(self, index: int) -> "At":
        """The entry with this index, which is counted from 0 here and from 1 in messages."""
        return replace(self, path=f"{self.path}[{index + 1}]")

    def refuse(self, value: Any, what: str) -> BadInputError:
        """The error to raise: the place, the value, then `what` is wrong and what to do."""
        return BadInputError(f"{self.file}: {self.path} = {shown(value)}{self._of()}: {what}")

    def wrong(self, what: str) -> BadInputError:
        """The error to raise where there is no value to show."""
        where = f"{self.path}{self._of()}: " if self.path else ""
        return BadInputError(f"{self.file}: {where}{what}")

    def _of(self) -> str:
        return f" ({self.of})" if self.of else ""


Reader = Callable[[At, Any], T]


class Keys:
    """One table. Making it refuses a key that is not among `known`, and names the nearest that is."""

    def __init__(self, at: At, value: Any, known: Collection[str]) -> None:
        self.at = at
        self.values = table(at, value)
        for name in self.values:
            if name not in known:
                raise at.key(name).wrong(_unknown(name, known))

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def needed(self, name: str, read: Reader[T], example: str) -> T:
        """The value of a key that must be there; `example` shows how to write it."""
        if name not in self.values:
            raise self.at.wrong(f"the key '{name}' is missing; write e.g. {example}")
        return read(self.at.key(name), self.values[name])

    def optional(self, name: str, read: Reader[T]) -> T | None:
        """The value of a key, None where it is not given."""
        return read(self.at.key(name), self.values[name]) if name in self.values else None

    def given(self, name: str, read: Reader[T], default: T) -> T:
        """The value of a key, `default` where it is not given."""
        return read(self.at.key(name), self.values[name]) if name in self.values else default

    def listed(self, name: str, read: Reader[tuple[T, ...]]) -> tuple[T, ...]:
        """The list under a key, empty where it is not given."""
        return self.optional(name, read) or ()

    def tabled(self, name: str, read: Reader[dict[str, T]]) -> dict[str, T]:
        """The table of free keys under a key, empty where it is not given."""
        return self.optional(name, read) or {}


def _unknown(name: str, known: Collection[str]) -> str:
    if name in BELONGS:
        return f"this key belongs to {BELONGS[name]}; move it there"
    return f"unknown key; the nearest known one is '{nearest(name, known)}', so correct or remove it"


def nearest(name: str, known: Collection[str]) -> str:
    """The known word that is most like `name`, whatever its case."""
    by_fold = {word.casefold(): word for word in sorted(known, reverse=True)}
    close = get_close_matches(name[:64].casefold(), sorted(by_fold), n=1, cutoff=0.0)
    return by_fold[close[0]]


def shown(value: Any) -> str:
    """A value as TOML writes it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ … }" if value else "{}"
    if isinstance(value, list):
        parts = [shown(item) for item in value[:6]]
        return _shortened(f"[{', '.join(parts)}{', …' if len(value) > 6 else ''}]")
    if isinstance(value, str | float):
        return _shortened(repr(value[: 4 * _SHOWN] if isinstance(value, str) else value))
    if isinstance(value, int):  # str() refuses integers of thousands of digits
        return str(value) if abs(value) < 10**_SHOWN else "(a very long number)"
    return _shortened(str(value))  # dates


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def table(at: At, value: Any) -> Mapping[str, Any]:
    """A table with keys of any name."""
    if not isinstance(value, dict):
        raise at.refuse(value, "this must be a table; write key = value pairs in { } or under a [header]")
    return value


def text(at: At, value: Any) -> str:
    """Text on one line, not blank."""
    if not isinstance(value, str):
        raise at.refuse(value, "this must be text; put it in quotes")
    if not value.strip():
        raise at.refuse(value, "this is blank; write a text or leave the key out")
    for mark in "" if value.isprintable() else value:
        if unicodedata.category(mark) == "Cc":
            raise at.refuse(value, f"the control character U+{ord(mark):04X} stands in it; remove it")
    return value


def long_text(at: At, value: Any) -> str:
    """Text that may have several lines."""
    if isinstance(value, str):
        text(at, value.replace("\n", " ").replace("\t", " "))
        return value
    return text(at, value)


def flag(at: At, value: Any) -> bool:
    """True or false; 0 and 1 are neither."""
    if not isinstance(value, bool):
        raise at.refuse(value, "this must be true or false, without quotes")
    return value


def number(
    *, above: float | None = None, least: float | None = None, most: float, unit: str = ""
) -> Reader[float]:
    """A reader of finite numbers above or from one bound to another; booleans and text are none."""
    low = f"above {above:g}" if above is not None else f"from {least:g}"
    wanted = f"{low} to {most:,.12g}{' ' + unit if unit else ''}"

    def read(at: At, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise at.refuse(value, f"this must be a number {wanted}, without quotes")
        if isinstance(value, int) and abs(value) > 10**18:
            raise at.refuse(value, f"this is out of range; it must be a number {wanted}")
        made = float(value)
        too_low = (above is not None and not made > above) or (least is not None and not made >= least)
        if not isfinite(made) or too_low or made > most:
            raise at.refuse(value, f"this is out of range; it must be a number {wanted}")
        return made + 0.0  # no negative zero

    return read


def whole(*, least: int, most: int) -> Reader[int]:
    """A reader of whole numbers from one bound to another."""
    read = number(least=least, most=most)

    def read_whole(at: At, value: Any) -> int:
        made = read(at, value)
        if not isinstance(value, int):
            raise at.refuse(value, f"this must be a whole number from {least} to {most:,}")
        return int(made)

    return read_whole


def choice(kind: type[E]) -> Reader[E]:
    """A reader of the values of an enum."""
    names = [str(member) for member in kind]

    def read(at: At, value: Any) -> E:
        return kind(one_of(*names)(at, value))

    return read


def one_of(*names: str) -> Reader[str]:
    """A reader of one of several words."""

    def read(at: At, value: Any) -> str:
        if not isinstance(value, str):
            raise at.refuse(value, f"this must be one of {_quoted(names)}")
        if value not in names:
            raise at.refuse(
                value,
                f"this is not known; did you mean '{nearest(value, names)}'? Known are {_quoted(names)}",
            )
        return value

    return read


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def items(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """A reader of lists."""

    def read_all(at: At, value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise at.refuse(value, "this must be a list; put it in [ ]")
        return tuple(read(at.item(k), one) for k, one in enumerate(value))

    return read_all


def mapping(read_key: Reader[str], read: Reader[T]) -> Reader[dict[str, T]]:
    """A reader of tables with free keys, sorted by key."""

    def read_all(at: At, value: Any) -> dict[str, T]:
        found = table(at, value)
        return {read_key(at.key(name), name): read(at.key(name), found[name]) for name in sorted(found)}

    return read_all


def matching(pattern: str, wanted: str) -> Reader[str]:
    """A reader of text of a certain form."""
    form = re.compile(pattern)

    def read(at: At, value: Any) -> str:
        if not isinstance(value, str):
            raise at.refuse(value, f"this must be {wanted}, in quotes")
        if not form.fullmatch(value):
            raise at.refuse(value, f"this must be {wanted}")
        return value

    return read
