"""How two edges meet: the arithmetic of touches, for many pairs of edges at once.

Edges are straight in longitude/latitude. Distances are taken in a chart scaled at the vertex in
question (``lines.scale``), so that they are right to first order where they are small, which is all
that classifying needs. What a pair of edges gives does not depend on which of the two comes first nor,
to the last bit, on their directions.
"""

from dataclasses import dataclass

import numpy as np

from merestone.lines.scale import Bools, Floats, Ints, metres_per_degree
from merestone.model.ellipsoid import Ellipsoid


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Places where edges of one side meet edges of the other; every array is (m,).

    ``pair`` index of the pair of edges; ``at_a``, ``at_b`` the fractions along both in [0, 1]; ``xy_a``,
    ``xy_b`` (m, 2) the places on both, one and the same for crossings.
    """

    pair: Ints
    at_a: Floats
    at_b: Floats
    xy_a: Floats
    xy_b: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Stretches along which a pair of edges runs together; every array is (m,).

    Fractions ``from_a`` < ``to_a`` on the one; ``from_b`` belongs to ``from_a``, so with ``same`` (the
    edges run the same way) it is the smaller one, else the larger.
    """

    pair: Ints
    from_a: Floats
    to_a: Floats
    from_b: Floats
    to_b: Floats
    same: Bools


def nearest_fraction(
    point: Floats, start: Floats, end: Floats, ellipsoid: Ellipsoid
) -> tuple[Floats, Floats]:
    """Fraction in [0, 1] along edges at which points (m, 2) are nearest, and the distance in metres."""
    east, north = metres_per_degree(point[:, 1], ellipsoid)
    ex, ey = (end[:, 0] - start[:, 0]) * east, (end[:, 1] - start[:, 1]) * north
    px, py = (point[:, 0] - start[:, 0]) * east, (point[:, 1] - start[:, 1]) * north
    with np.errstate(invalid="ignore", divide="ignore"):
        at = np.clip(np.nan_to_num((px * ex + py * ey) / (ex * ex + ey * ey)), 0.0, 1.0)
    # Near the far end the difference is taken from there, lest a shared vertex seem apart.
    late = at > 0.5
    fx = np.where(late, (point[:, 0] - end[:, 0]) * east + (1.0 - at) * ex, px - at * ex)
    fy = np.where(late, (point[:, 1] - end[:, 1]) * north + (1.0 - at) * ey, py - at * ey)
    return at, np.hypot(fx, fy)


def contacts(
    a: tuple[Floats, Floats], b: tuple[Floats, Floats], coincide_m: float, ellipsoid: Ellipsoid
) -> tuple[Contacts, Shared]:
    """Where the edges a[k] and b[k] (pairs of (n, 2) starts and ends) meet within ``coincide_m``.

    A vertex no farther than that from the other edge is a contact; so is a proper crossing. Two
    contacts of vertices on one pair that lie more than ``coincide_m`` apart make the pair run together
    between them: the distance of two straight edges is convex, so it is within the tolerance all the way.
    """
    feet_a = [nearest_fraction(b[end], *a, ellipsoid) for end in (0, 1)]
    feet_b = [nearest_fraction(a[end], *b, ellipsoid) for end in (0, 1)]
    near = np.stack([distance <= coincide_m for _, distance in (*feet_a, *feet_b)])
    zero, one = np.zeros(len(a[0])), np.ones(len(a[0]))
    at_a = np.stack([feet_a[0][0], feet_a[1][0], zero, one])
    at_b = np.stack([zero, one, feet_b[0][0], feet_b[1][0]])
    shared = _shared(at_a, at_b, near, a, coincide_m, ellipsoid)
    kind, pair = np.nonzero(near)
    t, u = at_a[kind, pair], at_b[kind, pair]
    touching = Contacts(pair, t, u, _at(a, pair, t), _at(b, pair, u))
    apart = np.ones(len(a[0]), bool)
    apart[shared.pair] = False
    return _joined(touching, _crossings(a, b, apart)), shared


def _shared(
    at_a: Floats, at_b: Floats, near: Bools, a: tuple[Floats, Floats], coincide_m: float, ellipsoid: Ellipsoid
) -> Shared:
    first = np.where(near, at_a, np.inf).argmin(axis=0)
    last = np.where(near, at_a, -np.inf).argmax(axis=0)
    every = np.arange(at_a.shape[1])
    from_a, to_a = at_a[first, every], at_a[last, every]
    from_b, to_b = at_b[first, every], at_b[last, every]
    east, north = metres_per_degree(0.5 * (a[0][:, 1] + a[1][:, 1]), ellipsoid)
    edge_m = np.hypot((a[1][:, 0] - a[0][:, 0]) * east, (a[1][:, 1] - a[0][:, 1]) * north)
    long = (near.sum(axis=0) >= 2) & ((to_a - from_a) * edge_m > coincide_m) & (from_b != to_b)
    k = np.flatnonzero(long)
    return Shared(k, from_a[k], to_a[k], from_b[k], to_b[k], to_b[k] > from_b[k])


def _crossings(a: tuple[Floats, Floats], b: tuple[Floats, Floats], wanted: Bools) -> Contacts:
    """Proper crossings; the place is the same to the last bit whichever edge is called a."""
    k = np.flatnonzero(wanted)
    one, other = _ascending(a, k), _ascending(b, k)
    swap = _before(other[0], one[0]) | ((other[0] == one[0]).all(axis=1) & _before(other[1], one[1]))
    p0, p1 = (np.where(swap[:, None], v, w) for v, w in zip(other, one, strict=True))
    q0, q1 = (np.where(swap[:, None], w, v) for v, w in zip(other, one, strict=True))
    p, q = p1 - p0, q1 - q0
    left0, left1 = _cross(p, q0 - p0), _cross(p, q1 - p0)
    side0, side1 = _cross(q, p0 - q0), _cross(q, p1 - q0)
    proper = (left0 * left1 < 0.0) & (side0 * side1 < 0.0)
    k, p0, p = k[proper], p0[proper], p[proper]
    at = side0[proper] / (side0[proper] - side1[proper])
    place = p0 + at[:, None] * p
    return Contacts(k, _fraction(a, k, place), _fraction(b, k, place), place, place)


def _ascending(edge: tuple[Floats, Floats], k: Ints) -> tuple[Floats, Floats]:
    """The ends of edges, the lexicographically smaller first."""
    start, end = edge[0][k], edge[1][k]
    down = _before(end, start)[:, None]
    return np.where(down, end, start), np.where(down, start, end)


def _before(one: Floats, other: Floats) -> Bools:
    west = one[:, 0] < other[:, 0]
    return np.asarray(west | ((one[:, 0] == other[:, 0]) & (one[:, 1] < other[:, 1])))


def _cross(u: Floats, v: Floats) -> Floats:
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])


def _fraction(edge: tuple[Floats, Floats], k: Ints, place: Floats) -> Floats:
    """Fraction along edges at places on them, by the coordinate in which each edge is longer."""
    start, end = edge[0][k], edge[1][k]
    step = np.abs(end - start)
    axis = (step[:, 1] > step[:, 0]).astype(np.intp)
    every = np.arange(len(k))
    whole = end[every, axis] - start[every, axis]
    return np.clip((place[every, axis] - start[every, axis]) / whole, 0.0, 1.0)


def _at(edge: tuple[Floats, Floats], k: Ints, fraction: Floats) -> Floats:
    """Places on edges; a fraction of 0 or 1 gives the vertex itself."""
    start, end = edge[0][k], edge[1][k]
    between = start + fraction[:, None] * (end - start)
    between = np.where(fraction[:, None] == 1.0, end, between)
    return np.asarray(between)


def _joined(one: Contacts, other: Contacts) -> Contacts:
    return Contacts(
        np.concatenate([one.pair, other.pair]),
        np.concatenate([one.at_a, other.at_a]),
        np.concatenate([one.at_b, other.at_b]),
        np.concatenate([one.xy_a, other.xy_a]),
        np.concatenate([one.xy_b, other.xy_b]),
    )
