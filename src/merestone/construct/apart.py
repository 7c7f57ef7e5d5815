"""Areas between a candidate and the limits of a source: on another side by the one than by the other.

The lines of both are noded, and each open end of one is joined to the nearest point of the other by a cap,
so that what lies between them is closed. Of the faces those count that have the candidate on their edge
and that the source shows as land of the party on the other side of the candidate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from merestone.construct.field import Floats
from merestone.construct.swept import chain
from merestone.features.labels import LabelSource
from merestone.geometry.areas import areas_m2
from merestone.geometry.nearest import EdgeIndex
from merestone.geometry.polygonize import polygonize
from merestone.model.candidates import CLOSED, CandidateLine
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.lines import Strand

_SAME_M = 1e-4
_CAP_M = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """One face: what the source ``shown``, on whose side of the ``candidate`` it lies, and a place within."""

    shown: str
    candidate: str
    area_m2: float
    place: tuple[float, float]
    polygon: shapely.Polygon


def apart_from(
    lines: Sequence[CandidateLine],
    strands: Sequence[Strand],
    says: LabelSource,
    parties: tuple[str, str],
    ellipsoid: Ellipsoid,
    cap_m: float,
) -> list[Apart]:
    """The faces between sided candidate ``lines`` and the ``strands`` of a source, largest first."""
    chains = [chain(line, ellipsoid) for line in lines]
    drawn = [strand.coords for strand in strands]
    index, other = EdgeIndex(chains, ellipsoid), EdgeIndex(drawn, ellipsoid)
    ends = [
        coords[-k]
        for line, coords in zip(lines, chains, strict=True)
        for k in (0, 1)
        if line.ends[k] != CLOSED
    ]
    loose = [
        strand.coords[-k]
        for strand in strands
        for k, open_ in enumerate((strand.open_start, strand.open_end))
        if open_
    ]
    caps = [*_caps(ends, other, cap_m), *_caps(loose, index, cap_m)]
    noded = shapely.get_parts(
        shapely.unary_union([shapely.LineString(coords) for coords in (*chains, *drawn, *caps)])
    )
    faces = polygonize(noded)
    if not len(faces.polygons):
        return []
    beside = _beside(noded, faces.left, faces.right, index)
    return _told(faces.polygons[beside], lines, index, says, parties, ellipsoid)


def _caps(ends: Sequence[Floats], index: EdgeIndex, most_m: float) -> list[Floats]:
    """Segments from ends to the nearest points of the other, up to a length."""
    if not ends:
        return []
    places = np.array(ends)
    near = index.query(places)
    wanted = (near.distance_m > _CAP_M) & (near.distance_m <= most_m)
    return [np.array([places[k], near.foot[k]]) for k in np.flatnonzero(wanted)]


def _beside(noded: np.ndarray, left: np.ndarray, right: np.ndarray, index: EdgeIndex) -> np.ndarray:
    """The faces that have the candidate on their edge."""
    coords, line = shapely.get_coordinates(noded, return_index=True)
    first = np.flatnonzero(np.diff(line, prepend=-1))
    middle = 0.5 * (coords[first] + coords[first + 1])
    own = index.query(middle).distance_m <= _SAME_M
    found = np.unique(np.concatenate([left[own], right[own]]))
    return np.asarray(found[found >= 0])


def _told(
    some: np.ndarray,
    lines: Sequence[CandidateLine],
    index: EdgeIndex,
    says: LabelSource,
    parties: tuple[str, str],
    ellipsoid: Ellipsoid,
) -> list[Apart]:
    if not len(some):
        return []
    places = shapely.get_coordinates(shapely.point_on_surface(some))
    near = index.query(places)
    first = np.array([bool(line.first_on_left) for line in lines])[near.line] == (near.side > 0)
    shown = [says.labels[code] for code in says.codes_at(places).tolist()]
    areas = areas_m2(some, ellipsoid).tolist()
    made = [
        Apart(label, parties[0] if is_first else parties[1], area, (float(at[0]), float(at[1])), polygon)
        for label, is_first, area, at, polygon in zip(shown, first.tolist(), areas, places, some, strict=True)
    ]
    return sorted(
        (one for one in made if one.shown in _otherwise(one.candidate, parties)),
        key=lambda one: (-one.area_m2, one.place),
    )


def _otherwise(candidate: str, parties: tuple[str, str]) -> tuple[str, str]:
    """The labels by which a source shows a place on another side: the other party's, or not this one's."""
    return parties[1] if candidate == parties[0] else parties[0], f"not-{candidate}"
