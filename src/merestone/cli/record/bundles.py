"""``export``, ``import``, ``backup``."""

from pathlib import Path
from typing import Any

import click

from merestone.cli.options import Voice
from merestone.cli.record.options import PATH, desk_options, echo_json, finding_json, reader_option


@click.command("export")
@click.option("-o", "--out", type=PATH, required=True, metavar="FILE", help="The bundle to write.")
@click.option(
    "--since",
    is_flag=False,
    flag_value="acknowledged",
    metavar="WHAT",
    help="Leave out what the other party has acknowledged, or what comes up to entries: --since AAA-3,BBB-2.",
)
@reader_option("what is not disclosed to them stands as a hash")
@click.option("--dry-run", is_flag=True, help="Only say what it would hold.")
@click.option("--salvage", is_flag=True, help="Of a damaged record: write what can still be read.")
@desk_options
def export(
    out: Path,
    since: str | None,
    reader: str,
    dry_run: bool,
    salvage: bool,
    desk: Any,
    voice: Voice,
) -> None:
    """Write a bundle for the other party, or for others. It says what it holds before it is written."""
    from merestone.service.desk import exchange

    if salvage:
        count, stopped = exchange.salvage_bundle(desk, out)
        if voice.json:
            echo_json({"file": out.name, "entries": count, "stopped": stopped or None})
        elif not voice.quiet:
            click.echo(f"{out}: {count} entries" + (f"; then {stopped}" if stopped else ", all of them"))
        return

    def tell(held: Any) -> None:
        if not voice.quiet:
            for line in exchange.held_lines(held):
                click.echo(line, err=True)

    goal = None if dry_run else out
    held = exchange.export_bundle(desk, goal, reader=reader, start=since, tell=tell)  # type: ignore[arg-type]
    if voice.json:
        echo_json(exchange.held_json(held) | {"file": None if dry_run else out.name})
    elif not voice.quiet and not dry_run:
        click.echo(f"{out}: {held.entries} entries")


@click.command("import")
@click.argument("bundle", type=PATH)
@click.option("--party", metavar="ID", help="Where no record is here: make a lost copy of this party anew.")
@desk_options
def import_(bundle: Path, party: str | None, desk: Any, voice: Voice) -> None:
    """Take BUNDLE into the record: all of it or nothing. What is here already is passed over."""
    from merestone.cli.findings import echo_warnings
    from merestone.service.desk import exchange

    done = exchange.take_bundle(desk, bundle, party=party)
    findings = exchange.import_findings(desk, done)
    if voice.json:
        echo_json(
            {
                "taken": done.taken,
                "known": done.known,
                "by_party": done.by_party,
                "adopted": done.adopted or None,
                "attachments": done.files,
                "findings": [finding_json(one) for one in findings],
            }
        )
    elif not voice.quiet:
        echo_warnings(findings)
        click.echo(f"{bundle}: {done.taken} new entries, {done.known} known")
        for name, type_ in exchange.news(done):
            click.echo(f"  {name}  {type_}")


@click.command("backup")
@click.option("-o", "--out", type=PATH, required=True, metavar="FILE", help="The copy to write.")
@desk_options
def backup(out: Path, desk: Any, voice: Voice) -> None:
    """Copy the record, whole.

    After going back to a copy, import a bundle of the other party before writing.
    """
    from merestone.service.desk.exchange import backup as copy

    copy(desk, out)
    if not voice.quiet:
        click.echo(f"{out}: copied")


COMMANDS = {"export": export, "import": import_, "backup": backup}
