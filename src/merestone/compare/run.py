"""The main job: compare every source of a case with every other."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import shapely

from merestone.compare.accuracies import radius_of
from merestone.compare.along import AlongAxis, along_axis
from merestone.compare.assemble import axis_result, source_result, with_differences, with_findings
from merestone.compare.dates import dates_differ
from merestone.compare.differences import FoundDifferences, find_differences
from merestone.compare.drawn import drawn_edges
from merestone.compare.enclaves import find_enclaves
from merestone.compare.families import Drawing, drawing_of, families, family_findings, family_names
from merestone.compare.layers import layers_outside, layers_sharing_vertices
from merestone.compare.matrices import pair_areas_km2, source_areas_km2
from merestone.compare.offsets import Measured
from merestone.compare.overlay import Overlay, overlay, regions_of
from merestone.compare.pairs import FoundPairs, PairContext, pairs_of, shift_findings
from merestone.compare.siding import with_sides
from merestone.errors import BadInputError
from merestone.geometry.corridor import corridor
from merestone.lines.trace import trace
from merestone.model.findings import Finding
from merestone.model.lines import PieceKind, Tracing
from merestone.model.progress import Progress, silent
from merestone.model.results import Comparison, Family, Shapes, SourceResult
from merestone.model.sources import Case

FORMAT = "merestone-comparison/1"


def compare(case: Case, *, tool: Mapping[str, Any], progress: Progress = silent) -> Comparison:
    """Compare every source of `case` with every other (DESIGN section 4).

    ``tool`` is name and version of merestone and of the libraries that figures depend on, as it
    shall stand in the result. Raises BadInputError where there are fewer than two sources.
    """
    if len(case.sources) < 2:
        raise BadInputError(
            f"{case.title}: a comparison needs at least two sources, {len(case.sources)} given;"
            " add another with `merestone add`"
        )
    case = in_order(case)
    found = _found(case, progress)
    progress("assembling")
    return _assembled(case, found, tool)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What each stage gave."""

    tracing: Tracing
    drawings: tuple[Drawing, ...]
    families: tuple[Family, ...]
    along: AlongAxis
    corridor: shapely.MultiPolygon
    overlay: Overlay
    differences: FoundDifferences
    pairs: FoundPairs


def _found(case: Case, progress: Progress) -> _Found:
    """Every stage, each on what the ones before it gave."""
    tracing = trace(case.parties, case.sources, case.settings, case.ellipsoid, progress)
    progress("corridor")
    around = corridor(limit_lines(tracing), case.settings.corridor_m, case.ellipsoid)
    laid = overlay(case.parties, case.sources, around, case.ellipsoid, progress)
    # Lines that part the one party's land from the other's have sides, and so their offsets signs.
    tracing = with_sides(tracing, laid, case.ellipsoid)
    measured = measured_of(case, tracing)
    progress("families")
    drawings = tuple(drawing_of(source, measured[source.info.id].target) for source in case.sources)
    found = families(drawings, case.ellipsoid)
    along = along_axis(case, tracing, measured, found, progress)
    progress("differences")
    least_km2 = case.settings.min_difference_km2
    differences = find_differences(
        laid, case.sources, case.layers, tracing, along.section_of, least_km2, case.ellipsoid
    )
    pairs = _pairs(case, measured, found, along, laid, progress)
    return _Found(tracing, drawings, found, along, around, laid, differences, pairs)


def _assembled(case: Case, found: _Found, tool: Mapping[str, Any]) -> Comparison:
    sources, findings = with_findings(_sources(case, found), _findings(case, found))
    return Comparison(
        format=FORMAT,
        tool=tool,
        dossier={"title": case.title, "sha256": case.sha256, "oriented": case.oriented},
        parties=case.parties,
        parameters=asdict(case.settings),
        sources=sources,
        families=found.families,
        pairs=found.pairs.pairs,
        axis=axis_result(found.tracing),
        sections=with_differences(found.along.sections.sections, found.differences),
        differences=found.differences.result,
        enclaves=find_enclaves(found.tracing, case.sources, case.layers, case.ellipsoid),
        features={"districts": found.along.districts},
        findings=findings,
        shapes=Shapes(
            tracing=found.tracing,
            sources=case.sources,
            layers=case.layers,
            corridor=found.corridor,
            sections=found.along.sections.shapes,
            differences=found.differences.shapes,
            stations=found.along.stations,
            regions=regions_of(found.overlay),
            edges=drawn_edges(found.overlay, found.differences.of_face),
            facing=found.pairs.facing,
        ),
    )


def _findings(case: Case, found: _Found) -> list[Finding]:
    """Everything that was noted while reading, tracing and comparing, in no order."""
    return [
        *case.findings,
        *(note for source in case.sources for note in source.findings),
        *(note for layer in case.layers for note in layer.findings),
        *(note for limits in found.tracing.sources for note in limits.findings),
        *found.tracing.findings,
        *found.overlay.findings,
        *found.along.sections.findings,
        *family_findings(found.families, case.ellipsoid),
        *shift_findings(found.pairs.pairs),
        *dates_differ([source.info for source in case.sources]),
        *layers_sharing_vertices(case.layers, found.drawings),
        *layers_outside(case.layers, found.corridor, case.settings.corridor_m),
    ]


def copy_findings(case: Case, tracing: Tracing) -> list[Finding]:
    """Which sources copy one another, and which layers were drawn from a source: a part of ``check``."""
    case = in_order(case)
    measured = measured_of(case, tracing)
    drawings = [drawing_of(source, measured[source.info.id].target) for source in case.sources]
    found = families(drawings, case.ellipsoid)
    return [*family_findings(found, case.ellipsoid), *layers_sharing_vertices(case.layers, drawings)]


def in_order(case: Case) -> Case:
    """Parties and sources by id, layers by path, kind and title: the order of a dossier has no meaning."""
    one, two = sorted(case.parties, key=lambda party: party.id)
    return replace(
        case,
        parties=(one, two),
        sources=tuple(sorted(case.sources, key=lambda source: source.info.id)),
        layers=tuple(sorted(case.layers, key=lambda layer: (layer.path, layer.kind, layer.title))),
    )


def measured_of(case: Case, tracing: Tracing) -> dict[str, Measured]:
    """Every source ready to be measured, by id."""
    on_axis = {piece.id for piece in tracing.pieces if piece.kind is PieceKind.ENCLAVE}
    shown = {land.piece for limits in tracing.sources for land in limits.enclaves}
    enclaves = frozenset(on_axis | shown)
    by_id = {limits.source: limits for limits in tracing.sources}
    ids = [source.info.id for source in case.sources]
    return {source: Measured(by_id[source], enclaves, case.settings, case.ellipsoid) for source in ids}


def limit_lines(tracing: Tracing) -> list[np.ndarray]:
    """The coordinates of every strand of every limit, (n, 2) each."""
    limits = (limit for traced in tracing.sources for limit in traced.limits)
    return [strand.coords for limit in limits for strand in limit.strands]


def _pairs(
    case: Case,
    measured: Mapping[str, Measured],
    found: Sequence[Family],
    along: AlongAxis,
    laid: Overlay,
    progress: Progress,
) -> FoundPairs:
    context = PairContext(
        parties=(case.parties[0].id, case.parties[1].id),
        tolerance_m=case.settings.tolerance_m,
        radii={source.info.id: radius_of(source.info) for source in case.sources},
        families={member: family.representative for family in found for member in family.members},
        axis=along.index,
    )
    areas_km2 = pair_areas_km2(laid)
    return pairs_of(list(measured.values()), context, lambda i, j: areas_km2[i, j], progress)


def _sources(case: Case, found: _Found) -> list[SourceResult]:
    """The entries of all sources, without findings."""
    names = family_names(found.families, [source.info for source in case.sources])
    areas_km2 = source_areas_km2(found.overlay)
    by_id = {limits.source: limits for limits in found.tracing.sources}
    return [
        source_result(source, by_id[source.info.id], names[source.info.id], areas_km2[source.info.id])
        for source in case.sources
    ]
