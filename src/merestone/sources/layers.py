"""Layers of a dossier: districts, settlements, waters and the like, read as context."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.model.accuracy import Measure, radius_95_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType, Feature, Layer, Operation, Party
from merestone.sources.assemble import Assembler
from merestone.sources.crs import Reference
from merestone.sources.edges import Carrier
from merestone.sources.longitudes import Frame
from merestone.sources.notes import Notes
from merestone.sources.osm import note_incomplete, tags_of
from merestone.sources.ranges import check_coordinates
from merestone.sources.raw import both, fields_of, open_source, reference_of
from merestone.sources.rings import area_of
from merestone.sources.rows import Features, plain
from merestone.sources.spec import LayerSpec


class RawLayer:
    """A layer as its file has it, with the party of each feature."""

    def __init__(
        self, spec: LayerSpec, notes: Notes, ref: Reference, features: Features, party: Mapping[int, str]
    ) -> None:
        self.spec = spec
        self.notes = notes
        self.ref = ref
        self.features = features
        self.party = party


def raw_layer(root: Path, spec: LayerSpec, parties: tuple[Party, ...]) -> RawLayer:
    """Read the features of a layer. Raises BadInputError where file, filters or columns are wrong."""
    notes = Notes(None, spec.path)
    with open_source(root, spec, notes) as file:
        ref = reference_of(file.crs, spec.crs, notes)
        features = _with_geometry(file.select(spec.where), notes)
        wanted = (spec.id_field, spec.party_field, spec.ref_field, *spec.names.values())
        features = with_tags(features, [name for name in wanted if name is not None])
        for name in wanted:
            if name is not None and name not in features.columns:
                raise notes.refuse(f"there is no attribute '{name}'; its attributes are {fields_of(file)}")
        note_incomplete(root / spec.path, spec.layer, [spec.where or "", *spec.side.values()], notes)
        party: dict[int, str] = {}
        for side, where in sorted(spec.side.items()):
            for fid in file.select(both(spec.where, where)).fids.tolist():
                if fid in party:
                    raise notes.refuse(f"feature {fid} is on the side of both parties; correct `side`")
                party[fid] = side
    if spec.party_field:
        known = {one.id for one in parties}
        values = zip(features.fids.tolist(), features.columns[spec.party_field], strict=True)
        party = {fid: str(plain(value)) for fid, value in values if str(plain(value)) in known}
    check_coordinates(features, ref, notes)
    return RawLayer(spec, notes, ref, features, party)


def _with_geometry(features: Features, notes: Notes) -> Features:
    missing = np.array([one is None or one.is_empty for one in features.geometries], dtype=bool)
    if not missing.any():
        return features
    notes.add(
        "feature-without-geometry", features=features.fids[missing][:20].tolist(), count=int(missing.sum())
    )
    return features.taken(np.flatnonzero(~missing))


def with_tags(features: Features, names: Sequence[str]) -> Features:
    """The features with tags that GDAL gathers in ``other_tags`` as attributes, where asked for."""
    tags = features.columns.get("other_tags")
    missing = [name for name in names if name not in features.columns]
    if tags is None or not missing:
        return features
    own = [tags_of(plain(one)) for one in tags]
    found = {name: np.array([one.get(name) for one in own], dtype=object) for name in missing}
    given = {name: values for name, values in found.items() if any(one is not None for one in values)}
    return replace(features, columns={**features.columns, **given})


def layer_of(
    raw: RawLayer, operation: Operation | None, frame: Frame, ellipsoid: Ellipsoid, sha256: str
) -> Layer:
    """The layer in working longitudes; features sorted by id."""
    edges = EdgeType.GRID if raw.ref.projected else EdgeType.STRAIGHT
    carrier = Carrier(raw.ref, operation, edges, raw.notes)
    assembler = Assembler(carrier, frame, ellipsoid, "structure", raw.notes)
    features = [
        _feature(raw, row, carrier, assembler, frame, ellipsoid) for row in range(len(raw.features.fids))
    ]
    _note_ids(features, raw.notes)
    spec = raw.spec
    assumed = spec.accuracy is not None and (spec.accuracy.assumed or spec.accuracy.measure is Measure.SCALE)
    return Layer(
        spec.kind, spec.path, sha256, spec.title, spec.publisher, spec.licence, spec.attribution, spec.date,
        radius_95_m(spec.accuracy, None), assumed, tuple(sorted(features, key=_natural)), raw.notes.findings,
    )  # fmt: skip


def _feature(
    raw: RawLayer, row: int, carrier: Carrier, assembler: Assembler, frame: Frame, ellipsoid: Ellipsoid
) -> Feature:
    spec, features = raw.spec, raw.features
    fid = int(features.fids[row])
    attributes: dict[str, Any] = {name: plain(values[row]) for name, values in features.columns.items()}
    ident, names = _named(spec, fid, attributes)
    geometry = _geometry(features.geometries[row], ident, carrier, assembler, frame, ellipsoid, raw.notes)
    ref = attributes[spec.ref_field] if spec.ref_field else None
    return Feature(
        ident, dict(sorted(names.items())), raw.party.get(fid), geometry, attributes,
        None if ref in (None, "") else str(ref),
    )  # fmt: skip


def _named(spec: LayerSpec, fid: int, attributes: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The id of a feature and its names by language."""
    ident = str(attributes[spec.id_field] if spec.id_field else fid)
    names = {language: str(attributes[name]) for language, name in spec.names.items() if attributes[name]}
    return ident, {**names, **spec.name_forms.get(ident, {})}


def names_of(raw: RawLayer) -> Iterator[tuple[str, dict[str, str]]]:
    """The id and the names by language of every feature of a layer, in the order of its file."""
    wanted = {raw.spec.id_field, *raw.spec.names.values()} - {None}
    columns = {name: raw.features.columns[name] for name in wanted if name is not None}
    for row, fid in enumerate(raw.features.fids.tolist()):
        yield _named(raw.spec, fid, {name: plain(values[row]) for name, values in columns.items()})


def _geometry(
    geometry: shapely.Geometry, ident: str, carrier: Carrier, assembler: Assembler, frame: Frame,
    ellipsoid: Ellipsoid, notes: Notes,
) -> shapely.Geometry:  # fmt: skip
    """One feature's geometry on WGS 84 in working longitudes; polygons valid."""
    kind = geometry.geom_type
    if kind in ("Polygon", "MultiPolygon"):
        whole = shapely.MultiPolygon([geometry]) if kind == "Polygon" else geometry
        area = area_of(assembler.polygons(whole, ident), ident, "structure", ellipsoid, notes, None)
        area = assembler.into_frame(area, None)
        return area.geoms[0] if kind == "Polygon" and len(area.geoms) == 1 else area
    if kind in ("LineString", "LinearRing"):
        return shapely.LineString(frame.placed(carrier.line(shapely.get_coordinates(geometry))[0]))
    if kind == "Point":
        return shapely.Point(frame.placed(carrier.points(shapely.get_coordinates(geometry)))[0])
    parts = [_geometry(part, ident, carrier, assembler, frame, ellipsoid, notes) for part in geometry.geoms]
    if kind in ("MultiPoint", "MultiLineString"):
        return type(geometry)(parts)
    return shapely.GeometryCollection(parts)


def _note_ids(features: list[Feature], notes: Notes) -> None:
    seen: set[str] = set()
    twice: set[str] = set()
    for one in features:
        (twice if one.id in seen else seen).add(one.id)
    if twice:
        notes.add("layer-ids-repeated", ids=sorted(twice)[:20], count=len(twice))


def _natural(feature: Feature) -> tuple[int, int, str]:
    """Numbers in the order of numbers, then other ids in the order of text."""
    return (0, int(feature.id), "") if feature.id.isdecimal() else (1, 0, feature.id)
