"""Layers of ``comparison.gpkg`` with what each source shows along roads, in waters and beside rivers."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from merestone.geometry.lengths import chainages_m, substrings
from merestone.model.results import Comparison
from merestone.publish.rounding import Rounding, Unit
from merestone.publish.tables import Column, Table, figure, flag, rounded_rows, text
from merestone.publish.worldmap import as_multi, handed_out

LINES = "MULTILINESTRING"
AREAS = "MULTIPOLYGON"
POINTS = "POINT"


def along_tables(comparison: Comparison, rounding: Rounding) -> list[Table]:
    """Those tables for which the comparison has something."""
    made = [
        _stretches(comparison, rounding),
        _crossings(comparison, rounding),
        _waters(comparison, rounding),
        _followed(comparison, rounding),
    ]
    return [table for table in made if table.rows]


def _table(
    name: str,
    about: str,
    geometry: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    shapes: Sequence[Any],
    rounding: Rounding,
) -> Table:
    done = handed_out(np.array([*shapes, None], dtype=object)[:-1], rounding)
    if geometry != POINTS:
        done = as_multi(done)
    return Table(name, about, geometry, tuple(columns), rounded_rows(columns, rows, rounding), done)


def stretches_of(comparison: Comparison) -> Iterator[tuple[str, str, float, float, str, np.ndarray]]:
    """Route, source, from and to in km, label and (n, 2) coordinates of every stretch of every road."""
    for road in comparison.features.get("roads") or ():
        coords = comparison.shapes.features.routes.get(road["id"])
        if coords is None:
            continue
        at_m = chainages_m(coords)
        for source in sorted(road["sources"]):
            said = road["sources"][source]["stretches"]
            ends_m = 1000.0 * np.array([one[:2] for one in said], dtype=np.float64).reshape(-1, 2)
            parts = substrings(coords, at_m, *ends_m.T)
            for (from_km, to_km, label), part in zip(said, parts, strict=True):
                yield road["id"], source, from_km, to_km, label, part


def _stretches(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [
        text("route", "Id of the route"),
        text("source", "Source that shows it so"),
        text("label", "Its label there; on-line where the road runs on the line"),
        figure("from_km", Unit.KM, "Kilometre at which it begins"),
        figure("to_km", Unit.KM, "Kilometre at which it ends"),
        figure("length_km", Unit.KM, "Length in kilometres"),
    ]
    found = list(stretches_of(comparison))
    rows = [[route, source, label, a, b, b - a] for route, source, a, b, label, _ in found]
    shapes = [shapely.linestrings(part) for *_, part in found]
    about = "Stretches of roads with one label, for each source"
    return _table("features_roads_stretches", about, LINES, columns, rows, shapes, rounding)


def _crossings(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [
        text("route", "Id of the route"),
        text("source", "Source whose line it crosses"),
        figure("at_km", Unit.KM, "Kilometre of the crossing"),
        figure("angle_deg", Unit.DEGREES, "Acute angle with the line, in degrees"),
        text("before", "Label before it"),
        text("after", "Label after it"),
        text("verdict", "clear, in-doubt or cannot-say"),
        text("reasons", "Why it is in doubt or cannot be said"),
        figure("place_95_m", Unit.METRES, "How far along the road it may lie with 95 %, in metres"),
        text("section", "Section of the nearest axis point"),
    ]
    rows: list[list[Any]] = []
    shapes = []
    for road in comparison.features.get("roads") or ():
        for source in sorted(road["sources"]):
            for one in road["sources"][source].get("crossed_at", ()):
                reasons = ", ".join(one["reasons"])
                words = [one["before"], one["after"], one["verdict"], reasons]
                place = [one["place_95_m"], one["section"]]
                rows.append([road["id"], source, one["at_km"], one["angle_deg"], *words, *place])
                shapes.append(shapely.points(one["point"]))
    about = "Where roads cross what each source draws"
    return _table("features_roads_crossings", about, POINTS, columns, rows, shapes, rounding)


def _waters(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [
        text("water", "Id of the water"),
        text("source", "Source that shows it so"),
        text("label", "Its label there"),
        figure("area_km2", Unit.KM2, "Area in square kilometres"),
        flag("cut_out", "Whether the source leaves the water out of the land of both"),
    ]
    said = {water["id"]: water["sources"] for water in comparison.features.get("waters") or ()}
    parts = comparison.shapes.features.waters
    rows = [
        [one.water, one.source, one.label, one.area_km2, said[one.water][one.source]["cut_out"]]
        for one in parts
    ]
    about = "Parts of waters with one label, for each source"
    return _table(
        "features_waters_parts", about, AREAS, columns, rows, [one.geometry for one in parts], rounding
    )


def _followed(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [
        text("line", "Id of the river or divide"),
        text("kind", "rivers or watersheds"),
        text("source", "Source whose limit it is"),
        text("limit", "Id of the limit"),
        flag(
            "follows",
            "Whether the limit follows the line here; else it departs from it between two stretches",
        ),
        figure("length_km", Unit.KM, "Length along the limit, in kilometres"),
        figure("largest_m", Unit.METRES, "Largest distance found from the line, in metres"),
    ]
    found = comparison.shapes.features.followed
    rows = [
        [one.line, one.kind, one.source, one.limit, one.follows, one.length_km, one.largest_m]
        for one in found
    ]
    about = "Stretches of limits that follow rivers or divides, and their departures"
    shapes = [shapely.linestrings(one.coords) for one in found]
    return _table("features_followed", about, LINES, columns, rows, shapes, rounding)
