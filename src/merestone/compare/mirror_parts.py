"""Mirrored parts that results and their shapes have in common: findings, differences, standing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from merestone.compare.exchange import Exchange
from merestone.compare.order import sorted_findings
from merestone.model.catalogue import CATALOGUE
from merestone.model.findings import Finding
from merestone.model.results import Difference


def mirrored_findings(findings: Iterable[Finding], exchange: Exchange) -> tuple[Finding, ...]:
    """Parties in the values exchanged, messages rendered anew from them, sorted anew."""
    return sorted_findings(_finding(note, exchange) for note in findings)


def _finding(note: Finding, exchange: Exchange) -> Finding:
    values = {key: exchange.value(value, key) for key, value in note.values.items()}
    message = CATALOGUE[note.code].message(note.source, values)
    return replace(note, message=message, values=values)


def mirrored_difference(difference: Difference, exchange: Exchange) -> Difference:
    """The labels exchanged."""
    labels = {source: exchange.label(label) for source, label in difference.labels.items()}
    return replace(difference, labels=labels)


def mirrored_standing(standing: Mapping[str, Any], exchange: Exchange) -> Mapping[str, Any]:
    """Lists of parties exchanged and sorted anew; reasons stay with the party that gave them."""
    done: dict[str, Any] = {}
    for key, listed in standing.items():
        if key == "contested_by":
            items = [{**item, "party": exchange.party(item["party"])} for item in listed]
            done[key] = tuple(sorted(items, key=lambda item: (item["party"], item["reason"])))
        else:
            done[key] = tuple(sorted(exchange.party(party) for party in listed))
    return done
