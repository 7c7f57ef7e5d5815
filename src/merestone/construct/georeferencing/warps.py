"""The five models that lay a scan onto the plane. See docs/method/georeferencing.md.

All work in normalised coordinates (Hartley 1997, doi:10.1109/34.601246): pixels and metres are moved to
the middle of the control points and scaled to a mean square distance of 2, rows turned upward. So the
equations are well conditioned whatever the zone prefix of an easting or the size of a scan.

Coefficients are rounded before anything is computed from them, and are published as they are used: the
other side obtains the same places from the figures of ``georeference.json``.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from merestone.model.georeference import WarpKind

Floats = NDArray[np.float64]

_STEPS = 60


@dataclass(frozen=True, slots=True)
class Normal:
    """Pixels and plane about the middle of the control points, of size 1."""

    column: float
    row: float
    pixels: float
    east_m: float
    north_m: float
    metres: float

    def enter(self, pixel: Floats) -> Floats:
        """(n, 2) column, row to normalised right, up."""
        return np.column_stack(
            [(pixel[:, 0] - self.column) / self.pixels, (self.row - pixel[:, 1]) / self.pixels]
        )

    def pixel(self, uv: Floats) -> Floats:
        """The way back."""
        return np.column_stack([self.column + uv[:, 0] * self.pixels, self.row - uv[:, 1] * self.pixels])

    def shrink(self, plane: Floats) -> Floats:
        """(n, 2) metres east, north to normalised ones."""
        return (plane - (self.east_m, self.north_m)) / self.metres

    def grow(self, normal: Floats) -> Floats:
        """The way back."""
        return normal * self.metres + (self.east_m, self.north_m)


def normal_of(pixel: Floats, plane: Floats) -> Normal:
    """The normalisation of control points, its figures rounded to pixels and metres of few digits."""

    def spread(places: Floats) -> float:
        return float(np.sqrt(((places - places.mean(axis=0)) ** 2).sum(axis=1).mean() / 2.0))

    (column, row), (east, north) = pixel.mean(axis=0).tolist(), plane.mean(axis=0).tolist()
    figures = (column, row, spread(pixel), east, north, spread(plane))
    return Normal(*(round(figure, 3) for figure in figures))


class Warp(Protocol):
    """A model with its coefficients. Arrays are (n, 2), normalised."""

    @property
    def kind(self) -> WarpKind: ...

    @property
    def normal(self) -> Normal: ...

    def apply(self, uv: Floats) -> Floats:
        """Where the model puts places of the scan; NaN where it puts them nowhere."""

    def slopes(self, uv: Floats) -> Floats:
        """(n, 2, 2): the derivatives of `apply`, by row of the result."""

    def parameters(self) -> dict[str, Any]:
        """The coefficients by name, as they are used."""


def to_plane(warp: Warp, pixel: Floats) -> Floats:
    """(n, 2) column, row to metres east, north in the plane."""
    return warp.normal.grow(warp.apply(warp.normal.enter(pixel)))


def plane_slopes(warp: Warp, pixel: Floats) -> Floats:
    """(n, 2, 2) metres east, north in the plane for each pixel to the right and each row downward."""
    slopes = warp.slopes(warp.normal.enter(pixel)) * (warp.normal.metres / warp.normal.pixels)
    return np.asarray(slopes * np.array([1.0, -1.0]))


def to_pixel(warp: Warp, plane: Floats, start: Floats | None = None) -> Floats:
    """(n, 2) metres in the plane to column, row, by Newton's method; NaN where nothing is found.

    The result is good to 1e-7 of a pixel or better: steps end when none moves farther than that.
    ``start`` (n, 2) is a guess of column, row; without one the search begins in the middle.
    """
    target = warp.normal.shrink(plane)
    uv = np.zeros_like(target) if start is None else warp.normal.enter(start)
    small = 1e-7 / warp.normal.pixels
    active = np.arange(len(target))
    for _ in range(_STEPS):
        step = _newton_step(warp, uv[active], target[active])
        uv[active] += step
        active = active[~(np.abs(step) <= small).all(axis=1)]
        if not len(active):
            break
    uv[active] = np.nan
    return warp.normal.pixel(uv)


def _newton_step(warp: Warp, uv: Floats, target: Floats) -> Floats:
    """One step towards the target, no longer than the size of the control points."""
    with np.errstate(all="ignore"):
        miss = target - warp.apply(uv)
        slopes = warp.slopes(uv)
        det = slopes[:, 0, 0] * slopes[:, 1, 1] - slopes[:, 0, 1] * slopes[:, 1, 0]
        step = np.column_stack(
            [
                (slopes[:, 1, 1] * miss[:, 0] - slopes[:, 0, 1] * miss[:, 1]) / det,
                (slopes[:, 0, 0] * miss[:, 1] - slopes[:, 1, 0] * miss[:, 0]) / det,
            ]
        )
        length = np.hypot(step[:, 0], step[:, 1])
        return np.asarray(step / np.maximum(length, 1.0)[:, None])


def monomials(uv: Floats, degree: int) -> Floats:
    """(n, 3) or (n, 6): 1, u, v, and for degree 2 u², uv, v²."""
    u, v = uv[:, 0], uv[:, 1]
    columns = [np.ones(len(uv)), u, v]
    if degree == 2:
        columns += [u * u, u * v, v * v]
    return np.column_stack(columns)


@dataclass(frozen=True, slots=True, eq=False)
class Polynomial:
    """Similarity, affine and second-order polynomial: ``coefficients`` (k, 2) of the monomials."""

    kind: WarpKind
    normal: Normal
    coefficients: Floats

    def apply(self, uv: Floats) -> Floats:
        terms = monomials(uv, 2 if len(self.coefficients) == 6 else 1)
        # Sums in a stated order: a product of matrices may differ in its last bit from machine to machine.
        done = terms[:, :1] * self.coefficients[0]
        for k in range(1, len(self.coefficients)):
            done = done + terms[:, k : k + 1] * self.coefficients[k]
        return np.asarray(done)

    def slopes(self, uv: Floats) -> Floats:
        c = self.coefficients
        u, v = uv[:, :1], uv[:, 1:]
        by_u, by_v = c[1] + 0.0 * u, c[2] + 0.0 * v
        if len(c) == 6:
            by_u = by_u + 2.0 * c[3] * u + c[4] * v
            by_v = by_v + c[4] * u + 2.0 * c[5] * v
        return np.stack([by_u, by_v], axis=2)

    def parameters(self) -> dict[str, Any]:
        names = ("1", "u", "v", "u2", "uv", "v2")[: len(self.coefficients)]
        return {
            axis: dict(zip(names, self.coefficients[:, k].tolist(), strict=True))
            for k, axis in enumerate(("east", "north"))
        }


@dataclass(frozen=True, slots=True, eq=False)
class Projective:
    """Eight ``coefficients``: east (1, u, v), north (1, u, v), and the divisor's u and v."""

    normal: Normal
    coefficients: Floats
    kind: WarpKind = WarpKind.PROJECTIVE

    def apply(self, uv: Floats) -> Floats:
        c = self.coefficients
        u, v = uv[:, 0], uv[:, 1]
        divisor = self.divisor(uv)
        with np.errstate(all="ignore"):
            done = np.column_stack(
                [(c[0] + c[1] * u + c[2] * v) / divisor, (c[3] + c[4] * u + c[5] * v) / divisor]
            )
        done[divisor <= 0.0] = np.nan
        return done

    def divisor(self, uv: Floats) -> Floats:
        """What both numerators are divided by; 0 at the horizon, beyond which nothing is placed."""
        return np.asarray(1.0 + self.coefficients[6] * uv[:, 0] + self.coefficients[7] * uv[:, 1])

    def slopes(self, uv: Floats) -> Floats:
        c = self.coefficients
        divisor = self.divisor(uv)
        done = np.empty((len(uv), 2, 2))
        placed = self.apply(uv)
        with np.errstate(all="ignore"):
            for k in (0, 1):
                done[:, k, 0] = (c[3 * k + 1] - c[6] * placed[:, k]) / divisor
                done[:, k, 1] = (c[3 * k + 2] - c[7] * placed[:, k]) / divisor
        return done

    def design(self, uv: Floats) -> Floats:
        """(n, 2, 8): the derivatives of `apply` by the coefficients."""
        placed, divisor = self.apply(uv), self.divisor(uv)
        over = monomials(uv, 1) / divisor[:, None]
        done = np.zeros((len(uv), 2, 8))
        for k in (0, 1):
            done[:, k, 3 * k : 3 * k + 3] = over
            done[:, k, 6:] = -placed[:, k : k + 1] * over[:, 1:]
        return done

    def parameters(self) -> dict[str, Any]:
        c = self.coefficients.tolist()
        names = ("1", "u", "v")
        return {
            "east": dict(zip(names, c[:3], strict=True)),
            "north": dict(zip(names, c[3:6], strict=True)),
            "divisor": {"1": 1.0, "u": c[6], "v": c[7]},
        }


def kernel(squared: Floats) -> Floats:
    """The thin-plate spline of a squared distance: r² ln r (Duchon 1977), 0 at 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        done = 0.5 * squared * np.log(squared)
    return np.where(squared > 0.0, done, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Spline:
    """``knots`` (n, 2) normalised, ``weights`` (n, 2) of the kernel there, ``trend`` (3, 2) of 1, u, v."""

    normal: Normal
    knots: Floats
    weights: Floats
    trend: Floats
    kind: WarpKind = WarpKind.THIN_PLATE_SPLINE

    def apply(self, uv: Floats) -> Floats:
        done = self.trend[0] + uv[:, :1] * self.trend[1] + uv[:, 1:] * self.trend[2]
        for knot, weight in zip(self.knots, self.weights, strict=True):
            away = uv - knot
            done += kernel(away[:, 0] ** 2 + away[:, 1] ** 2)[:, None] * weight
        return np.asarray(done)

    def slopes(self, uv: Floats) -> Floats:
        done = np.empty((len(uv), 2, 2))
        done[:] = np.stack([self.trend[1], self.trend[2]], axis=1)
        for knot, weight in zip(self.knots, self.weights, strict=True):
            away = uv - knot
            squared = away[:, 0] ** 2 + away[:, 1] ** 2
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = np.where(squared > 0.0, np.log(squared) + 1.0, 0.0)
            done += (factor[:, None] * away)[:, None, :] * weight[:, None]
        return done

    def parameters(self) -> dict[str, Any]:
        names = ("1", "u", "v")
        return {
            "knots": [{"u": u, "v": v} for u, v in self.knots.tolist()],
            "east": {
                **dict(zip(names, self.trend[:, 0].tolist(), strict=True)),
                "weights": self.weights[:, 0].tolist(),
            },
            "north": {
                **dict(zip(names, self.trend[:, 1].tolist(), strict=True)),
                "weights": self.weights[:, 1].tolist(),
            },
        }
