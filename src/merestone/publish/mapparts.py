"""What every map has around what it shows: graticule, scale, north, and room for its words.

In pixels of a `Frame`, without words: those are written by who knows the language.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import atan2, degrees

import numpy as np
import shapely

from merestone.model.results import StationOffsets
from merestone.publish.report_geometry import Frame, path_data

_STEPS_DEG = (
    30.0,
    20.0,
    10.0,
    5.0,
    2.0,
    1.0,
    0.5,
    0.25,
    1 / 6,
    1 / 12,
    1 / 30,
    1 / 60,
    1 / 120,
    1 / 360,
    1 / 720,
    1 / 3600,
)


@dataclass(frozen=True, slots=True)
class GridMark:
    """Where a meridian or parallel meets the edge of a map, and its longitude or latitude in degrees."""

    x: float
    y: float
    value_deg: float
    meridian: bool


@dataclass(frozen=True, slots=True)
class Graticule:
    """Meridians and parallels as path data, with where each is to be named."""

    data: str
    marks: tuple[GridMark, ...]


@dataclass(frozen=True, slots=True)
class ChainageMark:
    """A round kilometre along a main piece of the axis, and where its words may stand: (x, y, anchor)."""

    x: float
    y: float
    piece: str
    km: float

    @property
    def places(self) -> tuple[tuple[float, float, str], ...]:
        around = ((8, 4, "start"), (-8, 4, "end"), (0, -9, "middle"), (0, 18, "middle"))
        return tuple((self.x + dx, self.y + dy, anchor) for dx, dy, anchor in around)


def chainage_marks(stations: tuple[StationOffsets, ...], frame: Frame) -> Iterator[ChainageMark]:
    """Round kilometres along the main pieces of the axis, some eight on a piece."""
    for piece in stations:
        if not piece.piece.startswith("M") or len(piece.chainage_m) < 2:
            continue
        length_m = float(piece.chainage_m[-1])
        step_m = max(round_length_m(length_m / 8), 50_000.0 if length_m > 200_000 else 0.0)
        at = np.arange(0.0, length_m, step_m)
        lonlat = np.column_stack(
            [np.interp(at, piece.chainage_m, piece.lon), np.interp(at, piece.chainage_m, piece.lat)]
        )
        for km, (x, y) in zip((at / 1000.0).tolist(), frame.xy(lonlat).tolist(), strict=True):
            yield ChainageMark(x, y, piece.piece, km)


class Taken:
    """Where labels already stand; a label that would cover another is left out of a still map."""

    def __init__(self, frame: Frame, boxes: Iterable[tuple[float, float, float, float]] = ()) -> None:
        self._frame = frame
        self._boxes = list(boxes)

    def try_box(self, x: float, y: float, half: float, size: float) -> bool:
        """Take room for a text of `size`, its middle at `x`, its foot at `y`; False where there is none."""
        box = (x - half, y - size, x + half, y + 0.4 * size)
        if box[0] < 2 or box[1] < 2 or box[2] > self._frame.width - 2 or box[3] > self._frame.height - 40:
            return False
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self._boxes):
            return False
        self._boxes.append(box)
        return True


def graticule(frame: Frame) -> Graticule:
    """Meridians and parallels at a round step, named where they meet the lower and the left edge."""
    west, south, east, north = _window(frame)
    step = next((s for s in _STEPS_DEG if min(east - west, (north - south) * 1.3) / s >= 3), _STEPS_DEG[-1])
    meridians, parallels = _multiples(west, east, step), _multiples(max(south, -89.9), min(north, 89.9), step)
    lats = np.linspace(max(south - 1, -89.9), min(north + 1, 89.9), 181)
    lons = np.linspace(west - 1, east + 1, 361)
    lines = [np.column_stack([np.full(181, lon), lats]) for lon in meridians]
    lines += [np.column_stack([lons, np.full(361, lat)]) for lat in parallels]
    seen = frame.project(np.array([shapely.linestrings(line) for line in lines], dtype=object))
    values = [(lon, True) for lon in meridians] + [(lat, False) for lat in parallels]
    marks = (
        _grid_mark(shapely.get_coordinates(line), frame, value_deg, meridian=meridian)
        for line, (value_deg, meridian) in zip(seen, values, strict=True)
        if not line.is_empty
    )
    return Graticule(path_data(seen), tuple(mark for mark in marks if mark is not None))


def _grid_mark(xy: np.ndarray, frame: Frame, value_deg: float, *, meridian: bool) -> GridMark | None:
    """Where a meridian meets the lower edge, a parallel the left one; None where it meets neither."""
    if meridian:
        x, y = xy[int(np.argmax(xy[:, 1]))]
        if abs(y - frame.height) < 1 and 30 < x < frame.width - 30:
            return GridMark(round(float(x), 1), frame.height - 5, value_deg, meridian=True)
    else:
        x, y = xy[int(np.argmin(xy[:, 0]))]
        if abs(x) < 1 and 15 < y < frame.height - 25:
            return GridMark(4.0, round(float(y) - 4, 1), value_deg, meridian=False)
    return None


def _window(frame: Frame) -> tuple[float, float, float, float]:
    """Bounds in degrees of the frame's edge, by the inverse stereographic projection."""
    n = 40
    x = np.concatenate(
        [np.linspace(0, frame.width, n), np.full(n, frame.width), np.linspace(0, frame.width, n), np.zeros(n)]
    )
    y = np.concatenate(
        [
            np.zeros(n),
            np.linspace(0, frame.height, n),
            np.full(n, frame.height),
            np.linspace(0, frame.height, n),
        ]
    )
    lonlat = frame.lonlat(np.column_stack([x, y]))
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    for pole in (90.0, -90.0):
        px, py = frame.xy(np.array([[frame.lon0_deg, pole]]))[0]
        if 0 <= px <= frame.width and 0 <= py <= frame.height:
            west, east = frame.lon0_deg - 180.0, frame.lon0_deg + 179.0
            south, north = min(south, pole), max(north, pole)
    return float(west), float(south), float(east), float(north)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [k * step for k in range(first, last + 1)]


def degrees_minutes(value_deg: float) -> str:
    """Degrees without a direction, with minutes and seconds where there are any."""
    seconds = round(abs(value_deg) * 3600)
    text = f"{seconds // 3600}°"
    if seconds % 3600:
        text += f"{seconds % 3600 // 60:02d}′"
    return text + (f"{seconds % 60:02d}″" if seconds % 60 else "")


def direction(value_deg: float, letters: str) -> str:
    """The letter of a longitude (``EW``) or latitude (``NS``); none on the equator, at 0° and at 180°."""
    return letters[value_deg < 0] if round(abs(value_deg) * 3600) not in (0, 180 * 3600) else ""


def round_length_m(most_m: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is no longer than `most_m`."""
    power = 10.0 ** np.floor(np.log10(max(most_m, 1e-3)))
    return float(max(power * factor for factor in (1, 2, 5) if power * factor <= most_m * 1.0000001))


def north_deg(frame: Frame) -> float:
    """Clockwise angle of north at the upper right corner, where the arrow stands."""
    lonlat = frame.lonlat(np.array([[frame.width - 40.0, 50.0]]))
    toward = frame.xy(lonlat + np.array([0.0, 0.01])) - frame.xy(lonlat)
    return round(degrees(atan2(float(toward[0, 0]), -float(toward[0, 1]))), 1) + 0.0
