"""``publication.json``, what a check of a published folder found, and what `explain` says, as plain values."""

from collections.abc import Sequence
from typing import Any

from merestone.model.findings import Finding
from merestone.publish.dossier.bag import Checked
from merestone.publish.dossier.build import left_out
from merestone.publish.dossier.desk import desk_of
from merestone.publish.dossier.material import Material
from merestone.publish.dossier.speech import speaker
from merestone.publish.plain import json_bytes, plain

FORMAT = "merestone-publication/1"


def publication_tree(
    material: Material,
    languages: Sequence[str],
    formats: Sequence[str],
    reader: str,
    findings: Sequence[Finding],
) -> dict[str, Any]:
    """``publication.json``: what was published for whom, and what was left out."""
    c, record = material.comparison, material.record
    names = {party.id: dict(party.names) for party in c.parties}
    return {
        "format": FORMAT,
        "tool": plain(c.tool),
        "dossier": {"title": c.dossier["title"], "sha256": c.dossier["sha256"]},
        "parties": [{"id": id_, "names": dict(sorted(names[id_].items()))} for id_ in material.order],
        "languages": [{"code": code, "reviewed": speaker(code).reviewed} for code in sorted(languages)],
        "formats": sorted(formats),
        "reader": reader,
        "sections": len(c.sections),
        "left_out": dict(left_out(desk_of(material))),
        "record": None
        if record is None
        else {
            "id": record.id,
            "joined": record.joined,
            "same_dossier": record.same_dossier,
            "heads": {
                party: {"seq": record.heads[party][0], "code": record.heads[party][1]}
                for party in sorted(record.heads)
            },
            "not_disclosed": dict(record.hidden),
        },
        "findings": plain(list(findings)),
    }


def checked_json(found: Checked) -> bytes:
    """What ``merestone publish --check --json`` prints (format ``merestone-publication-check/1``)."""
    return json_bytes({"format": "merestone-publication-check/1", "whole": found.whole, **plain(found)})


def explanation_json(
    material: Material, section: str | None, language: str, lines: Sequence[tuple[str, str]]
) -> bytes:
    """What ``merestone explain --json`` prints (format ``merestone-explanation/1``)."""
    dossier = material.comparison.dossier
    tree = {
        "format": "merestone-explanation/1",
        "dossier": {"title": dossier["title"], "sha256": dossier["sha256"]},
        "section": section,
        "language": language,
        "reviewed": speaker(language).reviewed,
        "lines": [{"kind": kind, "text": text} for kind, text in lines],
    }
    return json_bytes(tree)
