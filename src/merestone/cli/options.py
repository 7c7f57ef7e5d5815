"""Options that several verbs share, and what they do to the output."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from merestone.model.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Voice:
    """How much a verb says: ``json`` the answer as JSON on stdout, ``quiet`` nothing more than that."""

    json: bool
    quiet: bool
    verbose: bool

    def progress(self) -> Progress:
        """A progress line on a terminal; silence elsewhere."""
        if self.quiet or not sys.stderr.isatty():
            return silent
        from merestone.cli.progress import ProgressLine

        return ProgressLine(sys.stderr)

    def finish(self, progress: Progress) -> None:
        """Wipe a progress line before other output."""
        clear = getattr(progress, "clear", None)
        if clear is not None:
            clear()


def voice_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json``, ``-q`` and ``-v``; the command receives one ``voice``."""

    @click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, the same as the file.")
    @click.option("-q", "--quiet", is_flag=True, help="Print no summary, no progress and no warnings.")
    @click.option("-v", "--verbose", is_flag=True, help="Print every finding, those of severity info too.")
    def wrapped(*args: Any, as_json: bool, quiet: bool, verbose: bool, **kwargs: Any) -> Any:
        return function(*args, voice=Voice(as_json, quiet, verbose), **kwargs)

    wrapped.__doc__ = function.__doc__
    wrapped.__name__ = function.__name__
    return wrapped
