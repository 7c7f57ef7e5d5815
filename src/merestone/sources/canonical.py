"""The hash of a dossier: over what was parsed and the lock, alike for both orders of the parties.

Exchanging the two party ids everywhere gives a dossier with the same SHA-256 and the other
orientation; see docs/adr/0006-dossier-hash-and-orientation.md.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from math import isfinite
from typing import Any

from merestone.model.labels import BOTH
from merestone.model.settings import Settings
from merestone.model.sources import Standing, Unchanged
from merestone.sources.carried import entries_of
from merestone.sources.spec import DossierSpec, LayerSpec, Lock, SourceSpec

FORMAT = "merestone-dossier/1"
_LATER = frozenset({"follow_m"})
Rename = Callable[[str], str]


def dossier_digest(spec: DossierSpec, lock: Lock | None) -> tuple[str, str]:
    """(sha256, oriented) of a dossier with its lock.

    ``sha256`` is that of the canonical text of the dossier or of the one with the party ids
    exchanged, whichever comes first by code point; ``oriented`` is the id of the party first by id
    if it was the dossier itself, the other id if it was the exchanged one, and ``both`` if the
    exchange changes nothing.
    """
    one, two = (party.id for party in spec.parties)
    other = {one: two, two: one}
    itself = canonical_text(canonical(spec, lock))
    exchanged = canonical_text(canonical(spec, lock, rename=lambda word: other.get(word, word)))
    oriented = BOTH if itself == exchanged else one if itself < exchanged else two
    return hashlib.sha256(min(itself, exchanged).encode("utf-8")).hexdigest(), oriented


def canonical(spec: DossierSpec, lock: Lock | None, *, rename: Rename = lambda word: word) -> dict[str, Any]:
    """A dossier as plain data in its one form, with `rename` applied to words that are party ids.

    What is not given is left out; settings stand with their defaults; sources and layers are sorted.
    """
    made = {
        "format": FORMAT,
        "title": spec.title,
        "parties": {rename(party.id): plain(party.names) for party in spec.parties},
        "settings": _settings(spec.settings),
        "ellipsoid": plain(spec.ellipsoid),
        "sources": {source.id: _entry(source, spec, rename) for source in spec.sources},
        "layers": sorted((_entry(layer, spec, rename) for layer in spec.layers), key=canonical_text),
        "files": plain(lock.files) if lock else {},
        "operations": plain(lock.operations) if lock else {},
    }
    # Keys that came later stand only where they are given, so that other dossiers keep their hash.
    given = {
        "same_line": sorted(plain(spec.same_line)),
        "unchanged": sorted((_unchanged(one, rename) for one in spec.unchanged), key=canonical_text),
        "arrangements": plain(entries_of(spec.arrangements)),
        "access": plain(entries_of(spec.access)),
    }
    return made | {key: value for key, value in given.items() if value}


def _settings(settings: Settings) -> dict[str, Any]:
    """All settings; those that came later only where they are not the default, so that hashes stay."""
    default = Settings()
    return {
        name: value
        for name, value in plain(settings).items()
        if name not in _LATER or getattr(settings, name) != getattr(default, name)
    }


def canonical_text(data: Any) -> str:
    """Canonical JSON: keys sorted by code point, no spaces, shortest floats, no escapes beyond those due."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _entry(entry: SourceSpec | LayerSpec, spec: DossierSpec, rename: Rename) -> dict[str, Any]:
    made = plain(entry)
    sides = _sides(entry, spec, rename)
    made = {key: value for key, value in made.items() if key not in ("side", "party_field", "standing")}
    if sides:
        made["side"] = sides
    if isinstance(entry, SourceSpec) and (standing := _standing(entry.standing, rename)):
        made["standing"] = standing
    accuracy = made.get("accuracy")
    if accuracy and "assumed_by" in accuracy:
        made["accuracy"] = {**accuracy, "assumed_by": rename(accuracy["assumed_by"])}
    return made


def _unchanged(one: Unchanged, rename: Rename) -> dict[str, Any]:
    """Whoever states it may be a party."""
    made: dict[str, Any] = plain(one)
    return made | ({"stated_by": rename(one.stated_by)} if one.stated_by else {})


def _sides(entry: SourceSpec | LayerSpec, spec: DossierSpec, rename: Rename) -> dict[str, Any]:
    """How each party's features are told. What a file holds is no id of ours and is not renamed."""
    if entry.party_field is None:
        return {rename(party): {"where": where} for party, where in entry.side.items()}
    return {rename(party.id): {"field": entry.party_field, "value": party.id} for party in spec.parties}


def _standing(standing: Standing, rename: Rename) -> dict[str, Any]:
    made: dict[str, Any] = {
        name: sorted(map(rename, getattr(standing, name)))
        for name in ("offered_by", "available_to", "accepted_by")
    }
    made["contested_by"] = sorted([rename(party), reason] for party, reason in standing.contested_by)
    return {name: value for name, value in made.items() if value}


def plain(value: Any) -> Any:
    """Dataclasses, enums, tuples and mappings as plain JSON data; what is None or empty is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        made = {str(key): plain(one) for key, one in value.items()}
        return {key: one for key, one in made.items() if one is not None and one not in ("", [], {})}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not isfinite(value):
        return str(value)  # an infinite correlation length; JSON knows no such number
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Sequence):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")
