"""``merestone add``."""

from pathlib import Path

import click

from merestone.cli.options import Voice, voice_options


@click.command("add")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--dossier",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The dossier.  [default: the current folder]",
)
@voice_options()
def command(files: tuple[Path, ...], dossier: Path, voice: Voice) -> None:
    """Register each FILE as a source of the dossier.

    Looks at the file and proposes id, layer, side filters, CRS, scale and date; appends a
    [[source]] to dossier.toml, comments kept. A file outside the dossier is copied into its
    folder sources/. Nothing is asked.
    """
    from merestone.service.register import add_sources

    added = add_sources(dossier, files)
    if voice.json:
        from merestone.publish.plain import json_bytes

        click.echo(
            json_bytes(
                {
                    "added": [
                        {"id": item.id, "path": item.path, "text": item.text, "notes": list(item.notes)}
                        for item in added
                    ]
                }
            ),
            nl=False,
        )
    elif not voice.quiet:
        for item in added:
            click.echo(item.text.rstrip())
            for note in item.notes:
                click.echo(f"warning: {note}", err=True)
