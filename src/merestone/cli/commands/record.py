"""``merestone record``: a group whose words are imported when they are used."""

import click

from merestone.cli.groups import WordGroup

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


@click.group(
    "record", cls=WordGroup, package="merestone.cli.record", words=WORDS, subcommand_metavar="WORD ..."
)
def command() -> None:
    """Keep the signed joint record: what both parties said and settled, each in its own copy.

    The record is record.mrec beside the dossier; --record names another. Entries are named by party and
    number (AAA-7), with a short code as a check when they are read aloud.
    """
