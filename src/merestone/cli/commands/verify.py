"""``merestone verify``."""

from pathlib import Path

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options


@click.command("verify")
@click.argument("result", type=click.Path(path_type=Path))
@click.argument("dossier", type=click.Path(path_type=Path), required=False)
@voice_options
def command(result: Path, dossier: Path | None, voice: Voice) -> int:
    """Recompute RESULT from DOSSIER and say whether they are the same.

    RESULT is a comparison.json or the folder that holds one. DOSSIER is, unless given, the one
    inside that folder or beside it. Answers `equal`, `versions-differ` (other library versions,
    all figures within one unit of their rounding) or `different` with the first place; the last
    ends with 1.
    """
    from merestone.publish.verify import Outcome, verification_json
    from merestone.service.verify import verify

    progress = voice.progress()
    answer = verify(result, dossier, progress=progress)
    voice.finish(progress)
    if voice.json:
        click.echo(verification_json(answer), nl=False)
    elif not voice.quiet:
        click.echo(answer.sentence)
    return exits.ANSWER_IS_NO if answer.outcome is Outcome.DIFFERENT else exits.DONE
