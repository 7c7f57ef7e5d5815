"""Everything that ``check`` reports about sources beyond what reading them found."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from merestone.geometry.areas import areas_m2
from merestone.model.accuracy import radius_95_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.sources import Case, LayerKind, Source, SourceKind
from merestone.sources.sheets import sheet_edges
from merestone.sources.spec import DossierSpec, SourceSpec

_LAKE_LIKENESS = 0.5
"""Intersection over union from which a hole is taken for a water."""
_WITHIN = 0.99
_AXES = ("the meridian of", "the parallel of")


def examine(case: Case, spec: DossierSpec) -> tuple[Finding, ...]:
    """Findings on every source: what is known of it, enclaves, lakes, sheet edges, axes.

    Gaps and overlaps of the sides come from tracing, copies from comparing, whether lines part the
    corridor from ``parting``.
    """
    specs = {one.id: one for one in spec.sources}
    found: list[Finding] = []
    for source in case.sources:
        what = f"source '{source.info.id}' ({specs[source.info.id].path})"
        others = [other for other in case.sources if other is not source]
        found += _known(source, specs[source.info.id], what)
        found += _enclaves(source, case.ellipsoid, what)
        found += _lakes(source, case, what)
        found += _sheets(source, others, case, what)
        found += _axes(source, others, what)
    found += [
        finding("licence-unknown", what=f"layer {layer.path}") for layer in case.layers if not layer.licence
    ]
    return tuple(found)


def _known(source: Source, spec: SourceSpec, what: str) -> Iterator[Finding]:
    """What the dossier says and does not say of a source."""
    info = source.info
    own_m = radius_95_m(info.accuracy, info.scale)
    if info.accuracy is None or own_m is None:
        yield finding("accuracy-unknown", source=info.id, what=what)
    elif info.accuracy.assumed:
        by = f" by {info.accuracy.assumed_by}" if info.accuracy.assumed_by else ""
        reason = info.accuracy.reason or "no reason given"
        yield finding(
            "accuracy-assumed", source=info.id, what=what, radius_95_m=round(own_m, 3), by=by, reason=reason
        )
    if own_m is not None and info.accuracy_95_m is None:
        yield finding("operation-accuracy-unknown", source=info.id, what=what)
    missing = {
        "date-unknown": info.date,
        "licence-unknown": info.licence,
        "publisher-unknown": info.publisher,
    }
    for code, value in missing.items():
        if not value:
            yield finding(code, source=info.id, what=what)
    if not spec.standing.offered_by and not spec.standing.accepted_by:
        yield finding("standing-none", source=info.id, what=what)


def _enclaves(source: Source, ellipsoid: Ellipsoid, what: str) -> Iterator[Finding]:
    """Parts of one party within the outer rings of the other's land."""
    if source.info.kind is not SourceKind.TWO_SIDED:
        return
    for party, within in (tuple(source.sides), tuple(source.sides)[::-1]):
        parts = np.array(source.sides[party].geoms, dtype=object)
        filled = [shapely.Polygon(part.exterior) for part in source.sides[within].geoms]
        enclosed = parts[_enclosed(parts, filled)]
        if not len(enclosed) or len(enclosed) == len(parts):
            continue  # a party whose whole land is enclosed has a main piece, no enclave
        km2 = areas_m2(enclosed, ellipsoid) / 1e6
        point = shapely.point_on_surface(enclosed[int(np.argmax(km2))])
        yield finding(
            "enclave-shown", source=source.info.id, place=(point.x, point.y), what=what, party=party,
            within=within,
            count=len(enclosed), area_km2=round(float(km2.sum()), 4),
        )  # fmt: skip


def _enclosed(parts: "np.ndarray[Any, Any]", filled: list[shapely.Polygon]) -> "np.ndarray[Any, Any]":
    """(n,) bool: parts of which almost all lies within one of the filled outlines."""
    inside = np.zeros(len(parts), dtype=bool)
    least, room = _WITHIN * shapely.area(parts), shapely.area(filled)
    for k, outline in zip(*shapely.STRtree(filled).query(parts, predicate="intersects"), strict=True):
        if not inside[k] and room[outline] >= least[k]:
            common = shapely.intersection(parts[k], filled[outline]).area
            inside[k] = common >= least[k]
    return inside


def _lakes(source: Source, case: Case, what: str) -> Iterator[Finding]:
    """Holes in the land of a party that are waters of the waters layers."""
    waters = [
        (feature.names, feature.geometry)
        for layer in case.layers
        if layer.kind is LayerKind.WATERS
        for feature in layer.features
        if feature.geometry.geom_type in ("Polygon", "MultiPolygon")
    ]
    if not waters:
        return
    tree = shapely.STRtree([geometry for _, geometry in waters])
    for party, area in source.sides.items():
        holes = [shapely.Polygon(hole) for part in area.geoms for hole in part.interiors]
        lakes = {
            k: waters[water] for k, hole in enumerate(holes) if (water := _water(hole, tree)) is not None
        }
        if not lakes:
            continue
        km2 = areas_m2(np.array([holes[k] for k in lakes], dtype=object), case.ellipsoid) / 1e6
        largest = list(lakes)[int(np.argmax(km2))]
        point = shapely.point_on_surface(holes[largest])
        names = {_name(water[0]) for water in lakes.values()} - {""}
        yield finding(
            "holes-are-lakes", source=source.info.id, place=(point.x, point.y), what=what, party=party,
            count=len(lakes),
            area_km2=round(float(km2.sum()), 4), largest=_name(lakes[largest][0]) or "without name",
            names=sorted(names),
        )  # fmt: skip


def _water(hole: shapely.Polygon, waters: shapely.STRtree) -> int | None:
    """The number of the water that is most like a hole, if one is like it at all."""
    near = [
        (_likeness(hole, waters.geometries[k]), -int(k)) for k in waters.query(hole, predicate="intersects")
    ]
    likeness, at = max(near, default=(0.0, 0))
    return -at if likeness >= _LAKE_LIKENESS else None


def _likeness(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Intersection over union; 0 where their sizes alone rule out that it is as large as is asked."""
    smaller, larger = sorted((one.area, other.area))
    if smaller < _LAKE_LIKENESS * larger:
        return 0.0
    common = shapely.intersection(one, other).area
    return float(common / (one.area + other.area - common))


def _name(names: Mapping[str, str]) -> str:
    return " / ".join(dict.fromkeys(names.values()))


def _sheets(source: Source, others: list[Source], case: Case, what: str) -> Iterator[Finding]:
    for edge in sheet_edges(source, others, case.settings.corridor_m, case.ellipsoid):
        code = "sheet-edge-covered" if _said(source, edge.axis, edge.value_deg) else "sheet-edge"
        yield finding(
            code, source=source.info.id, place=edge.place, what=what, party=edge.party, line=_AXES[edge.axis],
            degrees=edge.value_deg, length_km=round(edge.length_m / 1000.0, 3), covers=list(edge.covers),
        )  # fmt: skip


def _said(source: Source, axis: int, value_deg: float) -> bool:
    """Whether ``covers`` already ends at the cut."""
    if source.covers is None:
        return False
    edge = shapely.get_coordinates(source.covers)[:, axis]
    return bool(np.any(np.abs(edge - value_deg) <= 1e-6))


def _axes(source: Source, others: list[Source], what: str) -> Iterator[Finding]:
    """Whether a source meets the others only with its axes swapped."""
    own = _bounds(source)
    boxes = [box for other in others if (box := _bounds(other)) is not None]
    if own is None or not boxes:
        return
    swapped = own[[1, 0, 3, 2]]
    if not any(_meet(own, box) for box in boxes) and any(_meet(swapped, box) for box in boxes):
        lon, lat = (float(own[:3:2].mean()), float(own[1::2].mean()))
        yield finding(
            "axis-order-suspicious", source=source.info.id, place=(lon, lat), what=what,
            reason="swapped, they lie where the other sources do",
        )  # fmt: skip


def _bounds(source: Source) -> "np.ndarray[Any, Any] | None":
    shapes = [*source.sides.values(), *([source.lines] if source.lines is not None else [])]
    bounds = shapely.total_bounds(np.array(shapes, dtype=object))
    return bounds if np.isfinite(bounds).all() else None


def _meet(one: "np.ndarray[Any, Any]", other: "np.ndarray[Any, Any]") -> bool:
    return bool((one[:2] <= other[2:]).all() and (other[:2] <= one[2:]).all())
