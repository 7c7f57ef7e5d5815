"""The sheet that a placed scan becomes: a raster in the map's system, and the pixel each of its takes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.construct.georeferencing.warps import Warp, plane_slopes, to_pixel, to_plane
from merestone.errors import BadInputError
from merestone.model.georeference import MapSystem, Sheet

Floats = NDArray[np.float64]

WITHIN_PX = 0.05
"""No pixel is looked up farther than this from where the model has it."""
_STEPS = (64, 32, 16, 8, 4, 2, 1)
_EDGE = 257
_BESIDE = 0.25
"""The search for a place begins within the scan and this share of it beside."""
_MOST_TIMES = 4.0
"""A sheet of more than so many pixels for each of the scan is an extrapolation, not a map."""
_SMALL = 512 * 512
"""Sheets of no more pixels are drawn in any case."""


def sheet_of(warp: Warp, system: MapSystem, width: int, height: int) -> Sheet:
    """The sheet that holds a scan of ``width`` by ``height`` pixels, at the scan's own fineness.

    Raises BadInputError where the model stretches the scan out of all proportion.
    """
    outline = _outline(width, height)
    xy = system.leave(to_plane(warp, outline))
    (west, south), (east, north) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
    across, down = _pixel(warp, system, width, height)
    left, top = np.floor(west / across) * across, np.ceil(north / down) * down
    columns, rows = int(np.ceil((east - left) / across)), int(np.ceil((top - south) / down))
    if columns * rows > _MOST_TIMES * max(width * height, _SMALL):
        raise BadInputError(
            f"the model would draw the scan of {width} by {height} pixels on a sheet of {columns} by {rows}: "
            "it runs wild beyond the control points; add points near the edges, or take a simpler --model"
        )
    return Sheet(float(left), float(top), across, down, columns, rows)


def _outline(width: int, height: int) -> Floats:
    along = np.linspace(0.0, 1.0, _EDGE)
    none = np.zeros(_EDGE)
    sides = [(along, none), (along, none + 1.0), (none, along), (none + 1.0, along)]
    return np.concatenate([np.column_stack([u * width, v * height]) for u, v in sides])


def _pixel(warp: Warp, system: MapSystem, width: int, height: int) -> tuple[float, float]:
    """Sides of a pixel of the sheet: square on the plane, as large as one in the middle of the scan."""
    middle = np.array([[width / 2.0, height / 2.0]])
    corners = middle + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    at, right, down = to_plane(warp, corners)
    side_m = float(np.sqrt(abs(np.linalg.det(np.stack([right - at, down - at])))))
    own = system.leave(at + side_m * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    return _neat(float(np.hypot(*(own[1] - own[0])))), _neat(float(np.hypot(*(own[2] - own[0]))))


def _neat(figure: float) -> float:
    """Four significant digits: a side that people can read."""
    return float(f"{figure:.4g}")


class Lookup:
    """Which pixel of the scan each pixel of the sheet takes: the nearest to where the model has its middle.

    The model is turned round at the nodes of a lattice and interpolated between them, on a lattice so fine
    that nothing is off by more than `WITHIN_PX`, as measured in the middles between nodes.
    """

    def __init__(self, warp: Warp, system: MapSystem, sheet: Sheet, scan: tuple[int, int]) -> None:
        """``scan`` is width and height of the scan."""
        self._warp = warp
        self._system = system
        self._sheet = sheet
        size = np.array(scan, dtype=np.float64)
        self._least, self._most = -_BESIDE * size, (1.0 + _BESIDE) * size
        self._middle = size[None, :] / 2.0
        self._placed = to_plane(warp, self._middle)
        self._back = np.linalg.inv(plane_slopes(warp, self._middle)[0])

    def tile(self, row: int, column: int, height: int, width: int) -> tuple[Floats, Floats]:
        """Columns and rows of the scan, (height, width), for the middles of a tile of the sheet.

        NaN where the model has nothing.
        """
        for step in _STEPS:
            nodes = self._nodes(row, column, height, width, step)
            if step == 1 or self._fine(nodes, row, column, step):
                break
        done = [_between(nodes[:, :, k], step, height, width) for k in (0, 1)]
        return done[0], done[1]

    def _nodes(self, row: int, column: int, height: int, width: int, step: int) -> Floats:
        rows = row + step * np.arange(-(-height // step) + 1)
        columns = column + step * np.arange(-(-width // step) + 1)
        return self._exact(rows, columns)

    def _exact(self, rows: NDArray[Any], columns: NDArray[Any]) -> Floats:
        """(rows, columns, 2) column and row of the scan by the model itself."""
        sheet = self._sheet
        x = sheet.west + (columns + 0.5) * sheet.across
        y = sheet.north - (rows + 0.5) * sheet.down
        xy = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
        plane = self._system.enter(xy)
        away = plane - self._placed
        guess = self._middle + away[:, :1] * self._back[:, 0] + away[:, 1:] * self._back[:, 1]
        found = to_pixel(self._warp, plane, np.clip(guess, self._least, self._most))
        return found.reshape(len(rows), len(columns), 2)

    def _fine(self, nodes: Floats, row: int, column: int, step: int) -> bool:
        """Whether linear interpolation between the nodes is near enough to the model in the middles."""
        middles = (nodes[:-1, :-1] + nodes[1:, :-1] + nodes[:-1, 1:] + nodes[1:, 1:]) / 4.0
        rows = row + step * (np.arange(len(middles)) + 0.5)
        columns = column + step * (np.arange(middles.shape[1]) + 0.5)
        away = np.abs(middles - self._exact(rows, columns))
        return not (away > WITHIN_PX).any()  # where there is nothing, nothing is looked up


def _between(nodes: Floats, step: int, height: int, width: int) -> Floats:
    """Linear in rows, then in columns; nodes are ``step`` apart."""
    if step == 1:
        return nodes[:height, :width]
    at, share = np.divmod(np.arange(height), step)
    down = nodes[at] + (nodes[at + 1] - nodes[at]) * (share / step)[:, None]
    across = np.diff(down, axis=1)[:, :, None] * (np.arange(step) / step)
    across += down[:, :-1, None]
    return np.asarray(across.reshape(height, -1)[:, :width])
