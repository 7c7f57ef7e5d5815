"""Areas of an OpenStreetMap extract that lack parts: GDAL leaves them out without a word.

Reads relations and the ids of ways from ``.osm.pbf`` (https://wiki.openstreetmap.org/wiki/PBF_Format:
blocks of Protocol Buffers, zlib). Everything else of the file is skipped, and GDAL reads the rest.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from merestone.sources.notes import Notes

_MOST_BYTES = 256 << 20
_AREAS = frozenset({"boundary", "multipolygon"})
_EQUALS = re.compile(r"\b(\w+)\s*=\s*'((?:[^']|'')*)'")
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_WAY = 1
"""Type of a member that is a way."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation that makes an area: tags, and how many of its ways the file has not."""

    id: int
    tags: Mapping[str, str]
    ways: int
    missing: int


def note_incomplete(path: Path, layer: str | None, filters: Sequence[str], notes: Notes) -> None:
    """A finding for areas that the filters ask for by their tags and that lack ways in the file."""
    if layer != "multipolygons" or not path.name.lower().endswith(".pbf"):
        return
    if path.stat().st_size > _MOST_BYTES:
        notes.add("osm-areas-not-checked", size_mb=round(path.stat().st_size / 1e6))
        return
    wanted = [dict(pairs) for pairs in map(_EQUALS.findall, filters) if pairs]
    left = [
        one
        for one in incomplete(path)
        if any(all(one.tags.get(key) == value for key, value in pairs.items()) for pairs in wanted)
    ]
    if left:
        left.sort(key=lambda one: (one.missing / one.ways, one.id))
        listed = [
            {"id": one.id, "name": one.tags.get("name"), "ways": one.ways, "missing": one.missing}
            for one in left
        ]
        first = left[0]
        words = f"{first.tags.get('name') or first.id} ({first.missing} of its {first.ways} ways are missing)"
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        notes.add("osm-area-incomplete", areas=listed[:20], count=len(left), named=words + more)


def incomplete(path: Path) -> list[Relation]:
    """Every relation of an area of which a way is missing in the file, in the order of the file."""
    ways: set[int] = set()
    relations: list[tuple[int, Mapping[str, str], list[int]]] = []
    for block in _blocks(path):
        _read(block, ways, relations)
    counted = [
        Relation(ident, tags, len(members), sum(member not in ways for member in members))
        for ident, tags, members in relations
    ]
    return [one for one in counted if one.missing]


def tags_of(other_tags: str | None) -> dict[str, str]:
    """The tags that GDAL gathers in ``other_tags``, in the notation of hstore.

    >>> tags_of('"ref"=>"CG-1","note"=>"so-called \\\\"old\\\\" road"')
    {'ref': 'CG-1', 'note': 'so-called "old" road'}
    """
    pairs = _TAG.findall(other_tags or "")
    return {_unescaped(key): _unescaped(value) for key, value in pairs}


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _blocks(path: Path) -> Iterator[bytes]:
    """The unpacked data blocks of a file; what is not packed with zlib or plain is passed over."""
    with path.open("rb") as file:
        while len(length := file.read(4)) == 4:
            header = dict(_fields(file.read(struct.unpack(">I", length)[0])))
            blob = dict(_fields(file.read(int(header[3]))))
            packed, plain = blob.get(3), blob.get(1)
            if header.get(1) != b"OSMData":
                continue
            if isinstance(packed, bytes):
                yield zlib.decompress(packed)
            elif isinstance(plain, bytes):
                yield plain


def _read(block: bytes, ways: set[int], relations: list[tuple[int, Mapping[str, str], list[int]]]) -> None:
    """Add the ways and the areas of one block."""
    texts: list[str] = []
    groups: list[bytes] = []
    for number, value in _fields(block):
        if number == 1 and isinstance(value, bytes):
            texts = [one.decode("utf-8", "replace") for _, one in _fields(value) if isinstance(one, bytes)]
        elif number == 2 and isinstance(value, bytes):
            groups.append(value)
    for group in groups:
        for number, value in _fields(group):
            if number == 3 and isinstance(value, bytes):
                ways.add(next(int(one) for field, one in _fields(value) if field == 1))
            elif number == 4 and isinstance(value, bytes):
                relation = dict(_fields(value))
                tags = dict(
                    zip(*([texts[k] for k in _packed(relation.get(n))] for n in (2, 3)), strict=False)
                )
                if tags.get("type") in _AREAS:
                    relations.append((int(relation[1]), tags, _members(relation)))


def _members(relation: Mapping[int, int | bytes]) -> list[int]:
    """Ids of the ways of a relation: each is written as its difference from the one before."""
    steps = [(one >> 1) ^ -(one & 1) for one in _packed(relation.get(9))]
    ids, kinds = accumulate(steps), _packed(relation.get(10))
    return [ident for ident, kind in zip(ids, kinds, strict=False) if kind == _WAY]


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of one message: number and value, an int or the bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        match key & 7:
            case 0:
                value, at = _varint(data, at)
                yield key >> 3, value
            case 2:
                size, at = _varint(data, at)
                yield key >> 3, data[at : at + size]
                at += size
            case kind:
                at += {1: 8, 5: 4}[kind]


def _packed(data: int | bytes | None) -> list[int]:
    values, at = [], 0
    while isinstance(data, bytes) and at < len(data):
        value, at = _varint(data, at)
        values.append(value)
    return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
