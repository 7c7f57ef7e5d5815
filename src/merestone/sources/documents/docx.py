"""The text of a DOCX file (ECMA-376): headers, body and notes, within bounds; nothing in it is run.

The XML is read by expat with every document type refused, so no entity can grow; parts are unpacked
only as far as a bound.
"""

import io
import re
import zipfile
import zlib
from xml.parsers import expat  # a document type, and so every entity, is refused below

from merestone.errors import BadInputError

MAX_PART_BYTES = 64 << 20
MAX_MEMBERS = 10_000
_HEADER = re.compile(r"word/header\d*\.xml")
_MAIN = "word/document.xml"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_MARKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_SKIPPED = frozenset({"del", "moveFrom", "instrText", "delText"})


class Docx:
    """What a DOCX file says: its text, and whether changes are tracked or macros held in it."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                self._read(packed)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            raise self._refuse(f"the file is damaged or locked ({' '.join(str(error).split())})") from None

    def _read(self, packed: zipfile.ZipFile) -> None:
        names = packed.namelist()
        if len(names) > MAX_MEMBERS:
            raise self._refuse(f"it packs {len(names):,} files, which no document needs")
        self.macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        wanted = [*sorted({name for name in names if _HEADER.fullmatch(name)}), _MAIN, *_NOTES]
        readers = {name: self._part(packed, name) for name in wanted if name in names}
        if _MAIN not in readers:
            raise self._refuse(f"there is no {_MAIN} in it; it is no DOCX document")
        self.changed = any(reader.changed for reader in readers.values())
        heads = dict.fromkeys(
            reader.text.strip() for name, reader in readers.items() if _HEADER.fullmatch(name)
        )
        notes = [readers[name].notes for name in _NOTES if name in readers]
        parts = [*heads, readers[_MAIN].text, *("\n".join(one) for one in notes)]
        self.text = "\n\n".join(part for part in parts if part.strip())

    def _part(self, packed: zipfile.ZipFile, name: str) -> "_Part":
        with packed.open(name) as file:
            data = file.read(MAX_PART_BYTES + 1)
        if len(data) > MAX_PART_BYTES:
            raise self._refuse(f"{name} in it is larger than {MAX_PART_BYTES >> 20} MiB when unpacked")
        try:
            return _Part(data)
        except expat.ExpatError as error:
            raise self._refuse(
                f"{name} in it is not XML: {expat.ErrorString(error.code)}, line {error.lineno}"
            ) from None
        except _DocumentTypeError:
            raise self._refuse(f"{name} in it declares a document type, which no DOCX has") from None

    def _refuse(self, what: str) -> BadInputError:
        return BadInputError(f"{self._name}: {what}; save the document anew as DOCX or PDF")


class _DocumentTypeError(Exception):
    """The XML declares a document type, in which entities could grow without end."""


class _Part:
    """One XML part: paragraphs as lines, notes apart with their numbers."""

    def __init__(self, data: bytes) -> None:
        self.words: list[str] = []
        self.notes: list[str] = []
        self.changed = False
        self._texts = 0
        self._skipping = 0
        self._note_from: int | None = None
        self._note = ""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.buffer_text = True
        parser.Parse(data, True)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def _refuse(self, *_: object) -> None:
        raise _DocumentTypeError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _bare(name)
        self.changed |= tag in ("ins", "del", "moveTo", "moveFrom")
        if tag in _SKIPPED:
            self._skipping += 1
        elif tag == "t":
            self._texts += 1
        elif tag in _MARKS and not self._skipping:
            self.words.append(_MARKS[tag])
        elif tag in ("footnote", "endnote"):
            self._note, self._note_from = (
                attributes.get(f"{_W}id", attributes.get(f"{_STRICT}id", "")),
                len(self.words),
            )

    def _end(self, name: str) -> None:
        tag = _bare(name)
        if tag in _SKIPPED:
            self._skipping -= 1
        elif tag == "t":
            self._texts -= 1
        elif tag == "p":
            self.words.append("\n")
        elif tag in ("footnote", "endnote") and self._note_from is not None:
            words = "".join(self.words[self._note_from :]).strip()
            if words:  # separators are notes without words
                self.notes.append(f"[^{self._note}]: {words}")
            self._note_from = None

    def _characters(self, text: str) -> None:
        if self._texts and not self._skipping:
            self.words.append(text)


def _bare(name: str) -> str:
    """The local name of an element of WordprocessingML; empty for others."""
    for space in (_W, _STRICT):
        if name.startswith(space):
            return name[len(space) :]
    return ""
