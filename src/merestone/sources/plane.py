"""A named plane for the coordinates of a table: any projected reference system, with its datum operation."""

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection

from merestone.model.sources import Operation
from merestone.sources.crs import Reference, own_lonlat, pin_operation, reference, to_wgs84
from merestone.sources.notes import Notes

Floats = NDArray[np.float64]


class GridSystem:
    """A projected system as a `merestone.model.descriptions.Grid`. ``name`` is its code, or its name."""

    def __init__(self, text: str, places: Floats) -> None:
        """`places` (n, 2) degrees choose the datum operation. Raises BadInputError for no such system."""
        notes = _OptionNotes(None, "--grid")
        ref = reference(text, notes, key="grid")
        if not ref.projected:
            raise notes.refuse(f"'{text}' has no metres; name a projected system, such as EPSG:32638")
        self.name = ref.text
        self.operation = None if ref.on_wgs84 else _operation(ref, places, notes)
        unproject = own_lonlat(ref)
        assert unproject is not None
        self._unproject = unproject
        self._shift = to_wgs84(ref, self.operation)

    def enter(self, lonlat: Floats) -> Floats:
        """Longitude, latitude on WGS 84 to metres east, north; (n, 2)."""
        back = TransformDirection.INVERSE
        return _run(self._unproject, _run(self._shift, lonlat, back), back)

    def leave(self, eastnorth: Floats) -> Floats:
        """The way back."""
        return _run(self._shift, _run(self._unproject, eastnorth))


class _OptionNotes(Notes):
    """There is no file to name, but an option."""

    @property
    def what(self) -> str:
        return self.path


def _operation(ref: Reference, places: Floats, notes: Notes) -> Operation:
    (west, south), (east, north) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    pinned = pin_operation(ref, (west, south, east, north), None, notes)
    return Operation(pinned["code"], pinned["name"], pinned["accuracy_m"], pinned["definition"])


def _run(
    transformer: Transformer | None, xy: Floats, way: TransformDirection = TransformDirection.FORWARD
) -> Floats:
    if transformer is None:
        return xy
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1], direction=way))
