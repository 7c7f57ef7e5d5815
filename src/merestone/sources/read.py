"""Opening a file as rows of features, whatever its format, with attribute filters.

Coordinates stay as the file has them: x and y in the order *east, north* (or longitude, latitude),
which is how GDAL hands out every format, with heights dropped and noted.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from merestone.model.sources import EdgeType
from merestone.sources import gdal
from merestone.sources.formats import Format, Opened, opened, srs_key
from merestone.sources.notes import Notes
from merestone.sources.parquet import parquet_reader
from merestone.sources.probes import Probe
from merestone.sources.rows import Features, Reader, geometries

_BY_DEFAULT = "EPSG:4326"
"""What GDAL takes a GeoJSON file to be in whose ``crs`` it does not know."""


@contextmanager
def reader(
    path: Path, notes: Notes, *, layer: str | None = None, encoding: str | None = None
) -> Iterator[Reader]:
    """Open any vector file but a table of coordinates. Raises BadInputError; never writes beside it."""
    with opened(path, encoding, notes) as file:
        if file.format is Format.PARQUET:
            yield parquet_reader(file.path, notes)
        else:
            yield GdalReader(file, gdal.info(file, layer, notes), notes)


class GdalReader:
    """A file that GDAL reads."""

    def __init__(self, file: Opened, about: gdal.Info, notes: Notes) -> None:
        self._file = file
        self._about = about
        self._notes = notes
        self._probe = gdal.probe_of(file, about)
        self.crs = _one_crs(file, about, self._probe, notes)
        self.edges: EdgeType | None = None
        self.fields = about.fields

        if file.code_page_unknown:
            notes.add("encoding-unknown")

    def select(self, where: str | None) -> Features:
        rows = gdal.rows(self._file, self._about, self._probe, where, self._notes)
        for text in rows.said:
            self._notes.add("reader-says", text=text)
        if rows.stroked_m is not None:
            self._notes.add("curves-stroked", departure_m=round(rows.stroked_m, 6))
        if rows.measured:
            self._notes.tally("measures-dropped", features=rows.measured)
        return Features(rows.fids, geometries(rows.wkb, rows.fids, self._notes), rows.columns)


def _one_crs(file: Opened, about: gdal.Info, probe: Probe, notes: Notes) -> str | None:
    """The CRS of the file, after making sure that it is the only one in it."""
    names = {srs_key(name) for name in file.reference_systems}
    if about.driver == "GML" and len(names) > 1:
        raise _mixed(names, notes)
    if about.driver == "GPKG":
        found = gdal.reference_ids(file, probe, notes)
        if len(found) > 1:
            raise _mixed({str(number) for number in found}, notes)
    if about.driver == "TopoJSON":
        return about.crs or "EPSG:4326"  # like GeoJSON it has no other
    if file.format is Format.JSON:
        return _crs_of_json(file.path, about.crs, notes)
    return about.crs


def _mixed(names: set[str], notes: Notes) -> Exception:
    listed = ", ".join(sorted(names))
    return notes.refuse(
        f"its features are in {len(names)} reference systems ({listed}); split it into one file for each"
    )


def _begins_as_default(text: bytes) -> bool:
    """Whether this ``"crs": …`` says WGS 84, as most do: then the rest need not be looked through."""
    value = text[:1000].partition(b":")[2].decode("utf-8", "replace").lstrip()
    try:
        return _stated(json.JSONDecoder().raw_decode(value)[0]) == _BY_DEFAULT
    except ValueError:
        return False


def _crs_of_json(path: Path, by_gdal: str | None, notes: Notes) -> str | None:
    """The CRS of a JSON file. What its ``crs`` says is kept where GDAL, which did not know it, took WGS 84.

    Raises BadInputError where features name reference systems of their own: GDAL would pass over them.
    """
    text = path.read_bytes()
    first = text.find(b'"crs"')
    of_all = text.count(b'"crs"') == 1 and first < text.find(b'"features"')
    if first < 0 or (of_all and (by_gdal != _BY_DEFAULT or _begins_as_default(text[first:]))):
        return by_gdal  # none, or one of the whole collection that GDAL knows
    try:
        document = json.loads(text)
    except ValueError:
        return by_gdal  # GDAL says what is wrong with it, or reads it as a sequence of features
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        return by_gdal
    top = json.dumps(document.get("crs"), sort_keys=True)
    own = {json.dumps(crs, sort_keys=True) for one in features for crs in _own_crs(one)}
    if own - {top}:
        raise _mixed({_crs_name(text) for text in own | {top}}, notes)
    if "crs" not in document or by_gdal != _BY_DEFAULT:
        return by_gdal
    return _stated(document["crs"])


def _stated(crs: Any) -> str | None:
    """What a ``crs`` that GDAL reads as WGS 84 says: that, or a name nobody knows; None says nothing."""
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    said = properties.get("name", properties.get("code")) if isinstance(properties, dict) else None
    text = str(said) if said is not None else json.dumps(crs)
    return _BY_DEFAULT if srs_key(text) in (_BY_DEFAULT, "OGC:84") else text


def _own_crs(feature: Any) -> Iterator[Any]:
    for holder in (feature, feature.get("geometry") if isinstance(feature, dict) else None):
        if isinstance(holder, dict) and "crs" in holder:
            yield holder["crs"]


def _crs_name(text: str) -> str:
    crs = json.loads(text)
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    return srs_key(str(name)) if name else "EPSG:4326"
