"""The JSON Schemas (2020-12) that are shipped with merestone, one for each format that it writes."""

import json
from importlib.resources import files
from typing import Any

SCHEMAS = (
    "comparison-1",
    "manifest-1",
    "check-1",
    "lock-1",
    "sensitivity-1",
    "verification-1",
    "places-1",
    "features-1",
    "record-status-1",
    "candidate-1",
    "description-1",
    "georeference-1",
    "publication-1",
    "publication-check-1",
    "explanation-1",
    "document-1",
    "evidence-1",
)
"""Names of the shipped schemas: format and version."""


def load_schema(name: str) -> dict[str, Any]:
    """The schema called `name`; raises KeyError where there is none."""
    if name not in SCHEMAS:
        raise KeyError(name)
    text = files("merestone.publish").joinpath("schemas", f"{name}.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert isinstance(schema, dict)
    return schema
