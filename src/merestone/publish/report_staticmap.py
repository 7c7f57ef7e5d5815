"""The static map: what stands in for the live map on paper and where a browser has no WebGL.

Everything here is in pixels of one `Frame`; the template ``staticmap.svg.j2`` writes it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from merestone.model.results import Comparison
from merestone.publish.mapparts import (
    Graticule,
    GridMark,
    Taken,
    chainage_marks,
    degrees_minutes,
    direction,
    graticule,
    north_deg,
    round_length_m,
)
from merestone.publish.report_geometry import Frame, for_drawing, frame_around, path_data
from merestone.publish.report_groups import Group, Shape
from merestone.publish.report_palette import SourceLook, dash_array
from merestone.publish.report_text import name_of, within_180

WIDTH = 960.0
_TALLEST = 1250.0
_DRAWING_DEG = 1e-4
_SHORT = 8.0
"""A corridor this many times as large as the limits would leave them too small to see."""
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
    taken = Taken(frame)
    marks, mark_labels = _chainage_marks(c, frame, taken)
    by_key = {group.key: _labels(group, frame, taken) for group in _by_importance(ordered)}
    drawn = tuple(
        Drawn(g.key, g.draw, g.shown, tuple(_paths(g, looks, frame)), by_key[g.key]) for g in ordered
    )
    grid = graticule(frame)
    bar_m = round_length_m(0.22 * frame.width / frame.px_per_m)
    return StaticMap(
        frame=frame,
        drawn=drawn,
        graticule=grid.data,
        graticule_labels=(*_grid_labels(grid), *mark_labels),
        tick_marks=marks,
        bar_px=bar_m * frame.px_per_m,
        bar_label=f"{bar_m / 1000:g} km" if bar_m >= 1000 else f"{bar_m:g} m",
        north_deg=north_deg(frame),
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


def half_width(text: str, size: float) -> float:
    """About half of what a text of Latin or Cyrillic letters takes, with some room."""
    return 0.31 * size * len(text) + 3


def _grid_labels(grid: Graticule) -> list[Label]:
    """The figures of meridians below, those of parallels to the left."""
    return [
        Label(
            mark.x,
            mark.y,
            _degree_text(mark),
            "graticule",
            "middle" if mark.meridian else "start",
        )
        for mark in grid.marks
    ]


def _degree_text(mark: GridMark) -> str:
    value_deg = within_180(mark.value_deg) if mark.meridian else mark.value_deg
    return degrees_minutes(value_deg) + direction(value_deg, "EW" if mark.meridian else "NS")


_LABEL_SIZE = {"party": 20.0, "enclave": 12.0, "district": 11.5}


def _by_importance(groups: list[Group]) -> list[Group]:
    order = {"party": 0, "enclave": 1, "district": 2}
    return sorted(groups, key=lambda group: order.get(group.draw, 9))


def _labels(group: Group, frame: Frame, taken: Taken) -> tuple[Label, ...]:
    if group.draw not in _LABEL_SIZE:
        return ()
    size = _LABEL_SIZE[group.draw]
    found = []
    for shape in group.shapes:
        if shape.is_label is (group.draw == "district"):
            continue  # a district is named within what of it the frame shows
        place = _label_place(shape, frame)
        text = str(shape.properties.get("label") or name_of(shape.names, shape.names.get("und", "")))
        if text and place is not None and taken.try_box(place[0], place[1], half_width(text, size), size):
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


def _chainage_marks(c: Comparison, frame: Frame, taken: Taken) -> tuple[str, tuple[Label, ...]]:
    """Ticks at round kilometres along the main pieces of the axis, labelled with piece and kilometre."""
    marks, labels = [], []
    for mark in chainage_marks(c.shapes.stations, frame):
        marks.append(f"M{mark.x:.1f} {mark.y:.1f}h.01")
        text = f"{mark.piece} {mark.km:g} km"
        for x, y, anchor in mark.places:
            middle = x + {"start": 1, "end": -1, "middle": 0}[anchor] * 0.31 * 11 * len(text)
            if taken.try_box(middle, y, half_width(text, 11.0), 11.0):
                labels.append(Label(round(x, 1), round(y, 1), text, "chainage", anchor))
                break
    return "".join(marks), tuple(labels)
