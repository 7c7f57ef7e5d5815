"""How accurate a source is, term by term, as 95 % radii combined in quadrature."""

from math import log, sqrt
from typing import Any

from merestone.model.accuracy import Measure, radius_95_m
from merestone.model.sources import Operation
from merestone.sources.spec import SourceSpec

_CE95_PER_RMSE = sqrt(log(20.0))


def accuracy_budget(spec: SourceSpec, operation: Operation | None) -> tuple[dict[str, Any], ...]:
    """The terms of a source's accuracy, with ``term, measure, metres, radius_95_m, assumed, common, shared``.

    ``term`` is ``source``, ``operation``, ``georeferencing``, ``digitising``, ``drafting`` or
    ``generalisation``. ``common`` tells a term that shifts the whole source alike; ``shared`` names what
    causes it: sources with the same name there share the term, and it cancels in their offset.
    ``radius_95_m`` is None where nothing is known.
    """
    terms = [_of_source(spec)]
    if operation is not None:
        # An operation's accuracy in the EPSG dataset is nowhere defined; it is taken for a radial RMSE.
        metres = operation.accuracy_m
        radius_m = None if metres is None else metres * _CE95_PER_RMSE
        cause = f"operation {operation.code or operation.definition}"
        term = _term("operation", Measure.RMSE, metres, radius_m, True, True, cause)
        terms.append(term | {"operation": operation.code})
    if spec.georeferencing_m is not None:
        shared = None if spec.control is None else f"control {spec.control}"
        terms.append(_own("georeferencing", spec.georeferencing_m, True, shared))
    for name in ("digitising", "drafting", "generalisation"):
        metres = getattr(spec, f"{name}_m")
        if metres is not None:
            terms.append(_own(name, metres, False, None))
    return tuple(terms)


def _own(term: str, radius_m: float, common: bool, shared: str | None) -> dict[str, Any]:
    """A term that the author of the dossier gives as a 95 % radius, and so assumes."""
    return _term(term, Measure.CE95, radius_m, radius_m, True, common, shared)


def _of_source(spec: SourceSpec) -> dict[str, Any]:
    accuracy = spec.accuracy
    if accuracy is None:
        return _term("source", None, None, None, False, False)
    # No map promised anything about a boundary, so what follows from a scale is assumed.
    assumed = accuracy.assumed or accuracy.measure is Measure.SCALE
    return _term(
        "source", accuracy.measure, accuracy.metres, radius_95_m(accuracy, spec.scale), assumed, False
    )


def _term(
    term: str,
    measure: Measure | None,
    metres: float | None,
    radius_m: float | None,
    assumed: bool,
    common: bool,
    shared: str | None = None,
) -> dict[str, Any]:
    return {
        "term": term, "measure": measure.value if measure else None, "metres": metres,
        "radius_95_m": radius_m, "assumed": assumed, "common": common, "shared": shared,
    }  # fmt: skip


def total_95_m(terms: tuple[dict[str, Any], ...]) -> float | None:
    """The combined radius; None where the accuracy of the source itself or of its operation is unknown."""
    radii = [term["radius_95_m"] for term in terms]
    if any(radius is None for radius in radii):
        return None
    return sqrt(sum(radius**2 for radius in radii))
