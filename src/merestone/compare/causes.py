"""Why a source alone differs: a lake left out, a third country, a map that is cut off.

Only for differences of kind ``own``; the first that holds is the cause:

* ``lake``: features of the dossier's waters layers cover at least half of the area;
* ``coverage``: at least 1 km of the outline of the area runs exactly along one meridian or one
  parallel, on the outline of a source that does not show the land: a map that is cut off there;
* ``third-country``: for every source that does not show the land of the party in question, its
  outline of that party nearest to the place (``point``) is the outer one and no limit towards the
  other party: the land beyond it is of neither, or sea;
* none: what is left, such as gaps and overlaps along the limits.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from merestone.compare.conflicts import ConflictArea
from merestone.compare.overlay import Overlay
from merestone.geometry.nearest import EdgeIndex
from merestone.geometry.planes import lengths_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.labels import NEITHER
from merestone.model.lines import Tracing
from merestone.model.sources import Layer, LayerKind, Source

LAKE = "lake"
COVERAGE = "coverage"
THIRD_COUNTRY = "third-country"

_LAKE_SHARE = 0.5
_CUT_M = 1000.0
_AXIS_PARALLEL_DEG = 1e-9
"""The last digit to which results give degrees."""
_ON_LIMIT_M = 0.002
"""Limits are taken from the outline; both distances are right to 1 mm."""


def causes_of(
    areas: Sequence[ConflictArea],
    overlay: Overlay,
    sources: Sequence[Source],
    layers: Sequence[Layer],
    tracing: Tracing,
    ellipsoid: Ellipsoid,
) -> list[str | None]:
    """The cause of each area, or None."""
    waters = _waters(layers)
    outlines = {source.info.id: source for source in sources}
    abroad = _third_country(areas, overlay, outlines, tracing, ellipsoid)
    causes: list[str | None] = []
    for area, beyond in zip(areas, abroad, strict=True):
        if _covered(area.geometry, waters) >= _LAKE_SHARE:
            causes.append(LAKE)
        elif _is_cut_off(area, overlay, outlines, ellipsoid):
            causes.append(COVERAGE)
        else:
            causes.append(THIRD_COUNTRY if beyond else None)
    return causes


def _waters(layers: Sequence[Layer]) -> shapely.STRtree:
    """The surfaces of all waters layers, united, as single polygons."""
    surfaces = [
        feature.geometry
        for layer in layers
        if layer.kind is LayerKind.WATERS
        for feature in layer.features
        if shapely.get_dimensions(feature.geometry) == 2
    ]
    return shapely.STRtree(shapely.get_parts(shapely.union_all(surfaces)))


def _covered(geometry: shapely.Geometry, waters: shapely.STRtree) -> float:
    """The share of an area, small enough for degrees to have one size in it, that waters cover."""
    near = waters.geometries[waters.query(geometry, predicate="intersects")]
    return float(shapely.area(shapely.intersection(near, geometry)).sum() / shapely.area(geometry))


def _deniers(area: ConflictArea, overlay: Overlay) -> list[tuple[str, str, str]]:
    """Each source that says no where another says yes: its id, the party, its label."""
    labels = overlay.labels_of(area.vector)
    found = []
    for party in overlay.vocabulary.parties:
        sayings = overlay.says(area.vector, party)
        if True in sayings:
            no = (source for source, said in zip(overlay.sources, sayings, strict=True) if said is False)
            found += [(source, party, labels[source]) for source in no]
    return found


def _outline(source: Source, party: str) -> np.ndarray:
    """The rings of a party's land in a source, or all lines of a lines-only one."""
    if source.lines is not None:
        return np.asarray(shapely.get_parts(source.lines))
    return np.asarray(shapely.get_rings(shapely.get_parts(source.sides[party])))


def _third_country(
    areas: Sequence[ConflictArea],
    overlay: Overlay,
    sources: Mapping[str, Source],
    tracing: Tracing,
    ellipsoid: Ellipsoid,
) -> list[bool]:
    """Whether the land of each area lies beyond outer limits for every source that denies it."""
    asked: dict[tuple[str, str], list[int]] = {}
    abroad = [True] * len(areas)
    for k, area in enumerate(areas):
        for source, party, label in _deniers(area, overlay):
            asked.setdefault((source, party), []).append(k)
            # Where it shows the other party instead, no third country is in question.
            abroad[k] &= label in (NEITHER, f"not-{party}")
    for (source, party), which in asked.items():
        points = np.array([areas[k].point for k in which])
        beyond = _beyond_outer_limits(points, sources[source], party, tracing, ellipsoid)
        for k, is_beyond in zip(which, beyond.tolist(), strict=True):
            abroad[k] &= is_beyond
    return abroad


def _beyond_outer_limits(
    points: np.ndarray, source: Source, party: str, tracing: Tracing, ellipsoid: Ellipsoid
) -> np.ndarray:
    rings = _outline(source, party)
    nearest = EdgeIndex([shapely.get_coordinates(ring) for ring in rings], ellipsoid).query(points)
    outer = _is_outer(source, party)[nearest.line]
    strands = [
        strand.coords
        for traced in tracing.sources
        if traced.source == source.info.id
        for limit in traced.limits
        for strand in limit.strands
    ]
    if not strands:
        return outer
    to_limit_m = EdgeIndex(strands, ellipsoid).query(points).distance_m
    return np.asarray(outer & (to_limit_m > nearest.distance_m + _ON_LIMIT_M))


def _is_outer(source: Source, party: str) -> np.ndarray:
    """Which rings of `_outline` are shells; lines count as such."""
    if source.lines is not None:
        return np.ones(len(source.lines.geoms), dtype=bool)
    _, part = shapely.get_rings(shapely.get_parts(source.sides[party]), return_index=True)
    return np.asarray(np.diff(part, prepend=-1) != 0)


def _is_cut_off(
    area: ConflictArea, overlay: Overlay, sources: Mapping[str, Source], ellipsoid: Ellipsoid
) -> bool:
    coords, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(area.geometry)), return_index=True
    )
    step = np.abs(np.diff(coords, axis=0))
    straight = ((step <= _AXIS_PARALLEL_DEG).any(axis=1)) & (ring[1:] == ring[:-1])
    length_m = lengths_m(coords[:-1], coords[1:], ellipsoid)
    if length_m[straight].sum() < _CUT_M:
        return False
    edge = np.flatnonzero(straight)
    middle = shapely.points(0.5 * (coords[edge] + coords[edge + 1]))
    on_outline = np.zeros(len(edge), dtype=bool)
    for source, party, _ in _deniers(area, overlay):
        outline = shapely.geometrycollections(_outline(sources[source], party))
        on_outline |= shapely.dwithin(middle, outline, _AXIS_PARALLEL_DEG)
    # One line is told from another by the coordinate that does not change along it.
    upright = step[edge, 0] <= _AXIS_PARALLEL_DEG
    along = np.where(upright, coords[edge, 0], coords[edge, 1]).round(8)
    _, which = np.unique(np.stack([upright, along], axis=1)[on_outline], axis=0, return_inverse=True)
    return bool((np.bincount(which.reshape(-1), weights=length_m[edge][on_outline]) >= _CUT_M).any())
