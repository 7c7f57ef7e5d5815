"""Lines cut into stretches with one label each, and where they pass from one label to another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.features.cutting import SAME_M, Cuts, Lines, cut
from merestone.features.labels import LabelSource
from merestone.geometry.lengths import spans_m

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_BESIDE_M = 0.05
"""How far before and after a meeting the sides of a line without labels are looked up."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Stretches in the order of lines and chainage; all (k,). ``code`` is that of `LabelSource.labels`."""

    line: Indices
    start: Floats
    """Positions, see `Lines`."""
    end: Floats
    from_m: Floats
    to_m: Floats
    code: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """Where lines cross what a source draws; all (k,) in the order of lines and chainage.

    ``before`` and ``after`` are numbers of the stretches on either side, ``angle_deg`` the least acute
    angle with an edge met there, 0 where the line runs along it first.
    """

    line: Indices
    position: Floats
    at_m: Floats
    angle_deg: Floats
    before: Indices
    after: Indices


def stretches(lines: Lines, source: LabelSource, coincide_m: float) -> tuple[Stretches, Cuts]:
    """Cut ``lines`` wherever the label of ``source`` changes; lines without length have no stretch."""
    cuts = cut(lines, source.edges, coincide_m)
    line = np.concatenate([np.arange(lines.count), cuts.line, np.arange(lines.count)])
    position = np.concatenate(
        [lines.first.astype(float), cuts.position, (lines.first + lines.sizes - 1).astype(float)]
    )
    order = np.lexsort((position, line))
    line, position = line[order], position[order]
    at_m = lines.chainages_m(position)
    # Of positions that are one, the first stands; the end of a line always does.
    last = np.append(line[1:] != line[:-1], True)
    ahead = np.flatnonzero(~last)
    ahead = ahead[at_m[ahead + 1] - at_m[ahead] > SAME_M]
    start, end = position[ahead], position[ahead + 1]
    middle = 0.5 * (start + end)
    code = source.codes_at(lines.places(middle))
    code[_on_line(middle, cuts)] = source.on_line
    own = line[ahead]
    new = np.append(True, (code[1:] != code[:-1]) | (own[1:] != own[:-1]))[: len(ahead)]
    begins = np.flatnonzero(new)
    ends = np.append(begins[1:], len(ahead))[: len(begins)] - 1
    from_m, to_m = at_m[ahead[begins]], at_m[ahead[ends] + 1]
    return Stretches(own[begins], start[begins], end[ends], from_m, to_m, code[begins]), cuts


def _on_line(middle: Floats, cuts: Cuts) -> Indices:
    """Which pieces run on an edge: positions tell lines apart, so the line need not be asked."""
    if not len(cuts.along):
        return np.zeros(0, dtype=np.intp)
    low, high = cuts.along[:, 1], cuts.along[:, 2]
    order = np.argsort(low, kind="stable")
    reach = np.maximum.accumulate(high[order])
    before = np.searchsorted(low[order], middle, side="right") - 1
    return np.flatnonzero((before >= 0) & (middle <= reach[np.maximum(before, 0)]))


def crossings(lines: Lines, found: Stretches, cuts: Cuts, source: LabelSource) -> Crossings:
    """Where ``lines`` cross: by labels, or, for lines without sides, from one side of them to the other.

    Neither touching the line nor the edge of what the source covers is a crossing. One that runs on
    the line first crosses in the middle of where it does.
    """
    if source.lines_only:
        return _over_lines(lines, found, cuts, source)
    spoken = np.flatnonzero(found.code != source.on_line)
    one, two = spoken[:-1], spoken[1:]
    both = (found.code[one] != source.silent) & (found.code[two] != source.silent)
    passes = both & (found.line[one] == found.line[two]) & (found.code[one] != found.code[two])
    one, two = one[passes], two[passes]
    direct = two == one + 1
    at_m = 0.5 * (found.to_m[one] + found.from_m[two])
    position = np.where(direct, found.end[one], 0.5 * (found.end[one] + found.start[two]))
    angle = np.where(direct, _angles(found.line[one], at_m, lines, cuts), 0.0)
    return Crossings(found.line[one], position, at_m, angle, one, two)


def _angles(line: Indices, at_m: Floats, lines: Lines, cuts: Cuts) -> Floats:
    """The least angle among the cuts at each place; 90 where there is none."""
    limit = np.flatnonzero(cuts.limit)
    cut_m = lines.chainages_m(cuts.position[limit])
    # One axis for all lines: they lie on it one after the other, a kilometre apart.
    begin = np.cumsum(lines.length_m + 1000.0) - lines.length_m
    place, own = begin[line] + at_m, begin[cuts.line[limit]] + cut_m
    low = np.searchsorted(own, place - 10.0 * SAME_M, side="left")
    high = np.searchsorted(own, place + 10.0 * SAME_M, side="right")
    angles = cuts.angle_deg[limit]
    pairs = zip(low.tolist(), high.tolist(), strict=True)
    return np.array([angles[i:j].min() if j > i else 90.0 for i, j in pairs])


def _over_lines(lines: Lines, found: Stretches, cuts: Cuts, source: LabelSource) -> Crossings:
    """Meetings before and after which a road is on different sides of the nearest line."""
    met = np.flatnonzero(cuts.limit)
    at_m = lines.chainages_m(cuts.position[met])
    new = np.append(True, (cuts.line[met][1:] != cuts.line[met][:-1]) | (np.diff(at_m) > SAME_M))[: len(met)]
    met, at_m = met[new], at_m[new]
    none = np.zeros(0, dtype=np.intp)
    if not len(met) or source.index is None:
        return Crossings(none, np.zeros(0), np.zeros(0), np.zeros(0), none, none)
    line, position = cuts.line[met], cuts.position[met]
    back, ahead = _stepped(lines, line, at_m, -1.0), _stepped(lines, line, at_m, 1.0)
    one, two = source.index.query(back).side, source.index.query(ahead).side
    passes = np.flatnonzero((one != 0) & (two != 0) & (one != two))
    line, position, at_m = line[passes], position[passes], at_m[passes]
    before = _stretch_at(found, position, right=False)
    after = _stretch_at(found, position, right=True)
    return Crossings(line, position, at_m, cuts.angle_deg[met[passes]], before, after)


def _stretch_at(found: Stretches, position: Floats, *, right: bool) -> Indices:
    """The stretch that ends at a position or begins there; the one around it where none does."""
    at = np.searchsorted(found.start, position, side="right" if right else "left") - 1
    return np.clip(at, 0, max(len(found.start) - 1, 0))


def _stepped(lines: Lines, line: Indices, at_m: Floats, way: float) -> Floats:
    """Places a little before (-1) or after (1) places along lines, but no farther than half the way
    to the next vertex or the end of the line."""
    first, last = lines.first[line], lines.first[line] + lines.sizes[line] - 1
    places = np.empty((len(line), 2))
    for k, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        chain, here = lines.at_m[low : high + 1], at_m[k]
        if way > 0.0:
            edge = min(int(np.searchsorted(chain, here + SAME_M, side="right")) - 1, high - low - 1)
        else:
            edge = max(int(np.searchsorted(chain, here - SAME_M, side="left")) - 1, 0)
        a, b = lines.coords[low + edge], lines.coords[low + edge + 1]
        length_m = float(spans_m(a[None, :], b[None, :], lines.ellipsoid)[0])
        room_m = chain[edge + 1] - here if way > 0.0 else here - chain[edge]
        step_m = way * min(_BESIDE_M, 0.5 * max(room_m, 0.0))
        share = min(max((here - chain[edge] + step_m) / length_m, 0.0), 1.0) if length_m else 0.0
        places[k] = a * (1.0 - share) + b * share
    return places
