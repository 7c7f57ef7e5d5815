"""``merestone evidence``: a group whose words are imported when they are used."""

from importlib import import_module

import click

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


class _Words(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(WORDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in WORDS:
            return None
        found = import_module(f"merestone.cli.evidence.{WORDS[name]}").COMMANDS[name]
        assert isinstance(found, click.Command)
        return found


@click.group("evidence", cls=_Words, subcommand_metavar="WORD ...")
def command() -> None:
    """Read, register, cite and check the documents that each side relies on."""
