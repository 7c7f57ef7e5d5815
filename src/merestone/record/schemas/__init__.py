"""The JSON Schema of entries, made from the classes of ``bodies`` by ``tools/record_schema.py``."""

import json
from importlib.resources import files
from typing import Any


def load_schema() -> dict[str, Any]:
    """The schema of an entry's payload, with the body of each type under ``$defs``."""
    text = files("merestone.record.schemas").joinpath("entry-1.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert isinstance(schema, dict)
    return schema
