"""Figures of a comparison as sums over drawn lines: what each takes from the errors of each source.

An area changes by ∫ e·n ds when the line that bounds it is displaced by e, n its normal outwards; a mean
offset by the mean of the differences of both errors along the offsets (docs/method/realisations.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from merestone.compare.frames import dot, frames_at
from merestone.geometry.lengths import weights_m
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.labels import SILENT, conflict, says
from merestone.model.results import Comparison, DrawnEdges, Facing, Section, StationOffsets
from merestone.model.sources import Case
from merestone.uncertainty.linear import Weights, joined

CELL, NET, DIFFERENCE, MEAN, SECTION = "cell", "net", "difference", "mean", "section"
KINDS = (CELL, NET, DIFFERENCE, MEAN, SECTION)
Key = tuple[str | int, ...]
"""What a figure is: ``(CELL, i, j, "ARM>AZE")``, ``(NET, i, j, party)``,
``(DIFFERENCE, number)``, ``(MEAN, i, j)``, ``(SECTION, id, j)``; i and j ids of sources."""
_CLOSE_M = 0.001
"""Nearer than this the direction of an offset is rounding."""


@dataclass(slots=True, eq=False)
class Figures:
    """Figures by key, numbered as they come, and what they take from each source."""

    numbers: dict[Key, int] = field(default_factory=dict)
    weights: dict[str, list[Weights]] = field(default_factory=dict)
    moves: dict[Key, set[str]] = field(default_factory=dict)
    """The sources whose errors a figure hangs on."""
    rows: dict[Key, list[tuple[str, np.ndarray]]] = field(default_factory=dict)
    """The drawn edges that bound the area of a cell, by the source that draws them."""

    def number(self, key: Key) -> int:
        """The number of a figure, a new one for a new key."""
        return self.numbers.setdefault(key, len(self.numbers))

    def take(
        self, source: str, keys: Iterable[Key], figure: np.ndarray, line: "_Line", factor: np.ndarray
    ) -> None:
        """Let figures (n,) take ``factor`` times the weights of a line from a source.

        ``keys`` are those of all figures that occur in ``figure``.
        """
        for key in keys:
            self.moves.setdefault(key, set()).add(source)
        self.weights.setdefault(source, []).append(
            Weights(figure, line.start, line.end, line.east * factor, line.north * factor)
        )

    def most(self, sigma_m: Mapping[str, float]) -> np.ndarray:
        """An upper bound of the deviation of every figure, (figures,): as if all errors pulled one way."""
        total = np.zeros(len(self.numbers))
        for source, parts in self.weights.items():
            for part in parts:
                pull = sigma_m.get(source, 0.0) * np.hypot(part.east, part.north)
                total += np.bincount(part.figure, pull, minlength=len(total))
        return total

    def of(self, keys: Sequence[Key]) -> dict[str, Weights]:
        """What the figures of `keys`, numbered in that order, take from each source."""
        number = np.full(len(self.numbers), -1)
        number[[self.numbers[key] for key in keys]] = np.arange(len(keys))
        found = {}
        for source, parts in sorted(self.weights.items()):
            whole = joined(parts)
            kept = number[whole.figure] >= 0
            if kept.any():
                found[source] = replace(whole.at(kept), figure=number[whole.figure[kept]])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Stretches of a line, (n, 3) earth-centred metres, and what a metre east or north gives on each."""

    start: np.ndarray
    end: np.ndarray
    east: np.ndarray
    north: np.ndarray

    def at(self, rows: np.ndarray) -> "_Line":
        return _Line(self.start[rows], self.end[rows], self.east[rows], self.north[rows])


@dataclass(frozen=True, slots=True, eq=False)
class EdgeShape:
    """The drawn edges in metres: ``line`` has as weights what the land on the left gains for each metre by
    which the edge moves; ``length_m`` and ``middle`` (n, 2) longitude, latitude."""

    line: _Line
    length_m: np.ndarray
    middle: np.ndarray


def edge_shape(edges: DrawnEdges, ellipsoid: Ellipsoid) -> EdgeShape:
    """The geometry of the drawn edges."""
    middle = (edges.start + edges.end) / 2.0
    start, end = frames_at(edges.start, ellipsoid).origin, frames_at(edges.end, ellipsoid).origin
    frames = frames_at(middle, ellipsoid)
    east, north = dot(end - start, frames.east), dot(end - start, frames.north)
    return EdgeShape(_Line(start, end, north, -east), np.hypot(east, north), middle)


def conflicting(case: Case, one: int, two: int, labels: tuple[str, ...]) -> np.ndarray:
    """(labels, labels) whether what source number `one` and what number `two` say conflicts."""
    parties = [party.id for party in case.parties]
    heard = [[tuple(heard_of(case, k, label, p) for p in parties) for label in labels] for k in (one, two)]
    return np.array([[conflict(a, b) for b in heard[1]] for a in heard[0]])


def more_land(case: Case, one: int, two: int, labels: tuple[str, ...], party: str) -> np.ndarray:
    """(labels, labels) +1 where source number `two` shows land of `party` and number `one` does not, −1 the
    other way round, 0 where they say the same or one is silent."""
    there, here = ([heard_of(case, k, label, party) for label in labels] for k in (one, two))
    return np.array([[0 if a is None or b is None else int(b) - int(a) for b in here] for a in there])


def heard_of(case: Case, number: int, label: str, party: str) -> bool | None:
    """What a source says of a party's land by a label."""
    sides = case.sources[number].sides
    return says(label, party, one_sided=next(iter(sides)) if len(sides) == 1 else None)


def pairs_known(case: Case, comparison: Comparison, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Numbers of every two sources of known accuracy that do not copy one another."""
    families = {member: family.representative for family in comparison.families for member in family.members}
    ids = [source.info.id for source in case.sources]
    for i, j in combinations(range(len(ids)), 2):
        if {ids[i], ids[j]} <= known and families[ids[i]] != families[ids[j]]:
            yield i, j


def moving_edges(case: Case, edges: DrawnEdges) -> np.ndarray:
    """(edges, sources) whether an edge moves with the errors of each source.

    The edge of what a source covers parts its labels too, but it is no line that anyone has drawn.
    """
    moves = edges.left != edges.right
    silent = edges.labels.index(SILENT)
    for column, source in enumerate(case.sources):
        if source.covers is not None:
            moves[:, column] &= (edges.left[:, column] != silent) & (edges.right[:, column] != silent)
    return np.asarray(moves)


def take_cells(
    figures: Figures,
    case: Case,
    edges: DrawnEdges,
    shape: EdgeShape,
    moves: np.ndarray,
    pair: tuple[int, int],
) -> None:
    """The areas of the pair matrix in which labels conflict."""
    i, j = pair
    count = len(edges.labels)
    conflicts = conflicting(case, i, j, edges.labels)
    ids = edges.sources[i], edges.sources[j]
    cell = [side[:, i].astype(np.intp) * count + side[:, j] for side in (edges.left, edges.right)]
    share = 1.0 / np.maximum(moves[:, i].astype(int) + moves[:, j], 1)
    for moving, source in zip((moves[:, i], moves[:, j]), ids, strict=True):
        for side, sign in zip(cell, (1.0, -1.0), strict=True):
            for number in np.unique(side[moving]).tolist():
                a, b = divmod(number, count)
                if not conflicts[a, b]:
                    continue
                rows = np.flatnonzero(moving & (side == number))
                word = f"{edges.labels[a]}>{edges.labels[b]}"
                _take(figures, source, (CELL, *ids, word), shape.line.at(rows), sign * share[rows])
                figures.rows.setdefault((CELL, *ids, word), []).append((source, rows))


def take_net_areas(
    figures: Figures,
    case: Case,
    edges: DrawnEdges,
    shape: EdgeShape,
    moves: np.ndarray,
    pair: tuple[int, int],
) -> None:
    """How much more land of each party the second of two sources shows than the first, where both speak.

    What one line gives does not hang on where the other runs, so nothing is shared where they coincide.
    """
    ids = edges.sources[pair[0]], edges.sources[pair[1]]
    for party in (party.id for party in case.parties):
        heard = [[heard_of(case, k, label, party) for label in edges.labels] for k in pair]
        speaks = [np.array([said is not None for said in one]) for one in heard]
        shows = [np.array([bool(said) for said in one], dtype=float) for one in heard]
        for number, (column, sign) in enumerate(zip(pair, (-1.0, 1.0), strict=True)):
            other = speaks[1 - number]
            both = other[edges.left[:, pair[1 - number]]] & other[edges.right[:, pair[1 - number]]]
            both &= speaks[number][edges.left[:, column]] & speaks[number][edges.right[:, column]]
            gained = sign * (shows[number][edges.left[:, column]] - shows[number][edges.right[:, column]])
            rows = np.flatnonzero(moves[:, column] & both & (gained != 0.0))
            if len(rows):
                _take(figures, ids[number], (NET, *ids, party), shape.line.at(rows), gained[rows])


def take_differences(
    figures: Figures, edges: DrawnEdges, shape: EdgeShape, moves: np.ndarray, told: np.ndarray
) -> None:
    """The areas of the listed differences that ``told`` (listed,) says."""
    share = 1.0 / np.maximum(moves.sum(axis=1), 1)
    for column, source in enumerate(edges.sources):
        for side, sign in ((edges.left_difference, 1.0), (edges.right_difference, -1.0)):
            rows = np.flatnonzero(moves[:, column] & (side >= 0) & (side < len(told)))
            rows = rows[told[side[rows]]]
            if not len(rows):
                continue
            which, place = np.unique(side[rows], return_inverse=True)
            keys: list[Key] = [(DIFFERENCE, number) for number in which.tolist()]
            numbers = np.array([figures.number(key) for key in keys])
            figures.take(source, keys, numbers[place.reshape(-1)], shape.line.at(rows), sign * share[rows])


def take_means(
    figures: Figures,
    keys: Sequence[Key],
    group: np.ndarray,
    sources: tuple[str, str],
    at: Facing,
    ellipsoid: Ellipsoid,
) -> None:
    """Mean signed offsets from the first of two sources to the other: figure ``keys[g]`` over the stations
    of group g. A group of which a tenth or more tells no direction is left out."""
    signed = ~np.isnan(at.offset_m)
    told = signed & (np.abs(at.offset_m) > _CLOSE_M)
    whole_m, told_m = (
        np.bincount(group, np.where(which, at.weight_m, 0.0), minlength=len(keys)) for which in (signed, told)
    )
    kept = (told_m > 0.0) & (told_m >= 0.9 * whole_m)
    rows = np.flatnonzero(told & kept[group])
    if not len(rows):
        return
    chosen = [keys[number] for number in np.flatnonzero(kept).tolist()]
    numbers = np.zeros(len(keys), dtype=np.intp)
    numbers[kept] = [figures.number(key) for key in chosen]
    start, foot, east, north = _direction(at.points[rows], at.foot[rows], ellipsoid)
    factor = np.sign(at.offset_m[rows]) * at.weight_m[rows] / told_m[group[rows]]
    one, two = sources
    figure = numbers[group[rows]]
    figures.take(two, chosen, figure, _Line(foot, foot, east, north), factor)
    figures.take(one, chosen, figure, _Line(start, start, east, north), -factor)


def take_section_means(
    figures: Figures,
    sections: Sequence[Section],
    axis_source: str,
    source: str,
    at: StationOffsets,
    ellipsoid: Ellipsoid,
) -> None:
    """Mean signed offsets of a source from the axis over each of the sections of one piece.

    A section in which some offset has no sign has no signed mean.
    """
    ends_m = np.array([section.to_km for section in sections[:-1]]) * 1000.0
    group = np.searchsorted(ends_m, at.chainage_m, side="left")
    reach = ~np.isnan(at.offset_m[source])
    unsigned = np.bincount(group, reach & ~at.signed[source], minlength=len(sections)) > 0.0
    rows = np.flatnonzero(reach & ~unsigned[group])
    points = np.column_stack([at.lon, at.lat])[rows]
    weight_m = weights_m(at.chainage_m)[rows]
    facing = Facing(points, at.nearest[source][rows], at.offset_m[source][rows], weight_m)
    keys: list[Key] = [(SECTION, section.id, source) for section in sections]
    take_means(figures, keys, group[rows], (axis_source, source), facing, ellipsoid)


def _take(figures: Figures, source: str, key: Key, line: _Line, factor: np.ndarray) -> None:
    figures.take(source, [key], np.full(len(factor), figures.number(key)), line, factor)


def _direction(
    points: np.ndarray, foot: np.ndarray, ellipsoid: Ellipsoid
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Both ends of offsets in earth-centred metres, and their unit direction east and north."""
    frames = frames_at(points, ellipsoid)
    end = frames_at(foot, ellipsoid).origin
    east, north = dot(end - frames.origin, frames.east), dot(end - frames.origin, frames.north)
    length = np.hypot(east, north)
    return frames.origin, end, east / length, north / length
