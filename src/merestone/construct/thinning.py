"""A line with few turning points, within a stated departure and without changing what lies on which side.

The fewest legs are found by `paths`; what then crosses, or changes a side, is forbidden and the search
repeated. Area is balanced by choosing among paths with equally many legs, and by narrowing the departure
where that is not enough. Everything that is promised is measured afterwards on the ellipsoid.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.construct.departure import departure_m
from merestone.construct.guards import Sides, crossing, legs_drawn
from merestone.construct.paths import Run, Weigh
from merestone.errors import BadInputError
from merestone.geometry.areas import ring_area_m2
from merestone.model.descriptions import DrawnLine
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_NARROWED = 0.7
"""How the departure is narrowed where no path of the fewest legs keeps the balance."""
_ATTEMPTS = 16
_ON_LINE_DEG = 1e-8
"""A place nearer to a vertex than this (1 mm) is that vertex, which then stays."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What thinning must keep to. ``balance_m2`` is the largest net area that may change sides; None: any."""

    departure_m: float
    balance_m2: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Thinned:
    """``at`` (n,) positions in the chain of the turning points that are left; ``legs`` the types between."""

    at: Indices
    legs: tuple[EdgeType, ...]
    achieved: Mapping[str, Any]


def drawable(kind: EdgeType) -> EdgeType:
    """The type by which a leg is stated: one straight in the grid of its file is a geodesic in the table."""
    return EdgeType.GEODESIC if kind is EdgeType.GRID else kind


def thinned(line: DrawnLine, bounds: Bounds, sides: Floats, ellipsoid: Ellipsoid) -> Thinned:
    """The line with few turning points. ``sides`` (n, 2) are places that stay on their side of it.

    Raises BadInputError where the balance cannot be kept.
    """
    thinner = _Thinner(line, bounds, sides, ellipsoid)
    tolerance_m = bounds.departure_m
    for _ in range(_ATTEMPTS):
        found = thinner.within(tolerance_m)
        if found is not None:
            return found
        tolerance_m = thinner.next_m
    if bounds.balance_m2 is None:
        raise BadInputError(
            f"line {line.id}: no thinning within {bounds.departure_m:g} m was found; allow more with"
            " --departure-m"
        )
    raise BadInputError(
        f"line {line.id}: no thinning keeps the net area that changes sides within"
        f" {bounds.balance_m2 / 1e6:g} km²; allow more with --balance-km2"
    )


class _Thinner:
    def __init__(self, line: DrawnLine, bounds: Bounds, sides: Floats, ellipsoid: Ellipsoid) -> None:
        self._line, self._bounds, self._ellipsoid = line, bounds, ellipsoid
        self._vertices = np.flatnonzero(line.vertex)
        kept = _kept_vertices(line, self._vertices, sides)
        self._kept, self._sides = kept, Sides(_beside(line.chain, sides))
        self.next_m = 0.0

    def within(self, tolerance_m: float) -> Thinned | None:
        """The path within a tolerance; None, and `next_m` set, where what was asked for is not kept."""
        runs = [
            Run(self._line.chain[a : b + 1], self._line.vertex[a : b + 1], kind, tolerance_m, self._ellipsoid)
            for a, b, kind in self._stretches()
        ]
        at, legs = self._settled(runs, np.abs)
        net_m2 = self._net_m2(at, legs)
        if self._bounds.balance_m2 is not None and abs(net_m2.sum()) > self._bounds.balance_m2:
            at, legs = self._balanced(runs, (at, legs))
            net_m2 = self._net_m2(at, legs)
            if abs(net_m2.sum()) > self._bounds.balance_m2:
                self.next_m = _NARROWED * tolerance_m
                return None
        away_m = departure_m(self._line.chain, at, legs, self._ellipsoid)
        if away_m > self._bounds.departure_m:
            self.next_m = tolerance_m * min(0.999 * self._bounds.departure_m / away_m, 0.99)
            return None
        return Thinned(at, legs, self._achieved(at, away_m, net_m2, tolerance_m))

    def _achieved(self, at: Indices, away_m: float, net_m2: Floats, tolerance_m: float) -> dict[str, Any]:
        return {
            "vertices_before": len(self._vertices),
            "vertices_after": len(at),
            "departure_m": away_m,
            "searched_within_m": tolerance_m,
            "balance_km2": float(net_m2.sum()) / 1e6,
            "moved_km2": float(np.abs(net_m2).sum()) / 1e6,
            "kept_vertices": len(self._kept),
            "places_beside": len(self._sides.places),
        }

    def _stretches(self) -> list[tuple[int, int, EdgeType]]:
        """Runs from position to position: between vertices that stay, and where legs become others."""
        kinds = self._line.legs
        said = self._line.terms or ({},) * len(kinds)
        turns = [k for k in range(1, len(kinds)) if kinds[k] is not kinds[k - 1] or said[k] != said[k - 1]]
        stops = sorted({0, len(self._vertices) - 1, *turns, *self._kept})
        return [
            (int(self._vertices[a]), int(self._vertices[b]), drawable(kinds[a]))
            for a, b in itertools.pairwise(stops)
        ]

    def _settled(self, runs: Sequence[Run], weigh: Weigh) -> tuple[Indices, tuple[EdgeType, ...]]:
        """The fewest legs that neither cross nor change a side, by barring those that do."""
        paths = [run.fewest(weigh) for run in runs]
        stretches = self._stretches()
        lasts = [b for _, b, _ in stretches]
        while True:
            at, legs = self._joined(paths)
            bad, places = self._bad(at, legs)
            if not bad:
                return at, legs
            run_of = {leg: int(np.searchsorted(lasts, at[leg + 1])) for leg in bad}
            for leg, k in run_of.items():
                begin = stretches[k][0]
                runs[k].bar(int(at[leg]) - begin, int(at[leg + 1]) - begin)
            for leg, place in places:
                runs[run_of[leg]].bar_across(self._sides.places[place])
            for k in sorted(set(run_of.values())):
                paths[k] = runs[k].fewest(weigh)

    def _joined(self, paths: Sequence[list[int]]) -> tuple[Indices, tuple[EdgeType, ...]]:
        at, legs = [0], list[EdgeType]()
        for path, (begin, _, kind) in zip(paths, self._stretches(), strict=True):
            at += [begin + k for k in path[1:]]
            legs += [kind] * (len(path) - 1)
        return np.array(at, dtype=np.intp), tuple(legs)

    def _bad(self, at: Indices, legs: tuple[EdgeType, ...]) -> tuple[set[int], list[tuple[int, int]]]:
        """Legs that cross another or leave a place on the other side, and that can be parted; and which
        place lies beside which of them."""
        number = np.cumsum(self._line.vertex)
        long = {leg for leg in range(len(legs)) if number[at[leg + 1]] - number[at[leg]] > 1}
        if self._line.closed and len(legs) < 3:
            return long, []  # two legs enclose nothing
        drawn = legs_drawn(self._line.chain[at], legs, self._ellipsoid)
        chains = [self._line.chain[a : b + 1] for a, b in itertools.pairwise(at)]
        changed = self._sides.changed(chains, drawn)
        bad = long & (crossing(drawn, self._line.closed) | {leg for leg, _ in changed})
        return bad, [(leg, place) for leg, place in changed if leg in bad]

    def _net_m2(self, at: Indices, legs: tuple[EdgeType, ...]) -> Floats:
        """Signed area between the line and each leg, positive where the line lies to the leg's left."""
        drawn = legs_drawn(self._line.chain[at], legs, self._ellipsoid)
        return np.array(
            [
                ring_area_m2(np.concatenate([leg, self._line.chain[a : b + 1][::-1]]), self._ellipsoid)
                for leg, a, b in zip(drawn, at[:-1], at[1:], strict=True)
            ]
        )

    def _balanced(
        self, runs: Sequence[Run], first: tuple[Indices, tuple[EdgeType, ...]]
    ) -> tuple[Indices, tuple[EdgeType, ...]]:
        """The best balanced of three paths and of those that change from one to another where they meet."""
        paths = [first, self._settled(runs, np.negative), self._settled(runs, np.positive)]
        sums = [np.concatenate([[0.0], np.cumsum(self._net_m2(*path))]) for path in paths]
        best = min(range(3), key=lambda k: abs(sums[k][-1]))
        found, least = paths[best], abs(sums[best][-1])
        for one, other in ((1, 2), (2, 1), (0, 1), (0, 2), (1, 0), (2, 0)):
            _, here, there = np.intersect1d(paths[one][0], paths[other][0], return_indices=True)
            total = np.abs(sums[one][here] + sums[other][-1] - sums[other][there])
            for k in np.argsort(total, kind="stable")[:8].tolist():
                if total[k] >= least:
                    break
                a, b = int(here[k]), int(there[k])
                at = np.concatenate([paths[one][0][:a], paths[other][0][b:]])
                legs = (*paths[one][1][:a], *paths[other][1][b:])
                if not self._bad(at, legs)[0]:
                    found, least = (at, legs), total[k]
                    break
        return found


def _beside(chain: Floats, sides: Floats) -> Floats:
    """Places that can be beside: those that are no vertices of the line themselves, within its longitudes."""
    if not len(sides):
        return sides.reshape(-1, 2)
    middle = (chain[:, 0].min() + chain[:, 0].max()) / 2.0
    near = sides.copy()
    near[:, 0] -= 360.0 * np.rint((near[:, 0] - middle) / 360.0)
    return near[~np.isin(_keys(near), _keys(chain))]


def _kept_vertices(line: DrawnLine, vertices: Indices, sides: Floats) -> tuple[int, ...]:
    """Numbers of the vertices at which one of the places lies: they stay."""
    if not len(sides):
        return ()
    rows = np.flatnonzero(np.isin(_keys(line.chain[vertices]), _keys(sides)))
    return tuple(rows[(rows > 0) & (rows < len(vertices) - 1)].tolist())


def _keys(lonlat: Floats) -> NDArray[np.complex128]:
    steps = np.rint(np.column_stack([lonlat[:, 0] % 360.0, lonlat[:, 1]]) / _ON_LINE_DEG)
    return np.asarray(steps[:, 0] + 1j * steps[:, 1])
