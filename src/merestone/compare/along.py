"""Everything along the axis: stations, what the families show at them, districts, sections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from merestone.compare.accuracies import accuracies, radius_of
from merestone.compare.axis import AxisIndex, axis_stations, station_weights_m
from merestone.compare.districts import districts_at_axis, districts_of
from merestone.compare.offsets import Measured
from merestone.compare.order import piece_key
from merestone.compare.sections import PieceStations, Sections, sections_of
from merestone.compare.verdicts import classify, shown_by_families
from merestone.model.lines import Tracing
from merestone.model.progress import Progress, silent
from merestone.model.results import Family, StationOffsets
from merestone.model.sources import Case

_NO_SECTIONS = Sections((), {}, ())


@dataclass(frozen=True, slots=True, eq=False)
class AlongAxis:
    """``index`` is None, and everything else empty, where there is no axis.

    ``districts`` are the entries of the result for the districts that meet at the axis.
    """

    index: AxisIndex | None
    stations: tuple[StationOffsets, ...]
    sections: Sections
    districts: tuple[Mapping[str, Any], ...]

    def section_of(self, points: np.ndarray) -> list[str | None]:
        """Id of the section of the axis point nearest to each of `points`, (n, 2) longitude, latitude."""
        if self.index is None:
            return [None] * len(points)
        places = self.index.refer(points)
        pieces = [self.index.pieces[number].id for number in places.piece.tolist()]
        return self.sections.at(pieces, places.chainage_m)


def along_axis(
    case: Case,
    tracing: Tracing,
    measured: Mapping[str, Measured],
    families: Sequence[Family],
    progress: Progress = silent,
) -> AlongAxis:
    """Measure every source from the axis and cut the axis into sections (DESIGN section 4)."""
    if tracing.axis_source is None or not tracing.pieces:
        return AlongAxis(None, (), _NO_SECTIONS, ())
    parties = (case.parties[0].id, case.parties[1].id)
    districts = districts_of(case.layers, parties)
    targets = {source: one.target for source, one in measured.items()}
    known = accuracies({source.info.id: radius_of(source.info) for source in case.sources})
    found: list[StationOffsets] = []
    axis = sorted(tracing.pieces, key=lambda piece: piece_key(piece.id))
    for piece in axis:
        progress("sections", piece.id, len(found) / len(axis))
        found.append(
            axis_stations(piece, tracing.axis_source, targets, case.settings.station_m, case.ellipsoid)
        )
    points = np.concatenate([np.column_stack([at.lon, at.lat]) for at in found])
    nearest = [side.nearest(points, case.settings.corridor_m, case.ellipsoid) for side in districts]
    beside = np.split(np.column_stack(nearest), np.cumsum([len(at.lon) for at in found])[:-1])
    pieces: list[PieceStations] = []
    for piece, at, numbers in zip(axis, found, beside, strict=True):
        shown = shown_by_families(at, families, known)
        verdict, assumed = classify(shown, known, case.settings.tolerance_m, case.ellipsoid)
        pieces.append(PieceStations(piece, at, verdict, assumed, numbers))
    return AlongAxis(
        AxisIndex([at.piece for at in pieces], case.ellipsoid),
        tuple(at.offsets for at in pieces),
        sections_of(pieces, districts, parties, case.settings, case.ellipsoid),
        districts_at_axis(
            districts, [at.districts for at in pieces], [station_weights_m(at.offsets) for at in pieces]
        ),
    )
