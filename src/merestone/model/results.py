"""The result of a comparison: the same names as in ``comparison.json`` (DESIGN section 7).

Fields hold unrounded numbers; rounding is applied when a result is written. A trailing underscore
(``from_``) is dropped in JSON. ``shapes`` is not part of the JSON: it carries the geometry from
which the GeoPackage and the report are drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from merestone.model.findings import Finding
from merestone.model.lines import Tracing
from merestone.model.sources import Layer, Party, Source

if TYPE_CHECKING:
    import numpy as np
    import shapely

LonLat = tuple[float, float]
Interval = tuple[float, float]
"""From, to: holds the true figure in 95 of 100 cases, under the stated errors only."""
CONFIRMED = 0.05
"""A section is statistically confirmed where its ``p_chance`` is at most this."""


class Verdict(StrEnum):
    """What the maps say of a section, from the most to the least certain to differ."""

    DIFFERING = "differing"
    CANNOT_SAY = "cannot-say"
    WITHIN_ACCURACY = "within-accuracy"
    COINCIDENT = "coincident"


@dataclass(frozen=True, slots=True)
class LimitResult:
    """One entry of ``sources[].limits``."""

    id: str
    party: str | None
    piece: str
    length_km: float
    vertices: int


@dataclass(frozen=True, slots=True)
class GapResult:
    """One entry of ``sources[].gaps`` or ``overlaps``."""

    area_km2: float
    max_width_m: float
    point: LonLat


@dataclass(frozen=True, slots=True)
class SourceResult:
    """One entry of ``sources[]``."""

    id: str
    sha256: str
    kind: str
    title: str
    publisher: str | None
    licence: str | None
    attribution: str | None
    standing: Mapping[str, Any]
    map: Mapping[str, Any]
    date: str | None
    scale: float | None
    edges: str
    rings: str
    covers: Mapping[str, Any] | None
    crs: str | None
    operation: Mapping[str, Any] | None
    family: str
    accuracy: Mapping[str, Any] | None
    accuracy_95_m: float | None
    accuracy_budget: tuple[Mapping[str, Any], ...]
    legs: tuple[Mapping[str, str], ...]
    limits: tuple[LimitResult, ...]
    areas_km2: Mapping[str, float]
    gaps: tuple[GapResult, ...]
    overlaps: tuple[GapResult, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Sources that copy one another; ``id`` is that of the representative unless named."""

    members: tuple[str, ...]
    representative: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OffsetStatistics:
    """Offsets of one directed pair. ``unmatched_km`` and ``signed_mean_95`` are None for ``all``.

    All figures but ``length_km`` are None where nothing could be measured.
    """

    mean_abs: float | None
    median_abs: float | None
    p95_abs: float | None
    max_abs: float | None
    max_at: LonLat | None
    signed_mean: float | None
    toward: str | None
    length_km: float
    unmatched_km: float | None = None
    signed_mean_95: Interval | None = None


@dataclass(frozen=True, slots=True)
class Offsets:
    """Offsets of one directed pair: every station against everything, and main pieces only."""

    all: OffsetStatistics
    main: OffsetStatistics


@dataclass(frozen=True, slots=True)
class Shift:
    """East/north translation of ``from`` that best explains the offsets; never applied."""

    east_m: float
    north_m: float
    se_east_m: float | None
    se_north_m: float | None
    after: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pair:
    """One directed pair of sources.

    ``areas_95_km2`` has the cells of ``areas_km2`` in which labels conflict, None where there is no
    interval; ``net_area_km2`` by party how much more land of it ``to`` shows than ``from``, where both
    speak of it.
    """

    from_: str
    to: str
    areas_km2: Mapping[str, float]
    offsets_m: Offsets
    hausdorff_m: float | None
    shift: Shift | None
    verdict: Verdict
    verdict_km: Mapping[str, float]
    assumed: bool
    areas_95_km2: Mapping[str, Interval | None] = field(default_factory=dict)
    net_area_km2: Mapping[str, float] = field(default_factory=dict)
    net_area_95_km2: Mapping[str, Interval | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AxisPieceResult:
    """One piece of the axis, from where chainage starts to where it ends."""

    id: str
    limits: tuple[str, ...]
    length_km: float
    start: LonLat
    end: LonLat


@dataclass(frozen=True, slots=True)
class Axis:
    """The limits along which chainage runs."""

    source: str
    pieces: tuple[AxisPieceResult, ...]


@dataclass(frozen=True, slots=True)
class SectionOffset:
    """A source's offset from the axis over a section: mean and largest distance.

    ``mean_m`` is the size of the mean signed offset and ``toward`` its side; where the source has no
    signs ``mean_m`` is the mean distance and ``toward`` None. ``mean_95_m`` counts in the direction of
    ``toward``: below 0 lies the other party's side.
    """

    mean_m: float
    max_m: float
    toward: str | None
    mean_95_m: Interval | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a piece of the axis with one verdict."""

    id: str
    piece: str
    from_km: float
    to_km: float
    from_: LonLat
    to: LonLat
    length_km: float
    verdict: Verdict
    assumed: bool
    p_chance: float | None
    sources: Mapping[str, SectionOffset]
    differences: tuple[str, ...]
    area_km2: float
    districts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A connected area in which two labels conflict; ``labels`` has every source."""

    id: str
    kind: str
    cause: str | None
    area_km2: float
    labels: Mapping[str, str]
    point: LonLat
    section: str | None
    enclave: str | None
    reaches_corridor_edge: bool
    area_95_km2: Interval | None = None


@dataclass(frozen=True, slots=True)
class SmallerDifferences:
    """Those under ``min_difference_km2``, never dropped: counted and summed, by kind."""

    count: int
    area_km2: float
    between_count: int
    between_area_km2: float


@dataclass(frozen=True, slots=True)
class Differences:
    """The differences that are listed, and the sums of the smaller ones."""

    listed: tuple[Difference, ...]
    smaller: SmallerDifferences


@dataclass(frozen=True, slots=True)
class Enclave:
    """An enclave matched over sources. ``id`` is its piece (``E1``, ``X1``)."""

    id: str
    party: str
    within: str
    name: str | None
    point: LonLat
    area_km2: Mapping[str, float]
    shown_by: tuple[str, ...]
    not_shown_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class StationOffsets:
    """Stations of one axis piece, as in the GeoPackage layer ``offsets``.

    ``offset_m[source]`` is (n,) metres, positive where the source shows the station on the side of
    the party first by id (its limit then lies toward the other party), NaN where it does not reach
    the station. ``signed[source]`` is (n,) bool, False where the figure is a plain distance.
    """

    piece: str
    chainage_m: "np.ndarray"
    lon: "np.ndarray"
    lat: "np.ndarray"
    offset_m: Mapping[str, "np.ndarray"]
    signed: Mapping[str, "np.ndarray"]
    nearest: Mapping[str, "np.ndarray"] = field(default_factory=dict)
    """(n, 2) longitude, latitude of the nearest point on each source, NaN where it does not reach."""


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """How the lines of a lines-only source part the corridor: (n,) polygons, and a label for each."""

    polygons: "np.ndarray"
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WaterShape:
    """What of a water a source shows with one label."""

    water: str
    source: str
    label: str
    area_km2: float
    geometry: "shapely.Geometry"


@dataclass(frozen=True, slots=True, eq=False)
class FollowedShape:
    """A stretch of a limit that follows a river or divide, or what lies between two such stretches."""

    line: str
    kind: str
    source: str
    limit: str
    follows: bool
    length_km: float
    largest_m: float
    coords: "np.ndarray"


@dataclass(frozen=True, slots=True, eq=False)
class FeatureShapes:
    """Geometry of features that is not in their layers: joined routes by id, (n, 2), and parted waters."""

    routes: Mapping[str, "np.ndarray"] = field(default_factory=dict)
    waters: tuple[WaterShape, ...] = ()
    followed: tuple[FollowedShape, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Facing:
    """The stations of one source's main limits as another source shows them: those that count.

    ``points`` and ``foot`` (n, 2) longitude, latitude of each station and of the nearest point;
    ``offset_m`` (n,) signed as in `StationOffsets`, NaN where there is no sign; ``weight_m`` (n,).
    """

    points: "np.ndarray"
    foot: "np.ndarray"
    offset_m: "np.ndarray"
    weight_m: "np.ndarray"


@dataclass(frozen=True, slots=True, eq=False)
class DrawnEdges:
    """Edges within the corridor across which some source's label changes, each once.

    ``start``, ``end`` (n, 2) longitude, latitude; ``left``, ``right`` (n, sources) places in ``labels``
    of what every source says on either hand; ``left_difference``, ``right_difference`` (n,) places in
    `Shapes.differences`, −1 where there is none.
    """

    sources: tuple[str, ...]
    labels: tuple[str, ...]
    start: "np.ndarray"
    end: "np.ndarray"
    left: "np.ndarray"
    right: "np.ndarray"
    left_difference: "np.ndarray"
    right_difference: "np.ndarray"


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Geometry behind a comparison, longitude/latitude degrees in working longitudes."""

    tracing: Tracing
    sources: tuple[Source, ...]
    layers: tuple[Layer, ...]
    corridor: "shapely.MultiPolygon"
    sections: Mapping[str, "np.ndarray"]
    """Section id to (n, 2) coordinates."""
    differences: tuple[tuple[Difference, "shapely.MultiPolygon | shapely.Polygon"], ...]
    """All of them, the smaller ones too."""
    stations: tuple[StationOffsets, ...]
    regions: Mapping[str, Regions] = field(default_factory=dict)
    """By id of a lines-only source, what its lines part off."""
    features: FeatureShapes = field(default_factory=FeatureShapes)
    edges: DrawnEdges | None = None
    """Set by every comparison."""
    facing: Mapping[tuple[str, str], Facing] = field(default_factory=dict)
    """By directed pair of sources; none for a pair of which one shows no limit."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing every source of a dossier."""

    format: str
    tool: Mapping[str, Any]
    dossier: Mapping[str, str]
    parties: tuple[Party, ...]
    parameters: Mapping[str, Any]
    sources: tuple[SourceResult, ...]
    families: tuple[Family, ...]
    pairs: tuple[Pair, ...]
    axis: Axis | None
    sections: tuple[Section, ...]
    differences: Differences
    enclaves: tuple[Enclave, ...]
    features: Mapping[str, Any]
    findings: tuple[Finding, ...]
    shapes: Shapes
    uncertainty: Mapping[str, Any] = field(default_factory=dict)
    """Error models, realisations and sensitivity; empty where none were drawn."""
