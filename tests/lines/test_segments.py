from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from merestone.lines.segments import contacts, nearest_fraction
from merestone.model.ellipsoid import WGS84

MANY = settings(max_examples=200, deadline=None)
whole = st.integers(-20, 20)
edges = st.tuples(whole, whole, whole, whole).filter(lambda edge: edge[:2] != edge[2:])
TOLERANCE_M = 0.001


def ends(edge, size=0.01):
    x0, y0, x1, y1 = edge
    return np.array([[x0, y0]]) * size, np.array([[x1, y1]]) * size


def exact_crossing(one, other):
    """Where two edges cross properly, in exact fractions; None where they do not."""
    (ax, ay, bx, by), (cx, cy, dx, dy) = ([Fraction(v) for v in edge] for edge in (one, other))
    turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if turn == 0:
        return None
    t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / turn
    u = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / turn
    return (t, u) if 0 < t < 1 and 0 < u < 1 else None


@MANY
@given(edges, edges)
def test_proper_crossings_are_where_exact_fractions_put_them(one, other):
    found, shared = contacts(ends(one), ends(other), TOLERANCE_M, WGS84)
    exact = exact_crossing(one, other)
    assume(exact is not None)
    assert len(shared.pair) == 0
    at = np.abs(found.at_a - float(exact[0])).argmin()
    assert found.at_a[at] == pytest.approx(float(exact[0]), abs=1e-12)
    assert found.at_b[at] == pytest.approx(float(exact[1]), abs=1e-12)
    assert (found.xy_a[at] == found.xy_b[at]).all()


@MANY
@given(edges, edges)
def test_what_meets_does_not_depend_on_order_or_direction(one, other):
    a, b = ends(one), ends(other)
    found, shared = contacts(a, b, TOLERANCE_M, WGS84)
    swapped, shared_too = contacts(b[::-1], a, TOLERANCE_M, WGS84)
    places = sorted(map(tuple, np.hstack([found.xy_a, found.xy_b]).tolist()))
    others = sorted(map(tuple, np.hstack([swapped.xy_b, swapped.xy_a]).tolist()))
    assert places == others
    assert len(shared.pair) == len(shared_too.pair)
    assert (shared.same != shared_too.same).all()


@MANY
@given(edges, st.integers(0, 10), st.integers(1, 10), st.booleans())
def test_collinear_edges_share_their_overlap(edge, start, size, turned):
    """The other edge runs from tenth ``start`` of the first one over ``size`` tenths, maybe past its end."""
    a = ends(edge)
    step = a[1] - a[0]
    b = (a[0] + step * start / 10, a[0] + step * (start + size) / 10)
    _, shared = contacts(a, b[::-1] if turned else b, TOLERANCE_M, WGS84)
    if start == 10:
        assert len(shared.pair) == 0
        return
    assert shared.from_a == pytest.approx(start / 10, abs=1e-9)
    assert shared.to_a == pytest.approx(min(1, (start + size) / 10), abs=1e-9)
    assert shared.same.tolist() == [not turned]
    expected_to = (min(10, start + size) - start) / size
    assert shared.from_b == pytest.approx(1.0 if turned else 0.0, abs=1e-9)
    assert shared.to_b == pytest.approx(1 - expected_to if turned else expected_to, abs=1e-9)


@pytest.mark.parametrize("lat", [0.0, 60.0, 89.9])
@pytest.mark.parametrize(("apart_m", "meets"), [(0.0009, True), (0.0011, False)])
def test_a_vertex_beside_an_edge_touches_within_the_tolerance(lat, apart_m, meets):
    """At 111.3 km a degree times the cosine: the tolerance is metres in every direction, at any latitude."""
    cosine = np.cos(np.radians(lat))
    east = np.degrees(apart_m / (6378137.0 / np.sqrt(1 - WGS84.e2 * np.sin(np.radians(lat)) ** 2) * cosine))
    a = (np.array([[10.0, lat - 0.05]]), np.array([[10.0, lat + 0.05]]))
    b = (np.array([[10.0 + east, lat]]), np.array([[12.0, lat]]))
    found, _ = contacts(a, b, TOLERANCE_M, WGS84)
    assert (len(found.pair) == 1) is meets


def test_the_foot_of_a_shared_vertex_is_at_no_distance():
    start, end = np.array([[45.123456789, 40.987654321]]), np.array([[45.2, 41.1]])
    for vertex, fraction in ((start, 0.0), (end, 1.0)):
        at, distance = nearest_fraction(vertex, start, end, WGS84)
        assert (at.item(), distance.item()) == (fraction, 0.0)
