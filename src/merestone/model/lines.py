"""Limits and pieces: what the layer ``lines`` takes from the sources."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from merestone.model.findings import Finding

if TYPE_CHECKING:
    import numpy as np
    import shapely


class PieceKind(StrEnum):
    """Main pieces carry chainage of the line proper; enclaves are closed and stand apart."""

    MAIN = "main"
    ENCLAVE = "enclave"


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """One unbroken stretch of a limit: (n, 2) longitude, latitude; closed where first == last."""

    coords: "np.ndarray"
    open_start: bool
    """True where the line ends here in the sense of DESIGN section 4: tripoint or cut-off map."""
    open_end: bool


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A line taken from a source: of both parties (``party`` None) or of one alone.

    Every strand of a limit that has sides runs with the party that is *first by id* on its left,
    so a positive lateral is on that party's side. ``sided`` is False for lines without labels.
    """

    id: str
    source: str
    party: str | None
    piece: str
    """Piece on the axis: ``M1``, ``E1``, ...; ``X1``, ... for what the axis source does not show."""
    strands: tuple[Strand, ...]
    sided: bool
    length_m: float
    vertices: int
    """Vertices as drawn in the source."""


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Land between a source's own sides (``neither``) or claimed by both of them (``both``)."""

    area_m2: float
    max_width_m: float
    point: tuple[float, float]
    geometry: "shapely.Polygon"


@dataclass(frozen=True, slots=True, eq=False)
class EnclaveLand:
    """Land of ``party`` that ``source`` shows enclosed by ``within``; ``piece`` on the axis."""

    source: str
    piece: str
    party: str
    within: str
    geometry: "shapely.Polygon"


@dataclass(frozen=True, slots=True, eq=False)
class SourceLimits:
    """Everything that was taken from one source."""

    source: str
    limits: tuple[Limit, ...]
    enclaves: tuple[EnclaveLand, ...]
    gaps: tuple[Gap, ...]
    overlaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AxisPiece:
    """A piece of the axis. ``coords`` run in the direction of chainage; a ring repeats its first."""

    id: str
    kind: PieceKind
    limits: tuple[str, ...]
    coords: "np.ndarray"
    chainage_m: "np.ndarray"
    """(n,) metres from the start at each vertex."""
    first_on_left: bool
    """Whether the party first by id lies on the left hand of the direction of chainage."""

    @property
    def length_m(self) -> float:
        return float(self.chainage_m[-1])

    @property
    def closed(self) -> bool:
        return bool((self.coords[0] == self.coords[-1]).all())


@dataclass(frozen=True, slots=True, eq=False)
class Tracing:
    """All limits of all sources, with pieces matched, and the axis (None: no common boundary)."""

    sources: tuple[SourceLimits, ...]
    axis_source: str | None
    pieces: tuple[AxisPiece, ...]
    """Main pieces first, by length on the axis source; then enclaves likewise."""
    findings: tuple[Finding, ...]
