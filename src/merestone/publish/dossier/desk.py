"""What the builders of all parts share: the material, and the things in it by their ids and in their order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from merestone.model.results import Comparison, Section
from merestone.publish.dossier.content import (
    Forms,
    Link,
    Listed,
    Named,
    Statement,
    Text,
    Translation,
    Verbatim,
    named,
    say,
)
from merestone.publish.dossier.material import EntryFacts, Material, SectionState, Wording


@dataclass(frozen=True, slots=True)
class Desk:
    """The material with look-ups by id. Nothing is measured here."""

    material: Material
    parties: Mapping[str, Named]
    districts: Mapping[tuple[str, str], Named]
    settlements: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """By section, the settlements whose nearest place of the axis is in it."""
    apart: frozenset[str] = frozenset()
    """Ids of settlements that maps show on different sides."""

    @property
    def comparison(self) -> Comparison:
        return self.material.comparison

    @property
    def order(self) -> tuple[str, str]:
        """Ids of the parties in the order of this copy."""
        return self.material.order

    def leaves_out(self, kind: str) -> bool:
        """Whether a kind was asked to be left out."""
        return kind in self.material.without

    def party(self, id_: str) -> Text:
        """A party by name and id."""
        return say("{name} ({id})", name=self.parties[id_], id=Verbatim(id_))

    def state(self, section: str) -> SectionState | None:
        """Where the section stands in the record; None where nothing is said of it or shown."""
        record = self.material.record
        return record.states.get(section) if record else None

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Ids of parties in the order of this copy."""
        wanted = set(ids)
        return [id_ for id_ in self.order if id_ in wanted]

    def listed(self, ids: Iterable[str]) -> Text:
        """Parties in the order of this copy, or nobody."""
        found = self.in_order(ids)
        return Listed(tuple(Verbatim(id_) for id_ in found)) if found else say("nobody")

    def labels(self, codes: Iterable[str]) -> list[str]:
        """Labels in one order: those of the parties as in this copy, then what is of both, neither, none."""
        first, other = self.order
        ranks = [first, other, f"not-{first}", f"not-{other}", "both", "neither", "silent"]
        return sorted(set(codes), key=lambda code: (ranks.index(code) if code in ranks else len(ranks), code))

    def section_districts(self, section: Section) -> dict[str, Text]:
        """Per party the districts on its side."""
        found: dict[str, Text] = {}
        for id_ in self.order:
            ids = section.districts.get(id_, ())
            names = [Forms(self.districts.get((id_, one), Named(one, ()))) for one in ids]
            if names:
                found[id_] = Listed(tuple(names))
        return found


def desk_of(material: Material) -> Desk:
    """The desk of some material."""
    c = material.comparison
    districts = {
        (str(one["party"]), str(one["id"])): named(str(one["id"]), one["names"])
        for one in c.features.get("districts", ())
    }
    by_section: dict[str, list[Mapping[str, Any]]] = {}
    if c.axis is not None:
        for one in c.features.get("settlements", ()):
            said = one["sources"].get(c.axis.source)
            if said and said.get("section"):
                by_section.setdefault(said["section"], []).append(one)
    return Desk(material, {one.id: named(one.id, one.names) for one in c.parties}, districts, by_section)


def to_section(id_: str) -> Link:
    """A section that leads to its sheet."""
    return Link(f"section-{id_}", Verbatim(id_))


def statement(entry: EntryFacts, source: Text) -> Statement | None:
    """An entry's own words; the forms that the party gave in other languages stand beside as its own."""
    if not entry.texts:
        return None
    first, *others = entry.texts
    return Statement(
        f"entry-{entry.name.replace(' ', '-')}",
        Verbatim(entry.party),
        first.language,
        first.lines,
        source,
        tuple(own_translation(one, entry.party) for one in others),
    )


def own_translation(text: Wording, party: str) -> Translation:
    """What a party gave in a further language."""
    return Translation(text.language, text.lines, say("given by {party} itself", party=Verbatim(party)))
