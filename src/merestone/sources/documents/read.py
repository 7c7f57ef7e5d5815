"""A document's file as text: what kind it is by its content, its hash, its encoding, its pages."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from merestone.errors import BadInputError
from merestone.evidence.text import Text, text_of
from merestone.model.findings import Finding, finding
from merestone.sources.documents import pdf
from merestone.sources.documents.decoding import Decoded, decoded
from merestone.sources.documents.docx import Docx
from merestone.sources.documents.markup import html_text

MAX_BYTES = 256 << 20
_TELLING = 1024
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8", b"BM", b"\0\0\0\x0cjP")
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "this is an old Word file (.doc)",
    b"{\\rtf": "this is an RTF file",
}
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The text of a file. ``media`` is text, markdown, html, pdf, docx or image."""

    sha256: str
    media: str
    encoding: str | None
    """Of the file; None where the format says it (PDF, DOCX)."""
    pages: int | None
    text: Text
    findings: tuple[Finding, ...]

    @property
    def read(self) -> bool:
        """Whether there is any text."""
        return bool(self.text.text.strip())


def read_document(path: Path) -> ReadFile:
    """Read the file of a document: text, Markdown, HTML, PDF or DOCX, whatever its ending.

    Raises BadInputError where it cannot be read, with what to do; MissingExtraError for a PDF without its
    extra.
    """
    made = _by_content(path, _bytes_of(path))
    if len(made.text.text) > pdf.MOST_CHARACTERS:
        raise BadInputError(
            f"{path}: it holds more than {pdf.MOST_CHARACTERS:,} characters of text; part it into volumes"
        )
    return made


def _by_content(path: Path, data: bytes) -> ReadFile:
    sha256 = hashlib.sha256(data).hexdigest()
    head = data[:_TELLING].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"%PDF-" in data[:_TELLING]:
        return _pdf(path, data, sha256)
    if data.startswith(b"PK\x03\x04"):
        return _docx(path, data, sha256)
    if data.startswith(_IMAGES):
        return ReadFile(
            sha256,
            "image",
            None,
            None,
            Text(""),
            (finding("document-without-text", file=path.name, pages=1),),
        )
    for magic, what in _OTHERS.items():
        if data.startswith(magic):
            raise BadInputError(f"{path}: {what}, which is not read; save it as DOCX, PDF or text")
    return _text(path, data, sha256, is_html=_is_html(head) or path.suffix.lower() in (".html", ".htm"))


def _is_html(head: bytes) -> bool:
    return head.startswith(b"<") and any(tag in head for tag in _HTML)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInputError(f"{path}: this is a folder; name the file of one document")
        if not path.exists():
            raise BadInputError(f"{path}: there is no such file; check the path")
        if not path.is_file():
            raise BadInputError(f"{path}: this is not a regular file; name the file of a document")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInputError(f"{path}: it cannot be read ({error.strerror}); check its permissions") from None
    if len(data) > MAX_BYTES:
        raise BadInputError(f"{path}: it is larger than {MAX_BYTES >> 20} MiB; part it into volumes")
    if not data:
        raise BadInputError(f"{path}: the file is empty; fetch it again")
    return data


def _pdf(path: Path, data: bytes, sha256: str) -> ReadFile:
    found = pdf.pdf_text(path, data)
    text = text_of(found.pages, paged=True)
    notes = []
    if found.scripts:
        notes.append(finding("document-script", file=path.name))
    empty = [k for k, page in enumerate(found.pages, 1) if not page.strip()]
    if empty and len(empty) == len(found.pages):
        notes.append(finding("document-without-text", file=path.name, pages=len(found.pages)))
    elif empty:
        notes.append(finding("document-pages-without-text", file=path.name, pages=empty))
    return ReadFile(sha256, "pdf", None, len(found.pages), text, tuple(notes))


def _docx(path: Path, data: bytes, sha256: str) -> ReadFile:
    found = Docx(data, str(path))
    notes = []
    if found.macros:
        notes.append(finding("document-script", file=path.name))
    if found.changed:
        notes.append(finding("document-tracked-changes", file=path.name))
    return ReadFile(sha256, "docx", None, None, text_of([found.text], paged=False), tuple(notes))


def _text(path: Path, data: bytes, sha256: str, *, is_html: bool) -> ReadFile:
    made = decoded(data)
    if made is None:
        raise BadInputError(
            f"{path}: this is no text in UTF-8, UTF-16, GB 18030 or Windows-1251, and no PDF, DOCX or"
            f" HTML; save it"
            " as one of these"
        )
    notes = [_about(path, made)]
    if is_html:
        words, scripts = html_text(made.text)
        if scripts:
            notes.append(finding("document-script", file=path.name))
        text = text_of([words], paged=False)
        return ReadFile(sha256, "html", made.encoding, None, text, tuple(notes))
    media = "markdown" if path.suffix.lower() in (".md", ".markdown") else "text"
    pages = made.text.rstrip("\f \n\r").split("\f")
    paged = len(pages) > 1  # as `pdftotext` writes them
    text = text_of(pages, paged=paged)
    return ReadFile(sha256, media, made.encoding, len(pages) if paged else None, text, tuple(notes))


def _about(path: Path, made: Decoded) -> Finding:
    code = "document-encoding" if made.sure == "sure" else "document-encoding-likely"
    return finding(code, file=path.name, encoding=made.encoding)
