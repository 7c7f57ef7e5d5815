"""A scanned map and the control points that place it: what was asked, fitted, chosen and found.

Pixel coordinates are (column, row): columns count to the right and rows downward from the outer corner
of the first pixel, so that its middle is (0.5, 0.5). The *plane* is where a model is fitted: metres
east and north in the map's own projection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from merestone.model.findings import Finding
from merestone.model.sources import Operation

if TYPE_CHECKING:
    import numpy as np


class WarpKind(StrEnum):
    """How a scan is laid onto the plane, from the fewest parameters to the most."""

    SIMILARITY = "similarity"
    AFFINE = "affine"
    PROJECTIVE = "projective"
    POLYNOMIAL_2 = "polynomial-2"
    THIN_PLATE_SPLINE = "thin-plate-spline"


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """A place that the scan shows and whose coordinates on the map are known.

    ``x`` and ``y`` are easting and northing in units of the map's reference system, or longitude and
    latitude in degrees on its own datum. ``where`` names the row of the file, for messages.
    """

    id: str
    column: float
    row: float
    x: float
    y: float
    where: str


class MapSystem(Protocol):
    """The map's own reference system. Made in the layer ``sources``."""

    name: str
    plane: str
    """What the plane is, in words."""
    operation: Operation | None

    def enter(self, xy: "np.ndarray") -> "np.ndarray":
        """(n, 2) coordinates of the system to (n, 2) metres in the plane."""

    def leave(self, plane: "np.ndarray") -> "np.ndarray":
        """The way back."""

    def lonlat(self, xy: "np.ndarray") -> "np.ndarray":
        """(n, 2) coordinates of the system to longitude, latitude in degrees on WGS 84."""

    def ground(self, plane: "np.ndarray") -> "np.ndarray":
        """(n, 2, 2): what carries a short vector of the plane to metres east and north on the ellipsoid."""

    def readings(self, xy: "np.ndarray") -> Sequence[tuple[str, "np.ndarray"]]:
        """Other readings of one pair (2,) of coordinates, each with its place (2,) in the plane."""


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """One model that was tried. Metres on the ellipsoid; figures are None where it cannot be used."""

    kind: WarpKind
    reason: str | None
    """Why it cannot be used here; None: it can."""
    rmse_m: float | None = None
    loo_rmse_m: float | None = None
    """Root of the mean square distance at points that the fit did not know."""
    loo_median_m: float | None = None
    loo_max_m: float | None = None
    freedom: int | None = None
    radius_95_m: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PlacedPoint:
    """A control point and how the chosen model meets it. Vectors are (east, north): fitted less stated."""

    point: ControlPoint
    lonlat: tuple[float, float]
    residual_m: tuple[float, float]
    loo_m: tuple[float, float]
    """The same where the point itself was left out of the fit."""
    p_value: float | None
    """How likely its error is by chance alone, among all points and models tried; None: cannot be tested."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """A point that stands out of the others, and what leaving it out (with those before it) would change."""

    id: str
    p_value: float
    by: WarpKind
    distance_m: float
    """How far it lies from where the other points put it."""
    reading: str | None
    """What explains it (``axes swapped``, ``next zone to the east``), if anything does."""
    without_kind: WarpKind
    without_loo_rmse_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """How a scan lies: every model tried, the chosen one, and how far off it is."""

    tried: tuple[Tried, ...]
    chosen: Tried
    rule: str
    warp: Any
    """`merestone.construct.georeferencing.warps.Warp`."""
    points: tuple[PlacedPoint, ...]
    outliers: tuple[Outlier, ...]
    pixel_m: float
    """Side of a pixel on the ground, in the middle of the points: the root of its area."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A raster in the map's own system: its upper left corner, the side of a pixel, width and height.

    ``west``, ``north`` and the sides are in units of the system, or degrees.
    """

    west: float
    north: float
    across: float
    down: float
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class CarriedLine:
    """One line of the scan in coordinates of the map's system; ``drawn`` tells its own vertices."""

    xy: "np.ndarray"
    drawn: "np.ndarray"
    properties: Mapping[str, Any]
    length_m: float
