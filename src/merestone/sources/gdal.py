"""Reading through GDAL by pyogrio's raw interface: arrays of WKB, nothing else.

GDAL's messages never reach stderr: failures become errors, warnings are handed back as text.
What pyogrio changes without a word (curves, M values) is found out by ``probes``.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.sources.formats import Format, Opened
from merestone.sources.notes import Notes
from merestone.sources.ogr import (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    pyogrio,
    read,
)
from merestone.sources.probes import Probe

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


def probe_of(file: Opened, about: Info) -> Probe:
    """What `rows` and `reference_ids` ask of a layer, for one opened file."""
    return Probe(file, about.layer, about.crs, partial(_query, file))


def rows(file: Opened, about: Info, probe: Probe, where: str | None, notes: Notes) -> Rows:
    """The features of a layer that fit the attribute filter `where` (OGR SQL), curves stroked."""
    with _quiet(file, notes, where) as said:
        kept = _read(file, about.layer, where)
        lost = probe.lost(set(kept["fids"].tolist()))
        if lost.arc_step_deg is not None:
            with _config({"OGR_ARC_STEPSIZE": repr(lost.arc_step_deg)}):
                kept = _read(file, about.layer, where)
    said_once = tuple(sorted(set(said)))
    return Rows(kept["fids"], kept["wkb"], kept["columns"], lost.departure_m, lost.measured, said_once)


def reference_ids(file: Opened, probe: Probe, notes: Notes) -> tuple[int, ...]:
    """The reference system ids in the headers of a GeoPackage's geometries, which GDAL passes over."""
    with _quiet(file, notes):
        return probe.reference_ids()


def fids_of_records(geojson: bytes, where: str) -> NDArray[np.int64]:
    """Which of the records in `geojson` (features without geometry) fit `where`; ValueError if none can."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, found, _, _ = read(geojson, where=where, read_geometry=False, return_fids=True)
    return np.asarray(found, dtype=np.int64)


def _query(file: Opened, sql: str, dialect: str | None) -> list[tuple[Any, ...]]:
    """The rows of a query, in OGR's SQL, in SQLite's or (None) in the dialect of the format."""
    _, _, _, columns = read(
        str(file.path),
        sql=sql,
        sql_dialect=dialect,
        read_geometry=False,
        encoding=file.encoding,
        **_options(file),
    )
    return list(zip(*columns, strict=True))


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
def _quiet(file: Opened, notes: Notes, where: str | None = None) -> Iterator[list[str]]:
    """Within, GDAL's warnings are collected and its failures become errors that name source and filter."""
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
            # Of M values there is a finding of our own, and of more than the type of the layer.
            texts = [str(one.message) for one in caught if "Measured (M)" not in str(one.message)]
            said += [_plain(text, file) for text in texts]
    except UnicodeDecodeError as error:
        raise notes.refuse(
            f"an attribute holds {error.object[error.start : error.start + 1]!r}, which is not "
            f"{error.encoding}; "
            "say with `encoding` what the file is in (e.g. 'cp1251')"
        ) from None
    except _TROUBLE as error:
        raise notes.refuse(_unread(_plain(str(error), file), where)) from None
    finally:
        log.setLevel(level)


def unusable_filter(where: str) -> str:
    """That a filter is no condition, and how one looks."""
    return f"the filter {where!r} cannot be understood; write it as in iso3 = 'ARM'"


def _unread(said: str, where: str | None) -> str:
    """What is wrong with a file that GDAL does not read, and what to do."""
    if where is not None and said.startswith(("Invalid SQL query", "Failed to prepare SQL")):
        return unusable_filter(where)
    if said.endswith("not recognized as being in a supported file format"):
        return "it is in no vector format that GDAL reads, or it is damaged; fetch it again, or name another"
    return f"it cannot be read: {said}; fetch it again, or correct it"


def _plain(message: str, file: Opened) -> str:
    """A message of GDAL in one line, without the folder of the file."""
    text = " ".join(message.split()).replace(str(file.path.parent) + "/", "")
    return text.split("; It might help")[0].rstrip(".; ")
