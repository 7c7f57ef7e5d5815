"""Writes the reference pages that come from the code: commands, findings, settings, formats, entries.

Run by Sphinx before each build, and by the tests, which compare nothing with a stored copy: what
is generated cannot be out of date.
"""

from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

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
        "record-entries.md": record_entries(),
        **{f"{name}.md": text for name, text in schema_pages.pages().items()},
    }.items():
        (folder / name).write_text(text, encoding="utf-8")


def commands() -> str:
    """The help of every verb, as the terminal shows it."""
    parts = []
    for verb in VERBS:
        command = group.get_command(click.Context(group), verb)
        assert command is not None
        parts += _helps(command, f"merestone {verb}", 2)
    return "\n".join(parts)


def _helps(command: click.Command, name: str, level: int) -> list[str]:
    """The help of a command, and of every word below it."""
    context = click.Context(command, info_name=name, max_content_width=100)
    parts = [f"{'#' * level} {name}\n\n```text\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            inner = command.get_command(context, word)
            assert inner is not None
            parts += _helps(inner, f"{name} {word}", min(level + 1, 4))
    return parts


def record_entries() -> str:
    """The payload and the body of every type of entry, from the shipped schema."""
    from merestone.record.bodies import (
        BODIES,
    )
    from merestone.record.schemas import load_schema

    schema = load_schema()
    rows = [f"| `{key}` | {sub.get('description', '')} |" for key, sub in schema["properties"].items()]
    parts = ["## Payload\n\n| key | meaning |\n| --- | --- |\n" + "\n".join(rows) + "\n", "## Types\n"]
    for kind, body in BODIES.items():
        said = " ".join((body.__doc__ or "").split()).partition("``: ")[2]
        parts.append(f"### `{kind}`\n\n{said}\n\n{_body_table(schema, body.__name__)}")
    return "\n".join(parts)


def _body_table(schema: dict[str, Any], name: str) -> str:
    part = schema["$defs"][name]
    if not part["properties"]:
        return "The body is empty.\n"
    required = part.get("required", [])
    lines = ["| key | form | |", "| --- | --- | --- |"]
    lines += [
        f"| `{key}` | {_form(sub, schema)} | {'' if key in required else 'may be left out'} |"
        for key, sub in part["properties"].items()
    ]
    return "\n".join(lines) + "\n"


def _form(sub: dict[str, Any], schema: dict[str, Any]) -> str:
    """The form of a value in a few words; of an object its keys."""
    if "$ref" in sub:
        part = schema["$defs"][sub["$ref"].rpartition("/")[2]]
        inner = ", ".join(f"`{key}`: {_form(one, schema)}" for key, one in part["properties"].items())
        return "{" + inner + "}"
    if "anyOf" in sub:
        return " or ".join(_form(one, schema) for one in sub["anyOf"] if one.get("type") != "null")
    if "enum" in sub:
        return " ".join(f"`{one}`" for one in sub["enum"])
    if "items" in sub:
        return f"list of {_form(sub['items'], schema)}"
    return str(sub.get("description") or sub.get("type", "any"))


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
