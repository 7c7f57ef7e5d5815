"""``merestone construct``: candidate lines."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options

if TYPE_CHECKING:
    from merestone.service.workbench import Dossier

KINDS = ("median", "equal-area", "consensus", "assemble", "straight")
LINE_TYPES = ("geodesic", "loxodrome", "parallel", "grid")


def _ratio(context: click.Context, parameter: click.Parameter, value: str) -> tuple[float, float]:
    """Two positive numbers with a colon between."""
    parts = value.split(":")
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        numbers = ()
    if len(numbers) != 2 or not all(0.0 < one < 1e6 for one in numbers):
        raise click.BadParameter(
            f"'{value}' is no ratio; write two positive numbers, as 1:2", context, parameter
        )
    return numbers[0], numbers[1]


def _pairs(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """NAME=VALUE, each."""
    for value in values:
        if not all(value.partition("=")):
            raise click.BadParameter(f"'{value}' has no NAME=VALUE", context, parameter)
    return tuple((value.partition("=")[0], value.partition("=")[2]) for value in values)


def _weights(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, float], ...]:
    """SOURCE=NUMBER, each."""
    found = []
    for name, text in _pairs(context, parameter, values):
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not 0.0 <= number < 1e9:
            raise click.BadParameter(f"'{name}={text}': a weight is a number from 0", context, parameter)
        found.append((name, number))
    return tuple(found)


@click.command("construct")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("dossier", type=click.Path(path_type=Path), required=False)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results.  [default: out/candidate beside the dossier]",
)
@click.option(
    "--between",
    nargs=2,
    metavar="LIMIT LIMIT",
    help="Two limits of DOSSIER: a source, or source:PARTY for the limit of one party.",
)
@click.option(
    "--base",
    "bases",
    multiple=True,
    metavar="PARTY=FILE",
    callback=_pairs,
    help="Without a dossier: the coast, baseline or base points of a party. Give two.",
)
@click.option(
    "--section",
    "sections",
    metavar="ID,...",
    help="Only along these sections of the axis (M1-S03,M1-S04).  [default: all]",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="PARTY=FEATURE",
    callback=_pairs,
    help="Leave a feature of a base file out, by number, id or name, and tell what that moves.",
)
@click.option(
    "--ratio",
    default="1:1",
    callback=_ratio,
    metavar="P:Q",
    show_default=True,
    help="Ratio of the distances (median) or areas (equal-area) of the two, in the order named.",
)
@click.option(
    "--chord-m",
    type=click.FloatRange(0.001, 10_000.0),
    default=0.1,
    show_default=True,
    help="How far a leg may depart from the true line, in metres.",
)
@click.option(
    "--reach-km",
    type=click.FloatRange(0.001, 9000.0),
    default=400.0,
    show_default=True,
    help="Where the line is farther than this from its base points it ends.",
)
@click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="SOURCE=NUMBER",
    callback=_weights,
    help="consensus: what a source counts; others count nothing.  [default: 1/a², a its 95 % radius]",
)
@click.option(
    "--choices",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="assemble: TOML with a line for each section: M1-S01 = 'SOURCE', 'median', 'equal-area' or a file.",
)
@click.option(
    "--point",
    "points",
    multiple=True,
    metavar="PLACE",
    help="straight: a point of the line, as '46.2E 39.6N'. Give two or more.",
)
@click.option(
    "--order",
    type=click.Choice(["lonlat", "latlon"]),
    help="Which of a plain pair of degrees is which; not needed with letters.",
)
@click.option(
    "--line",
    type=click.Choice(LINE_TYPES),
    default="geodesic",
    show_default=True,
    help="straight: type of the line.",
)
@click.option("--crs", metavar="CODE", help="straight: the grid of a grid line, as EPSG:32638.")
@click.option(
    "--frame",
    metavar="FRAME@EPOCH",
    help="Reference frame and epoch of the coordinates, as ITRF2020@2025.0, where they are known.",
)
@voice_options("Print every finding, those of severity info too.")
def command(
    kind: str,
    dossier: Path | None,
    out: Path | None,
    between: tuple[str, str] | None,
    bases: tuple[tuple[str, str], ...],
    sections: str | None,
    ignored: tuple[tuple[str, str], ...],
    ratio: tuple[float, float],
    chord_m: float,
    reach_km: float,
    weights: tuple[tuple[str, float], ...],
    choices: Path | None,
    points: tuple[str, ...],
    order: str | None,
    line: str,
    crs: str | None,
    frame: str | None,
    voice: Voice,
) -> int:
    """Draw a candidate line: nothing that either party has accepted by its being drawn.

    KIND median: the line equally far from two limits of DOSSIER (--between), or from two files
    (--base). equal-area: in each difference between two limits the line that parts it into areas
    in the --ratio. consensus: pieces of the sources' own limits, each place on the side that
    most independent weight shows: a count of maps. assemble: section by section, as a file
    says (--choices). straight: through given points (--point), by line type.

    Writes candidate.json, candidate.gpkg and candidate.html into OUT and prints a summary.
    """
    from merestone.construct.drawing import How
    from merestone.model.candidates import CandidateKind
    from merestone.service.construct import Request, construct_into

    request = Request(
        kind=CandidateKind(kind),
        between=between or (),
        bases=tuple((party, Path(path)) for party, path in bases),
        sections=tuple(part.strip() for part in sections.split(",")) if sections else (),
        ignored=ignored,
        how=How(chord_m, ratio, reach_km * 1000.0),
        weights=weights,
        choices=choices,
        points=points,
        order=order,
        line=line,
        crs=crs,
        frame=frame,
    )
    without = bool(bases) or (bool(points) and dossier is None)
    opened = _dossier(dossier, without=without)
    folder = out or (Path("out") if opened is None else opened.path / "out") / "candidate"
    with voice.progress() as progress:
        run = construct_into(opened, request, folder, progress=progress)

    def show() -> None:
        from merestone.cli.candidate_tables import echo_candidate

        echo_candidate(run)

    voice.answer(run.json, run.candidate.findings, show, notes=voice.verbose)
    return exits.DONE


def _dossier(path: Path | None, *, without: bool) -> "Dossier | None":
    from merestone.errors import UsageError
    from merestone.service.workbench import open_dossier

    if not without:
        return open_dossier(path or Path())
    if path is not None:
        raise UsageError(f"'{path}' is a dossier, and --base is for files without one; give one or the other")
    return None
