"""Which model to take, how far off it is, and which points stand out of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from merestone.construct.georeferencing.arrangement import pixels_of
from merestone.construct.georeferencing.fitting import Fit, UnfitError, fit
from merestone.construct.georeferencing.warps import Warp, plane_slopes
from merestone.model.georeference import ControlPoint, Tried, WarpKind

Floats = NDArray[np.float64]

RULE = (
    "the simplest model whose mean square leave-one-out error is within one standard error of the least"
    " (Breiman et al. 1984)"
)
ALPHA = 0.05
_LATTICE = 33
_ROUGH = WarpKind.THIN_PLATE_SPLINE


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A model with its fit; vectors of the errors on the ground, (n, 2) metres east, north."""

    tried: Tried
    fit: Fit | None
    residual_m: Floats
    loo_m: Floats


def trial_of(
    kind: WarpKind, points: Sequence[ControlPoint], plane: Floats, ground: Floats, area: Floats
) -> Trial:
    """Fit one model. ``ground`` (n, 2, 2) carries vectors of the plane to the ground.

    ``area`` (4,) is least column, least row, greatest column, greatest row of what will be carried over:
    a model that folds there, or puts a part of it nowhere, cannot be used.
    """
    nothing = np.empty((0, 2))
    try:
        done = fit(kind, pixels_of(points), plane)
    except UnfitError as error:
        which = "" if error.point is None else f" (point {points[error.point].id})"
        return Trial(Tried(kind, f"{error}{which}"), None, nothing, nothing)
    if folds(done.warp, area):
        reason = "it folds the scan over itself, or puts a part of it nowhere"
        return Trial(Tried(kind, reason), None, nothing, nothing)
    residual, loo = (np.einsum("nij,nj->ni", ground, one) for one in (done.residual, done.loo))
    squares = (loo**2).sum(axis=1)
    rmse = sqrt(float(squares.mean()))
    tried = Tried(
        kind, None, sqrt(float((residual**2).sum(axis=1).mean())), rmse, float(np.sqrt(np.median(squares))),
        sqrt(float(squares.max())), done.freedom, radius_95_m(rmse, done.freedom),
    )  # fmt: skip
    return Trial(tried, done, residual, loo)


def radius_95_m(rmse_m: float, freedom: int) -> float:
    """The radius about a place that holds it with 95 %, where its error is known from few points.

    The squared distance over the mean square error follows the law of F with 2 and ``freedom`` degrees of
    freedom, whose quantile for 2 has the closed form freedom/2 · (20^(2/freedom) - 1). For many points this
    is the factor √ln 20 = 1.731 of DESIGN section 4.
    """
    return rmse_m * sqrt(freedom / 2.0 * (20.0 ** (2.0 / freedom) - 1.0))


def folds(warp: Warp, area: Floats) -> bool:
    """Whether the model turns over, or stops, anywhere on a lattice of the area."""
    columns, rows = (np.linspace(area[k], area[k + 2], _LATTICE) for k in (0, 1))
    lattice = np.column_stack([axis.ravel() for axis in np.meshgrid(columns, rows)])
    slopes = plane_slopes(warp, lattice)
    det = slopes[:, 0, 0] * slopes[:, 1, 1] - slopes[:, 0, 1] * slopes[:, 1, 0]
    if not np.isfinite(det).all():
        return True
    return bool((np.sign(det) != np.sign(np.median(det))).any())


def chosen(trials: Sequence[Trial]) -> Trial | None:
    """The trial that `RULE` takes, of trials from simple to rich; None: none can be used."""
    usable = [one for one in trials if one.fit is not None]
    if not usable:
        return None
    squares = [(one.loo_m**2).sum(axis=1) for one in usable]
    best = min(squares, key=lambda one: float(one.mean()))
    most = float(best.mean() + best.std(ddof=1) / sqrt(len(best)))
    return next(one for one, each in zip(usable, squares, strict=True) if float(each.mean()) <= most)


def p_values(
    trials: Sequence[Trial], least_rich: WarpKind, count: int
) -> list[tuple[float, WarpKind] | None]:
    """For each point the least probability of so great an error, over some models, times all that were asked.

    Asked are ``least_rich``, which is the chosen one, and the polynomial models after it: a simpler one
    that does not fit would call points wrong that are right, and a wrong point can make the choice too
    simple. The spline, whose law is that of a rough surface without noise, is asked only where it is chosen.

    The drop of the weighted sum of squares without a point, against what is left, follows the law of F
    with 2 and freedom - 2 degrees (the externally studentised residual of Belsley, Kuh and Welsch 1980, in
    two components), where errors are normal and alike; its tail for 2 is (1 + 2 F / f)^(-f/2). The factor
    is that of Bonferroni, for points and models. None where no model leaves a degree of freedom.
    """
    kinds = list(WarpKind)
    rich = [kind for kind in kinds[kinds.index(least_rich) :] if kind is not _ROUGH or kind is least_rich]
    asked = [
        one.fit for one in trials if one.fit is not None and one.fit.freedom > 2 and one.tried.kind in rich
    ]
    least: list[tuple[float, WarpKind] | None] = [None] * count
    for done in asked:
        rest = np.maximum(done.quadratic - done.drop, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            # (1 + drop/rest)^(-(freedom-2)/2), without a quotient by nothing
            share = np.where(done.quadratic > 0.0, rest / (rest + done.drop), 1.0)
        tail = share ** ((done.freedom - 2) / 2.0)
        for k, value in enumerate(np.minimum(tail * count * len(asked), 1.0).tolist()):
            before = least[k]
            if before is None or value < before[0]:
                least[k] = (value, done.warp.kind)
    return least
