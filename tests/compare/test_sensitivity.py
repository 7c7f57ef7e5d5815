"""Verdicts judged again against comparisons made anew with the changed settings."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from merestone.compare.run import compare
from merestone.compare.sensitivity import ASSUMED_ACCURACY, TOLERANCE, sensitivity
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.settings import Settings
from merestone.model.sources import Case, Party, Source, SourceInfo, SourceKind

TOOL = {"name": "merestone", "version": "0", "libraries": {}}
EAST_DEG = 1.0 / 85394.0
"""One metre to the east at 40° N."""


def source(name, east_m, radius_m, *, assumed):
    """A border that lies `east_m` metres east of 45° E, an entry for each hundredth of a degree."""
    line = [(45.0 + east * EAST_DEG, 40.0 + 0.01 * k) for k, east in enumerate(east_m)]
    west = shapely.Polygon([*line, (44.9, line[-1][1]), (44.9, 40.0)])
    east = shapely.Polygon([*line, (45.1, line[-1][1]), (45.1, 40.0)])
    accuracy = Accuracy(Measure.CE95, radius_m, assumed)
    info = SourceInfo(name, SourceKind.TWO_SIDED, name * 64, name, accuracy=accuracy, accuracy_95_m=radius_m)
    return Source(
        info, {"ARM": shapely.MultiPolygon([west]), "AZE": shapely.MultiPolygon([east])}, None, None, None, ()
    )


def a_case(tolerance_m=100.0, factor=1.0):
    """b runs 10 m beside a, then 150 m; its accuracy of 120 m is assumed, that of a is stated."""
    settings = Settings(corridor_m=2000.0, tolerance_m=tolerance_m, axis="a", min_section_m=0.0)
    sources = (
        source("a", [0.0] * 9, 20.0, assumed=False),
        source("b", [10.0] * 4 + [150.0] * 5, 120.0 * factor, assumed=True),
    )
    return Case("t", "0" * 64, "ARM", (Party("ARM", {}), Party("AZE", {})), settings, sources, (), ())


@pytest.fixture(scope="module")
def judged():
    case = a_case()
    return sensitivity(case, compare(case, tool=TOOL))


def lengths_km(case):
    found = compare(case, tool=TOOL)
    return {
        verdict: sum(s.length_km for s in found.sections if str(s.verdict) == verdict)
        for verdict in ("differing", "cannot-say", "within-accuracy", "coincident")
    }


def test_each_variation_is_what_a_comparison_with_it_gives(judged):
    cases = {(50.0, 1.0): a_case(50.0), (200.0, 1.0): a_case(200.0), (100.0, 0.5): a_case(factor=0.5)}
    cases[100.0, 2.0] = a_case(factor=2.0)
    assert [(v.tolerance_m, v.assumed_factor) for v in judged.variations] == list(cases)
    for variation in (judged.base, *judged.variations):
        how = (variation.tolerance_m, variation.assumed_factor)
        expected = lengths_km(cases.get(how, a_case()))
        # No section joins another here; sections break midway between stations, as weights do.
        assert variation.verdict_km == pytest.approx(expected, abs=1e-9)


def test_what_a_verdict_hangs_on(judged):
    """150 m apart against √(20² + 120²) = 122 m: within accuracy if b were twice as coarse; a tolerance
    of 200 m makes all of it coincide only once b is fine enough."""
    by_section = {s.section: s for s in judged.sections}
    case = a_case()
    found = compare(case, tool=TOOL)
    last = found.sections[-1]  # both maps end on one parallel: square to the line, so b reaches all of a
    assert str(last.verdict) == "differing"
    assert by_section[last.id].hangs_on == (TOLERANCE, ASSUMED_ACCURACY)
    assert by_section[last.id].changed_km[ASSUMED_ACCURACY] == pytest.approx(last.length_km, rel=0.2)
    first = by_section[found.sections[0].id]
    assert str(found.sections[0].verdict) == "within-accuracy"
    assert first.hangs_on == (TOLERANCE, ASSUMED_ACCURACY)
    assert judged.assumed_sources == ("b",)


def test_without_assumed_figures_only_the_tolerance_counts():
    case = a_case()
    stated = tuple(
        replace(s, info=replace(s.info, accuracy=replace(s.info.accuracy, assumed=False)))
        for s in case.sources
    )
    case = replace(case, sources=stated)
    found = sensitivity(case, compare(case, tool=TOOL))
    assert found.assumed_sources == ()
    assert all(v.changed_km == 0.0 for v in found.variations if v.assumed_factor != 1.0)
    assert all(s.hangs_on in ((), (TOLERANCE,)) for s in found.sections)


def test_nothing_is_measured_anew(judged, monkeypatch):
    """The geometry is gone: verdicts come from the stations of the comparison alone."""
    case = a_case()
    comparison = compare(case, tool=TOOL)
    bare = replace(case, sources=tuple(replace(s, sides={}) for s in case.sources))
    assert sensitivity(bare, comparison) == judged
    assert np.isfinite(judged.base.changed_km)
