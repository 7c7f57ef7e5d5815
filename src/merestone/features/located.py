"""Answers about places, as arrays: what one source says, and what sources say together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from merestone.uncertainty.reasons import CODES, Reason

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Small = NDArray[np.int16]
"""Codes as they are kept: a million places times six sources are many."""
Signs = NDArray[np.int8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class AtSource:
    """What one source says of n places; every array is (n,), ``nearest`` (n, 2) longitude, latitude.

    ``label`` codes of `Located.labels`. ``distance_m`` geodesic, to the nearest limit of the source,
    NaN (and ``nearest`` too) where the source shows none. ``sign`` +1 where the place is on the side
    of the party first by id, −1 on the other's, 0 where neither can be said: on the limit, beyond
    an open end of it, or where it has no sides. ``piece`` and ``chainage_m``: the axis point
    nearest to ``nearest``; ``section`` codes of `Located.sections`. Codes are −1 where there is none.

    ``p`` (n, k) are the probabilities of ``p_labels``, codes of `Located.labels`; rows of NaN where
    nothing can be said. ``verdict`` is the code of the label that has 95 %, −1 for cannot-say, and
    ``reason`` the number of why in `merestone.uncertainty.reasons.REASONS`.
    """

    label: Signs
    distance_m: Floats
    sign: Signs
    nearest: Floats
    past_end: Flags
    piece: Small
    chainage_m: Floats
    section: NDArray[np.int32]
    p: Floats
    p_labels: tuple[int, ...]
    verdict: Signs
    reason: Signs

    def taken(self, rows: Codes) -> "AtSource":
        """The answers for some of the places, in another order too."""
        columns = {name: getattr(self, name)[rows] for name in self.__slots__ if name != "p_labels"}
        return AtSource(**columns, p_labels=self.p_labels)


@dataclass(frozen=True, slots=True, eq=False)
class SameLine:
    """What sources that the dossier says mean the same line (``same_line``) say together of n places.

    ``p``, ``p_labels``, ``verdict`` and ``reason`` as in `AtSource`.
    """

    sources: tuple[str, ...]
    p: Floats
    p_labels: tuple[int, ...]
    verdict: Signs
    reason: Signs

    def taken(self, rows: Codes) -> "SameLine":
        """The answers for some of the places, in another order too."""
        return SameLine(self.sources, self.p[rows], self.p_labels, self.verdict[rows], self.reason[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Answers for n places, by source id. ``in_corridor`` (n,): whether some limit is within `corridor_m`.

    ``same_line`` has one answer for each list of ``same_line`` in the dossier. ``together`` is the
    answer of all that may be combined: that of the only such list; where there is none, or where there
    are several, nothing can be said.
    """

    parties: tuple[str, str]
    labels: tuple[str, ...]
    pieces: tuple[str, ...]
    sections: tuple[str, ...]
    lonlat: Floats
    """(n, 2) in working longitudes."""
    accuracy_95_m: Floats
    """(n,) 95 % radius of each place, 0 for an exact one, NaN where it is unknown."""
    sources: Mapping[str, AtSource]
    same_line: tuple[SameLine, ...]
    in_corridor: Flags

    def taken(self, rows: Codes) -> "Located":
        """The answers for some of the places, in another order too."""
        return replace(
            self,
            lonlat=self.lonlat[rows],
            accuracy_95_m=self.accuracy_95_m[rows],
            sources={id_: at.taken(rows) for id_, at in self.sources.items()},
            same_line=tuple(at.taken(rows) for at in self.same_line),
            in_corridor=self.in_corridor[rows],
        )

    @property
    def together(self) -> SameLine:
        """The combined answer."""
        if len(self.same_line) == 1:
            return self.same_line[0]
        count = len(self.lonlat)
        none = np.full(count, -1, dtype=np.int8)
        why = np.full(count, CODES[Reason.NOT_SAME_LINE], dtype=np.int8)
        return SameLine((), np.full((count, 1), np.nan), (0,), none, why)
