"""Canonical JSON: one sequence of bytes for one value.

The subset of RFC 8785 without floats, null and letters that could be read in two ways. Keys are
``[a-z0-9_]``, integers lie below 2^53, strings are in Unicode NFC without control, bidirectional or invisible
characters, private ones among them. What is read must be, byte for byte, what would be written.
"""

import re
import unicodedata
from typing import Any, TypeVar

import msgspec

from merestone.errors import BadInputError

T = TypeVar("T")

MAX_DEPTH = 16
MAX_BYTES = 512 * 1024
"""Of one entry's payload; a line of 5,000 vertices with attributes takes half of it."""
MAX_INTEGER = 2**53 - 1

_ENCODER = msgspec.json.Encoder(order="sorted")
_KEY = re.compile(r"[a-z0-9_]{1,64}")
_UNSEEN = re.compile(
    "["
    "\u0000-\u001f\u007f-\u009f"  # control
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"  # drawn as nothing
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, direction
    "\u2028\u2029"  # separators of lines and paragraphs
    "\ud800-\udfff\ue000-\uf8ff"  # surrogates, private use
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\uffff"  # noncharacters, variation selectors, specials
    "\U0001d173-\U0001d17a"
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe-\U0010ffff"  # tags, private planes, noncharacters
    "]"
)


def encode(value: Any) -> bytes:
    """The canonical bytes of `value`. Raises BadInputError where the subset has no form for it."""
    _check(value, 0)
    data = _ENCODER.encode(value)
    check_text(data)
    return data


def encode_typed(value: msgspec.Struct) -> bytes:
    """The canonical bytes of a struct whose type admits nothing outside the subset."""
    data = _ENCODER.encode(value)
    check_text(data)
    return data


def decode(data: bytes) -> Any:
    """The value of canonical bytes. Raises BadInputError with the rule that is broken."""
    check_text(data)
    value: Any = _parsed(data, object)
    _check(value, 0)
    if _ENCODER.encode(value) != data:
        raise BadInputError(
            "the JSON is not in canonical form (order of keys, white space, escapes or a key twice)"
        )
    return value


def decode_typed(data: bytes, kind: type[T]) -> T:
    """The value of canonical bytes of a known form, checked in one go. Raises BadInputError."""
    check_text(data)
    return decode_within(data, kind)


def decode_within(data: bytes, kind: type[T]) -> T:
    """As `decode_typed`, of bytes within some whose letters were checked."""
    value = _parsed(data, kind)
    if _ENCODER.encode(value) != data:
        raise BadInputError(
            "the JSON is not in canonical form (order of keys, white space, escapes or a key twice)"
        )
    return value


def _parsed(data: bytes, kind: type[T]) -> T:
    if len(data) > MAX_BYTES:
        raise BadInputError(f"{len(data)} bytes of JSON are more than the {MAX_BYTES} that an entry may have")
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise BadInputError(f"the JSON has not the form of its type: {error}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInputError(f"not JSON: {error}") from None
    except RecursionError:
        raise BadInputError(f"the JSON is nested deeper than {MAX_DEPTH}") from None


def check_text(data: bytes) -> None:
    """Refuse letters that could be read in two ways, anywhere in JSON bytes. Raises BadInputError.

    The syntax of JSON composes with no letter, so the whole text is in NFC just where each string is.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInputError(f"not UTF-8 at byte {error.start}") from None
    if data.isascii():
        unseen = None if text.isprintable() else _UNSEEN.search(text)
    else:
        unseen = _UNSEEN.search(text)
        if unicodedata.normalize("NFC", text) != text:
            raise BadInputError("a string is not in Unicode normal form C")
    if unseen:
        raise BadInputError(f"U+{ord(unseen[0]):04X} is a control, bidirectional or invisible character")
    if "\\" in text and "\\" in text.replace("\\\\", "").replace('\\"', ""):
        raise BadInputError(
            "a string has an escape other than of a quote or a backslash: a control character"
        )


def clean(text: str) -> str:
    """`text` in NFC, for what a person typed. Raises BadInputError on a character that no record takes."""
    normal = unicodedata.normalize("NFC", text)
    unseen = _UNSEEN.search(normal)
    if unseen:
        raise BadInputError(
            f"U+{ord(unseen[0]):04X} is a control, bidirectional or invisible character; leave it out"
        )
    unassigned = next((c for c in normal if unicodedata.category(c) == "Cn"), None)
    if unassigned:  # its normal form could change when it is assigned
        raise BadInputError(f"U+{ord(unassigned):04X} is no assigned character; leave it out")
    return normal


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise BadInputError(f"the JSON is nested deeper than {MAX_DEPTH}")
    if isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise BadInputError(f"{value} is no integer below 2^53")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise BadInputError(f"{key!r} is no key of lower-case letters, digits and _")
            _check(item, depth + 1)
    else:
        raise BadInputError(f"{value!r} has no form in canonical JSON: no floats and no null")
