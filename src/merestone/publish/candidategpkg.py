"""``candidate.gpkg``: lines, turning points, base points and areas of a candidate, with styles for QGIS."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.geometry.densify import densified
from merestone.model.candidates import Candidate, CandidateLine
from merestone.model.settings import Settings
from merestone.model.sources import EdgeType
from merestone.publish.candidatejson import FORMAT
from merestone.publish.geopackage import write_tables
from merestone.publish.rounding import Rounding, Unit
from merestone.publish.styles.candidate import candidate_style
from merestone.publish.tables import Column, Table, figure, rounded_rows, text, whole
from merestone.publish.worldmap import as_multi, handed_out

_DRAWN_M = 0.01


def write_candidate_geopackage(candidate: Candidate, settings: Settings, path: Path) -> None:
    """Write the layers of `candidate` as the new file `path`. Raises OSError where that cannot be."""
    rounding = Rounding(settings.rounding)
    layers = [
        table
        for table in (
            _areas(candidate, rounding),
            _lines(candidate, rounding),
            _turning_points(candidate, rounding),
            _base_points(candidate, rounding),
        )
        if table.rows
    ]
    about = {"title": f"Candidate line: {candidate.kind.value}", "conformsTo": FORMAT}
    write_tables(path, layers, [candidate_style(table) for table in layers], about)


def _table(
    name: str, about: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], shapes: Sequence[Any],
    geometry: str, rounding: Rounding,
) -> Table:  # fmt: skip
    array = np.array([*shapes, None], dtype=object)[:-1]
    done = handed_out(array, rounding)
    if geometry != "POINT":
        done = as_multi(done)
    return Table(name, about, geometry, tuple(columns), rounded_rows(columns, rows, rounding), done)


def _areas(candidate: Candidate, rounding: Rounding) -> Table:
    columns = [
        text("source", "Source beside which the candidate shows the area otherwise"),
        text("shown", "What the source shows there"),
        text("candidate", "On whose side of the candidate it lies"),
        text("section", "Section of the nearest axis point"),
        figure("area_km2", Unit.KM2, "Area in square kilometres"),
    ]
    areas = candidate.shapes.areas if candidate.shapes else ()
    rows = [
        [source, said["shown"], said["candidate"], said["section"], said["area_km2"]]
        for source, said, _ in areas
    ]
    about = "Areas that the candidate shows on another side than a source does"
    return _table(
        "candidate_areas", about, columns, rows, [shape for _, _, shape in areas], "MULTIPOLYGON", rounding
    )


def _lines(candidate: Candidate, rounding: Rounding) -> Table:
    columns = [
        text("id", "Piece or section, and number"),
        text("piece", "Piece of the axis that it stands for"),
        text("start", "How it begins: open, met (where both limits meet), cut (a section), closed"),
        text("end", "How it ends, in the same words"),
        figure("length_km", Unit.KM, "Length in kilometres"),
    ]
    rows = [[line.id, line.piece, *line.ends, line.length_m / 1000.0] for line in candidate.lines]
    # Legs are geodesics; drawn in longitude/latitude they need vertices between.
    shapes = [shapely.linestrings(_drawn(line)) for line in candidate.lines]
    about = "The candidate line; its legs are geodesics, drawn to 0.01 m"
    return _table("candidate_lines", about, columns, rows, shapes, "MULTILINESTRING", rounding)


def _drawn(line: CandidateLine) -> "np.ndarray":
    if line.drawn is not None:
        return line.drawn
    return densified(line.coords, EdgeType.GEODESIC, _DRAWN_M)[0]


def _turning_points(candidate: Candidate, rounding: Rounding) -> Table:
    columns = [
        whole("n", "Number of the turning point"),
        text("line", "Line that it belongs to"),
        figure("distance_m", Unit.METRES, "Distance to the nearest base point, in metres"),
        figure("condition", Unit.OTHER, "How many times an error of a base point comes out in it"),
        text("leg_follows", "What the leg to the next turning point follows"),
        text("leg_moves", "Whether that leg moves with what it follows"),
        text("leg_prevails", "What prevails on that leg"),
        text("leg_source", "Source whose limit the leg is"),
    ]
    rows = []
    for point in candidate.turning_points:
        leg = point.leg
        said = [None] * 4 if leg is None else [leg.follows, leg.moves, leg.prevails, leg.from_source]
        rows.append([point.n, point.line, point.distance_m, point.condition, *said])
    shapes = [shapely.Point(point.lon, point.lat) for point in candidate.turning_points]
    about = "Turning points of the candidate line"
    return _table("turning_points", about, columns, rows, shapes, "POINT", rounding)


def _base_points(candidate: Candidate, rounding: Rounding) -> Table:
    columns = [
        whole("turning_point", "Number of the turning point that it controls"),
        text("base", "Party or source whose base point it is"),
        text("on", "vertex, or edge: the foot on an edge between two vertices"),
        figure("distance_m", Unit.METRES, "Distance to the turning point, in metres"),
    ]
    bases = [(point.n, base) for point in candidate.turning_points for base in point.bases]
    rows = [[n, base.party, base.on, base.distance_m] for n, base in bases]
    shapes = [shapely.Point(base.lon, base.lat) for _, base in bases]
    about = "Base points: what controls each turning point"
    return _table("base_points", about, columns, rows, shapes, "POINT", rounding)
