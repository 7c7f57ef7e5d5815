"""Faces between lines, against GEOS, which finds them in another way."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.geometry.polygonize import polygonize


def noded(*lines):
    return shapely.get_parts(shapely.union_all([shapely.LineString(line) for line in lines]))


def bytes_of(polygons):
    return sorted(shapely.to_wkb(shapely.normalize(polygons)))


def same_faces(lines):
    """The partition; its faces are those of GEOS, and each line has on either side what it says."""
    found = polygonize(lines)
    expected = shapely.get_parts(shapely.polygonize(lines))
    assert bytes_of(found.polygons) == bytes_of(expected)
    assert shapely.is_valid(found.polygons).all()
    # A face is bounded by those lines that have it on one side and not on the other.
    for number, polygon in enumerate(found.polygons):
        bounds = (found.left == number) != (found.right == number)
        assert shapely.line_merge(shapely.union_all(lines[bounds])).equals(polygon.boundary)
    for line, left, right in zip(lines, found.left, found.right, strict=True):
        if left == right:
            assert left == -1
            continue
        (ax, ay), (bx, by) = line.coords[:2]
        for face, turn in ((left, 1e-9), (right, -1e-9)):
            place = ((ax + bx) / 2 + turn * (ay - by), (ay + by) / 2 + turn * (bx - ax))
            holders = np.flatnonzero(shapely.contains_xy(found.polygons, *place))
            assert holders.tolist() == ([face] if face >= 0 else [])
    return found


def box(west, south, east, north):
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


# Whole numbers as ends: lines then meet in one point, run on top of one another and close rings often.
points = st.tuples(st.integers(0, 6), st.integers(0, 6))
lines = st.lists(st.lists(points, min_size=2, max_size=6).filter(lambda p: len(set(p)) > 1), min_size=1)


@settings(max_examples=60)
@given(lines)
def test_faces_are_those_of_geos(drawn):
    same_faces(noded(*drawn))


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_faces_of_many_crossing_lines_are_those_of_geos(seed):
    rng = np.random.default_rng(seed)
    found = same_faces(noded(*rng.uniform(0, 1, (12, 4, 2))))
    assert len(found.polygons) > 10


@pytest.mark.parametrize(
    ("drawn", "sizes"),
    [
        pytest.param([box(0, 0, 4, 4), box(1, 1, 3, 3)], [4, 12], id="an island"),
        pytest.param([box(0, 0, 6, 6), box(1, 1, 5, 5), box(2, 2, 3, 3)], [1, 15, 20], id="an island's lake"),
        pytest.param([box(0, 0, 4, 4), box(0, 0, 2, 2)], [4, 12], id="sides in common"),
        pytest.param(
            [box(0, 0, 4, 4), [(0, 0), (2, 1), (1, 2), (0, 0)]], [1.5, 14.5], id="a hole at a corner"
        ),
        pytest.param(
            [box(0, 0, 4, 4), [(1, 1), (2, 2), (1, 3), (1, 1)], [(2, 2), (3, 1), (3, 3), (2, 2)]],
            [1, 1, 14],
            id="two islands that touch",
        ),
        pytest.param(
            [box(0, 0, 4, 4), [(2, 0), (3, 2), (2, 4), (1, 2), (2, 0)]],
            [4, 6, 6],
            id="an island that touches two sides",
        ),
        pytest.param([box(0, 0, 4, 4), [(4, 4), (6, 6)], [(4, 2), (2, 2)]], [16], id="loose ends"),
        pytest.param([box(0, 0, 1, 1), [(1, 1), (2, 2)], box(2, 2, 3, 3)], [1, 1], id="a bridge"),
        pytest.param(
            [box(0, 0, 9, 9), box(1, 1, 2, 2), [(2, 2), (9, 9)]], [1, 80], id="an island on a jetty"
        ),
        pytest.param([[(0, 0), (1, 1)]], [], id="no face"),
    ],
)
def test_faces_of_shapes_that_touch(drawn, sizes):
    found = same_faces(noded(*drawn))
    assert sorted(shapely.area(found.polygons)) == sizes


def test_no_lines_have_no_faces():
    found = polygonize(np.empty(0, dtype=object))
    assert len(found.polygons) == len(found.left) == len(found.right) == 0


def test_directions_that_are_one_but_for_rounding_are_ordered_exactly():
    """Two faces a few 1e-16 wide at the end of a fan: arctan2 cannot tell its spokes apart."""
    tips = [(3.0, np.nextafter(1.0, 0)), (3.0, 1.0), (3.0, np.nextafter(1.0, 2))]
    assert np.unique(np.arctan2([y for _, y in tips], 3.0)).size < 3
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        spokes = [shapely.LineString([(0, 0), tips[k]]) for k in order]
        rims = [shapely.LineString([tips[0], tips[1]]), shapely.LineString([tips[1], tips[2]])]
        found = polygonize(np.array([*spokes, *rims], dtype=object))
        narrow = [shapely.Polygon([(0, 0), *pair]) for pair in pairwise(tips)]
        assert bytes_of(found.polygons) == bytes_of(narrow)
