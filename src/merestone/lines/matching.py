"""Pieces across sources: which piece of the axis each limit of another source belongs to.

A stretch of another source goes to the main piece of the axis to which most of it is nearest; it is parted
where that changes for longer than ``facing_m``, so that a source that draws one line where the axis has two
pieces is compared with both. Enclaves match by their land, intersection over union at least 0.1, the largest
first. What the axis source does not show is numbered X1, X2, … over all other sources together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely

from merestone.geometry.areas import areas_m2
from merestone.geometry.nearest import EdgeIndex
from merestone.lines.joints import runs_eastward
from merestone.lines.own import Key, OwnPiece
from merestone.lines.parting import all_parted, parted
from merestone.lines.pieces import turned
from merestone.lines.scale import Floats, Ints, polygonal
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import PieceKind, Strand

LEAST_IOU = 0.1
"""Less of their land in common than this, and two enclaves are not the same one."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A piece of a source, or a part of it, with the name of the piece that it belongs to."""

    piece: str
    own: OwnPiece


def named(pieces: Sequence[OwnPiece]) -> list[Placed]:
    """The pieces of the axis source: main ones M1, M2, …, enclaves E1, E2, …, each by length."""
    ordered = sorted(pieces, key=OwnPiece.order)
    mains = [piece for piece in ordered if piece.kind is PieceKind.MAIN]
    enclaves = [piece for piece in ordered if piece.kind is PieceKind.ENCLAVE]
    return [Placed(f"M{k}", piece) for k, piece in enumerate(mains, 1)] + [
        Placed(f"E{k}", piece) for k, piece in enumerate(enclaves, 1)
    ]


class Matcher:
    """The pieces of the axis, as those of other sources are held against them."""

    def __init__(
        self, axis: Sequence[Placed], corridor_m: float, facing_m: float, ellipsoid: Ellipsoid
    ) -> None:
        self._mains = [placed for placed in axis if placed.own.kind is PieceKind.MAIN]
        self._closed = [placed for placed in axis if placed.own.closed and placed.own.land is not None]
        self._all = [*self._mains, *(placed for placed in axis if placed.own.kind is PieceKind.ENCLAVE)]
        self._corridor_m = corridor_m
        self._facing_m = facing_m
        self._ellipsoid = ellipsoid

    @cached_property
    def _index(self) -> EdgeIndex:
        """The main pieces."""
        return EdgeIndex([placed.own.line for placed in self._mains], self._ellipsoid)

    @cached_property
    def _whole(self) -> EdgeIndex:
        """The main pieces, then the enclaves."""
        return EdgeIndex([placed.own.line for placed in self._all], self._ellipsoid)

    def place(self, pieces: Sequence[OwnPiece]) -> tuple[list[Placed], list[OwnPiece]]:
        """The pieces of one source that the axis shows too, and those that it does not show."""
        rings = [piece for piece in pieces if piece.kind is PieceKind.ENCLAVE]
        matched = best_pairs(rings, [placed.own for placed in self._closed], self._ellipsoid)
        found = [Placed(self._closed[matched[k]].piece, ring) for k, ring in enumerate(rings) if k in matched]
        missing = [ring for k, ring in enumerate(rings) if k not in matched]
        for piece in pieces:
            if piece.kind is PieceKind.MAIN:
                enclave = self._enclave_of(piece)
                if enclave is not None:
                    found.append(Placed(enclave, piece))
                elif not self._mains or not _reaches(piece, self._index, self._corridor_m):
                    missing.append(piece)
                else:
                    found += self._shares(piece, self._index)
        return found, missing

    def _enclave_of(self, piece: OwnPiece) -> str | None:
        """The enclave of the axis to which most of an open line without both sides is nearest, if it is one.

        The main piece of a two-sided source is bounded by both parties and is never part of an enclave.
        """
        if len(self._all) == len(self._mains) or piece.two_sided:
            return None
        label = _mostly(piece.line, self._whole, self._ellipsoid)
        return self._all[label].piece if label >= len(self._mains) else None

    def _shares(self, piece: OwnPiece, index: EdgeIndex) -> list[Placed]:
        """A main piece, its strands shared out over the main pieces of the axis."""
        if len(self._mains) == 1:
            return [Placed(self._mains[0].piece, piece)]
        shares: dict[int, dict[Key, list[Strand]]] = {}
        for key, strands in piece.strands.items():
            for strand in strands:
                for label, part in self._parts(strand, index):
                    shares.setdefault(label, {}).setdefault(key, []).append(part)
        return [
            Placed(
                self._mains[label].piece,
                replace(piece, strands={key: tuple(parts) for key, parts in share.items()}),
            )
            for label, share in sorted(shares.items())
        ]

    def _parts(self, strand: Strand, index: EdgeIndex) -> list[tuple[int, Strand]]:
        """A strand parted where the nearest piece of the axis changes; where it goes on it has no end."""

        def nearest(points: Floats) -> Ints:
            return np.asarray(index.query(points).line, dtype=np.intp)

        kept = runs_eastward(strand.coords)
        walked = strand if kept else turned(strand)
        parts = parted(walked.coords, nearest, self._ellipsoid, self._facing_m)
        if len(parts) == 1:
            return [(parts[0].label, strand)]
        found = [
            Strand(part.coords, part.whole[0] and walked.open_start, part.whole[1] and walked.open_end)
            for part in parts
        ]
        return [(part.label, one if kept else turned(one)) for part, one in zip(parts, found, strict=True)]


def name_missing(missing: Sequence[OwnPiece], corridor_m: float, ellipsoid: Ellipsoid) -> list[Placed]:
    """Names X1, X2, … for what the axis does not show: main pieces first, then enclaves, by length.

    The longest drawing of each stands for it; what another source draws of the same goes by the same name.
    """
    ordered = sorted(
        missing, key=lambda piece: (piece.kind is PieceKind.ENCLAVE, *piece.order(), piece.source)
    )
    leads: list[OwnPiece] = []
    shown_by: list[set[str]] = []
    placed: list[Placed] = []
    for piece in ordered:
        k = _lead_of(piece, leads, shown_by, corridor_m, ellipsoid)
        if k is None:
            leads.append(piece)
            shown_by.append(set())
            k = len(leads) - 1
        shown_by[k].add(piece.source)
        placed.append(Placed(f"X{k + 1}", piece))
    return placed


def _lead_of(
    piece: OwnPiece,
    leads: Sequence[OwnPiece],
    shown_by: Sequence[set[str]],
    corridor_m: float,
    ellipsoid: Ellipsoid,
) -> int | None:
    """The named piece that this one is a drawing of, if any."""
    alike = [k for k, lead in enumerate(leads) if lead.kind is piece.kind and lead.source != piece.source]
    if piece.kind is PieceKind.ENCLAVE:
        alike = [k for k in alike if piece.source not in shown_by[k]]
        found = best_pairs([piece], [leads[k] for k in alike], ellipsoid)
        return alike[found[0]] if found else None
    near = [k for k in alike if _reaches(piece, EdgeIndex([leads[k].line], ellipsoid), corridor_m)]
    if not near:
        return None
    index = EdgeIndex([leads[k].line for k in near], ellipsoid)
    return near[_mostly(piece.line, index, ellipsoid)]


def _mostly(line: Floats, index: EdgeIndex, ellipsoid: Ellipsoid) -> int:
    """The line of the index to which most of `line` is nearest."""
    parts = parted(line, lambda points: np.asarray(index.query(points).line, dtype=np.intp), ellipsoid)
    lengths = np.bincount(
        [part.label for part in parts], [shapely.length(shapely.LineString(part.coords)) for part in parts]
    )
    return int(np.argmax(lengths))


def _reaches(piece: OwnPiece, index: EdgeIndex, corridor_m: float) -> bool:
    """Whether any vertex of a piece lies within ``corridor_m``, or any place between, to 50 m."""

    def near(points: Floats) -> Ints:
        return (index.query(points).distance_m <= corridor_m).astype(np.intp)

    strands = [strand.coords for strands in piece.strands.values() for strand in strands]
    if near(np.concatenate(strands)).any():
        return True
    return any(part.label for parts in all_parted(strands, near, index.ellipsoid) for part in parts)


def best_pairs(rings: Sequence[OwnPiece], leads: Sequence[OwnPiece], ellipsoid: Ellipsoid) -> dict[int, int]:
    """Index of the lead for each ring that has one: each lead at most once, largest overlap first."""
    if not rings or not leads:
        return {}
    one, other = (np.array([piece.land for piece in pieces], dtype=object) for pieces in (rings, leads))
    i, j = shapely.STRtree(other).query(one, predicate="intersects")
    same = [
        rings[a].party in {None, leads[b].party} or leads[b].party is None for a, b in zip(i, j, strict=True)
    ]
    i, j = i[same], j[same]
    common = np.array([polygonal(shared) for shared in shapely.intersection(one[i], other[j])], dtype=object)
    shared_m2 = areas_m2(common, ellipsoid)
    iou = shared_m2 / (areas_m2(one, ellipsoid)[i] + areas_m2(other, ellipsoid)[j] - shared_m2)
    pairs = sorted(
        (
            (-round(float(share), 9), rings[a].order(), leads[b].order(), a, b)
            for share, a, b in zip(iou, i, j, strict=True)
            if share >= LEAST_IOU
        )
    )
    found: dict[int, int] = {}
    for *_, a, b in pairs:
        if a not in found and b not in found.values():
            found[int(a)] = int(b)
    return found
