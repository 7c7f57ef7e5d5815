"""Every key that a dossier may have, by table. docs/reference/dossier.md describes each (a test compares)."""

from collections.abc import Mapping
from dataclasses import fields

from merestone.model.settings import Settings

TOP_KEYS = (
    "format", "title", "parties", "party", "source", "layer", "compare", "ellipsoid", "same_line",
    "unchanged", "arrangement", "access", "document", "citation", "instrument", "basis", "position", "name",
    "evidence",
)  # fmt: skip
PARTY_KEYS = ("names",)
ELLIPSOID_KEYS = ("name", "a_m", "f")
COMPARE_KEYS = tuple(field.name for field in fields(Settings))
ROUNDING_KEYS = tuple(sorted(Settings().rounding))
SOURCE_KEYS = (
    "id", "path", "title", "kind", "side", "party_field", "layer", "where", "edges", "crs", "operation",
    "rings", "encoding", "family", "attribution", "notes", "common_share", "correlation_km",
    "generalisation_m", "drafting_m", "digitising_m", "georeferencing_m", "control", "standing", "map",
    "sheets", "covers", "scale", "accuracy", "date", "publisher", "licence", "order",
)  # fmt: skip
LAYER_KEYS = (
    "kind", "path", "title", "layer", "where", "side", "party_field", "id_field", "name_field", "names",
    "name_forms", "ref_field", "crs", "encoding", "accuracy", "date", "publisher", "licence", "attribution",
)  # fmt: skip
ARRANGEMENT_KEYS = ("route", "from_km", "to_km", "since", "until", "terms", "entry")
ACCESS_KEYS = ("piece", "from_km", "to_km", "months", "reason")
ACCURACY_KEYS = ("measure", "metres", "assumed", "assumed_by", "reason")
STANDING_KEYS = ("offered_by", "available_to", "accepted_by", "contested_by")
CONTESTED_KEYS = ("party", "reason")
UNCHANGED_KEYS = ("sources", "stated_by", "reason")
COVERS_KEYS = ("bbox", "path")
DOCUMENT_KEYS = (
    "id", "title", "symbol", "date", "party", "body", "kind", "language", "path", "sha256", "publisher",
    "licence", "stated_by", "facts", "refers_to",
)  # fmt: skip
CITATION_KEYS = ("id", "document", "sha256", "quote", "range", "page", "translation")
TRANSLATION_KEYS = ("language", "text", "by")
INSTRUMENT_KEYS = (
    "id", "titles", "date", "parties", "in_force_since", "in_force_until", "critical_date", "says",
    "stated_by", "tripoint",
)  # fmt: skip
BASIS_KEYS = ("section", "party", "instruments", "maps", "citations", "stated_in")
REPLY_KEYS = ("party", "date", "language", "text", "translation", "citations")
POSITION_KEYS = ("section", *REPLY_KEYS, "reply")
NAME_KEYS = ("place", "forms")
FORM_KEYS = ("language", "form", "used_by")
EVIDENCE_KEYS = ("precedence", "precedence_agreed_in")
MAP_KEYS = ("series", "sheet", "edition", "surveyed", "published", "printed_disclaimer", "annexed_to")

_TABLES = {
    "the top of the file (before any [header])": TOP_KEYS,
    "[[source]]": SOURCE_KEYS,
    "[[layer]]": LAYER_KEYS,
    "[compare]": COMPARE_KEYS,
}
BELONGS: Mapping[str, str] = {
    key: " or ".join(place for place, others in _TABLES.items() if key in others)
    for keys in _TABLES.values()
    for key in keys
    if key != "name"  # in another table it is most likely a slip for names
}
"""Where a key belongs, for one that stands in another table: TOML has no end of a table."""
