"""Seasons in which stretches of the axis can be reached, as the dossier gives them, beside sections."""

from typing import Any

from merestone.features.context import Context
from merestone.model.findings import Finding, finding

_MEETS_KM = 1e-9


def access(context: Context) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Every ``[[access]]`` with the sections that it meets, by piece and chainage; those that meet none
    are told in a finding."""
    found = []
    notes = []
    for one in sorted(context.case.access, key=lambda a: (a.piece, a.from_km, a.to_km)):
        sections = [
            section.id
            for section in context.comparison.sections
            if section.piece == one.piece
            and min(section.to_km, one.to_km) - max(section.from_km, one.from_km) > _MEETS_KM
        ]
        found.append(
            {
                "piece": one.piece,
                "from_km": one.from_km,
                "to_km": one.to_km,
                "months": list(one.months),
                "reason": one.reason,
                "sections": sections,
            }
        )
        if not sections:
            notes.append(finding("access-off-axis", piece=one.piece, from_km=one.from_km, to_km=one.to_km))
    return found, notes
