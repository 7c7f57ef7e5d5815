"""Writes the reference pages that come from the code: commands, findings, settings, JSON formats.

Run by Sphinx before each build, and by the tests, which compare nothing with a stored copy: what
is generated cannot be out of date.
"""

from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import click
import schema_pages

from merestone.cli.app import VERBS, group
from merestone.model.catalogue import CATALOGUE
from merestone.model.settings import Settings


def write_all(folder: Path) -> None:
    """Write every generated page into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "commands.md": commands(),
        "findings.md": findings(),
        "settings.md": settings(),
        **{f"{name}.md": text for name, text in schema_pages.pages().items()},
    }.items():
        (folder / name).write_text(text, encoding="utf-8")


def commands() -> str:
    """The help of every verb, as the terminal shows it."""
    parts = []
    for verb in VERBS:
        command = group.get_command(click.Context(group), verb)
        assert command is not None
        context = click.Context(command, info_name=f"merestone {verb}", max_content_width=100)
        parts.append(f"## merestone {verb}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def findings() -> str:
    """Every finding code with severity, message and what it means."""
    parts = []
    for code, entry in sorted(CATALOGUE.items()):
        parts.append(
            f"({'finding-' + code})=\n## `{code}`\n\n*{entry.severity}.* {entry.explanation}\n\n"
            f"```text\n{entry.template}\n```\n"
        )
    return "\n".join(parts)


def settings() -> str:
    """Every key of ``[compare]`` with default and meaning, from the class that holds them."""
    rows = ["| key | default | meaning |", "| --- | --- | --- |"]
    meanings = _field_texts()
    default = Settings()
    for item in fields(Settings):
        value = getattr(default, item.name)
        rows.append(f"| `{item.name}` | `{value}` | {meanings[item.name]} |")
    return "\n".join(rows) + "\n"


def _field_texts() -> dict[str, str]:
    """The string that stands below each field of Settings."""
    import ast
    import inspect

    tree = ast.parse(inspect.getsource(Settings))
    body = tree.body[0].body  # type: ignore[attr-defined]
    texts = {}
    for item, following in pairwise(body):
        if isinstance(item, ast.AnnAssign) and isinstance(following, ast.Expr):
            texts[item.target.id] = " ".join(str(following.value.value).split())  # type: ignore[union-attr,attr-defined]
    return texts
