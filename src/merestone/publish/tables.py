"""The layers of ``comparison.gpkg`` as tables, before anything is said of files.

Each table is a list of rows with a geometry each. `write_geopackage` and `to_geopandas` both start here, so
they cannot disagree.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from merestone.publish.rounding import Rounding, Unit

if TYPE_CHECKING:
    import numpy as np

Value = str | int | float | bool | None


class Type(StrEnum):
    """SQL types of columns, as a GeoPackage names them."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    REAL = "REAL"
    BOOLEAN = "BOOLEAN"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; figures of one with a unit are rounded to it."""

    name: str
    type: Type
    description: str
    unit: Unit | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One layer: ``shapes`` has a geometry for each row, of the type ``geometry`` in EPSG:4326."""

    name: str
    description: str
    geometry: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    shapes: "np.ndarray"


def text(name: str, description: str) -> Column:
    """A column of words."""
    return Column(name, Type.TEXT, description)


def whole(name: str, description: str) -> Column:
    """A column of counts."""
    return Column(name, Type.INTEGER, description)


def flag(name: str, description: str) -> Column:
    """A column of yes and no."""
    return Column(name, Type.BOOLEAN, description)


def figure(name: str, unit: Unit, description: str) -> Column:
    """A column of figures that are rounded to `unit`."""
    return Column(name, Type.REAL, description, unit)


def rounded_rows(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], rounding: Rounding
) -> tuple[tuple[Value, ...], ...]:
    """The rows with every figure rounded to the unit of its column; NaN becomes None."""
    cells = [_cells(column, rounding) for column in columns]
    return tuple(
        tuple(None if one is None or one != one else cell(one) for cell, one in zip(cells, row, strict=True))  # noqa: PLR0124 - NaN: the source does not reach here
        for row in rows
    )


def _cells(column: Column, rounding: Rounding) -> Callable[[Any], Value]:
    """What makes a cell of a column from a value that is there."""
    if column.type is Type.REAL:
        return rounding.of(column.unit or Unit.OTHER)
    return {Type.INTEGER: int, Type.BOOLEAN: bool, Type.TEXT: str}[column.type]


def column_names(wanted: Sequence[str], taken: Iterable[str]) -> dict[str, str]:
    """A column name for each id of `wanted`: the id itself, numbered where SQL would confuse two.

    SQL does not tell upper from lower case, so ``Map`` and ``map`` are one name to it.
    """
    used = {name.casefold() for name in taken}
    names: dict[str, str] = {}
    for id_ in sorted(wanted):
        name, number = id_, 1
        while name.casefold() in used:
            number += 1
            name = f"{id_}_{number}"
        used.add(name.casefold())
        names[id_] = name
    return names


def listed_by_party(ids: Mapping[str, Sequence[str]]) -> str:
    """Lists by party as words: ``ARM: Syunik; AZE: Zangilan, Gubadly``."""
    return "; ".join(f"{party}: {', '.join(ids[party])}" for party in sorted(ids) if ids[party])
