"""Whether control points can place a scan at all: repeated, on a line, mirrored."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merestone.construct.georeferencing.fitting import UnfitError, fit
from merestone.errors import BadInputError
from merestone.model.georeference import ControlPoint, WarpKind

Floats = NDArray[np.float64]

FEWEST = 4
"""Three points determine an affine model; a fourth tells its error."""
NARROW = 0.05
"""Points whose strip is narrower than this share of its length are nearly on a line."""
SAME_PIXEL = 0.01
SAME_PLACE_M = 0.001
_MISFIT = 0.1
"""An error of this share of the size of the points is none of drawing or paper."""
_PLAIN = 0.1
"""A reading that leaves less than this share of an error explains it."""


@dataclass(frozen=True, slots=True)
class Strip:
    """The narrowest strip that the points lie in, by their standard deviations along it and across."""

    along: float
    across: float

    @property
    def share(self) -> float:
        return self.across / self.along


def strip_of(places: Floats) -> Strip:
    """The strip of (n, 2) places, in their unit."""
    centred = places - places.mean(axis=0)
    along, across = (np.linalg.svd(centred, compute_uv=False) / np.sqrt(len(places))).tolist()
    return Strip(along, across)


def check_arrangement(points: Sequence[ControlPoint], plane: Floats) -> None:
    """Refuse points that are too few, repeated, or nearly on one line.

    ``plane`` is (n, 2) metres. Raises BadInputError with the points and figures.
    """
    if len(points) < FEWEST:
        raise BadInputError(
            f"{len(points)} control point(s) are too few: {FEWEST} are needed, well spread, so that one can "
            "tell the error of the others; add points"
        )
    pixel = pixels_of(points)
    _check_repeated(points, pixel, plane)
    for what, places, unit in (("on the scan", pixel, "pixels"), ("on the ground", plane, "m")):
        strip = strip_of(places)
        if strip.share < NARROW:
            raise BadInputError(
                f"the control points lie nearly on a line {what}: they spread {strip.along:,.0f} {unit} "
                f"along it and {strip.across:,.1f} {unit} across, {strip.share:.1%} where {NARROW:.0%} are "
                "needed; add points beside it"
            )


def pixels_of(points: Sequence[ControlPoint]) -> Floats:
    """(n, 2) column, row."""
    return np.array([(point.column, point.row) for point in points])


def _check_repeated(points: Sequence[ControlPoint], pixel: Floats, plane: Floats) -> None:
    for k in range(1, len(points)):
        same_pixel = np.abs(pixel[:k] - pixel[k]).max(axis=1) <= SAME_PIXEL
        same_place = np.abs(plane[:k] - plane[k]).max(axis=1) <= SAME_PLACE_M
        for what, same in (("pixel", same_pixel), ("place on the map", same_place)):
            if same.any():
                one, other = points[int(np.argmax(same))], points[k]
                also = "" if (same_pixel & same_place).any() else f", but two {_OTHER[what]}"
                raise BadInputError(
                    f"control points {one.id} ({one.where}) and {other.id} ({other.where}) have one {what}"
                    f"{also}; leave one out: a point that is given twice vouches for itself"
                )


_OTHER = {"pixel": "places on the map", "place on the map": "pixels"}


def check_orientation(points: Sequence[ControlPoint], plane: Floats) -> None:
    """Refuse points that fit only as a mirror image: axes were exchanged, or rows counted upward.

    Raises BadInputError with what a similarity leaves as they are, and with the axes exchanged.
    """
    pixel = pixels_of(points)
    try:
        slopes = fit(WarpKind.AFFINE, pixel, plane).warp.slopes(np.zeros((1, 2)))[0]
    except UnfitError:  # what they do determine is told later
        return
    if np.linalg.det(slopes) > 0.0:
        return
    given = _rms(fit(WarpKind.SIMILARITY, pixel, plane).residual)
    swapped = _rms(fit(WarpKind.SIMILARITY, pixel, plane[:, ::-1]).residual)
    raise BadInputError(
        f"the control points fit the scan only as its mirror image: a similarity leaves {given:,.0f} m as "
        f"they are, and {swapped:,.0f} m with the coordinates exchanged; give easting as x and northing as "
        "y (or name the columns), and count rows downward from the top"
    )


def check_misfit(plane: Floats, loo_rmse_m: float, told: Sequence[str]) -> None:
    """Refuse points that fit no map: wrong zone, exchanged axes, the points of another sheet.

    ``told`` are sentences about points that stand out. Raises BadInputError with the figures.
    """
    size = float(np.hypot(*np.ptp(plane, axis=0)))
    if loo_rmse_m <= _MISFIT * size:
        return
    about = f" ({'; '.join(told)})" if told else ""
    raise BadInputError(
        f"the control points fit no map: where each is foretold by the others, it lies {loo_rmse_m:,.0f} m "
        f"off, on a scan of {size:,.0f} m across{about}; check zone, order of axes and sheet"
    )


def _rms(vectors: Floats) -> float:
    return float(np.sqrt((vectors**2).sum(axis=1).mean()))


def reading_of(given: Floats, foretold: Floats, readings: Sequence[tuple[str, Floats]]) -> str | None:
    """The reading of one point's coordinates that would put it where the others foretell it.

    ``given`` and ``foretold`` are (2,) metres in the plane, ``readings`` names with the place that each
    gives. None: none explains the error.
    """
    off = float(np.hypot(*(given - foretold)))
    for name, place in readings:
        if np.isfinite(place).all() and float(np.hypot(*(place - foretold))) < _PLAIN * off:
            return name
    return None
