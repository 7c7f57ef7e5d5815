"""Statements of a party: notices, incidents, measures, arrangements, and types without a word of their
own."""

import json
import re
from collections.abc import Sequence
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import msgspec

from merestone.errors import BadInputError, UsageError
from merestone.model.coordinates import parse_pair
from merestone.record import canonical
from merestone.record.bodies import (
    BODIES,
    ROOT_TYPES,
    Arrangement,
    ArrangementContent,
    Incident,
    Measure,
    Notice,
    Receipt,
)
from merestone.record.canonical import clean
from merestone.record.forms import (
    Disclosure,
    Place,
    Point,
    Text,
)
from merestone.service.desk.acts import Written, attach, named
from merestone.service.desk.acts import say as write_one
from merestone.service.desk.place import Desk

_ENTRY_KEYS = frozenset({"of", "entry", "entries", "answers", "members"})
_HASH = re.compile("[0-9a-f]{64}")


def notice(
    desk: Desk, text: Sequence[Text], section: str | None, answers: str | None, disclosure: Disclosure
) -> Written:
    """Tell the other party something."""
    body = Notice(list(text), _clean(section), _hash_of(desk, answers))
    return _say(desk, "notice", body, disclosure)


def incident(
    desk: Desk,
    text: Sequence[Text],
    *,
    place: str,
    from_time: str,
    until_time: str | None,
    section: str | None,
    place_name: str | None,
    of: str | None,
    disclosure: Disclosure,
) -> Written:
    """Give one's own account of an incident."""
    where = Place(_point(place), None, _clean(place_name), _clean(section))
    body = Incident(list(text), where, from_time, until_time, _hash_of(desk, of))
    return _say(desk, "incident", body, disclosure)


def measure(
    desk: Desk,
    text: Sequence[Text],
    *,
    place: str | None,
    section: str | None,
    day: str | None,
    disclosure: Disclosure,
) -> Written:
    """State a step taken on one's own side."""
    where = Place(_point(place) if place else None, None, None, _clean(section)) if place or section else None
    return _say(desk, "measure", Measure(list(text), where, day), disclosure)


def arrange(
    desk: Desk,
    kind: str,
    text: Sequence[Text],
    *,
    section: str | None,
    road: str | None,
    from_day: str | None,
    until_day: str | None,
) -> Written:
    """Offer an arrangement."""
    content: Any = {
        "kind": kind.replace("-", "_"),
        "text": msgspec.to_builtins(list(text)),
        "section": _clean(section),
        "road": _clean(road),
        "from_day": from_day,
        "until_day": until_day,
    }
    made = _formed({key: value for key, value in content.items() if value is not None}, ArrangementContent)
    return _say(desk, "arrangement", Arrangement(made), "parties")


def receipt(desk: Desk) -> Written:
    """Acknowledge what was received."""
    return write_one(desk, "receipt", Receipt())


def say(desk: Desk, type_: str, path: Path, disclosure: Disclosure) -> Written:
    """Write an entry of a type that has no word of its own, its body from a JSON file."""
    kind = BODIES.get(type_)
    if kind is None or type_ in ROOT_TYPES:
        able = sorted(set(BODIES) - ROOT_TYPES)
        raise UsageError(f"'{type_}' is no type that can be said; {', '.join(able)} are")
    try:
        tree = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path}: cannot be read as JSON: {error}") from None
    return _say(desk, type_, _formed(_with_hashes(desk, tree), kind), disclosure)


def attach_file(desk: Desk, path: Path, media_type: str | None, of: str | None) -> Written:
    """Attach a file."""
    kind = media_type or guess_type(path.name)[0] or "application/octet-stream"
    return attach(desk, path, kind, of=of)


def _say(desk: Desk, type_: str, body: msgspec.Struct, disclosure: Disclosure) -> Written:
    return write_one(desk, type_, _formed(msgspec.to_builtins(body), type(body)), disclosure)


def _formed(tree: Any, kind: Any) -> Any:
    """A body of `kind`, every value checked against its form.

    Raises BadInputError with the place and the rule.
    """
    try:
        return msgspec.convert(tree, kind)
    except msgspec.ValidationError as error:
        raise BadInputError(f"this cannot stand in an entry: {error}") from None


def _with_hashes(desk: Desk, tree: Any) -> Any:
    """The body with names of entries replaced by their hashes, and its text in normal form."""
    with desk.opened() as file:

        def mended(value: Any, key: str) -> Any:
            if isinstance(value, dict):
                return {name: mended(inner, name) for name, inner in value.items()}
            if isinstance(value, list):
                return [mended(inner, key) for inner in value]
            if not isinstance(value, str):
                return value
            if key in _ENTRY_KEYS and not _HASH.fullmatch(value):
                return named(file, value).hash
            return clean(value)

        return mended(tree, "")


def _hash_of(desk: Desk, name: str | None) -> str | None:
    if name is None:
        return None
    with desk.opened() as file:
        return named(file, name).hash


def _clean(text: str | None) -> str | None:
    return None if text is None else canonical.clean(text)


def _point(text: str) -> Point:
    lon, lat = parse_pair(text)
    return Point(round(lon * 1e9), round(lat * 1e9))
