"""``georeference.json`` and what is made from it: how a scan lies on the ground, and how sure that is."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from merestone.model.findings import Finding
from merestone.model.georeference import CarriedLine, MapSystem, Outlier, PlacedPoint, Placement, Tried
from merestone.publish.descriptiontable import cell
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import FALLBACK, Rounding, rounded

FORMAT = "merestone-georeference/1"
_FORMULA = (
    "u = (column - column0) / pixels, v = (row0 - row) / pixels; east = east0 + metres * E(u, v),"
    " north = north0 + metres * N(u, v), in the plane"
)


@dataclass(frozen=True, slots=True, eq=False)
class Georeference:
    """All that is written of one run. ``accuracy_95_m`` and ``budget`` are those of a line on the scan."""

    placement: Placement
    system: MapSystem
    lines: Sequence[CarriedLine]
    budget: Sequence[Mapping[str, Any]]
    accuracy_95_m: float | None
    findings: Sequence[Finding]


def georeference_tree(
    done: Georeference, head: Mapping[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The plain values, rounded. ``head`` tells of the tool, scan, points, raster and line."""
    placement, system = done.placement, done.system
    outliers = {one.id for one in placement.outliers}
    tree = {
        "format": FORMAT,
        **plain(dict(head)),
        "crs": system.name,
        "operation": plain(system.operation),
        "plane": system.plane,
        "parameters": plain(dict(parameters)),
        "models": [_model(one, chosen=one is placement.chosen) for one in placement.tried],
        "rule": placement.rule,
        "transformation": _transformation(placement),
        "pixel_m": placement.pixel_m,
        "control_points": [_point(one, stands_out=one.point.id in outliers) for one in placement.points],
        "outliers": [_outlier(one) for one in placement.outliers],
        "accuracy_95_m": done.accuracy_95_m,
        "accuracy_budget": plain(list(done.budget)),
        "lines": [_line(one) for one in done.lines],
        "findings": plain(list(done.findings)),
    }
    tidy = rounded(tree, Rounding(FALLBACK))
    assert isinstance(tidy, dict)
    return tidy


def georeference_json(tree: Mapping[str, Any]) -> bytes:
    """The bytes of ``georeference.json``."""
    return json_bytes(tree)


def _model(one: Tried, *, chosen: bool) -> dict[str, Any]:
    return {
        "model": one.kind.value,
        "chosen": chosen,
        "reason": one.reason,
        "freedom": one.freedom,
        "rmse_m": one.rmse_m,
        "loo_rmse_m": one.loo_rmse_m,
        "loo_median_m": one.loo_median_m,
        "loo_max_m": one.loo_max_m,
        "radius_95_m": one.radius_95_m,
    }


def _transformation(placement: Placement) -> dict[str, Any]:
    warp = placement.warp
    normal = warp.normal
    return {
        "model": warp.kind.value,
        "formula": _FORMULA,
        "parameters": {
            "column0": normal.column,
            "row0": normal.row,
            "pixels": normal.pixels,
            "east0": normal.east_m,
            "north0": normal.north_m,
            "metres": normal.metres,
            **warp.parameters(),
        },
    }


def _point(one: PlacedPoint, *, stands_out: bool) -> dict[str, Any]:
    point = one.point
    return {
        "id": point.id,
        "column": point.column,
        "row": point.row,
        "x": point.x,
        "y": point.y,
        "lon": one.lonlat[0],
        "lat": one.lonlat[1],
        "residual": _vector(one.residual_m),
        "loo": _vector(one.loo_m),
        "p_value": one.p_value,
        "outlier": stands_out,
    }


def _vector(vector: tuple[float, float]) -> dict[str, float]:
    return {"east_m": vector[0], "north_m": vector[1], "distance_m": hypot(*vector)}


def _outlier(one: Outlier) -> dict[str, Any]:
    return {
        "id": one.id,
        "p_value": one.p_value,
        "by": one.by.value,
        "distance_m": one.distance_m,
        "reading": one.reading,
        "without": {"model": one.without_kind.value, "loo_rmse_m": one.without_loo_rmse_m},
    }


def _line(one: CarriedLine) -> dict[str, Any]:
    return {
        "vertices": len(one.xy),
        "drawn": int(one.drawn.sum()),
        "length_km": one.length_m / 1000.0,
    }


_COLUMNS = (
    "id", "column", "row", "x", "y", "longitude", "latitude",
    "residual_east_m", "residual_north_m", "residual_m", "loo_east_m", "loo_north_m", "loo_m",
    "p_value", "outlier",
)  # fmt: skip


def residuals_csv(tree: Mapping[str, Any]) -> bytes:
    """The residuals as a table, UTF-8: what ``control_points`` of the JSON says, a row a point."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for point in tree["control_points"]:
        figures = [point[key] for key in ("column", "row", "x", "y", "lon", "lat")]
        vectors = [
            point[name][key] for name in ("residual", "loo") for key in ("east_m", "north_m", "distance_m")
        ]
        writer.writerow(
            [
                point["id"],
                *(cell(one) for one in (*figures, *vectors, point["p_value"])),
                int(point["outlier"]),
            ]
        )
    return out.getvalue().encode("utf-8")


def line_geojson(lines: Sequence[CarriedLine], crs: str | None, *, projected: bool) -> bytes:
    """The carried lines in the map's own system, easting or longitude first.

    With a member ``crs``, as GDAL and QGIS read it, where the system has a code (``crs``, e.g. EPSG:28408):
    RFC 7946 knows WGS 84 only, and a line that is carried to it here would have lost its datum.
    """
    decimals = 3 if projected else 9
    features = [
        {
            "type": "Feature",
            "properties": plain(dict(one.properties)),
            "geometry": {
                "type": "LineString",
                "coordinates": [
                    [round(x, decimals) + 0.0, round(y, decimals) + 0.0] for x, y in one.xy.tolist()
                ],
            },
        }
        for one in lines
    ]
    tree: dict[str, Any] = {"type": "FeatureCollection"}
    if crs is not None:
        authority, _, code = crs.partition(":")
        tree["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{authority}::{code}"}}
    return json_bytes({**tree, "features": features})
