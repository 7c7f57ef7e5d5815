"""What every word of ``merestone record`` takes."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from merestone.cli.options import voice_options

if TYPE_CHECKING:
    from merestone.model.findings import Finding
    from merestone.service.desk.acts import Written
    from merestone.service.desk.place import Desk

PATH = click.Path(path_type=Path)


def record_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add where the record and the key are: ``record``, ``key`` and ``passphrase_file`` of a command."""
    for option in (
        click.option(
            "--passphrase-file", type=PATH, metavar="FILE", help="File whose first line opens the key."
        ),
        click.option(
            "--key",
            type=PATH,
            metavar="FILE",
            help="Key file.  [default: the party's, in the user's data folder]",
        ),
        click.option(
            "--record",
            type=PATH,
            metavar="FILE",
            help="The record.  [default: record.mrec beside the dossier]",
        ),
    ):
        function = option(function)
    return function


def desk_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add where the record, the dossier and the key are; a command receives ``desk`` and ``voice``."""

    inner = voice_options()(function)

    @wraps(inner)  # which carries the options that it has along
    def wrapped(
        *args: Any,
        record: Path | None,
        dossier: Path | None,
        key: Path | None,
        passphrase_file: Path | None,
        **kwargs: Any,
    ) -> Any:
        return inner(*args, desk=desk_of(record, dossier, key, passphrase_file), **kwargs)

    wrapped.__doc__ = function.__doc__
    wrapped.__name__ = function.__name__
    wrapped = click.option(
        "--dossier", type=PATH, metavar="DIR", help="Folder of the dossier.  [default: here]"
    )(wrapped)
    return record_options(wrapped)


def desk_of(
    record: Path | None, dossier: Path | None, key: Path | None, passphrase_file: Path | None
) -> "Desk":
    """The desk that a user's words name."""
    from merestone.service.desk.place import desk

    return desk(record, dossier, key, _asking(passphrase_file))


def _asking(file: Path | None) -> Callable[[Path], str]:
    """How a passphrase is had: from a file, else from the terminal."""

    def ask(key: Path) -> str:
        from merestone.errors import BadInputError, UsageError

        if file is not None:
            try:
                return file.read_text(encoding="utf-8").split("\n", 1)[0].removesuffix("\r")
            except (OSError, UnicodeError) as error:
                raise BadInputError(f"{file}: the passphrase cannot be read: {error}") from None
        if not sys.stdin.isatty():
            raise UsageError(
                f"{key} needs a passphrase; give --passphrase-file, there is no terminal to ask on"
            )
        fresh = not key.exists()
        answer = click.prompt(
            f"Passphrase of {key.name}", hide_input=True, confirmation_prompt=fresh, err=True
        )
        return str(answer)

    return ask


def text_options(required: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--text``, ``--text-file`` and ``--lang``; a command receives ``text``: a list, empty where none
    was given."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapped(
            *args: Any, said: tuple[str, ...], text_file: Path | None, lang: str, **kwargs: Any
        ) -> Any:
            return function(*args, text=_texts(said, text_file, lang, required=required), **kwargs)

        for option in (
            click.option("--lang", default="en", show_default=True, help="Language of the text (BCP 47)."),
            click.option("--text-file", type=PATH, metavar="FILE", help="File that holds the text, UTF-8."),
            click.option(
                "--text", "said", multiple=True, metavar="TEXT", help="What is said; several are paragraphs."
            ),
        ):
            wrapped = option(wrapped)
        return wrapped

    return decorated


def _texts(said: tuple[str, ...], file: Path | None, lang: str, *, required: bool) -> list[Any]:
    from merestone.errors import BadInputError, UsageError
    from merestone.service.desk.acts import texts

    lines = list(said)
    if file is not None:
        try:
            lines.append(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeError) as error:
            raise BadInputError(f"{file}: cannot be read: {error}") from None
    if not lines:
        if required:
            raise UsageError("nothing is said; give --text or --text-file")
        return []
    return texts(lines, lang)


def echo_json(tree: Any) -> None:
    """Print an answer as JSON."""
    from merestone.publish.plain import json_bytes

    click.echo(json_bytes(tree), nl=False)


def finding_json(note: "Finding") -> dict[str, Any]:
    """A finding as plain values."""
    from merestone.publish.plain import plain

    made = plain(note)
    assert isinstance(made, dict)
    return made


def echo_written(written: "Written", voice: Any, sentence: str) -> None:
    """Say which entry was written: party, number and code, to be read aloud."""
    from merestone.cli.findings import echo_warnings

    entry = written.entry
    if voice.json:
        echo_json(
            {
                "party": entry.party,
                "seq": entry.seq,
                "name": written.name,
                "hash": entry.hash,
                "type": entry.type,
                "content": written.content,
                "findings": [finding_json(one) for one in written.findings],
            }
        )
    elif not voice.quiet:
        echo_warnings(written.findings)
        click.echo(f"{written.name}: {sentence}")
        if written.content:
            click.echo(f"content {written.content}")


def disclosure_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--disclosure``."""
    return click.option(
        "--disclosure",
        type=click.Choice(["parties", "observers", "public"]),
        default="parties",
        show_default=True,
        help="Who else may read it, once the other party has said so too.",
    )(function)


def reader_option(effect: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--for``: who will read what is written, with its `effect` on what is not disclosed to them."""
    return click.option(
        "--for",
        "reader",
        type=click.Choice(["parties", "observers", "public"]),
        default="parties",
        show_default=True,
        help=f"Who will read it; {effect}.",
    )
