"""Files of documents: every format and encoding, and files that are damaged or made to do harm."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import BadInputError, MissingExtraError
from merestone.sources.documents import pdf, read
from merestone.sources.documents.decoding import decoded
from merestone.sources.documents.docx import MAX_PART_BYTES
from merestone.sources.documents.read import read_document

FOLDER = Path(__file__).parents[1] / "data" / "documents"
WORDS = {
    "UTF-8": "Граница проходит по реке. 边界沿河而行。",
    "UTF-16": "Սահմանն անցնում է գետով։",
    "GB 18030": "两国之间的边界线沿河而行，测量员在湖边会晤，并就地图的比例尺达成一致。",
    "Windows-1251": "Граница между двумя странами проходит по реке; геодезисты встретились у озера.",
}
CODECS = {"UTF-8": "utf-8", "UTF-16": "utf-16", "GB 18030": "gb18030", "Windows-1251": "cp1251"}


def assembled(objects):
    data, at = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        at.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in at)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    return data + head + table + end


def stream(data, more=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def a_pdf(pages, catalog=b""):
    """PDF 1.4 in Helvetica, one text for each page."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * k) for k in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for k, text in enumerate(pages):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * k),
            stream(b"BT /F1 11 Tf 20 350 Td (%s) Tj ET" % text.encode("latin-1")),
        ]
    return assembled(objects)


def a_docx(body, **parts):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            packed.writestr(f"word/{name}.xml", f"<w:{name} {space}>{text}</w:{name}>")
    return made.getvalue()


def paragraph(words):
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


@pytest.fixture
def opened(tmp_path):
    def open_(data, name="note.txt"):
        (tmp_path / name).write_bytes(data)
        return read_document(tmp_path / name)

    return open_


def codes(found):
    return [note.code for note in found.findings]


@pytest.mark.parametrize("name", WORDS)
def test_an_encoding_is_told_by_the_bytes(opened, name):
    found = opened(WORDS[name].encode(CODECS[name]))
    assert (found.encoding, found.text.text, codes(found)) == (name, WORDS[name], ["document-encoding"])


def test_utf16_without_a_mark_is_likely(opened):
    found = opened("The boundary follows the river. ".encode("utf-16-le") * 9)
    assert (found.encoding, codes(found)) == ("UTF-16", ["document-encoding-likely"])
    assert found.text.text.startswith("The boundary follows")


def test_another_cyrillic_encoding_is_refused_and_not_guessed():
    assert decoded(WORDS["Windows-1251"].encode("koi8-r")) is None


@given(
    st.sampled_from([b"", b"<html>", b"PK\x03\x04", b"\xff\xfe", b"%PD"]),
    st.binary(max_size=400),
    st.booleans(),
)
def test_whatever_the_bytes_no_other_error_escapes(tmp_path_factory, head, tail, is_html):
    path = tmp_path_factory.getbasetemp() / ("any.html" if is_html else "any.txt")
    path.write_bytes(head + tail)
    with suppress(BadInputError):
        assert read_document(path).media in ("text", "html", "image")


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03" * 99, b"\xff\xfe\x00", bytes(range(128, 256)) * 9])
def test_what_is_no_text_is_refused(opened, data):
    assert decoded(data) is None
    with pytest.raises(BadInputError, match="no text in UTF-8, UTF-16, GB 18030 or Windows-1251"):
        opened(data)


def test_normalisation_is_as_documented(opened):
    text = "\ufeffA\u00a0 b\u00ad\u200bc \r\nd\t\te\u202b\n\n\n\nﬁ e\u0301 ﺍ  "
    found = opened(text.encode())
    assert found.text.text == "A bc\nd e\n\nfi é ا"


def test_html_keeps_text_alone(opened):
    page = (
        "<!DOCTYPE html><title>t</title><style>p{}</style><p onclick='x()'>One &lt; two &amp;<b>three</b>"
        "<br>four</p><script>alert('never')</script><noscript>no</noscript><p>five"
        " <a href='java script:x'>six</a><iframe>frame</iframe>"
    )
    found = opened(page.encode(), "page.html")
    assert (found.media, found.text.text) == ("html", "One < two &three\nfour\n\nfive six")
    assert codes(found) == ["document-encoding", "document-script"]


@pytest.mark.parametrize("piece", ["<!--", "<a ", "<a href='", "<![CDATA[", "<script>", "</script"])
def test_html_that_never_closes_is_read(opened, piece):
    """The parser would look for each end to the end of the page, and take minutes."""
    assert opened(("<html>one " + piece * 20_000).encode(), "page.html").text.text.startswith("one")


def test_form_feeds_are_pages(opened):
    found = opened(b"one\ftwo\f")
    assert (found.pages, found.text.text, found.text.page(4)) == (2, "one\ntwo", 2)


def test_docx_has_headers_body_and_notes(opened):
    body = paragraph("One") + "<w:p><w:r><w:t>t</w:t><w:tab/><w:t>wo</w:t></w:r></w:p>"
    notes = f"<w:footnote w:id='1'>{paragraph('Note')}</w:footnote>"
    found = opened(a_docx(body, header1=paragraph("A/1/2"), footnotes=notes), "x.docx")
    assert (found.media, found.text.text) == ("docx", "A/1/2\n\nOne\nt wo\n\n[^1]: Note")
    assert codes(found) == []


def test_docx_tracked_changes_are_noted(opened):
    old = "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
    body = f"<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins>{old}</w:p>"
    found = opened(a_docx(body), "x.docx")
    assert (found.text.text, codes(found)) == ("new", ["document-tracked-changes"])


def docx_with(text):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", text)
    return made.getvalue()


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (docx_with(LAUGHS), "declares a document type"),
        (docx_with("<x>"), "is not XML"),
        (docx_with(b" " * (MAX_PART_BYTES + 1)), "larger than 64 MiB when unpacked"),
        (a_docx("")[:-40], "damaged or locked"),
        (docx_with("<x/>").replace(b"document", b"dokument"), "no word/document.xml"),
    ],
    ids=["entities", "broken", "bomb", "cut", "other zip"],
)
def test_docx_that_cannot_be_read(opened, data, words):
    with pytest.raises(BadInputError, match=words):
        opened(data, "x.docx")


def test_pdf_keeps_pages(opened):
    found = opened(a_pdf(["one A/1/2", "two"]), "x.pdf")
    assert (found.media, found.pages, found.text.text, codes(found)) == ("pdf", 2, "one A/1/2\ntwo", [])


def test_pdf_from_right_to_left_is_in_the_order_of_reading():
    text = read_document(FOLDER / "right-to-left.pdf").text.text
    words = (
        "إعلان تارن",
        "البيان الثلاثي خلال الأعمال",
        "(1998)",
        "135 (ب)",
        "والسلام",
        "A/74/812-S/2020/391",
    )
    assert [word for word in words if word not in text] == []


def test_pdf_of_2000_pages(opened):
    found = opened(a_pdf([f"page {k}" for k in range(2000)]), "x.pdf")
    assert (found.pages, found.text.page(found.text.text.index("page 1999"))) == (2000, 2000)


def test_pdf_with_a_script_is_read_and_the_script_noted(opened):
    found = opened(a_pdf(["one"], b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "x.pdf")
    assert (found.text.text, codes(found)) == ("one", ["document-script"])


def test_pdf_without_a_text_layer_is_unread(opened):
    found = opened(a_pdf(["", ""]), "x.pdf")
    assert (found.read, found.pages, codes(found)) == (False, 2, ["document-without-text"])
    assert codes(opened(a_pdf(["one", ""]), "x.pdf")) == ["document-pages-without-text"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (a_pdf(["one"])[:200], "damaged or no PDF"),
        ((FOLDER / "nested-bomb.pdf").read_bytes(), "more than 1 GiB of memory"),
        ((FOLDER / "encrypted.pdf").read_bytes(), "asks for a password"),
    ],
    ids=["damaged", "bomb", "encrypted"],
)
def test_pdf_that_cannot_be_read(opened, data, words):
    with pytest.raises(BadInputError, match=words):
        opened(data, "x.pdf")


def test_pdf_of_too_many_pages_is_refused(opened, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    with pytest.raises(BadInputError, match="it has 3 pages, more than 2"):
        opened(a_pdf(["a", "b", "c"]), "x.pdf")


@pytest.mark.parametrize("data", [b"x" * 101, a_docx(paragraph("x" * 101)), a_pdf(["x" * 101])])
def test_a_text_that_is_too_long_is_refused(opened, monkeypatch, data):
    monkeypatch.setattr(pdf, "MOST_CHARACTERS", 100)
    with pytest.raises(BadInputError, match="more than 100 characters of text; part it into volumes"):
        opened(data)


def test_pdf_without_its_extra_names_it(opened, monkeypatch):
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError) as error:
        opened(a_pdf(["a"]), "x.pdf")
    assert "merestone[documents]" in error.value.hint


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 99, "an old Word file"),
        (b"{\\rtf1 x}", "an RTF file"),
    ],
)
def test_other_formats_are_named(opened, data, words):
    with pytest.raises(BadInputError, match=words):
        opened(data)


def test_an_image_is_a_document_without_text(opened):
    found = opened(b"\x89PNG\r\n\x1a\n" + b"x" * 99, "scan.png")
    assert (found.media, found.read, codes(found)) == ("image", False, ["document-without-text"])


def test_a_folder_a_missing_file_and_a_large_one_are_refused(opened, tmp_path, monkeypatch):
    with pytest.raises(BadInputError, match="this is a folder"):
        read_document(tmp_path)
    with pytest.raises(BadInputError, match="no such file"):
        read_document(tmp_path / "none.txt")
    monkeypatch.setattr(read, "MAX_BYTES", 10)
    with pytest.raises(BadInputError, match="larger than"):
        opened(b"x" * 11)
