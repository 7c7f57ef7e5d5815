"""The maps of a dossier: the whole line, each section on its sheet, each source in small.

What is on them and how sources look is that of the report. No side has a colour; no line is drawn as the
line: under the limits of a section lies the colour of its verdict. Maps are in pixels of `MapFrame`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil

import numpy as np
import shapely

from merestone.model.results import Comparison, Section, Verdict
from merestone.publish.dossier.content import Named, Verbatim, named, say
from merestone.publish.dossier.ink import Inked, Window, window_of
from merestone.publish.dossier.mapframe import MapFrame, map_frame, scale_bar
from merestone.publish.dossier.picture import WIDTH, Picture, Wish, Words, chainage, grid_line, length, plain
from merestone.publish.mapparts import GridMark, chainage_marks, graticule, north_deg
from merestone.publish.report_geometry import path_data
from merestone.publish.report_groups import Shape
from merestone.publish.report_palette import (
    PAPER,
    VERDICT_LOOKS,
    SourceLook,
    dash_array,
    marker_path,
)
from merestone.publish.report_staticmap import place_of

SHEET_HEIGHT = 276.0
_OVERVIEW_TALLEST = 860.0
_THUMB_WIDTH, _THUMB_TALLEST = 230.0, 320.0
_LEAST_M = 1_500.0
"""A map of a section shows at least so much from edge to edge."""
_MARKER_PX = 150.0
_LEAST_NAMED_PX = 60.0
"""A river or road of which less is seen has no name on the map."""
_TOLD_PX = 24.0
"""What is shorter has no marker."""
CASING = {
    Verdict.COINCIDENT: "",
    Verdict.WITHIN_ACCURACY: "14 3",
    Verdict.DIFFERING: "5 2",
    Verdict.CANNOT_SAY: "1.5 3",
}
"""A dash for each verdict, so that none is told by colour alone."""
_STYLE = {
    "water": 'fill="#d3e4f0" stroke="#7fa8c6" stroke-width=".6"',
    "river": 'fill="none" stroke="#7fa8c6" stroke-width="1"',
    "watershed": 'fill="none" stroke="#8a7f6a" stroke-width=".8" stroke-dasharray="1 2"',
    "district": 'fill="none" stroke="#a39c8c" stroke-width=".8" stroke-dasharray="5 2 1 2"',
    "parcel": 'fill="none" stroke="#a39c8c" stroke-width=".5"',
    "road": 'fill="none" stroke="#b08d57" stroke-width="1.3"',
    "corridor": 'fill="none" stroke="#a39c8c" stroke-width=".7" stroke-dasharray="2 3"',
    "enclave": 'fill="none" stroke="#5a564d" stroke-width=".8"',
    "settlement": 'fill="none" stroke="#4d4a42" stroke-linecap="round"',
    "mark": 'fill="none" stroke="#111111" stroke-linecap="square"',
    "difference:between": 'fill="url(#between)"',
    "difference:own": 'fill="url(#own)"',
    "difference:smaller": 'fill="url(#between)"',
}
PATTERNS = (
    '<defs><pattern id="between" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="#f2a33a" fill-opacity=".16"/>'
    '<path d="M-1 1L1 -1M0 8L8 0M7 9L9 7" stroke="#7a4300" stroke-width=".55" stroke-opacity=".7"/></pattern>'
    '<pattern id="own" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="#9a98b5" fill-opacity=".14"/>'
    '<path d="M-1 7L1 9M0 0L8 8M7 -1L9 1" stroke="#4f4d6b" stroke-width=".5" stroke-opacity=".7"/></pattern>'
    "</defs>"
)
_GROUND = ("water", "river", "corridor", "watershed", "parcel", "road", "district", "enclave", "difference")
_LEFT_OUT = ("difference:own", "difference:smaller")
"""Differences that the map of the whole line would be covered with; the sheets show them."""
_POINTS = ("settlement", "mark")


@dataclass(slots=True)
class _Sketch:
    """A map while it is drawn."""

    frame: MapFrame
    window: Window
    drawn: list[str] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    grid: tuple[GridMark, ...] = ()
    room: tuple[tuple[float, float, float, float], ...] = ()

    def path(self, data: str, style: str) -> None:
        if data:
            self.drawn.append(f'<path d="{data}" {style}/>')

    def lines(self, shapes: np.ndarray, style: str, beyond_px: float = 0.0) -> np.ndarray:
        """Draw geometries given in degrees; returns them in pixels."""
        seen = self.frame.project_beyond(shapes, beyond_px) if len(shapes) else shapes
        self.path(path_data(seen) if len(seen) else "", style)
        return seen

    def wish(self, words: Words, place: tuple[float, float], kind: str, anchor: str = "middle") -> None:
        self.wishes.append(Wish(words, ((*place, anchor),), kind))

    def picture(self) -> Picture:
        frame = self.frame
        body = f'{PATTERNS}<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(self.drawn)}'
        return Picture(frame.width, frame.height, body, tuple(self.wishes), self.room)


def overview(c: Comparison, ink: dict[str, Inked], looks: dict[str, SourceLook]) -> Picture:
    """The whole line: all limits over the sections coloured by verdict, districts, settlements, waters."""
    sketch = _sketch(_whole(c, ink, WIDTH, _OVERVIEW_TALLEST))
    _ground(sketch, {key: one for key, one in ink.items() if key not in _LEFT_OUT})
    _points(sketch, ink, 2.0)
    for look in VERDICT_LOOKS.values():
        section = ink.get(f"section:{look.verdict}")
        if section is not None:
            _casing(sketch, section.within(sketch.window), look.verdict, 6.5)
    _limits(sketch, ink, looks, 0.9, markers=False)
    marks = list(chainage_marks(c.shapes.stations, sketch.frame))
    data = "".join(f"M{mark.x:.1f} {mark.y:.1f}h.01" for mark in marks)
    sketch.path(data, 'fill="none" stroke="#111111" stroke-width="5" stroke-linecap="round"')
    _names(sketch, ink, ("party",))
    for mark in marks:
        decimals = len(f"{mark.km:.3f}".rstrip("0").partition(".")[2])
        sketch.wishes.append(Wish(_chainage(mark.piece, mark.km, decimals), mark.places, "chainage"))
    _names(sketch, ink, ("enclave", "district", "water"))
    return _finished(sketch)


def thumbnail(c: Comparison, ink: dict[str, Inked], looks: dict[str, SourceLook], source: str) -> Picture:
    """One source alone, on the extent and at the scale that all of these have."""
    sketch = _sketch(_whole(c, ink, _THUMB_WIDTH, _THUMB_TALLEST))
    for group in ink.values():
        if group.group.draw in ("water", "corridor"):
            sketch.lines(group.within(sketch.window), _STYLE[group.group.draw])
    _limits(sketch, {f"source:{source}": ink[f"source:{source}"]}, looks, 1.3, markers=True)
    return _finished(sketch)


def sheet(c: Comparison, ink: dict[str, Inked], looks: dict[str, SourceLook], section: Section) -> Picture:
    """One section: all limits with the bands in which they lie, and what is around."""
    sketch = _sketch(_around(c, section))
    _ground(sketch, ink)
    axis = shapely.linestrings([c.shapes.sections[section.id]])
    _casing(sketch, axis, section.verdict, 12.0)
    wide = _bands(sketch, ink, looks)
    _limits(sketch, ink, looks, 1.5, markers=True)
    _ends(sketch, section)
    if wide:
        text = say("95 % bands wider than this map: {sources}", sources=Verbatim(", ".join(wide)))
        sketch.wishes.append(Wish(plain(text), ((8.0, 16.0, "start"),), "note"))
    _points(sketch, ink, 3.4)
    _settlement_names(sketch, ink)
    _names(sketch, ink, ("enclave", "district", "water", "river", "road"))
    return _finished(sketch)


def _sketch(frame: MapFrame) -> _Sketch:
    return _Sketch(frame, window_of(frame, 60.0))


def _whole(c: Comparison, ink: dict[str, Inked], width: float, tallest: float) -> MapFrame:
    """The frame around all limits; around all that the sources show where there is none."""
    lines = [one for group in ink.values() if group.group.draw == "limit" for one in group.drawn]
    return map_frame(lines or place_of(c), width, tallest, 0.05, full=False)


def _around(c: Comparison, section: Section) -> MapFrame:
    """The frame around a section and the nearest points of every limit that faces it."""
    coords = [c.shapes.sections[section.id]]
    for piece in c.shapes.stations:
        if piece.piece == section.piece:
            km = piece.chainage_m / 1000.0
            here = (km >= section.from_km) & (km <= section.to_km)
            coords += [points[here] for points in piece.nearest.values()]
    every = np.vstack(coords)
    every = every[np.isfinite(every).all(axis=1)]
    (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
    lat = np.radians((south + north) / 2)
    least = np.array([_LEAST_M / 111_000.0 / max(float(np.cos(lat)), 0.01), _LEAST_M / 111_000.0]) / 2
    middle = np.array([(west + east) / 2, (south + north) / 2])
    points = shapely.multipoints(np.vstack([every, middle - least, middle + least]))
    return map_frame([points], WIDTH, SHEET_HEIGHT, 0.12, full=True)


def _ground(sketch: _Sketch, ink: dict[str, Inked]) -> None:
    """What lies below the limits, from the waters up, with the graticule."""
    grid = graticule(sketch.frame)
    sketch.path(grid.data, 'fill="none" stroke="#d8d3c6" stroke-width=".6"')
    sketch.grid = grid.marks
    for draw in _GROUND:
        for one in ink.values():
            if one.group.draw == draw:
                sketch.lines(
                    one.within(sketch.window), _STYLE[one.group.key if draw == "difference" else draw]
                )


def _casing(sketch: _Sketch, lines: np.ndarray, verdict: Verdict, width: float) -> None:
    """The verdict under the limits of a section, by colour and dash."""
    dash = f' stroke-dasharray="{CASING[verdict]}"' if CASING[verdict] else ""
    colour = VERDICT_LOOKS[verdict].colour if verdict is not Verdict.CANNOT_SAY else "#b9b4a6"
    sketch.lines(
        lines, f'fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-opacity=".75"{dash}', 20.0
    )


def _bands(sketch: _Sketch, ink: dict[str, Inked], looks: dict[str, SourceLook]) -> list[str]:
    """The 95 % band of every source; returns those too wide for this map."""
    wide = []
    frame = sketch.frame
    for look in looks.values():
        band = ink.get(f"band:{look.id}")
        if band is None:
            continue
        width = float(band.group.look["width_m"]) * frame.px_per_true_m
        lines = band.within(window_of(frame, width / 2 + 10.0)) if width < 2 * frame.width else band.drawn[:0]
        if width >= 0.8 * frame.height:
            wide.append(look.id)
        elif width > 2.0 and len(lines):
            seen = shapely.simplify(frame.project_beyond(lines, width / 2 + 4.0), min(width / 25, 2.0))
            style = (
                f'fill="none" stroke="{look.colour}" stroke-width="{width:.1f}" stroke-opacity=".1"'
                ' stroke-linejoin="round"'
            )
            sketch.path(path_data(seen), style)
    return wide


def _limits(
    sketch: _Sketch, ink: dict[str, Inked], looks: dict[str, SourceLook], width: float, *, markers: bool
) -> None:
    """Every source's limit in its colour and dash, with its marker now and then."""
    for number, look in enumerate(looks.values()):
        own = ink.get(f"source:{look.id}")
        if own is None:
            continue
        dash = dash_array(look, width * 1.6)
        style = f'fill="none" stroke="{look.colour}" stroke-width="{width:g}" stroke-linejoin="round"'
        seen = sketch.lines(
            own.within(sketch.window), style + (f' stroke-dasharray="{dash}"' if dash else "")
        )
        if markers:
            at = _marker_places(sketch.frame, seen, (0.25 + number / max(len(looks), 1)) * _MARKER_PX)
            size = 3.0 if sketch.frame.width == WIDTH else 2.2
            data = "".join(marker_path(look.marker, x, y, size) for x, y in at)
            sketch.path(data, f'fill="{look.colour}" stroke="{PAPER}" stroke-width=".6"')


def _marker_places(frame: MapFrame, lines: np.ndarray, first: float) -> Iterator[tuple[float, float]]:
    """Places along lines in pixels, one every `_MARKER_PX`; at least one on what is long enough."""
    parts = shapely.get_parts(shapely.line_merge(shapely.get_parts(lines)))
    parts = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
    for part, long in zip(parts.tolist(), shapely.length(parts).tolist(), strict=True):
        start = first % _MARKER_PX if long > _MARKER_PX else long / 2
        for at in np.arange(start, long, _MARKER_PX).tolist() if long > _TOLD_PX else ():
            x, y = shapely.get_coordinates(shapely.line_interpolate_point(part, at))[0].tolist()
            if 4 < x < frame.width - 4 and 4 < y < frame.height - 4:
                yield x, y


def _ends(sketch: _Sketch, section: Section) -> None:
    """Where the section begins and ends, with its chainage."""
    for place, km in ((section.from_, section.from_km), (section.to, section.to_km)):
        x, y = sketch.frame.xy(np.array([place]))[0].tolist()
        sketch.drawn.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{PAPER}" stroke="#111111" stroke-width="1.2"/>'
        )
        sketch.wishes.append(Wish(_chainage(section.piece, km, 3), _beside(x, y, 8.0), "chainage"))


def _chainage(piece: str, km: float, decimals: int) -> Words:
    kilometres = chainage(km, decimals)
    return lambda speaker: f"{piece} {kilometres(speaker)}"


def _points(sketch: _Sketch, ink: dict[str, Inked], size: float) -> None:
    """Settlements and marks as dots."""
    for draw in _POINTS:
        for one in ink.values():
            chosen = one.within(sketch.window) if one.group.draw == draw else one.drawn[:0]
            if len(chosen):
                xy = sketch.frame.xy(shapely.get_coordinates(shapely.centroid(chosen)))
                wide, high = sketch.frame.width - 3, sketch.frame.height - 3
                inside = xy[(xy > 3).all(axis=1) & (xy < (wide, high)).all(axis=1)]
                data = "".join(f"M{x:.1f} {y:.1f}h.01" for x, y in inside.tolist())
                sketch.path(data, f'{_STYLE[draw]} stroke-width="{size:g}"')


def _settlement_names(sketch: _Sketch, ink: dict[str, Inked]) -> None:
    for one in ink.values():
        for shape in one.named_within(sketch.window) if one.group.draw == "settlement" else ():
            x, y = sketch.frame.xy(shapely.get_coordinates(shapely.centroid(shape.geometry)))[0].tolist()
            places = _beside(x, y, 5.0)
            sketch.wishes.append(Wish(plain(_name(shape)), places, "settlement"))


def _beside(x: float, y: float, gap: float) -> tuple[tuple[float, float, str], ...]:
    """Places for words about a point: right, left, above, below."""
    around = ((gap, 3.0, "start"), (-gap, 3.0, "end"), (0.0, -gap, "middle"), (0.0, gap + 8.0, "middle"))
    return tuple((x + dx, y + dy, anchor) for dx, dy, anchor in around)


def _name(shape: Shape) -> Named | Verbatim:
    label = shape.properties.get("label")
    return Verbatim(str(label)) if label else named(str(shape.properties.get("id", "")), shape.names)


def _names(sketch: _Sketch, ink: dict[str, Inked], draws: Iterable[str]) -> None:
    """Names of areas well inside what of them is seen, of lines at their middle."""
    for draw in draws:
        for one in ink.values():
            for shape in one.named_within(sketch.window) if one.group.draw == draw else ():
                place = _name_place(sketch, shape)
                if place is not None:
                    sketch.wish(plain(_name(shape)), place, draw)


def _name_place(sketch: _Sketch, shape: Shape) -> tuple[float, float] | None:
    """A roomy place within what is seen of an area, the middle of the longest stretch of a line, or the point."""
    if shapely.get_dimensions(shape.geometry) == 0:
        return _to_tenths(sketch.frame.xy(shapely.get_coordinates(shape.geometry)[:1])[0])
    near = shapely.clip_by_rect([shape.geometry], *sketch.window)
    seen = shapely.get_parts(sketch.frame.project(shapely.make_valid(near)))
    if shapely.get_dimensions(shape.geometry) == 1:
        lines = seen[shapely.get_dimensions(seen) == 1]
        if not len(lines) or shapely.length(lines).max() < _LEAST_NAMED_PX:
            return None
        longest = lines[int(np.argmax(shapely.length(lines)))]
        x, y = shapely.get_coordinates(shapely.line_interpolate_point(longest, 0.5, normalized=True))[0]
        return _to_tenths(np.array([x, y - 3.0]))
    areas = shapely.get_parts(shapely.make_valid(shapely.simplify(seen, 0.5)))
    areas = areas[shapely.get_type_id(areas) == shapely.GeometryType.POLYGON]
    if not len(areas):
        return None
    largest = areas[int(np.argmax(shapely.area(areas)))]
    circle = shapely.maximum_inscribed_circle(largest, tolerance=2.0)
    return _to_tenths(shapely.get_coordinates(circle)[0])


def _to_tenths(xy: np.ndarray) -> tuple[float, float]:
    return round(float(xy[0]), 1), round(float(xy[1]), 1)


def _finished(sketch: _Sketch) -> Picture:
    """Figures of the graticule, scale bar, north and neat line."""
    frame = sketch.frame
    small = frame.width < WIDTH
    sketch.wishes += _grid_figures(sketch.grid)
    bar_m, bar_px = scale_bar(frame, 0.4 if small else 0.22)
    left, foot = frame.width - 14.0 - bar_px, frame.height - 12.0
    right, turn = frame.width - (18.0 if small else 26.0), north_deg(frame)
    sketch.room = ((left - 10, foot - 21, frame.width, frame.height), (right - 16, 0.0, frame.width, 48.0))
    sketch.wishes.insert(
        0, Wish(length(bar_m), ((left + bar_px / 2, foot - 6.0, "middle"),), "scale", sure=True)
    )
    sketch.wishes.insert(0, Wish(plain(say("N")), ((right, 42.0, "middle"),), "scale", sure=True))
    sketch.drawn.append(
        f'<rect x="{left - 8:.1f}" y="{foot - 19:.1f}" width="{bar_px + 16:.1f}" height="25" rx="3"'
        f' fill="{PAPER}" fill-opacity=".85"/>'
        f'<path d="M{left:.2f} {foot - 4:.1f}v4h{bar_px:.2f}v-4" fill="none" stroke="#111111"/>'
        f'<path transform="translate({right:g} 24) rotate({turn:g})" d="M0 -16L5.5 6L0 2L-5.5 6Z"'
        f' fill="#111111" stroke="{PAPER}" stroke-width=".8"/>'
    )
    sketch.drawn.append(
        f'<rect x=".5" y=".5" width="{frame.width - 1:g}" height="{frame.height - 1:g}" fill="none"'
        ' stroke="#33312c"/>'
    )
    return sketch.picture()


def _grid_figures(grid: tuple[GridMark, ...]) -> Iterator[Wish]:
    """The figures along the lower and the left edge; where lines are close, every second or third."""
    for meridian, least_px in ((True, 85.0), (False, 30.0)):
        marks = [mark for mark in grid if mark.meridian is meridian]
        at = [mark.x if meridian else mark.y for mark in marks]
        gap = min((abs(b - a) for a, b in pairwise(at)), default=least_px)
        for mark in marks[:: max(1, ceil(least_px / max(gap, 1.0)))]:
            anchor = "middle" if meridian else "start"
            words = grid_line(mark.value_deg, meridian=meridian)
            yield Wish(words, ((mark.x, mark.y, anchor),), "graticule")
