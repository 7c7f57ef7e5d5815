"""``merestone lock``."""

from pathlib import Path

import click

from merestone.cli.options import Voice, voice_options


@click.command("lock")
@click.argument("dossier", type=click.Path(path_type=Path), default=Path())
@voice_options("List every file with its hash, and every datum operation.")
def command(dossier: Path, voice: Voice) -> None:
    """Hash every file of DOSSIER and pin its datum operations in dossier.lock.

    From then on a changed file stops `compare` with its name and both hashes.
    """
    from merestone.service.workbench import open_dossier

    opened = open_dossier(dossier)
    with voice.progress() as progress:
        lock = opened.lock(progress=progress)
    if voice.json:
        from merestone.sources.lock import lock_json

        click.echo(lock_json(lock), nl=False)
    elif not voice.quiet:
        if voice.verbose:
            for path, sha256 in lock.files.items():
                click.echo(f"{sha256}  {path}")
            for name, operation in lock.operations.items():
                click.echo(f"{name}: {operation['name']}, {operation['code'] or 'without code'}")
        files, operations = len(lock.files), len(lock.operations)
        click.echo(
            f"{opened.path / 'dossier.lock'}: {files} file{'' if files == 1 else 's'}, "
            f"{operations} datum operation{'' if operations == 1 else 's'}"
        )
