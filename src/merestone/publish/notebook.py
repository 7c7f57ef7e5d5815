"""The summary of a comparison that a notebook shows: one piece of HTML without scripts or files."""

from collections.abc import Iterable, Sequence
from html import escape

from merestone.model.findings import Finding, Severity
from merestone.model.results import Comparison, Difference, Pair, SourceResult
from merestone.publish.report_palette import VERDICTS

_LARGEST = 3
_NO_RADIUS = "No 95 % radius is computed for offsets, lengths and areas."
_TABLE = "border-collapse:collapse;margin:.5em 0;font-size:90%"
_CELL = "padding:.15em .6em;text-align:left;border-bottom:1px solid #cccccc"


def repr_html(comparison: Comparison) -> str:
    """Parties, sources, the verdicts along the axis, the pairs, the largest differences, findings."""
    found = [*comparison.findings, *(note for source in comparison.sources for note in source.findings)]
    parts = [
        f"<p><b>{escape(str(comparison.dossier.get('title', '')))}</b><br>{_parties(comparison)}</p>",
        _sources(comparison.sources),
        _axis(comparison),
        _pairs(comparison),
        _differences(comparison),
        f"<p>Findings: {_counted(found)}. {_NO_RADIUS}</p>",
    ]
    return '<div class="merestone">' + "".join(parts) + "</div>"


def _parties(comparison: Comparison) -> str:
    """Each party with its names, in the order of ids, which has no meaning."""
    return " · ".join(
        f"{escape(party.id)} {escape(' / '.join(party.names[language] for language in sorted(party.names)))}"
        for party in comparison.parties
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are escaped here."""
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(text)}</th>' for text in headings)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{escape(text)}</td>' for text in row) + "</tr>" for row in rows
    )
    return f'<table style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _sources(sources: Sequence[SourceResult]) -> str:
    rows = [(one.id, one.kind, one.date or "not stated", _accuracy(one), one.family) for one in sources]
    return _table(("source", "kind", "date", "accuracy (95 %)", "family"), rows)


def _accuracy(source: SourceResult) -> str:
    if source.accuracy_95_m is None:
        return "unknown"
    assumed = bool((source.accuracy or {}).get("assumed"))
    return f"{source.accuracy_95_m:,.0f} m" + (" assumed" if assumed else "")


def _axis(comparison: Comparison) -> str:
    if comparison.axis is None:
        return "<p>Axis: none; no source shows a common boundary.</p>"
    lengths = {
        look: sum(one.length_km for one in comparison.sections if one.verdict is look.verdict)
        for look in VERDICTS
    }
    whole = sum(lengths.values()) or 1.0
    bar = "".join(
        f'<div style="flex:{km / whole:.4f};background:{look.colour};color:{look.ink};overflow:hidden;'
        f'padding:.1em .3em" title="{escape(look.words)}">{escape(look.words)}</div>'
        for look, km in lengths.items()
        if km > 0.0
    )
    words = "; ".join(f"{look.words} {km:,.1f} km ({km / whole:.1%})" for look, km in lengths.items())
    along = f"<p>Axis along {escape(comparison.axis.source)}: {escape(words)}.</p>"
    return along + f'<div style="display:flex;max-width:40em;white-space:nowrap">{bar}</div>'


def _pairs(comparison: Comparison) -> str:
    """Both directions of each pair in one row."""
    by_ids = {(one.from_, one.to): one for one in comparison.pairs}
    rows = [
        (i, j, _metres(one), _metres(by_ids[j, i]), one.verdict.value.replace("-", " "))
        for (i, j), one in by_ids.items()
        if i < j and (j, i) in by_ids
    ]
    return _table(("A", "B", "95 % of offsets, A to B", "B to A", "worst verdict"), rows)


def _metres(pair: Pair) -> str:
    figure = pair.offsets_m.main.p95_abs
    return "–" if figure is None else f"{figure:,.0f} m"


def _differences(comparison: Comparison) -> str:
    between = [one for one in comparison.differences.listed if one.kind == "between"]
    smaller = comparison.differences.smaller
    rows = [(one.id, f"{one.area_km2:,.2f} km²", _said(one)) for one in between[:_LARGEST]]
    count = (
        f"<p>Differences between the parties: {len(between):,} listed, {smaller.between_count:,} smaller.</p>"
    )
    return count + (_table(("largest", "area", "what the sources show"), rows) if rows else "")


def _said(difference: Difference) -> str:
    sources: dict[str, list[str]] = {}
    for source in sorted(difference.labels):
        sources.setdefault(difference.labels[source], []).append(source)
    return "; ".join(f"{label}: {', '.join(sources[label])}" for label in sorted(sources))


def _counted(found: Sequence[Finding]) -> str:
    counts = {severity: sum(note.severity is severity for note in found) for severity in reversed(Severity)}
    return ", ".join(f"{count} {severity.value}" for severity, count in counts.items())
