"""Straight lines of a type between given points."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from merestone.compare.axis import AxisIndex
from merestone.construct.candidate import Part, candidate_of, line_from
from merestone.construct.drawing import Drawn
from merestone.construct.field import Floats
from merestone.construct.swept import DRAWN_M
from merestone.errors import BadInputError
from merestone.geometry.densify import Projection, densified
from merestone.model.candidates import CLOSED, OPEN, Candidate, CandidateKind, Leg
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.lines import AxisPiece
from merestone.model.sources import EdgeType

_ONE_LATITUDE_DEG = 1e-9


def straight_between(
    points: Floats,
    line_type: EdgeType,
    ellipsoid: Ellipsoid,
    *,
    grid: tuple[str, Projection, Projection] | None = None,
    pieces: Sequence[AxisPiece] = (),
) -> Candidate:
    """The line of a type through points, (n, 2) longitude, latitude in degrees on WGS 84.

    ``grid`` names the system of a grid line, with its projection and the inverse. With an axis the line
    is given the sides of the piece along which it runs. Raises BadInputError for fewer than two points,
    for repeated ones, and for edges that the type does not define.
    """
    _refuse(points, line_type)
    to_grid, to_lonlat = (None, None) if grid is None else grid[1:]
    drawn = None
    if line_type is not EdgeType.GEODESIC:
        drawn = densified(points, line_type, DRAWN_M, ellipsoid, to_grid, to_lonlat)[0]
    closed = len(points) > 3 and bool((points[0] == points[-1]).all())
    ends = (CLOSED, CLOSED) if closed else (OPEN, OPEN)
    legs = [Leg(line_type.value)] * (len(points) - 1)
    left = first_on_left(points, pieces)
    line, own = line_from("1", points, ends, legs, ellipsoid, first_on_left=left, drawn=drawn)
    parameters: Mapping[str, Any] = {
        "line_type": line_type.value,
        "points": points.tolist(),
        "crs": None if grid is None else grid[0],
    }
    part = Part(None, Drawn((line,), tuple(own), {}, ()))
    return candidate_of(CandidateKind.STRAIGHT, parameters, (), [part], [])


def _refuse(points: Floats, line_type: EdgeType) -> None:
    if len(points) < 2:
        raise BadInputError(f"a straight line needs two points, {len(points)} given; give --point again")
    same = np.flatnonzero((points[1:] == points[:-1]).all(axis=1))
    if len(same):
        raise BadInputError(f"--point {int(same[0]) + 2} repeats the one before it; leave it out")
    off = np.flatnonzero(np.abs(np.diff(points[:, 1])) > _ONE_LATITUDE_DEG)
    if line_type is EdgeType.PARALLEL and len(off):
        one, other = points[off[0], 1], points[off[0] + 1, 1]
        raise BadInputError(
            f"a parallel cannot run from latitude {one:.9g} to {other:.9g}; give one latitude or "
            "another --line"
        )


def first_on_left(coords: Floats, pieces: Sequence[AxisPiece]) -> bool | None:
    """Whether the party first by id is on the left of a line, from the axis beside it; None without one."""
    if not pieces:
        return None
    at = AxisIndex(pieces, WGS84).refer(coords[[0, -1]])
    piece = pieces[int(at.piece[0])]
    forward = bool(at.chainage_m[1] >= at.chainage_m[0])
    return piece.first_on_left if forward else not piece.first_on_left
