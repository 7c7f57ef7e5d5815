"""Chains for geodesic, loxodrome and grid edges, against geographiclib and independent formulas."""

import itertools
from math import asinh, atanh, cos, degrees, hypot, radians, sin, sqrt, tan

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from merestone.errors import BadInputError
from merestone.geometry.densify import _frames, densified
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import EdgeType

# DESIGN section 8: the chord in longitude/latitude between these is 627.8 m from the geodesic.
ENDS = np.array([[45.2, 41.1], [46.4, 39.5]])


def apart_m(one, other):
    return Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0], Geodesic.DISTANCE)["s12"]


def from_chain_m(place, chain):
    """Distance to the nearest point of a chain of short edges, in the plane tangent at the place."""
    lat = radians(place[1])
    flat = 1 - WGS84.e2 * sin(lat) ** 2
    scale = WGS84.a_m / sqrt(flat) * np.radians([cos(lat), (1 - WGS84.e2) / flat])
    near = (chain - place) * scale
    near = near[max(np.hypot(*near.T).argmin() - 3, 0) :][:8]
    best = np.inf
    for a, b in itertools.pairwise(near):
        t = np.clip(-(a @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
        best = min(best, hypot(*(a + t * (b - a))))
    return best


def geodesic_places(start, end, count):
    line = Geodesic.WGS84.InverseLine(start[1], start[0], end[1], end[0])
    for k in range(count + 1):
        at = line.Position(line.s13 * k / count, Geodesic.STANDARD | Geodesic.LONG_UNROLL)
        yield np.array([at["lon2"], at["lat2"]])


def test_the_chord_of_the_specification_is_628_metres_from_the_geodesic():
    chord = ENDS[0] + np.linspace(0, 1, 801)[:, None] * (ENDS[1] - ENDS[0])
    geodesic = list(geodesic_places(*ENDS, 800))
    assert max(apart_m(a, b) for a, b in zip(chord, geodesic, strict=True)) == pytest.approx(627.8, abs=0.05)
    chain, _ = densified(ENDS, EdgeType.GEODESIC, 0.0002)
    assert max(from_chain_m(place, chain) for place in geodesic) <= 0.0002


@pytest.mark.parametrize(
    ("start", "end", "departure_m"),
    [
        pytest.param((45.0, 40.0), (46.0, 40.0), 0.0002, id="east"),
        pytest.param((45.0, 40.0), (45.0, 41.0), 0.0002, id="north"),
        pytest.param((-50.0, -30.0), (50.0, 30.0), 1.0, id="an S across the equator"),
        pytest.param((0.0, -0.4), (0.6, 0.4), 0.0002, id="a short S"),
        pytest.param((179.2, -16.5), (181.4, -17.5), 0.0002, id="across the antimeridian"),
        pytest.param((-150.0, 89.9), (-20.0, 89.9), 0.0002, id="beside the pole"),
        pytest.param((10.0, -89.0), (100.0, -89.9), 0.0002, id="near the south pole"),
    ],
)
def test_geodesics_lie_within_the_allowed_departure(start, end, departure_m):
    chain, original = densified(np.array([start, end]), EdgeType.GEODESIC, departure_m)
    assert np.flatnonzero(original).tolist() == [0, len(chain) - 1]
    # Every place of the geodesic is near the chain, and every vertex of the chain is on the geodesic.
    # Flat measuring around a place is itself good to a few parts in a million of the vertex spacing.
    for place in geodesic_places(start, end, 500):
        assert from_chain_m(place, chain) <= departure_m * 1.001
    assert np.abs(np.diff(chain[:, 0])).max() < 90.0


def test_departure_is_used_not_wasted():
    chain, _ = densified(ENDS, EdgeType.GEODESIC, 0.01)
    # A chord of length s departs s² tan φ sin α / (8R) or so; three times as many would be waste.
    needed = apart_m(*ENDS) / sqrt(8 * 6.37e6 * 0.01 / tan(radians(40.3)))
    assert len(chain) < 1.5 * needed


def test_a_meridian_over_the_pole_goes_up_and_down_again():
    chain, _ = densified(np.array([[30.0, 89.0], [210.0, 89.0]]), EdgeType.GEODESIC, 0.01)
    assert chain[:, 1].max() > 90.0 - 1e-6
    lon = chain[chain[:, 1] < 89.9999999, 0]
    assert np.allclose(np.minimum(abs(lon - 30.0), abs(lon - 210.0)), 0.0, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(44, 46), st.floats(39, 41)), min_size=2, max_size=5, unique=True),
    st.sampled_from([EdgeType.GEODESIC, EdgeType.LOXODROME]),
)
def test_direction_and_company_of_an_edge_do_not_matter(vertices, edges):
    line = np.array(vertices)
    chain, original = densified(line, edges, 0.01)
    back, original_back = densified(line[::-1], edges, 0.01)
    np.testing.assert_array_equal(back[::-1], chain)
    np.testing.assert_array_equal(original_back[::-1], original)
    np.testing.assert_array_equal(chain[original], line)
    alone = [densified(line[k : k + 2], edges, 0.01)[0] for k in range(len(line) - 1)]
    np.testing.assert_array_equal(np.concatenate([*(part[:-1] for part in alone), line[-1:]]), chain)


def test_long_lines_are_the_same_across_batches():
    lon = np.linspace(40, 50, 40_001)
    line = np.stack([lon, 40 + 0.1 * np.sin(lon * 40)], axis=1)
    chain, original = densified(line, EdgeType.GEODESIC, 1e-7)
    np.testing.assert_array_equal(chain[original], line)
    for k in (0, 32_767, 32_768, 39_999):
        place = np.flatnonzero(original)[[k, k + 1]]
        expected, _ = densified(line[k : k + 2], EdgeType.GEODESIC, 1e-7)
        np.testing.assert_array_equal(chain[place[0] : place[1] + 1], expected)


@pytest.mark.parametrize("edges", [EdgeType.STRAIGHT, EdgeType.PARALLEL])
def test_straight_edges_and_parallels_stay(edges):
    chain, original = densified(ENDS, edges, 0.01)
    np.testing.assert_array_equal(chain, ENDS)
    assert original.all()
    assert chain is not ENDS


def isometric(lat):
    """The textbook form, with cancellation: another than the one in use."""
    e = sqrt(WGS84.e2)
    return asinh(tan(radians(lat))) - e * atanh(e * sin(radians(lat)))


@pytest.mark.parametrize(
    ("start", "end"),
    [((45, 40), (47, 41.5)), ((10, -20), (80, 35)), ((170, 60), (200, 60.001)), ((0, 89.9), (40, 89.0))],
)
def test_loxodromes_are_straight_on_the_chart_of_mercator(start, end):
    chain, _ = densified(np.array([start, end], dtype=float), EdgeType.LOXODROME, 0.01)
    chart = np.array([[radians(lon), isometric(lat)] for lon, lat in chain])
    whole = chart[-1] - chart[0]
    cross = (chart - chart[0]) @ np.array([-whole[1], whole[0]]) / hypot(*whole)
    # Radians on the chart; 1e-12 is 6 µm.
    assert np.abs(cross).max() < 2e-12
    # Midway along each chord, by latitude, the loxodrome is no farther off than allowed.
    middle = 0.5 * (chain[1:] + chain[:-1])
    psi = np.array([isometric(lat) for lat in middle[:, 1]])
    lon = chain[0, 0] + np.degrees((psi - chart[0, 1]) / whole[1] * whole[0])
    off_m = np.abs(lon - middle[:, 0]) * np.radians(np.cos(np.radians(middle[:, 1]))) * WGS84.a_m
    steep = np.abs(np.diff(chart[:, 1])) / np.linalg.norm(np.diff(chart, axis=0), axis=1)
    assert (off_m * steep).max() <= 0.01


def test_a_loxodrome_between_equal_latitudes_is_the_parallel_and_on_a_meridian_the_meridian():
    for ends in ([[10.0, 60.0], [50.0, 60.0]], [[10.0, 60.0], [10.0, 80.0]], [[10.0, 60.0], [10.0, 90.0]]):
        chain, _ = densified(np.array(ends), EdgeType.LOXODROME, 0.001)
        np.testing.assert_array_equal(chain, ends)


def grid_of(code):
    there = Transformer.from_crs("EPSG:4326", code, always_xy=True)
    return (
        lambda lonlat: np.stack(there.transform(*lonlat.T), axis=1),
        lambda grid: np.stack(there.transform(*grid.T, direction="INVERSE"), axis=1),
    )


def test_grid_edges_are_straight_in_their_grid():
    to_grid, to_lonlat = grid_of("EPSG:32638")
    chain, original = densified(ENDS, EdgeType.GRID, 0.0002, to_grid=to_grid, to_lonlat=to_lonlat)
    assert original.sum() == 2
    grid = to_grid(chain)
    whole = grid[-1] - grid[0]
    cross = (grid - grid[0]) @ np.array([-whole[1], whole[0]]) / hypot(*whole)
    assert np.abs(cross).max() < 1e-6
    for share in np.linspace(0, 1, 300):
        place = to_lonlat((grid[0] + share * whole)[None, :])[0]
        assert from_chain_m(place, chain) <= 0.0002


def test_grid_edges_need_a_grid():
    with pytest.raises(ValueError, match="projection"):
        densified(ENDS, EdgeType.GRID, 0.01)


@pytest.mark.parametrize(
    ("ends", "edges"),
    [
        ([[0.0, 10.0], [190.0, 10.0]], EdgeType.GEODESIC),
        ([[0.0, 10.0], [5.0, 90.0]], EdgeType.LOXODROME),
        ([[0.0, -90.0], [5.0, 10.0]], EdgeType.LOXODROME),
    ],
)
def test_edges_that_are_not_defined_are_refused_with_their_ends(ends, edges):
    with pytest.raises(BadInputError, match=r"from 0, -?\d+ to \d+, \d+ .* add vertices"):
        densified(np.array(ends), edges, 0.01)


def test_places_outside_a_grid_are_refused():
    def nowhere(coords):
        return np.full_like(coords, np.inf)

    with pytest.raises(BadInputError, match="cannot be drawn"):
        densified(ENDS, EdgeType.GRID, 0.01, to_grid=nowhere, to_lonlat=nowhere)


@pytest.mark.parametrize("departure_m", [0.0, -1.0, float("nan")])
def test_the_departure_must_be_positive(departure_m):
    with pytest.raises(ValueError, match="positive"):
        densified(ENDS, EdgeType.GEODESIC, departure_m)


def test_repeated_vertices_single_vertices_and_nothing():
    twice = np.array([[45.0, 40.0], [45.0, 40.0], [46.0, 40.0]])
    chain, original = densified(twice, EdgeType.GEODESIC, 1.0)
    np.testing.assert_array_equal(chain[original], twice)
    assert densified(twice[:1], EdgeType.GEODESIC, 1.0)[0].shape == (1, 2)
    assert densified(np.empty((0, 2)), EdgeType.GEODESIC, 1.0)[0].shape == (0, 2)


def test_the_input_is_left_alone():
    line = ENDS.copy()
    densified(line, EdgeType.GEODESIC, 0.01)[0][:] = degrees(1.0)
    np.testing.assert_array_equal(line, ENDS)


def test_places_and_directions_in_space_are_those_of_proj():
    """Departures from chords are measured in space: places by PROJ, derivatives by differences of them."""
    lonlat = np.column_stack([np.linspace(-179.0, 179.0, 13), np.linspace(-89.5, 89.5, 13)])
    to_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)

    def in_space(places):
        return np.column_stack(to_space.transform(*places.T, np.zeros(len(places))))

    place, east, north = _frames(lonlat, WGS84)
    assert np.abs(place - in_space(lonlat)).max() < 1e-6
    for found, step in ((east, [1e-6, 0.0]), (north, [0.0, 1e-6])):
        by_difference = (in_space(lonlat + step) - in_space(lonlat - np.array(step))) / np.radians(2e-6)
        # Rounding of metres by 1e-9 over 3.5e-8 radians leaves a tenth of a metre a radian.
        assert np.abs(found - by_difference).max() < 1.0
