"""Carrying lines digitised in pixels over to the map's system, their edges bent as the model has them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.construct.georeferencing.warps import Warp, to_plane
from merestone.errors import BadInputError
from merestone.model.georeference import CarriedLine, MapSystem

Floats = NDArray[np.float64]

CHORD_M = 0.01
"""No chord departs more than this from an edge as the model bends it (DESIGN section 4)."""
_MOST_HALVINGS = 16


def carried(
    lines: Iterable[tuple[Floats, Mapping[str, Any]]], warp: Warp, system: MapSystem
) -> tuple[CarriedLine, ...]:
    """Lines of pixels, (n, 2) column and row with their attributes, in coordinates of the map's system."""
    done = []
    for pixel, properties in lines:
        fine, drawn = _bent(pixel, warp)
        plane = to_plane(warp, fine)
        if not np.isfinite(plane).all():
            raise BadInputError("a part of the line lies where the model puts nothing; take another --model")
        steps = np.diff(plane, axis=0)
        middles = (plane[1:] + plane[:-1]) / 2.0
        on_ground = np.einsum("nij,nj->ni", system.ground(middles), steps)
        length_m = float(np.hypot(on_ground[:, 0], on_ground[:, 1]).sum())
        done.append(CarriedLine(system.leave(plane), drawn, properties, length_m))
    return tuple(done)


def _bent(pixel: Floats, warp: Warp) -> tuple[Floats, NDArray[np.bool_]]:
    """Each edge halved until its chords are near enough to the line that the model makes of it."""
    drawn = np.ones(len(pixel), dtype=bool)
    for _ in range(_MOST_HALVINGS):
        quarters = [pixel[:-1] + (pixel[1:] - pixel[:-1]) * share for share in (0.25, 0.5, 0.75)]
        ends = to_plane(warp, pixel)
        far = np.zeros(len(pixel) - 1)
        for share, at in zip((0.25, 0.5, 0.75), quarters, strict=True):
            chord = ends[:-1] + (ends[1:] - ends[:-1]) * share
            far = np.maximum(far, np.hypot(*(to_plane(warp, at) - chord).T))
        split = np.flatnonzero(far > CHORD_M)
        if not len(split):
            break
        pixel = np.insert(pixel, split + 1, quarters[1][split], axis=0)
        drawn = np.insert(drawn, split + 1, False)
    return pixel, drawn


def beyond(lines: Sequence[Floats], control: Floats) -> tuple[int, float]:
    """How many vertices lie outside the hull of the control points, and how many pixels at most."""
    hull = shapely.convex_hull(shapely.multipoints(control))
    away = shapely.distance(hull, shapely.points(np.concatenate(lines)))
    return int((away > 0.0).sum()), float(away.max(initial=0.0))
