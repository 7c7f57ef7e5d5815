"""Why it cannot be said on which side a place lies: the words of results, and what they mean."""

from enum import StrEnum


class Reason(StrEnum):
    """Each has a sentence in `MEANING`; docs/method/uncertainty.md explains them (a test compares)."""

    DOUBT = "within-the-doubt"
    ACCURACY_UNKNOWN = "accuracy-unknown"
    PLACE_UNKNOWN = "place-accuracy-unknown"
    SILENT = "silent"
    ENCLAVE = "enclave-below-accuracy"
    BEND = "bend-below-accuracy"
    VARIES = "error-varies"
    NOT_SAME_LINE = "not-declared-same-line"
    INCONSISTENT = "sources-inconsistent"
    DATES = "dates-differ"


REASONS: tuple[Reason | None, ...] = (None, *Reason)
"""Reasons by number, as arrays hold them; 0: none."""
CODES = {reason: code for code, reason in enumerate(REASONS)}

MEANING = {
    Reason.DOUBT: "no label reaches 95 %",
    Reason.ACCURACY_UNKNOWN: "the accuracy of the source is unknown",
    Reason.PLACE_UNKNOWN: "the accuracy of the place is unknown",
    Reason.SILENT: "the source says nothing of the place",
    Reason.ENCLAVE: "an enclave near the place is smaller than the accuracy of the source resolves",
    Reason.BEND: "a bend of the limit near the place is tighter than the accuracy of the source resolves",
    Reason.VARIES: "the error changes along the limit as fast as the limit turns",
    Reason.NOT_SAME_LINE: "the dossier does not say that these sources mean the same line",
    Reason.INCONSISTENT: "sources said to mean the same line lie farther apart than their errors allow",
    Reason.DATES: "the dates differ, and the dossier does not say that nothing changed between them",
}
