"""A limit of a source as a line to be described: its vertices as drawn, its open ends not stated."""

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from merestone.errors import BadInputError
from merestone.geometry.areas import ring_area_m2
from merestone.lines.limits import drawn_vertices
from merestone.model.candidates import CLOSED, MET, OPEN
from merestone.model.descriptions import DrawnLine
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import Limit, Strand
from merestone.model.sources import EdgeType, Source

Floats = NDArray[np.float64]


def lines_of_limit(limit: Limit, source: Source, ellipsoid: Ellipsoid) -> tuple[DrawnLine, ...]:
    """One line for each strand of a limit.

    Where a strand ends open, at a tripoint or where the map is cut off, its last vertex is not stated: the
    line ends open at the vertex before, with the direction toward it. Raises BadInputError where no leg
    is left.
    """
    drawn = None if source.drawn is None else drawn_vertices(source)
    many = len(limit.strands) > 1
    strands = sorted(
        (_as_chainage_runs(one) for one in limit.strands), key=lambda one: one.coords[0].tolist()
    )
    return tuple(
        _line(f"{limit.id}/{k}" if many else limit.id, strand, source.info.edges, drawn, ellipsoid)
        for k, strand in enumerate(strands, start=1)
    )


def _as_chainage_runs(strand: Strand) -> Strand:
    """From the westernmost end, then the southernmost; a ring from its vertex there, its land on the left.

    A limit itself runs by the order of the parties, which a description must not show.
    """
    coords = strand.coords
    if not (coords[0] == coords[-1]).all():
        if coords[0].tolist() <= coords[-1].tolist():
            return strand
        return Strand(coords[::-1], strand.open_end, strand.open_start)
    ring = coords[:-1]
    if ring_area_m2(coords) < 0.0:
        ring = ring[::-1]
    ring = np.roll(ring, -int(np.lexsort((ring[:, 1], ring[:, 0]))[0]), axis=0)
    return Strand(np.concatenate([ring, ring[:1]]), strand.open_start, strand.open_end)


def _line(
    name: str, strand: Strand, edges: EdgeType, drawn: "NDArray[np.complex128] | None", ellipsoid: Ellipsoid
) -> DrawnLine:
    chain = strand.coords
    vertex = np.ones(len(chain), dtype=bool)
    if drawn is not None:
        own = np.ascontiguousarray(chain + 0.0).view(np.complex128).ravel()
        vertex = drawn[np.minimum(np.searchsorted(drawn, own), len(drawn) - 1)] == own
        vertex[[0, -1]] = True
    at = np.flatnonzero(vertex)
    first, last = (1 if strand.open_start else 0), (len(at) - 2 if strand.open_end else len(at) - 1)
    if last - first < 1:
        raise BadInputError(
            f"limit {name}: without its open ends, which are not for two parties to state, no leg is left"
        )
    kind = EdgeType.STRAIGHT if drawn is None else edges
    closed = bool((chain[0] == chain[-1]).all())
    ends = (_end(strand.open_start, closed), _end(strand.open_end, closed))
    bearings = (
        _bearing(chain[at[1]], chain[at[0]], ellipsoid) if strand.open_start else None,
        _bearing(chain[at[-2]], chain[at[-1]], ellipsoid) if strand.open_end else None,
    )
    part = slice(at[first], at[last] + 1)
    legs = (kind,) * (last - first)
    return DrawnLine(name, chain[part], vertex[part], legs, ends, bearings, ({},) * len(legs))


def _end(is_open: bool, closed: bool) -> str:
    return CLOSED if closed else OPEN if is_open else MET


def _bearing(start: Floats, end: Floats, ellipsoid: Ellipsoid) -> float:
    azimuth, _, _ = Geod(a=ellipsoid.a_m, f=ellipsoid.f).inv(*start, *end)
    return float(azimuth) % 360.0
