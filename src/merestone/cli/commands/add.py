"""``merestone add``."""

from pathlib import Path

import click

from merestone.cli.options import Voice, voice_options

KINDS = ("districts", "settlements", "waters", "rivers", "watersheds", "roads", "marks", "parcels")
"""The kinds of layers, as `merestone.model` has them: `--help` loads nothing."""


@click.command("add")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--dossier",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The dossier.  [default: the current folder]",
)
@click.option(
    "--layer",
    "kind",
    type=click.Choice(KINDS),
    metavar="KIND",
    help=f"Register each FILE as a layer of context: {', '.join(KINDS)}.",
)
@voice_options()
def command(files: tuple[Path, ...], dossier: Path, kind: str | None, voice: Voice) -> None:
    """Register each FILE as a source of the dossier, or as a layer.

    Looks at the file and proposes id, layer, side filters, CRS, scale, date, and for a layer
    the attributes with ids and names; appends a [[source]] or [[layer]] to dossier.toml,
    comments kept. A file outside the dossier is copied into its folder sources/ or layers/.
    Nothing is asked.
    """
    from merestone.model.sources import LayerKind
    from merestone.service.register import add_layers, add_sources

    added = add_sources(dossier, files) if kind is None else add_layers(dossier, files, LayerKind(kind))
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
