"""The text of an HTML page. What a script, style or hidden frame holds is never kept, nor run."""

from html.parser import HTMLParser

_SKIPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "head",
        "select",
        "title",
    }
)
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
        "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul", "body", "html",
    }
)  # fmt: skip
_EMPTY = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "embed", "wbr", "col", "area", "base", "source"}
)
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "table", "ul", "ol", "blockquote", "section",
     "article", "hr"}
)  # fmt: skip


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.scripts = 0
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        active = any(name.startswith("on") or _runs(value) for name, value in attrs)
        self.scripts += tag == "script" or active
        if tag in _SKIPPED and tag not in _EMPTY:
            self._skipping.append(tag)
        elif not self._skipping and tag in _BLOCKS:
            self.words.append("\n\n" if tag in _PARAGRAPHS else "\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._skipping[-1:] == [tag]:
            self._skipping.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipping:
            while self._skipping.pop() != tag:
                pass
        elif not self._skipping and tag in _BLOCKS:
            self.words.append("\n\n" if tag in _PARAGRAPHS else "\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.words.append(data.replace("\n", " ").replace("\r", " "))


def _runs(value: str | None) -> bool:
    return value is not None and "".join(value.split()).lower().startswith("javascript:")


def html_text(page: str) -> tuple[str, int]:
    """The text of a page, one line for a block, and how many scripts stood in it."""
    reader = _Text()
    reader.feed(_closed(page))
    reader.close()
    return "".join(reader.words), reader.scripts


def _closed(page: str) -> str:
    """The page with marks that nothing closes as text: their end would be looked for again and again."""
    for opening, closing in (("<!--", "-->"), ("<![", "]"), ("<", ">")):
        last = page.rfind(closing)
        page = page[: last + 1] + page[last + 1 :].replace(opening, "&lt;" + opening[1:])
    return page
