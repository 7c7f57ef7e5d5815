"""The tables of the report, ready to be written: every figure a text, with its radius beside it.

Nothing is measured here; figures are those of the comparison, rounded for reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from merestone.model.candidates import NOT_STATED
from merestone.model.catalogue import CATALOGUE
from merestone.model.findings import Finding, Severity
from merestone.model.labels import BOTH, NEITHER, SILENT
from merestone.model.results import Comparison, Difference, Pair, Section, SourceResult
from merestone.model.sources import LayerKind
from merestone.publish.report_palette import VERDICTS, VerdictLook
from merestone.publish.report_text import name_of, pair_radius_m, percent, radius

_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar of verdicts. ``x`` and ``width`` are per cent of the bar."""

    look: VerdictLook
    length_km: float
    percent: str
    x: float
    width: float
    assumed_km: float


@dataclass(frozen=True, slots=True)
class Bar:
    """On how much of some pieces of the axis each verdict holds."""

    title: str
    pieces: tuple[str, ...]
    length_km: float
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of differences by kind, listed and smaller together, so that nothing is left out."""

    between_count: int
    between_km2: float
    own_count: int
    own_km2: float


@dataclass(frozen=True, slots=True)
class PairCell:
    """One cell of the pair matrix: the row's source seen from the column's."""

    pair: Pair
    radius: str
    shown: tuple[tuple[str, float | None], ...]
    """("row ARM, column AZE", km²) for both parties; None where a source is silent throughout."""


@dataclass(frozen=True, slots=True)
class DistrictTable:
    """Names of the districts that sections mention: (party, names by language), and the languages."""

    languages: tuple[str, ...]
    rows: tuple[tuple[str, Mapping[str, str]], ...]


@dataclass(frozen=True, slots=True)
class CodeGroup:
    """Findings of one code."""

    code: str
    explanation: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SeverityGroup:
    """Findings of one severity, by code."""

    severity: Severity
    count: int
    codes: tuple[CodeGroup, ...]


def bars(c: Comparison) -> tuple[Bar, ...]:
    """A bar for the main pieces and, where there are any, one for the enclaves."""
    main = [section for section in c.sections if section.piece.startswith("M")]
    enclaves = [section for section in c.sections if not section.piece.startswith("M")]
    made = [("the common boundary", main), ("enclaves", enclaves)]
    return tuple(_bar(title, sections) for title, sections in made if sections)


def _bar(title: str, sections: list[Section]) -> Bar:
    whole = sum(section.length_km for section in sections)
    shares, x = [], 0.0
    for look in VERDICTS:
        own = [section for section in sections if section.verdict is look.verdict]
        length = sum(section.length_km for section in own)
        width = 100.0 * length / whole if whole > 0 else 0.0
        assumed = sum(section.length_km for section in own if section.assumed)
        shares.append(Share(look, length, percent(length, whole), round(x, 3), round(width, 3), assumed))
        x += width
    pieces = tuple(dict.fromkeys(section.piece for section in sections))
    return Bar(title, pieces, whole, tuple(shares))


def totals(c: Comparison) -> Totals:
    """Sums over all differences; they add up to what is listed and what is summed as smaller."""
    listed, smaller = c.differences.listed, c.differences.smaller
    between = [d.area_km2 for d in listed if d.kind == "between"]
    own = [d.area_km2 for d in listed if d.kind != "between"]
    return Totals(
        len(between) + smaller.between_count,
        sum(between) + smaller.between_area_km2,
        len(own) + smaller.count - smaller.between_count,
        sum(own) + smaller.area_km2 - smaller.between_area_km2,
    )


def accuracies(c: Comparison) -> dict[str, float | None]:
    """The 95 % radius in metres of each source, None where it is unknown."""
    return {source.id: source.accuracy_95_m for source in c.sources}


def pair_matrix(c: Comparison) -> dict[str, dict[str, PairCell | None]]:
    """Rows and columns by source id; the diagonal is None."""
    known = accuracies(c)
    cells: dict[str, dict[str, PairCell | None]] = {a: dict.fromkeys(known) for a in known}
    for pair in c.pairs:
        radius_m = pair_radius_m(known[pair.from_], known[pair.to])
        cells[pair.from_][pair.to] = PairCell(pair, radius(radius_m), land_apart(c, pair))
    return cells


def land_apart(c: Comparison, pair: Pair) -> tuple[tuple[str, float | None], ...]:
    """Land that the row shows as one party's and the column as not that party's, for each party.

    A one-sided source says only whether land is its party's, so ``not-`` its party stands against
    that party and nothing stands against a party of which one of the two is silent.
    """
    one, two = (party.id for party in c.parties)
    if pair.areas_km2 and all(SILENT in key.split(">") for key in pair.areas_km2):
        return ((one, None), (two, None))
    return tuple(
        (shown, sum(km2 for key, km2 in pair.areas_km2.items() if _opposed(key, shown, instead)))
        for shown, instead in ((one, two), (two, one))
    )


def _opposed(key: str, shown: str, instead: str) -> bool:
    """Whether a label pair shows `shown` in the row and `instead` in the column.

    ``not-`` a party counts as the other one only against the party itself.
    """
    row, column = key.split(">")
    return (row, column) in {(shown, instead), (f"not-{instead}", instead), (shown, f"not-{shown}")}


def labels_by_word(c: Comparison, difference: Difference) -> list[tuple[str, list[str]]]:
    """Sources grouped by what they say, the parties first by id, then both, neither, not-, silent."""
    order = [*(party.id for party in c.parties), BOTH, NEITHER]
    said: dict[str, list[str]] = {}
    for source in sorted(difference.labels):
        said.setdefault(difference.labels[source], []).append(source)
    rank = {label: k for k, label in enumerate(order)}
    return sorted(said.items(), key=lambda item: (item[0] == SILENT, rank.get(item[0], len(order)), item[0]))


def differences_in_order(c: Comparison) -> list[Difference]:
    """Between the parties first, then own ones; by area within each."""
    return sorted(c.differences.listed, key=lambda d: (d.kind != "between", -d.area_km2, d.id))


def district_names(c: Comparison) -> dict[str, str]:
    """The names to read for the ids in ``sections[].districts``; an id without a name stands for itself."""
    named = {
        feature.id: name_of(feature.names, feature.names.get("und", feature.id))
        for layer in c.shapes.layers
        if layer.kind is LayerKind.DISTRICTS
        for feature in layer.features
    }
    mentioned = {id_ for section in c.sections for ids in section.districts.values() for id_ in ids}
    return {id_: named.get(id_, id_) for id_ in sorted(mentioned)}


def district_table(c: Comparison) -> DistrictTable:
    """The districts beside the axis with all their names, by party and then by id."""
    mentioned = {id_ for section in c.sections for ids in section.districts.values() for id_ in ids}
    found = [
        (feature.party or "", feature.id, feature.names)
        for layer in c.shapes.layers
        if layer.kind is LayerKind.DISTRICTS
        for feature in layer.features
        if feature.id in mentioned and feature.names
    ]
    found.sort(key=lambda entry: entry[:2])
    languages = sorted(
        {code for _, _, names in found for code in names}, key=lambda code: (code == "und", code)
    )
    return DistrictTable(tuple(languages), tuple((party, names) for party, _, names in found))


def findings_by_severity(c: Comparison, further: Iterable[Finding]) -> tuple[SeverityGroup, ...]:
    """Every finding of sources, comparison and examination once, errors first, then by code."""
    found = [*(note for source in c.sources for note in source.findings), *c.findings, *further]
    unique = {_key(note): note for note in found}
    groups = []
    for severity in _SEVERITIES:
        own = [unique[key] for key in sorted(unique) if unique[key].severity is severity]
        codes = tuple(
            CodeGroup(code, _explanation(code), tuple(notes))
            for code, notes in groupby(own, key=lambda note: note.code)
        )
        groups.append(SeverityGroup(severity, len(own), codes))
    return tuple(groups)


def _key(note: Finding) -> tuple[str, str, str, tuple[float, ...]]:
    return note.code, note.source or "", note.message, note.place or ()


def _explanation(code: str) -> str:
    return CATALOGUE[code].explanation if code in CATALOGUE else ""


def standing_words(source: SourceResult) -> str:
    """What the parties have said of a source, plainly, also where they have said nothing."""
    standing: Mapping[str, Any] = source.standing
    offered, accepted = standing.get("offered_by") or (), standing.get("accepted_by") or ()
    contested = standing.get("contested_by") or ()
    words = [
        f"offered by {_listed(offered)}",
        f"accepted by {_listed(accepted)}",
        f"available to {_listed(standing.get('available_to') or ())}",
    ]
    for entry in contested:
        party, reason = (entry["party"], entry.get("reason", "")) if isinstance(entry, Mapping) else entry
        words.append(f"contested by {party}: {reason}")
    return "; ".join(words)


def _listed(parties: Iterable[str]) -> str:
    return ", ".join(sorted(parties)) or "nobody"


def accuracy_words(source: SourceResult) -> str:
    """The measure behind a radius, who assumed it and why."""
    accuracy = source.accuracy
    if accuracy is None:
        return "not known; what needs it is “cannot say”"
    metres_given = accuracy.get("metres")
    words = f"{accuracy['measure']}" + (f" {metres_given:,g} m" if metres_given is not None else "")
    if accuracy["measure"] == "scale" and source.scale:
        words = f"by the map scale 1:{source.scale:,.0f}"
    if accuracy.get("assumed"):
        words += f"; assumed by {accuracy.get('assumed_by') or 'nobody named'}"
    else:
        words += "; as stated by the publisher"
    if accuracy.get("reason"):
        words += f" ({accuracy['reason']})"
    return words


def leg_words(leg: Mapping[str, str]) -> str:
    """What a table states of one leg, without what it leaves unsaid."""
    words = [
        leg["follows"] != NOT_STATED and f"follows {leg['follows']}",
        leg["moves"] != NOT_STATED and leg["moves"].replace("-", " ", 1),
        leg["prevails"] != NOT_STATED and f"{leg['prevails']} prevails",
    ]
    return ", ".join(word for word in words if word)


def place_labels(c: Comparison) -> tuple[str, ...]:
    """The labels that any source shows a settlement with, the parties' first."""
    lists = c.features.get("settlement_lists")
    found = {label for own in lists["sources"].values() for label in own["counts"]} if lists else set()
    return tuple(sorted(found, key=lambda label: (label not in {one.id for one in c.parties}, label)))


def settlements_apart(c: Comparison) -> list[Mapping[str, Any]]:
    """The settlements that sources put on different sides, in their order."""
    lists = c.features.get("settlement_lists")
    apart = set(lists["different_sides_ids"]) if lists else set()
    return [one for one in c.features.get("settlements", ()) if one["id"] in apart]
