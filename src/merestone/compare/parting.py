"""Labels of a lines-only source: where its lines part the corridor, from the sides that others give.

The lines part the corridor into regions. A region is given the label (a party or `neither`) that
the two-sided sources give to at least two thirds of it, by the area of which they say one of these.
A line that ends within the corridor, or leaves a gap, parts nothing: the region around it holds
both sides, neither has two thirds, and the source stays silent. So it does, within a region of a
party, where no two-sided source shows land of either party: there the lines say nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from merestone.compare.vocabulary import Vocabulary
from merestone.geometry.faces import Faces, faces, inside
from merestone.model.findings import Finding, finding
from merestone.model.labels import BOTH, NEITHER, SILENT

_CLEAR = 2.0 / 3.0
"""Sources differ by a fraction of the corridor's width; what is not parted holds near half of each."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledRegions:
    """The regions of the corridor as the lines of one source part it, and the code of each."""

    source: str
    polygons: np.ndarray
    codes: np.ndarray

    def codes_at(self, points: np.ndarray, outside: int) -> np.ndarray:
        """The code of the region in which each of (n, 2) places lies, ``outside`` beyond all."""
        found = np.full(len(points), outside)
        lon, lat = points.T
        for polygon, code in zip(self.polygons, self.codes.tolist(), strict=True):
            west, south, east, north = polygon.bounds
            near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
            found[near[inside(polygon, points[near])]] = code
        return found


def labelled_regions(
    source: str,
    lines: Sequence[np.ndarray],
    corridor: shapely.MultiPolygon,
    cut: Faces,
    votes: np.ndarray,
    vocabulary: Vocabulary,
) -> LabelledRegions:
    """The regions of a lines-only source with the labels that others give them.

    ``cut`` are the faces of the whole overlay, ``votes`` (faces, two-sided sources) their codes.
    """
    parts = faces([], lines, corridor).polygons
    region = LabelledRegions(source, parts, np.arange(len(parts))).codes_at(cut.inner_points, 0)
    choices = np.array([vocabulary.code(label) for label in (*vocabulary.parties, NEITHER)])
    votes_m2 = np.stack(
        [
            np.bincount(region, weights=cut.areas_m2 * (votes == code).sum(axis=1), minlength=len(parts))
            for code in choices
        ],
        axis=1,
    )
    total_m2 = votes_m2.sum(axis=1)
    clear = (total_m2 > 0.0) & (votes_m2.max(axis=1) >= _CLEAR * total_m2)
    if len(parts) < 2:
        clear[:] = False  # one region all over: nothing is parted
    codes = np.where(clear, choices[votes_m2.argmax(axis=1)], vocabulary.code(SILENT))
    return LabelledRegions(source, parts, codes)


def lines_only_codes(
    regions: LabelledRegions, cut: Faces, votes: np.ndarray, vocabulary: Vocabulary
) -> tuple[np.ndarray, Finding]:
    """The code of each face for a lines-only source, (faces,), and the finding that tells how."""
    quiet = vocabulary.code(SILENT)
    parties = [vocabulary.code(party) for party in vocabulary.parties]
    codes = regions.codes_at(cut.inner_points, quiet)
    shown = np.isin(votes, [*parties, vocabulary.code(BOTH)]).any(axis=1)
    codes = np.where(np.isin(codes, parties) & ~shown, quiet, codes)
    return codes, _note(regions.source, codes, cut, vocabulary)


def _note(source: str, codes: np.ndarray, cut: Faces, vocabulary: Vocabulary) -> Finding:
    area_km2 = {
        label: round(float(cut.areas_m2[codes == vocabulary.code(label)].sum()) / 1e6, 4)
        for label in sorted(vocabulary.labels)
        if (codes == vocabulary.code(label)).any()
    }
    silent_km2 = area_km2.pop(SILENT, 0.0)
    if not area_km2:
        return finding("lines-part-nothing", source=source, silent_km2=silent_km2)
    return finding("lines-labelled-by-others", source=source, area_km2=area_km2, silent_km2=silent_km2)
