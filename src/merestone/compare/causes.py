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
from typing import NamedTuple

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
    outlines = {source.info.id: source for source in sources}
    lakes = (
        _covered(np.array([area.geometry for area in areas], dtype=object), _waters(layers)) >= _LAKE_SHARE
    )
    causes: list[str | None] = [LAKE if is_lake else None for is_lake in lakes.tolist()]
    straight = _straight_edges(areas, ellipsoid)
    for k in np.unique(straight.area).tolist():
        own = straight.area == k
        if causes[k] is None and _is_cut_off(
            areas[k], straight.ends[own], straight.length_m[own], overlay, outlines
        ):
            causes[k] = COVERAGE
    left = [k for k, cause in enumerate(causes) if cause is None]
    abroad = _third_country([areas[k] for k in left], overlay, outlines, tracing, ellipsoid)
    for k, is_abroad in zip(left, abroad, strict=True):
        causes[k] = THIRD_COUNTRY if is_abroad else None
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


def _covered(geometries: np.ndarray, waters: shapely.STRtree) -> np.ndarray:
    """The share of each area, small enough for degrees to have one size in it, that waters cover."""
    area, water = waters.query(geometries, predicate="intersects")
    common = shapely.area(shapely.intersection(waters.geometries[water], geometries[area]))
    return np.asarray(np.bincount(area, common, minlength=len(geometries)) / shapely.area(geometries))


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
    limits = _limits_of({source for source, _ in asked}, tracing, ellipsoid)
    for (source, party), every in asked.items():
        which = [k for k in every if abroad[k]]
        if not which:
            continue
        points = np.array([areas[k].point for k in which])
        beyond = _beyond_outer_limits(points, sources[source], party, limits.get(source), ellipsoid)
        for k, is_beyond in zip(which, beyond.tolist(), strict=True):
            abroad[k] &= is_beyond
    return abroad


def _limits_of(asked: set[str], tracing: Tracing, ellipsoid: Ellipsoid) -> dict[str, EdgeIndex]:
    """The limits of those of some sources that have any."""
    strands = {
        traced.source: [strand.coords for limit in traced.limits for strand in limit.strands]
        for traced in tracing.sources
        if traced.source in asked
    }
    return {source: EdgeIndex(lines, ellipsoid) for source, lines in strands.items() if lines}


def _beyond_outer_limits(
    points: np.ndarray, source: Source, party: str, limits: EdgeIndex | None, ellipsoid: Ellipsoid
) -> np.ndarray:
    rings = _outline(source, party)
    nearest = EdgeIndex([shapely.get_coordinates(ring) for ring in rings], ellipsoid).query(points)
    outer = _is_outer(source, party)[nearest.line]
    if limits is None:
        return outer
    return np.asarray(outer & (limits.query(points).distance_m > nearest.distance_m + _ON_LIMIT_M))


def _is_outer(source: Source, party: str) -> np.ndarray:
    """Which rings of `_outline` are shells; lines count as such."""
    if source.lines is not None:
        return np.ones(len(source.lines.geoms), dtype=bool)
    _, part = shapely.get_rings(shapely.get_parts(source.sides[party]), return_index=True)
    return np.asarray(np.diff(part, prepend=-1) != 0)


class _Straight(NamedTuple):
    """Edges of outlines that run exactly along a meridian or a parallel."""

    ends: np.ndarray
    """(n, 2, 2) longitude, latitude of both ends."""
    length_m: np.ndarray
    area: np.ndarray
    """(n,) whose they are, by number."""


def _straight_edges(areas: Sequence[ConflictArea], ellipsoid: Ellipsoid) -> _Straight:
    """Of those areas that have enough of them."""
    parts, area = shapely.get_parts([one.geometry for one in areas], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.flatnonzero(
        (np.abs(np.diff(coords, axis=0)) <= _AXIS_PARALLEL_DEG).any(axis=1) & (ring[1:] == ring[:-1])
    )
    owner = area[part[ring[at]]]
    length_m = lengths_m(coords[at], coords[at + 1], ellipsoid)
    enough = (np.bincount(owner, length_m, minlength=len(areas)) >= _CUT_M)[owner]
    ends = np.stack([coords[at], coords[at + 1]], axis=1)
    return _Straight(ends[enough], length_m[enough], owner[enough])


def _is_cut_off(
    area: ConflictArea,
    ends: np.ndarray,
    length_m: np.ndarray,
    overlay: Overlay,
    sources: Mapping[str, Source],
) -> bool:
    """Whether enough of the straight edges of an area lie on one line of the outline of a denier."""
    middle = shapely.points(ends.mean(axis=1))
    on_outline = np.zeros(len(ends), dtype=bool)
    for source, party, _ in _deniers(area, overlay):
        outline = shapely.geometrycollections(_outline(sources[source], party))
        on_outline |= shapely.dwithin(middle, outline, _AXIS_PARALLEL_DEG)
    # One line is told from another by the coordinate that does not change along it.
    upright = np.abs(ends[:, 1, 0] - ends[:, 0, 0]) <= _AXIS_PARALLEL_DEG
    along = np.where(upright, ends[:, 0, 0], ends[:, 0, 1]).round(8)
    _, which = np.unique(np.stack([upright, along], axis=1)[on_outline], axis=0, return_inverse=True)
    return bool((np.bincount(which.reshape(-1), weights=length_m[on_outline]) >= _CUT_M).any())
