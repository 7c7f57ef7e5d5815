"""A comparison with how sure it is: `p_chance` of sections, intervals of areas and mean offsets."""

from collections.abc import Mapping
from dataclasses import replace
from math import fsum, isinf, sqrt
from typing import Any

import numpy as np

from merestone.compare.order import sorted_findings
from merestone.model.findings import finding
from merestone.model.progress import Progress, silent
from merestone.model.results import (
    Comparison,
    Difference,
    Interval,
    Offsets,
    Pair,
    Section,
    SectionOffset,
)
from merestone.model.sources import Case
from merestone.uncertainty.chance import (
    Stations,
    largest_by_section,
    null_largest,
    p_chance,
    stations_of,
    with_models,
)
from merestone.uncertainty.crossings import Crossing, crossings
from merestone.uncertainty.intervals import half_widths, plan
from merestone.uncertainty.model import ErrorModel, error_model
from merestone.uncertainty.quantities import (
    CELL,
    DIFFERENCE,
    MEAN,
    NET,
    SECTION,
    Key,
    conflicting,
    more_land,
)
from merestone.uncertainty.sameline import with_same_line

FACTORS = (0.2, 5.0)
"""The lengths of fields are assumed as a rule: results are also given with a fifth and five times of them."""
_M2_PER_KM2 = 1e6
Halves = Mapping[Key, float]


def assessed(case: Case, comparison: Comparison, progress: Progress = silent) -> Comparison:
    """`comparison` of `case`, whose sources are in order, with all that realisations tell.

    Nothing is added where ``realisations`` is 0 or no accuracy is known.
    """
    comparison = with_same_line(case, comparison)
    count, seed = case.settings.realisations, case.settings.seed
    found = {source.info.id: error_model(source.info) for source in case.sources}
    models = {source: model for source, model in found.items() if model is not None}
    if not count or not models:
        return comparison
    progress("errors", "figures")
    figures = plan(case, comparison, models)
    stations = stations_of(case, comparison, models) if comparison.sections else None
    progress("errors", "realisations", 0.2)
    halves = half_widths(figures, models, seed, count)
    null = _null(stations, seed, count)
    sensitivity = []
    for number, factor in enumerate(FACTORS):
        progress("errors", f"length of fields times {factor:g}", 0.4 + 0.3 * number)
        other = {source: model.with_length(factor) for source, model in models.items()}
        changed = half_widths(figures, other, seed, count, (CELL, NET, MEAN, DIFFERENCE))
        sensitivity.append(
            _sensitivity(
                case, comparison, factor, changed, stations, _null(_changed(stations, other), seed, count)
            )
        )
    crossing = crossings(case, comparison, models)
    done = _with_crossings(_with_intervals(case, comparison, halves), crossing)
    return replace(
        done,
        sections=_sections(done, halves, stations, null),
        uncertainty={
            **done.uncertainty,
            "realisations": count,
            "standard_error": 1.0 / sqrt(2.0 * count),
            "largest_95": _largest_95(null),
            "sources": {source: _told(model, crossing.get(source)) for source, model in found.items()},
            "sensitivity": tuple(sensitivity),
        },
    )


def _null(stations: Stations | None, seed: int, count: int) -> np.ndarray | None:
    return None if stations is None or not stations.facing else null_largest(stations, seed, count)


def _changed(stations: Stations | None, models: Mapping[str, ErrorModel]) -> Stations | None:
    return None if stations is None else with_models(stations, models)


def _largest_95(null: np.ndarray | None) -> float | None:
    return None if null is None else float(np.quantile(null, 0.95))


def _with_intervals(case: Case, comparison: Comparison, halves: Halves) -> Comparison:
    listed = tuple(
        one if (area_95_km2 := _area_95(one, halves, number)) is None
        else replace(one, area_95_km2=area_95_km2)
        for number, one in enumerate(comparison.differences.listed)
    )  # fmt: skip
    return replace(
        comparison,
        pairs=tuple(_pair(case, pair, halves) for pair in comparison.pairs),
        differences=replace(comparison.differences, listed=listed),
        shapes=replace(
            comparison.shapes,
            differences=tuple(
                (listed[number] if number < len(listed) else one, area)
                for number, (one, area) in enumerate(comparison.shapes.differences)
            ),
        ),
    )


def _area_95(one: Difference, halves: Halves, number: int) -> Interval | None:
    half_m2 = halves.get((DIFFERENCE, number))
    return None if half_m2 is None else _around(one.area_km2, half_m2 / _M2_PER_KM2, least=0.0)


def _around(middle: float, half: float, least: float = -np.inf) -> Interval:
    return max(middle - half, least), middle + half


def _pair(case: Case, pair: Pair, halves: Halves) -> Pair:
    """The intervals of a directed pair: those of areas are the same both ways."""
    areas, net, net_95 = _areas_95(case, pair, halves)
    main = pair.offsets_m.main
    half = halves.get((MEAN, pair.from_, pair.to))
    if half is not None and main.signed_mean is not None:
        main = replace(main, signed_mean_95=_around(main.signed_mean, half))
    return replace(
        pair,
        areas_95_km2=areas,
        net_area_km2=net,
        net_area_95_km2=net_95,
        offsets_m=Offsets(pair.offsets_m.all, main),
    )


def _areas_95(
    case: Case, pair: Pair, halves: Halves
) -> tuple[dict[str, Interval | None], dict[str, float], dict[str, Interval | None]]:
    ids = [source.info.id for source in case.sources]
    one, two = ids.index(pair.from_), ids.index(pair.to)
    turned = one > two
    key = (pair.to, pair.from_) if turned else (pair.from_, pair.to)
    labels = tuple(sorted({label for cell in pair.areas_km2 for label in cell.split(">")}))
    conflicts = conflicting(case, one, two, labels)
    cells: dict[str, Interval | None] = {}
    for cell, area_km2 in pair.areas_km2.items():
        a, b = cell.split(">")
        if conflicts[labels.index(a), labels.index(b)]:
            half = halves.get((CELL, *key, f"{b}>{a}" if turned else cell))
            cells[cell] = None if half is None else _around(area_km2, half / _M2_PER_KM2, least=0.0)
    net: dict[str, float] = {}
    net_95: dict[str, Interval | None] = {}
    for party in (party.id for party in case.parties):
        more = more_land(case, one, two, labels, party)
        # Both ways round the very same sum, but for its sign.
        parts = [
            int(more[labels.index(a), labels.index(b)]) * area_km2
            for (a, b), area_km2 in ((cell.split(">"), area) for cell, area in pair.areas_km2.items())
        ]
        if not any(parts):
            continue
        net[party] = fsum(parts)
        half = halves.get((NET, *key, party))
        net_95[party] = None if half is None else _around(net[party], half / _M2_PER_KM2)
    return cells, net, net_95


def _sections(
    comparison: Comparison, halves: Halves, stations: Stations | None, null: np.ndarray | None
) -> tuple[Section, ...]:
    largest = _largest(comparison, stations)
    return tuple(
        replace(
            section,
            p_chance=None if null is None else p_chance(largest[section.id], null),
            sources={
                source: _section_offset(at, halves.get((SECTION, section.id, source)))
                for source, at in section.sources.items()
            },
        )
        for section in comparison.sections
    )


def _largest(comparison: Comparison, stations: Stations | None) -> Mapping[str, float | None]:
    if stations is None:
        return {}
    return largest_by_section(stations, comparison.sections)


def _section_offset(at: SectionOffset, half_m: float | None) -> SectionOffset:
    return at if half_m is None else replace(at, mean_95_m=_around(at.mean_m, half_m))


def _sensitivity(
    case: Case,
    comparison: Comparison,
    factor: float,
    halves: Halves,
    stations: Stations | None,
    null: np.ndarray | None,
) -> dict[str, Any]:
    """What a comparison says where every field is ``factor`` times as long."""
    largest = _largest(comparison, stations)
    areas_95_km2 = {
        one.id: _area_95(one, halves, number) for number, one in enumerate(comparison.differences.listed)
    }
    return {
        "length_factor": factor,
        "largest_95": _largest_95(null),
        "p_chance": {
            section.id: None if null is None else p_chance(largest[section.id], null)
            for section in comparison.sections
        },
        "pairs": tuple(
            {
                "from": pair.from_,
                "to": pair.to,
                "areas_95_km2": pair.areas_95_km2,
                "net_area_95_km2": pair.net_area_95_km2,
                "signed_mean_95_m": pair.offsets_m.main.signed_mean_95,
            }
            for pair in (_pair(case, pair, halves) for pair in comparison.pairs)
        ),
        "differences_95_km2": {id_: found for id_, found in areas_95_km2.items() if found is not None},
    }


def _told(model: ErrorModel | None, crossing: Crossing | None) -> dict[str, Any] | None:
    """The error model of a source as results tell it; None where its accuracy is unknown."""
    if model is None:
        return None
    return {
        "sigma_m": model.sigma_m,
        "common_m": model.common_m,
        "shared_m": dict(sorted(model.shared_m.items())),
        "field_m": model.field_m,
        "correlation_km": None if isinf(model.correlation_m) else model.correlation_m / 1000.0,
        "drafting_m": model.drafting_m,
        "drafting_length_m": model.drafting_length_m,
        "assumed": model.assumed,
        "crosses_itself": None if crossing is None else crossing.share,
    }


def _with_crossings(comparison: Comparison, crossing: Mapping[str, Crossing]) -> Comparison:
    """With a finding at each source whose limit crosses itself."""
    sources = []
    for source in comparison.sources:
        found = crossing.get(source.id)
        if found is not None and found.share > 0.0:
            note = finding(
                "limit-crosses-itself", source=source.id, share=found.share, realisations=found.realisations
            )
            source = replace(source, findings=sorted_findings([*source.findings, note]))  # noqa: PLW2901
        sources.append(source)
    return replace(comparison, sources=tuple(sources))
