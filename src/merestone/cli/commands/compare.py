"""``merestone compare``: the main job."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from merestone.cli import exits
from merestone.cli.options import Voice, parties_option, voice_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merestone.service.workbench import Dossier


@click.command("compare")
@click.argument("words", nargs=-1, metavar="[DOSSIER | FILE...]")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results.  [default: out/ beside the dossier]",
)
@click.option(
    "--sensitivity",
    is_flag=True,
    help="Verdicts again with tolerance and assumed accuracies halved and doubled.",
)
@click.option("--fail-on-differing", is_flag=True, help="End with 1 if any section differs.")
@parties_option(help="Without a dossier: the two party ids, as the files have them.")
@click.option(
    "--party-field", metavar="NAME", help="Without a dossier: the attribute that holds the party id."
)
@voice_options("Print every finding, those of severity info too.")
def command(
    words: tuple[str, ...],
    out: Path | None,
    sensitivity: bool,
    fail_on_differing: bool,
    parties: tuple[str, str] | None,
    party_field: str | None,
    voice: Voice,
) -> int:
    """Compare every source of DOSSIER with every other.

    Writes comparison.json, comparison.gpkg, report.html and manifest.json into OUT and prints a
    summary. With --parties and --party-field the FILEs are compared without a dossier; the
    dossier that was used is written into OUT.
    """
    from merestone.model.results import Verdict
    from merestone.service.run import compare_into

    with voice.progress() as progress, _dossier(words, parties, party_field) as dossier:
        made_of_files = parties is not None
        folder = out or (Path("out") if made_of_files else dossier.path / "out")
        run = compare_into(
            dossier, folder, with_sensitivity=sensitivity, keep_dossier=made_of_files, progress=progress
        )

    def show() -> None:
        from merestone.cli.summary import echo_summary

        echo_summary(run, verbose=voice.verbose)

    voice.answer(run.json, run.findings, show)
    differs = any(section.verdict is Verdict.DIFFERING for section in run.comparison.sections)
    return exits.ANSWER_IS_NO if fail_on_differing and differs else exits.DONE


@contextmanager
def _dossier(
    words: tuple[str, ...], parties: tuple[str, str] | None, party_field: str | None
) -> "Iterator[Dossier]":
    """The dossier that the words name, or one made of the files that they name."""
    from merestone.cli.words import split_dossier
    from merestone.errors import UsageError
    from merestone.service.adhoc import dossier_of_files
    from merestone.service.workbench import open_dossier

    if parties is not None and party_field is not None:
        files = tuple(Path(word) for word in words)
        with dossier_of_files(files, parties, party_field) as dossier:
            yield dossier
    elif parties is not None or party_field is not None:
        raise UsageError("--parties and --party-field belong together: give both, or a dossier")
    else:
        path, rest = split_dossier(words)
        if rest:
            raise UsageError(
                f"'{rest[0]}' is one word too many: compare takes one dossier",
                hint="to compare files without a dossier, give --parties and --party-field",
            )
        yield open_dossier(path)
