"""Trace the limits of every source, match their pieces, and lay the axis (DESIGN sections 2 and 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from merestone.geometry.areas import areas_m2
from merestone.lines.axis import axis_pieces, axis_source
from merestone.lines.gaps import own_gaps, own_overlaps
from merestone.lines.limits import enclaves_of, limits_of
from merestone.lines.matching import Matcher, Placed, name_missing, named
from merestone.lines.others import References, lines_only, one_sided
from merestone.lines.own import OwnPiece
from merestone.lines.reports import on_axis, on_missing, on_other, on_two_sided
from merestone.lines.scale import polygonal
from merestone.lines.two_sided import TwoSided, two_sided
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import Gap, SourceLimits, Tracing
from merestone.model.progress import Progress, silent
from merestone.model.settings import Settings
from merestone.model.sources import Party, Source, SourceKind

STAGE = "trace"


def trace(
    parties: tuple[Party, Party],
    sources: tuple[Source, ...],
    settings: Settings,
    ellipsoid: Ellipsoid,
    progress: Progress = silent,
) -> Tracing:
    """The limits of all sources, their pieces matched, and the axis.

    Strands run with the party first by id on their left. Neither the order of parties or sources nor the
    direction or first vertex of any ring changes the result. Raises BadInputError where ``settings.axis``
    names a source that cannot be the axis.
    """
    work = _Work(tuple(sorted(party.id for party in parties)), settings, ellipsoid)  # type: ignore[arg-type]
    ordered = sorted(sources, key=lambda source: source.info.id)
    for source in ordered:
        work.told[source.info.id] = []
    both = [source for source in ordered if source.info.kind is SourceKind.TWO_SIDED]
    others = [source for source in ordered if source.info.kind is not SourceKind.TWO_SIDED]
    for k, source in enumerate([*both, *others]):
        progress(STAGE, source.info.id, k / len(ordered))
        if source.info.kind is SourceKind.TWO_SIDED:
            work.add_two_sided(source)
        else:
            work.add_other(source)
    axis, notes = axis_source(ordered, work.two_sided, settings)
    placed = work.placed(axis)
    progress(STAGE, None, 1.0)
    found = tuple(work.limits(source, placed[source.info.id]) for source in ordered)
    along = placed[axis] if axis is not None else []
    return Tracing(found, axis, axis_pieces(along, ellipsoid), (*notes, *on_axis(along)))


@dataclass(slots=True, eq=False)
class _Work:
    """What is known so far: pieces and findings by source."""

    parties: tuple[str, str]
    settings: Settings
    ellipsoid: Ellipsoid
    two_sided: dict[str, TwoSided] = field(default_factory=dict)
    lands: dict[str, tuple[shapely.MultiPolygon, shapely.MultiPolygon]] = field(default_factory=dict)
    pieces: dict[str, tuple[OwnPiece, ...]] = field(default_factory=dict)
    gaps: dict[str, tuple[tuple[Gap, ...], tuple[Gap, ...]]] = field(default_factory=dict)
    told: dict[str, list[Finding]] = field(default_factory=dict)
    references: References | None = None

    def add_two_sided(self, source: Source) -> None:
        """Pieces, gaps and overlaps of a source that shows both sides."""
        name = source.info.id
        one, other = (self._covered(source, source.sides[party]) for party in self.parties)
        settings = self.settings
        found = two_sided(
            name, self.parties, (one, other), settings.coincide_m, settings.facing_m, self.ellipsoid
        )
        gaps, overlaps = own_gaps(found.chains, self.ellipsoid), own_overlaps(found.chains, self.ellipsoid)
        self.two_sided[name], self.lands[name], self.pieces[name] = found, (one, other), found.pieces
        self.gaps[name] = (gaps.listed, overlaps.listed)
        self.told[name] += on_two_sided(found, gaps, overlaps, settings, self.ellipsoid)

    def add_other(self, source: Source) -> None:
        """Pieces of a source that shows one side, or lines alone; after all two-sided ones."""
        name = source.info.id
        if self.references is None:
            shown = list(self.two_sided.values())
            self.references = References(shown, self.settings.corridor_m, self.ellipsoid)
        if source.lines is not None:
            lines = (
                source.lines if source.covers is None else shapely.intersection(source.lines, source.covers)
            )
            found = lines_only(name, _linear(lines), self.references, self.ellipsoid)
        else:
            (party,) = source.sides
            side = self.parties.index(party)
            others = [lands[1 - side] for lands in self.lands.values()]
            land = self._covered(source, source.sides[party])
            found = one_sided(name, self.parties, side, land, others, self.references, self.ellipsoid)
        self.pieces[name] = found.pieces
        self.told[name] += on_other(found, name, source.info.kind)

    def placed(self, axis: str | None) -> dict[str, list[Placed]]:
        """The pieces of every source with the names that the axis gives them."""
        on_the_axis = named(self.pieces[axis]) if axis is not None else []
        settings = self.settings
        matcher = Matcher(on_the_axis, settings.corridor_m, settings.facing_m, self.ellipsoid)
        placed: dict[str, list[Placed]] = {}
        missing: list[OwnPiece] = []
        for name, pieces in self.pieces.items():
            placed[name], left = (on_the_axis, []) if name == axis else matcher.place(pieces)
            missing += left
        for one in name_missing(missing, settings.corridor_m, self.ellipsoid):
            placed[one.own.source].append(one)
            self.told[one.own.source] += on_missing([one])
        return placed

    def limits(self, source: Source, placed: Sequence[Placed]) -> SourceLimits:
        """Everything that was taken from one source."""
        name = source.info.id
        gaps, overlaps = self.gaps.get(name, ((), ()))
        return SourceLimits(
            source=name,
            limits=limits_of(source, placed, self.ellipsoid),
            enclaves=enclaves_of(placed),
            gaps=gaps,
            overlaps=overlaps,
            findings=tuple(self.told[name]),
        )

    def _covered(self, source: Source, land: shapely.MultiPolygon) -> shapely.MultiPolygon:
        """The land within what the source covers: beyond it, what it draws says nothing."""
        if source.covers is None or shapely.covers(source.covers, land):
            return land
        kept = polygonal(shapely.intersection(land, source.covers))
        before_m2, after_m2 = areas_m2(np.array([land, kept], dtype=object), self.ellipsoid)
        area_km2 = float(before_m2 - after_m2) / 1e6
        self.told[source.info.id].append(
            finding("outside-coverage", source=source.info.id, area_km2=area_km2)
        )
        return shapely.multipolygons([kept]) if kept.geom_type == "Polygon" else kept


def _linear(geometry: shapely.Geometry) -> shapely.MultiLineString:
    """The lines of a geometry; points that an intersection leaves are no lines."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.multilinestrings(parts[shapely.get_dimensions(parts) == 1])
