"""What is to be said of the documents of a dossier: quotations found anew, references, room for each side."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from merestone.evidence.quoting import Quotable
from merestone.evidence.symbols import symbols
from merestone.evidence.text import Text
from merestone.model.documents import ALL, Citation, Document, Evidence, Position
from merestone.model.findings import Finding, Severity, finding

_PLACES = 5
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Held:
    """A document whose file is here: its hash and its text; ``read`` False where it has no text layer."""

    sha256: str
    text: Text
    read: bool


def check_evidence(
    evidence: Evidence,
    held: Mapping[str, Held],
    missing: Sequence[str],
    parties: Sequence[str],
    sections: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """The findings, errors first. `held` are documents by id; `missing` those whose path leads to no file.

    `sections` are the ids of a comparison of the dossier; None where there is none to compare with.
    """
    found = [
        *_documents(evidence, held, missing),
        *_citations(evidence, held),
        *_references(evidence, held),
        *_room(evidence, parties),
        *_sections(evidence, sections),
    ]
    return tuple(sorted(found, key=lambda one: (_RANK[one.severity], one.code, one.message)))


def _documents(evidence: Evidence, held: Mapping[str, Held], missing: Sequence[str]) -> Iterator[Finding]:
    for one in evidence.documents:
        citations = sum(citation.document == one.id for citation in evidence.citations)
        if one.id in missing:
            yield finding("document-file-missing", document=one.id, path=one.path)
        elif one.id not in held:
            if citations:
                yield finding("document-not-here", document=one.id, citations=citations)
        elif one.sha256 is None:
            yield finding("document-unhashed", document=one.id)
        elif held[one.id].sha256 != one.sha256:
            yield finding(
                "document-changed",
                document=one.id,
                path=one.path,
                found=held[one.id].sha256,
                registered=one.sha256,
            )


def _citations(evidence: Evidence, held: Mapping[str, Held]) -> Iterator[Finding]:
    quotable: dict[str, Quotable] = {}
    for citation in evidence.citations:
        if citation.document not in held:
            continue
        file = held[citation.document]
        if citation.sha256 is not None and citation.sha256 != file.sha256:
            yield finding(
                "citation-of-other-file",
                citation=citation.id,
                document=citation.document,
                cited=citation.sha256,
                found=file.sha256,
            )
        if not file.read:
            yield finding("citation-unread", citation=citation.id, document=citation.document)
            continue
        if citation.document not in quotable:
            quotable[citation.document] = Quotable(file.text)
        yield from check_citation(citation, quotable[citation.document])


def check_citation(citation: Citation, words: Quotable) -> Iterator[Finding]:
    """The findings on one citation in the text of its document."""
    about: dict[str, Any] = {"citation": citation.id, "document": citation.document}
    start, end = citation.start, citation.end
    if start is not None and end is not None:
        if end > len(words.text.text):
            yield finding(
                "citation-out-of-text", **about, range=[start, end], characters=len(words.text.text)
            )
            return
        if citation.quote is None or words.stands_at(citation.quote, start, end):
            if citation.quote is None:
                yield finding("citation-complete", **about, range=[start, end])
            yield from _page(citation, words, start)
            return
    if citation.quote is None:  # a whole page is cited
        if citation.page is not None and citation.page > max(1, len(words.text.page_starts)):
            yield finding("citation-page-missing", **about, page=citation.page)
        return
    places = words.places(citation.quote)
    if not places:
        quote, nearest = words.nearest(citation.quote)
        yield finding("citation-not-found", **about, quote=quote, nearest=nearest)
    elif start is None and len(places) > 1:
        shown = [f"{one.start}–{one.end}" for one in places[:_PLACES]]
        yield finding("citation-ambiguous", **about, count=len(places), places=shown)
    elif start is None:
        yield from _page(citation, words, places[0].start)
    elif len(places) == 1:
        found = [places[0].start, places[0].end]
        yield finding("citation-moved", **about, range=[start, end], found=found)
        yield from _page(citation, words, places[0].start)
    else:
        there = " ".join(words.text.text[start:end].split())[:120]
        yield finding(
            "citation-other-words", **about, range=[start, end], there=there, quote=citation.quote[:120]
        )


def _page(citation: Citation, words: Quotable, start: int) -> Iterator[Finding]:
    page = words.text.page(start)
    if citation.page is not None and page is not None and page != citation.page:
        yield finding(
            "citation-page-differs",
            citation=citation.id,
            document=citation.document,
            page=citation.page,
            found=page,
        )


def _references(evidence: Evidence, held: Mapping[str, Held]) -> Iterator[Finding]:
    known = {symbol for one in evidence.documents for symbol in one.symbols}
    for one in evidence.documents:
        named = set(one.refers_to)
        if one.id in held:
            named |= {found.symbol for found in symbols(held[one.id].text.flat)}
        for symbol in sorted(named - known):
            yield finding("symbol-not-in-dossier", document=one.id, symbol=symbol)


def _sections(evidence: Evidence, sections: Collection[str] | None) -> Iterator[Finding]:
    if sections is None:
        return
    named = {one.section for one in evidence.basis} | {one.section for one in evidence.positions}
    for section in sorted(named - {ALL} - set(sections)):
        yield finding("evidence-section-unknown", section=section)


def _room(evidence: Evidence, parties: Sequence[str]) -> Iterator[Finding]:
    yield from _room_of_documents(evidence.documents, parties)
    for section in sorted({one.section for one in evidence.positions}):
        yield from _room_of_positions(section, evidence.positions, parties)
    for section in sorted({one.section for one in evidence.basis}):
        entered = {one.party for one in evidence.basis if one.section in (section, ALL)}
        for party, other in _both(parties):
            own = any(one.party == party and one.section == section for one in evidence.basis)
            if own and other not in entered:
                yield finding("basis-without-other", section=section, party=party, other=other)
    if (evidence.basis or evidence.instruments) and evidence.precedence is None:
        yield finding("precedence-not-stated")


def _room_of_documents(documents: Sequence[Document], parties: Sequence[str]) -> Iterator[Finding]:
    count = {party: sum(one.party == party for one in documents) for party in parties}
    for party, other in _both(parties):
        if count[party] and not count[other]:
            yield finding("party-without-documents", heard=party, unheard=other, count=count[party])


def _room_of_positions(
    section: str, positions: Sequence[Position], parties: Sequence[str]
) -> Iterator[Finding]:
    said = {
        one.party
        for position in positions
        if position.section == section
        for one in (position.statement, position.reply)
        if one is not None
    }
    for party, other in _both(parties):
        if party in said and other not in said:
            yield finding("position-without-other", section=section, party=party, other=other)


def _both(parties: Sequence[str]) -> tuple[tuple[str, str], tuple[str, str]]:
    one, two = parties
    return (one, two), (two, one)
