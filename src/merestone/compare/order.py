"""Orders that results are written in. Those that party ids take part in are sorted anew by ``mirror``."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from merestone.model.findings import Finding, Severity
from merestone.model.results import LimitResult

V = TypeVar("V")
_SEVERITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def piece_key(piece: str) -> tuple[int, int, str]:
    """Main pieces, then enclaves, then what the axis source does not show; each by number."""
    match = re.fullmatch(r"([MEX])(\d+)", piece)
    return (3, 0, piece) if match is None else ("MEX".index(match[1]), int(match[2]), piece)


def sorted_limits(limits: Iterable[LimitResult]) -> tuple[LimitResult, ...]:
    """By piece; a limit of both parties before those of one, these by id."""
    return tuple(sorted(limits, key=lambda limit: (piece_key(limit.piece), limit.party or "", limit.id)))


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by code, source, place, message and values."""
    return tuple(
        sorted(
            findings,
            key=lambda note: (
                _SEVERITY[note.severity],
                note.code,
                note.source or "",
                note.place or (),
                note.message,
                json.dumps(note.values, sort_keys=True, default=str),
            ),
        )
    )


def sorted_districts(districts: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """By id, then party."""
    return tuple(sorted(districts, key=lambda district: (district["id"], district["party"])))


def sorted_adjoining(pairs: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Pairs of districts: the longest common axis first, then by ids, then by whose they are."""
    return tuple(
        sorted(
            pairs,
            key=lambda pair: (
                -(pair["axis_km"] or 0.0),
                sorted(one["id"] for one in pair["districts"].values()),
                sorted((party, one["id"]) for party, one in pair["districts"].items()),
            ),
        )
    )


def sorted_keys(mapping: Mapping[str, V]) -> dict[str, V]:
    """The same mapping with its keys in the order of their code points."""
    return {key: mapping[key] for key in sorted(mapping)}
