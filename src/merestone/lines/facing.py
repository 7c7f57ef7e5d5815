"""How far apart the sides run."""

from collections.abc import Sequence

import numpy as np

from merestone.geometry.extremes import directed_maximum
from merestone.geometry.nearest import EdgeIndex
from merestone.lines.scale import Floats
from merestone.model.ellipsoid import Ellipsoid

_PROBES = 1_000
"""Vertices looked at before every point is: most that run far apart show it at once."""


def face_each_other(one: Sequence[Floats], other: Sequence[Floats], facing_m: float, ellipsoid: Ellipsoid) -> bool:
    """Whether every point of either set of lines lies within ``facing_m`` of the other set."""
    return all_near(one, other, facing_m, ellipsoid) and all_near(other, one, facing_m, ellipsoid)


def all_near(lines: Sequence[Floats], others: Sequence[Floats], facing_m: float, ellipsoid: Ellipsoid) -> bool:
    """Whether every point of ``lines`` lies within ``facing_m`` of ``others``."""
    index = EdgeIndex(list(others), ellipsoid)
    vertices = np.concatenate(list(lines))
    probes = vertices[:: max(len(vertices) // _PROBES, 1)]
    if (index.query(probes).distance_m > facing_m).any():
        return False
    return bool(directed_maximum(list(lines), index).distance_m <= facing_m)
