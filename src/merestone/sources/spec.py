"""What ``dossier.toml`` says, as types: paths and filters, nothing read from the files yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from merestone.model.accuracy import Accuracy
from merestone.model.documents import Evidence
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.settings import Settings
from merestone.model.sources import (
    Access,
    Arrangement,
    EdgeType,
    LayerKind,
    Party,
    SourceKind,
    Standing,
    Unchanged,
)


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One ``[[source]]``. Exactly one of ``side``, ``party_field`` or ``kind = "lines"`` is given.

    ``side`` maps party ids to attribute filters (OGR SQL WHERE clauses); with one entry the source
    is one-sided. ``party_field`` names the attribute that holds the party id.
    """

    id: str
    path: str
    kind: SourceKind
    title: str
    side: Mapping[str, str] = field(default_factory=dict)
    party_field: str | None = None
    layer: str | None = None
    where: str | None = None
    edges: EdgeType | None = None
    crs: str | None = None
    operation: str | None = None
    rings: str = "structure"
    encoding: str | None = None
    family: str | None = None
    standing: Standing = Standing()
    map: Mapping[str, Any] = field(default_factory=dict)
    covers: Mapping[str, Any] | None = None
    scale: float | None = None
    accuracy: Accuracy | None = None
    generalisation_m: float | None = None
    common_share: float | None = None
    correlation_km: float | None = None
    drafting_m: float | None = None
    digitising_m: float | None = None
    georeferencing_m: float | None = None
    control: str | None = None
    date: str | None = None
    publisher: str | None = None
    licence: str | None = None
    attribution: str | None = None
    notes: str | None = None
    order: str | None = None
    """Axis order of a table: ``latlon`` or ``lonlat``."""


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One ``[[layer]]``."""

    kind: LayerKind
    path: str
    title: str
    layer: str | None = None
    where: str | None = None
    side: Mapping[str, str] = field(default_factory=dict)
    party_field: str | None = None
    id_field: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Language code to the attribute that holds the name; ``und`` for ``name_field``."""
    name_forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Feature id to further names by language, where the file itself does not hold them."""
    ref_field: str | None = None
    """Attribute that holds the number of a road."""
    crs: str | None = None
    encoding: str | None = None
    accuracy: Accuracy | None = None
    date: str | None = None
    publisher: str | None = None
    licence: str | None = None
    attribution: str | None = None


@dataclass(frozen=True, slots=True)
class DossierSpec:
    """A parsed dossier: parties sorted by id, sources by id, layers by kind and path."""

    root: Path
    title: str
    parties: tuple[Party, Party]
    sources: tuple[SourceSpec, ...]
    layers: tuple[LayerSpec, ...]
    settings: Settings
    ellipsoid: Ellipsoid = WGS84
    same_line: tuple[tuple[str, ...], ...] = ()
    unchanged: tuple[Unchanged, ...] = ()
    arrangements: tuple[Arrangement, ...] = ()
    access: tuple[Access, ...] = ()
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Lock:
    """``dossier.lock``: hashes by path and pinned datum operations by source id."""

    files: Mapping[str, str]
    operations: Mapping[str, Mapping[str, Any]]
