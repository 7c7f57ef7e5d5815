"""The data of the live map: groups of features, thinned for drawing and packed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from merestone.model.results import Comparison
from merestone.publish.report_bands import outline
from merestone.publish.report_geometry import Frame, drawing_tolerance_deg, for_drawing, packed
from merestone.publish.report_groups import Group, Shape, languages_of
from merestone.publish.report_staticmap import place_of

NORTHERNMOST_DEG = 84.5
"""Beyond this Mercator is of no use: the static map is shown alone."""
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""Scripts that MapLibre would need a plugin for; their names stand in the tables and panels."""


def live_map(c: Comparison, groups: tuple[Group, ...], frame: Frame) -> dict[str, Any]:
    """Plain JSON values for ``map.js``."""
    lines = [shape.geometry for group in groups if group.draw == "limit" for shape in group.shapes]
    tolerance_deg = drawing_tolerance_deg(lines)
    bounds = shapely.total_bounds(np.array(lines or place_of(c), dtype=object))
    return {
        "bounds": np.round(bounds, 5).tolist(),
        "frame": [frame.lon0_deg, frame.lat0_deg, frame.px_per_m, frame.x0, frame.y0],
        "groups": [_group(group, tolerance_deg) for group in groups],
        "languages": [code for code in languages_of(groups) if code.split("-")[0] not in _RIGHT_TO_LEFT],
        "mercator": bool(max(abs(bounds[1]), abs(bounds[3])) < NORTHERNMOST_DEG),
        "parties": [party.id for party in c.parties],
        "tolerance_deg": tolerance_deg,
    }


def _group(group: Group, tolerance_deg: float) -> dict[str, Any]:
    shapes: Sequence[Shape] = group.shapes
    if group.draw == "band":
        half_m = float(group.look["width_m"]) / 2.0
        shapes = [Shape(outline([shape.geometry for shape in shapes], half_m))]
    return {
        "key": group.key,
        "draw": group.draw,
        "title": group.title,
        "look": dict(group.look),
        "shapes": _shapes(shapes, tolerance_deg),
    }


def _shapes(shapes: Sequence[Shape], tolerance_deg: float) -> list[list[Any]]:
    """[type, coordinates, properties] of each."""
    drawn = packed(for_drawing(np.array([shape.geometry for shape in shapes], dtype=object), tolerance_deg))
    return [[*one, _properties(shape)] for one, shape in zip(drawn, shapes, strict=True)]


def _properties(shape: Shape) -> dict[str, Any]:
    properties: dict[str, Any] = {key: value for key, value in shape.properties.items() if value != ""}
    properties.update(_names(shape.names))
    if shape.is_label:
        properties["text"] = 1
    return properties


def _names(names: Mapping[str, str]) -> dict[str, str]:
    """Names as flat properties, since the live map cannot look into nested ones."""
    return {f"name:{code}": names[code] for code in sorted(names) if names[code]}
