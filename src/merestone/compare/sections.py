"""Sections: stretches of the axis with one verdict."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from merestone.compare.axis import station_weights_m
from merestone.compare.districts import NONE, PartyDistricts
from merestone.compare.joining import Run, join_short, runs_of
from merestone.compare.statistics import toward, weighted_mean
from merestone.compare.verdicts import VERDICTS
from merestone.geometry.lengths import points_at, substrings
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import AxisPiece
from merestone.model.results import LonLat, Section, SectionOffset, StationOffsets
from merestone.model.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class PieceStations:
    """A piece of the axis with all that is known at its stations.

    ``verdict`` (n,) int8 and ``assumed`` (n,) bool by `merestone.compare.verdicts`; ``districts``
    (n, parties) numbers of the nearest district of each party.
    """

    piece: AxisPiece
    offsets: StationOffsets
    verdict: np.ndarray
    assumed: np.ndarray
    districts: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """Sections in the order of the axis, their coordinates by id, and what was found on the way.

    Differences are not known yet: ``differences`` is empty and ``area_km2`` 0 in each.
    """

    sections: tuple[Section, ...]
    shapes: Mapping[str, np.ndarray]
    findings: tuple[Finding, ...]

    def at(self, pieces: Sequence[str], chainage_m: np.ndarray) -> list[str | None]:
        """Id of the section at each of (n,) places along the axis; at a break the one that begins there."""
        by_piece: dict[str, list[Section]] = {}
        for section in self.sections:
            by_piece.setdefault(section.piece, []).append(section)
        starts_km = {piece: [section.from_km for section in on] for piece, on in by_piece.items()}
        found: list[str | None] = []
        for piece, at_km in zip(pieces, (chainage_m / 1000.0).tolist(), strict=True):
            number = bisect_right(starts_km[piece], at_km) - 1
            found.append(by_piece[piece][max(number, 0)].id)
        return found


def sections_of(
    pieces: Sequence[PieceStations],
    districts: Sequence[PartyDistricts],
    parties: tuple[str, str],
    settings: Settings,
    ellipsoid: Ellipsoid,
) -> Sections:
    """Cut every piece of the axis into sections, and let the short ones join (DESIGN section 4)."""
    found: list[Section] = []
    shapes: dict[str, np.ndarray] = {}
    findings: list[Finding] = []
    for at in pieces:
        runs = join_short(runs_of(at.offsets.chainage_m, at.verdict, at.districts), settings.min_section_m)
        ends = _places(at.piece, [runs[0].from_m, *(run.to_m for run in runs)], ellipsoid)
        lines = substrings(at.piece.coords, at.piece.chainage_m, *_bounds_m(runs), ellipsoid)
        for number, (run, line) in enumerate(zip(runs, lines, strict=True), start=1):
            between = ends[number - 1], ends[number]
            section = _section(f"{at.piece.id}-S{number:02d}", at, run, between, districts, parties)
            found.append(section)
            shapes[section.id] = line
            if run.joined:
                findings.append(_joined(section.id, at, run, settings.min_section_m, ellipsoid))
    return Sections(tuple(found), shapes, tuple(findings))


def _bounds_m(runs: Sequence[Run]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([run.from_m for run in runs]), np.array([run.to_m for run in runs])


def _section(
    name: str,
    at: PieceStations,
    run: Run,
    between: tuple[LonLat, LonLat],
    districts: Sequence[PartyDistricts],
    parties: tuple[str, str],
) -> Section:
    rows = slice(run.first, run.last)
    start, end = between
    return Section(
        id=name,
        piece=at.piece.id,
        from_km=run.from_m / 1000.0,
        to_km=run.to_m / 1000.0,
        from_=start,
        to=end,
        length_km=run.length_m / 1000.0,
        verdict=VERDICTS[run.verdict],
        assumed=bool(at.assumed[rows].any()),
        p_chance=None,
        sources=_source_offsets(at.offsets, rows, parties),
        differences=(),
        area_km2=0.0,
        districts={
            side.party: _district_ids(side, at.districts[rows, column])
            for column, side in enumerate(districts)
        },
    )


def _source_offsets(
    offsets: StationOffsets, rows: slice, parties: tuple[str, str]
) -> Mapping[str, SectionOffset]:
    """Mean and largest offset at the stations of a section, of every source that reaches one of them."""
    weight_m = station_weights_m(offsets)[rows]
    found = {}
    for source, all_offsets in offsets.offset_m.items():
        offset_m = all_offsets[rows]
        reach = ~np.isnan(offset_m)
        if not reach.any():
            continue
        values, weights = offset_m[reach], weight_m[reach]
        signed = bool(offsets.signed[source][rows][reach].all())
        mean_m = weighted_mean(values if signed else np.abs(values), weights)
        side = toward(mean_m, parties) if signed else None
        found[source] = SectionOffset(abs(mean_m), float(np.abs(values).max()), side)
    return found


def _district_ids(side: PartyDistricts, numbers: np.ndarray) -> tuple[str, ...]:
    return tuple(side.features[int(number)].id for number in np.unique(numbers) if number != NONE)


def _joined(section: str, at: PieceStations, run: Run, min_section_m: float, ellipsoid: Ellipsoid) -> Finding:
    joined = sorted(run.joined, key=lambda stretch: (stretch.from_m, stretch.to_m))
    longest = max(joined, key=lambda stretch: (stretch.to_m - stretch.from_m, -stretch.from_m))
    middle = _places(at.piece, [(longest.from_m + longest.to_m) / 2.0], ellipsoid)[0]
    return finding(
        "short-section-joined",
        place=middle,
        section=section,
        verdict=str(VERDICTS[run.verdict]),
        count=len(joined),
        min_section_m=min_section_m,
        longest_m=longest.to_m - longest.from_m,
        stretches=[
            {
                "from_km": stretch.from_m / 1000.0,
                "to_km": stretch.to_m / 1000.0,
                "verdict": str(VERDICTS[stretch.verdict]),
            }
            for stretch in joined
        ],
    )


def _places(piece: AxisPiece, at_m: list[float], ellipsoid: Ellipsoid) -> list[LonLat]:
    points = points_at(piece.coords, piece.chainage_m, np.array(at_m), ellipsoid)
    return [(lon, lat) for lon, lat in points.tolist()]
