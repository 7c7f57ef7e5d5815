"""Read one document: what it refers to, with the places of a dossier where one is named."""

from dataclasses import dataclass
from pathlib import Path

from merestone.evidence.gazetteer import KIND_OF_LAYER, Entry, Gazetteer
from merestone.evidence.reading import Reading, read_text
from merestone.publish.documentjson import document_json
from merestone.service.versions import document_tool
from merestone.service.workbench import Dossier
from merestone.sources.documents.read import ReadFile, read_document


@dataclass(frozen=True, slots=True)
class DocumentRun:
    """A file as it was read, what its text refers to, and both as JSON."""

    file: ReadFile
    reading: Reading
    json: bytes


def read_file(path: Path, dossier: Dossier | None = None) -> DocumentRun:
    """Read the document at `path`; names of places are matched with the layers of `dossier`.

    Raises BadInputError where the file cannot be read, MissingExtraError for a PDF without its extra.
    """
    file = read_document(path)
    reading = read_text(file.text, gazetteer_of(dossier))
    head = {
        "tool": document_tool(file.media),
        "sha256": file.sha256,
        "media": file.media,
        "encoding": file.encoding,
        "pages": file.pages,
        "characters": len(file.text.text),
        "findings": file.findings,
    }
    return DocumentRun(file, reading, document_json(head, reading, file.text.page_starts))


def gazetteer_of(dossier: Dossier | None) -> Gazetteer:
    """The names of districts, settlements, waters, rivers and roads of a dossier, and its table of names."""
    if dossier is None:
        return Gazetteer(())
    from merestone.sources.layers import names_of, raw_layer

    spec = dossier.spec
    layers = [layer for layer in spec.layers if layer.kind in KIND_OF_LAYER]
    entries = [
        Entry(str(layer.kind), ident, name, language)
        for layer in layers
        for ident, names in names_of(raw_layer(spec.root, layer, spec.parties))
        for language, name in names.items()
    ]
    entries += [
        Entry("names", place.place, form.form, form.language)
        for place in spec.evidence.names
        for form in place.forms
    ]
    return Gazetteer(entries)
