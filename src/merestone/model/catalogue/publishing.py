"""Findings about the published dossier (layer ``publish``, verb ``publish``)."""

from merestone.model.catalogue.entry import Entry

PUBLISHING: dict[str, Entry] = {
    "glyphs-missing": Entry(
        "warning",
        "the PDF in {language} has {count} character(s) that its fonts lack; each is written by its number, as"
        " ‹{characters[0]}›",
        "The fonts of the PDF hold Latin, Cyrillic, Greek, Armenian and Chinese. A character of another script, or"
        " one that would turn the order of a line without being seen, is written by the number that Unicode gives"
        " it: never a box, never left out. `characters` lists them all. The HTML pages show it in a font of the"
        " reader's machine.",
    ),
}
