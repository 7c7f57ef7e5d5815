"""The whole assessment: the mirror to the byte, seeds, what is unknown, what is said of it."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from merestone.compare.mirror import mirror
from merestone.compare.run import compare, in_order
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.settings import Settings
from merestone.model.sources import Case, Party, Source, SourceInfo, SourceKind
from merestone.publish.jsonform import comparison_json, comparison_tree
from merestone.uncertainty.assess import assessed

TOOL = {"name": "merestone", "version": "0", "libraries": {}}
SMALL = Settings(corridor_m=3000.0, facing_m=1000.0, realisations=200, station_m=200.0)
EXCHANGED = {"ARM": "AZE", "AZE": "ARM"}


def border(*east, step=0.02):
    return np.array([[45.0 + 0.001 * e, 40.0 + step * k] for k, e in enumerate(east)])


def land(line, edge):
    corners = [(edge, line[-1, 1]), (edge, line[0, 1])]
    return shapely.MultiPolygon([shapely.Polygon([*map(tuple, line), *corners])])


def info(name, radius_m, kind, **about):
    accuracy = None if radius_m is None else Accuracy(Measure.CE95, radius_m)
    sha256 = name.encode().hex().ljust(64, "0")
    return SourceInfo(name, kind, sha256, name, accuracy=accuracy, accuracy_95_m=radius_m, **about)


def two_sided(name, line, radius_m=50.0, **about):
    sides = {"ARM": land(line, 44.9), "AZE": land(line, 45.1)}
    return Source(info(name, radius_m, SourceKind.TWO_SIDED, **about), sides, None, None, None, ())


def one_sided(name, line, radius_m=80.0, **about):
    sides = {"AZE": land(line, 45.1)}
    return Source(info(name, radius_m, SourceKind.ONE_SIDED, **about), sides, None, None, None, ())


def a_case(*sources, settings=SMALL):
    parties = (Party("ARM", {"en": "Armenia"}), Party("AZE", {"en": "Azerbaijan"}))
    return in_order(Case("A case", "0" * 64, "ARM", parties, settings, sources, (), ()))


def result(case):
    return assessed(case, compare(case, tool=TOOL))


def exchanged(case):
    def source(s):
        return replace(s, sides={p: s.sides[EXCHANGED[p]] for p in EXCHANGED if EXCHANGED[p] in s.sides})

    names = {party.id: party.names for party in case.parties}
    return replace(
        case,
        oriented="AZE",
        parties=tuple(Party(party, names[EXCHANGED[party]]) for party in sorted(EXCHANGED)),
        sources=tuple(map(source, case.sources)),
    )


ONE = border(0, 2, -1, 3, 0, 1, -2, 0, 1)
FAR = border(0, 9, 14, 20, 18, 12, 2, 0, 1)


def everything():
    return a_case(
        two_sided("a", ONE, correlation_km=5.0, common_share=0.3),
        two_sided("b", FAR, 60.0, scale=500_000.0),
        one_sided("c", border(1, 3, 0, 4, 9, 8, 4, 1, 2)),
        two_sided("d", border(-3, -3, -6, -4, -4, -8, -4, -4, -4), None),
    )


@pytest.fixture(scope="module")
def full():
    return result(everything())


def test_the_mirror_equals_the_exchanged_input_to_the_byte(full):
    swapped = result(exchanged(everything()))
    assert comparison_json(swapped) != comparison_json(full)
    assert comparison_json(mirror(full)) == comparison_json(swapped)
    assert comparison_json(mirror(mirror(full))) == comparison_json(full)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(full):
    assert comparison_json(result(everything())) == comparison_json(full)
    case = everything()
    other = result(replace(case, settings=replace(SMALL, seed=2)))
    pairs = zip(other.pairs, full.pairs, strict=True)
    assert any(there.net_area_95_km2 != here.net_area_95_km2 for there, here in pairs)
    assert [section.verdict for section in other.sections] == [section.verdict for section in full.sections]


def test_a_source_more_changes_nothing_between_the_others(full):
    """Random numbers hang on the source alone, so a pair has the same errors whoever else is there."""
    fewer = result(a_case(*(s for s in everything().sources if s.info.id != "c")))

    def pair(comparison):
        return next(p for p in comparison.pairs if (p.from_, p.to) == ("a", "b"))

    assert pair(fewer).net_area_95_km2.keys() == pair(full).net_area_95_km2.keys()
    for party, interval in pair(full).net_area_95_km2.items():
        # The places at which a field is drawn depend on the edges, which other sources cut: a little.
        assert pair(fewer).net_area_95_km2[party] == pytest.approx(interval, rel=0.1)


def test_without_realisations_nothing_is_added():
    case = everything()
    case = replace(case, settings=replace(SMALL, realisations=0))
    found = result(case)
    assert found.uncertainty == {}
    assert {section.p_chance for section in found.sections} == {None}


def test_an_unknown_accuracy_leaves_what_needs_it_unsaid(full):
    assert full.uncertainty["sources"]["d"] is None
    for pair in full.pairs:
        if "d" in (pair.from_, pair.to):
            assert set(pair.areas_95_km2.values()) <= {None}
            assert set(pair.net_area_95_km2.values()) <= {None}
            assert pair.offsets_m.main.signed_mean_95 is None
    assert all(section.sources["d"].mean_95_m is None for section in full.sections)
    assert all(section.p_chance is not None for section in full.sections)
    alone = result(a_case(two_sided("a", ONE), two_sided("d", FAR, None)))
    assert {section.p_chance for section in alone.sections} == {None}


def test_copies_confirm_nothing():
    """Two maps of one family have no offset of their own to be judged."""
    found = result(a_case(two_sided("a", ONE, family="x"), two_sided("b", FAR, family="x")))
    assert {section.p_chance for section in found.sections} == {None}
    assert found.pairs[0].offsets_m.main.signed_mean_95 is None


def test_what_is_far_apart_is_confirmed_and_what_is_near_is_not(full):
    """Map b lies up to 1.7 km off, thirty times its radius; near the ends all three coincide."""
    widest = max(full.sections, key=lambda section: section.sources["b"].max_m)
    nearest = min(full.sections, key=lambda section: max(at.max_m for at in section.sources.values()))
    assert widest.p_chance == pytest.approx(1.0 / 201.0)
    assert nearest.p_chance > 0.05


def test_intervals_lie_about_the_figures_and_net_areas_add_up(full):
    pair = next(p for p in full.pairs if (p.from_, p.to) == ("a", "b"))
    back = next(p for p in full.pairs if (p.from_, p.to) == ("b", "a"))
    for party, net in pair.net_area_km2.items():
        low, high = pair.net_area_95_km2[party]
        assert (low + high) / 2.0 == pytest.approx(net)
        assert back.net_area_km2[party] == pytest.approx(-net)
        assert back.net_area_95_km2[party] == pytest.approx((-high, -low))
    # Both maps part the same land between the two: what one party has more the other has less.
    assert pair.net_area_km2["ARM"] == pytest.approx(-pair.net_area_km2["AZE"], abs=0.05)
    assert pair.net_area_km2["ARM"] == pytest.approx(
        pair.areas_km2["AZE>ARM"] - pair.areas_km2.get("ARM>AZE", 0.0), abs=0.05
    )


def test_a_wide_difference_has_an_interval_and_a_narrow_one_none():
    wide = result(a_case(two_sided("a", ONE), two_sided("b", FAR))).differences.listed[0]
    low, high = wide.area_95_km2
    assert low < wide.area_km2 < high
    assert 0.0 < high - low < wide.area_km2
    assert wide.kind == "between"
    rough = result(a_case(two_sided("a", ONE, 1500.0), two_sided("b", FAR, 1500.0)))
    assert {one.area_95_km2 for one in rough.differences.listed} == {None}
    assert all(pair.net_area_95_km2["ARM"] is not None for pair in rough.pairs)


@pytest.mark.parametrize(("radius_m", "said"), [(20.0, True), (3000.0, False), (None, False)])
def test_a_third_map_whose_line_may_run_through_a_difference_leaves_it_without_an_interval(radius_m, said):
    """It speaks there and is no edge of it: where it is coarse the area may be no such difference at all."""
    beyond = FAR + np.array([0.01, 0.0])
    found = result(a_case(two_sided("a", ONE), two_sided("b", FAR), two_sided("c", beyond, radius_m)))
    wide = [
        one
        for one in found.differences.listed
        if one.labels["a"] != one.labels["b"] == one.labels["c"] and one.area_km2 > 1.0
    ]
    assert len(wide) == 1
    assert (wide[0].area_95_km2 is not None) == said


def test_what_the_corridor_or_a_map_alone_decides_has_no_interval(full):
    for one in full.differences.listed:
        if one.kind == "own" or one.reaches_corridor_edge:
            assert one.area_95_km2 is None
    ring = shapely.Point(44.975, 40.05).buffer(0.004)
    holed = two_sided("a", ONE)
    holed = replace(holed, sides={**holed.sides, "ARM": holed.sides["ARM"] - ring})
    found = result(a_case(holed, two_sided("b", ONE + np.array([1e-4, 0.0]))))
    own = [one for one in found.differences.listed if one.kind == "own"]
    assert own
    assert {one.area_95_km2 for one in own} == {None}


def test_lines_that_fold_are_found_and_get_no_intervals():
    """An accuracy of 500 m that changes within 50 m folds every line."""
    folding = a_case(two_sided("a", ONE, 500.0, correlation_km=0.05), two_sided("b", FAR, 50.0))
    found = result(folding)
    notes = [one for source in found.sources for one in source.findings]
    note = next(one for one in notes if one.code == "limit-crosses-itself")
    assert note.source == "a"
    assert note.values["share"] > 0.9
    assert found.uncertainty["sources"]["a"]["crosses_itself"] == note.values["share"]
    assert found.uncertainty["sources"]["b"]["crosses_itself"] == 0.0
    assert {pair.net_area_95_km2["ARM"] for pair in found.pairs} == {None}


def test_correlation_nought_and_infinite_have_a_meaning():
    nought = result(a_case(two_sided("a", ONE, correlation_km=0.0), two_sided("b", FAR)))
    assert {pair.net_area_95_km2["ARM"] for pair in nought.pairs} == {None}
    assert all(section.p_chance is not None for section in nought.sections)
    infinite = result(
        a_case(two_sided("a", ONE, correlation_km=np.inf), two_sided("b", FAR, correlation_km=np.inf))
    )
    assert infinite.uncertainty["sources"]["a"]["field_m"] == 0.0
    assert comparison_tree(infinite)["uncertainty"]["sources"]["a"]["correlation_km"] is None
    # A shift of the whole limit: σ of the net area is σ times the length across it, 17.8 km by 1.96 here.
    low, high = next(p for p in infinite.pairs if p.from_ == "a").net_area_95_km2["ARM"]
    sigma_m = np.hypot(50.0, 50.0) / 2.4477
    assert (high - low) / 2.0 == pytest.approx(1.96 * sigma_m * 17.77e3 / 1e6, rel=0.15)


def test_what_two_sources_share_cancels():
    """The same shift of both maps moves no land between them."""

    def terms(shared):
        base = {"measure": "CE95", "metres": 40.0, "assumed": False, "radius_95_m": 40.0}
        own = {**base, "term": "source", "common": False, "shared": None}
        return (own, {**base, "term": "operation", "common": True, "shared": shared, "radius_95_m": 300.0})

    radius_m = float(np.hypot(40.0, 300.0))

    def half_width(one, two):
        found = result(
            a_case(
                two_sided("a", ONE, radius_m, accuracy_budget=terms(one)),
                two_sided("b", FAR, radius_m, accuracy_budget=terms(two)),
            )
        )
        low, high = found.pairs[0].net_area_95_km2["ARM"]
        return (high - low) / 2.0

    assert half_width("EPSG:1", "EPSG:1") < 0.3 * half_width("EPSG:1", "EPSG:2")
