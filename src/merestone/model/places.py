"""Places that a user asks about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Some places: ``ids`` (n,), ``names`` (n,) or None where one has no name.

    ``lonlat`` (n, 2) longitude, latitude in degrees on WGS 84. ``accuracy_95_m`` (n,) the 95 %
    radius of each: 0 for an exact place, NaN where it is unknown.
    """

    ids: Sequence[str]
    names: Sequence[str | None]
    lonlat: "np.ndarray"
    accuracy_95_m: "np.ndarray"

    def __len__(self) -> int:
        return len(self.ids)
