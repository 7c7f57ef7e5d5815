"""``key``: new, rotate, revoke, repudiate, show."""

from typing import Any

import click

from merestone.cli.options import Voice
from merestone.cli.record.options import desk_options, echo_json, echo_written, text_options

_ROLE = click.Choice(["technical", "authority"])


@click.group("key")
def key() -> None:
    """Make, exchange, revoke and list keys. The root signs who may write for a party, and nothing else."""


@key.command("new")
@click.option("--party", metavar="ID", help="Your party.  [default: that of the record here]")
@click.option("--role", type=_ROLE, help="Make one more operational key with this role, and enter it.")
@click.option("--public", metavar="HEX", help="With --role: enter this key, whose secret someone else holds.")
@click.option("--name", help="With --role: whose key it is.")
@click.option(
    "--only-type", "types", multiple=True, metavar="TYPE", help="With --role: the types it may sign."
)
@click.option(
    "--only-section", "sections", multiple=True, metavar="ID", help="With --role: sections it may sign for."
)
@click.option(
    "--full-powers", metavar="SHA256", help="With --role: hash of the document that gives full powers."
)
@click.option("--until", type=click.IntRange(min=1), metavar="N", help="With --role: last entry it may sign.")
@desk_options
def new(party: str | None, role: str | None, desk: Any, voice: Voice, **about: Any) -> None:
    """Make a party's root and its first authority key, in two files.

    The root goes into the key file's name with .root after it: put it away, it is needed to begin and for
    keys only. With --role one more operational key is made; where a record is here, the root enters it at
    once.
    """
    from merestone.service.desk.keys import new_keys

    made, written = new_keys(desk, party, role, **about)
    if voice.json:
        echo_json(
            {
                "party": made.party,
                "root": made.root,
                "public": made.public,
                "entry": f"{written.entry.party}-{written.entry.seq}" if written else None,
            }
        )
        return
    if voice.quiet:
        return
    if made.root:
        click.echo(f"root {made.root}  {made.root_file}")
    click.echo(f"key  {made.public}" + (f"  {made.file}" if made.file else ""))
    if written:
        echo_written(written, voice, "entered")


@key.command("rotate")
@click.argument("public")
@click.option("--role", type=_ROLE, default="authority", show_default=True, help="Role of the new key.")
@desk_options
def rotate(public: str, role: str, desk: Any, voice: Voice) -> None:
    """Make a new key at --key in the place of the key PUBLIC, which may sign nothing from then on."""
    from merestone.service.desk.keys import rotate_key

    made, written = rotate_key(desk, public, role)
    if not voice.json and not voice.quiet:
        click.echo(f"key  {made.public}  {made.file}")
    echo_written(written, voice, f"in the place of {public[:16]}…")


@key.command("revoke")
@click.argument("public")
@click.option(
    "--from", "since", type=click.IntRange(min=1), metavar="N", help="First entry you do not stand by."
)
@desk_options
def revoke(public: str, since: int | None, desk: Any, voice: Voice) -> None:
    """Revoke the key PUBLIC. With --from its acceptances from that entry on are taken back, as far as the
    other
    party had not acknowledged them."""
    from merestone.service.desk.keys import revoke_key

    echo_written(revoke_key(desk, public, since), voice, f"{public[:16]}… may sign no more")


@key.command("repudiate")
@click.argument("entry")
@text_options()
@desk_options
def repudiate(entry: str, text: list[Any], desk: Any, voice: Voice) -> None:
    """State with the root that ENTRY of your own log was not meant by your party: contested, never erased."""
    from merestone.service.desk.keys import repudiate as repudiate_entry

    echo_written(repudiate_entry(desk, entry, text), voice, f"{entry} is contested")


@key.command("show")
@desk_options
def show(desk: Any, voice: Voice) -> None:
    """List both roots and every key that they named, with role, scope and the entries it may sign."""
    from merestone.service.desk.keys import list_keys

    found = list_keys(desk)
    if voice.json:
        echo_json(found)
        return
    for party in found["parties"]:
        click.echo(f"{party['party']} root {party['root']}")
        for one in party["keys"]:
            until = f" to {one['until']}" if one["until"] else ""
            gone = f", revoked at {one['revoked']}" if one["revoked"] else ""
            name = f" {one['name']}" if one["name"] else ""
            click.echo(f"  {one['public']} {one['role']}{name}, from {one['since'] + 1}{until}{gone}")


COMMANDS = {"key": key}
