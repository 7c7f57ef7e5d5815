"""Stations along the axis, what every source shows at them, and places referred to the axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from merestone.compare.targets import Target
from merestone.geometry.lengths import points_at, spans_m, stations_m, weights_m
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import AxisPiece
from merestone.model.results import StationOffsets


@dataclass(frozen=True, slots=True)
class AxisPlaces:
    """Places referred to the axis; (n,) each: index of the piece and chainage in metres along it."""

    piece: np.ndarray
    chainage_m: np.ndarray


class AxisIndex:
    """The pieces of the axis, to find the nearest axis point of places beside it."""

    def __init__(self, pieces: Sequence[AxisPiece], ellipsoid: Ellipsoid) -> None:
        self.pieces = tuple(pieces)
        self.ellipsoid = ellipsoid

    @cached_property
    def _index(self) -> EdgeIndex:
        return EdgeIndex([piece.coords for piece in self.pieces], self.ellipsoid)

    def refer(self, points: np.ndarray) -> AxisPlaces:
        """Piece and chainage of the axis point nearest to each of `points`, (n, 2)."""
        near = self._index.query(points)
        chainage_m = np.zeros(len(points))
        for number, piece in enumerate(self.pieces):
            on = near.line == number
            edge = near.edge[on]
            into_m = spans_m(piece.coords[edge], near.foot[on], self.ellipsoid)
            chainage_m[on] = piece.chainage_m[edge] + into_m
        return AxisPlaces(np.asarray(near.line), chainage_m)


def axis_stations(
    piece: AxisPiece,
    axis_source: str,
    targets: Mapping[str, Target],
    spacing_m: float,
    ellipsoid: Ellipsoid,
) -> StationOffsets:
    """What every source shows at the stations of one piece of the axis.

    Only the matched piece of a source counts; where its nearest point lies past an open end of it,
    the source does not reach the station. The axis source has offset 0.
    """
    at_m = stations_m(piece.length_m, spacing_m)
    points = points_at(piece.coords, piece.chainage_m, at_m, ellipsoid)
    offset_m = {axis_source: np.zeros(len(points))}
    signed = {axis_source: np.ones(len(points), dtype=bool)}
    nearest = {axis_source: points}
    for source in sorted(targets):
        target = targets[source].on(piece.id)
        if source == axis_source or target is None:
            continue
        faced = target.face(points)
        signed[source] = faced.signed
        figure_m = np.where(faced.signed, faced.distance_m * faced.sign, faced.distance_m)
        offset_m[source] = np.where(faced.past_end, np.nan, figure_m)
        nearest[source] = np.where(faced.past_end[:, None], np.nan, faced.foot)
    order = sorted(offset_m)
    return StationOffsets(
        piece.id,
        at_m,
        points[:, 0],
        points[:, 1],
        {source: offset_m[source] for source in order},
        {source: signed[source] for source in order},
        {source: nearest[source] for source in order},
    )


def station_weights_m(stations: StationOffsets) -> np.ndarray:
    """The length that each station stands for: half the way to its neighbours."""
    return weights_m(stations.chainage_m)
