"""Coasts, baselines and base points given as files, without a dossier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.errors import BadInputError
from merestone.model.findings import Finding
from merestone.model.lines import Strand
from merestone.model.sources import EdgeType, Operation
from merestone.sources.crs import Reference, pin_operation
from merestone.sources.edges import Carrier
from merestone.sources.extents import rough_rings
from merestone.sources.notes import Notes
from merestone.sources.ranges import check_coordinates
from merestone.sources.raw import reference_of
from merestone.sources.read import reader
from merestone.sources.rows import Features, plain

Floats = NDArray[np.float64]
_POINTS = ("Point",)
_LINES = ("LineString", "LinearRing")
_AREAS = ("Polygon",)


@dataclass(frozen=True, slots=True, eq=False)
class BaseFeature:
    """One feature: ``name`` as it can be ignored by, and its strands, longitude and latitude on WGS 84."""

    name: str
    aliases: tuple[str, ...]
    strands: tuple[Strand, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What one file gives for one party. ``drawn`` are its vertices where edges became chains, else None."""

    party: str
    path: str
    kind: str
    features: tuple[BaseFeature, ...]
    drawn: Floats | None
    findings: tuple[Finding, ...]


def read_base(party: str, path: Path) -> Base:
    """Read lines, areas or points; longitudes as in the file, each line continuous.

    Raises BadInputError where the file mixes them, has no feature, or cannot be placed.
    """
    notes = _BaseNotes(party, path.name)
    if not path.exists():
        raise BadInputError(f"--base {party}={path}: no such file; check the path")
    with reader(path, notes) as file:
        ref = reference_of(file.crs, None, notes)
        features = file.select(None)
        edges = file.edges or (EdgeType.GRID if ref.projected else EdgeType.STRAIGHT)
    if edges is EdgeType.GRID and not ref.projected:
        edges = EdgeType.STRAIGHT
    kind = _kind(features, notes)
    check_coordinates(features, ref, notes)
    carrier = Carrier(ref, operation_for(ref, features, notes), edges, notes)
    made, drawn = _carried(features, carrier)
    if kind == "points":
        notes.add("base-as-points", base=notes.what, count=sum(len(one.strands) for one in made))
    return Base(party, path.name, kind, tuple(made), drawn, notes.findings)


class _BaseNotes(Notes):
    """Notes on a base file: there is no source and no dossier to name."""

    @property
    def what(self) -> str:
        return f"base {self.source} ({self.path})"


def _kind(features: Features, notes: Notes) -> str:
    """points, lines or areas: the one kind of all features."""
    kinds: dict[str, int] = {}
    for fid, geometry in zip(features.fids.tolist(), features.geometries, strict=True):
        if geometry is None or geometry.is_empty:
            raise notes.refuse(f"feature {fid} has no geometry; correct the file")
        for part in singles(geometry):
            for kind, types in (("points", _POINTS), ("lines", _LINES), ("areas", _AREAS)):
                if part.geom_type in types:
                    kinds.setdefault(kind, fid)
    if not kinds:
        raise notes.refuse("it holds no feature; a base is made of lines, areas or points")
    if len(kinds) > 1:
        told = " and ".join(f"{kind} (feature {fid})" for kind, fid in sorted(kinds.items()))
        raise notes.refuse(f"it mixes {told}; give each kind its own file, or turn areas into lines")
    return next(iter(kinds))


def singles(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    """The parts of a collection, however deep."""
    if not hasattr(geometry, "geoms"):
        return [geometry]
    return [one for part in geometry.geoms for one in singles(part)]


def operation_for(ref: Reference, features: Features, notes: Notes) -> Operation | None:
    """The datum operation for a file that no dossier speaks of, noted; None: it is on WGS 84."""
    if ref.on_wgs84:
        return None
    coords = np.concatenate(rough_rings(features, ref))
    (west, south), (east, north) = coords.min(axis=0).tolist(), coords.max(axis=0).tolist()
    pinned = pin_operation(ref, (west, south, east, north), None, notes)
    operation = Operation(pinned["code"], pinned["name"], pinned["accuracy_m"], pinned["definition"])
    known = "unknown" if operation.accuracy_m is None else f"{operation.accuracy_m:g} m"
    named = operation.code or "an operation without code"
    notes.add("base-crs", base=notes.what, crs=ref.text, operation=named, name=operation.name, accuracy=known)
    return operation


def _carried(features: Features, carrier: Carrier) -> tuple[list[BaseFeature], Floats | None]:
    drawn: list[Floats] = []
    chained = False
    made = []
    for row, (fid, geometry) in enumerate(zip(features.fids.tolist(), features.geometries, strict=True)):
        strands = []
        for part in singles(geometry):
            rings = shapely.get_rings(part) if part.geom_type in _AREAS else [part]
            for ring in rings:
                coords, flags = carrier.line(shapely.get_coordinates(ring), features.legs.get(fid))
                closed = len(coords) > 1 and bool((coords[0] == coords[-1]).all())
                open_ = not closed and len(coords) > 1
                strands.append(Strand(coords, open_, open_))
                drawn.append(coords[flags])
                chained = chained or not bool(flags.all())
        made.append(BaseFeature(str(fid), _aliases(features.columns, row), tuple(strands)))
    return made, np.unique(np.concatenate(drawn), axis=0) if chained else None


def _aliases(columns: Mapping[str, NDArray[Any]], row: int) -> tuple[str, ...]:
    """What else a feature goes by: its attributes id and name."""
    wanted = [name for name in columns if name.casefold() in {"id", "name"}]
    values = [plain(columns[name][row]) for name in sorted(wanted)]
    return tuple(str(value) for value in values if value is not None)


def without(base: Base, ignored: Sequence[str]) -> tuple[tuple[Strand, ...], tuple[str, ...]]:
    """The strands of a base without the features named, and the names of those left out.

    Raises BadInputError for a name that no feature has, or where nothing would be left.
    """
    left: list[BaseFeature] = []
    out: list[str] = []
    for feature in base.features:
        hit = [name for name in (feature.name, *feature.aliases) if name in ignored]
        if hit:
            out.append(hit[0])
        else:
            left.append(feature)
    unknown = [name for name in ignored if not any(name in (f.name, *f.aliases) for f in base.features)]
    if unknown:
        known = ", ".join(feature.name for feature in base.features[:12])
        raise BadInputError(
            f"--ignore {base.party}={unknown[0]}: {base.path} has no such feature (by number, id or name); "
            f"its features are {known}"
        )
    if not left:
        raise BadInputError(f"--ignore: nothing of {base.path} would be left")
    return tuple(strand for feature in left for strand in feature.strands), tuple(sorted(out))
