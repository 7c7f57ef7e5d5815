"""Targets: the limits of one source as others are measured against them, with sides and open ends."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from merestone.compare.courses import Course
from merestone.compare.frames import directions, dot, frames_at
from merestone.compare.meetings import Meetings, meetings_of
from merestone.geometry.nearest import EdgeIndex, Nearest
from merestone.model.ellipsoid import Ellipsoid

NOISE_M = 1e-6
"""Distances up to this are 0: a station set on an edge is no nearer to it in floating point."""


@dataclass(frozen=True, slots=True, eq=False)
class Faced:
    """What stations meet on a target; every array is (n,), ``foot`` (n, 2) longitude, latitude.

    ``sign`` is +1 where the target shows the station on the side of the party first by id, −1 on
    the other's, 0 where neither can be said: at distance 0, and where the nearest point is the
    meeting of two limits that contradict each other. ``sided`` is False where the nearest limit
    has no sides at all. ``past_end`` tells stations that lie beyond an open end. ``piece`` is the
    piece of the nearest limit.
    """

    distance_m: np.ndarray
    sign: np.ndarray
    sided: np.ndarray
    past_end: np.ndarray
    foot: np.ndarray
    piece: np.ndarray

    @property
    def signed(self) -> np.ndarray:
        """Where ``distance_m * sign`` is an offset and not merely a distance."""
        return np.asarray((self.distance_m == 0.0) | (self.sided & (self.sign != 0)))

    @property
    def offset_m(self) -> np.ndarray:
        """Signed offsets; NaN where there is no sign."""
        return np.where(self.signed, self.distance_m * self.sign, np.nan)

    def take(self, rows: np.ndarray) -> "Faced":
        """The stations with these indices."""
        return Faced(*(getattr(self, item.name)[rows] for item in fields(self)))

    def replaced(self, rows: np.ndarray, others: "Faced") -> "Faced":
        """A copy in which the stations with these indices meet what `others` tells."""
        columns = [getattr(self, item.name).copy() for item in fields(self)]
        for column, item in zip(columns, fields(self), strict=True):
            column[rows] = getattr(others, item.name)
        return Faced(*columns)


class Target:
    """The courses of one source, indexed. ``coincide_m`` is how far past an open end is still at it."""

    def __init__(self, courses: Sequence[Course], ellipsoid: Ellipsoid, coincide_m: float) -> None:
        self.courses = tuple(courses)
        self.ellipsoid = ellipsoid
        self.coincide_m = coincide_m
        self._pieces: dict[str, Target | None] = {}

    @cached_property
    def index(self) -> EdgeIndex:
        """Index of the courses, in their order."""
        return EdgeIndex([course.coords for course in self.courses], self.ellipsoid)

    @cached_property
    def pieces(self) -> np.ndarray:
        """Piece of every course."""
        return np.array([course.piece for course in self.courses], dtype=object)

    def on(self, piece: str) -> "Target | None":
        """The target of one piece alone; None where the source does not show it."""
        if piece not in self._pieces:
            chosen = [course for course in self.courses if course.piece == piece]
            whole = len(chosen) == len(self.courses)
            self._pieces[piece] = (
                None if not chosen else self if whole else Target(chosen, self.ellipsoid, self.coincide_m)
            )
        return self._pieces[piece]

    def face(self, points: np.ndarray) -> Faced:
        """Measure from `points`, (n, 2) longitude, latitude, to the nearest limit each."""
        return self.faced(points, self.index.query(points))

    def faced(self, points: np.ndarray, near: Nearest) -> Faced:
        """What `points` meet where `near` are their nearest points by `index`."""
        course = np.asarray(near.line)
        at_start = np.asarray(near.at_start)
        at_end = np.asarray(near.at_end)
        left = np.array([c.left for c in self.courses], dtype=np.int8)[course]
        distance_m = _without_noise(near.distance_m)
        sign = np.asarray(near.side, dtype=np.int8) * left
        meeting = self._meetings.at(course, at_start, at_end)
        meets = np.flatnonzero(meeting >= 0)
        sign[meets] = self._meetings.signs(points[meets], meeting[meets], self.ellipsoid)
        sign[distance_m == 0.0] = 0
        sided = np.array([c.sided for c in self.courses])[course]
        past_end = self._past_end(points, course, at_start, at_end)
        return Faced(distance_m, sign, sided, past_end, np.asarray(near.foot), self.pieces[course])

    def distance_m(self, points: np.ndarray) -> np.ndarray:
        """Distance from each of `points`, (n, 2), to the nearest limit, in metres."""
        return _without_noise(self.index.query(points).distance_m)

    def _past_end(
        self, points: np.ndarray, course: np.ndarray, at_start: np.ndarray, at_end: np.ndarray
    ) -> np.ndarray:
        """Whether a station lies beyond an open end, not merely square to it.

        A nearest point that happens to be the end vertex is not enough: where two maps end at one
        tripoint, or square to each other, rounding alone would decide. Square at a distance d is
        known no better than to the convergence of meridians, d²/a.
        """
        open_start = np.array([c.open_start for c in self.courses])[course]
        open_end = np.array([c.open_end for c in self.courses])[course]
        past = np.zeros(len(points), dtype=bool)
        for at, coords in (
            (at_start & open_start, [c.coords[:2] for c in self.courses]),
            (at_end & open_end, [c.coords[:-3:-1] for c in self.courses]),
        ):
            rows = np.flatnonzero(at)
            if len(rows):
                edges = np.array(coords)[course[rows]]
                inward = directions(edges[:, 0], edges[:, 1], self.ellipsoid)
                chord_m = (
                    frames_at(points[rows], self.ellipsoid).origin
                    - frames_at(edges[:, 0], self.ellipsoid).origin
                )
                slack_m = self.coincide_m + dot(chord_m, chord_m) / self.ellipsoid.a_m
                past[rows] |= dot(chord_m, inward) < -slack_m
        return past

    @cached_property
    def _meetings(self) -> Meetings:
        return meetings_of(self.courses, self.ellipsoid)


def _without_noise(distance_m: np.ndarray) -> np.ndarray:
    return np.where(distance_m <= NOISE_M, 0.0, distance_m)
