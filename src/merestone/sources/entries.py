"""The entries of a dossier: ``[[source]]`` and ``[[layer]]``, key by key."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from merestone.model.sources import EdgeType, LayerKind, SourceKind, Standing
from merestone.sources.keynames import LAYER_KEYS, SOURCE_KEYS
from merestone.sources.keys import At, Keys, choice, items, long_text, mapping, number, one_of, shown, text
from merestone.sources.spec import LayerSpec, SourceSpec
from merestone.sources.values import (
    MOST_METRES,
    a_date,
    accuracy_of,
    by_party,
    covers_of,
    encoding,
    length_km,
    map_of,
    names,
    path_within,
    sheet,
    source_id,
    standing_of,
)

scale = number(least=1.0, most=1e9)


def read_source(at: At, value: Any, root: Path, parties: Collection[str]) -> SourceSpec:
    """One ``[[source]]``. Raises BadInputError at the first key that cannot be used."""
    keys = Keys(_named(at, value, "source", "id"), value, SOURCE_KEYS)
    name = keys.needed("id", source_id, 'id = "genshtab-1978"')
    side = keys.tabled("side", by_party(parties))
    metres = number(least=0.0, most=MOST_METRES, unit="metres")
    return SourceSpec(
        id=name,
        path=keys.needed("path", path_within(root), 'path = "sources/genshtab-1978.gpkg"'),
        kind=_kind(keys, side),
        title=keys.given("title", text, name),
        side=side,
        party_field=keys.optional("party_field", text),
        layer=keys.optional("layer", text),
        where=keys.optional("where", long_text),
        edges=keys.optional("edges", choice(EdgeType)),
        crs=keys.optional("crs", long_text),
        operation=keys.optional("operation", text),
        rings=keys.given("rings", one_of("structure", "linework"), "structure"),
        encoding=keys.optional("encoding", encoding),
        family=keys.optional("family", text),
        standing=keys.given("standing", standing_of(parties), Standing()),
        map=_map(keys),
        covers=keys.optional("covers", covers_of(root)),
        scale=keys.optional("scale", scale),
        accuracy=keys.optional("accuracy", accuracy_of(has_scale="scale" in keys)),
        generalisation_m=keys.optional("generalisation_m", metres),
        common_share=keys.optional("common_share", number(least=0.0, most=1.0)),
        correlation_km=keys.optional("correlation_km", length_km),
        drafting_m=keys.optional("drafting_m", metres),
        digitising_m=keys.optional("digitising_m", metres),
        georeferencing_m=keys.optional("georeferencing_m", metres),
        control=_control(keys),
        date=keys.optional("date", a_date),
        publisher=keys.optional("publisher", text),
        licence=keys.optional("licence", text),
        attribution=keys.optional("attribution", long_text),
        notes=keys.optional("notes", long_text),
        order=keys.optional("order", one_of("latlon", "lonlat")),
    )


def read_layer(at: At, value: Any, root: Path, parties: Collection[str]) -> LayerSpec:
    """One ``[[layer]]``. Raises BadInputError at the first key that cannot be used."""
    keys = Keys(_named(at, value, "layer", "path"), value, LAYER_KEYS)
    kind = keys.needed("kind", choice(LayerKind), 'kind = "districts"')
    path = keys.needed("path", path_within(root), 'path = "layers/districts.gpkg"')
    if "side" in keys and "party_field" in keys:
        raise keys.at.wrong("both 'side' and 'party_field' are given; leave one out")
    return LayerSpec(
        kind=kind,
        path=path,
        title=keys.given("title", text, path),
        layer=keys.optional("layer", text),
        where=keys.optional("where", long_text),
        side=keys.tabled("side", by_party(parties)),
        party_field=keys.optional("party_field", text),
        id_field=keys.optional("id_field", text),
        names=_name_fields(keys),
        name_forms=keys.tabled("name_forms", mapping(text, names)),
        ref_field=keys.optional("ref_field", text),
        crs=keys.optional("crs", long_text),
        encoding=keys.optional("encoding", encoding),
        accuracy=keys.optional("accuracy", accuracy_of(has_scale=False)),
        date=keys.optional("date", a_date),
        publisher=keys.optional("publisher", text),
        licence=keys.optional("licence", text),
        attribution=keys.optional("attribution", long_text),
    )


def _named(at: At, value: Any, kind: str, key: str) -> At:
    """The place of an entry, with what tells it from the others, if that can be read."""
    name = value.get(key) if isinstance(value, dict) else None
    return replace(at, of=f"{kind} {shown(name)}") if isinstance(name, str) and name.strip() else at


def _kind(keys: Keys, side: Mapping[str, str]) -> SourceKind:
    """What a source shows, by whichever of its three keys is given."""
    given = [name for name in ("side", "party_field", "kind") if name in keys]
    if len(given) != 1:
        what = (
            "both " + " and ".join(f"'{name}'" for name in given[:2]) + " are given"
            if given
            else "none is given"
        )
        raise keys.at.wrong(
            f"a source has exactly one of 'side', 'party_field' and kind = \"lines\", but {what}; "
            "say how the land of each party is told, or that there are only lines"
        )
    if given == ["kind"]:
        keys.needed("kind", one_of(SourceKind.LINES.value), 'kind = "lines"')
        return SourceKind.LINES
    return SourceKind.ONE_SIDED if given == ["side"] and len(side) == 1 else SourceKind.TWO_SIDED


def _map(keys: Keys) -> dict[str, Any]:
    """What is said of a printed map; its sheets, where it is a series, under ``sheets``."""
    made: dict[str, Any] = dict(keys.tabled("map", map_of))
    sheets = keys.listed("sheets", items(sheet))
    return {**made, "sheets": list(sheets)} if sheets else made


def _control(keys: Keys) -> str | None:
    """What the georeferencing rests on; of no meaning where it has no error."""
    if "control" in keys and "georeferencing_m" not in keys:
        raise keys.at.key("control").refuse(
            keys.values["control"],
            "this names what the georeferencing rests on; give its error as georeferencing_m",
        )
    return keys.optional("control", text)


def _name_fields(keys: Keys) -> dict[str, str]:
    """Language to attribute; ``name_field`` is the name whose language the file does not say."""
    fields = keys.tabled("names", names)
    if "name_field" not in keys:
        return fields
    if "und" in fields:
        raise keys.at.wrong("both 'name_field' and names.und are given; leave one out")
    return dict(sorted({**fields, "und": keys.needed("name_field", text, "")}.items()))
