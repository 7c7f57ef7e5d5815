"""Whether every point of some lines is near enough to others."""

import numpy as np
import pytest

from merestone.geometry.extremes import directed_maximum
from merestone.geometry.nearest import EdgeIndex
from merestone.lines.facing import all_near
from merestone.model.ellipsoid import WGS84

LINE = np.array([[10.0, 45.0], [10.1, 45.01], [10.2, 45.0]])
OTHER = np.array([[10.0, 45.004], [10.2, 45.004]])


@pytest.mark.parametrize(("factor", "near"), [(1.0, True), (1.0 - 1e-12, False), (1.001, True)])
def test_the_limit_itself_is_near(factor, near):
    """The farthest point lies in the middle, 666 m away: between that and a step less all is looked at."""
    farthest_m = directed_maximum([LINE], EdgeIndex([OTHER], WGS84)).distance_m
    assert farthest_m == pytest.approx(667, abs=1)
    assert all_near([LINE], [OTHER], factor * farthest_m, WGS84) is near
