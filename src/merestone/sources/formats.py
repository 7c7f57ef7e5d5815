"""Which format a file is, and what is refused before a reader sees it.

The format is told by content, as far as it has a mark, else by its ending. Formats that only refer
to other files or services (VRT, WFS, …) are refused: a dossier names its files itself.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from merestone.sources.notes import Notes
from merestone.sources.scan import scan_json, scan_text, scan_xml
from merestone.sources.unpack import copied, unpacked


class Format(StrEnum):
    """Formats that are treated apart; ``OTHER`` is whatever else GDAL reads."""

    JSON = "json"
    XML = "xml"
    SQLITE = "sqlite"
    SHAPEFILE = "shapefile"
    FLATGEOBUF = "flatgeobuf"
    PARQUET = "parquet"
    OSM_PBF = "osm-pbf"
    CSV = "csv"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be handed to a reader."""

    path: Path
    format: Format
    encoding: str | None
    reference_systems: frozenset[str] = frozenset()
    """The values of ``srsName`` in XML."""
    code_page_unknown: bool = False
    """A shapefile with letters beyond ASCII in its attributes that does not say in which code page."""


_INDIRECT = (
    b"<OGRVRTDataSource",
    b"<OGRWFSDataSource",
    b"<OGRCSWDataSource",
    b"<OGROAPIFDataSource",
    b"gdal_streamed_alg",
)
_PACKED = (b"PK\x03\x04", b"\x1f\x8b")
_CSV_ENDINGS = (".csv", ".tsv", ".txt")


@contextmanager
def opened(path: Path, encoding: str | None, notes: Notes) -> Iterator[Opened]:
    """Examine a file and make it ready to be read; nothing is ever written beside it.

    Raises BadInputError where it is missing, a folder, empty, cut short, a bomb, or of a format
    that only refers to others.
    """
    magic = _first_bytes(path, notes)
    if magic.startswith(_PACKED):
        with unpacked(path, magic, notes) as inner:
            yield _examined(inner, encoding, notes)
    elif "!" in str(path) or _is_wal(magic) or magic.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        # GDAL would take such a name for that of an archive; SQLite opens a database in WAL mode only
        # together with files that it makes beside it; GDAL writes a .gfs beside GML.
        with copied(path) as plain:
            yield _examined(plain, encoding, notes)
    else:
        yield _examined(path, encoding, notes)


def _first_bytes(path: Path, notes: Notes) -> bytes:
    try:
        if path.is_dir() and path.suffix.lower() == ".gdb":
            return b"gdb"  # a FileGDB is a folder
        if path.is_dir():
            raise notes.refuse("this is a folder; name the file in it that holds the map")
        if not path.exists():
            raise notes.refuse("there is no such file; correct `path`, which is relative to the dossier")
        if not path.is_file():
            raise notes.refuse("this is not a regular file; name a file")
        with path.open("rb") as file:
            magic = file.read(4096)
    except OSError as error:
        raise notes.refuse(f"the file cannot be opened ({error.strerror}); check its permissions") from None
    if not magic:
        raise notes.refuse("the file is empty (0 bytes); fetch it again")
    return magic


def _examined(path: Path, encoding: str | None, notes: Notes) -> Opened:
    magic = _first_bytes(path, notes)
    kind = _kind(path, magic)
    if any(mark in magic for mark in _INDIRECT):
        raise notes.refuse(
            "this file only refers to other files or services; name the file with the map itself"
        )
    srs: set[str] = set()
    if kind is Format.JSON:
        scan_json(path, notes)
    elif kind is Format.XML:
        srs = scan_xml(path, notes)
    elif kind is Format.CSV:
        scan_text(path, encoding, notes)
    elif kind is Format.SQLITE:
        _check_sqlite(path, magic, notes)
    elif kind is Format.SHAPEFILE:
        _check_shapefile(path, notes)
    unknown = kind is Format.SHAPEFILE and encoding is None and _code_page_unknown(path)
    return Opened(path, kind, encoding, frozenset(srs), unknown)


def _kind(path: Path, magic: bytes) -> Format:
    text = magic.removeprefix(b"\xef\xbb\xbf").lstrip()
    marks = {
        Format.SQLITE: magic.startswith(b"SQLite format 3\x00"),
        Format.PARQUET: magic.startswith(b"PAR1"),
        Format.FLATGEOBUF: magic.startswith(b"fgb"),
        Format.SHAPEFILE: magic.startswith(b"\x00\x00\x27\x0a"),
        Format.OSM_PBF: b"OSMHeader" in magic[:64],
        Format.JSON: text.startswith((b"{", b"["))
        or path.suffix.lower() in (".geojson", ".json", ".topojson"),
        Format.XML: text.startswith(b"<"),
        Format.CSV: path.suffix.lower() in _CSV_ENDINGS,
    }
    return next((kind for kind, fits in marks.items() if fits), _by_ending(path))


def _by_ending(path: Path) -> Format:
    """Where the content has no mark of its format, as in a damaged file, the ending tells."""
    endings = {
        ".gpkg": Format.SQLITE,
        ".shp": Format.SHAPEFILE,
        ".fgb": Format.FLATGEOBUF,
        ".parquet": Format.PARQUET,
        ".pbf": Format.OSM_PBF,
        ".gml": Format.XML,
        ".kml": Format.XML,
    }
    return endings.get(path.suffix.lower(), Format.OTHER)


def _is_wal(magic: bytes) -> bool:
    return magic.startswith(b"SQLite format 3\x00") and 2 in magic[18:20]


def _check_sqlite(path: Path, magic: bytes, notes: Notes) -> None:
    """Refuse a database that is cut short, or whose last changes lie in a file beside it.

    The database is then opened as immutable, so that SQLite writes nothing beside it; it would not
    look into a journal either, which is why one with content is refused.
    """
    if not magic.startswith(b"SQLite format 3\x00") or len(magic) < 100:
        raise notes.refuse("this is no GeoPackage or SQLite file, whatever its ending says; fetch it again")
    page = struct.unpack(">H", magic[16:18])[0]
    page = 65536 if page == 1 else page
    pages = struct.unpack(">I", magic[28:32])[0]
    # The page count holds only where the file was last written by a version that keeps it.
    counted = magic[24:28] == magic[92:96]
    size = path.stat().st_size
    if counted and pages and size < page * pages:
        raise notes.refuse(f"the file is cut short: {size:,} of {page * pages:,} bytes; fetch it again")
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size:
            raise notes.refuse(
                f"changes to it still lie in {beside.name}; close the program that edits it, or copy the "
                "file "
                "with that program, then try again"
            )


def _check_shapefile(path: Path, notes: Notes) -> None:
    """Refuse a shapefile without its index or table or with members that are cut short.

    GDAL could rebuild the index, but only by writing beside the input or by guessing where records start.
    """
    if path.suffix.lower() != ".shp":
        raise notes.refuse("this is a member of a shapefile; name the file that ends in .shp")
    index, table = (_needed(path, ending, notes) for ending in (".shx", ".dbf"))
    for member in (path, index):
        with member.open("rb") as file:
            header = file.read(100)
        if len(header) < 100:
            raise notes.refuse(f"{member.name} is cut short within its header; fetch all of its files again")
        size, stated = member.stat().st_size, 2 * struct.unpack(">I", header[24:28])[0]
        if size < stated:
            raise notes.refuse(f"{member.name} is cut short: {size:,} of {stated:,} bytes; fetch it again")
    with table.open("rb") as file:
        header = file.read(32)
    if len(header) < 32:
        raise notes.refuse(f"{table.name} is cut short within its header; fetch all of its files again")
    records, start, width = struct.unpack("<IHH", header[4:12])
    size, stated = table.stat().st_size, start + records * width
    if size < stated:
        raise notes.refuse(f"{table.name} is cut short: {size:,} of {stated:,} bytes; fetch it again")


def _needed(path: Path, ending: str, notes: Notes) -> Path:
    member = _companion(path, ending)
    if member is None:
        raise notes.refuse(
            f"{path.with_suffix(ending).name} is missing; a shapefile is at least .shp, .shx and .dbf, "
            "so fetch all of its files"
        )
    return member


def _code_page_unknown(path: Path) -> bool:
    table = _companion(path, ".dbf")
    if table is None or _companion(path, ".cpg") is not None:
        return False
    data = table.read_bytes()
    # Byte 29 of the header is the language driver id; 0 says nothing.
    return data[29] == 0 and not data[32:].isascii()


def _companion(path: Path, ending: str) -> Path | None:
    """The member of a shapefile with this ending, in either case of letters."""
    for candidate in (path.with_suffix(ending), path.with_suffix(ending.upper())):
        if candidate.exists():
            return candidate
    return None


def srs_key(name: str) -> str:
    """A name for a reference system without the form of its URN or URL: ``EPSG:4326``."""
    numbers = re.findall(r"\d+", name.rsplit("#", 1)[-1].rsplit("/", 1)[-1])
    authority = "OGC" if "CRS84" in name.upper() else "EPSG"
    return f"{authority}:{numbers[-1]}" if numbers else name
