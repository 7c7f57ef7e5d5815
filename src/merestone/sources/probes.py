"""What pyogrio loses without a word: curves, which it strokes, and M values, which it drops.

SQL still tells: OGR's special fields, SQLite's functions, and the headers of a GeoPackage's own
geometries (GeoPackage 1.4, clause 2.1.3).
"""

import contextlib
import math
import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyproj import CRS

from merestone.sources.formats import Format, Opened
from merestone.sources.ogr import DataLayerError, DataSourceError

STROKE_M = 0.0002
"""Largest departure of a stroked curve from the curve, in metres."""
Query = Callable[[str, str | None], list[tuple[Any, ...]]]
"""SQL and its dialect (None: that of the format) to rows."""

_METRES_PER_DEGREE = 111_320.0
_FINEST_STEP_DEG = 1e-4
_COARSEST_STEP_DEG = 4.0
_NEVER_CURVED = (Format.JSON, Format.SHAPEFILE, Format.OSM_PBF)
_CURVED = (
    "CIRCULARSTRING",
    "COMPOUNDCURVE",
    "CURVEPOLYGON",
    "MULTICURVE",
    "MULTISURFACE",
    "GEOMETRYCOLLECTION",
)
_SHAPES_WITH_M = (21, 23, 25, 28)
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_HEADER_BYTES = 80
"""Enough for the longest header with its envelope and the type of the geometry."""


@dataclass(frozen=True, slots=True)
class Lost:
    """``measured`` features had M values; arcs cut at ``arc_step_deg`` depart ``departure_m`` at most."""

    measured: int = 0
    arc_step_deg: float | None = None
    departure_m: float | None = None


class Probe:
    """What SQL tells of one layer of a file; asked when it is first needed, and once.

    Methods raise what ``query`` raises.
    """

    def __init__(self, file: Opened, layer: str, crs: str | None, query: Query) -> None:
        self._file = file
        self._layer = layer
        self._crs = crs
        self._query = query

    def lost(self, wanted: set[int]) -> Lost:
        """What reading the features with the ids `wanted` loses."""
        if self._file.format is Format.SHAPEFILE:
            with self._file.path.open("rb") as shapes:
                kind = struct.unpack("<I", shapes.read(36)[32:])[0]
            return Lost(len(wanted) if kind in _SHAPES_WITH_M else 0)
        if self._file.format in _NEVER_CURVED:
            return Lost()
        step = _stroke_step(self._arcs(sorted(self._curved & wanted)), self._crs)
        return Lost(len(self._measured & wanted), *step)

    def reference_ids(self) -> tuple[int, ...]:
        """The reference system ids that a GeoPackage's geometries name in their headers."""
        return tuple(sorted({_number(header[3:]) for _, header in self._headers}))

    @cached_property
    def _measured(self) -> set[int]:
        if self._file.path.suffix.lower() == ".gpkg":
            return {fid for fid, header in self._headers if _has_m(header)}
        # Without SpatiaLite, or where the geometry has another name, this cannot be asked.
        with contextlib.suppress(DataLayerError, DataSourceError):
            name = _escaped(self._layer)
            sql = f'SELECT ROWID + 0 AS number FROM "{name}" WHERE ST_IsMeasured(geometry)'  # noqa: S608
            return {int(fid) for (fid,) in self._query(sql, "SQLITE")}
        return set()

    @cached_property
    def _headers(self) -> list[tuple[int, bytes]]:
        """Feature id and header of every geometry of a GeoPackage layer."""
        name = self._layer.replace("'", "''")
        sql = f"SELECT column_name FROM gpkg_geometry_columns WHERE table_name = '{name}'"  # noqa: S608
        headers: list[tuple[int, bytes]] = []
        for (column,) in self._query(sql, None)[:1]:
            quoted = '"' + _escaped(str(column)) + '"'
            what = f"ROWID + 0 AS number, hex(substr({quoted}, 1, {_HEADER_BYTES})) AS header"
            sql = f'SELECT {what} FROM "{_escaped(self._layer)}" WHERE {quoted} IS NOT NULL'  # noqa: S608
            headers += [(int(fid), bytes.fromhex(str(text))) for fid, text in self._query(sql, None)]
        return headers

    @cached_property
    def _curved(self) -> set[int]:
        """Features of a type that may hold circular arcs."""
        sql = f'SELECT FID, OGR_GEOMETRY AS shape FROM "{self._table}"'  # noqa: S608
        return {int(fid) for fid, shape in self._query(sql, "OGRSQL") if str(shape) in _CURVED}

    def _arcs(self, fids: list[int]) -> list[str]:
        """The coordinates of every circular arc among some features, as in WKT."""
        arcs: list[str] = []
        for k in range(0, len(fids), 500):
            some = ",".join(map(str, fids[k : k + 500]))
            sql = f'SELECT OGR_GEOM_WKT AS shape FROM "{self._table}" WHERE FID IN ({some})'  # noqa: S608
            for (text,) in self._query(sql, "OGRSQL"):
                arcs += _ARC.findall(str(text))
        return arcs

    @property
    def _table(self) -> str:
        return self._layer.replace('"', '\\"')


def _number(header: bytes) -> int:
    return int.from_bytes(header[1:5], "little" if header[0] & 1 else "big", signed=True)


def _has_m(header: bytes) -> bool:
    """Whether the WKB behind the header has M values: ISO types 2000 and 3000, or EWKB's flag."""
    start = 8 + _ENVELOPE_BYTES[min(4, (header[3] >> 1) & 7)]
    kind = int.from_bytes(header[start + 1 : start + 5], "little" if header[start] else "big")
    return bool(kind & 0x40000000) or (kind & 0xFFFF) // 1000 in (2, 3)


_ARC = re.compile(r"CIRCULARSTRING\s*(?:ZM|Z|M)?\s*\(([^()]*)\)")


def _escaped(layer: str) -> str:
    return layer.replace('"', '""')


def _stroke_step(arcs: Iterable[str], crs: str | None) -> tuple[float | None, float | None]:
    """Step in degrees of arc and departure in metres; None where there are no arcs."""
    unit_m = _METRES_PER_DEGREE if crs is None or CRS(crs).is_geographic else 1.0
    radii = [radius * unit_m for arc in arcs for radius in _radii(arc)]
    if not radii:
        return None, None
    largest = max(radii)
    # An arc of angle t departs r (1 - cos t/2), about r t² / 8, from its chord; 2 % are left for rounding.
    fine = math.degrees(math.sqrt(8.0 * 0.98 * STROKE_M / largest)) if largest else _COARSEST_STEP_DEG
    step = min(_COARSEST_STEP_DEG, max(_FINEST_STEP_DEG, fine))
    return step, largest * (1.0 - math.cos(math.radians(step) / 2.0))


def _radii(arc: str) -> Iterator[float]:
    """The radius of each arc of a CIRCULARSTRING, in the units of its coordinates."""
    points = [tuple(map(float, pair.split()[:2])) for pair in arc.split(",")]
    for k in range(0, len(points) - 2, 2):
        (ax, ay), (bx, by), (cx, cy) = points[k : k + 3]
        twice_area = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))
        sides = math.dist((ax, ay), (bx, by)), math.dist((bx, by), (cx, cy)), math.dist((cx, cy), (ax, ay))
        if sides[2] == 0.0:
            yield sides[0] / 2.0  # a full circle: the middle point lies opposite
        elif twice_area > 1e-12 * max(sides) ** 2:
            yield sides[0] * sides[1] * sides[2] / (2.0 * twice_area)
