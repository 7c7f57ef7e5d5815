"""What every kind of feature needs to know of a comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.compare.axis import AxisIndex
from merestone.compare.sections import Sections
from merestone.features.labels import LabelSource, label_sources
from merestone.model.findings import Finding, finding
from merestone.model.results import Comparison
from merestone.model.sources import Case, Feature, Layer, LayerKind

Floats = NDArray[np.float64]

_DIMENSION = {0: "points", 1: "lines", 2: "areas"}


@dataclass(frozen=True, eq=False)
class Context:
    """A case with its comparison. Sources are in the order of their ids."""

    case: Case
    comparison: Comparison

    @cached_property
    def parties(self) -> tuple[str, str]:
        one, two = sorted(party.id for party in self.case.parties)
        return one, two

    @cached_property
    def sources(self) -> tuple[LabelSource, ...]:
        ordered = sorted(self.case.sources, key=lambda source: source.info.id)
        return label_sources(ordered, self.parties, self.comparison.shapes.regions, self.case.ellipsoid)

    @cached_property
    def assumed(self) -> Mapping[str, bool]:
        """By source id, whether its accuracy is assumed."""
        return {one.id: bool((one.accuracy or {}).get("assumed")) for one in self.comparison.sources}

    def layers(self, kind: LayerKind) -> list[Layer]:
        """Layers of a kind in the order of their paths and titles."""
        own = [layer for layer in self.case.layers if layer.kind is kind]
        return sorted(own, key=lambda layer: (layer.path, layer.title))

    def near(self, geometries: Sequence[Any]) -> NDArray[np.bool_]:
        """Which geometries come into the corridor; all, where no limit makes one."""
        corridor = self.comparison.shapes.corridor
        if corridor.is_empty:
            return np.ones(len(geometries), dtype=bool)
        shapely.prepare(corridor)
        return np.asarray(shapely.intersects(corridor, np.array([*geometries, None], dtype=object)[:-1]))

    def sections_of(self, points: Floats) -> list[str | None]:
        """Id of the section of the axis point nearest to each of (n, 2) places."""
        if self._axis is None or not len(points):
            return [None] * len(points)
        places = self._axis.refer(points)
        pieces = [self._axis.pieces[number].id for number in places.piece.tolist()]
        return Sections(self.comparison.sections, {}, ()).at(pieces, places.chainage_m)

    @cached_property
    def _axis(self) -> AxisIndex | None:
        if not self.comparison.sections:
            return None
        cut = {section.piece for section in self.comparison.sections}
        pieces = [piece for piece in self.comparison.shapes.tracing.pieces if piece.id in cut]
        return AxisIndex(pieces, self.case.ellipsoid)


def of_dimension(layer: Layer, *wanted: int) -> tuple[list[Feature], list[Finding]]:
    """The features of a layer that are lines (1) or areas (2), and a finding about the others."""
    features = [one for one in layer.features if not one.geometry.is_empty]
    dimension = shapely.get_dimensions(np.array([*(one.geometry for one in features), None], dtype=object))
    kept = [one for one, size in zip(features, dimension.tolist(), strict=False) if size in wanted]
    left = [one for one, size in zip(features, dimension.tolist(), strict=False) if size not in wanted]
    if not left:
        return kept, []
    note = finding(
        "feature-of-wrong-type",
        layer=layer.path,
        kind=str(layer.kind),
        wanted=" or ".join(_DIMENSION[size] for size in wanted),
        count=len(left),
        features=sorted(one.id for one in left)[:20],
    )
    return kept, [note]


def words_for(feature: Feature) -> str:
    """What to call a feature in a sentence: all its names in the order of their languages, else its id."""
    names = dict.fromkeys(feature.names[code] for code in sorted(feature.names) if feature.names[code])
    return " / ".join(names) or feature.id
