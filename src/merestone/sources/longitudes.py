"""Working longitudes: one frame for a whole dossier in which everything near the line is continuous.

A longitude is an angle; a comparison in the plane of longitude and latitude needs numbers. The
frame is 360° wide and begins at a *cut* where no land of the two parties lies: at 180° if that is
so there (the longitudes then stay as the files have them), else in the middle of the widest gap
between the longitudes that the two-sided sources cover. Where they leave none, the cut lies in the
widest gap of the land that both parties have in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]
"""West and east end in degrees, east not before west, continuous."""


def unwrapped(coords: Floats) -> tuple[Floats, int]:
    """(n, 2) longitude, latitude made continuous along a line, and the number of edges that changed.

    An edge whose longitudes differ by more than 180° is taken the short way round, except along a
    pole, where such edges close the outline of polar land. All longitudes change by whole turns.
    """
    step = np.diff(coords[:, 0])
    at_pole = (np.abs(coords[:-1, 1]) == 90.0) & (np.abs(coords[1:, 1]) == 90.0)
    turns = np.where((np.abs(step) > 180.0) & ~at_pole, -np.rint(step / 360.0), 0.0)
    changed = int(np.count_nonzero(turns))
    if not changed:
        return coords, 0
    lon = coords[:, 0] + 360.0 * np.concatenate([[0.0], np.cumsum(turns)])
    return np.column_stack([lon, coords[:, 1]]), changed


@dataclass(frozen=True, slots=True)
class Frame:
    """The working longitudes ``cut`` to ``cut + 360`` degrees."""

    cut: float = -180.0

    def turns(self, west: float, east: float) -> float:
        """Degrees (a multiple of 360) to add so that the middle of an interval lies in the frame."""
        middle = 0.5 * (west + east)
        if self.cut <= west and east <= self.cut + 360.0:
            return 0.0
        return -360.0 * float(np.floor((middle - self.cut) / 360.0))

    def placed(self, coords: Floats) -> Floats:
        """A line or ring moved into the frame as a whole; it may still stick out at one end."""
        if not len(coords):
            return coords
        turn = self.turns(float(coords[:, 0].min()), float(coords[:, 0].max()))
        return coords if turn == 0.0 else coords + np.array([turn, 0.0])

    def split(self, geometry: shapely.Geometry) -> tuple[shapely.Geometry, bool]:
        """A geometry with what sticks out of the frame moved to its other end; whether anything did."""
        west, _, east, _ = geometry.bounds
        if geometry.is_empty or (west >= self.cut and east <= self.cut + 360.0):
            return geometry, False
        kept = []
        for turn in (-360.0, 0.0, 360.0):
            box = shapely.box(self.cut - turn, -90.0, self.cut - turn + 360.0, 90.0)
            inside = shapely.intersection(geometry, box)
            parts = [
                p for p in shapely.get_parts(inside) if p.geom_type.startswith(_singular(geometry.geom_type))
            ]
            move = np.array([turn, 0.0])
            kept += [shapely.transform(part, lambda xy, move=move: xy + move) for part in parts]
        return shapely.union_all(kept), True


def _singular(name: str) -> str:
    return name.removeprefix("Multi")


def frame_for(two_sided: Sequence[tuple[Sequence[Floats], Sequence[Floats]]]) -> Frame:
    """The frame for a dossier, from the rings of both sides of every two-sided source.

    Rings are (n, 2) longitude, latitude, each continuous. The result does not depend on the order of
    sources, sides or rings.
    """
    sides = [side for pair in two_sided for side in pair]
    covered = [(float(r[:, 0].min()), float(r[:, 0].max())) for side in sides for r in side if len(r)]
    if not covered or not _crosses_180(covered):
        return Frame()
    gap = _widest_gap(covered)
    if gap is None:
        gap = _widest_gap(_common(two_sided)) or (0.0, 0.0)
    return Frame(_normal(0.5 * (gap[0] + gap[1])))


def _common(two_sided: Sequence[tuple[Sequence[Floats], Sequence[Floats]]]) -> list[Interval]:
    """The longitudes of the vertices that both sides have; of all vertices where there are none."""
    found: set[tuple[float, float]] = set()
    every: set[tuple[float, float]] = set()
    for pair in two_sided:
        one, other = ({_key(vertex) for ring in side for vertex in ring.tolist()} for side in pair)
        found |= one & other
        every |= one | other
    return [(lon, lon) for lon in sorted({lon for lon, _ in found or every})]


def _key(vertex: Sequence[float]) -> tuple[float, float]:
    return round(vertex[0] % 360.0, 7) % 360.0, round(vertex[1], 7)


def _crosses_180(covered: Sequence[Interval]) -> bool:
    """Whether land lies across 180°, or touches it from both sides."""
    shifted = [
        (west + 360.0 * turn, east + 360.0 * turn) for west, east in covered for turn in (-1.0, 0.0, 1.0)
    ]
    across = any(west < 180.0 < east for west, east in shifted)
    return across or (any(east == 180.0 for _, east in shifted) and any(west == 180.0 for west, _ in shifted))


def _widest_gap(covered: Sequence[Interval]) -> Interval | None:
    """The widest stretch of longitude that no interval covers (of ties the westernmost); None: none."""
    if any(east - west >= 360.0 for west, east in covered):
        return None
    normal = sorted((_normal(west), _normal(west) + (east - west)) for west, east in covered)
    reach = max(east for _, east in normal) - 360.0  # what wraps round covers the start
    best: Interval | None = None
    end = max(reach, normal[0][0])
    gaps = [(reach, normal[0][0])] if reach < normal[0][0] else []
    for west, east in normal:
        if west > end:
            gaps.append((end, west))
        end = max(end, east)
    for gap in gaps:
        if best is None or gap[1] - gap[0] > best[1] - best[0] + 1e-9:
            best = gap
    return best


def _normal(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0
