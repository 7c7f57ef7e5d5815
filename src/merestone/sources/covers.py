"""Where a source speaks at all: ``covers`` of the dossier as area in working longitudes."""

from pathlib import Path

import numpy as np
import shapely

from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType
from merestone.sources.assemble import Assembler
from merestone.sources.edges import Carrier
from merestone.sources.longitudes import Frame
from merestone.sources.notes import Notes
from merestone.sources.ranges import check_coordinates
from merestone.sources.raw import reference_of
from merestone.sources.read import reader
from merestone.sources.rings import polygonal
from merestone.sources.rows import Features
from merestone.sources.spec import SourceSpec


def covers_of(
    root: Path, spec: SourceSpec, frame: Frame, ellipsoid: Ellipsoid, notes: Notes
) -> shapely.MultiPolygon | None:
    """The area outside which a source is silent; None: it speaks everywhere.

    ``covers = { bbox = [west, south, east, north] }`` in degrees on WGS 84 (east < west: across
    180°), or ``{ path = "…" }``, a file of polygons in longitude/latitude on WGS 84.
    """
    if spec.covers is None:
        return None
    if "bbox" not in spec.covers:
        return _file(root, str(spec.covers["path"]), spec, frame, ellipsoid, notes)
    box = _box(spec, notes)
    turn = frame.turns(box.bounds[0], box.bounds[2])
    whole, _ = frame.split(shapely.transform(box, lambda xy: xy + np.array([turn, 0.0])))
    return polygonal(whole)


def _box(spec: SourceSpec, notes: Notes) -> shapely.Polygon:
    assert spec.covers is not None
    try:
        west, south, east, north = (float(value) for value in spec.covers["bbox"])
    except (TypeError, ValueError):
        raise notes.refuse(
            f"covers.bbox = {spec.covers['bbox']!r} is not [west, south, east, north] in degrees"
        ) from None
    east = east + 360.0 if east < west else east
    if not (-180.0 <= west <= 360.0 and west < east <= west + 360.0 and -90.0 <= south < north <= 90.0):
        raise notes.refuse(
            f"covers.bbox = {list(spec.covers['bbox'])} is no box of west, south, east, north in degrees"
        )
    return shapely.box(west, south, east, north)


def _file(
    root: Path, path: str, spec: SourceSpec, frame: Frame, ellipsoid: Ellipsoid, notes: Notes
) -> shapely.MultiPolygon:
    own = Notes(spec.id, path)
    with reader(root / path, own) as file:
        ref = reference_of(file.crs, None, own)
        if not ref.plain:
            raise own.refuse(
                f"covers.path is in {ref.text}; give it in longitude/latitude on WGS 84 (EPSG:4326)"
            )
        features = file.select(None)
    check_coordinates(features, ref, own)
    carrier = Carrier(ref, None, EdgeType.STRAIGHT, own)
    assembler = Assembler(carrier, frame, ellipsoid, spec.rings, notes)
    for fid, geometry in zip(features.fids.tolist(), features.geometries, strict=True):
        if geometry is None or not len(polygonal(geometry).geoms):
            raise own.refuse(f"feature {fid} is no polygon; covers.path needs polygons")
    whole = np.array([polygonal(geometry) for geometry in features.geometries], dtype=object)
    return assembler.area(Features(features.fids, whole, features.columns), None)
