"""Lengths and azimuths of legs by type, held against geographiclib and closed forms."""

import itertools

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from merestone.construct.legs import at_height, chain_of, measured
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import EdgeType


@pytest.mark.parametrize("step", [(0.01, 0.02), (1.5, -0.7), (-3.0, 0.0), (0.0, 2.0)])
def test_geodesics_are_those_of_geographiclib(step):
    points = np.array([[45.0, 40.0], [45.0 + step[0], 40.0 + step[1]]])
    azimuth, length_m = measured(points, (EdgeType.GEODESIC,), WGS84)
    there = Geodesic.WGS84.Inverse(40.0, 45.0, points[1, 1], points[1, 0])
    assert length_m[0] == pytest.approx(there["s12"], abs=1e-6)
    assert azimuth[0] == pytest.approx(there["azi1"] % 360.0, abs=1e-9)


def test_a_parallel_is_an_arc_of_its_circle():
    points = np.array([[45.0, 40.0], [46.0, 40.0]])
    azimuth, length_m = measured(points, (EdgeType.PARALLEL,), WGS84)
    prime_m = WGS84.a_m / np.sqrt(1.0 - WGS84.e2 * np.sin(np.deg2rad(40.0)) ** 2)
    assert length_m[0] == pytest.approx(prime_m * np.cos(np.deg2rad(40.0)) * np.deg2rad(1.0), abs=1e-6)
    assert azimuth[0] == pytest.approx(90.0, abs=1e-12)


def test_a_loxodrome_keeps_its_azimuth():
    points = np.array([[45.0, 40.0], [46.3, 41.1]])
    azimuth, length_m = measured(points, (EdgeType.LOXODROME,), WGS84)
    chain = chain_of(points, (EdgeType.LOXODROME,), WGS84)
    # Each short piece of its chain, as a geodesic, keeps to it.
    pieces = [Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0]) for a, b in itertools.pairwise(chain)]
    middle = [one["azi1"] / 2.0 + one["azi2"] / 2.0 for one in pieces]
    assert np.allclose(middle, azimuth[0], atol=1e-4)
    assert length_m[0] == pytest.approx(sum(one["s12"] for one in pieces), abs=1e-3)


def test_at_a_height_a_leg_is_longer_by_h_over_r():
    points = np.array([[45.0, 40.0], [45.0, 40.1]])
    azimuth, length_m = measured(points, (EdgeType.GEODESIC,), WGS84)
    ground_m = at_height(points, azimuth, length_m, 1500.0, WGS84)
    # Along the meridian at 40.05° its radius of curvature is a (1 - e²) / w³.
    w2 = 1.0 - WGS84.e2 * np.sin(np.deg2rad(40.05)) ** 2
    radius_m = WGS84.a_m * (1.0 - WGS84.e2) / w2**1.5
    assert ground_m[0] - length_m[0] == pytest.approx(length_m[0] * 1500.0 / radius_m, rel=1e-9)


def test_a_leg_drawn_the_other_way_has_the_same_length_and_comes_back():
    points = np.array([[45.0, 40.0], [45.7, 40.3], [46.0, 40.3]])
    legs = (EdgeType.STRAIGHT, EdgeType.PARALLEL)
    azimuth, length_m = measured(points, legs, WGS84)
    back, there_m = measured(points[::-1], legs[::-1], WGS84)
    assert np.allclose(length_m, there_m[::-1], atol=1e-8)
    assert (back[0] - azimuth[1]) % 360.0 == pytest.approx(180.0)
