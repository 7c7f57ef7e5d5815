"""The edge of the corridor against geodesic distances by brute force."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import merestone.geometry.corridor as module
from merestone.geometry.areas import areas_m2
from merestone.geometry.corridor import corridor
from merestone.model.ellipsoid import WGS84

GEOD = Geod(ellps="WGS84")


def dense(line, spacing_m):
    """Places along edges straight in longitude/latitude, no farther apart than this."""
    parts = []
    for a, b in itertools.pairwise(line):
        widest = max(np.cos(np.radians(a[1])), np.cos(np.radians(b[1])))
        length_m = 111_700 * np.hypot(b[1] - a[1], (b[0] - a[0]) * widest)
        parts.append(a + np.linspace(0, 1, int(length_m / spacing_m) + 2)[:, None] * (b - a))
    return np.concatenate(parts)


def distances_m(places, lines, spacing_m):
    """Geodesic distances to the nearest of dense places: long by at most spacing²/(8 · distance)."""
    targets = np.concatenate([dense(np.asarray(line, dtype=float), spacing_m) for line in lines])
    found = np.empty(len(places))
    for k, (lon, lat) in enumerate(places):
        _, _, all_m = GEOD.inv(np.full(len(targets), lon), np.full(len(targets), lat), *targets.T)
        found[k] = all_m.min()
    return found


def true_edges(area):
    """(n, 2, 2) edges of the outline, but not those on the frame or at a pole."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(area))]
    west, _, east, _ = area.bounds
    frame = (west, east) if east - west == 360.0 else ()
    ends = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings])
    artificial = np.isin(ends[:, :, 0], frame).all(axis=1) | (np.abs(ends[:, :, 1]) == 90.0).any(axis=1)
    return ends[~artificial]


def edge_places(area, count, seed=1):
    """Vertices of the outline and places midway between them."""
    ends = true_edges(area)
    picked = ends[np.random.default_rng(seed).integers(0, len(ends), count)]
    return np.concatenate([picked[:, 0], picked.mean(axis=1)])


def check_edge(area, lines, distance_m, *, spacing_m, count=60):
    off_m = distances_m(edge_places(area, count), lines, spacing_m) - distance_m
    assert np.abs(off_m).max() <= 1.0


def check_sides(area, lines, distance_m, places, *, spacing_m):
    """Inside if and only if within the distance, but for 1 m."""
    off_m = distances_m(places, lines, spacing_m) - distance_m
    shapely.prepare(area)
    within = np.zeros(len(places), dtype=bool)
    for turn in (-360.0, 0.0, 360.0):
        within |= shapely.intersects_xy(area, places[:, 0] + turn, places[:, 1])
    assert within[off_m < -1.0].all()
    assert not within[off_m > 1.0].any()


def around(lines, distance_m, count=300, seed=2):
    """Places around the lines, most of them near the edge of the corridor."""
    rng = np.random.default_rng(seed)
    base = np.concatenate([dense(np.asarray(line, dtype=float), distance_m / 4) for line in lines])
    start = base[rng.integers(0, len(base), count)]
    lon, lat, _ = GEOD.fwd(*start.T, rng.uniform(0, 360, count), distance_m * rng.uniform(0.9, 1.1, count))
    return np.stack([lon, lat], axis=1)


WAVES = np.stack([np.linspace(45, 46, 80), 40 + 0.1 * np.sin(np.linspace(0, 25, 80))], axis=1)
CASES = {
    "a wavy line": [WAVES],
    "two lines": [WAVES, WAVES + np.array([0.3, 0.35])],
    "long edges": [np.array([[45.0, 41.1], [46.4, 39.5], [48.0, 39.6]])],
    "across the antimeridian": [np.array([[179.5, -16.5], [180.4, -17.0], [181.0, -16.4]])],
    "in the far north": [np.array([[10.0, 83.0], [25.0, 83.5], [30.0, 83.2]])],
    "20 m": [np.array([[45.0, 40.0], [45.0002, 40.0001]])],
}


@pytest.mark.parametrize(
    ("name", "distance_m"),
    [*((name, 25_000.0) for name in CASES), ("a wavy line", 700.0), ("across the antimeridian", 3000.0)],
)
def test_the_edge_lies_at_the_distance(name, distance_m):
    lines = CASES[name]
    area = corridor(lines, distance_m)
    assert area.is_valid
    spacing_m = min(200.0, distance_m / 40)
    check_edge(area, lines, distance_m, spacing_m=spacing_m, count=40)
    check_sides(area, lines, distance_m, around(lines, distance_m, 60), spacing_m=spacing_m)


@pytest.mark.parametrize("half_width_m", [500, 2000, 5000, 20_000])
def test_a_shallow_bay_of_many_vertices_is_not_smoothed_over(half_width_m):
    """GEOS alone puts the edge of this buffer up to 197 m too far out."""
    x = np.linspace(-half_width_m, half_width_m, 201)
    y = -240 * (1 - (x / half_width_m) ** 2)
    x = np.concatenate([[-half_width_m - 20_000], x, [half_width_m + 20_000]])
    y = np.concatenate([[0.0], y, [0.0]])
    line = np.stack(
        GEOD.fwd(np.full(203, 45.0), np.full(203, 40.0), np.degrees(np.arctan2(x, y)), np.hypot(x, y))[:2],
        axis=1,
    )
    check_edge(corridor([line], 25_000), [line], 25_000, spacing_m=200, count=200)


def test_two_lines_a_little_more_than_twice_the_distance_apart_leave_a_channel():
    lat = np.linspace(39.5, 40.5, 60)
    one = np.stack([np.full(60, 45.0), lat], axis=1)
    lon, _, _ = GEOD.fwd(one[:, 0], lat, np.full(60, 90.0), np.full(60, 50_060.0))
    lines = [one, np.stack([lon, lat], axis=1)]
    area = corridor(lines, 25_000)
    middle = one.copy()
    middle[:, 0] = 0.5 * (one[:, 0] + lon)
    off_m = distances_m(middle, lines, 200) - 25_000
    # 30 m wide to either side in the north, less or none where meridian and parallel curve together.
    assert off_m.max() > 25
    check_sides(area, lines, 25_000, middle, spacing_m=200)


def test_a_loop_leaves_its_middle_out():
    angle = np.linspace(0, 2 * np.pi, 300)
    loop = np.stack([45 + 0.5 * np.cos(angle), 40 + 0.4 * np.sin(angle)], axis=1)
    area = corridor([loop], 25_000)
    assert len(area.geoms[0].interiors) == 1
    assert not area.contains(shapely.Point(45, 40))
    check_edge(area, [loop], 25_000, spacing_m=200)


POLAR = {
    "round the pole": np.array([[0.0, 89.9], [90.0, 89.9], [200.0, 89.9]]),
    "beside the pole": np.array([[10.0, 89.6], [60.0, 89.7]]),
    "over the pole's reach": np.array([[-30.0, 89.9], [-20.0, 89.0]]),
    "round the south pole": np.array([[100.0, -89.9], [190.0, -89.8]]),
    "to and fro beside the pole": np.stack(
        [np.linspace(0.0, 200.0, 60), 89.93 + 0.03 * np.sin(np.arange(60))], axis=1
    ),
}


@pytest.mark.parametrize("line", POLAR.values(), ids=POLAR)
def test_near_the_poles(line):
    area = corridor([line], 25_000)
    assert area.is_valid
    check_edge(area, [line], 25_000, spacing_m=100)
    places = around([line], 25_000, 200)
    check_sides(area, [line], 25_000, places, spacing_m=100)
    pole = np.copysign(90.0, line[0, 1])
    _, _, to_pole_m = GEOD.inv(
        *dense(line, 100)[:, :2].T, np.zeros(len(dense(line, 100))), np.full(len(dense(line, 100)), pole)
    )
    if to_pole_m.min() < 24_999:
        west, south, east, north = area.bounds
        assert east - west == 360.0
        assert pole in (south, north)
        lon = 0.5 * (west + east)
        assert np.isclose(lon, 0.5 * (line[:, 0].min() + line[:, 0].max()))


@pytest.mark.parametrize(
    ("name", "middle_lon"),
    [("round the pole", None), ("over the pole's reach", None), ("beside the pole", -75.0)],
)
def test_pole_and_frame_are_not_taken_for_edges(name, middle_lon):
    """Else whatever lies near them would be held to reach beyond what is reached."""
    line = POLAR[name]
    area = corridor([line], 25_000, middle_lon=middle_lon)
    middle = 0.5 * (line[:, 0].min() + line[:, 0].max()) if middle_lon is None else middle_lon
    edges = module._edges(area, middle)
    found = {tuple(pair) for edge in edges for pair in itertools.pairwise(map(tuple, edge.tolist()))}
    # `check_edge` shows of the same ones that they lie at the distance.
    true = {tuple(map(tuple, pair)) for pair in true_edges(area).tolist()}
    assert found <= true
    # Where the frame cuts an edge, its stub may be as short as rounding.
    assert all(np.ptp(pair, axis=0).max() < 1e-8 for pair in true - found)
    assert len(edges) <= 3


def test_only_what_reaches_the_edge_is_added_in_the_end(monkeypatch):
    line = POLAR["to and fro beside the pole"]
    made, reach = [], module._reach
    monkeypatch.setattr(
        module, "_reach", lambda pieces, *more: made.append(pieces.piece[-1] + 1) or reach(pieces, *more)
    )
    corridor([line], 25_000)
    paths = module._paths(module._drawn([line]), module._THIN_M, 40_000, WGS84)
    every = module._short(paths, 140.0, WGS84).piece[-1] + 1
    assert made[-1] < 0.1 * every


def test_a_disc_round_the_pole_has_the_area_of_a_disc():
    speck = np.array([[20.0, 89.9999999], [20.0, 89.99999991]])
    area = corridor([speck], 25_000)
    # A geodesic disc on a sphere of the polar radius of curvature.
    radius_m = 6378137.0 / (1 - 1 / 298.257223563)
    expected = 2 * np.pi * radius_m**2 * (1 - np.cos(25_000 / radius_m))
    # 0.2 m along an edge of 157 km.
    assert areas_m2(np.array([area]))[0] == pytest.approx(expected, abs=0.2 * 157_080)


def test_the_frame_can_be_given():
    line = np.array([[179.5, 60.0], [180.5, 60.0]])
    west = corridor([line], 25_000, middle_lon=0.0)
    assert west.bounds[0] == -180.0
    assert west.bounds[2] == 180.0
    check_sides(west, [line], 25_000, around([line], 25_000, 100), spacing_m=100)
    whole = corridor([line], 25_000)
    assert len(whole.geoms) == 1
    np.testing.assert_allclose(areas_m2(np.array([west])), areas_m2(np.array([whole])), rtol=1e-6)


def test_a_wide_corridor():
    line = np.array([[45.0, 40.0], [46.0, 40.5]])
    area = corridor([line], 500_000)
    check_edge(area, [line], 500_000, spacing_m=1000)
    check_sides(area, [line], 500_000, around([line], 500_000, 100), spacing_m=1000)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)), min_size=2, max_size=6, unique=True),
    st.sampled_from([(45.0, 40.0), (180.0, 0.0), (-60.0, -75.0), (0.0, 88.5)]),
    st.sampled_from([2000.0, 25_000.0]),
)
def test_any_line_anywhere(steps, origin, distance_m):
    line = np.array(steps) + origin
    area = corridor([line], distance_m)
    assert area.is_valid
    check_edge(area, [line], distance_m, spacing_m=distance_m / 125, count=15)
    check_sides(area, [line], distance_m, around([line], distance_m, 20), spacing_m=distance_m / 125)


def test_order_and_direction_do_not_matter_to_the_last_bit():
    angle = np.linspace(0, 2 * np.pi, 50)
    ring = np.stack([45.5 + 0.1 * np.cos(angle), 40.3 + 0.1 * np.sin(angle)], axis=1)
    ring[-1] = ring[0]
    lines = [WAVES, WAVES[::3] + np.array([0.2, 0.3]), ring]
    turned = np.concatenate([ring[20:-1], ring[:21]])
    expected = corridor(lines, 25_000)
    assert corridor([turned, lines[1][::-1], lines[0][::-1], lines[0]], 25_000).equals_exact(expected, 0.0)


def test_no_lines_give_no_corridor():
    assert corridor([], 25_000).is_empty
    assert corridor([np.array([[45.0, 40.0]])], 25_000).is_empty


@pytest.mark.parametrize("distance_m", [0.0, -5.0, 2e6, float("nan")])
def test_the_distance_must_make_sense(distance_m):
    with pytest.raises(ValueError, match="must be above 0"):
        corridor([WAVES], distance_m)


def test_a_reach_that_crosses_itself_is_mended():
    """A buffer by GEOS of a line with 20 near twins once did, by metres, and the union failed."""
    bow = shapely.Polygon([(45, 40), (46, 41), (46, 40), (45, 41)])
    box = shapely.box(45.2, 40.2, 45.8, 40.8)
    united = module._united(np.array([bow, box], dtype=object), 45.0)
    assert united.is_valid
    left = shapely.Polygon([(45, 40), (45.5, 40.5), (45, 41)])
    right = shapely.Polygon([(46, 40), (46, 41), (45.5, 40.5)])
    assert united.area == pytest.approx((left | right | box).area)


def test_a_piece_that_reaches_beyond_at_one_vertex_only_is_kept():
    """A piece that leaves the edge of what is reached: its first vertex is nearer to it than the distance."""
    edge = np.array([[45.0, 41.0], [45.2, 41.0]])
    north = GEOD.fwd([45.1, 45.1, 45.1, 45.1], [41.0] * 4, [0.0] * 4, [500.0, 9_000.0, 30_000.0, 31_000.0])
    pieces = module._Pieces(np.column_stack(north[:2]), np.array([0, 0, 1, 1]))
    kept = module._beyond(pieces, [edge], 1_000.0, WGS84)
    assert kept.coords.tolist() == pieces.coords[:2].tolist()
    assert kept.piece.tolist() == [0, 0]
