"""Whether a lines-only source parts the corridor.

The overlay is asked, so that ``check`` and ``compare`` agree.
"""

from merestone.compare.overlay import overlay
from merestone.geometry.corridor import corridor
from merestone.model.findings import Finding
from merestone.model.lines import Tracing
from merestone.model.sources import Case, SourceKind

_CODES = ("lines-part-nothing", "lines-labelled-by-others")


def findings_of_lines(case: Case, tracing: Tracing) -> tuple[Finding, ...]:
    """One finding for each lines-only source: that it parts nothing, or how it comes by its labels."""
    limits = [strand.coords for one in tracing.sources for limit in one.limits for strand in limit.strands]
    if not limits or all(source.info.kind is not SourceKind.LINES for source in case.sources):
        return ()
    within = corridor(limits, case.settings.corridor_m, case.ellipsoid)
    laid = overlay(case.parties, case.sources, within, case.ellipsoid)
    return tuple(note for note in laid.findings if note.code in _CODES)
