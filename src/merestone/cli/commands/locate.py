"""``merestone locate``."""

import sys
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from merestone.cli.options import Voice, voice_options

if TYPE_CHECKING:
    from merestone.model.places import Places
    from merestone.service.locate import Locator
    from merestone.sources.placefiles import PlaceFile
    from merestone.sources.placegrid import Grid


@click.command("locate")
@click.argument("words", nargs=-1, metavar="[DOSSIER] [COORDINATES]")
@click.option(
    "--file", "file", metavar="FILE", help="Places from a table (CSV), GeoJSON or GPX; - for standard input."
)
@click.option(
    "--crs", metavar="CODE", help="The places are given in this system, e.g. EPSG:28408, axes in its order."
)
@click.option(
    "--order",
    type=click.Choice(["lonlat", "latlon"]),
    help="Which of a plain pair of degrees is which; not needed with letters (46.2E 39.6N).",
)
@click.option(
    "--accuracy",
    type=float,
    metavar="METRES",
    help="95 % radius of a place on the command line.  [default: 0, the place is exact]",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write .csv, .geojson or .json instead.",
)
@voice_options("Print every note on the places of a file, those of severity info too.")
def command(
    words: tuple[str, ...],
    file: str | None,
    crs: str | None,
    order: str | None,
    accuracy: float | None,
    out: Path | None,
    voice: Voice,
) -> None:
    """Say on which side places lie, by every source, how far from its limit, and how sure.

    COORDINATES are those of one place: 46.2323E 39.6015N, in either order; 41°07′30″N 45°12′00″E;
    with --order a plain pair; with --crs X and Y. A file needs columns id, lon, lat; accuracy_95_m
    and name are optional. Every place in it is checked before the first is answered.

    A probability is one under the stated errors of the maps only; it is no statement of sovereignty.
    """
    from merestone.cli.words import split_dossier
    from merestone.errors import UsageError
    from merestone.service.locate import form_for
    from merestone.service.workbench import open_dossier

    path, rest = split_dossier(words)
    if (file is None) == (not rest):
        raise UsageError("give one place, or --file", hint="merestone locate DOSSIER 46.2323E 39.6015N")
    if file is not None and (order is not None or accuracy is not None):
        raise UsageError("--order and --accuracy are for one place; a file has columns for both")
    if out is not None:
        form_for(out)
    dossier = open_dossier(path)
    with ExitStack() as open_files:
        # What can be refused without the dossier is refused before the dossier is read.
        asked = None if crs else open_files.enter_context(_asked(rest, file, order, accuracy, None))
        with voice.progress() as progress:
            locator = dossier.locator(progress=progress)
        if asked is None:
            assert crs is not None
            asked = open_files.enter_context(_asked(rest, file, order, accuracy, locator.grid(crs)))
        _answer(locator, asked, out, voice)


def _asked(
    words: tuple[str, ...], file: str | None, order: str | None, accuracy: float | None, grid: "Grid | None"
) -> "AbstractContextManager[PlaceFile | Places]":
    """The places that the user names: one by words, or those of a file."""
    from merestone.service.locate import BLOCK, one_place
    from merestone.sources.placefiles import open_places, places_from

    if file is None:
        return nullcontext(one_place(words, order, accuracy or 0.0, grid))
    if file == "-":
        return places_from(sys.stdin.buffer, grid, BLOCK)
    return open_places(Path(file), grid, BLOCK)


def _answer(locator: "Locator", asked: "PlaceFile | Places", out: Path | None, voice: Voice) -> None:
    from merestone.cli import places as words
    from merestone.cli.findings import echo_warnings
    from merestone.model.places import Places
    from merestone.publish.places import JsonForm

    one = isinstance(asked, Places)
    blocks = [asked] if isinstance(asked, Places) else asked.blocks()
    if not isinstance(asked, Places) and not voice.quiet:
        echo_warnings(asked.findings, notes=voice.verbose)
    if out is not None:
        locator.write(blocks, out)
        lines = iter([str(out)])
    elif voice.json:
        for text in locator.texts(blocks, JsonForm):
            click.echo(text, nl=False)
        return
    else:
        maps = locator.head["maps"]
        records = locator.records(blocks)
        lines = words.sentences(next(records), maps) if one else words.table(records, maps)
    if not voice.quiet:
        for line in lines:
            click.echo(line)
