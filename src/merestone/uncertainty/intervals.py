"""95 % intervals of areas and mean offsets.

To first order these are linear in the errors, so they are normal and centred on what is drawn: figure
± 1.96 σ. Where that breaks down there is no interval: where lines lie so near one another, for their
accuracy, that errors alone make area between them (`merestone.uncertainty.roughness`), or where the
errors of a source change so quickly along its line that the line folds (`fold_share`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from merestone.model.accuracy import Z_95
from merestone.model.labels import SILENT
from merestone.model.results import Comparison
from merestone.model.sources import Case
from merestone.uncertainty.fields import ROOT_3
from merestone.uncertainty.linear import deviations
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.quantities import (
    KINDS,
    MEAN,
    Figures,
    Key,
    edge_shape,
    moving_edges,
    pairs_known,
    take_cells,
    take_differences,
    take_means,
    take_net_areas,
    take_section_means,
)
from merestone.uncertainty.roughness import rough_m2

_BIAS_SHARE = 0.04
"""Area that errors alone make, as a share of σ, up to which an interval keeps what it promises."""
_FOLD_SHARE = 0.25
"""Share of σ that the second-order term of an area may reach; beyond, lines fold on themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The figures that can have an interval, with what they take from each source's errors.

    ``rough_m2`` is the area that errors alone would make, by figure; only areas have one. Nothing
    of it hangs on the length of a field, so that one plan serves for several lengths.
    """

    figures: Figures
    rough_m2: Mapping[Key, float]


def plan(case: Case, comparison: Comparison, models: Mapping[str, ErrorModel]) -> Plan:
    """Gather every figure whose sources are all in ``models``, those of known accuracy, by id."""
    edges = comparison.shapes.edges
    assert edges is not None
    shape = edge_shape(edges, case.ellipsoid)
    moves = moving_edges(case, edges)
    figures = Figures()
    ids = [source.info.id for source in case.sources]
    pairs = list(pairs_known(case, comparison, frozenset(models)))
    for i, j in pairs:
        take_cells(figures, case, edges, shape, moves, (i, j))
        take_net_areas(figures, case, edges, shape, moves, (i, j))
        for one, two in ((ids[i], ids[j]), (ids[j], ids[i])):
            facing = comparison.shapes.facing.get((one, two))
            if facing is not None:
                alone = np.zeros(len(facing.weight_m), dtype=np.intp)
                take_means(figures, [(MEAN, one, two)], alone, (one, two), facing, case.ellipsoid)
    take_differences(figures, edges, shape, moves, _told(comparison, models))
    _take_sections(figures, case, comparison, {frozenset((ids[i], ids[j])) for i, j in pairs})
    return Plan(figures, rough_m2(figures, case, comparison, (shape, moves), models))


def _told(comparison: Comparison, models: Mapping[str, ErrorModel]) -> np.ndarray:
    """(listed,) which differences may have an interval.

    Those between the parties, whole within the corridor, of which no source of unknown accuracy says
    anything: where its line runs might make another difference of it.
    """
    return np.array(
        [
            one.kind == "between"
            and not one.reaches_corridor_edge
            and all(source in models for source, label in one.labels.items() if label != SILENT)
            for one in comparison.differences.listed
        ],
        dtype=bool,
    )


def half_widths(
    plan: Plan, models: Mapping[str, ErrorModel], seed: int, count: int, kinds: Collection[str] = KINDS
) -> dict[Key, float]:
    """Half the width of the 95 % interval of each figure that has one, m² or m, from ``count`` realisations.

    ``kinds`` are those of the figures wanted. Its standard error is a share 1/√(2·count) of it.
    """
    sound = {source for source, model in models.items() if fold_share(model) <= _FOLD_SHARE}
    figures = plan.figures
    most = figures.most({source: model.sigma_m for source, model in models.items()})
    keys = [
        key
        for key, number in figures.numbers.items()
        if key[0] in kinds
        and figures.moves[key] <= sound
        and plan.rough_m2.get(key, 0.0) <= _BIAS_SHARE * most[number]
    ]
    sigma = deviations(figures.of(keys), models, len(keys), seed, count).tolist()
    return {
        key: Z_95 * one
        for key, one in zip(keys, sigma, strict=True)
        if plan.rough_m2.get(key, 0.0) <= _BIAS_SHARE * one
    }


def fold_share(model: ErrorModel) -> float:
    """How large the second-order term of an area is beside the first: σ ratio for a straight line.

    With λ = √3/length the area beside a line varies by 4σ²/λ for each metre to first order and by
    σ⁴λ/2 to second, since it is ∫ e·n ds + ½ ∫ e × e′ ds exactly (docs/method/realisations.md).
    """
    first = second = 0.0
    for sigma_m, length_m in (
        (model.field_m, model.correlation_m),
        (model.drafting_m, model.drafting_length_m),
    ):
        if sigma_m > 0.0:
            if length_m == 0.0:
                return inf
            first += 4.0 * sigma_m**2 * length_m / ROOT_3
            second += sigma_m**2 * sqrt(ROOT_3 / length_m)
    return second / sqrt(2.0 * first) if first else 0.0


def _take_sections(figures: Figures, case: Case, comparison: Comparison, pairs: set[frozenset[str]]) -> None:
    axis = comparison.axis
    if axis is None:
        return
    for at in comparison.shapes.stations:
        sections = [section for section in comparison.sections if section.piece == at.piece]
        for source in at.offset_m:
            if frozenset((axis.source, source)) in pairs:
                take_section_means(figures, sections, axis.source, source, at, case.ellipsoid)
