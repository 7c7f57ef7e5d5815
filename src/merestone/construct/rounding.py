"""Coordinates of turning points rounded, and what that did to the line."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from merestone.construct.legs import measured, radii_m
from merestone.model.descriptions import Grid
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]

DERIVED_S = Fraction(1, 100_000)
"""Seconds to which latitude and longitude are written where metres of a grid were rounded: 0.3 mm."""


@dataclass(frozen=True, slots=True)
class Step:
    """To what coordinates are rounded: seconds of arc, or metres of a grid. One of the two is None."""

    seconds: Fraction | None
    metres: Fraction | None

    @property
    def written_s(self) -> Fraction:
        """Seconds to which latitude and longitude are written."""
        return DERIVED_S if self.seconds is None else self.seconds


def rounded_places(points: Floats, step: Step, grid: Grid | None) -> tuple[Floats, Floats | None]:
    """Rounded longitude, latitude (n, 2), and the metres of the grid (n, 2) where there is one.

    Half steps go to the even multiple, as everywhere. In metres the grid is rounded, and degrees follow
    from it, written to 0.00001″; the grid is then exact.
    """
    if step.metres is not None:
        assert grid is not None
        metres = _multiples(grid.enter(points), step.metres)
        turns = 360.0 * np.rint((points[:, 0] - grid.leave(metres)[:, 0]) / 360.0)
        lonlat = grid.leave(metres)
        lonlat[:, 0] += turns
        return _multiples(lonlat, DERIVED_S / 3600), metres
    assert step.seconds is not None
    lonlat = _multiples(points, step.seconds / 3600)
    return lonlat, None if grid is None else grid.enter(lonlat)


def _multiples(values: Floats, unit: Fraction) -> Floats:
    """Each value as the nearest multiple, correctly rounded to a float."""
    flat = [float(round(Fraction(value) / unit) * unit) for value in values.ravel().tolist()]
    return np.array(flat).reshape(values.shape)


def effect(before: Floats, after: Floats, legs: tuple[EdgeType, ...], ellipsoid: Ellipsoid) -> dict[str, Any]:
    """What rounding did: the largest move, the area between both lines, the largest turn of a leg.

    ``before`` and ``after`` are (n, 2) degrees, point by point. The area is summed over legs from the offsets
    at both ends across the leg: `moved_m2` all that changed sides, `net_m2` the difference to either side,
    positive where the line moved to its right.
    """
    _, _, move_m = Geod(a=ellipsoid.a_m, f=ellipsoid.f).inv(*before.T, *after.T)
    azimuth, length_m = measured(before, legs, ellipsoid)
    turned = (measured(after, legs, ellipsoid)[0] - azimuth + 180.0) % 360.0 - 180.0
    meridian_m, prime_m = radii_m(before[:, 1], ellipsoid)
    moved_rad = np.deg2rad(after - before)
    east = moved_rad[:, 0] * prime_m * np.cos(np.deg2rad(before[:, 1]))
    north = moved_rad[:, 1] * meridian_m
    cos, sin = np.cos(np.deg2rad(azimuth)), np.sin(np.deg2rad(azimuth))
    at_start, at_end = east[:-1] * cos - north[:-1] * sin, east[1:] * cos - north[1:] * sin
    same = at_start * at_end >= 0.0
    size = np.abs(at_start) + np.abs(at_end)
    crossed = (at_start**2 + at_end**2) / np.maximum(size, 1e-300)
    moved = length_m * np.where(same, size, crossed) / 2.0
    worst, turn = int(np.argmax(move_m)), int(np.argmax(np.abs(turned)))
    return {
        "largest_move_m": float(move_m[worst]),
        "largest_move_at": worst,
        "area_moved_m2": float(moved.sum()),
        "area_net_m2": float((length_m * (at_start + at_end)).sum() / 2.0),
        "largest_turn_deg": float(abs(turned[turn])),
        "largest_turn_at": turn,
    }
