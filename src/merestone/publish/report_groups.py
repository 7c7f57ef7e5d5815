"""What the report's maps show, as groups that are switched one by one.

Both maps, the live one and the static one, are drawn from these groups, so they cannot differ in
content. Geometry stays in longitude/latitude degrees, working longitudes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely

from merestone.geometry.inner import inscribed
from merestone.model.accuracy import CE95_PER_SIGMA, Z_95
from merestone.model.results import Comparison
from merestone.model.sources import Feature, Layer, LayerKind
from merestone.publish.report_along import crossing_words
from merestone.publish.report_palette import VERDICTS, SourceLook
from merestone.publish.report_text import metres, name_of, radius

_WIDEST_SHOWN_M = 1_000.0
"""Wider bands cover the map: they are there, to be switched on."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One thing on the map: plain properties and its geometry."""

    geometry: "shapely.Geometry"
    properties: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    is_label: bool = False
    """A point that only carries text for a shape that is drawn anyway."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One switch of the map. ``draw`` says how: limit, section, difference, enclave, water, ..."""

    key: str
    heading: str
    title: str
    draw: str
    shapes: tuple[Shape, ...]
    note: str = ""
    look: Mapping[str, Any] = field(default_factory=dict)
    shown: bool = True


def groups_of(c: Comparison, looks: Mapping[str, SourceLook]) -> tuple[Group, ...]:
    """All groups in the order in which a reader meets their switches."""
    return (
        *_limits(c, looks),
        *_bands(c, looks),
        *_sections(c),
        *_differences(c),
        *_enclaves(c),
        *_crossings(c),
        *_layers(c),
        *_corridor(c),
        *_parties(c),
    )


def _limits(c: Comparison, looks: Mapping[str, SourceLook]) -> Iterator[Group]:
    traced = {limits.source: limits for limits in c.shapes.tracing.sources}
    for source in c.sources:
        look = looks[source.id]
        shapes = tuple(
            Shape(
                shapely.multilinestrings([shapely.linestrings(strand.coords) for strand in limit.strands]),
                {"id": limit.id, "party": limit.party or "", "piece": limit.piece},
            )
            for limit in (traced[source.id].limits if source.id in traced else ())
        )
        as_drawn = c.shapes.corridor.is_empty and not shapes
        if as_drawn:
            shapes = tuple(_outlines(c, source.id))
        note = radius(source.accuracy_95_m) + (" assumed" if (source.accuracy or {}).get("assumed") else "")
        yield Group(
            f"source:{source.id}",
            "Limits, by source",
            source.id,
            "limit",
            shapes,
            "as drawn: which of it is common no source tells"
            if as_drawn
            else note
            if shapes
            else "shows no common boundary",
            {
                "colour": look.colour,
                "dash": look.dash,
                "axis": c.axis is not None and c.axis.source == source.id,
            },
        )


def _outlines(c: Comparison, id_: str) -> Iterator[Shape]:
    """All that a source draws, where no limit could be told."""
    source = next(one for one in c.shapes.sources if one.info.id == id_)
    for party, side in sorted(source.sides.items()):
        yield Shape(shapely.boundary(side), {"id": id_, "party": party, "piece": ""})
    if source.lines is not None:
        yield Shape(source.lines, {"id": id_, "party": "", "piece": ""})


def _bands(c: Comparison, looks: Mapping[str, SourceLook]) -> Iterator[Group]:
    """Where the line that a source intends runs, at any one place, in 95 of 100 cases: 1.96 σ either way."""
    traced = {limits.source: limits for limits in c.shapes.tracing.sources}
    for source in c.sources:
        limits = traced[source.id].limits if source.id in traced else ()
        if source.accuracy_95_m is None or not limits:
            continue
        half_m = Z_95 / CE95_PER_SIGMA * source.accuracy_95_m
        shapes = tuple(
            Shape(shapely.multilinestrings([shapely.linestrings(strand.coords) for strand in limit.strands]))
            for limit in limits
        )
        look = {"colour": looks[source.id].colour, "width_m": round(2.0 * half_m, 1)}
        note = f"{metres(half_m)} to either hand, at any one place"
        yield Group(
            f"band:{source.id}",
            "95 % bands",
            source.id,
            "band",
            shapes,
            note,
            look,
            half_m <= _WIDEST_SHOWN_M,
        )


def _sections(c: Comparison) -> Iterator[Group]:
    for look in VERDICTS:
        shapes = tuple(
            Shape(shapely.linestrings(c.shapes.sections[section.id]), {"id": section.id})
            for section in c.sections
            if section.verdict is look.verdict and len(c.shapes.sections.get(section.id, ())) > 1
        )
        if shapes:
            yield Group(
                f"section:{look.verdict}",
                "Sections, by verdict",
                look.words,
                "section",
                shapes,
                "",
                {"colour": look.colour},
            )


def _differences(c: Comparison) -> Iterator[Group]:
    listed = {difference.id for difference in c.differences.listed}
    chosen: dict[str, list[Shape]] = {"between": [], "own": [], "smaller": []}
    for difference, geometry in c.shapes.differences:
        key = difference.kind if difference.id in listed else "smaller"
        properties = {"id": difference.id} if key != "smaller" else {"km2": round(difference.area_km2, 6)}
        chosen[key].append(Shape(geometry, properties))
    titles = {
        "between": ("between the parties", "some source shows one party, another the other"),
        "own": ("a source's own", "a party against both, neither or not-"),
        "smaller": ("smaller ones", f"under {c.parameters['min_difference_km2']:g} km² each"),
    }
    for key, shapes in chosen.items():
        if shapes:
            title, note = titles[key]
            yield Group(
                f"difference:{key}",
                "Differences",
                title,
                "difference",
                tuple(shapes),
                note,
                {"kind": key},
                key != "own",
            )


def _enclaves(c: Comparison) -> Iterator[Group]:
    shapes = [
        Shape(land.geometry, {"id": land.piece, "source": land.source, "party": land.party})
        for limits in c.shapes.tracing.sources
        for land in limits.enclaves
    ]
    labels = [
        Shape(
            shapely.Point(enclave.point),
            {"id": enclave.id, "label": f"{enclave.id} {enclave.name or ''}".strip()},
            is_label=True,
        )
        for enclave in c.enclaves
    ]
    if shapes or labels:
        yield Group(
            "enclaves", "Context", "enclaves", "enclave", (*shapes, *labels), "as the sources show them"
        )


_DRAWN_AS = {
    LayerKind.DISTRICTS: ("district", True),
    LayerKind.SETTLEMENTS: ("settlement", True),
    LayerKind.WATERS: ("water", True),
    LayerKind.RIVERS: ("river", True),
    LayerKind.WATERSHEDS: ("watershed", False),
    LayerKind.ROADS: ("road", True),
    LayerKind.MARKS: ("mark", True),
    LayerKind.PARCELS: ("parcel", False),
}


def _crossings(c: Comparison) -> Iterator[Group]:
    """Where roads cross what each source draws, a switch for each source."""
    for source in c.sources:
        shapes = [
            Shape(
                shapely.Point(one["point"]),
                {"id": f"{road['id']} {number}", "verdict": one["verdict"]},
                {"und": f"{road['id']}, {crossing_words(one)}"},
            )
            for road in c.features.get("roads") or ()
            for number, one in enumerate(road["sources"].get(source.id, {}).get("crossed_at", ()), 1)
        ]
        if shapes:
            yield Group(
                f"crossing:{source.id}",
                "Crossings of roads, by source",
                f"crossings of {source.id}",
                "crossing",
                tuple(shapes),
                "filled where clear",
            )


def _layers(c: Comparison) -> Iterator[Group]:
    everywhere = c.shapes.corridor.is_empty  # no limit makes one
    shapely.prepare(c.shapes.corridor)
    for number, layer in enumerate(c.shapes.layers):
        draw, shown = _DRAWN_AS[layer.kind]
        features = [
            one for one in layer.features if everywhere or shapely.intersects(c.shapes.corridor, one.geometry)
        ]
        shapes = tuple(shape for feature in features for shape in _feature_shapes(feature))
        if shapes:
            yield Group(
                f"layer:{number}", "Context", str(layer.kind), draw, shapes, _layer_note(layer), {}, shown
            )


def _feature_shapes(feature: Feature) -> Iterator[Shape]:
    """The feature, and where it is a named area one place for its name."""
    properties = {"id": feature.id, "party": feature.party or ""}
    yield Shape(feature.geometry, properties, feature.names)
    if feature.names and shapely.get_dimensions(feature.geometry) == 2:
        yield Shape(shapely.Point(_inner_place(feature.geometry)), properties, feature.names, is_label=True)


def _inner_place(area: "shapely.Geometry") -> tuple[float, float]:
    """A roomy place within, good enough for a label."""
    found = inscribed(shapely.make_valid(area), share=0.1)
    return found.lon, found.lat


def _layer_note(layer: Layer) -> str:
    if layer.accuracy_95_m is None:
        return f"{layer.title}; {radius(None)}"
    return f"{layer.title}; ± {metres(layer.accuracy_95_m)}{' assumed' if layer.accuracy_assumed else ''}"


def _corridor(c: Comparison) -> Iterator[Group]:
    """The corridor; where no source has a limit there is none to draw."""
    if not c.shapes.corridor.is_empty:
        note = f"within {c.parameters['corridor_m'] / 1000:g} km of any limit"
        yield Group("corridor", "Context", "corridor", "corridor", (Shape(c.shapes.corridor),), note)


def _parties(c: Comparison) -> Iterator[Group]:
    """The parties' names, put where the axis source shows most room for them in the corridor."""
    shown = next((s for s in c.shapes.sources if c.axis is not None and s.info.id == c.axis.source), None)
    if shown is None:
        return
    shapes = []
    for party in c.parties:
        if party.id in shown.sides:
            coarse = shapely.simplify(shown.sides[party.id], 0.01, preserve_topology=False)
            land = shapely.intersection(shapely.make_valid(coarse), shapely.envelope(c.shapes.corridor))
            if not land.is_empty:
                label = name_of(party.names, party.id)
                place = shapely.Point(_inner_place(land))
                shapes.append(Shape(place, {"id": party.id}, {**party.names, "und": label}, is_label=True))
    note = f"on the sides that {shown.info.id} shows"
    yield Group("parties", "Context", "names of the parties", "party", tuple(shapes), note)


def languages_of(groups: tuple[Group, ...]) -> tuple[str, ...]:
    """The language codes of all names on the map, sorted; ``und`` (not said) is left out."""
    return tuple(
        sorted({code for group in groups for shape in group.shapes for code in shape.names} - {"und"})
    )
