"""The contents of a dossier as the data of its PDF: plain JSON values and pictures, in one language.

Typst reads these as data. No text of a dossier becomes Typst source, so none can be a command of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from merestone.publish.dossier import fonts
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
    say,
)
from merestone.publish.dossier.figures import Drawer
from merestone.publish.dossier.picture import SPACING, Placed, text_width
from merestone.publish.dossier.speech import Speaker

Json = dict[str, Any]
Cell = str | list[Json]
_CODE = re.compile("[a-z]{2,3}")
_LONG_EMS = 17.0
"""A column for texts longer than this gets no more room for it."""
_LONG_WORD = re.compile(r"(\S{25,})")
_PIECE = 8
_SHARES = {"source": 34}
"""Of the width of the text, per cent, by the kind of figure; the others take it all."""


class PdfData:
    """Walks a tree once: `data` for Typst, `pictures` by file name, `lacking` by character."""

    def __init__(self, content: Content, speaker: Speaker, drawer: Drawer) -> None:
        self._speaker, self._drawer = speaker, drawer
        self._keys = frozenset(_keys(content))
        self._made: Mapping[type, Callable[[Any], Json]] = {
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Facts: self._facts,
            Table: self._table,
            Figure: self._figure,
            Statement: self._statement,
            Sides: self._sides,
        }
        self.pictures: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        self.lacking: Counter[str] = Counter()
        self.data: Json = {
            "lang": _language(speaker.language),
            "title": self._plain(content.title),
            "parties": [{"id": self._shown(one.id), "t": self._runs(one)} for one in content.parties],
            "contents": self._runs(say("Contents")),
            "parts": [self._part(part, level) for part, level in _with_levels(content.parts, 1)],
        }

    def _shown(self, text: str) -> str:
        """The text as the fonts can show it; what they lack is counted."""
        shown = fonts.spelled(text)
        if shown != text:
            self.lacking.update(fonts.missing(text))
        return shown

    def _plain(self, text: Text) -> str:
        return self._shown(self._speaker.plain(text))

    def _runs(self, text: Text) -> Cell:
        """The stretches of a text; a plain string where it is one, which Typst sets faster."""
        made = []
        for run in self._speaker.runs(text):
            one: Json = {"t": _parted(self._shown(run.text))}
            if run.language is not None and (code := _language(run.language)):
                one["l"] = code
            if run.to is not None and run.to in self._keys:
                one["to"] = run.to
            made.append(one)
        plain = all(len(one) == 1 and isinstance(one["t"], str) for one in made)
        return "".join(one["t"] for one in made) if plain else made

    def _part(self, part: Part, level: int) -> Json:
        return {
            "key": part.key,
            "level": level,
            "title": self._runs(part.title),
            "sheet": part.sheet,
            "blocks": [self._block(block) for block in _told_once(part.blocks)],
        }

    def _block(self, block: Block) -> Json:
        return self._made[type(block)](block)

    def _paragraph(self, block: Paragraph) -> Json:
        return {"k": "p", "w": block.weight.value, "t": self._runs(block.text)}

    def _bullets(self, block: Bullets) -> Json:
        return {"k": "ul", "items": [self._runs(item) for item in block.items]}

    def _facts(self, block: Facts) -> Json:
        pairs = [[self._runs(term), self._runs(what)] for term, what in block.pairs]
        return {"k": "dl", "key": block.key, "pairs": pairs}

    def _table(self, block: Table) -> Json:
        titles = [self._runs(one.title) for one in block.columns]
        rows = [[self._runs(cell) for cell in row] for row in block.rows]
        return {
            "k": "table",
            "key": block.key,
            "caption": self._runs(block.caption),
            "titles": titles,
            "right": [one.figures for one in block.columns],
            "shares": [
                _share(one.figures, *column)
                for one, *column in zip(block.columns, titles, *rows, strict=True)
            ],
            "rows": rows,
        }

    def _figure(self, block: Figure) -> Json:
        kind = block.key.partition(":")[0]
        layers = self._drawer.layers(block.key, self._speaker)
        return {
            "k": "figure",
            "file": self._file(block.key, layers.drawn),
            "size": [layers.width, layers.height],
            "words": [self._placed(one) for one in layers.words],
            "alt": self._plain(block.shows),
            "caption": self._runs(block.caption),
            "share": _SHARES.get(kind, 100),
            "legend": [{"sign": self._sign(key), "t": self._runs(text)} for key, text in block.legend],
        }

    def _placed(self, one: Placed) -> Json:
        kind = one.kind
        made: Json = {"t": self._shown(one.words), "x": one.x, "y": one.y, "a": one.anchor, "s": kind.size}
        made["c"] = kind.colour
        if kind.bold:
            made["b"] = True
        if kind.spaced:
            made["p"] = SPACING
        return made

    def _sign(self, key: str) -> str | None:
        drawn = self._drawer.sign(key)
        return None if drawn is None else self._file(f"sign:{key}", drawn)

    def _file(self, key: str, drawn: str) -> str:
        """The name of a picture, numbered in the order in which pictures are first shown."""
        if key not in self._names:
            self._names[key] = f"picture-{len(self._names)}.svg"
            self.pictures[self._names[key]] = drawn.encode("utf-8")
        return self._names[key]

    def _statement(self, block: Statement) -> Json:
        return {
            "k": "statement",
            "key": block.key,
            "by": None if block.by is None else self._runs(block.by),
            "lang": _language(block.language),
            "lines": [self._runs(line) for line in block.lines],
            "source": None if block.source is None else self._runs(block.source),
            "translations": [
                {
                    "by": self._runs(
                        say(
                            "Translation into {language}, by {by}", language=Language(one.language), by=one.by
                        )
                    ),
                    "lang": _language(one.language),
                    "lines": [self._runs(line) for line in one.lines],
                }
                for one in block.translations
            ],
        }

    def _sides(self, block: Sides) -> Json:
        sides = [
            {"t": self._runs(side.title), "blocks": [self._block(one) for one in side.blocks]}
            for side in block.sides
        ]
        return {"k": "sides", "sides": sides}


def _with_levels(parts: tuple[Part, ...], level: int) -> Iterator[tuple[Part, int]]:
    for part in parts:
        yield part, level
        yield from _with_levels(part.parts, level + 1)


def _told_once(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks of a part; signs that a figure before has told are not told again."""
    told: set[str] = set()
    for block in blocks:
        if isinstance(block, Figure):
            known, told = told, told | {key for key, _ in block.legend}
            yield replace(block, legend=()) if told == known else block
        else:
            yield block


def _keys(content: Content) -> Iterator[str]:
    """Every key that stands in the PDF and can be led to."""
    for part in content.walk():
        yield part.key
        yield from _block_keys(part.blocks)


def _block_keys(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Sides):
            for side in block.sides:
                yield from _block_keys(side.blocks)
        elif isinstance(block, Statement | Table | Facts) and block.key:
            yield block.key


def _language(code: str | None) -> str | None:
    """The language proper of a code, as Typst knows it; None where nothing is said."""
    first = (code or "").split("-")[0].lower()
    return first if _CODE.fullmatch(first) and first != "und" else None


def _parted(text: str) -> str | list[str]:
    """A text in which a line may break within words that are as long as a column, as addresses and hashes are.

    In pieces, between which the page puts nothing: what is copied from it is whole.
    """
    if not _LONG_WORD.search(text):
        return text
    pieces: list[str] = [""]
    for number, part in enumerate(_LONG_WORD.split(text)):
        if number % 2 == 0:
            pieces[-1] += part
        else:
            first, *others = (part[k : k + _PIECE] for k in range(0, len(part), _PIECE))
            pieces[-1] += first
            pieces += others
    return pieces


def _plain_of(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "".join("".join(run["t"]) for run in cell)


def _share(whole: bool, title: Cell, *cells: Cell) -> int:
    """Of the width of a table: so much that no word is cut, and no figure parted (``whole``) from its unit."""
    texts, head = [_plain_of(cell) for cell in cells], _plain_of(title)
    words = max((text_width(word) for text in (*texts, head) for word in text.split()), default=1.0)
    longest = max(map(text_width, texts), default=1.0)
    return round(max(min(1.08 * words, _LONG_EMS), longest if whole else min(longest, _LONG_EMS)) + 1.5)
