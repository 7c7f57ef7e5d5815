import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.lines.widths import largest_circles, narrowest_m
from merestone.model.ellipsoid import WGS84

AT = np.array([30.0, 0.0])
SCALE = 1.0 / np.array([111319.490793, 110574.275822])
"""Degrees a metre at the equator: a sixtieth of a nautical-mile textbook value, N and M times pi/180."""


def polygon(*metres):
    return shapely.Polygon(np.array(metres) * SCALE + AT)


def radius(shape):
    centres, radii = largest_circles(np.array([shape], dtype=object), WGS84)
    assert shapely.contains_xy(shape, *centres[0])
    return radii[0]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        pytest.param(polygon((0, 0), (100, 0), (100, 4), (0, 4)), 2.0, id="strip"),
        pytest.param(polygon((0, 0), (3, 0), (0, 4)), 1.0, id="triangle 3-4-5"),
        pytest.param(polygon((0, 0), (1000, 0), (500, 1)), 0.5, id="sliver: area over half the outline"),
        pytest.param(
            polygon((0, 0), (50, 0), (50, 50), (49, 50), (49, 1), (0, 1)), 0.5858, id="bend: 2 - sqrt 2"
        ),
        pytest.param(polygon((0, 0), (60, 0), (60, 60), (0, 60)), 30.0, id="square"),
        # By the search over the plane: reached only from a corner, along the line that halves its angle.
        pytest.param(polygon((159, 41), (-5, 6), (-2, -1), (-7, -6)), 5.295, id="corner"),
    ],
)
def test_known_circles(shape, expected):
    assert radius(shape) == pytest.approx(expected, rel=0.01)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.5, 4)), min_size=2, max_size=8))
def test_random_slivers_against_the_search_over_the_plane(shores):
    """A band of uneven width along a crooked line; GEOS looks for the circle to 0.1 %."""
    east = np.arange(len(shores)) * 40.0
    low = np.array([middle - width for middle, width in shores])
    high = np.array([middle + width for middle, width in shores])
    outline = [*zip(east, low, strict=True), *zip(east[::-1], high[::-1], strict=True)]
    found = radius(polygon(*outline))
    circle = shapely.maximum_inscribed_circle(shapely.Polygon(outline), tolerance=0.001)
    assert found <= circle.length * 1.001 + 0.001
    assert found >= circle.length * 0.95
    bound = narrowest_m(np.array([polygon(*outline)], dtype=object), WGS84)
    assert bound[0] >= 2 * circle.length - 0.001


def test_what_is_looked_at_together_is_as_alone():
    shapes = [polygon((0, 0), (k, 0), (k, 4), (0, 5)) for k in range(6, 30)]
    _, together = largest_circles(np.array(shapes, dtype=object), WGS84)
    assert together.tolist() == pytest.approx([radius(shape) for shape in shapes], rel=1e-12)
