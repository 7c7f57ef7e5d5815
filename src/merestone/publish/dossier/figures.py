"""What a writer asks for the pictures of a dossier."""

from typing import Protocol

from merestone.publish.dossier.speech import Speaker


class Drawer(Protocol):
    """Draws the figures of one comparison.

    What is costly is worked out once for all languages; only words differ from one to the next.
    """

    def svg(self, key: str, speaker: Speaker) -> str:
        """The figure `key` of the contents as an SVG document, with words of one language.

        Raises KeyError where there is no such figure.
        """
        ...
