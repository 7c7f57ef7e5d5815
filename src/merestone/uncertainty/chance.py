"""How often chance alone would show a difference as large as a section's anywhere on the whole line.

Null realisations: all maps mean one and the same line, each departs from it by its own errors. In each
the largest |offset| / σ over all pieces, stations and pairs is taken. A section is as surprising as the
share of realisations whose largest reaches its own: with thousands of stations some offset is always
large, so a station's own probability would say nothing (docs/method/realisations.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt

import numpy as np

from merestone.compare.accuracies import accuracies, radius_of
from merestone.compare.frames import frames_at
from merestone.compare.verdicts import apart_m, shown_by_families
from merestone.model.results import Comparison, Section
from merestone.model.sources import Case
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.movement import Line, Movable, Moved, node_count, shifts_m

_ROOM_BYTES = 200_000_000
"""Realisations are drawn in batches of which the fields take no more than this."""
_NODES = 64
_ROUNDING = 1e-9
_SMOOTH = 2.0
"""The direction across the line is that of its chord over so many σ to either hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Facing:
    """Two sources as they speak for two families: at ``rows`` of the stations, ``apart`` |offset| / σ."""

    one: ErrorModel
    two: ErrorModel
    rows: np.ndarray
    apart: np.ndarray

    @property
    def sigma_m(self) -> float:
        return offset_sigma_m(self.one, self.two)


@dataclass(frozen=True, slots=True, eq=False)
class Stations:
    """The stations of all pieces of the axis, (n,), with pairs of sources that can be judged at them."""

    line: Line
    east: np.ndarray
    north: np.ndarray
    facing: tuple[Facing, ...]
    pieces: tuple[str, ...]


def offset_sigma_m(one: ErrorModel, two: ErrorModel) -> float:
    """σ of the offset of two limits in one direction, without what they share."""
    shared = one.shared_m.keys() & two.shared_m.keys()
    variances = [
        m.common_m**2 + m.field_m**2 + m.drafting_m**2
        + sum(m.shared_m[key] ** 2 for key in sorted(m.shared_m.keys() - shared))
        for m in (one, two)
    ]  # fmt: skip
    return sqrt(sum(sorted(variances)))


def stations_of(case: Case, comparison: Comparison, models: Mapping[str, ErrorModel]) -> Stations:
    """Stations and pairs of a comparison; ``models`` of the sources of known accuracy, by id."""
    stations = comparison.shapes.stations
    points = np.concatenate([np.column_stack([at.lon, at.lat]) for at in stations])
    frames = frames_at(points, case.ellipsoid)
    line = Line(
        frames.origin,
        np.concatenate([at.chainage_m for at in stations]),
        np.repeat(np.arange(len(stations)), [len(at.chainage_m) for at in stations]),
    )
    facing = _facing(case, comparison, models)
    return Stations(line, frames.east, frames.north, facing, tuple(at.piece for at in stations))


def _facing(case: Case, comparison: Comparison, models: Mapping[str, ErrorModel]) -> tuple[Facing, ...]:
    known = accuracies({source.info.id: radius_of(source.info) for source in case.sources})
    families = comparison.families
    shown = [shown_by_families(at, families, known) for at in comparison.shapes.stations]
    found = []
    for i, j in combinations(range(len(families)), 2):
        source = np.concatenate([at.source[:, [i, j]] for at in shown])
        distance_m = np.concatenate([apart_m(at, i, j, case.ellipsoid) for at in shown])
        for one in families[i].members:
            for two in families[j].members:
                if one not in models or two not in models:
                    continue
                places = [known.source.index(one), known.source.index(two)]
                rows = np.flatnonzero((source == places).all(axis=1) & ~np.isnan(distance_m))
                sigma_m = offset_sigma_m(models[one], models[two])
                if len(rows) and sigma_m > 0.0:
                    found.append(Facing(models[one], models[two], rows, distance_m[rows] / sigma_m))
    return tuple(found)


def largest_by_section(at: Stations, sections: Sequence[Section]) -> dict[str, float | None]:
    """The largest |offset| / σ of each section; None where no pair of known accuracy reaches it."""
    largest = np.full(len(at.line.piece), -1.0)
    for pair in at.facing:
        largest[pair.rows] = np.maximum(largest[pair.rows], pair.apart)
    found: dict[str, float | None] = {}
    parts = dict(zip(at.pieces, at.line.parts(), strict=True))
    for section in sections:
        part = parts[section.piece]
        at_km = at.line.chainage_m[part] / 1000.0
        on = (at_km >= section.from_km) & (at_km <= section.to_km)
        top = float(largest[part][on].max(initial=-1.0))
        found[section.id] = top if top >= 0.0 else None
    return found


def null_largest(at: Stations, seed: int, count: int) -> np.ndarray:
    """The largest |offset| / σ of each of ``count`` null realisations, (count,)."""
    models = {model.source: model for pair in at.facing for model in (pair.one, pair.two)}
    across = [_across(at, pair.rows, pair.sigma_m) for pair in at.facing]
    most = _at_once(at, models, count)
    line = Movable(at.line)
    found = []
    for batch, start in enumerate(range(0, count, most)):
        size = min(most, count - start)
        shifts = shifts_m(models.values(), seed, batch, size)
        moved = {source: line.moved(model, seed, batch, size) for source, model in models.items()}
        largest = np.zeros(size)
        for pair, places in zip(at.facing, across, strict=True):
            both = moved[pair.one.source], moved[pair.two.source]
            np.maximum(largest, _largest(pair, places, *both, _shift(pair, shifts)), out=largest)
        found.append(largest)
    return np.concatenate(found)


def _at_once(at: Stations, models: Mapping[str, ErrorModel], count: int) -> int:
    nodes = sum(node_count(at.line, model) for model in models.values())
    return max(min(count, _ROOM_BYTES // (16 * max(nodes, 1))), 1)


def _shift(pair: Facing, shifts: Mapping[tuple[str, str], np.ndarray]) -> np.ndarray:
    """How much the whole of one limit is shifted against the other, (2, count) east and north."""
    total = shifts[pair.two.source, ""] - shifts[pair.one.source, ""]
    for model, sign, other in ((pair.two, 1.0, pair.one), (pair.one, -1.0, pair.two)):
        for cause in sorted(model.shared_m.keys() - other.shared_m.keys()):
            total = total + sign * model.shared_m[cause] * shifts["", cause]
    return np.asarray(total)


def _largest(
    pair: Facing, places: tuple[np.ndarray, np.ndarray], one: Moved, two: Moved, shift: np.ndarray
) -> np.ndarray:
    """The largest |offset| / σ of one pair in each realisation, (count,).

    Stations between the same nodes move alike, each across its own normal. One of them is looked at
    first; the others only where the whole movement is larger than what was found so far.
    """
    rows, normal = places
    east, north = normal.T / pair.sigma_m
    node = np.stack([one.node[rows], two.node[rows]])
    first = np.flatnonzero(np.append(True, (np.diff(node) != 0).any(axis=0))[: len(rows)])
    size = np.diff(first, append=len(rows))
    found = np.zeros(shift.shape[1])
    for start in range(0, len(first), _NODES):
        some = slice(start, start + _NODES)
        apart = two.metres[node[1, first[some]]]
        apart -= one.metres[node[0, first[some]]]
        apart += shift
        middle = first[some] + size[some] // 2
        across = apart[:, 0] * east[middle, None]
        across += apart[:, 1] * north[middle, None]
        np.maximum(found, np.abs(across).max(axis=0), out=found)
        square = np.einsum("ijk,ijk->ik", apart, apart)
        at, number = np.nonzero(square > (1.0 - _ROUNDING) * (pair.sigma_m * found) ** 2)
        at, number, station = _each(at, number, first[some], size[some])
        sideways = apart[at, 0, number] * east[station]
        sideways += apart[at, 1, number] * north[station]
        np.maximum.at(found, number, np.abs(sideways))
    return found


def _each(
    at: np.ndarray, number: np.ndarray, first: np.ndarray, size: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of nodes and realisation, repeated for each of the stations there, and the stations."""
    count = size[at]
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    at, number = np.repeat(at, count), np.repeat(number, count)
    return at, number, first[at] + within


def _across(at: Stations, rows: np.ndarray, sigma_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Stations half a σ apart or more, and the unit normal (east, north) of the line at each.

    The normal is that of the chord over 2 σ to either hand: what is finer does not turn the direction
    in which limits some σ apart lie from one another.
    """
    _, number = at.line.take(rows).thinned(sigma_m / 2.0)
    kept = rows[np.flatnonzero(np.diff(number, prepend=-1))]
    chord = np.zeros((len(at.line.piece), 3))
    for part in at.line.parts():
        chainage_m = at.line.chainage_m[part]
        ahead = np.searchsorted(chainage_m, chainage_m + _SMOOTH * sigma_m, side="right") - 1
        back = np.searchsorted(chainage_m, chainage_m - _SMOOTH * sigma_m, side="left")
        # At least to the neighbours, however close they stand.
        here, last = np.arange(len(chainage_m)), len(chainage_m) - 1
        ahead = np.maximum(ahead, np.minimum(here + 1, last))
        back = np.minimum(back, np.maximum(here - 1, 0))
        places_m = at.line.places_m[part]
        chord[part] = places_m[ahead] - places_m[back]
    east = (chord[kept] * at.east[kept]).sum(axis=1)
    north = (chord[kept] * at.north[kept]).sum(axis=1)
    length = np.hypot(east, north)
    length[length == 0.0] = 1.0
    return kept, np.column_stack([-north / length, east / length])


def p_chance(largest: float | None, null: np.ndarray) -> float | None:
    """The share of realisations whose largest reaches `largest`, the one that was observed among them.

    So it is never 0: from n realisations nothing rarer than 1 / (n + 1) can be told (Phipson and
    Smyth 2010, doi:10.2202/1544-6115.1585).
    """
    if largest is None:
        return None
    return float((1 + np.count_nonzero(null >= largest)) / (1 + len(null)))


def with_models(at: Stations, models: Mapping[str, ErrorModel]) -> Stations:
    """The same stations under other models of the same deviations."""
    facing = tuple(
        Facing(models[pair.one.source], models[pair.two.source], pair.rows, pair.apart) for pair in at.facing
    )
    return replace(at, facing=facing)
