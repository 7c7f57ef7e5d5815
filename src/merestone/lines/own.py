"""Pieces that one source shows, before they are matched with those of the axis."""

from collections.abc import Mapping
from dataclasses import dataclass

import shapely

from merestone.lines.scale import Floats
from merestone.model.lines import PieceKind, Strand

Key = str | None
"""A party whose limit it is; None: common to both, or of a source without sides."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnPiece:
    """A piece as one source shows it.

    ``line`` (n, 2) is its continuous line in the direction of chainage, along the limits ``along``;
    ``first_on_left`` whether the party first by id lies on the left of it. A closed piece has ``land``: that
    of ``party``, enclosed by ``within`` (both None where the source has no sides).
    """

    source: str
    kind: PieceKind
    closed: bool
    sided: bool
    strands: Mapping[Key, tuple[Strand, ...]]
    line: Floats
    length_m: float
    along: tuple[Key, ...] = (None,)
    first_on_left: bool = True
    party: str | None = None
    within: str | None = None
    land: shapely.Geometry | None = None
    two_sided: bool = True
    """Whether the source shows both sides, so that this bounds both parties."""

    def order(self) -> tuple[float, ...]:
        """Longest first (to the millimetre), then by place."""
        return (-round(self.length_m, 3), *self.line[:2].ravel().tolist())
