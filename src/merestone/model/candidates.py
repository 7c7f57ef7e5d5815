"""Candidate lines: what the layer ``construct`` draws, and why each point of a line is where it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from merestone.model.findings import Finding

if TYPE_CHECKING:
    import numpy as np
    import shapely

LonLat = tuple[float, float]
NOT_STATED = "not-stated"
OPEN, MET, CUT, CLOSED = "open", "met", "cut", "closed"
"""How a candidate line ends."""


class CandidateKind(StrEnum):
    """How a candidate line is drawn."""

    MEDIAN = "median"
    EQUAL_AREA = "equal-area"
    CONSENSUS = "consensus"
    ASSEMBLED = "assemble"
    STRAIGHT = "straight"


FOLLOWS = (
    "none",
    "thalweg",
    "median",
    "left-bank",
    "right-bank",
    "watershed",
    "road-edge",
    "road-centre",
    NOT_STATED,
)
"""What a leg follows on the ground."""
PREVAILS = ("text", "coordinates", "mark", "map", NOT_STATED)
"""What prevails where they contradict one another."""


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from a turning point to the next: its line type, and what the parties say of it.

    ``moves`` is ``ambulatory``, ``fixed-at YYYY-MM-DD`` or ``not-stated``. ``from_source`` names the source
    whose limit the leg is, ``section`` the section of the axis that it belongs to, where it is known.
    """

    line_type: str = "geodesic"
    follows: str = NOT_STATED
    moves: str = NOT_STATED
    prevails: str = NOT_STATED
    from_source: str | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class BasePoint:
    """The point of a limit or coast that controls a turning point.

    ``on`` is ``vertex``, or ``edge`` where it is the foot on an edge between two vertices of the base.
    ``second`` tells a further base point of the same party: the turning point is equally far from three.
    """

    party: str
    lon: float
    lat: float
    on: str
    distance_m: float
    second: bool = False


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """A vertex of a candidate line. ``n`` counts from 1 over the whole candidate, ``line`` is its line's id.

    ``leg`` leads to the next point; None at the end of a line. ``condition`` is how many times an error
    of a base point comes out in the turning point (1: straight between them); None without base points.
    """

    n: int
    line: str
    lon: float
    lat: float
    leg: Leg | None
    bases: tuple[BasePoint, ...] = ()
    distance_m: float | None = None
    condition: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CandidateLine:
    """One line of a candidate. ``coords`` (n, 2) are its turning points, in degrees, continuous.

    ``piece`` is the piece of the axis that it stands for. ``ends`` tells how it begins and ends: ``open``
    (short of a tripoint, or where what it is drawn from ends), ``met`` (where both limits meet), ``cut``
    (where a section ends) or ``closed``. Of an open end ``bearing_deg`` is the direction, outward,
    clockwise from north. ``first_on_left``: the party first by id is on the left hand;
    None where no sides are known. ``drawn`` (n, 2) follows the legs with edges straight in longitude/latitude
    where they are no geodesics; None where they all are.
    """

    id: str
    piece: str | None
    coords: "np.ndarray"
    ends: tuple[str, str]
    bearing_deg: tuple[float | None, float | None]
    length_m: float
    first_on_left: bool | None
    drawn: "np.ndarray | None" = None

    @property
    def closed(self) -> bool:
        return self.ends[0] == CLOSED


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A candidate line: nothing that either party has accepted by being drawn.

    ``bases`` names what it was drawn between or from: party ids, source ids, or files. ``frame`` is the
    reference frame and epoch of the coordinates. ``effects`` has one entry for each source.
    """

    kind: CandidateKind
    parameters: Mapping[str, Any]
    bases: tuple[str, ...]
    frame: str
    lines: tuple[CandidateLine, ...]
    turning_points: tuple[TurningPoint, ...]
    length_km: float
    effects: tuple[Mapping[str, Any], ...] = ()
    joins: tuple[Mapping[str, Any], ...] = ()
    tripoints: tuple[Mapping[str, Any], ...] = ()
    checks: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    shapes: "CandidateShapes | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class CandidateShapes:
    """Geometry for the GeoPackage: areas between the candidate and each source, with what both show."""

    areas: tuple[tuple[str, Mapping[str, Any], "shapely.Polygon"], ...] = ()
