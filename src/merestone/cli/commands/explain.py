"""``merestone explain``: the dossier in plain sentences."""

import textwrap
from pathlib import Path

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options
from merestone.cli.record.options import desk_of


@click.command("explain")
@click.argument("words", nargs=-1, metavar="[DOSSIER] [SECTION]")
@click.option(
    "--lang",
    "language",
    default="en",
    show_default=True,
    metavar="CODE",
    help="Language of the sentences: az, en, fr, hy, ru, zh.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The record.  [default: record.mrec beside the dossier]",
)
@voice_options()
def command(words: tuple[str, ...], language: str, record: Path | None, voice: Voice) -> int:
    """Say in plain sentences what DOSSIER shows, or one SECTION of it.

    Where the maps coincide, where they differ and why, what the parties have settled, and what waits for
    whom. Nothing is written.
    """
    from merestone.cli.words import split_dossier
    from merestone.errors import UsageError
    from merestone.service.explain import explain
    from merestone.service.workbench import open_dossier

    path, rest = split_dossier(words)
    if len(rest) > 1:
        raise UsageError(f"'{rest[1]}' is one word too many: explain takes a dossier and one section")
    with voice.progress() as progress:
        dossier = open_dossier(path)
        desk = desk_of(record, dossier.path, None, None)
        said = explain(dossier, desk, rest[0] if rest else None, language, progress=progress)

    def show() -> None:
        for kind, text in said.lines:
            click.echo(_shown(kind, text))

    voice.answer(said.json, (), show)
    return exits.DONE


_LEADS = {
    "title": ("", ""),
    "p": ("", ""),
    "li": ("  - ", "    "),
    "side": ("", ""),
    "words": ("  | ", "  | "),
}


def _shown(kind: str, text: str) -> str:
    first, other = _LEADS[kind]
    if kind in {"title", "side"}:
        return f"\n{text}" if kind == "side" else f"{text}\n{'-' * min(len(text), 78)}"
    return textwrap.fill(text, 98, initial_indent=first, subsequent_indent=other, break_on_hyphens=False)
