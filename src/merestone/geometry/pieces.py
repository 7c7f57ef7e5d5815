"""Edges cut into pieces that a cubic in earth-centred coordinates follows to 2e-9 m.

A piece runs from τ = -1 to τ = 1 as r(τ) = r₀ + r₁ τ + r₂ τ² + r₃ τ³, the cubic through its true
places at τ = ±1 and ±½. Its ends are thus exact, and neighbours meet. With δφ, δλ half the
differences of latitude and longitude the interpolation errs by at most 1/96 of the fourth
derivative, which is below a (δφ⁴ + 4 δφ³δλ + 6 δφ²δλ² + 4 δφ δλ³ + cos φ δλ⁴); edges are cut until
that is small: at about 5 km in middle latitudes, at 60 m along the parallel of 89.9°.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from merestone.geometry.space import cross, dot, earth_centred, unit, upward
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_FOLLOWS_M = 2e-9
"""How far the cubic may depart from the edge."""
_POINT_M = 1e-8
"""Shorter pieces have no direction that rounding would leave, and are left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """All pieces of some lines, in the order of line and edge. P is their number.

    ``curve`` (4, 3, P) r₀ … r₃ in metres. ``slopes`` (4, P) r₁·r₁, 3 r₁·r₂, 4 r₁·r₃ + 2 r₂·r₂ and
    5 r₂·r₃, of which the equation of the nearest point is made. ``lefts`` (3, 3P) horizontal
    vectors to the left hand: at the middle, then of the start, then of the end; at the ends they
    are the sums of this piece's and its neighbour's. ``bulge_m`` (P,) how far the curve departs from its
    chord. ``line``, ``edge`` (P,) indices; ``number``, ``count`` (P,) which part of how many
    of its edge. ``start``, ``end`` (2, P) longitude, latitude of the ends. ``first``, ``last`` (P,)
    whether the piece begins or ends an open line.
    """

    curve: Floats
    slopes: Floats
    lefts: Floats
    bulge_m: Floats
    line: Indices
    edge: Indices
    number: Floats
    count: Floats
    start: Floats
    end: Floats
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.line)

    def take(self, order: Indices) -> "Pieces":
        """The pieces in another order."""
        columns = {
            item.name: getattr(self, item.name).take(order, axis=-1)
            for item in fields(self)
            if item.name != "lefts"
        }
        kinds = self.lefts.reshape(3, 3, len(self)).take(order, axis=2)
        return Pieces(lefts=kinds.reshape(3, -1), **columns)


def pieces_of(lines: Sequence[Floats], ellipsoid: Ellipsoid) -> Pieces:
    """Cut lines, each (n, 2) longitude, latitude in degrees with n ≥ 1, into pieces.

    Edges without length leave no piece; a line that has no other is one piece without length.
    Lines without vertices leave nothing. Raises ValueError for other shapes and for coordinates that
    are not finite or beyond latitude ±90.
    """
    arrays = [_checked(line, k) for k, line in enumerate(lines)]
    line_of = np.array([k for k, line in enumerate(arrays) if len(line)], dtype=np.intp)
    # A line of one vertex becomes one edge without length.
    arrays = [line if len(line) > 1 else np.repeat(line, 2, axis=0) for line in arrays if len(line)]
    if not arrays:
        raise ValueError("an index needs at least one line with a vertex")
    sizes = np.array([len(line) for line in arrays])
    coords = np.concatenate(arrays)
    begins = np.ones(len(coords), dtype=bool)  # vertices at which an edge begins
    begins[np.cumsum(sizes) - 1] = False
    vertex = np.flatnonzero(begins)
    parts = _parts(coords[vertex], coords[vertex + 1], ellipsoid)

    edge_row = np.repeat(np.arange(len(vertex)), parts)
    number = np.arange(len(edge_row)) - np.repeat(np.cumsum(parts) - parts, parts)
    line_row = np.repeat(np.arange(len(arrays)), sizes - 1)[edge_row]
    edge = vertex[edge_row] - (np.cumsum(sizes) - sizes)[line_row]
    count = parts[edge_row]
    nodes = _nodes(coords[vertex[edge_row]], coords[vertex[edge_row] + 1], number, count)
    curve = _cubic(nodes, ellipsoid)
    kept = _with_length(curve, line_row)
    columns = (line_row[kept], edge[kept], number[kept], count[kept])
    return _assembled(
        curve.take(kept, axis=2), nodes[0].T[:, kept], nodes[3].T[:, kept], columns, line_of, ellipsoid
    )


def _checked(line: Floats, number: int) -> Floats:
    array = np.asarray(line, dtype=np.float64)
    if array.size == 0:
        return array.reshape(0, 2)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"line {number} has shape {array.shape}; an index takes (n, 2) longitude, latitude")
    if not np.isfinite(array).all() or np.abs(array[:, 1]).max() > 90.0:
        raise ValueError(f"line {number} has a coordinate that is not finite or beyond latitude ±90")
    return array


def _parts(start: Floats, end: Floats, ellipsoid: Ellipsoid) -> Indices:
    """Into how many pieces to cut edges, (n,), so that cubics follow them."""
    x, y = np.abs(np.deg2rad(end - start)).T / 2.0
    # The least latitude along an edge: 0 where it crosses the equator.
    least = np.where(start[:, 1] * end[:, 1] <= 0.0, 0.0, np.minimum(np.abs(start[:, 1]), np.abs(end[:, 1])))
    fourth = y**4 + 4.0 * y**3 * x + 6.0 * y**2 * x**2 + 4.0 * y * x**3 + np.cos(np.deg2rad(least)) * x**4
    parts = np.ceil((ellipsoid.a_m * fourth / (96.0 * _FOLLOWS_M)) ** 0.25)
    return np.asarray(np.maximum(parts, 1.0), dtype=np.intp)


def _nodes(
    start: Floats, end: Floats, number: Indices, count: Indices
) -> tuple[Floats, Floats, Floats, Floats]:
    """Longitude, latitude of pieces at τ = -1, -½, ½, 1, each (P, 2).

    Written so that an edge drawn the other way round gives the same places to the last bit.
    """
    k, n = number[:, None].astype(np.float64), count[:, None].astype(np.float64)
    low = np.where(k == 0.0, start, (start * (n - k) + end * k) / n)
    high = np.where(k + 1.0 == n, end, (start * (n - k - 1.0) + end * (k + 1.0)) / n)
    return low, (low * 3.0 + high) / 4.0, (low + high * 3.0) / 4.0, high


def _cubic(nodes: tuple[Floats, Floats, Floats, Floats], ellipsoid: Ellipsoid) -> Floats:
    """(4, 3, P) coefficients of the cubics through the nodes."""
    low, before, after, high = (earth_centred(node[:, 0], node[:, 1], ellipsoid) for node in nodes)
    outer, inner = (low + high) / 2.0, (before + after) / 2.0
    outer_odd, inner_odd = (high - low) / 2.0, (after - before) / 2.0
    second = (outer - inner) * (4.0 / 3.0)
    third = (outer_odd - 2.0 * inner_odd) * (4.0 / 3.0)
    return np.stack([outer - second, outer_odd - third, second, third])


def _with_length(curve: Floats, line_row: Indices) -> Indices:
    """Indices of the pieces that have a length, and of the first of each line that has no such."""
    long = _long(curve)
    has_one = np.zeros(int(line_row[-1]) + 1, dtype=bool)
    has_one[line_row[long]] = True
    first = np.diff(line_row, prepend=-1) > 0
    return np.flatnonzero(long | (first & ~has_one[line_row]))


def _long(curve: Floats) -> NDArray[np.bool_]:
    half = curve[1] + curve[3]
    return np.asarray(dot(half, half) > (_POINT_M / 2.0) ** 2)


def _assembled(
    curve: Floats,
    start: Floats,
    end: Floats,
    columns: tuple[Indices, Indices, Indices, Indices],
    line_of: Indices,
    ellipsoid: Ellipsoid,
) -> Pieces:
    line_row, edge, number, count = columns
    r0, r1, r2, r3 = curve
    first = np.diff(line_row, prepend=-1) > 0
    last = np.diff(line_row, append=-1) != 0
    gap = (r0 - r1 + r2 - r3)[:, first] - (r0 + r1 + r2 + r3)[:, last]
    closed = (dot(gap, gap) < _POINT_M**2)[np.cumsum(first) - 1]
    return Pieces(
        curve=curve,
        slopes=np.stack(
            [dot(r1, r1), 3.0 * dot(r1, r2), 4.0 * dot(r1, r3) + 2.0 * dot(r2, r2), 5.0 * dot(r2, r3)]
        ),
        lefts=_lefts(curve, first, last, closed, ellipsoid),
        bulge_m=np.sqrt(dot(r2, r2)) + 0.385 * np.sqrt(dot(r3, r3)),
        line=line_of[line_row],
        edge=edge,
        number=number.astype(np.float64),
        count=count.astype(np.float64),
        start=np.ascontiguousarray(start),
        end=np.ascontiguousarray(end),
        first=first & ~closed,
        last=last & ~closed,
    )


def _lefts(
    curve: Floats,
    first: NDArray[np.bool_],
    last: NDArray[np.bool_],
    closed: NDArray[np.bool_],
    ellipsoid: Ellipsoid,
) -> Floats:
    r0, r1, r2, r3 = curve
    middle = unit(cross(upward(r0, ellipsoid), r1))
    at_start = unit(cross(upward(r0 - r1 + r2 - r3, ellipsoid), r1 - 2.0 * r2 + 3.0 * r3))
    at_end = unit(cross(upward(r0 + r1 + r2 + r3, ellipsoid), r1 + 2.0 * r2 + 3.0 * r3))
    before = np.arange(len(first)) - 1
    after = before + 2
    # Round closed lines the last piece comes before the first; open ones end with themselves.
    before[first] = np.where(closed[first], np.flatnonzero(last), np.flatnonzero(first))
    after[last] = np.where(closed[last], np.flatnonzero(first), np.flatnonzero(last))
    own = np.arange(len(first))
    start_sum = at_start + np.where(before == own, 0.0, at_end[:, before])
    end_sum = at_end + np.where(after == own, 0.0, at_start[:, after])
    lefts = np.concatenate([middle, start_sum, end_sum], axis=1)
    lefts[:, np.tile(~_long(curve), 3)] = 0.0
    return lefts
