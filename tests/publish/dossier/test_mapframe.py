"""The projection of the maps, against geographiclib and against the formula of its own error."""

from math import hypot

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from merestone.publish.dossier.ink import window_of
from merestone.publish.dossier.mapframe import conformal, geodetic, map_frame, scale_bar

WGS84 = Geodesic.WGS84
R_M = 6_371_000.0
PLACES = [
    pytest.param(45.5, 40.0, 2.0, id="six degrees wide"),
    pytest.param(10.0, 50.0, 0.01, id="a kilometre wide"),
    pytest.param(180.0, -17.0, 1.0, id="on the antimeridian"),
    pytest.param(25.0, 78.0, 2.0, id="far north"),
    pytest.param(-70.0, 0.0, 0.5, id="on the equator"),
]


def a_frame(lon, lat, half):
    return map_frame(
        [shapely.box(lon - half, lat - half, lon + half, lat + half)], 720.0, 900.0, 0.05, full=False
    )


@pytest.mark.parametrize(("lon", "lat", "half"), PLACES)
def test_a_distance_by_the_scale_is_right_to_the_stated_error(lon, lat, half):
    frame = a_frame(lon, lat, half)
    bar_m, bar_px = scale_bar(frame, 0.22)
    draw = np.random.default_rng(4)
    centre = geodetic(np.array([[frame.lon0_deg, frame.lat0_deg]]))[0]
    reach_m = hypot(frame.width, frame.height) / bar_px * bar_m
    for _ in range(60):
        one, two = draw.uniform((lon - half, lat - half), (lon + half, lat + half), (2, 2))
        true_m = WGS84.Inverse(one[1], one[0], two[1], two[0])["s12"]
        read_m = hypot(*(frame.xy(two[None])[0] - frame.xy(one[None])[0])) / bar_px * bar_m
        farthest_m = max(WGS84.Inverse(p[1], p[0], centre[1], centre[0])["s12"] for p in (one, two))
        # A chord on the map is no geodesic: it is shorter by at most a part of the same order.
        assert abs(read_m - true_m) <= 1.5 * true_m * (farthest_m / (2 * R_M)) ** 2 + 1e-6 * reach_m


@pytest.mark.parametrize(("lon", "lat", "half"), PLACES)
def test_the_scale_bar_is_a_length_on_the_ellipsoid_through_the_middle(lon, lat, half):
    frame = a_frame(lon, lat, half)
    bar_m, bar_px = scale_bar(frame, 0.22)
    middle = np.array([frame.width / 2, frame.height / 2])
    half = np.array([[bar_px / 2, 0.0]])
    west, east = frame.lonlat(np.vstack([middle - half, middle + half]))
    length_m = WGS84.Inverse(west[1], west[0], east[1], east[0])["s12"]
    assert length_m == pytest.approx(bar_m, rel=(bar_m / R_M) ** 2 + 1e-7)
    assert bar_px <= 0.22 * frame.width * 1.01
    assert f"{bar_m:e}"[0] in "125"
    assert f"{bar_m:e}"[1:5] == ".000"


def test_conformal_latitudes_are_those_of_the_series():
    """Snyder 1987, equation 3-2 to the sixth power of e; the next term is under 1e-8 degrees."""
    e2 = 0.006_694_379_990_14
    lat = np.linspace(-90.0, 90.0, 19)
    phi = np.radians(lat)
    series = (
        phi
        - (e2 / 2 + 5 * e2**2 / 24 + 3 * e2**3 / 32) * np.sin(2 * phi)
        + (5 * e2**2 / 48 + 7 * e2**3 / 80) * np.sin(4 * phi)
        - (13 * e2**3 / 480) * np.sin(6 * phi)
    )
    found = conformal(np.column_stack([np.zeros(19), lat]))[:, 1]
    assert found == pytest.approx(np.degrees(series), abs=1e-6)


def test_pixels_lead_back_to_the_place():
    frame = a_frame(179.9, 62.0, 1.5)
    places = np.random.default_rng(2).uniform((178.5, 60.5), (181.3, 63.5), (200, 2))
    assert np.abs(frame.lonlat(frame.xy(places)) - places).max() < 1e-11


def test_a_window_over_the_pole_holds_every_longitude():
    frame = map_frame([shapely.box(-180.0, 85.0, 180.0, 90.0)], 720.0, 900.0, 0.05, full=False)
    west, south, east, north = window_of(frame, 0.0)
    assert (west, east, north) == (-540.0, 540.0, 90.0)
    assert south < 85.0
