"""``merestone record``: a group whose words are imported when they are used."""

from importlib import import_module

import click

WORDS = {
    "init": "founding",
    "join": "founding",
    "terms": "founding",
    "key": "keys",
    "propose": "offers",
    "amend": "offers",
    "package": "offers",
    "accept": "offers",
    "reserve": "offers",
    "withdraw": "offers",
    "notify": "statements",
    "incident": "statements",
    "measure": "statements",
    "arrange": "statements",
    "receipt": "statements",
    "say": "statements",
    "attach": "statements",
    "status": "views",
    "inbox": "views",
    "log": "views",
    "show": "views",
    "export": "bundles",
    "import": "bundles",
    "backup": "bundles",
    "sync": "network",
    "serve": "network",
    "verify": "proofs",
    "prove": "proofs",
    "checkpoint": "proofs",
}
"""Each word with the module of ``merestone.cli.record`` that holds it, in the order in which users need
them."""


class _Words(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(WORDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in WORDS:
            return None
        found = import_module(f"merestone.cli.record.{WORDS[name]}").COMMANDS[name]
        assert isinstance(found, click.Command)
        return found


@click.group("record", cls=_Words, subcommand_metavar="WORD ...")
def command() -> None:
    """Keep the signed joint record: what both parties said and settled, each in its own copy.

    The record is record.mrec beside the dossier; --record names another. Entries are named by party and
    number (AAA-7), with a short code as a check when they are read aloud.
    """
