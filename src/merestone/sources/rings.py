"""Areas from polygons as drawn: invalid rings read in one of two documented ways.

An invalid polygon is read with GEOS ``make_valid`` by its *structure* (outer rings are land, inner
rings are not; overlaps count once) or, if the dossier says ``rings = "linework"``, by its
*linework* (what an odd number of rings encloses is land). A finding gives the area of both.
"""

import re
from collections.abc import Sequence

import numpy as np
import shapely

from merestone.geometry.areas import areas_m2
from merestone.model.ellipsoid import Ellipsoid
from merestone.sources.notes import Notes

_PLACE = re.compile(r"^(.*)\[(\S+) (\S+)\]$")
_OVERLAP_KM2 = 1e-6
METHODS = ("structure", "linework")


def area_of(
    geometry: shapely.Geometry,
    feature: int | str,
    rings: str,
    ellipsoid: Ellipsoid,
    notes: Notes,
    party: str | None,
) -> shapely.MultiPolygon:
    """One feature's polygons as a valid area; ``geometry`` is a Polygon or MultiPolygon in degrees."""
    if shapely.is_valid(geometry):
        return _multi(geometry)
    readings = {method: _valid(geometry, method) for method in METHODS}
    km2 = dict(
        zip(
            METHODS,
            (areas_m2(np.array(list(readings.values()), dtype=object), ellipsoid) / 1e6).tolist(),
            strict=True,
        )
    )
    other = next(method for method in METHODS if method != rings)
    reason, place = explained(geometry)
    notes.add(
        "ring-invalid", place, feature=str(feature), party=party, reason=reason, rings=rings, other=other,
        area_km2=round(km2[rings], 4), other_area_km2=round(km2[other], 4),
            difference_km2=round(abs(km2[rings] - km2[other]), 4),
    )  # fmt: skip
    return readings[rings]


def explained(geometry: shapely.Geometry) -> tuple[str, tuple[float, float] | None]:
    """Why a geometry is invalid, in GEOS's words, and where."""
    found = _PLACE.match(shapely.is_valid_reason(geometry))
    if found is None:
        return shapely.is_valid_reason(geometry), None
    return found[1].strip(), (float(found[2]), float(found[3]))


def _valid(geometry: shapely.Geometry, method: str) -> shapely.MultiPolygon:
    if method == "linework":
        return polygonal(shapely.make_valid(geometry, method="linework"))
    return polygonal(shapely.make_valid(geometry, method="structure", keep_collapsed=False))


def polygonal(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """The polygons among the parts of a geometry, however deeply they are nested."""
    parts = shapely.get_parts(geometry)
    found: list[shapely.Polygon] = []
    for part in parts:
        if part.geom_type == "Polygon":
            if not part.is_empty:
                found.append(part)
        elif part.geom_type in ("MultiPolygon", "GeometryCollection"):
            found += polygonal(part).geoms
    return shapely.MultiPolygon(found)


def _multi(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    return geometry if geometry.geom_type == "MultiPolygon" else polygonal(geometry)


def united(
    areas: Sequence[shapely.MultiPolygon], ellipsoid: Ellipsoid, notes: Notes, party: str | None
) -> shapely.MultiPolygon:
    """The union of a party's features; a finding if some of them overlap."""
    if len(areas) == 1:
        return areas[0]
    whole = polygonal(shapely.union_all(list(areas)))
    km2 = areas_m2(np.array([*areas, whole], dtype=object), ellipsoid) / 1e6
    overlap_km2 = float(km2[:-1].sum() - km2[-1])
    if overlap_km2 > max(_OVERLAP_KM2, 1e-12 * float(km2[-1])):
        notes.add("features-overlap", party=party, features=len(areas), overlap_km2=round(overlap_km2, 6))
    return whole
