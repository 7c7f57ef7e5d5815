"""Azimuthal equidistant planes around many centres at once, and the way back to longitude/latitude.

A plane is a scratch pad around its own centre: distances from the centre are exact, and between
places c and d metres from it they are long by at most c²d²/(6R²) divided by the distance itself.
"""

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Longest = Callable[[Floats, Floats, Indices], tuple[Floats, Floats]]
"""From both ends of edges, and the number of their line, to their length and the longest allowed."""

_STRAIGHT_M = 0.05
"""How far a chord may depart from what it stands for when a plane is entered or left."""
_MOST_PARTS = 16
"""An edge that passes a pole is cut again and again where it is near, not finely all along."""
_NEAREST_POLE_M = 0.05
"""Nearer to a pole than this, places are one for the purpose of cutting edges."""


class Planes:
    """One plane for each centre, (k, 2) longitude, latitude in degrees."""

    def __init__(self, centres: Floats, ellipsoid: Ellipsoid) -> None:
        self._centres = centres
        self._geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
        self._ellipsoid = ellipsoid

    def enter(self, lonlat: Floats, plane: Indices) -> Floats:
        """(n, 2) longitude, latitude to (n, 2) metres east and north in the planes named, (n,)."""
        centre = self._centres[plane]
        azimuth, _, distance_m = self._geod.inv(centre[:, 0], centre[:, 1], lonlat[:, 0], lonlat[:, 1])
        azimuth = np.deg2rad(azimuth)
        return np.stack([distance_m * np.sin(azimuth), distance_m * np.cos(azimuth)], axis=1)

    def leave(
        self, areas: NDArray[np.object_], rough_m: float = _STRAIGHT_M, short_m: float = 0.0
    ) -> NDArray[np.object_]:
        """(Multi)Polygons in their planes, one for each centre, to polygons in longitude/latitude.

        Edges are cut so that straight ones in longitude/latitude follow them to 0.05 m; those up to
        ``short_m`` long, so that they follow to ``rough_m``. Longitudes are continuous around each ring
        and near those of the centre; a polygon that holds a pole is closed along latitude ±90 and spans
        360°. Holes are not carried over.
        """
        parts, plane = shapely.get_parts(areas, return_index=True)
        coords, ring = shapely.get_coordinates(shapely.get_exterior_ring(parts), return_index=True)
        poles = self._poles()[plane]

        def longest(a: Floats, b: Floats, ring: Indices) -> tuple[Floats, Floats]:
            from_pole_m = _to_segment_m(poles[ring], a, b)
            fine_m = _longest_m(from_pole_m, self._ellipsoid)
            allowed_m = np.minimum(_longest_m(from_pole_m, self._ellipsoid, rough_m), short_m)
            return np.hypot(*(b - a).T), np.maximum(fine_m, allowed_m)

        coords, ring = _cut_until(coords, ring, longest)
        return _rings_on_the_sphere(self.lonlat(coords, plane[ring]), ring, self._centres[plane])

    def _poles(self) -> Floats:
        """Where in each plane the pole of its hemisphere lies; (k, 2) metres."""
        lat = np.copysign(90.0, self._centres[:, 1])
        return self.enter(np.stack([self._centres[:, 0], lat], axis=1), np.arange(len(lat)))

    def lonlat(self, coords: Floats, plane: Indices) -> Floats:
        """(n, 2) metres in the planes named, (n,), to longitude, latitude within 180° of the centre's."""
        centre = self._centres[plane]
        azimuth = np.rad2deg(np.arctan2(coords[:, 0], coords[:, 1]))
        distance_m = np.hypot(coords[:, 0], coords[:, 1])
        lon, lat, _ = self._geod.fwd(centre[:, 0], centre[:, 1], azimuth, distance_m)
        lon -= 360.0 * np.rint((lon - centre[:, 0]) / 360.0)
        return np.stack([lon, lat], axis=1)


def straightened(
    coords: Floats, line: Indices, ellipsoid: Ellipsoid, departure_m: float = _STRAIGHT_M
) -> tuple[Floats, Indices]:
    """Lines in longitude/latitude with edges so short that they are straight in any plane nearby.

    ``coords`` is (n, 2), ``line`` (n,) the number of the line of each vertex; chords depart from
    the edges by ``departure_m`` at most.
    """

    def longest(a: Floats, b: Floats, _: Indices) -> tuple[Floats, Floats]:
        highest = np.maximum(np.abs(a[:, 1]), np.abs(b[:, 1]))
        from_pole_m = np.deg2rad(90.0 - highest) * ellipsoid.b_m
        return lengths_m(a, b, ellipsoid), _longest_m(from_pole_m, ellipsoid, departure_m)

    return _cut_until(coords, line, longest)


def _longest_m(from_pole_m: Floats, ellipsoid: Ellipsoid, departure_m: float = _STRAIGHT_M) -> Floats:
    """How long edges so far from the pole may be for straight and geodesic ones to agree to `departure_m`.

    An edge straight in longitude/latitude has a geodesic curvature of at most 1.1 tan φ / R, and a
    chord of length s departs from such a curve by s²/8 times that.
    """
    colat = np.maximum(0.99 * from_pole_m, _NEAREST_POLE_M) / ellipsoid.a_m
    return np.asarray(np.sqrt(8.0 * departure_m * ellipsoid.a_m * np.tan(np.minimum(colat, 1.57)) / 1.1))


def _cut_until(coords: Floats, line: Indices, longest: Longest) -> tuple[Floats, Indices]:
    """Edges cut, and the parts of those that are still too long cut again, until none is."""
    while True:
        length_m, longest_m = longest(coords[:-1], coords[1:], line[:-1])
        parts = np.clip(np.ceil(length_m / longest_m), 1, _MOST_PARTS).astype(np.intp)
        parts[line[1:] != line[:-1]] = 1
        if (parts == 1).all():
            return coords, line
        coords, line = subdivided(coords, parts), np.repeat(line, np.append(parts, 1))


def _to_segment_m(place: Floats, a: Floats, b: Floats) -> Floats:
    """Distance of each place from the segment between a and b; all (n, 2) in a plane."""
    along = b - a
    square = np.maximum(np.sum(along * along, axis=1), 1e-300)
    share = np.clip(np.sum((place - a) * along, axis=1) / square, 0.0, 1.0)
    return np.asarray(np.hypot(*(place - a - share[:, None] * along).T))


def lengths_m(a: Floats, b: Floats, ellipsoid: Ellipsoid) -> Floats:
    """No less than the length of each edge from a to b, (n,), and hardly more where it is short."""
    lon, lat = np.deg2rad(np.abs(b - a)).T
    widest = np.cos(np.deg2rad(np.minimum(np.abs(a[:, 1]), np.abs(b[:, 1]))))
    # No radius of curvature is longer than a/(1 - f).
    radius_m = ellipsoid.a_m / (1.0 - max(ellipsoid.f, 0.0))
    return np.asarray(radius_m * np.hypot(lat, widest * lon))


def _steps(parts: Indices) -> tuple[Indices, Floats]:
    """The index of each edge as often as it has parts, and the share of the edge at which each begins."""
    index = np.repeat(np.arange(len(parts)), parts)
    step = np.arange(len(index)) - np.repeat(np.cumsum(parts) - parts, parts)
    return index, step / parts[index]


def subdivided(coords: Floats, parts: Indices) -> Floats:
    """A line with each of its edges cut into the given number of equal parts."""
    index, share = _steps(np.append(parts, 1))
    following = np.minimum(index + 1, len(coords) - 1)
    return np.asarray(coords[index] + share[:, None] * (coords[following] - coords[index]))


def _rings_on_the_sphere(lonlat: Floats, ring: Indices, centres: Floats) -> NDArray[np.object_]:
    """Polygons from closed rings of longitude, latitude, made continuous, closed over a pole if need be."""
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    step = np.diff(lonlat[:, 0], prepend=lonlat[:1, 0])
    step -= 360.0 * np.rint(step / 360.0)
    walked = np.cumsum(step)
    first = np.repeat(starts, np.diff(np.append(starts, len(ring))))
    lon = lonlat[first, 0] + walked - walked[first]
    around = np.rint((lon[np.append(starts[1:], len(ring)) - 1] - lon[starts]) / 360.0)
    # Near the centre, by whole turns; the closing vertex is the first one to the last bit.
    turns = np.rint((lonlat[starts, 0] - centres[ring[starts], 0]) / 360.0)
    lonlat = np.stack([lon - 360.0 * turns[ring], lonlat[:, 1]], axis=1)
    ends = np.append(starts[1:], len(ring)) - 1
    lonlat[ends, 0] = lonlat[starts, 0] + 360.0 * around
    lonlat[ends, 1] = lonlat[starts, 1]
    polygons = np.empty(len(starts), dtype=object)
    plain = around[ring] == 0.0
    if plain.any():
        _, number = np.unique(ring[plain], return_inverse=True)
        polygons[around == 0.0] = shapely.polygons(shapely.linearrings(lonlat[plain], indices=number))
    for k in np.flatnonzero(around != 0.0):
        polygons[k] = _over_the_pole(lonlat[starts[k] : ends[k] + 1])
    return polygons


def _over_the_pole(path: Floats) -> shapely.Polygon:
    pole = np.copysign(90.0, path[np.argmax(np.abs(path[:, 1])), 1])
    return shapely.Polygon(np.concatenate([path, [[path[-1, 0], pole], [path[0, 0], pole]]]))
