"""Medians whose course is known: closed forms, a sphere, a published line."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyproj
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from linecases import WGS, distance_m, lines, points_of

from merestone.construct.median import median_of
from merestone.model.ellipsoid import WGS84, Ellipsoid

SPHERE = Ellipsoid("sphere", 6_371_000.0, 0.0)
MM = 1e-3


def test_two_points_that_mirror_each_other_in_a_meridian_have_it_as_median():
    points = points_of(lines([[9.5, 50.0]]), lines([[10.5, 50.0]]), reach_m=200_000.0)
    assert np.abs(points[:, 0] - 10.0).max() * 1.1e5 < MM
    # It ends where it is as far as asked from its base points.
    for lon, lat in points[[0, -1]]:
        assert WGS.Inverse(lat, lon, 50.0, 9.5)["s12"] == pytest.approx(200_000.0, abs=0.01)


def test_two_points_that_mirror_each_other_in_the_equator_have_it_as_median():
    points = points_of(lines([[30.0, 1.0]]), lines([[30.0, -1.0]]))
    assert np.abs(points[:, 1]).max() * 1.1e5 < MM


@pytest.mark.parametrize("ratio", [(1.0, 1.0), (1.0, 2.0), (3.0, 1.0)])
def test_between_parallels_it_is_the_parallel_that_parts_the_meridian_arc(ratio):
    """The nearest point of a parallel lies on the meridian of a place, and so does that of the other."""
    one, other = lines([[10.0, 50.0], [10.3, 50.0]]), lines([[10.0, 50.2], [10.3, 50.2]])
    median = median_of(one, other, ratio=ratio)
    arc_m = WGS.Inverse(50.0, 10.0, 50.2, 10.0)["s12"]
    share = ratio[0] / sum(ratio)
    lat = WGS.Direct(50.0, 10.0, 0.0, share * arc_m)["lat2"]
    assert len(np.unique(median.traced.line)) == 1  # with a ratio, what lies beyond the nearer one is none
    assert np.abs(median.traced.points[:, 1] - lat).max() * 1.12e5 < MM
    west, east = np.sort(median.traced.points[[0, -1], 0])
    assert (west, east) == pytest.approx((10.0, 10.3), abs=1e-8)


def test_on_a_sphere_the_median_of_a_point_and_the_equator():
    """cos(distance) = sin φ sin φ₀ + cos φ cos φ₀ cos λ to the point, and the latitude to the equator."""
    one, other = lines([[-2.0, 0.0], [2.0, 0.0]]), lines([[0.0, 1.0]])
    lon, lat = np.deg2rad(points_of(one, other, ellipsoid=SPHERE, chord_m=10.0)).T
    high = np.deg2rad(1.0)
    to_point = np.arccos(np.sin(lat) * np.sin(high) + np.cos(lat) * np.cos(high) * np.cos(lon))
    assert len(lon) > 20
    assert np.abs(to_point - lat).max() * SPHERE.a_m < MM


def test_lines_that_cross_in_a_mirror_have_it_as_median_and_meet_it_in_the_crossing():
    one = lines([[30.0, -0.05], [31.0, 0.05]], sided=True)
    other = lines([[30.0, 0.05], [31.0, -0.05]], sided=True)
    points = points_of(one, other)
    assert np.abs(points[:, 1]).max() * 1.1e5 < MM
    assert np.hypot(points[:, 0] - 30.5, points[:, 1]).min() < 1e-9


def dms(degrees, minutes, seconds):
    return degrees + minutes / 60.0 + seconds / 3600.0


def degrees(*rows):
    """Longitude and latitude of (latitude, longitude) in degrees, minutes and seconds."""
    return np.array([(dms(*lon), dms(*lat)) for lat, lon in rows])


BASES = degrees(
    ((44, 50, 28.0), (29, 36, 52.0)),  # Sacalin Peninsula
    ((45, 9, 51.9), (29, 43, 14.5)),  # landward end of the Sulina dyke
    ((45, 13, 23.1), (29, 45, 33.1)),  # Tsyganka Island
    ((45, 20, 50.0), (32, 29, 43.0)),  # Cape Tarkhankut
    ((44, 35, 4.0), (33, 22, 48.0)),  # Cape Khersones
)
"""Maritime Delimitation in the Black Sea (Romania v. Ukraine), I.C.J. Reports 2009, p. 61, paragraph 149: two
of Romania and three of Ukraine."""
ROUNDED_S = np.array([1.0, 0.1, 0.1, 1.0, 1.0])
PUBLISHED = degrees(
    ((44, 46, 38.7), (30, 58, 37.3)), ((44, 44, 13.4), (31, 10, 27.7)), ((44, 2, 53.0), (31, 24, 35.0))
)
"""Points A, B and C of the provisional equidistance line, paragraph 154, on WGS 84."""
AZIMUTH_FROM_C = dms(185, 23, 54.5)
CONTROLS = [(0, 1, 2), (0, 2, 3), (0, 3, 4)]
METRES = np.array([111_320.0 * np.cos(np.deg2rad(44.5)), 111_130.0])


def equally_far(bases):
    """The place equally far from three, by Newton's method with geographiclib alone."""
    place = np.mean(bases, axis=0)

    def residual(at):
        d = [WGS.Inverse(at[1], at[0], lat, lon)["s12"] for lon, lat in bases]
        return np.array([d[0] - d[1], d[1] - d[2]])

    for _ in range(30):
        slope = [(residual(place + h) - residual(place - h)) / 2e-5 for h in np.eye(2) * 1e-5]
        step = np.linalg.solve(np.array(slope).T, residual(place))
        place = place - step * min(1.0, 0.5 / np.hypot(*step))
    return place


def moves_m(bases, rounded_s):
    """How far at most the place equally far from three can move, east and north, within their roundings."""
    total = np.zeros(2)
    for k in range(3):
        for step in np.eye(2) * 0.5 * rounded_s[k] / 3600.0:
            moved = bases.copy()
            moved[k] += step
            total += np.abs((equally_far(moved) - equally_far(bases)) * METRES)
    return total


BENGAL = {
    "Bangladesh": degrees(((20, 43, 28.1), (92, 19, 40.1)), ((21, 38, 57.4), (89, 14, 47.6))),  # β1, β2
    "Myanmar": degrees(
        ((20, 42, 15.8), (92, 22, 7.2)),  # μ1
        ((20, 33, 2.5), (92, 31, 17.6)),
        ((20, 14, 31.0), (92, 43, 27.8)),
        ((19, 48, 49.8), (93, 1, 33.6)),
    ),
}
"""Delimitation of the maritime boundary in the Bay of Bengal (Bangladesh/Myanmar), ITLOS Reports 2012, p. 4,
paragraphs 266 to 274, on WGS 84: base points, and places of the provisional equidistance line."""
ON_THE_LINE = degrees(((20, 13, 6.3), (92, 0, 7.6)), ((20, 3, 32.0), (91, 50, 31.8)))
TURNING = degrees(((19, 45, 36.7), (91, 32, 38.1)), ((18, 31, 12.5), (89, 53, 44.9)))
"""Where μ3 takes over from μ2, and β2 from β1."""


def test_the_published_equidistance_line_in_the_bay_of_bengal():
    """Everything is rounded to 0.1″, 1.6 m at most."""
    one, other = (lines(*([base] for base in BENGAL[name])) for name in BENGAL)
    corners = points_of(one, other, reach_m=500_000.0, chord_m=1.0)
    beta, mu = BENGAL.values()
    controls = ([beta[0], mu[1], mu[2]], [beta[0], mu[2], beta[1]])
    for published, bases in zip(TURNING, controls, strict=True):
        ours = corners[np.hypot(*((corners - published) * METRES).T).argmin()]
        assert (np.abs((ours - published) * METRES) < 1.6 + moves_m(np.array(bases), [0.1] * 3)).all()
    for lon, lat in ON_THE_LINE:
        d = [WGS.Inverse(lat, lon, *base[::-1])["s12"] for base in (beta[0], mu[1])]
        assert abs(d[0] - d[1]) < 4 * 1.6
        near = [WGS.Inverse(lat, lon, *place[::-1])["s12"] for place in points_between(corners, lon)]
        assert min(near) < 4 * 1.6


def points_between(corners, lon):
    """Places of the legs of a line near a longitude, a metre apart."""
    a, b = next((a, b) for a, b in pairwise(corners) if min(a[0], b[0]) <= lon <= max(a[0], b[0]))
    leg = WGS.InverseLine(a[1], a[0], b[1], b[0])
    at = np.arange(0.0, leg.s13, 1.0)
    middle = at[np.argmin([abs(leg.Position(s)["lon2"] - lon) for s in at[::100]]) * 100]
    near = (leg.Position(s) for s in np.arange(middle - 200.0, middle + 200.0))
    return [(place["lon2"], place["lat2"]) for place in near]


def black_sea(bases):
    """The turning points of our median, without its ends, which are those at the largest distance."""
    one, other = (lines(*([base] for base in some)) for some in (bases[:2], bases[2:]))
    return points_of(one, other, reach_m=250_000.0, chord_m=1.0)[1:-1]


def test_turning_points_of_chosen_base_points_are_the_places_equally_far_from_three():
    corners = black_sea(BASES)
    assert len(corners) == len(CONTROLS)
    for names in CONTROLS:
        exact = equally_far(BASES[list(names)])
        assert np.hypot(*((corners - exact) * METRES).T).min() < MM


def test_the_published_equidistance_line_in_the_black_sea():
    """The judgment gives its points on WGS 84 and does not say in which system its base points are. Taken as
    WGS 84 they are up to 230 m from equally far, taken as Pulkovo 1942 less than 5 m. Three are
    rounded to 1″: how far that can move each turning point is found by moving the base points."""
    to_wgs84 = pyproj.Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::5044")
    lat, lon = to_wgs84.transform(BASES[:, 1], BASES[:, 0])
    bases = np.column_stack([lon, lat])
    corners = black_sea(bases)
    for names, published in zip(CONTROLS, PUBLISHED, strict=True):
        # 3 m: what the authority states of the operation.
        allowed_m = 3.0 + moves_m(bases[list(names)], ROUNDED_S[list(names)])
        ours = corners[np.hypot(*((corners - published) * METRES).T).argmin()]
        assert (np.abs((ours - published) * METRES) < allowed_m).all()
        # The distances themselves are not spread by weak angles: two roundings and the operation.
        d = [WGS.Inverse(published[1], published[0], *bases[name][::-1])["s12"] for name in names]
        assert max(d) - min(d) < 2 * 15.5 + 3.0
    last = corners[np.hypot(*((corners - PUBLISHED[2]) * METRES).T).argmin()]
    west, east = (WGS.Inverse(*last[::-1], *bases[k][::-1])["azi1"] for k in (0, 4))
    # Of two base points 168 km away, each rounded by 15 m at most.
    assert 180.0 + (west + east) / 2.0 == pytest.approx(AZIMUTH_FROM_C, abs=np.rad2deg(15.5 / 168_000))


def test_in_the_wrong_datum_the_published_line_is_missed():
    """The same on WGS 84: what the test above allows is less than a datum makes."""
    d = [WGS.Inverse(*PUBLISHED[2][::-1], *BASES[k][::-1])["s12"] for k in CONTROLS[2]]
    assert max(d) - min(d) > 200.0


def test_the_legs_of_nicaragua_colombia():
    """I.C.J. Reports 2012, p. 624, paragraph 237: points 1 to 6; lengths on WGS 84."""
    seconds = [
        ((13, 46, 35.7), (81, 29, 34.7)),
        ((13, 31, 8.0), (81, 45, 59.4)),
        ((13, 3, 15.8), (81, 46, 22.7)),
        ((12, 50, 12.8), (81, 59, 22.6)),
        ((12, 7, 28.8), (82, 7, 27.7)),
        ((12, 0, 4.5), (81, 57, 57.8)),
    ]
    coords = np.array([(-dms(*lon), dms(*lat)) for lat, lon in seconds])
    from merestone.construct.field import Field

    field = Field(lines(coords), lines(coords), (1.0, 1.0), WGS84)
    assert field.apart_m(coords[:-1], coords[1:]) == pytest.approx(
        [41093.6, 51393.8, 33638.7, 80140.5, 21988.0], abs=0.05
    )


def test_the_oracle_knows_the_distance_to_a_meridian():
    line = np.array([[10.0, 49.0], [10.0, 51.0]])
    across = WGS.Direct(50.0, 10.0, 90.0, 5000.0)  # a geodesic that leaves the meridian at a right angle
    assert distance_m((across["lon2"], across["lat2"]), line) == pytest.approx(5000.0, abs=1e-6)
