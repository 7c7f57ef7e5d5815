"""Fitting the models to control points, with the error at each point that the fit did not know.

Least squares in the plane, every point with the same weight. Leave-one-out errors have closed forms where
the model is linear in its coefficients: the residual over one minus the leverage (Allen 1974,
doi:10.1080/00401706.1974.10489157), and for the interpolating spline its weight over the diagonal of the
inverse (Rippa 1999, doi:10.1023/A:1018975909870). The projective model is fitted anew without each point.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.construct.georeferencing.warps import (
    Normal,
    Polynomial,
    Projective,
    Spline,
    Warp,
    kernel,
    monomials,
    normal_of,
)
from merestone.model.georeference import WarpKind

Floats = NDArray[np.float64]

PARAMETERS = {
    WarpKind.SIMILARITY: 4,
    WarpKind.AFFINE: 6,
    WarpKind.PROJECTIVE: 8,
    WarpKind.POLYNOMIAL_2: 12,
    WarpKind.THIN_PLATE_SPLINE: 6,
}
"""Two for each coordinate pair that determines the model; of the spline those of its trend."""
_DECIMALS = 12
"""To which coefficients are rounded: 2·10⁻⁸ m on a sheet of 50 km."""
_ALONE = 1e-6
"""A point whose leverage comes so near to 1 determines a coefficient by itself."""
_FLAT = 1e-4
"""Columns of a normalised design this nearly dependent are taken as dependent."""
_LEANS = "without one of them it is not determined"
_ROUNDS = 50
_STILL = 1e-14


class UnfitError(ValueError):
    """The points do not determine a model; the message says why.

    ``point`` is the index of the one without which they do not, where it hangs on one.
    """

    def __init__(self, message: str, point: int | None = None) -> None:
        super().__init__(message)
        self.point = point


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A model fitted to n points; vectors are (n, 2) metres in the plane, fitted less stated.

    ``quadratic`` is the weighted sum of squares that is left, and ``drop`` (n,) by how much it would be
    less without each point: their quotient tells outliers. ``freedom`` is 2 n less the parameters.
    """

    warp: Warp
    residual: Floats
    loo: Floats
    quadratic: float
    drop: Floats
    freedom: int


def fit(kind: WarpKind, pixel: Floats, plane: Floats) -> Fit:
    """Fit a model to control points, (n, 2) column, row and (n, 2) metres east, north.

    Raises UnfitError where the points are too few for an error to be told, or lie so that the model is not
    determined, by all of them or without one.
    """
    least = PARAMETERS[kind] // 2 + 1
    if len(pixel) < least:
        raise UnfitError(f"it needs {least} points, one more than determine it, and there are {len(pixel)}")
    normal = normal_of(pixel, plane)
    uv, target = normal.enter(pixel), normal.shrink(plane)
    if kind is WarpKind.SIMILARITY:
        return _similarity(normal, uv, target)
    if kind is WarpKind.PROJECTIVE:
        return _projective(normal, uv, target)
    if kind is WarpKind.THIN_PLATE_SPLINE:
        return _spline(normal, uv, target)
    return _polynomial(kind, normal, uv, target)


def _similarity(normal: Normal, uv: Floats, target: Floats) -> Fit:
    """In complex numbers a similarity is a straight line: z = a + b w."""
    design = np.column_stack([np.ones(len(uv)), uv[:, 0] + 1j * uv[:, 1]])
    solved, leverage = _least_squares(design, target[:, 0] + 1j * target[:, 1])
    a, b = solved.tolist()
    c = np.array([[a.real, a.imag], [b.real, b.imag], [-b.imag, b.real]])
    warp = Polynomial(WarpKind.SIMILARITY, normal, np.round(c, _DECIMALS))
    return _linear_fit(warp, uv, target, leverage)


def _polynomial(kind: WarpKind, normal: Normal, uv: Floats, target: Floats) -> Fit:
    design = monomials(uv, 2 if kind is WarpKind.POLYNOMIAL_2 else 1)
    solved, leverage = _least_squares(design, target)
    return _linear_fit(Polynomial(kind, normal, np.round(solved, _DECIMALS)), uv, target, leverage)


def _least_squares(design: NDArray[Any], target: NDArray[Any]) -> tuple[NDArray[Any], Floats]:
    """Coefficients and leverages by an orthogonal factorisation."""
    q, r = np.linalg.qr(design)
    diagonal = np.abs(np.diag(r)) / np.sqrt(len(design))
    if diagonal.min() < _FLAT:
        raise UnfitError("the points lie on one curve of its kind, so that it is not determined")
    leverage = np.asarray((np.abs(q) ** 2).sum(axis=1))
    if leverage.max() > 1.0 - _ALONE:
        raise UnfitError(_LEANS, int(np.argmax(leverage)))
    return np.linalg.solve(r, q.conj().T @ target), leverage


def _linear_fit(warp: Polynomial, uv: Floats, target: Floats, leverage: Floats) -> Fit:
    residual = (warp.apply(uv) - target) * warp.normal.metres
    left = 1.0 - leverage
    drop = (residual**2).sum(axis=1) / left
    freedom = 2 * len(uv) - PARAMETERS[warp.kind]
    return Fit(warp, residual, residual / left[:, None], float((residual**2).sum()), drop, freedom)


def _projective(normal: Normal, uv: Floats, target: Floats) -> Fit:
    warp = _projective_to(normal, uv, target, _start(uv, target))
    loo = np.empty_like(target)
    for k in range(len(uv)):
        others = np.arange(len(uv)) != k
        try:
            without = _projective_to(normal, uv[others], target[others], warp.coefficients)
        except UnfitError:
            raise UnfitError(_LEANS, k) from None
        loo[k] = (without.apply(uv[k : k + 1]) - target[k])[0]
    if not np.isfinite(loo).all():
        raise UnfitError("without one of the points its horizon crosses the others")
    residual = warp.apply(uv) - target
    # The law of the outliers needs the change of the sum of squares; it is that of the tangent plane.
    q = np.linalg.qr(warp.design(uv).reshape(-1, 8))[0].reshape(-1, 2, 8)
    left = np.eye(2) - q @ q.transpose(0, 2, 1)
    drop = np.einsum("ni,ni->n", residual, np.linalg.solve(left, residual[:, :, None])[:, :, 0])
    scale = normal.metres
    freedom = 2 * len(uv) - PARAMETERS[WarpKind.PROJECTIVE]
    return Fit(
        warp, residual * scale, loo * scale, float((residual**2).sum()) * scale**2, drop * scale**2, freedom
    )


def _start(uv: Floats, target: Floats) -> Floats:
    """The linear solution for a projective model, whose divisor is multiplied out (DLT)."""
    rows = np.zeros((2 * len(uv), 8))
    terms = monomials(uv, 1)
    for k in (0, 1):
        rows[k::2, 3 * k : 3 * k + 3] = terms
        rows[k::2, 6:] = -target[:, k : k + 1] * uv
    _check_determined(rows)
    return np.asarray(np.linalg.lstsq(rows, target.reshape(-1), rcond=None)[0])


def _projective_to(normal: Normal, uv: Floats, target: Floats, start: Floats) -> Projective:
    """The least sum of squares in the plane, by Levenberg's damped steps from a start."""
    at, damping = Projective(normal, start), 1e-6
    miss = (target - at.apply(uv)).reshape(-1)
    if not np.isfinite(miss).all():  # the start has its horizon among the points; an affine one has none
        flat, _ = _least_squares(monomials(uv, 1), target)
        at = Projective(normal, np.concatenate([flat[:, 0], flat[:, 1], [0.0, 0.0]]))
        miss = (target - at.apply(uv)).reshape(-1)
    _check_determined(at.design(uv).reshape(-1, 8))
    for _ in range(_ROUNDS):
        design = at.design(uv).reshape(-1, 8)
        # Normal equations: their rounding makes a step a little longer or shorter, and the end no other.
        step = np.linalg.solve(design.T @ design + damping * np.eye(8), design.T @ miss)
        tried = Projective(normal, at.coefficients + step)
        left = (target - tried.apply(uv)).reshape(-1)
        if np.isfinite(left).all() and left @ left <= miss @ miss:
            at, miss, damping = tried, left, damping / 10.0
        else:
            damping *= 100.0
        if np.abs(step).max() < _STILL * 100.0:
            break
    return Projective(normal, np.round(at.coefficients, _DECIMALS))


def _check_determined(design: Floats) -> None:
    values = np.linalg.eigvalsh(design.T @ design)  # squares of the singular values, the least first
    if values[0] < _FLAT**2 * values[-1]:
        raise UnfitError("three of four points lie on one line, so that it is not determined")


def _spline(normal: Normal, uv: Floats, target: Floats) -> Fit:
    """The spline through every point; what it does without one of them is its error."""
    n = len(uv)
    terms = monomials(uv, 1)
    _least_squares(terms, target)  # says if the points lie on one line
    basis = np.linalg.qr(terms, mode="complete")[0][:, 3:]
    away = uv[:, None, :] - uv[None, :, :]
    bending = kernel((away**2).sum(axis=2))
    inverse = basis @ np.linalg.solve(basis.T @ bending @ basis, basis.T)
    weights = inverse @ target
    trend = np.linalg.lstsq(terms, target - bending @ weights, rcond=None)[0]
    diagonal = np.diag(inverse)[:, None]
    if diagonal.min() <= 0.0:
        raise UnfitError("two of the points lie too near one another")
    warp = Spline(normal, uv, np.round(weights, _DECIMALS), np.round(trend, _DECIMALS))
    drop = ((weights**2) / diagonal).sum(axis=1)
    residual = (warp.apply(uv) - target) * normal.metres
    quadratic = float((target * weights).sum())
    return Fit(warp, residual, -weights / diagonal * normal.metres, quadratic, drop, 2 * n - 6)
