"""Districts along the axis: for each station, the nearest district of either party."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from merestone.compare.order import sorted_districts
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import Feature, Layer, LayerKind

NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class PartyDistricts:
    """The districts of one party, sorted by id; stations refer to them by number."""

    party: str
    features: tuple[Feature, ...]

    def nearest(self, points: np.ndarray, within_m: float, ellipsoid: Ellipsoid) -> np.ndarray:
        """Number of the nearest district at each of `points` (n, 2), `NONE` beyond `within_m`.

        A place inside a district is at no distance from it; of several such the first by id.
        """
        number = np.full(len(points), NONE)
        if not self.features:
            return number
        owner, rings = self._rings()
        near = EdgeIndex(rings, ellipsoid).query(points)
        close = near.distance_m <= within_m
        number[close] = owner[near.line[close]]
        for at in range(len(self.features) - 1, -1, -1):
            number[_inside(self.features[at].geometry, points)] = at
        return number

    def _rings(self) -> tuple[np.ndarray, list[np.ndarray]]:
        owner: list[int] = []
        rings: list[np.ndarray] = []
        for at, feature in enumerate(self.features):
            parts = shapely.get_parts(feature.geometry)
            for ring in shapely.get_rings(parts):
                owner.append(at)
                rings.append(shapely.get_coordinates(ring))
        return np.array(owner), rings


def districts_of(layers: Sequence[Layer], parties: tuple[str, str]) -> tuple[PartyDistricts, ...]:
    """The districts of each party, in the order of `parties`, from every layer of districts."""
    features = [
        feature
        for layer in layers
        if layer.kind is LayerKind.DISTRICTS
        for feature in layer.features
        if shapely.get_dimensions(feature.geometry) == 2 and not feature.geometry.is_empty
    ]
    return tuple(
        PartyDistricts(party, tuple(sorted((f for f in features if f.party == party), key=lambda f: f.id)))
        for party in parties
    )


def districts_at_axis(
    districts: Sequence[PartyDistricts], numbers: Sequence[np.ndarray], weights_m: Sequence[np.ndarray]
) -> tuple[Mapping[str, Any], ...]:
    """The districts that meet at the axis, with the length for which each is its party's nearest.

    ``numbers`` has an array (n stations, parties) for each piece of the axis, ``weights_m`` the
    length that each station stands for.
    """
    found: list[Mapping[str, Any]] = []
    for column, side in enumerate(districts):
        length_m = np.zeros(len(side.features))
        for number, weight_m in zip(numbers, weights_m, strict=True):
            has = number[:, column] != NONE
            length_m += np.bincount(number[has, column], weight_m[has], minlength=len(side.features))
        for feature, metres in zip(side.features, length_m.tolist(), strict=True):
            if metres > 0.0:
                found.append(
                    {
                        "id": feature.id,
                        "names": dict(feature.names),
                        "party": side.party,
                        "axis_km": metres / 1000.0,
                    }
                )
    return sorted_districts(found)


def _inside(geometry: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    west, south, east, north = geometry.bounds
    boxed = (points >= (west, south)).all(axis=1) & (points <= (east, north)).all(axis=1)
    inside = np.asarray(boxed)
    rows = np.flatnonzero(inside)
    if len(rows):
        shapely.prepare(geometry)
        inside[rows] = shapely.contains_xy(geometry, points[rows])
    return inside
