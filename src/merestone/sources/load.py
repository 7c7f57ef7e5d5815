"""From a parsed dossier to all that a comparison needs: sources and layers, read and carried to WGS 84."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from merestone.model.accuracy import Accuracy, Measure
from merestone.model.candidates import NOT_STATED
from merestone.model.descriptions import TERMS
from merestone.model.findings import Finding, finding
from merestone.model.progress import Progress, silent
from merestone.model.sources import Case, Layer, Operation, Source, SourceInfo, SourceKind
from merestone.sources.assemble import Assembler
from merestone.sources.budget import accuracy_budget, total_95_m
from merestone.sources.covers import covers_of
from merestone.sources.crs import Reference, locked_operation, pin_operation
from merestone.sources.edges import Carrier
from merestone.sources.extents import Extents, extents_of, rough_rings
from merestone.sources.hashes import hash_of
from merestone.sources.layers import RawLayer, layer_of, raw_layer
from merestone.sources.notes import Notes
from merestone.sources.raw import RawSource, raw_source
from merestone.sources.rows import Features
from merestone.sources.spec import DossierSpec, Lock


@dataclass(frozen=True, slots=True, eq=False)
class Files:
    """Everything that the files of a dossier hold, before any datum operation. Good for one `load_case`."""

    sources: tuple[RawSource, ...]
    layers: tuple[RawLayer, ...]
    extents: Extents


def load_case(
    spec: DossierSpec,
    lock: Lock | None,
    *,
    sha256: str,
    oriented: str,
    files: Files | None = None,
    progress: Progress = silent,
) -> Case:
    """Every source and layer of a dossier, from ``files`` where they were read already.

    ``lock`` gives hashes and pinned datum operations; without one both are worked out from the
    files. Geometry of the result is longitude/latitude in degrees on WGS 84, in working longitudes,
    with straight edges (ADR 0001). Raises BadInputError with the file, feature or key and what to do;
    MissingExtraError where a format needs an extra.
    """
    raw = read_files(spec, progress=progress) if files is None else files
    sources = [_source(spec, lock, one, raw.extents) for one in raw.sources]
    layers = [_layer(spec, lock, one, raw.extents) for one in raw.layers]
    return Case(
        spec.title, sha256, oriented, spec.parties, spec.settings, tuple(sources), tuple(layers),
        tuple(_of_frame(raw.extents)), spec.ellipsoid, spec.same_line, spec.unchanged, spec.arrangements,
        spec.access,
    )  # fmt: skip


def pin_operations(
    spec: DossierSpec, *, files: Files | None = None, progress: Progress = silent
) -> dict[str, dict[str, Any]]:
    """The datum operation of each source (by id) and layer (by path) that needs one, for ``dossier.lock``."""
    raw = read_files(spec, progress=progress) if files is None else files
    pinned: dict[str, dict[str, Any]] = {}
    for one in raw.sources:
        if not one.ref.on_wgs84:
            extent = raw.extents.of(_rings(one.sides.values(), one.ref))
            pinned[one.spec.id] = pin_operation(one.ref, extent, one.spec.operation, _unkept(one))
    for layer in raw.layers:
        if not layer.ref.on_wgs84 and len(layer.features.fids):
            extent = raw.extents.of(_rings([layer.features], layer.ref))
            pinned[layer.spec.path] = pin_operation(layer.ref, extent, None, _unkept(layer))
    return dict(sorted(pinned.items()))


def _unkept(raw: RawSource | RawLayer) -> Notes:
    """For refusals only: what is to be noted of an operation is noted when it is used."""
    return Notes(raw.notes.source, raw.spec.path)


def read_files(spec: DossierSpec, *, progress: Progress = silent) -> Files:
    """Read every file of a dossier. Raises BadInputError with the file, feature or key and what to do."""
    count = len(spec.sources) + len(spec.layers)
    sources: list[RawSource] = []
    for source in sorted(spec.sources, key=lambda one: one.id):
        progress("reading", source.id, len(sources) / count)
        sources.append(raw_source(spec.root, source, spec.parties))
    layers: list[RawLayer] = []
    for layer in spec.layers:
        progress("reading", layer.path, (len(sources) + len(layers)) / count)
        layers.append(raw_layer(spec.root, layer, spec.parties))
    progress("reading", None, 1.0)
    return Files(tuple(sources), tuple(layers), extents_of(sources, spec.settings))


def _rings(many: Iterable[Features], ref: Reference) -> list[Any]:
    return [ring for features in many for ring in rough_rings(features, ref)]


def _operation(
    ref: Reference,
    features: Sequence[Features],
    extents: Extents,
    key: str,
    code: str | None,
    lock: Lock | None,
    notes: Notes,
) -> Operation | None:
    """The pinned operation, or None on WGS 84; a finding names it."""
    if ref.on_wgs84:
        if code is not None:
            raise notes.refuse(
                f"operation = '{code}' has nothing to do, since {ref.text} is on WGS 84; remove it"
            )
        return None
    extent = extents.of(_rings(features, ref))
    if lock is None:
        pinned = pin_operation(ref, extent, code, notes)
        operation = Operation(pinned["code"], pinned["name"], pinned["accuracy_m"], pinned["definition"])
    else:
        operation = locked_operation(ref, extent, code, lock.operations.get(key), notes)
    named = operation.code or "without code"
    known = (
        "unknown" if operation.accuracy_m is None else f"{operation.accuracy_m:g} m, read as RMSE (assumed)"
    )
    notes.add("datum-operation", crs=ref.text, operation=named, name=operation.name, accuracy=known)
    return operation


def _source(spec: DossierSpec, lock: Lock | None, raw: RawSource, extents: Extents) -> Source:
    notes = raw.notes
    operation = _operation(
        raw.ref, list(raw.sides.values()), extents, raw.spec.id, raw.spec.operation, lock, notes
    )
    carrier = Carrier(raw.ref, operation, raw.edges, notes)
    assembler = Assembler(carrier, extents.frame, spec.ellipsoid, raw.spec.rings, notes)
    lines = assembler.lines(raw.sides[None]) if raw.spec.kind is SourceKind.LINES else None
    parties = sorted(party for party in raw.sides if party is not None)
    sides = {party: assembler.area(raw.sides[party], party) for party in parties}
    drawn = assembler.finish()
    covers = covers_of(spec.root, raw.spec, extents.frame, spec.ellipsoid, notes)
    info = _info(spec.root, lock, raw, operation)
    return Source(info, sides, lines, covers, drawn, notes.findings)


def _info(root: Path, lock: Lock | None, raw: RawSource, operation: Operation | None) -> SourceInfo:
    spec = raw.spec
    terms = accuracy_budget(spec, operation)
    return SourceInfo(
        id=spec.id, kind=spec.kind, sha256=_sha256(root, spec.path, lock), title=spec.title,
        publisher=spec.publisher, licence=spec.licence, attribution=spec.attribution, notes=spec.notes,
        date=spec.date, scale=spec.scale, accuracy=_accuracy(spec.accuracy), accuracy_95_m=total_95_m(terms),
        accuracy_budget=terms, common_share=spec.common_share, correlation_km=spec.correlation_km,
        edges=raw.edges, rings=spec.rings, crs=raw.ref.text, operation=operation, family=spec.family,
        standing=spec.standing, map=spec.map, covers_text=spec.covers,
        coordinate_decimals=raw.coordinate_decimals, legs=_legs(raw),
    )  # fmt: skip


def _legs(raw: RawSource) -> tuple[Mapping[str, str], ...]:
    """What a table states of the legs of the features that are used."""
    said = (
        leg
        for party in sorted(raw.sides, key=str)
        for fid in raw.sides[party].fids.tolist()
        for leg in raw.sides[party].said.get(fid, ())
    )
    return tuple({"from": leg["from"], "to": leg["to"], **_stated(leg)} for leg in said if _stated(leg))


def _stated(leg: Mapping[str, str]) -> Mapping[str, str]:
    found = {term: leg[term] for term in TERMS if term in leg}
    return {term: found.get(term, NOT_STATED) for term in TERMS} if found else {}


def _accuracy(accuracy: Accuracy | None) -> Accuracy | None:
    """What follows from a map scale is always assumed: no map promised it about a boundary."""
    if accuracy is None or accuracy.assumed or accuracy.measure is not Measure.SCALE:
        return accuracy
    return replace(accuracy, assumed=True)


def _sha256(root: Path, path: str, lock: Lock | None) -> str:
    if lock is not None and path in lock.files:
        return lock.files[path]
    return hash_of(root / path)


def _layer(spec: DossierSpec, lock: Lock | None, raw: RawLayer, extents: Extents) -> Layer:
    operation = None
    if len(raw.features.fids):
        operation = _operation(raw.ref, [raw.features], extents, raw.spec.path, None, lock, raw.notes)
    return layer_of(raw, operation, extents.frame, spec.ellipsoid, _sha256(spec.root, raw.spec.path, lock))


def _of_frame(extents: Extents) -> list[Finding]:
    if extents.frame.cut == -180.0:
        return []
    return [finding("working-longitudes", west_deg=extents.frame.cut, east_deg=extents.frame.cut + 360.0)]
