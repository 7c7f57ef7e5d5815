"""A source's own gaps and overlaps inside its pieces: area, largest width and place."""

from dataclasses import dataclass

import numpy as np
import shapely

from merestone.geometry.areas import areas_m2
from merestone.geometry.inner import inscribed
from merestone.lines.chains import Chains
from merestone.lines.regions import Regions, across_m, polygon_of
from merestone.lines.scale import Floats, metres_per_degree
from merestone.lines.widths import MOST_EDGES, largest_circles, narrowest_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import Gap

SLIVER_M = 1.0
"""Regions that are nowhere this wide are counted and summed, not listed."""
_SMALL_M = 20_000.0
"""Up to this size a chart with one scale will do for a width."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Regions of one kind: those listed, largest first, and count and area of the slivers."""

    listed: tuple[Gap, ...]
    slivers: int
    sliver_area_m2: float


def own_gaps(chains: Chains, ellipsoid: Ellipsoid) -> Found:
    """Gaps between the sides that lie inside a piece."""
    return _measured(chains, chains.gaps, ellipsoid)


def own_overlaps(chains: Chains, ellipsoid: Ellipsoid) -> Found:
    """What both sides claim."""
    return _measured(chains, chains.overlaps, ellipsoid)


def _measured(chains: Chains, regions: Regions, ellipsoid: Ellipsoid) -> Found:
    rough_m2 = _rough_areas_m2(regions, ellipsoid)
    inner = regions.joined & (rough_m2 > 0.0) & ~regions.cycles.thin
    # A circle 1 m wide has 0.79 m²; what is smaller than that is nowhere 1 m wide.
    large = np.flatnonzero(inner & (rough_m2 >= np.pi / 4.0 * SLIVER_M**2 * 0.99))
    polygons = np.array([polygon_of(chains.stretches, regions, int(k)) for k in large], dtype=object)
    # From one first vertex in one direction: where two places are equally wide, the same one is found.
    polygons = shapely.normalize(polygons)
    areas = areas_m2(polygons, ellipsoid)
    centres, radii_m = np.zeros((len(polygons), 2)), np.zeros(len(polygons))
    perhaps = narrowest_m(polygons, ellipsoid) >= SLIVER_M
    centres[perhaps], radii_m[perhaps] = _circles(polygons[perhaps], ellipsoid)
    wide = 2.0 * radii_m >= SLIVER_M
    listed = [
        Gap(
            float(areas[k]),
            float(2.0 * radii_m[k]),
            (float(centres[k, 0]), float(centres[k, 1])),
            polygons[k],
        )
        for k in np.flatnonzero(wide)
    ]
    thin = regions.joined & ((np.abs(rough_m2) > 0.0) & (inner | regions.cycles.thin))
    thin[large[wide]] = False
    listed.sort(key=lambda gap: (-gap.area_m2, gap.point))
    return Found(tuple(listed), int(thin.sum()), float(np.abs(rough_m2[thin]).sum()))


def _rough_areas_m2(regions: Regions, ellipsoid: Ellipsoid) -> Floats:
    """Signed areas by the scale in the middle: right to a few parts in a thousand for what is small."""
    cycles = regions.cycles
    east, north = metres_per_degree(0.5 * (cycles.bounds[:, 1] + cycles.bounds[:, 3]), ellipsoid)
    return np.asarray(cycles.area_deg2 * east * north)


def _circles(polygons: np.ndarray, ellipsoid: Ellipsoid) -> tuple[Floats, Floats]:
    """Centres and radii of the largest circles within: small simple regions together, others one by one."""
    centres, radii_m = np.zeros((len(polygons), 2)), np.zeros(len(polygons))
    bounds = shapely.bounds(polygons).reshape(-1, 4)
    small = across_m(bounds, ellipsoid) <= _SMALL_M
    small &= shapely.get_num_interior_rings(polygons) == 0
    small &= shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    small &= shapely.get_num_coordinates(polygons) <= MOST_EDGES
    if small.any():
        centres[small], radii_m[small] = largest_circles(polygons[small], ellipsoid, SLIVER_M)
    for k in np.flatnonzero(~small):
        lon, lat, radii_m[k] = inscribed(polygons[k], ellipsoid)
        centres[k] = lon, lat
    return centres, radii_m
