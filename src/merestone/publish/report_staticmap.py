"""The static map: what stands in for the live map on paper and where a browser has no WebGL.

Everything here is in pixels of one `Frame`; the template ``staticmap.svg.j2`` writes it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import atan2, degrees

import numpy as np
import shapely

from merestone.model.results import Comparison
from merestone.publish.report_geometry import Frame, for_drawing, frame_around, path_data
from merestone.publish.report_groups import Group, Shape
from merestone.publish.report_palette import SourceLook, dash_array
from merestone.publish.report_text import name_of, within_180

WIDTH = 960.0
_TALLEST = 1250.0
_DRAWING_DEG = 1e-4
_SHORT = 8.0
"""A corridor this many times as large as the limits would leave them too small to see."""
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
_ORDER = ("water", "river", "corridor", "district", "watershed", "parcel", "road", "enclave", "difference")
_LAST = ("section", "band", "limit", "mark", "crossing", "settlement", "party")


@dataclass(frozen=True, slots=True)
class Path:
    """One SVG path of a group."""

    data: str
    colour: str = ""
    dash: str = ""
    width: float = 0.0
    """In pixels; 0: as the style sheet says."""


@dataclass(frozen=True, slots=True)
class Label:
    """Text at a place, anchored in its middle unless said otherwise."""

    x: float
    y: float
    text: str
    kind: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A group as drawn; ``kind`` is its CSS class."""

    key: str
    kind: str
    shown: bool
    paths: tuple[Path, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class StaticMap:
    """All that the template needs."""

    frame: Frame
    drawn: tuple[Drawn, ...]
    graticule: str
    graticule_labels: tuple[Label, ...]
    tick_marks: str
    bar_px: float
    bar_label: str
    north_deg: float


def frame_of(c: Comparison, groups: Iterable[Group]) -> Frame:
    """The frame around the corridor; around the limits where the corridor is far larger than they are."""
    lines = [shape.geometry for group in groups if group.draw == "limit" for shape in group.shapes]
    if lines and _extent(lines) * _SHORT < _extent([c.shapes.corridor]):
        return frame_around(lines, WIDTH, _TALLEST, margin=0.4)
    return frame_around([*place_of(c), *lines], WIDTH, _TALLEST)


def place_of(c: Comparison) -> list[shapely.Geometry]:
    """Where the comparison is: the corridor, or all that the sources show where there is no limit."""
    if not c.shapes.corridor.is_empty:
        return [c.shapes.corridor]
    drawn = [source.lines for source in c.shapes.sources if source.lines is not None]
    return [*drawn, *(side for source in c.shapes.sources for side in source.sides.values())]


def _extent(geometries: "Iterable[shapely.Geometry]") -> float:
    west, south, east, north = shapely.total_bounds(np.array(list(geometries), dtype=object))
    return float(max(east - west, north - south))


def static_map(
    c: Comparison, groups: tuple[Group, ...], looks: dict[str, SourceLook], frame: Frame
) -> StaticMap:
    """Draw every group into `frame`, with graticule, chainage marks, scale bar and north."""
    ordered = sorted(groups, key=lambda group: (*_ORDER, *_LAST).index(group.draw))
    taken = _Taken(frame)
    marks, mark_labels = _chainage_marks(c, frame, taken)
    by_key = {group.key: _labels(group, frame, taken) for group in _by_importance(ordered)}
    drawn = tuple(
        Drawn(g.key, g.draw, g.shown, tuple(_paths(g, looks, frame)), by_key[g.key]) for g in ordered
    )
    grid, grid_labels = _graticule(frame)
    bar_m = _round_length_m(0.22 * frame.width / frame.px_per_m)
    return StaticMap(
        frame=frame,
        drawn=drawn,
        graticule=grid,
        graticule_labels=(*grid_labels, *mark_labels),
        tick_marks=marks,
        bar_px=bar_m * frame.px_per_m,
        bar_label=f"{bar_m / 1000:g} km" if bar_m >= 1000 else f"{bar_m:g} m",
        north_deg=_north_deg(frame),
    )


def _paths(group: Group, looks: dict[str, SourceLook], frame: Frame) -> Iterator[Path]:
    """One path for a whole group where its shapes look alike."""
    shapes = [shape.geometry for shape in group.shapes if not shape.is_label]
    if not shapes:
        return
    if group.draw in ("settlement", "mark", "crossing"):
        yield Path(_dots(shapes, frame))
        return
    data = path_data(frame.project(for_drawing(np.array(shapes, dtype=object), _DRAWING_DEG)))
    if group.draw == "limit":
        look = looks[group.title]
        yield Path(data, look.colour, dash_array(look, 2.0))
    elif group.draw == "band":
        width = round(float(group.look["width_m"]) * frame.px_per_m, 2)
        yield Path(data, str(group.look["colour"]), width=max(width, 0.1))
    else:
        yield Path(data, str(group.look.get("colour", "")))


def _dots(points: list["shapely.Geometry"], frame: Frame) -> str:
    """Dots as tiny strokes with round ends: one path for a thousand settlements."""
    xy = frame.xy(np.vstack([shapely.get_coordinates(shapely.centroid(point)) for point in points]))
    inside = (xy >= 0).all(axis=1) & (xy[:, 0] <= frame.width) & (xy[:, 1] <= frame.height)
    return "".join(f"M{x:.1f} {y:.1f}h.01" for x, y in xy[inside].tolist())


class _Taken:
    """Where labels already stand; a label that would cover another is left out of the static map."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._boxes: list[tuple[float, float, float, float]] = []

    def try_box(self, x: float, y: float, text: str, size: float) -> bool:
        half = 0.31 * size * len(text) + 3
        box = (x - half, y - size, x + half, y + 0.4 * size)
        if box[0] < 2 or box[1] < 2 or box[2] > self._frame.width - 2 or box[3] > self._frame.height - 40:
            return False
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self._boxes):
            return False
        self._boxes.append(box)
        return True


_LABEL_SIZE = {"party": 20.0, "enclave": 12.0, "district": 11.5}


def _by_importance(groups: list[Group]) -> list[Group]:
    order = {"party": 0, "enclave": 1, "district": 2}
    return sorted(groups, key=lambda group: order.get(group.draw, 9))


def _labels(group: Group, frame: Frame, taken: _Taken) -> tuple[Label, ...]:
    if group.draw not in _LABEL_SIZE:
        return ()
    size = _LABEL_SIZE[group.draw]
    found = []
    for shape in group.shapes:
        if shape.is_label is (group.draw == "district"):
            continue  # a district is named within what of it the frame shows
        place = _label_place(shape, frame)
        text = str(shape.properties.get("label") or name_of(shape.names, shape.names.get("und", "")))
        if text and place is not None and taken.try_box(place[0], place[1], text, size):
            found.append(Label(place[0], place[1], text, group.draw))
    return tuple(found)


def _label_place(shape: Shape, frame: Frame) -> tuple[float, float] | None:
    """A point well inside what of the shape is in the frame, in pixels."""
    seen = frame.project(shapely.simplify([shape.geometry], 0.005))[0]
    if seen.is_empty:
        return None
    if seen.geom_type == "Point":
        x, y = shapely.get_coordinates(seen)[0]
    else:
        area = shapely.make_valid(seen)
        x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(area, tolerance=2.0))[0]
    return round(float(x), 1), round(float(y), 1)


def _chainage_marks(c: Comparison, frame: Frame, taken: _Taken) -> tuple[str, tuple[Label, ...]]:
    """Ticks at round kilometres along the main pieces of the axis, labelled with piece and kilometre."""
    marks, labels = [], []
    for stations in c.shapes.stations:
        if not stations.piece.startswith("M") or len(stations.chainage_m) < 2:
            continue
        length_m = float(stations.chainage_m[-1])
        step_m = max(_round_length_m(length_m / 8), 50_000.0 if length_m > 200_000 else 0.0)
        at = np.arange(0.0, length_m, step_m)
        lonlat = np.column_stack(
            [
                np.interp(at, stations.chainage_m, stations.lon),
                np.interp(at, stations.chainage_m, stations.lat),
            ]
        )
        for km, (x, y) in zip((at / 1000.0).tolist(), frame.xy(lonlat).tolist(), strict=True):
            marks.append(f"M{x:.1f} {y:.1f}h.01")
            text = f"{stations.piece} {km:g} km"
            for dx, dy, anchor in ((8, 4, "start"), (-8, 4, "end"), (0, -9, "middle"), (0, 18, "middle")):
                middle = x + dx + {"start": 1, "end": -1, "middle": 0}[anchor] * 0.31 * 11 * len(text)
                if taken.try_box(middle, y + dy, text, 11.0):
                    labels.append(Label(round(x + dx, 1), round(y + dy, 1), text, "chainage", anchor))
                    break
    return "".join(marks), tuple(labels)


def _graticule(frame: Frame) -> tuple[str, tuple[Label, ...]]:
    """Meridians and parallels with labels where they meet the lower and the left edge."""
    west, south, east, north = _window(frame)
    step = next((s for s in _STEPS_DEG if min(east - west, (north - south) * 1.3) / s >= 3), _STEPS_DEG[-1])
    data: list[str] = []
    labels: list[Label] = []
    for lon in _multiples(west, east, step):
        line = np.column_stack(
            [np.full(181, lon), np.linspace(max(south - 1, -89.9), min(north + 1, 89.9), 181)]
        )
        data.append(_grid_line(line, frame, labels, _degree_text(within_180(lon), "EW"), vertical=True))
    for lat in _multiples(max(south, -89.9), min(north, 89.9), step):
        line = np.column_stack([np.linspace(west - 1, east + 1, 361), np.full(361, lat)])
        data.append(_grid_line(line, frame, labels, _degree_text(lat, "NS"), vertical=False))
    return "".join(data), tuple(labels)


def _grid_line(lonlat: np.ndarray, frame: Frame, labels: list[Label], text: str, *, vertical: bool) -> str:
    seen = frame.project(shapely.linestrings([lonlat]))[0]
    if seen.is_empty:
        return ""
    xy = shapely.get_coordinates(seen)
    if vertical:
        x, y = xy[int(np.argmax(xy[:, 1]))]
        if abs(y - frame.height) < 1 and 30 < x < frame.width - 30:
            labels.append(Label(round(float(x), 1), frame.height - 5, text, "graticule"))
    else:
        x, y = xy[int(np.argmin(xy[:, 0]))]
        if abs(x) < 1 and 15 < y < frame.height - 25:
            labels.append(Label(4.0, round(float(y) - 4, 1), text, "graticule", "start"))
    return path_data(np.array([seen], dtype=object))


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


def _degree_text(value: float, letters: str) -> str:
    """Degrees, with minutes and seconds where there are any."""
    seconds = round(abs(value) * 3600)
    text = f"{seconds // 3600}°"
    if seconds % 3600:
        text += f"{seconds % 3600 // 60:02d}′"
    if seconds % 60:
        text += f"{seconds % 60:02d}″"
    return text + (letters[value < 0] if seconds not in (0, 180 * 3600) else "")


def _round_length_m(most_m: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is no longer than `most_m`."""
    power = 10.0 ** np.floor(np.log10(max(most_m, 1e-3)))
    return float(max(power * factor for factor in (1, 2, 5) if power * factor <= most_m * 1.0000001))


def _north_deg(frame: Frame) -> float:
    """Clockwise angle of north at the upper right corner, where the arrow stands."""
    lonlat = frame.lonlat(np.array([[frame.width - 40.0, 50.0]]))
    toward = frame.xy(lonlat + np.array([0.0, 0.01])) - frame.xy(lonlat)
    return round(degrees(atan2(float(toward[0, 0]), -float(toward[0, 1]))), 1) + 0.0
