"""``merestone features``: what each source shows of what lies along the line."""

from pathlib import Path

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options


@click.command("features")
@click.argument("dossier", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--as-of",
    metavar="DAY",
    help="Say which arrangements are open, closed or expired on DAY, YYYY-MM-DD.  [default: not said]",
)
@voice_options()
def command(dossier: Path, as_of: str | None, voice: Voice) -> int:
    """Show roads, waters, rivers and districts of DOSSIER by source and section.

    Prints tables and writes nothing; `compare` writes the same into its results.
    """
    from merestone.service.features import features_of
    from merestone.service.findings import all_findings
    from merestone.service.workbench import open_dossier

    with voice.progress() as progress:
        run = features_of(open_dossier(dossier), as_of=as_of, progress=progress)

    def show() -> None:
        from merestone.cli.feature_tables import echo_features

        echo_features(run.comparison, run.as_of)

    voice.answer(run.json, all_findings(run.comparison), show)
    return exits.DONE
