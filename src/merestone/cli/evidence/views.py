"""``evidence check``, ``list``, ``timeline`` and ``basis``."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from merestone.cli.options import Voice, voice_options

if TYPE_CHECKING:
    from merestone.service.documents.views import EvidenceRun
    from merestone.service.workbench import Dossier

PATH = click.Path(path_type=Path)


@click.command("check")
@click.argument("dossier", type=PATH, default=Path())
@voice_options("Explain each finding.")
def check(dossier: Path, voice: Voice) -> int:
    """Find every quotation of DOSSIER anew, and what is missing or one-sided.

    Ends with 1 if any finding has severity error: words that do not stand in the document, a document
    that changed, words that stand twice without a range.
    """
    from merestone.cli.findings import answer_findings
    from merestone.service.documents.views import check as checked
    from merestone.service.workbench import open_dossier

    opened = open_dossier(dossier)
    with voice.progress() as progress:
        found = checked(opened, progress=progress)
    return answer_findings(opened.title, found, voice)


def _view(dossier: Path, voice: Voice, draw: "Callable[[Dossier, EvidenceRun], None]") -> None:
    from merestone.service.documents.views import overview
    from merestone.service.workbench import open_dossier

    opened = open_dossier(dossier)
    done = overview(opened)
    voice.answer(done.json, (), lambda: draw(opened, done))


@click.command("list")
@click.argument("dossier", type=PATH, default=Path())
@voice_options()
def list_(dossier: Path, voice: Voice) -> None:
    """List the documents of DOSSIER with their citations, and the names of places."""

    def draw(opened: "Dossier", done: "EvidenceRun") -> None:
        from merestone.cli.evidence.tables import echo_list

        echo_list(opened.parties, done)

    _view(dossier, voice, draw)


@click.command("timeline")
@click.argument("dossier", type=PATH, default=Path())
@voice_options()
def timeline(dossier: Path, voice: Voice) -> None:
    """List what DOSSIER dates: documents, instruments and their force, statements, replies."""

    def draw(_: "Dossier", done: "EvidenceRun") -> None:
        from merestone.cli.evidence.tables import echo_timeline

        echo_timeline(done.events)

    _view(dossier, voice, draw)


@click.command("basis")
@click.argument("dossier", type=PATH, default=Path())
@click.option("--section", metavar="ID", help="Only this section, and what is said of all.")
@voice_options()
def basis(dossier: Path, section: str | None, voice: Voice) -> None:
    """Say per section of DOSSIER what each party relies on and states, and what the other replied."""

    def draw(opened: "Dossier", done: "EvidenceRun") -> None:
        from merestone.cli.evidence.tables import echo_basis

        echo_basis(opened.parties, done.evidence, section)

    _view(dossier, voice, draw)


COMMANDS = {"check": check, "list": list_, "timeline": timeline, "basis": basis}
