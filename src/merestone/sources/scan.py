"""A first look at text formats, before a parser builds anything: depth, encoding, entities.

Every scan reads its file once, in chunks, so time is linear in the size and memory is bounded.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from merestone.sources.notes import Notes

MAX_JSON_DEPTH = 64
"""GeoJSON needs about nine levels; deeper nesting of attributes is possible, 100,000 is an attack."""
MAX_XML_DEPTH = 200
_CHUNK = 1 << 22
_STEP = np.zeros(256, dtype=np.int8)
_STEP[list(b"[{")] = 1
_STEP[list(b"]}")] = -1
_QUOTE = 0x22


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, 4 MiB at a time."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def scan_json(path: Path, notes: Notes) -> None:
    """Refuse JSON that is not UTF-8, is nested deeper than MAX_JSON_DEPTH or ends in the middle."""
    depth, in_text, escape = 0, False, b""
    for chunk in _utf8_chunks(path, notes):
        # A backslash and what it escapes say nothing about structure; \" must not end a text.
        plain = escape + chunk
        escape = b""
        if b"\\" in plain:
            tail = len(plain) - len(plain.rstrip(b"\\"))
            if tail % 2:
                plain, escape = plain[:-1], b"\\"
            plain = re.sub(rb"\\.", b"  ", plain, flags=re.DOTALL)
        depth, in_text, deepest = _walk(np.frombuffer(plain, dtype=np.uint8), depth, in_text)
        if deepest > MAX_JSON_DEPTH:
            raise notes.refuse(
                f"its JSON is nested {deepest:,} or more levels deep; map data needs no more than "
                f"{MAX_JSON_DEPTH}, so check where the file comes from"
            )
    if depth > 0 or in_text:
        raise notes.refuse(
            f"the JSON ends in the middle, with {depth} brackets open; fetch the file again, it was cut short"
        )


def _walk(byte: NDArray[np.uint8], depth: int, in_text: bool) -> tuple[int, bool, int]:
    """Depth and whether a text is open after these bytes, and the greatest depth within them."""
    if not byte.size:
        return depth, in_text, depth
    quotes = np.cumsum(byte == _QUOTE, dtype=np.int64) + int(in_text)
    step = np.where(quotes % 2 == 0, _STEP[byte], 0)
    depths = np.cumsum(step, dtype=np.int64) + depth
    return int(depths[-1]), bool(quotes[-1] % 2), int(depths.max())


def _utf8_chunks(path: Path, notes: Notes) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = 0
    chunk = b""
    try:
        for chunk in chunks(path):
            decoder.decode(chunk)
            yield chunk
            before += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        at = before + error.start
        raise notes.refuse(
            f"byte {at:,} is {_hex(error)}, which is not UTF-8, as the format demands; "
            "convert the file to UTF-8 and try again"
        ) from None


def _hex(error: UnicodeDecodeError) -> str:
    return " ".join(f"0x{byte:02X}" for byte in error.object[error.start : error.start + 1])


def scan_text(path: Path, encoding: str | None, notes: Notes) -> None:
    """Refuse a text file that is not in `encoding` (UTF-8 where None)."""
    if encoding is None:
        for _ in _utf8_chunks(path, notes):
            pass
        return
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise notes.refuse(f"encoding = '{encoding}' is not known; write e.g. 'cp1251' or 'UTF-8'") from None
    try:
        for chunk in chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise notes.refuse(f"{_hex(error)} is no character in '{encoding}'; correct `encoding`") from None


class _XmlScan:
    """What expat saw: reference systems, depth, and whether entities were declared."""

    def __init__(self, notes: Notes) -> None:
        self.reference_systems: set[str] = set()
        self.depth = 0
        self._notes = notes

    def start(self, _name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_XML_DEPTH:
            raise self._notes.refuse(
                f"its XML is nested more than {MAX_XML_DEPTH} levels deep; check where the file comes from"
            )
        if srs := attributes.get("srsName"):
            self.reference_systems.add(srs)

    def end(self, _name: str) -> None:
        self.depth -= 1

    def entity(self, *_: object) -> None:
        raise self._notes.refuse("it declares XML entities, which map data never needs; remove the DOCTYPE")


def scan_xml(path: Path, notes: Notes) -> set[str]:
    """The values of ``srsName``; refuse XML that is malformed, cut short, deep or declares entities."""
    scan = _XmlScan(notes)
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.EntityDeclHandler = scan.entity
    try:
        for chunk in chunks(path):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise notes.refuse(
            f"its XML cannot be read at line {error.lineno}, column {error.offset} "
            f"({expat.ErrorString(error.code)}); fetch the file again, it may be cut short"
        ) from None
    return scan.reference_systems
