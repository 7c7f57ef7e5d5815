"""What a table of turning points says twice: its order by numbers, its legs by azimuth and length.

A table whose figures contradict its coordinates is refused: one of the two is wrong, and nothing here can
tell which. Stated figures are held against the coordinates to what either is written to.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import degrees

import numpy as np
from numpy.typing import NDArray

from merestone.construct.legs import measured
from merestone.model.coordinates import parse_angle
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType
from merestone.sources.notes import Notes

Floats = NDArray[np.float64]

STATED: Mapping[str, tuple[str, ...]] = {
    "azimuth": ("azimuth_deg", "azimuth", "bearing"),
    "length": ("length_m", "distance_m", "length"),
}
"""Columns that state a leg, in the row of the point where it begins."""
_METRES_PER_DEG = 111_320.0
_FINEST = ((("″", '"'), 3600.0), (("′", "'"), 60.0))
_SHARE = 2e-3
"""A length may be one on the ground or in a grid: longer or shorter by up to 2 in 1000."""
_TURNED_DEG = 2.0
"""An azimuth may be one of a grid, turned by the convergence of meridians."""
_NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class StatedPoint:
    """A row: its line in the file, its number, its coordinates as written, and what it says of its leg."""

    row: int
    number: str
    written: tuple[str, ...]
    azimuth: str
    length: str
    leads_on: bool


def check_order(points: Sequence[StatedPoint], closed: bool, notes: Notes) -> None:
    """Refuse whole numbers that do not count up by one; a ring (`closed`) may come back to its first."""
    if not all(point.number.isdecimal() for point in points):
        return
    numbers = [int(point.number) for point in points]
    for k in range(1, len(points)):
        before, here = numbers[k - 1], numbers[k]
        back = k == len(points) - 1 and here == numbers[0]
        if not points[k - 1].leads_on or here == before + 1 or (back and closed):
            continue
        where = f"line {points[k].row}: point {here} follows point {before}"
        if here <= before:
            raise notes.refuse(f"{where}; put the rows in the order in which the line runs")
        missing = f"point {before + 1} is" if here == before + 2 else f"points {before + 1} to {here - 1} are"
        raise notes.refuse(
            f"{where}, so {missing} missing; add what is missing, or write none in the column of the line"
            f" type of point {before} if no leg leads on"
        )


def check_legs(
    points: Sequence[StatedPoint],
    lonlat: Floats,
    legs: Sequence[EdgeType | None],
    ellipsoid: Ellipsoid,
    notes: Notes,
) -> int:
    """Hold stated azimuths and lengths against coordinates, (n, 2) degrees; how many legs state any.

    Raises BadInputError where they contradict one another.
    """
    checked = 0
    # The finest of a table is how all its coordinates are written: 41.5 may stand for 41.50000.
    written_m = 2.0**0.5 * min((_written_m(point) for point in points), default=0.0)
    for k, kind in enumerate(legs):
        point, to = points[k], points[k + 1]
        if kind is None or kind is EdgeType.GRID or not (point.azimuth or point.length):
            continue
        azimuth, length_m = (float(one[0]) for one in measured(lonlat[k : k + 2], (kind,), ellipsoid))
        _check(point, to, (azimuth, length_m), written_m, notes)
        checked += 1
    return checked


def _check(
    point: StatedPoint, to: StatedPoint, by_coordinates: tuple[float, float], written_m: float, notes: Notes
) -> None:
    azimuth, length_m = by_coordinates
    stated_m = _metres(point, notes) if point.length else None
    stated_deg = _degrees(point, notes) if point.azimuth else None
    wrong = False
    if stated_m is not None:
        wrong = abs(stated_m[0] - length_m) > written_m + stated_m[1] + _SHARE * length_m
    turned = 0.0 if stated_deg is None else abs((stated_deg[0] - azimuth + 180.0) % 360.0 - 180.0)
    if stated_deg is not None and length_m > 0.0:
        wrong = wrong or turned > _TURNED_DEG + stated_deg[1] + degrees(min(written_m / length_m, np.pi))
    if not wrong:
        return
    said = [] if stated_m is None else [f"{stated_m[0]:,.3f} m long"]
    said += [] if stated_deg is None else [f"in azimuth {stated_deg[0]:.4f}°"]
    back = turned > 180.0 - _TURNED_DEG
    raise notes.refuse(
        f"line {point.row}: the leg from point {point.number} to point {to.number} is stated as"
        f" {' '.join(said)}, but its coordinates make it {length_m:,.3f} m long in azimuth {azimuth:.4f}°"
        f"{', the leg the other way round' if back else ''}; correct whichever is wrong, or the order of rows"
    )


def _written_m(point: StatedPoint) -> float:
    """How far a place may lie from its written coordinates: a unit of the last digit, in metres."""
    return max(_unit_deg(text) for text in point.written) * _METRES_PER_DEG


def _unit_deg(text: str) -> float:
    """One unit of the last digit of an angle as written, in degrees."""
    decimals = [len(found.group(1) or ".") - 1 for found in _NUMBER.finditer(text)]
    size = next((per for signs, per in _FINEST if any(sign in text for sign in signs)), 1.0)
    return float(10.0 ** -(decimals[-1] if decimals else 0) / size)


def _metres(point: StatedPoint, notes: Notes) -> tuple[float, float]:
    """A stated length and a unit of its last digit."""
    if not _NUMBER.fullmatch(point.length):
        raise notes.refuse(
            f"line {point.row}: the length '{point.length}' is no number of metres; write e.g. 5131.2,"
            " decimals after a point"
        )
    return float(point.length), 10.0 ** -len(point.length.partition(".")[2])


def _degrees(point: StatedPoint, notes: Notes) -> tuple[float, float]:
    """A stated azimuth and a unit of its last digit."""
    try:
        return parse_angle(point.azimuth, "lon"), _unit_deg(point.azimuth)
    except ValueError as error:
        raise notes.refuse(f"line {point.row}: as azimuth, {error}") from None
