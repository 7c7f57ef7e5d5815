"""GeoParquet through pyarrow, an optional part of merestone (extra ``parquet``)."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from merestone.errors import MissingExtraError
from merestone.model.sources import EdgeType
from merestone.sources.notes import Notes
from merestone.sources.rows import Features, MemoryReader, geometries


def parquet_reader(path: Path, notes: Notes) -> MemoryReader:
    """Read a GeoParquet file (version 1.x, WKB). Raises MissingExtraError where pyarrow is absent."""
    try:
        import pyarrow as pa  # an extra
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError(
            f"{notes.what}: reading GeoParquet needs pyarrow, which is not installed",
            hint="install the extra: pip install 'merestone[parquet]'",
        ) from None
    try:
        table = pq.read_table(path, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise notes.refuse(
            f"the Parquet file cannot be read ({' '.join(str(error).split())}); fetch it again"
        ) from None
    about = _about(table, notes)
    name = about["primary_column"]
    column = about["columns"][name]
    if column.get("encoding") != "WKB":
        raise notes.refuse(
            f"its geometry is encoded as {column.get('encoding')!r}; only WKB can be read, so convert it"
        )
    fids = np.arange(table.num_rows, dtype=np.int64)
    wkb = np.array([*table.column(name).to_pylist(), None], dtype=object)[:-1]
    columns = {
        field: np.array([*table.column(field).to_pylist(), None], dtype=object)[:-1]
        for field in table.column_names
        if field not in about["columns"] and not pa.types.is_nested(table.schema.field(field).type)
    }
    edges = _edges(column, notes)
    return MemoryReader(Features(fids, geometries(wkb, fids, notes), columns), _crs(column), edges, notes)


def _about(table: Any, notes: Notes) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((table.schema.metadata or {})[b"geo"])
        about["columns"][about["primary_column"]]
    except (KeyError, ValueError, TypeError):
        raise notes.refuse(
            "it has no GeoParquet metadata (key 'geo'), so nothing tells which column is the map"
        ) from None
    return about


def _crs(column: dict[str, Any]) -> str | None:
    """Absent means OGC:CRS84 by the specification, null means unknown."""
    if "crs" not in column:
        return "OGC:CRS84"
    return None if column["crs"] is None else json.dumps(column["crs"])


def _edges(column: dict[str, Any], notes: Notes) -> EdgeType | None:
    """``spherical`` edges are great circles of no stated sphere; geodesics are what comes nearest."""
    if column.get("edges", "planar") == "planar":
        return None
    notes.add("edges-by-file", stated=str(column["edges"]), taken=EdgeType.GEODESIC.value)
    return EdgeType.GEODESIC
