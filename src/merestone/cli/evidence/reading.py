"""``evidence read``."""

from pathlib import Path

import click

from merestone.cli.options import Voice, voice_options


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--dossier",
    type=click.Path(path_type=Path),
    help="Match names of places with the layers of this dossier.  [default: names are listed unmatched]",
)
@voice_options("Print every mention with its place in the text, and findings of severity info too.")
def read(file: Path, dossier: Path | None, voice: Voice) -> None:
    """Read FILE and list what it refers to: symbols, resolutions, dates, instruments, places.

    FILE is text, Markdown, HTML, PDF or DOCX. Nothing is written.
    """
    from merestone.service.documents.read import read_file
    from merestone.service.workbench import open_dossier

    done = read_file(file, None if dossier is None else open_dossier(dossier))

    def show() -> None:
        from merestone.cli.evidence.tables import echo_reading

        echo_reading(done.file, done.reading, every=voice.verbose)

    voice.answer(done.json, (*done.file.findings, *done.reading.findings), show, notes=voice.verbose)


COMMANDS = {"read": read}
