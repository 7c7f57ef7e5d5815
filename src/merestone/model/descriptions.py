"""Descriptions: a line as a short table of turning points, with what was done to it on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from merestone.model.candidates import NOT_STATED, LonLat
from merestone.model.findings import Finding
from merestone.model.sources import EdgeType

if TYPE_CHECKING:
    import numpy as np

"""A line ends as a candidate does (``open``, ``met``, ``cut``, ``closed``), or ``not-stated``."""
TERMS = ("follows", "moves", "prevails")
"""What parties may say of a leg; ``not-stated`` unless they do."""


class Grid(Protocol):
    """A named plane: metres east and north of places, and back. Made in the layer ``sources``."""

    name: str

    def enter(self, lonlat: "np.ndarray") -> "np.ndarray":
        """(n, 2) longitude, latitude in degrees on WGS 84 to (n, 2) metres east, north."""

    def leave(self, eastnorth: "np.ndarray") -> "np.ndarray":
        """The way back."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLine:
    """A line that is to be described, as it was drawn.

    ``chain`` (m, 2) longitude, latitude, edges straight in them; ``vertex`` (m,) bool tells the
    vertices of the line from those that only follow its edges. ``legs`` has the type of each of the
    edges between vertices, ``terms`` what is said of each, ``bases`` the base points of each vertex by party.
    Of an ``open`` end ``bearing_deg`` is the direction outward, clockwise from north.
    """

    id: str
    chain: "np.ndarray"
    vertex: "np.ndarray"
    legs: tuple[EdgeType, ...]
    ends: tuple[str, str] = (NOT_STATED, NOT_STATED)
    bearing_deg: tuple[float | None, float | None] = (None, None)
    terms: tuple[Mapping[str, str], ...] = ()
    bases: tuple[Mapping[str, LonLat], ...] = ()

    @property
    def closed(self) -> bool:
        return bool((self.chain[0] == self.chain[-1]).all())


@dataclass(frozen=True, slots=True, eq=False)
class ToDescribe:
    """What a file or dossier gives for a description.

    ``frame`` is the reference frame of the coordinates. ``sides`` are places, (n, 2), that are to stay
    where they are beside the line: settlements, given points, vertices of other limits.
    """

    title: str
    lines: tuple[DrawnLine, ...]
    frame: str
    sides: "np.ndarray"
    origin: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class DescribedLeg:
    """The way to the next point. ``azimuth_deg`` is that at its start, clockwise from north.

    ``ground_m`` is its length at the height that was given, None without one.
    """

    to: int
    line_type: str
    azimuth_deg: float
    length_m: float
    ground_m: float | None
    follows: str
    moves: str
    prevails: str


@dataclass(frozen=True, slots=True)
class DescribedPoint:
    """A turning point: ``n`` counts from 1 over all lines. ``leg`` is None at the end of a line."""

    n: int
    line: str
    lon: float
    lat: float
    east_m: float | None
    north_m: float | None
    cumulative_m: float
    base_points: Mapping[str, LonLat]
    leg: DescribedLeg | None


@dataclass(frozen=True, slots=True)
class DescribedLine:
    """One line of a description. ``thinning`` is None where nothing was thinned."""

    id: str
    closed: bool
    ends: tuple[str, str]
    bearing_deg: tuple[float | None, float | None]
    first: int
    last: int
    length_m: float
    ground_m: float | None
    departure_m: float
    thinning: Mapping[str, Any] | None
    rounding: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Description:
    """A line as turning points. Its coordinates are rounded, and every figure is computed from them."""

    title: str
    origin: Mapping[str, Any]
    frame: str
    grid: str | None
    parameters: Mapping[str, Any]
    lines: tuple[DescribedLine, ...]
    points: tuple[DescribedPoint, ...]
    findings: tuple[Finding, ...] = field(default=())
