import numpy as np
import pytest

from merestone.lines.parting import all_parted, parted
from merestone.model.ellipsoid import WGS84

LINE = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
RING = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])


def east_of(*bounds):
    def tell(points):
        return np.searchsorted(np.array(bounds), points[:, 0], side="right")

    return tell


def test_a_line_is_parted_where_labels_change():
    parts = parted(LINE, east_of(0.25, 1.5), WGS84)
    assert [part.label for part in parts] == [0, 1, 2]
    assert [part.whole for part in parts] == [(True, False), (False, False), (False, True)]
    # A hundred-thousandth of a second: 6 micrometres are 5e-11 degrees.
    assert parts[0].coords == pytest.approx(np.array([[0, 0], [0.25, 0]]), abs=1e-10)
    assert parts[1].coords == pytest.approx(np.array([[0.25, 0], [1, 0], [1.5, 0]]), abs=1e-10)
    assert parts[1].coords[-1].tolist() == parts[2].coords[0].tolist()


def test_the_direction_given_does_not_matter():
    one, other = (parted(line, east_of(0.25, 1.5), WGS84) for line in (LINE, LINE[::-1]))
    assert [part.coords.tolist() for part in one] == [part.coords.tolist() for part in other]


def test_a_line_told_alike_throughout_is_whole():
    (part,) = parted(LINE, east_of(5.0), WGS84)
    assert part.coords.tolist() == LINE.tolist()
    assert part.whole == (True, True)


def test_a_ring_is_not_parted_at_its_first_vertex():
    parts = parted(RING, east_of(0.5), WGS84)
    assert [part.label for part in parts] == [0, 1]
    assert parts[0].coords == pytest.approx(np.array([[0.5, 1], [0, 1], [0, 0], [0.5, 0]]), abs=1e-10)
    assert all(part.whole == (False, False) for part in parts)
    (whole,) = parted(RING, east_of(5.0), WGS84)
    assert whole.coords.tolist() == RING.tolist()


@pytest.mark.parametrize(
    ("shortest_deg", "labels"),
    [(0.0, [0, 1, 2, 1]), (0.15, [0, 2, 1]), (0.35, [0, 2]), (5.0, [2])],
)
def test_short_parts_join_their_longer_neighbour(shortest_deg, labels):
    """Parts of 0.6, 0.1, 1.0 and 0.3 degrees: the second joins the third, then the last one does."""

    def tell(points):
        return np.array([0, 1, 2, 1])[np.searchsorted([0.6, 0.7, 1.7], points[:, 0], side="right")]

    parts = parted(LINE, tell, WGS84, shortest_deg * 111_320.0)
    assert [part.label for part in parts] == labels


def test_short_parts_of_a_ring_join_across_its_first_vertex():
    """West of 0.05 the ring is told otherwise for 1.1 degrees: shorter than 1.2, so all is one."""
    (part,) = parted(RING, east_of(0.05), WGS84, 1.2 * 111_320.0)
    assert part.label == 1
    assert part.coords.tolist() == RING.tolist()


def test_many_lines_are_parted_like_each_alone():
    lines = [LINE, RING, LINE + 0.1, LINE[:2]]
    together = all_parted(lines, east_of(0.3, 0.9), WGS84)
    for line, parts in zip(lines, together, strict=True):
        alone = parted(line, east_of(0.3, 0.9), WGS84)
        assert [(p.label, p.coords.tolist(), p.whole) for p in parts] == [
            (p.label, p.coords.tolist(), p.whole) for p in alone
        ]


@pytest.mark.parametrize(("first_m", "labels"), [(99.7, [1]), (100.3, [0, 1])])
def test_a_first_part_is_as_long_as_it_is(first_m, labels):
    parts = parted(LINE, east_of(first_m / 111_319.49), WGS84, 100.0)
    assert [part.label for part in parts] == labels
