"""Places of a layer: where each stands, and how well that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.errors import BadInputError
from merestone.features.context import of_dimension
from merestone.model.findings import Finding
from merestone.model.sources import Case, Feature, Layer, LayerKind

Floats = NDArray[np.float64]
ACCURACY = "accuracy_95_m"
"""The attribute of a feature that goes before the accuracy of its layer."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerPlaces:
    """Features with (n, 2) longitude, latitude and (n,) 95 % radius, NaN where it is unknown."""

    features: Sequence[Feature]
    lonlat: Floats
    accuracy_95_m: Floats


def placed_in(case: Case, kind: LayerKind, *wanted: int) -> tuple[LayerPlaces, list[Finding]]:
    """The places of all layers of a kind: numbers in the order of numbers, then other ids, then place.

    ``wanted`` are the dimensions of geometry that count (0 points, 2 areas); others are left out with
    a finding. An area stands for a point within it. Raises BadInputError for an accuracy below 0.
    """
    notes: list[Finding] = []
    found: list[tuple[Feature, float]] = []
    for layer in sorted(case.layers, key=lambda one: (one.path, one.title)):
        if layer.kind is kind:
            features, wrong = of_dimension(layer, *(wanted or (0, 2)))
            notes += wrong
            found += [(one, _accuracy_m(one, layer)) for one in features]
    found.sort(key=lambda one: (*natural(one[0].id), one[0].geometry.wkb))
    points = [shapely.point_on_surface(one.geometry) for one, _ in found]
    lonlat = shapely.get_coordinates(np.array([*points, None], dtype=object)[:-1]).reshape(-1, 2)
    return LayerPlaces([one for one, _ in found], lonlat, np.array([radius for _, radius in found])), notes


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts 2 before 10 and 10 before 10a: runs of digits as numbers, before other text."""
    parts: list[tuple[int, int, str]] = []
    for digits, group in _runs(text):
        parts.append((0, int(group), "") if digits else (1, 0, group))
    return tuple(parts)


def _runs(text: str) -> list[tuple[bool, str]]:
    runs: list[tuple[bool, str]] = []
    for mark in text:
        digit = mark.isdecimal()
        if runs and runs[-1][0] is digit:
            runs[-1] = (digit, runs[-1][1] + mark)
        else:
            runs.append((digit, mark))
    return runs


def _accuracy_m(feature: Feature, layer: Layer) -> float:
    """That of the feature, else of its layer, else NaN."""
    own: Any = feature.attributes.get(ACCURACY)
    if own is None or own == "":
        return nan if layer.accuracy_95_m is None else layer.accuracy_95_m
    try:
        metres = float(own)
    except (TypeError, ValueError):
        metres = nan
    if not isfinite(metres) or metres < 0.0:
        raise BadInputError(
            f"layer {layer.path}: feature '{feature.id}' has {ACCURACY} = {own!r}; a radius is 0 (the place "
            "is exact) or more metres, and an empty one says that it is unknown"
        )
    return metres
