"""Which layers ``comparison.gpkg`` has, and what stands in each row."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from merestone.model.lines import Limit
from merestone.model.results import Comparison, Difference, Section, StationOffsets
from merestone.publish.along_layers import along_tables
from merestone.publish.feature_layers import feature_tables
from merestone.publish.jsonform import rounding_of
from merestone.publish.rounding import Rounding, Unit
from merestone.publish.tables import (
    Column,
    Table,
    Value,
    column_names,
    figure,
    flag,
    listed_by_party,
    rounded_rows,
    text,
    whole,
)
from merestone.publish.worldmap import as_multi, handed_out

LINES = "MULTILINESTRING"
AREAS = "MULTIPOLYGON"
POINTS = "POINT"


def tables(comparison: Comparison) -> tuple[Table, ...]:
    """Every layer, areas first and points last, so that none hides another when drawn in this order."""
    rounding = rounding_of(comparison)
    own = [
        _corridor(comparison, rounding),
        _differences(comparison, rounding),
        _enclaves(comparison, rounding),
        _sections(comparison, rounding),
        _limits(comparison, rounding),
        _offsets(comparison, rounding),
        _findings(comparison, rounding),
    ]
    order = {AREAS: 0, LINES: 1, POINTS: 2}
    context = [*feature_tables(comparison, rounding), *along_tables(comparison, rounding)]
    return tuple(sorted([*context, *own], key=lambda table: order.get(table.geometry, 1)))


def _table(
    name: str,
    description: str,
    geometry: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    shapes: Sequence[Any],
    rounding: Rounding,
) -> Table:
    array = np.array([*shapes, None], dtype=object)[:-1]  # numpy looks into no list that ends in None
    done = handed_out(array, rounding)
    if geometry != POINTS:
        done = as_multi(done)
    return Table(name, description, geometry, tuple(columns), rounded_rows(columns, rows, rounding), done)


def _corridor(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [figure("distance_m", Unit.METRES, "Distance from any limit of any source, in metres")]
    rows = [[comparison.parameters.get("corridor_m")]]
    return _table(
        "corridor",
        "The corridor: results are about the points within it",
        AREAS,
        columns,
        rows,
        [comparison.shapes.corridor],
        rounding,
    )


def _limits(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [
        text("id", "Source and piece, and the party where it is of one party alone"),
        text("source", "Id of the source"),
        text("family", "Family of the source: sources that copy one another"),
        text("party", "Party whose limit it is alone; empty: common, or lines without sides"),
        text("piece", "Piece of the common boundary"),
        flag("sided", "Whether its source shows sides"),
        figure("length_km", Unit.KM, "Length in kilometres"),
        whole("vertices", "Vertices as drawn in the source"),
    ]
    families = {source.id: source.family for source in comparison.sources}
    limits = sorted(
        (limit for source in comparison.shapes.tracing.sources for limit in source.limits),
        key=lambda one: one.id,
    )
    rows = [
        [
            one.id,
            one.source,
            families.get(one.source),
            one.party,
            one.piece,
            one.sided,
            one.length_m / 1000.0,
            one.vertices,
        ]
        for one in limits
    ]
    about = "Limits: the lines taken from every source"
    return _table("limits", about, LINES, columns, rows, [_line_of(one) for one in limits], rounding)


def _line_of(limit: Limit) -> "shapely.MultiLineString":
    return shapely.multilinestrings([shapely.linestrings(strand.coords) for strand in limit.strands])


def _sections(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [
        text("id", "Piece and number along it"),
        text("piece", "Piece of the axis"),
        figure("from_km", Unit.KM, "Chainage at which it begins, in kilometres"),
        figure("to_km", Unit.KM, "Chainage at which it ends, in kilometres"),
        figure("length_km", Unit.KM, "Length in kilometres"),
        text("verdict", "What the maps say: coincident, within-accuracy, differing or cannot-say"),
        flag("assumed", "Whether the verdict rests on an assumed accuracy"),
        figure(
            "p_chance",
            Unit.OTHER,
            "How often chance alone shows so large an offset anywhere on the line; at most 0.05: confirmed",
        ),
        figure(
            "area_km2", Unit.KM2, "Area of the differences between the parties along it, in square kilometres"
        ),
        figure("largest_m", Unit.METRES, "Largest offset of any source from the axis, in metres"),
        text("largest_source", "The source that has it"),
        text("differences", "Ids of the listed differences along it"),
        text("districts", "Ids of the districts beside it, by party"),
    ]
    rows = [_section_row(one) for one in comparison.sections]
    shapes = [shapely.linestrings(comparison.shapes.sections[one.id]) for one in comparison.sections]
    about = "Sections: stretches of the axis with one verdict"
    return _table("sections", about, LINES, columns, rows, shapes, rounding)


def _section_row(one: Section) -> list[Any]:
    widest = max(sorted(one.sources), key=lambda id_: one.sources[id_].max_m, default=None)
    largest_m = None if widest is None else one.sources[widest].max_m
    ends = [one.from_km, one.to_km, one.length_km]
    verdict = [one.verdict.value, one.assumed, one.p_chance]
    beside = [", ".join(one.differences), listed_by_party(one.districts)]
    return [one.id, one.piece, *ends, *verdict, one.area_km2, largest_m, widest, *beside]


def _differences(comparison: Comparison, rounding: Rounding) -> Table:
    fixed = [
        text("id", "Id of the difference"),
        text("kind", "between: the parties; own: a party against both, neither or not-"),
        text("cause", "Why an own one arises, where that is plain: lake, third-country, coverage"),
        figure("area_km2", Unit.KM2, "Area in square kilometres"),
        figure("from_95_km2", Unit.KM2, "95 % interval of the area, from; empty: none can be given"),
        figure("to_95_km2", Unit.KM2, "95 % interval of the area, to"),
        flag("listed", "Whether comparison.json lists it; the others are counted and summed there"),
        text("section", "Section of the nearest axis point"),
        text("enclave", "Enclave it belongs to"),
        flag("reaches_corridor_edge", "Whether it reaches the edge of the corridor and is cut off there"),
    ]
    names = column_names([one.id for one in comparison.sources], ["fid", "geom", *(c.name for c in fixed)])
    columns = [*fixed, *(text(name, f"Label of {id_} there") for id_, name in names.items())]
    listed = {one.id for one in comparison.differences.listed}

    def row(one: Difference) -> list[Any]:
        interval = (None, None) if one.area_95_km2 is None else one.area_95_km2
        figures = [one.id, one.kind, one.cause, one.area_km2, *interval, one.id in listed]
        place = [one.section, one.enclave, one.reaches_corridor_edge]
        return [*figures, *place, *(one.labels.get(id_) for id_ in names)]

    rows = [row(one) for one, _ in comparison.shapes.differences]
    shapes = [shape for _, shape in comparison.shapes.differences]
    about = "Differences: areas in which labels of two sources conflict, one column a source"
    return _table("differences", about, AREAS, columns, rows, shapes, rounding)


def _offsets(comparison: Comparison, rounding: Rounding) -> Table:
    fixed = [
        text("piece", "Piece of the axis"),
        figure("chainage_km", Unit.KM, "Chainage of the station, in kilometres"),
    ]
    stations = comparison.shapes.stations
    ids = sorted({id_ for piece in stations for id_ in piece.offset_m})
    names = column_names(ids, ["fid", "geom", *(column.name for column in fixed)])
    taken = ["fid", "geom", *(column.name for column in fixed), *names.values()]
    toward = column_names([f"{id_}_toward" for id_ in ids], taken)
    first, second = (party.id for party in comparison.parties)
    columns = list(fixed)
    for id_ in ids:
        sign = f"positive: toward {second}, negative: toward {first}; empty: not reached"
        columns.append(figure(names[id_], Unit.METRES, f"Offset of {id_} from the axis, in metres; {sign}"))
        columns.append(
            text(toward[f"{id_}_toward"], f"Party toward which {id_} is displaced; empty: no sign")
        )
    table: list[list[Value]] = [[] for _ in columns]
    for piece in stations:
        table[0] += [piece.piece] * len(piece.chainage_m)
        table[1] += rounding.figures(np.asarray(piece.chainage_m) / 1000.0, Unit.KM)
        for number, id_ in enumerate(ids):
            offsets, sides = _offsets_of(piece, id_, (first, second), rounding)
            table[2 + 2 * number] += offsets
            table[3 + 2 * number] += sides
    places = [np.column_stack([piece.lon, piece.lat]) for piece in stations]
    shapes = handed_out(shapely.points(np.vstack([np.empty((0, 2)), *places])), rounding)
    about = "Offsets: the stations of the axis, one column a source"
    return Table("offsets", about, POINTS, tuple(columns), tuple(zip(*table, strict=True)), shapes)


def _offsets_of(
    piece: StationOffsets, id_: str, parties: tuple[str, str], rounding: Rounding
) -> tuple[list[float | None], list[str | None]]:
    """The rounded offsets of one source on one piece, and the party toward which each is displaced.

    Positive: the source shows the station on the first party's side, so it lies toward the second.
    """
    nothing: list[None] = [None] * len(piece.chainage_m)
    if id_ not in piece.offset_m:
        return nothing, nothing  # type: ignore[return-value]
    first, second = parties
    offsets = rounding.figures(piece.offset_m[id_], Unit.METRES)
    signed = piece.signed[id_].tolist() if id_ in piece.signed else nothing
    sides = [
        (second if offset > 0.0 else first) if offset and has_sign else None
        for offset, has_sign in zip(offsets, signed, strict=True)
    ]
    return offsets, sides


def _enclaves(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [
        text("id", "Piece of the enclave"),
        text("source", "Source that shows it"),
        text("name", "Name of a settlement in it, where a layer has one"),
        text("party", "Party whose land it is shown as"),
        text("within", "Party whose land encloses it"),
        figure("area_km2", Unit.KM2, "Area in this source, in square kilometres"),
    ]
    known = {one.id: one for one in comparison.enclaves}
    lands = sorted(
        (land for source in comparison.shapes.tracing.sources for land in source.enclaves),
        key=lambda land: (land.piece, land.source),
    )
    rows = []
    for land in lands:
        one = known.get(land.piece)
        name, areas = (one.name, one.area_km2) if one is not None else (None, {})
        rows.append([land.piece, land.source, name, land.party, land.within, areas.get(land.source)])
    about = "Enclaves, as every source shows them"
    return _table("enclaves", about, AREAS, columns, rows, [land.geometry for land in lands], rounding)


def _findings(comparison: Comparison, rounding: Rounding) -> Table:
    columns = [
        text("code", "Code of the finding"),
        text("severity", "info, warning or error"),
        text("source", "Source it is about"),
        text("message", "The finding in one sentence"),
    ]
    found = [*(note for source in comparison.sources for note in source.findings), *comparison.findings]
    placed = [(note, note.place) for note in found if note.place is not None]
    rows = [[note.code, note.severity.value, note.source, note.message] for note, _ in placed]
    shapes = [shapely.points(place) for _, place in placed]
    about = "Findings that have a place; all of them are in comparison.json"
    return _table("findings", about, POINTS, columns, rows, shapes, rounding)
