"""``merestone init``."""

from pathlib import Path

import click

from merestone.cli.options import Voice, parties_option, voice_options


@click.command("init")
@click.argument("dossier", type=click.Path(path_type=Path), default=Path())
@parties_option(required=True, help="The two party ids, for example ARM,AZE.")
@click.option("--title", help="Title of the dossier.  [default: the two ids]")
@voice_options()
def command(dossier: Path, parties: tuple[str, str], title: str | None, voice: Voice) -> None:
    """Make a dossier: a folder DOSSIER with a dossier.toml to fill.

    An existing dossier.toml is never overwritten.
    """
    from merestone.service.register import make_dossier

    made = make_dossier(dossier, parties, title)
    if voice.json:
        from merestone.publish.plain import json_bytes

        click.echo(json_bytes({"written": made.path.name, "text": made.text}), nl=False)
    elif not voice.quiet:
        click.echo(f"{made.path}: written")
