"""Places in another reference system than WGS 84: axis order, zone and the datum operation."""

from collections.abc import Sequence
from math import log, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from merestone.model.coordinates import parse_pair
from merestone.model.sources import EdgeType, Operation, Source
from merestone.sources.crs import Box, Reference, pin_operation, reference
from merestone.sources.edges import Carrier
from merestone.sources.notes import Notes
from merestone.sources.ranges import outside_deg, zone_prefix
from merestone.sources.tables import metres

Floats = NDArray[np.float64]

_CE95_PER_RMSE = sqrt(log(20.0))
_FAR_DEG = 6.0
"""Places so far outside the area of use of a projection were not given in it: a zone's width."""


class OptionNotes(Notes):
    """Words the errors of the option itself."""

    @property
    def what(self) -> str:
        return "--crs"


class Grid:
    """A reference system in which places are given, and the way from it to WGS 84."""

    def __init__(self, ref: Reference, operation: Operation | None, notes: Notes) -> None:
        self._ref = ref
        self.operation = operation
        self._carrier = Carrier(ref, operation, EdgeType.STRAIGHT, notes)
        self._axes = [(axis.abbrev.lower(), axis.direction) for axis in ref.crs.axis_info]

    @property
    def text(self) -> str:
        """``EPSG:…`` where it has a code, else its name."""
        return self._ref.text

    @property
    def projected(self) -> bool:
        return self._ref.projected

    @property
    def names_x_and_y(self) -> bool:
        """Whether its own axes are called X and Y, so that columns of that name have a meaning."""
        return {name for name, _ in self._axes} == {"x", "y"}

    @property
    def axes_of_x_and_y(self) -> tuple[str, str]:
        """Which of ``x`` and ``y`` is the northing, and which the easting."""
        by_direction = {direction: name for name, direction in self._axes}
        return by_direction["north"], by_direction["east"]

    def place(self, words: Sequence[str], order: str | None) -> Floats:
        """One place, (1, 2) on WGS 84: X and Y in the order of the authority, or degrees on the own datum.

        Raises BadInputError where they cannot be read, as `carried` and `parse_pair` do.
        """
        if not self.projected:
            return self.onto_wgs84(np.array([parse_pair(" ".join(words), order)]))
        notes = OptionNotes(None, "")
        if len(words) != 2:
            raise notes.refuse(f"a place in {self.text} has two coordinates, {len(words)} given")
        if order is not None:
            raise notes.refuse(f"--order is for degrees; {self.text} has an order of its own")
        north, east = words if self._axes[0][1] == "north" else words[::-1]
        return self.carried([east], [north], ["the place"], notes)

    def carried(
        self, east: Sequence[str], north: Sequence[str], where: Sequence[str], notes: Notes
    ) -> Floats:
        """(n, 2) on WGS 84 from eastings and northings in metres, as text.

        Raises BadInputError for what is no number, off the zone, or far off the area of use.
        """
        given = np.array(
            [
                (metres(e, at, notes), metres(n, at, notes))
                for e, n, at in zip(east, north, where, strict=True)
            ]
        )
        return self.checked(given, where, notes)

    def checked(self, given: Floats, where: Sequence[str], notes: Notes) -> Floats:
        """(n, 2) on WGS 84 from eastings and northings, refused off the zone or far off the area of use."""
        self.check_zone(given, where, notes)
        carried = self._carrier.points(given)
        self.check_area(given, carried, where, notes)
        return carried

    def onto_wgs84(self, lonlat: Floats) -> Floats:
        """(n, 2) longitude, latitude on the own datum carried to WGS 84."""
        return self._carrier.points(lonlat)

    def with_operation(self, accuracy_95_m: Floats) -> Floats:
        """The accuracy of places with that of the datum operation, read as a radial RMSE, in quadrature.

        NaN where the accuracy of the operation is unknown.
        """
        if self.operation is None:
            return accuracy_95_m
        own_m = nan if self.operation.accuracy_m is None else self.operation.accuracy_m * _CE95_PER_RMSE
        return np.hypot(accuracy_95_m, own_m)

    def check_zone(self, given: Floats, where: Sequence[str], notes: Notes) -> None:
        """Refuse eastings that do not begin with the zone number, where the system has one."""
        prefix = zone_prefix(self._ref)
        if prefix is None:
            return
        off = np.flatnonzero(np.floor(given[:, 0] / 1e6) != prefix)
        if not len(off):
            return
        east, north = given[off[0]].tolist()
        order = f"{'X' if self.names_x_and_y else 'northing'} {self._axes[0][1]} first"
        swapped = np.floor(north / 1e6) == prefix
        advice = (
            f"the two are swapped ({order})" if swapped else "give it in this zone, or name another --crs"
        )
        raise notes.refuse(
            f"{where[off[0]]} has the easting {east:.3f}, but eastings in {self.text} begin with the zone "
            f"number {prefix} ({prefix} 000 000 to {prefix} 999 999 m): {advice}"
        )

    def check_area(self, given: Floats, lonlat: Floats, where: Sequence[str], notes: Notes) -> None:
        """Refuse places far outside the area of use, or nowhere on the Earth; note those a little outside."""
        lost = np.flatnonzero(~np.isfinite(lonlat).all(axis=1))
        area = self._ref.crs.area_of_use
        beyond = np.zeros(len(given))
        if area is not None and not len(lost):
            box = (area.west, area.south, area.east, area.north)
            beyond = outside_deg(lonlat[:, 0], lonlat[:, 1], box)
            lost = np.flatnonzero(beyond > _FAR_DEG)
        if len(lost):
            east, north = given[lost[0]].tolist()
            raise notes.refuse(
                f"{where[lost[0]]} is at east {east:.3f}, north {north:.3f}, far outside the area where "
                f"{self.text} is used; the two may be swapped, or another --crs may be meant"
            )
        if beyond.max(initial=0.0) > 1.0:
            at = int(np.argmax(beyond))
            place = (float(lonlat[at, 0]), float(lonlat[at, 1]))
            notes.add("outside-area-of-use", place, crs=self.text, degrees=round(float(beyond[at]), 2))


def grid_reference(text: str, notes: Notes) -> Reference:
    """The reference system called `text`, refused where its axes are not north and east from Greenwich."""
    ref = reference(text, notes, key=text)
    directions = {axis.direction for axis in ref.crs.axis_info}
    if directions != {"north", "east"}:
        raise notes.refuse(
            f"the axes of {ref.text} point {' and '.join(sorted(directions))}, not north and east"
        )
    if not (ref.projected or ref.greenwich_degrees):
        raise notes.refuse(f"{ref.text} does not count degrees from Greenwich; carry the places over first")
    return ref


def grid_of(text: str, sources: Sequence[Source], extent: Box) -> Grid:
    """The reference system called `text`, with the operation of a source that is in it, if one is.

    Else the operation is pinned as for a source that fills ``extent``. Raises BadInputError where
    the system is not known, has other axes than north and east, or no operation leads from it.
    """
    notes = OptionNotes(None, "")
    ref = grid_reference(text, notes)
    if ref.on_wgs84:
        return Grid(ref, None, notes)
    for source in sources:
        if source.info.crs == ref.text and source.info.operation is not None:
            return Grid(ref, source.info.operation, notes)
    pinned = pin_operation(ref, extent, None, notes)
    operation = Operation(pinned["code"], pinned["name"], pinned["accuracy_m"], pinned["definition"])
    return Grid(ref, operation, notes)
