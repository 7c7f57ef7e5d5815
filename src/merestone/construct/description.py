"""A line as a table of turning points: thinned if asked, rounded, figures from rounded coordinates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.construct.departure import departure_m
from merestone.construct.guards import crossing, legs_drawn
from merestone.construct.legs import at_height, measured
from merestone.construct.rounding import Step, effect, rounded_places
from merestone.construct.thinning import Bounds, drawable, thinned
from merestone.errors import BadInputError
from merestone.model.candidates import CLOSED, NOT_STATED, OPEN, LonLat
from merestone.model.descriptions import (
    TERMS,
    DescribedLeg,
    DescribedLine,
    DescribedPoint,
    Description,
    DrawnLine,
    Grid,
    ToDescribe,
)
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.sources import EdgeType

Floats = NDArray[np.float64]

_MANY = 1000
"""A table of more points than this is hardly one to be signed."""
_AS_DRAWN_M = 0.001
"""Legs that depart no more than this from the line are the line."""


@dataclass(frozen=True, slots=True)
class How:
    """What is asked of a description. ``bounds`` None: nothing is thinned."""

    step: Step
    bounds: Bounds | None = None
    grid: Grid | None = None
    height_m: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Stated:
    """A line with the points that are stated: (n, 2) degrees, legs between them, and what is said of each."""

    line: DrawnLine
    points: Floats
    legs: tuple[EdgeType, ...]
    terms: tuple[Mapping[str, str], ...]
    bases: tuple[Mapping[str, LonLat], ...]
    departure_m: float
    thinning: Mapping[str, Any] | None


def described(given: ToDescribe, how: How, ellipsoid: Ellipsoid) -> Description:
    """Describe every line of what was given. Raises BadInputError where a line cannot be described so."""
    notes = list(given.findings)
    if given.frame == "WGS 84":
        notes.append(finding("describe-frame-ensemble"))
    lines: list[DescribedLine] = []
    points: list[DescribedPoint] = []
    for k, line in enumerate(given.lines):
        others = [shown for j, shown in enumerate(given.lines) if j != k]
        sides = np.concatenate([given.sides.reshape(-1, 2), *(o.chain[o.vertex] for o in others)])
        stated = _stated(line, how, sides, ellipsoid, notes)
        one, its = _described(stated, how, len(points) + 1, ellipsoid, notes)
        lines.append(one)
        points += its
    parameters = {
        "departure_m": how.bounds.departure_m if how.bounds else None,
        "balance_km2": how.bounds.balance_m2 / 1e6
        if how.bounds and how.bounds.balance_m2 is not None
        else None,
        "round_s": None if how.step.seconds is None else float(how.step.seconds),
        "round_m": None if how.step.metres is None else float(how.step.metres),
        "height_m": how.height_m,
    }
    return Description(
        given.title, given.origin, given.frame, how.grid.name if how.grid else None, parameters,
        tuple(lines), tuple(points), tuple(notes),
    )  # fmt: skip


def _stated(line: DrawnLine, how: How, sides: Floats, ellipsoid: Ellipsoid, notes: list[Finding]) -> _Stated:
    """The points that are stated, before they are rounded."""
    vertices = np.flatnonzero(line.vertex)
    if how.bounds is not None:
        done = thinned(line, how.bounds, sides, ellipsoid)
        number = np.searchsorted(vertices, done.at)
        terms = tuple(line.terms[a] for a in number[:-1]) if line.terms else ()
        bases = tuple(line.bases[k] for k in number) if line.bases else ()
        away_m = float(done.achieved["departure_m"])
        return _Stated(line, line.chain[done.at], done.legs, terms, bases, away_m, done.achieved)
    legs = tuple(drawable(kind) for kind in line.legs)
    points = line.chain[vertices]
    away_m = 0.0
    if len(vertices) < len(line.chain) or EdgeType.GRID in line.legs or EdgeType.GEODESIC in legs:
        away_m = departure_m(line.chain, vertices, legs, ellipsoid)
    if away_m > _AS_DRAWN_M:
        notes.append(finding("describe-legs-redrawn", line=line.id, departure_m=away_m))
    if len(vertices) > _MANY:
        notes.append(finding("describe-dense", line=line.id, count=len(vertices)))
    return _Stated(line, points, legs, line.terms, line.bases, away_m, None)


def _described(
    stated: _Stated, how: How, first: int, ellipsoid: Ellipsoid, notes: list[Finding]
) -> tuple[DescribedLine, list[DescribedPoint]]:
    line = stated.line
    lonlat, metres = rounded_places(stated.points, how.step, how.grid)
    if line.closed:
        lonlat[-1] = lonlat[0]
    stated, lonlat, metres, merged = _apart(stated, lonlat, metres)
    if merged:
        notes.append(finding("describe-points-merged", line=line.id, count=merged))
    if len(lonlat) < (4 if line.closed else 2):
        raise BadInputError(
            f"line {line.id}: rounded or thinned so far, it has {len(lonlat)} points left; round or thin less"
        )
    _check_parallels(line.id, lonlat, stated.legs)
    done = effect(stated.points, lonlat, stated.legs, ellipsoid)
    _note_crossings(line, stated, lonlat, ellipsoid, notes)
    azimuth, length_m = measured(lonlat, stated.legs, ellipsoid)
    ground_m = None if how.height_m is None else at_height(lonlat, azimuth, length_m, how.height_m, ellipsoid)
    number = [first + k for k in range(len(lonlat))]
    if line.closed:
        number[-1] = first
    cumulative = np.concatenate([[0.0], np.cumsum(length_m)])
    count = len(lonlat) - 1 if line.closed else len(lonlat)
    points = [
        DescribedPoint(
            number[k], line.id, float(lonlat[k, 0]), float(lonlat[k, 1]),
            None if metres is None else float(metres[k, 0]), None if metres is None else float(metres[k, 1]),
            float(cumulative[k]), stated.bases[k] if stated.bases else {},
            None if k == len(lonlat) - 1 else DescribedLeg(
                number[k + 1], stated.legs[k].value, float(azimuth[k]), float(length_m[k]),
                None if ground_m is None else float(ground_m[k]),
                **{key: (stated.terms[k] if stated.terms else {}).get(key, NOT_STATED) for key in TERMS},
            ),
        )
        for k in range(count)
    ]  # fmt: skip
    rounding = {
        "step": f"{_plain(how.step.seconds)}″"
        if how.step.seconds is not None
        else f"{_plain(how.step.metres)} m",
        "largest_move_m": done["largest_move_m"],
        "largest_move_at": number[done["largest_move_at"]],
        "area_moved_km2": done["area_moved_m2"] / 1e6,
        "area_net_km2": abs(done["area_net_m2"]) / 1e6,
        "largest_turn_deg": done["largest_turn_deg"],
        "largest_turn_at": number[done["largest_turn_at"]],
        "merged": merged,
    }
    described_line = DescribedLine(
        line.id, line.closed, (CLOSED, CLOSED) if line.closed else line.ends, line.bearing_deg,
        first, first + count - 1, float(length_m.sum()),
        None if ground_m is None else float(ground_m.sum()), stated.departure_m, stated.thinning, rounding,
    )  # fmt: skip
    notes += [
        finding("describe-open-end", line=line.id, point=number[-end], bearing_deg=bearing_deg)
        for end, bearing_deg in enumerate(line.bearing_deg)
        if line.ends[end] == OPEN and bearing_deg is not None
    ]
    return described_line, points


def _plain(value: Any) -> str:
    return f"{float(value):.10f}".rstrip("0").rstrip(".")


def _apart(
    stated: _Stated, lonlat: Floats, metres: Floats | None
) -> tuple[_Stated, Floats, Floats | None, int]:
    """Without points that rounding put upon the one before; the number of those."""
    kept = np.concatenate([[True], (np.diff(lonlat, axis=0) != 0.0).any(axis=1)])
    if kept.all():
        return stated, lonlat, metres, 0
    # The leg that leads to a point that stays is the one that remains before it.
    legs = tuple(kind for k, kind in enumerate(stated.legs) if kept[k + 1])
    terms = tuple(one for k, one in enumerate(stated.terms) if kept[k + 1])
    bases = tuple(one for k, one in enumerate(stated.bases) if kept[k])
    thin = replace(stated, points=stated.points[kept], legs=legs, terms=terms, bases=bases)
    return thin, lonlat[kept], None if metres is None else metres[kept], int((~kept).sum())


def _check_parallels(line: str, lonlat: Floats, legs: tuple[EdgeType, ...]) -> None:
    kinds = np.array([kind is EdgeType.PARALLEL for kind in legs])
    if (kinds & (np.diff(lonlat[:, 1]) != 0.0)).any():
        raise BadInputError(
            f"line {line}: a leg along a parallel has two latitudes once its ends are rounded to metres of a"
            " grid; round to seconds instead"
        )


def _note_crossings(
    line: DrawnLine, stated: _Stated, lonlat: Floats, ellipsoid: Ellipsoid, notes: list[Finding]
) -> None:
    """Whether the rounded line crosses itself where the line before did not."""
    after = crossing(legs_drawn(lonlat, stated.legs, ellipsoid), line.closed)
    if not after:
        return
    before = crossing(legs_drawn(stated.points, stated.legs, ellipsoid), line.closed)
    code = "describe-line-crosses" if before else "describe-rounding-crosses"
    notes.append(finding(code, line=line.id, legs=len(after), place=tuple(lonlat[min(after)].tolist())))
