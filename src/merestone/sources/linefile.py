"""A line that is to be described, from a file: a candidate, a table of points, any vector file of lines."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.construct.legs import chain_of
from merestone.errors import BadInputError
from merestone.geometry.densify import Projection
from merestone.model.candidates import CLOSED, NOT_STATED, LonLat
from merestone.model.descriptions import TERMS, DrawnLine, ToDescribe
from merestone.model.ellipsoid import WGS84
from merestone.model.findings import Finding, finding
from merestone.model.sources import EdgeType, SourceKind
from merestone.sources.bases import operation_for, singles
from merestone.sources.crs import grid_projections
from merestone.sources.edges import Carrier
from merestone.sources.longitudes import unwrapped
from merestone.sources.notes import FileNotes, Notes
from merestone.sources.ranges import check_coordinates
from merestone.sources.raw import open_source, reference_of
from merestone.sources.spec import SourceSpec

Floats = NDArray[np.float64]

_Chain = tuple[Floats, NDArray[np.bool_], tuple[EdgeType, ...], tuple[Mapping[str, str], ...]]

CANDIDATE = "merestone-candidate/1"
DESCRIPTION = "merestone-description/1"
_NO_PLACES = np.empty((0, 2))


def read_line(path: Path) -> ToDescribe:
    """Every line of a file. Raises BadInputError with the place and what to do."""
    if not path.exists():
        raise BadInputError(f"{path}: no such file; name a file of a line, or a dossier with --limit")
    if path.suffix.lower() == ".gpkg" and path.name == "candidate.gpkg":
        beside = path.with_name("candidate.json")
        if not beside.exists():
            raise BadInputError(
                f"{path}: candidate.json is not beside it, and it holds the turning points; name that"
            )
        path = beside
    if path.suffix.lower() == ".json":
        found = _stated(path)
        if found is not None:
            return found
    return _drawn(path)


def places_of(path: Path) -> Floats:
    """Every vertex of a file, (n, 2) longitude, latitude: places that are to keep their side of a line."""
    return np.concatenate([_NO_PLACES, *(chain[flags] for chain, flags, *_ in _chains(path)[0])])


def _drawn(path: Path) -> ToDescribe:
    chains, notes = _chains(path)
    lines = [
        DrawnLine(str(k), chain, flags, legs, _ends(chain), terms=said)
        for k, (chain, flags, legs, said) in enumerate(chains, start=1)
        if len(legs)
    ]
    if not lines:
        raise BadInputError(f"{path}: it holds no line; a description is of lines, areas or tables of points")
    told: list[Finding] = [
        finding("describe-ends-not-told", line=line.id) for line in lines if line.ends[0] == NOT_STATED
    ]
    return ToDescribe(
        path.stem, tuple(lines), "WGS 84", _NO_PLACES, {"file": path.name}, (*notes.findings, *told)
    )


def _ends(chain: Floats) -> tuple[str, str]:
    closed = bool((chain[0] == chain[-1]).all())
    return (CLOSED, CLOSED) if closed else (NOT_STATED, NOT_STATED)


def _terms(said: Sequence[Mapping[str, str]] | None, count: int) -> tuple[Mapping[str, str], ...]:
    """What is stated of each of ``count`` legs."""
    return tuple({key: leg[key] for key in TERMS if key in leg} for leg in said or [{}] * count)


def _chains(path: Path) -> tuple[list[_Chain], Notes]:
    """Lines as chains on WGS 84, which of their vertices were drawn, and the types of legs between those with
    what is stated of them."""
    notes = FileNotes(path.name)
    if not path.exists():
        raise BadInputError(f"{path}: no such file; check the path")
    spec = SourceSpec("line", path.name, SourceKind.LINES, path.stem)
    with open_source(path.parent, spec, notes) as file:
        ref = reference_of(file.crs, None, notes)
        features = file.select(None)
        edges = file.edges or (EdgeType.GRID if ref.projected else EdgeType.STRAIGHT)
    if edges is EdgeType.GRID and not ref.projected:
        edges = EdgeType.STRAIGHT
    check_coordinates(features, ref, notes)
    carrier = Carrier(ref, operation_for(ref, features, notes), edges, notes)
    made = []
    for fid, geometry in zip(features.fids.tolist(), features.geometries, strict=True):
        if geometry is None or geometry.is_empty:
            raise notes.refuse(f"feature {fid} has no geometry; correct the file")
        for part in singles(geometry):
            for ring in shapely.get_rings(part) if part.geom_type == "Polygon" else [part]:
                chain, flags = carrier.line(shapely.get_coordinates(ring), features.legs.get(fid))
                legs = features.legs.get(fid) or (edges,) * (int(flags.sum()) - 1)
                made.append((chain, flags, tuple(legs), _terms(features.said.get(fid), len(legs))))
    return made, notes


def _stated(path: Path) -> ToDescribe | None:
    """What a candidate or a description states; None for any other JSON file."""
    try:
        tree = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None  # GDAL says what is wrong with it
    known = tree.get("format") if isinstance(tree, dict) else None
    if known not in (CANDIDATE, DESCRIPTION):
        return None
    try:
        points: dict[str, list[Mapping[str, Any]]] = {}
        for point in tree["turning_points"]:
            points.setdefault(point["line"], []).append(point)
        crs = (tree.get("parameters") or {}).get("crs")
        grid = (None, None) if crs is None else grid_projections(str(crs))
        lines = tuple(_line(line, points[line["id"]], grid) for line in tree["lines"])
        origin = {"file": path.name, "format": known, "kind": tree.get("kind")}
        return ToDescribe(
            tree.get("title") or f"{tree.get('kind')} {', '.join(tree.get('bases') or ())}".strip(),
            lines, str(tree["frame"]), _NO_PLACES, origin,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError):
        raise BadInputError(
            f"{path}: it is not as {known} should be; write it again with the verb that made it"
        ) from None


def _line(
    line: Mapping[str, Any],
    points: list[Mapping[str, Any]],
    grid: tuple[Projection, Projection] | tuple[None, None],
) -> DrawnLine:
    rows = [*points, points[0]] if line["closed"] and not _repeats(points) else points
    coords = unwrapped(np.array([[point["lon"], point["lat"]] for point in rows], dtype=np.float64))[0]
    said = [point["leg"] for point in rows[:-1]]
    legs = tuple(EdgeType(leg["line_type"]) for leg in said)
    chain = chain_of(coords, legs, WGS84, grid)
    vertex = _vertices(chain, coords)
    bearings = [end.get("bearing_deg") for end in line["ends"]]
    return DrawnLine(
        str(line["id"]), chain, vertex, legs,
        (line["ends"][0]["end"], line["ends"][1]["end"]), (bearings[0], bearings[1]),
        tuple({key: leg.get(key, NOT_STATED) for key in TERMS} for leg in said),
        tuple(_bases(point) for point in rows),
    )  # fmt: skip


def _repeats(points: list[Mapping[str, Any]]) -> bool:
    one, other = points[0], points[-1]
    return len(points) > 1 and (one["lon"], one["lat"]) == (other["lon"], other["lat"])


def _bases(point: Mapping[str, Any]) -> Mapping[str, LonLat]:
    found = point.get("base_points") or {}
    return {party: (float(found[party][0]), float(found[party][1])) for party in sorted(found)}


def _vertices(chain: Floats, coords: Floats) -> NDArray[np.bool_]:
    """Which vertices of a chain are those of the line, in order."""
    flags = np.zeros(len(chain), dtype=bool)
    at = 0
    for place in coords:
        while (chain[at] != place).any():
            at += 1
        flags[at] = True
        at += 1
    return flags
