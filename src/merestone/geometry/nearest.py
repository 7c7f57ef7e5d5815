"""The nearest point of a set of lines to each of many places, by geodesic distance.

Everything happens in earth-centred coordinates, so that neither poles nor the antimeridian are
special. Lines are cut into pieces that cubics follow (`pieces`), places are taken in blocks of
neighbours, bounds leave a few pieces for a block (`blocks`), one comparison with their chords
leaves one or two for a place, and Newton's method finds their nearest points (`feet`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.geometry.blocks import Tree
from merestone.geometry.feet import feet
from merestone.geometry.matching import BLOCK, Matches, matches
from merestone.geometry.order import neighbourly
from merestone.geometry.pieces import pieces_of
from merestone.geometry.space import earth_centred
from merestone.model.ellipsoid import WGS84, Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_AT_ONCE = 1 << 18
"""Places that are taken up together; the rest of the work is in smaller portions."""
_PORTION = 1 << 14


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The nearest point of the lines to each of m places; every array is (m,), ``foot`` (m, 2).

    ``distance_m`` is the length of the geodesic to it. ``line`` and ``edge`` are indices (the edge's
    within its line) and ``fraction`` tells where on the edge, 0 to 1, in longitude and latitude.
    ``foot`` is its longitude and latitude in degrees, in the line's own longitudes. ``side`` is +1
    where the place is on the left of the line's direction, -1 on the right, 0 on the line or where
    neither can be said (beyond the tip of a line that turns right back). ``at_start``, ``at_end``:
    the foot is the first or last vertex of an open line.
    """

    distance_m: Floats
    line: Indices
    edge: Indices
    fraction: Floats
    foot: Floats
    side: NDArray[np.int8]
    at_start: Flags
    at_end: Flags


def _blank(count: int) -> Nearest:
    return Nearest(
        distance_m=np.empty(count),
        line=np.empty(count, dtype=np.intp),
        edge=np.empty(count, dtype=np.intp),
        fraction=np.empty(count),
        foot=np.empty((count, 2)),
        side=np.empty(count, dtype=np.int8),
        at_start=np.empty(count, dtype=bool),
        at_end=np.empty(count, dtype=bool),
    )


def checked(points: Floats) -> Floats:
    """(m, 2) longitude, latitude as an array of floats; ValueError for what cannot be places."""
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points have shape {points.shape}, not (m, 2) for longitude, latitude")
    if not np.isfinite(points).all() or np.abs(points[:, 1]).max(initial=0.0) > 90.0:
        raise ValueError("a point has a coordinate that is not finite or beyond latitude ±90")
    return points


class EdgeIndex:
    """Lines, prepared to tell the nearest point to any place.

    ``lines`` are arrays (n, 2) of longitude, latitude in degrees with edges straight in
    longitude/latitude; longitudes may lie outside ±180. Raises ValueError where no line has a
    vertex, and for coordinates that are not finite or beyond latitude ±90.

    A line is closed, and has no ends, where its first and last vertex are one place. Edges without
    length are passed over; a line that has no others is a place, with neither ends nor sides.

    Distances are geodesic and true to 1e-6 m up to 100 km, beyond to what Karney's algorithm gives
    (1e-8 m). A distance below 2e-8 m is 0. Nearest points that are equally far within 2e-8 m resolve
    to the lower line, then the lower edge.
    """

    def __init__(self, lines: Sequence[Floats], ellipsoid: Ellipsoid = WGS84) -> None:
        self._lines = tuple(lines)
        self.ellipsoid = ellipsoid
        pieces = pieces_of(self._lines, ellipsoid)
        order = neighbourly(pieces.curve[0], BLOCK)
        self._rank = np.arange(len(pieces)) if order is None else order
        self._pieces = pieces if order is None else pieces.take(order)
        self._tree = Tree(self._pieces, ellipsoid)

    def query(self, points: Floats, lines_allowed: Flags | None = None) -> Nearest:
        """The nearest point of the lines to each of ``points``, (m, 2) longitude, latitude in degrees.

        Points may come in any order; neighbours in sequence save sorting. ``lines_allowed``, one
        flag a line, restricts the lines for this query; that costs a new index. Raises ValueError
        for coordinates that are not finite or beyond latitude ±90, and where no line is allowed.
        """
        points = checked(points)
        if lines_allowed is not None and not np.all(lines_allowed):
            return self._among(points, np.asarray(lines_allowed, dtype=bool))
        found = _blank(len(points))
        for k in range(0, len(points), _AT_ONCE):
            self._describe(self.matched(points[k : k + _AT_ONCE]), found, k)
        return found

    def matched(self, points: Floats) -> Matches:
        """What `query` finds in terms of pieces, in the order of ``points``, unchecked."""
        count = len(points)
        found = Matches(
            row=np.arange(count),
            piece=np.empty(count, dtype=np.intp),
            tau=np.empty(count),
            distance_m=np.empty(count),
            side=np.empty(count, dtype=np.int8),
        )
        for k in range(0, count, _AT_ONCE):
            rows = np.arange(k, min(k + _AT_ONCE, count))
            for some in matches(points, rows, self._pieces, self._rank, self._tree, self.ellipsoid):
                found.piece[some.row] = some.piece
                found.tau[some.row] = some.tau
                found.distance_m[some.row] = some.distance_m
                found.side[some.row] = some.side
        return found

    def described(self, some: Matches) -> Nearest:
        """What `matched` found, in terms of lines and edges."""
        found = _blank(len(some.row))
        self._describe(some, found, 0)
        return found

    def on_pieces(self, points: Floats, piece: Indices) -> Matches:
        """The nearest points of one piece, as `matched` names it, to each of ``points``, unchecked."""
        found = feet(
            earth_centred(points[:, 0], points[:, 1], self.ellipsoid),
            points,
            np.arange(len(points)),
            piece,
            self._pieces,
            self.ellipsoid,
        )
        return Matches(np.arange(len(points)), piece, found.tau, found.distance_m, found.side)

    def _describe(self, some: Matches, found: Nearest, begin: int) -> None:
        """Enter matches into ``found`` in terms of lines and edges, a portion at a time for the cache."""
        pieces = self._pieces
        for k in range(0, len(some.row), _PORTION):
            piece, tau = some.piece[k : k + _PORTION], some.tau[k : k + _PORTION]
            part = slice(begin + k, begin + k + len(piece))
            share = 0.5 + 0.5 * tau
            found.distance_m[part] = some.distance_m[k : k + _PORTION]
            found.side[part] = some.side[k : k + _PORTION]
            found.line[part] = pieces.line.take(piece)
            found.edge[part] = pieces.edge.take(piece)
            found.fraction[part] = (pieces.number.take(piece) + share) / pieces.count.take(piece)
            found.foot[part] = self._place(piece, share)
            found.at_start[part] = pieces.first.take(piece) & (tau == -1.0)
            found.at_end[part] = pieces.last.take(piece) & (tau == 1.0)

    def foot(self, some: Matches) -> Floats:
        """(n, 2) longitude, latitude of the nearest points."""
        return self._place(some.piece, 0.5 + 0.5 * some.tau)

    def _place(self, piece: Indices, share: Floats) -> Floats:
        place = np.empty((len(piece), 2))
        for axis in (0, 1):
            # Written so that both ends of a piece come out to the last bit.
            start, end = self._pieces.start[axis].take(piece), self._pieces.end[axis].take(piece)
            place[:, axis] = start * (1.0 - share) + end * share
        return place

    def _among(self, points: Floats, allowed: Flags) -> Nearest:
        if len(allowed) != len(self._lines):
            raise ValueError(f"{len(allowed)} flags do not fit {len(self._lines)} lines")
        chosen = np.flatnonzero(allowed)
        found = EdgeIndex([self._lines[k] for k in chosen], self.ellipsoid).query(points)
        found.line[:] = chosen[found.line]
        return found
