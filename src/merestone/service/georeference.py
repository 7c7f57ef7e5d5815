"""Georeference a scanned map: its raster, its residuals, and a line carried over as a source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from merestone.construct.georeferencing.arrangement import pixels_of
from merestone.construct.georeferencing.carrying import beyond, carried
from merestone.construct.georeferencing.placing import place, xy_of
from merestone.construct.georeferencing.sheet import Lookup, sheet_of
from merestone.construct.georeferencing.warps import to_plane
from merestone.errors import BadInputError, UsageError
from merestone.model.findings import Finding, finding
from merestone.model.georeference import CarriedLine, ControlPoint, Placement, Sheet, WarpKind
from merestone.model.progress import Progress, silent
from merestone.publish.georeferencehtml import georeference_html
from merestone.publish.georeferencejson import (
    Georeference,
    georeference_json,
    georeference_tree,
    line_geojson,
    residuals_csv,
)
from merestone.publish.output import OutputFolder
from merestone.service.versions import tool
from merestone.sources.controls import Controls, read_controls
from merestone.sources.dossier import read_dossier
from merestone.sources.hashes import file_sha256
from merestone.sources.mapsystem import PrintedSystem, agreed_crs, printed_system
from merestone.sources.pixellines import PixelLine, read_pixel_lines
from merestone.sources.propose_scan import ScanTerms, propose_scan
from merestone.sources.register import Added, add_proposed, check_proposed, entry_text
from merestone.sources.scans import Scan, Target, read_scan, write_sheet

_MAP = "map.tif"
_ENTRY = "source.toml"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of `georeference`. ``model`` None: the one that the rule takes.

    ``digitising_px`` is the 95 % radius of the tracing in pixels, ``scale`` the denominator of the map's,
    ``line_width_mm`` the width of the drawn line on the paper, ``sheet`` the sheet's name.
    """

    points: Path
    scan: Path | None = None
    crs: str | None = None
    operation: str | None = None
    model: WarpKind | None = None
    line: Path | None = None
    digitising_px: float | None = None
    scale: float | None = None
    line_width_mm: float | None = None
    sheet: str | None = None
    dossier: Path | None = None


@dataclass(frozen=True, slots=True)
class GeoreferenceRun:
    """The placement, the plain values, the files, and what was added to a dossier."""

    placement: Placement
    tree: dict[str, Any]
    json: bytes
    findings: tuple[Finding, ...]
    files: tuple[Path, ...] = ()
    added: Added | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """What the files hold, read and checked."""

    controls: Controls
    system: PrintedSystem
    scan: Scan | None
    lines: Sequence[PixelLine]

    @property
    def points(self) -> tuple[ControlPoint, ...]:
        return self.controls.points

    @property
    def area(self) -> "np.ndarray":
        """(4,) least column and row, greatest ones, of all that is carried over."""
        if self.scan is not None:
            return np.array([0.0, 0.0, *self.scan.size])
        every = np.concatenate([pixels_of(self.points), *(line for line, _ in self.lines)])
        return np.concatenate([every.min(axis=0), every.max(axis=0)])


@dataclass(frozen=True, slots=True, eq=False)
class _Done:
    """What was made of it, before anything is written."""

    given: _Given
    placement: Placement
    lines: tuple[CarriedLine, ...]
    terms: ScanTerms
    findings: tuple[Finding, ...]
    sheet: Sheet | None


def georeference_into(request: Request, out: Path, *, progress: Progress = silent) -> GeoreferenceRun:
    """Georeference a scan, or control points and a line alone, and write the results into the folder `out`.

    Raises UsageError, BadInputError or MissingExtraError with what to do; nothing is written then.
    """
    _check(request)
    with OutputFolder(out) as folder:
        done = _worked_out(request, progress)
        given, name = done.given, _line_name(request)
        if request.dossier is not None and name is not None:
            check_proposed(request.dossier, name, lambda taken: _proposal(request, done, taken))
        if given.scan is not None and done.sheet is not None:
            scan, target = given.scan, _target(done, done.sheet)
            lookup = Lookup(done.placement.warp, given.system, done.sheet, given.scan.size)
            folder.add(_MAP, lambda path: write_sheet(scan, target, lookup.tile, path, progress=progress))
        tree, findings = _tree(request, done)
        text = georeference_json(tree)
        folder.write("georeference.json", text)
        folder.write("residuals.csv", residuals_csv(tree))
        folder.write("georeference.html", _page(tree, done))
        if name is not None:
            crs = given.system.code
            folder.write(name, line_geojson(done.lines, crs, projected=given.system.projected))
            folder.write(_ENTRY, _entry(request, done, name).encode("utf-8"))
    added = None
    if request.dossier is not None and name is not None:
        added = add_proposed(request.dossier, out / name, lambda taken: _proposal(request, done, taken))
    return GeoreferenceRun(done.placement, tree, text, findings, folder.files, added)


def _check(request: Request) -> None:
    for name in ("digitising_px", "scale", "line_width_mm"):
        figure = getattr(request, name)
        if figure is not None and not isfinite(figure):
            raise UsageError(f"--{name.replace('_', '-')} {figure}: give a plain number")
    if request.line is not None and request.digitising_px is None:
        raise UsageError(
            "--line needs --digitising-px: how far, in pixels and with 95 %, the tracing may be off"
        )
    if request.line is None and request.digitising_px is not None:
        raise UsageError("--digitising-px is about a line; name it with --line")
    if request.line is None and request.dossier is not None and request.scan is None:
        raise UsageError("--dossier registers a carried line; name it with --line")
    if request.line_width_mm is not None and request.scale is None:
        raise UsageError(
            "--line-width-mm is on the paper; say with --scale what a millimetre is on the ground"
        )
    if request.dossier is not None:
        read_dossier(request.dossier)


def _worked_out(request: Request, progress: Progress) -> _Done:
    progress("placing the scan", request.points.name)
    given = _read(request)
    placement = place(given.points, given.system, request.model, given.area)
    lines = carried(given.lines, placement.warp, given.system)
    sheet = None
    if given.scan is not None:
        sheet = sheet_of(placement.warp, given.system, given.scan.width, given.scan.height)
    terms = _terms(request, placement)
    notes = (
        *given.controls.findings,
        *_about_coordinates(given.scan),
        *given.system.notes.findings,
        *_about_operation(given.system),
        *placement.findings,
        *_about_lines(given, lines, placement),
        *([finding("georeference-scale-unknown")] if request.scale is None and lines else []),
    )
    return _Done(given, placement, lines, terms, notes, sheet)


def _read(request: Request) -> _Given:
    controls = read_controls(request.points, request.crs)
    if not controls.points:
        raise BadInputError(f"{request.points}: it has no control point in use; add points")
    crs = agreed_crs(request.crs, controls.crs, request.points)
    system = printed_system(crs, controls.points, request.operation, request.dossier)
    scan = None if request.scan is None else read_scan(request.scan)
    if scan is not None:
        _check_on_scan(controls.points, scan)
    lines: Sequence[PixelLine] = ()
    if request.line is not None:
        lines = read_pixel_lines(request.line, None if scan is None else scan.size)
    return _Given(controls, system, scan, lines)


def _check_on_scan(points: Sequence[ControlPoint], scan: Scan) -> None:
    for point in points:
        if not (-1.0 <= point.column <= scan.width + 1.0 and -1.0 <= point.row <= scan.height + 1.0):
            raise BadInputError(
                f"control point {point.id} ({point.where}) at column {point.column:g}, row {point.row:g} "
                f"lies outside the scan of {scan.width} by {scan.height} pixels; give pixels of this scan"
            )


def _terms(request: Request, placement: Placement) -> ScanTerms:
    """The terms of the accuracy in metres, to a centimetre."""
    radius_m = placement.chosen.radius_95_m
    assert radius_m is not None
    digitising_m = None
    if request.digitising_px is not None:
        digitising_m = round(request.digitising_px * placement.pixel_m, 2)
    drafting_m = None
    if request.line_width_mm is not None and request.scale is not None:
        drafting_m = round(request.line_width_mm / 2.0 / 1000.0 * request.scale, 2)
    control = f"{request.points.name} {file_sha256(request.points)[:12]}"  # a name alone may be another's
    if request.sheet is not None:
        control = f"sheet {request.sheet}"
    return ScanTerms(round(radius_m, 2), control, request.scale, digitising_m, drafting_m)


def _about_coordinates(scan: Scan | None) -> list[Finding]:
    if scan is None or not scan.placed:
        return []
    return [finding("georeference-scan-placed", scan=scan.path.name)]


def _about_operation(system: PrintedSystem) -> list[Finding]:
    one = system.operation
    if one is None:
        return []
    accuracy = "unknown" if one.accuracy_m is None else f"{one.accuracy_m:g} m"
    return [
        finding(
            "georeference-operation", crs=system.name, operation=one.code, name=one.name, accuracy=accuracy
        )
    ]


def _about_lines(given: _Given, lines: Sequence[CarriedLine], placement: Placement) -> list[Finding]:
    if not lines:
        return []
    found = []
    count, pixels = beyond([line for line, _ in given.lines], pixels_of(given.points))
    if count:
        distance_m = pixels * placement.pixel_m
        found.append(finding("georeference-extrapolates", count=count, pixels=pixels, distance_m=distance_m))
    added = sum(len(one.xy) - int(one.drawn.sum()) for one in lines)
    if added:
        found.append(finding("georeference-bent", count=added, lines=len(lines)))
    return found


def _tree(request: Request, done: _Done) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    given = done.given
    budget, total_m = done.terms.budget(given.system.operation)
    head: Mapping[str, Any] = {
        "tool": tool(),
        "title": request.sheet or (request.scan or request.points).stem,
        "scan": None if given.scan is None else _about_scan(given.scan),
        "points": {"file": request.points.name, "sha256": file_sha256(request.points)},
        "line": None
        if request.line is None
        else {"file": request.line.name, "sha256": file_sha256(request.line), "carried": _line_name(request)},
        "raster": None if done.sheet is None else _about_sheet(done.sheet),
    }
    parameters = {
        "model": "auto" if request.model is None else request.model.value,
        "digitising_px": request.digitising_px,
        "scale": request.scale,
        "line_width_mm": request.line_width_mm,
        "sheet": request.sheet,
    }
    result = Georeference(done.placement, given.system, done.lines, budget, total_m, done.findings)
    return georeference_tree(result, head, parameters), done.findings


def _about_scan(scan: Scan) -> dict[str, Any]:
    return {
        "file": scan.path.name,
        "sha256": file_sha256(scan.path),
        "width": scan.width,
        "height": scan.height,
        "bands": scan.bands,
    }


def _about_sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "file": _MAP,
        "width": sheet.width,
        "height": sheet.height,
        "parameters": {
            "west": sheet.west, "north": sheet.north, "across": sheet.across, "down": sheet.down,
        },
    }  # fmt: skip


def _target(done: _Done, sheet: Sheet) -> Target:
    system = done.given.system
    operation = system.operation
    said = [("MERESTONE_MODEL", done.placement.chosen.kind.value)]
    if operation is not None:
        said.append(("MERESTONE_OPERATION", operation.code or operation.name))
    return Target(sheet, system.wkt, tuple(said))


def _page(tree: Mapping[str, Any], done: _Done) -> bytes:
    given, warp = done.given, done.placement.warp
    left, top, right, bottom = given.area.tolist()
    along = np.linspace(0.0, 1.0, 33)
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])
    outline = np.concatenate([one + along[:, None] * (other - one) for one, other in pairwise(corners)])
    places = given.system.enter(xy_of(given.points))
    lines = [given.system.enter(line.xy) for line in done.lines]
    return georeference_html(tree, places, to_plane(warp, outline), lines)


def _line_name(request: Request) -> str | None:
    """The carried line bears the name of the digitised one."""
    if request.line is None:
        return None
    stem = "".join("_" if mark in '\\:/"<>|?*' else mark for mark in request.line.name.partition(".")[0])
    return f"{stem or 'line'}.geojson" if stem != "georeference" else "line.geojson"


def _proposal(request: Request, done: _Done, taken: Any) -> Any:
    system = done.given.system
    stem = Path(_line_name(request) or "line").stem
    return propose_scan(stem, system.code or system.wkt, system.operation, done.terms, request.sheet, taken)


def _entry(request: Request, done: _Done, name: str) -> str:
    return entry_text("[[source]]", _proposal(request, done, ()), name)
