"""What a ``[[source]]`` may say of a file: looked up in the file, never asked.

A proposal holds what was found and says in comments what is only a hint. What cannot be known from a
file (accuracy, publisher, licence, standing) is left open and listed.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.errors import BadInputError
from merestone.model.sources import EdgeType, Party, SourceKind
from merestone.sources.crs import has_place
from merestone.sources.guesses import date_in, scale_in, source_id_for
from merestone.sources.matching import Match, best_match
from merestone.sources.notes import Notes
from merestone.sources.read import reader
from merestone.sources.rows import Features, Reader
from merestone.sources.spec import SourceSpec
from merestone.sources.survey import survey
from merestone.sources.tables import is_table, table_reader

AREAS, LINES, POINTS = "areas", "lines", "points"
_OPEN = ("accuracy", "date", "publisher", "licence", "standing")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a proposal with its value; ``comment`` says where a hint comes from."""

    key: str
    value: Any
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A ``[[source]]`` or ``[[layer]]`` for one file, without its path."""

    id: str
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...]
    """Comment lines that end it: keys that a person has to fill."""
    notes: tuple[str, ...]
    """Sentences for the person who registers the file."""


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One layer of a file, as it was seen."""

    layer: str | None
    shape: str | None
    crs: str | None
    features: Features
    match: Match | None


def propose_source(path: Path, parties: Sequence[Party], taken: Collection[str] = ()) -> Proposal:
    """Look at a file and propose id, title, sides or kind, layer, CRS, scale and date.

    ``taken`` are the ids that other sources have. Raises BadInputError where the file cannot be read,
    or where nothing in it tells the land of a party.
    """
    name = source_id_for(path.name.partition(".")[0], taken)
    notes = Notes(name, str(path))
    entries = [Entry("id", name), Entry("title", printable(path.name.partition(".")[0]) or name)]
    remarks: list[str] = []
    said: list[str] = []
    texts: tuple[str, ...] = ()
    if is_table(path, None):
        entries += _of_table(path, notes, remarks, said)
    else:
        seen = survey(path, notes)
        texts = seen.texts
        look, others = _chosen([_look(path, layer, parties, notes) for layer in seen.layers], notes)
        if others:
            entries.append(Entry("layer", look.layer))
            said.append(f"{path.name}: layer '{look.layer}' is taken; it also holds {', '.join(others)}")
        entries += _shown(path, look, parties, said)
        entries += crs_if_unnamed(path, look.crs, look.features, remarks, said)
    entries += hints(path, texts, said)
    given = {entry.key for entry in entries}
    remarks.append("still open: " + ", ".join(key for key in _OPEN if key not in given))
    return Proposal(name, tuple(entries), tuple(remarks), tuple(said))


def has_sides(path: Path, name: str, field: str) -> bool:
    """Whether the attribute `field` of a file tells sides; without it lines alone are accepted.

    Raises BadInputError, as reading the source `name` does, and for areas without the attribute.
    """
    if is_table(path, None):
        return False
    notes = Notes(name, str(path))
    with reader(path, notes) as file:
        if field not in file.fields and shape_of(file.select(None)) == AREAS:
            raise notes.refuse(
                f"its areas have no attribute '{field}'; they have {', '.join(file.fields) or 'none'}"
            )
        return field in file.fields


def _look(path: Path, layer: str | None, parties: Sequence[Party], notes: Notes) -> _Look:
    with reader(path, notes, layer=layer) as file:
        features = file.select(None)
        match = best_match(features.columns, parties)
        look = _Look(layer, shape_of(features), file.crs, features, match)
        if look.shape == AREAS and match is not None:
            check_filters(file, features, match, notes)
    return look


def check_filters(file: Reader, features: Features, match: Match, notes: Notes) -> None:
    """Make sure that each filter selects the features that were meant."""
    for party, where in match.filters().items():
        meant = features.fids[match.rows(features.columns[match.field], party)].tolist()
        found = file.select(where).fids.tolist()
        if sorted(found) != sorted(meant):
            raise notes.refuse(
                f"the filter {where!r} selects {len(found)} features where {len(meant)} were meant; "
                "write its entry by hand"
            )


def shape_of(features: Features) -> str | None:
    """Whether a layer shows areas or else lines or else points; None: nothing."""
    parts = features.geometries
    while (nested := shapely.get_type_id(parts) == 7).any():
        parts = np.concatenate([parts[~nested], shapely.get_parts(parts[nested])])
    kinds = set(shapely.get_type_id(parts).tolist())
    if kinds & {3, 6}:
        return AREAS
    return LINES if kinds & {1, 2, 5} else POINTS if kinds & {0, 4} else None


def _chosen(looks: Sequence[_Look], notes: Notes) -> tuple[_Look, list[str]]:
    """The layer to take, and the names of the others."""
    areas = [look for look in looks if look.shape == AREAS]
    told = [look for look in areas if look.match is not None]
    usable = told or [look for look in looks if look.shape == LINES and not areas]
    if not usable:
        raise notes.refuse(_nothing_usable(looks, areas))
    best = min(
        usable, key=lambda look: (-len(look.match.values), look.match.rank) if told and look.match else (0, 0)
    )
    return best, [str(look.layer) for look in looks if look is not best]


def _nothing_usable(looks: Sequence[_Look], areas: Sequence[_Look]) -> str:
    if not any(len(look.features.fids) for look in looks):
        return "it holds no feature; name another file"
    if not areas:
        return "it holds neither areas nor lines; points are a layer, so add it with e.g. --layer settlements"
    fields = sorted({field for look in areas for field in look.features.columns})
    return (
        f"no attribute of it holds the id, ISO code or name of a party; it has "
        f"{', '.join(fields) or 'none'}, so add names under [party.….names], or write "
        "its [[source]] by hand with `side`"
    )


def _shown(path: Path, look: _Look, parties: Sequence[Party], said: list[str]) -> Iterator[Entry]:
    """What the layer shows: the sides of the parties, or lines alone."""
    if look.shape == LINES or look.match is None:
        yield Entry("kind", "lines")
        return
    yield Entry("side", look.match.filters())
    missing = [party.id for party in parties if party.id not in look.match.values]
    if missing:
        shows = ", ".join(look.match.values)
        said.append(
            f"{path.name}: shows {shows}, and nothing stands for {missing[0]}, so it is taken as one-sided"
        )


def crs_if_unnamed(
    path: Path, crs: str | None, features: Features, remarks: list[str], said: list[str]
) -> Iterator[Entry]:
    """A CRS where the file names none: WGS 84 if its numbers fit degrees, else left open."""
    if crs is not None and has_place(crs):
        return
    west, south, east, north = shapely.total_bounds(features.geometries).tolist()
    if west >= -180.0 and east <= 360.0 and south >= -90.0 and north <= 90.0:
        said.append(f"{path.name}: names no CRS; its numbers fit degrees, and WGS 84 is a guess, so check it")
        yield Entry("crs", "EPSG:4326", "a guess: the file names none, and its numbers fit degrees")
        return
    zone = {int(edge // 1e6) for edge in (west, east)}
    example = f"EPSG:284{min(zone):02d}" if len(zone) == 1 and 2 <= min(zone) <= 32 else "EPSG:…"
    remarks.append(f'crs = "{example}" # the file names none: find out which, and set it')
    said.append(f"{path.name}: names no CRS and its numbers are no degrees; set `crs` before anything else")


def _of_table(path: Path, notes: Notes, remarks: list[str], said: list[str]) -> Iterator[Entry]:
    """A table of turning points is a line; what it does not say itself stays open."""
    yield Entry("kind", "lines")
    missing = _unsaid(path, notes)
    examples = {"crs": "EPSG:4284", "edges": "geodesic", "order": "latlon"}
    remarks += [
        f'{key} = "{examples[key]}" # the table does not say it: find out, and set it' for key in missing
    ]
    if missing:
        said.append(
            f"{path.name}: does not say {' and '.join(missing)}; set what the treaty says first of all"
        )


def _unsaid(path: Path, notes: Notes) -> tuple[str, ...]:
    """Which of datum, line type and axis order the dossier has to say, as fewest as will do."""
    first: BadInputError | None = None
    choices = sorted(product((False, True), repeat=3), key=sum)
    for crs, edges, order in choices:
        spec = SourceSpec(
            "table", path.name, SourceKind.LINES, "", crs="EPSG:4326" if crs else None,
            edges=EdgeType.GEODESIC if edges else None, order="latlon" if order else None,
        )  # fmt: skip
        try:
            table_reader(path, spec, Notes(notes.source, notes.path))
        except BadInputError as error:
            first = first or error
        else:
            return tuple(key for key, lacks in (("crs", crs), ("edges", edges), ("order", order)) if lacks)
    assert first is not None
    raise first


def hints(path: Path, texts: Sequence[str], said: list[str]) -> Iterator[Entry]:
    """Scale and date, where the name or the metadata of the file hint at them."""
    stem = path.name.partition(".")[0]
    if found := scale_in(stem, texts):
        scale, where = found
        said.append(f"{path.name}: scale 1:{scale:,} is taken from {where}; check it")
        yield Entry("scale", scale, f"from {where}")
    if date := date_in(stem):
        said.append(
            f"{path.name}: date {date} is taken from the file name; it must be that of what the map shows"
        )
        yield Entry("date", date, "from the file name: of what the map shows?")


def printable(text: str) -> str:
    """A text without the characters that no file can show."""
    return "".join(mark for mark in text if mark.isprintable()).strip()
