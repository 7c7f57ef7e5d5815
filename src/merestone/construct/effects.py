"""What a candidate shows otherwise than each source: land, settlements, roads, and how far they lie apart.

Told from the candidate: ``ARM>AZE`` is what the source shows as ARM and the candidate has on the side of AZE.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum
from typing import Any

import numpy as np
import shapely

from merestone.compare.axis import AxisIndex
from merestone.compare.ground import Ground
from merestone.compare.statistics import weighted_mean, weighted_percentiles
from merestone.construct.apart import Apart, apart_from
from merestone.construct.field import Floats
from merestone.construct.swept import chain
from merestone.construct.within import stretches_within
from merestone.features.context import of_dimension
from merestone.features.labels import LabelSource, label_sources
from merestone.features.layerplaces import placed_in
from merestone.features.routes import Route, routes_of
from merestone.geometry.areas import areas_m2
from merestone.geometry.extremes import directed_maximum
from merestone.geometry.lengths import chainages_m, points_at, stations_m, weights_m
from merestone.geometry.nearest import EdgeIndex
from merestone.model.candidates import Candidate, CandidateShapes
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import SourceLimits, Strand
from merestone.model.sources import Feature, LayerKind

Entry = dict[str, Any]


def with_effects(candidate: Candidate, ground: Ground) -> Candidate:
    """The candidate with its effects beside every source of ``ground``, and the areas behind them.

    A candidate without known sides has offsets and no areas. Enclaves and other pieces for which the
    candidate has no line are left out.
    """
    if not candidate.lines:
        return candidate
    context = _Context(ground, candidate)
    found = [context.beside(limits) for limits in sorted(ground.tracing.sources, key=lambda one: one.source)]
    areas = tuple(
        (str(entry["source"]), _about(one, context.section_of(one.place)), one.polygon)
        for entry, faces in found
        for one in faces
    )
    return replace(candidate, effects=tuple(entry for entry, _ in found), shapes=CandidateShapes(areas))


def _about(one: Apart, section: str | None) -> Mapping[str, Any]:
    return {"shown": one.shown, "candidate": one.candidate, "section": section, "area_km2": one.area_m2 / 1e6}


class _Context:
    """What every source is looked at with."""

    def __init__(self, ground: Ground, candidate: Candidate) -> None:
        case = ground.case
        self.case = case
        self.parties = (case.parties[0].id, case.parties[1].id)
        self.lines = candidate.lines
        says = label_sources(case.sources, self.parties, ground.regions, case.ellipsoid)
        self.says: Mapping[str, LabelSource] = {one.id: one for one in says}
        self.sections = ground.sections
        cut = {section.piece for section in ground.sections}
        self._pieces = [piece for piece in ground.tracing.pieces if piece.id in cut]
        self._axis = AxisIndex(self._pieces, case.ellipsoid) if self._pieces else None
        self.settlements, _ = placed_in(case, LayerKind.SETTLEMENTS)
        self.districts = self._features(LayerKind.DISTRICTS, 2)
        self.routes = routes_of(self._features(LayerKind.ROADS, 1), case.ellipsoid)

    def _features(self, kind: LayerKind, dimension: int) -> list[Feature]:
        layers = [layer for layer in self.case.layers if layer.kind is kind]
        return [feature for layer in layers for feature in of_dimension(layer, dimension)[0]]

    def section_of(self, place: tuple[float, float]) -> str | None:
        """The section of the nearest axis point."""
        if self._axis is None:
            return None
        at = self._axis.refer(np.array([place]))
        piece, km = self._pieces[int(at.piece[0])].id, float(at.chainage_m[0]) / 1000.0
        inside = [one for one in self.sections if one.piece == piece and one.from_km <= km]
        return max(inside, key=lambda one: one.from_km).id if inside else None

    def beside(self, limits: SourceLimits) -> tuple[Entry, list[Apart]]:
        strands = [strand for limit in limits.limits for strand in limit.strands]
        faces: list[Apart] = []
        if strands and all(line.first_on_left is not None for line in self.lines):
            cap_m = self.case.settings.corridor_m
            faces = apart_from(
                self.lines, strands, self.says[limits.source], self.parties, self.case.ellipsoid, cap_m
            )
        entry: Entry = {
            "source": limits.source,
            "areas_km2": _by_sides([(one, one.area_m2 / 1e6) for one in faces]),
            "sections": self._by_section(faces),
            "districts": self._by_district(faces),
            "settlements": self._settlements(faces),
            "roads": [road for route in self.routes if (road := self._road(route, faces))],
            "offsets_m": self._offsets(strands),
        }
        return entry, faces

    def _by_section(self, faces: Sequence[Apart]) -> list[Entry]:
        found: dict[str, list[tuple[Apart, float]]] = {}
        for one in faces:
            name = self.section_of(one.place)
            if name is not None:
                found.setdefault(name, []).append((one, one.area_m2 / 1e6))
        order = [section.id for section in self.sections]
        return [{"id": name, "areas_km2": _by_sides(found[name])} for name in order if name in found]

    def _by_district(self, faces: Sequence[Apart]) -> list[Entry]:
        if not faces:
            return []
        tree = shapely.STRtree([one.polygon for one in faces])
        made = []
        for feature in self.districts:
            hit = sorted(tree.query(feature.geometry, predicate="intersects").tolist())
            parts = shapely.intersection(
                np.array([faces[k].polygon for k in hit], dtype=object), feature.geometry
            )
            sizes = areas_m2(_areal(parts), self.case.ellipsoid) / 1e6 if hit else np.empty(0)
            sums = _by_sides([(faces[k], float(size)) for k, size in zip(hit, sizes.tolist(), strict=True)])
            if sums:
                about = {"id": feature.id, "names": dict(feature.names), "party": feature.party}
                made.append({**about, "areas_km2": sums})
        return sorted(made, key=lambda one: (str(one["party"]), one["id"]))

    def _settlements(self, faces: Sequence[Apart]) -> list[Entry]:
        if not faces or not len(self.settlements.features):
            return []
        tree = shapely.STRtree(shapely.points(self.settlements.lonlat))
        made = []
        for one in faces:
            for k in tree.query(one.polygon, predicate="contains").tolist():
                feature = self.settlements.features[k]
                lon, lat = self.settlements.lonlat[k].tolist()
                sides = {"shown": one.shown, "candidate": one.candidate}
                made.append({"id": feature.id, "names": dict(feature.names), "lon": lon, "lat": lat, **sides})
        return sorted(made, key=lambda one: (one["id"], one["lon"], one["lat"]))

    def _road(self, route: Route, faces: Sequence[Apart]) -> Entry | None:
        line = shapely.LineString(route.coords)
        inside = [
            (one, stretch)
            for one in faces
            if shapely.intersects(one.polygon, line)
            for stretch in stretches_within(route.coords, one.polygon, self.case.ellipsoid)
        ]
        sums = _by_sides([(one, to_km - from_km) for one, (from_km, to_km) in inside])
        if not sums:
            return None
        along = sorted((*stretch, one.shown, one.candidate) for one, stretch in inside)
        made = [
            {"from_km": from_km, "to_km": to_km, "shown": shown, "candidate": candidate}
            for from_km, to_km, shown, candidate in along
        ]
        about = {"id": route.id, "ref": route.ref, "names": dict(route.names)}
        return {**about, "length_km": sums, "stretches": made}

    def _offsets(self, strands: Sequence[Strand]) -> Entry | None:
        """How far the candidate lies from the limits of a source, from its own stations."""
        if not strands:
            return None
        ellipsoid = self.case.ellipsoid
        index = EdgeIndex([strand.coords for strand in strands], ellipsoid)
        chains = [chain(line, ellipsoid) for line in self.lines]
        points, weights = _stations(chains, self.case.settings.station_m, ellipsoid)
        distance_m = index.query(points).distance_m
        far = directed_maximum(chains, index)
        median, p95 = weighted_percentiles(distance_m, weights, np.array([0.5, 0.95])).tolist()
        return {
            "mean_abs": weighted_mean(distance_m, weights),
            "median_abs": median,
            "p95_abs": p95,
            "max_abs": far.distance_m,
            "max_at": [far.lon, far.lat],
        }


def _stations(chains: Sequence[Floats], spacing_m: float, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    points, weights = [], []
    for coords in chains:
        along_m = chainages_m(coords, ellipsoid)
        at_m = stations_m(float(along_m[-1]), spacing_m)
        points.append(points_at(coords, along_m, at_m, ellipsoid))
        weights.append(weights_m(at_m))
    return np.concatenate(points), np.concatenate(weights)


def _areal(parts: np.ndarray) -> np.ndarray:
    """What is areal of intersections: where edges touch, points and lines come out too."""
    kept = [
        shapely.MultiPolygon([one for one in shapely.get_parts(part) if one.geom_type == "Polygon"])
        for part in parts
    ]
    return np.array([*kept, None], dtype=object)[:-1]


def _by_sides(figures: Sequence[tuple[Apart, float]]) -> dict[str, float]:
    """Sums by ``shown>candidate``."""
    sums: dict[str, list[float]] = {}
    for one, figure in figures:
        if figure > 0.0:
            sums.setdefault(f"{one.shown}>{one.candidate}", []).append(figure)
    return {key: fsum(sums[key]) for key in sorted(sums)}
