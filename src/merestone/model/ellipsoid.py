"""The ellipsoid on which distances and areas are measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """Semi-major axis ``a_m`` in metres and flattening ``f``."""

    name: str
    a_m: float
    f: float

    @property
    def e2(self) -> float:
        """First eccentricity squared."""
        return self.f * (2.0 - self.f)

    @property
    def b_m(self) -> float:
        """Semi-minor axis in metres."""
        return self.a_m * (1.0 - self.f)


WGS84 = Ellipsoid("WGS 84", 6378137.0, 1.0 / 298.257223563)
