"""Findings on a terminal: one line each, on the stream the caller names."""

from collections import Counter
from collections.abc import Iterable, Sequence

import click

from merestone.cli import exits
from merestone.cli.options import Voice
from merestone.model.catalogue import CATALOGUE
from merestone.model.findings import Finding, Severity
from merestone.publish.rounding import normal_longitude


def finding_line(note: Finding) -> str:
    """``warning: source 'osm-2017' (...): the polygon ... [invalid-ring]``."""
    where = f"{note.source}: " if note.source and note.source not in note.message else ""
    return f"{note.severity}: {where}{note.message} [{note.code}]"


def echo_findings(found: Iterable[Finding], *, explain: bool = False) -> None:
    """Print every finding, on demand with place and explanation, and last how many of each severity."""
    notes = list(found)
    for note in notes:
        click.echo(finding_line(note))
        if explain:
            if note.place is not None:
                click.echo(f"    at {place_text(*note.place)}")
            click.echo(f"    {CATALOGUE[note.code].explanation}")
    click.echo(count_line(notes))


def answer_findings(title: str, found: Sequence[Finding], voice: Voice) -> int:
    """Answer a verb that examines, as JSON or line by line; what it ends with: 1 where one is an error."""
    from merestone.publish.jsonform import check_json

    voice.answer(check_json(title, found), (), lambda: echo_findings(found, explain=voice.verbose))
    return exits.ANSWER_IS_NO if any(note.severity is Severity.ERROR for note in found) else exits.DONE


def echo_warnings(found: Iterable[Finding], *, notes: bool = False) -> None:
    """Print what deserves attention on stderr, one line each; with `notes` the rest too."""
    for note in found:
        if notes or note.severity is not Severity.INFO:
            click.echo(finding_line(note), err=True)


def count_line(found: Iterable[Finding]) -> str:
    """``2 errors, 14 warnings, 9 notes``."""
    count = Counter(str(note.severity) for note in found)
    words = (("error", "error"), ("warning", "warning"), ("info", "note"))
    return ", ".join(f"{count[key]} {word}{'' if count[key] == 1 else 's'}" for key, word in words)


def place_text(lon: float, lat: float) -> str:
    """``39.3126N 45.9009E``: letters, so that no one has to know the order; no longitude beyond 180°."""
    lon = normal_longitude(lon)
    return f"{abs(lat):.4f}{'N' if lat >= 0 else 'S'} {abs(lon):.4f}{'E' if lon >= 0 else 'W'}"
