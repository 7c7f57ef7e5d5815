"""Differences: connected areas, one label per source throughout, in which two labels conflict."""

from collections.abc import Callable, Sequence
from math import fsum
from typing import NamedTuple

import numpy as np
import shapely

from merestone.compare.causes import causes_of
from merestone.compare.conflicts import BETWEEN, OWN, conflicting_areas
from merestone.compare.enclaves import enclaves_at
from merestone.compare.matrices import M2_PER_KM2
from merestone.compare.overlay import Overlay
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.lines import Tracing
from merestone.model.results import Difference, Differences, SmallerDifferences
from merestone.model.sources import Layer, Source

SectionsOf = Callable[[np.ndarray], Sequence[str | None]]
"""The section of the axis point nearest to each of (n, 2) places; None where there is none."""


class FoundDifferences(NamedTuple):
    """What the result lists and sums, and every difference with its area, the largest first.

    ``of_face`` (faces,) is the place of each face's difference among the shapes, −1: none.
    """

    result: Differences
    shapes: tuple[tuple[Difference, shapely.Polygon | shapely.MultiPolygon], ...]
    of_face: np.ndarray


def find_differences(
    overlay: Overlay,
    sources: Sequence[Source],
    layers: Sequence[Layer],
    tracing: Tracing,
    sections_of: SectionsOf,
    min_difference_km2: float,
    ellipsoid: Ellipsoid = WGS84,
) -> FoundDifferences:
    """All differences in the corridor.

    Those of at least ``min_difference_km2`` are listed; the others are counted and summed, never
    dropped: together they are the conflicting cells of the matrices. All are numbered ``D1``, ``D2``,
    … by area, ties by place. ``point`` is the pole of inaccessibility of a listed difference, and
    some place within a smaller one.
    """
    areas = conflicting_areas(overlay, min_difference_km2 * M2_PER_KM2, ellipsoid)
    points = np.array([area.point for area in areas]).reshape(-1, 2)
    own = [k for k, area in enumerate(areas) if area.kind == OWN]
    reasons = causes_of([areas[k] for k in own], overlay, sources, layers, tracing, ellipsoid)
    causes = dict(zip(own, reasons, strict=True))
    sections = sections_of(points) if areas else []
    enclaves = enclaves_at(points, tracing)
    found = tuple(
        (
            Difference(
                id=f"D{k + 1}",
                kind=area.kind,
                cause=causes.get(k),
                area_km2=area.area_m2 / M2_PER_KM2,
                labels=overlay.labels_of(area.vector),
                point=area.point,
                section=sections[k],
                enclave=enclaves[k],
                reaches_corridor_edge=area.at_edge,
            ),
            area.geometry,
        )
        for k, area in enumerate(areas)
    )
    listed = tuple(one for one, _ in found if one.area_km2 >= min_difference_km2)
    smaller = _smaller([one for one, _ in found[len(listed) :]])
    of_face = np.full(len(overlay.faces.polygons), -1)
    for k, area in enumerate(areas):
        of_face[area.faces] = k
    return FoundDifferences(Differences(listed, smaller), found, of_face)


def _smaller(differences: Sequence[Difference]) -> SmallerDifferences:
    between = [one.area_km2 for one in differences if one.kind == BETWEEN]
    return SmallerDifferences(
        count=len(differences),
        area_km2=fsum(one.area_km2 for one in differences),
        between_count=len(between),
        between_area_km2=fsum(between),
    )
