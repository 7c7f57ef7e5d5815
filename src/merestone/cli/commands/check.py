"""``merestone check``."""

from pathlib import Path

import click

from merestone.cli.options import Voice, voice_options


@click.command("check")
@click.argument("dossier", type=click.Path(path_type=Path), default=Path())
@voice_options("Explain each finding.")
def command(dossier: Path, voice: Voice) -> int:
    """Examine every source and layer of DOSSIER and print the findings.

    Ends with 1 if any finding has severity error.
    """
    from merestone.cli.findings import answer_findings
    from merestone.service.workbench import open_dossier

    opened = open_dossier(dossier)
    with voice.progress() as progress:
        found = opened.check(progress=progress)
    return answer_findings(opened.title, found, voice)
