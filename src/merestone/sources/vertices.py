"""Vertices that repeat the one before, and spikes: outlines that turn back upon themselves."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.model.ellipsoid import Ellipsoid
from merestone.sources.notes import Notes

Floats = NDArray[np.float64]
SPIKE_WIDTH_M = 1.0
"""As narrow as the slivers that are reported together (DESIGN section 4)."""
SPIKE_LENGTH_M = 10.0


@dataclass(frozen=True, slots=True)
class Spikes:
    """``tip`` is (n, 2) longitude, latitude; length of the shorter arm and how far apart the arms end."""

    tip: Floats
    length_m: Floats
    width_m: Floats


def note_vertices(
    geometries: NDArray[np.object_], ellipsoid: Ellipsoid, notes: Notes, party: str | None
) -> None:
    """Note repeated vertices and spikes of polygons or lines in longitude/latitude, as they were drawn."""
    lines = _rings(geometries)
    coords, line = shapely.get_coordinates(lines, return_index=True)
    if not len(coords):
        return
    same = (line[1:] == line[:-1]) & (coords[1:] == coords[:-1]).all(axis=1)
    if same.any():
        first = coords[int(np.argmax(same))].tolist()
        notes.add("vertices-repeated", (first[0], first[1]), count=int(same.sum()), party=party)
    if party is None:
        return
    spikes = spikes_of(lines, ellipsoid)
    if len(spikes.tip):
        worst = int(np.argmax(spikes.length_m))
        lon, lat = spikes.tip[worst].tolist()
        notes.add(
            "spike", (lon, lat), party=party, count=len(spikes.tip),
            length_m=round(float(spikes.length_m[worst]), 3), width_m=round(float(spikes.width_m[worst]), 3),
        )  # fmt: skip


def _rings(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    parts = shapely.get_parts(geometries)
    areal = shapely.get_type_id(parts) == 3
    return np.concatenate([shapely.get_rings(parts[areal]), parts[~areal]])


def spikes_of(rings: NDArray[np.object_], ellipsoid: Ellipsoid) -> Spikes:
    """Spikes at single vertices of closed rings.

    A vertex is the tip of one if both neighbours lie in one direction from it, at least
    SPIKE_LENGTH_M away, and the end of the shorter arm is at most SPIKE_WIDTH_M beside the longer
    one. The plane at the vertex is exact enough: a metre in a kilometre.
    """
    found: list[tuple[Floats, Floats, Floats]] = []
    for ring in rings:
        coords = shapely.get_coordinates(ring)
        coords = coords[np.concatenate([[True], (np.diff(coords, axis=0) != 0.0).any(axis=1)])]
        if len(coords) < 4:
            continue
        tips = coords[:-1]
        scale = np.column_stack(_metres_per_degree(tips[:, 1], ellipsoid))
        before = (np.roll(tips, 1, axis=0) - tips) * scale
        after = (coords[1:] - tips) * scale
        one, other = np.hypot(*before.T), np.hypot(*after.T)
        short = np.minimum(one, other)
        width = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) / np.maximum(one, other)
        spike = ((before * after).sum(axis=1) > 0.0) & (short >= SPIKE_LENGTH_M) & (width <= SPIKE_WIDTH_M)
        found.append((tips[spike], short[spike], width[spike]))
    if not found:
        return Spikes(np.empty((0, 2)), np.empty(0), np.empty(0))
    tip, length, width = (np.concatenate(column) for column in zip(*found, strict=True))
    return Spikes(tip, length, width)


def _metres_per_degree(lat: Floats, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """Of longitude and of latitude, at each latitude."""
    phi = np.deg2rad(lat)
    flat = 1.0 - ellipsoid.e2 * np.sin(phi) ** 2
    across = ellipsoid.a_m / np.sqrt(flat)
    return np.deg2rad(across * np.cos(phi)), np.deg2rad(across * (1.0 - ellipsoid.e2) / flat)
