"""Where the sources of a dossier lie, before any datum operation: the frame and the common box.

A datum shifts a place by some hundred metres at most, so these boxes carry a margin for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.model.settings import Settings
from merestone.model.sources import SourceKind
from merestone.sources.crs import Box, Reference, own_lonlat
from merestone.sources.longitudes import Frame, frame_for, unwrapped
from merestone.sources.raw import RawSource
from merestone.sources.rows import Features

Floats = NDArray[np.float64]
_DATUM_MARGIN_DEG = 0.02
_METRES_PER_DEGREE = 110_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Extents:
    """The frame of working longitudes and the box of the land that both parties have nearby."""

    frame: Frame
    common: Box | None
    """None where no two-sided source tells; every extent then counts whole."""

    def of(self, rings: Sequence[Floats]) -> Box:
        """The extent of a source in the corridor, as box in working longitudes; else the whole."""
        coords = np.concatenate([self.frame.placed(ring) for ring in rings if len(ring)])
        if self.common is not None:
            near = coords[_within(coords, self.common)]
            if len(near):
                return _box(near)
        return _box(coords)


def rough_rings(features: Features, ref: Reference) -> list[Floats]:
    """Rings and lines as longitude, latitude in degrees on the own datum, each continuous."""
    parts = shapely.get_parts(features.geometries)
    areal = parts[shapely.get_type_id(parts) == 3]
    lines = np.concatenate([shapely.get_rings(areal), parts[np.isin(shapely.get_type_id(parts), (0, 1, 2))]])
    transformer = own_lonlat(ref)
    rings = []
    for line in lines:
        xy = shapely.get_coordinates(line)
        if transformer is not None:
            xy = np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        rings.append(unwrapped(xy * (1.0 if ref.greenwich_degrees else ref.degrees_per_unit))[0])
    return rings


def extents_of(sources: Sequence[RawSource], settings: Settings) -> Extents:
    """Frame and common box from all two-sided sources; independent of their order."""
    pairs = [
        tuple(rough_rings(source.sides[party], source.ref) for party in sorted(map(str, source.sides)))
        for source in sources
        if source.spec.kind is SourceKind.TWO_SIDED
    ]
    frame = frame_for([(pair[0], pair[1]) for pair in pairs])
    margin_m = settings.corridor_m + settings.facing_m
    boxes = [box for pair in pairs if (box := _common(pair[0], pair[1], frame, margin_m)) is not None]
    return Extents(frame, _hull(boxes))


def _common(one: Sequence[Floats], other: Sequence[Floats], frame: Frame, margin_m: float) -> Box | None:
    """The box around the vertices of each side that lie in the box of the other, with a margin."""
    a = np.concatenate([frame.placed(ring) for ring in one])
    b = np.concatenate([frame.placed(ring) for ring in other])
    for _ in range(2):
        box_a, box_b = _grown(_box(a), margin_m), _grown(_box(b), margin_m)
        a, b = a[_within(a, box_b)], b[_within(b, box_a)]
        if not len(a) or not len(b):
            return None
    return _grown(_hull([_box(a), _box(b)]) or _box(a), margin_m)


def _grown(box: Box, margin_m: float) -> Box:
    west, south, east, north = box
    lat = margin_m / _METRES_PER_DEGREE + _DATUM_MARGIN_DEG
    farthest = min(89.0, max(abs(south), abs(north)) + lat)
    lon = lat / np.cos(np.deg2rad(farthest))
    return west - lon, max(-90.0, south - lat), east + lon, min(90.0, north + lat)


def _box(coords: Floats) -> Box:
    west, south = coords.min(axis=0).tolist()
    east, north = coords.max(axis=0).tolist()
    return west, south, east, north


def _hull(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _within(coords: Floats, box: Box) -> NDArray[np.bool_]:
    west, south, east, north = box
    return np.asarray(
        (coords[:, 0] >= west) & (coords[:, 0] <= east) & (coords[:, 1] >= south) & (coords[:, 1] <= north)
    )
