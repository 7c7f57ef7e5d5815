"""A verb with words below it, which are imported when they are used."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class WordGroup(click.Group):
    """``words``: each with the module of ``package`` that holds it in ``COMMANDS``, in the order of help."""

    def __init__(self, *args: Any, package: str, words: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._package = package
        self._words = words

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self._words)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in self._words:
            return None
        found = import_module(f"{self._package}.{self._words[name]}").COMMANDS[name]
        assert isinstance(found, click.Command)
        return found
