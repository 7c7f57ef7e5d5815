"""Check the documents of a dossier, and list them with what rests on them."""

import json
from dataclasses import dataclass
from pathlib import Path

from merestone.errors import BadInputError
from merestone.evidence.checking import Held, check_evidence
from merestone.evidence.timeline import Event, timeline
from merestone.model.documents import Evidence
from merestone.model.findings import Finding
from merestone.model.progress import Progress, silent
from merestone.publish.evidencejson import evidence_json
from merestone.service.workbench import Dossier
from merestone.sources.documents.read import read_document


def check(dossier: Dossier, *, progress: Progress = silent) -> tuple[Finding, ...]:
    """Find every quotation anew, and what is missing or one-sided; errors first.

    Raises BadInputError where a document's file cannot be read at all.
    """
    evidence = dossier.evidence
    held: dict[str, Held] = {}
    missing: list[str] = []
    files = [one for one in evidence.documents if one.path is not None]
    for k, one in enumerate(files):
        progress("reading", one.id, k / len(files))
        path = dossier.path / str(one.path)
        if not path.exists():
            missing.append(one.id)
            continue
        file = read_document(path)
        held[one.id] = Held(file.sha256, file.text, file.read)
    progress("reading", None, 1.0)
    parties = [party.id for party in dossier.parties]
    return check_evidence(
        evidence, held, missing, parties, _sections(dossier.path / "out" / "comparison.json")
    )


def _sections(path: Path) -> frozenset[str] | None:
    """The ids of the sections of the comparison that lies beside the dossier; None where there is none."""
    if not path.is_file():
        return None
    try:
        tree = json.loads(path.read_bytes())
        return frozenset(str(section["id"]) for section in tree["sections"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInputError(
            f"{path}: this is no comparison; run `merestone compare` again, or move it away"
        ) from None


@dataclass(frozen=True, slots=True)
class EvidenceRun:
    """What the dossier says of documents, its dates in one row, and both as JSON."""

    evidence: Evidence
    events: tuple[Event, ...]
    here: frozenset[str]
    """Ids of the documents whose file is in the dossier."""
    json: bytes


def overview(dossier: Dossier) -> EvidenceRun:
    """Everything that the dossier says of documents; no file is read."""
    evidence = dossier.evidence
    events = timeline(evidence)
    here = frozenset(
        one.id for one in evidence.documents if one.path is not None and (dossier.path / one.path).exists()
    )
    return EvidenceRun(
        evidence, events, here, evidence_json(dossier.title, dossier.parties, evidence, events, here)
    )
