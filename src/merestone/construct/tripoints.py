"""Tripoints near the open ends of a candidate, where an agreement of the third State states them.

A candidate stops short of a tripoint: two States cannot fix what is the third one's too. Where the dossier's
register of the legal basis has an instrument of all three that states the point, it is told beside the
open end, with its distance; the line itself is not drawn to it.
"""

from collections.abc import Sequence
from dataclasses import replace

from pyproj import Geod

from merestone.model.candidates import OPEN, Candidate
from merestone.model.documents import Instrument
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import finding


def with_tripoints(
    candidate: Candidate, instruments: Sequence[Instrument], near_m: float, ellipsoid: Ellipsoid
) -> Candidate:
    """The candidate with the stated tripoints that lie within ``near_m`` of one of its open ends.

    Each is told at the open end nearest to it.
    """
    geod = Geod(a=ellipsoid.a_m, f=ellipsoid.f)
    ends = [
        (line.id, *line.coords[-k].tolist())
        for line in candidate.lines
        for k in (0, 1)
        if line.ends[k] == OPEN
    ]
    told, notes = [], []
    for one in sorted(instruments, key=lambda one: one.id):
        if one.tripoint is None or not ends:
            continue
        lon, lat = one.tripoint
        away = [(geod.inv(lon, lat, end[1], end[2])[2], end) for end in ends]
        distance_m, (line, *end) = min(away)
        if distance_m > near_m:
            continue
        told.append(
            {
                "instrument": one.id,
                "parties": list(one.parties),
                "point": [lon, lat],
                "line": line,
                "end": end,
                "distance_m": distance_m,
            }
        )
        notes.append(
            finding(
                "candidate-tripoint-stated", place=(lon, lat), line=line, instrument=one.id,
                parties=list(one.parties), distance_m=round(distance_m, 3),
            )
        )  # fmt: skip
    return replace(candidate, tripoints=tuple(told), findings=(*candidate.findings, *notes))
