"""Nothing that a user meets is without documentation."""

import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest

from merestone.cli.app import VERBS, group
from merestone.model.catalogue import CATALOGUE
from merestone.model.settings import Settings

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))
import generate  # noqa: E402


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_option_has_help(verb):
    command = group.get_command(click.Context(group), verb)
    assert command.help
    bare = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert bare == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_front_page_table_or_tutorial(verb):
    pages = [
        ROOT / "README.md",
        *(ROOT / "docs" / "tutorial").glob("*.md"),
        *(ROOT / "docs" / "how-to").glob("*.md"),
    ]
    assert any(f"merestone {verb}" in page.read_text(encoding="utf-8") for page in pages)


def test_every_finding_is_explained():
    bare = [code for code, entry in CATALOGUE.items() if len(entry.explanation.split()) < 4]
    assert bare == []
    assert all(entry.severity in {"info", "warning", "error"} for entry in CATALOGUE.values())


def test_every_setting_is_described():
    page = generate.settings()
    assert all(f"| `{item.name}` |" in page for item in fields(Settings))
