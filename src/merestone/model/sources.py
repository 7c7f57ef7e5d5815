"""Sources, layers and parties as the inner layers see them: read, carried to WGS 84, examined.

Geometry here is always longitude, latitude in degrees on WGS 84, in the dossier's *working
longitudes*: continuous across the antimeridian, so a longitude may lie outside -180..180.
Its edges are straight in longitude/latitude. Where a source's own edges are of another type
(geodesic, loxodrome, grid, ...) the layer ``sources`` has replaced each by a chain of straight ones
that nowhere departs more than 0.2 mm from it; ``drawn`` then tells the vertices of the source from
those of the chains.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from merestone.model.accuracy import Accuracy
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.findings import Finding
from merestone.model.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import shapely


class EdgeType(StrEnum):
    """What an edge between two vertices of a source is."""

    STRAIGHT = "straight"
    GEODESIC = "geodesic"
    LOXODROME = "loxodrome"
    PARALLEL = "parallel"
    GRID = "grid"


class SourceKind(StrEnum):
    """What a source shows: land of both parties, of one, or lines alone."""

    TWO_SIDED = "two-sided"
    ONE_SIDED = "one-sided"
    LINES = "lines"


class LayerKind(StrEnum):
    """What a layer of a dossier holds."""

    DISTRICTS = "districts"
    SETTLEMENTS = "settlements"
    WATERS = "waters"
    RIVERS = "rivers"
    WATERSHEDS = "watersheds"
    ROADS = "roads"
    MARKS = "marks"
    PARCELS = "parcels"


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two; ``names`` maps language codes to names."""

    id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """The pinned datum operation that carried a source to WGS 84."""

    code: str | None
    name: str
    accuracy_m: float | None
    definition: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the parties have said of a source. ``contested_by`` holds (party, reason) pairs."""

    offered_by: tuple[str, ...] = ()
    available_to: tuple[str, ...] = ()
    accepted_by: tuple[str, ...] = ()
    contested_by: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Everything about a source but its geometry."""

    id: str
    kind: SourceKind
    sha256: str
    title: str
    publisher: str | None = None
    licence: str | None = None
    attribution: str | None = None
    notes: str | None = None
    date: str | None = None
    scale: float | None = None
    accuracy: Accuracy | None = None
    accuracy_95_m: float | None = None
    accuracy_budget: tuple[Mapping[str, Any], ...] = ()
    common_share: float | None = None
    """Share, 0 to 1, of the variance of the source's own figure that moves the whole limit alike."""
    correlation_km: float | None = None
    """Length over which the rest of it is alike; 0: no two places, ``inf``: all places."""
    edges: EdgeType = EdgeType.STRAIGHT
    rings: str = "structure"
    crs: str | None = None
    operation: Operation | None = None
    family: str | None = None
    standing: Standing = Standing()
    map: Mapping[str, Any] = field(default_factory=dict)
    covers_text: Mapping[str, Any] | None = None
    coordinate_decimals: int = 9
    """Decimals of a degree to which the file's coordinates are written, for copy detection."""
    legs: tuple[Mapping[str, str], ...] = ()
    """What a table states of its legs: ``from``, ``to``, ``follows``, ``moves``, ``prevails``; only legs of
    which something is stated."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One map or dataset. ``sides`` has an entry for each party whose land the source shows."""

    info: SourceInfo
    sides: Mapping[str, "shapely.MultiPolygon"]
    """Valid areas by party id; empty for a lines-only source."""
    lines: "shapely.MultiLineString | None"
    """The lines of a lines-only source, else None."""
    covers: "shapely.MultiPolygon | None"
    """Where the source speaks at all; outside it is silent. None: everywhere."""
    drawn: "np.ndarray | None"
    """(n, 2) vertices as drawn in the source, where edges were densified; None: all vertices."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One feature of a layer."""

    id: str
    names: Mapping[str, str]
    """Language code to name; the key ``und`` where the layer does not say the language."""
    party: str | None
    geometry: "shapely.Geometry"
    attributes: Mapping[str, Any]
    ref: str | None = None
    """Number of a road, where the layer has one."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Districts, settlements, waters and the like: context, never a limit."""

    kind: LayerKind
    path: str
    """Relative path, as in the dossier."""
    sha256: str
    title: str
    publisher: str | None
    licence: str | None
    attribution: str | None
    date: str | None
    accuracy_95_m: float | None
    accuracy_assumed: bool
    features: tuple[Feature, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """That nothing changed on the ground between the dates of some sources, and who says so."""

    sources: tuple[str, ...]
    stated_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A transit arrangement on a stretch of a route: one ``[[arrangement]]``. Days are YYYY-MM-DD."""

    where: str
    """Its place in the dossier, for messages."""
    route: str
    from_km: float
    to_km: float
    since: str
    until: str | None = None
    """The last day; None: no end is given."""
    terms: str | None = None
    entry: str | None = None
    """Entry of the record."""


@dataclass(frozen=True, slots=True)
class Access:
    """Months (1 to 12) in which a stretch of the axis can be reached: one ``[[access]]``."""

    where: str
    piece: str
    from_km: float
    to_km: float
    months: tuple[int, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """All that a comparison needs: what a dossier says, with its files read."""

    title: str
    sha256: str
    oriented: str
    """With ``sha256``, tells a dossier from the one with the parties exchanged."""
    parties: tuple[Party, Party]
    """Sorted by id."""
    settings: Settings
    sources: tuple[Source, ...]
    """Sorted by id."""
    layers: tuple[Layer, ...]
    findings: tuple[Finding, ...]
    ellipsoid: Ellipsoid = WGS84
    same_line: tuple[tuple[str, ...], ...] = ()
    """Groups of ids of sources that the dossier says mean one and the same line, each sorted."""
    unchanged: tuple[Unchanged, ...] = ()
    arrangements: tuple[Arrangement, ...] = ()
    access: tuple[Access, ...] = ()
