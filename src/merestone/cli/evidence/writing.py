"""``evidence add`` and ``evidence cite``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from merestone.cli.options import Voice, voice_options

if TYPE_CHECKING:
    from merestone.sources.documents.entries import Plan

PATH = click.Path(path_type=Path)
_DOSSIER = click.option(
    "--dossier", type=PATH, default=Path(), help="The dossier.  [default: the current folder]"
)


@click.command("add")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@_DOSSIER
@click.option("--as", "known_as", metavar="ID", help="FILE is the text of this registered document.")
@click.option("--yes", is_flag=True, help="Write without asking; without a terminal nothing is asked anyway.")
@voice_options()
def add(files: tuple[Path, ...], dossier: Path, known_as: str | None, yes: bool, voice: Voice) -> None:
    """Register each FILE as a document of the dossier.

    Reads it as `read` does and shows what it refers to, then the entry with a first description (symbols,
    date, party, kind, language); on a terminal it asks before that is written. A file outside the dossier
    is copied into its folder documents/. A file with the hash of a registered document completes that entry
    and its citations: their words, ranges and pages.
    """
    from merestone.errors import UsageError
    from merestone.service.documents.register import plan_documents

    if known_as is not None and len(files) > 1:
        raise UsageError(f"--as {known_as} is for one FILE, and {len(files)} are given; add them one by one")
    plan, seen = plan_documents(dossier, files, known_as)
    if not voice.json and not voice.quiet:
        from merestone.cli.evidence.tables import echo_reading

        for one in seen:
            echo_reading(one.file, one.reading, every=False)
    _show_and_write(plan, ask=not yes and not voice.json and sys.stdin.isatty(), voice=voice)


@click.command("cite")
@click.argument("document")
@click.argument("quote", metavar="WORDS")
@_DOSSIER
@click.option(
    "--id", "name", metavar="ID", help="Id of the citation.  [default: the document's with a number]"
)
@click.option("--range", "span", metavar="START:END", help="Which place is meant, where WORDS stand twice.")
@click.option(
    "--translation",
    "translations",
    multiple=True,
    nargs=3,
    metavar="LANGUAGE TEXT BY",
    help="A translation, and whoever or whatever made it. May be given several times.",
)
@voice_options()
def cite(
    document: str,
    quote: str,
    dossier: Path,
    name: str | None,
    span: str | None,
    translations: tuple[tuple[str, str, str], ...],
    voice: Voice,
) -> None:
    """Cite WORDS of DOCUMENT, a registered document whose file is in the dossier.

    They must stand in it exactly; range, page and hash are written beside them. Words that stand twice
    need --range; words that stand nowhere are refused with what is nearest to them.
    """
    from merestone.model.documents import Translation
    from merestone.service.documents.register import CitationRequest, plan_citation

    start, end = _range(span)
    made = tuple(Translation(language, text, by) for language, text, by in translations)
    plan, _ = plan_citation(dossier, CitationRequest(document, quote, name, start, end, made))
    _show_and_write(plan, ask=False, voice=voice)


def _range(span: str | None) -> tuple[int | None, int | None]:
    if span is None:
        return None, None
    parts = span.split(":")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise click.BadParameter(f"'{span}' is no range; write START:END in characters", param_hint="--range")
    start, end = int(parts[0]), int(parts[1])
    if not start < end:
        raise click.BadParameter(f"'{span}' ends before it starts; exchange the two", param_hint="--range")
    return start, end


def _show_and_write(plan: "Plan", *, ask: bool, voice: Voice) -> None:
    from merestone.service.documents.register import write_plan

    if not voice.json and not voice.quiet:
        _show(plan)
    if ask and not click.confirm("write this into the dossier?", err=True):
        click.echo("nothing was written", err=True)
        return
    write_plan(plan)
    if voice.json:
        from merestone.publish.plain import json_bytes

        click.echo(json_bytes({"written": [_tree(change) for change in plan.changes]}), nl=False)


def _show(plan: "Plan") -> None:
    for change in plan.changes:
        if change.text:
            click.echo(change.text.rstrip())
        for entry, key, value in change.completed:
            click.echo(f"{entry}: {key} = {value}")
        for note in change.notes:
            click.echo(f"warning: {note}", err=True)


def _tree(change: Any) -> dict[str, Any]:
    return {
        "id": change.id,
        "text": change.text,
        "completed": [{"entry": entry, "key": key, "value": value} for entry, key, value in change.completed],
        "notes": list(change.notes),
    }


COMMANDS = {"add": add, "cite": cite}
