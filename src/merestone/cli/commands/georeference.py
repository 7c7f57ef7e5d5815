"""``merestone georeference``: scanned maps."""

from pathlib import Path

import click

from merestone.cli import exits
from merestone.cli.options import Voice, voice_options

MODELS = ("auto", "similarity", "affine", "projective", "polynomial-2", "thin-plate-spline")
"""The models, as `merestone.model` has them: `--help` loads nothing."""


@click.command("georeference")
@click.argument("scan", required=False, type=click.Path(path_type=Path))
@click.option(
    "--points",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Control points: a CSV with columns id, column, row, easting, northing (or longitude, latitude), or"
    " the .points of QGIS.",
)
@click.option("--crs", metavar="CODE", help="The map's own reference system, e.g. EPSG:28408.")
@click.option(
    "--operation",
    metavar="CODE",
    help="Datum operation to WGS 84.  [default: the dossier's, or the most accurate that needs no grid]",
)
@click.option(
    "--model",
    type=click.Choice(MODELS),
    default="auto",
    show_default=True,
    help="How the scan is laid onto the plane; auto takes the simplest that foretells points about as well as"
    " any.",
)
@click.option(
    "--line",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A line digitised on the scan, to be carried over: GeoJSON of pixels (column, row).",
)
@click.option(
    "--digitising-px",
    type=click.FloatRange(0.0, 1000.0),
    help="How far the tracing of --line may be off, in pixels, with 95 %.",
)
@click.option(
    "--scale", type=click.FloatRange(100.0, 1e9), help="Denominator of the map's scale, e.g. 100000."
)
@click.option(
    "--line-width-mm",
    type=click.FloatRange(0.0, 20.0),
    help="Width of the drawn line on the paper: half of it is a term of the accuracy.",
)
@click.option("--sheet", metavar="NAME", help="Name of the sheet: lines of one sheet share its error.")
@click.option(
    "--dossier",
    type=click.Path(path_type=Path),
    help="Add the carried line to this dossier as a source.  [default: its entry is written beside it]",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results.  [default: out/georeference]",
)
@voice_options("Print every finding, those of severity info too.")
def command(
    scan: Path | None,
    points: Path,
    crs: str | None,
    operation: str | None,
    model: str,
    line: Path | None,
    digitising_px: float | None,
    scale: float | None,
    line_width_mm: float | None,
    sheet: str | None,
    dossier: Path | None,
    out: Path | None,
    voice: Voice,
) -> int:
    """Lay a scanned map onto the ground by control points, and carry a line over from it.

    Fits five models, tells the error of each at points that it does not know, takes one, and tests
    for points that stand out: none is left out unasked. Without SCAN, points and line are enough.

    Writes georeference.json and .html, residuals.csv, map.tif (the scan in the map's own system),
    and with --line the line as GeoJSON with its [[source]] in source.toml, into OUT.
    """
    from merestone.model.georeference import WarpKind
    from merestone.service.georeference import Request, georeference_into

    request = Request(
        points=points,
        scan=scan,
        crs=crs,
        operation=operation,
        model=None if model == "auto" else WarpKind(model),
        line=line,
        digitising_px=digitising_px,
        scale=scale,
        line_width_mm=line_width_mm,
        sheet=sheet,
        dossier=dossier,
    )
    with voice.progress() as progress:
        run = georeference_into(request, out or Path("out") / "georeference", progress=progress)

    def show() -> None:
        from merestone.cli.georeference_tables import echo_placement

        echo_placement(run)

    voice.answer(run.json, run.findings, show, notes=voice.verbose)
    return exits.DONE
