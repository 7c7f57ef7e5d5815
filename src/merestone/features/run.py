"""All features of a comparison along lines and areas: what `features` of the result holds of them."""

from dataclasses import replace

from merestone.compare.assemble import with_findings
from merestone.features.access import access
from merestone.features.context import Context
from merestone.features.districts import districts
from merestone.features.following import followed
from merestone.features.roads import roads
from merestone.features.waters import waters
from merestone.model.progress import Progress, silent
from merestone.model.results import Comparison, FeatureShapes
from merestone.model.sources import Case, LayerKind


def with_features(case: Case, comparison: Comparison, progress: Progress = silent) -> Comparison:
    """`comparison` of `case` with roads, waters, rivers, watersheds, districts and access filled in.

    A kind of which the dossier has no layer is left out. Raises BadInputError where an arrangement
    names no route.
    """
    context = Context(case, comparison)
    kinds = {layer.kind for layer in case.layers}
    features = dict(comparison.features)
    notes = [*comparison.findings, *(note for source in comparison.sources for note in source.findings)]
    progress("features", "roads")
    on_roads = roads(context)
    progress("features", "waters")
    in_waters = waters(context)
    progress("features", "rivers")
    rivers, divides = followed(context, LayerKind.RIVERS), followed(context, LayerKind.WATERSHEDS)
    progress("features", "districts")
    meeting = districts(context)
    seasons, off_axis = access(context)
    filled = {
        LayerKind.ROADS: on_roads.entries,
        LayerKind.WATERS: in_waters.entries,
        LayerKind.RIVERS: rivers.entries,
        LayerKind.WATERSHEDS: divides.entries,
        LayerKind.DISTRICTS: meeting.entries,
    }
    features |= {kind.value: entries for kind, entries in filled.items() if kind in kinds}
    if LayerKind.DISTRICTS in kinds:
        features["adjoining"] = meeting.adjoining
    if case.access:
        features["access"] = tuple(seasons)
    notes += [*on_roads.findings, *in_waters.findings, *rivers.findings, *divides.findings, *off_axis]
    sources, findings = with_findings(comparison.sources, notes)
    shapes = FeatureShapes(
        routes={id_: route.coords for id_, route in on_roads.routes.items()},
        waters=in_waters.parts,
        followed=(*rivers.shapes, *divides.shapes),
    )
    return replace(
        comparison,
        sources=sources,
        features=features,
        findings=findings,
        shapes=replace(comparison.shapes, features=shapes),
    )
