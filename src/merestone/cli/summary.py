"""The summary that `compare` prints: tables drawn with rich from the result, nothing computed anew."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from merestone.cli.console import a_console, bold
from merestone.cli.findings import count_line, finding_line, place_text
from merestone.model.findings import Finding, Severity
from merestone.model.results import CONFIRMED, Comparison, Pair, Section, SourceResult, Verdict

if TYPE_CHECKING:
    from merestone.compare.sensitivity import Sensitivity
    from merestone.service.run import Run

_WORDS = {
    Verdict.COINCIDENT: "coincident",
    Verdict.WITHIN_ACCURACY: "within accuracy",
    Verdict.DIFFERING: "differing",
    Verdict.CANNOT_SAY: "cannot say",
}
_FILL = {
    Verdict.COINCIDENT: "█",
    Verdict.WITHIN_ACCURACY: "▒",
    Verdict.DIFFERING: "╱",
    Verdict.CANNOT_SAY: "·",
}
_LARGEST = 5


def echo_summary(run: "Run", *, verbose: bool) -> None:
    """Print parties, sources, the pair matrix, the axis, differences, enclaves, findings, files."""
    console = a_console()
    result = run.comparison
    console.print(bold(str(result.dossier["title"])))
    named = (f"{party.id} {_name(party.names)}".rstrip() for party in result.parties)
    console.print(" · ".join(named))
    console.print()
    console.print(_sources(result))
    console.print(_matrix(result))
    _print_axis(console, result)
    if run.sensitivity is not None:
        _print_sensitivity(console, run.sensitivity)
    _print_differences(console, result)
    _print_enclaves(console, result)
    _print_findings(console, run.findings, verbose=verbose)
    for path in run.files:
        console.print(f"  {path}")


def _name(names: "object") -> str:
    assert hasattr(names, "get")
    return str(names.get("en") or next(iter(sorted(names.values())), ""))  # type: ignore[attr-defined]


def _sources(result: Comparison) -> Table:
    copies = any(source.family != source.id for source in result.sources)
    contested = any(source.standing.get("contested_by") for source in result.sources)
    table = Table(title="sources", title_justify="left", box=None, pad_edge=False)
    table.add_column("source", no_wrap=True)
    headings = ("kind", "date", "accuracy (95 %)", "offered by", "accepted by")
    for heading in (*headings, *("contested by",) * contested, *("family",) * copies):
        table.add_column(heading)
    for source in result.sources:
        standing = [_listed(source.standing.get(key, ())) for key in ("offered_by", "accepted_by")]
        if contested:
            standing.append(_listed(one["party"] for one in source.standing.get("contested_by", ())))
        row = (source.id, source.kind, source.date or "not stated", _accuracy(source), *standing)
        table.add_row(*row, *(source.family,) * copies)
    return table


def _accuracy(source: SourceResult) -> str:
    if source.accuracy_95_m is None:
        return "unknown"
    assumed = source.accuracy is not None and bool(source.accuracy.get("assumed"))
    return f"{source.accuracy_95_m:,.0f} m" + (" assumed" if assumed else "")


def _listed(parties: Iterable[str]) -> str:
    return ", ".join(parties) or "nobody"


def _matrix(result: Comparison) -> Table:
    """Each pair once; offsets are the larger of both directions."""
    one, two = (party.id for party in result.parties)
    table = Table(title="pairs, offsets on the line proper", title_justify="left", box=None, pad_edge=False)
    for heading in ("A", "B"):
        table.add_column(heading, no_wrap=True)
    for heading in (f"A {one}\nB {two}\nkm²", f"A {two}\nB {one}\nkm²", "\np95\nm", "\nlargest\nm"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("\n\nverdict")
    by_ids = {(pair.from_, pair.to): pair for pair in result.pairs}
    for pair in result.pairs:
        if pair.from_ < pair.to:
            both = [p.offsets_m.main for p in (pair, by_ids[pair.to, pair.from_])]
            table.add_row(
                pair.from_,
                pair.to,
                _area(pair, one, two),
                _area(pair, two, one),
                _metres(max((m.p95_abs for m in both if m.p95_abs is not None), default=None)),
                _metres(max((m.max_abs for m in both if m.max_abs is not None), default=None)),
                _WORDS[pair.verdict],
            )
    return table


def _area(pair: Pair, shown: str, instead: str) -> str:
    """Land that A shows on the side of `shown` and B on the side of `instead`."""
    keys = (f"{shown}>{instead}", f"{shown}>not-{shown}", f"not-{instead}>{instead}")
    if pair.areas_km2 and all(key.endswith(">silent") or key.startswith("silent>") for key in pair.areas_km2):
        return "silent"
    return f"{sum(pair.areas_km2.get(key, 0.0) for key in keys):,.2f}"


def _metres(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _print_axis(console: Console, result: Comparison) -> None:
    console.print()
    if result.axis is None:
        console.print(bold("axis", ": none; no source shows a common boundary"))
        return
    console.print(bold("axis", f": along {result.axis.source}"))
    for kind, letter in (("the line", "M"), ("enclaves", "E")):
        pieces = [piece for piece in result.axis.pieces if piece.id.startswith(letter)]
        sections = [section for section in result.sections if section.piece.startswith(letter)]
        if pieces:
            lengths = ", ".join(f"{piece.id} {piece.length_km:,.1f} km" for piece in pieces)
            console.print(f"{kind} ({lengths})")
            _print_verdicts(console, sections)
    _print_confirmed(console, result)


def _print_verdicts(console: Console, sections: list[Section]) -> None:
    """A bar of the verdicts, and the length of each."""
    length = dict.fromkeys(_WORDS, 0.0)
    for section in sections:
        length[section.verdict] += section.length_km
    whole = sum(length.values()) or 1.0
    console.print(
        Text("  " + "".join(_FILL[verdict] * round(60 * km / whole) for verdict, km in length.items()))
    )
    for verdict, words in _WORDS.items():
        share = 100.0 * length[verdict] / whole
        console.print(f"  {_FILL[verdict]} {words:<18} {length[verdict]:>8,.1f} km  {share:5.1f} %")


def _print_confirmed(console: Console, result: Comparison) -> None:
    """How many differing sections chance alone would not explain, over the whole line."""
    differing = [section for section in result.sections if section.verdict is Verdict.DIFFERING]
    known = [section.p_chance for section in differing if section.p_chance is not None]
    if known:
        sure = sum(p_chance <= CONFIRMED for p_chance in known)
        console.print(
            f"{sure} of {len(differing)} differing sections are statistically confirmed"
            f" (p_chance ≤ {CONFIRMED:g}, over the whole line)"
        )


def _print_sensitivity(console: Console, doubts: "Sensitivity") -> None:
    """How much of the axis gets another verdict where the tolerance or assumed accuracies are varied."""
    console.print("verdicts that hang on a figure")
    for variation in doubts.variations:
        if variation.assumed_factor != 1.0:
            how = f"assumed accuracies × {variation.assumed_factor:g}"
        else:
            how = f"tolerance {variation.tolerance_m:g} m"
        console.print(f"  {how:<24} {variation.changed_km:>8,.1f} km get another verdict")
    hanging = sum(bool(section.hangs_on) for section in doubts.sections)
    console.print(f"  sections of which more than half does: {hanging}")


def _print_differences(console: Console, result: Comparison) -> None:
    between = [item for item in result.differences.listed if item.kind == "between"]
    console.print()
    console.print(bold("largest differences", f" of {len(between)} listed between the parties"))
    for item in between[:_LARGEST]:
        labels: dict[str, list[str]] = {}
        for source, label in item.labels.items():
            labels.setdefault(label, []).append(source)
        said = "; ".join(f"{label}: {', '.join(ids)}" for label, ids in sorted(labels.items()))
        place = place_text(*item.point)
        console.print(f"  {item.id:<5} {item.area_km2:>9,.2f} km²  {place}  {said}")
    smaller = result.differences.smaller
    ones = "one" if smaller.between_count == 1 else "ones"
    console.print(
        f"  and {smaller.between_count:,} smaller {ones}, {smaller.between_area_km2:,.2f} km² in all"
    )


def _print_enclaves(console: Console, result: Comparison) -> None:
    if not result.enclaves:
        return
    console.print()
    console.print(bold("enclaves"))
    for enclave in result.enclaves:
        name = f" ({enclave.name})" if enclave.name else ""
        shown = ", ".join(f"{source} {area:,.2f} km²" for source, area in enclave.area_km2.items())
        not_shown = f"; not shown by {', '.join(enclave.not_shown_by)}" if enclave.not_shown_by else ""
        line = f"  {enclave.id:<4} {enclave.party} within {enclave.within}{name}: {shown}{not_shown}"
        console.print(line)


def _print_findings(console: Console, found: tuple[Finding, ...], *, verbose: bool) -> None:
    """How many there are; warnings and errors stand on stderr, the rest only where asked for."""
    console.print()
    rest = "" if verbose else " (all with -v, or in the report)"
    console.print(bold("findings", f": {count_line(found)}{rest}"))
    for note in found:
        if verbose and note.severity is Severity.INFO:
            console.print("  " + finding_line(note))
    console.print()
