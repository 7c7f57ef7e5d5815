"""Straight runs along a meridian or parallel that look like the edge of a map sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import Source

Floats = NDArray[np.float64]
_SAME_DEG = 1e-7
"""Vertices that differ by less are on one meridian or parallel: about a centimetre."""
_END_DEG = 1e-6
MIN_RUN_M = 5_000.0
_NEAR_M = 1_000.0
_PROBES = 24
_INSIDE_DEG = 1e-4


@dataclass(frozen=True, slots=True)
class SheetEdge:
    """A cut: along ``axis`` 0 a meridian, 1 a parallel, at ``value_deg``; ``covers`` is a proposal."""

    party: str
    axis: int
    value_deg: float
    length_m: float
    place: tuple[float, float]
    covers: tuple[float, float, float, float]


def sheet_edges(
    source: Source, others: Sequence[Source], corridor_m: float, ellipsoid: Ellipsoid
) -> list[SheetEdge]:
    """The cuts in the outlines of a source.

    A run counts if it is at least MIN_RUN_M long, is where all the land that the source shows of the
    party ends, comes within ``corridor_m`` of land that some source shows of the other party, and
    lies for the most part farther than a kilometre from the other party's outline in the same source
    and from the same party's outline in every other source: a line that several sources show is
    meant to run so.
    """
    found = []
    for party, area in source.sides.items():
        witnesses = [side for other, side in source.sides.items() if other != party]
        witnesses += [other.sides[party] for other in others if party in other.sides]
        lands = [land for one in (source, *others) for other, land in one.sides.items() if other != party]
        for (axis, value), runs in sorted(_runs(area, ellipsoid).items()):
            if np.abs(np.array(area.bounds)[axis::2] - value).min() > _END_DEG:
                continue
            alone = [
                run
                for run in runs
                if _near(run, lands, corridor_m, ellipsoid) and _alone(run, witnesses, ellipsoid)
            ]
            if not alone:
                continue
            longest = max(alone, key=lambda run: _length_m(run, ellipsoid))
            lon, lat = longest.mean(axis=0).tolist()
            length = sum(_length_m(run, ellipsoid) for run in alone)
            found.append(
                SheetEdge(party, axis, value, length, (lon, lat), _covers(source, area, axis, value, longest))
            )
    return found


def _runs(area: shapely.MultiPolygon, ellipsoid: Ellipsoid) -> Mapping[tuple[int, float], list[Floats]]:
    """Stretches (2, 2) of at least MIN_RUN_M along one meridian (axis 0) or parallel (1), by its value."""
    runs: dict[tuple[int, float], list[Floats]] = {}
    for ring in shapely.get_exterior_ring(shapely.get_parts(area)):
        coords = shapely.get_coordinates(ring)
        for axis in (0, 1):
            flat = np.abs(np.diff(coords[:, axis])) <= _SAME_DEG
            edges = np.flatnonzero(np.diff(np.concatenate([[0], flat.astype(np.int8), [0]])))
            for start, end in edges.reshape(-1, 2).tolist():
                run = coords[[start, end]]
                if _length_m(run, ellipsoid) >= MIN_RUN_M:
                    runs.setdefault((axis, round(float(run[0, axis]), 6)), []).append(run)
    return runs


def _length_m(run: Floats, ellipsoid: Ellipsoid) -> float:
    geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
    return float(geod.inv(run[0, 0], run[0, 1], run[1, 0], run[1, 1])[2])


def _alone(run: Floats, witnesses: Sequence[shapely.MultiPolygon], ellipsoid: Ellipsoid) -> bool:
    """Whether no other outline follows the run."""
    shares = (np.arange(_PROBES) + 0.5) / _PROBES
    probes = shapely.points(run[0] + shares[:, None] * (run[1] - run[0]))
    return not any(
        np.mean(_within(probes, outline.boundary, run, _NEAR_M, ellipsoid)) >= 0.5 for outline in witnesses
    )


def _near(
    run: Floats, lands: Sequence[shapely.MultiPolygon], distance_m: float, ellipsoid: Ellipsoid
) -> bool:
    """Whether the run comes near any of the lands."""
    line = np.array([shapely.LineString(run)], dtype=object)
    return any(_within(line, land, run, distance_m, ellipsoid).any() for land in lands)


def _within(
    shapes: NDArray[np.object_], other: shapely.Geometry, run: Floats, distance_m: float, ellipsoid: Ellipsoid
) -> NDArray[np.bool_]:
    """Which shapes come within a distance of another, in the plane about the run, to a percent."""
    squeeze = np.array([np.cos(np.deg2rad(run[:, 1].mean())), 1.0])
    reach_deg = np.rad2deg(distance_m / ellipsoid.b_m)
    around = reach_deg / squeeze
    window = shapely.box(*(run.min(axis=0) - 2.0 * around), *(run.max(axis=0) + 2.0 * around))
    close = shapely.transform(shapely.intersection(other, window), lambda xy: xy * squeeze)
    flat = shapely.transform(shapes, lambda xy: xy * squeeze)
    return np.asarray(shapely.dwithin(flat, close, reach_deg))


def _covers(
    source: Source, area: shapely.MultiPolygon, axis: int, value: float, run: Floats
) -> tuple[float, float, float, float]:
    """The box of the source in whole degrees, cut at the run, on the side where the land is."""
    bounds = np.array([side.bounds for side in source.sides.values()])
    low = np.floor(bounds[:, :2].min(axis=0))
    high = np.ceil(bounds[:, 2:].max(axis=0))
    step = np.zeros(2)
    step[axis] = _INSIDE_DEG
    middle = run.mean(axis=0)
    (low if shapely.contains_xy(area, *(middle + step)) else high)[axis] = value
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
