"""Which crossings are in doubt: nearly along the line, or within the accuracy of the maps.

A crossing is *clear* if the road reaches farther beyond the line, on both sides of it, than line and
road together may be displaced (95 % radii, added in quadrature); moved by that much the line would
still be crossed there. It is *in doubt* where the road keeps within that distance on one side, or
meets the line at less than `PARALLEL_DEG`, so that the place of the crossing is anyone's guess. Where
an accuracy is not known and would decide, the answer is *cannot-say*.
"""

from dataclasses import dataclass
from math import hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

from merestone.features.cutting import Lines
from merestone.features.labels import LabelSource
from merestone.features.stretches import Crossings, Stretches
from merestone.geometry.extremes import directed_maximum
from merestone.geometry.lengths import edge_lengths_m

Floats = NDArray[np.float64]

PARALLEL_DEG = 10.0
"""Below this angle a crossing moves by more than 5.7 times what the line is displaced by."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """``verdict`` is ``clear``, ``in-doubt`` or ``cannot-say``; ``place_95_m`` how far along the road the
    crossing may lie to either side, None where no accuracy is known or the road runs along the line."""

    verdict: str
    reasons: tuple[str, ...]
    place_95_m: float | None


def doubts(
    lines: Lines,
    found: Stretches,
    crossed: Crossings,
    source: LabelSource,
    layer_95_m: float | None,
) -> list[Doubt]:
    """One for each crossing."""
    radius_m = source.source.info.accuracy_95_m
    least_m = hypot(radius_m or 0.0, layer_95_m or 0.0)
    known = radius_m is not None and layer_95_m is not None
    sides = np.unique(np.concatenate([crossed.before, crossed.after]))
    beyond = dict(zip(sides.tolist(), _reach_beyond(lines, found, sides, source, least_m), strict=True))
    made = []
    rows = zip(crossed.before.tolist(), crossed.after.tolist(), crossed.angle_deg.tolist(), strict=True)
    for before, after, angle_deg in rows:
        reasons = []
        if angle_deg < PARALLEL_DEG:
            reasons.append("near-parallel")
        if least_m > 0.0 and not (beyond[before] and beyond[after]):
            reasons.append("within-accuracy")
        verdict = "in-doubt" if reasons else "clear" if known else "cannot-say"
        if not known:
            reasons.append("accuracy-unknown")
        place_95_m = least_m / sin(radians(angle_deg)) if known and angle_deg > 0.0 else None
        made.append(Doubt(verdict, tuple(reasons), place_95_m))
    return made


def _reach_beyond(
    lines: Lines, found: Stretches, stretch: NDArray[np.intp], source: LabelSource, radius_m: float
) -> list[bool]:
    """Whether each of some stretches has a place farther than ``radius_m`` from what the source draws.

    Its vertices and its middle are asked first, all at once; the others are searched.
    """
    if source.index is None or not len(stretch):
        return [True] * len(stretch)
    drawn = [_coords(lines, found, k) for k in stretch.tolist()]
    coords = np.concatenate(drawn)
    of = np.repeat(np.arange(len(drawn)), [len(part) for part in drawn])
    distance_m = source.index.query(coords).distance_m
    far = np.zeros(len(drawn), dtype=bool)
    np.logical_or.at(far, of, distance_m > radius_m)
    # Between two places the distance grows by no more than half the way beyond their mean.
    most_m = 0.5 * (distance_m[1:] + distance_m[:-1] + edge_lengths_m(coords, lines.ellipsoid))
    open_ = np.zeros(len(drawn), dtype=bool)
    np.logical_or.at(open_, of[:-1], (of[1:] == of[:-1]) & (most_m > radius_m))
    for k in np.flatnonzero(open_ & ~far):
        far[k] = directed_maximum([drawn[k]], source.index).distance_m > radius_m
    return [bool(one) for one in far]


def _coords(lines: Lines, found: Stretches, k: int) -> Floats:
    """The vertices of a stretch, its ends and its middle among them."""
    start, end = float(found.start[k]), float(found.end[k])
    inner = np.arange(np.floor(start) + 1.0, np.ceil(end))
    position = np.unique(np.concatenate([[start, 0.5 * (start + end), end], inner]))
    return lines.places(position)
