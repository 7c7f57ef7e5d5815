"""``manifest.json``: the files of one run with their hashes, written last of all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from merestone.publish.plain import json_bytes

NAME = "manifest.json"
FORMAT = "merestone-manifest/1"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """Size and SHA-256 of one file."""

    bytes: int
    sha256: str


def entry_of(path: Path) -> Entry:
    """Size and hash of the file at `path`; raises OSError where it cannot be read."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return Entry(size, digest.hexdigest())


def manifest_json(files: Mapping[str, Entry]) -> bytes:
    """The bytes of ``manifest.json``, files sorted by name (format ``merestone-manifest/1``)."""
    table = {name: {"bytes": files[name].bytes, "sha256": files[name].sha256} for name in sorted(files)}
    return json_bytes({"format": FORMAT, "files": table})


def read_manifest(folder: Path) -> dict[str, Entry] | None:
    """The entries of the manifest in `folder` by name; None where there is none that can be used.

    A manifest that is torn or not ours says nothing of any file. Names that lead out of the folder
    are left out. Raises OSError where it is there and cannot be read.
    """
    try:
        tree = json.loads((folder / NAME).read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict) or tree.get("format") != FORMAT or not isinstance(tree.get("files"), dict):
        return None
    entries = {name: _entry(item) for name, item in tree["files"].items() if is_inside(name)}
    return {name: entry for name, entry in entries.items() if entry is not None}


def _entry(item: Any) -> Entry | None:
    if not isinstance(item, dict):
        return None
    size, sha256 = item.get("bytes"), item.get("sha256")
    return Entry(size, sha256) if isinstance(size, int) and isinstance(sha256, str) else None


def is_inside(name: str) -> bool:
    """Whether `name` is a relative path with / between folders that leads to no place outside."""
    parts = name.split("/")
    return (
        bool(name)
        and not PurePosixPath(name).is_absolute()
        and "\\" not in name
        and not any(part in {"", ".", ".."} for part in parts)
    )


def is_as_listed(folder: Path, name: str, entry: Entry) -> bool:
    """Whether the file `name` in `folder` is the one that the manifest lists."""
    path = folder / name
    try:
        return path.is_file() and path.stat().st_size == entry.bytes and entry_of(path) == entry
    except FileNotFoundError:
        return False
