"""A line from a file as the exact content of a proposal."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from merestone.errors import BadInputError
from merestone.model.findings import Finding, finding
from merestone.model.sources import SourceKind
from merestone.record.forms import (
    Drawn,
    EdgeRun,
    Point,
)
from merestone.sources.raw import raw_source
from merestone.sources.spec import SourceSpec

ENSEMBLE = "WGS 84 (ensemble)"
"""What a file in plain WGS 84 names: a frame good to 2 m, since several realisations bear the name."""
_ENSEMBLE_MM = 2000
_NANO = 1e9


def drawn_line(
    path: Path, *, layer: str | None, frame: str | None, epoch: str | None, edges: str | None
) -> tuple[Drawn, list[Finding]]:
    """The one line of a file, in whole nanodegrees, with what was noted about it.

    Raises BadInputError where the file holds no line, several that do not join, or is not in longitude and
    latitude on WGS 84.
    """
    if not path.is_file():
        raise BadInputError(f"{path}: no such file; name the file of the proposed line")
    spec = SourceSpec(id="line", title=path.name, path=path.name, kind=SourceKind.LINES, layer=layer)
    raw = raw_source(path.parent, spec, ())
    if not raw.ref.plain:
        raise BadInputError(
            f"{path}: in {raw.ref.text}; a proposal is in longitude and latitude on WGS 84, which "
            "`merestone construct` writes"
        )
    coords = _one_line(path, [one for one in raw.sides[None].geometries if one is not None])
    whole = np.rint(coords * _NANO).astype(np.int64)
    points = [Point(int(lon), int(lat)) for lon, lat in whole]
    if any(one == two for one, two in pairwise(points)):
        raise BadInputError(f"{path}: two neighbouring vertices are at one place; remove one of them")
    kind = edges or (
        raw.edges.value if raw.edges.value in {"geodesic", "loxodrome", "parallel"} else "straight"
    )
    found = list(_notes(path, coords, whole, frame))
    drawn = Drawn(
        frame or ENSEMBLE,
        points,
        [EdgeRun(kind, len(points) - 1)],  # type: ignore[arg-type]
        epoch,
        None if frame else _ENSEMBLE_MM,
    )
    return drawn, found


def _one_line(path: Path, shapes: list[shapely.Geometry]) -> np.ndarray:
    lines = [part for shape in shapes for part in shapely.get_parts(shape)]
    if not lines:
        raise BadInputError(f"{path}: holds no line")
    merged = lines[0] if len(lines) == 1 else shapely.line_merge(shapely.multilinestrings(lines))
    if shapely.get_type_id(merged) != shapely.GeometryType.LINESTRING:
        count = shapely.get_num_geometries(merged)
        raise BadInputError(
            f"{path}: holds {count} lines that do not join into one; propose them one by one, or choose with "
            "--layer"
        )
    return np.asarray(shapely.get_coordinates(merged))


def _notes(path: Path, coords: np.ndarray, whole: np.ndarray, frame: str | None) -> list[Finding]:
    found = []
    moved = float(np.abs(coords * _NANO - whole).max())
    if moved > 0.01:  # more than the last bits of a double
        found.append(finding("record-line-rounded", file=path.name, nanodegrees=round(moved, 3)))
    if frame is None:
        found.append(finding("record-frame-ensemble", file=path.name))
    return found
