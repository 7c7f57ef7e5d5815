"""What `georeference` prints: the models, the chosen one, and what is known of the line."""

from typing import TYPE_CHECKING

from rich.table import Table

from merestone.cli.console import a_console, bold

if TYPE_CHECKING:
    from merestone.service.georeference import GeoreferenceRun


def echo_placement(run: "GeoreferenceRun") -> None:
    """Print each model with its errors, what the chosen one says, and the files."""
    console = a_console()
    tree = run.tree
    console.print(bold(str(tree["title"]), f", {len(tree['control_points'])} control points, {tree['crs']}"))
    console.print(_models(tree["models"]))
    chosen = next(one for one in tree["models"] if one["chosen"])
    console.print(
        f"taken: {chosen['model']}; a place on the scan lies within {chosen['radius_95_m']:,.1f} m with 95 %,"
        f" a pixel is {tree['pixel_m']:,.2f} m"
    )
    if tree["lines"]:
        total = tree["accuracy_95_m"]
        sure = "accuracy unknown" if total is None else f"within {total:,.1f} m with 95 %"
        length_km = sum(one["length_km"] for one in tree["lines"])
        vertices = sum(one["drawn"] for one in tree["lines"])
        console.print(
            f"carried over: {len(tree['lines'])} line(s), {length_km:,.3f} km, {vertices:,} vertices, {sure}"
        )
    if run.added is not None:
        console.print(f"added to the dossier as source '{run.added.id}' ({run.added.path})")
    for path in run.files:
        console.print(str(path))


def _models(models: list[dict[str, object]]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("model")
    for head in ("left out, rms", "largest", "95 %", "residual, rms"):
        table.add_column(head, justify="right")
    table.add_column("")
    for one in models:
        if one["reason"] is not None:
            table.add_row(str(one["model"]), "", "", "", "", str(one["reason"]))
            continue
        figures = [one[key] for key in ("loo_rmse_m", "loo_max_m", "radius_95_m", "rmse_m")]
        table.add_row(
            str(one["model"]), *(f"{figure:,.1f} m" for figure in figures), "taken" if one["chosen"] else ""
        )
    return table
