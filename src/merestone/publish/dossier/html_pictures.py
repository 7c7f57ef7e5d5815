"""The pictures of the HTML pages: each drawn once into a file for all languages, its words upon it in the page.

So the words of a map can be searched and are set in the reader's fonts, and six languages are no larger than
one. Files are named by number where a name comes from the dossier.
"""

from collections.abc import Iterator

from markupsafe import Markup

from merestone.publish.dossier.content import Block, Content, Figure, Sides
from merestone.publish.dossier.figures import Drawer
from merestone.publish.dossier.picture import words_svg
from merestone.publish.dossier.speech import SOURCE, Speaker, speaker

_FOLDER = "figures"


class Pictures:
    """Where the pictures and signs of a dossier lie, relative to the root of the folder."""

    def __init__(self, content: Content, drawer: Drawer) -> None:
        self._drawer = drawer
        figures = [one for part in content.walk() for one in _figures(part.blocks)]
        keys = dict.fromkeys(one.key for one in figures)
        signs = dict.fromkeys(sign for one in figures for sign, _ in one.legend)
        self._paths = {key: f"{_FOLDER}/{_name(key, number)}.svg" for number, key in enumerate(keys)}
        drawn = {sign: drawer.sign(sign) for sign in signs}
        self._signs = {key: svg for key, svg in drawn.items() if svg is not None}
        self._sign_paths = {key: f"{_FOLDER}/sign-{k}.svg" for k, key in enumerate(self._signs)}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of every picture; drawn one after the other."""
        for key, path in self._paths.items():
            yield path, self._drawer.layers(key, speaker(SOURCE)).drawn.encode("utf-8")
        for key, path in self._sign_paths.items():
            yield path, self._signs[key].encode("utf-8")

    def picture(self, block: Figure, up: str, words: Speaker) -> Markup:
        """A picture and its words; ``up`` leads from the page to the root."""
        layers = self._drawer.layers(block.key, words)
        small = " small" if block.key.startswith("source:") else ""
        image = Markup('<img src="{0}" alt="{1}" width="{2:.0f}" height="{3:.0f}" loading="lazy">').format(
            up + self._paths[block.key], words.plain(block.shows), layers.width, layers.height
        )
        over = Markup(words_svg(layers.width, layers.height, layers.words))  # noqa: S704 - escaped in words_svg
        return Markup('<div class="picture{0}">{1}{2}</div>').format(small, image, over)

    def sign(self, key: str, up: str) -> Markup:
        """The sign of a legend; nothing where it has none."""
        path = self._sign_paths.get(key)
        if path is None:
            return Markup("")
        return Markup('<img class="sign" src="{0}" alt="" width="34" height="12"> ').format(up + path)


def _name(key: str, number: int) -> str:
    """The name of a picture's file: by its section or piece, else by number."""
    return f"source-{number}" if key.startswith("source:") else key.replace(":", "-")


def _figures(blocks: tuple[Block, ...]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Sides):
            for side in block.sides:
                yield from _figures(side.blocks)
