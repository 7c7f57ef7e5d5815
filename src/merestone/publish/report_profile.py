"""The chainage–offset profile: every source's limit as seen from the axis, one picture a piece.

Chainage runs to the right, offsets up and down from the axis. Up is toward one party and down toward
the other, both scales alike; which is which follows the sign only, and no sign is ever written.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import asinh, ceil, isnan, log10
from typing import Any

import numpy as np

from merestone.model.results import Comparison, Section, StationOffsets
from merestone.publish.report_palette import VERDICT_LOOKS, SourceLook, dash_array, marker_path
from merestone.publish.report_text import metres

WIDTH, HEIGHT = 960.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 74.0, 12.0, 34.0, 40.0
_MOST_FIGURES = 250_000
"""Stations times sources that a report carries; beyond that every k-th group keeps its extreme one."""
_UNEVEN = 12.0
"""Largest offset over tolerance from which a logarithmic scale is offered, and shown first."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on a scale, in pixels, with its text."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One source in one piece, as SVG path data."""

    source: str
    colour: str
    dash: str
    data: str
    unsided: str
    """Where no side is known: the same on both sides of the axis."""
    markers: str


@dataclass(frozen=True, slots=True)
class Band:
    """One section as a rectangle of the strip."""

    section: str
    x: float
    width: float
    colour: str
    pattern: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A static picture of one piece, for paper and for readers without scripts."""

    piece: str
    length_km: float
    up: str
    down: str
    zero_y: float
    tolerance_y: tuple[float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    curves: tuple[Curve, ...]
    bands: tuple[Band, ...]
    uneven: bool

    @property
    def enclave(self) -> bool:
        """Whether the piece is the limit of an enclave."""
        return not self.piece.startswith("M")


@dataclass(frozen=True, slots=True)
class Scale:
    """Offsets to pixels: linear, or sinh⁻¹ (linear near the axis, logarithmic far from it)."""

    most_m: float
    bend_m: float | None
    height: float = HEIGHT
    """Of the whole picture."""

    def share(self, offset_m: np.ndarray) -> np.ndarray:
        """-1 at the largest offset on one side, 1 on the other."""
        if self.bend_m is None:
            return offset_m / self.most_m
        return np.arcsinh(offset_m / self.bend_m) / asinh(self.most_m / self.bend_m)

    def y(self, offset_m: np.ndarray) -> np.ndarray:
        half = (self.height - TOP - BOTTOM) / 2
        return TOP + half * (1.0 - self.share(offset_m))

    def ticks_m(self) -> list[float]:
        """Round distances from the axis, one side only, at most four."""
        if self.bend_m is None:
            step = _round_up(self.most_m / 4)
            return [step * k for k in range(1, 5) if step * k <= self.most_m * 1.0001]
        low, high = _round_up(self.bend_m), self.most_m
        decades = [10.0**k for k in range(ceil(log10(low)), ceil(log10(high)) + 1)]
        return [value for value in sorted({low, *decades}) if value <= high and value >= low]


def up_down(c: Comparison) -> tuple[str, str]:
    """The parties toward whose sides the limits above and below the axis are displaced.

    A station's offset is positive where the other source shows it on the side of the party first by
    id, that is, where the other limit is displaced toward the other party.
    """
    return c.parties[1].id, c.parties[0].id


def scale_for(c: Comparison, pieces: Iterable[StationOffsets]) -> Scale:
    """One scale for all pieces, so that pictures can be compared."""
    sizes = [np.abs(offsets[np.isfinite(offsets)]) for piece in pieces for offsets in piece.offset_m.values()]
    most = max((float(size.max()) for size in sizes if size.size), default=0.0)
    tolerance_m = float(c.parameters["tolerance_m"])
    most = _round_up(max(most, 2.0 * tolerance_m, 1e-3))
    return Scale(most, tolerance_m if most > _UNEVEN * tolerance_m > 0 else None)


def profiles(c: Comparison, looks: Mapping[str, SourceLook]) -> tuple[Profile, ...]:
    """A profile of each piece of the axis that has stations."""
    stations = _with_length(c)
    scale = scale_for(c, stations)
    return tuple(_profile(c, piece, looks, scale) for piece in stations)


def _with_length(c: Comparison) -> list[StationOffsets]:
    return [piece for piece in c.shapes.stations if len(piece.chainage_m) and piece.chainage_m[-1] > 0.0]


def _profile(c: Comparison, piece: StationOffsets, looks: Mapping[str, SourceLook], scale: Scale) -> Profile:
    up, down = up_down(c)
    length_m = float(piece.chainage_m[-1])
    tolerance = scale.y(np.array([1.0, -1.0]) * float(c.parameters["tolerance_m"])).tolist()
    both = [
        Tick(round(float(scale.y(np.array([s * m]))[0]), 1), metres(m))
        for m in scale.ticks_m()
        for s in (1, -1)
    ]
    return Profile(
        piece=piece.piece,
        length_km=length_m / 1000.0,
        up=up,
        down=down,
        zero_y=float(scale.y(np.zeros(1))[0]),
        tolerance_y=(round(tolerance[0], 1), round(tolerance[1], 1)),
        x_ticks=tuple(_x_ticks(length_m)),
        y_ticks=tuple(both),
        curves=tuple(
            curve_of(piece, looks[id_], scale, number, (0.0, length_m))
            for number, id_ in enumerate(sorted(piece.offset_m))
            if not _is_axis(c, id_)
        ),
        bands=tuple(_bands(c.sections, piece)),
        uneven=scale.bend_m is not None,
    )


def _is_axis(c: Comparison, source: str) -> bool:
    return c.axis is not None and c.axis.source == source


def x_at(chainage_m: np.ndarray, span_m: tuple[float, float]) -> np.ndarray:
    """(n,) chainage to pixels, where a picture shows the piece from and to ``span_m``."""
    start_m, end_m = span_m
    return LEFT + (WIDTH - LEFT - RIGHT) * (chainage_m - start_m) / (end_m - start_m)


def round_steps(span_m: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Pixels and chainage in metres of the round distances within a picture, at most eleven."""
    step_m = _round_up((span_m[1] - span_m[0]) / 10)
    for k in range(ceil(span_m[0] / step_m), int(span_m[1] / step_m) + 1):
        yield round(float(x_at(np.array([k * step_m]), span_m)[0]), 1), k * step_m


def _x_ticks(length_m: float) -> Iterator[Tick]:
    for x, chainage_m in round_steps((0.0, length_m)):
        yield Tick(x, f"{chainage_m / 1000:g}")


def curve_of(
    piece: StationOffsets, look: SourceLook, scale: Scale, number: int, span_m: tuple[float, float]
) -> Curve:
    """The source's line and, every 90 pixels or so, its marker."""
    offsets, signed = piece.offset_m[look.id], piece.signed[look.id]
    x = x_at(piece.chainage_m, span_m)
    sided, unsided = np.where(signed, offsets, np.nan), np.where(signed, np.nan, offsets)
    both = "".join(_polyline(x, scale.y(values)) for values in (unsided, -unsided))
    marks = []
    for at in np.arange(LEFT + 12 + 17 * (number % 5), WIDTH - RIGHT, 91.0).tolist():
        k = int(np.argmin(np.abs(x - at)))
        places = offsets[k] * np.array([1.0] if signed[k] else [1.0, -1.0])
        if np.isfinite(places[0]):
            marks += [marker_path(look.marker, float(x[k]), y, 3.6) for y in scale.y(places).tolist()]
    return Curve(
        look.id, look.colour, dash_array(look, 1.5), _polyline(x, scale.y(sided)), both, "".join(marks)
    )


def _polyline(x: np.ndarray, y: np.ndarray) -> str:
    """Path data of the stations that are known: per pixel column the least and the greatest."""
    parts = []
    known = np.flatnonzero(np.isfinite(y))
    for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        if run.size:
            chosen = run[extremes_by_column(x[run], y[run])]
            points = "L".join(
                f"{a:.1f} {b:.1f}" for a, b in zip(x[chosen].tolist(), y[chosen].tolist(), strict=True)
            )
            parts.append(f"M{points}" + ("h.1" if chosen.size == 1 else ""))
    return "".join(parts)


def extremes_by_column(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Indices, ascending, of the least and greatest `y` in each pixel column of ascending `x`."""
    begins = np.append(True, np.diff(np.floor(x)) != 0)
    column, starts = np.cumsum(begins) - 1, np.flatnonzero(begins)
    chosen = [0, len(x) - 1]
    for extreme in (np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)):
        at = np.flatnonzero(y == extreme[column])
        chosen += at[np.diff(column[at], prepend=-1) != 0].tolist()
    return np.unique(chosen)


def _bands(sections: tuple[Section, ...], piece: StationOffsets) -> Iterator[Band]:
    length_m = float(piece.chainage_m[-1])
    for section in sections:
        if section.piece == piece.piece:
            ends_m = np.array([section.from_km, section.to_km]) * 1000.0
            x0, x1 = x_at(ends_m, (0.0, length_m)).tolist()
            look = VERDICT_LOOKS[section.verdict]
            yield Band(section.id, round(x0, 2), round(x1 - x0, 2), look.colour, look.pattern, look.words)


def profile_data(c: Comparison, looks: Mapping[str, SourceLook]) -> dict[str, Any]:
    """Plain JSON values for ``profile.js``: stations, offsets to 0.1 m, sections."""
    stations = _with_length(c)
    figures = sum(len(piece.chainage_m) * len(piece.offset_m) for piece in stations)
    every = max(1, ceil(figures / _MOST_FIGURES))
    scale = scale_for(c, stations)
    up, down = up_down(c)
    return {
        "axis": c.axis.source if c.axis is not None else None,
        "bend_m": scale.bend_m,
        "down": down,
        "every": every,
        "most_m": scale.most_m,
        "pieces": [_piece_data(c, piece, every) for piece in stations],
        "sources": {
            id_: {"colour": look.colour, "dash": dash_array(look, 1.5)} for id_, look in looks.items()
        },
        "tolerance_m": float(c.parameters["tolerance_m"]),
        "up": up,
        "verdicts": {str(verdict): look.words for verdict, look in VERDICT_LOOKS.items()},
    }


def _piece_data(c: Comparison, piece: StationOffsets, every: int) -> dict[str, Any]:
    keep = _kept_stations(piece, every)
    sections = [section for section in c.sections if section.piece == piece.piece]
    return {
        "id": piece.piece,
        "km": np.round(piece.chainage_m[keep] / 1000.0, 4).tolist(),
        "lat": np.round(piece.lat[keep], 5).tolist(),
        "lon": np.round(piece.lon[keep], 5).tolist(),
        "offsets": {id_: _numbers(piece.offset_m[id_][keep]) for id_ in sorted(piece.offset_m)},
        "sections": [[s.id, round(s.from_km, 4), round(s.to_km, 4), str(s.verdict)] for s in sections],
        "unsigned": {
            id_: np.flatnonzero(~piece.signed[id_][keep]).tolist()
            for id_ in sorted(piece.signed)
            if not piece.signed[id_].all()
        },
    }


def _kept_stations(piece: StationOffsets, every: int) -> np.ndarray:
    """Both ends, and of each `every` stations the one with the largest offset of any source."""
    n = len(piece.chainage_m)
    if every == 1:
        return np.arange(n)
    sizes = np.nan_to_num(np.abs(np.vstack(list(piece.offset_m.values()))), nan=-1.0).max(axis=0)
    inner = [a + int(np.argmax(sizes[a : a + every])) for a in range(0, n, every)]
    return np.array(sorted({0, n - 1, *inner}))


def _numbers(values: np.ndarray) -> list[float | None]:
    """To 0.1 m; null where the source does not reach the station."""
    rounded: list[float] = (np.round(values, 1) + 0.0).tolist()
    return [None if isnan(value) else int(value) if value.is_integer() else value for value in rounded]


def _round_up(value: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is no less than `value`."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= value * 0.9999999))
