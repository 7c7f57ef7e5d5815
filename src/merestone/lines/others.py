"""Limits of sources that do not show both sides: one-sided ones, and lines without sides.

What of a party's outline belongs to the common boundary such a source cannot tell; the two-sided sources can.
A stretch belongs where its nearest point on the whole boundary of that party (of both, for lines) in some
two-sided source, within ``corridor_m``, lies on that source's limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np
import shapely

from merestone.geometry.areas import areas_m2
from merestone.geometry.lengths import edge_lengths_m
from merestone.geometry.nearest import EdgeIndex
from merestone.lines.joints import eastward, is_closed, runs_eastward
from merestone.lines.own import OwnPiece
from merestone.lines.parting import Part, all_parted
from merestone.lines.pieces import turned
from merestone.lines.rings import rings_of
from merestone.lines.scale import Bools, Floats, Ints, metres_per_degree, polygonal
from merestone.lines.two_sided import TwoSided
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import PieceKind, Strand

_SAME_M = 1e-6
"""Distances this near to each other are one: the end of a limit is on it and on what follows."""
_HELD = 0.1
"""The share of a hole that the other party must hold, in some two-sided source, to make its rim a limit."""


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """Pieces of a source that is not two-sided, and the length of what does not belong."""

    pieces: tuple[OwnPiece, ...]
    rest_m: float
    lakes: int = 0
    """Holes left out because no two-sided source shows land of the other party in them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Reference:
    """The boundary of a party (or both) in one two-sided source: its limits, and the rest of it."""

    limits: EdgeIndex
    rest: EdgeIndex | None
    box: Floats
    """West, south, east, north around all that is within the corridor of the limits, or more."""


class References:
    """The two-sided sources, as the others are measured against them."""

    def __init__(self, sources: Sequence[TwoSided], corridor_m: float, ellipsoid: Ellipsoid) -> None:
        self._sources = sources
        self._corridor_m = corridor_m
        self._ellipsoid = ellipsoid
        self._known: dict[tuple[int, ...], list[_Reference]] = {}

    def of(self, sides: tuple[int, ...]) -> list[_Reference]:
        """References to the boundary of one side, or of both."""
        if sides not in self._known:
            shown = [source for source in self._sources if source.pieces]
            found = (_reference(source, sides, self._corridor_m, self._ellipsoid) for source in shown)
            self._known[sides] = [reference for reference in found if reference is not None]
        return self._known[sides]

    def on_limits(self, points: Floats, sides: tuple[int, ...]) -> Ints:
        """1 where the nearest boundary of some two-sided source is a limit of its, else 0."""
        told = np.zeros(len(points), dtype=np.intp)
        for reference in self.of(sides):
            open_ones = np.flatnonzero((told == 0) & _in_box(points, reference.box))
            to_limit_m = reference.limits.query(points[open_ones]).distance_m
            near: Bools = to_limit_m <= self._corridor_m
            open_ones, to_limit_m = open_ones[near], to_limit_m[near]
            if reference.rest is not None and len(open_ones):
                nearer = to_limit_m <= reference.rest.query(points[open_ones]).distance_m + _SAME_M
                open_ones = open_ones[nearer]
            told[open_ones] = 1
        return told


def one_sided(
    source: str,
    parties: tuple[str, str],
    side: int,
    land: shapely.MultiPolygon,
    others: Sequence[shapely.MultiPolygon],
    references: References,
    ellipsoid: Ellipsoid,
) -> Other:
    """Limits of a source that shows the land of the party ``parties[side]`` alone.

    ``others`` are the areas of the other party in the two-sided sources: a hole that holds nothing of it in
    any of them is a lake.
    """
    rings = rings_of(land, ellipsoid)
    pieces: list[OwnPiece] = []
    rest_m: list[float] = []
    lakes = 0
    outlines = [rings.closed(ring) for ring in range(rings.count)]
    by_ring = all_parted(outlines, lambda points: references.on_limits(points, (side,)), ellipsoid)
    for ring, (coords, parts) in enumerate(zip(outlines, by_ring, strict=True)):
        rest_m += [_length_m(part.coords, ellipsoid) for part in parts if not part.label]
        exterior = bool(rings.exterior[ring])
        if not exterior and any(part.label for part in parts) and not _holds(coords, others, ellipsoid):
            lakes += 1
            rest_m += [_length_m(part.coords, ellipsoid) for part in parts if part.label]
            continue
        polygon = rings.polygons[rings.polygon[ring]] if exterior else _hole(coords, land)
        holder = side if exterior else 1 - side
        # A ring is parted anticlockwise: within it, on the left, lies the land of the holder.
        pieces += [
            _of_party(source, parties, side, holder, part, polygon, ellipsoid) for part in parts if part.label
        ]
    return Other(tuple(sorted(pieces, key=OwnPiece.order)), fsum(rest_m), lakes)


def lines_only(
    source: str, lines: shapely.MultiLineString, references: References, ellipsoid: Ellipsoid
) -> Other:
    """Limits of a source of lines without sides; lines that meet end to end are one."""
    merged = shapely.get_parts(shapely.line_merge(lines))
    drawn = sorted((shapely.get_coordinates(line) for line in merged), key=_place_key)
    by_line = all_parted(drawn, lambda points: references.on_limits(points, (0, 1)), ellipsoid)
    parts = [part for found in by_line for part in found]
    rest_m = fsum(_length_m(part.coords, ellipsoid) for part in parts if not part.label)
    kept = [part.coords for part in parts if part.label]
    ends = [tuple(coords[k].tolist()) for coords in kept if not is_closed(coords) for k in (0, -1)]
    pieces = [_without_sides(source, coords, ends, ellipsoid) for coords in kept]
    return Other(tuple(sorted(pieces, key=OwnPiece.order)), rest_m)


def _of_party(
    source: str,
    parties: tuple[str, str],
    side: int,
    holder: int,
    part: Part,
    polygon: shapely.Geometry,
    ellipsoid: Ellipsoid,
) -> OwnPiece:
    closed = is_closed(part.coords)
    strand = Strand(part.coords, not closed, not closed)
    line = eastward(part.coords)
    kept = runs_eastward(part.coords)
    return OwnPiece(
        source=source,
        kind=PieceKind.ENCLAVE if closed else PieceKind.MAIN,
        closed=closed,
        sided=True,
        two_sided=False,
        strands={parties[side]: (strand if holder == 0 else turned(strand),)},
        line=line,
        length_m=_length_m(line, ellipsoid),
        along=(parties[side],),
        first_on_left=kept == (holder == 0),
        party=parties[holder] if closed else None,
        within=parties[1 - holder] if closed else None,
        land=polygon if closed else None,
    )


def _without_sides(
    source: str, coords: Floats, ends: Sequence[tuple[float, ...]], ellipsoid: Ellipsoid
) -> OwnPiece:
    """A line without sides; it ends openly where no other line of the source goes on."""
    closed = is_closed(coords)
    alone = [not closed and ends.count(tuple(coords[k].tolist())) == 1 for k in (0, -1)]
    return OwnPiece(
        source=source,
        kind=PieceKind.ENCLAVE if closed else PieceKind.MAIN,
        closed=closed,
        sided=False,
        two_sided=False,
        strands={None: (Strand(coords, *alone),)},
        line=coords,
        length_m=_length_m(coords, ellipsoid),
        land=shapely.make_valid(shapely.Polygon(coords), method="structure") if closed else None,
    )


def _reference(
    source: TwoSided, sides: tuple[int, ...], corridor_m: float, ellipsoid: Ellipsoid
) -> _Reference | None:
    # In directions and an order that no party decides, so that none decides a last bit either.
    limits, rest = (
        sorted((eastward(line) for side in sides for line in lines[side]), key=np.ndarray.tobytes)
        for lines in (source.limits, source.rest)
    )
    if not limits:
        return None
    whole = EdgeIndex(rest, ellipsoid) if rest else None
    return _Reference(EdgeIndex(limits, ellipsoid), whole, _box(limits, corridor_m, ellipsoid))


def _box(lines: Sequence[Floats], margin_m: float, ellipsoid: Ellipsoid) -> Floats:
    """A box around lines, widened so that it holds all that lies within ``margin_m``, or more."""
    vertices = np.concatenate(list(lines))
    (west, south), (east, north) = vertices.min(axis=0), vertices.max(axis=0)
    # A degree of latitude is nowhere shorter than at the equator.
    step = 1.01 * margin_m / float(metres_per_degree(np.zeros(1), ellipsoid)[1][0])
    highest = min(max(abs(south), abs(north)) + step, 90.0)
    wide = 1.01 * margin_m / float(metres_per_degree(np.array([highest]), ellipsoid)[0][0])
    return np.array([west - wide, south - step, east + wide, north + step])


def _in_box(points: Floats, box: Floats) -> Bools:
    """Which points lie in a box, their longitudes taken modulo a turn."""
    west, south, east, north = box
    held = (points[:, 1] >= south) & (points[:, 1] <= north)
    return np.asarray(held & ((points[:, 0] - west) % 360.0 <= east - west))


def _holds(hole: Floats, others: Sequence[shapely.MultiPolygon], ellipsoid: Ellipsoid) -> bool:
    """Whether some two-sided source shows a fair share of a hole as land of the other party."""
    within = shapely.Polygon(hole)
    held = [polygonal(shapely.intersection(within, land)) for land in others]
    areas = areas_m2(np.array([within, *held], dtype=object), ellipsoid)
    return bool((areas[1:] >= _HELD * areas[0]).any())


def _hole(coords: Floats, land: shapely.MultiPolygon) -> shapely.Geometry:
    """What a hole encloses, without land of the same side within it."""
    return polygonal(shapely.difference(shapely.Polygon(coords), land))


def _length_m(coords: Floats, ellipsoid: Ellipsoid) -> float:
    return fsum(edge_lengths_m(coords, ellipsoid))


def _place_key(coords: Floats) -> list[float]:
    return eastward(coords)[:2].ravel().tolist()
