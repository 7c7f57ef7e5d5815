"""What a published dossier is made of: a comparison, and what of the joint record the reader may see.

Everything here is plain: who reads the record and decides what is disclosed is the service.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from merestone.model.documents import Evidence
from merestone.model.findings import Finding
from merestone.model.results import Comparison

KINDS = (
    "arrangements",
    "documents",
    "history",
    "incidents",
    "names",
    "roads",
    "settlements",
    "statements",
    "waters",
)
"""What ``--without`` can leave out."""
_RECORD_KINDS = frozenset({"arrangements", "history", "incidents", "statements"})


@dataclass(frozen=True, slots=True)
class Wording:
    """A text of a party in one language."""

    language: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry of the record that the reader may see."""

    party: str
    name: str
    hash: str
    type: str
    at: str
    section: str | None
    void: bool
    contested: bool
    texts: tuple[Wording, ...]
    """The same text in several languages; the first is the one in which it was given first."""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line of an offer: (longitude, latitude) degrees in the frame that the offer names."""

    frame: str
    epoch: str | None
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class SectionState:
    """Where a section stands in the record, all acts of which the reader may see."""

    state: str
    proposed_by: str
    accepted_by: tuple[str, ...]
    initialled_by: tuple[str, ...]
    reserved_by: tuple[str, ...]
    contested: bool
    since: str
    name: str
    content: str
    in_force: tuple[tuple[str, str], ...]
    line: Drawing | None
    texts: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a party; ``what`` is ``answer``, ``sign``, ``acknowledge`` or ``join``."""

    party: str
    what: str
    section: str | None
    since: str | None


_ACTS = frozenset(
    {
        "proposal",
        "correction",
        "amendment",
        "package",
        "accept",
        "reserve",
        "withdraw",
        "error_claim",
        "in_force",
        "repudiation",
    }
)


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the joint record says to one reader."""

    id: str
    reader: str
    joined: bool
    dossier_sha256: str
    same_dossier: bool
    heads: Mapping[str, tuple[int, str | None]]
    """Per party the number of its last entry and the code of that entry."""
    without_prejudice: tuple[Wording, ...]
    states: Mapping[str, SectionState]
    entries: tuple[EntryFacts, ...]
    hidden: Mapping[str, int]
    """Entries that are not disclosed, counted by type."""
    waiting: tuple[Waiting, ...]

    @property
    def hides_acts(self) -> bool:
        """Whether any act on which a state may rest is not disclosed; of which section is not told either."""
        return not _ACTS.isdisjoint(self.hidden)


@dataclass(frozen=True, slots=True)
class Material:
    """All that the contents are built from.

    ``order``: the ids of the parties as they stand in this copy. ``without``: kinds that are left out.
    """

    comparison: Comparison
    order: tuple[str, str]
    without: frozenset[str] = frozenset()
    record: RecordFacts | None = None
    evidence: Evidence = Evidence()
    notes: tuple[Finding, ...] = ()
    """What examining the documents and citations found."""


def gives_record(material: Material) -> bool:
    """Whether the record can go along as a bundle.

    Not where something is left out of which it speaks, nor for readers to whom its founding, from which all is
    verified, is not disclosed.
    """
    record = material.record
    if record is None or material.without & _RECORD_KINDS:
        return False
    return any(entry.type == "founding" for entry in record.entries)
