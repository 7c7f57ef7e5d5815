"""Evidence: 1,000 pages read, and 10,000 citations checked.

Run: python benchmarks/evidence.py

The pages are the test letter in eight languages, again and again, each twice on a page (1.9 million
characters); a gazetteer of 5,000 names is matched.
The citations are of words that stand once each, half of them without a range. The peer for them is
`str.find` on the text with its white space removed, which says nothing of near misses.

Targets: at most 30 s for the pages, at most 5 s for the citations.
"""

import re
import resource
import sys
from pathlib import Path
from time import perf_counter

from merestone.evidence.checking import Held, check_evidence
from merestone.evidence.gazetteer import Entry, Gazetteer
from merestone.evidence.reading import read_text
from merestone.evidence.text import text_of
from merestone.model.documents import Citation, Document, Evidence

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "documents"
LANGUAGES = ("ar", "az", "en", "es", "fr", "hy", "ru", "zh")
PAGES, CITATIONS = 1_000, 10_000


def pages() -> list[str]:
    letters = [(FOLDER / f"{language}.txt").read_text(encoding="utf-8") for language in LANGUAGES]
    return [letters[k % len(letters)] * 2 for k in range(PAGES)]


def reading() -> None:
    gazetteer = Gazetteer([Entry("settlements", str(k), f"Name{k}ov", "en") for k in range(5_000)])
    start = perf_counter()
    text = text_of(pages(), paged=True)
    found = read_text(text, gazetteer)
    took = perf_counter() - start
    mentions = sum(
        len(getattr(found, name)) for name in found.__slots__ if name not in ("language", "findings")
    )
    print(f"{PAGES:,} pages, {len(text.text):,} characters: {took:.1f} s of 30 s; {mentions:,} mentions")


def citing() -> None:
    sentences = [
        f"The surveyors placed stone {k} at the bend {k * 7} of the river. " for k in range(CITATIONS)
    ]
    text = text_of(["".join(sentences)], paged=False)
    quotes = [f"placed stone {k} at the\nbend {k * 7} of" for k in range(CITATIONS)]
    starts = [text.text.index(f"placed stone {k} ") for k in range(CITATIONS)]
    citations = tuple(
        Citation(f"c{k}", "d", "00", quote, *((starts[k], starts[k] + len(quote)) if k % 2 else (None, None)))
        for k, quote in enumerate(quotes)
    )
    evidence = Evidence(documents=(Document("d", "d", sha256="00", path="d"),), citations=citations)
    start = perf_counter()
    findings = check_evidence(evidence, {"d": Held("00", text, True)}, (), ("AAA", "BBB"))
    took = perf_counter() - start
    assert findings == ()
    start = perf_counter()
    bare = re.sub(r"\s+", "", text.text)
    assert all(bare.find(re.sub(r"\s+", "", quote)) >= 0 for quote in quotes)
    peer = perf_counter() - start
    print(f"{CITATIONS:,} citations in {len(text.text):,} characters: {took:.2f} s of 5 s")
    print(f"  str.find without white space: {peer:.2f} s, {peer / took:.1f} times as long")
    missed = tuple(Citation(f"c{k}", "d", "00", f"{quote} a lake") for k, quote in enumerate(quotes))
    start = perf_counter()
    findings = check_evidence(
        Evidence(documents=evidence.documents, citations=missed),
        {"d": Held("00", text, True)},
        (),
        ("AAA", "BBB"),
    )
    assert len(findings) == CITATIONS
    print(f"  with a near miss for each of them: {perf_counter() - start:.2f} s")


if __name__ == "__main__":
    reading()
    citing()
    unit = 1 if sys.platform == "darwin" else 1024
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit >> 20} MiB")
