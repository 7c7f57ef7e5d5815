"""A line that was digitised on a scan: GeoJSON whose coordinates are pixels."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from merestone.errors import BadInputError
from merestone.sources.controls import rows_sign
from merestone.sources.notes import FileNotes, Notes

Floats = NDArray[np.float64]
PixelLine = tuple[Floats, Mapping[str, Any]]
"""(n, 2) column, row, rows downward, and the attributes of the feature."""

_BESIDE_PX = 1.0


def read_pixel_lines(path: Path, size: tuple[int, int] | None) -> tuple[PixelLine, ...]:
    """Every line of a GeoJSON file of pixels; ``size`` is width and height of the scan, where it is known.

    Rows are counted downward from the top, or are negative, as QGIS has them on a scan without
    coordinates. Raises BadInputError with feature and vertex for what is no line or no pixel of the scan.
    """
    notes = FileNotes(str(path))
    try:
        tree = msgspec.json.decode(path.read_bytes())
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; name the digitised line with --line") from None
    except (msgspec.DecodeError, IsADirectoryError, UnicodeDecodeError) as error:
        raise notes.refuse(f"it is no GeoJSON ({error}); export the line as GeoJSON") from None
    found = [
        (_coordinates(part, f"feature {k}", notes), properties)
        for k, (geometry, properties) in enumerate(_features(tree, notes), start=1)
        for part in _parts(geometry, f"feature {k}", notes)
    ]
    if not found:
        raise notes.refuse("it holds no line; digitise the line as LineString")
    sign = rows_sign(np.concatenate([line[:, 1] for line, _ in found]).tolist(), notes)
    lines = tuple((line * (1.0, sign) + 0.0, properties) for line, properties in found)
    if size is not None:
        _check_inside(lines, size, notes)
    return lines


def _features(tree: Any, notes: Notes) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    kind = tree.get("type") if isinstance(tree, dict) else None
    if kind == "FeatureCollection" and isinstance(tree.get("features"), list):
        for one in tree["features"]:
            yield from _features(one, notes)
    elif kind == "Feature":
        properties = tree.get("properties")
        yield tree.get("geometry"), properties if isinstance(properties, dict) else {}
    elif kind in ("LineString", "MultiLineString"):
        yield tree, {}
    else:
        raise notes.refuse(f"it holds {kind or 'no GeoJSON object'}, where a line is wanted")


def _parts(geometry: Any, where: str, notes: Notes) -> Sequence[Any]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "LineString" and isinstance(coordinates, list):
        return [coordinates]
    if kind == "MultiLineString" and isinstance(coordinates, list):
        return coordinates
    raise notes.refuse(
        f"{where} is {kind or 'without geometry'}; only LineString and MultiLineString are carried"
    )


def _coordinates(part: Any, where: str, notes: Notes) -> Floats:
    if not isinstance(part, list) or len(part) < 2:
        raise notes.refuse(f"{where} has fewer than two vertices; a line has two or more")
    rows = []
    for k, vertex in enumerate(part, start=1):
        figures = vertex[:2] if isinstance(vertex, list) else []
        if len(figures) < 2 or not all(_is_figure(one) for one in figures):
            raise notes.refuse(
                f"{where}, vertex {k} is {vertex!r}; a vertex is two finite numbers, column and row"
            )
        rows.append([float(one) for one in figures])
    return np.array(rows)


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _check_inside(lines: Sequence[PixelLine], size: tuple[int, int], notes: Notes) -> None:
    for k, (line, _) in enumerate(lines, start=1):
        off = ((line < -_BESIDE_PX) | (line > np.array(size) + _BESIDE_PX)).any(axis=1)
        if off.any():
            at = int(np.argmax(off))
            column, row = line[at].tolist()
            raise notes.refuse(
                f"line {k}, vertex {at + 1} at column {column:g}, row {row:g} lies outside the scan of "
                f"{size[0]} by {size[1]} pixels; digitise in pixels of this scan"
            )
