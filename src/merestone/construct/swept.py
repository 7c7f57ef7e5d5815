"""What lies between two lines that stand for one another: area and largest distance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from merestone.construct.field import Floats
from merestone.geometry.areas import areas_m2
from merestone.geometry.densify import densified
from merestone.geometry.extremes import directed_maximum
from merestone.geometry.nearest import EdgeIndex
from merestone.model.candidates import CandidateLine
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType

DRAWN_M = 0.01
"""How far edges drawn for areas may depart from geodesics (DESIGN section 4)."""


@dataclass(frozen=True, slots=True)
class Swept:
    """The area enclosed between two groups of lines, and the largest distance from one to the other."""

    area_m2: float
    largest_m: float


def chain(line: CandidateLine, ellipsoid: Ellipsoid) -> Floats:
    """A line as one whose edges are straight in longitude/latitude, to 0.01 m."""
    if line.drawn is not None:
        return np.asarray(line.drawn)
    return densified(line.coords, EdgeType.GEODESIC, DRAWN_M, ellipsoid)[0]


def swept_between(
    one: Sequence[CandidateLine], other: Sequence[CandidateLine], ellipsoid: Ellipsoid
) -> Swept:
    """The faces that the lines of both enclose, and the farthest that one lies from the other."""
    chains = [[chain(line, ellipsoid) for line in lines] for lines in (one, other)]
    if not chains[0] or not chains[1]:
        return Swept(0.0, 0.0)
    noded = shapely.unary_union([shapely.LineString(coords) for some in chains for coords in some])
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(noded))))
    there = directed_maximum(chains[0], EdgeIndex(chains[1], ellipsoid)).distance_m
    back = directed_maximum(chains[1], EdgeIndex(chains[0], ellipsoid)).distance_m
    return Swept(float(np.sum(areas_m2(faces, ellipsoid))), max(there, back))
