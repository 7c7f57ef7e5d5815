"""Writes the JSON Schema of the record's entries from the classes that read them.

Run: python tools/record_schema.py
"""

import json
from pathlib import Path

import msgspec

from merestone.record.bodies import (
    BODIES,
)
from merestone.record.entry import Ack

TARGET = Path(__file__).parents[1] / "src" / "merestone" / "record" / "schemas" / "entry-1.schema.json"
HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def schema():
    """The payload; which body belongs to which type is told by conditions."""
    refs, parts = msgspec.json.schema_components([Ack, *BODIES.values()], ref_template="#/$defs/{name}")
    bodies = dict(zip(BODIES, refs[1:], strict=True))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:merestone:schema:record-entry-1",
        "title": "Entry of a joint record",
        "description": "The signed payload of an entry. The body of a type that is not listed is any object.",
        "type": "object",
        "required": ["ack", "at", "body", "disclosure", "party", "prev", "record", "seq", "type", "v"],
        "additionalProperties": False,
        "properties": {
            "ack": {
                **refs[0],
                "description": "What the writer has of the other log: number and hash of the last.",
            },
            "at": {"type": "string", "description": "The time that the writer states, in UTC."},
            "body": {"type": "object", "description": "What is said; its form depends on the type."},
            "disclosure": {
                "enum": ["parties", "observers", "public"],
                "description": "Who may read it, for its writer.",
            },
            "party": {"type": "string", "description": "Whose log it is in."},
            "prev": {
                **HASH,
                "description": "Hash of the entry before it in that log; of the first the record.",
            },
            "record": {**HASH, "description": "Name of the record."},
            "seq": {"type": "integer", "minimum": 1, "description": "Its number in that log."},
            "type": {"type": "string", "description": "What kind of statement it is."},
            "v": {"const": 1, "description": "Version of the form of entries."},
        },
        "allOf": [
            {"if": {"properties": {"type": {"const": kind}}}, "then": {"properties": {"body": ref}}}
            for kind, ref in bodies.items()
        ],
        "$defs": parts,
    }


def text():
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
