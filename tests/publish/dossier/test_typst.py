"""The PDF: every script can be read out of it, nothing in a dossier is source, the same bytes twice."""

import re
import sys
from dataclasses import replace

import pypdfium2
import pytest
import typst

from merestone.errors import MissingExtraError
from merestone.publish.descriptiontext import LANGUAGES
from merestone.publish.dossier import typst_pdf
from merestone.publish.dossier.build import content_of
from merestone.publish.dossier.content import (
    Bullets,
    Column,
    Content,
    Facts,
    Figure,
    Link,
    Paragraph,
    Part,
    Side,
    Sides,
    Statement,
    Table,
    Translation,
    Verbatim,
    Weight,
    named,
)
from merestone.publish.dossier.drawing import Figures
from merestone.publish.dossier.figures import Layers
from merestone.publish.dossier.picture import KINDS, Placed
from merestone.publish.dossier.speech import speaker
from merestone.publish.dossier.typst_pdf import pdf

DAY = (2024, 3, 1)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}>{}</svg>'
CODE = [
    '#panic("run")',
    '#eval("1/0")',
    '#include "/etc/passwd"',
    "*bold* _it_ $x^2$ <label> @ref",
    "\\#set page",
    "#{ while true {} }",
    "`raw` // no comment /* none */",
    "</script><script>x()</script>&amp;",
    "= no heading",
    '#image("/etc/passwd")',
    "[#sys.version]",
    "~ -- --- ... 'q' \"q\"",
]
SENTENCES = {
    "az": "Azərbaycan Respublikası ilə sərhəd, Ağstafa çayı, İşıqlı",
    "en": "The line follows the ridge to point 12.",
    "fr": "L’œuvre, à côté du cœur de la forêt, où çà",
    "hy": "Հայաստանի Հանրապետության սահմանը, Սոֆուլու և Բարխուդարլու",
    "ru": "Граница между селом Ёлка и рекой № 7",
    "zh": "安全理事会第822(1993)、853(1993)号决议",
}


class NoDrawer:
    """Draws a rectangle with words on it."""

    def __init__(self, words=()):
        self._words = words

    def layers(self, key, speaker):
        drawn = SVG.format('viewBox="0 0 72 30"', '<path d="M0 0H72V30H0Z" fill="#eee"/>')
        words = tuple(
            Placed(word, 36.0, 5.0 + 4 * k, "middle", KINDS["settlement"])
            for k, word in enumerate(self._words)
        )
        return Layers(drawn, 72.0, 30.0, words)

    def sign(self, key):
        return SVG.format('viewBox="0 0 34 12"', '<path d="M1 6H33" stroke="#111"/>')


def content_with(texts, title="A title", statement=()):
    """Every kind of block, each with every text."""
    texts = tuple(texts)
    said = Statement(
        "said", Verbatim("ARM"), "hy", tuple(statement or texts), Verbatim("where"),
        (Translation("en", texts, Verbatim("a translator")),),
    )  # fmt: skip
    blocks = (
        *(Paragraph(text, weight) for text in texts for weight in Weight),
        Bullets(texts),
        Facts(tuple((text, text) for text in texts)),
        Table(
            "table",
            texts[0],
            (Column(texts[0]), Column(texts[0], figures=True)),
            tuple((t, t) for t in texts),
        ),
        Figure("overview", texts[0], texts[0], tuple(("sign", text) for text in texts)),
        Sides((Side("ARM", texts[0], (said,)), Side("AZE", texts[0], (Bullets(texts),)))),
        Paragraph(Link("second", "to the second part")),
        Paragraph(Link("nowhere", "to what was left out")),
    )
    parts = (
        Part("first", texts[0], blocks),
        Part("second", texts[0], (), (Part("inner", texts[0]),), sheet=True),
    )
    return Content(title, (named("ARM", {"en": texts[0]}), named("AZE", {})), parts)


def text_of(data):
    """What PDFium reads out of the pages, as one line."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [document[k].get_textpage().get_text_bounded() for k in range(len(document))]
    return " ".join(" ".join(pages).split())


@pytest.fixture(scope="module")
def of_every_script():
    drawer = NoDrawer(SENTENCES.values())
    return pdf(content_with(SENTENCES.values()), speaker("en"), drawer, DAY)


@pytest.mark.parametrize("language", SENTENCES)
def test_text_of_every_script_can_be_searched_and_copied(of_every_script, language):
    """In paragraphs, tables, legends, statements and on the picture; hyphens at the ends of lines apart."""
    text = re.sub(r"\ufffe ?|\u00ad ?|-\s(?=\w)", "", text_of(of_every_script.data)).replace(" ", "")
    assert text.count(SENTENCES[language].replace(" ", "")) >= 9
    assert of_every_script.findings == ()


def test_the_pdf_is_tagged_and_says_what_it_is(of_every_script):
    data = of_every_script.data
    assert data.startswith(b"%PDF-1.7")
    xmp = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", data, re.DOTALL)[0]
    for said in (b"pdfaid:part>2<", b"pdfaid:conformance>A<", b"pdfuaid:part>1<"):
        assert said in xmp
    assert b"/Marked true" in data
    assert re.search(rb"/Lang ?\(en\)", data)
    assert data.count(b"/Alt") >= 1
    assert b"/JavaScript" not in data
    assert b"/EmbeddedFile" not in data


def test_parts_are_bookmarks_and_links_lead_to_them(of_every_script):
    with pypdfium2.PdfDocument(of_every_script.data) as document:
        marks = [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
        last = len(document) - 1
    title = SENTENCES["az"]
    assert marks == [(0, title, 0), (0, title, last), (1, title, last)]
    assert of_every_script.data.count(b"/Subtype/Link") == 3  # two of the table of contents, one in the text


def test_without_a_date_it_is_accessible_and_no_archive():
    data = pdf(content_with(["x"]), speaker("en"), NoDrawer(), None).data
    assert b"pdfuaid:part>1<" in data
    assert b"pdfaid:part" not in data
    assert b"CreationDate" not in data


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_in_a_dossier_is_text(language):
    evil = NoDrawer(CODE)
    data = pdf(content_with(CODE, title=CODE[0]), speaker(language), evil, DAY).data
    text = text_of(data).replace(" ", "")
    for code in CODE:
        assert text.count(code.replace(" ", "")) >= 3, code


def test_long_words_break_within_their_column_and_are_copied_whole():
    """A hash in a quarter of the page: nothing is put into it, and nothing of it stands outside the page."""
    word = "0123456789abcdef" * 6
    data = pdf(content_with([word]), speaker("en"), NoDrawer(), DAY).data
    with pypdfium2.PdfDocument(data) as document:
        for page in (document[k] for k in range(len(document))):
            text = page.get_textpage()
            right = max(text.get_charbox(k)[2] for k in range(text.count_chars()))
            assert right <= page.get_width()
    lines = "".join(text_of(data).split())
    assert lines.count(word) >= 6


def test_what_no_font_has_is_named_in_the_pdf_and_in_a_finding():
    made = pdf(content_with(["თბ x", "a\u202eb\x00"]), speaker("fr"), NoDrawer(["თ"]), DAY)
    (told,) = made.findings
    assert told.code == "glyphs-missing"
    assert told.values["characters"] == ["U+0000", "U+10D1", "U+10D7", "U+202E"]
    assert told.values["language"] == "fr"
    text = text_of(made.data)
    for shown in ("‹U+10D7 U+10D1› x", "a‹U+202E›b‹U+0000›"):
        assert shown in text


def test_the_same_dossier_gives_the_same_bytes(material):
    content = content_of(material)
    sheets = next(part for part in content.parts if part.key == "sections")
    short = replace(content, parts=(content.parts[0], replace(sheets, parts=sheets.parts[:1])))
    one, two = (pdf(short, speaker("zh"), Figures(material.comparison), DAY).data for _ in range(2))
    assert one == two


def test_a_whole_dossier_is_set_without_a_warning(material):
    """With a record, documents, statements and names that try to be markup."""
    content = content_of(material)
    made = typst_pdf.PdfData(content, speaker("hy"), Figures(material.comparison))
    compiler = typst.Compiler(
        typst_pdf.inputs(made, DAY), font_paths=typst_pdf.typeset_in(), ignore_system_fonts=True
    )
    data, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=["a-2a", "ua-1"])
    assert warnings == []
    assert "window.hacked=1" in text_of(data)
    assert data == pdf(content, speaker("hy"), Figures(material.comparison), DAY).data


def test_without_typst_the_extra_is_named(monkeypatch):
    typst_pdf.typeset_in.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtraError, match=r"merestone\[report\]"):
        pdf(content_with(["x"]), speaker("en"), NoDrawer(), None)


def test_bold_has_every_character_that_regular_has():
    """Headings are bold, and what is checked are the regular fonts."""
    text = "".join(map(chr, range(0x20, 0x530))) + "".join(map(chr, range(0x531, 0x590)))
    from merestone.publish.dossier import fonts

    shown = fonts.spelled(text.replace("\x7f", ""))
    content = Content("T", (named("A", {}), named("B", {})), (Part("p", shown),))
    assert pdf(content, speaker("en"), NoDrawer(), None).findings == ()
