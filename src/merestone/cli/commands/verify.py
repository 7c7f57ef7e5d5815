"""``merestone verify``."""

from pathlib import Path

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options


@click.command("verify")
@click.argument("result", type=click.Path(path_type=Path))
@click.argument("dossier", type=click.Path(path_type=Path), required=False)
@voice_options("Name the versions that recomputed it.")
def command(result: Path, dossier: Path | None, voice: Voice) -> int:
    """Recompute RESULT from DOSSIER and say whether they are the same.

    RESULT is a comparison.json or the folder that holds one. DOSSIER is, unless given, the one
    inside that folder or beside it. Answers `equal`, `versions-differ` (other library versions,
    all figures within one unit of their rounding) or `different` with the first place; the last
    ends with 1.
    """
    from merestone.publish.verify import Outcome, verification_json
    from merestone.service.verify import verify

    with voice.progress() as progress:
        answer = verify(result, dossier, progress=progress)
    if voice.json:
        click.echo(verification_json(answer), nl=False)
    elif not voice.quiet:
        click.echo(answer.sentence)
        if voice.verbose:
            _echo_versions()
    return exits.ANSWER_IS_NO if answer.outcome is Outcome.DIFFERENT else exits.DONE


def _echo_versions() -> None:
    from merestone.service.versions import tool

    now = tool()
    click.echo(f"recomputed by {now['name']} {now['version']}")
    for name, version in now["libraries"].items():
        click.echo(f"  {name} {version}")
