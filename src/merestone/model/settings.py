"""Settings of a comparison: the keys of ``[compare]`` in a dossier, with their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting that a comparison uses; each name is a key of ``[compare]``."""

    axis: str | None = None
    """Id of the source along whose limits chainage runs; None: chosen by accuracy."""
    coincide_m: float = 0.001
    """Edges of both sides no farther apart than this are a common limit."""
    corridor_m: float = 25_000.0
    """Results are about the points within this distance of any limit."""
    facing_m: float = 5_000.0
    """How far apart the two sides may run between touches and still bound one piece."""
    follow_m: float = 200.0
    """A limit follows a river or a divide where it keeps within this distance of it."""
    min_difference_km2: float = 0.01
    """Differences of at least this area are listed; the smaller ones are counted and summed."""
    min_section_m: float = 500.0
    """Shorter sections join a neighbour."""
    realisations: int = 1000
    """How often errors are drawn for intervals and for `p_chance`; 0: neither is computed."""
    seed: int = 1
    """Start of the random numbers: the same seed, the same result."""
    station_m: float = 100.0
    """Spacing of the stations at which offsets are measured."""
    tolerance_m: float = 100.0
    """Offsets up to this count as coincident."""
    rounding: Mapping[str, float] = field(
        default_factory=lambda: {"degrees": 1e-9, "km": 0.001, "km2": 0.0001, "m": 0.001, "other": 1e-6}
    )
    """Units to which results are rounded when they are written; ``other``: shares and probabilities."""
