"""How far limits follow rivers or divides, and where they depart from them.

A limit *follows* a line where it keeps within ``follow_m`` of it for at least four times that
distance: one that only crosses it, at more than 30°, does not. Limits are looked at in places no
farther apart than half of ``follow_m``; where they come within it and leave it is found to a
millimetre between two such places.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.compare.dates import compatible
from merestone.features.context import Context, of_dimension
from merestone.features.cutting import Lines
from merestone.features.routes import Route, routes_of
from merestone.geometry.lengths import edge_lengths_m, substrings
from merestone.geometry.nearest import EdgeIndex
from merestone.lines.joints import eastward
from merestone.model.findings import Finding, finding
from merestone.model.lines import SourceLimits
from merestone.model.results import FollowedShape
from merestone.model.sources import Feature, Layer, LayerKind

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Entry = dict[str, Any]
Told = tuple[Entry, Floats]
"""An entry of the result, and the coordinates of what it is about."""

_LEAST = 4.0
"""How many times ``follow_m`` a limit must keep to a line to follow it."""
_ROUNDS = 60
_SURE_M = 1e-4
"""Where a limit comes within the distance, it is met to this."""


@dataclass(frozen=True, slots=True, eq=False)
class FollowedFound:
    """Entries of the result, sorted by id; the stretches of limits behind them; what is to be said."""

    entries: tuple[Mapping[str, Any], ...]
    shapes: tuple[FollowedShape, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of a limit, by number of the strand and of the line that it keeps to; places of samples."""

    strand: int
    line: int
    from_m: float
    to_m: float
    first: int
    last: int


def followed(context: Context, kind: LayerKind) -> FollowedFound:
    """Every river (or divide) that comes into the corridor, and what of each source's limits follows it.

    Those that no limit follows have no entry of any source. Lines of a layer are joined like roads;
    a divide drawn as the outline of basins is taken by its outline.
    """
    entries: list[Entry] = []
    shapes: list[FollowedShape] = []
    notes: list[Finding] = []
    for layer in context.layers(kind):
        features, wrong = (
            of_dimension(layer, 1, 2) if kind is LayerKind.WATERSHEDS else of_dimension(layer, 1)
        )
        notes += wrong
        joined = routes_of([_as_line(one) for one in features], context.case.ellipsoid)
        near = context.near([shapely.linestrings(route.coords) for route in joined])
        own = [route for route, here in zip(joined, near.tolist(), strict=True) if here]
        found = [_entry(route, layer, context) for route in own]
        shapes += _add_sources(found, own, layer, context, notes)
        entries += found
    return FollowedFound(
        tuple(sorted(entries, key=lambda e: (e["id"], e["start"]))), tuple(shapes), tuple(notes)
    )


def _as_line(feature: Feature) -> Feature:
    if shapely.get_dimensions(feature.geometry) < 2:
        return feature
    rings = shapely.get_rings(shapely.get_parts(feature.geometry))
    outline = shapely.multilinestrings([shapely.get_coordinates(ring) for ring in rings])
    return Feature(feature.id, feature.names, feature.party, outline, feature.attributes, feature.ref)


def _entry(route: Route, layer: Layer, context: Context) -> Entry:
    return {
        "id": route.id,
        "names": dict(route.names),
        "length_km": float(edge_lengths_m(route.coords, context.case.ellipsoid).sum()) / 1000.0,
        "ways": list(route.ways),
        "date": layer.date,
        "start": route.coords[0].tolist(),
        "end": route.coords[-1].tolist(),
        "sources": {},
    }


def _add_sources(
    entries: Sequence[Entry], routes: Sequence[Route], layer: Layer, context: Context, notes: list[Finding]
) -> list[FollowedShape]:
    """Add to entries and findings what the sources say; what of their limits that is."""
    if not routes:
        return []
    index = EdgeIndex([route.coords for route in routes], context.case.ellipsoid)
    dates = {source.info.id: source.info.date for source in context.case.sources}
    shapes: list[FollowedShape] = []
    for traced in sorted(context.comparison.shapes.tracing.sources, key=lambda one: one.source):
        said = _along(traced, index, context)
        for number, (follows, departs) in said.items():
            entries[number]["sources"][traced.source] = {
                "follows_km": sum(entry["length_km"] for entry, _ in follows),
                "follows": [entry for entry, _ in follows],
                "departures": [entry for entry, _ in departs],
            }
            head = (entries[number]["id"], str(layer.kind), traced.source)
            shapes += [
                FollowedShape(*head, entry["limit"], kept, entry["length_km"], entry["largest_m"], coords)
                for kept, listed in ((True, follows), (False, departs))
                for entry, coords in listed
            ]
        if said:
            notes += _dates(layer, traced.source, dates[traced.source])
    return shapes


def _dates(layer: Layer, source: str, date: str | None) -> Iterator[Finding]:
    """A river moves: its map and that of the limit should be of one time."""
    if layer.date is None or date is None:
        yield finding(
            "river-date-unknown",
            source=source,
            layer=layer.path,
            undated=" and ".join(
                what for what, known in (("the layer", layer.date), ("the source", date)) if known is None
            ),
        )
    elif not compatible(layer.date, date):
        yield finding("river-dates-differ", source=source, layer=layer.path, layer_date=layer.date, date=date)


def _along(
    traced: SourceLimits, index: EdgeIndex, context: Context
) -> dict[int, tuple[list[Told], list[Told]]]:
    """By number of the line, what of a source's limits follows it, and what lies between."""
    strands = [(limit.id, eastward(strand.coords)) for limit in traced.limits for strand in limit.strands]
    strands.sort(key=lambda one: one[1].tobytes())
    if not strands:
        return {}
    follow_m = context.case.settings.follow_m
    lines = Lines([coords for _, coords in strands], context.case.ellipsoid)
    sampled = _Sampled(lines, index, min(context.case.settings.station_m, 0.5 * follow_m), follow_m)
    runs = sampled.runs()
    said: dict[int, tuple[list[Told], list[Told]]] = {}
    for number in sorted({run.line for run in runs}):
        own = [run for run in runs if run.line == number]
        gaps = [(one, two) for one, two in pairwise(own) if one.strand == two.strand]
        said[number] = (
            [sampled.told(run, strands[run.strand][0]) for run in own],
            [sampled.gap(one, two, strands[one.strand][0]) for one, two in gaps],
        )
    return said


class _Sampled:
    """Places along limits, with their distance from the nearest of some lines and its number."""

    def __init__(self, lines: Lines, index: EdgeIndex, spacing_m: float, follow_m: float) -> None:
        self._lines, self._index, self._follow_m = lines, index, follow_m
        parts = np.ones(len(lines.coords))
        step_m = lines.at_m[lines.edge + 1] - lines.at_m[lines.edge]
        parts[lines.edge] = np.maximum(np.ceil(step_m / spacing_m), 1.0)
        counts = parts.astype(np.intp)
        vertex = np.repeat(np.arange(len(counts)), counts)
        number = np.arange(len(vertex)) - np.repeat(np.cumsum(counts) - counts, counts)
        self._position = vertex + number / counts[vertex]
        self._strand = lines.line[vertex]
        self._places = lines.places(self._position)
        near = index.query(self._places)
        self._distance_m, self._nearest = near.distance_m, near.line
        self._at_m = lines.chainages_m(self._position)

    def runs(self) -> list[_Run]:
        """Runs of samples within the distance of one line, long enough to follow it, with exact ends."""
        within = self._distance_m <= self._follow_m
        same = np.append(
            False,
            within[1:] & within[:-1] & (self._strand[1:] == self._strand[:-1])
            & (self._nearest[1:] == self._nearest[:-1]),
        )  # fmt: skip
        first = np.flatnonzero(within & ~same)
        last = np.flatnonzero(within & ~np.append(same[1:], False))
        # The ends add less than the way to the next sample.
        before = np.where(self._joins(first, first - 1), first - 1, first)
        after = np.where(self._joins(last, last + 1), last + 1, last)
        long = self._at_m[after] - self._at_m[before] >= _LEAST * self._follow_m
        first, last, before, after = first[long], last[long], before[long], after[long]
        from_m, to_m = self._ends(first, before), self._ends(last, after)
        rows = zip(first.tolist(), last.tolist(), from_m.tolist(), to_m.tolist(), strict=True)
        return [
            _Run(int(self._strand[i]), int(self._nearest[i]), start_m, end_m, i, j)
            for i, j, start_m, end_m in rows
            if end_m - start_m >= _LEAST * self._follow_m
        ]

    def _joins(self, sample: Indices, other: Indices) -> NDArray[np.bool_]:
        """Whether another sample is there and on the same strand."""
        count = len(self._strand)
        there = np.clip(other, 0, count - 1)
        return np.asarray((other >= 0) & (other < count) & (self._strand[there] == self._strand[sample]))

    def _ends(self, inside: Indices, beyond: Indices) -> Floats:
        """Chainage at which a run ends, between its last sample and the next; midway where another line
        becomes the nearest. By the rule of false position, which halves where it is slow (Illinois)."""
        low, high = self._position[inside], self._position[beyond]
        under, over = self._distance_m[inside] - self._follow_m, self._distance_m[beyond] - self._follow_m
        reached = np.where(inside == beyond, low, 0.5 * (low + high))
        rows = np.flatnonzero(over > 0.0)
        a, b, at_a, at_b = low[rows], high[rows], under[rows], over[rows]
        for _ in range(_ROUNDS):
            if not rows.size:
                break
            middle = b - at_b * (b - a) / (at_b - at_a)
            found = self._index.query(self._lines.places(middle)).distance_m - self._follow_m
            keeps = found <= 0.0
            at_a, at_b = np.where(keeps, found, 0.5 * at_a), np.where(keeps, 0.5 * at_b, found)
            a, b = np.where(keeps, middle, a), np.where(keeps, b, middle)
            reached[rows] = middle
            open_ = np.abs(found) > _SURE_M
            rows, a, b, at_a, at_b = rows[open_], a[open_], b[open_], at_a[open_], at_b[open_]
        return self._lines.chainages_m(reached)

    def told(self, run: _Run, limit: str) -> Told:
        """A run as the result has it, and its coordinates."""
        entry, coords = self._part(run.strand, run.from_m, run.to_m)
        largest = float(self._distance_m[run.first : run.last + 1].max())
        return {**entry, "limit": limit, "largest_m": largest}, coords

    def gap(self, one: _Run, two: _Run, limit: str) -> Told:
        """What lies between two runs of one line."""
        between = np.arange(one.last, two.first + 1)
        farthest = between[np.argmax(self._distance_m[between])]
        entry, coords = self._part(one.strand, one.to_m, two.from_m)
        largest = float(self._distance_m[farthest])
        return {
            **entry,
            "limit": limit,
            "largest_m": largest,
            "max_at": self._places[farthest].tolist(),
        }, coords

    def _part(self, strand: int, from_m: float, to_m: float) -> Told:
        lines = self._lines
        own = slice(int(lines.first[strand]), int(lines.first[strand] + lines.sizes[strand]))
        start_m, end_m = np.array([from_m]), np.array([to_m])
        (coords,) = substrings(lines.coords[own], lines.at_m[own], start_m, end_m, lines.ellipsoid)
        ends = {"from": coords[0].tolist(), "to": coords[-1].tolist()}
        return {**ends, "length_km": (to_m - from_m) / 1000.0}, coords
