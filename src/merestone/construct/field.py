"""How far places are from two sets of lines: the function whose zeros are the median.

With distances d₁ and d₂ to the nearest points of two sets and a ratio p : q the median is where

    g = q·d₁ - p·d₂ = 0.

By the first variation of length the gradient of a distance is the unit vector away from its nearest point,
so ∇g = q·u₁ - p·u₂, and a place with a small g lies |g|/|∇g| from the median. Where the base
points nearly line up with the place, |∇g| is small and the median is ill-conditioned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from merestone.geometry.matching import Matches
from merestone.geometry.nearest import EdgeIndex, Nearest
from merestone.model.ellipsoid import Ellipsoid

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_SAME_DEG = 1e-8
"""Base points of both sets no farther apart than this, a millimetre, are one."""
LEAST_SLOPE = 1e-9
"""A gradient below this share of the largest possible has no direction."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The field at n places. ``base`` are the nearest points of both sets, in ``matched`` as pieces;
    ``g_m`` metres.

    ``gradient`` (n, 2) east and north, without unit. ``ends`` (n,): a base is an open end of its line.
    ``between`` (n,): the sides that the two sets show there are not the same, or not known.
    """

    matched: tuple[Matches, Matches]
    base: tuple[Nearest, Nearest]
    g_m: Floats
    gradient: Floats
    ends: Flags
    between: Flags

    @property
    def slope(self) -> Floats:
        """|∇g|, (n,)."""
        return np.asarray(np.hypot(self.gradient[:, 0], self.gradient[:, 1]))

    @property
    def off_m(self) -> Floats:
        """How far from the median, to first order, (n,)."""
        return np.asarray(np.abs(self.g_m) / np.maximum(self.slope, LEAST_SLOPE))


@dataclass(frozen=True, slots=True, eq=False)
class LineSet:
    """One of the two sets: lines (n, 2) longitude, latitude in degrees.

    ``left`` (k,) has the side on the left hand of each line: +1, -1, or 0 where no side is known. ``open_``
    (k, 2) whether it begins and ends openly: at a tripoint or where a map is cut off.
    """

    lines: tuple[Floats, ...]
    left: NDArray[np.int8]
    open_: Flags

    @property
    def ends(self) -> Floats:
        """The open ends, (n, 2)."""
        pairs = zip(self.lines, self.open_.tolist(), strict=True)
        return np.array([line[-k] for line, open_ in pairs for k in (0, 1) if open_[k]]).reshape(-1, 2)


class Field:
    """The function g for two sets of lines and a ratio (p, q) of the distances to them."""

    def __init__(
        self, one: LineSet, other: LineSet, ratio: tuple[float, float], ellipsoid: Ellipsoid
    ) -> None:
        self.sets = (one, other)
        self.p, self.q = ratio
        self.ellipsoid = ellipsoid
        self.geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
        self.indexes = tuple(EdgeIndex(some.lines, ellipsoid) for some in self.sets)
        self.sided = all(bool((some.left != 0).all()) for some in self.sets)

    def g_m(self, points: Floats) -> Floats:
        """g alone, (n,) metres."""
        one, other = (index.matched(points).distance_m for index in self.indexes)
        return np.asarray(self.q * one - self.p * other)

    def at(self, points: Floats) -> Values:
        """Everything about (n, 2) places."""
        matched = (self.indexes[0].matched(points), self.indexes[1].matched(points))
        one, other = (index.described(found) for index, found in zip(self.indexes, matched, strict=True))
        gradient = self.q * self._away(points, one.foot) - self.p * self._away(points, other.foot)
        ends = self._at_end(0, one) | self._at_end(1, other)
        g_m = self.q * one.distance_m - self.p * other.distance_m
        # Beside a line that is in both sets g vanishes all around; only the line itself is their median.
        same = np.flatnonzero(_apart_deg(one.foot, other.foot) <= _SAME_DEG)
        g_m[same] = one.distance_m[same]
        gradient[same] = self._away(points[same], one.foot[same])
        return Values(matched, (one, other), g_m, gradient, ends, self._between(one, other))

    def from_set(self, k: int, points: Floats) -> tuple[Floats, Floats]:
        """Unit vectors away from set k (n, 2), east and north, and the distances to it, (n,) metres."""
        found = self.indexes[k].matched(points)
        return self._away(points, self.indexes[k].foot(found)), found.distance_m

    def from_pieces(self, k: int, points: Floats, piece: Indices) -> tuple[Floats, Floats]:
        """The same for one piece of set k for each place."""
        found = self.indexes[k].on_pieces(points, piece)
        return self._away(points, self.indexes[k].foot(found)), found.distance_m

    def moved(self, points: Floats, azimuth_deg: Floats, by_m: Floats) -> Floats:
        """Places along geodesics, in longitudes near those they come from."""
        lon, lat, _ = self.geod.fwd(points[:, 0], points[:, 1], azimuth_deg, by_m)
        return np.stack([near(np.asarray(lon), points[:, 0]), lat], axis=1)

    def middle(self, start: Floats, end: Floats, share: float = 0.5) -> Floats:
        """The places at a share of the way along geodesics between pairs of places, each (n, 2)."""
        azimuth, _, length_m = self.geod.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
        return self.moved(start, azimuth, share * length_m)

    def apart_m(self, one: Floats, other: Floats) -> Floats:
        """Lengths of the geodesics between pairs of places, each (n, 2)."""
        return np.asarray(self.geod.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])

    def _away(self, points: Floats, foot: Floats) -> Floats:
        azimuth = np.deg2rad(self.geod.inv(points[:, 0], points[:, 1], foot[:, 0], foot[:, 1])[0])
        return -np.stack([np.sin(azimuth), np.cos(azimuth)], axis=1)

    def _at_end(self, k: int, base: Nearest) -> Flags:
        starts, ends = self.sets[k].open_[base.line].T
        return np.asarray((base.at_start & starts) | (base.at_end & ends))

    def _between(self, one: Nearest, other: Nearest) -> Flags:
        if not self.sided:
            return np.ones(len(one.line), dtype=bool)
        sides = [near.side * some.left[near.line] for near, some in zip((one, other), self.sets, strict=True)]
        return np.asarray((sides[0] != sides[1]) | (sides[0] == 0))


def taken(values: Values, rows: Indices | Flags) -> Values:
    """The values of some of the places."""
    return _rowwise(lambda *columns: columns[0][rows], values)


def merged(parts: Sequence[Values], order: Indices) -> Values:
    """The values of several groups of places, one after the other, then put into an order."""
    return _rowwise(lambda *columns: np.concatenate(columns)[order], *parts)


def _rowwise(change: Callable[..., Any], *many: Values) -> Values:
    """Values made by changing every column alike."""

    def changed(kind: type[Any], parts: Sequence[Any]) -> Any:
        return kind(
            **{item.name: change(*(getattr(part, item.name) for part in parts)) for item in fields(kind)}
        )

    return Values(
        (
            changed(Matches, [one.matched[0] for one in many]),
            changed(Matches, [one.matched[1] for one in many]),
        ),
        (changed(Nearest, [one.base[0] for one in many]), changed(Nearest, [one.base[1] for one in many])),
        *(change(*(getattr(one, name) for one in many)) for name in ("g_m", "gradient", "ends", "between")),
    )


def _apart_deg(one: Floats, other: Floats) -> Floats:
    """How far apart places are, in degrees of a great circle, nearly, (n,)."""
    lon = near(one[:, 0], other[:, 0]) - other[:, 0]
    return np.asarray(np.hypot(lon * np.cos(np.deg2rad(other[:, 1])), one[:, 1] - other[:, 1]))


def near(lon: Floats, reference: Floats) -> Floats:
    """The longitudes, by whole turns, within 180° of the reference."""
    return np.asarray(lon - 360.0 * np.rint((lon - reference) / 360.0))


def joined(parts: Sequence[Floats]) -> Floats:
    """Coordinates of several lines one after the other, (n, 2); empty where there are none."""
    return np.concatenate(list(parts)) if parts else np.empty((0, 2))
