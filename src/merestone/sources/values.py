"""What single keys of a dossier may hold: paths, dates, accuracies, party ids, boxes."""

import codecs
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from math import inf
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from merestone.model.accuracy import Accuracy, Measure
from merestone.model.labels import BOTH, NEITHER, SILENT
from merestone.model.sources import Standing
from merestone.sources.keynames import ACCURACY_KEYS, CONTESTED_KEYS, COVERS_KEYS, MAP_KEYS, STANDING_KEYS
from merestone.sources.keys import (
    At,
    Keys,
    Reader,
    choice,
    flag,
    items,
    long_text,
    mapping,
    matching,
    number,
    shown,
    text,
)
from merestone.sources.members import members

MOST_METRES = 1e6
_WORDS = {BOTH, NEITHER, SILENT}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_DATE_WANTED = 'this must be a year, a month or a day; write e.g. 1978, "1978-05" or 1978-05-17'

source_id = matching(
    r"[a-z0-9][a-z0-9._-]{0,63}",
    "an id of small letters, digits, '.', '_' and '-' that starts with a letter or digit",
)
language = matching(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "a language code such as 'hy' or 'az-Latn'")
names = mapping(language, text)


def party_id(at: At, value: Any) -> str:
    """An id of a party: short, and none of the words that labels are made of."""
    made = matching(r"[A-Za-z0-9-]{1,16}", "a party id of 1 to 16 letters, digits and '-'")(at, value)
    if made.casefold() in _WORDS or made.casefold().startswith("not-"):
        raise at.refuse(
            made, "this word is a label in results (both, neither, silent, not-…); choose another id"
        )
    return made


def length_km(at: At, value: Any) -> float:
    """A correlation length: 0 and infinity have a meaning of their own."""
    if value == inf and isinstance(value, float):
        return inf
    return number(least=0.0, most=20_000.0, unit="kilometres, or inf")(at, value)


def one_of_parties(parties: Collection[str]) -> Reader[str]:
    """A reader of the id of one of the two parties."""

    def read(at: At, value: Any) -> str:
        if not isinstance(value, str) or value not in parties:
            known = " and ".join(f"'{party}'" for party in sorted(parties))
            raise at.refuse(value, f"this is no party of the dossier; its parties are {known}")
        return value

    return read


def by_party(parties: Collection[str]) -> Reader[dict[str, str]]:
    """A reader of ``side``: an attribute filter for one party or for both."""

    def read(at: At, value: Any) -> dict[str, str]:
        made = mapping(one_of_parties(parties), text)(at, value)
        if not made:
            raise at.refuse(value, "this names no party; write e.g. { ARM = \"iso3 = 'ARM'\" }")
        return made

    return read


def a_date(at: At, value: Any) -> str:
    """A year, a month or a day, as ISO text."""
    if isinstance(value, date) and not isinstance(value, datetime):  # a datetime is a date to Python
        return value.isoformat()
    is_year = isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999
    made = str(value) if is_year else value
    if not isinstance(made, str) or not _DATE.fullmatch(made):
        raise at.refuse(value, _DATE_WANTED)
    year, month, day = (*map(int, made.split("-")), 1, 1)[:3]
    try:
        date(year, month, day)
    except ValueError:
        raise at.refuse(value, "there is no such date in the calendar; correct it") from None
    return made


def accuracy_of(*, has_scale: bool) -> Reader[Accuracy]:
    """A reader of ``accuracy``; ``has_scale`` tells whether the entry gives its map scale too."""

    def read(at: At, value: Any) -> Accuracy:
        keys = Keys(at, value, ACCURACY_KEYS)
        measure = keys.needed("measure", choice(Measure), 'measure = "CE95"')
        metres = _metres(keys, measure, has_scale=has_scale)
        assumed = keys.given("assumed", flag, measure is Measure.SCALE)
        if measure is Measure.SCALE and not assumed:
            raise at.key("assumed").refuse(
                value["assumed"],
                "what follows from a map scale is always assumed; write true or leave the key out",
            )
        by = keys.optional("assumed_by", text)
        if by is not None and not assumed:
            raise at.key("assumed_by").refuse(
                by, "nothing is assumed here; write assumed = true or leave the key out"
            )
        return Accuracy(measure, metres, assumed, by, keys.optional("reason", long_text))

    return read


def _metres(keys: Keys, measure: Measure, *, has_scale: bool) -> float | None:
    if measure is not Measure.SCALE:
        return keys.needed("metres", number(above=0.0, most=MOST_METRES, unit="metres"), "metres = 50")
    if "metres" in keys:
        raise keys.at.key("metres").refuse(
            keys.values["metres"], "measure = 'scale' takes its figure from the map scale; leave the key out"
        )
    if not has_scale:
        raise keys.at.key("measure").refuse(
            "scale",
            "no map scale is given beside it; write e.g. scale = 100_000, or another measure with metres",
        )
    return None


def standing_of(parties: Collection[str]) -> Reader[Standing]:
    """A reader of ``standing``: what the parties have said of a source."""
    party = one_of_parties(parties)

    def some(at: At, value: Any) -> tuple[str, ...]:
        found = items(party)(at, value)
        if len(set(found)) < len(found):
            raise at.refuse(value, "a party stands in it twice; name each once")
        return tuple(sorted(found))

    def contested(at: At, value: Any) -> tuple[str, str]:
        keys = Keys(at, value, CONTESTED_KEYS)
        return keys.needed("party", party, 'party = "…"'), keys.needed("reason", long_text, 'reason = "…"')

    def read(at: At, value: Any) -> Standing:
        keys = Keys(at, value, STANDING_KEYS)
        offered, available, accepted = (keys.listed(name, some) for name in STANDING_KEYS[:3])
        return Standing(
            offered, available, accepted, tuple(sorted(keys.listed("contested_by", items(contested))))
        )

    return read


def covers_of(root: Path) -> Reader[Mapping[str, Any]]:
    """A reader of ``covers``: a box, or a file of polygons."""

    def read(at: At, value: Any) -> Mapping[str, Any]:
        keys = Keys(at, value, COVERS_KEYS)
        if ("bbox" in keys) == ("path" in keys):
            raise at.refuse(value, 'give either bbox = [west, south, east, north] or path = "…"')
        if "path" in keys:
            return {"path": keys.needed("path", path_within(root), 'path = "…"')}
        return {"bbox": keys.needed("bbox", _box, "bbox = [45.0, 38.0, 51.0, 42.0]")}

    return read


def _box(at: At, value: Any) -> list[float]:
    """West, south, east, north in degrees; east < west means across 180°."""
    if not isinstance(value, list) or len(value) != 4:
        raise at.refuse(value, "this must be [west, south, east, north] in degrees")
    longitude, latitude = (
        number(least=-180.0, most=360.0, unit="degrees"),
        number(least=-90.0, most=90.0, unit="degrees"),
    )
    west, south, east, north = (
        read(at.item(k), one)
        for k, (read, one) in enumerate(zip((longitude, latitude) * 2, value, strict=True))
    )
    if not south < north:
        raise at.refuse(value, "south is not below north; write [west, south, east, north]")
    if west == east or east - west > 360.0:
        raise at.refuse(
            value, "west and east leave no width, or more than 360°; write [west, south, east, north]"
        )
    return [west, south, east, north]


def loose_text(at: At, value: Any) -> str:
    """Text, or a number or day that is taken as text: editions, years of survey."""
    if isinstance(value, int) and not isinstance(value, bool):
        return shown(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return long_text(at, value)


def map_of(at: At, value: Any) -> dict[str, str]:
    """A table about a printed map."""
    keys = Keys(at, value, MAP_KEYS)
    return {name: keys.needed(name, loose_text, "") for name in sorted(keys.values)}


def sheet(at: At, value: Any) -> Any:
    """One sheet of a series: its name, or a table like that of a map."""
    return map_of(at, value) if isinstance(value, dict) else loose_text(at, value)


def encoding(at: At, value: Any) -> str:
    """A character encoding that Python knows."""
    made = text(at, value)
    try:
        known = codecs.lookup(made)._is_text_encoding  # noqa: SLF001 - codecs has no public word for it
    except (LookupError, ValueError):
        known = False
    if not known:
        raise at.refuse(made, "this encoding is not known; write e.g. 'cp1251', 'koi8-r' or 'UTF-8'")
    return made


def path_within(root: Path) -> Reader[str]:
    """A reader of paths of files: relative to the dossier's folder, and never out of it.

    The file need not exist; what links lead to is followed.
    """

    def read(at: At, value: Any) -> str:
        given = text(at, value)
        windows = PureWindowsPath(given)
        if given.startswith("/") or windows.drive or windows.root:
            raise at.refuse(
                given, "this path is absolute; copy the file into the dossier and write its path from there"
            )
        if "\\" in given:
            raise at.refuse(given, "write / between folders, so that the dossier can be used on any system")
        parts = PurePosixPath(given).parts
        if ".." in parts:
            raise at.refuse(
                given, "this path goes up; copy the file into the dossier and write its path from there"
            )
        if not parts:
            raise at.refuse(given, "this is the dossier's own folder; name a file in it")
        normal = PurePosixPath(given).as_posix()
        _check_links(at, given, root, root / normal)
        return normal

    return read


def _check_links(at: At, given: str, root: Path, path: Path) -> None:
    """Refuse a file, or a member of it, that a link leads out of the folder `root`."""
    try:
        inside = root.resolve()
        for one in (path, *members(path)):
            if not one.resolve().is_relative_to(inside):
                raise at.refuse(
                    given, f"{one.name} is a link that leads out of the dossier; put the file itself there"
                )
    except (OSError, RuntimeError) as error:  # a name that is too long, a loop of links
        why = (error.strerror if isinstance(error, OSError) else None) or "its links lead nowhere"
        raise at.refuse(given, f"this path cannot be followed ({why}); correct it") from None


def unlike(at: At, ids: Collection[str]) -> None:
    """Refuse party ids that differ by case alone: people would mix them up."""
    if len({one.casefold() for one in ids}) < len(ids):
        raise at.refuse(list(ids), "the two ids are the same, or differ by case alone; name two parties")
