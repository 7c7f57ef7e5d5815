"""Thinning: the fewest legs, what it must not do, and what it says of itself."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from merestone.construct.thinning import Bounds, thinned
from merestone.errors import BadInputError
from merestone.geometry.areas import ring_area_m2
from merestone.model.descriptions import DrawnLine
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import EdgeType

NOWHERE = np.empty((0, 2))


def drawn(points, kind=EdgeType.STRAIGHT):
    points = np.asarray(points, dtype=float)
    return DrawnLine("line", points, np.ones(len(points), dtype=bool), (kind,) * (len(points) - 1))


def wandering(count, seed, step_m=100.0):
    """A line that wanders eastward and does not cross itself."""
    rng = np.random.default_rng(seed)
    east = np.cumsum(rng.uniform(0.2, 1.0, count)) * step_m / 85_000.0
    north = np.cumsum(rng.normal(0.0, 1.0, count)) * step_m / 111_000.0
    return np.column_stack([45.0 + east, 40.0 + north])


def farthest_m(points, start, end):
    """Farthest of the points from a short leg, each foot sought by halving with geographiclib alone."""
    leg = Geodesic.WGS84.InverseLine(start[1], start[0], end[1], end[0])

    def at(place, s):
        on = leg.Position(s)
        return Geodesic.WGS84.Inverse(place[1], place[0], on["lat2"], on["lon2"])["s12"]

    worst = 0.0
    for place in points:
        low, high = 0.0, leg.s13
        for _ in range(30):
            one, other = low + (high - low) / 3.0, high - (high - low) / 3.0
            low, high = (low, other) if at(place, one) < at(place, other) else (one, high)
        worst = max(worst, at(place, low))
    return worst


def test_no_choice_of_vertices_has_fewer_legs():
    points = wandering(11, 3)
    found = thinned(drawn(points, EdgeType.GEODESIC), Bounds(120.0), NOWHERE, WGS84)

    @cache
    def fits(a, b):
        return farthest_m(points[a + 1 : b], points[a], points[b]) <= 120.0

    fewest = next(
        count
        for count in range(len(points) - 1)
        if any(
            all(fits(a, b) for a, b in zip((0, *some), (*some, 10), strict=True))
            for some in combinations(range(1, 10), count)
        )
    )
    assert len(found.at) == fewest + 2


@pytest.mark.parametrize("kind", [EdgeType.STRAIGHT, EdgeType.GEODESIC, EdgeType.LOXODROME])
def test_what_it_says_of_its_departure_is_so(kind):
    points = wandering(60, 5)
    found = thinned(drawn(points, kind), Bounds(150.0), NOWHERE, WGS84)
    assert found.achieved["departure_m"] <= 150.0
    assert found.achieved["vertices_after"] == len(found.at) < 30
    farthest = max(
        farthest_m(points[a + 1 : b], points[a], points[b])
        for a, b in zip(found.at[:-1], found.at[1:], strict=True)
        if b > a + 1
    )
    # A loxodrome or an edge straight in longitude/latitude of 2 km lies within 0.1 m of the geodesic.
    assert found.achieved["departure_m"] == pytest.approx(
        farthest, abs=0.001 if kind is EdgeType.GEODESIC else 0.2
    )


def test_it_needs_fewer_points_than_douglas_and_peucker():
    points = wandering(400, 7)
    found = thinned(drawn(points), Bounds(200.0), NOWHERE, WGS84)
    plane = points * [85_270.0, 111_040.0]
    theirs = shapely.simplify(shapely.LineString(plane), 200.0, preserve_topology=False)
    assert len(found.at) < len(theirs.coords)


def test_places_stay_on_their_side():
    points = wandering(120, 11)
    loose = thinned(drawn(points), Bounds(400.0), NOWHERE, WGS84)
    rng = np.random.default_rng(1)
    places = points[rng.integers(1, 119, 40)] + rng.normal(0.0, 0.0015, (40, 2))
    kept = thinned(drawn(points), Bounds(400.0), places, WGS84)

    def changed(found):
        ring = np.concatenate([points, points[found.at][::-1]])
        pieces = shapely.make_valid(shapely.Polygon(ring), method="linework")
        return int(shapely.contains_xy(pieces, places).sum())

    assert changed(loose) > 0
    assert changed(kept) == 0
    assert len(loose.at) < len(kept.at) < 120
    assert kept.achieved["departure_m"] <= 400.0


def test_a_vertex_on_which_a_place_lies_stays():
    points = wandering(60, 2)
    found = thinned(drawn(points), Bounds(300.0), points[[17]], WGS84)
    assert 17 in found.at
    assert found.achieved["kept_vertices"] == 1


def test_it_does_not_cross_itself():
    # A narrow fold: its tip would be cut through the outer course if legs were chosen by distance alone.
    t = np.linspace(0.0, 1.0, 60)
    outer = np.column_stack([45.0 + 0.1 * t, 40.0 + 0.004 * np.sin(9.0 * t)])
    inner = outer[::-1] + np.array([0.0, 0.0006])
    line = drawn(np.concatenate([outer, [[45.102, 40.002]], inner]))
    found = thinned(line, Bounds(150.0), NOWHERE, WGS84)
    assert shapely.LineString(line.chain).is_simple
    assert shapely.LineString(line.chain[found.at]).is_simple
    assert len(found.at) < 60


def test_the_balance_is_kept_and_is_that_of_the_areas():
    points = wandering(300, 13)
    free = thinned(drawn(points), Bounds(250.0), NOWHERE, WGS84)
    even = thinned(drawn(points), Bounds(250.0, 5_000.0), NOWHERE, WGS84)
    for found in (free, even):
        ring = np.concatenate([points[found.at], points[::-1]])
        assert found.achieved["balance_km2"] * 1e6 == pytest.approx(ring_area_m2(ring), abs=1.0)
    assert abs(free.achieved["balance_km2"]) > 0.005
    assert abs(even.achieved["balance_km2"]) <= 0.005


def test_a_line_turned_round_has_as_many_legs():
    points = wandering(200, 17)
    one = thinned(drawn(points), Bounds(180.0), NOWHERE, WGS84)
    other = thinned(drawn(points[::-1]), Bounds(180.0), NOWHERE, WGS84)
    assert len(one.at) == len(other.at)


def test_a_line_across_the_antimeridian_is_the_same_line():
    points = wandering(100, 19)
    moved = points + np.array([180.0 - points[:, 0].mean(), 0.0])
    one = thinned(drawn(points), Bounds(180.0), NOWHERE, WGS84)
    other = thinned(drawn(moved), Bounds(180.0), NOWHERE, WGS84)
    assert one.at.tolist() == other.at.tolist()


def test_a_ring_comes_back_to_its_start():
    angle = np.linspace(0.0, 2.0 * np.pi, 90)
    ring = np.column_stack([45.0 + 0.05 * np.cos(angle), 40.0 + 0.05 * np.sin(angle)])
    ring[-1] = ring[0]
    found = thinned(drawn(ring), Bounds(300.0), NOWHERE, WGS84)
    assert found.at[0] == 0
    assert found.at[-1] == 89
    assert 6 < len(found.at) < 20
    # Chords of a circle of 4.3 to 5.6 km: c²/8r is below 300 m.
    assert found.achieved["departure_m"] <= 300.0


def test_types_of_legs_change_where_they_did():
    points = wandering(60, 23)
    points[20:30, 1] = points[20, 1]
    legs = (EdgeType.GEODESIC,) * 20 + (EdgeType.PARALLEL,) * 9 + (EdgeType.GEODESIC,) * 30
    line = DrawnLine("line", points, np.ones(60, dtype=bool), legs)
    found = thinned(line, Bounds(150.0), NOWHERE, WGS84)
    assert {20, 29} <= set(found.at.tolist())
    assert found.legs.count(EdgeType.PARALLEL) == 1


def test_a_balance_that_no_path_keeps_is_refused():
    points = np.array([[45.0, 40.0], [45.01, 40.001], [45.02, 40.0]])
    line = DrawnLine("line", points, np.array([True, False, True]), (EdgeType.STRAIGHT,))
    with pytest.raises(BadInputError, match="allow more with --balance-km2"):
        thinned(line, Bounds(500.0, 1.0), NOWHERE, WGS84)


def test_what_is_said_of_legs_keeps_their_ends():
    points = wandering(60, 29)
    terms = ({"follows": "thalweg"},) * 25 + ({"follows": "watershed"},) * 34
    line = DrawnLine("line", points, np.ones(60, dtype=bool), (EdgeType.GEODESIC,) * 59, terms=terms)
    assert 25 in thinned(line, Bounds(300.0), NOWHERE, WGS84).at


def test_a_ring_smaller_than_the_departure_keeps_three_legs():
    angle = np.linspace(0.0, 2.0 * np.pi, 30)
    ring = np.column_stack([45.0 + 0.005 * np.cos(angle), 40.0 + 0.005 * np.sin(angle)])
    ring[-1] = ring[0]
    found = thinned(drawn(ring), Bounds(5_000.0), NOWHERE, WGS84)
    assert len(found.at) == 4
    assert shapely.LineString(ring[found.at]).is_simple
