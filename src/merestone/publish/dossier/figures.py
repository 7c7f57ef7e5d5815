"""What a writer asks for the pictures of a dossier."""

from dataclasses import dataclass
from typing import Protocol

from merestone.publish.dossier.picture import Placed
from merestone.publish.dossier.speech import Speaker


@dataclass(frozen=True, slots=True)
class Layers:
    """A picture and its words apart: an SVG document, its size, and the words that stand upon it."""

    drawn: str
    width: float
    height: float
    words: tuple[Placed, ...]


class Drawer(Protocol):
    """Draws the figures of one comparison.

    What is costly is worked out once for all languages; only words differ from one to the next.
    """

    def layers(self, key: str, speaker: Speaker) -> Layers:
        """The figure `key` of the contents, with words of one language.

        Raises KeyError where there is no such figure.
        """
        ...

    def sign(self, key: str) -> str | None:
        """The sign `key` of a legend (a source's id, or what maps show) as an SVG; None where it has none."""
        ...
