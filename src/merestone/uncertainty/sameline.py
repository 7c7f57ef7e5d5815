"""What a comparison says of sources that shall mean the same line: whether each section lets them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from merestone.model.results import Comparison
from merestone.model.sources import Case
from merestone.uncertainty.agreeing import Agreement, agreements_of
from merestone.uncertainty.model import ErrorModel, error_model
from merestone.uncertainty.together import Group, groups_of


def with_same_line(case: Case, comparison: Comparison) -> Comparison:
    """`comparison` of `case` with the test of each list of ``same_line``; as it is where there is none."""
    models = {source.info.id: error_model(source.info) for source in case.sources}
    groups = groups_of(case, comparison.families, models)
    if not groups:
        return comparison
    told = [_told(group, models, case, comparison) for group in groups]
    return replace(comparison, uncertainty={**comparison.uncertainty, "same_line": told})


def _told(
    group: Group, models: Mapping[str, ErrorModel | None], case: Case, comparison: Comparison
) -> dict[str, Any]:
    tests = agreements_of(
        group.members, models, comparison.sections, comparison.shapes.stations, case.ellipsoid
    )
    return {
        "sources": list(group.sources),
        "members": sorted(group.members),
        "reason": group.reason,
        "sections": [_test(one) for one in tests],
    }


def _test(one: Agreement) -> dict[str, Any]:
    return {
        "section": one.section,
        "sources": list(one.sources),
        "q": one.q,
        "p": one.p,
        "p_holm": one.p_holm,
        "holds": one.holds,
    }
