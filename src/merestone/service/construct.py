"""Draw candidate lines: from a dossier or from files, with what each shows differently from every source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from merestone.compare.ground import Ground, ground_of
from merestone.construct.consensus import consensus_of
from merestone.construct.drawing import How
from merestone.construct.effects import with_effects
from merestone.construct.medians import GivenBase, median_between_bases, median_between_sources
from merestone.construct.sectioning import sections_named
from merestone.construct.shares import equal_area_between_sources
from merestone.construct.straight import straight_between
from merestone.construct.tripoints import with_tripoints
from merestone.errors import UsageError
from merestone.model.candidates import Candidate, CandidateKind
from merestone.model.coordinates import parse_pair
from merestone.model.ellipsoid import WGS84
from merestone.model.findings import Finding, finding
from merestone.model.lines import AxisPiece
from merestone.model.progress import Progress, silent
from merestone.model.settings import Settings
from merestone.model.sources import EdgeType
from merestone.publish.candidategpkg import write_candidate_geopackage
from merestone.publish.candidatehtml import candidate_html
from merestone.publish.candidatejson import candidate_json
from merestone.publish.output import OutputFolder
from merestone.service.assembling import assemble
from merestone.service.versions import tool
from merestone.service.workbench import Dossier
from merestone.sources.bases import read_base, without
from merestone.sources.choices import read_choices
from merestone.sources.crs import grid_projections

Beside = Mapping[str, Sequence[np.ndarray]]
"""Lines by source or base, (n, 2) degrees."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of `construct`. ``ratio`` is that of the distances to the two bases as they are named."""

    kind: CandidateKind
    between: tuple[str, ...] = ()
    bases: tuple[tuple[str, Path], ...] = ()
    sections: tuple[str, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    how: How = How()
    frame: str | None = None
    weights: tuple[tuple[str, float], ...] = ()
    choices: Path | None = None
    points: tuple[str, ...] = ()
    order: str | None = None
    line: str = "geodesic"
    crs: str | None = None


@dataclass(frozen=True, slots=True)
class ConstructRun:
    """The candidate, its JSON bytes, and the files that were written."""

    candidate: Candidate
    json: bytes
    files: tuple[Path, ...]


def construct_into(
    dossier: Dossier | None, request: Request, out: Path, *, progress: Progress = silent
) -> ConstructRun:
    """Draw the candidate that is asked for, and write ``candidate.json``, ``.gpkg`` and ``.html`` into `out`.

    Raises UsageError or BadInputError with what to do where it cannot be drawn; nothing is written then.
    """
    with OutputFolder(out) as folder:
        if dossier is None:
            head: Mapping[str, Any] = {"tool": tool(), "dossier": None, "parties": []}
            candidate, beside = _of_files(request, progress)
            settings = Settings()
        else:
            ground = ground_of(dossier.read(progress=progress), progress)
            case, settings = ground.case, ground.case.settings
            head = {
                "tool": tool(),
                "dossier": {"title": case.title, "sha256": case.sha256},
                "parties": case.parties,
            }
            progress("constructing", request.kind.value)
            candidate = _of_dossier(ground, request)
            candidate = with_tripoints(
                candidate, dossier.evidence.instruments, settings.corridor_m, case.ellipsoid
            )
            progress("effects", request.kind.value)
            candidate = with_effects(candidate, ground)
            beside = {
                one.source: [strand.coords for limit in one.limits for strand in limit.strands]
                for one in ground.tracing.sources
            }
        candidate = _framed(candidate, request.frame)
        text = candidate_json(candidate, head, settings)
        folder.write("candidate.json", text)
        folder.write("candidate.html", candidate_html(candidate, head, beside))
        folder.add("candidate.gpkg", lambda path: write_candidate_geopackage(candidate, settings, path))
    return ConstructRun(candidate, text, folder.files)


def _framed(candidate: Candidate, frame: str | None) -> Candidate:
    """The candidate with the frame and epoch that its coordinates are said to be in, or a finding."""
    if frame is None:
        return replace(candidate, findings=(*candidate.findings, finding("candidate-frame-ensemble")))
    return replace(candidate, frame=frame)


def _of_files(request: Request, progress: Progress) -> tuple[Candidate, Beside]:
    """The candidate, and the lines of the files that it is drawn between."""
    if request.kind is CandidateKind.STRAIGHT:
        return _straight(request, ()), {}
    if request.kind is not CandidateKind.MEDIAN or len(request.bases) != 2:
        raise UsageError(
            "give a dossier, or for a median two files: --base AAA=a.geojson --base BBB=b.geojson"
        )
    if request.between or request.sections:
        raise UsageError("--between and --section are about a dossier; with --base there is none")
    given: list[GivenBase] = []
    notes: list[Finding] = []
    for party, path in request.bases:
        progress("reading", str(path))
        base = read_base(party, path)
        ignored = tuple(name for whose, name in request.ignored if whose == party)
        strands, left_out = without(base, ignored)
        whole = tuple(s for feature in base.features for s in feature.strands) if left_out else None
        given.append(GivenBase(party, strands, base.drawn, whole, left_out))
        notes += base.findings
    progress("constructing", request.kind.value)
    candidate = median_between_bases((given[0], given[1]), request.how, WGS84)
    beside = {one.party: [strand.coords for strand in one.strands] for one in given}
    return replace(candidate, findings=(*notes, *candidate.findings)), beside


def _of_dossier(ground: Ground, request: Request) -> Candidate:
    case = ground.case
    parties = (case.parties[0].id, case.parties[1].id)
    if request.kind is CandidateKind.ASSEMBLED:
        if request.choices is None:
            raise UsageError("assemble needs what was chosen for each section: --choices FILE.toml")
        return assemble(ground, read_choices(request.choices), request.how)
    if request.kind is CandidateKind.STRAIGHT:
        return _straight(request, ground.tracing.pieces)
    sections = sections_named(ground.sections, request.sections)
    if request.kind is CandidateKind.CONSENSUS:
        return consensus_of(ground, sections, dict(request.weights))
    if len(request.between) != 2:
        raise UsageError(
            f"{request.kind} needs two limits: --between SOURCE SOURCE; the sources are "
            + ", ".join(source.info.id for source in case.sources)
        )
    draw = _BETWEEN[request.kind]
    return draw(
        ground.tracing, case.sources, parties, (request.between[0], request.between[1]), sections,
        request.how, case.ellipsoid,
    )  # fmt: skip


def _straight(request: Request, pieces: Sequence[AxisPiece]) -> Candidate:
    points = np.array([parse_pair(text, request.order) for text in request.points]).reshape(-1, 2)
    line_type = EdgeType(request.line)
    grid = None
    if line_type is EdgeType.GRID:
        if request.crs is None:
            raise UsageError("a line that is straight in a grid needs the grid: --crs EPSG:…")
        grid = (request.crs, *grid_projections(request.crs))
    return straight_between(points, line_type, WGS84, grid=grid, pieces=pieces)


_BETWEEN = {
    CandidateKind.MEDIAN: median_between_sources,
    CandidateKind.EQUAL_AREA: equal_area_between_sources,
}
