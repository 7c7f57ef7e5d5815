"""The JSON form of features alone: what ``merestone features --json`` prints."""

from merestone.model.results import Comparison
from merestone.publish.jsonform import comparison_tree
from merestone.publish.plain import json_bytes

FORMAT = "merestone-features/1"


def features_json(comparison: Comparison, as_of: str | None) -> bytes:
    """The bytes: parties, ids of sources, sections and features as in ``comparison.json``, rounded alike."""
    tree = comparison_tree(comparison)
    return json_bytes(
        {
            "format": FORMAT,
            "dossier": tree["dossier"],
            "parties": tree["parties"],
            "as_of": as_of,
            "sources": [
                {key: source[key] for key in ("id", "kind", "date", "accuracy_95_m")}
                for source in tree["sources"]
            ],
            "features": tree["features"],
        }
    )
