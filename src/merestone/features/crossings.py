"""Which crossings are in doubt: nearly along the line, or within the accuracy of the maps.

A crossing is *clear* if the road reaches farther beyond the line, on both sides of it, than line and
road together may be displaced (95 % radii, added in quadrature); moved by that much the line would
still be crossed there. It is *in doubt* where the road keeps within that distance on one side, or
meets the line at less than `PARALLEL_DEG`, so that the place of the crossing is anyone's guess. Where
an accuracy is not known and would decide, the answer is *cannot-say*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

from merestone.features.cutting import Lines
from merestone.features.labels import LabelSource
from merestone.features.stretches import Crossings
from merestone.geometry.extremes import directed_maxima
from merestone.geometry.lengths import edge_lengths_m
from merestone.geometry.nearest import EdgeIndex

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


def doubts(lines: Lines, crossed: Crossings, source: LabelSource, layer_95_m: float | None) -> list[Doubt]:
    """One for each crossing; ``crossed`` has all crossings of each of its lines."""
    radius_m = source.source.info.accuracy_95_m
    least_m = hypot(radius_m or 0.0, layer_95_m or 0.0)
    known = radius_m is not None and layer_95_m is not None
    reach = (
        _reach_beyond(lines, crossed, source, least_m)
        if least_m > 0.0
        else [(True, True)] * len(crossed.line)
    )
    made = []
    for (before, after), angle_deg in zip(reach, crossed.angle_deg.tolist(), strict=True):
        reasons = []
        if angle_deg < PARALLEL_DEG:
            reasons.append("near-parallel")
        if not (before and after):
            reasons.append("within-accuracy")
        verdict = "in-doubt" if reasons else "clear" if known else "cannot-say"
        if not known:
            reasons.append("accuracy-unknown")
        place_95_m = least_m / sin(radians(angle_deg)) if known and angle_deg > 0.0 else None
        made.append(Doubt(verdict, tuple(reasons), place_95_m))
    return made


def _reach_beyond(
    lines: Lines, crossed: Crossings, source: LabelSource, radius_m: float
) -> list[tuple[bool, bool]]:
    """For each crossing, whether the road is farther than ``radius_m`` from what the source draws
    somewhere since the crossing before it, and somewhere until the next; else since its start and to
    its end, which in a loop are one stretch.
    """
    if source.index is None or not len(crossed.line):
        return [(True, True)] * len(crossed.line)
    spans: list[tuple[float, float]] = []
    numbers: list[tuple[int, int]] = []
    loops: list[tuple[int, int]] = []
    for line in np.unique(crossed.line).tolist():
        first, last = float(lines.first[line]), float(lines.first[line] + lines.sizes[line] - 1)
        stops = [first, *crossed.position[crossed.line == line].tolist(), last]
        begin = len(spans)
        spans += list(pairwise(stops))
        numbers += list(pairwise(range(begin, len(spans))))
        if (lines.coords[int(first)] == lines.coords[int(last)]).all():
            loops.append((begin, len(spans) - 1))
    far = _any_beyond([_coords(lines, *span) for span in spans], source.index, radius_m)
    for one, other in loops:
        far[[one, other]] = far[one] | far[other]
    return [(bool(far[i]), bool(far[j])) for i, j in numbers]


def _any_beyond(drawn: Sequence[Floats], index: EdgeIndex, radius_m: float) -> NDArray[np.bool_]:
    """Whether each of some lines has a place farther than ``radius_m`` from those of the index.

    Vertices are asked first, all at once; where between two of them more is possible, it is searched.
    """
    coords = np.concatenate(drawn)
    of = np.repeat(np.arange(len(drawn)), [len(part) for part in drawn])
    distance_m = index.query(coords).distance_m
    far = np.zeros(len(drawn), dtype=bool)
    np.logical_or.at(far, of, distance_m > radius_m)
    # Between two places the distance grows by no more than half the way beyond their mean.
    most_m = 0.5 * (distance_m[1:] + distance_m[:-1] + edge_lengths_m(coords, index.ellipsoid))
    open_ = np.zeros(len(drawn), dtype=bool)
    np.logical_or.at(open_, of[:-1], (of[1:] == of[:-1]) & (most_m > radius_m))
    doubtful = np.flatnonzero(open_ & ~far)
    if len(doubtful):
        found = directed_maxima([[drawn[k]] for k in doubtful.tolist()], index)
        far[doubtful] = [one.distance_m > radius_m for one in found]
    return far


def _coords(lines: Lines, start: float, end: float) -> Floats:
    """The vertices between two positions on a line, both ends and the middle among them."""
    inner = np.arange(np.floor(start) + 1.0, np.ceil(end))
    return lines.places(np.unique(np.concatenate([[start, 0.5 * (start + end), end], inner])))
