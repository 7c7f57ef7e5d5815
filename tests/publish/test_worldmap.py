"""Geometry as it is handed out: at home on the map, rounded, valid."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.publish.rounding import FALLBACK, Rounding
from merestone.publish.worldmap import as_multi, handed_out

ROUNDING = Rounding(FALLBACK)


def home(*shapes):
    return handed_out(np.array([*shapes, None], dtype=object)[:-1], ROUNDING)


def carried(shape, turns):
    return shapely.transform(shape, lambda xy: xy + np.array([360.0 * turns, 0.0]))


degrees = st.floats(-60, 60).map(lambda x: round(x, 3))
latitudes = st.floats(-80, 80).map(lambda x: round(x, 3))
lines = st.lists(st.tuples(degrees, latitudes), min_size=2, max_size=8, unique=True).map(shapely.LineString)


@given(lines, st.sampled_from([-540.0, -180.0, 0.0, 180.0, 540.0]))
def test_a_line_keeps_its_course_and_length(line, east):
    moved = shapely.transform(line, lambda xy: xy + np.array([east, 0.0]))
    (done,) = home(moved)
    west, _, right, _ = done.bounds
    assert west >= -180.0
    assert right <= 180.0
    # Length in degrees: straight edges are cut, never bent. A vertex moves by half a unit at most.
    assert done.length == pytest.approx(line.length, abs=1e-7)
    for part in shapely.get_parts(done):
        for x, y in shapely.get_coordinates(part):
            nearest = min(moved.distance(shapely.Point(x + 360.0 * k, y)) for k in (-2, -1, 0, 1, 2))
            assert nearest < 2e-9


@given(st.floats(-179, 179), st.floats(-79, 79), st.floats(0.5, 170), st.integers(-2, 2))
@settings(max_examples=60)
def test_an_area_keeps_its_size_and_its_points(lon, lat, width, turns):
    area = shapely.Polygon(
        [(lon, lat), (lon + width, lat), (lon + width, lat + 5), (lon + width / 2, lat + 9), (lon, lat + 5)]
    )
    (done,) = home(carried(area, turns))
    west, _, east, _ = done.bounds
    assert west >= -180.0
    assert east <= 180.0
    assert done.is_valid
    assert done.area == pytest.approx(area.area, rel=1e-9, abs=1e-6)
    probes = shapely.points(
        np.column_stack([np.linspace(lon, lon + width, 31)[1:-1], np.full(29, lat + 2.5)])
    )
    for probe in probes:
        x = (probe.x + 180.0) % 360.0 - 180.0
        if abs(abs(x) - 180.0) > 1e-6:
            assert done.contains(shapely.Point(x, probe.y))


def test_what_lies_at_home_is_only_rounded():
    line = shapely.LineString([(-180.0, 1.0), (180.0, 1.0)])
    hole = shapely.box(10, 10, 20, 20).difference(shapely.box(12, 12, 13, 13))
    assert [shape.wkt for shape in home(line, hole)] == [line.wkt, hole.wkt]


def test_a_line_along_the_antimeridian_stays_on_one_side_of_it():
    (along,) = home(shapely.LineString([(180.0, 0.0), (180.0, 5.0)]))
    assert along.wkt == "LINESTRING (180 0, 180 5)"
    (back,) = home(shapely.LineString([(179.0, 0.0), (180.0, 1.0), (180.0, 2.0), (181.0, 3.0), (180.0, 4.0)]))
    assert back.wkt == "MULTILINESTRING ((179 0, 180 1, 180 2), (-180 2, -179 3, -180 4))"


def test_a_line_round_the_world_has_a_part_for_each_turn():
    (done,) = home(shapely.LineString([(-180.0, 0.0), (900.0, 3.0)]))
    assert [part.wkt for part in done.geoms] == [
        f"LINESTRING (-180 {k}, 180 {k + 1})" for k in range(3)
    ]  # fmt: skip


def test_points_are_carried_home():
    done = home(shapely.Point(190.0, 1.0), shapely.MultiPoint([(-190.0, 2.0), (5.0, 3.0)]))
    assert [shape.wkt for shape in done] == ["POINT (-170 1)", "MULTIPOINT ((170 2), (5 3))"]


def test_collections_are_carried_home_by_their_parts():
    whole = shapely.GeometryCollection([shapely.Point(190, 1), shapely.LineString([(179, 0), (181, 0)])])
    (done,) = home(whole)
    assert done.geom_type == "GeometryCollection"
    assert done.bounds == (-180.0, 0.0, 180.0, 1.0)


def test_heights_are_left_out():
    (done,) = home(shapely.Point(1.0, 2.0, 3.0))
    assert not done.has_z


def test_shared_vertices_stay_shared():
    x = 44.123456789123
    one = shapely.Polygon([(44.0, 40.0), (x, 40.1), (44.0, 40.2)])
    two = shapely.Polygon([(45.0, 40.0), (x, 40.1), (45.0, 40.2)])
    done = home(one, two)
    assert done[0].touches(done[1])
    assert shapely.get_coordinates(done[0])[1].tolist() == [44.123456789, 40.1]


def test_an_area_that_rounding_would_break_is_repaired():
    # The notch is narrower than the unit: rounded by itself its two sides fall onto one line.
    notch = [
        (0, 0),
        (0.5, 0),
        (0.5 - 2e-10, 0.5),
        (0.5 + 2e-10, 0.5),
        (0.5 + 1e-10, 0),
        (1, 0),
        (1, 1),
        (0, 1),
    ]
    broken = shapely.Polygon(notch)
    assert broken.is_valid
    assert not shapely.transform(broken, ROUNDING.coordinates).is_valid
    (done,) = home(broken)
    assert done.is_valid
    assert done.area == pytest.approx(broken.area, abs=1e-8)


def test_a_sliver_that_would_vanish_keeps_its_vertices():
    sliver = shapely.Polygon([(0, 0), (1, 1e-10), (2, 0)])
    (done,) = home(sliver)
    assert done.equals(sliver)


def test_an_area_that_came_invalid_stays_as_it_is():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    (done,) = home(bow)
    assert done.wkt == bow.wkt


def test_an_invalid_area_on_the_antimeridian_is_cut_all_the_same():
    bow = shapely.Polygon([(179, 0), (181, 2), (181, 0), (179, 2)])
    (done,) = home(bow)
    assert done.is_valid
    assert done.area == pytest.approx(2.0)
    assert (done.bounds[0], done.bounds[2]) == (-180.0, 180.0)


def test_single_shapes_become_collections():
    done = as_multi(home(shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1), shapely.Point(0, 0)))
    assert [shape.geom_type for shape in done] == ["MultiLineString", "MultiPolygon", "Point"]
