"""A result as plain JSON values, and those as text: one form for every run and machine.

Objects made from dataclasses keep the order of their fields. The members of every other mapping are
put into an order that depends on their keys alone (`_FIXED` first, in that order, then by code point), so
that it makes no difference in which order they were computed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
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
    *("settlements", "waters", "roads", "rivers", "districts"),
)
_RANK = {key: rank for rank, key in enumerate(_FIXED)}


def plain(value: Any, leave_out: frozenset[str] = frozenset()) -> Any:
    """Dataclasses, mappings, sequences, enums and numbers as dict, list, str, int, float, bool, None.

    A trailing underscore of a field's name is dropped; fields named in `leave_out` are not part of the
    result. Raises TypeError for anything else.
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case Mapping():
            return {key: plain(value[key], leave_out) for key in sorted(value, key=_order)}
        case _ if is_dataclass(value):
            return {
                item.name.rstrip("_"): plain(getattr(value, item.name), leave_out)
                for item in fields(value)
                if item.name not in leave_out
            }
        case Sequence() if not isinstance(value, (str, bytes)):
            return [plain(item, leave_out) for item in value]
        case _:
            return _scalar_value(value)


def _order(key: str) -> tuple[int, str]:
    return (_RANK.get(key, len(_RANK)), key)


def _scalar_value(value: Any) -> Any:
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
    return ("".join(_text(tree, "\n")) + "\n").encode("utf-8")


def _text(tree: Any, line: str) -> Iterator[str]:
    if isinstance(tree, dict) and tree:
        yield from _members(tree, line)
    elif isinstance(tree, list) and any(isinstance(item, (dict, list)) for item in tree):
        yield from _items(tree, line)
    elif isinstance(tree, list):
        yield "[" + ", ".join(_scalar(item) for item in tree) + "]"
    else:
        yield _scalar(tree)


def _members(tree: dict[str, Any], line: str) -> Iterator[str]:
    inner = line + "  "
    lead = "{"
    for key, item in tree.items():
        yield lead + inner + _scalar(key) + ": "
        yield from _text(item, inner)
        lead = ","
    yield line + "}"


def _items(tree: list[Any], line: str) -> Iterator[str]:
    inner = line + "  "
    lead = "["
    for item in tree:
        yield lead + inner
        yield from _text(item, inner)
        lead = ","
    yield line + "]"


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def _scalar(value: Any) -> str:
    return _ENCODER.encode(value)
