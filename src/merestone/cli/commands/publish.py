"""``merestone publish``: the dossier for others."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options
from merestone.cli.record.options import desk_of, record_options

if TYPE_CHECKING:
    from merestone.publish.dossier.bag import Checked


def _listed(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Words with commas between them, each once."""
    if value is None:
        return None
    words = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if not words:
        raise click.BadParameter("names nothing", context, parameter)
    return words


@click.command("publish")
@click.argument("dossier", type=click.Path(path_type=Path), default=Path())
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the publication.  [default: publication/ beside the dossier]",
)
@click.option(
    "--lang",
    "languages",
    metavar="CODE,...",
    callback=_listed,
    help="Languages: az, en, fr, hy, ru, zh.  [default: all]",
)
@click.option(
    "--format",
    "formats",
    metavar="FORMAT,...",
    callback=_listed,
    help="Forms: html, pdf, and the data as gpkg, geojson, csv.  [default: html]",
)
@click.option(
    "--first", metavar="PARTY", help="The party that stands first in this copy; nothing else differs."
)
@click.option(
    "--without",
    metavar="KIND,...",
    callback=_listed,
    help="Leave out: arrangements, documents, history, incidents, names, roads, settlements, statements,"
    " waters. The first page says so.",
)
@click.option(
    "--for",
    "reader",
    type=click.Choice(["parties", "observers", "public"]),
    default="public",
    show_default=True,
    help="Who will read it; of the record only what is disclosed to them is told.",
)
@click.option("--sign", is_flag=True, help="Sign the folder with the key of your party.")
@click.option(
    "--check",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Check a published FOLDER instead: every hash, and every signature.",
)
@record_options
@voice_options()
def command(
    dossier: Path,
    out: Path | None,
    languages: tuple[str, ...] | None,
    formats: tuple[str, ...] | None,
    first: str | None,
    without: tuple[str, ...] | None,
    reader: str,
    sign: bool,
    folder: Path | None,
    record: Path | None,
    key: Path | None,
    passphrase_file: Path | None,
    voice: Voice,
) -> int:
    """Publish DOSSIER: one neutral document in several languages, with its data and hashes.

    Writes index.html with a folder for each language, figures/, dossier-LANGUAGE.pdf, data/,
    datapackage.json, publication.json and lists of hashes into OUT. With --check nothing is written; it
    ends with 1 where the folder is not as it was published.
    """
    from merestone.service.publish import Request, publish_into
    from merestone.service.workbench import open_dossier

    if folder is not None:
        return _check(folder, record, voice)
    default = Request()
    request = Request(
        languages=languages or default.languages,
        formats=formats or default.formats,
        first=first,
        without=frozenset(without or ()),
        reader=reader,  # type: ignore[arg-type]
        sign=sign,
    )
    with voice.progress() as progress:
        opened = open_dossier(dossier)
        desk = desk_of(record, opened.path, key, passphrase_file)
        run = publish_into(opened, desk, request, out or opened.path / "publication", progress=progress)

    def show() -> None:
        click.echo(f"{run.files[-1].parent}: {len(run.files)} files, {len(request.languages)} languages")

    voice.answer(run.json, run.findings, show)
    return exits.DONE


def _check(folder: Path, record: Path | None, voice: Voice) -> int:
    from merestone.publish.dossier.publicationjson import checked_json
    from merestone.service.publish import check_publication

    desk = None if record is None else desk_of(record, None, None, None)
    found = check_publication(folder, desk)
    voice.answer(checked_json(found), (), lambda: _echo_check(found))
    return exits.DONE if found.whole else exits.ANSWER_IS_NO


def _echo_check(found: "Checked") -> None:
    for what, names in (
        ("missing", found.missing),
        ("changed", found.changed),
        ("not listed", found.unlisted),
    ):
        for name in names:
            click.echo(f"{what}: {name}")
    for one in found.signatures:
        if one.reason is not None:
            click.echo(f"{one.file}: {one.reason}")
            continue
        known = {
            True: "a key of that party in the record",
            False: "no key of that party that stands in the record",
            None: "name the record with --record to learn whose key it is",
        }[one.known]
        click.echo(f"{one.file}: signed for {one.party} with key {str(one.key)[:16]}…; {known}")
    state = "whole" if found.whole else "not as it was published"
    click.echo(f"{found.files} files listed: {state}")
