"""Differences: what conflicts, of which kind and why, and that they add up to the matrices."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.conflicts import conflicting_areas, kind_of
from merestone.compare.differences import find_differences
from merestone.compare.matrices import pair_areas_km2
from merestone.compare.overlay import overlay
from merestone.geometry.areas import areas_m2
from merestone.model.labels import conflict, says
from merestone.model.lines import EnclaveLand, Limit, SourceLimits, Strand, Tracing
from merestone.model.sources import Feature, Layer, LayerKind, Party, Source, SourceInfo, SourceKind

PARTIES = (Party("ARM", {}), Party("AZE", {}))
CORRIDOR = shapely.MultiPolygon([shapely.box(44.4, 39.4, 45.6, 40.6)])
# No edge along a meridian or parallel, so that nothing looks cut off by accident.
LINE = [(45.0, 39.5), (45.01, 40.5)]
WEST = [(44.51, 40.52), (44.5, 39.51)]
EAST = [(45.52, 40.47), (45.5, 39.49)]
ARM, AZE = shapely.Polygon([*LINE, *WEST]), shapely.Polygon([*LINE, *EAST])


def multi(area):
    return shapely.MultiPolygon(list(shapely.get_parts(area)))


def a_source(name, *, lines=None, **sides):
    kind = SourceKind.LINES if lines else SourceKind.TWO_SIDED if len(sides) == 2 else SourceKind.ONE_SIDED
    drawn = None if lines is None else shapely.MultiLineString(lines)
    return Source(
        SourceInfo(name, kind, "0" * 64, name), {p: multi(a) for p, a in sides.items()}, drawn, None, None, ()
    )


def traced(limits, enclaves=()):
    """A tracing with one limit for each source: only what differences look at."""
    made = [
        SourceLimits(
            source=name,
            limits=(
                Limit(f"{name}/M1", name, None, "M1", (Strand(np.array(line), True, True),), True, 0.0, 2),
            ),
            enclaves=tuple(land for land in enclaves if land.source == name),
            gaps=(),
            overlaps=(),
            findings=(),
        )
        for name, line in limits.items()
    ]
    return Tracing(tuple(made), None, (), ())


def waters(*areas):
    lakes = tuple(Feature(str(k), {}, None, area, {}) for k, area in enumerate(areas))
    return Layer(LayerKind.WATERS, "lakes", "0" * 64, "lakes", None, None, None, None, None, False, lakes, ())


def found(sources, *, tracing=None, layers=(), min_km2=0.01, sections_of=None):
    laid = overlay(PARTIES, sources, CORRIDOR)
    tracing = tracing or traced({source.info.id: LINE for source in sources})
    return find_differences(
        laid, sources, layers, tracing, sections_of or (lambda p: [None] * len(p)), min_km2
    )


def km2(area):
    return float(areas_m2(np.array([area & CORRIDOR], dtype=object))[0]) / 1e6


WHOLE = a_source("whole", ARM=ARM, AZE=AZE)


def test_land_that_one_source_shows_as_the_other_partys():
    line = [LINE[0], (45.1, 40.0), LINE[1]]
    other = a_source("other", ARM=shapely.Polygon([*line, *WEST]), AZE=shapely.Polygon([*line, *EAST]))
    (difference,) = found([WHOLE, other]).result.listed
    assert difference.id == "D1"
    assert (difference.kind, difference.cause) == ("between", None)
    assert difference.labels == {"other": "ARM", "whole": "AZE"}
    assert difference.area_km2 == pytest.approx(km2(shapely.Polygon([*line, *reversed(LINE[1:])])), rel=1e-9)
    assert not difference.reaches_corridor_edge
    triangle = shapely.Polygon(line)
    assert shapely.contains_xy(triangle, *difference.point)
    assert difference.enclave is None
    assert difference.section is None


def test_labels_conflict_as_the_model_says():
    """The kind of every pair of labels, by the pairwise rule of the model."""
    sources = [WHOLE, a_source("z-alone", AZE=AZE)]
    laid = overlay(PARTIES, [*sources, a_source("other", ARM=ARM, AZE=AZE)], CORRIDOR)
    code = laid.vocabulary.code
    for one in ("ARM", "AZE", "both", "neither", "silent"):
        for two in ("ARM", "AZE", "both", "neither", "silent"):
            for alone in ("AZE", "not-AZE", "silent"):
                # In the order of the ids: other, whole, z-alone.
                kind = kind_of(laid, [code(one), code(two), code(alone)])
                seen = [tuple(says(label, p) for p in ("ARM", "AZE")) for label in (one, two)]
                seen.append(tuple(says(alone, p, one_sided="AZE") for p in ("ARM", "AZE")))
                conflicting = any(conflict(a, b) for a, b in combinations(seen, 2))
                between = {"ARM", "AZE"} <= {one, two, alone}
                assert kind == (("between" if between else "own") if conflicting else None)


def test_two_areas_that_touch_in_a_corner_are_two_differences():
    corner = (45.2, 40.0)
    wedges = [
        shapely.Polygon([corner, (45.3, 40.1), (45.3, 40.05)]),
        shapely.Polygon([corner, (45.1, 39.9), (45.1, 39.95)]),
    ]
    both = shapely.union_all(wedges)
    other = a_source("other", ARM=shapely.union_all([ARM, both]), AZE=AZE - both)
    listed = found([WHOLE, other]).result.listed
    assert [d.area_km2 for d in listed] == pytest.approx(
        sorted((km2(w) for w in wedges), reverse=True), rel=1e-6
    )


def test_a_line_that_says_nothing_does_not_part_a_difference():
    line = [LINE[0], (45.1, 40.0), LINE[1]]
    other = a_source("other", ARM=shapely.Polygon([*line, *WEST]), AZE=shapely.Polygon([*line, *EAST]))
    across = a_source("lines", lines=[[(44.8, 40.0), (45.3, 40.05)]])
    with_line, without = found([WHOLE, other, across]), found([WHOLE, other])
    assert len(with_line.result.listed) == 1
    assert with_line.result.listed[0].area_km2 == pytest.approx(without.result.listed[0].area_km2, rel=1e-9)
    assert with_line.shapes[0][1].geom_type == "Polygon"


def north_cut(lat):
    """Both sides end at about this latitude: beyond it is a third country."""
    north = shapely.Polygon([(44, lat), (46, lat - 0.013), (46, 42), (44, 42)])
    return ARM - north, AZE - north


def test_the_outer_limits_of_a_party_are_towards_third_countries():
    arm, _ = north_cut(40.45)
    lower = a_source("lower", ARM=arm, AZE=AZE)
    (difference,) = found([WHOLE, lower]).result.listed
    assert (difference.kind, difference.cause) == ("own", "third-country")
    assert difference.labels == {"lower": "neither", "whole": "ARM"}


def test_a_gap_along_the_limit_has_no_such_cause():
    edge = [(44.97, 39.5), (44.98, 40.5)]
    gap = a_source("gap", ARM=shapely.Polygon([*edge, *WEST]), AZE=AZE)
    tracing = traced({"whole": LINE, "gap": edge})
    listed = found([WHOLE, gap], tracing=tracing).result.listed
    assert [(d.kind, d.cause, d.labels["gap"]) for d in listed if d.area_km2 > 100] == [
        ("own", None, "neither")
    ]


def test_an_overlap_along_the_limit_is_own_and_has_no_cause():
    edge = [(45.03, 39.5), (45.04, 40.47)]
    overlap = a_source("overlap", ARM=shapely.Polygon([*edge, *WEST]), AZE=AZE)
    tracing = traced({"whole": LINE, "overlap": LINE})
    largest = found([WHOLE, overlap], tracing=tracing).result.listed[0]
    assert (largest.kind, largest.cause, largest.labels["overlap"]) == ("own", None, "both")


def test_a_one_sided_source_beyond_its_outer_limit():
    _, aze = north_cut(40.40)
    alone = a_source("alone", AZE=aze)
    (difference,) = found([WHOLE, alone]).result.listed
    assert (difference.kind, difference.cause) == ("own", "third-country")
    assert difference.labels == {"alone": "not-AZE", "whole": "AZE"}


def test_lakes_are_known_from_the_layer():
    lake = shapely.Point(44.8, 40.0).buffer(0.03)
    cut_out = a_source("cut-out", ARM=ARM - lake, AZE=AZE)
    drawn = shapely.Point(44.8, 40.0).buffer(0.028)
    assert [d.cause for d in found([WHOLE, cut_out], layers=[waters(drawn)]).result.listed] == ["lake"]
    # Overlapping features count once; a third of the lake is not half of it.
    third = shapely.Point(44.8, 40.0).buffer(0.017)
    assert [d.cause for d in found([WHOLE, cut_out], layers=[waters(third, third)]).result.listed] == [None]
    assert [d.cause for d in found([WHOLE, cut_out]).result.listed] == [None]


@pytest.mark.parametrize("straight", ["meridian", "parallel"])
def test_a_straight_run_along_a_meridian_or_parallel_looks_cut_off(straight):
    beyond = shapely.box(45.3, 39, 47, 42) if straight == "meridian" else shapely.box(44, 40.3, 47, 42)
    cut_off = a_source("cut-off", ARM=ARM - beyond, AZE=AZE - beyond)
    causes = {d.cause for d in found([WHOLE, cut_off]).result.listed}
    assert causes == {"coverage"}


def test_a_straight_run_of_a_source_that_shows_the_land_is_no_cut():
    # The whole map's own outer limit runs along a meridian; the other's is slanted within it.
    straight = a_source("straight", ARM=ARM, AZE=AZE & shapely.box(44, 39, 45.45, 41))
    slanted = a_source(
        "slanted", ARM=ARM, AZE=AZE & shapely.Polygon([(44, 39), (45.4, 39), (45.42, 41), (44, 41)])
    )
    (difference,) = found([straight, slanted]).result.listed
    assert difference.cause == "third-country"


def test_enclaves_and_sections_are_named():
    inner = shapely.Point(44.8, 40.0).buffer(0.05)
    with_enclave = a_source("with", ARM=ARM - inner, AZE=shapely.union_all([AZE, inner]))
    lands = [
        EnclaveLand("with", "E1", "AZE", "ARM", inner),
        EnclaveLand("with", "E2", "ARM", "AZE", shapely.Point(44.8, 40.0).buffer(0.06)),
    ]
    tracing = traced({"whole": LINE, "with": LINE}, lands)
    asked = []

    def sections_of(points):
        asked.append(points)
        return [f"M1-S{k + 1:02d}" for k in range(len(points))]

    (difference,) = found([WHOLE, with_enclave], tracing=tracing, sections_of=sections_of).result.listed
    # The smallest land around the place, not the first.
    assert difference.enclave == "E1"
    assert difference.section == "M1-S01"
    np.testing.assert_array_equal(asked[0], [difference.point])


def test_small_ones_are_counted_and_summed_and_the_largest_come_first():
    lon = np.linspace(44.55, 44.95, 9)
    size = np.array([0.001, 0.01, 0.002, 0.02, 0.0005, 0.02, 0.005, 0.0002, 0.015])
    bites = [shapely.Point(x, 40.0).buffer(s) for x, s in zip(lon, size, strict=True)]
    bitten = a_source("bitten", ARM=ARM - shapely.union_all(bites), AZE=shapely.union_all([AZE, *bites]))
    result, shapes, _ = found([WHOLE, bitten], min_km2=0.2)
    assert [d.id for d, _ in shapes] == [f"D{k}" for k in range(1, 10)]
    areas = [d.area_km2 for d, _ in shapes]
    assert areas == sorted(areas, reverse=True)
    assert result.listed == tuple(d for d, _ in shapes[: len(result.listed)])
    assert all(d.area_km2 >= 0.2 for d in result.listed)
    assert result.smaller.count == result.smaller.between_count == 9 - len(result.listed) > 0
    assert result.smaller.area_km2 == pytest.approx(sum(areas[len(result.listed) :]), rel=1e-12)
    for difference, shape in shapes:
        assert km2(shape) == pytest.approx(difference.area_km2, rel=1e-9)
        assert shapely.contains_xy(shape, *difference.point)


def test_the_edge_of_the_corridor_is_told():
    half = shapely.Polygon([(44.3, 39.3), (44.45, 39.3), (44.46, 40.7), (44.3, 40.7)])
    wide = a_source("wide", ARM=shapely.union_all([ARM, half]), AZE=AZE)
    edges = {d.labels["wide"]: d.reaches_corridor_edge for d in found([WHOLE, wide]).result.listed}
    assert edges == {"ARM": True}


def test_sources_that_agree_and_a_source_with_itself():
    result, shapes, _ = found([WHOLE, a_source("copy", ARM=ARM, AZE=AZE)])
    assert result.listed == shapes == ()
    assert result.smaller.count == 0
    assert result.smaller.area_km2 == 0.0


def test_without_a_corridor_there_is_nothing_and_no_error():
    laid = overlay(PARTIES, [WHOLE, a_source("lines", lines=[[(0, 0), (1, 1)]])], shapely.MultiPolygon())
    result, shapes, _ = find_differences(laid, [WHOLE], [], traced({"whole": LINE}), lambda p: [], 0.01)
    assert result.listed == shapes == ()
    assert result.smaller.count == 0
    assert pair_areas_km2(laid) == {("lines", "whole"): {}, ("whole", "lines"): {}}


@st.composite
def cases(draw):
    def line():
        lon = draw(st.lists(st.floats(44.8, 45.2), min_size=4, max_size=4))
        return list(zip(lon, [39.3, 39.8, 40.2, 40.7], strict=True))

    def side(edge):
        return shapely.Polygon([*line(), (edge, 40.7), (edge, 39.3)])

    sources = []
    for k in range(draw(st.integers(2, 4))):
        kind = draw(st.sampled_from(["one line", "two lines", "ARM", "AZE"]))
        if kind == "one line":
            drawn = line()
            sides = {
                p: shapely.Polygon([*drawn, (e, 40.7), (e, 39.3)]) for p, e in (("ARM", 44), ("AZE", 46))
            }
        else:
            both = {"ARM": side(44.0), "AZE": side(46.0)}
            sides = both if kind == "two lines" else {kind: both[kind]}
        sources.append(a_source(f"s{k}", **sides))
    return sources


@settings(max_examples=25, deadline=None)
@given(cases())
def test_differences_add_up_to_the_conflicting_cells_of_the_matrices(sources):
    laid = overlay(PARTIES, sources, CORRIDOR)
    cells = pair_areas_km2(laid)
    areas = conflicting_areas(laid, min_inner_m2=np.inf)
    alone = dict(zip(laid.sources, laid.one_sided, strict=True))

    def conflicting(i, j, label_i, label_j):
        return conflict(
            tuple(says(label_i, p, one_sided=alone[i]) for p in ("ARM", "AZE")),
            tuple(says(label_j, p, one_sided=alone[j]) for p in ("ARM", "AZE")),
        )

    for i, j in combinations(laid.sources, 2):
        in_matrix = sum(area for key, area in cells[i, j].items() if conflicting(i, j, *key.split(">")))
        labels = [laid.labels_of(area.vector) for area in areas]
        listed = sum(
            a.area_m2 / 1e6
            for a, shown in zip(areas, labels, strict=True)
            if conflicting(i, j, shown[i], shown[j])
        )
        assert listed == pytest.approx(in_matrix, abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_exchanged_parties_and_another_order_of_sources_change_the_names_only(sources, random):
    other = {"ARM": "AZE", "AZE": "ARM"}
    swapped = [a_source(s.info.id, **{other[p]: area for p, area in s.sides.items()}) for s in sources]
    random.shuffle(swapped)
    here, there = found(sources).shapes, found(swapped).shapes
    assert len(here) == len(there)
    for (mine, shape), (theirs, its_shape) in zip(here, there, strict=True):
        exchanged = {s: label[:-3] + other.get(label[-3:], label[-3:]) for s, label in mine.labels.items()}
        assert exchanged == theirs.labels
        assert (mine.id, mine.kind, mine.cause, mine.area_km2, mine.point) == (
            theirs.id,
            theirs.kind,
            theirs.cause,
            theirs.area_km2,
            theirs.point,
        )
        assert shape.equals_exact(its_shape, 0.0)
