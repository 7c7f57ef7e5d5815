"""The reference system of a printed map: the plane in which its scan is fitted, and the way to WGS 84."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyproj import Proj
from pyproj.enums import TransformDirection

from merestone.errors import BadInputError
from merestone.model.georeference import ControlPoint
from merestone.model.sources import Operation
from merestone.sources.crs import Reference, own_lonlat, pin_operation
from merestone.sources.dossier import read_dossier
from merestone.sources.lock import read_lock
from merestone.sources.longitudes import unwrapped
from merestone.sources.notes import Notes
from merestone.sources.placegrid import Grid, OptionNotes, grid_reference

Floats = NDArray[np.float64]

_NEAR_M = 10.0
"""Over so far the plane is compared with the ground."""
_ZONES_DEG = (6.0, -6.0, 3.0, -3.0)
"""Where the neighbours of a zone have their central meridians."""


class PrintedSystem:
    """A reference system as a `merestone.model.georeference.MapSystem`.

    A projected system is its own plane, in metres. Of a geographic one, whose degrees are no plane, the
    plane is a transverse Mercator projection about the middle of the control points, on its own ellipsoid:
    conformal, as the projections of topographic maps are.
    """

    def __init__(
        self, ref: Reference, operation: Operation | None, middle: tuple[float, float], notes: Notes
    ) -> None:
        """``middle`` is longitude, latitude in degrees: of a geographic system the middle of its plane."""
        self.name = ref.text
        self.operation = operation
        self.notes = notes
        self._grid = Grid(ref, operation, notes)
        self.wkt = ref.crs.to_wkt()
        self.code = ref.text if ref.text != ref.crs.name else None
        self._ref = ref
        self._metres = float(ref.crs.axis_info[0].unit_conversion_factor) if ref.projected else 1.0
        self._unproject = own_lonlat(ref)
        self._local = None if ref.projected else _local_plane(ref, middle)
        self._middle = middle[0]
        lon, lat = (f"{figure:.4f}" for figure in middle)
        self.plane = (
            self.name
            if ref.projected
            else f"transverse Mercator about {lat}° N, {lon}° E on the ellipsoid of {self.name}"
        )

    @property
    def projected(self) -> bool:
        return self._ref.projected

    def enter(self, xy: Floats) -> Floats:
        """Coordinates of the system to metres in the plane."""
        if self._local is None:
            return xy * self._metres
        return np.column_stack(self._local(xy[:, 0], xy[:, 1]))

    def leave(self, plane: Floats) -> Floats:
        """The way back."""
        if self._local is None:
            return plane / self._metres
        lonlat = np.column_stack(self._local(plane[:, 0], plane[:, 1], inverse=True))
        lonlat[:, 0] -= 360.0 * np.rint((lonlat[:, 0] - self._middle) / 360.0)  # continuous across 180°
        return lonlat

    def lonlat(self, xy: Floats) -> Floats:
        """Coordinates of the system to longitude, latitude in degrees on WGS 84."""
        return self._grid.onto_wgs84(xy)

    def ground(self, plane: Floats) -> Floats:
        """(n, 2, 2): what carries a short vector of the plane to metres east and north on the ellipsoid."""
        per_radian = self._radii(self._own(plane)[:, 1])
        columns = []
        for k in (0, 1):
            step = np.zeros(2)
            step[k] = _NEAR_M
            turned = np.deg2rad(self._own(plane + step) - self._own(plane - step))
            columns.append(turned * per_radian / (2.0 * _NEAR_M))
        return np.stack(columns, axis=2)

    def readings(self, xy: Floats) -> Sequence[tuple[str, Floats]]:
        """Other readings of one pair of coordinates: axes exchanged, the zones to the east and west."""
        found = [("its axes were exchanged", self.enter(xy[None, ::-1])[0])]
        if self._unproject is not None:
            lon, lat = self._unproject.transform(xy[0], xy[1], errcheck=False)
            for degrees in _ZONES_DEG:
                moved = self._unproject.transform(
                    lon + degrees, lat, direction=TransformDirection.INVERSE, errcheck=False
                )
                name = (
                    f"it were given in the zone {abs(degrees):g}° to the {'east' if degrees > 0 else 'west'}"
                )
                found.append((name, self.enter(np.array([moved]))[0]))
        return found

    def _own(self, plane: Floats) -> Floats:
        """Longitude and latitude on the own datum, in degrees."""
        own = self.leave(plane)
        if self._unproject is not None:
            own = np.column_stack(self._unproject.transform(own[:, 0], own[:, 1]))
        return own * self._ref.degrees_per_unit

    def _radii(self, lat: Floats) -> Floats:
        """(n, 2) metres on the ellipsoid for a radian of longitude and of latitude."""
        ellipsoid = self._ref.ellipsoid
        squared = ellipsoid.f * (2.0 - ellipsoid.f)
        sine, cosine = np.sin(np.deg2rad(lat)), np.cos(np.deg2rad(lat))
        root = np.sqrt(1.0 - squared * sine**2)
        along = ellipsoid.a_m * cosine / root
        return np.column_stack([along, ellipsoid.a_m * (1.0 - squared) / root**3])


def _local_plane(ref: Reference, middle: tuple[float, float]) -> Proj:
    ellipsoid = ref.ellipsoid
    return Proj(proj="tmerc", lon_0=middle[0], lat_0=middle[1], a=ellipsoid.a_m, b=ellipsoid.b_m, units="m")


def printed_system(
    text: str, points: Sequence[ControlPoint], code: str | None, dossier: Path | None
) -> PrintedSystem:
    """The system called `text` for a map with these control points, their zone and area checked.

    ``code`` names the datum operation; without it that of a source of the dossier in the same system is
    taken, or else one is pinned as for a source. Raises BadInputError where the system is not known, no
    operation leads from it, or a point cannot be in it.
    """
    notes = OptionNotes(None, "")
    ref = grid_reference(text, notes)
    own = _own_degrees(ref, points, notes)
    (west, south), (east, north) = own.min(axis=0).tolist(), own.max(axis=0).tolist()
    operation = None
    if not ref.on_wgs84:
        operation = _operation(ref, (west, south, east, north), code, dossier, notes)
    elif code is not None:
        raise BadInputError(f"--operation {code}: {ref.text} is on WGS 84 already; leave it out")
    lon, lat = own.mean(axis=0).tolist()
    return PrintedSystem(ref, operation, (round(lon, 4), round(lat, 4)), notes)


def _own_degrees(ref: Reference, points: Sequence[ControlPoint], notes: Notes) -> Floats:
    """Longitude and latitude on the own datum; zone, area and range of the points are checked."""
    xy = np.array([(point.x, point.y) for point in points])
    where = [f"control point {one.id} ({one.where})" for one in points]
    unproject = own_lonlat(ref)
    if unproject is not None:
        grid = Grid(ref, None, notes)
        grid.check_zone(xy, where, notes)
        own = np.column_stack(unproject.transform(xy[:, 0], xy[:, 1], errcheck=False)) * ref.degrees_per_unit
        grid.check_area(xy, own, where, notes)
        return own
    for at, (lon, lat) in zip(where, xy.tolist(), strict=True):
        if not (-180.0 <= lon <= 360.0 and -90.0 <= lat <= 90.0):
            raise notes.refuse(
                f"{at} has longitude {lon:g}, latitude {lat:g}, which are no degrees; name the projected "
                f"system of the map instead of {ref.text}"
            )
    return unwrapped(xy)[0]


def _operation(
    ref: Reference,
    extent: tuple[float, float, float, float],
    code: str | None,
    dossier: Path | None,
    notes: Notes,
) -> Operation:
    if dossier is not None and code is None:
        spec = read_dossier(dossier)
        lock = read_lock(spec.root)
        for pinned in lock.operations.values() if lock is not None else ():
            if pinned.get("crs") == ref.text:
                return Operation(
                    pinned.get("code"), pinned["name"], pinned.get("accuracy_m"), pinned["definition"]
                )
        named = sorted({one.operation for one in spec.sources if one.crs == ref.text and one.operation})
        code = named[0] if len(named) == 1 else None
    chosen = pin_operation(ref, extent, code, notes)
    return Operation(chosen["code"], chosen["name"], chosen["accuracy_m"], chosen["definition"])


def agreed_crs(asked: str | None, said: str | None, path: Path) -> str:
    """The system of the map: what the user names, and what the file of control points says, if it does.

    Raises BadInputError where neither says one, or they say two.
    """
    if asked is None and said is None:
        raise BadInputError(
            f"{path}: nothing says which reference system its coordinates are in; name that of the map "
            "with --crs, e.g. --crs EPSG:28408"
        )
    if asked is None or said is None:
        return str(asked or said)
    notes = OptionNotes(None, "")
    one, other = grid_reference(asked, notes), grid_reference(said, notes)
    if not one.crs.equals(other.crs, ignore_axis_order=True):
        raise BadInputError(
            f"{path}: it says that its coordinates are in {other.text}, and --crs says {one.text}; "
            "correct one"
        )
    return asked
