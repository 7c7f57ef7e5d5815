"""Offsets of one source's limits from another's: all against all, and main piece against main piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from merestone.compare.courses import Stations, courses_of, stations_of
from merestone.compare.order import piece_key
from merestone.compare.statistics import statistics
from merestone.compare.supremum import Maximum, Measuring, suprema
from merestone.compare.targets import Faced, Target
from merestone.geometry.lengths import chainages_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import SourceLimits
from merestone.model.results import Facing, Offsets
from merestone.model.settings import Settings


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

    def facing(self) -> Facing:
        """What counts for ``main``, station by station."""
        main = self.main.take(np.flatnonzero(self.counted))
        points = self.stations.points[self.main_stations]
        return Facing(points, main.foot, main.offset_m, self.main_weight_m)


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

    def measuring(self, rows: np.ndarray, distance_m: np.ndarray, least_m: float = 0.0) -> Measuring:
        """The stations of `rows`, at ``distance_m`` from a target; nothing nearer than ``least_m`` counts."""
        return Measuring(self.courses, self.chainage_m, self.stations, rows, distance_m, least_m)

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


def offsets(
    other: Measured, ones: Sequence[tuple[Measured, Measurement]], parties: tuple[str, str]
) -> list[Offsets]:
    """Both statistics of the directed pairs from several sources to `other`."""
    every_station = [one.measuring(np.arange(len(at.all.distance_m)), at.all.distance_m) for one, at in ones]
    farthest = suprema(every_station, other.target)
    farthest_main = _main_suprema(other, ones, farthest)
    return [
        _summary(at, parties, everywhere, on_main)
        for (_, at), everywhere, on_main in zip(ones, farthest, farthest_main, strict=True)
    ]


def _summary(
    measured: Measurement, parties: tuple[str, str], farthest: Maximum | None, farthest_main: Maximum | None
) -> Offsets:
    everything = measured.all
    main = measured.main.take(np.flatnonzero(measured.counted))
    return Offsets(
        all=statistics(
            everything.distance_m,
            everything.offset_m,
            everything.sided,
            measured.stations.weight_m,
            parties,
            maximum=farthest,
        ),
        main=statistics(
            main.distance_m,
            main.offset_m,
            main.sided,
            measured.main_weight_m,
            parties,
            maximum=farthest_main,
            unmatched_km=measured.unmatched_km,
        ),
    )


def _main_suprema(
    other: Measured, ones: Sequence[tuple[Measured, Measurement]], everything: Sequence[Maximum | None]
) -> list[Maximum | None]:
    """Over what counts for ``main``: the stretches between stations that do, each on its own piece.

    ``everything`` are the suprema of ``all``; where nothing is left out they are those of ``main`` too.
    """
    whole = [
        len(at.main_stations) == len(one.station_piece)
        and other.target.on(one.main_pieces[0]) is other.target
        for one, at in ones
    ]
    best = [found if same else None for found, same in zip(everything, whole, strict=True)]
    left = [k for k, same in enumerate(whole) if not same]
    for name in sorted({piece for k in left for piece in ones[k][0].main_pieces}, key=piece_key):
        target = other.target.on(name)
        if target is None:
            continue
        on_piece = [k for k in left if name in ones[k][0].main_pieces]
        asked = [_on_piece(*ones[k], name) for k in on_piece]
        for k, found in zip(on_piece, suprema(asked, target), strict=True):
            before = best[k]
            if found is not None and (before is None or found[0] > before[0]):
                best[k] = found
    return best


def _on_piece(one: Measured, at: Measurement, name: str) -> Measuring:
    """The stations that count for ``main`` on one piece; only what is farther than any of them matters."""
    rows, distance_m = at.main_stations, at.main_distance_m
    on = one.station_piece[rows] == one.main_pieces.index(name)
    return one.measuring(rows[on], distance_m[on], float(distance_m.max(initial=0.0)))
