"""``dossier.toml``: the one input of most commands, read strictly.

Every key is described in docs/reference/dossier.md.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from merestone.errors import BadInputError
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.settings import Settings
from merestone.model.sources import Party, SourceKind
from merestone.sources.carried import accesses, arrangements
from merestone.sources.documented import evidence_of
from merestone.sources.entries import read_layer, read_source
from merestone.sources.groups import check_control, same_line, unchanged
from merestone.sources.keynames import COMPARE_KEYS, ELLIPSOID_KEYS, PARTY_KEYS, ROUNDING_KEYS, TOP_KEYS
from merestone.sources.keys import At, Keys, Reader, items, number, table, text, whole
from merestone.sources.spec import DossierSpec, SourceSpec
from merestone.sources.tomltext import parse_toml, read_bytes
from merestone.sources.values import names, party_id, source_id, unlike

NAME = "dossier.toml"
FORMAT = 1


def _unit(at: At, value: Any) -> float:
    """A unit of rounding: 1, 0.1, 0.01, … down to 1e-12."""
    made = number(least=1e-12, most=1.0)(at, value)
    if made not in {float(f"1e-{digits}") for digits in range(13)}:
        raise at.refuse(value, "a unit of rounding is 1, 0.1, 0.01 and so on; write e.g. 0.001")
    return made


def _rounding(at: At, value: Any) -> dict[str, float]:
    keys = Keys(at, value, ROUNDING_KEYS)
    default = Settings().rounding
    return {name: keys.given(name, _unit, default[name]) for name in ROUNDING_KEYS}


SETTING_READERS: Mapping[str, Reader[Any]] = {
    "axis": source_id,
    "coincide_m": number(least=0.0, most=100.0, unit="metres"),
    "corridor_m": number(above=0.0, most=1e6, unit="metres"),
    "facing_m": number(least=0.0, most=1e6, unit="metres"),
    "follow_m": number(above=0.0, most=1e5, unit="metres"),
    "min_difference_km2": number(least=0.0, most=1e6, unit="square kilometres"),
    "min_section_m": number(least=0.0, most=1e6, unit="metres"),
    "realisations": whole(least=0, most=100_000),
    "seed": whole(least=0, most=2**53),
    # Below 0.1 m a line of 7,000 km would have more stations than a computer holds.
    "station_m": number(least=0.1, most=1e5, unit="metres"),
    "tolerance_m": number(least=0.0, most=1e6, unit="metres"),
    "rounding": _rounding,
}


def dossier_file(path: Path) -> Path:
    """The ``dossier.toml`` that `path` means: a folder with one, or the file itself."""
    if path.is_dir() and (path / NAME).exists():
        return path / NAME
    if path.is_dir() and path.name != NAME:
        raise BadInputError(f"{path}: there is no {NAME} in this folder; make one with `merestone init`")
    return path


def read_dossier(path: Path) -> DossierSpec:
    """Read and check a dossier: a folder with a ``dossier.toml``, or that file.

    Sources and layers come in an order of their own, whatever theirs in the file. The files that it
    names are not opened. Raises BadInputError with file, key, value and what to do.
    """
    file = dossier_file(path)
    return parse_dossier(read_bytes(file), file)


def parse_dossier(data: bytes, file: Path) -> DossierSpec:
    """The dossier with these bytes, as if they stood in `file`; raises as `read_dossier` does."""
    at = At(str(file))
    values = parse_toml(data, at.file)
    _check_format(at, values)
    keys = Keys(at, values, TOP_KEYS)
    parties = _parties(keys)
    ids = [party.id for party in parties]
    sources = _sources(keys, file.parent, ids)
    layers = keys.listed("layer", items(lambda one, value: read_layer(one, value, file.parent, ids)))
    return DossierSpec(
        root=file.parent,
        title=keys.needed("title", text, 'title = "A – B: maps of 1926 to 1991"'),
        parties=parties,
        sources=tuple(sorted(sources, key=lambda source: source.id)),
        layers=tuple(sorted(layers, key=lambda layer: (layer.kind, layer.path, repr(layer)))),
        settings=_settings(keys, sources),
        ellipsoid=keys.given("ellipsoid", _ellipsoid, WGS84),
        same_line=same_line(keys, sources),
        unchanged=unchanged(keys, sources),
        arrangements=arrangements(keys),
        access=accesses(keys),
        evidence=evidence_of(keys, file.parent, ids, {source.id for source in sources}),
    )


def _check_format(at: At, values: Mapping[str, Any]) -> None:
    """First of all: a dossier of another format may have other keys."""
    if "format" not in values:
        raise at.wrong(f"the key 'format' is missing; write format = {FORMAT} at the top")
    found = values["format"]
    if found != FORMAT or not isinstance(found, int) or isinstance(found, bool):
        raise at.key("format").refuse(
            found,
            f"this version of merestone reads format {FORMAT}; use the version that wrote the dossier",
        )


def _parties(keys: Keys) -> tuple[Party, Party]:
    found = keys.needed("parties", items(party_id), 'parties = ["ARM", "AZE"]')
    at = keys.at.key("parties")
    if len(found) != 2:
        raise at.refuse(list(found), f"{len(found)} are given; a dossier has exactly two parties")
    unlike(at, found)
    one, two = sorted(found)
    tables = keys.given("party", lambda at, value: Keys(at, value, (one, two)), None)
    return _party(tables, one), _party(tables, two)


def _party(tables: Keys | None, name: str) -> Party:
    def read(at: At, value: Any) -> dict[str, str]:
        return Keys(at, value, PARTY_KEYS).tabled("names", names)

    return Party(name, {} if tables is None else tables.tabled(name, read))


def _sources(keys: Keys, root: Path, parties: Collection[str]) -> tuple[SourceSpec, ...]:
    found = keys.listed("source", items(lambda at, value: read_source(at, value, root, parties)))
    places: dict[str, int] = {}
    for k, source in enumerate(found):
        if source.id in places:
            raise (
                keys.at.key("source")
                .item(k)
                .key("id")
                .refuse(source.id, f"source[{places[source.id] + 1}] has the same id; give each its own")
            )
        places[source.id] = k
    check_control(keys.at.key("source"), found)
    return found


def _settings(keys: Keys, sources: Collection[SourceSpec]) -> Settings:
    if "compare" not in keys:
        return Settings()
    at = keys.at.key("compare")
    given = Keys(at, keys.values["compare"], COMPARE_KEYS)
    settings = Settings(**{name: given.needed(name, SETTING_READERS[name], "") for name in given.values})
    if settings.axis is not None:
        _check_axis(at.key("axis"), settings.axis, sources)
    return settings


def _check_axis(at: At, axis: str, sources: Collection[SourceSpec]) -> None:
    kinds = {source.id: source.kind for source in sources}
    able = (
        ", ".join(sorted(f"'{one}'" for one, kind in kinds.items() if kind is SourceKind.TWO_SIDED)) or "none"
    )
    if axis not in kinds:
        raise at.refuse(axis, f"there is no source with this id; two-sided ones are {able}")
    if kinds[axis] is not SourceKind.TWO_SIDED:
        raise at.refuse(
            axis, f"this source is {kinds[axis]}; the axis needs a two-sided one, which are {able}"
        )


def _ellipsoid(at: At, value: Any) -> Ellipsoid:
    keys = Keys(at, table(at, value), ELLIPSOID_KEYS)
    return Ellipsoid(
        keys.needed("name", text, 'name = "Krassovsky 1940"'),
        keys.needed("a_m", number(least=1e6, most=1e8, unit="metres"), "a_m = 6378245.0"),
        # The series for geodesics hold up to 0.02 (Karney 2013, doi:10.1007/s00190-012-0578-z).
        keys.needed("f", number(least=0.0, most=0.02), "f = 0.0033523298692591"),
    )
