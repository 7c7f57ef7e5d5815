"""How figures are rounded when a result is written (``parameters.rounding``).

The law: a figure becomes the multiple of its unit that is nearest to the exact value of its binary
floating-point number; of two equally near the even multiple. It is then written as the shortest
decimal that reads back as the same number. No negative zero, no NaN, no infinity.

Which unit a figure has follows from where it stands: see `Place`. The same rules serve to write a
result and, in ``merestone.publish.verify``, to say how far two results may lie apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


class Unit(StrEnum):
    """What a figure measures; the values are the keys of ``parameters.rounding``."""

    KM = "km"
    KM2 = "km2"
    METRES = "m"
    DEGREES = "degrees"
    OTHER = "other"


FALLBACK: Mapping[str, float] = {"degrees": 1e-9, "km": 0.001, "km2": 0.0001, "m": 0.001, "other": 1e-6}
"""Used where ``parameters.rounding`` leaves a unit out; shares and probabilities are ``other``."""

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)
"""Enough digits for the exact quotient of any figure of a result (below 1e15) by any sensible unit."""


class Rounding:
    """Rounds figures to the units of one result. ``units`` maps unit names to sizes.

    Raises ValueError where a unit is not a positive finite number.
    """

    def __init__(self, units: Mapping[str, float]) -> None:
        self._sizes = {unit: float({**FALLBACK, **units}[unit.value]) for unit in Unit}
        for unit, size in self._sizes.items():
            if not (isfinite(size) and size > 0.0):
                raise ValueError(f"rounding.{unit} is {size}; a unit of rounding is a positive number")
        self._exact = {unit: Decimal(repr(size)) for unit, size in self._sizes.items()}
        self._rounders = {unit: _rounder(exact) for unit, exact in self._exact.items()}

    def size(self, unit: Unit) -> Decimal:
        """The size of a unit as the decimal that its shortest form writes."""
        return self._exact[unit]

    def __call__(self, value: float, unit: Unit) -> float:
        """`value` as the nearest multiple of its unit; raises ValueError unless it is finite."""
        return self._rounders[unit](value)

    def of(self, unit: Unit) -> Callable[[float], float]:
        """What the call does with figures of one unit."""
        return self._rounders[unit]

    def figures(self, values: "np.ndarray", unit: Unit) -> list[float | None]:
        """(n,) figures, each as the call rounds it; NaN becomes None. Raises ValueError for infinity."""
        rounder = self._rounders[unit]
        return [None if value != value else rounder(value) for value in values.tolist()]  # noqa: PLR0124

    def longitude(self, value: float) -> float:
        """A longitude in degrees, carried into -180..180 and rounded."""
        return self(normal_longitude(value), Unit.DEGREES)

    def coordinates(self, values: "np.ndarray") -> "np.ndarray":
        """(n, 2) degrees rounded to whole multiples of the unit, for the geometry of a GeoPackage.

        Computed as rint(x / unit) · unit where the unit is not 1/n, else rint(x · n) / n: three
        operations that IEEE 754 defines to the last bit, so every machine gives the same numbers.
        """
        import numpy as np

        size = self._sizes[Unit.DEGREES]
        per_degree = round(1.0 / size)
        whole = per_degree >= 1 and Decimal(1) / Decimal(per_degree) == self._exact[Unit.DEGREES]
        done = np.rint(values * per_degree) / per_degree if whole else np.rint(values / size) * size
        return np.asarray(done + 0.0)


def _rounder(exact: Decimal) -> Callable[[float], float]:
    """Rounds figures to multiples of one unit."""
    digits = _decimals(exact)

    def nearest(value: float) -> float:
        if not isfinite(value):
            raise ValueError(f"{value} is no figure that a result can hold")
        if digits is not None:  # Python's round is this law for powers of ten, and fast
            return round(float(value), digits) + 0.0
        multiple = _CONTEXT.to_integral_value(_CONTEXT.divide(Decimal(value), exact))
        return float(_CONTEXT.multiply(multiple, exact)) + 0.0

    return nearest


def _decimals(size: Decimal) -> int | None:
    """The n of a unit that is 10^-n, else None."""
    exponent = size.normalize().as_tuple()
    if exponent.digits == (1,) and isinstance(exponent.exponent, int):
        return -exponent.exponent
    return None


def normal_longitude(degrees: float) -> float:
    """The same meridian within -180..180; what already lies there is left as it is."""
    if -180.0 <= degrees <= 180.0:
        return degrees
    return (degrees + 180.0) % 360.0 - 180.0


_DEGREE_KEYS = frozenset(
    {
        *(
            "lon",
            "lat",
            "point",
            "points",
            "place",
            "from",
            "to",
            "start",
            "end",
            "max_at",
            "bbox",
            "nearest",
        ),
        *("base_points", "further_base_points"),
    }
)
_METRE_KEYS = frozenset({"after", "offsets_m"})
_KM_KEYS = frozenset({"stretches"})
_ID_KEYED = frozenset(
    {"sources", "labels", "names", "districts", "libraries", "share", "shore_share", "p_side"}
)
_DECLARED = frozenset({"parameters", "accuracy", "covers", "map", "standing", "scale", "operation"})
_SUFFIXES = (("_km2", Unit.KM2), ("_km", Unit.KM), ("_m", Unit.METRES), ("_deg", Unit.DEGREES))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands in a result, as far as its rounding depends on it.

    - A key that ends in ``_km``, ``_km2``, ``_m`` or ``_deg`` gives its unit; so do the keys of
      coordinates (``lon``, ``point``, ``from``, …), ``after`` (metres) and ``stretches`` (kilometres).
    - All figures of an object have the unit of its key, whatever their own keys, which are ids or
      labels (``areas_km2``); only in ``offsets_m`` a key with a unit of its own wins.
    - Keys of ``sources``, ``labels``, ``names``, ``districts``, ``libraries``, ``share``,
      ``shore_share`` and ``p_side`` are ids, labels or languages and give no unit.
    - What a dossier declares (``parameters``, ``accuracy``, ``covers``, ``map``, ``standing``,
      ``scale``, ``operation``) is written as declared, unrounded (``unit`` is None).
    - Every other figure that is not a whole number is rounded to the unit ``other``.
    """

    unit: Unit | None = Unit.OTHER
    keys_are_ids: bool = False
    longitude: bool = False
    """A single figure here is a longitude."""

    _members: dict[str, "Place"] = field(default_factory=dict, compare=False, repr=False)
    """What was told before: to find it here takes less than to hash a place."""

    def member(self, key: str) -> "Place":
        """The place of the member `key` of an object that stands here."""
        if self.unit is None:
            return self
        if self.keys_are_ids:
            key = ""
        found = self._members.get(key)
        if found is None:
            found = self._members[key] = self._member(key)
        return found

    def _member(self, key: str) -> "Place":
        if self.keys_are_ids:
            return Place(self.unit)
        if key in _DECLARED:
            return Place(None)
        unit = _unit_of(key)
        inside_unit = self.unit is not Unit.OTHER
        keys_are_ids = key in _ID_KEYED or (unit is not Unit.OTHER and key not in _METRE_KEYS)
        return Place(self.unit if inside_unit and unit is Unit.OTHER else unit, keys_are_ids, key == "lon")

    def item(self, index: int, count: int) -> "Place":
        """The place of an item of a list of `count` that stands here; pairs of degrees are lon, lat."""
        return Place(self.unit, False, self.unit is Unit.DEGREES and count in {2, 4} and index % 2 == 0)


def _unit_of(key: str) -> Unit:
    if key in _DEGREE_KEYS:
        return Unit.DEGREES
    if key in _METRE_KEYS:
        return Unit.METRES
    if key in _KM_KEYS:
        return Unit.KM
    return next((unit for suffix, unit in _SUFFIXES if key.endswith(suffix)), Unit.OTHER)


def rounded(value: Any, rounding: Rounding, place: Place | None = None) -> Any:
    """A tree of plain JSON values with every figure rounded for where it stands.

    Whole numbers (int) are counts or declared and stay as they are. Raises ValueError with the key where a
    figure is NaN or infinite.
    """
    here = Place() if place is None else place
    if isinstance(value, dict):
        return {key: _rounded_member(item, rounding, here, key) for key, item in value.items()}
    if isinstance(value, list):
        places = here.item(0, len(value)), here.item(1, len(value))
        return [rounded(item, rounding, places[i % 2]) for i, item in enumerate(value)]
    if not isinstance(value, float):
        return value
    if here.unit is None:
        if not isfinite(value):
            raise ValueError(f"{value} is no figure that a result can hold")
        return value
    return rounding.longitude(value) if here.longitude else rounding(value, here.unit)


def _rounded_member(value: Any, rounding: Rounding, here: Place, key: str) -> Any:
    try:
        return rounded(value, rounding, here.member(key))
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
