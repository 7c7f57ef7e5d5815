"""The chainage–offset profile of a section or of a whole piece, drawn as in the report."""

from dataclasses import replace

import numpy as np

from merestone.model.results import Comparison, Section, StationOffsets
from merestone.publish.dossier.content import Verbatim, say
from merestone.publish.dossier.maps import CASING
from merestone.publish.dossier.picture import Picture, Wish, Words, length, plain
from merestone.publish.report_palette import PAPER, VERDICT_LOOKS, SourceLook
from merestone.publish.report_profile import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Scale,
    curve_of,
    round_steps,
    scale_for,
    up_down,
    x_at,
)

_AROUND = 0.06
"""So much of a section's length is shown beyond either end."""
HEIGHT = 220.0
"""Lower than in the report, so that a sheet has room for it over the width of the page."""
_END, _FOOT = WIDTH - RIGHT, HEIGHT - BOTTOM
_GRID = 'fill="none" stroke="#dcd7ca" stroke-width=".8"'


def of_piece(c: Comparison, looks: dict[str, SourceLook], piece: str) -> Picture:
    """The profile of a whole piece of the axis."""
    stations = _stations(c, piece)
    span_m = (0.0, float(stations.chainage_m[-1]))
    return _drawn(c, looks, stations, span_m)


def of_section(c: Comparison, looks: dict[str, SourceLook], section: Section) -> Picture:
    """The profile of a section and a little around it, offsets at a scale of its own."""
    stations = _stations(c, section.piece)
    around_m = 1000.0 * _AROUND * (section.to_km - section.from_km)
    span_m = (
        max(1000.0 * section.from_km - around_m, 0.0),
        min(1000.0 * section.to_km + around_m, float(stations.chainage_m[-1])),
    )
    first, end = np.searchsorted(stations.chainage_m, span_m, side="left")
    part = slice(max(int(first), 0), int(end) + 1)
    seen = StationOffsets(
        stations.piece,
        stations.chainage_m[part],
        stations.lon[part],
        stations.lat[part],
        {id_: values[part] for id_, values in stations.offset_m.items()},
        {id_: values[part] for id_, values in stations.signed.items()},
    )
    span_m = (min(span_m[0], float(seen.chainage_m[0])), max(span_m[1], float(seen.chainage_m[-1])))
    return _drawn(c, looks, seen, span_m)


def _stations(c: Comparison, piece: str) -> StationOffsets:
    """Raises KeyError where the piece has no stations."""
    for stations in c.shapes.stations:
        if stations.piece == piece and len(stations.chainage_m) > 1:
            return stations
    raise KeyError(piece)


def _drawn(
    c: Comparison,
    looks: dict[str, SourceLook],
    stations: StationOffsets,
    span_m: tuple[float, float],
) -> Picture:
    scale = replace(scale_for(c, [stations]), height=HEIGHT)
    tolerance = scale.y(np.array([1.0, -1.0]) * float(c.parameters["tolerance_m"])).tolist()
    zero = float(scale.y(np.zeros(1))[0])
    wishes: list[Wish] = []
    band = f'y="{tolerance[0]:.1f}" width="{_END - LEFT:g}" height="{tolerance[1] - tolerance[0]:.1f}"'
    drawn = [
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{PAPER}"/>',
        f'<rect x="{LEFT:g}" {band} fill="#ece7da"/>',
        *_strip(c, stations.piece, span_m),
        *_scales(stations.piece, span_m, scale, wishes),
        f'<path d="M{LEFT:g} {zero:.1f}H{_END:g}" fill="none" stroke="#33312c" stroke-width="1.4"/>',
        *_curves(c, looks, stations, scale, span_m),
    ]
    up, down = up_down(c)
    for party, arrow, y in ((up, "↑", TOP + 16), (down, "↓", _FOOT - 7)):
        wishes.append(Wish(_toward(party, arrow), ((LEFT + 7, y, "start"),), "profile", sure=True))
    return Picture(WIDTH, HEIGHT, "".join(drawn), tuple(wishes))


def _toward(party: str, arrow: str) -> Words:
    words = plain(say("toward {party}", party=Verbatim(party)))
    return lambda speaker: f"{words(speaker)} {arrow}"


def _strip(c: Comparison, piece: str, span_m: tuple[float, float]) -> list[str]:
    """The sections above the plot, by the colour of their verdict; their ends go through the plot."""
    parts = []
    for section in c.sections:
        if section.piece != piece or 1000 * section.to_km < span_m[0] or 1000 * section.from_km > span_m[1]:
            continue
        ends = np.clip(np.array([section.from_km, section.to_km]) * 1000.0, *span_m)
        x0, x1 = x_at(ends, span_m).tolist()
        look = VERDICT_LOOKS[section.verdict]
        parts.append(
            f'<rect x="{x0:.1f}" y="{TOP - 22:g}" width="{x1 - x0:.1f}" height="13" fill="{look.colour}"'
            f' stroke="{PAPER}" stroke-width=".8"/>'
            f'<path d="M{x0:.1f} {TOP - 15.5:g}H{x1:.1f}" fill="none" stroke="{look.ink}" stroke-opacity=".6"'
            f' stroke-width="2" stroke-dasharray="{CASING[section.verdict] or "none"}"/>'
        )
        if 1000 * section.to_km < span_m[1] and (span_m[1] - span_m[0]) < 100_000:
            style = 'fill="none" stroke="#8a8475" stroke-dasharray="3 2"'
            parts.append(f'<path d="M{x1:.1f} {TOP - 9:g}V{_FOOT:g}" {style}/>')
    return parts


def _scales(piece: str, span_m: tuple[float, float], scale: Scale, wishes: list[Wish]) -> list[str]:
    """Lines of the grid; their figures go to `wishes`."""
    data = []
    for metres in scale.ticks_m():
        for signed in (metres, -metres):
            y = float(scale.y(np.array([signed]))[0])
            data.append(f"M{LEFT:g} {y:.1f}H{_END:g}")
            wishes.append(Wish(length(metres), ((LEFT - 6, y + 4, "end"),), "profile", sure=True))
    steps = list(round_steps(span_m))
    for x, chainage_m in steps:
        data.append(f"M{x:g} {TOP:g}V{_FOOT:g}")
        wishes.append(Wish(_km(chainage_m), ((x, _FOOT + 16, "middle"),), "profile", sure=True))
    text = plain(say("kilometres along {piece}", piece=Verbatim(piece)))
    wishes.append(Wish(text, ((_END, _FOOT + 33, "end"),), "profile", sure=True))
    return [f'<path d="{"".join(data)}" {_GRID}/>']


def _km(chainage_m: float) -> Words:
    km = round(chainage_m / 1000.0, 6)
    decimals = len(f"{km:.3f}".rstrip("0").partition(".")[2])
    return lambda speaker: speaker.number(km, decimals)


def _curves(
    c: Comparison,
    looks: dict[str, SourceLook],
    stations: StationOffsets,
    scale: Scale,
    span_m: tuple[float, float],
) -> list[str]:
    axis = c.axis.source if c.axis is not None else None
    parts = []
    for number, id_ in enumerate(sorted(stations.offset_m)):
        if id_ == axis:
            continue
        curve = curve_of(stations, looks[id_], scale, number, span_m)
        dash = f' stroke-dasharray="{curve.dash}"' if curve.dash else ""
        for data, opacity in ((curve.data, ""), (curve.unsided, ' stroke-opacity=".55"')):
            if data:
                style = f'fill="none" stroke="{curve.colour}" stroke-width="1.7"{dash}{opacity}'
                parts.append(f'<path d="{data}" {style}/>')
        if curve.markers:
            parts.append(f'<path d="{curve.markers}" fill="{curve.colour}"/>')
    return parts
