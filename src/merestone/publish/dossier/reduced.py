"""A comparison without what was left out, so that no file of a dossier tells what its pages do not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from merestone.model.documents import Evidence
from merestone.model.findings import Finding
from merestone.model.results import Comparison
from merestone.model.sources import LayerKind
from merestone.publish.dossier.material import Material

_LAYERS = {
    "roads": (LayerKind.ROADS,),
    "settlements": (LayerKind.SETTLEMENTS,),
    "waters": (LayerKind.WATERS, LayerKind.RIVERS, LayerKind.WATERSHEDS),
}
_FEATURES = {
    "roads": ("roads",),
    "settlements": ("settlements", "settlement_lists"),
    "waters": ("waters", "rivers", "watersheds"),
}
_FINDINGS = {
    "roads": ("road-", "routes-"),
    "settlements": ("settlements-",),
    "waters": ("waters-", "river-"),
}
"""How the codes of findings begin that tell of a kind."""


def tells_of_what_is_left_out(code: str, material: Material) -> bool:
    """Whether a finding is about a kind that is left out."""
    return code.startswith(tuple(start for kind in material.without for start in _FINDINGS.get(kind, ())))


def reduced(material: Material) -> Comparison:
    """The comparison as its data may be given: without features of the kinds that are left out."""
    c, without = material.comparison, material.without
    kinds = {kind for name in without for kind in _LAYERS.get(name, ())}
    keys = {key for name in without for key in _FEATURES.get(name, ())}
    features: dict[str, Any] = {key: value for key, value in c.features.items() if key not in keys}
    if "arrangements" in without and "roads" in features:
        features["roads"] = [{**road, "arrangements": []} for road in features["roads"]]
    if "settlements" in without and "districts" in features:
        features["districts"] = [_without_settlements(one) for one in features["districts"]]
    if features == dict(c.features) and not kinds:
        return c
    drawn = c.shapes.features
    if "roads" in without:
        drawn = replace(drawn, routes={})
    if "waters" in without:
        drawn = replace(drawn, waters=(), followed=())
    layers = tuple(one for one in c.shapes.layers if one.kind not in kinds)
    shapes = replace(c.shapes, layers=layers, features=drawn)
    sources = tuple(replace(one, findings=_kept(one.findings, material)) for one in c.sources)
    findings = _kept(c.findings, material)
    return replace(c, features=features, shapes=shapes, sources=sources, findings=findings)


def _kept(findings: tuple[Finding, ...], material: Material) -> tuple[Finding, ...]:
    return tuple(one for one in findings if not tells_of_what_is_left_out(one.code, material))


def _without_settlements(district: Mapping[str, Any]) -> dict[str, Any]:
    sources = {
        id_: {key: value for key, value in said.items() if key != "settlements"}
        for id_, said in district["sources"].items()
    }
    return {**district, "sources": sources}


def reduced_evidence(material: Material) -> Evidence:
    """The evidence as its data may be given."""
    found, without = material.evidence, material.without
    if "documents" in without:
        found = replace(found, documents=(), citations=())
    if "statements" in without:
        found = replace(found, basis=(), positions=())
    if "names" in without:
        found = replace(found, names=())
    return found
