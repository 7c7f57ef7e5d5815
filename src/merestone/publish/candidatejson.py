"""``candidate.json``: a candidate line with the reasons for every turning point."""

from collections.abc import Mapping
from typing import Any

from merestone.model.candidates import Candidate, CandidateLine, TurningPoint
from merestone.model.settings import Settings
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import Rounding, rounded

FORMAT = "merestone-candidate/1"


def candidate_json(candidate: Candidate, head: Mapping[str, Any], settings: Settings) -> bytes:
    """The bytes of ``candidate.json``. ``head`` holds tool, dossier (or None) and parties.

    Raises ValueError with the key where a figure is NaN or infinite.
    """
    return json_bytes(rounded(candidate_tree(candidate, head), Rounding(settings.rounding)))


def candidate_tree(candidate: Candidate, head: Mapping[str, Any]) -> dict[str, Any]:
    """The same as plain values, unrounded."""
    return {
        "format": FORMAT,
        **plain(dict(head)),
        "kind": candidate.kind.value,
        "bases": list(candidate.bases),
        "parameters": plain(candidate.parameters),
        "frame": candidate.frame,
        "length_km": candidate.length_km,
        "lines": [_line(line, candidate) for line in candidate.lines],
        "turning_points": [_point(point) for point in candidate.turning_points],
        "effects": plain(candidate.effects),
        "joins": plain(candidate.joins),
        "tripoints": plain(candidate.tripoints),
        "checks": plain(candidate.checks) or None,
        "findings": plain(candidate.findings),
    }


def _line(line: CandidateLine, candidate: Candidate) -> dict[str, Any]:
    numbers = [point.n for point in candidate.turning_points if point.line == line.id]
    return {
        "id": line.id,
        "piece": line.piece,
        "closed": line.closed,
        "length_km": line.length_m / 1000.0,
        "turning_points": [numbers[0], numbers[-1]],
        "ends": [
            {"end": line.ends[k], "bearing_deg": line.bearing_deg[k], "point": line.coords[-k].tolist()}
            for k in (0, 1)
        ],
    }


def _point(point: TurningPoint) -> dict[str, Any]:
    first = {base.party: base for base in point.bases if not base.second}
    further = {base.party: [base.lon, base.lat] for base in point.bases if base.second}
    return {
        "n": point.n,
        "line": point.line,
        "lon": point.lon,
        "lat": point.lat,
        "base_points": {party: [first[party].lon, first[party].lat] for party in sorted(first)},
        "base_on": {party: first[party].on for party in sorted(first)},
        "further_base_points": {party: further[party] for party in sorted(further)},
        "distance_m": point.distance_m,
        "distances_m": {party: first[party].distance_m for party in sorted(first)},
        "condition": point.condition,
        "leg": None if point.leg is None else plain(point.leg),
    }
