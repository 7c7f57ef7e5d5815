"""One builder for every form and language: material in, contents out."""

from collections import Counter
from dataclasses import replace

from merestone.publish.dossier import basis, closing, front, mapsparts, proceedings, sourceparts
from merestone.publish.dossier.content import Content, Part, Table
from merestone.publish.dossier.desk import Desk, desk_of
from merestone.publish.dossier.heard import SAID
from merestone.publish.dossier.material import KINDS, Material
from merestone.publish.dossier.nearby import nearby
from merestone.publish.dossier.sheets import sheets


def content_of(material: Material) -> Content:
    """The contents of the dossier. Nothing is measured here; figures are those of the comparison."""
    desk = desk_of(material)
    first, other = desk.order
    parts: tuple[Part | None, ...] = (
        front.first_page(desk, left_out(desk)),
        front.summary(desk),
        front.parties(desk),
        front.method(desk),
        sourceparts.sources(desk),
        mapsparts.overview(desk),
        mapsparts.matrix(desk),
        sheets(desk, nearby(desk.comparison)),
        basis.legal_basis(desk),
        proceedings.names(desk),
        proceedings.proceedings(desk),
        closing.findings(desk),
        closing.licences(desk),
        closing.recompute(desk),
    )
    return Content(
        material.comparison.dossier["title"],
        (desk.parties[first], desk.parties[other]),
        tuple(_without_empty_tables(part) for part in parts if part is not None),
    )


def _without_empty_tables(part: Part) -> Part:
    """A table without a row says nothing and is a stumbling block for who has it read out."""
    blocks = tuple(block for block in part.blocks if not isinstance(block, Table) or block.rows)
    return replace(part, blocks=blocks, parts=tuple(map(_without_empty_tables, part.parts)))


def left_out(desk: Desk) -> tuple[tuple[str, int], ...]:
    """What was asked to be left out, with how many there are of each kind."""
    return tuple((kind, _number(desk, kind)) for kind in KINDS if desk.leaves_out(kind))


def _number(desk: Desk, kind: str) -> int:
    features, record, evidence = desk.comparison.features, desk.material.record, desk.material.evidence
    types = Counter(one.type for one in record.entries) if record else Counter[str]()
    in_sections = sum(1 for one in record.entries if one.section is not None) if record else 0
    on_roads = sum(len(road["arrangements"]) for road in features.get("roads", ()))
    return {
        "arrangements": on_roads + types["arrangement"] + types["access_window"],
        "documents": len(evidence.documents) + len(evidence.citations),
        "history": in_sections,
        "incidents": types["incident"] + types["measure"],
        "names": len(features.get("districts", ())) + len(desk.apart) + len(evidence.names),
        "roads": len(features.get("roads", ())),
        "settlements": len(features.get("settlements", ())),
        "statements": len(evidence.positions) + len(evidence.basis) + sum(types[one] for one in SAID),
        "waters": len(features.get("waters", ())) + len(features.get("rivers", ())),
    }[kind]
