"""``merestone-document/1``: what a document refers to, each item with its place in the text."""

from collections.abc import Mapping
from typing import Any

from merestone.evidence.reading import Reading
from merestone.evidence.text import NORMALISATION
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import FALLBACK, Rounding, rounded

FORMAT = "merestone-document/1"


def document_json(head: Mapping[str, Any], reading: Reading, page_starts: tuple[int, ...]) -> bytes:
    """The bytes. ``head`` has tool, sha256, media, encoding, pages, characters and findings of the file."""
    body = plain(reading)
    language = body.pop("language")
    findings = [*plain(head["findings"]), *body.pop("findings")]
    tree = {
        "format": FORMAT,
        "tool": plain(head["tool"]),
        "sha256": head["sha256"],
        "media": head["media"],
        "language": language["code"],
        "language_sure": language["sure"],
        "encoding": head["encoding"],
        "pages": head["pages"],
        "characters": head["characters"],
        "normalisation": NORMALISATION,
        "page_starts": list(page_starts),
        **body,
        "findings": findings,
    }
    return json_bytes(rounded(tree, Rounding(FALLBACK)))
