"""Candidate lines cut where sections of the axis begin and end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from merestone.construct.field import Floats
from merestone.errors import BadInputError
from merestone.geometry.densify import densified
from merestone.geometry.nearest import EdgeIndex
from merestone.model.candidates import CUT
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import AxisPiece, Tracing
from merestone.model.results import Section
from merestone.model.sources import EdgeType

_FOLLOWS_M = 1e-4


@dataclass(frozen=True, slots=True)
class Span:
    """From and to along a line: the number of the leg and the share of it, not after one another.

    ``back``: the line runs against the axis.
    """

    from_: tuple[int, float]
    to: tuple[int, float]
    back: bool


class GeodesicLine:
    """A line of geodesics, (n, 2), to be asked for the point nearest to a place."""

    def __init__(self, coords: Floats, ellipsoid: Ellipsoid) -> None:
        chain, drawn = densified(coords, EdgeType.GEODESIC, _FOLLOWS_M, ellipsoid)
        self._index = EdgeIndex([chain], ellipsoid)
        vertex = np.cumsum(drawn) - 1
        size = np.bincount(vertex, minlength=len(coords))
        self._leg, self._size = vertex, size
        self._first = np.cumsum(size) - size

    def nearest(self, points: Floats) -> tuple[list[tuple[int, float]], Floats, Floats]:
        """Leg and share of it, the foot (n, 2) and the distance (n,) metres of the nearest points."""
        near = self._index.query(points)
        leg = self._leg[near.edge]
        share = (near.edge - self._first[leg] + near.fraction) / self._size[leg]
        return list(zip(leg.tolist(), share.tolist(), strict=True)), near.foot, near.distance_m


def span_of(line: GeodesicLine, last: int, section: Section, piece: AxisPiece) -> Span:
    """The stretch of an open line of ``last`` legs that a section stands for.

    It is cut at the points of the line that are nearest to the ends of the section. The first and the
    last section of a piece reach to the ends of the line.
    """
    (from_, to, start, end), _, _ = line.nearest(
        np.array([section.from_, section.to, piece.coords[0], piece.coords[-1]])
    )
    back = start > end
    if section.from_km <= 0.0:
        from_ = (last, 0.0) if back else (0, 0.0)
    if section.to_km * 1000.0 >= piece.length_m - 0.5:
        to = (0, 0.0) if back else (last, 0.0)
    return Span(min(from_, to), max(from_, to), back)


def cut_ends(span: Span, last: int, ends: tuple[str, str]) -> tuple[str, str]:
    """What the ends of a span are, on an open line of ``last`` legs with these ends."""
    start, end = ends
    return CUT if span.from_ > (0, 0.0) else start, CUT if span.to < (last, 0.0) else end


def whole_legs(span: Span) -> tuple[range, bool, bool]:
    """The vertices within a span, and whether a cut comes before the first and after the last of them."""
    leg, share = span.from_
    first = leg if share == 0.0 else leg + 1
    leg, share = span.to
    cut_after = share > 0.0
    return range(first, leg + 1), (span.from_[1] > 0.0), cut_after


def sections_named(sections: Sequence[Section], names: Sequence[str]) -> tuple[Section, ...]:
    """The sections with these ids, in the order of the axis. Raises BadInputError for an unknown one."""
    known = [section.id for section in sections]
    for name in names:
        if name not in known:
            told = f"they are {known[0]} to {known[-1]}" if known else "it has none"
            raise BadInputError(
                f"'{name}' is no section of this dossier; {told} (`merestone compare` lists them)"
            )
    return tuple(section for section in sections if section.id in set(names))


def section_pieces(
    tracing: Tracing, sections: Sequence[Section]
) -> tuple[frozenset[str], Mapping[str, tuple[Section, ...]]]:
    """The pieces that some sections lie on, and the sections by piece. A closed piece is not cut.

    Raises BadInputError for a section of an enclave that is not the whole of it.
    """
    by_piece: dict[str, tuple[Section, ...]] = {}
    closed = {piece.id for piece in tracing.pieces if piece.closed}
    for section in sections:
        if section.piece in closed:
            raise BadInputError(
                f"section {section.id} lies on the enclave {section.piece}, whose line is not cut; "
                "leave --section out to draw all pieces"
            )
        by_piece[section.piece] = (*by_piece.get(section.piece, ()), section)
    return frozenset(by_piece), by_piece
