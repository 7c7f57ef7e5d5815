"""Findings on a terminal: one line each, on the stream the caller names."""

from collections import Counter
from collections.abc import Iterable

import click

from merestone.model.findings import Finding, Severity


def finding_line(note: Finding) -> str:
    """``warning: source 'osm-2017' (...): the polygon ... [invalid-ring]``."""
    where = f"{note.source}: " if note.source and note.source not in note.message else ""
    return f"{note.severity}: {where}{note.message} [{note.code}]"


def echo_findings(found: Iterable[Finding], *, err: bool = False) -> None:
    """Print every finding and, last, how many of each severity."""
    notes = list(found)
    for note in notes:
        click.echo(finding_line(note), err=err)
    click.echo(count_line(notes), err=err)


def echo_warnings(found: Iterable[Finding]) -> None:
    """Print what deserves attention on stderr, one line each."""
    for note in found:
        if note.severity is not Severity.INFO:
            click.echo(finding_line(note), err=True)


def count_line(found: Iterable[Finding]) -> str:
    """``2 errors, 14 warnings, 9 notes``."""
    count = Counter(str(note.severity) for note in found)
    words = (("error", "error"), ("warning", "warning"), ("info", "note"))
    return ", ".join(f"{count[key]} {word}{'' if count[key] == 1 else 's'}" for key, word in words)
