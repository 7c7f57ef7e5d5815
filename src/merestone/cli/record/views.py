"""``status``, ``inbox``, ``log``, ``show``."""

from pathlib import Path
from typing import Any

import click

from merestone.cli.options import Voice
from merestone.cli.record.options import desk_options, echo_json, finding_json


@click.command("status")
@click.option("--as-of", metavar="ENTRY", help="As the writer of this entry knew it.")
@desk_options
def status(as_of: str | None, desk: Any, voice: Voice) -> None:
    """Say per section where it stands, what waits for whom since when, and what does not fit."""
    from merestone.service.desk.show import status as state_of

    found = state_of(desk, as_of=as_of)
    if voice.json:
        echo_json({**found, "findings": [finding_json(one) for one in found["findings"]]})
    elif not voice.quiet:
        from merestone.cli.record.tables import echo_status

        echo_status(found)


@click.command("inbox")
@desk_options
def inbox(desk: Any, voice: Voice) -> None:
    """List what came from the other party since yours last wrote, and what waits for yours."""
    from merestone.service.desk.show import inbox as came

    found = came(desk)
    if voice.json:
        echo_json(found)
    elif not voice.quiet:
        from merestone.cli.record.tables import echo_log, echo_waiting

        echo_log(found["received"], "received and not yet acknowledged")
        echo_waiting(found["waiting"])


@click.command("log")
@click.option("--section", metavar="ID", help="Only entries about this section.")
@click.option("--type", "type_", metavar="TYPE", help="Only entries of this type.")
@click.option("--party", metavar="ID", help="Only entries of this party.")
@click.option("--minutes", is_flag=True, help="As Markdown, section by section, for a meeting.")
@desk_options
def log(minutes: bool, desk: Any, voice: Voice, **asked: Any) -> None:
    """List the entries in the order in which they came here, as a table, JSON or Markdown minutes."""
    from merestone.service.desk.show import log as entries_of
    from merestone.service.desk.show import minutes as as_minutes

    if minutes:
        click.echo(as_minutes(desk), nl=False)
        return
    found = entries_of(desk, **asked)
    if voice.json:
        echo_json(found)
    elif not voice.quiet:
        from merestone.cli.record.tables import echo_log

        echo_log(found, f"{len(found)} entries")


@click.command("show")
@click.argument("entry")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the file that ENTRY attaches; new."
)
@desk_options
def show(entry: str, output: Path | None, desk: Any, voice: Voice) -> None:
    """Show ENTRY whole: party and number, as AAA-7, with or without its code."""
    from merestone.service.desk.show import show as whole
    from merestone.service.desk.show import write_attached

    if output is not None:
        write_attached(desk, entry, output)
    found = whole(desk, entry)
    if voice.json:
        echo_json(found)
    elif not voice.quiet:
        from merestone.cli.record.tables import echo_entry

        echo_entry(found)


COMMANDS = {"status": status, "inbox": inbox, "log": log, "show": show}
