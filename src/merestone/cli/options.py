"""Options that several verbs share, and what they do to the output."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from merestone.model.progress import Progress, silent

if TYPE_CHECKING:
    from merestone.model.findings import Finding


@dataclass(frozen=True, slots=True)
class Voice:
    """How much a verb says: ``json`` the answer as JSON on stdout, ``quiet`` nothing more than that."""

    json: bool
    quiet: bool
    verbose: bool

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress line on a terminal, wiped at the end however that comes; silence elsewhere."""
        if self.quiet or not sys.stderr.isatty():
            yield silent
            return
        from merestone.cli.progress import ProgressLine

        line = ProgressLine(sys.stderr)
        try:
            yield line
        finally:
            line.clear()

    def answer(
        self, json: bytes, findings: "Iterable[Finding]", show: Callable[[], None], *, notes: bool = False
    ) -> None:
        """Say warnings (with ``notes`` those of severity info too), then the answer: as JSON or by ``show``.

        ``show`` is the place to import what draws: it is called only where something is drawn.
        """
        if not self.quiet:
            from merestone.cli.findings import echo_warnings

            echo_warnings(findings, notes=notes)
        if self.json:
            click.echo(json, nl=False)
        elif not self.quiet:
            show()


def voice_options(more: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--json``, ``-q`` and, where `more` says what it does, ``-v``; a command receives ``voice``."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, as_json: bool, quiet: bool, verbose: bool = False, **kwargs: Any) -> Any:
            return function(*args, voice=Voice(as_json, quiet, verbose), **kwargs)

        wrapped.__doc__ = function.__doc__
        wrapped.__name__ = function.__name__
        if more is not None:
            wrapped = click.option("-v", "--verbose", is_flag=True, help=more)(wrapped)
        wrapped = click.option("-q", "--quiet", is_flag=True, help="Print only what --json asks for.")(
            wrapped
        )
        return click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")(wrapped)

    return decorated


def parties_option(**keys: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--parties ID,ID``; the command receives a pair of ids, or None."""
    return click.option("--parties", metavar="ID,ID", callback=_two_parties, **keys)


def _two_parties(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[str, str] | None:
    """Two different ids. What an id may be is for the dossier to say."""
    if value is None:
        return None
    ids = [part.strip() for part in value.split(",")]
    if len(ids) != 2:
        raise click.BadParameter(
            f"'{value}' names {len(ids)}; write two ids with a comma between", context, parameter
        )
    if ids[0].casefold() == ids[1].casefold():
        raise click.BadParameter(f"'{value}' names one party twice; name two", context, parameter)
    return ids[0], ids[1]
