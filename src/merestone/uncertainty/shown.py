"""The land that a source shows, as areas of which each holds what a party has: sides, overlaps, silence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely

from merestone.model.labels import NEITHER, SILENT
from merestone.model.lines import SourceLimits
from merestone.model.sources import Source, SourceKind

_ON_LINE_DEG = 1e-9


class Parted(Protocol):
    """How the lines of a lines-only source part the corridor: (n,) polygons, and a label for each."""

    @property
    def polygons(self) -> np.ndarray: ...
    @property
    def labels(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Areas in longitude/latitude, within what the source covers.

    ``sides``: by party, with holes filled that are no limits (lakes, third countries); the one with fewer
    vertices first. ``either``: their union. ``both``: what they share. ``covers``: where the source
    speaks, None for everywhere.
    """

    sides: Mapping[str, shapely.MultiPolygon]
    either: shapely.MultiPolygon
    both: shapely.MultiPolygon
    covers: shapely.MultiPolygon | None


def shown_of(
    source: Source, limits: SourceLimits, regions: Parted | None, lands: Sequence[shapely.MultiPolygon]
) -> Shown:
    """What `source` shows. A lines-only one shows the ``regions`` that its lines part off, and those of a
    party only where there is land in some of the ``lands`` of the two-sided sources."""
    sides, covers = dict(source.sides), source.covers
    if source.info.kind is SourceKind.LINES:
        sides, parted = _parted(regions, lands)
        covers = parted if covers is None else areal(shapely.intersection(covers, parted))
    lines = [strand.coords for limit in limits.limits for strand in limit.strands]
    drawn = shapely.MultiLineString([shapely.linestrings(line) for line in lines])
    sides = {party: _filled(area, drawn) for party, area in sides.items()}
    if covers is not None:
        sides = {party: areal(shapely.intersection(area, covers)) for party, area in sides.items()}
    # An order that no party's id decides.
    order = sorted(sides, key=lambda party: (shapely.get_num_coordinates(sides[party]), sides[party].wkb))
    if len(sides) == 2:
        both, either = (areal(join(*sides.values())) for join in (shapely.intersection, shapely.union))
    else:
        both, either = shapely.MultiPolygon(), next(iter(sides.values()), shapely.MultiPolygon())
    return Shown({party: sides[party] for party in order}, either, both, covers)


def _parted(
    regions: Parted | None, lands: Sequence[shapely.MultiPolygon]
) -> tuple[dict[str, shapely.MultiPolygon], shapely.MultiPolygon]:
    """The areas of the parties, and all that has a label."""
    if regions is None or not len(regions.polygons):
        return {}, shapely.MultiPolygon()
    land = shapely.union_all(np.array([*lands], dtype=object))
    labels = np.array(regions.labels)
    sides = {
        label: areal(shapely.intersection(shapely.union_all(regions.polygons[labels == label]), land))
        for label in sorted(set(regions.labels) - {NEITHER, SILENT})
    }
    nobodys = shapely.union_all(regions.polygons[labels == NEITHER])
    return sides, areal(shapely.union_all([nobodys, *sides.values()]))


def _filled(area: shapely.MultiPolygon, limits: shapely.Geometry) -> shapely.MultiPolygon:
    """The area without the holes along which no limit runs."""
    rings, part = shapely.get_rings(shapely.get_parts(area), return_index=True)
    hole = np.diff(part, prepend=-1) == 0
    shapely.prepare(limits)
    lost = hole & ~shapely.dwithin(limits, rings, _ON_LINE_DEG)
    if not lost.any():
        return area
    return areal(shapely.union_all([area, *shapely.polygons(rings[lost])]))


def areal(found: shapely.Geometry | Sequence[shapely.Geometry]) -> shapely.MultiPolygon:
    """The polygons of what an operation on areas gave."""
    parts = shapely.get_parts(shapely.get_parts(found))
    areas = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    return shapely.multipolygons(parts[areas])
