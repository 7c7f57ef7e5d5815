"""The text of a PDF file, page by page, read by PDFium in a process of its own with bounds.

A file that asks for more time or memory than `SECONDS` and `MEMORY_BYTES`, or brings the reader down, ends
that process and is refused; this one is never in danger.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from merestone.errors import BadInputError, MissingExtraError

MOST_PAGES = 5_000
MOST_CHARACTERS = 20_000_000
"""Of any document: ten thousand pages."""
SECONDS = 60
MEMORY_BYTES = 1 << 30
_SCRIPT = re.compile(rb"/(?:JavaScript|JS)[\s/(<\[]")
_WORDS = {
    "encrypted": "it is encrypted and asks for a password; save a copy without one",
    "damaged": "it is damaged or no PDF; fetch it again",
    "page": "page {page} is damaged; fetch the file again",
    "pages": "it has {count:,} pages, more than {most:,}; part it into volumes",
    "characters": "it holds more than {characters:,} characters of text; part it into volumes",
    "memory": "it needs more than {memory} GiB of memory to be read; it may be made to do harm, so look"
    " where it"
    " comes from",
    "time": "it needs more than {seconds} seconds to be read; it may be made to do harm, so look where"
    " it comes from",
    "broken": "reading it failed without a reason; it may be damaged or made to do harm, so look where"
    " it comes from",
}


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of each page, and whether scripts stand in the file."""

    pages: tuple[str, ...]
    scripts: bool


def pdf_text(path: Path, data: bytes) -> PdfText:
    """The pages of the PDF file at `path`, of which `data` are the bytes.

    Raises BadInputError where it cannot be read within bounds, MissingExtraError without pypdfium2.
    """
    if find_spec("pypdfium2") is None:
        raise MissingExtraError(
            f"{path}: reading PDF needs pypdfium2, which is not installed",
            hint="install the extra: pip install 'merestone[documents]'",
        )
    answer = _asked(path)
    if "refused" in answer:
        words = _WORDS[answer["refused"]].format(
            page=answer.get("page"), count=answer.get("count", 0), most=MOST_PAGES,
            characters=MOST_CHARACTERS, memory=MEMORY_BYTES >> 30, seconds=SECONDS,
        )  # fmt: skip
        raise BadInputError(f"{path}: {words}")
    return PdfText(tuple(answer["pages"]), bool(answer["scripts"]) or _SCRIPT.search(data) is not None)


def _asked(path: Path) -> dict[str, Any]:
    """What the worker answers; ``refused`` where it did not live to answer."""
    worker = Path(__file__).with_name("pdfworker.py")
    bounds = map(str, (MOST_PAGES, MOST_CHARACTERS, SECONDS, MEMORY_BYTES))
    command = [sys.executable, "-P", str(worker), str(path.absolute()), *bounds]
    try:
        done = subprocess.run(command, capture_output=True, timeout=2 * SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return {"refused": "time"}
    if done.returncode == 0:
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer
    return {"refused": _why(done.returncode, done.stderr)}


def _why(code: int, said: bytes) -> str:
    if code in (-24, -9):  # SIGXCPU, and SIGKILL of the system that follows it
        return "time"
    if b"bad_alloc" in said or b"MemoryError" in said or b"memory" in said or code in (-6, -5, -4):
        return "memory"
    return "broken"
