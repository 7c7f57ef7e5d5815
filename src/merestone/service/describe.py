"""Describe a line of a file or of a dossier: a table of turning points, and a text in several languages."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from merestone.compare.run import in_order
from merestone.construct.description import How, described
from merestone.construct.limitline import lines_of_limit
from merestone.construct.rounding import Step
from merestone.construct.thinning import Bounds
from merestone.errors import BadInputError, UsageError
from merestone.lines.trace import trace
from merestone.model.descriptions import Description, ToDescribe
from merestone.model.ellipsoid import WGS84
from merestone.model.progress import Progress, silent
from merestone.model.sources import LayerKind
from merestone.publish.descriptiongeo import geojson_bytes, kml_bytes, write_description_geopackage
from merestone.publish.descriptionjson import description_json, description_tree
from merestone.publish.descriptiontable import csv_bytes
from merestone.publish.descriptiontext import LANGUAGES, Words, markdown, page
from merestone.publish.output import OutputFolder
from merestone.service.versions import tool
from merestone.service.workbench import Dossier
from merestone.sources.linefile import places_of, read_line
from merestone.sources.plane import GridSystem

_LEAST_S, _MOST_S = Fraction(1, 10_000), Fraction(1)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of `describe`. ``rounded`` is seconds (``0.001``) or metres of the grid (``10m``)."""

    rounded: str = "0.001"
    departure_m: float | None = None
    balance_km2: float | None = None
    beside: tuple[Path, ...] = ()
    grid: str | None = None
    height_m: float | None = None
    frame: str | None = None
    languages: tuple[str, ...] = LANGUAGES


@dataclass(frozen=True, slots=True)
class DescribeRun:
    """The description, the plain values that every file is made from, and the files."""

    description: Description
    tree: dict[str, Any]
    json: bytes
    files: tuple[Path, ...]


def describe_into(
    line: Path | Dossier, limit: str | None, request: Request, out: Path, *, progress: Progress = silent
) -> DescribeRun:
    """Describe a file of a line, or a limit of a dossier, and write every form into the folder `out`.

    Raises UsageError or BadInputError with what to do where it cannot be described; nothing is written then.
    """
    step = step_of(request)
    with OutputFolder(out) as folder:
        given = read_line(line) if isinstance(line, Path) else _limit(line, limit, progress)
        beside = [given.sides.reshape(-1, 2), *(places_of(path) for path in request.beside)]
        given = replace(given, sides=np.concatenate(beside), frame=request.frame or given.frame)
        places = np.concatenate([one.chain for one in given.lines])
        grid = GridSystem(request.grid, places) if request.grid else None
        bounds = None
        if request.departure_m is not None:
            balance_m2 = None if request.balance_km2 is None else request.balance_km2 * 1e6
            bounds = Bounds(request.departure_m, balance_m2)
        progress("describing", given.title)
        description = described(given, How(step, bounds, grid, request.height_m), WGS84)
        tree = description_tree(description, {"tool": tool()}, step.written_s)
        text = description_json(tree)
        folder.write("description.json", text)
        folder.write("turning-points.csv", csv_bytes(tree))
        folder.write("description.geojson", geojson_bytes(tree))
        folder.write("description.kml", kml_bytes(tree))
        folder.add("description.gpkg", lambda path: write_description_geopackage(tree, path))
        for language in request.languages:
            words = Words(language, step.written_s)
            folder.write(f"description.{language}.md", markdown(tree, words))
            folder.write(f"description.{language}.html", page(tree, words))
    return DescribeRun(description, tree, text, folder.files)


def step_of(request: Request) -> Step:
    """What ``rounded`` asks for. Raises UsageError where it is no step, or needs a grid."""
    text = request.rounded.strip()
    of_grid = text.endswith("m")
    figure = text.removesuffix("m").removesuffix("″").removesuffix('"').strip()
    try:
        size = Fraction(figure)
    except (ValueError, ZeroDivisionError):
        size = Fraction(0)
    if of_grid:
        if not 0 < size <= 1000:
            raise UsageError(f"--round '{text}' is no step; write metres of the grid such as 1m")
        if request.grid is None:
            raise UsageError(
                f"--round {text} is metres of a grid; name it with --grid, such as --grid EPSG:32638"
            )
        return Step(None, size)
    if not _LEAST_S <= size <= _MOST_S:
        raise UsageError(
            f"--round '{text}' is no step; write seconds from 0.0001 to 1, or metres of the grid such as 1m"
        )
    return Step(size, None)


def _limit(dossier: Dossier, limit: str | None, progress: Progress) -> ToDescribe:
    """A limit, with the places that stay on their side: settlements and the source's other limits."""
    case = in_order(dossier.read(progress=progress))
    tracing = trace(case.parties, case.sources, case.settings, case.ellipsoid, progress)
    limits = {one.id: one for source in tracing.sources for one in source.limits}
    known = ", ".join(sorted(limits)) or "none"
    if limit is None:
        raise UsageError(f"a dossier has several lines; name one with --limit: {known}")
    limit = limit.replace(":", "/")
    if limit not in limits:
        raise BadInputError(f"--limit {limit}: the dossier has no such limit; its limits are {known}")
    chosen = limits[limit]
    source = next(one for one in case.sources if one.info.id == chosen.source)
    lines = lines_of_limit(chosen, source, case.ellipsoid)
    sides = [
        strand.coords
        for one in limits.values()
        if one.source == chosen.source and one.id != limit
        for strand in one.strands
    ]
    sides += [
        feature_places
        for layer in case.layers
        if layer.kind is LayerKind.SETTLEMENTS
        for feature in layer.features
        for feature_places in [_places(feature.geometry)]
    ]
    origin = {"dossier": case.title, "sha256": case.sha256, "limit": limit, "source": chosen.source}
    return ToDescribe(
        f"{case.title}: {limit}", lines, "WGS 84", np.concatenate([np.empty((0, 2)), *sides]), origin
    )


def _places(geometry: Any) -> "np.ndarray":
    import shapely

    return np.asarray(shapely.get_coordinates(geometry))
