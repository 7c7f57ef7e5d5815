"""Reading TOML that anyone may have written: bounded in size and depth, and a clear error for each fault."""

import re
import tomllib
from pathlib import Path
from typing import Any

from merestone.errors import BadInputError

MAX_BYTES = 4 << 20
"""A dossier with names of 10,000 places is about 2 MB."""
MAX_DEPTH = 32
"""A dossier needs five levels."""
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(
    r"""#[^\n]*|\"{3}|'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\[{]|[\]}]|\.|[=,\n]""",
)
_LONG_CLOSED = re.compile(r'(?:\\.|[^"\\]|"(?!""))*?"""', re.DOTALL)


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises BadInputError where it is missing, a folder, no regular file, too large, not UTF-8, nested
    too deeply or not TOML.
    """
    return parse_toml(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a TOML file of sensible size; BadInputError as for `read_toml`."""
    try:
        if path.is_dir():
            raise BadInputError(f"{path}: this is a folder, not a file; move it away and write the file")
        if not path.exists():
            raise BadInputError(
                f"{path}: there is no such file; check the path, or make it with `merestone init`"
            )
        if not path.is_file():
            raise BadInputError(f"{path}: this is not a regular file; name a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInputError(f"{path}: it cannot be read ({error.strerror}); check its permissions") from None
    if len(data) > MAX_BYTES:
        raise BadInputError(
            f"{path}: it is larger than {MAX_BYTES >> 20} MiB, which no dossier needs; is it the right file?"
        )
    return data


def parse_toml(data: bytes, name: str) -> dict[str, Any]:
    """Parse TOML; `name` stands for the file in errors (BadInputError)."""
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInputError(
            f"{name}: line {line} holds the byte 0x{data[error.start]:02X}, which is not UTF-8; "
            "save the file as UTF-8"
        ) from None
    text = text.replace("\r\n", "\n")
    _check_depth(text, name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        raise BadInputError(
            f"{name}: this is not TOML: {said[:1].lower()}{said[1:]}; correct it there"
        ) from None
    except ValueError:  # Python reads no integer of more than 4,300 digits
        raise BadInputError(f"{name}: it holds a number too long to be read; correct it") from None


def _check_depth(text: str, name: str) -> None:
    """Refuse deep nesting before a recursive parser sees it, in time linear in the text."""
    depth = dots = at = 0
    while match := _TOKEN.search(text, at):
        at = match.end()
        mark = match[0]
        if mark in ('"""', "'''"):
            closed = _closing(text, at, mark)
            if closed is None:
                return  # not TOML; the parser says so
            at = closed
        elif mark in "[{":
            depth += 1
        elif mark in "]}":
            depth = max(0, depth - 1)
        elif mark == ".":
            dots += 1
        elif mark in "=,\n":
            dots = 0
        if depth > MAX_DEPTH or dots > MAX_DEPTH:
            line = text.count("\n", 0, at) + 1
            raise BadInputError(
                f"{name}: line {line} nests deeper than {MAX_DEPTH} levels; a dossier needs five, so "
                "check the brackets there"
            )


def _closing(text: str, start: int, quote: str) -> int | None:
    """Where a text of several lines ends."""
    if quote == "'''":
        found = text.find(quote, start)
        return None if found < 0 else found + 3
    match = _LONG_CLOSED.match(text, start)
    return None if match is None else match.end()
