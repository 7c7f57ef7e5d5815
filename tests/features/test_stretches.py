"""Lines cut by labels: lengths and crossings against plain oracles, and the laws that hold for all."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from cases import BOWED, MERIDIAN, a_case, layer, line, lines_only, one_sided, result, two_sided

from merestone.features.cutting import Lines
from merestone.features.labels import ON_LINE, label_sources
from merestone.features.stretches import crossings, stretches
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import LayerKind


def geodesic_m(coords):
    """Sum of geodesics between vertices and midpoints; edges here are short, so that is their length."""
    steps = pairwise(coords)
    total = 0.0
    for a, b in steps:
        middle = (np.asarray(a) + np.asarray(b)) / 2.0
        for p, q in ((a, middle), (middle, b)):
            total += Geodesic.WGS84.Inverse(p[1], p[0], q[1], q[0])["s12"]
    return total


def cut(source, *lines):
    (asked,) = label_sources([source], ("ARM", "AZE"), {}, WGS84)
    drawn = Lines([np.array(one, dtype=float) for one in lines], WGS84)
    found, cuts = stretches(drawn, asked, 0.001)
    return drawn, asked, found, crossings(drawn, found, cuts, asked)


def labels(asked, found):
    return [asked.labels[code] for code in found.code.tolist()]


def test_a_straight_crossing_square_to_a_meridian():
    _, asked, found, crossed = cut(two_sided("one", MERIDIAN), [(44.98, 40.05), (45.03, 40.05)])
    assert labels(asked, found) == ["ARM", "AZE"]
    # Along the parallel: its radius times the angle, by the radius of curvature in the prime vertical.
    phi = np.radians(40.05)
    radius_m = WGS84.a_m / np.sqrt(1.0 - WGS84.e2 * np.sin(phi) ** 2) * np.cos(phi)
    assert found.to_m - found.from_m == pytest.approx(np.radians([0.02, 0.03]) * radius_m, abs=1e-6)
    assert crossed.at_m == pytest.approx(np.radians([0.02]) * radius_m, abs=1e-6)
    assert crossed.angle_deg == pytest.approx([90.0], abs=1e-9)


@pytest.mark.parametrize(
    ("coords", "expected", "count"),
    [
        pytest.param([(44.98, 40.05), (45.0, 40.05), (44.98, 40.06)], ["ARM"], 0, id="touches at a vertex"),
        pytest.param([(44.98, 40.02), (45.0, 40.05), (45.02, 40.05)], ["ARM", "AZE"], 1, id="at its vertex"),
        pytest.param(
            [(44.98, 40.02), (45.0, 40.03), (45.0, 40.07), (45.02, 40.08)], ["ARM", ON_LINE, "AZE"], 1,
            id="runs on the line, then crosses",
        ),
        pytest.param(
            [(44.98, 40.02), (45.0, 40.03), (45.0, 40.07), (44.98, 40.08)], ["ARM", ON_LINE, "ARM"], 0,
            id="runs on the line and comes back",
        ),
        pytest.param([(45.0, 40.02), (45.0, 40.08)], [ON_LINE], 0, id="all on the line"),
        pytest.param(
            [(44.99, 40.02), (45.01, 40.04), (45.01, 40.02), (44.99, 40.04)], ["ARM", "AZE", "ARM"], 2,
            id="crosses itself",
        ),
        pytest.param([(44.99, 40.02), (44.99, 40.02)], [], 0, id="two identical points"),
    ],
)  # fmt: skip
def test_shapes_of_roads(coords, expected, count):
    _, asked, found, crossed = cut(two_sided("one", MERIDIAN), coords)
    assert labels(asked, found) == expected
    assert len(crossed.at_m) == count


def test_a_gap_of_the_source_is_crossed_at_both_its_limits():
    source = two_sided("one", MERIDIAN, second=MERIDIAN + np.array([0.002, 0.0]))
    _, asked, found, crossed = cut(source, [(44.98, 40.05), (45.03, 40.05)])
    assert labels(asked, found) == ["ARM", "neither", "AZE"]
    assert len(crossed.at_m) == 2


def test_the_edge_of_what_a_source_covers_is_no_crossing():
    from dataclasses import replace

    covers = shapely.MultiPolygon([shapely.box(44.8, 39.9, 44.99, 40.2)])
    source = replace(two_sided("one", MERIDIAN), covers=covers)
    _, asked, found, crossed = cut(source, [(44.98, 40.05), (45.03, 40.05)])
    assert labels(asked, found) == ["ARM", "silent"]
    assert len(crossed.at_m) == 0


def test_lines_without_sides_are_crossed_where_a_road_changes_its_side():
    source = lines_only("lines", MERIDIAN)
    zigzag = [(44.99, 40.01), (45.01, 40.02), (44.99, 40.03), (45.0, 40.04), (44.99, 40.05), (44.99, 40.2)]
    _, asked, found, crossed = cut(source, zigzag)
    assert labels(asked, found) == ["silent"]
    assert len(crossed.at_m) == 2  # the third meeting only touches


coordinate = st.tuples(st.integers(-900, 900), st.integers(50, 1750))


@st.composite
def roads(draw):
    points = draw(st.lists(coordinate, min_size=2, max_size=7, unique=True))
    return np.array([(45.0 + 1e-5 * x + 1e-8, 40.0 + 5e-5 * y) for x, y in points])


@given(roads(), st.booleans())
@settings(max_examples=25)
def test_lengths_by_label_are_those_of_plain_intersections(road, bowed):
    source = one_sided("alone", BOWED if bowed else MERIDIAN)
    drawn, asked, found, crossed = cut(source, road)
    whole = shapely.LineString(road)
    inside = shapely.intersection(whole, source.sides["AZE"])
    length_m = sum(
        geodesic_m(shapely.get_coordinates(part)) for part in shapely.get_parts(inside) if part.length
    )
    own = np.array([label == "AZE" for label in labels(asked, found)])
    # Edges are up to 9 km long: halves of them depart from geodesics by less than 1e-6 of their length.
    assert float((found.to_m - found.from_m)[own].sum()) == pytest.approx(length_m, rel=2e-6, abs=1e-3)
    assert float((found.to_m - found.from_m).sum()) == pytest.approx(float(drawn.length_m[0]), abs=1e-6)
    assert len(crossed.at_m) == len(found.code) - 1


@given(roads())
@settings(max_examples=12)
def test_a_road_the_other_way_round_has_the_same_stretches(road):
    source = two_sided("one", BOWED)
    _, asked, there, one = cut(source, road)
    _, _, back, other = cut(source, road[::-1])
    assert labels(asked, there) == labels(asked, back)[::-1]
    assert there.to_m - there.from_m == pytest.approx((back.to_m - back.from_m)[::-1], abs=1e-5)
    assert one.angle_deg == pytest.approx(other.angle_deg[::-1], abs=1e-6)


@given(st.lists(roads(), min_size=1, max_size=4))
@settings(max_examples=6)
def test_what_is_said_of_a_road_does_not_depend_on_the_others(many):
    source = two_sided("one", BOWED)
    together = cut(source, *many)[2]
    for k, road in enumerate(many):
        alone = cut(source, road)[2]
        own = together.line == k
        assert together.to_m[own] == pytest.approx(alone.to_m, abs=1e-6)
        assert (together.code[own] == alone.code).all()


def told(radius_m, road_m, *coords):
    roads_layer = layer(LayerKind.ROADS, line("a", *coords), radius_m=road_m)
    case = a_case(two_sided("one", MERIDIAN, radius_m), two_sided("two", BOWED), layers=[roads_layer])
    (road,) = result(case).features["roads"]
    return road["sources"]["one"]


DEEP = ((44.99, 40.05), (45.01, 40.05))
SHALLOW = ((44.99, 40.05), (45.0003, 40.05), (44.99, 40.06))
"""Some 26 m beyond the line."""
FLAT = ((44.999, 40.02), (45.001, 40.08))


@pytest.mark.parametrize(
    ("radius_m", "road_m", "coords", "verdicts", "reasons"),
    [
        pytest.param(50.0, 10.0, DEEP, ["clear"], [], id="clear"),
        pytest.param(50.0, 10.0, SHALLOW, ["in-doubt"] * 2, ["within-accuracy"], id="within the line's"),
        pytest.param(10.0, 10.0, SHALLOW, ["clear"] * 2, [], id="farther than both together"),
        pytest.param(10.0, 25.0, SHALLOW, ["in-doubt"] * 2, ["within-accuracy"], id="both together"),
        pytest.param(None, 10.0, DEEP, ["cannot-say"], ["accuracy-unknown"], id="line unknown"),
        pytest.param(50.0, None, DEEP, ["cannot-say"], ["accuracy-unknown"], id="road unknown"),
        pytest.param(10.0, 10.0, FLAT, ["in-doubt"], ["near-parallel"], id="nearly along the line"),
    ],
)
def test_which_crossings_are_in_doubt(radius_m, road_m, coords, verdicts, reasons):
    crossed = told(radius_m, road_m, *coords)["crossed_at"]
    assert [one["verdict"] for one in crossed] == verdicts
    assert crossed[0]["reasons"] == reasons


def test_crossings_of_lines_without_sides_are_judged_by_what_lies_between_them():
    """Between the two the road is 26 m from the line, though its label never changes."""
    roads_layer = layer(LayerKind.ROADS, line("a", *SHALLOW), radius_m=10.0)
    case = a_case(two_sided("two", BOWED), lines_only("lines", MERIDIAN), layers=[roads_layer])
    (road,) = result(case).features["roads"]
    crossed = road["sources"]["lines"]["crossed_at"]
    assert [one["verdict"] for one in crossed] == ["in-doubt"] * 2


def test_a_loop_has_no_end_within_the_accuracy_of_the_line():
    """It begins 8 m west of the line and goes a kilometre to the west from there in the end."""
    loop = ((44.9999, 40.05), (45.01, 40.05), (45.01, 40.06), (44.99, 40.055), (44.9999, 40.05))
    verdicts = [one["verdict"] for one in told(50.0, 10.0, *loop)["crossed_at"]]
    assert verdicts == ["clear", "clear"]


def test_the_place_of_a_crossing_is_as_uncertain_as_the_line_is_oblique():
    (crossed,) = told(30.0, 40.0, (44.99, 40.05), (45.01, 40.05 + 0.02 * 0.7678))["crossed_at"]
    assert crossed["angle_deg"] == pytest.approx(45.0, abs=0.1)
    assert crossed["place_95_m"] == pytest.approx(50.0 / np.sin(np.radians(crossed["angle_deg"])), rel=1e-4)


def test_the_longest_stretch_across_lies_between_two_crossings():
    said = told(
        5.0,
        5.0,
        (44.99, 40.01),
        (45.005, 40.015),
        (44.99, 40.02),
        (45.01, 40.03),
        (44.99, 40.04),
        (44.98, 40.04),
    )
    crossed = said["crossed_at"]
    spans = [b["at_km"] - a["at_km"] for a, b in pairwise(crossed)]
    best = int(np.argmax(spans))
    assert said["longest_across"] == {
        "from_km": crossed[best]["at_km"],
        "to_km": crossed[best + 1]["at_km"], "label": crossed[best]["after"],
    }  # fmt: skip
    assert told(5.0, 5.0, *DEEP)["longest_across"] is None


def test_the_longest_stretch_of_a_loop_may_run_over_its_start():
    loop = ((44.99, 40.02), (45.004, 40.02), (45.004, 40.03), (44.99, 40.03), (44.99, 40.02))
    across = told(5.0, 5.0, *loop)["longest_across"]
    assert across["label"] == "ARM"
    assert across["from_km"] > across["to_km"]


def test_a_road_without_crossing_lies_where_the_source_says():
    said = told(5.0, 5.0, (45.01, 40.05), (45.02, 40.05))
    assert said["crossings"] == 0
    assert list(said["length_km"]) == ["AZE"]
