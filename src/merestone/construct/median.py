"""The median of two sets of lines: every point of it is equally far from both, or in a ratio.

1. Triangles between the two sets tell how the median hangs together (`merestone.construct.mesh`).
2. Places where it crosses their edges are found by bracketing, then by Newton's method on the ellipsoid.
3. Stretches without meaning are left out: beyond open ends of the lines, and farther away than asked.
4. Between places the line is refined until geodesics keep to it (`merestone.construct.refine`).
"""

from dataclasses import dataclass

import numpy as np

from merestone.construct.field import Field, Floats, Indices, LineSet, Values
from merestone.construct.mesh import Mesh, mesh_of
from merestone.construct.refine import Traced, refined, thinned
from merestone.construct.solve import crossed, placed
from merestone.construct.walk import paths_of
from merestone.model.ellipsoid import WGS84, Ellipsoid

_DENSER = 16
"""Parts of the way between two places of the median neither of which stays."""
_NARROWINGS = 8
_PARTS = 24
"""Where a line ends is sought among this many parts, again and again: 24⁸ is past a nanometre in 100 km."""


@dataclass(frozen=True, slots=True, eq=False)
class Median:
    """The lines of a median, and the field that they are zeros of.

    ``traced`` has the turning points, line after line. ``ends`` (k, 2): how each line begins and ends,
    as in `merestone.model.candidates.CandidateLine`. ``labels`` names the lines, where
    they have names; then they stand in that order.
    """

    field: Field
    traced: Traced
    ends: np.ndarray
    labels: tuple[str, ...] = ()


def median_of(
    one: LineSet,
    other: LineSet,
    *,
    chord_m: float = 0.1,
    ratio: tuple[float, float] = (1.0, 1.0),
    reach_m: float = 400_000.0,
    ellipsoid: Ellipsoid = WGS84,
) -> Median:
    """The median of two sets of lines, each (n, 2) longitude, latitude in degrees, edges straight in these.

    ``ratio`` p : q is that of the distances to the first and to the other set. Turning points are within
    1e-5 m of equidistance; geodesics between them depart from it by at most ``chord_m``. A set that has
    sides bounds the median to what both show on different sides. The median ends where a base point
    would be an open end of a line, and where it is ``reach_m`` from its base points.
    """
    field = Field(one, other, ratio, ellipsoid)
    mesh = mesh_of(field, reach_m)
    traced, ends = _facing(field, *_lines(field, mesh, reach_m))
    if not len(traced.points):
        return Median(field, traced, ends)
    traced = refined(field, traced, chord_m)
    return Median(field, thinned(field, traced, chord_m), ends)


def _facing(field: Field, traced: Traced, ends: np.ndarray) -> tuple[Traced, np.ndarray]:
    """Without lines that have both sets on one hand: with a ratio there is one beyond the nearer set too."""
    if field.sided or field.p == field.q or not len(traced.points):
        return traced, ends
    away = [field.from_set(k, traced.points)[0] for k in (0, 1)]
    alike = np.sum(away[0] * away[1], axis=1)
    facing = [float(np.median(alike[traced.line == line])) < 0.0 for line in range(len(ends))]
    kept = np.flatnonzero(facing)
    traced = traced.taken(np.isin(traced.line, kept))
    number = np.cumsum(facing) - 1
    return Traced(traced.points, np.asarray(number[traced.line]), traced.values), ends[kept]


@dataclass(frozen=True, slots=True, eq=False)
class _Web:
    """Places of the median and their links; ``shared`` links, ``meets``, ``between`` and ``kept`` places."""

    points: Floats
    links: Indices
    shared: np.ndarray
    meets: np.ndarray
    between: np.ndarray
    kept: np.ndarray


def _lines(field: Field, mesh: Mesh, reach_m: float) -> tuple[Traced, np.ndarray]:
    """The median through the nodes of the mesh, ends included, before it is refined."""
    first = placed(field, crossed(field, mesh.low, mesh.high, mesh.g_low_m, mesh.g_high_m))
    met = np.ones(len(mesh.met), dtype=bool)
    web = _Web(
        np.concatenate([first.points, mesh.met]),
        mesh.links,
        mesh.shared,
        np.concatenate([np.zeros(len(first.points), dtype=bool), met]),
        np.concatenate([first.good & first.values.between, met]),
        np.concatenate([first.good & _kept(first.values, reach_m), met]),
    )
    web = _with_ends(field, _denser(field, web, reach_m), reach_m)
    paths = paths_of(web.links, web.shared)
    order = np.array([node for path in paths for node in path], dtype=np.intp)
    line = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    told = [
        ["closed" if path[0] == path[-1] else "met" if web.meets[path[k]] else "open" for k in (0, -1)]
        for path in paths
    ]
    points = web.points[order]
    return Traced(points, line, field.at(points)), np.array(told, dtype=np.str_).reshape(-1, 2)


def _denser(field: Field, web: _Web, reach_m: float) -> _Web:
    """The web with places between two that do not stay, since some of the median between them may."""
    neither = ~web.kept[web.links].any(axis=1) & web.between[web.links].all(axis=1)
    links = web.links[neither]
    if not len(links):
        return web
    inner = _DENSER - 1
    share = np.arange(1, _DENSER) / _DENSER
    start, end = (np.repeat(web.points[links[:, k]], inner, axis=0) for k in (0, 1))
    new = placed(field, start + np.tile(share, len(links))[:, None] * (end - start))
    number = len(web.points) + np.arange(len(links) * inner).reshape(-1, inner)
    chain = np.concatenate([links[:, :1], number, links[:, 1:]], axis=1)
    added = np.stack([chain[:, :-1], chain[:, 1:]], axis=2).reshape(-1, 2)
    return _Web(
        np.concatenate([web.points, new.points]),
        np.concatenate([web.links[~neither], added]),
        np.concatenate([web.shared[~neither], np.zeros(len(added), dtype=bool)]),
        np.concatenate([web.meets, np.zeros(len(new.points), dtype=bool)]),
        np.concatenate([web.between, new.good & new.values.between]),
        np.concatenate([web.kept, new.good & _kept(new.values, reach_m)]),
    )


def _kept(values: Values, reach_m: float) -> np.ndarray:
    near = np.maximum(values.base[0].distance_m, values.base[1].distance_m) <= reach_m
    return np.asarray(near & ~values.ends & values.between)


def _with_ends(field: Field, web: _Web, reach_m: float) -> _Web:
    """The places that stay; where a link leads to one that does not, a link to the end of what stays."""
    links, kept = web.links, web.kept
    both = np.asarray(kept[links].all(axis=1))
    direct = np.flatnonzero(web.meets[links].all(axis=1) & ~web.shared)
    if len(direct):
        middle = 0.5 * (web.points[links[direct, 0]] + web.points[links[direct, 1]])
        both[direct] = field.at(middle).between
    half = np.flatnonzero(kept[links].any(axis=1) & ~kept[links].all(axis=1))
    inner = np.where(kept[links[half, 0]], links[half, 0], links[half, 1])
    outer = links[half].sum(axis=1) - inner
    # What begins where both sets meet and does not lie between them is not the median.
    free = web.between[outer]
    inner, outer = inner[free], outer[free]
    ends, here = _ends(field, web.points[inner], web.points[outer], reach_m)
    number = len(web.points) + np.arange(int(here.sum()))
    new = np.stack([inner[here], number], axis=1)
    none = np.zeros(len(new), dtype=bool)
    return _Web(
        np.concatenate([web.points, ends[here]]),
        np.concatenate([links[both], new]),
        np.concatenate([web.shared[both], none]),
        np.concatenate([web.meets, none]),
        np.concatenate([web.between, ~none]),
        np.concatenate([kept, ~none]),
    )


def _ends(field: Field, inner: Floats, outer: Floats, reach_m: float) -> tuple[Floats, np.ndarray]:
    """The last place of the median from ``inner`` toward ``outer``, and whether it is not ``inner``."""
    best = inner.copy()
    low, high = np.zeros(len(inner)), np.ones(len(inner))
    steps = np.arange(1, _PARTS) / _PARTS
    for _ in range(_NARROWINGS if len(inner) else 0):
        share = low[:, None] + (high - low)[:, None] * steps
        row = np.repeat(np.arange(len(inner)), _PARTS - 1)
        at = inner[row] + share.ravel()[:, None] * (outer - inner)[row]
        found = placed(field, np.asarray(at))
        good = (found.good & _kept(found.values, reach_m)).reshape(share.shape)
        first = np.argmin(np.column_stack([good, np.zeros(len(good), dtype=bool)]), axis=1)  # that is not
        last = np.flatnonzero(first > 0)
        best[last] = found.points.reshape(*share.shape, 2)[last, first[last] - 1]
        low, high = low + (high - low) * first / _PARTS, low + (high - low) * (first + 1) / _PARTS
    return best, np.asarray(field.apart_m(best, inner) > 0.001)
