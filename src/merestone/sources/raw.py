"""A source as its file has it: the right features for each side, in the file's own CRS, checked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.model.sources import EdgeType, Party, SourceKind
from merestone.sources.crs import Reference, has_place, is_known, reference
from merestone.sources.notes import Notes
from merestone.sources.osm import note_incomplete
from merestone.sources.ranges import check_coordinates
from merestone.sources.read import reader
from merestone.sources.rows import Features, Reader, plain
from merestone.sources.spec import LayerSpec, SourceSpec
from merestone.sources.tables import is_table, table_reader

_SHARE_OF_DECIMALS = 0.9
"""So many of the coordinates must be written to the decimals that a file is said to have."""
_MOST_DECIMALS = 9
_DECIMALS_FROM_METRES = 5
"""A metre is about 1e-5 of a degree."""


@dataclass(frozen=True, slots=True, eq=False)
class RawSource:
    """What one file holds for one source. ``sides`` has the party id as key, None for lines."""

    spec: SourceSpec
    notes: Notes
    ref: Reference
    edges: EdgeType
    sides: Mapping[str | None, Features]
    coordinate_decimals: int


def raw_source(root: Path, spec: SourceSpec, parties: tuple[Party, ...]) -> RawSource:
    """Read the features of a source. Raises BadInputError where file, filters or coordinates are wrong."""
    notes = Notes(spec.id, spec.path)
    with open_source(root, spec, notes) as file:
        ref = reference_of(file.crs, spec.crs, notes)
        sides = (
            _lines(file, spec, notes) if spec.kind is SourceKind.LINES else _sides(file, spec, parties, notes)
        )
        filters = [both(spec.where, where) for where in spec.side.values()]
        note_incomplete(root / spec.path, spec.layer, filters, notes)
        edges = spec.edges or file.edges or (EdgeType.GRID if ref.projected else EdgeType.STRAIGHT)
    if edges is EdgeType.GRID and not ref.projected:
        edges = EdgeType.STRAIGHT  # the grid of longitude and latitude
    for features in sides.values():
        check_coordinates(features, ref, notes)
    return RawSource(spec, notes, ref, edges, sides, _decimals(sides, ref))


@contextmanager
def open_source(root: Path, spec: SourceSpec | LayerSpec, notes: Notes) -> Iterator[Reader]:
    """Open the file of a source or layer: a table of coordinates, or any vector format."""
    path = root / spec.path
    if is_table(path, spec.encoding):
        yield table_reader(path, spec, notes)
        return
    with reader(path, notes, layer=spec.layer, encoding=spec.encoding) as file:
        yield file


def reference_of(by_file: str | None, by_dossier: str | None, notes: Notes) -> Reference:
    """The CRS of a file: the dossier's word, else the file's; refused where neither says one."""
    if by_dossier is None:
        if by_file is None or not has_place(by_file):
            raise notes.refuse(
                "nothing says which reference system its coordinates are in; find out from the publisher "
                "and write "
                "e.g. crs = 'EPSG:4284' in the dossier"
            )
        return reference(by_file, notes)
    ref = reference(by_dossier, notes)
    if by_file is None or not has_place(by_file):
        notes.add("crs-by-dossier", crs=ref.text)
    elif not is_known(by_file):
        notes.add("crs-overridden", crs=ref.text, by_file=by_file[:80])
    elif not (other := reference(by_file, notes)).crs.equals(ref.crs, ignore_axis_order=True):
        notes.add("crs-overridden", crs=ref.text, by_file=other.text)
    return ref


def _sides(
    file: Reader, spec: SourceSpec, parties: tuple[Party, ...], notes: Notes
) -> dict[str | None, Features]:
    sides = _by_field(file, spec, parties, notes) if spec.party_field else _by_filters(file, spec, notes)
    ids = {party: set(features.fids.tolist()) for party, features in sides.items()}
    if len(ids) == 2:
        one, other = ids.values()
        if one == other:
            raise notes.refuse(
                f"the filters of both parties select the same features ({_some(one)}); correct `side` so "
                "that each "
                "selects the land of its party"
            )
        if one & other:
            notes.add("feature-on-both-sides", features=sorted(one & other)[:20], count=len(one & other))
    return {party: _land(features, str(party), notes) for party, features in sides.items()}


def _by_filters(file: Reader, spec: SourceSpec, notes: Notes) -> dict[str | None, Features]:
    sides: dict[str | None, Features] = {}
    for party, where in sorted(spec.side.items()):
        features = file.select(both(spec.where, where))
        if not len(features.fids):
            raise notes.refuse(
                f"the filter {both(spec.where, where)!r} for {party} selects no feature; its attributes "
                f"are {fields_of(file)}, "
                "so correct `side`"
            )
        sides[party] = features
    return sides


def _by_field(
    file: Reader, spec: SourceSpec, parties: tuple[Party, ...], notes: Notes
) -> dict[str | None, Features]:
    name = spec.party_field or ""
    if not file.fields:
        raise notes.refuse("its features have no attributes, or there are none; name another file")
    if name not in file.fields:
        raise notes.refuse(
            f"there is no attribute '{name}'; its attributes are {fields_of(file)}, so correct `party_field`"
        )
    features = file.select(spec.where)
    values = np.array([str(plain(value)) for value in features.columns[name]], dtype=object)
    sides: dict[str | None, Features] = {}
    for party in sorted(party.id for party in parties):
        rows = np.flatnonzero(values == party)
        if not rows.size:
            some = ", ".join(sorted(set(values.tolist()))[:8])
            raise notes.refuse(
                f"no feature has {name} = '{party}'; it holds {some or 'nothing'}, so correct "
                "`party_field` or use `side`"
            )
        sides[party] = features.taken(rows)
    return sides


def _lines(file: Reader, spec: SourceSpec, notes: Notes) -> dict[str | None, Features]:
    features = file.select(spec.where)
    if not len(features.fids):
        raise notes.refuse(
            f"the filter {spec.where!r} selects no feature" if spec.where else "it holds no feature"
        )
    kept = np.empty(len(features.fids), dtype=object)
    outlines: list[int] = []
    for k, (fid, geometry) in enumerate(zip(features.fids.tolist(), features.geometries, strict=True)):
        if geometry is None or geometry.is_empty:
            raise notes.refuse(
                f"feature {fid} has no geometry, or one that cannot be read; correct the file or leave it "
                "out with `where`"
            )
        parts = [
            part for part in _flat(geometry) if part.geom_type in ("LineString", "LinearRing", "Polygon")
        ]
        if not parts:
            raise notes.refuse(
                f"feature {fid} is a {geometry.geom_type}; a source of kind 'lines' needs lines"
            )
        if any(part.geom_type == "Polygon" for part in parts):
            outlines.append(fid)
        lines = [
            line
            for part in parts
            for line in (shapely.get_parts(part.boundary) if part.geom_type == "Polygon" else [part])
        ]
        kept[k] = shapely.MultiLineString([line for line in lines if not line.is_empty])
    if outlines:
        notes.add("outlines-as-lines", features=outlines[:20], count=len(outlines))
    return {None: replace(features, geometries=kept)}


def _land(features: Features, party: str, notes: Notes) -> Features:
    """The polygons of each feature; refuses what cannot be land."""
    kept = np.empty(len(features.fids), dtype=object)
    dropped = 0
    for k, (fid, geometry) in enumerate(zip(features.fids.tolist(), features.geometries, strict=True)):
        if geometry is None or geometry.is_empty:
            raise notes.refuse(
                f"feature {fid}, on the side of {party}, has no geometry, or one that cannot be read; "
                "correct the file or the filter"
            )
        parts = _flat(geometry)
        polygons = [part for part in parts if part.geom_type == "Polygon"]
        if not polygons:
            raise notes.refuse(
                f"feature {fid}, on the side of {party}, is a {geometry.geom_type}; a side is made of "
                "polygons, so "
                "correct the filter, or say kind = 'lines'"
            )
        dropped += len(parts) - len(polygons)
        kept[k] = shapely.MultiPolygon(polygons)
    if dropped:
        notes.add("parts-not-land", party=party, count=dropped)
    return replace(features, geometries=kept)


def _flat(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    """The single parts of a geometry, however deeply nested; empty ones left out."""
    if not hasattr(geometry, "geoms"):
        return [] if geometry.is_empty else [geometry]
    return [single for part in geometry.geoms for single in _flat(part)]


def both(one: str | None, other: str) -> str:
    """Two attribute filters as one."""
    return f"({one}) AND ({other})" if one else other


def fields_of(file: Reader) -> str:
    """The attributes of a file, for a message."""
    more = f" and {len(file.fields) - 12} more" if len(file.fields) > 12 else ""
    return (", ".join(file.fields[:12]) or "none") + more


def _some(fids: set[int]) -> str:
    listed = ", ".join(map(str, sorted(fids)[:5]))
    return listed + (", …" if len(fids) > 5 else "")


def _decimals(sides: Mapping[str | None, Features], ref: Reference) -> int:
    """Decimals of a degree to which nine tenths of the coordinates are written."""
    found = [shapely.get_coordinates(features.geometries) for features in sides.values()]
    values: NDArray[np.float64] = np.concatenate(found).ravel() if found else np.empty(0)
    for decimals in range(_MOST_DECIMALS + 1):
        if (
            np.mean(
                np.abs(values - np.round(values, decimals)) <= 1e-9 * 10.0**-decimals + 4e-16 * np.abs(values)
            )
            >= _SHARE_OF_DECIMALS
        ):
            return min(_MOST_DECIMALS, decimals + (_DECIMALS_FROM_METRES if ref.projected else 0))
    return _MOST_DECIMALS
