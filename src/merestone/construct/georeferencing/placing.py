"""Placing a scan: every model tried, one chosen, points that stand out told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.construct.georeferencing.arrangement import (
    FEWEST,
    check_arrangement,
    check_misfit,
    check_orientation,
    pixels_of,
    reading_of,
)
from merestone.construct.georeferencing.choosing import (
    ALPHA,
    RULE,
    Trial,
    chosen,
    p_values,
    trial_of,
)
from merestone.construct.georeferencing.robust import most_agreed
from merestone.construct.georeferencing.warps import plane_slopes
from merestone.errors import BadInputError
from merestone.model.findings import Finding, finding
from merestone.model.georeference import (
    ControlPoint,
    MapSystem,
    Outlier,
    PlacedPoint,
    Placement,
    WarpKind,
)

Floats = NDArray[np.float64]

_MOST_OUTLIERS = 3
"""One point in so many may stand out; if more do, it is not they that are wrong."""
_MOST_TOLD = 20
_NEGLIGIBLE_PX = 0.01
_FEW_FREEDOM = 10


@dataclass(frozen=True, slots=True, eq=False)
class _Control:
    """Control points with their places: plane (n, 2), and what carries its vectors to the ground."""

    points: Sequence[ControlPoint]
    plane: Floats
    ground: Floats
    area: Floats

    def without(self, at: int) -> "_Control":
        kept = np.arange(len(self.points)) != at
        others = [point for k, point in enumerate(self.points) if k != at]
        return _Control(others, self.plane[kept], self.ground[kept], self.area)

    def trials(self) -> list[Trial]:
        return [trial_of(kind, self.points, self.plane, self.ground, self.area) for kind in WarpKind]


def place(
    points: Sequence[ControlPoint], system: MapSystem, asked: WarpKind | None, area: Floats | None
) -> Placement:
    """Lay a scan onto the plane of its map.

    ``asked`` is the model, None for the one that the rule takes; ``area`` (4,) is what will be carried over,
    in pixels (least column and row, greatest ones), None for what the points span. Raises BadInputError
    where the points cannot place it.
    """
    plane = system.enter(xy_of(points))
    check_arrangement(points, plane)
    pixel = pixels_of(points)
    if area is None:
        area = np.concatenate([pixel.min(axis=0), pixel.max(axis=0)])
    control = _Control(points, plane, system.ground(plane), area)
    trials = control.trials()
    _refuse_misfit(control, trials, system)
    check_orientation(points, plane)
    best = _wanted(trials, asked)
    assert best.fit is not None
    middle = pixel.mean(axis=0, keepdims=True)
    slopes = plane_slopes(best.fit.warp, middle)[0]
    pixel_m = float(np.sqrt(abs(np.linalg.det(system.ground(plane.mean(axis=0, keepdims=True))[0] @ slopes))))
    outliers = tuple(_outliers(control, trials, system, asked, pixel_m))
    lonlat = system.lonlat(xy_of(points))
    likely = p_values(trials, best.tried.kind, len(points))
    placed = tuple(
        PlacedPoint(
            point, _pair(lonlat[k]), _pair(best.residual_m[k]), _pair(best.loo_m[k]),
            None if (one := likely[k]) is None else one[0],
        )
        for k, point in enumerate(points)
    )  # fmt: skip
    tried = tuple(one.tried for one in trials)
    rule = RULE if asked is None else "as asked"
    found = (*_findings(best, likely), *(_about(one, best) for one in outliers))
    return Placement(tried, best.tried, rule, best.fit.warp, placed, outliers, pixel_m, found)


def xy_of(points: Sequence[ControlPoint]) -> Floats:
    """(n, 2) coordinates in the map's own system."""
    return np.array([(point.x, point.y) for point in points])


def _pair(vector: Floats) -> tuple[float, float]:
    return float(vector[0]), float(vector[1])


def _wanted(trials: Sequence[Trial], asked: WarpKind | None) -> Trial:
    best = _taken(trials, asked)
    if best is None and asked is not None:
        reason = next(one.tried.reason for one in trials if one.tried.kind is asked)
        raise BadInputError(f"--model {asked}: {reason}; add points, or take another model (auto chooses)")
    if best is None:
        reasons = "; ".join(f"{one.tried.kind}: {one.tried.reason}" for one in trials)
        raise BadInputError(f"no model can be used with these control points ({reasons}); add points")
    return best


def _refuse_misfit(control: _Control, trials: Sequence[Trial], system: MapSystem) -> None:
    """Refuse points that no model brings near one another, with what the most agreed ones say of others."""
    usable = [one.tried.loo_rmse_m for one in trials if one.tried.loo_rmse_m is not None]
    foretold, off_m = most_agreed(pixels_of(control.points), control.plane)
    told = []
    for k in np.flatnonzero(off_m > 10.0 * max(float(np.median(off_m)), 1.0)).tolist():
        point = control.points[k]
        reading = reading_of(control.plane[k], foretold[k], system.readings(np.array([point.x, point.y])))
        said = "" if reading is None else f", as if {reading}"
        told.append(f"point {point.id} ({point.where}) lies {off_m[k]:,.0f} m from where most put it{said}")
    if usable:
        check_misfit(control.plane, min(usable), told[:5])


def _outliers(
    control: _Control, trials: Sequence[Trial], system: MapSystem, asked: WarpKind | None, pixel_m: float
) -> Iterator[Outlier]:
    """Points that stand out, the worst first, each judged without those before it."""
    for _ in range(min(len(control.points) // _MOST_OUTLIERS, _MOST_TOLD)):
        best = _taken(trials, asked)
        if len(control.points) <= FEWEST or best is None:
            return
        likely = p_values(trials, best.tried.kind, len(control.points))
        value, at = min(((one[0], k) for k, one in enumerate(likely) if one is not None), default=(1.0, 0))
        worst = likely[at]
        if worst is None or value >= ALPHA:
            return
        by = next(one for one in trials if one.tried.kind is worst[1])
        assert by.fit is not None
        distance_m = float(np.hypot(*by.loo_m[at]))
        if distance_m < _NEGLIGIBLE_PX * pixel_m:
            return
        point, stated = control.points[at], control.plane[at]
        readings = system.readings(np.array([point.x, point.y]))
        reading = reading_of(stated, stated + by.fit.loo[at], readings)
        control = control.without(at)
        trials = control.trials()
        rest = _taken(trials, asked)
        if rest is None or rest.tried.loo_rmse_m is None:
            return
        yield Outlier(point.id, value, worst[1], distance_m, reading, rest.tried.kind, rest.tried.loo_rmse_m)


def _taken(trials: Sequence[Trial], asked: WarpKind | None) -> Trial | None:
    """The trial of the model that is asked for, or else of the one that the rule takes; None: no such."""
    if asked is None:
        return chosen(trials)
    return next((one for one in trials if one.tried.kind is asked and one.fit is not None), None)


def _about(one: Outlier, best: Trial) -> Finding:
    return finding(
        "georeference-outlier",
        point=one.id,
        distance_m=one.distance_m,
        model=one.by.value,
        p_value=one.p_value,
        reading="" if one.reading is None else f", as if {one.reading}",
        loo_rmse_m=best.tried.loo_rmse_m,
        without_model=one.without_kind.value,
        without_loo_rmse_m=one.without_loo_rmse_m,
    )


def _findings(best: Trial, likely: Sequence[object | None]) -> Iterator[Finding]:
    freedom = best.tried.freedom
    assert freedom is not None
    assert best.tried.radius_95_m is not None
    if freedom < _FEW_FREEDOM:
        yield finding(
            "georeference-few-points",
            model=best.tried.kind.value,
            freedom=freedom,
            loo_rmse_m=best.tried.loo_rmse_m,
            radius_95_m=best.tried.radius_95_m,
        )
    if all(one is None for one in likely):
        yield finding("georeference-untested", count=len(likely))
