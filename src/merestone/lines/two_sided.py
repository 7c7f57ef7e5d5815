"""Limits of a two-sided source, as pieces of its own before they are matched with the axis."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from merestone.geometry.areas import areas_m2, ring_area_m2
from merestone.lines.apart import sides_apart
from merestone.lines.branches import single_lines
from merestone.lines.chains import Chain, Chains, chains_of, runs_where
from merestone.lines.joints import joined, runs_eastward, westernmost
from merestone.lines.leading import line_of
from merestone.lines.own import Key, OwnPiece
from merestone.lines.pieces import COMMON, traced
from merestone.lines.scale import Bools, Floats, polygonal
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import PieceKind

_WHOLE = 1e-9
"""The share of a party's land by which the sum of its parts may differ from it."""


@dataclass(frozen=True, slots=True, eq=False)
class TwoSided:
    """What was found on one two-sided source.

    ``limits`` and ``rest`` are the boundary of either side: what belongs and what does not. ``branching`` are
    places at which the boundary parts; ``touching`` whether the sides touch at all.
    """

    source: str
    chains: Chains
    pieces: tuple[OwnPiece, ...]
    limits: tuple[list[Floats], list[Floats]]
    rest: tuple[list[Floats], list[Floats]]
    branching: tuple[tuple[float, float], ...]
    touching: bool


def two_sided(
    source: str,
    parties: tuple[str, str],
    sides: tuple[shapely.MultiPolygon, shapely.MultiPolygon],
    coincide_m: float,
    facing_m: float,
    ellipsoid: Ellipsoid,
) -> TwoSided:
    """Trace one source. ``parties`` and ``sides`` are in the order of the ids."""
    chains = chains_of(sides, coincide_m, facing_m, ellipsoid)
    pieces, branching = [], []
    for chain in chains.chains:
        parts = single_lines(chains, chain, ellipsoid)
        if len(parts) > 1:
            branching.append(_place(chains, chain))
        pieces += [_piece(source, parties, sides, chains, part, ellipsoid) for part in parts]
    pieces = sorted(pieces, key=OwnPiece.order)
    pieces = _with_main_pieces(pieces, parties, sides, ellipsoid)
    touching = bool((chains.stretches.node_from >= 0).any())
    if not touching and not pieces:
        apart = sides_apart(source, parties, chains.stretches.rings, facing_m, ellipsoid)
        return TwoSided(source, chains, apart.pieces, apart.limits, apart.rest, (), touching)
    limits, rest = (_lines(chains, chains.belongs), _lines(chains, ~chains.belongs))
    return TwoSided(source, chains, tuple(pieces), limits, rest, tuple(sorted(branching)), touching)


def _lines(chains: Chains, wanted: Bools) -> tuple[list[Floats], list[Floats]]:
    """The stretches wanted, of either side, neighbours joined."""
    stretches = chains.stretches
    found: tuple[list[Floats], list[Floats]] = ([], [])
    for run in runs_where(stretches, wanted):
        found[run.side].append(joined([stretches.coords(int(k)) for k in run.stretches]))
    return found


def _piece(
    source: str,
    parties: tuple[str, str],
    sides: tuple[shapely.MultiPolygon, shapely.MultiPolygon],
    chains: Chains,
    chain: Chain,
    ellipsoid: Ellipsoid,
) -> OwnPiece:
    found = traced(chains, chain)
    line, coords, length_m = line_of(found.lines, ellipsoid)
    # A line of a side runs with its own land on the left.
    own_on_left = runs_eastward(line.coords)
    keys: dict[int, Key] = {COMMON: None, 0: parties[0], 1: parties[1]}
    along = found.along[next(k for k, other in enumerate(found.lines) if other is line)]
    party, land = _land(chains, chain, sides, ellipsoid) if found.closed else (None, None)
    return OwnPiece(
        source=source,
        kind=PieceKind.ENCLAVE if found.closed else PieceKind.MAIN,
        closed=found.closed,
        sided=True,
        strands={keys[side]: strands for side, strands in found.strands.items()},
        line=coords,
        length_m=length_m,
        along=tuple(keys[k] for k in along),
        first_on_left=own_on_left == (line.side == 0),
        party=None if party is None else parties[party],
        within=None if party is None else parties[1 - party],
        land=land,
    )


def _land(
    chains: Chains,
    chain: Chain,
    sides: tuple[shapely.MultiPolygon, shapely.MultiPolygon],
    ellipsoid: Ellipsoid,
) -> tuple[int, shapely.Geometry]:
    """Whose land a closed piece encloses, and that land: of the outermost of its rings."""
    rings = chains.stretches.rings
    sizes = [abs(ring_area_m2(rings[run.side].closed(run.ring), ellipsoid)) for run in chain.runs]
    outermost = chain.runs[int(np.argmax(sizes))]
    side = outermost.side if rings[outermost.side].exterior[outermost.ring] else 1 - outermost.side
    own = rings[side]
    drawn = sorted({int(own.polygon[run.ring]) for run in chain.of(side) if own.exterior[run.ring]})
    if drawn:
        polygons = own.polygons[drawn]
        return side, polygons[0] if len(drawn) == 1 else shapely.multipolygons(polygons)
    # The land is drawn as part of what lies around, and told by a hole in the other side alone.
    hole = shapely.Polygon(rings[outermost.side].closed(outermost.ring))
    return side, polygonal(shapely.intersection(sides[side], hole))


def _with_main_pieces(
    pieces: list[OwnPiece],
    parties: tuple[str, str],
    sides: tuple[shapely.MultiPolygon, shapely.MultiPolygon],
    ellipsoid: Ellipsoid,
) -> list[OwnPiece]:
    """A party all of whose land is enclosed has a main piece: around the largest part of it."""
    for party, side in zip(parties, sides, strict=True):
        enclosing = [piece for piece in pieces if piece.party == party]
        areas = areas_m2(np.array([piece.land for piece in enclosing], dtype=object), ellipsoid)
        whole = float(areas_m2(np.array([side], dtype=object), ellipsoid)[0])
        if not enclosing or areas.sum() < (1.0 - _WHOLE) * whole:
            continue
        largest = enclosing[int(np.argmax(areas))]
        pieces = [replace(piece, kind=PieceKind.MAIN) if piece is largest else piece for piece in pieces]
    return pieces


def _place(chains: Chains, chain: Chain) -> tuple[float, float]:
    """The westernmost, then southernmost vertex of a chain."""
    runs = [chains.stretches.coords(int(k)) for run in chain.runs for k in run.stretches]
    lon, lat = min(tuple(part[westernmost(part)].tolist()) for part in runs)
    return lon, lat
