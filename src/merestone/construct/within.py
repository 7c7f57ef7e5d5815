"""Stretches of a line that lie within an area."""

import numpy as np
import shapely

from merestone.construct.field import Floats
from merestone.features.cutting import SAME_M, Lines
from merestone.model.ellipsoid import Ellipsoid


def stretches_within(
    coords: Floats, area: shapely.Polygon, ellipsoid: Ellipsoid
) -> list[tuple[float, float]]:
    """From and to, in kilometres along ``coords``, of what lies within ``area``, in this order.

    ``coords`` (n, 2) longitude, latitude in degrees, edges straight in these; ``area`` in the same
    longitudes. Edges are cut where they meet the outline, and each part is asked by its middle; so a line
    that passes one place twice keeps both passes apart. A part on the outline lies within nothing.
    """
    edges = shapely.linestrings(np.stack([coords[:-1], coords[1:]], axis=1))
    positions = np.unique(
        np.concatenate([np.arange(len(coords), dtype=float), _meetings(coords, edges, area)])
    )
    lines = Lines([coords], ellipsoid)
    middles = lines.places(0.5 * (positions[:-1] + positions[1:]))
    shapely.prepare(area)
    inside = shapely.contains_xy(area, middles[:, 0], middles[:, 1])
    ends = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]])))
    at_km = lines.chainages_m(positions) / 1000.0
    spans = [(float(at_km[i]), float(at_km[j])) for i, j in ends.reshape(-1, 2).tolist()]
    return [(from_km, to_km) for from_km, to_km in spans if (to_km - from_km) * 1000.0 > SAME_M]


def _meetings(coords: Floats, edges: np.ndarray, area: shapely.Polygon) -> Floats:
    """Positions at which edges meet the outline: number of the edge and share of it."""
    met = shapely.intersection(edges, area.boundary)
    places, edge = shapely.get_coordinates(met, return_index=True)
    along = coords[edge + 1] - coords[edge]
    square = np.maximum((along**2).sum(axis=1), 1e-300)
    share = np.clip(((places - coords[edge]) * along).sum(axis=1) / square, 0.0, 1.0)
    return np.asarray(edge + share)
