"""The largest inscribed circle against shapes whose circle is known, and against a search."""

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.geometry.inner import inner_point, inscribed, inscribed_in_each, max_width_m


def place(lon, lat, east_m, north_m):
    """A place by geographiclib, along the geodesic of that azimuth and length."""
    azimuth = np.degrees(np.arctan2(east_m, north_m))
    at = Geodesic.WGS84.Direct(
        lat, lon, azimuth, float(np.hypot(east_m, north_m)), Geodesic.STANDARD | Geodesic.LONG_UNROLL
    )
    return at["lon2"], at["lat2"]


def drawn(lon, lat, *vertices_m):
    return shapely.Polygon([place(lon, lat, *v) for v in vertices_m])


def apart_m(one, other):
    return Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0])["s12"]


def test_a_square_a_triangle_and_a_ring():
    square = drawn(45, 40, (-500, -500), (500, -500), (500, 500), (-500, 500))
    found = inscribed(square)
    assert found.radius_m == pytest.approx(500, rel=0.01)
    assert apart_m((found.lon, found.lat), (45, 40)) < 10
    # Incircle of the triangle 3-4-5: radius 1, centre (1, 1).
    triangle = drawn(45, 40, (0, 0), (40_000, 0), (0, 30_000))
    found = inscribed(triangle)
    assert found.radius_m == pytest.approx(10_000, rel=0.01)
    assert apart_m((found.lon, found.lat), place(45, 40, 10_000, 10_000)) < 1000
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = [(1000 * np.sin(a), 1000 * np.cos(a)) for a in angle]
    hole = [(400 * np.sin(a), 400 * np.cos(a)) for a in angle]
    ring = drawn(45, 40, *circle) - drawn(45, 40, *hole)
    assert max_width_m(ring) == pytest.approx(600, rel=0.002)
    assert apart_m(inner_point(ring), (45, 40)) == pytest.approx(700, abs=10)


@pytest.mark.parametrize("width_m", [2000.0, 30.0, 1.0, 0.01])
@pytest.mark.parametrize(("lon", "lat"), [(45, 40), (179.99, -17), (10, 84)])
def test_the_width_of_a_strip(lon, lat, width_m):
    # Across the middle: a strip of 20 km along the geodesic to the north-east.
    along = np.array([1.0, 1.0]) / np.sqrt(2)
    across = np.array([-1.0, 1.0]) / np.sqrt(2) * width_m / 2
    ends = [along * k for k in np.linspace(-10_000, 10_000, 801)]
    strip = drawn(lon, lat, *[tuple(e - across) for e in ends], *[tuple(e + across) for e in ends[::-1]])
    found = max_width_m(strip)
    # Vertices are 25 m apart; straight edges bend away from the geodesic by 1e-5 m, at 84° 1e-4 m.
    assert found == pytest.approx(width_m, rel=0.002, abs=2e-4)
    assert shapely.contains_xy(strip, *inner_point(strip))


def test_the_width_is_metric_not_in_degrees():
    # At latitude 60 a box of 0.02° by 0.015° is 1115 m wide and 1671 m high.
    box = shapely.box(45, 60, 45.02, 60.015)
    width_m = apart_m((45, 60.0075), (45.02, 60.0075))
    assert max_width_m(box) == pytest.approx(width_m, rel=0.002)


def test_the_widest_of_two_rooms_and_parts():
    rooms = shapely.union_all(
        [
            shapely.box(45, 40, 45.1, 40.1),
            shapely.box(45.1, 40.04, 45.3, 40.05),
            shapely.box(45.3, 40, 45.35, 40.05),
        ]
    )
    lon, lat = inner_point(rooms)
    assert 45 < lon < 45.1
    assert 40 < lat < 40.1
    parts = shapely.MultiPolygon([shapely.box(45, 40, 45.01, 40.01), shapely.box(46, 41, 46.1, 41.1)])
    assert inner_point(parts)[0] > 46


def test_a_ribbon_across_a_region_has_its_widest_place_found():
    # 0.5 m wide along 60 km of a wavy line, 3 m wide at one bulge: scale changes along it.
    lon = np.linspace(45, 45.6, 3001)
    lat = 40 + 0.05 * np.sin(lon * 30)
    half = np.where(np.abs(lon - 45.41) < 0.0011, 1.5, 0.25) / 111_000
    ribbon = shapely.Polygon([*np.stack([lon, lat - half], 1), *np.stack([lon, lat + half], 1)[::-1]])
    assert abs(inner_point(ribbon)[0] - 45.41) < 0.0015


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.2, 1.0), min_size=5, max_size=12), st.floats(-170, 170), st.floats(-80, 80))
def test_no_place_within_is_farther_from_the_outline(radii, lon, lat):
    angle = 2 * np.pi * np.arange(len(radii)) / len(radii)
    star = drawn(
        lon, lat, *[(5000 * r * np.sin(a), 5000 * r * np.cos(a)) for r, a in zip(radii, angle, strict=True)]
    )
    found = inscribed(star)
    assert shapely.contains_xy(star, found.lon, found.lat)
    outline = shapely.get_coordinates(shapely.segmentize(star.exterior, 0.001))
    geod = Geodesic.WGS84
    true_m = min(
        geod.Inverse(found.lat, found.lon, y, x)["s12"] for x, y in outline[:: max(1, len(outline) // 400)]
    )
    assert found.radius_m <= true_m * 1.001 + 1
    west, south, east, north = star.bounds
    grid = np.stack(np.meshgrid(np.linspace(west, east, 40), np.linspace(south, north, 40)), axis=-1).reshape(
        -1, 2
    )
    grid = grid[shapely.contains_xy(star, *grid.T)]
    # A plane that is true to scale at the centre, over 10 km.
    scale = np.array([111_320 * np.cos(np.radians(lat)), 111_320])
    flat = shapely.transform(star, lambda c: c * scale)
    depth = shapely.distance(shapely.points(grid * scale), flat.exterior)
    assert found.radius_m >= depth.max() * 0.97


def test_degenerate_areas():
    needle = shapely.Polygon([(45, 40), (45.5, 40.5), (45.5, 40.5 + 2e-14)])
    lon, lat = inner_point(needle)
    assert shapely.dwithin(needle, shapely.Point(lon, lat), 1e-12)
    assert max_width_m(needle) < 1e-6
    flat = shapely.Polygon([(45, 40), (46, 40), (45.5, 40)])
    assert inscribed(flat).radius_m == 0.0
    with pytest.raises(ValueError, match="empty"):
        inner_point(shapely.Polygon())


def test_the_same_vertices_give_the_same_place():
    area = shapely.Point(45, 40).buffer(0.3) - shapely.Point(45.1, 40.05).buffer(0.2)
    assert inscribed(area) == inscribed(shapely.from_wkb(shapely.to_wkb(area)))


def test_many_areas_at_once_are_each_as_alone():
    """Slivers, strips across 84°, areas that need the other plane, and ones without any interior."""
    areas = [
        drawn(45, 40, (0, 0), (40_000, 0), (0, 30_000)),
        drawn(179.99, -17, (0, 0), (20_000, 5), (20_000, 8), (0, 2)),
        drawn(10, 84, (-90_000, -90_000), (90_000, -90_000), (0, 90_000)),
        shapely.Polygon([(45, 40), (46, 40), (47, 40)]),
        shapely.MultiPolygon([shapely.box(45, 40, 45.1, 40.1), shapely.box(46, 40, 46.3, 40.2)]),
    ]
    centres, radii_m = inscribed_in_each(np.array(areas, dtype=object))
    alone = [inscribed(area) for area in areas]
    assert [tuple(centre) for centre in centres.tolist()] == [(one.lon, one.lat) for one in alone]
    assert radii_m.tolist() == [one.radius_m for one in alone]
    assert radii_m[3] == 0.0
    nothing = inscribed_in_each(np.array([], dtype=object))
    assert (nothing[0].shape, nothing[1].shape) == ((0, 2), (0,))
