"""Where the two sides of a source touch: found on the edges as they are, no vertex moves.

Edges drawn alike on both sides are told by their vertices; the others are brought together by an
index of boxes and looked at pair by pair (``lines.segments``). What comes out is a list of contacts, and of
stretches along which both sides run together within ``coincide_m``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from merestone.lines.rings import Rings
from merestone.lines.scale import Bools, Floats, Ints, metres_per_degree, ragged
from merestone.lines.segments import Contacts, Shared, contacts
from merestone.model.ellipsoid import Ellipsoid

_BATCH = 100_000
"""Edges looked up at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places on the rings of one side: fraction ``at`` in [0, 1] along ``edge``, at ``xy`` (m, 2)."""

    edge: Ints
    at: Floats
    xy: Floats

    def along_m(self, rings: Rings) -> Floats:
        """Approximate metres from the first vertex of all rings, (m,)."""
        return np.asarray(rings.along_m[self.edge] + self.at * rings.edge_m[self.edge])


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Stretches along which both sides run together; metres along the rings as in ``Rings.along_m``.

    ``from_a`` < ``to_a``; ``from_b`` belongs to ``from_a``. ``same`` where both have their land on the
    same side of it: there both end against others, and it is no limit between them.
    """

    from_a: Floats
    to_a: Floats
    from_b: Floats
    to_b: Floats
    same: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Touches:
    """``on_a[k]`` and ``on_b[k]`` are one contact as seen on either side."""

    on_a: Places
    on_b: Places
    together: Together


def touches_of(a: Rings, b: Rings, coincide_m: float, ellipsoid: Ellipsoid) -> Touches:
    """All touches of two sides: coincident stretches with their ends, crossings, touching vertices."""
    number_a, number_b = _numbered(a, b)
    shared_a, shared_b, same = _drawn_alike(a, b, number_a, number_b)
    alike = _alike(a, b, shared_a, shared_b, same)
    left_a, left_b = np.ones(len(a.xy), bool), np.ones(len(b.xy), bool)
    left_a[shared_a], left_b[shared_b] = False, False
    parts = [alike, _pinches(a, b, number_a, number_b)]
    for k_a, k_b in _candidates(a, b, np.flatnonzero(left_a), np.flatnonzero(left_b), coincide_m, ellipsoid):
        found, shared = contacts(_ends(a, k_a), _ends(b, k_b), coincide_m, ellipsoid)
        parts.append(_placed(a, b, k_a, k_b, found, shared))
    return _joined(parts)


def _ends(rings: Rings, edges: Ints) -> tuple[Floats, Floats]:
    return rings.xy[edges], rings.xy[rings.next[edges]]


def _numbered(a: Rings, b: Rings) -> tuple[Ints, Ints]:
    """Numbers of the vertices of both sides: equal vertices, equal numbers."""
    both = np.ascontiguousarray(np.concatenate([a.xy, b.xy]) + 0.0).view(np.complex128).ravel()
    _, number = np.unique(both, return_inverse=True)
    return number[: len(a.xy)].astype(np.intp), number[len(a.xy) :].astype(np.intp)


def _drawn_alike(a: Rings, b: Rings, number_a: Ints, number_b: Ints) -> tuple[Ints, Ints, Bools]:
    """Edges with the same two vertices on both sides, and whether they run the same way."""
    count = len(a.xy) + len(b.xy)
    key_a, key_b = (
        np.minimum(number, number[rings.next]) * count + np.maximum(number, number[rings.next])
        for number, rings in ((number_a, a), (number_b, b))
    )
    _, k_a, k_b = np.intersect1d(key_a, key_b, return_indices=True)
    order = np.argsort(k_a)
    k_a, k_b = k_a[order], k_b[order]
    return k_a, k_b, number_a[k_a] == number_b[k_b]


def _pinches(a: Rings, b: Rings, number_a: Ints, number_b: Ints) -> Touches:
    """Contacts at vertices that one side passes more than once: its lands meet there at a point.

    Edges drawn alike are not looked at one by one, so a third ring that touches them is found here.
    """
    size = len(a.xy) + len(b.xy)
    times_a, times_b = np.bincount(number_a, minlength=size), np.bincount(number_b, minlength=size)
    at_a = np.flatnonzero(((times_a > 1) & (times_b > 0) | (times_b > 1))[number_a])
    at_b = np.flatnonzero(((times_b > 1) & (times_a > 0) | (times_a > 1))[number_b])
    at_b = at_b[np.argsort(number_b[at_b], kind="stable")]
    low = np.searchsorted(number_b[at_b], number_a[at_a], side="left")
    high = np.searchsorted(number_b[at_b], number_a[at_a], side="right")
    k_a = np.repeat(at_a, high - low)
    k_b = at_b[ragged(low, high - low)]
    none = np.zeros(0)
    together = Together(none, none, none, none, np.zeros(0, bool))
    return Touches(
        Places(k_a, np.zeros(len(k_a)), a.xy[k_a]), Places(k_b, np.zeros(len(k_b)), b.xy[k_b]), together
    )


def _alike(a: Rings, b: Rings, k_a: Ints, k_b: Ints, same: Bools) -> Touches:
    """Edges drawn alike, in runs as long as both sides go on together."""
    step = np.where(same[1:], 1, -1)
    goes_on = (np.diff(k_a) == 1) & (a.ring[k_a[1:]] == a.ring[k_a[:-1]]) & (same[1:] == same[:-1])
    goes_on &= (np.diff(k_b) == step) & (b.ring[k_b[1:]] == b.ring[k_b[:-1]])
    begins = np.flatnonzero(np.concatenate([[True], ~goes_on])) if len(k_a) else np.zeros(0, np.intp)
    ends = np.append(begins[1:], len(k_a))[: len(begins)] - 1
    first_a, last_a, first_b, last_b = k_a[begins], k_a[ends], k_b[begins], k_b[ends]
    same, zero, one = same[begins], np.zeros(len(begins)), np.ones(len(begins))
    at_first, at_last = np.where(same, 0.0, 1.0), np.where(same, 1.0, 0.0)
    on_a = Places(
        np.concatenate([first_a, last_a]),
        np.concatenate([zero, one]),
        np.concatenate([a.xy[first_a], a.xy[a.next[last_a]]]),
    )
    on_b = Places(np.concatenate([first_b, last_b]), np.concatenate([at_first, at_last]), on_a.xy)
    along_a, along_b = on_a.along_m(a), on_b.along_m(b)
    n = len(begins)
    return Touches(on_a, on_b, Together(along_a[:n], along_a[n:], along_b[:n], along_b[n:], same))


def _candidates(
    a: Rings, b: Rings, k_a: Ints, k_b: Ints, coincide_m: float, ellipsoid: Ellipsoid
) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of edges whose boxes come within ``coincide_m``, in batches."""
    if not len(k_a) or not len(k_b):
        return
    box_a, box_b = _boxes(a, k_a, coincide_m, ellipsoid), _boxes(b, k_b, 0.0, ellipsoid)
    # Most edges of either side are nowhere near the other side at all.
    near_a, near_b = _meets(box_a, _hull(box_b)), _meets(box_b, _hull(box_a))
    k_a, box_a, k_b, box_b = k_a[near_a], box_a[near_a], k_b[near_b], box_b[near_b]
    tree = shapely.STRtree(_diagonals(box_b))
    for start in range(0, len(k_a), _BATCH):
        one, other = tree.query(_diagonals(box_a[start : start + _BATCH]))
        order = np.lexsort([other, one])
        yield k_a[start + one[order]], k_b[other[order]]


def _boxes(rings: Rings, edges: Ints, margin_m: float, ellipsoid: Ellipsoid) -> Floats:
    """West, south, east, north of edges, (k, 4), widened by ``margin_m``."""
    start, end = _ends(rings, edges)
    low, high = np.minimum(start, end), np.maximum(start, end)
    east, north = metres_per_degree(np.maximum(np.abs(low[:, 1]), np.abs(high[:, 1])), ellipsoid)
    margin = np.column_stack([np.minimum(2.0 * margin_m / east, 360.0), 2.0 * margin_m / north])
    return np.hstack([low - margin, high + margin])


def _hull(boxes: Floats) -> Floats:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _meets(boxes: Floats, hull: Floats) -> Bools:
    return np.asarray((boxes[:, :2] <= hull[2:]).all(axis=1) & (boxes[:, 2:] >= hull[:2]).all(axis=1))


def _diagonals(boxes: Floats) -> np.ndarray:
    """A line across each box: the cheapest geometry with that box."""
    return np.asarray(shapely.linestrings(boxes.reshape(-1, 2, 2)))


def _placed(a: Rings, b: Rings, k_a: Ints, k_b: Ints, found: Contacts, shared: Shared) -> Touches:
    on_a = Places(k_a[found.pair], found.at_a, found.xy_a)
    on_b = Places(k_b[found.pair], found.at_b, found.xy_b)
    e_a, e_b = k_a[shared.pair], k_b[shared.pair]
    together = Together(
        a.along_m[e_a] + shared.from_a * a.edge_m[e_a],
        a.along_m[e_a] + shared.to_a * a.edge_m[e_a],
        b.along_m[e_b] + shared.from_b * b.edge_m[e_b],
        b.along_m[e_b] + shared.to_b * b.edge_m[e_b],
        shared.same,
    )
    return Touches(on_a, on_b, together)


def _joined(parts: list[Touches]) -> Touches:
    def places(side: list[Places]) -> Places:
        return Places(
            np.concatenate([at.edge for at in side]),
            np.concatenate([at.at for at in side]),
            np.concatenate([at.xy for at in side]),
        )

    stretches = [part.together for part in parts]
    return Touches(
        places([part.on_a for part in parts]),
        places([part.on_b for part in parts]),
        Together(
            np.concatenate([at.from_a for at in stretches]),
            np.concatenate([at.to_a for at in stretches]),
            np.concatenate([at.from_b for at in stretches]),
            np.concatenate([at.to_b for at in stretches]),
            np.concatenate([at.same for at in stretches]),
        ),
    )
