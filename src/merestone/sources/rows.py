"""Features as rows, as drawn in the file's own CRS, and what can be asked of a file of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.model.sources import EdgeType
from merestone.sources import gdal
from merestone.sources.notes import Notes


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features as drawn in the file's own CRS. ``geometries`` are shapely, two-dimensional, or None."""

    fids: NDArray[np.int64]
    geometries: NDArray[np.object_]
    columns: Mapping[str, NDArray[Any]]
    legs: Mapping[int, tuple[EdgeType, ...]] = field(default_factory=dict)
    """By feature id, the type of each leg of its one line, where a table gives them."""
    said: Mapping[int, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    """By feature id, what a table states of each leg: ``from`` and ``to`` (numbers of its points), and of
    what it follows, whether it moves and what prevails that which is stated."""

    def taken(self, rows: NDArray[Any]) -> "Features":
        """The features of some rows."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return Features(self.fids[rows], self.geometries[rows], columns, self.legs, self.said)


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
        except (ValueError, RuntimeError):
            raise self._notes.refuse(gdal.unusable_filter(where)) from None
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
