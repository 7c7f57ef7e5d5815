"""All findings of a result, in one order."""

from collections.abc import Iterable

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


def all_findings(comparison: Comparison, further: Iterable[Finding] = ()) -> tuple[Finding, ...]:
    """The findings of each source of a comparison, of the comparison itself and `further` ones, each once."""
    own = [note for source in comparison.sources for note in source.findings]
    found = [*own, *comparison.findings, *further]
    once = {(note.code, note.source, note.message, note.place): note for note in found}
    return sorted_findings(list(once.values()))
