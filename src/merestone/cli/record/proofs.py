"""``verify``, ``prove``, ``checkpoint``."""

from pathlib import Path
from typing import Any

import click

from merestone.cli.options import Voice
from merestone.cli.record.options import PATH, desk_options, echo_json, reader_option


def _roots(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """``AAA=hex``, several times."""
    found = {}
    for value in values:
        party, separator, root = value.partition("=")
        if not separator:
            raise click.BadParameter(f"'{value}' is not PARTY=HEX", context, parameter)
        found[party] = root
    return found


@click.command("verify")
@click.argument("file", type=PATH, required=False)
@click.option(
    "--root", "roots", multiple=True, callback=_roots, metavar="ID=HEX", help="Root key you know, twice."
)
@click.option(
    "--after", type=PATH, metavar="BUNDLE", help="An older bundle that must be the beginning of FILE."
)
@desk_options
def verify(file: Path | None, roots: dict[str, str], after: Path | None, desk: Any, voice: Voice) -> None:
    """Verify FILE, a bundle or a proof, as a third person does; without FILE the record here, from its first
    entry.

    Nothing is believed but signatures: give with --root the roots that you have from the parties themselves.
    Without them the answer is only as good as the founding entry in the file.
    """
    from merestone.service.desk.exchange import verify_file, verify_record

    told = verify_record(desk) if file is None else verify_file(file, roots, after=after)
    if voice.json:
        echo_json(told)
        return
    if voice.quiet:
        return
    from merestone.cli.record.told import told_lines

    for line in told_lines(told, known=set(roots) == set(told["roots"]) or file is None):
        click.echo(line)


@click.command("prove")
@click.argument("entry")
@click.option("-o", "--out", type=PATH, required=True, metavar="FILE", help="The proof to write.")
@reader_option("an entry that is not disclosed to them is refused")
@click.option(
    "--since",
    type=PATH,
    metavar="NOTE",
    help="ENTRY is a party: prove that its log grew from this checkpoint.",
)
@desk_options
def prove(entry: str, out: Path, reader: str, since: Path | None, desk: Any, voice: Voice) -> None:
    """Write a proof for a third person that ENTRY is in a party's log, or that two entries stand under its
    number."""
    from merestone.service.desk.exchange import write_proof

    kind = write_proof(desk, entry, out, old=since, reader=reader)  # type: ignore[arg-type]
    if voice.json:
        echo_json({"file": out.name, "kind": kind})
    elif not voice.quiet:
        click.echo(f"{out}: proof of {kind}; `merestone record verify {out.name}` checks it")


@click.command("checkpoint")
@click.option("-o", "--out", type=PATH, metavar="FILE", help="Write the note here.  [default: print it]")
@click.option(
    "--countersign", type=PATH, metavar="NOTE", help="Add a cosignature with the time to this checkpoint."
)
@click.option("--as", "name", metavar="NAME", help="With --countersign: the name of the cosigner.")
@click.option(
    "--bundle", type=PATH, metavar="FILE", help="With --countersign: verify the log in this bundle."
)
@click.option("--keep", type=PATH, metavar="NOTE", help="Keep a checkpoint that the other party signed.")
@desk_options
def checkpoint(
    out: Path | None,
    countersign: Path | None,
    name: str | None,
    bundle: Path | None,
    keep: Path | None,
    desk: Any,
    voice: Voice,
) -> None:
    """Sign how many entries your party's log has and the root of the tree over them, as a C2SP checkpoint.

    Anyone who verified the log can countersign: proof that it was so by then, without effect on any state.
    """
    from merestone.service.desk import exchange

    if keep is not None:
        point = exchange.keep_checkpoint(desk, keep)
        if not voice.quiet:
            click.echo(f"{keep}: kept; {point.size} entries")
        return
    note = (
        exchange.countersign(desk, countersign, name or "", bundle=bundle)
        if countersign is not None
        else exchange.checkpoint(desk)
    )
    if out is not None:
        exchange.write_note(out, note)
    if voice.json:
        point_ = exchange.checkpoint_json(note)
        echo_json(point_)
    elif out is None:
        click.echo(note.text, nl=False)
    elif not voice.quiet:
        click.echo(f"{out}: written")


COMMANDS = {"verify": verify, "prove": prove, "checkpoint": checkpoint}
