"""The JSON forms of results: what the files hold and what ``--json`` prints."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from merestone.model.findings import Finding
from merestone.model.results import Comparison
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import FALLBACK, Rounding, rounded

if TYPE_CHECKING:
    from merestone.compare.sensitivity import Sensitivity


def comparison_json(comparison: Comparison) -> bytes:
    """The bytes of ``comparison.json`` (format ``merestone-comparison/1``).

    Keys stand in the order of the dataclasses of ``merestone.model.results``; optional things that are not
    there are null; figures are rounded by ``parameters.rounding`` (see ``merestone.publish.rounding``).
    Raises ValueError with the key where a figure is NaN or infinite.
    """
    return json_bytes(comparison_tree(comparison))


def comparison_tree(comparison: Comparison) -> dict[str, Any]:
    """The same as plain values: dict, list, str, int, float, bool and None, rounded."""
    tree = plain(comparison, leave_out=frozenset({"shapes"}))
    for pair in tree["pairs"]:
        # These belong to `main` alone: in `all` nothing is matched.
        for key in ("unmatched_km", "signed_mean_95"):
            del pair["offsets_m"]["all"][key]
    done = rounded(tree, rounding_of(comparison))
    assert isinstance(done, dict)
    return done


def rounding_of(comparison: Comparison) -> Rounding:
    """The rounding that the parameters of a comparison state."""
    return Rounding(comparison.parameters.get("rounding") or FALLBACK)


def sensitivity_json(sensitivity: "Sensitivity") -> bytes:
    """The bytes of ``sensitivity.json`` (format ``merestone-sensitivity/1``)."""
    tree = {"format": "merestone-sensitivity/1", **plain(sensitivity)}
    return json_bytes(rounded(tree, Rounding(FALLBACK)))


def check_json(title: str, findings: Sequence[Finding]) -> bytes:
    """What ``merestone check --json`` prints (format ``merestone-check/1``), findings in their order."""
    tree = {"format": "merestone-check/1", "dossier": {"title": title}, "findings": plain(tuple(findings))}
    return json_bytes(rounded(tree, Rounding(FALLBACK)))
