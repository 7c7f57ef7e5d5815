"""Earth-centred places and the way from chords to geodesics, against pyproj."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pyproj import Geod, Transformer

from merestone.geometry.space import (
    dot,
    earth_centred,
    geodesic_m,
    reach_m,
    rough_error_m,
    rough_geodesic_m,
    upward,
)
from merestone.model.ellipsoid import WGS84, Ellipsoid

GEOD = Geod(ellps="WGS84")


def pairs_at(length_m, count=20_000):
    """(start, end) of geodesics of one length from everywhere in every direction, (3, n) each."""
    rng = np.random.default_rng(int(length_m))
    lon, azimuth = rng.uniform(-180.0, 180.0, (2, count))
    lat = np.degrees(np.arcsin(rng.uniform(-1.0, 1.0, count)))
    to_lon, to_lat, _ = GEOD.fwd(lon, lat, azimuth, np.full(count, length_m))
    exact_m = GEOD.inv(lon, lat, to_lon, to_lat)[2]
    return earth_centred(lon, lat, WGS84), earth_centred(to_lon, to_lat, WGS84), exact_m


def test_places_and_verticals_against_proj():
    rng = np.random.default_rng(2)
    lon = np.concatenate([rng.uniform(-400.0, 400.0, 1000), [0.0, 0.0, 180.0, -180.0]])
    lat = np.concatenate([rng.uniform(-90.0, 90.0, 1000), [90.0, -90.0, 0.0, 0.0]])
    to_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    place = earth_centred(lon, lat, WGS84)
    # PROJ rounds longitudes to radians, by up to 4e-16: 3e-9 m, and more after its own reduction.
    assert_allclose(place, np.stack(to_space.transform(lon, lat, np.zeros(len(lon)))), rtol=0.0, atol=1.2e-8)
    raised = np.stack(to_space.transform(lon, lat, np.ones(len(lon))))
    assert_allclose(upward(place, WGS84), raised - place, rtol=0.0, atol=2.4e-8)


def test_a_whole_turn_changes_no_bit():
    lon, lat = np.array([45.25, -179.5, 0.0]), np.array([40.0, -60.0, 90.0])
    assert (earth_centred(lon, lat, WGS84) == earth_centred(lon + 360.0, lat, WGS84)).all()


@pytest.mark.parametrize(
    ("length_m", "within_m"),
    [(1.0, 6e-9), (300.0, 6e-9), (1e4, 6e-9), (5e4, 1.5e-8), (1e5, 3e-7), (3e5, 7e-5)],
)
def test_geodesics_from_chords(length_m, within_m):
    start, end, exact_m = pairs_at(length_m)
    chord = end - start
    found_m = geodesic_m(end, chord, np.sqrt(dot(chord, chord)), WGS84)
    assert np.abs(found_m - exact_m).max() < within_m
    back_m = geodesic_m(start, -chord, np.sqrt(dot(chord, chord)), WGS84)
    assert_allclose(found_m, back_m, rtol=1e-15)


@pytest.mark.parametrize("length_m", [1e5, 1e6, 3e6, 7e6, 1.19e7])
def test_rough_geodesics_keep_their_bound(length_m):
    start, end, exact_m = pairs_at(length_m)
    chord = end - start
    found_m = rough_geodesic_m(end, chord, np.sqrt(dot(chord, chord)), WGS84)
    assert (np.abs(found_m - exact_m) <= rough_error_m(exact_m)).all()
    assert np.isinf(rough_error_m(np.array([1.3e7])))


@pytest.mark.parametrize("length_m", [1e3, 1e5, 1e6, 5e6, 1e7, 1.5e7])
def test_no_longer_chord_within_reach_has_a_shorter_geodesic(length_m):
    start, end, exact_m = pairs_at(length_m)
    chord_m = np.sqrt(dot(end - start, end - start))
    # All these geodesics are equally long, so all chords must be within reach of the shortest.
    assert np.ptp(exact_m) < 1e-6
    assert chord_m.max() <= reach_m(chord_m.min(keepdims=True), WGS84)[0] + 1e-8


def test_on_a_sphere_chords_decide():
    sphere = Ellipsoid("sphere", 6_371_000.0, 0.0)
    chord_m = np.array([1.0, 1e5, 1.2e7])
    assert_allclose(reach_m(chord_m, sphere), chord_m, rtol=1e-14)
