"""``merestone check``."""

from pathlib import Path

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options


@click.command("check")
@click.argument("dossier", type=click.Path(path_type=Path), default=Path())
@voice_options("Explain each finding.")
def command(dossier: Path, voice: Voice) -> int:
    """Examine every source and layer of DOSSIER and print the findings.

    Ends with 1 if any finding has severity error.
    """
    from merestone.cli.findings import echo_findings
    from merestone.model.findings import Severity
    from merestone.publish.jsonform import check_json
    from merestone.service.workbench import open_dossier

    opened = open_dossier(dossier)
    with voice.progress() as progress:
        found = opened.check(progress=progress)
    if voice.json:
        click.echo(check_json(opened.title, found), nl=False)
    elif not voice.quiet:
        echo_findings(found, explain=voice.verbose)
    return exits.ANSWER_IS_NO if any(note.severity is Severity.ERROR for note in found) else exits.DONE
