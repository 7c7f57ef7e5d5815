"""What a ``[[source]]`` says of a line carried over from a scan: its system and the terms of its accuracy."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from merestone.model.accuracy import Accuracy, Measure
from merestone.model.sources import Operation, SourceKind
from merestone.sources.budget import accuracy_budget, total_95_m
from merestone.sources.guesses import source_id_for
from merestone.sources.propose import Entry, Proposal, printable
from merestone.sources.spec import SourceSpec

_OPEN = ("date", "publisher", "licence", "standing")


@dataclass(frozen=True, slots=True)
class ScanTerms:
    """What makes a carried line uncertain; all are 95 % radii in metres but the scale.

    ``control`` names what the georeferencing rests on: lines carried over by the same points share its error.
    """

    georeferencing_m: float
    control: str
    scale: float | None = None
    digitising_m: float | None = None
    drafting_m: float | None = None

    def budget(self, operation: Operation | None) -> tuple[tuple[dict[str, Any], ...], float | None]:
        """The terms as they will be when the source is read, and their sum; None where it is unknown."""
        accuracy = None if self.scale is None else Accuracy(Measure.SCALE)
        spec = SourceSpec(
            "line", "", SourceKind.LINES, "", scale=self.scale, accuracy=accuracy, drafting_m=self.drafting_m,
            digitising_m=self.digitising_m, georeferencing_m=self.georeferencing_m, control=self.control,
        )  # fmt: skip
        terms = accuracy_budget(spec, operation)
        return terms, total_95_m(terms)


def propose_scan(
    stem: str,
    crs: str,
    operation: Operation | None,
    terms: ScanTerms,
    sheet: str | None,
    taken: Collection[str],
) -> Proposal:
    """The entry of a carried line. What cannot be known from a scan stays open and is listed."""
    entries = [
        Entry("id", source_id_for(stem, taken)),
        Entry("title", printable(stem) or "line"),
        Entry("kind", "lines"),
        Entry("crs", crs),
    ]
    if operation is not None and operation.code is not None:
        entries.append(Entry("operation", operation.code))
    if terms.scale is not None:
        entries += [Entry("scale", _whole(terms.scale)), Entry("accuracy", {"measure": "scale"})]
    entries += [
        Entry("georeferencing_m", terms.georeferencing_m, "95 %, from points left out of the fit"),
        Entry("control", terms.control),
    ]
    if terms.digitising_m is not None:
        entries.append(Entry("digitising_m", terms.digitising_m))
    if terms.drafting_m is not None:
        entries.append(Entry("drafting_m", terms.drafting_m, "half the width of the drawn line"))
    if sheet is not None:
        entries.append(Entry("map", {"sheet": sheet}))
    still = (*(("accuracy",) if terms.scale is None else ()), *_OPEN)
    return Proposal(entries[0].value, tuple(entries), ("still open: " + ", ".join(still),), ())


def _whole(figure: float) -> float:
    return int(figure) if figure == int(figure) else figure
