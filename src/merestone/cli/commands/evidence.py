"""``merestone evidence``: a group whose words are imported when they are used."""

import click

from merestone.cli.groups import WordGroup

WORDS = {
    "read": "reading",
    "add": "writing",
    "cite": "writing",
    "check": "views",
    "list": "views",
    "timeline": "views",
    "basis": "views",
}
"""Each word with the module of ``merestone.cli.evidence`` that holds it, in the order of use."""


@click.group(
    "evidence", cls=WordGroup, package="merestone.cli.evidence", words=WORDS, subcommand_metavar="WORD ..."
)
def command() -> None:
    """Read, register, cite and check the documents that each side relies on."""
