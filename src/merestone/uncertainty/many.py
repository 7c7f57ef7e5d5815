"""Probabilities for places by the ten thousand, told as `SideModel.told` tells them but for 1e-4.

Places out of reach of every outline are what the source shows them to be. Of the others each asks many edges
where σ is a matter of kilometres; but what they ask changes smoothly at the scale of σ, so it is
worked out at the nodes of a lattice of σ/3 and interpolated (`merestone.uncertainty.lattice`), where
that is less work. σ itself goes by levels of 1 %, and what lies between two of them is interpolated
too. Where a verdict or a reason hangs on more digits than that gives, the place is asked by itself.

With the steepest outline, a straight one, a share is Φ(d/σ), whose sixth derivative is at most
4.3/σ⁶ (at 0.62 σ): σ/3 leaves 2.9e-5, and two levels of σ another 6e-6.
"""

import numpy as np
from numpy.typing import NDArray

from merestone.model.ellipsoid import Ellipsoid
from merestone.uncertainty.gauss import FAR
from merestone.uncertainty.lattice import Lattice
from merestone.uncertainty.neighbours import EdgeGrid
from merestone.uncertainty.sides import MOST_STRAIN, SideModel

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]

MANY = 10_000
"""For so few places nothing is interpolated."""
_PER_SIGMA = 3.0
_LEVEL = 0.01
_SAME = 0.01
"""A place so near a level, as a share of the step, is at it: its probabilities differ by less than 3e-5."""
_WORTH = 2.5
"""Nodes that may be worked out for each place that is interpolated from them: many lie out of reach of any
outline, and cost little; and the next places need few."""
_HIGHEST_DEG = 85.0


class ManyPlaces:
    """One source, to be asked in the place of `SideModel.told`."""

    def __init__(self, sure: SideModel, ellipsoid: Ellipsoid) -> None:
        self._sure, self._ellipsoid = sure, ellipsoid
        self._grids: dict[int, EdgeGrid] = {}
        self._lattices: dict[int, Lattice] = {}

    def __call__(self, lonlat: Floats, sigma_m: Floats, label: Codes) -> tuple[Floats, Flags, Small]:
        """What `SideModel.told` gives; whether Φ(d/σ) would do is told only of places asked by themselves."""
        if self._sure.strain > MOST_STRAIN:
            return self._sure.told(lonlat, sigma_m, label)
        p = np.zeros((len(label), len(self._sure.labels)))
        p[np.arange(len(label)), label] = 1.0
        straight, reason = np.ones(len(label), dtype=bool), np.zeros(len(label), dtype=np.int8)
        alone = self._near(lonlat, sigma_m)
        level, share = self._levels(sigma_m)
        smooth = alone & (np.abs(lonlat[:, 1]) < _HIGHEST_DEG)
        for number in np.unique(level[smooth]).tolist():
            rows = np.flatnonzero(smooth & (level == number))
            values = self._interpolated(lonlat[rows], number, share[rows])
            if values is not None:
                p[rows], reason[rows], alone[rows] = self._sure.told_from(values, lonlat[rows], label[rows])
        rows = np.flatnonzero(alone)
        p[rows], straight[rows], reason[rows] = self._sure.told(lonlat[rows], sigma_m[rows], label[rows])
        return p, straight, reason

    def _near(self, lonlat: Floats, sigma_m: Floats) -> Flags:
        """Whether any outline may be within reach of each place."""
        near = np.zeros(len(sigma_m), dtype=bool)
        step = np.ceil(2.0 * np.log2(FAR * sigma_m)).astype(np.intp)
        for one in np.unique(step).tolist():
            if one not in self._grids:
                reach_m = 2.0 ** (one / 2.0)
                edges = [area.edges(reach_m) for area in self._sure.outlines]
                start, end = (np.concatenate(ends) for ends in zip(*edges, strict=True))
                self._grids[one] = EdgeGrid(start, end, reach_m, self._ellipsoid)
            rows = np.flatnonzero(step == one)
            near[rows] = self._grids[one].near(lonlat[rows])
        return near

    def _levels(self, sigma_m: Floats) -> tuple[Codes, Floats]:
        """The level below each σ, and how far it is from there to the next."""
        assert self._sure.model is not None
        steps = np.log(sigma_m / self._sure.model.sigma_m) / _LEVEL
        nearest = np.rint(steps)
        steps = np.where(np.abs(steps - nearest) < _SAME, nearest, steps)
        below = np.floor(steps)
        return below.astype(np.intp), steps - below

    def _interpolated(self, lonlat: Floats, level: int, share: Floats) -> Floats | None:
        """What `SideModel.smooth` gives for places between two levels; None where it takes too much."""
        between = np.flatnonzero(share > 0.0)
        below, above = self._lattice(level), self._lattice(level + 1)
        more = above.missing(lonlat[between]) if len(between) else 0
        if below.missing(lonlat) + more > _WORTH * len(lonlat):
            return None
        values = below.at(lonlat)
        if len(between):
            part = share[between, None]
            values[between] = (1.0 - part) * values[between] + part * above.at(lonlat[between])
        return values

    def _lattice(self, level: int) -> Lattice:
        if level not in self._lattices:
            assert self._sure.model is not None
            sigma_m = self._sure.model.sigma_m * np.exp(level * _LEVEL)
            north_deg = float(np.rad2deg(sigma_m / _PER_SIGMA * self._ellipsoid.b_m / self._ellipsoid.a_m**2))
            step_deg = (north_deg / self._sure.widest_cosine, north_deg)
            self._lattices[level] = Lattice(lambda places: self._sure.smooth(places, sigma_m), step_deg)
        return self._lattices[level]
