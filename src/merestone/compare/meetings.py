"""Places where the limits of one source meet end to end, and the sides around them.

A common limit ends where the sides run apart, and each party's own limit begins there. For a
station nearest to such a place one edge alone can name the wrong side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from merestone.compare.courses import Course
from merestone.compare.frames import directions, dot, frames_at
from merestone.model.ellipsoid import Ellipsoid


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """``start`` and ``end`` (n courses,): the meeting at which a course starts and ends, or −1.

    ``place`` (k, 3) earth-centred metres of each meeting; ``normal`` (2, k, 3) sums of the normals,
    toward the party first by id, of the edges that bound each party's land there; ``speaks`` (2, k)
    whether that party has a say.
    """

    start: np.ndarray
    end: np.ndarray
    place: np.ndarray
    normal: np.ndarray
    speaks: np.ndarray

    def at(self, course: np.ndarray, at_start: np.ndarray, at_end: np.ndarray) -> np.ndarray:
        """The meeting, or −1, at which nearest points given by course and end lie."""
        at = np.where(at_start, self.start[course], -1)
        return np.where(at_end, self.end[course], at)

    def signs(self, points: np.ndarray, meeting: np.ndarray, ellipsoid: Ellipsoid) -> np.ndarray:
        """+1 on the side of the party first by id, −1 on the other's, 0 where the limits disagree.

        The land boundary of a party consists of common limits and of its own; the sum of the normals
        of its edges decides (Bærentzen & Aanæs 2005, doi:10.1109/TVCG.2005.49, in two dimensions).
        Inside the head of a gap or overlap both parties' limits are equally near and give both signs.
        """
        chord_m = frames_at(points, ellipsoid).origin - self.place[meeting]
        lean = np.array([np.sign(dot(chord_m, normal[meeting])) for normal in self.normal], dtype=np.int8)
        one, two = self.speaks[:, meeting]
        agreed = np.where(lean[0] == lean[1], lean[0], 0)
        return np.where(one & two, agreed, np.where(two, lean[1], lean[0])).astype(np.int8)


def meetings_of(courses: Sequence[Course], ellipsoid: Ellipsoid) -> Meetings:
    """Every place where two or more sided courses end."""
    ends: dict[tuple[float, float], list[tuple[int, bool]]] = {}
    for number, course in enumerate(courses):
        if course.sided and not course.closed:
            ends.setdefault(tuple(course.coords[0].tolist()), []).append((number, False))
            ends.setdefault(tuple(course.coords[-1].tolist()), []).append((number, True))
    members = [ends[place] for place in sorted(ends) if len(ends[place]) > 1]
    start, end = np.full(len(courses), -1), np.full(len(courses), -1)
    for meeting, group in enumerate(members):
        for number, at_end in group:
            (end if at_end else start)[number] = meeting
    places = np.array([_vertices(courses, group[0])[0] for group in members]).reshape(-1, 2)
    normal, speaks = _normals(courses, members, ellipsoid)
    return Meetings(start, end, frames_at(places, ellipsoid).origin, normal, speaks)


def _normals(
    courses: Sequence[Course], members: list[list[tuple[int, bool]]], ellipsoid: Ellipsoid
) -> tuple[np.ndarray, np.ndarray]:
    owners = sorted({course.party for course in courses if course.party is not None})
    normal = np.zeros((2, len(members), 3))
    speaks = np.zeros((2, len(members)), dtype=bool)
    if not members:
        return normal, speaks
    flat = [(meeting, *end) for meeting, group in enumerate(members) for end in group]
    edges = np.array([_vertices(courses, (number, at_end)) for _, number, at_end in flat])
    along = directions(edges[:, 0], edges[:, 1], ellipsoid)
    toward = np.cross(frames_at(edges[:, 0], ellipsoid).up, along)
    for (meeting, number, at_end), vector in zip(flat, toward, strict=True):
        course = courses[number]
        hand = course.left * (-1 if at_end else 1)
        for row in range(2):
            owner = owners[row] if row < len(owners) else None
            if course.party is None or course.party == owner:
                normal[row, meeting] += hand * vector
                speaks[row, meeting] |= course.party is not None
    return normal, speaks


def _vertices(courses: Sequence[Course], end: tuple[int, bool]) -> np.ndarray:
    """The end vertex of a course and the vertex next to it, (2, 2)."""
    number, at_end = end
    coords = courses[number].coords
    return coords[:-3:-1] if at_end else coords[:2]
