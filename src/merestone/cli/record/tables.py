"""The record on a terminal: tables of sections, entries and what waits."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.table import Table

from merestone.cli.console import a_console, bold
from merestone.cli.findings import finding_line

Row = Mapping[str, Any]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table


def echo_status(found: Mapping[str, Any]) -> None:
    """Sections with their states, other agreements, what waits, findings."""
    console = a_console()
    console.print(bold(str(found["dossier"]["title"])))
    heads = (f"{party} {head['seq']} {head['code'] or ''}".rstrip() for party, head in found["heads"].items())
    console.print(f"record {found['record'][:16]}…, logs up to " + ", ".join(heads))
    console.print()
    table = _table(f"sections: {len(found['sections'])}", "section", "state", "accepted by", "offer", "since")
    for one in found["sections"]:
        state = one["state"] + (", contested" if one["contested"] else "")
        table.add_row(one["id"], state, ", ".join(one["accepted_by"]) or "–", one["name"], one["since"])
    console.print(table)
    if found["others"]:
        console.print()
        more = _table("packages, arrangements, minutes", "kind", "state", "accepted by", "offer", "since")
        for one in found["others"]:
            accepted = ", ".join(one["accepted_by"]) or "–"
            more.add_row(one["kind"], one["state"], accepted, one["name"], one["since"])
        console.print(more)
    echo_waiting(found["waiting"])
    for note in found["findings"]:
        click.echo(finding_line(note))


def echo_waiting(waiting: Sequence[Row]) -> None:
    """What waits for whom."""
    if not waiting:
        return
    console = a_console()
    console.print()
    table = _table("waiting", "for", "to", "section", "offer", "since")
    for one in waiting:
        table.add_row(
            one["party"], one["what"], one["section"] or "–", one["name"] or "–", one["since"] or "–"
        )
    console.print(table)


def echo_log(rows: Sequence[Row], title: str) -> None:
    """Entries, one a line."""
    table = _table(title, "entry", "stated time", "type", "section", "says")
    for one in rows:
        marks = [
            word for word, is_so in (("contested", one["contested"]), ("unknown", not one["known"])) if is_so
        ]
        void = f" (no effect: {one['void']})" if one["void"] else ""
        type_ = one["type"] + (f" ({', '.join(marks)})" if marks else "")
        table.add_row(one["name"], one["at"], type_, one["section"] or "–", one["text"] + void)
    a_console().print(table)


def echo_entry(one: Row) -> None:
    """One entry, whole."""
    click.echo(f"{one['name']}  {one['type']}  {one['at']}")
    click.echo(f"hash {one['hash']}")
    click.echo(
        f"key {one['key']}; acknowledges {one['ack']['party']} {one['ack']['seq']}; disclosed to "
        f"{one['disclosure']}"
    )
    if one["state"]:
        accepted = ", ".join(one["state"]["accepted_by"]) or "no one"
        click.echo(f"{one['state']['state']}; accepted by {accepted}; content {one['state']['content']}")
    if one["void"]:
        click.echo(f"no effect: {one['void']}")
    if one["contested"]:
        click.echo("contested")
    for other in one["other_under_this_number"]:
        click.echo(f"another entry stands under this number: {other}")
    click.echo(json.dumps(one["body"], ensure_ascii=False, indent=2))
