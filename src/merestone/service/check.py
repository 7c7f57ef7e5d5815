"""Examine every source: all findings in one sorted list."""

from merestone.compare.run import copy_findings
from merestone.lines.trace import trace
from merestone.model.findings import Finding
from merestone.model.progress import Progress, silent
from merestone.model.sources import Case
from merestone.service.findings import sorted_findings
from merestone.sources.examine import examine
from merestone.sources.parting import findings_of_lines
from merestone.sources.spec import DossierSpec


def findings_of(case: Case, spec: DossierSpec, *, progress: Progress = silent) -> tuple[Finding, ...]:
    """Everything that reading, tracing and examining the sources of `case` found."""
    tracing = trace(case.parties, case.sources, case.settings, case.ellipsoid, progress)
    found = [
        *case.findings,
        *(note for source in case.sources for note in source.findings),
        *(note for layer in case.layers for note in layer.findings),
        *(note for traced in tracing.sources for note in traced.findings),
        *tracing.findings,
        *copy_findings(case, tracing),
        *examine(case, spec),
        *findings_of_lines(case, tracing),
    ]
    return sorted_findings(found)
