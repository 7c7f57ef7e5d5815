"""What shape alone decides of lines and rings."""

import numpy as np
import pytest

from merestone.lines.joints import anticlockwise, eastward, runs_eastward

SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)


@pytest.mark.parametrize("size_deg", [1.0, 1e-6, 1e-11])
def test_rings_of_any_size_anywhere_know_their_direction(size_deg):
    """At 1e-11° the products of whole coordinates would have lost every digit of the area."""
    for lon, lat in ((179.3, 64.1), (-179.3, -64.1), (45.1, 40.7)):
        ring = np.array([lon, lat]) + size_deg * SQUARE
        assert anticlockwise(ring)
        assert not anticlockwise(ring[::-1])


def test_lines_run_from_the_west_and_rings_around_their_land():
    line = np.array([[11.0, 45.0], [10.5, 46.0], [10.0, 45.5]])
    assert not runs_eastward(line)
    assert eastward(line).tolist() == line[::-1].tolist()
    assert eastward(SQUARE[::-1]).tolist() == SQUARE.tolist()
