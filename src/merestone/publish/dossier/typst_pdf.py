"""A dossier as PDF, set by Typst (extra ``report``) in the vendored fonts.

Tagged, with bookmarks and texts for the pictures: PDF/UA-1 always; PDF/A-2a as well where the dossier has a
date, which PDF/A asks for and no clock may give. Nothing is read but what is handed over: no file of the
machine, no font of the system, no package, no network.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from json import dumps

from merestone.model.findings import Finding, finding
from merestone.publish.dossier import fonts
from merestone.publish.dossier.content import Content
from merestone.publish.dossier.dated import Day
from merestone.publish.dossier.figures import Drawer
from merestone.publish.dossier.speech import Speaker
from merestone.publish.dossier.typesetting import typeset, typeset_in
from merestone.publish.dossier.typst_data import PdfData

__all__ = ["Pdf", "Prepared", "inputs", "pdf", "prepared", "typeset_in"]


@dataclass(frozen=True, slots=True)
class Pdf:
    """The bytes of a PDF, and what there is to say of it."""

    data: bytes
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that Typst is given for one PDF, and what there is to say of it."""

    files: dict[str, bytes]
    standards: tuple[str, ...]
    findings: tuple[Finding, ...]


def pdf(content: Content, speaker: Speaker, drawer: Drawer, dated: Day | None) -> Pdf:
    """The dossier in one language: the same bytes for the same contents.

    ``dated`` is the latest date that the inputs carry; it becomes the date of the PDF's metadata. Raises
    MissingExtraError where Typst is not installed (extra ``report``).
    """
    made = prepared(content, speaker, drawer, dated)
    return Pdf(typeset(made.files, made.standards), made.findings)


def prepared(content: Content, speaker: Speaker, drawer: Drawer, dated: Day | None) -> Prepared:
    """What `pdf` has typeset, to be typeset elsewhere (`merestone.publish.dossier.apart`)."""
    made = PdfData(content, speaker, drawer)
    standards = ("ua-1",) if dated is None else ("a-2a", "ua-1")
    return Prepared(inputs(made, dated), standards, tuple(_lacking(speaker.language, made)))


def inputs(made: PdfData, dated: Day | None) -> dict[str, bytes]:
    """All files that Typst is given: the page, the data, the pictures."""
    text = dumps({**made.data, "date": dated}, ensure_ascii=False, allow_nan=False, sort_keys=True)
    return {"main.typ": _source(), "data.json": text.encode("utf-8"), **made.pictures}


@cache
def _source() -> bytes:
    return (files("merestone.publish") / "templates" / "dossier.typ").read_bytes()


def _lacking(language: str, made: PdfData) -> list[Finding]:
    if not made.lacking:
        return []
    characters = [fonts.number(one) for one in sorted(made.lacking)]
    count = sum(made.lacking.values())
    return [finding("glyphs-missing", language=language, characters=characters, count=count)]
