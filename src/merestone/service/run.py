"""Compare and write: the files of one run, whole or not at all."""

from dataclasses import dataclass
from pathlib import Path

from merestone.compare.sensitivity import Sensitivity, sensitivity
from merestone.errors import EnvironmentRefusedError
from merestone.model.findings import Finding
from merestone.model.progress import Progress, silent
from merestone.publish.geopackage import write_geopackage
from merestone.publish.jsonform import comparison_json, sensitivity_json
from merestone.publish.manifest import NAME as MANIFEST
from merestone.publish.output import OutputFolder
from merestone.publish.report import report_html
from merestone.service.enrich import compared
from merestone.service.findings import all_findings
from merestone.service.result import Comparison
from merestone.service.workbench import Dossier
from merestone.sources.examine import examine

_FILES = ("comparison.json", "sensitivity.json", "comparison.gpkg", "report.html")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of `compare` gave: the result, its JSON bytes, and the files that were written."""

    comparison: Comparison
    json: bytes
    sensitivity: Sensitivity | None
    findings: tuple[Finding, ...]
    """Those of the comparison and those of ``check``, as the report has them, errors first."""
    files: tuple[Path, ...]


def compare_into(
    dossier: Dossier,
    out: Path,
    *,
    with_sensitivity: bool = False,
    keep_dossier: bool = False,
    progress: Progress = silent,
) -> Run:
    """Compare every source of `dossier` and write the result files into the folder `out`.

    ``keep_dossier`` copies the dossier and its files into ``out/dossier`` as well, for a dossier
    that would else be gone.

    Raises EnvironmentRefusedError where `out` cannot be written or another run is writing there.
    """
    _refuse_inputs(dossier, out)
    with OutputFolder(out) as folder:
        case = dossier.read(progress=progress)
        comparison = compared(case, progress=progress)
        doubts = sensitivity(case, comparison) if with_sensitivity else None
        noted = examine(case, dossier.spec)
        text = comparison_json(comparison)
        progress("writing", "comparison.json")
        folder.write("comparison.json", text)
        if doubts is not None:
            folder.write("sensitivity.json", sensitivity_json(doubts))
        progress("writing", "comparison.gpkg")
        folder.add("comparison.gpkg", lambda path: write_geopackage(comparison, path))
        progress("writing", "report.html")
        folder.write("report.html", report_html(comparison, sensitivity=doubts, check_findings=noted))
        if keep_dossier:
            for file in sorted(path for path in dossier.path.rglob("*") if path.is_file()):
                name = f"dossier/{file.relative_to(dossier.path).as_posix()}"
                folder.write(name, file.read_bytes(), edited=True)
    return Run(comparison, text, doubts, all_findings(comparison, noted), folder.files)


def _refuse_inputs(dossier: Dossier, out: Path) -> None:
    """Refuse a folder in which a file of the dossier bears the name of a result: it would be replaced."""
    results = {(out / name).resolve() for name in (*_FILES, MANIFEST)}
    spec = dossier.spec
    for name in [*(source.path for source in spec.sources), *(layer.path for layer in spec.layers)]:
        path = dossier.path / name
        if path.resolve() in results:
            raise EnvironmentRefusedError(
                f"{path}: the dossier reads this file, and the result would replace it; "
                "name another folder with -o"
            )
