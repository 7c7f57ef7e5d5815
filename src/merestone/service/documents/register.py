"""Register documents in a dossier and cite their words: planned first, so that a person can look at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from merestone.errors import BadInputError
from merestone.evidence.describing import described
from merestone.evidence.quoting import MOST_PLACES, Quotable, one_line
from merestone.evidence.reading import Reading, read_text
from merestone.model.documents import Citation, Document, Translation
from merestone.service.documents.read import gazetteer_of
from merestone.service.workbench import Dossier
from merestone.sources.documents.entries import (
    Plan,
    Planned,
    citation_entry,
    document_planned,
    planned,
    write_plan,
)
from merestone.sources.documents.read import ReadFile, read_document
from merestone.sources.dossier import dossier_file, parse_dossier
from merestone.sources.keys import At, nearest
from merestone.sources.spec import DossierSpec
from merestone.sources.tomltext import read_bytes
from merestone.sources.values import source_id

__all__ = ["CitationRequest", "Plan", "Seen", "plan_citation", "plan_documents", "write_plan"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that is to be registered, and what its text refers to."""

    file: ReadFile
    reading: Reading


def plan_documents(
    dossier: Path, files: Sequence[Path], known_as: str | None = None
) -> tuple[Plan, tuple[Seen, ...]]:
    """What registering files would write: an entry for each, or what it completes in one that is there.

    ``known_as`` is the id of a registered document of which the one file is the text. With the plan come the
    files as they were read, places matched with the dossier's layers. Nothing is written.
    Raises BadInputError where a file cannot be read or is there already.
    """
    path = dossier_file(dossier)
    before = read_bytes(path)
    spec = parse_dossier(before, path)
    taken = {one.id for one in spec.evidence.documents}
    gazetteer = gazetteer_of(Dossier(spec))
    changes: list[Planned] = []
    seen: dict[str, Seen] = {}
    for one in files:
        file = read_document(one)
        if file.sha256 in seen:
            raise BadInputError(f"{one}: it is given twice; name each file once")
        seen[file.sha256] = Seen(file, read_text(file.text, gazetteer))
        found = described(file.text, seen[file.sha256].reading, spec.parties)
        change = document_planned(spec, one, file, found, known_as=known_as, taken=taken)
        taken.add(change.id)
        changes.append(change)
    return planned(path, before, changes), tuple(seen.values())


@dataclass(frozen=True, slots=True)
class CitationRequest:
    """What is asked of `plan_citation`. ``start`` and ``end`` say which of several places is meant."""

    document: str
    quote: str
    id: str | None = None
    start: int | None = None
    end: int | None = None
    translations: tuple[Translation, ...] = ()


def plan_citation(dossier: Path, request: CitationRequest) -> tuple[Plan, Citation]:
    """What citing words of a document would write: hash, words, range and page.

    Raises BadInputError where the document's file is not here or changed, its words do not stand in it, or
    stand in several places and no range says which. Nothing is written.
    """
    path = dossier_file(dossier)
    before = read_bytes(path)
    spec = parse_dossier(before, path)
    document, file = _opened(spec, request.document)
    start, end = _place(request, Quotable(file.text))
    citation = Citation(
        id=_citation_id(spec, request),
        document=document.id,
        sha256=file.sha256,
        quote=one_line(file.text.text[start:end]),
        start=start,
        end=end,
        page=file.text.page(start),
        translations=request.translations,
    )
    change = Planned(citation.id, citation_entry(citation), (), (), ())
    return planned(path, before, [change]), citation


def _opened(spec: DossierSpec, name: str) -> tuple[Document, ReadFile]:
    documents = {one.id: one for one in spec.evidence.documents}
    if name not in documents:
        like = f"; the nearest is '{nearest(name, documents)}'" if documents else ""
        raise BadInputError(f"{name}: the dossier has no document with this id{like}")
    document = documents[name]
    if document.path is None:
        raise BadInputError(
            f"document '{name}': its file is not in the dossier; register it with"
            f" `merestone evidence add FILE --as {name}`"
        )
    file = read_document(spec.root / document.path)
    if document.sha256 is not None and document.sha256 != file.sha256:
        raise BadInputError(
            f"document '{name}' ({document.path}): the file is not the one registered (sha256 {file.sha256},"
            f" registered is {document.sha256}); fetch that one again"
        )
    if not file.read:
        raise BadInputError(
            f"document '{name}' ({document.path}): it has no text layer, so its words cannot be found; write"
            " the citation by hand, with its page"
        )
    return document, file


def _place(request: CitationRequest, words: Quotable) -> tuple[int, int]:
    if request.start is not None and request.end is not None:
        if words.stands_at(request.quote, request.start, request.end):
            return request.start, request.end
        there = words.text.text[request.start : request.end][:120]
        raise BadInputError(
            f"document '{request.document}': at characters {request.start} to {request.end} stands {there!r},"
            f" not {request.quote[:120]!r}; correct the words or the range"
        )
    places = words.places(request.quote)
    if not places:
        cited, near = words.nearest(request.quote)
        shown = f"nearest is {near!r}" if near else "nothing is like it"
        raise BadInputError(
            f"document '{request.document}': the words {cited!r} do not stand in it; {shown}; correct them"
        )
    if len(places) > 1:
        shown = ", ".join(f"{one.start}:{one.end}" for one in places[:8])
        count = f"{MOST_PLACES} times and more" if len(places) == MOST_PLACES else f"{len(places)} times"
        raise BadInputError(
            f"document '{request.document}': the words stand in it {count}; say which with --range, one of"
            f" {shown}"
        )
    return places[0].start, places[0].end


def _citation_id(spec: DossierSpec, request: CitationRequest) -> str:
    taken = {one.id for one in spec.evidence.citations}
    if request.id is not None:
        name = source_id(At("--id", "--id"), request.id)
        if name in taken:
            raise BadInputError(f"--id {name}: the dossier has a citation with this id; choose another")
        return name
    number = 1
    while f"{request.document[:56]}-{number}" in taken:
        number += 1
    return f"{request.document[:56]}-{number}"
