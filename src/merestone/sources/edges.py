"""Edges as a source declares them, carried to WGS 84 as chains that are straight in longitude/latitude.

An edge may be straight in the file's own longitude/latitude, a geodesic, a loxodrome, a parallel or
straight in its grid. After the datum operation none of these is straight any more, strictly; every
edge is replaced by a chain that nowhere departs more than CHAIN_M from it (ADR 0001). Vertices keep
their places, and shared edges stay shared.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError

from merestone.geometry.densify import densified
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import EdgeType, Operation
from merestone.sources.crs import Reference, own_lonlat, to_wgs84
from merestone.sources.longitudes import unwrapped
from merestone.sources.notes import Notes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
CHAIN_M = 0.0002
_ONE_LATITUDE_DEG = 1e-9


class Carrier:
    """Carries lines of one source to WGS 84 longitude, latitude in degrees."""

    def __init__(self, ref: Reference, operation: Operation | None, edges: EdgeType, notes: Notes) -> None:
        self.edges = edges
        self._ref = ref
        self._notes = notes
        self._unproject = own_lonlat(ref)
        self._shift = to_wgs84(ref, operation)
        self.bent = 0
        """Edges taken the short way across 180° so far."""

    @property
    def identity(self) -> bool:
        """Whether coordinates and edges stay as they are."""
        return self._ref.plain and self.edges in (EdgeType.STRAIGHT, EdgeType.GRID)

    def points(self, xy: Floats) -> Floats:
        """Places without edges, (n, 2)."""
        return self._to_wgs84(self._to_own(xy))

    def line(self, xy: Floats, legs: Sequence[EdgeType] | None = None) -> tuple[Floats, Flags]:
        """A line or ring of the file, (n, 2), as chain (m, 2), and which of its vertices were drawn.

        ``legs`` gives the type of each of the n - 1 edges where they differ. Longitudes are
        continuous along the line. Raises BadInputError for an edge that its type does not define.
        """
        own, changed = unwrapped(self._to_own(xy))
        self.bent += changed
        if legs is None or len(set(legs)) < 2:
            return self._chain(xy, own, legs[0] if legs else self.edges)
        chains, flags = [], []
        start = 0
        for k in range(1, len(legs) + 1):
            if k == len(legs) or legs[k] is not legs[start]:
                chain, drawn = self._chain(xy[start : k + 1], own[start : k + 1], legs[start])
                last = k == len(legs)
                chains.append(chain if last else chain[:-1])
                flags.append(drawn if last else drawn[:-1])
                start = k
        return np.concatenate(chains), np.concatenate(flags)

    def _chain(self, xy: Floats, own: Floats, edges: EdgeType) -> tuple[Floats, Flags]:
        if edges is EdgeType.GRID and self._ref.projected:
            return self._bent(xy, own, self._from_grid, CHAIN_M)
        if edges is EdgeType.PARALLEL:
            self._check_parallel(own)
        if edges not in (EdgeType.GEODESIC, EdgeType.LOXODROME):
            if self._shift is None:
                return own, np.ones(len(own), dtype=bool)
            # Straight on the own datum is not quite straight on WGS 84: 1 cm off in 100 km for SK-42.
            return self._bent(own, own, self._to_wgs84, CHAIN_M)
        if self._shift is None:
            return densified(own, edges, CHAIN_M, WGS84)
        # Two steps share the allowed departure: bent on the own ellipsoid, then carried over.
        fine, drawn = densified(own, edges, 0.5 * CHAIN_M, self._ref.ellipsoid)
        chain, kept = self._bent(fine, fine, self._to_wgs84, 0.5 * CHAIN_M)
        flags = np.zeros(len(chain), dtype=bool)
        flags[kept] = drawn
        return chain, flags

    def _bent(
        self, flat: Floats, own: Floats, to_lonlat: Callable[[Floats], Floats], departure_m: float
    ) -> tuple[Floats, Flags]:
        """The chain on WGS 84 of edges that are straight in the plane of `flat`."""
        ends = self._to_wgs84(own)
        # The way back is looked up: an inverse in two dimensions forgets the height: 0.2 mm for SK-42.
        return densified(ends, EdgeType.GRID, departure_m, WGS84, _Lookup(ends, flat), to_lonlat)

    def _check_parallel(self, own: Floats) -> None:
        off = np.flatnonzero(np.abs(np.diff(own[:, 1])) > _ONE_LATITUDE_DEG)
        if off.size:
            one, other = own[off[0], 1], own[off[0] + 1, 1]
            raise self._notes.refuse(
                f"an edge of type 'parallel' runs from latitude {one:.9g} to {other:.9g}; give both ends "
                "one latitude, "
                "or the edge another type"
            )

    def _to_own(self, xy: Floats) -> Floats:
        """Own longitude/latitude in degrees."""
        own = xy if self._unproject is None else self._run(self._unproject, xy)
        return own if self._ref.greenwich_degrees else own * self._ref.degrees_per_unit

    def _to_wgs84(self, own: Floats) -> Floats:
        if self._shift is None:
            return own
        return _near(self._run(self._shift, own / self._unit), own)

    def _from_grid(self, xy: Floats) -> Floats:
        return self._to_wgs84(self._to_own(xy))

    @property
    def _unit(self) -> float:
        return 1.0 if self._ref.greenwich_degrees else self._ref.degrees_per_unit

    def _run(self, transformer: Transformer, xy: Floats) -> Floats:
        try:
            x, y = transformer.transform(xy[:, 0], xy[:, 1], errcheck=True)
        except ProjError as error:
            raise self._notes.refuse(
                f"a coordinate cannot be carried to WGS 84 ({error}); name the right `crs`"
            ) from None
        return np.column_stack([x, y])


def _near(lonlat: Floats, reference: Floats) -> Floats:
    """Longitudes, by whole turns, within 180° of those of the reference."""
    turns = np.rint((lonlat[:, 0] - reference[:, 0]) / 360.0)
    if not turns.any():
        return lonlat
    return np.column_stack([lonlat[:, 0] - 360.0 * turns, lonlat[:, 1]])


class _Lookup:
    """Finds the coordinates in the file's plane of vertices that were carried to WGS 84."""

    def __init__(self, lonlat: Floats, flat: Floats) -> None:
        keys = _keys(lonlat)
        order = np.argsort(keys, kind="stable")
        self._keys, self._flat = keys[order], flat[order]

    def __call__(self, lonlat: Floats) -> Floats:
        return self._flat[np.searchsorted(self._keys, _keys(lonlat))]


def _keys(lonlat: Floats) -> NDArray[np.complex128]:
    """Complex numbers, which numpy orders by real and then by imaginary part."""
    return np.asarray(lonlat[:, 0] + 1j * lonlat[:, 1])
