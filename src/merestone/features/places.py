"""Places against every source: label, distance to the limit, where along the axis, which section.

Places are taken together, in arrays; a million of them are best taken in blocks, whose answers are
used up one after another.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from merestone.compare.axis import AxisIndex
from merestone.compare.courses import courses_of
from merestone.compare.ground import Ground
from merestone.compare.order import piece_key
from merestone.compare.targets import Target
from merestone.features.combined import Combiner
from merestone.features.labels import LabelSource, label_sources
from merestone.features.located import AtSource, Located, Signs, Small
from merestone.geometry.nearest import Nearest
from merestone.geometry.order import neighbourly
from merestone.geometry.space import earth_centred
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.labels import BOTH, NEITHER, SILENT
from merestone.model.lines import AxisPiece, SourceLimits
from merestone.model.results import Section
from merestone.model.sources import Case, SourceKind
from merestone.uncertainty.many import MANY, ManyPlaces
from merestone.uncertainty.model import error_model
from merestone.uncertainty.sides import SideModel

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

BLOCK = 1 << 18
"""Places that are best taken together: neighbours are found among them, and memory stays small."""
_SORTED = 64
"""Places that a nearest-point query takes as one block."""


class PlaceFinder:
    """Sources and axis of a case, ready to be asked about places."""

    def __init__(self, ground: Ground) -> None:
        case = ground.case
        self.case = case
        self.parties = (case.parties[0].id, case.parties[1].id)
        self._axis = _Axis(ground, case.ellipsoid)
        limits = {traced.source: traced for traced in ground.tracing.sources}
        says = label_sources(case.sources, self.parties, ground.regions, case.ellipsoid)
        lands = [
            side
            for source in case.sources
            if source.info.kind is SourceKind.TWO_SIDED
            for side in source.sides.values()
        ]
        self._sources = {}
        sides: dict[str, SideModel] = {}
        for one in says:
            sides[one.id] = SideModel(
                one.source, limits[one.id], error_model(one.source.info), self.parties, case.ellipsoid,
                ground.regions.get(one.id), lands,
            )  # fmt: skip
            self._sources[one.id] = _Facing(one, limits[one.id], self._axis, sides[one.id], case)
        self._combiner = Combiner(ground, {one.id: one for one in says}, sides)
        self.labels = says[0].vocabulary.labels if says else ()
        self._middle_deg = _middle_deg(ground)

    def labels_of(self, source: str) -> tuple[str, ...]:
        """The labels that a source can have at all, sorted."""
        return tuple(sorted(self.labels[code] for code in self._sources[source].likely))

    def find(self, lonlat: Floats, accuracy_95_m: Floats) -> Located:
        """What every source says of (n, 2) places, longitude and latitude in degrees on WGS 84.

        ``accuracy_95_m`` (n,) is the 95 % radius of each: 0 for an exact place, NaN where it is
        unknown. Longitudes may lie outside ±180. Any number of places may be asked at once; memory
        is about 50 bytes a place and source. Raises ValueError for coordinates that are not finite
        or beyond latitude ±90, and for a negative or infinite accuracy.
        """
        places = _checked(lonlat, accuracy_95_m)
        places = self._into_frame(places)
        order = neighbourly(earth_centred(places[:, 0], places[:, 1], self.case.ellipsoid), _SORTED)
        radius_m = np.asarray(accuracy_95_m, dtype=np.float64)
        some, radii_m = (places, radius_m) if order is None else (places[order], radius_m[order])
        found = {id_: source.face(some, radii_m) for id_, source in self._sources.items()}
        same_line = self._combiner.at(some, radii_m, found)
        if order is not None:
            back = np.empty(len(order), dtype=np.intp)
            back[order] = np.arange(len(order))
            # One after the other: of both orders of all of them there would be twice the memory.
            found = {id_: found.pop(id_).taken(back) for id_ in list(found)}
            same_line = tuple(at.taken(back) for at in same_line)
        near = np.zeros(len(places), dtype=bool)
        for at in found.values():
            near |= at.distance_m <= self.case.settings.corridor_m
        return Located(
            self.parties, self.labels, self._axis.piece_ids, self._axis.section_ids,
            places, radius_m, found, same_line, near,
        )  # fmt: skip

    def _into_frame(self, lonlat: Floats) -> Floats:
        """The places by whole turns of longitude as near as can be to where the limits lie."""
        turned = lonlat.copy()
        turned[:, 0] += 360.0 * np.rint((self._middle_deg - lonlat[:, 0]) / 360.0)
        return turned


def _checked(lonlat: Floats, accuracy_95_m: Floats) -> Floats:
    places = np.asarray(lonlat, dtype=np.float64)
    if places.ndim != 2 or places.shape[1] != 2 or np.shape(accuracy_95_m) != places.shape[:1]:
        raise ValueError(
            f"places and accuracies are {places.shape} and {np.shape(accuracy_95_m)}, not (n, 2) and (n,)"
        )
    if not np.isfinite(places).all() or np.abs(places[:, 1]).max(initial=0.0) > 90.0:
        raise ValueError("a place has a coordinate that is not finite or beyond latitude ±90")
    if (np.asarray(accuracy_95_m) < 0.0).any() or np.isinf(accuracy_95_m).any():
        raise ValueError("a place has an accuracy that is negative or infinite")
    return places


def _middle_deg(ground: Ground) -> float:
    """The middle of the working longitudes in which the limits lie."""
    lines = [
        strand.coords[:, 0]
        for traced in ground.tracing.sources
        for limit in traced.limits
        for strand in limit.strands
    ]
    if not lines:
        return 0.0
    return 0.5 * (min(float(lon.min()) for lon in lines) + max(float(lon.max()) for lon in lines))


def _nothing(label: Signs, said: tuple[Floats, tuple[int, ...], Signs, Signs]) -> AtSource:
    """What a source says of places that shows no limit at all."""
    count = len(label)
    unknown, none = np.full((count, 2), np.nan), np.zeros(count, dtype=np.int8)
    return AtSource(
        label, unknown[:, 0], none, unknown, none.astype(bool), none.astype(np.int16) - 1, unknown[:, 1],
        none.astype(np.int32) - 1, *said,
    )  # fmt: skip


def _likely(says: LabelSource) -> tuple[int, ...]:
    """Codes of the labels that a source can have at all."""
    source, vocabulary = says.source, says.vocabulary
    quiet = [SILENT] if says.lines_only or source.covers is not None else []
    if source.info.kind is SourceKind.ONE_SIDED:
        party = next(iter(source.sides))
        return tuple(vocabulary.code(label) for label in (party, f"not-{party}", *quiet))
    return tuple(vocabulary.code(label) for label in (*vocabulary.parties, BOTH, NEITHER, *quiet))


class _Facing:
    """One source: its labels, its limits, and where along the axis they lie."""

    def __init__(
        self, says: LabelSource, limits: SourceLimits, axis: "_Axis", sure: SideModel, case: Case
    ) -> None:
        self._says = says
        self._axis = axis
        self._sure, self._many = sure, ManyPlaces(sure, case.ellipsoid)
        self.likely = _likely(says)
        courses = courses_of(limits.limits)
        self._target = Target(courses, case.ellipsoid, case.settings.coincide_m) if courses else None

    def face(self, places: Floats, radius_m: Floats) -> AtSource:
        codes = self._says.codes_at(places)
        label = codes.astype(np.int8)
        sure = self._sure.at(places, radius_m, codes, self._many if len(places) > MANY else None)
        said = (sure.p[:, self.likely], self.likely, *sure.verdicts())
        if self._target is None:
            return _nothing(label, said)
        near = self._target.index.query(places)
        faced = self._target.faced(places, near)
        sign = np.where(faced.sided & ~faced.past_end, faced.sign, 0).astype(np.int8)
        piece, chainage_m = self._along(near)
        section = self._axis.sections_at(piece, chainage_m)
        return AtSource(
            label, faced.distance_m, sign, faced.foot, faced.past_end, piece, chainage_m, section, *said
        )

    def _along(self, near: Nearest) -> tuple[Small, Floats]:
        """Piece and chainage of the nearest points. Most places lie off a corner: those are known."""
        piece = np.full(len(near.line), -1, dtype=np.int16)
        chainage_m = np.full(len(near.line), np.nan)
        if not self._axis.pieces:
            return piece, chainage_m
        of_vertex, first = self._vertices
        at_vertex = (near.fraction == 0.0) | (near.fraction == 1.0)
        corner = np.flatnonzero(at_vertex)
        vertex = first[near.line[corner]] + near.edge[corner] + (near.fraction[corner] == 1.0)
        piece[corner], chainage_m[corner] = of_vertex[0][vertex], of_vertex[1][vertex]
        inner = np.flatnonzero(~at_vertex)
        piece[inner], chainage_m[inner] = self._axis.refer(near.foot[inner])
        return piece, chainage_m

    @cached_property
    def _vertices(self) -> tuple[tuple[Codes, Floats], Codes]:
        """Piece and chainage of every vertex, course after course, and the first vertex of each course."""
        assert self._target is not None
        courses = self._target.courses
        count = np.array([len(course.coords) for course in courses])
        return self._axis.refer(np.concatenate([course.coords for course in courses])), np.cumsum(
            count
        ) - count


class _Axis:
    """Pieces and sections of the axis, to be found by place."""

    def __init__(self, ground: Ground, ellipsoid: Ellipsoid) -> None:
        cut = {section.piece for section in ground.sections}
        chosen = [piece for piece in ground.tracing.pieces if piece.id in cut]
        self.pieces: tuple[AxisPiece, ...] = tuple(sorted(chosen, key=lambda piece: piece_key(piece.id)))
        self.piece_ids = tuple(piece.id for piece in self.pieces)
        self._index = AxisIndex(self.pieces, ellipsoid)
        self._starts_km, self._numbers = _starts(ground.sections, self.piece_ids)
        self.section_ids = tuple(section.id for section in ground.sections)

    def refer(self, points: Floats) -> tuple[Codes, Floats]:
        """Piece and chainage of the axis point nearest to each of (n, 2) places."""
        places = self._index.refer(points)
        return places.piece, places.chainage_m

    def sections_at(self, piece: Small, chainage_m: Floats) -> NDArray[np.int32]:
        """The number of the section at each place along the axis; at a break the one that begins there."""
        found = np.full(len(piece), -1, dtype=np.int32)
        for number, starts_km in enumerate(self._starts_km):
            on = np.flatnonzero(piece == number)
            at = np.searchsorted(starts_km, chainage_m[on] / 1000.0, side="right") - 1
            found[on] = self._numbers[number][np.maximum(at, 0)]
        return found


def _starts(sections: Sequence[Section], pieces: Sequence[str]) -> tuple[list[Floats], list[Codes]]:
    """For each piece where its sections begin, and their numbers among all sections."""
    starts_km, numbers = [], []
    for piece in pieces:
        own = [k for k, section in enumerate(sections) if section.piece == piece]
        own.sort(key=lambda k: sections[k].from_km)
        starts_km.append(np.array([sections[k].from_km for k in own]))
        numbers.append(np.array(own, dtype=np.intp))
    return starts_km, numbers
