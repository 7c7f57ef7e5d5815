"""``merestone lock``."""

from pathlib import Path

import click

from merestone.cli.options import Voice, voice_options


@click.command("lock")
@click.argument("dossier", type=click.Path(path_type=Path), default=Path())
@voice_options
def command(dossier: Path, voice: Voice) -> None:
    """Hash every file of DOSSIER and pin its datum operations in dossier.lock.

    From then on a changed file stops `compare` with its name and both hashes.
    """
    from merestone.service.workbench import open_dossier

    opened = open_dossier(dossier)
    lock = opened.lock(progress=voice.progress())
    if voice.json:
        from merestone.sources.lock import lock_json

        click.echo(lock_json(lock), nl=False)
    elif not voice.quiet:
        click.echo(
            f"{opened.path / 'dossier.lock'}: {len(lock.files)} files, "
            f"{len(lock.operations)} datum operations"
        )
