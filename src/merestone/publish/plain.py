"""A result as plain JSON values, and those as text: one form for every run and machine.

Objects made from dataclasses keep the order of their fields. The members of every other mapping are
put into an order that depends on their keys alone (`_FIXED` first, in that order, then by code point), so
that it makes no difference in which order they were computed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from json.encoder import encode_basestring
from math import isfinite
from numbers import Integral, Real
from typing import Any

_FIXED = (
    *("format", "name", "version", "libraries", "title", "sha256"),
    *(
        "id",
        "names",
        "ref",
        "party",
        "within",
        "lon",
        "lat",
        "accuracy_95_m",
        "length_km",
        "area_km2",
        "sources",
    ),
    *("measure", "metres", "assumed", "assumed_by", "reason"),
    *("offered_by", "available_to", "accepted_by", "contested_by"),
    *("label", "distance_m", "share", "stretches", "crossings", "p_side"),
    *("settlements", "waters", "roads", "rivers", "watersheds", "districts", "adjoining", "access"),
)
_RANK = {key: rank for rank, key in enumerate(_FIXED)}
_AS_THEY_ARE = frozenset({type(None), bool, str, int, float})


def plain(value: Any, leave_out: frozenset[str] = frozenset()) -> Any:
    """Dataclasses, mappings, sequences, enums and numbers as dict, list, str, int, float, bool, None.

    A trailing underscore of a field's name is dropped; fields named in `leave_out` are not part of the
    result. Raises TypeError for anything else.
    """
    kind: Any = type(value)
    if kind in _AS_THEY_ARE:  # nearly all there is, and much faster told by its type
        return value
    if kind is tuple or kind is list:
        return [plain(item, leave_out) for item in value]
    match value:
        case Mapping():
            return {key: plain(value[key], leave_out) for key in sorted(value, key=_order)}
        case _ if is_dataclass(value):
            return {
                key: plain(getattr(value, name), leave_out)
                for name, key in _members_of(kind)
                if name not in leave_out
            }
        case Sequence() if not isinstance(value, (str, bytes, Enum)):
            return [plain(item, leave_out) for item in value]
        case _:
            return _scalar_value(value)


@cache
def _members_of(kind: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a dataclass and the keys under which they stand."""
    return tuple((item.name, item.name.rstrip("_")) for item in fields(kind))


@lru_cache(maxsize=4096)
def _order(key: str) -> tuple[int, str]:
    return (_RANK.get(key, len(_RANK)), key)


def _scalar_value(value: Any) -> Any:
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if hasattr(value, "tolist"):  # a numpy array, or its bool
        return plain(value.tolist())
    raise TypeError(f"{type(value).__name__} has no place in a result: {value!r}")


def json_bytes(tree: Any) -> bytes:
    """UTF-8 JSON with an indent of two spaces and a newline at the end.

    A list that holds no object and no list stands on one line; everything else has a line for each
    member. So a changed figure changes one line, whatever its length. Raises ValueError for NaN and infinity.
    """
    words: list[str] = []
    _write(tree, "\n", words.append)
    words.append("\n")
    return "".join(words).encode("utf-8")


def _write(tree: Any, line: str, say: Callable[[str], None]) -> None:
    """Say the text of `tree`; ``line`` begins a new line at its depth."""
    if isinstance(tree, dict) and tree:
        inner = line + "  "
        lead = "{" + inner
        for key, item in tree.items():
            say(lead + _scalar(key) + ": ")
            _write(item, inner, say)
            lead = "," + inner
        say(line + "}")
    elif isinstance(tree, list) and any(isinstance(item, (dict, list)) for item in tree):
        inner = line + "  "
        lead = "[" + inner
        for item in tree:
            say(lead)
            _write(item, inner, say)
            lead = "," + inner
        say(line + "]")
    elif isinstance(tree, list):
        say("[" + ", ".join([_scalar(item) for item in tree]) + "]")
    else:
        say(_scalar(tree))


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def _scalar(value: Any) -> str:
    # What the encoder does, without setting up one for each number and text.
    kind = type(value)
    if kind is float and isfinite(value):
        return float.__repr__(value)
    if kind is str:
        return encode_basestring(value)
    if kind is int:
        return int.__repr__(value)
    return _ENCODER.encode(value)
