"""From placed pieces to the limits of a source."""

from collections.abc import Sequence
from math import fsum

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.geometry.lengths import edge_lengths_m
from merestone.lines.axis import limit_id
from merestone.lines.joints import eastward
from merestone.lines.matching import Placed
from merestone.lines.own import Key
from merestone.lines.pieces import in_order
from merestone.lines.scale import Floats
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import EnclaveLand, Limit, PieceKind, Strand
from merestone.model.sources import Source

Numbers = NDArray[np.complex128]
"""Vertices as numbers: longitude plus i times latitude."""


def limits_of(source: Source, placed: Sequence[Placed], ellipsoid: Ellipsoid) -> tuple[Limit, ...]:
    """The limits of one source: by piece, those of both parties before those of one."""
    drawn = drawn_vertices(source)
    strands: dict[tuple[str, Key], list[Strand]] = {}
    sided = True
    for one in placed:
        sided = sided and one.own.sided
        for key, found in one.own.strands.items():
            strands.setdefault((one.piece, key), []).extend(found)
    return tuple(
        _limit(source.info.id, piece, key, in_order(strands[piece, key]), sided, drawn, ellipsoid)
        for piece, key in sorted(strands, key=lambda at: (*piece_order(at[0]), at[1] or ""))
    )


def enclaves_of(placed: Sequence[Placed]) -> tuple[EnclaveLand, ...]:
    """The enclosed land that a source shows, by piece."""
    return tuple(
        EnclaveLand(one.own.source, one.piece, one.own.party, one.own.within, one.own.land)
        for one in sorted(placed, key=lambda one: (*piece_order(one.piece), *one.own.order()))
        if one.own.kind is PieceKind.ENCLAVE
        and not one.piece.startswith("M")
        and one.own.party is not None
        and one.own.within is not None
        and one.own.land is not None
    )


def piece_order(piece: str) -> tuple[int, int]:
    """Main pieces, then enclaves, then what the axis source does not show, each by number."""
    return "MEX".index(piece[0]), int(piece[1:])


def drawn_vertices(source: Source) -> Numbers:
    """All vertices as drawn in a source, as complex numbers in ascending order."""
    if source.drawn is not None:
        return _numbers(source.drawn)
    shapes = [*source.sides.values()] if source.lines is None else [source.lines]
    return _numbers(shapely.get_coordinates(np.array(shapes, dtype=object)))


def _numbers(coords: Floats) -> Numbers:
    # Adding 0 makes -0.0 and 0.0 the same number.
    numbers = np.sort(np.ascontiguousarray(coords + 0.0).view(np.complex128).ravel())
    # Sorting and comparing is several times as fast as np.unique.
    return np.asarray(numbers[np.concatenate([[True], numbers[1:] != numbers[:-1]])])


def _limit(
    source: str,
    piece: str,
    party: str | None,
    strands: tuple[Strand, ...],
    sided: bool,
    drawn: Numbers,
    ellipsoid: Ellipsoid,
) -> Limit:
    # An exact sum in a direction decided by shape: exchanging the parties changes no bit of it.
    length_m = fsum(
        float(edge_m) for strand in strands for edge_m in edge_lengths_m(eastward(strand.coords), ellipsoid)
    )
    own = _numbers(np.concatenate([strand.coords for strand in strands]))
    at = np.minimum(np.searchsorted(drawn, own), len(drawn) - 1)
    vertices = int((drawn[at] == own).sum())
    return Limit(limit_id(source, piece, party), source, party, piece, strands, sided, length_m, vertices)
