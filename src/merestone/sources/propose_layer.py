"""What a ``[[layer]]`` may say of a file: looked up in the file, never asked. The sister of `propose`.

What a layer is for, its kind, is for the user to say; the rest is found: which layer of the file has the
right shapes, which attributes hold ids and names, and which tell the parties apart.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.errors import BadInputError
from merestone.model.sources import LayerKind, Party
from merestone.sources.guesses import source_id_for
from merestone.sources.matching import Match, best_match
from merestone.sources.notes import Notes
from merestone.sources.propose import (
    AREAS,
    LINES,
    POINTS,
    Entry,
    Proposal,
    check_filters,
    crs_if_unnamed,
    hints,
    printable,
    shape_of,
)
from merestone.sources.read import reader
from merestone.sources.rows import Features
from merestone.sources.spec import LayerSpec
from merestone.sources.survey import survey
from merestone.sources.tables import is_table, table_reader

_SHAPES: Mapping[LayerKind, tuple[str, ...]] = {
    LayerKind.DISTRICTS: (AREAS,),
    LayerKind.SETTLEMENTS: (POINTS, AREAS),
    LayerKind.WATERS: (AREAS,),
    LayerKind.RIVERS: (LINES, AREAS),
    LayerKind.WATERSHEDS: (LINES, AREAS),
    LayerKind.ROADS: (LINES,),
    LayerKind.MARKS: (POINTS,),
    LayerKind.PARCELS: (AREAS,),
}
"""The shapes that a layer of a kind may have, the usual one first."""
_SIDED = (LayerKind.DISTRICTS, LayerKind.SETTLEMENTS, LayerKind.PARCELS)
"""Kinds whose features are of one party or the other."""
_OSM_FILTERS = {
    LayerKind.DISTRICTS: ("boundary", "boundary = 'administrative'"),
    LayerKind.SETTLEMENTS: ("place", "place IN ('city', 'town', 'village', 'hamlet')"),
    LayerKind.WATERS: ("natural", "natural = 'water'"),
    LayerKind.RIVERS: ("waterway", "waterway IN ('river', 'stream')"),
    LayerKind.ROADS: ("highway", "highway IS NOT NULL"),
}
"""OpenStreetMap holds everything in one layer; these are its own words for a kind."""
_IDS = ("id", "osm_id", "osm_way_id", "geonameid", "code", "number", "no", "nr", "№")
_NAMED = re.compile(r"name(?:_([a-z]{2})|:([a-z]{2,3}(?:-[a-z0-9]{2,8})*))", re.IGNORECASE)
"""``name_hy``, and OpenStreetMap's ``name:az-Latn``; three letters after _ are mostly no language."""
_OPEN = ("accuracy", "date", "publisher", "licence")


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One layer of a file, as it was seen. ``where`` selects what is of the kind."""

    layer: str | None
    crs: str | None
    where: str | None
    features: Features
    match: Match | None


def propose_layer(path: Path, kind: LayerKind, parties: Sequence[Party]) -> Proposal:
    """Look at a file and propose title, layer, filter, sides, ids, names and CRS of a layer of `kind`.

    Raises BadInputError where the file cannot be read, or holds no shapes that the kind can have.
    """
    stem = path.name.partition(".")[0]
    name = source_id_for(stem, ())
    notes = Notes(None, str(path))
    remarks: list[str] = []
    said: list[str] = []
    entries = [Entry("kind", kind.value), Entry("title", printable(stem) or name)]
    texts: tuple[str, ...] = ()
    if is_table(path, None):
        look = _of_table(path, kind, notes, remarks, said)
    else:
        seen = survey(path, notes)
        texts = seen.texts
        looks = [one for layer in seen.every for one in _looks(path, layer, kind, parties, notes)]
        look = _chosen(looks, kind, notes)
        if len(seen.every) > 1:
            others = ", ".join(str(layer) for layer in seen.every if layer != look.layer)
            entries.append(Entry("layer", look.layer))
            said.append(f"{path.name}: layer '{look.layer}' is taken; it also holds {others}")
        entries += _told(look)
        if _is_osm(path) and look.where is None:
            remarks.append(f'where = "…" # OpenStreetMap has everything in one layer: say what {kind} are')
            said.append(f"{path.name}: set `where`, or everything in layer '{look.layer}' counts as {kind}")
        entries += crs_if_unnamed(path, look.crs, look.features, remarks, said)
    entries += _attributes(look.features.columns, kind)
    entries += [entry for entry in hints(path, texts, said) if entry.key != "scale"]
    given = {entry.key for entry in entries}
    remarks.append("still open: " + ", ".join(key for key in _OPEN if key not in given))
    return Proposal(name, tuple(entries), tuple(remarks), tuple(said))


def _looks(
    path: Path, layer: str | None, kind: LayerKind, parties: Sequence[Party], notes: Notes
) -> Iterator[_Look]:
    """The layer, if what it holds of the kind has a shape that fits."""
    with reader(path, notes, layer=layer) as file:
        tag, where = _OSM_FILTERS.get(kind, ("", ""))
        is_osm = _is_osm(path) and tag in file.fields
        features = file.select(where if is_osm else None)
        if shape_of(features) not in _SHAPES[kind]:
            return
        match = best_match(features.columns, parties) if kind in _SIDED else None
        if match is not None and match.rank > 2 and kind is not LayerKind.DISTRICTS:
            match = None  # a settlement may be called what a party is called
        if match is not None and not is_osm:
            check_filters(file, features, match, notes)
        yield _Look(layer, file.crs, where if is_osm else None, features, match)


def _is_osm(path: Path) -> bool:
    return path.name.lower().endswith((".osm.pbf", ".osm"))


def _chosen(looks: Sequence[_Look], kind: LayerKind, notes: Notes) -> _Look:
    """The layer with the usual shape, then the one with most features."""
    if not looks:
        raise notes.refuse(
            f"it holds no {' or '.join(_SHAPES[kind])}, which {kind} are; name another file or kind"
        )
    usual = [look for look in looks if shape_of(look.features) == _SHAPES[kind][0]]
    return max(usual or looks, key=lambda look: len(look.features.fids))


def _told(look: _Look) -> Iterator[Entry]:
    if look.where is not None:
        yield Entry("where", look.where, "what OpenStreetMap calls so; narrow it as you need")
    if look.match is not None:
        yield Entry("side", look.match.filters())


def _of_table(path: Path, kind: LayerKind, notes: Notes, remarks: list[str], said: list[str]) -> _Look:
    """A table of coordinates is a layer of points; what it does not say itself stays open."""
    if POINTS not in _SHAPES[kind]:
        raise notes.refuse(
            f"a table of coordinates holds points, and {kind} are {' or '.join(_SHAPES[kind])}"
        )
    try:
        features = table_reader(path, LayerSpec(kind, path.name, ""), notes).select(None)
    except BadInputError:
        spec = LayerSpec(kind, path.name, "", crs="EPSG:4326")
        features = table_reader(path, spec, notes).select(None)
        remarks.append('crs = "EPSG:4284" # the table does not say it: find out, and set it')
        said.append(f"{path.name}: does not say crs; set it first of all")
    return _Look(None, None, None, features, None)


def _attributes(columns: Mapping[str, NDArray[Any]], kind: LayerKind) -> Iterator[Entry]:
    """The attributes that hold ids, names and the numbers of roads, told by what they are called."""
    filled = {name: values for name, values in columns.items() if any(map(_given, values.tolist()))}
    for wanted in _IDS:
        found = next((name for name in filled if name.lower() == wanted and _tells_apart(filled[name])), None)
        if found is not None:
            yield Entry("id_field", found)
            break
    names = {(match[1] or match[2]).lower(): name for name in filled if (match := _NAMED.fullmatch(name))}
    plain = next((name for name in filled if name.lower() == "name"), None)
    if names and plain is not None:
        names["und"] = plain
    if names:
        yield Entry("names", dict(sorted(names.items())))
    elif plain is not None:
        yield Entry("name_field", plain)
    if kind is LayerKind.ROADS and "ref" in filled:
        yield Entry("ref_field", "ref")


def _given(value: Any) -> bool:
    return value is not None and value == value and value != ""  # noqa: PLR0124 - NaN is no value


def _tells_apart(values: NDArray[np.object_]) -> bool:
    """Whether each feature has a value of its own."""
    listed = values.tolist()
    return all(map(_given, listed)) and len(set(listed)) == len(listed)
