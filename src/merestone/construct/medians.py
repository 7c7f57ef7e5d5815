"""Medians between two sources of a dossier, or between two given bases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np
import shapely

from merestone.construct.between import Chosen, chosen_limits, oriented_like
from merestone.construct.candidate import Part, candidate_of
from merestone.construct.chains import joined_strands, line_set
from merestone.construct.drawing import How, Task, drawn_median
from merestone.construct.field import Floats, LineSet
from merestone.construct.sectioning import section_pieces
from merestone.construct.swept import swept_between
from merestone.construct.turning import Vertices
from merestone.errors import BadInputError
from merestone.model.candidates import Candidate, CandidateKind, CandidateLine
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import Strand, Tracing
from merestone.model.results import Section
from merestone.model.sources import Source

_ALONG = "M"
_THROUGHOUT_M = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class GivenBase:
    """A coast, baseline or base points of one party. ``whole`` has the ignored features too, else None."""

    party: str
    strands: tuple[Strand, ...]
    drawn: Floats | None
    whole: tuple[Strand, ...] | None = None
    ignored: tuple[str, ...] = ()


def median_between_sources(
    tracing: Tracing,
    sources: Sequence[Source],
    parties: tuple[str, str],
    names: tuple[str, str],
    sections: Sequence[Section],
    how: How,
    ellipsoid: Ellipsoid,
    *,
    one_line: bool = False,
) -> Candidate:
    """The median of the limits of two sources, piece by piece; of some sections alone where they are given.

    Limits that coincide throughout are one line already, which ``one_line`` takes for the answer. Raises
    BadInputError where they do and it is not set, where a source is unknown or both show no piece together.
    """
    tasks, notes = tasks_between(tracing, sources, parties, names, sections, ellipsoid)
    parts = [_drawn_or_refused(task, how, ellipsoid) for task in tasks]
    if not one_line:
        _refuse_one_line(parts, names)
    parameters = {
        "between": list(names), "ratio": list(how.ratio), "chord_m": how.chord_m,
        "reach_km": how.reach_m / 1000.0, "sections": [section.id for section in sections],
    }  # fmt: skip
    return candidate_of(CandidateKind.MEDIAN, parameters, names, parts, notes)


def tasks_between(
    tracing: Tracing,
    sources: Sequence[Source],
    parties: tuple[str, str],
    names: tuple[str, str],
    sections: Sequence[Section],
    ellipsoid: Ellipsoid,
) -> tuple[list[Task], list[Finding]]:
    """The pairs of limits, piece by piece, that a line between two sources is drawn from."""
    one, other = (chosen_limits(tracing, name, parties) for name in names)
    wanted, cut = section_pieces(tracing, sections)
    shared = sorted(set(one.pieces) & set(other.pieces), key=_by_piece)
    pieces = [piece for piece in shared if not sections or piece in wanted]
    if not pieces:
        raise BadInputError(
            f"'{one.name}' and '{other.name}' show no piece of the line together"
            + (f" in {', '.join(section.id for section in sections)}" if sections else "")
            + "; name two sources that do (`merestone compare` lists the pieces of each)"
        )
    drawn = _drawn_vertices(sources)
    along = {piece.id: piece for piece in tracing.pieces}
    tasks = [
        Task(
            _sets(one, other, piece, ellipsoid), (one.name, other.name),
            (drawn[one.source], drawn[other.source]), piece, along.get(piece), tuple(cut.get(piece, ())),
        )
        for piece in pieces
    ]  # fmt: skip
    return tasks, [*one.findings, *other.findings, *_alone(one, other, sections)]


def _by_piece(name: str) -> tuple[str, int]:
    return name[0].translate({ord("M"): "0"}), int(name[1:])


def _drawn_vertices(sources: Sequence[Source]) -> Mapping[str, Vertices | None]:
    return {source.info.id: _as_vertices(source.drawn) for source in sources}


def _as_vertices(drawn: Floats | None) -> Vertices | None:
    return None if drawn is None else frozenset((lon, lat) for lon, lat in drawn.tolist())


def _sets(one: Chosen, other: Chosen, piece: str, ellipsoid: Ellipsoid) -> tuple[LineSet, LineSet]:
    """Both sets with sides: lines of a source that has none run along those of the other."""
    a, b = one.pieces[piece], other.pieces[piece]
    if not one.sided:
        a = oriented_like(a, b, ellipsoid)
    elif not other.sided:
        b = oriented_like(b, a, ellipsoid)
    return line_set(a, sided=True), line_set(b, sided=True)


def _drawn_or_refused(task: Task, how: How, ellipsoid: Ellipsoid) -> Part:
    drawn = drawn_median(task, how, ellipsoid)
    refuse_nothing(drawn.lines, task, how)
    return Part(task.name, drawn)


def refuse_nothing(lines: Sequence[CandidateLine], task: Task, how: How) -> None:
    """Raises BadInputError where there is no line: a candidate without one tells nothing."""
    if lines:
        return
    one, other = task.names
    where = f" along {task.name}" if task.name else ""
    raise BadInputError(
        f"nothing is equally far from '{one}' and '{other}'{where} within {how.reach_m / 1000.0:g} km of "
        "both that is not controlled by an open end: the two do not face one another there; name others, "
        "or a larger --reach-km"
    )


def _refuse_one_line(parts: Sequence[Part], names: tuple[str, str]) -> None:
    """Raises BadInputError where both limits coincide along all that would be drawn."""
    length_m = fsum(line.length_m for part in parts for line in part.drawn.lines)
    if fsum(part.drawn.coincident_m for part in parts) > length_m - _THROUGHOUT_M:
        raise BadInputError(
            f"'{names[0]}' and '{names[1]}' coincide throughout ({length_m / 1000.0:.3f} km): both are one"
            " line, and there is nothing to halve; name two that differ, or take that line itself"
        )


def _alone(one: Chosen, other: Chosen, sections: Sequence[Section]) -> list[Finding]:
    """Pieces that one of the two shows alone; not asked for where sections are."""
    if sections:
        return []
    return [
        finding(
            "candidate-piece-not-in-both",
            piece=piece,
            shown_by=shows.source,
            missing_in=lacks.source,
        )
        for shows, lacks in ((one, other), (other, one))
        for piece in sorted(set(shows.pieces) - set(lacks.pieces), key=_by_piece)
    ]


def median_between_bases(bases: tuple[GivenBase, GivenBase], how: How, ellipsoid: Ellipsoid) -> Candidate:
    """The median of two coasts, baselines or sets of base points, and what ignoring some of them changes."""
    names = (bases[0].party, bases[1].party)
    vertices = (_as_vertices(bases[0].drawn), _as_vertices(bases[1].drawn))
    sets = _given_sets((bases[0].strands, bases[1].strands), ellipsoid)
    part = _drawn_or_refused(Task(sets, names, vertices), how, ellipsoid)
    _refuse_one_line([part], names)
    notes: list[Finding] = []
    for base in bases:
        if base.whole is not None:
            one, other = ((b.whole or b.strands) if b is base else b.strands for b in bases)
            whole = drawn_median(Task(_given_sets((one, other), ellipsoid), names, vertices), how, ellipsoid)
            moved = swept_between(part.drawn.lines, whole.lines, ellipsoid)
            notes.append(
                finding(
                    "base-ignored", base=base.party, features=list(base.ignored),
                    largest_m=round(moved.largest_m, 3), area_km2=round(moved.area_m2 / 1e6, 4),
                )
            )  # fmt: skip
    parameters = {
        "ratio": list(how.ratio), "chord_m": how.chord_m, "reach_km": how.reach_m / 1000.0,
        "ignored": {base.party: list(base.ignored) for base in bases if base.ignored},
    }  # fmt: skip
    return candidate_of(CandidateKind.MEDIAN, parameters, names, [part], notes)


def _given_sets(
    strands: tuple[Sequence[Strand], Sequence[Strand]], ellipsoid: Ellipsoid
) -> tuple[LineSet, LineSet]:
    """Two sets in one range of longitudes; of lines that cross, with sides: the median runs between them."""
    one, other = _in_one_frame(strands)
    if _cross(one, other) and all(len(s.coords) > 1 for s in [*one, *other]):
        along = oriented_like(one, _canonical(one), ellipsoid)
        beside = oriented_like(other, along, ellipsoid)
        return line_set(along, sided=True), line_set(beside, sided=True)
    return line_set(one, sided=False), line_set(other, sided=False)


def _canonical(strands: Sequence[Strand]) -> list[Strand]:
    """The strands in directions of their own, so that how a file draws them makes no difference."""
    some = line_set(strands, sided=False)
    return [Strand(line, *open_) for line, open_ in zip(some.lines, some.open_.tolist(), strict=True)]


def _in_one_frame(strands: tuple[Sequence[Strand], Sequence[Strand]]) -> list[list[Strand]]:
    """All lines moved by whole turns into one half turn to either side of the middle of where they lie."""
    every = [*strands[0], *strands[1]]
    middles = [0.5 * float(s.coords[:, 0].min() + s.coords[:, 0].max()) for s in every]
    reference = _middle_of(middles)
    moved = []
    for some in strands:
        placed = []
        for strand in some:
            middle = 0.5 * float(strand.coords[:, 0].min() + strand.coords[:, 0].max())
            turn = 360.0 * np.rint((reference - middle) / 360.0)
            coords = strand.coords + np.array([turn, 0.0]) if turn else strand.coords
            placed.append(replace(strand, coords=coords))
        moved.append(list(joined_strands(placed)))
    return moved


def _middle_of(degrees: Sequence[float]) -> float:
    """The middle of the shortest arc that holds all longitudes: opposite to the middle of the widest gap."""
    sorted_ = sorted(lon % 360.0 for lon in degrees)
    gaps = [
        (following - lon, lon)
        for lon, following in zip(sorted_, [*sorted_[1:], sorted_[0] + 360.0], strict=True)
    ]
    width, west = max(gaps)
    middle = west + 0.5 * width + 180.0
    return (middle + 180.0) % 360.0 - 180.0


def _cross(one: Sequence[Strand], other: Sequence[Strand]) -> bool:
    drawn = [[shapely.LineString(s.coords) for s in some if len(s.coords) > 1] for some in (one, other)]
    a, b = (shapely.MultiLineString(lines) for lines in drawn)
    return bool(shapely.intersects(a, b))
