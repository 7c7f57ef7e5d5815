"""Outlines of bands round limits, for the live map.

A stroke as wide as the band would be darker wherever it overlaps itself, in each bend; an area is not.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

_RADIUS_M = 6_371_008.8
_ROW_DEG = 0.5
"""The scale of Mercator is taken anew in each row of latitude: at 60° it changes by 0.8 % to its edges."""
_COARSE = 0.08
"""Lines and outlines are thinned to this share of the band's half width: finer is not to be seen."""


def outline(lines: Sequence["shapely.Geometry"], half_m: float) -> "shapely.Geometry":
    """The places within ``half_m`` metres of lines in longitude/latitude degrees, below 84.5° of latitude.

    Longitudes go on beyond ±180° where those of the lines do.
    """
    thin_deg = np.degrees(_COARSE * half_m / _RADIUS_M)
    drawn = shapely.simplify(shapely.get_parts(np.array(lines, dtype=object)), thin_deg)
    cut = shapely.segmentize(shapely.normalize(drawn), _ROW_DEG / 2.0)
    runs, lat = zip(*_runs(cut), strict=True)
    flat = shapely.transform(np.array(runs, dtype=object), _to_mercator)
    reach = half_m / np.cos(np.radians(lat))
    about = shapely.union_all(shapely.buffer(flat, reach))
    return shapely.transform(shapely.normalize(shapely.simplify(about, _COARSE * half_m)), _from_mercator)


def _runs(lines: np.ndarray) -> Iterator[tuple["shapely.Geometry", float]]:
    """Each line in stretches within one row of latitude, with the latitude of the row's middle."""
    for line in lines:
        coords = shapely.get_coordinates(line)
        row = np.floor((coords[:-1, 1] + coords[1:, 1]) / (2.0 * _ROW_DEG))
        first = np.flatnonzero(np.diff(row, prepend=np.inf))
        for begin, end in zip(first.tolist(), [*first[1:].tolist(), len(row)], strict=True):
            yield shapely.linestrings(coords[begin : end + 1]), float((row[begin] + 0.5) * _ROW_DEG)


def _to_mercator(lonlat: np.ndarray) -> np.ndarray:
    lon, lat = np.radians(lonlat).T
    return np.asarray(_RADIUS_M * np.column_stack([lon, np.arcsinh(np.tan(lat))]))


def _from_mercator(metres: np.ndarray) -> np.ndarray:
    x, y = metres.T / _RADIUS_M
    return np.asarray(np.degrees(np.column_stack([x, np.arctan(np.sinh(y))])))
