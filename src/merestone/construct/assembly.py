"""A candidate put together section by section from what was chosen for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from pyproj import Geod

from merestone.construct.candidate import Part, candidate_of, line_from
from merestone.construct.drawing import Drawn
from merestone.construct.field import Floats
from merestone.construct.swept import chain
from merestone.errors import BadInputError
from merestone.geometry.nearest import EdgeIndex
from merestone.model.candidates import OPEN, Candidate, CandidateKind, CandidateLine, Leg
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import AxisPiece
from merestone.model.results import Section

JOINED_M = 0.001
"""Stretches that end nearer to one another than this meet."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """What was chosen for one section: places (n, 2) along the axis, with n - 1 legs."""

    section: Section
    choice: str
    coords: Floats
    legs: tuple[Leg, ...]


def cut_to(line: Floats, section: Section, what: str, ellipsoid: Ellipsoid) -> Floats:
    """The stretch of a line between the points nearest to the ends of a section, in the axis's direction.

    Raises BadInputError where both are one point: the line does not run beside the section.
    """
    near = EdgeIndex([line], ellipsoid).query(np.array([section.from_, section.to]))
    at = near.edge + near.fraction
    if at[0] == at[1]:
        raise BadInputError(
            f"{what} does not run beside {section.id}: both ends of it are nearest to one point"
        )
    low, high = (1, 0) if at[0] > at[1] else (0, 1)
    inner = line[int(near.edge[low]) + 1 : int(near.edge[high]) + 1]
    coords = np.concatenate([near.foot[low][None], inner, near.foot[high][None]])
    coords = coords[::-1] if low == 1 else coords
    moves = np.concatenate([[True], (np.diff(coords, axis=0) != 0.0).any(axis=1)])
    return np.ascontiguousarray(coords[moves])


def assembled(
    stretches: Sequence[Stretch],
    pieces: Sequence[AxisPiece],
    choices: Mapping[str, Any],
    ellipsoid: Ellipsoid,
) -> Candidate:
    """One line for each run of neighbouring sections; the ways that join their stretches are told."""
    by_piece = {piece.id: piece for piece in pieces}
    parts: list[Part] = []
    joins: list[Mapping[str, Any]] = []
    notes: list[Finding] = []
    for piece in sorted({one.section.piece for one in stretches}):
        runs = _runs([one for one in stretches if one.section.piece == piece])
        lines, points = [], []
        for number, run in enumerate(runs, start=1):
            coords, legs, own = _joined(run, ellipsoid)
            joins += own
            left = by_piece[piece].first_on_left
            line, turning = line_from(str(number), coords, (OPEN, OPEN), legs, ellipsoid, first_on_left=left)
            line = replace(line, drawn=_drawn(coords, legs, line, ellipsoid))
            lines.append(line)
            points += turning
            notes += _crossings(line)
        parts.append(Part(piece, Drawn(tuple(lines), tuple(points), {}, ())))
    notes += [
        finding(
            "assembly-joined", place=(join["from"][0], join["from"][1]), after=join["after"],
            before=join["before"], length_m=round(join["length_m"], 3),
        )
        for join in joins
    ]  # fmt: skip
    bases = sorted({one.choice for one in stretches})
    return candidate_of(CandidateKind.ASSEMBLED, {"choices": choices}, bases, parts, notes, joins)


def _runs(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches of sections that follow one another without a gap."""
    runs: list[list[Stretch]] = []
    for one in sorted(stretches, key=lambda one: one.section.from_km):
        if runs and abs(runs[-1][-1].section.to_km - one.section.from_km) < 1e-9:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _joined(
    run: Sequence[Stretch], ellipsoid: Ellipsoid
) -> tuple[Floats, list[Leg], list[Mapping[str, Any]]]:
    geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
    coords, legs = run[0].coords, list(run[0].legs)
    joins: list[Mapping[str, Any]] = []
    for before, one in pairwise(run):
        start, end = before.coords[-1], one.coords[0]
        length_m = float(geod.inv(*start, *end)[2])
        if length_m <= JOINED_M:
            coords = np.concatenate([coords, one.coords[1:]])
        else:
            joins.append(
                {
                    "after": before.section.id, "before": one.section.id, "from": start.tolist(),
                    "to": end.tolist(), "length_m": length_m,
                }
            )  # fmt: skip
            legs.append(Leg())
            coords = np.concatenate([coords, one.coords])
        legs += one.legs
    return coords, legs, joins


def _drawn(coords: Floats, legs: Sequence[Leg], line: CandidateLine, ellipsoid: Ellipsoid) -> Floats:
    """The line with its geodesic legs followed to 0.01 m; the others are straight in longitude/latitude."""
    made = [coords[:1]]
    for k, leg in enumerate(legs):
        pair = coords[k : k + 2]
        follows = chain(replace(line, coords=pair), ellipsoid) if leg.line_type == "geodesic" else pair
        made.append(follows[1:])
    return np.concatenate(made)


def _crossings(line: CandidateLine) -> list[Finding]:
    """A finding where the line crosses itself."""
    drawn = shapely.LineString(line.drawn)
    if drawn.is_simple:
        return []
    once = shapely.get_coordinates(shapely.unary_union(drawn))
    places, counts = np.unique(once, axis=0, return_counts=True)
    place = places[int(np.argmax(counts))]
    return [
        finding(
            "candidate-crosses-itself", place=(float(place[0]), float(place[1])), line=line.piece or line.id
        )
    ]
