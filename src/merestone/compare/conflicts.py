"""Where labels conflict: edge-connected areas with one label per source throughout."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from merestone.compare.overlay import Overlay
from merestone.geometry.faces import components
from merestone.geometry.inner import inscribed_in_each
from merestone.model.ellipsoid import WGS84, Ellipsoid

BETWEEN = "between"
OWN = "own"


@dataclass(frozen=True, slots=True, eq=False)
class ConflictArea:
    """One such area. ``vector`` holds the code of every source; ``geometry`` keeps all nodes.

    ``faces`` (k,) are the numbers of the faces that make it up.
    """

    kind: str
    vector: tuple[int, ...]
    area_m2: float
    point: tuple[float, float]
    at_edge: bool
    geometry: "shapely.Polygon | shapely.MultiPolygon"
    faces: np.ndarray


def kind_of(overlay: Overlay, vector: Sequence[int]) -> str | None:
    """What kind of difference these labels make: ``between``, ``own``, or none at all.

    Two labels conflict if for some party one says yes and the other no. The difference is between
    the parties if some source shows the one and another the other; else it is a source's own.
    """
    parties = overlay.vocabulary.parties
    if not any({True, False} <= set(overlay.says(vector, party)) for party in parties):
        return None
    shown = set(overlay.labels_of(vector).values())
    return BETWEEN if shown.issuperset(parties) else OWN


def conflicting_areas(
    overlay: Overlay, min_inner_m2: float = 0.0, ellipsoid: Ellipsoid = WGS84
) -> list[ConflictArea]:
    """All areas in which labels conflict, the largest first, ties by place.

    ``point`` is the pole of inaccessibility where the area is at least ``min_inner_m2``, else a
    place within its largest face.
    """
    vectors, which = overlay.classes
    kinds = [kind_of(overlay, vector) for vector in vectors.tolist()]
    conflicting = np.array([kind is not None for kind in kinds], dtype=bool)[which]
    cut = overlay.faces
    one, other = cut.neighbours.T
    joined = (which[one] == which[other]) & conflicting[one]
    component = components(len(which), cut.neighbours[joined])
    members = np.flatnonzero(conflicting)
    members = members[np.argsort(component[members], kind="stable")]
    parts = np.split(members, np.flatnonzero(np.diff(component[members])) + 1) if len(members) else []
    geometries = np.array([_geometry(cut.polygons[part]) for part in parts], dtype=object)
    sizes_m2 = [float(cut.areas_m2[part].sum()) for part in parts]
    largest = [part[cut.areas_m2[part].argmax()] for part in parts]
    points = cut.inner_points[largest].reshape(-1, 2)
    listed = np.array(sizes_m2) >= min_inner_m2
    points[listed], _ = inscribed_in_each(geometries[listed], ellipsoid)
    areas = [
        ConflictArea(
            kinds[which[part[0]]] or OWN,
            tuple(vectors[which[part[0]]].tolist()),
            area_m2,
            (lon, lat),
            bool(cut.at_edge[part].any()),
            geometry,
            part,
        )
        for part, area_m2, (lon, lat), geometry in zip(
            parts, sizes_m2, points.tolist(), geometries, strict=True
        )
    ]
    return sorted(areas, key=lambda area: (-area.area_m2, area.point))


def _geometry(polygons: np.ndarray) -> shapely.MultiPolygon | shapely.Polygon:
    return polygons[0] if len(polygons) == 1 else _united(polygons)


def _united(polygons: np.ndarray) -> shapely.MultiPolygon | shapely.Polygon:
    """The union of neighbouring faces. Faces of a partition meet in equal edges, so it only leaves those out.

    Of faces no wider than rounding GEOS may say that they overlap; then they are cut against one another.
    """
    try:
        return shapely.coverage_union_all(polygons)
    except shapely.GEOSException:
        united = shapely.union_all(polygons)
        return polygons[int(shapely.area(polygons).argmax())] if united.is_empty else united
