"""Districts: which adjoin along the line by each source, and what each source shows within them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np
import shapely

from merestone.compare.conflicts import BETWEEN
from merestone.compare.districts import NONE, PartyDistricts, districts_of
from merestone.compare.order import piece_key, sorted_adjoining, sorted_districts, sorted_keys
from merestone.features.context import Context
from merestone.features.cutting import Lines
from merestone.geometry.areas import areas_m2
from merestone.lines.joints import eastward
from merestone.lines.scale import polygonal
from merestone.model.lines import SourceLimits
from merestone.model.sources import Feature, LayerKind

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class DistrictsFound:
    """The districts at the line, and the pairs of them that adjoin there."""

    entries: tuple[Mapping[str, Any], ...]
    adjoining: tuple[Mapping[str, Any], ...]


def districts(context: Context) -> DistrictsFound:
    """Districts that meet at the axis or at any source's limits, and pairs of them that adjoin.

    Entries that the comparison has keep all that stands in them.
    """
    sides = districts_of(context.comparison.shapes.layers, context.parties)
    if not any(side.features for side in sides):
        return DistrictsFound((), ())
    by_source = _lengths_m(sides, context)
    adjoining = _adjoining(by_source, sides, context)
    known = {(one["id"], one["party"]): one for one in context.comparison.features.get("districts", ())}
    inside = _Inside(context)
    entries = []
    for side, column in zip(sides, (0, 1), strict=True):
        met = {row[column] for lengths in by_source.values() for row in lengths}
        for number, feature in enumerate(side.features):
            old = known.get((feature.id, side.party))
            if old is not None or number in met:
                entries.append(_entry(feature, side.party, old, inside))
    return DistrictsFound(sorted_districts(entries), adjoining)


def _lengths_m(sides: Sequence[PartyDistricts], context: Context) -> dict[str, dict[tuple[int, int], float]]:
    """Length of every source's main limits by the nearest district of either party, by source id.

    The places of all sources are asked at once.
    """
    traced = sorted(context.comparison.shapes.tracing.sources, key=lambda one: one.source)
    sampled = [_sampled(one, context) for one in traced]
    places = np.concatenate([some for some, _ in sampled])
    reach_m = context.case.settings.corridor_m
    nearest = np.stack([side.nearest(places, reach_m, context.case.ellipsoid) for side in sides], axis=1)
    cuts = np.cumsum([len(some) for some, _ in sampled])[:-1]
    return {
        one.source: _by_pair(own, weight_m)
        for one, own, (_, weight_m) in zip(traced, np.split(nearest, cuts), sampled, strict=True)
    }


def _sampled(traced: SourceLimits, context: Context) -> tuple[np.ndarray, np.ndarray]:
    """Places (n, 2) along a source's main limits, and the length that each stands for.

    Where a source has a limit for each party both are measured and half of each counts.
    """
    limits = [limit for limit in traced.limits if piece_key(limit.piece)[0] == 0]
    strands = [(eastward(s.coords), limit.party) for limit in limits for s in limit.strands]
    strands.sort(key=lambda one: one[0].tobytes())
    if not strands:
        return np.empty((0, 2)), np.empty(0)
    doubled = len({party for _, party in strands if party is not None}) == 2
    lines = Lines([coords for coords, _ in strands], context.case.ellipsoid)
    spacing_m = context.case.settings.station_m
    counts = np.maximum(np.ceil((lines.at_m[lines.edge + 1] - lines.at_m[lines.edge]) / spacing_m), 1.0)
    edge = np.repeat(lines.edge, counts.astype(np.intp))
    count = np.repeat(counts, counts.astype(np.intp))
    number = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts.astype(np.intp))
    share = np.array([0.5 if doubled and party is not None else 1.0 for _, party in strands])[
        lines.line[edge]
    ]
    weight_m = share * (lines.at_m[edge + 1] - lines.at_m[edge]) / count
    return lines.places(edge + (number + 0.5) / count), weight_m


def _by_pair(nearest: np.ndarray, weight_m: np.ndarray) -> dict[tuple[int, int], float]:
    """The length by pairs of districts; `NONE` is beyond reach."""
    pairs, which = np.unique(nearest, axis=0, return_inverse=True)
    sums = np.bincount(which.reshape(-1), weight_m)
    return {
        (int(one), int(two)): float(length)
        for (one, two), length in zip(pairs.tolist(), sums.tolist(), strict=True)
        if NONE not in (one, two)
    }


def _adjoining(
    by_source: Mapping[str, Mapping[tuple[int, int], float]],
    sides: Sequence[PartyDistricts],
    context: Context,
) -> tuple[Mapping[str, Any], ...]:
    axis = context.comparison.axis
    pairs = sorted({pair for lengths in by_source.values() for pair in lengths})
    made = []
    for one, two in pairs:
        meeting = {side.party: side.features[k] for side, k in zip(sides, (one, two), strict=True)}
        lengths_km = {
            source: lengths[one, two] / 1000.0
            for source, lengths in by_source.items()
            if (one, two) in lengths
        }
        made.append(
            {
                "districts": {
                    party: {"id": feature.id, "names": dict(feature.names)}
                    for party, feature in sorted(meeting.items())
                },
                "axis_km": None if axis is None else lengths_km.get(axis.source, 0.0),
                "sources": {source: {"length_km": length} for source, length in lengths_km.items()},
                "sections": _sections_of(context, {party: f.id for party, f in meeting.items()}),
            }
        )
    return sorted_adjoining(made)


def _sections_of(context: Context, ids: Mapping[str, str]) -> list[str]:
    """Sections beside which both districts of a pair are named."""
    return [
        section.id
        for section in context.comparison.sections
        if all(district in section.districts.get(party, ()) for party, district in ids.items())
    ]


def _entry(feature: Feature, party: str, old: Mapping[str, Any] | None, inside: "_Inside") -> Entry:
    made: Entry = dict(old) if old is not None else {
        "id": feature.id, "names": dict(feature.names), "party": party, "axis_km": 0.0,
    }  # fmt: skip
    made["differences"], made["difference_km2"], areas = inside.differences(feature.geometry)
    made["sources"] = {
        source: {"difference_km2": areas.get(source, {}), "settlements": counts}
        for source, counts in inside.settlements(feature.geometry).items()
    }
    return made


class _Inside:
    """The differences between the parties and the settlements, ready to be told by district."""

    def __init__(self, context: Context) -> None:
        self._context = context
        shapes = [(one, area) for one, area in context.comparison.shapes.differences if one.kind == BETWEEN]
        self._differences = [one for one, _ in shapes]
        self._areas = _objects(area for _, area in shapes)
        self._listed = {one.id for one in context.comparison.differences.listed}
        places = [
            shapely.get_coordinates(shapely.point_on_surface(one.geometry))[0]
            for layer in context.layers(LayerKind.SETTLEMENTS)
            for one in layer.features
            if not one.geometry.is_empty
        ]
        self._places = np.array(places).reshape(-1, 2)
        self._codes = {source.id: source.codes_at(self._places) for source in context.sources}

    def differences(self, district: shapely.Geometry) -> tuple[list[str], float, dict[str, dict[str, float]]]:
        """Ids of the listed ones in a district, the area of all within it, and that by label."""
        shapely.prepare(district)
        rows = np.flatnonzero(shapely.intersects(district, self._areas))
        whole = shapely.covers(district, self._areas[rows])
        km2 = np.array([self._differences[row].area_km2 for row in rows.tolist()])
        held = shapely.intersection(district, self._areas[rows[~whole]])
        mixed = shapely.get_type_id(held) == shapely.GeometryType.GEOMETRYCOLLECTION
        mixed |= shapely.get_dimensions(held) < 2
        held[mixed] = _objects(polygonal(one) for one in held[mixed])
        km2[~whole] = areas_m2(held, self._context.case.ellipsoid) / 1e6
        ids: list[str] = []
        sums: dict[str, dict[str, list[float]]] = {}
        for row, part_km2 in zip(rows.tolist(), km2.tolist(), strict=True):
            if part_km2 > 0.0:
                one = self._differences[row]
                ids += [one.id] if one.id in self._listed else []
                for source, label in one.labels.items():
                    sums.setdefault(source, {}).setdefault(label, []).append(part_km2)
        by_source = {
            source: sorted_keys({label: fsum(parts) for label, parts in own.items()})
            for source, own in sums.items()
        }
        return ids, fsum(km2.tolist()), by_source

    def settlements(self, district: shapely.Geometry) -> dict[str, dict[str, int]]:
        """How many settlements lie in a district, by source and its label there."""
        inside = shapely.contains_xy(district, self._places[:, 0], self._places[:, 1])
        found = {}
        for source in self._context.sources:
            codes, counts = np.unique(self._codes[source.id][inside], return_counts=True)
            pairs = zip(codes.tolist(), counts.tolist(), strict=True)
            found[source.id] = sorted_keys({source.labels[code]: count for code, count in pairs})
        return found


def _objects(geometries: Iterable[Any]) -> np.ndarray:
    return np.array([*geometries, None], dtype=object)[:-1]  # numpy looks into no list that ends in None
