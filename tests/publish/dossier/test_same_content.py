"""HTML and PDF have the same content: every text of the tree is in both, in every language."""

from collections.abc import Mapping

import pytest

from merestone.publish.descriptiontext import LANGUAGES
from merestone.publish.dossier.build import content_of
from merestone.publish.dossier.content import (
    Bullets,
    Facts,
    Figure,
    Paragraph,
    Sides,
    Statement,
    Table,
)
from merestone.publish.dossier.drawing import Figures
from merestone.publish.dossier.html import pages
from merestone.publish.dossier.html_pictures import Pictures
from merestone.publish.dossier.speech import speaker
from merestone.publish.dossier.typst_data import PdfData

from .test_html import Page


def texts_of(block):
    """Every text of a block."""
    match block:
        case Paragraph():
            yield block.text
        case Bullets():
            yield from block.items
        case Facts():
            yield from (text for pair in block.pairs for text in pair)
        case Table():
            yield block.caption
            yield from (column.title for column in block.columns)
            yield from (cell for row in block.rows for cell in row)
        case Figure():
            yield block.caption
            yield from (text for _, text in block.legend)
        case Statement():
            yield from block.lines
            yield from (text for text in (block.by, block.source) if text is not None)
            for one in block.translations:
                yield from one.lines
                yield one.by
        case Sides():
            for side in block.sides:
                yield side.title
                for inner in side.blocks:
                    yield from texts_of(inner)


def words_of(node):
    """Every text of the PDF's data; the runs of one text, and the pieces of a run, joined."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from words_of(value)
    elif isinstance(node, list | tuple):
        if node and all(isinstance(one, Mapping) and "t" in one for one in node):
            yield "".join(piece for one in node for piece in one["t"] if isinstance(piece, str))
        for value in node:
            yield from words_of(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_both(material, language):
    content, drawer, says = content_of(material), Figures(material.comparison), speaker(language)
    parts = list(content.walk())
    said = {says.plain(text) for part in parts for block in part.blocks for text in texts_of(block)}
    said |= {says.plain(part.title) for part in parts}
    written = "\n".join(
        "".join(Page(data).text)
        for _, data in pages(content, language, (language,), Pictures(content, drawer))
    )
    assert sorted(one for one in said if one not in written) == []
    typeset = set(words_of(PdfData(content, says, drawer).data))
    assert (
        sorted(one for one in said if one not in typeset and not any(one in more for more in typeset)) == []
    )
    assert len(said) > 300
