"""Courses: the strands of a source's limits in directions and an order that no party decides.

A strand runs with the party first by id on its left, so exchanging the parties reverses it, and a
sum or a nearest point computed along it would change in its last bit. A course runs in a direction
that only its shape decides, and remembers on which side that party is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from merestone.geometry.lengths import chainages_m, points_at, stations_m, weights_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import Limit, Strand


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One strand of a limit. ``coords`` (n, 2) longitude, latitude; closed where first == last.

    ``left`` is +1 where the party first by id is on the left of the course, −1 where on the right;
    without meaning where the limit has no sides.
    """

    limit: str
    party: str | None
    piece: str
    sided: bool
    coords: np.ndarray
    left: int
    open_start: bool
    open_end: bool

    @property
    def closed(self) -> bool:
        return bool((self.coords[0] == self.coords[-1]).all())


@dataclass(frozen=True, slots=True, eq=False)
class Stations:
    """Stations of a list of courses, course after course, each in its direction.

    ``points`` (n, 2) longitude, latitude; ``weight_m`` (n,) half the way to the neighbours, so the
    sum is the length; ``course`` (n,) index of the course; ``chainage_m`` (n,) from its start.
    """

    points: np.ndarray
    weight_m: np.ndarray
    course: np.ndarray
    chainage_m: np.ndarray


def courses_of(limits: Iterable[Limit]) -> tuple[Course, ...]:
    """The courses of `limits`, sorted by their shape alone."""
    courses = [_course(limit, strand) for limit in limits for strand in limit.strands]
    return tuple(sorted(courses, key=lambda course: _shape_key(course.coords)))


def stations_of(courses: tuple[Course, ...], spacing_m: float, ellipsoid: Ellipsoid) -> Stations:
    """Stations at 0, `spacing_m`, … and the end of every course.

    A closed course has no end: the station there would stand at its start again, so that one
    weighs half the way to both its neighbours.
    """
    parts = [_stations_along(course, spacing_m, ellipsoid) for course in courses]
    if not parts:
        empty = np.zeros(0)
        return Stations(np.zeros((0, 2)), empty, np.zeros(0, dtype=np.intp), empty)
    return Stations(
        np.concatenate([points for points, _, _ in parts]),
        np.concatenate([weights for _, weights, _ in parts]),
        np.repeat(np.arange(len(parts)), [len(at) for _, _, at in parts]),
        np.concatenate([at for _, _, at in parts]),
    )


def _stations_along(
    course: Course, spacing_m: float, ellipsoid: Ellipsoid
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chainage_m = chainages_m(course.coords, ellipsoid)
    at_m = stations_m(float(chainage_m[-1]), spacing_m)
    weight_m = weights_m(at_m)
    points = points_at(course.coords, chainage_m, at_m, ellipsoid)
    if course.closed and len(at_m) > 1:
        weight_m = weight_m.copy()
        weight_m[0] += weight_m[-1]
        return points[:-1], weight_m[:-1], at_m[:-1]
    return points, weight_m, at_m


def _course(limit: Limit, strand: Strand) -> Course:
    coords, reversed_ = _by_shape(_without_repeats(np.ascontiguousarray(strand.coords, dtype=float)))
    ends = (strand.open_start, strand.open_end)
    open_start, open_end = ends[::-1] if reversed_ else ends
    left = -1 if reversed_ else 1
    return Course(limit.id, limit.party, limit.piece, limit.sided, coords, left, open_start, open_end)


def _without_repeats(coords: np.ndarray) -> np.ndarray:
    """Edges without length have no direction; the line is the same without them."""
    differs = (coords[1:] != coords[:-1]).any(axis=1)
    return coords if differs.all() else coords[np.append(True, differs)]


def _by_shape(coords: np.ndarray) -> tuple[np.ndarray, bool]:
    """From the westernmost, then southernmost end; a ring counter-clockwise from that vertex."""
    backward = coords[::-1]
    if not (coords[0] == coords[-1]).all():
        if tuple(coords[0]) < tuple(coords[-1]):
            return coords, False
        return np.ascontiguousarray(backward), True
    ccw = bool(shapely.is_ccw(shapely.LinearRing(coords))) if len(coords) > 3 else False
    cw = bool(shapely.is_ccw(shapely.LinearRing(backward))) if len(coords) > 3 else False
    forth, back = _from_west(coords), _from_west(backward)
    if ccw != cw:
        return (forth, False) if ccw else (back, True)
    # A ring without area has no inside: the one that comes first by its vertices.
    return (forth, False) if forth.tobytes() <= back.tobytes() else (back, True)


def _shape_key(coords: np.ndarray) -> tuple[object, ...]:
    """An order of courses: by the ends, then by anything that two different shapes cannot share."""
    return (tuple(coords[0]), tuple(coords[-1]), len(coords), coords.tobytes())


def _from_west(ring: np.ndarray) -> np.ndarray:
    """A closed ring rolled to its westernmost, then southernmost vertex.

    Where the ring passes that vertex more than once, the passage whose next vertices come first.
    """
    body = ring[:-1]
    first = np.lexsort((body[:, 1], body[:, 0]))[0]
    starts = np.flatnonzero((body == body[first]).all(axis=1))
    turns = [np.roll(body, -int(start), axis=0) for start in starts]
    best = turns[0] if len(turns) == 1 else min(turns, key=lambda turn: turn.tobytes())
    return np.concatenate([best, best[:1]])
