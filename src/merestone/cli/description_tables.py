"""What `describe` prints: each line in a few words, drawn from the result, nothing computed anew."""

from typing import TYPE_CHECKING

from merestone.cli.console import a_console, bold

if TYPE_CHECKING:
    from merestone.service.describe import DescribeRun


def echo_description(run: "DescribeRun") -> None:
    """Print points, length, what thinning and rounding did, and the files."""
    console = a_console()
    tree = run.tree
    console.print(bold(str(tree["title"]), f", {tree['frame']}"))
    for line in tree["lines"]:
        first, last = line["turning_points"]
        console.print(
            f"  {line['id']}: {last - first + 1:,} turning points, {line['length_m'] / 1000.0:,.3f} km,"
            f" ends {line['ends'][0]['end']} and {line['ends'][1]['end']}"
        )
        thinning, rounded = line["thinning"], line["rounded"]
        if thinning:
            console.print(
                f"    thinned from {thinning['vertices_before']:,} vertices: departs by"
                f" {thinning['departure_m']:,.3f} m, moves {thinning['moved_km2']:,.4f} km², the two sides"
                f" differ by {abs(thinning['balance_km2']):,.4f} km²"
            )
        console.print(
            f"    rounded to {rounded['step']}: moves a point by {rounded['largest_move_m']:.3f} m at most,"
            f" {rounded['area_moved_km2']:,.4f} km² in all, turns a leg by {rounded['largest_turn_deg']:.6f}°"
            " at most"
        )
    console.print("a description binds neither party until both have accepted it")
    for path in run.files:
        console.print(str(path))
