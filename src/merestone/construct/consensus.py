"""A line made only of pieces of the sources' own limits: every face on the side that most weight shows.

A count of maps, not an allocation: sources that copy one another count once, a family weighs as its most
accurate member or as given. Faces in which the weights are equal, or of which most weight shows both or
neither of the parties, are on no side, and the line stays open there: no lighter map draws on instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np
from numpy.typing import NDArray

from merestone.compare.accuracies import radius_of
from merestone.compare.axis import AxisIndex
from merestone.compare.families import drawing_of, families
from merestone.compare.ground import Ground
from merestone.compare.overlay import Overlay, overlay
from merestone.compare.run import limit_lines, measured_of
from merestone.construct.candidate import Part, candidate_of, line_from
from merestone.construct.drawing import Drawn
from merestone.errors import BadInputError
from merestone.geometry.corridor import corridor
from merestone.geometry.faces import Edges, shared_edges
from merestone.model.candidates import (
    CLOSED,
    OPEN,
    Candidate,
    CandidateKind,
    CandidateLine,
    Leg,
    TurningPoint,
)
from merestone.model.findings import Finding, finding
from merestone.model.results import Family, Section

_EQUAL = 1e-9
"""Weights whose sums differ by less than this share are equal."""
_TOLD_KM2 = 0.01

Signs = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """For each face +1 (first party by id), −1 (the other), 0.

    Of those with 0 that some map shows as one party's: whether weights tie, or most shows both or neither.
    """

    side: Signs
    tied: NDArray[np.bool_]
    undivided: NDArray[np.bool_]
    laid: Overlay


def consensus_of(ground: Ground, sections: Sequence[Section], weights: Mapping[str, float]) -> Candidate:
    """The line between what most weight shows as one party's and as the other's; ``weights`` by source id.

    Without ``weights`` a family weighs 1/a², a the 95 % radius of its most accurate member; one of unknown
    accuracy is left out, unless all are. Raises BadInputError for a weight of no source.
    """
    case = ground.case
    measured = measured_of(case, ground.tracing)
    drawings = [drawing_of(source, measured[source.info.id].target) for source in case.sources]
    found = families(drawings, case.ellipsoid)
    weight, notes = _weights(ground, found, weights)
    around = corridor(limit_lines(ground.tracing), case.settings.corridor_m, case.ellipsoid)
    counted = _count(overlay(case.parties, case.sources, around, case.ellipsoid), weight)
    edges = shared_edges(counted.laid.faces)
    between = counted.side[edges.left] * counted.side[edges.right] < 0
    rows = np.flatnonzero(between)
    axis = _Axis(ground, sections)
    rows = rows[axis.wanted(0.5 * (edges.start[rows] + edges.end[rows]))]
    parts = _parts(ground, edges, rows, counted, weight, axis)
    notes += _ties(counted)
    parameters = {"weights": dict(sorted(weight.items())), "sections": [section.id for section in sections]}
    beyond = _Beyond(edges, counted)
    return candidate_of(
        CandidateKind.CONSENSUS, parameters, sorted(weight), parts, notes, beyond=beyond.words
    )


def _weights(
    ground: Ground, found: Sequence[Family], given: Mapping[str, float]
) -> tuple[dict[str, float], list[Finding]]:
    ids = [source.info.id for source in ground.case.sources]
    for name in given:
        if name not in ids:
            raise BadInputError(f"--weight {name}: no such source; the sources are {', '.join(sorted(ids))}")
    voters = [family.representative for family in found]
    if given:
        return {name: given.get(name, 0.0) for name in voters if given.get(name, 0.0) > 0.0}, []
    radii = {source.info.id: radius_of(source.info).metres for source in ground.case.sources}
    known = {name: radii[name] for name in voters if radii[name]}
    if not known:
        return dict.fromkeys(voters, 1.0), [finding("consensus-unweighted")]
    least = min(radius for radius in known.values() if radius is not None)
    left = sorted(set(voters) - set(known))
    notes = [finding("consensus-without", sources=left)] if left else []
    return {name: (least / radius) ** 2 for name, radius in known.items() if radius is not None}, notes


def _count(laid: Overlay, weight: Mapping[str, float]) -> _Counted:
    """What most weight shows of each face: one party's, the other's, both's or neither's."""
    labels = np.array(laid.vocabulary.labels)[laid.codes]
    own = np.array([weight.get(name, 0.0) for name in laid.sources])
    first, second = laid.vocabulary.parties
    shown = [((labels == name) * own).sum(axis=1) for name in (first, second, "both", "neither")]
    said = (shown[0] > 0.0) | (shown[1] > 0.0)
    # Not one party's is the other's only where some map shows it as that: else no line would be anyone's.
    for k, name in ((0, second), (1, first)):
        denied = ((labels == f"not-{name}") * own).sum(axis=1)
        named = shown[k] > 0.0
        shown[k] = shown[k] + np.where(named, denied, 0.0)
        shown[3] = shown[3] + np.where(named, 0.0, denied)
    sums = np.stack(shown, axis=1)
    most = sums.max(axis=1)
    leading = np.abs(sums - most[:, None]) <= _EQUAL * np.maximum(sums.sum(axis=1), 1e-300)[:, None]
    alone = said & (leading.sum(axis=1) == 1)
    side = np.where(alone & leading[:, 0], 1, np.where(alone & leading[:, 1], -1, 0)).astype(np.int8)
    return _Counted(side, said & ~alone, alone & (side == 0), laid)


def _ties(counted: _Counted) -> list[Finding]:
    faces = counted.laid.faces
    tied = np.flatnonzero(counted.tied)
    area_km2 = faces.areas_m2[tied] / 1e6
    large = tied[area_km2 >= _TOLD_KM2]
    notes = [
        finding(
            "consensus-tie",
            place=(float(faces.inner_points[k, 0]), float(faces.inner_points[k, 1])),
            area_km2=round(float(faces.areas_m2[k]) / 1e6, 4),
        )
        for k in large.tolist()
    ]
    return [finding("consensus-is-a-count"), *notes, *_undivided(counted)]


def _undivided(counted: _Counted) -> list[Finding]:
    area_m2 = fsum(counted.laid.faces.areas_m2[counted.undivided].tolist())
    if area_m2 / 1e6 < _TOLD_KM2:
        return []
    count = int(counted.undivided.sum())
    return [finding("consensus-undivided", count=count, area_km2=round(area_m2 / 1e6, 4))]


class _Beyond:
    """What is beyond an open end: the faces around it that are on no side."""

    def __init__(self, edges: Edges, counted: _Counted) -> None:
        self._edges, self._counted = edges, counted

    def words(self, lon: float, lat: float) -> str:
        edges, counted = self._edges, self._counted
        here = (edges.start == (lon, lat)).all(axis=1) | (edges.end == (lon, lat)).all(axis=1)
        faces = np.unique(np.concatenate([edges.left[here], edges.right[here]]))
        if counted.tied[faces].any():
            return "the weights of what the maps show beyond are equal"
        if counted.undivided[faces].any():
            return "most weight shows what lies beyond as both parties' or neither's"
        return "no map shows what lies beyond as either party's"


class _Axis:
    """Pieces of the axis, to find where along it an edge lies."""

    def __init__(self, ground: Ground, sections: Sequence[Section]) -> None:
        self.pieces = ground.tracing.pieces
        self._sections = tuple(sections)
        self._index = AxisIndex(self.pieces, ground.case.ellipsoid) if self.pieces else None

    def piece_of(self, points: np.ndarray) -> str | None:
        """The piece to which most of some places are nearest."""
        if self._index is None:
            return None
        counts = np.bincount(self._index.refer(points).piece, minlength=len(self.pieces))
        return self.pieces[int(np.argmax(counts))].id

    def wanted(self, points: np.ndarray) -> NDArray[np.bool_]:
        """Whether places lie along the sections asked for; all do where none are."""
        if not self._sections or self._index is None:
            return np.ones(len(points), dtype=bool)
        at = self._index.refer(points)
        found = np.zeros(len(points), dtype=bool)
        for section in self._sections:
            number = [piece.id for piece in self.pieces].index(section.piece)
            km = at.chainage_m / 1000.0
            found |= (at.piece == number) & (km >= section.from_km) & (km <= section.to_km)
        return found


def _parts(
    ground: Ground,
    edges: Edges,
    rows: np.ndarray,
    counted: _Counted,
    weight: Mapping[str, float],
    axis: _Axis,
) -> list[Part]:
    # Every edge with the party first by id on its left.
    first_left = counted.side[edges.left[rows]] > 0
    start = np.where(first_left[:, None], edges.start[rows], edges.end[rows])
    end = np.where(first_left[:, None], edges.end[rows], edges.start[rows])
    names = _drawn_by(edges, rows, counted.laid, weight)
    by_piece: dict[str | None, list[tuple[CandidateLine, list[TurningPoint]]]] = {}
    for chain in _chains(start, end):
        coords = np.concatenate([start[chain], end[chain[-1:]]])
        closed = bool((coords[0] == coords[-1]).all())
        coords, order, first_on_left = _directed(coords, chain, closed=closed)
        legs = [Leg("straight", from_source=names[k]) for k in order]
        ends = (CLOSED, CLOSED) if closed else (OPEN, OPEN)
        made = line_from(
            "", coords, ends, legs, ground.case.ellipsoid, first_on_left=first_on_left, drawn=coords
        )
        by_piece.setdefault(axis.piece_of(coords), []).append(made)
    return [Part(piece, _numbered(by_piece[piece])) for piece in sorted(by_piece, key=str)]


def _directed(coords: np.ndarray, chain: list[int], *, closed: bool) -> tuple[np.ndarray, list[int], bool]:
    """A chain from its westernmost, then southernmost end; a closed one as it is."""
    if not closed and tuple(coords[-1]) < tuple(coords[0]):
        return coords[::-1].copy(), chain[::-1], False
    return coords, chain, True


def _numbered(made: list[tuple[CandidateLine, list[TurningPoint]]]) -> Drawn:
    made.sort(key=lambda one: (-round(one[0].length_m, 3), one[0].coords[0].tolist()))
    lines = tuple(replace(line, id=str(k)) for k, (line, _) in enumerate(made, start=1))
    points = tuple(replace(p, line=str(k)) for k, (_, own) in enumerate(made, start=1) for p in own)
    return Drawn(lines, points, {}, ())


def _drawn_by(edges: Edges, rows: np.ndarray, laid: Overlay, weight: Mapping[str, float]) -> list[str]:
    """For each edge the source that draws it: the heaviest whose label changes across it, then by id."""
    changes = laid.codes[edges.left[rows]] != laid.codes[edges.right[rows]]
    order = sorted(
        range(len(laid.sources)), key=lambda k: (-weight.get(laid.sources[k], 0.0), laid.sources[k])
    )
    first = np.argmax(changes[:, order], axis=1)
    return [laid.sources[order[k]] for k in first.tolist()]


def _chains(start: np.ndarray, end: np.ndarray) -> list[list[int]]:
    """Edges joined where one ends at the place at which another begins."""
    by_start: dict[tuple[float, ...], list[int]] = {}
    for k, place in enumerate(map(tuple, start.tolist())):
        by_start.setdefault(place, []).append(k)
    ends_at = set(map(tuple, end.tolist()))
    heads = [k for k, place in enumerate(map(tuple, start.tolist())) if place not in ends_at]
    used: set[int] = set()
    chains = []
    for head in [*heads, *range(len(start))]:
        chain: list[int] = []
        at: int | None = head if head not in used else None
        while at is not None:
            used.add(at)
            chain.append(at)
            free = [k for k in by_start.get(tuple(end[at].tolist()), []) if k not in used]
            at = free[0] if free else None
        if chain:
            chains.append(chain)
    return chains
