"""Settlements and marks of a comparison."""

from dataclasses import replace

from merestone.compare.assemble import with_findings
from merestone.compare.ground import ground_under
from merestone.features.marks import marks
from merestone.features.places import PlaceFinder
from merestone.features.settlements import settlements
from merestone.model.progress import Progress, silent
from merestone.model.results import Comparison
from merestone.model.sources import Case, LayerKind


def with_places(case: Case, comparison: Comparison, progress: Progress = silent) -> Comparison:
    """`comparison` of `case` with settlements, the lists of them, and marks filled in.

    A kind of which the dossier has no layer is left out. Raises BadInputError for an accuracy of
    a feature that cannot be.
    """
    kinds = {layer.kind for layer in case.layers}
    if not kinds & {LayerKind.SETTLEMENTS, LayerKind.MARKS}:
        return comparison
    progress("features", "places")
    finder = PlaceFinder(ground_under(case, comparison))
    features = dict(comparison.features)
    notes = [*comparison.findings, *(note for source in comparison.sources for note in source.findings)]
    if LayerKind.SETTLEMENTS in kinds:
        features["settlements"], features["settlement_lists"], found = settlements(case, finder)
        notes += found
    if LayerKind.MARKS in kinds:
        features["marks"], found = marks(case, finder)
        notes += found
    sources, findings = with_findings(comparison.sources, notes)
    return replace(comparison, features=features, sources=sources, findings=findings)
