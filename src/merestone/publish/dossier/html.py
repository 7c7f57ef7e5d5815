"""The dossier as a folder of HTML pages that open from disk: no script, nothing loaded from elsewhere.

Each language has a folder with ``index.html`` and one page for each section; style and pictures are shared.
Every text becomes markup through `Markup.format`, which escapes it: nothing in a dossier can be markup here.
The words of the pages themselves are sentences of the catalogues, as all others are.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files

from markupsafe import Markup

from merestone.publish.dossier.content import (
    Block,
    Bullets,
    Content,
    Facts,
    Figure,
    Language,
    Paragraph,
    Part,
    Sides,
    Statement,
    Table,
    Text,
    Weight,
    say,
)
from merestone.publish.dossier.html_pictures import Pictures
from merestone.publish.dossier.speech import Run, Speaker, speaker

_POLICY = "default-src 'none'; style-src 'self' file:; img-src 'self' file:; font-src 'self' file:; base-uri 'none'; form-action 'none'"
_FONTS = {
    "NotoSansArmenian-Regular.ttf": re.compile("[\u0530-\u058f]"),
    "NotoSansSC_400Regular.ttf": re.compile("[\u2e80-\u9fff\uf900-\ufaff]"),
}
"""For scripts that a reader's machine may lack."""
_TURNS = re.compile("[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters and marks that turn the order of what stands beside them; kept to themselves."""
_SHEETS = "sections"
"""The part whose parts are pages of their own."""
_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '<link rel="stylesheet" href="{up}style.css"></head><body>\n'
    '<a class="skip" href="#main">{skip}</a>\n'
    '<header><p class="dossier">{dossier}</p>{languages}</header>\n'
    "{contents}\n"
    '<main id="main">\n{body}</main>\n{foot}</body></html>\n'
)


def style() -> bytes:
    """The style sheet that all pages share."""
    return (files("merestone.publish") / "templates" / "dossier.css").read_bytes()


def fonts(texts: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the fonts that the pages fall back on, with their licence; only those that they need."""
    wanted = {name for name, needs in _FONTS.items() for text in texts if needs.search(text.decode("utf-8"))}
    folder = files("merestone.publish") / "vendor" / "fonts"
    for name in sorted(wanted | ({"OFL.txt"} if wanted else set())):
        yield f"fonts/{name}", (folder / name).read_bytes()


def pages(
    content: Content, language: str, languages: Sequence[str], pictures: Pictures
) -> Iterator[tuple[str, bytes]]:
    """Name (relative to the root of the folder) and bytes of every page of one language."""
    writer = _Writer(content, speaker(language), languages, pictures)
    yield f"{language}/index.html", writer.index()
    sheets = writer.sheets
    for number, sheet in enumerate(sheets):
        yield f"{language}/{_address(sheet)}", writer.sheet(sheet, sheets, number)


def entrance(content: Content, languages: Sequence[str]) -> bytes:
    """``index.html`` of the root: the versions by language, in the order of their codes."""
    items = Markup("").join(
        Markup('<li><a href="{0}/index.html" lang="{0}" hreflang="{0}">{1}</a></li>\n').format(
            code, speaker(code).plain(Language(code))
        )
        for code in languages
    )
    title = Markup("<h1>{0}</h1>").format(content.title)
    names = " · ".join(speaker(code).plain(say("Language versions")) for code in languages)
    body = Markup('<ul class="versions" aria-label="{1}">\n{0}</ul>\n').format(items, names)
    page = Markup(
        '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{name}</title>'
        '<link rel="stylesheet" href="style.css"></head><body>\n<main id="main">\n{title}\n{body}</main>\n</body></html>\n'
    ).format(language=languages[0], policy=_POLICY, name=content.title, title=title, body=body)
    return page.encode("utf-8")


def _address(sheet: Part) -> str:
    return f"sections/{sheet.key.removeprefix('section-')}.html"


class _Writer:
    """Writes the pages of one language."""

    def __init__(
        self, content: Content, words: Speaker, languages: Sequence[str], pictures: Pictures
    ) -> None:
        self._content, self._speaker = content, words
        self._languages, self._pictures = languages, pictures
        self.sheets = tuple(sheet for part in content.parts if part.key == _SHEETS for sheet in part.parts)
        self._pages = _page_by_key(content)
        self._page = "index.html"
        self._write: Mapping[type, Callable[..., Markup]] = {
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Facts: self._facts,
            Table: self._table,
            Figure: self._figure,
            Statement: self._statement,
        }

    def index(self) -> bytes:
        """All but the sheets of the sections."""
        self._page = "index.html"
        parts = self._content.parts
        body = Markup("<h1>{0}</h1>\n").format(self._text(self._content.title))
        body += self._parties()
        for part in parts:
            inner = () if part.key == _SHEETS else part.parts
            body += self._part(part, 2, inner)
        return self._whole(self._content.title, body, self._contents(parts), Markup(""))

    def sheet(self, sheet: Part, sheets: Sequence[Part], number: int) -> bytes:
        """The page of one section, with ways to its neighbours."""
        self._page = _address(sheet)
        body = self._part(sheet, 1, sheet.parts)
        ways = []
        if number > 0:
            ways.append((say("Previous section"), sheets[number - 1]))
        if number + 1 < len(sheets):
            ways.append((say("Next section"), sheets[number + 1]))
        around = Markup("").join(
            Markup('<li>{0}: <a href="{1}">{2}</a></li>').format(
                self._plain(words), self._href(to.key), self._plain(to.title)
            )
            for words, to in ways
        )
        nav = Markup(
            '<nav class="around" aria-label="{0}"><ul><li><a href="../index.html#sections">{1}</a></li>{2}</ul></nav>\n'
        )
        foot = nav.format(self._plain(say("Other sections")), self._plain(say("All sections")), around)
        title = f"{self._plain(sheet.title)} · {self._content.title}"
        return self._whole(title, body, Markup(""), foot)

    def _whole(self, title: str, body: Markup, contents: Markup, foot: Markup) -> bytes:
        page = _PAGE.format(
            language=self._speaker.language,
            direction=self._speaker.locale.text_direction,
            policy=_POLICY,
            title=title,
            up=self._up() + "../",
            skip=self._plain(say("Skip to the text")),
            dossier=self._text(self._content.title),
            languages=self._versions(),
            contents=contents,
            body=body,
            foot=foot,
        )
        return page.encode("utf-8")

    def _up(self) -> str:
        return "../" * self._page.count("/")

    def _versions(self) -> Markup:
        if len(self._languages) < 2:
            return Markup("")
        up = self._up() + "../"
        items = Markup("").join(
            Markup('<li><a href="{0}{1}/{2}" lang="{1}" hreflang="{1}"{3}>{4}</a></li>').format(
                up,
                code,
                self._page,
                Markup(' aria-current="true"') if code == self._speaker.language else "",
                speaker(code).plain(Language(code)),
            )
            for code in self._languages
        )
        return Markup('<nav class="versions" aria-label="{0}"><ul>{1}</ul></nav>').format(
            self._plain(say("Language versions")), items
        )

    def _parties(self) -> Markup:
        items = Markup("").join(
            Markup('<li><span class="id">{0}</span> {1}</li>').format(one.id, self._text(one))
            for one in self._content.parties
        )
        return Markup('<ul class="parties">{0}</ul>\n').format(items)

    def _contents(self, parts: Sequence[Part]) -> Markup:
        items = Markup("").join(
            Markup('<li><a href="#{0}">{1}</a></li>').format(part.key, self._plain(part.title))
            for part in parts
        )
        return Markup('<nav class="contents" aria-label="{0}"><ul>{1}</ul></nav>').format(
            self._plain(say("Contents")), items
        )

    def _part(self, part: Part, level: int, inner: Sequence[Part]) -> Markup:
        blocks = Markup("").join(self._block(block, level) for block in part.blocks)
        within = Markup("").join(self._part(one, level + 1, one.parts) for one in inner)
        return Markup('<section id="{0}"{4}>\n<h{1}>{2}</h{1}>\n{3}{5}</section>\n').format(
            part.key,
            min(level, 6),
            self._text(part.title),
            blocks,
            Markup(' class="sheet"') if part.sheet else "",
            within,
        )

    def _block(self, block: Block, level: int) -> Markup:
        if isinstance(block, Sides):
            return self._sides(block, level)
        return self._write[type(block)](block)

    def _sides(self, block: Sides, level: int) -> Markup:
        heading = min(level + 1, 6)
        made = Markup("").join(
            Markup("<div><h{0}>{1}</h{0}>\n{2}</div>\n").format(
                heading,
                self._text(side.title),
                Markup("").join(self._block(one, heading) for one in side.blocks),
            )
            for side in block.sides
        )
        return Markup('<div class="sides">\n{0}</div>\n').format(made)

    def _paragraph(self, block: Paragraph) -> Markup:
        kind = "" if block.weight is Weight.PLAIN else Markup(' class="{0}"').format(block.weight.value)
        return Markup("<p{0}>{1}</p>\n").format(kind, self._text(block.text))

    def _bullets(self, block: Bullets) -> Markup:
        items = Markup("").join(Markup("<li>{0}</li>\n").format(self._text(item)) for item in block.items)
        return Markup("<ul>\n{0}</ul>\n").format(items)

    def _facts(self, block: Facts) -> Markup:
        pairs = Markup("").join(
            Markup("<div><dt>{0}</dt><dd>{1}</dd></div>\n").format(self._text(term), self._text(what))
            for term, what in block.pairs
        )
        key = Markup(' id="{0}"').format(block.key) if block.key else ""
        return Markup('<dl class="facts"{1}>\n{0}</dl>\n').format(pairs, key)

    def _table(self, block: Table) -> Markup:
        columns = block.columns
        head = Markup("").join(
            Markup('<th scope="col"{1}>{0}</th>').format(
                self._text(one.title), _FIGURES if one.figures else ""
            )
            for one in columns
        )
        rows = Markup("").join(self._row(row, block) for row in block.rows)
        return Markup(
            '<div class="scroll" role="region" tabindex="0" aria-labelledby="{0}-caption">'
            '<table id="{0}"><caption id="{0}-caption">{1}</caption>\n<thead><tr>{2}</tr></thead>\n<tbody>\n{3}</tbody></table></div>\n'
        ).format(block.key, self._text(block.caption), head, rows)

    def _row(self, row: Sequence[Text], block: Table) -> Markup:
        first, *others = row
        cells = Markup("").join(
            Markup("<td{1}>{0}</td>").format(self._text(cell), _FIGURES if column.figures else "")
            for cell, column in zip(others, block.columns[1:], strict=True)
        )
        return Markup('<tr><th scope="row">{0}</th>{1}</tr>\n').format(self._text(first), cells)

    def _figure(self, block: Figure) -> Markup:
        up = self._up() + "../"
        picture = self._pictures.picture(block, up, self._speaker)
        legend = Markup("").join(
            Markup("<li>{0}{1}</li>").format(self._sign(key), self._text(text)) for key, text in block.legend
        )
        shown = Markup('<ul class="legend" aria-label="{0}">{1}</ul>').format(
            self._plain(say("Legend")), legend
        )
        return Markup('<figure id="{0}">{1}{2}<figcaption>{3}</figcaption></figure>\n').format(
            "figure-" + block.key.replace(":", "-"),
            picture,
            shown if block.legend else "",
            self._text(block.caption),
        )

    def _sign(self, key: str) -> Markup:
        return self._pictures.sign(key, self._up() + "../")

    def _statement(self, block: Statement) -> Markup:
        words = _quoted(block.lines, block.language)
        others = Markup("").join(
            Markup('<div class="translation"><p>{0}</p>{1}</div>').format(
                self._text(
                    say("Translation into {language}, by {by}", language=Language(one.language), by=one.by)
                ),
                _quoted(one.lines, one.language),
            )
            for one in block.translations
        )
        by = self._text(block.by) + Markup(" · ") if block.by is not None else Markup("")
        source = self._text(block.source) if block.source is not None else Markup("")
        return Markup(
            '<figure class="statement" id="{0}"><div class="words">{1}{2}</div><figcaption>{3}{4}</figcaption></figure>\n'
        ).format(block.key, words, others, by, source)

    def _plain(self, text: Text) -> str:
        return self._speaker.plain(text)

    def _text(self, text: Text) -> Markup:
        return Markup("").join(self._run(run) for run in self._speaker.runs(text))

    def _run(self, run: Run) -> Markup:
        made = Markup.escape(run.text)
        if run.language is not None:
            made = Markup('<span lang="{0}" dir="auto">{1}</span>').format(run.language, made)
        elif _TURNS.search(run.text):
            made = Markup("<bdi>{0}</bdi>").format(made)
        if run.to is not None and run.to in self._pages:
            made = Markup('<a href="{0}">{1}</a>').format(self._href(run.to), made)
        return made

    def _href(self, key: str) -> str:
        page = self._pages[key]
        if page == self._page:
            return f"#{key}"
        own = f"{self._up()}{page}"
        return (
            own
            if key == f"section-{page.removeprefix('sections/').removesuffix('.html')}"
            else f"{own}#{key}"
        )


_FIGURES = Markup(' class="n"')


def _quoted(lines: Sequence[str], language: str | None) -> Markup:
    inner = Markup("").join(Markup("<p>{0}</p>").format(line) for line in lines)
    lang = Markup(' lang="{0}"').format(language) if language else ""
    return Markup('<blockquote{0} dir="auto">{1}</blockquote>').format(lang, inner)


def _page_by_key(content: Content) -> dict[str, str]:
    """On which page every key stands that a link may lead to."""
    found: dict[str, str] = {}
    for part in content.parts:
        if part.key == _SHEETS:
            found[part.key] = "index.html"
            for sheet in part.parts:
                found |= dict.fromkeys(_keys(sheet), _address(sheet))
        else:
            found |= dict.fromkeys(_keys(part), "index.html")
    return found


def _keys(part: Part) -> Iterator[str]:
    for one in part.walk():
        yield one.key
        for block in one.blocks:
            key = block.key if isinstance(block, Statement | Table | Facts) else None
            if key is not None:
                yield key
