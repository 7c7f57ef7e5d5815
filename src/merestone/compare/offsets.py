"""Offsets of one source's limits from another's: all against all, and main piece against main piece."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from merestone.compare.courses import Course, Stations, courses_of, stations_of
from merestone.compare.order import piece_key
from merestone.compare.statistics import statistics
from merestone.compare.targets import NOISE_M, Faced, Target
from merestone.geometry.extremes import Extreme, directed_maximum
from merestone.geometry.lengths import chainages_m, substring
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import SourceLimits
from merestone.model.results import LonLat, Offsets
from merestone.model.settings import Settings

Maximum = tuple[float, LonLat]


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """Stations of one source measured against another, for everything and for the main pieces.

    ``main`` is over ``rows``, the stations (indices) on main pieces that the other source shows;
    ``counted`` (n rows,) tells those not past an open end; ``unmatched_km`` is the length of the
    main stations that do not count.
    """

    stations: Stations
    all: Faced
    rows: np.ndarray
    main: Faced
    counted: np.ndarray
    unmatched_km: float

    @property
    def main_stations(self) -> np.ndarray:
        """Indices of the stations that count for ``main``."""
        return np.asarray(self.rows[self.counted])

    @property
    def main_weight_m(self) -> np.ndarray:
        return np.asarray(self.stations.weight_m[self.main_stations])

    @property
    def main_distance_m(self) -> np.ndarray:
        return np.asarray(self.main.distance_m[self.counted])


class Measured:
    """One source, ready to be measured and to be measured against.

    ``enclaves`` are the pieces that are enclaves, on the axis or not: they count in ``all`` only.
    """

    def __init__(
        self, limits: SourceLimits, enclaves: frozenset[str], settings: Settings, ellipsoid: Ellipsoid
    ) -> None:
        self.source = limits.source
        self.enclaves = enclaves
        self.ellipsoid = ellipsoid
        self.spacing_m = settings.station_m
        self.courses = courses_of(limits.limits)
        self.target = Target(self.courses, ellipsoid, settings.coincide_m)

    @cached_property
    def stations(self) -> Stations:
        return stations_of(self.courses, self.spacing_m, self.ellipsoid)

    @cached_property
    def chainage_m(self) -> list[np.ndarray]:
        """Metres from the start at every vertex of each course."""
        return [chainages_m(course.coords, self.ellipsoid) for course in self.courses]

    @cached_property
    def main_pieces(self) -> tuple[str, ...]:
        pieces = {course.piece for course in self.courses} - self.enclaves
        return tuple(sorted(pieces, key=piece_key))

    @cached_property
    def station_piece(self) -> np.ndarray:
        """(n stations,) place in `main_pieces`, −1 on an enclave."""
        number = {piece: at for at, piece in enumerate(self.main_pieces)}
        per_course = np.array([number.get(course.piece, -1) for course in self.courses], dtype=np.intp)
        return np.asarray(per_course[self.stations.course])


def measure(one: Measured, other: Measured) -> Measurement | None:
    """Measure every station of `one` against `other`; None where either shows no limit."""
    if not one.courses or not other.courses:
        return None
    stations = one.stations
    everything = other.target.face(stations.points)
    rows, main = _face_main(one, other, everything)
    counted = ~main.past_end
    on_main = one.station_piece >= 0
    left_out = on_main.copy()
    left_out[rows[counted]] = False
    unmatched_km = float(stations.weight_m[left_out].sum()) / 1000.0
    return Measurement(stations, everything, rows, main, counted, unmatched_km)


def _face_main(one: Measured, other: Measured, everything: Faced) -> tuple[np.ndarray, Faced]:
    """Main stations against their own piece; what already met that piece is not measured again."""
    shown = np.array([other.target.on(piece) is not None for piece in one.main_pieces], dtype=bool)
    piece = one.station_piece
    on_main = np.flatnonzero(piece >= 0)
    rows = on_main[shown[piece[on_main]]]
    main = everything.take(rows)
    for at, name in enumerate(one.main_pieces):
        target = other.target.on(name)
        stray = np.flatnonzero((piece[rows] == at) & (main.piece != name))
        if target is not None and len(stray):
            main = main.replaced(stray, target.face(one.stations.points[rows[stray]]))
    return rows, main


def offsets(one: Measured, other: Measured, measured: Measurement, parties: tuple[str, str]) -> Offsets:
    """Both statistics of a directed pair."""
    everything = measured.all
    main = measured.main.take(np.flatnonzero(measured.counted))
    everything_max = _larger(
        directed_maximum([course.coords for course in one.courses], other.target.index),
        everything.distance_m,
        measured.stations.points,
    )
    return Offsets(
        all=statistics(
            everything.distance_m,
            everything.offset_m,
            everything.sided,
            measured.stations.weight_m,
            parties,
            maximum=everything_max,
        ),
        main=statistics(
            main.distance_m,
            main.offset_m,
            main.sided,
            measured.main_weight_m,
            parties,
            maximum=_main_maximum(one, other, measured, everything_max),
            unmatched_km=measured.unmatched_km,
        ),
    )


def _main_maximum(
    one: Measured, other: Measured, measured: Measurement, everything: Maximum
) -> Maximum | None:
    """Supremum over what counts for ``main``: the stretches between stations that do."""
    stations = measured.main_stations
    if not len(stations):
        return None
    if len(stations) == len(measured.stations.points) and other.target.on(one.main_pieces[0]) is other.target:
        return everything
    best: Maximum | None = None
    stretches = _counted_stretches(one, stations)
    distance_m, points = measured.main_distance_m, measured.stations.points[stations]
    for at, name in enumerate(one.main_pieces):
        on = one.station_piece[stations] == at
        target = other.target.on(name)
        if target is None or not on.any():
            continue
        lines = [line for piece, line in stretches if piece == name]
        extreme = directed_maximum(lines, target.index) if lines else None
        found = _larger(extreme, distance_m[on], points[on])
        if best is None or found[0] > best[0]:
            best = found
    return best


def _larger(extreme: Extreme | None, distance_m: np.ndarray, points: np.ndarray) -> Maximum:
    """The supremum over lines, or the farthest station where one stands alone and is farther."""
    far = int(np.argmax(distance_m))
    if extreme is None or distance_m[far] > extreme.distance_m:
        return float(distance_m[far]), (float(points[far, 0]), float(points[far, 1]))
    distance = 0.0 if extreme.distance_m <= NOISE_M else extreme.distance_m
    return distance, (extreme.lon, extreme.lat)


def _counted_stretches(one: Measured, stations: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """(piece, coordinates) of every stretch of a course between neighbouring `stations`."""
    counts = np.zeros(len(one.stations.points), dtype=bool)
    counts[stations] = True
    found: list[tuple[str, np.ndarray]] = []
    starts = np.searchsorted(one.stations.course, np.arange(len(one.courses) + 1))
    for number, course in enumerate(one.courses):
        rows = slice(int(starts[number]), int(starts[number + 1]))
        if course.piece not in one.enclaves and counts[rows].any():
            at_m, chainage_m = one.stations.chainage_m[rows], one.chainage_m[number]
            found += [
                (course.piece, line)
                for line in _stretches_along(course, counts[rows], at_m, chainage_m, one.ellipsoid)
            ]
    return found


def _stretches_along(
    course: Course, counts: np.ndarray, at_m: np.ndarray, chainage_m: np.ndarray, ellipsoid: Ellipsoid
) -> list[np.ndarray]:
    if counts.all():
        return [course.coords]
    if course.closed:  # its first station stands at its end too
        counts, at_m = np.append(counts, counts[0]), np.append(at_m, chainage_m[-1])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], counts.astype(np.int8), [0]])))
    return [
        substring(course.coords, chainage_m, float(at_m[a]), float(at_m[b - 1]), ellipsoid)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - a > 1
    ]
