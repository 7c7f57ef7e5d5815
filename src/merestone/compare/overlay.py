"""The overlay: the corridor cut by what every source draws, and what every source says of each face."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from merestone.compare.parting import LabelledRegions, labelled_regions, lines_only_codes
from merestone.compare.vocabulary import Vocabulary
from merestone.geometry.faces import Faces, faces, inside
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.labels import BOTH, NEITHER, SILENT, says
from merestone.model.progress import Progress, silent
from merestone.model.results import Regions
from merestone.model.sources import Party, Source, SourceKind

_INCOMPLETE_M2 = 1.0
"""Faces on the robust grid may miss the corridor by its rounding, some 1e-6 m along its edge."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """Faces of the corridor with the label of every source.

    ``codes`` is (faces, sources): the code of what the source in that column says of the face.
    Sources are in the order of their ids.
    """

    vocabulary: Vocabulary
    sources: tuple[str, ...]
    one_sided: tuple[str | None, ...]
    """The party of each one-sided source, None for the others."""
    faces: Faces
    codes: np.ndarray
    regions: tuple[LabelledRegions, ...]
    """For each lines-only source how its lines part the corridor."""
    findings: tuple[Finding, ...]

    @cached_property
    def classes(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct label vectors, (k, sources), and which of them each face has, (faces,)."""
        vectors, which = np.unique(self.codes, axis=0, return_inverse=True)
        return vectors, which.reshape(-1)

    def labels_of(self, vector: Sequence[int]) -> dict[str, str]:
        """The label of every source from one row of codes."""
        labels = self.vocabulary.labels
        return {source: labels[code] for source, code in zip(self.sources, vector, strict=True)}

    def says(self, vector: Sequence[int], party: str) -> tuple[bool | None, ...]:
        """What every source says of `party`'s land: yes, no, or None where it is silent."""
        labels = self.vocabulary.labels
        return tuple(
            says(labels[code], party, one_sided=alone)
            for code, alone in zip(vector, self.one_sided, strict=True)
        )


def overlay(
    parties: tuple[Party, Party],
    sources: Sequence[Source],
    corridor: shapely.MultiPolygon,
    ellipsoid: Ellipsoid = WGS84,
    progress: Progress = silent,
) -> Overlay:
    """Lay all sources over one another within the corridor.

    Every side, every line of a lines-only source and every edge of what a source covers cuts the
    corridor; no edge is moved. Findings tell where that could not be had exactly, and how
    lines-only sources came by their labels.
    """
    ordered = sorted(sources, key=lambda source: source.info.id)
    vocabulary = Vocabulary((parties[0].id, parties[1].id))
    progress("overlay", "cutting the corridor")
    cut = faces(
        [area for source in ordered for area in _areas(source)],
        [line for source in ordered for line in _lines(source)],
        corridor,
        ellipsoid,
    )
    codes = np.empty((len(cut.polygons), len(ordered)), dtype=np.int8)
    for column, source in enumerate(ordered):
        progress("overlay", source.info.id, column / len(ordered))
        codes[:, column] = codes_at(source, vocabulary, cut.inner_points)
    notes = _noding_findings(cut)
    votes = codes[:, [source.info.kind is SourceKind.TWO_SIDED for source in ordered]]
    regions = []
    for column, source in enumerate(ordered):
        if source.lines is not None:
            parted = labelled_regions(source.info.id, _lines(source), corridor, cut, votes, vocabulary)
            drawn, note = lines_only_codes(parted, cut, votes, vocabulary)
            codes[:, column] = where_covered(source, drawn, vocabulary, cut.inner_points)
            regions.append(parted)
            notes.append(note)
    return Overlay(
        vocabulary,
        tuple(source.info.id for source in ordered),
        tuple(_alone(source) for source in ordered),
        cut,
        codes,
        tuple(regions),
        tuple(notes),
    )


def regions_of(overlay: Overlay) -> dict[str, Regions]:
    """What the lines of each lines-only source part off, with labels as results hold them."""
    labels = overlay.vocabulary.labels
    return {
        found.source: Regions(found.polygons, tuple(labels[code] for code in found.codes.tolist()))
        for found in overlay.regions
    }


def _alone(source: Source) -> str | None:
    return next(iter(source.sides)) if source.info.kind is SourceKind.ONE_SIDED else None


def _areas(source: Source) -> list[shapely.Geometry]:
    covers = [] if source.covers is None else [source.covers]
    return [*source.sides.values(), *covers]


def _lines(source: Source) -> list[np.ndarray]:
    return [] if source.lines is None else [shapely.get_coordinates(line) for line in source.lines.geoms]


def codes_at(source: Source, vocabulary: Vocabulary, points: np.ndarray) -> np.ndarray:
    """The code of what a source says of each of (n, 2) places; a lines-only source is silent here."""
    return where_covered(source, codes_of_sides(source, vocabulary, points), vocabulary, points)


def codes_of_sides(source: Source, vocabulary: Vocabulary, points: np.ndarray) -> np.ndarray:
    """The same from its sides alone, as if it covered everything."""
    one, other = vocabulary.parties
    if source.info.kind is SourceKind.LINES:
        return np.full(len(points), vocabulary.code(SILENT), dtype=np.int8)
    if (alone := _alone(source)) is not None:
        shown = inside(source.sides[alone], points)
        codes = np.where(shown, vocabulary.code(alone), vocabulary.code(f"not-{alone}"))
    else:
        in_one, in_other = inside(source.sides[one], points), inside(source.sides[other], points)
        codes = np.select(
            [in_one & in_other, in_one, in_other],
            [vocabulary.code(BOTH), vocabulary.code(one), vocabulary.code(other)],
            vocabulary.code(NEITHER),
        )
    return codes


def where_covered(
    source: Source, codes: np.ndarray, vocabulary: Vocabulary, points: np.ndarray
) -> np.ndarray:
    """The codes where the source speaks at all, the code of `silent` elsewhere."""
    if source.covers is None:
        return codes
    return np.where(inside(source.covers, points), codes, vocabulary.code(SILENT))


def _noding_findings(cut: Faces) -> list[Finding]:
    if cut.snapped_m == 0.0:
        return []
    code = "overlay-snapped" if abs(cut.missing_m2) <= _INCOMPLETE_M2 else "overlay-incomplete"
    return [finding(code, grid_m=cut.snapped_m, missing_m2=abs(cut.missing_m2))]
