"""Run by itself, in a process with bounds: the text of each page of a PDF file through PDFium.

It knows nothing of merestone. It reads the file named by its first argument and writes one JSON object on a
line: {"pages": [text, …], "scripts": number} or {"refused": why}. No script in the file is run: PDFium runs
none unless a form is opened for it, which never happens here.
"""

import json
import re
import sys
from typing import Any

_ARABIC = re.compile("[\u0620-\u064a]")
_LAM_ALEF = re.compile("[اأإآ]ل")
# A symbol such as A/74/450, or an angle such as 41°07′30″: what reads from left to right in any line.
_LEFT_TO_RIGHT = re.compile("(?=[^ ]*/)(?=[^ ]*[A-Z])[A-Z0-9/.\u2013-]{3,}|(?=[^ ]*°)[0-9°′″'.]{3,}")
_LINE = re.compile("[^\r\n]+")
_BRACKETS = re.compile(r"[)]([^()\r\n]{1,80})[(]")


def limit(seconds: int, memory_bytes: int) -> None:
    """Bound this process; systems without such bounds are bounded by the clock of the caller alone."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: str, most_pages: int, most_characters: int) -> dict[str, Any]:
    """What the file holds."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        locked = code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        return {"refused": "encrypted" if locked else "damaged"}
    if len(document) > most_pages:
        return {"refused": "pages", "count": len(document)}
    scripts = pdfium.FPDFDoc_GetJavaScriptActionCount(document)
    pages, total = [], 0
    for k in range(len(document)):
        try:
            page = document[k]
            text = in_order(page.get_textpage())
            page.close()
        except pypdfium2.PdfiumError:
            return {"refused": "page", "page": k + 1}
        total += len(text)
        if total > most_characters:
            return {"refused": "characters"}
        pages.append(text)
    return {"pages": pages, "scripts": max(0, scripts)}


def in_order(page: Any) -> str:
    """The text of a page in the order in which it is read.

    In lines from right to left PDFium turns three things round: the two letters of one glyph for lam and
    alef, which share their origin; the pieces of a symbol or an angle, which stand from left to right; and
    brackets.
    """
    import ctypes

    import pypdfium2.raw as pdfium

    text = str(page.get_text_range())
    if not _ARABIC.search(text) or page.count_chars() != len(text):
        return text
    marks = list(text)
    x, y = ctypes.c_double(), ctypes.c_double()

    def origin(at: int) -> tuple[float, float]:
        pdfium.FPDFText_GetCharOrigin(page, at, x, y)
        return x.value, y.value

    for pair in _LAM_ALEF.finditer(text):
        at = pair.start()
        if origin(at) == origin(at + 1):
            marks[at : at + 2] = pair[0][::-1]
    for run in _LEFT_TO_RIGHT.finditer(text):
        places = sorted((origin(at)[0], at) for at in range(*run.span()))
        marks[slice(*run.span())] = [text[at] for _, at in places]
    return _LINE.sub(with_brackets, "".join(marks))


def with_brackets(line: "re.Match[str]") -> str:
    """A line with its brackets turned back, if the first of them closes and the line has Arabic letters."""
    first = next((mark for mark in line[0] if mark in "()"), "")
    turned = first == ")" and _ARABIC.search(line[0])
    return _BRACKETS.sub(r"(\1)", line[0]) if turned else line[0]


def main() -> None:
    """Arguments: path, pages, characters, seconds, bytes of memory."""
    path, *bounds = sys.argv[1:]
    most_pages, most_characters, seconds, memory_bytes = map(int, bounds)
    limit(seconds, memory_bytes)
    try:
        answer = read(path, most_pages, most_characters)
    except MemoryError:
        answer = {"refused": "memory"}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


if __name__ == "__main__":
    main()
