"""Packed files (.zip, .kmz, .gz) are unpacked into a scratch folder, and never without bounds."""

import glob
import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from merestone.sources.notes import Notes

MAX_UNPACKED_BYTES = 2 << 30
MAX_RATIO = 200
"""Map data shrinks to a tenth or so; beyond this ratio a packed file is a bomb, if it is large too."""
_RATIO_FROM_BYTES = 64 << 20
_CHUNK = 1 << 20
_DATASETS = (
    ".gpkg", ".geojson", ".json", ".topojson", ".shp", ".gml", ".kml", ".csv", ".fgb", ".pbf",
    ".parquet", ".tsv",
)  # fmt: skip


@contextmanager
def unpacked(path: Path, magic: bytes, notes: Notes) -> Iterator[Path]:
    """The one dataset within a packed file, in a scratch folder that is gone afterwards.

    Raises BadInputError where the file is damaged, holds none or several datasets, or would unpack
    to more than MAX_UNPACKED_BYTES or (if large) MAX_RATIO times its size.
    """
    with TemporaryDirectory(prefix="merestone-") as scratch:
        folder = Path(scratch)
        try:
            if magic.startswith(b"\x1f\x8b"):
                _gunzip(path, folder, notes)
            else:
                _unzip(path, folder, notes)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            gzip.BadGzipFile,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise notes.refuse(
                f"the packed file is damaged or of a kind that cannot be unpacked ({error})"
            ) from None
        yield _dataset(folder, notes)


def _gunzip(path: Path, folder: Path, notes: Notes) -> None:
    name = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    with gzip.open(path, "rb") as packed:
        _copy(packed, folder / name, _allowed(path), notes)


def _unzip(path: Path, folder: Path, notes: Notes) -> None:
    left = _allowed(path)
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            # The folders of the archive play no part, so no member can name a place outside.
            name = Path(member.filename.replace("\\", "/")).name
            if member.is_dir() or not name or name.startswith("."):
                continue
            if (folder / name).exists():
                raise notes.refuse(f"the archive holds two files named '{name}'; unpack it and name one")
            with archive.open(member) as packed:
                left -= _copy(packed, folder / name, left, notes)


def _allowed(path: Path) -> int:
    return min(MAX_UNPACKED_BYTES, max(_RATIO_FROM_BYTES, MAX_RATIO * path.stat().st_size))


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, allowed: int, notes: Notes) -> int:
    written = 0
    with target.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > allowed:
                raise notes.refuse(
                    f"the packed file unpacks to more than {allowed >> 20:,} MiB, {MAX_RATIO} times its "
                    "size or more; "
                    "if that is right, unpack it yourself and name the file within"
                )
            file.write(chunk)
    return written


def _dataset(folder: Path, notes: Notes) -> Path:
    found = sorted(file for file in folder.iterdir() if file.suffix.lower() in _DATASETS)
    if len(found) == 1:
        return found[0]
    if not found:
        raise notes.refuse(
            "the packed file holds no map data that is known by its ending; unpack it and name the file"
        )
    names = ", ".join(file.name for file in found[:4])
    raise notes.refuse(f"the packed file holds {len(found)} datasets ({names}); unpack it and name one")


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A copy of a file and its companions (same name before the ending) in a scratch folder."""
    with TemporaryDirectory(prefix="merestone-") as scratch:
        for member in sorted(path.parent.glob(glob.escape(path.stem) + ".*")):
            if member.is_file():
                shutil.copyfile(member, Path(scratch) / member.name.replace("!", "_"))
        yield Path(scratch) / path.name.replace("!", "_")
