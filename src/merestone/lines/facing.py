"""How far apart the sides run."""

from collections.abc import Sequence

import numpy as np

from merestone.geometry.extremes import directed_maximum
from merestone.geometry.nearest import EdgeIndex
from merestone.lines.scale import Floats, chart_lengths_m, ragged
from merestone.model.ellipsoid import Ellipsoid

_PROBES = 1_000
"""Vertices looked at before every point is: most that run far apart show it at once."""
_STEP_SHARE = 0.1
"""Places looked at are this share of the limit apart, but no nearer to each other than the least step."""
_LEAST_STEP_M = 10.0


def face_each_other(
    one: Sequence[Floats], other: Sequence[Floats], facing_m: float, ellipsoid: Ellipsoid
) -> bool:
    """Whether every point of either set of lines lies within ``facing_m`` of the other set."""
    return all_near(one, other, facing_m, ellipsoid) and all_near(other, one, facing_m, ellipsoid)


def all_near(
    lines: Sequence[Floats], others: Sequence[Floats], facing_m: float, ellipsoid: Ellipsoid
) -> bool:
    """Whether every point of ``lines`` lies within ``facing_m`` of ``others``."""
    index = EdgeIndex(list(others), ellipsoid)
    vertices = np.concatenate(list(lines))
    probes = vertices[:: max(len(vertices) // _PROBES, 1)]
    if (index.query(probes).distance_m > facing_m).any():
        return False
    step_m = max(_STEP_SHARE * facing_m, _LEAST_STEP_M)
    places = np.concatenate([_places(line, step_m, ellipsoid) for line in lines])
    farthest_m = float(index.query(places).distance_m.max())
    # No place between is farther than the next one looked at by more than half a step.
    if farthest_m + step_m <= facing_m or farthest_m > facing_m:
        return farthest_m <= facing_m
    return bool(directed_maximum(list(lines), index).distance_m <= facing_m)


def _places(line: Floats, step_m: float, ellipsoid: Ellipsoid) -> Floats:
    """The vertices of a line and places between, hardly more than ``step_m`` apart."""
    parts = np.maximum(np.ceil(chart_lengths_m(line[:-1], line[1:], ellipsoid) / step_m), 1.0).astype(np.intp)
    edge = np.repeat(np.arange(len(parts)), parts)
    at = ragged(np.zeros_like(parts), parts) / parts[edge]
    return np.concatenate([line[edge] + at[:, None] * (line[edge + 1] - line[edge]), line[-1:]])
