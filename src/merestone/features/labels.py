"""What a source says of places, and the edges at which that may change.

A feature is told from labels: what the source shows as whose land, wherever it speaks. That needs no
limit and no second source (ADR 10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.compare.overlay import codes_of_sides, where_covered
from merestone.compare.vocabulary import Vocabulary
from merestone.geometry.faces import inside
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.labels import BOTH, SILENT
from merestone.model.results import Regions
from merestone.model.sources import Source, SourceKind

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]

ON_LINE = "on-line"
"""A stretch that runs on the line itself, as drawn, within ``coincide_m``."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Straight edges in longitude/latitude, (m, 2); ``limit`` (m,) is False for those of `covers`."""

    start: Floats
    end: Floats
    limit: Flags


class LabelSource:
    """One source, ready to be asked. ``one_sided`` is the party of a one-sided source, else None."""

    def __init__(
        self,
        source: Source,
        vocabulary: Vocabulary,
        ellipsoid: Ellipsoid,
        regions: Regions | None = None,
        lands: Sequence[shapely.MultiPolygon] = (),
    ) -> None:
        """``regions`` and ``lands`` (sides of all two-sided sources) are for lines-only sources."""
        self.source = source
        self.id = source.info.id
        self.vocabulary = vocabulary
        self.lines_only = source.info.kind is SourceKind.LINES
        self._ellipsoid = ellipsoid
        self._regions = regions
        self._lands = lands

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Label by code; the last is `ON_LINE`, which `codes_at` never gives."""
        return (*self.vocabulary.labels, ON_LINE)

    @cached_property
    def silent(self) -> int:
        return self.vocabulary.code(SILENT)

    @cached_property
    def on_line(self) -> int:
        return len(self.labels) - 1

    def codes_at(self, points: Floats) -> Codes:
        """The code of the label at each of (n, 2) places, longitude, latitude in degrees."""
        if not self.lines_only:
            codes = codes_of_sides(self.source, self.vocabulary, points)
        else:
            codes = self._by_regions(points)
        return np.asarray(where_covered(self.source, codes, self.vocabulary, points), dtype=np.intp)

    def _by_regions(self, points: Floats) -> Codes:
        """As in the overlay: within a region of a party silent where no two-sided source shows land."""
        codes = np.full(len(points), self.silent)
        if self._regions is None:
            return codes
        for polygon, label in zip(self._regions.polygons, self._regions.labels, strict=True):
            codes[inside(polygon, points)] = self.vocabulary.code(label)
        parties = [self.vocabulary.code(party) for party in (*self.vocabulary.parties, BOTH)]
        claimed = np.flatnonzero(np.isin(codes, parties))
        shown = np.zeros(len(claimed), dtype=bool)
        for land in self._lands:
            shown |= inside(land, points[claimed])
        codes[claimed[~shown]] = self.silent
        return codes

    @cached_property
    def outlines(self) -> tuple[Floats, ...]:
        """The rings and lines as drawn, in an order that no party decides."""
        source = self.source
        if source.lines is not None:
            found = [shapely.get_coordinates(line) for line in source.lines.geoms]
        else:
            found = [
                shapely.get_coordinates(ring)
                for side in source.sides.values()
                for ring in shapely.get_rings(shapely.get_parts(side))
            ]
        return tuple(sorted((line for line in found if len(line)), key=np.ndarray.tobytes))

    @cached_property
    def edges(self) -> Edges:
        """Every edge at which the label may change."""
        covers = self.source.covers
        around = [] if covers is None else [shapely.get_coordinates(r) for r in rings_of(covers)]
        start, end = _edges_of([*self.outlines, *around])
        drawn = sum(len(line) - 1 for line in self.outlines)
        return Edges(start, end, np.arange(len(start)) < drawn)

    @cached_property
    def index(self) -> EdgeIndex | None:
        """Distances to what is drawn; None where nothing is."""
        return EdgeIndex(self.outlines, self._ellipsoid) if self.outlines else None


def label_sources(
    sources: Sequence[Source],
    parties: tuple[str, str],
    regions: Mapping[str, Regions],
    ellipsoid: Ellipsoid,
) -> tuple[LabelSource, ...]:
    """Every source ready to be asked, in the order given."""
    vocabulary = Vocabulary(parties)
    two_sided = [source for source in sources if source.info.kind is SourceKind.TWO_SIDED]
    lands = [side for source in two_sided for side in source.sides.values()]
    return tuple(
        LabelSource(source, vocabulary, ellipsoid, regions.get(source.info.id), lands) for source in sources
    )


def rings_of(area: shapely.Geometry) -> list[shapely.LinearRing]:
    """Every ring of a (multi)polygon."""
    return list(shapely.get_rings(shapely.get_parts(area)))


def _edges_of(lines: Sequence[Floats]) -> tuple[Floats, Floats]:
    if not lines:
        return np.empty((0, 2)), np.empty((0, 2))
    coords = np.concatenate(lines)
    last = np.cumsum([len(line) for line in lines]) - 1
    start = np.delete(np.arange(len(coords)), last)
    return coords[start], coords[start + 1]
