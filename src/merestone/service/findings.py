"""All findings of a result, in one order."""

from merestone.model.findings import Finding, Severity
from merestone.model.results import Comparison

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def sorted_findings(found: list[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by code, source, place and message."""
    return tuple(
        sorted(
            found,
            key=lambda note: (
                _ORDER[note.severity],
                note.code,
                note.source or "",
                str(note.place),
                note.message,
            ),
        )
    )


def all_findings(comparison: Comparison) -> tuple[Finding, ...]:
    """The findings of every source of a comparison and of the comparison itself."""
    own = [note for source in comparison.sources for note in source.findings]
    return sorted_findings([*own, *comparison.findings])
