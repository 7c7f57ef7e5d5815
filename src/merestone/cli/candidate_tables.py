"""What `construct` prints: the candidate in a few lines, drawn from the result, nothing computed anew."""

from typing import TYPE_CHECKING

from merestone.cli.console import a_console, bold

if TYPE_CHECKING:
    from merestone.service.construct import ConstructRun


def echo_candidate(run: "ConstructRun") -> None:
    """Print length, lines, the check, and the files."""
    console = a_console()
    candidate = run.candidate
    named = ", ".join(candidate.bases)
    console.print(bold(f"candidate line: {candidate.kind.value}", f" of {named}" if named else ""))
    console.print(
        f"{candidate.length_km:,.3f} km, {len(candidate.turning_points):,} turning points,"
        f" {len(candidate.lines)} line(s), {candidate.frame}"
    )
    for line in candidate.lines:
        console.print(
            f"  {line.id}: {line.length_m / 1000.0:,.3f} km, ends {line.ends[0]} and {line.ends[1]}"
        )
    check = candidate.checks
    if check:
        console.print(
            f"checked independently at {check['points']:,} of {check['of']:,} turning points:"
            f" no base point nearer by more than {1000.0 * check['missed_m']:.3f} mm"
        )
    console.print("a candidate is drawn, not accepted: neither party is bound by it")
    for path in run.files:
        console.print(str(path))
