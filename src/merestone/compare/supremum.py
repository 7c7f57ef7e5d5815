"""The farthest point of a line from a target: over the whole line, found from its stations.

A distance changes by no more than the way along the line. So between two stations at distances d₀
and d₁, a way of s apart, nothing is farther than (d₀ + d₁ + s)/2: only stretches for which that is
more than the farthest station need to be searched.
"""

import numpy as np

from merestone.compare.courses import Course, Stations
from merestone.compare.targets import NOISE_M, Target
from merestone.geometry.extremes import directed_maximum
from merestone.geometry.lengths import substring
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.results import LonLat

Maximum = tuple[float, LonLat]


def supremum(
    courses: tuple[Course, ...],
    chainage_m: list[np.ndarray],
    stations: Stations,
    rows: np.ndarray,
    distance_m: np.ndarray,
    target: Target,
) -> Maximum | None:
    """The largest distance to `target` over the stretches between neighbouring stations of `rows`.

    ``rows`` are indices of stations in ascending order, ``distance_m`` their distances to `target`,
    ``chainage_m`` that of the vertices of each course. Where stations on one side of a stretch do not
    belong to `rows`, the stretch does not either; a station that stands alone counts for itself.
    Of places equally far the westernmost, then southernmost. None without stations.
    """
    if not len(rows):
        return None
    far_m = float(distance_m.max())
    ties = stations.points[rows[distance_m == far_m]]
    at = ties[np.lexsort((ties[:, 1], ties[:, 0]))[0]]
    best = far_m, (float(at[0]), float(at[1]))
    lines = [
        line
        for number, on, some_m in _by_course(stations, rows, distance_m)
        for line in _promising(
            courses[number], chainage_m[number], stations, on, some_m, far_m, target.ellipsoid
        )
    ]
    if lines:
        found = directed_maximum(lines, target.index)
        if found.distance_m > max(far_m, NOISE_M):
            best = found.distance_m, (found.lon, found.lat)
    return best


def _by_course(
    stations: Stations, rows: np.ndarray, distance_m: np.ndarray
) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """Rows and distances of each course that has any."""
    course = stations.course[rows]
    cuts = np.flatnonzero(np.diff(course)) + 1
    parts = zip(np.split(rows, cuts), np.split(distance_m, cuts), strict=True)
    return [(int(stations.course[on[0]]), on, some_m) for on, some_m in parts]


def _promising(
    course: Course,
    chainage_m: np.ndarray,
    stations: Stations,
    rows: np.ndarray,
    distance_m: np.ndarray,
    far_m: float,
    ellipsoid: Ellipsoid,
) -> list[np.ndarray]:
    """Stretches of one course on which something may be farther than `far_m`."""
    at_m = stations.chainage_m[rows]
    step = np.diff(rows)
    if course.closed and _spans_the_start(stations, rows):
        # The first station of a ring stands at its end too.
        at_m, distance_m = np.append(at_m, chainage_m[-1]), np.append(distance_m, distance_m[0])
        step = np.append(step, 1)
    bound_m = (distance_m[1:] + distance_m[:-1] + np.diff(at_m)) / 2.0
    wanted = (step == 1) & (bound_m > far_m)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], wanted.astype(np.int8), [0]])))
    return [
        substring(course.coords, chainage_m, float(at_m[a]), float(at_m[b]), ellipsoid)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def _spans_the_start(stations: Stations, rows: np.ndarray) -> bool:
    """Whether both the first and the last station of the course of `rows` are among them."""
    course = stations.course[rows[0]]
    first, after = np.searchsorted(stations.course, [course, course + 1])
    return bool(rows[0] == first and rows[-1] == after - 1)
