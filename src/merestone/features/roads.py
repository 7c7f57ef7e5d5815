"""Roads: routes, and for every source which stretches of them it shows where, and where they cross."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from typing import Any

import numpy as np
import shapely

from merestone.features.arrangements import arrangements_of
from merestone.features.context import Context, of_dimension
from merestone.features.crossings import Doubt, doubts
from merestone.features.cutting import Lines
from merestone.features.labels import LabelSource
from merestone.features.routes import Route, routes_of
from merestone.features.stretches import Crossings, Stretches, crossings, stretches
from merestone.model.findings import Finding, finding
from merestone.model.sources import Feature, Layer, LayerKind

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class RoadsFound:
    """Entries of the result, the routes behind them by id, and what is to be said."""

    entries: tuple[Mapping[str, Any], ...]
    routes: Mapping[str, Route]
    findings: tuple[Finding, ...]


def roads(context: Context) -> RoadsFound:
    """Every route that comes into the corridor, sorted by id.

    Layers of roads are joined each on its own. Raises BadInputError where an arrangement names no route.
    """
    found: list[tuple[Route, Layer]] = []
    notes: list[Finding] = []
    for layer in context.layers(LayerKind.ROADS):
        features, wrong = of_dimension(layer, 1)
        notes += [*wrong, *_without_length(layer, features)]
        routes = routes_of(features, context.case.ellipsoid)
        near = context.near([shapely.linestrings(route.coords) for route in routes])
        found += [(route, layer) for route, here in zip(routes, near.tolist(), strict=True) if here]
        notes += _far(layer, len(routes), int(near.sum()))
    named = _numbered(found)
    entries = _entries(context, named)
    lengths_km = {entry["id"]: entry["length_km"] for entry in entries}
    carried = arrangements_of(context.case.arrangements, lengths_km)
    for entry in entries:
        entry["arrangements"] = carried.get(entry["id"], [])
    return RoadsFound(tuple(entries), {route.id: route for route, _ in named}, tuple(notes))


def _without_length(layer: Layer, features: Sequence[Feature]) -> list[Finding]:
    still = [one.id for one in features if (np.ptp(shapely.get_coordinates(one.geometry), axis=0) == 0).all()]
    if not still:
        return []
    return [finding("road-without-length", layer=layer.path, features=sorted(still)[:20], count=len(still))]


def _far(layer: Layer, whole: int, near: int) -> list[Finding]:
    if near in (0, whole):  # none at all is told of the layer
        return []
    return [finding("routes-outside-corridor", layer=layer.path, count=whole - near, routes=whole)]


def _numbered(found: Sequence[tuple[Route, Layer]]) -> list[tuple[Route, Layer]]:
    """Routes of several layers sorted by id; one whose id another layer has too is told by its layer."""
    taken: set[str] = set()
    named = []
    for route, layer in found:
        ident = route.id if route.id not in taken else f"{route.id}@{layer.path}"
        taken.add(ident)
        named.append((Route(ident, route.ref, route.names, route.ways, route.coords, route.beside), layer))
    return sorted(named, key=lambda pair: pair[0].id)


def _entries(context: Context, found: Sequence[tuple[Route, Layer]]) -> list[Entry]:
    lines = Lines([route.coords for route, _ in found], context.case.ellipsoid)
    entries = [
        _entry(route, length_m) for (route, _), length_m in zip(found, lines.length_m.tolist(), strict=True)
    ]
    radii = [layer.accuracy_95_m for _, layer in found]
    assumed = [layer.accuracy_assumed for _, layer in found]
    for source in context.sources:
        said = _said(context, lines, radii, source)
        for entry, one, by_layer in zip(entries, said, assumed, strict=True):
            one["assumed"] = bool(one["crossed_at"]) and (by_layer or context.assumed[source.id])
            entry["sources"][source.id] = one
    return entries


def _entry(route: Route, length_m: float) -> Entry:
    return {
        "id": route.id,
        "names": dict(route.names),
        "ref": route.ref,
        "length_km": length_m / 1000.0,
        "ways": list(route.ways),
        "closed": route.closed,
        "beside": route.beside,
        "start": route.coords[0].tolist(),
        "end": route.coords[-1].tolist(),
        "sources": {},
    }


def _said(context: Context, lines: Lines, radii: Sequence[float | None], source: LabelSource) -> list[Entry]:
    """What one source says along each line."""
    found, cuts = stretches(lines, source, context.case.settings.coincide_m)
    crossed = crossings(lines, found, cuts, source)
    doubt = _doubts(lines, crossed, source, radii)
    places = lines.places(crossed.position)
    at = _crossed_at(found, crossed, doubt, places, context.sections_of(places), source)
    by_line = _rows_of(found.line, lines.count)
    crossed_by_line = _rows_of(crossed.line, lines.count)
    closed = (lines.coords[lines.first] == lines.coords[lines.first + lines.sizes - 1]).all(axis=1)
    return [
        _of_line(found, own, [at[k] for k in mine], crossed, mine, source, bool(closed[line]))
        for line, (own, mine) in enumerate(zip(by_line, crossed_by_line, strict=True))
    ]


def _rows_of(line: np.ndarray, count: int) -> list[range]:
    """The rows of each line, which stand one after the other."""
    edges = np.searchsorted(line, np.arange(count + 1)).tolist()
    return [range(i, j) for i, j in pairwise(edges)]


def _doubts(
    lines: Lines, crossed: Crossings, source: LabelSource, radii: Sequence[float | None]
) -> list[Doubt]:
    """Crossings of roads of one accuracy are looked at together."""
    own = [radii[line] for line in crossed.line.tolist()]
    made: list[Doubt | None] = [None] * len(own)
    for radius_m in dict.fromkeys(own):
        rows = np.array([k for k, one in enumerate(own) if one == radius_m], dtype=np.intp)
        some = Crossings(*(getattr(crossed, name)[rows] for name in Crossings.__slots__))
        for row, doubt in zip(rows.tolist(), doubts(lines, some, source, radius_m), strict=True):
            made[row] = doubt
    return [one for one in made if one is not None]


def _crossed_at(
    found: Stretches,
    crossed: Crossings,
    doubt: Sequence[Doubt],
    places: np.ndarray,
    sections: Sequence[str | None],
    source: LabelSource,
) -> list[Entry]:
    return [
        {
            "at_km": float(crossed.at_m[k]) / 1000.0,
            "point": places[k].tolist(),
            "angle_deg": round(float(crossed.angle_deg[k]), 3),
            "before": source.labels[int(found.code[crossed.before[k]])],
            "after": source.labels[int(found.code[crossed.after[k]])],
            "verdict": one.verdict,
            "reasons": list(one.reasons),
            "place_95_m": one.place_95_m,
            "section": sections[k],
        }
        for k, one in enumerate(doubt)
    ]


def _of_line(
    found: Stretches,
    own: range,
    at: list[Entry],
    crossed: Crossings,
    mine: range,
    source: LabelSource,
    closed: bool,
) -> Entry:
    listed: list[tuple[float, float, str]] = [
        (float(found.from_m[k]) / 1000.0, float(found.to_m[k]) / 1000.0, source.labels[int(found.code[k])])
        for k in own
    ]
    length_km: dict[str, list[float]] = {}
    for from_km, to_km, label in listed:
        length_km.setdefault(label, []).append(to_km - from_km)
    return {
        "stretches": [list(one) for one in listed],
        "length_km": {label: fsum(length_km[label]) for label in sorted(length_km)},
        "crossings": len(at),
        "in_doubt": sum(one["verdict"] == "in-doubt" for one in at),
        "crossed_at": at,
        "longest_across": _longest_across(crossed, mine, listed, at, closed),
    }


def _longest_across(
    crossed: Crossings, mine: range, listed: Sequence[Sequence[Any]], at: Sequence[Entry], closed: bool
) -> Entry | None:
    """The longest stretch that the road enters and leaves by crossings; of a loop perhaps over its start."""
    spans = [(float(crossed.at_m[j] - crossed.at_m[i]), i, j) for i, j in pairwise(mine)]
    if closed and len(mine) > 1:
        whole_m = listed[-1][1] * 1000.0
        spans.append((float(whole_m - crossed.at_m[mine[-1]] + crossed.at_m[mine[0]]), mine[-1], mine[0]))
    if not spans:
        return None
    # Of several equally long to 1 µm the first along the road.
    _, i, j = max(spans, key=lambda span: (round(span[0], 6), -span[1]))
    entered, left = at[i - mine[0]], at[j - mine[0]]
    return {"from_km": entered["at_km"], "to_km": left["at_km"], "label": entered["after"]}
