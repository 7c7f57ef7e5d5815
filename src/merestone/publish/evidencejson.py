"""``merestone-evidence/1``: documents, citations, legal basis, positions and names of a dossier."""

from collections.abc import Collection, Sequence

from merestone.evidence.timeline import Event
from merestone.model.documents import Evidence
from merestone.model.sources import Party
from merestone.publish.plain import json_bytes, plain

FORMAT = "merestone-evidence/1"


def evidence_json(
    title: str, parties: Sequence[Party], evidence: Evidence, events: Sequence[Event], here: Collection[str]
) -> bytes:
    """The bytes; ``here`` are the ids of documents whose file is in the dossier."""
    tree = plain(evidence, leave_out=frozenset({"where"}))
    for document in tree["documents"]:
        document["here"] = document["id"] in here
    return json_bytes(
        {
            "format": FORMAT,
            "dossier": {"title": title},
            "parties": plain(tuple(parties)),
            **tree,
            "timeline": plain(tuple(events)),
        }
    )
