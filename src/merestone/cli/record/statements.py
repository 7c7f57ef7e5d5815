"""``notify``, ``incident``, ``measure``, ``arrange``, ``receipt``, ``say``, ``attach``."""

from pathlib import Path
from typing import Any

import click

from merestone.cli.options import Voice
from merestone.cli.record.options import PATH, desk_options, disclosure_option, echo_written, text_options


@click.command("notify")
@click.option("--section", metavar="ID", help="The section that it is about.")
@click.option("--answers", metavar="ENTRY", help="The entry that it answers.")
@text_options()
@disclosure_option
@desk_options
def notify(
    section: str | None, answers: str | None, text: list[Any], disclosure: Any, desk: Any, voice: Voice
) -> None:
    """Tell the other party something. Prints party and number of the entry."""
    from merestone.service.desk.statements import notice

    echo_written(notice(desk, text, section, answers, disclosure), voice, "noted")


@click.command("incident")
@click.option("--at", "place", required=True, metavar="COORDINATES", help="Where, as 46.2323E 39.6015N.")
@click.option(
    "--from", "from_time", required=True, metavar="TIME", help="When, in UTC, as 2026-05-01T08:30:00Z."
)
@click.option("--until", "until_time", metavar="TIME", help="Until when.")
@click.option("--section", metavar="ID", help="The section that it happened in.")
@click.option("--place-name", metavar="NAME", help="Name of the place, as your party calls it.")
@click.option("--of", metavar="ENTRY", help="The other party's account of the same incident.")
@text_options()
@disclosure_option
@desk_options
def incident(text: list[Any], desk: Any, voice: Voice, **about: Any) -> None:
    """Give your party's account of an incident.

    Two accounts stand side by side; none overwrites the other.
    """
    from merestone.service.desk.statements import incident as tell

    echo_written(tell(desk, text, **about), voice, "account entered")


@click.command("measure")
@click.option("--at", "place", metavar="COORDINATES", help="Where, as 46.2323E 39.6015N.")
@click.option("--section", metavar="ID", help="The section that it is about.")
@click.option("--day", metavar="DAY", help="When, as 2026-05-01.")
@text_options()
@disclosure_option
@desk_options
def measure(text: list[Any], desk: Any, voice: Voice, **about: Any) -> None:
    """State a step that your party has taken on its own side."""
    from merestone.service.desk.statements import measure as tell

    echo_written(tell(desk, text, **about), voice, "entered")


@click.command("arrange")
@click.argument("kind", type=click.Choice(["transit", "repair-access", "shared-water", "other"]))
@click.option("--section", metavar="ID", help="The section that it is about.")
@click.option("--road", metavar="REF", help="The road, as its reference.")
@click.option("--from", "from_day", metavar="DAY", help="First day.")
@click.option("--until", "until_day", metavar="DAY", help="Last day.")
@text_options()
@desk_options
def arrange(kind: str, text: list[Any], desk: Any, voice: Voice, **about: Any) -> None:
    """Offer an arrangement of KIND; it binds when both have accepted it (`accept` with its entry)."""
    from merestone.service.desk.statements import arrange as offer

    echo_written(offer(desk, kind, text, **about), voice, f"{kind} offered")


@click.command("receipt")
@desk_options
def receipt(desk: Any, voice: Voice) -> None:
    """Acknowledge what was received, and nothing more. Every entry does that; this one says nothing else."""
    from merestone.service.desk.statements import receipt as give

    echo_written(give(desk), voice, "what was received is acknowledged")


@click.command("say")
@click.argument("type_", metavar="TYPE")
@click.argument("body", type=PATH)
@disclosure_option
@desk_options
def say(type_: str, body: Path, disclosure: Any, desk: Any, voice: Voice) -> None:
    """Write an entry of any TYPE with the body in the JSON file BODY, for types that have no word of their
    own.

    protocol, marking, name_form, access_window, document, in_force, error_claim, disclosure, close and the
    others: see the reference of entries. Where a body names an entry, write its hash, or its name as AAA-7.
    """
    from merestone.service.desk.statements import say as put

    echo_written(put(desk, type_, body, disclosure), voice, f"{type_} entered")


@click.command("attach")
@click.argument("file", type=PATH)
@click.option("--media-type", metavar="TYPE", help="Media type.  [default: by the file's ending]")
@click.option("--of", metavar="ENTRY", help="The entry that it belongs to.")
@desk_options
def attach(file: Path, media_type: str | None, of: str | None, desk: Any, voice: Voice) -> None:
    """Attach FILE: its hash stands in the entry, its bytes travel in bundles."""
    from merestone.service.desk.statements import attach_file

    echo_written(attach_file(desk, file, media_type, of), voice, f"{file.name} attached")


COMMANDS = {
    "notify": notify,
    "incident": incident,
    "measure": measure,
    "arrange": arrange,
    "receipt": receipt,
    "say": say,
    "attach": attach,
}
