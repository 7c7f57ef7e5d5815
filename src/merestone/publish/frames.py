"""A comparison in notebooks: its layers as GeoDataFrames, its summary as a short piece of HTML."""

from typing import TYPE_CHECKING, Any

from merestone.errors import MissingExtraError
from merestone.model.results import Comparison
from merestone.publish.layers import tables
from merestone.publish.notebook import repr_html
from merestone.publish.tables import Column, Table, Type

if TYPE_CHECKING:
    import geopandas

__all__ = ["repr_html", "to_geopandas"]


def to_geopandas(comparison: Comparison) -> "dict[str, geopandas.GeoDataFrame]":
    """One frame in EPSG:4326 for each layer of ``comparison.gpkg``, by its name, with the same columns.

    Figures are rounded as they are in the file. Raises MissingExtraError where geopandas is not
    installed (extra ``geo``).
    """
    try:
        import geopandas
    except ImportError:
        raise MissingExtraError(
            "to_geopandas needs geopandas; install it with: pip install 'merestone[geo]'"
        ) from None
    return {table.name: _frame(table, geopandas) for table in tables(comparison)}


def _frame(table: Table, geopandas: Any) -> "geopandas.GeoDataFrame":
    import pandas as pd

    data = {
        column.name: pd.Series([row[i] for row in table.rows], dtype=_dtype(column))
        for i, column in enumerate(table.columns)
    }
    return geopandas.GeoDataFrame(data, geometry=list(table.shapes), crs="EPSG:4326")


def _dtype(column: Column) -> str:
    """Floats hold NaN for what is not there; words hold None; counts and flags are always there."""
    names = {Type.REAL: "float64", Type.INTEGER: "int64", Type.BOOLEAN: "bool", Type.TEXT: "object"}
    return names[column.type]
