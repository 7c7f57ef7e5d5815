"""Symbols of United Nations documents, alone and joint: ``A/74/450-S/2019/762``, ``S/RES/822 (1993)``.

The grammar follows ST/LIB/SER.B/5/Rev.5, *United Nations Document Series Symbols*: a letter for the organ,
then parts between slashes, at least one of them with a figure; a joint symbol sets two with a dash between.
"""

import re
from collections.abc import Iterator

from merestone.evidence.mentions import Symbol
from merestone.evidence.text import JOINED

# Cyrillic capitals that look like A, C, E, T, P, H are typed for them in Russian texts.
_LOOKALIKE = str.maketrans("АСЕТРНВКМ", "ACETPHBKM")
_ORGANS = (
    r"[AАSЅEЕTТ]|AFCAC|AT|BWC|CAC|CTOC|GA|SC|SG|CAT|CBD|CCPR|CCW|CED|CEDAW|CERD|CMW|CRC|CRPD|CD|CPR|DC|DP|ECE|ESCAP|FCCC|GC|HRI"
    r"|HSP|ICCD|ID|IT|ICTR|ISBA|INT|JIU|LOS|MC|NPT|OPCAT|PBC|PCNICC|PBPB|SAT|SCA|SPLOS|ST|TD|TDB|UNEP"
    r"|UNITAR|UNW"
)
# A part: figures with what may follow them, or a word in capitals (RES, PV.12, C.1, HRC, Add.1, ES-10).
_PART = (
    r"(?:[A-ZА-Я][A-Za-zА-Яа-я]{0,9}(?:[.-][A-Za-z0-9]{1,6})*"
    # Where columns of a page run together a word may begin directly behind the figures.
    r"|\d{1,5}(?:[.-][A-Z]?\d{1,4})?(?:[A-Z](?![a-z]))?(?![0-9a-z]|[A-Z][A-Z0-9]))"
)
_SYMBOL = rf"(?:{_ORGANS})(?:/ ?{_PART})+"
_YEAR = r"(?: ?[(]\d{4}[)])?"
_TAIL = r"(?: ?[(](?:Resumption|Resumed|Part|Sect\.|Vol\.|Vol) ?[IVX0-9]{1,4}[)]| ?[(][IVX]+[)])?"
_ONE = re.compile(
    rf"(?<![{JOINED}/:@-])(?<![{JOINED}][.])(?P<first>{_SYMBOL}{_YEAR}{_TAIL})"
    rf"(?: ?- ?(?P<second>{_SYMBOL}{_YEAR}{_TAIL}))?(?P<third> ?- ?{_SYMBOL})?"
)
_IN_ADDRESS = re.compile(rf"undocs\.org/(?:(?:en|fr|es|ru|zh|ar)/)?(?P<first>{_SYMBOL}{_YEAR})")
_BRACKET = re.compile(r"(\w)[(]")
_SPACE = re.compile(r" ?([/-]) ?")


def symbols(flat: str) -> Iterator[Symbol]:
    """Every symbol in the flat text; a joint one gives each of its parts with its own range."""
    for pattern in (_ONE, _IN_ADDRESS):
        for found in pattern.finditer(flat):
            parts = [(name, found[name]) for name in found.re.groupindex if found[name]]
            good = [(name, form) for name, text in parts if (form := _form(text))]
            joint = "-".join(form for _, form in good) if len(good) > 1 else None
            for name, form in good:
                start, end = found.span(name)
                start += len(found[name]) - len(found[name].lstrip(" -"))
                yield Symbol(form, joint, flat[start:end], (start, end))


def _form(text: str) -> str | None:
    """The symbol in its one form; None for what only looks like one."""
    form = _SPACE.sub(r"\1", text).lstrip("-").translate(_LOOKALIKE).replace("Ѕ", "S")
    form = _BRACKET.sub(r"\1 (", form)
    organ, *parts = form.split("/")
    if not parts or not any(mark.isdigit() for mark in "".join(parts)):
        return None
    if organ in "ASET" and len(parts) == 1 and not _lone(organ, parts[0]):
        return None
    return form


def _lone(organ: str, part: str) -> bool:
    """Whether one part is enough: ``S/26718`` and ``A/1234`` of earlier years, ``S/PV.3082``."""
    bare = part.partition(" ")[0]
    return bool(re.fullmatch(r"\d{2,6}|PV\.\d+|[A-Z]{1,5}[.-]\d+", bare)) and (organ != "A" or bare != "4")
