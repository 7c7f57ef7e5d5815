"""The partition of a region: closed forms, shapely's own set operations, and laws that must hold."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import merestone.geometry.faces as module
from merestone.geometry.areas import areas_m2
from merestone.geometry.faces import components, faces, inside

REGION = shapely.MultiPolygon([shapely.box(44, 39, 46, 41)])


def size_m2(geometry):
    return float(areas_m2(np.array([geometry], dtype=object))[0])


def shown_m2(cut, area):
    return float(cut.areas_m2[inside(area, cut.inner_points)].sum())


def square(west, south, size):
    return shapely.box(west, south, west + size, south + size)


def test_two_overlapping_squares_make_four_faces():
    one, other = square(44.5, 39.5, 0.5), square(44.75, 39.75, 0.5)
    cut = faces([one, other], [], REGION)
    assert len(cut.polygons) == 4
    labels = list(zip(inside(one, cut.inner_points), inside(other, cut.inner_points), strict=True))
    areas = dict(zip(labels, cut.areas_m2, strict=True))
    both = square(44.75, 39.75, 0.25)
    assert areas[True, True] == pytest.approx(size_m2(both), rel=1e-12)
    assert areas[True, False] == pytest.approx(size_m2(one) - size_m2(both), rel=1e-12)
    assert areas[False, False] == pytest.approx(size_m2(REGION - one - other), rel=1e-12)
    # The two parts meet in corners only; each meets the overlap and the outside along edges.
    kind = dict(enumerate(labels))
    pairs = {frozenset([kind[a], kind[b]]) for a, b in cut.neighbours.tolist()}
    assert frozenset([(True, False), (False, True)]) not in pairs
    assert len(pairs) == 4
    assert [label for k, label in kind.items() if cut.at_edge[k]] == [(False, False)]


def test_lines_cut_and_dangling_lines_do_not():
    across = np.array([[43.0, 40.0], [47.0, 40.0]])
    dangling = np.array([[44.5, 38.0], [44.5, 39.7]])
    cut = faces([], [across, dangling], REGION)
    assert len(cut.polygons) == 2
    south = size_m2(shapely.box(44, 39, 46, 40))
    assert cut.areas_m2.min() == pytest.approx(south, rel=1e-12) or cut.areas_m2.max() == pytest.approx(
        south, rel=1e-12
    )
    assert cut.neighbours.tolist() == [[0, 1]]


def test_nothing_cuts_nothing():
    cut = faces([], [], REGION)
    assert len(cut.polygons) == 1
    assert cut.neighbours.shape == (0, 2)
    assert cut.at_edge.tolist() == [True]
    far = faces([square(10, 10, 1)], [np.array([[0.0, 0.0], [1.0, 1.0]])], REGION)
    assert far.areas_m2.tolist() == cut.areas_m2.tolist()


def test_enclaves_three_levels_deep():
    nested = [square(45 - size, 40 - size, 2 * size) for size in (0.8, 0.4, 0.2, 0.1)]
    one = shapely.MultiPolygon([nested[0] - nested[1], nested[2] - nested[3]])
    other = shapely.MultiPolygon([nested[1] - nested[2], nested[3]])
    cut = faces([one, other], [], REGION)
    assert len(cut.polygons) == 5
    assert shown_m2(cut, one) == pytest.approx(size_m2(one), rel=1e-12)
    assert shown_m2(cut, other) == pytest.approx(size_m2(other), rel=1e-12)
    assert not (inside(one, cut.inner_points) & inside(other, cut.inner_points)).any()


def zigzag(west, east, teeth, lat, height, phase):
    lon = np.linspace(west, east, teeth)
    return np.stack([lon, lat + height * np.where(np.arange(teeth) % 2 == phase, 1.0, -1.0)], axis=1)


def test_lines_that_cross_hundreds_of_times():
    def south_of(line):
        return shapely.Polygon([*line, (line[-1, 0], 39.2), (line[0, 0], 39.2)])

    one = south_of(zigzag(44.2, 45.8, 801, 40.0, 0.003, 0))
    other = south_of(zigzag(44.2, 45.8, 801, 40.0005, 0.003, 1))
    cut = faces([one, other], [], REGION)
    assert len(cut.polygons) > 800
    assert abs(cut.missing_m2) <= 1e-3
    assert cut.snapped_m == 0.0
    for area in (one, other, one & other, one - other):
        assert shown_m2(cut, area) == pytest.approx(size_m2(area), abs=1e-2)


def test_lines_on_top_of_one_another_with_other_vertices():
    """Collinear in exact arithmetic for a part (along a parallel), nearly so for the rest."""
    rng = np.random.default_rng(5)
    upper = np.array([[44.0, 40.0], [44.7, 40.0], [45.9, 40.31], [46.0, 41.0], [44.0, 41.0]])
    share = np.sort(rng.uniform(0, 1, 40))[:, None]
    along = np.concatenate([upper[:1], upper[:1] + share * (upper[1] - upper[0]), upper[1:2]])
    on_slope = upper[1] + share * (upper[2] - upper[1])
    lower = np.concatenate([along, on_slope, [[45.9, 40.31], [46.0, 39.0], [44.0, 39.0]]])
    one, other = shapely.Polygon(upper), shapely.Polygon(lower)
    cut = faces([one, other], [], REGION)
    assert abs(cut.missing_m2) <= 1e-3
    assert shown_m2(cut, one) == pytest.approx(size_m2(one), abs=1e-2)
    # Gaps and overlaps are as wide as rounding: 1e-9 m along 110 km.
    both = inside(one, cut.inner_points) & inside(other, cut.inner_points)
    assert cut.areas_m2[both].sum() < 1e-2


@st.composite
def stars(draw):
    """Simple polygons of any shape: radii around a centre."""
    count = draw(st.integers(3, 14))
    radii = draw(st.lists(st.floats(0.05, 0.9), min_size=count, max_size=count))
    lon, lat = draw(st.floats(44.2, 45.8)), draw(st.floats(39.2, 40.8))
    angle = 2 * np.pi * np.arange(count) / count
    return shapely.Polygon(np.stack([lon + radii * np.cos(angle), lat + radii * np.sin(angle)], axis=1))


@settings(max_examples=40, deadline=None)
@given(st.lists(stars(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_faces_partition_the_region_and_agree_with_set_operations(areas, random):
    cut = faces(areas, [], REGION)
    assert abs(cut.missing_m2) <= 1e-3
    assert cut.snapped_m == 0.0
    for area in areas:
        # shapely's intersection rounds its own nodes; its area is right to their rounding.
        assert shown_m2(cut, area) == pytest.approx(size_m2(area & REGION), abs=1e-2)
    # The same to the last bit whatever the order of areas and the direction of rings.
    shuffled = [shapely.reverse(area) if random.random() < 0.5 else area for area in areas]
    random.shuffle(shuffled)
    again = faces(shuffled, [], REGION)
    np.testing.assert_array_equal(again.inner_points, cut.inner_points)
    np.testing.assert_array_equal(again.areas_m2, cut.areas_m2)
    np.testing.assert_array_equal(again.neighbours, cut.neighbours)
    assert shapely.equals_exact(again.polygons, cut.polygons, 0.0).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(stars(), min_size=1, max_size=5))
def test_neighbours_are_those_that_touch_along_a_line(areas):
    cut = faces(areas, [], REGION)
    # By DE-9IM: faces whose boundaries share a line.
    expected = [
        [a, b]
        for a, b in combinations(range(len(cut.polygons)), 2)
        if shapely.relate(cut.polygons[a], cut.polygons[b])[4] == "1"
    ]
    assert cut.neighbours.tolist() == expected
    edge = shapely.relate(cut.polygons, REGION.geoms[0].exterior)
    np.testing.assert_array_equal(cut.at_edge, [code[3] == "1" for code in edge])


def test_every_vertex_within_stays_a_vertex():
    area = shapely.Point(45, 40).buffer(0.5, quad_segs=50)
    cut = faces([area, square(44.9, 39.9, 1.0)], [], REGION)
    kept = {tuple(v) for v in shapely.get_coordinates(cut.polygons).tolist()}
    assert {tuple(v) for v in shapely.get_coordinates(area).tolist()} <= kept


def test_whole_turns_of_longitude_do_not_matter():
    area, line = square(44.5, 39.5, 1.0), np.array([[43.0, 40.2], [47.0, 40.3]])
    here = faces([area], [line], REGION)
    for turn in (-360.0, 360.0):
        moved = shapely.transform(area, lambda c, t=turn: c + np.array([t, 0.0]))
        there = faces([moved], [line + np.array([turn, 0.0])], REGION)
        np.testing.assert_allclose(there.inner_points, here.inner_points, atol=1e-12)
        np.testing.assert_array_equal(inside(moved, here.inner_points), inside(area, here.inner_points))


def test_a_polar_frame_is_joined_across_its_seam():
    region = shapely.MultiPolygon([shapely.box(-180, 85, 180, 90)])
    wedge = shapely.box(-200, 80, -160, 90)
    cut = faces([wedge], [np.array([[0.0, 80.0], [0.0, 90.0]])], region)
    # The wedge lies astride the seam: two faces of it, and one either side of the meridian of 0.
    assert len(cut.polygons) == 4
    in_wedge = np.flatnonzero(inside(wedge, cut.inner_points))
    assert cut.areas_m2[in_wedge].sum() == pytest.approx(size_m2(shapely.box(-200, 85, -160, 90)), rel=1e-9)
    assert in_wedge.tolist() in cut.neighbours.tolist()
    assert cut.at_edge.all()
    capped = faces([shapely.box(-180, 88, 180, 90)], [], region)
    top = np.flatnonzero(capped.inner_points[:, 1] > 88)
    assert not capped.at_edge[top].any()


def test_where_exact_noding_fails_the_grid_is_used_and_told(monkeypatch):
    true_union = shapely.union_all

    def failing(geometries, grid_size=None):
        if grid_size is None:
            raise shapely.GEOSException("TopologyException: found non-noded intersection")
        return true_union(geometries, grid_size=grid_size)

    monkeypatch.setattr(module.shapely, "union_all", failing)
    one, other = square(44.5, 39.5, 0.5), square(44.75, 39.75, 0.5)
    cut = faces([one, other], [], REGION)
    assert len(cut.polygons) == 4
    assert 0.0 < cut.snapped_m < 1e-5
    # Half the grid along an outline of 800 km.
    assert abs(cut.missing_m2) < 1.0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.data())
def test_components_are_those_of_a_walk(count, data):
    node = st.integers(0, count - 1)
    pairs = data.draw(st.lists(st.tuples(node, node), max_size=40))
    found = components(count, np.array(pairs, dtype=np.intp).reshape(-1, 2))
    for start in range(count):
        seen, todo = {start}, [start]
        while todo:
            here = todo.pop()
            for a, b in pairs:
                for there in ({a, b} - {here}) if here in (a, b) else ():
                    if there not in seen:
                        seen.add(there)
                        todo.append(there)
        assert found[start] == min(seen)


def test_a_face_with_a_spike_as_wide_as_rounding_has_its_place_in_the_body():
    """A vertex a hair off a shared line leaves a spike along it; the place must not fall into it."""
    line = [(45.0, 39.5), (45.01, 40.5)]
    east = shapely.Polygon([*line, (45.52, 40.47), (45.5, 39.49)])
    north = shapely.Polygon([(44, 40.4), (46, 40.387), (46, 42), (44, 42)])
    cut = faces([east, east - north], [], REGION)
    strip = inside(east, cut.inner_points) & ~inside(east - north, cut.inner_points)
    assert cut.areas_m2[strip].sum() == pytest.approx(size_m2(east & north), rel=1e-9)
    clearance = shapely.distance(shapely.points(cut.inner_points), shapely.boundary(cut.polygons))
    assert (clearance >= 0.05 * shapely.area(cut.polygons) / shapely.length(cut.polygons)).all()


def test_where_nothing_can_be_noded_nothing_is_claimed(monkeypatch):
    def failing(geometries, grid_size=None):
        raise shapely.GEOSException("TopologyException")

    monkeypatch.setattr(module.shapely, "union_all", failing)
    cut = faces([square(44.5, 39.5, 0.5)], [], REGION)
    assert len(cut.polygons) == 0
    assert cut.snapped_m > 0.0
    assert cut.missing_m2 == pytest.approx(size_m2(REGION))


def test_an_empty_region_has_no_faces():
    cut = faces([square(44.5, 39.5, 0.5)], [np.array([[44.0, 39.0], [45.0, 40.0]])], shapely.MultiPolygon())
    assert len(cut.polygons) == 0
    assert cut.neighbours.shape == (0, 2)
    assert (cut.missing_m2, cut.snapped_m) == (0.0, 0.0)
