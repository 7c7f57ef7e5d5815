"""How far the legs that are stated for a line depart from it.

Every point of the line is held against its own leg. The largest such distance bounds both directions: as a
point runs along the line from one end of a leg to the other, its nearest point runs over the whole leg, so no
point of the leg is farther from the line either. All points are ranked in the planes of `shortcuts`; the few
that may be the farthest are measured in a tangent plane around each, which at 10 km errs by less than 1 cm,
and at 1 km by 4 micrometres.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from merestone.construct.guards import legs_drawn
from merestone.construct.shortcuts import LocalPlanes
from merestone.geometry.space import earth_centred
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_CHAIN_M = 0.0002
_NEAR = 0.97
"""Planes scaled at the start of a leg may err by some per cent where the leg is long."""


def departure_m(chain: Floats, at: Indices, legs: Sequence[EdgeType], ellipsoid: Ellipsoid) -> float:
    """The largest distance, in metres, of a point of the line from its own leg.

    ``chain`` (m, 2) degrees, ``at`` (n,) positions of the turning points in it, ``legs`` (n - 1,). A chain
    whose edges are of the type of the legs is farthest at a vertex; of others the chain has vertices between.
    """
    rough_m = _roughly(chain, at, legs, ellipsoid)
    if not len(rough_m) or rough_m.max() == 0.0:
        return 0.0
    ranked = np.flatnonzero(rough_m >= _NEAR * rough_m.max())
    leg = np.searchsorted(at, ranked, side="right") - 1
    drawn: dict[int, Floats] = {}
    worst = 0.0
    for row, k in zip(ranked.tolist(), leg.tolist(), strict=True):
        if k not in drawn:
            drawn[k] = legs_drawn(chain[at[[k, k + 1]]], legs[k : k + 1], ellipsoid, _CHAIN_M)[0]
        worst = max(worst, _from_chain_m(chain[row], drawn[k], ellipsoid))
    return worst


def _roughly(chain: Floats, at: Indices, legs: Sequence[EdgeType], ellipsoid: Ellipsoid) -> Floats:
    """(m,) distances of points from their legs, in planes around the starts of these; 0 at turning points."""
    found = np.zeros(len(chain))
    for kind in sorted(set(legs)):
        planes = LocalPlanes(chain, kind, ellipsoid)
        for k, (start, end) in enumerate(pairwise(at.tolist())):
            if legs[k] is not kind or end == start + 1:
                continue
            east, north = planes.after(start, end)
            length = max(float(np.hypot(east[-1], north[-1])), 1e-300)
            along = (east * east[-1] + north * north[-1]) / length
            across = (east * north[-1] - north * east[-1]) / length
            beyond = np.maximum(np.maximum(-along, along - length), 0.0)
            found[start + 1 : end + 1] = np.hypot(across, beyond)
    return found


def _from_chain_m(place: Floats, chain: Floats, ellipsoid: Ellipsoid) -> float:
    """The distance of a place from a chain, in the tangent plane around the place."""
    lon, lat = np.deg2rad(place)
    away = earth_centred(chain[:, 0], chain[:, 1], ellipsoid) - earth_centred(place[:1], place[1:], ellipsoid)
    east = -np.sin(lon) * away[0] + np.cos(lon) * away[1]
    north = np.cos(lat) * away[2] - np.sin(lat) * (np.cos(lon) * away[0] + np.sin(lon) * away[1])
    x, y = np.diff(east), np.diff(north)
    share = -(east[:-1] * x + north[:-1] * y) / np.maximum(x * x + y * y, 1e-300)
    share = np.clip(share, 0.0, 1.0)
    return float(np.hypot(east[:-1] + share * x, north[:-1] + share * y).min())
