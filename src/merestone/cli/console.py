"""The console on which answers are drawn: text is printed as it is, styles come from us alone."""

import os

from rich.console import Console
from rich.text import Text


def a_console() -> Console:
    """A console on stdout that takes nothing in a title or a name for markup.

    Bold is no colour, but whoever sets NO_COLOR wants no escapes at all.
    """
    plain = bool(os.environ.get("NO_COLOR"))
    return Console(highlight=False, markup=False, soft_wrap=True, color_system=None if plain else "auto")


def bold(words: str, rest: str = "") -> Text:
    """`words` in bold, and `rest` after them."""
    return Text.assemble((words, "bold"), rest)
