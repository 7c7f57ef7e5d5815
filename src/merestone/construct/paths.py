"""Fewest legs along a line: a shortest path over admissible shortcuts.

For up to some thousand vertices every vertex is a candidate and every shortcut is known exactly, so that no
choice of vertices has fewer legs (Imai and Iri 1988). Longer lines are first thinned by Douglas and Peucker's
rule, to a fiftieth of the tolerance for what is tested and to a sixth for what may be a turning point; a
shortcut is then tested against all that is left between its ends when the search comes to it.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.construct.shortcuts import LocalPlanes, Shortcuts, shortcuts
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_TESTED = 50.0
_CANDIDATES = 4.0
_ALL_PAIRS = 2_000_000
"""So many steps of the search may be taken for every vertex to be a candidate."""
_HOPEFUL = 5
"""So often a path is sought first and its legs tested then, since they hardly ever fail; else before."""
_MARGIN = 1.0 - 1e-4
"""Planes are scratch pads: this share of the tolerance is left to them."""

Weigh = Callable[[Floats], Floats]
"""What legs that are equal in number are chosen by: from signed areas (k,) to costs (k,)."""


class Run:
    """A stretch of a line between two vertices that stay, whose legs are of one type.

    ``chain`` (m, 2) degrees, ``vertex`` (m,) bool: which may be turning points; both ends are.
    """

    def __init__(
        self,
        chain: Floats,
        vertex: NDArray[np.bool_],
        kind: EdgeType,
        tolerance_m: float,
        ellipsoid: Ellipsoid,
    ) -> None:
        self._chain, self._vertex, self._kind, self._ellipsoid = chain, vertex, kind, ellipsoid
        plane = unrolled(chain, ellipsoid)
        vertices = np.flatnonzero(vertex)
        fewest = max(len(_kept(plane, tolerance_m)) - 1, 1)
        self.exact = len(chain) * len(vertices) / fewest <= _ALL_PAIRS
        tested = np.arange(len(chain)) if self.exact else _kept(plane, tolerance_m / _TESTED)
        self._tolerance_m = tolerance_m * (_MARGIN if self.exact else _MARGIN - 1.0 / _TESTED)
        able = vertices
        if not self.exact:
            # What is kept may be no vertex but a bend of an edge: then the vertices at its ends count.
            kept = _kept(plane, tolerance_m / _CANDIDATES)
            after = np.searchsorted(vertices, kept)
            able = vertices[np.unique([after, np.where(vertex[kept], after, after - 1)])]
        self._tested = tested
        self._legs: list[tuple[int, int]] = []
        self._places: list[Floats] = []
        self._find(_among(len(chain), able, [0, len(chain) - 1]))

    def _find(self, candidates: Indices) -> None:
        """The shortcuts between these vertices."""
        chain = self._chain
        self.candidates = candidates
        self._tested = _among(len(chain), self._tested, candidates)
        # A shortcut between some candidates is first looked for among them alone: `_admits` does the rest.
        seen = self._tested if self.exact else candidates
        found = shortcuts(
            chain[seen], np.searchsorted(seen, candidates), self._kind, self._tolerance_m, self._ellipsoid
        )
        self._shortcuts = found
        self._at = np.searchsorted(self._tested, candidates)
        self._planes = LocalPlanes(chain[self._tested], self._kind, self._ellipsoid)
        self._known: dict[tuple[int, int], bool] = {}
        self._areas = _areas(chain, candidates, found)
        self._barred = np.zeros(len(found.end), dtype=bool)
        for start, end in self._legs:
            self._bar(start, end)
        for place in self._places:
            self._bar_across(place)

    def bar(self, start: int, end: int) -> None:
        """Allow the leg between two positions in the chain no more; where it joins neighbouring
        candidates, all vertices between become candidates."""
        self._legs.append((start, end))
        one, other = np.searchsorted(self.candidates, [start, end])
        if other > one + 1:
            self._bar(start, end)
            return
        between = start + np.flatnonzero(self._vertex[start : end + 1])
        self._find(_among(len(self._chain), self.candidates, between))

    def _bar(self, start: int, end: int) -> None:
        one, other = np.searchsorted(self.candidates, [start, end])
        found = self._shortcuts
        self._barred |= (found.start == one) & (found.end == other) & (other > one + 1)

    def bar_across(self, place: Floats) -> None:
        """Allow no leg any more that leaves a place, (2,) degrees, on the other side of the line."""
        if not any((place == one).all() for one in self._places):
            self._places.append(place)
            self._bar_across(place)

    def _bar_across(self, place: Floats) -> None:
        # Between line and leg a ray from the place crosses the two together an odd number of times.
        x, y = (self._chain - place).T
        crossed = _crosses(x[:-1], y[:-1], x[1:], y[1:])
        count = np.concatenate([[0], np.cumsum(crossed)])
        i, j = self.candidates[self._shortcuts.start], self.candidates[self._shortcuts.end]
        odd = (count[j] - count[i] + _crosses(x[i], y[i], x[j], y[j])) % 2 == 1
        self._barred |= odd & (self._shortcuts.end > self._shortcuts.start + 1)

    def fewest(self, weigh: Weigh) -> list[int]:
        """Positions in the chain of the turning points of a path with the fewest legs.

        Of paths with equally many legs the one of least summed cost, then that which leaves earlier vertices.
        """
        for _ in range(_HOPEFUL):
            path = self._path(weigh, tested=False)
            failing = [leg for leg in pairwise(path) if not self._admits(*leg)]
            if not failing:
                break
            self._fail(failing)
        else:
            path = self._path(weigh, tested=True)
        return [int(self.candidates[k]) for k in path]

    def _fail(self, legs: list[tuple[int, int]]) -> None:
        """Bar legs between numbers of candidates for good."""
        found, count = self._shortcuts, len(self.candidates)
        keys = found.end * count + found.start  # in ascending order
        self._barred[np.searchsorted(keys, [end * count + start for start, end in legs])] = True

    def _path(self, weigh: Weigh, *, tested: bool) -> list[int]:
        """Numbers of the candidates on the best path; ``tested``: every leg is, before it is counted on."""
        count = len(self.candidates)
        legs, cost, before = np.zeros(count, dtype=np.intp), np.zeros(count), np.zeros(count, dtype=np.intp)
        costs = weigh(self._areas)
        able = np.flatnonzero(~self._barred)
        row = np.searchsorted(self._shortcuts.end[able], np.arange(count + 1))
        for end in range(1, count):
            rows = able[row[end] : row[end + 1]]
            starts = self._shortcuts.start[rows]
            total = cost[starts] + costs[rows]
            for at in np.lexsort((starts, total, legs[starts])):
                start = int(starts[at])
                if not tested or self._admits(start, end):
                    legs[end], cost[end], before[end] = legs[start] + 1, total[at], start
                    break
        path = [count - 1]
        while path[-1] > 0:
            path.append(int(before[path[-1]]))
        return path[::-1]

    def _admits(self, start: int, end: int) -> bool:
        """Whether everything tested between two candidates lies within the tolerance of their leg."""
        if self.exact or end == start + 1:
            return True
        key = (start, end)
        if key not in self._known:
            self._known[key] = self._lies_within(int(self._at[start]), int(self._at[end]))
        return self._known[key]

    def _lies_within(self, start: int, end: int) -> bool:
        east, north = self._planes.after(start, end)
        length = np.hypot(east[-1], north[-1])
        if length == 0.0:
            return bool((np.hypot(east, north) <= self._tolerance_m).all())
        along = (east * east[-1] + north * north[-1]) / length
        across = np.abs(east * north[-1] - north * east[-1]) / length
        beyond = np.maximum(np.maximum(-along, along - length), 0.0)
        return bool((np.hypot(across, beyond) <= self._tolerance_m).all())


def _crosses(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> NDArray[np.bool_]:
    """Whether edges cross the ray from the origin eastward; (k,)."""
    spans = (y0 > 0.0) != (y1 > 0.0)
    # The sign of x where y is 0 is that of x₀y₁ - x₁y₀ over y₁ - y₀.
    return np.asarray(spans & ((x0 * y1 - x1 * y0 > 0.0) == (y1 > y0)))


def unrolled(chain: Floats, ellipsoid: Ellipsoid) -> Floats:
    """A plane, (m, 2) metres, in which short stretches of a line have their shape; long ones do not."""
    step = np.deg2rad(np.diff(chain, axis=0))
    middle = np.deg2rad((chain[1:, 1] + chain[:-1, 1]) / 2.0)
    east = np.concatenate([[0.0], np.cumsum(step[:, 0] * np.cos(middle))])
    return np.asarray(np.column_stack([east, np.deg2rad(chain[:, 1])]) * ellipsoid.a_m)


def _kept(plane: Floats, tolerance_m: float) -> Indices:
    """Positions that Douglas and Peucker's rule keeps: first and last among them."""
    # Heights take no part in the rule: here they carry positions through it.
    numbered = shapely.LineString(np.column_stack([plane, np.arange(len(plane))]))
    kept = shapely.simplify(numbered, tolerance_m, preserve_topology=False)
    return np.asarray(shapely.get_coordinates(kept, include_z=True)[:, 2], dtype=np.intp)


def _among(count: int, *positions: Indices | list[int]) -> Indices:
    """Positions below a count that are in any of the lists, ascending, each once."""
    chosen = np.zeros(count, dtype=bool)
    for some in positions:
        chosen[some] = True
    return np.flatnonzero(chosen)


def _areas(chain: Floats, candidates: Indices, found: Shortcuts) -> Floats:
    """Signed areas in m² between each shortcut and the line, positive where the line lies to its left.

    In the cylinder of equal areas of the sphere, where legs are straight: good enough to choose by.
    """
    east = np.deg2rad(chain[:, 0] - chain[0, 0]) * WGS84.a_m
    north = (np.sin(np.deg2rad(chain[:, 1])) - np.sin(np.deg2rad(chain[0, 1]))) * WGS84.a_m
    swept = np.concatenate([[0.0], np.cumsum(east[:-1] * north[1:] - east[1:] * north[:-1])])
    i, j = candidates[found.start], candidates[found.end]
    return np.asarray(0.5 * (swept[j] - swept[i] + east[j] * north[i] - east[i] * north[j]) * -1.0)
