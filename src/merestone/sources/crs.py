"""Reference systems of sources, and the datum operation that carries each to WGS 84.

An operation is *pinned* (DESIGN section 4): named by the dossier, or else the most accurate one
that needs no grid and whose area of use contains the source's extent in the corridor. It is written
into ``dossier.lock`` with its parameters; a locked dossier refuses any other. A ballpark
transformation is never used.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from math import degrees
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.crs import BoundCRS
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from merestone.errors import BadInputError
from merestone.geometry.densify import Projection
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import Operation
from merestone.sources.notes import Notes

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; east may lie beyond 180."""

_WGS84 = CRS("EPSG:4326")
_WGS84_DATUMS = ("World Geodetic System 1984", "World Geodetic System 1984 ensemble")
_SAME_PLACE_DEG = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The horizontal CRS of a file; coordinates in the order east, north (or longitude, latitude)."""

    crs: CRS
    geodetic: CRS
    """Its longitude/latitude on its own datum."""
    text: str
    """``EPSG:…`` where it has a code, else its name."""

    @property
    def projected(self) -> bool:
        return bool(self.crs.is_projected)

    @property
    def on_wgs84(self) -> bool:
        """Whether it is WGS 84 already, so that no datum operation is due."""
        datum = self.geodetic.datum
        return datum is not None and datum.name in _WGS84_DATUMS

    @property
    def plain(self) -> bool:
        """Whether its coordinates are degrees of longitude and latitude on WGS 84 as they stand."""
        if self.projected or not self.on_wgs84:
            return False
        return self.greenwich_degrees

    @property
    def greenwich_degrees(self) -> bool:
        """Whether ``geodetic`` counts degrees from Greenwich (and not grads from Paris, say)."""
        meridian = self.geodetic.prime_meridian
        return abs(self.degrees_per_unit - 1.0) < 1e-12 and (meridian is None or meridian.longitude == 0.0)

    @property
    def degrees_per_unit(self) -> float:
        """Degrees in one unit of the axes of ``geodetic`` (0.9 for grads)."""
        return degrees(self.geodetic.axis_info[0].unit_conversion_factor)

    @property
    def ellipsoid(self) -> Ellipsoid:
        own = self.geodetic.ellipsoid
        assert own is not None
        flattening = 1.0 / own.inverse_flattening if own.inverse_flattening else 0.0
        return Ellipsoid(own.name, own.semi_major_metre, flattening)


def reference(text: str, notes: Notes, *, key: str = "crs") -> Reference:
    """The horizontal part of a CRS given as code, WKT, PROJJSON or PROJ string.

    Raises BadInputError where it is not known, or is no CRS of positions on the Earth.
    """
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        raise notes.refuse(
            f"{key} = {text[:80]!r} is no reference system that is known; write e.g. 'EPSG:4284'"
        ) from None
    if crs.is_compound:
        crs = next(part for part in crs.sub_crs_list if part.is_projected or part.is_geographic)
    if not (crs.is_projected or crs.is_geographic):
        raise notes.refuse(
            f"{key} = {crs.name!r} is a {crs.type_name}, which does not place the map on the Earth by "
            "longitude and "
            "latitude or by a projection; give the one of the map with `crs`"
        )
    crs = crs.to_2d()
    geodetic = crs.geodetic_crs
    if geodetic is None or geodetic.ellipsoid is None:
        raise notes.refuse(f"{key} = {crs.name!r} names no datum; give the full reference system with `crs`")
    authority = crs.to_authority(min_confidence=100) or crs.to_authority(min_confidence=70)
    geodetic = geodetic.to_2d()
    if crs.is_bound and crs.coordinate_operation is not None:
        source = geodetic.source_crs if geodetic.is_bound else geodetic
        geodetic = BoundCRS(source, _WGS84, crs.coordinate_operation)
    return Reference(crs, geodetic, ":".join(authority) if authority else crs.name)


def has_place(text: str | None) -> bool:
    """Whether a file's CRS says anything: GeoPackage and others have names for "undefined"."""
    if text is None:
        return False
    if not is_known(text):
        return True  # refused later, with its text
    crs = CRS.from_user_input(text)
    return not crs.is_engineering and "undefined" not in crs.name.lower()


def is_known(text: str) -> bool:
    """Whether the text names a reference system at all."""
    try:
        CRS.from_user_input(text)
    except CRSError:
        return False
    return True


def own_lonlat(ref: Reference) -> Transformer | None:
    """From the CRS to longitude/latitude on its own datum, in its own units; None: it is that already."""
    if not ref.projected:
        return None
    return Transformer.from_crs(ref.crs, ref.geodetic, always_xy=True)


def to_wgs84(ref: Reference, operation: Operation | None) -> Transformer | None:
    """From longitude/latitude on the own datum to WGS 84 degrees; None: it is that already."""
    if operation is not None:
        return Transformer.from_pipeline(operation.definition)
    if not ref.greenwich_degrees:
        return Transformer.from_crs(ref.geodetic, _WGS84, always_xy=True)
    return None


def pin_operation(ref: Reference, extent: Box, code: str | None, notes: Notes) -> dict[str, Any]:
    """The operation for a source: the mapping that ``dossier.lock`` keeps.

    ``extent`` is the source's extent in the corridor, ``code`` what the dossier names (or None).
    Raises BadInputError where no operation without grid covers the extent, or `code` is not one of
    this CRS. Keys: ``crs, code, name, accuracy_m, definition`` (a PROJ pipeline, degrees in and out).
    """
    candidates = _candidates(ref)
    if code is not None:
        chosen = next((one for one in candidates if one["code"] == code.upper()), None)
        if chosen is None:
            raise notes.refuse(
                f"operation = '{code}' does not lead from {ref.text} to WGS 84; known are "
                f"{_listed(candidates, extent)}"
            )
        if chosen["grids"]:
            raise notes.refuse(
                f"operation = '{code}' needs the grid {chosen['grids'][0]}, which merestone does not fetch; "
                f"known are {_listed(candidates, extent)}"
            )
    else:
        # A CRS that carries its own parameters (TOWGS84) has one operation, and no area of use.
        usable = [
            one
            for one in candidates
            if not one["grids"] and (ref.crs.is_bound or _covers(one["area"], extent))
        ]
        if not usable:
            west, south, east, north = extent
            raise notes.refuse(
                f"no datum operation without grid leads from {ref.text} to WGS 84 over {west:.2f} to "
                f"{east:.2f}° E, "
                f"{south:.2f} to {north:.2f}° N; name one with `operation` (known are "
                f"{_listed(candidates, extent)})"
            )
        chosen = min(
            usable, key=lambda one: (_rank(one["accuracy_m"]), one["code"] or "~", one["definition"])
        )
    _note_outside(ref, chosen, extent, notes)
    keys = ("code", "name", "accuracy_m", "definition")
    return {"crs": ref.text, **{key: chosen[key] for key in keys}}


def _note_outside(ref: Reference, chosen: Mapping[str, Any], extent: Box, notes: Notes) -> None:
    if not ref.crs.is_bound and not _covers(chosen["area"], extent):
        notes.add("operation-outside-area", operation=chosen["code"], area=list(chosen["area"] or ()))


def _listed(candidates: list[dict[str, Any]], extent: Box) -> str:
    """The candidates for a message: those that cover the extent first, then by accuracy."""

    def rank(one: dict[str, Any]) -> tuple[bool, bool, float, str]:
        outside = not _covers(one["area"], extent)
        return bool(one["grids"]), outside, _rank(one["accuracy_m"]), one["code"] or one["name"]

    names = dict.fromkeys(_named(one) for one in sorted(candidates, key=rank))
    return ", ".join(list(names)[:6]) or "none"


def _named(one: dict[str, Any]) -> str:
    accuracy = "accuracy unknown" if one["accuracy_m"] is None else f"{one['accuracy_m']:g} m"
    return f"{one['code'] or one['name']} ({accuracy}{', needs a grid' if one['grids'] else ''})"


def _rank(accuracy_m: float | None) -> float:
    return float("inf") if accuracy_m is None else accuracy_m


def _candidates(ref: Reference) -> list[dict[str, Any]]:
    """Every operation to WGS 84 that PROJ's database knows, none of them ballpark."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a better one would need a grid
        group = TransformerGroup(
            ref.geodetic, _WGS84, always_xy=True, allow_ballpark=False, allow_superseded=True
        )
    found = [_described(one) for one in group.transformers]
    found += [_described_operation(one) for one in group.unavailable_operations]
    return found


def _described(transformer: Transformer) -> dict[str, Any]:
    steps = [step for step in transformer.operations or () if step.type_name != "Conversion"]
    area = transformer.area_of_use
    return {
        "code": "+".join(_code(step) for step in steps)
        if all(_code(step) for step in steps) and steps
        else None,
        "name": " + ".join(step.name for step in steps) or transformer.name,
        "accuracy_m": transformer.accuracy if transformer.accuracy >= 0.0 else None,
        "definition": transformer.definition,
        "area": (area.west, area.south, area.east, area.north) if area else None,
        "grids": sorted(grid.short_name for step in steps for grid in step.grids),
    }


def _described_operation(operation: Any) -> dict[str, Any]:
    """One that cannot be used here because its grid is not installed; listed in messages only."""
    return {
        "code": _code(operation) or None,
        "name": operation.name,
        "accuracy_m": operation.accuracy if operation.accuracy >= 0.0 else None,
        "definition": "",
        "area": None,
        "grids": sorted(grid.short_name for grid in operation.grids) or ["(unknown)"],
    }


def _code(operation: Any) -> str:
    """``EPSG:15865``; an inverse is marked, since the code alone would name the other direction."""
    known = operation.to_json_dict().get("id") or {}
    authority = str(known.get("authority", ""))
    if not authority:
        return ""
    if authority.startswith("INVERSE("):
        return f"inverse of {authority[8:-1]}:{known['code']}"
    return f"{authority.removeprefix('DERIVED_FROM(').removesuffix(')')}:{known['code']}"


def _covers(area: Box | None, extent: Box) -> bool:
    """Whether an area of use (east < west: across 180°) contains the extent. An unknown one does not."""
    if area is None:
        return False
    west, south, east, north = area
    width = (east - west) % 360.0 or 360.0
    start = (extent[0] - west) % 360.0
    return south <= extent[1] and extent[3] <= north and start + (extent[2] - extent[0]) <= width


def locked_operation(
    ref: Reference, extent: Box, code: str | None, pinned: Mapping[str, Any] | None, notes: Notes
) -> Operation:
    """The operation that the lock pins, after making sure that nothing asks for another.

    Raises BadInputError where the lock has none, was made for another CRS or another `code`, or
    where PROJ's database now gives other parameters for the same code.
    """
    again = "run `merestone lock` again, and let the other party check the difference"
    if pinned is None:
        raise notes.refuse(f"dossier.lock pins no datum operation for {ref.text}; run `merestone lock` again")
    if pinned.get("crs", ref.text) != ref.text:
        raise notes.refuse(
            f"dossier.lock pins an operation from {pinned['crs']}, but the source is in {ref.text}; {again}"
        )
    if code is not None and code.upper() != pinned.get("code"):
        raise notes.refuse(
            f"dossier.lock pins operation {pinned.get('code')}, but the dossier names {code}; {again}"
        )
    for one in _candidates(ref):
        if one["code"] != pinned.get("code"):
            continue
        if one["definition"] and not _same(one["definition"], pinned, extent, notes):
            raise notes.refuse(
                f"dossier.lock pins other parameters for {pinned['code']} than PROJ has here; {again}"
            )
        _note_outside(ref, one, extent, notes)
    return Operation(pinned.get("code"), pinned["name"], pinned.get("accuracy_m"), pinned["definition"])


def _same(definition: str, pinned: Mapping[str, Any], extent: Box, notes: Notes) -> bool:
    """Whether two pipelines put the corners of the extent at one place: their text may differ by version."""
    west, south, east, north = extent
    lon, lat = np.array([west, east, west, east]), np.array([south, south, north, north])
    try:
        locked = np.array(Transformer.from_pipeline(str(pinned["definition"])).transform(lon, lat))
    except (ProjError, KeyError):
        raise notes.refuse(
            "the pinned operation in dossier.lock cannot be read; run `merestone lock` again"
        ) from None
    here = np.array(Transformer.from_pipeline(definition).transform(lon, lat))
    return bool(np.abs(locked - here).max() <= _SAME_PLACE_DEG)


def grid_projections(text: str) -> tuple[Projection, Projection]:
    """From WGS 84 longitude/latitude to the grid called ``text``, and back, as for edges straight in it.

    Raises BadInputError where it is no projected system on WGS 84: another needs its datum operation pinned,
    as a dossier does.
    """
    notes = Notes(None, text)
    ref = reference(text, notes)
    if not ref.projected or not ref.on_wgs84:
        raise BadInputError(
            f"--crs {text}: a grid line needs a projected system on WGS 84, such as EPSG:32638"
        )
    there = Transformer.from_crs(_WGS84, ref.crs, always_xy=True)
    back = Transformer.from_crs(ref.crs, _WGS84, always_xy=True)

    def projection(transformer: Transformer) -> Projection:
        return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return projection(there), projection(back)
