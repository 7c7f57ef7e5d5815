"""Directed pairs of sources: offsets, exact Hausdorff distance, shift and verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from merestone.compare.accuracies import Radius
from merestone.compare.axis import AxisIndex
from merestone.compare.frames import directions, east_north_m, frames_at, moved
from merestone.compare.offsets import Measured, Measurement, measure, offsets
from merestone.compare.shift import fit_translation
from merestone.compare.statistics import weighted_mean, weighted_percentiles
from merestone.compare.verdicts import CANNOT_SAY, VERDICTS, two_source_verdicts
from merestone.model.findings import Finding, finding
from merestone.model.progress import Progress, silent
from merestone.model.results import Facing, Offsets, OffsetStatistics, Pair, Shift, Verdict

BLOCK_M = 10_000.0
"""Length of the blocks of the jackknife along the axis."""
_CLOSE_M = 0.001
"""Nearer than this the direction to the nearest point is that of the station's own normal."""


@dataclass(frozen=True, slots=True, eq=False)
class PairContext:
    """What every pair needs. ``radii`` and ``families`` by source id; the axis may be None."""

    parties: tuple[str, str]
    tolerance_m: float
    radii: Mapping[str, Radius]
    families: Mapping[str, str]
    axis: AxisIndex | None


class FoundPairs(NamedTuple):
    """The entries of all directed pairs, and the stations on which each rests."""

    pairs: tuple[Pair, ...]
    facing: Mapping[tuple[str, str], Facing]


def pairs_of(
    sources: Sequence[Measured],
    context: PairContext,
    areas_km2: Callable[[str, str], Mapping[str, float]],
    progress: Progress = silent,
) -> FoundPairs:
    """Every directed pair, sorted by the ids of the two; ``areas_km2`` gives the matrix of a pair."""
    sources = sorted(sources, key=lambda one: one.source)
    ids = [(one, other) for one in sources for other in sources if one is not other]
    measured: dict[tuple[str, str], tuple[Offsets, Measurement | None]] = {}
    blocks = {one.source: station_blocks(one, context.axis) for one in sources}
    for number, other in enumerate(sources):
        progress("offsets", f"→ {other.source}", number / len(sources))
        measured |= _measured_against(other, sources, context.parties)
    found = []
    for number, (one, other) in enumerate(ids):
        progress("shift", f"{one.source} → {other.source}", number / len(ids))
        figures, at = measured[one.source, other.source]
        back = measured[other.source, one.source][0]
        shift = None if at is None else shift_of(one, other, at, blocks[one.source])
        verdict_km = _verdict_km(one.source, other.source, at, context)
        found.append(
            Pair(
                from_=one.source,
                to=other.source,
                areas_km2=areas_km2(one.source, other.source),
                offsets_m=figures,
                hausdorff_m=_hausdorff_m(figures, back),
                shift=shift,
                verdict=_worst(verdict_km),
                verdict_km=verdict_km,
                assumed=_assumed(one.source, other.source, verdict_km, context),
            )
        )
    facing = {pair: at.facing() for pair, (_, at) in measured.items() if at is not None}
    return FoundPairs(tuple(found), facing)


def _measured_against(
    other: Measured, sources: Sequence[Measured], parties: tuple[str, str]
) -> dict[tuple[str, str], tuple[Offsets, Measurement | None]]:
    """The offsets of every source from one, by the ids of the two."""
    found: dict[tuple[str, str], tuple[Offsets, Measurement | None]] = {}
    ones: list[tuple[Measured, Measurement]] = []
    for one in sources:
        if one is not other:
            at = measure(one, other)
            if at is None:
                found[one.source, other.source] = _unmeasured(one), None
            else:
                ones.append((one, at))
    for (one, at), figures in zip(ones, offsets(other, ones, parties), strict=True):
        found[one.source, other.source] = figures, at
    return found


def shift_of(one: Measured, other: Measured, at: Measurement, blocks: np.ndarray) -> Shift | None:
    """The translation of `one` onto `other` over the main pieces, and what is left after it.

    Stations keep their pieces and are measured anew after the translation.
    """
    rows, distance_m, weight_m = at.main_stations, at.main_distance_m, at.main_weight_m
    points = one.stations.points[rows]
    if not len(rows):
        return None
    foot = at.main.foot[at.counted]
    normals = east_north_m(points, foot, one.ellipsoid)
    length = np.hypot(*normals.T)
    close = distance_m <= _CLOSE_M
    normals[~close] /= length[~close, None]
    if close.any():
        normals[close] = station_normals(one)[rows[close]]
    # The station's own normal does not tell on which hand the other line is: under 1 mm counts as 0.
    across_m = np.where(close, 0.0, distance_m)
    fit = fit_translation(normals, across_m, weight_m, blocks[rows])
    if fit is None:
        return None
    after_m = _distances_after(one, other, rows, moved(points, fit.east_m, fit.north_m, one.ellipsoid))
    after = {
        "mean_abs": weighted_mean(after_m, weight_m),
        "p95_abs": float(weighted_percentiles(after_m, weight_m, np.array([0.95]))[0]),
    }
    return Shift(fit.east_m, fit.north_m, fit.se_east_m, fit.se_north_m, after)


def shift_findings(pairs: Sequence[Pair]) -> list[Finding]:
    """One finding for all pairs that have offsets but no shift."""
    without = [[pair.from_, pair.to] for pair in pairs if pair.shift is None and _has_main(pair)]
    if not without:
        return []
    return [finding("shift-undetermined", count=len(without), pairs=without)]


def _has_main(pair: Pair) -> bool:
    return pair.offsets_m.main.mean_abs is not None


def station_normals(one: Measured) -> np.ndarray:
    """Unit normals of a source's own line at its stations, (n, 2) east, north."""
    stations = one.stations
    normals = np.zeros((len(stations.points), 2))
    for number, course in enumerate(one.courses):
        rows = np.flatnonzero(stations.course == number)
        chainage_m = one.chainage_m[number]
        last = len(chainage_m) - 2
        edge = np.clip(np.searchsorted(chainage_m, stations.chainage_m[rows], side="right") - 1, 0, last)
        start, end = course.coords[edge], course.coords[edge + 1]
        along = directions(start, end, one.ellipsoid)
        frames = frames_at(start, one.ellipsoid)
        east = (along * frames.east).sum(axis=1)
        north = (along * frames.north).sum(axis=1)
        normals[rows] = np.column_stack([-north, east])
    return normals


def station_blocks(one: Measured, axis: AxisIndex | None) -> np.ndarray:
    """Number of the block of each station: 10 km of the axis beside it, so that the limits of both
    parties, whose errors go together, fall into the same blocks; off the axis, of its own line."""
    stations = one.stations
    own = (stations.chainage_m // BLOCK_M).astype(np.int64)
    blocks = -1 - (stations.course * 1_000_000 + own)
    if axis is None or not len(stations.points):
        return np.asarray(blocks)
    on_axis = {piece.id for piece in axis.pieces}
    beside = np.array([course.piece in on_axis for course in one.courses])[stations.course]
    if beside.any():
        places = axis.refer(stations.points[beside])
        blocks[beside] = places.piece * 1_000_000 + (places.chainage_m // BLOCK_M).astype(np.int64)
    return np.asarray(blocks)


def _distances_after(one: Measured, other: Measured, rows: np.ndarray, points: np.ndarray) -> np.ndarray:
    distance_m = np.zeros(len(rows))
    for at, name in enumerate(one.main_pieces):
        on = one.station_piece[rows] == at
        target = other.target.on(name)
        if target is not None and on.any():
            distance_m[on] = target.distance_m(points[on])
    return distance_m


def _unmeasured(one: Measured) -> Offsets:
    """What is said where one of the two shows no limit: only how long the other's are."""
    weight_m = one.stations.weight_m
    main_km = float(weight_m[one.station_piece >= 0].sum()) / 1000.0
    everything = OffsetStatistics(None, None, None, None, None, None, None, float(weight_m.sum()) / 1000.0)
    return Offsets(
        all=everything,
        main=OffsetStatistics(None, None, None, None, None, None, None, 0.0, main_km),
    )


def _hausdorff_m(there: Offsets, back: Offsets) -> float | None:
    if there.all.max_abs is None or back.all.max_abs is None:
        return None
    return max(there.all.max_abs, back.all.max_abs)


def _verdict_km(one: str, other: str, at: Measurement | None, context: PairContext) -> Mapping[str, float]:
    """Length of the main stations by verdict, worst first; verdicts that do not occur are 0."""
    length_m: np.ndarray = np.zeros(len(VERDICTS))
    if at is not None:
        verdict = two_source_verdicts(
            at.main_distance_m,
            context.radii[one],
            context.radii[other],
            context.tolerance_m,
            same_family=context.families[one] == context.families[other],
        )
        length_m = np.bincount(verdict, at.main_weight_m, minlength=len(VERDICTS))
    return dict(zip(map(str, VERDICTS), (length_m / 1000.0).tolist(), strict=True))


def _worst(verdict_km: Mapping[str, float]) -> Verdict:
    return next((verdict for verdict in VERDICTS if verdict_km[verdict] > 0.0), VERDICTS[CANNOT_SAY])


def _assumed(one: str, other: str, verdict_km: Mapping[str, float], context: PairContext) -> bool:
    """Whether any verdict of the pair rests on an assumed accuracy."""
    radii = (context.radii[one], context.radii[other])
    known = all(radius.metres is not None for radius in radii)
    return known and any(radius.assumed for radius in radii) and any(verdict_km.values())
