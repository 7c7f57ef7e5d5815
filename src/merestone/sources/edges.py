"""Edges as a source declares them, carried to WGS 84 as chains that are straight in longitude/latitude.

An edge may be straight in the file's own longitude/latitude, a geodesic, a loxodrome, a parallel or
straight in its grid. After the datum operation none of these is straight any more, strictly; every
edge is replaced by a chain that nowhere departs more than CHAIN_M from it (ADR 0001). Vertices keep
their places, and shared edges stay shared.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection
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
            return densified(
                self._to_wgs84(own), EdgeType.GRID, CHAIN_M, WGS84, self._to_grid, self._from_grid
            )
        if edges is EdgeType.PARALLEL:
            self._check_parallel(own)
        if edges in (EdgeType.GEODESIC, EdgeType.LOXODROME):
            ellipsoid = self._ref.ellipsoid if self._shift else WGS84
            # Two steps share the allowed departure: bent on its own ellipsoid, then the datum.
            share = 0.5 if self._shift else 1.0
            own, drawn = densified(own, edges, share * CHAIN_M, ellipsoid)
        else:
            share, drawn = 0.0, np.ones(len(own), dtype=bool)
        if self._shift is None:
            return own, drawn
        # Straight on the own datum is not quite straight on WGS 84: 3 mm in 100 km for SK-42.
        chain, kept = densified(
            self._to_wgs84(own),
            EdgeType.GRID,
            (1.0 - share) * CHAIN_M,
            WGS84,
            self._to_own_datum,
            self._to_wgs84,
        )
        flags = np.zeros(len(chain), dtype=bool)
        flags[kept] = drawn
        return chain, flags

    def _check_parallel(self, own: Floats) -> None:
        off = np.flatnonzero(np.abs(np.diff(own[:, 1])) > _ONE_LATITUDE_DEG)
        if off.size:
            one, other = own[off[0], 1], own[off[0] + 1, 1]
            raise self._notes.refuse(
                f"an edge of type 'parallel' runs from latitude {one:.9g} to {other:.9g}; give both ends one latitude, "
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

    def _to_own_datum(self, lonlat: Floats) -> Floats:
        assert self._shift is not None
        return _near(self._run(self._shift, lonlat, TransformDirection.INVERSE) * self._unit, lonlat)

    def _to_grid(self, lonlat: Floats) -> Floats:
        own = lonlat if self._shift is None else self._to_own_datum(lonlat)
        assert self._unproject is not None
        return self._run(self._unproject, own / self._unit, TransformDirection.INVERSE)

    def _from_grid(self, xy: Floats) -> Floats:
        return self._to_wgs84(self._to_own(xy))

    @property
    def _unit(self) -> float:
        return 1.0 if self._ref.greenwich_degrees else self._ref.degrees_per_unit

    def _run(
        self, transformer: Transformer, xy: Floats, direction: TransformDirection = TransformDirection.FORWARD
    ) -> Floats:
        try:
            x, y = transformer.transform(xy[:, 0], xy[:, 1], direction=direction, errcheck=True)
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
