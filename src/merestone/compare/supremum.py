"""The farthest point of a line from a target: over the whole line, found from its stations.

A distance changes by no more than the way along the line. So between two stations at distances d₀
and d₁, a way of s apart, nothing is farther than (d₀ + d₁ + s)/2: only stretches for which that is
more than the farthest station need to be searched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from merestone.compare.courses import Course, Stations
from merestone.compare.targets import NOISE_M, Target
from merestone.geometry.extremes import directed_maxima
from merestone.geometry.lengths import substrings
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.results import LonLat

Maximum = tuple[float, LonLat]


@dataclass(frozen=True, slots=True, eq=False)
class Measuring:
    """Stations of one source at known distances from a target.

    ``rows`` are indices of ``stations`` in ascending order, ``distance_m`` their distances,
    ``chainage_m`` that of the vertices of each course. Nothing nearer than ``least_m`` is of interest: there
    is a place as far as that, here or elsewhere.
    """

    courses: tuple[Course, ...]
    chainage_m: list[np.ndarray]
    stations: Stations
    rows: np.ndarray
    distance_m: np.ndarray
    least_m: float = 0.0


def suprema(asked: Sequence[Measuring], target: Target) -> list[Maximum | None]:
    """The largest distance to `target` over the stretches between neighbouring stations, for each asked.

    Where stations on one side of a stretch do not belong to the rows, the stretch does not either; a
    station that stands alone counts for itself. Of places equally far the westernmost, then
    southernmost. None without stations.
    """
    best = [_farthest_station(one) for one in asked]
    lines = [
        [] if at is None else _promising_lines(one, max(at[0], one.least_m), target.ellipsoid)
        for one, at in zip(asked, best, strict=True)
    ]
    sought = [k for k, some in enumerate(lines) if some]
    if not sought:
        return best
    for k, found in zip(sought, directed_maxima([lines[k] for k in sought], target.index), strict=True):
        at = best[k]
        if at is not None and found.distance_m > max(at[0], NOISE_M):
            best[k] = found.distance_m, (found.lon, found.lat)
    return best


def _farthest_station(asked: Measuring) -> Maximum | None:
    if not len(asked.rows):
        return None
    far_m = float(asked.distance_m.max())
    ties = asked.stations.points[asked.rows[asked.distance_m == far_m]]
    lon, lat = ties[np.lexsort((ties[:, 1], ties[:, 0]))[0]].tolist()
    return far_m, (lon, lat)


def _promising_lines(asked: Measuring, far_m: float, ellipsoid: Ellipsoid) -> list[np.ndarray]:
    """Stretches of all courses on which something may be farther than `far_m`."""
    return [
        line
        for number, rows, some_m in _by_course(asked.stations, asked.rows, asked.distance_m)
        for line in _promising(
            asked.courses[number], asked.chainage_m[number], asked.stations, rows, some_m, far_m, ellipsoid
        )
    ]


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
    return substrings(course.coords, chainage_m, at_m[edges[::2]], at_m[edges[1::2]], ellipsoid)


def _spans_the_start(stations: Stations, rows: np.ndarray) -> bool:
    """Whether both the first and the last station of the course of `rows` are among them."""
    course = stations.course[rows[0]]
    first, after = np.searchsorted(stations.course, [course, course + 1])
    return bool(rows[0] == first and rows[-1] == after - 1)
