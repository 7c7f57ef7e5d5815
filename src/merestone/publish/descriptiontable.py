"""The table of turning points: one form for people and for `merestone add`."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = dict[str, str | int | float | None]

_ALWAYS = (
    "number",
    "part",
    "latitude",
    "longitude",
    "latitude_deg",
    "longitude_deg",
    "grid_east_m",
    "grid_north_m",
    "line",
    "azimuth_deg",
    "length_m",
    "ground_length_m",
    "cumulative_m",
    "follows",
    "moves",
    "prevails",
)
_IF_THERE = frozenset({"grid_east_m", "grid_north_m", "ground_length_m"})


def rows(tree: Mapping[str, Any]) -> list[Row]:
    """One row a point, in order; a closed line comes back to its first one. Keys are those of `columns`."""
    done: list[Row] = []
    for line in tree["lines"]:
        own = [point for point in tree["turning_points"] if point["line"] == line["id"]]
        done += [_row(point, point["cumulative_m"]) for point in own]
        if line["closed"]:
            done.append({**_row(own[0], line["length_m"]), **_NO_LEG})
    return done


_NO_LEG: Row = dict.fromkeys(
    ("line", "azimuth_deg", "length_m", "ground_length_m", "follows", "moves", "prevails")
)


def _row(point: Mapping[str, Any], cumulative_m: float) -> Row:
    leg = point["leg"] or {}
    return {
        "number": point["n"],
        "part": point["line"],
        "latitude": point["latitude"],
        "longitude": point["longitude"],
        "latitude_deg": point["lat"],
        "longitude_deg": point["lon"],
        "grid_east_m": point["east_m"],
        "grid_north_m": point["north_m"],
        "line": leg.get("line_type"),
        "azimuth_deg": leg.get("azimuth_deg"),
        "length_m": leg.get("length_m"),
        "ground_length_m": leg.get("ground_m"),
        "cumulative_m": cumulative_m,
        "follows": leg.get("follows"),
        "moves": leg.get("moves"),
        "prevails": leg.get("prevails"),
        **{f"base_{party}": f"{lat!r} {lon!r}" for party, (lon, lat) in point["base_points"].items()},
    }


def columns(table: Sequence[Row]) -> list[str]:
    """The columns that the table has: those that are always there, and others that some row fills."""
    bases = sorted({key for row in table for key in row} - set(_ALWAYS))
    filled = {key for row in table for key, value in row.items() if value is not None}
    return [*(key for key in _ALWAYS if key in filled or key not in _IF_THERE), *bases]


def csv_bytes(tree: Mapping[str, Any]) -> bytes:
    """The table as CSV, UTF-8; comments before the header say datum, frame and grid."""
    table = rows(tree)
    names = columns(table)
    out = io.StringIO()
    out.writelines(f"# {said}\n" for said in _said(tree))
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell(row.get(name)) for name in names] for row in table)
    return out.getvalue().encode("utf-8")


def _said(tree: Mapping[str, Any]) -> Iterator[str]:
    yield f"format: {tree['format']}"
    yield f"title: {' '.join(str(tree['title']).split())}"
    yield "datum: EPSG:4326"
    yield f"frame: {tree['frame']}"
    if tree["grid"]:
        yield f"grid: {tree['grid']}"


def cell(value: str | float | None) -> str:
    """A value as a table has it: figures in full, nothing for None."""
    if isinstance(value, float):
        text = f"{Decimal(repr(value)):f}"  # never with an exponent
        return text.removesuffix(".0")
    return "" if value is None else str(value)
