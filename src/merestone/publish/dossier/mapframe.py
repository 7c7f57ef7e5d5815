"""The projection of the dossier's maps: stereographic about the middle of each map, on the ellipsoid.

Conformal: at any one point the scale is the same in every direction. In the middle it is the scale stated;
at a distance d from the middle it is larger by (d / 2R)², R = 6,371 km: by 0.06 % at 300 km, by a part in a
million at 10 km. That is the whole error of a distance measured on the map with the scale bar.

The sphere of `Frame` is reached through the conformal latitude (Snyder 1987, USGS PP 1395, pp. 157–160).
"""

from collections.abc import Iterable
from dataclasses import astuple, replace
from functools import cached_property
from math import cos, radians, sin, sqrt

import numpy as np
import shapely
from pyproj import Geod

from merestone.model.ellipsoid import WGS84
from merestone.publish.mapparts import round_length_m
from merestone.publish.report_geometry import Frame, frame_around

_E = sqrt(WGS84.e2)
_SPHERE_M = 6_371_008.8
"""The radius in `Frame`."""
_POLE = 89.999_999
_ALMOST = float(np.nextafter(1.0, 0.0))
"""The sine of a latitude 1e-6 degrees from the pole, where the isometric latitude is still a number."""


def conformal(lonlat: np.ndarray) -> np.ndarray:
    """(n, 2) longitude, geodetic latitude in degrees to longitude, conformal latitude (equation 3-1)."""
    sine = np.sin(np.radians(lonlat[:, 1]))
    sphere = np.arctanh(np.clip(sine, -_ALMOST, _ALMOST)) - _E * np.arctanh(_E * sine)
    return np.column_stack([lonlat[:, 0], np.degrees(np.arctan(np.sinh(sphere)))])


def geodetic(lonlat: np.ndarray) -> np.ndarray:
    """The inverse of `conformal`, by fixed-point iteration to 1e-13 radians."""
    isometric = np.arcsinh(np.tan(np.radians(np.clip(lonlat[:, 1], -_POLE, _POLE))))
    latitude = np.arctan(np.sinh(isometric))
    for _ in range(8):  # each step divides the error by more than 1 / e² = 149
        latitude = np.arctan(np.sinh(isometric + _E * np.arctanh(_E * np.sin(latitude))))
    return np.column_stack([lonlat[:, 0], np.degrees(latitude)])


class MapFrame(Frame):
    """A `Frame` whose degrees are those of the ellipsoid WGS 84."""

    def xy(self, lonlat: np.ndarray) -> np.ndarray:
        """(n, 2) degrees to (n, 2) pixels."""
        return super().xy(conformal(lonlat))

    def lonlat(self, xy: np.ndarray) -> np.ndarray:
        """(n, 2) pixels to (n, 2) degrees; longitudes are within 180° of the centre's."""
        return geodetic(super().lonlat(xy))

    def project_beyond(self, shapes: np.ndarray, beyond_px: float) -> np.ndarray:
        """(n,) geometries into pixels, cut to the frame and so much around it."""
        in_pixels = shapely.transform(shapes, self.xy)
        low, wide, high = -beyond_px, self.width + beyond_px, self.height + beyond_px
        return np.asarray(shapely.clip_by_rect(in_pixels, low, low, wide, high))

    @cached_property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle of the picture."""
        lon, lat = self.lonlat(np.array([[self.width / 2, self.height / 2]]))[0]
        return float(lon), float(lat)

    @cached_property
    def px_per_true_m(self) -> float:
        """Pixels for a metre on the ellipsoid, at the centre of the projection."""
        lat = radians(float(geodetic(np.array([[0.0, self.lat0_deg]]))[0, 1]))
        normal_m = WGS84.a_m / sqrt(1.0 - WGS84.e2 * sin(lat) ** 2)
        share = cos(radians(self.lat0_deg)) / cos(lat) if abs(self.lat0_deg) < _POLE else 1.0
        return self.px_per_m * _SPHERE_M * share / normal_m


def map_frame(
    geometries: Iterable["shapely.Geometry"], width: float, tallest: float, margin: float, *, full: bool
) -> MapFrame:
    """The frame that holds `geometries`; of the full height where ``full`` says so."""
    shapes = shapely.transform(np.array(list(geometries), dtype=object), conformal)
    frame = frame_around(shapes, width, tallest, margin, tallest / width if full else 0.4)
    west, _, east, _ = shapely.total_bounds(shapes)
    turns = round(((west + east) / 2 - frame.lon0_deg) / 360.0)  # working longitudes pass 180
    return MapFrame(*astuple(replace(frame, lon0_deg=frame.lon0_deg + 360.0 * turns)))


def scale_bar(frame: MapFrame, share: float) -> tuple[float, float]:
    """A round length in metres that takes at most `share` of the width, and its pixels.

    The bar is the picture of a geodesic of that length on the ellipsoid, running east and west through the
    middle of the map.
    """
    length_m = round_length_m(share * frame.width / frame.px_per_true_m)
    lon, lat = frame.middle
    geod = Geod(a=WGS84.a_m, f=WGS84.f)
    ends = [geod.fwd(lon, lat, azimuth, length_m / 2)[:2] for azimuth in (270.0, 90.0)]
    turned = [(lon + (end - lon + 180.0) % 360.0 - 180.0, lat_end) for end, lat_end in ends]
    one, two = frame.xy(np.array(turned))
    return length_m, float(np.hypot(*(two - one)))
