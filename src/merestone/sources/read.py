"""Opening a file as rows of features, whatever its format, with attribute filters.

Coordinates stay as the file has them: x and y in the order *east, north* (or longitude, latitude),
which is how GDAL hands out every format, with heights dropped and noted.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.model.sources import EdgeType
from merestone.sources import gdal
from merestone.sources.formats import Format, Opened, opened, srs_key
from merestone.sources.notes import Notes
from merestone.sources.probes import Probe


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features as drawn in the file's own CRS. ``geometries`` are shapely, two-dimensional, or None."""

    fids: NDArray[np.int64]
    geometries: NDArray[np.object_]
    columns: Mapping[str, NDArray[Any]]
    legs: Mapping[int, tuple[EdgeType, ...]] = field(default_factory=dict)
    """By feature id, the type of each leg of its one line, where a table gives them."""

    def taken(self, rows: NDArray[Any]) -> "Features":
        """The features of some rows."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return Features(self.fids[rows], self.geometries[rows], columns, self.legs)


class Reader(Protocol):
    """A file that was opened."""

    crs: str | None
    """What the file says, as ``EPSG:…``, WKT or PROJJSON; None: it says nothing."""
    edges: EdgeType | None
    """What the file says of its edges."""
    fields: tuple[str, ...]

    def select(self, where: str | None) -> Features:
        """The features that fit an attribute filter (OGR SQL)."""
        ...


@contextmanager
def reader(
    path: Path, notes: Notes, *, layer: str | None = None, encoding: str | None = None
) -> Iterator[Reader]:
    """Open any vector file but a table of coordinates. Raises BadInputError; never writes beside it."""
    with opened(path, encoding, notes) as file:
        if file.format is Format.PARQUET:
            from merestone.sources.parquet import parquet_reader  # pyarrow is an extra

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


class MemoryReader:
    """Features that were read into memory by other means than GDAL."""

    def __init__(self, features: Features, crs: str | None, edges: EdgeType | None, notes: Notes) -> None:
        self._features = features
        self._notes = notes
        self.crs = crs
        self.edges = edges
        self.fields = tuple(features.columns)

    def select(self, where: str | None) -> Features:
        if not where:
            return self._features
        try:
            kept = gdal.fids_of_records(self._records(), where)
        except (ValueError, RuntimeError) as error:
            raise self._notes.refuse(f"the filter {where!r} cannot be used ({error})") from None
        return self._features.taken(kept)

    def _records(self) -> bytes:
        """The attributes as GeoJSON without geometry: GDAL then filters as it does elsewhere."""
        names = list(self._features.columns)
        records = [
            {
                "type": "Feature",
                "geometry": None,
                "properties": dict(zip(names, map(plain, values), strict=True)),
            }
            for values in zip(*self._features.columns.values(), strict=True)
        ]
        return json.dumps({"type": "FeatureCollection", "features": records}).encode()


def plain(value: Any) -> Any:
    """An attribute as plain JSON value; None for a missing one."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return str(value)


def geometries(wkb: NDArray[np.object_], fids: NDArray[np.int64], notes: Notes) -> NDArray[np.object_]:
    """Shapely geometries from WKB, heights dropped with a finding, open rings closed with one."""
    made = np.empty(len(wkb), dtype=object)
    unclosed: list[int] = []
    for k, (fid, one) in enumerate(zip(fids.tolist(), wkb, strict=True)):
        try:
            with np.errstate(invalid="ignore"):  # NaN is refused later, with its vertex
                made[k] = None if one is None else shapely.from_wkb(one)
        except shapely.GEOSException as error:
            made[k] = shapely.from_wkb(one, on_invalid="fix")
            if made[k] is None:
                raise notes.refuse(
                    f"the geometry of feature {fid} cannot be read ({error}); correct the file"
                ) from None
            unclosed.append(fid)
    if unclosed:
        notes.add("ring-unclosed", features=unclosed[:20], count=len(unclosed))
    high = shapely.has_z(made)
    if high.any():
        notes.tally("heights-dropped", features=int(high.sum()))
        made = shapely.force_2d(made)
    return made


def _one_crs(file: Opened, about: gdal.Info, probe: Probe, notes: Notes) -> str | None:
    """The CRS of the file, after making sure that it is the only one in it."""
    names = {srs_key(name) for name in file.reference_systems}
    if about.driver == "GML" and len(names) > 1:
        raise _mixed(names, notes)
    if file.format is Format.JSON:
        _check_json(file.path, notes)
    if about.driver == "GPKG":
        found = gdal.reference_ids(file, probe, notes)
        if len(found) > 1:
            raise _mixed({str(number) for number in found}, notes)
    if about.driver == "TopoJSON":
        return about.crs or "EPSG:4326"  # like GeoJSON it has no other
    return about.crs


def _mixed(names: set[str], notes: Notes) -> Exception:
    listed = ", ".join(sorted(names))
    return notes.refuse(
        f"its features are in {len(names)} reference systems ({listed}); split it into one file for each"
    )


def _check_json(path: Path, notes: Notes) -> None:
    """Refuse GeoJSON whose features name reference systems of their own: GDAL would pass over them."""
    text = path.read_bytes()
    first = text.find(b'"crs"')
    if first < 0 or (text.count(b'"crs"') == 1 and first < text.find(b'"features"')):
        return  # none, or one of the whole collection
    try:
        document = json.loads(text)
    except ValueError:
        return  # GDAL says what is wrong with it, or reads it as a sequence of features
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        return
    top = json.dumps(document.get("crs"), sort_keys=True)
    own = {json.dumps(crs, sort_keys=True) for one in features for crs in _own_crs(one)}
    if own - {top}:
        raise _mixed({_crs_name(text) for text in own | {top}}, notes)


def _own_crs(feature: Any) -> Iterator[Any]:
    for holder in (feature, feature.get("geometry") if isinstance(feature, dict) else None):
        if isinstance(holder, dict) and "crs" in holder:
            yield holder["crs"]


def _crs_name(text: str) -> str:
    crs = json.loads(text)
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    return srs_key(str(name)) if name else "EPSG:4326"
