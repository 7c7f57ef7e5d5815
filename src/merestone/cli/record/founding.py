"""``init``, ``join``, ``terms``."""

from pathlib import Path
from typing import Any

import click

from merestone.cli.options import Voice, parties_option
from merestone.cli.record.options import PATH, desk_options, echo_json


@click.command("init")
@click.option("--party", required=True, metavar="ID", help="Your party: one of the two of the dossier.")
@click.option(
    "--root", required=True, metavar="HEX", help="The root key of the other party, as it printed it."
)
@click.option("--terms", type=PATH, metavar="FILE", help="Terms as JSON.  [default: the neutral terms]")
@click.option("--successor-of", type=PATH, metavar="FILE", help="The record that this one follows.")
@desk_options
def init(
    party: str, root: str, terms: Path | None, successor_of: Path | None, desk: Any, voice: Voice
) -> None:
    """Found a record about the dossier; the other party joins it with the bundle of `export`.

    The founding statement names the dossier, both parties, both root keys and the terms. It is signed by your
    root, and your authority key is entered. Without `record key new` before, there is no key to sign with.
    """
    from merestone.service.desk.founding import begin, read_terms

    first = begin(desk, party, root, terms=read_terms(terms) if terms else None, successor_of=successor_of)
    record = first.payload.record
    if voice.json:
        echo_json({"record": record, "party": party, "file": desk.record.name})
    elif not voice.quiet:
        click.echo(f"{desk.record}: founded; record {record}")
        click.echo(
            "next: `merestone record export -o FILE`, which the other party gives to `merestone record join`"
        )


@click.command("join")
@click.argument("bundle", type=PATH)
@click.option("--party", required=True, metavar="ID", help="Your party: the one that the founder named.")
@desk_options
def join(bundle: Path, party: str, desk: Any, voice: Voice) -> None:
    """Join the record of BUNDLE: your root accepts the founding statement and the terms.

    Read the terms first: `merestone record terms BUNDLE`. Your bundle back completes the founding.
    """
    from merestone.cli.findings import echo_warnings
    from merestone.service.desk.founding import join as join_record

    joined = join_record(desk, bundle, party)
    if voice.json:
        echo_json(
            {"record": joined.record, "party": party, "file": desk.record.name, "entries": joined.taken}
        )
    elif not voice.quiet:
        echo_warnings(joined.findings)
        click.echo(f"{desk.record}: joined; record {joined.record}")
        click.echo("next: `merestone record export -o FILE` for the other party")


@click.command("terms")
@click.argument("bundle", type=PATH, required=False)
@parties_option(help="For a template: the two party ids, for example ARM,AZE.")
@desk_options
def terms(bundle: Path | None, parties: tuple[str, str] | None, desk: Any, voice: Voice) -> None:
    """Print the terms of the record here or of BUNDLE; with --parties the neutral template, to be changed by
    both."""
    from merestone.service.desk.founding import terms_of, terms_template

    text = terms_template(parties) if parties else terms_of(desk, bundle)
    if not voice.quiet or voice.json:
        click.echo(text, nl=False)


COMMANDS = {"init": init, "join": join, "terms": terms}
