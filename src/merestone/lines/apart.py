"""Sides that never touch: the stretches of their boundaries that face each other.

Here nothing tells where the common boundary ends but the distance: a stretch belongs where it lies within
``facing_m`` of the other side's boundary. Stretches that are nearest to one another are one piece.
"""

from dataclasses import dataclass

import numpy as np

from merestone.geometry.faces import components
from merestone.geometry.nearest import EdgeIndex
from merestone.lines.joints import is_closed, runs_eastward
from merestone.lines.leading import line_of
from merestone.lines.own import Key, OwnPiece
from merestone.lines.parting import Teller, all_parted
from merestone.lines.pieces import SideLine, in_order, turned
from merestone.lines.rings import Rings
from merestone.lines.scale import Floats, Ints, metres_per_degree
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import PieceKind, Strand


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """Pieces, and the boundary of either side: what faces the other side and what does not."""

    pieces: tuple[OwnPiece, ...]
    limits: tuple[list[Floats], list[Floats]]
    rest: tuple[list[Floats], list[Floats]]


def sides_apart(
    source: str, parties: tuple[str, str], rings: tuple[Rings, Rings], facing_m: float, ellipsoid: Ellipsoid
) -> Apart:
    """The stretches within ``facing_m`` of each other, of sides that touch nowhere."""
    limits: tuple[list[Floats], list[Floats]] = ([], [])
    rest: tuple[list[Floats], list[Floats]] = ([], [])
    lines: list[SideLine] = []
    outlines = [[one.closed(ring) for ring in range(one.count)] for one in rings]
    if all(outlines) and _boxes_near(rings, facing_m, ellipsoid):
        for side in (0, 1):
            index = EdgeIndex(outlines[1 - side], ellipsoid)
            for ring, parts in enumerate(all_parted(outlines[side], _teller(index, facing_m), ellipsoid)):
                for part in parts:
                    (limits if part.label else rest)[side].append(part.coords)
                    if part.label:
                        # Rings are parted anticlockwise; the land of a hole lies outside it.
                        coords = part.coords if rings[side].exterior[ring] else part.coords[::-1]
                        lines.append(SideLine(side, np.zeros(0, np.intp), is_closed(coords), coords))
    pieces = [_piece(source, parties, group, ellipsoid) for group in _grouped(lines, ellipsoid)]
    return Apart(tuple(sorted(pieces, key=OwnPiece.order)), limits, rest)


def _teller(index: EdgeIndex, facing_m: float) -> Teller:
    """Tells 1 of points within ``facing_m`` of an index, 0 of others."""

    def within(points: Floats) -> Ints:
        return (index.query(points).distance_m <= facing_m).astype(np.intp)

    return within


def _boxes_near(rings: tuple[Rings, Rings], facing_m: float, ellipsoid: Ellipsoid) -> bool:
    """Whether the latitudes of the sides come near: a quick no for sides that are far apart."""
    low, high = ([one.xy[:, 1].min() for one in rings], [one.xy[:, 1].max() for one in rings])
    north = metres_per_degree(np.zeros(1), ellipsoid)[1][0]
    return bool((max(low) - min(high)) * north <= facing_m)


def _grouped(lines: list[SideLine], ellipsoid: Ellipsoid) -> list[list[SideLine]]:
    """Lines of which one has a vertex nearest to the other, of the other side's."""
    if len({line.side for line in lines}) < 2:
        return [[line] for line in lines]
    numbers = [np.array([k for k, line in enumerate(lines) if line.side == side]) for side in (0, 1)]
    pairs = []
    for side in (0, 1):
        index = EdgeIndex([lines[k].coords for k in numbers[1 - side]], ellipsoid)
        for k in numbers[side]:
            met = np.unique(index.query(lines[k].coords).line)
            pairs += [(k, numbers[1 - side][other]) for other in met]
    label = components(len(lines), np.array(pairs, dtype=np.intp).reshape(-1, 2))
    return [[lines[k] for k in np.flatnonzero(label == group)] for group in np.unique(label)]


def _piece(source: str, parties: tuple[str, str], lines: list[SideLine], ellipsoid: Ellipsoid) -> OwnPiece:
    line, coords, length_m = line_of(lines, ellipsoid)
    strands: dict[Key, list[Strand]] = {}
    for found in lines:
        strand = Strand(np.ascontiguousarray(found.coords), not found.closed, not found.closed)
        strands.setdefault(parties[found.side], []).append(strand if found.side == 0 else turned(strand))
    return OwnPiece(
        source=source,
        kind=PieceKind.MAIN,
        closed=all(found.closed for found in lines),
        sided=True,
        strands={party: in_order(found) for party, found in strands.items()},
        line=coords,
        length_m=length_m,
        along=(parties[line.side],),
        first_on_left=runs_eastward(line.coords) == (line.side == 0),
    )
