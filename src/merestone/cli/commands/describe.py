"""``merestone describe``: turning points and a description of a line."""

from pathlib import Path

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options


def _languages(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    from merestone.publish.descriptiontext import LANGUAGES

    if value is None:
        return LANGUAGES
    asked = tuple(part.strip() for part in value.split(","))
    for one in asked:
        if one not in LANGUAGES:
            raise click.BadParameter(
                f"there is no text in '{one}'; there are {', '.join(LANGUAGES)}", context, parameter
            )
    return asked


@click.command("describe")
@click.argument("line", type=click.Path(path_type=Path))
@click.option(
    "--limit",
    metavar="LIMIT",
    help="Where LINE is a dossier: the limit to describe, by its id in comparison.json (osm-2017/M1).",
)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Folder for the results.  [default: out/description]"
)
@click.option(
    "--departure-m",
    type=click.FloatRange(0.001, 1e6),
    help="Thin the line to few turning points, departing from it by so many metres at most."
    "  [default: nothing is thinned]",
)
@click.option(
    "--beside",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Thinning leaves every vertex of FILE (settlements, given points, another limit) on its side of the"
    " line. Of a dossier its settlements and the source's other limits always are.",
)
@click.option(
    "--balance-km2",
    type=click.FloatRange(0.0),
    help="The areas that thinning puts on the one side and on the other differ by no more than this.",
)
@click.option(
    "--round",
    "rounded",
    default="0.001",
    show_default=True,
    metavar="STEP",
    help="Round coordinates to seconds of arc (0.0001 to 1), or to metres of the grid (1m).",
)
@click.option("--grid", metavar="CODE", help="Give grid coordinates too, in this system, e.g. EPSG:32638.")
@click.option(
    "--height-m",
    type=click.FloatRange(-500.0, 9000.0),
    help="Give lengths on the ground too, at this height above the ellipsoid.",
)
@click.option(
    "--frame",
    metavar="FRAME@EPOCH",
    help="Reference frame and epoch of the coordinates, as ITRF2020@2025.0, where they are known.",
)
@click.option(
    "--language",
    "languages",
    metavar="CODE,...",
    callback=_languages,
    help="Languages of the text: az, en, fr, hy, ru, zh.  [default: all]",
)
@voice_options("Print every finding, those of severity info too.")
def command(
    line: Path,
    limit: str | None,
    out: Path | None,
    departure_m: float | None,
    beside: tuple[Path, ...],
    balance_km2: float | None,
    rounded: str,
    grid: str | None,
    height_m: float | None,
    frame: str | None,
    languages: tuple[str, ...],
    voice: Voice,
) -> int:
    """Describe LINE: a table of turning points, and a text in several languages.

    LINE is a candidate.json, a description.json, a table of turning points (CSV), any vector file of
    lines, or a dossier with --limit. Nothing is thinned unless --departure-m asks for it.

    Writes description.json, .geojson, .kml, .gpkg, turning-points.csv (which `merestone add` reads
    back), and description.LANGUAGE.md and .html into OUT.
    """
    from merestone.errors import UsageError
    from merestone.service.describe import Request, describe_into
    from merestone.service.workbench import open_dossier

    of_dossier = line.is_dir() or line.suffix == ".toml"
    if limit is not None and not of_dossier:
        raise UsageError(f"--limit is for a dossier, and {line} is none")
    if departure_m is None and (beside or balance_km2 is not None):
        raise UsageError("--beside and --balance-km2 are about thinning; say how far with --departure-m")
    request = Request(
        rounded=rounded,
        departure_m=departure_m,
        balance_km2=balance_km2,
        beside=beside,
        grid=grid,
        height_m=height_m,
        frame=frame,
        languages=languages,
    )
    with voice.progress() as progress:
        opened = open_dossier(line) if of_dossier else line
        run = describe_into(opened, limit, request, out or Path("out") / "description", progress=progress)

    def show() -> None:
        from merestone.cli.description_tables import echo_description

        echo_description(run)

    voice.answer(run.json, run.description.findings, show, notes=voice.verbose)
    return exits.DONE
