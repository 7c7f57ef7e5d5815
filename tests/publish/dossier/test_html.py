"""The HTML pages: nothing in a dossier can be markup, links lead somewhere, a browser finds no barrier."""

import gzip
import shutil
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from merestone.publish.descriptiontext import LANGUAGES
from merestone.publish.dossier.build import content_of
from merestone.publish.dossier.drawing import Figures
from merestone.publish.dossier.html import Pictures, entrance, fonts, pages, style

from .conftest import EVIL

AXE = Path(__file__).parents[2] / "data" / "axe"
VOID = {"meta", "link", "img", "br"}


class Page(HTMLParser):
    """What is in a page: elements with attributes, ids, links, and the text by language."""

    def __init__(self, data):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(data.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, attribute):
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]


@pytest.fixture(scope="module")
def written(material):
    """The folder in memory, with names of parties and sources that try to be markup."""
    party, other = material.comparison.parties
    c = replace(
        material.comparison,
        dossier={**material.comparison.dossier, "title": f"Title {EVIL}"},
        parties=(replace(party, names={"en": EVIL, "hy": "Անուն"}), other),
        sources=tuple(replace(one, title=EVIL, publisher=EVIL) for one in material.comparison.sources),
    )
    content = content_of(replace(material, comparison=c))
    pictures = Pictures(content, Figures(c))
    found = {"style.css": style(), "index.html": entrance(content, LANGUAGES), **dict(pictures.files())}
    for language in LANGUAGES:
        found |= dict(pages(content, language, LANGUAGES, pictures))
    return found


@pytest.fixture(scope="module")
def parsed(written):
    return {name: Page(data) for name, data in written.items() if name.endswith(".html")}


def test_nothing_in_a_dossier_becomes_markup(parsed):
    tags = {tag for page in parsed.values() for tag, _ in page.elements}
    assert "script" not in tags
    attributes = {key for page in parsed.values() for _, attrs in page.elements for key in attrs}
    assert not {key for key in attributes if key.startswith("on")}
    assert all(page.open == [] for page in parsed.values())
    assert any(EVIL in text for text in parsed["en/index.html"].text)


def test_every_page_forbids_what_it_does_not_need(parsed):
    for page in parsed.values():
        policy = next(attrs["content"] for tag, attrs in page.elements if attrs.get("http-equiv"))
        assert policy.startswith("default-src 'none'; style-src 'self' file:; img-src 'self'")
        assert "script" not in policy


def test_links_lead_somewhere_and_ids_are_unique(parsed, written):
    for name, page in parsed.items():
        ids = page.all("id")
        assert [one for one in ids if ids.count(one) > 1] == [], name
        for href in page.all("href"):
            path, _, anchor = href.partition("#")
            target = normpath(join(dirname(name), path)) if path else name
            assert target in written, (name, href)
            assert not anchor or anchor in parsed[target].all("id"), (name, href)


def test_every_picture_is_there_once_for_all_languages_with_its_words_upon_it(parsed, written):
    shown = {
        normpath(join(dirname(name), attrs["src"]))
        for name, page in parsed.items()
        for tag, attrs in page.elements
        if tag == "img"
    }
    assert shown == {name for name in written if name.startswith("figures/")}
    assert {"figures/overview.svg", "figures/source-0.svg", "figures/sign-0.svg"} <= shown
    assert not [name for name in shown if b"<text" in written[name]]
    texts = {code: written[f"{code}/index.html"].decode() for code in LANGUAGES}
    for code, north in (("az", "Ş"), ("hy", "Հ"), ("ru", "С"), ("zh", "北")):
        assert f">{north}</text>" in texts[code]
    for name, page in parsed.items():
        for tag, attrs in page.elements:
            assert tag != "img" or "alt" in attrs, name


def test_every_language_has_the_same_pages_and_says_which_it_is(parsed):
    by_language = {code: {name[3:] for name in parsed if name.startswith(f"{code}/")} for code in LANGUAGES}
    assert len({frozenset(names) for names in by_language.values()}) == 1
    for name, page in parsed.items():
        if "/" in name:
            assert page.elements[0] == ("html", {"lang": name[:2], "dir": "ltr"})


def test_own_words_stay_in_their_language_with_translations_beside(parsed, material):
    section = material.comparison.sections[0].id
    page = parsed[f"fr/sections/{section}.html"]
    quoted = [attrs.get("lang") for tag, attrs in page.elements if tag == "blockquote"]
    assert quoted[:3] == ["hy", "en", "az"]
    assert "Մեր խոսքը <b>" in page.text


def test_right_to_left_text_keeps_its_turning_to_itself(material):
    turning = "\u202eabc \u05d0\u05d1"
    sources = tuple(replace(one, publisher=turning) for one in material.comparison.sources)
    content = content_of(replace(material, comparison=replace(material.comparison, sources=sources)))
    drawer = Figures(material.comparison)
    index = dict(pages(content, "en", ("en",), Pictures(content, drawer)))["en/index.html"].decode()
    assert index.count(f"<bdi>{turning}</bdi>") == index.count(turning) > 0


def test_scripts_that_a_machine_may_lack_come_with_their_font():
    assert [name for name, _ in fonts([b"Latin alone"])] == []
    assert [name for name, _ in fonts(["Հայ".encode()])] == [
        "fonts/NotoSansArmenian-Regular.ttf",
        "fonts/OFL.txt",
    ]
    assert [name for name, _ in fonts(["界".encode()])] == [
        "fonts/NotoSansSC_400Regular.ttf",
        "fonts/OFL.txt",
    ]
    sheet = style().decode()
    assert all(f"url({name})" in sheet for name, _ in fonts(["Հ界".encode()]) if name.endswith(".ttf"))


def test_the_same_material_gives_the_same_bytes(material):
    content = content_of(material)
    drawn = (Pictures(content, Figures(material.comparison)) for _ in range(2))
    one, two = (dict(pages(content, "hy", ("hy",), pictures)) for pictures in drawn)
    assert one == two


def test_axe_is_the_file_that_its_page_names():
    data = gzip.decompress((AXE / "axe.min.js.gz").read_bytes())
    assert sha256(data).hexdigest() in (AXE / "README.md").read_text(encoding="utf-8")


@pytest.mark.browser
def test_axe_core_finds_no_barrier(written, material, tmp_path):
    """WCAG 2.2 A and AA, as far as a program can tell, on every kind of page; and nothing ran."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (make system-deps)")
    sync_api = pytest.importorskip("playwright.sync_api")
    for name, data in written.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    axe = gzip.decompress((AXE / "axe.min.js.gz").read_bytes()).decode("utf-8")
    section = material.comparison.sections[0].id
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(bypass_csp=True).new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        for name in ("index.html", "en/index.html", f"hy/sections/{section}.html"):
            page.goto((tmp_path / name).as_uri())
            assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1120px"
            assert page.evaluate("window.hacked") is None
            page.evaluate(axe)
            tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
            found = page.evaluate("tags => axe.run({runOnly: tags})", tags)
            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], name
            assert len(found["passes"]) > 10
        assert {url.split(":")[0] for url in asked} == {"file"}
        browser.close()
