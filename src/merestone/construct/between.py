"""Which lines of two sources a candidate is drawn between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

from merestone.construct.chains import joined_strands
from merestone.errors import BadInputError
from merestone.geometry.lengths import chainages_m
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import Limit, Strand, Tracing


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The strands of one source by piece; if ``sided`` each has the party first by id on its left."""

    name: str
    source: str
    pieces: Mapping[str, tuple[Strand, ...]]
    sided: bool
    findings: tuple[Finding, ...]


def chosen_limits(tracing: Tracing, name: str, parties: tuple[str, str]) -> Chosen:
    """The limits that ``name`` names: ``source``, or ``source:PARTY`` for the limit of one party.

    Where the two sides of a source run apart it has a limit for each; without a party the shorter one of
    the piece counts, as for the axis, and a finding says so. Raises BadInputError for unknown names.
    """
    source, _, party = name.partition(":")
    own = {one.source: one.limits for one in tracing.sources}
    if source not in own:
        raise BadInputError(f"'{source}' is no source of this dossier; name one of {', '.join(sorted(own))}")
    if party and party not in parties:
        raise BadInputError(f"'{name}' names the party '{party}'; the parties are {' and '.join(parties)}")
    if not own[source]:
        raise BadInputError(f"source '{source}' shows no limit, so nothing can be drawn from it")
    pieces: dict[str, tuple[Strand, ...]] = {}
    notes: list[Finding] = []
    for piece in sorted({limit.piece for limit in own[source]}):
        limits = [limit for limit in own[source] if limit.piece == piece]
        picked, note = _of_piece(limits, party or None, parties)
        notes += note
        if picked:
            strands = tuple(strand for limit in picked for strand in limit.strands)
            pieces[piece] = joined_strands(strands)
    sided = all(limit.sided for limit in own[source])
    return Chosen(name, source, pieces, sided, tuple(notes))


def _of_piece(
    limits: Sequence[Limit], party: str | None, parties: tuple[str, str]
) -> tuple[list[Limit], list[Finding]]:
    common = [limit for limit in limits if limit.party is None]
    alone = {one: [limit for limit in limits if limit.party == one] for one in parties}
    if party is not None:
        return [*common, *alone[party]], []
    if not all(alone.values()):
        return list(limits), []
    length_m = {one: fsum(limit.length_m for limit in alone[one]) for one in parties}
    shorter = min(parties, key=lambda one: (round(length_m[one], 3), _shape(alone[one])))
    note = finding(
        "candidate-side-chosen",
        source=limits[0].source,
        piece=limits[0].piece,
        party=shorter,
        length_km=round(length_m[shorter] / 1000.0, 3),
        other_km=round(max(length_m.values()) / 1000.0, 3),
    )
    return [*common, *alone[shorter]], [note]


def _shape(limits: Sequence[Limit]) -> list[list[float]]:
    """Something of the shape alone, whatever the direction of the strands."""
    ends = [end.tolist() for limit in limits for strand in limit.strands for end in strand.coords[[0, -1]]]
    return sorted(ends)


def oriented_like(
    strands: Sequence[Strand], model: Sequence[Strand], ellipsoid: Ellipsoid
) -> tuple[Strand, ...]:
    """Strands without sides turned so that they run along others that have them (or along one another's)."""
    index = EdgeIndex([strand.coords for strand in model], ellipsoid)
    along = [chainages_m(strand.coords, ellipsoid) for strand in model]
    turned = []
    for strand in strands:
        near = index.query(strand.coords)
        at_m = np.empty(len(strand.coords))
        for number, chainage_m in enumerate(along):
            on = near.line == number
            edge = near.edge[on]
            at_m[on] = chainage_m[edge] + near.fraction[on] * (chainage_m[edge + 1] - chainage_m[edge])
        step = np.diff(at_m)
        step[near.line[1:] != near.line[:-1]] = 0.0
        back = float(step.sum()) < 0.0
        turned.append(
            Strand(strand.coords[::-1].copy(), strand.open_end, strand.open_start) if back else strand
        )
    return joined_strands(turned)
