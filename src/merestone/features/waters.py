"""Waters: how each source parts a lake, and which sources leave it out of the land."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np
import shapely

from merestone.compare.order import sorted_keys
from merestone.features.context import Context, of_dimension, words_for
from merestone.features.cutting import Lines
from merestone.features.labels import LabelSource, rings_of
from merestone.features.stretches import Stretches, stretches
from merestone.geometry.areas import areas_m2
from merestone.geometry.extremes import directed_maximum
from merestone.geometry.faces import Faces, faces
from merestone.geometry.lengths import edge_lengths_m
from merestone.geometry.nearest import EdgeIndex
from merestone.geometry.runs import runs
from merestone.model.findings import Finding, finding
from merestone.model.labels import NEITHER
from merestone.model.results import WaterShape
from merestone.model.sources import Feature, LayerKind, SourceKind

Entry = dict[str, Any]

_CUT_OUT = 0.5
"""A source that shows more than this share of a water as neither's, within its land, leaves it out."""
_AROUND = 0.5
"""How much land around a water, as a share of its size, is looked at to tell a hole from the open."""


@dataclass(frozen=True, slots=True, eq=False)
class WatersFound:
    """Entries of the result, sorted by id; their parts by source; what is to be said."""

    entries: tuple[Mapping[str, Any], ...]
    parts: tuple[WaterShape, ...]
    findings: tuple[Finding, ...]


def waters(context: Context) -> WatersFound:
    """Every water area that comes into the corridor."""
    notes: list[Finding] = []
    found: list[Feature] = []
    for layer in context.layers(LayerKind.WATERS):
        features, wrong = of_dimension(layer, 2)
        notes += wrong
        near = context.near([one.geometry for one in features])
        found += [one for one, here in zip(features, near.tolist(), strict=True) if here]
    if not found:
        return WatersFound((), (), tuple(notes))
    found.sort(key=lambda one: (one.id, one.geometry.wkb))
    entries = _entries(context, found)
    edges = _near_each(context, found)
    labels = _labels_inside(context, found)
    parts: list[WaterShape] = []
    for k, (feature, entry) in enumerate(zip(found, entries, strict=True)):
        cut = _faces_within(feature.geometry, edges[k], context) if edges[k] else None
        for source in context.sources:
            if cut is None:
                label = labels[source.id][k]
                labelled = [WaterShape(feature.id, source.id, label, entry["area_km2"], feature.geometry)]
            else:
                labelled = _labelled(feature, source, cut)
            parts += labelled
            _tell(entry, feature, source, labelled, context)
    notes += [note for source in context.sources for note in _left_out(entries, found, source.id)]
    return WatersFound(tuple(entries), tuple(parts), tuple(notes))


def _entries(context: Context, found: Sequence[Feature]) -> list[Entry]:
    """Without what the sources say but for the shoreline, of which all waters are cut at once."""
    area_m2 = areas_m2(
        np.array([*(one.geometry for one in found), None], dtype=object), context.case.ellipsoid
    )
    rings = [[shapely.get_coordinates(ring) for ring in rings_of(one.geometry)] for one in found]
    whose = np.repeat(np.arange(len(found)), [len(own) for own in rings])
    lines = Lines([ring for own in rings for ring in own], context.case.ellipsoid)
    shore_m = np.bincount(whose, lines.length_m, minlength=len(found))
    entries: list[Entry] = [
        {
            "id": feature.id,
            "names": dict(feature.names),
            "party": feature.party,
            "area_km2": float(area_m2[k]) / 1e6,
            "shoreline_km": float(shore_m[k]) / 1000.0,
            "sources": {},
        }
        for k, feature in enumerate(found)
    ]
    for source in context.sources:
        shores, _ = stretches(lines, source, context.case.settings.coincide_m)
        for k, said in enumerate(_shore_shares(shores, whose, len(found), source)):
            entries[k]["sources"][source.id] = {"shore_share": said}
    return entries


def _shore_shares(
    shores: Stretches, whose: np.ndarray, count: int, source: LabelSource
) -> list[Mapping[str, float]]:
    size = len(source.labels)
    sums = np.bincount(
        whose[shores.line] * size + shores.code, shores.to_m - shores.from_m, minlength=count * size
    ).reshape(count, size)
    return [_shares({source.labels[c]: float(own[c]) for c in np.flatnonzero(own)}) for own in sums]


def _shares(sums: Mapping[str, float]) -> dict[str, float]:
    whole = fsum(sums.values())
    return sorted_keys({label: part / whole for label, part in sums.items()}) if whole > 0.0 else {}


def _near_each(context: Context, found: Sequence[Feature]) -> list[list[np.ndarray]]:
    """The edges, (2, 2) each, of all sources that come into the box of each water."""
    near: list[list[np.ndarray]] = [[] for _ in found]
    boxes = shapely.envelope(np.array([*(one.geometry for one in found), None], dtype=object))[:-1]
    west, south, east, north = shapely.total_bounds(boxes)
    for source in context.sources:
        ends = np.stack([source.edges.start, source.edges.end], axis=1)
        low, high = ends.min(axis=1), ends.max(axis=1)
        kept = np.flatnonzero((high >= (west, south)).all(axis=1) & (low <= (east, north)).all(axis=1))
        tree = shapely.STRtree(shapely.box(*low[kept].T, *high[kept].T))
        water, edge = tree.query(boxes)
        for k, one in zip(water.tolist(), ends[kept[edge]], strict=True):
            near[k].append(one)
    return near


def _labels_inside(context: Context, found: Sequence[Feature]) -> dict[str, list[str]]:
    """By source, its label at a place within each water: that of the whole where nothing parts it."""
    inner = shapely.point_on_surface(np.array([*(one.geometry for one in found), None], dtype=object))[:-1]
    places = shapely.get_coordinates(inner)
    return {
        source.id: [source.labels[code] for code in source.codes_at(places).tolist()]
        for source in context.sources
    }


def _faces_within(water: shapely.Geometry, edges: Sequence[np.ndarray], context: Context) -> Faces:
    """The water cut along some edges."""
    whole = water if water.geom_type == "MultiPolygon" else shapely.multipolygons([water])
    return faces([], edges, whole, context.case.ellipsoid)


def _labelled(feature: Feature, source: LabelSource, cut: Faces) -> list[WaterShape]:
    """The parts of a water by label, in the order of their labels."""
    codes = source.codes_at(cut.inner_points)
    made = []
    for code in sorted(np.unique(codes).tolist(), key=lambda code: source.labels[code]):
        own = codes == code
        area_km2 = fsum(cut.areas_m2[own].tolist()) / 1e6
        whole = shapely.coverage_union_all(cut.polygons[own])
        made.append(WaterShape(feature.id, source.id, source.labels[code], area_km2, whole))
    return made


def _tell(
    entry: Entry, feature: Feature, source: LabelSource, parts: Sequence[WaterShape], context: Context
) -> None:
    """Add what a source says of a water."""
    said = entry["sources"][source.id]
    share = _shares({part.label: part.area_km2 for part in parts})
    inside = _within(_limits(context, source), feature.geometry) if len(parts) > 1 else []
    length_m = fsum(float(edge_lengths_m(line, context.case.ellipsoid).sum()) for line in inside)
    hole = _hole(feature, source, parts, share)
    said["share"] = share
    said["limit_km"] = length_m / 1000.0
    said["reach_m"] = _reach_m(feature, parts, context) if len(parts) > 1 else {}
    said["cut_out"] = hole is not None
    said["astride"] = hole is not None and all(
        shapely.intersects(hole, side) for side in source.source.sides.values()
    )
    said["open_share"] = share.get(NEITHER, 0.0) if source.source.info.kind is SourceKind.TWO_SIDED else None


def _limits(context: Context, source: LabelSource) -> list[np.ndarray]:
    """The limits traced from a source; what it draws where none could be told."""
    traced = next(one for one in context.comparison.shapes.tracing.sources if one.source == source.id)
    limits = [strand.coords for limit in traced.limits for strand in limit.strands]
    return limits or list(source.outlines)


def _within(lines: Sequence[np.ndarray], water: shapely.Geometry) -> list[np.ndarray]:
    """What of some lines lies within a water, not only along its shore."""
    west, south, east, north = water.bounds
    shapely.prepare(water)
    found: list[np.ndarray] = []
    for coords in lines:
        low, high = np.minimum(coords[:-1], coords[1:]), np.maximum(coords[:-1], coords[1:])
        near = (high >= (west, south)).all(axis=1) & (low <= (east, north)).all(axis=1)
        if near.any():
            vertex, run = runs(np.flatnonzero(near), np.append(True, np.diff(np.flatnonzero(near)) > 1))
            drawn = shapely.multilinestrings(shapely.linestrings(coords[vertex], indices=run))
            found += _linear(shapely.intersection(drawn, water))
    return found


def _reach_m(feature: Feature, parts: Sequence[WaterShape], context: Context) -> dict[str, float]:
    """How far out from its own shore each party's water reaches: the farthest place of its edge in it.

    A party without a shore there has none.
    """
    made = {}
    shore = feature.geometry.boundary
    for part in parts:
        if part.label not in context.parties:
            continue
        edge = part.geometry.boundary
        own = _linear(shapely.intersection(edge, shore))
        out = _linear(shapely.difference(edge, shore))
        if own and out:
            made[part.label] = directed_maximum(out, EdgeIndex(own, context.case.ellipsoid)).distance_m
    return sorted_keys(made)


def _linear(geometry: shapely.Geometry) -> list[np.ndarray]:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    lines = parts[shapely.get_dimensions(parts) == 1]
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    return [shapely.get_coordinates(one) for one in merged if one.length > 0.0]


def _hole(
    feature: Feature, source: LabelSource, parts: Sequence[WaterShape], share: Mapping[str, float]
) -> shapely.Geometry | None:
    """The hole that a source of both sides leaves in their land for a water; None where it leaves none."""
    if source.source.info.kind is not SourceKind.TWO_SIDED or share.get(NEITHER, 0.0) <= _CUT_OUT:
        return None
    left = next(part.geometry for part in parts if part.label == NEITHER)
    west, south, east, north = feature.geometry.bounds
    margin = _AROUND * max(east - west, north - south)
    box = shapely.box(west - margin, south - margin, east + margin, north + margin)
    land = [shapely.intersection(side, box) for side in source.source.sides.values()]
    rest = shapely.get_parts(shapely.difference(box, shapely.union_all(land)))
    place = shapely.point_on_surface(max(shapely.get_parts(left), key=shapely.area))
    hole = rest[shapely.contains(rest, place)]
    return hole[0] if len(hole) == 1 and not shapely.intersects(hole[0], box.boundary) else None


def _left_out(entries: Sequence[Entry], found: Sequence[Feature], source: str) -> list[Finding]:
    """One finding for all waters that a source cuts out, naming those between the lands of both parties."""
    cut = [k for k, entry in enumerate(entries) if entry["sources"][source]["cut_out"]]
    if not cut:
        return []
    between = [k for k in cut if entries[k]["sources"][source]["astride"]]
    open_km2 = [entries[k]["area_km2"] * entries[k]["sources"][source]["open_share"] for k in cut]
    first = max(between or cut, key=lambda k: entries[k]["area_km2"])
    place = shapely.get_coordinates(shapely.point_on_surface(found[first].geometry))[0]
    named = "; ".join(f"{words_for(found[k])} ({entries[k]['area_km2']:.2f} km²)" for k in between)
    return [
        finding(
            "waters-cut-out",
            source=source,
            place=(float(place[0]), float(place[1])),
            count=len(cut),
            area_km2=round(fsum(open_km2), 4),
            reason=f"between the lands of both: {named}" if named else "none lies between the lands of both",
            ids=[entries[k]["id"] for k in cut],
            astride=[entries[k]["id"] for k in between],
        )
    ]
