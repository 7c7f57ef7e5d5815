"""Reading through GDAL by pyogrio's raw interface: arrays of WKB, nothing else.

GDAL's messages never reach stderr: failures become errors, warnings are handed back as text.
Curves are stroked so finely that no chord leaves its arc by more than ``STROKE_M``.
"""

import logging
import math
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyogrio
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyogrio.raw import read

from merestone.sources.formats import Format, Opened
from merestone.sources.notes import Notes

STROKE_M = 0.0002
"""Largest departure of a stroked curve from the curve, in metres."""
_METRES_PER_DEGREE = 111_320.0
_FINEST_STEP_DEG = 1e-4
_CONFIG = {
    "GML_DOWNLOAD_SCHEMA": "NO",
    "OGR_GEOMETRY_ACCEPT_UNCLOSED_RING": "YES",
    "SHAPE_RESTORE_SHX": "NO",
    "OSM_COMPRESS_NODES": "NO",
}
_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "gpkg": {"IMMUTABLE": "YES"},
    "gml": {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO"},
    "csv": {"GEOM_POSSIBLE_NAMES": "WKT,wkt,geometry,geom,the_geom", "KEEP_GEOM_COLUMNS": "NO"},
}
_DRIVERS_REFUSED = {
    "OGR_VRT",
    "GDALG",
    "WFS",
    "OAPIF",
    "OGCAPI",
    "CSW",
    "HTTP",
    "Elasticsearch",
    "Carto",
    "PLSCENES",
    "EEDA",
    "ADBC",
}
_TROUBLE = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    GeometryError,
    ValueError,
    IndexError,
    RuntimeError,
)
_CURVED = (
    "CIRCULARSTRING",
    "COMPOUNDCURVE",
    "CURVEPOLYGON",
    "MULTICURVE",
    "MULTISURFACE",
    "GEOMETRYCOLLECTION",
)
_NEVER_CURVED = (Format.JSON, Format.SHAPEFILE, Format.OSM_PBF)


@dataclass(frozen=True, slots=True)
class Info:
    """What a file says of itself."""

    driver: str
    layers: tuple[str, ...]
    """Layers that hold geometry."""
    layer: str
    crs: str | None
    """``EPSG:…`` or WKT."""
    geometry_type: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Features as they stand in a file: feature ids, WKB (None: no geometry) and attributes."""

    fids: NDArray[np.int64]
    wkb: NDArray[np.object_]
    columns: Mapping[str, NDArray[Any]]
    stroked_m: float | None = None
    """Largest departure of the chains that replaced curves; None: there were none."""
    measured: int = 0
    """Features that carried M values, which are gone."""
    said: tuple[str, ...] = field(default=())
    """Warnings of the reader."""


def info(file: Opened, layer: str | None, notes: Notes) -> Info:
    """Layers, fields and CRS of a file; refuses a choice of layers that the dossier leaves open."""
    with _quiet(file, notes):
        listed = pyogrio.list_layers(str(file.path))
        spatial = tuple(str(name) for name, kind in listed if kind is not None)
        chosen = _chosen(spatial, tuple(str(name) for name, _ in listed), layer, notes)
        about = pyogrio.read_info(str(file.path), layer=chosen, encoding=file.encoding, **_options(file))
    if about["driver"] in _DRIVERS_REFUSED:
        raise notes.refuse(
            "this file only refers to other files or services; name the file with the map itself"
        )
    fields = tuple(str(name) for name in about["fields"])
    return Info(about["driver"], spatial, chosen, about["crs"], about["geometry_type"], fields)


def _chosen(spatial: tuple[str, ...], every: tuple[str, ...], layer: str | None, notes: Notes) -> str:
    names = ", ".join(spatial) or "none"
    if layer is not None:
        if layer not in every:
            raise notes.refuse(f"there is no layer '{layer}'; it holds {names}")
        return layer
    if not spatial:
        raise notes.refuse("no layer of it holds geometry; name another file")
    if len(spatial) > 1:
        raise notes.refuse(f"it holds {len(spatial)} layers ({names}); say which with `layer`")
    return spatial[0]


def rows(file: Opened, about: Info, where: str | None, notes: Notes) -> Rows:
    """The features of a layer that fit the attribute filter `where` (OGR SQL), curves stroked."""
    with _quiet(file, notes) as said:
        kept = _read(file, about.layer, where)
        stroked_m, measured = None, 0
        if file.format not in _NEVER_CURVED:
            shapes = _shapes(file, about, kept["fids"])
            stroked_m = _stroke_step(shapes, about.crs)
            if stroked_m is not None:
                with _config({"OGR_ARC_STEPSIZE": repr(stroked_m[1])}):
                    kept = _read(file, about.layer, where)
            measured = sum(1 for text in shapes.values() if re.match(r"[A-Z]+ Z?M", text))
        elif "M" in (about.geometry_type or "").split()[-1:]:
            measured = len(kept["fids"])
    return Rows(
        kept["fids"],
        kept["wkb"],
        kept["columns"],
        stroked_m[0] if stroked_m else None,
        measured,
        tuple(sorted(set(said))),
    )


def fids(file: Opened, about: Info, where: str, notes: Notes) -> NDArray[np.int64]:
    """Ids of the features that fit `where`."""
    with _quiet(file, notes):
        _, found, _, _ = read(
            str(file.path), layer=about.layer, where=where, columns=[], read_geometry=False, return_fids=True,
            encoding=file.encoding, **_options(file),
        )  # fmt: skip
    return np.asarray(found, dtype=np.int64)


def fids_of_records(geojson: bytes, where: str) -> NDArray[np.int64]:
    """Which of the records in `geojson` (features without geometry) fit `where`; ValueError if none can."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, found, _, _ = read(geojson, where=where, read_geometry=False, return_fids=True)
    return np.asarray(found, dtype=np.int64)


def reference_ids(file: Opened, about: Info, notes: Notes) -> tuple[int, ...]:
    """The reference system ids in the headers of a GeoPackage's geometries, which GDAL passes over."""
    layer = about.layer.replace("'", "''")
    with _quiet(file, notes):
        named = _native(file, f"SELECT column_name FROM gpkg_geometry_columns WHERE table_name = '{layer}'")  # noqa: S608
        if not named:
            return ()
        column = str(named[0]).replace('"', '""')
        table = about.layer.replace('"', '""')
        # GeoPackage 1.4, clause 2.1.3: the header's byte 3 has the byte order, bytes 4 to 7 the id.
        found = _native(
            file,
            f'SELECT DISTINCT hex(substr("{column}", 4, 5)) FROM "{table}" WHERE "{column}" IS NOT NULL',  # noqa: S608
        )
    return tuple(sorted({_reference_id(bytes.fromhex(str(text))) for text in found}))


def _reference_id(header: bytes) -> int:
    return int.from_bytes(header[1:5], "little" if header[0] & 1 else "big", signed=True)


def _native(file: Opened, sql: str) -> list[Any]:
    """The first column of a query in the dialect of the format."""
    _, _, _, columns = read(str(file.path), sql=sql, read_geometry=False, **_options(file))
    return list(columns[0]) if columns else []


def _read(file: Opened, layer: str, where: str | None) -> dict[str, Any]:
    meta, found, wkb, columns = read(
        str(file.path), layer=layer, where=where, return_fids=True, encoding=file.encoding,
        datetime_as_string=True, **_options(file),
    )  # fmt: skip
    if wkb is None:
        wkb = np.full(len(found), None, dtype=object)
    names = [str(name) for name in meta["fields"]]
    return {
        "fids": np.asarray(found, dtype=np.int64),
        "wkb": wkb,
        "columns": dict(zip(names, columns, strict=True)),
    }


def _shapes(file: Opened, about: Info, wanted: NDArray[np.int64]) -> dict[int, str]:
    """Feature id to WKT of those that may hold curves, to the first characters of the others'.

    pyogrio strokes curves and drops M without a word; OGR SQL's special fields still tell.
    """
    table = about.layer.replace('"', '\\"')
    sql = f'SELECT FID, OGR_GEOMETRY AS shape, SUBSTR(OGR_GEOM_WKT, 1, 40) AS start FROM "{table}"'  # noqa: S608
    found = _sql(file, sql)
    shapes = {fid: str(start) for fid, (_, start) in found.items()}
    keep = set(wanted.tolist())
    curved = sorted(fid for fid, (shape, _) in found.items() if fid in keep and str(shape) in _CURVED)
    for k in range(0, len(curved), 500):
        some = ",".join(map(str, curved[k : k + 500]))
        whole = _sql(file, f'SELECT FID, OGR_GEOM_WKT AS shape FROM "{table}" WHERE FID IN ({some})')  # noqa: S608
        shapes |= {fid: str(text) for fid, (text,) in whole.items()}
    return {fid: text for fid, text in shapes.items() if fid in keep}


def _sql(file: Opened, sql: str) -> dict[int, tuple[Any, ...]]:
    _, found, _, columns = read(
        str(file.path), sql=sql, sql_dialect="OGRSQL", return_fids=True, read_geometry=False,
        encoding=file.encoding, **_options(file),
    )  # fmt: skip
    return (
        dict(zip((int(k) for k in columns[0]), zip(*columns[1:], strict=True), strict=True))
        if len(found)
        else {}
    )


_ARC = re.compile(r"CIRCULARSTRING\s*(?:ZM|Z|M)?\s*\(([^()]*)\)")


def _stroke_step(shapes: Mapping[int, str], crs: str | None) -> tuple[float, float] | None:
    """(departure in metres, step in degrees) for the arcs among `shapes`; None where there are none."""
    unit_m = _METRES_PER_DEGREE if _is_geographic(crs) else 1.0
    radii = [
        radius * unit_m for text in shapes.values() for arc in _ARC.findall(text) for radius in _radii(arc)
    ]
    if not radii:
        return None
    largest = max(radii)
    # An arc of angle t departs r (1 - cos t/2), about r t² / 8, from its chord.
    step = min(
        4.0, max(_FINEST_STEP_DEG, math.degrees(math.sqrt(8.0 * STROKE_M / largest)) if largest else 4.0)
    )
    return largest * (1.0 - math.cos(math.radians(step) / 2.0)), step


def _is_geographic(crs: str | None) -> bool:
    from pyproj import CRS  # noqa: PLC0415 - only files with curves need it here

    return crs is None or CRS(crs).is_geographic


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


def _options(file: Opened) -> dict[str, str]:
    ending = file.path.suffix.lower().removeprefix(".")
    return dict(_OPTIONS.get("csv" if file.format is Format.CSV else ending, {}))


@contextmanager
def _config(options: Mapping[str, str]) -> Iterator[None]:
    """GDAL configuration for a while: it is global to the process."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(dict(options))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


@contextmanager
def _quiet(file: Opened, notes: Notes) -> Iterator[list[str]]:
    """Within, GDAL's warnings are collected and its failures become errors that name the source."""
    said: list[str] = []
    log = logging.getLogger("pyogrio")
    level, log.disabled = log.level, False
    log.setLevel(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(record=True) as caught,
            _config({**_CONFIG, "CPL_TMPDIR": tempfile.gettempdir()}),
        ):
            warnings.simplefilter("always")
            yield said
            said += [_plain(str(one.message), file) for one in caught]
    except UnicodeDecodeError as error:
        raise notes.refuse(
            f"an attribute holds {error.object[error.start : error.start + 1]!r}, which is not {error.encoding}; "
            "say with `encoding` what the file is in (e.g. 'cp1251')"
        ) from None
    except _TROUBLE as error:
        raise notes.refuse(f"it cannot be read: {_plain(str(error), file)}") from None
    finally:
        log.setLevel(level)


def _plain(message: str, file: Opened) -> str:
    """A message of GDAL in one line, without the folder of the file."""
    text = " ".join(message.split()).replace(str(file.path.parent) + "/", "").rstrip(".; ")
    return text.split("; It might help")[0]
