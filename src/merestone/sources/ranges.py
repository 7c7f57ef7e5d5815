"""Coordinates that cannot be: not numbers, off the Earth, in the wrong units, axes or zone.

Refusals name the feature and the vertex, counted from 1 through all rings of the feature.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.sources.crs import Reference, own_lonlat
from merestone.sources.notes import Notes
from merestone.sources.rows import Features

Floats = NDArray[np.float64]
_SLACK_DEG = 1e-6
"""Beyond a whole turn or half turn this much is taken for rounding."""
_METRES_FROM_DEG = 1000.0
"""Coordinates of more degrees than this can only be metres."""
_FAR_DEG = 30.0
"""A vertex so far outside the area of use of its CRS was not drawn in it."""
_OUTSIDE_DEG = 1.0


class Vertices(NamedTuple):
    """All vertices of some features: (n, 2) x, y and the row of the feature of each."""

    xy: Floats
    row: NDArray[np.intp]

    @staticmethod
    def of(features: Features) -> "Vertices":
        xy, row = shapely.get_coordinates(features.geometries, return_index=True)
        return Vertices(np.asarray(xy, dtype=np.float64), row)

    def where(self, at: int, features: Features) -> str:
        """How a message names a vertex."""
        first = int(np.searchsorted(self.row, self.row[at]))
        return f"feature {features.fids[self.row[at]]}, vertex {at - first + 1}"


def check_coordinates(features: Features, ref: Reference, notes: Notes) -> None:
    """Refuse coordinates that cannot be; note longitudes beyond 180 and places outside the area of use."""
    vertices = Vertices.of(features)
    if not len(vertices.xy):
        return
    bad = np.flatnonzero(~np.isfinite(vertices.xy).all(axis=1))
    if bad.size:
        x, y = vertices.xy[bad[0]].tolist()
        raise notes.refuse(
            f"{vertices.where(int(bad[0]), features)} is at ({x:g}, {y:g}), which is no place; correct it"
        )
    if ref.projected:
        _check_projected(vertices, features, ref, notes)
    else:
        _check_geographic(vertices, features, ref, notes)


def _check_geographic(vertices: Vertices, features: Features, ref: Reference, notes: Notes) -> None:
    lon, lat = (vertices.xy * ref.degrees_per_unit).T
    wrong = (np.abs(lat) > 90.0) | (lon < -180.0 - _SLACK_DEG) | (lon > 360.0 + _SLACK_DEG)
    if wrong.any():
        _refuse_geographic(vertices, features, wrong, ref, notes)
    beyond = lon > 180.0 + _SLACK_DEG
    if beyond.any():
        notes.add(
            "longitudes-0-360",
            _place(lon, lat, beyond),
            vertices=int(beyond.sum()),
            largest_deg=float(lon.max()),
        )
    area = ref.crs.area_of_use
    if area is None:
        return
    bounds = (area.west, area.south, area.east, area.north)
    inside, swapped = outside_deg(lon, lat, bounds) == 0.0, outside_deg(lat, lon, bounds) == 0.0
    if swapped.mean() > 0.9 and inside.mean() < 0.1:
        place = _place(lon, lat, ~inside)
        notes.add("axis-order-suspicious", place, reason=f"swapped, they lie where {ref.text} is used")


def _place(lon: Floats, lat: Floats, chosen: NDArray[np.bool_]) -> tuple[float, float]:
    first = int(np.argmax(chosen))
    return float(lon[first]), float(lat[first])


def _refuse_geographic(
    vertices: Vertices, features: Features, wrong: NDArray[np.bool_], ref: Reference, notes: Notes
) -> None:
    at = int(np.argmax(wrong))
    x, y = (vertices.xy[at] * ref.degrees_per_unit).tolist()
    where = vertices.where(at, features)
    size = np.abs(vertices.xy * ref.degrees_per_unit).max(axis=1)
    if np.median(size) > _METRES_FROM_DEG and size.max() < 1e8:
        raise notes.refuse(
            f"{where} is at ({x:g}, {y:g}), but the file is said to be in {ref.text}, in degrees; these "
            "look like metres "
            "of a projection, so name it with `crs`"
        )
    if np.median(size) <= 360.0 and _METRES_FROM_DEG < size.max() < 1e8:
        raise notes.refuse(
            f"{where} is at ({x:g}, {y:g}), in metres it seems, while most of the file is in degrees; "
            "it mixes reference systems, so split it into one file for each"
        )
    if abs(y) > 90.0:
        turned = " (the axes may be swapped)" if abs(x) <= 90.0 and abs(y) <= 360.0 else ""
        raise notes.refuse(f"{where} has latitude {y:g}, beyond 90{turned}; correct it")
    raise notes.refuse(f"{where} has longitude {x:g}; only -180 to 180 and 0 to 360 are read, so correct it")


def _check_projected(vertices: Vertices, features: Features, ref: Reference, notes: Notes) -> None:
    _check_zone(vertices, features, ref, notes)
    transformer = own_lonlat(ref)
    assert transformer is not None
    lon, lat = transformer.transform(vertices.xy[:, 0], vertices.xy[:, 1], errcheck=False)
    lost = ~(np.isfinite(lon) & np.isfinite(lat))
    if lost.any():
        at = int(np.argmax(lost))
        x, y = vertices.xy[at].tolist()
        raise notes.refuse(
            f"{vertices.where(at, features)} is at east {x:g}, north {y:g}, which {ref.text} puts nowhere "
            "on the Earth; "
            "correct it, or name the right `crs`"
        )
    area = ref.crs.area_of_use
    if area is None:
        return
    scale = ref.degrees_per_unit
    outside = outside_deg(lon * scale, lat * scale, (area.west, area.south, area.east, area.north))
    if outside.max() > _FAR_DEG:
        _refuse_far(vertices, features, int(np.argmax(outside)), ref, notes)
    if outside.max() > _OUTSIDE_DEG:
        at = int(np.argmax(outside))
        notes.add(
            "outside-area-of-use",
            (float(lon[at]), float(lat[at])),
            crs=ref.text,
            degrees=round(float(outside[at]), 2),
        )


def _check_zone(vertices: Vertices, features: Features, ref: Reference, notes: Notes) -> None:
    """Refuse eastings without the zone prefix that the false easting of the CRS puts before them."""
    prefix = zone_prefix(ref)
    if prefix is None:
        return
    off = np.floor(vertices.xy[:, 0] / 1e6) != prefix
    if not off.any():
        return
    at = int(np.argmax(off))
    x, y = vertices.xy[at].tolist()
    swapped = np.floor(y / 1e6) == prefix
    advice = (
        "the axes look swapped, so give the northing as north and the easting as east"
        if swapped
        else "give coordinates of this zone with its prefix, or name the CRS that they are in"
    )
    raise notes.refuse(
        f"{vertices.where(at, features)} has easting {x:.3f}, but eastings in {ref.text} begin with the "
        "zone number "
        f"{prefix} ({prefix} 000 000 to {prefix} 999 999 m); {advice}"
    )


def zone_prefix(ref: Reference) -> int | None:
    """The zone number that eastings in a CRS begin with, in millions of metres; None: they have none."""
    operation = ref.crs.coordinate_operation
    for parameter in operation.params if operation is not None else ():
        if parameter.name == "False easting":
            metres = float(parameter.value) * float(parameter.unit_conversion_factor)
            return int(metres // 1e6) if metres >= 1e6 and metres % 1e6 == 500_000.0 else None
    return None


def outside_deg(lon: Floats, lat: Floats, area: tuple[float, float, float, float]) -> Floats:
    """How far outside a box places lie, in degrees."""
    west, south, east, north = area  # east < west: across 180°
    half = ((east - west) % 360.0 or 360.0) / 2.0
    from_middle = np.abs((lon - (west + half) + 180.0) % 360.0 - 180.0)
    beside = np.maximum(from_middle - half, 0.0)
    above = np.maximum(np.maximum(lat - north, south - lat), 0.0)
    return np.asarray(np.maximum(beside, above))


def _refuse_far(vertices: Vertices, features: Features, at: int, ref: Reference, notes: Notes) -> None:
    x, y = vertices.xy[at].tolist()
    raise notes.refuse(
        f"{vertices.where(at, features)} is at east {x:.3f}, north {y:.3f}, far outside the area where "
        f"{ref.text} is used; "
        "the axes may be swapped, or another `crs` may be meant"
    )
