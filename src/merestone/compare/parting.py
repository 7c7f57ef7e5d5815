"""Labels of a lines-only source: where its lines part the corridor, from the sides that others give.

The lines part the corridor into regions. A region is given the label (a party or `neither`) that
the two-sided sources give to at least two thirds of it, by the area of which they say one of these.
A line that ends within the corridor, or leaves a gap, parts nothing: the region around it holds
both sides, neither has two thirds, and the source stays silent. So it does, within a region of a
party, where no two-sided source shows land of either party: there the lines say nothing.
"""

from collections.abc import Sequence

import numpy as np
import shapely

from merestone.compare.vocabulary import Vocabulary
from merestone.geometry.faces import Faces, faces, inside
from merestone.model.findings import Finding, finding
from merestone.model.labels import BOTH, NEITHER, SILENT

_CLEAR = 2.0 / 3.0
"""Sources differ by a fraction of the corridor's width; what is not parted holds near half of each."""


def lines_only_codes(
    source: str,
    lines: Sequence[np.ndarray],
    corridor: shapely.MultiPolygon,
    cut: Faces,
    votes: np.ndarray,
    vocabulary: Vocabulary,
) -> tuple[np.ndarray, Finding]:
    """The code of each face for a lines-only source, (faces,), and the finding that tells how.

    ``cut`` are the faces of the whole overlay, ``votes`` (faces, two-sided sources) their codes.
    """
    quiet = vocabulary.code(SILENT)
    region = _regions(lines, corridor, cut.inner_points)
    parties = [vocabulary.code(party) for party in vocabulary.parties]
    choices = np.array([*parties, vocabulary.code(NEITHER)])
    votes_m2 = np.stack(
        [np.bincount(region, weights=cut.areas_m2 * (votes == code).sum(axis=1)) for code in choices], axis=1
    )
    total_m2 = votes_m2.sum(axis=1)
    clear = (total_m2 > 0.0) & (votes_m2.max(axis=1) >= _CLEAR * total_m2)
    if len(clear) < 2:
        clear[:] = False  # one region all over: nothing is parted
    codes = np.where(clear, choices[votes_m2.argmax(axis=1)], quiet)[region]
    shown = np.isin(votes, [*parties, vocabulary.code(BOTH)]).any(axis=1)
    codes = np.where(np.isin(codes, parties) & ~shown, quiet, codes)
    return codes, _note(source, codes, cut, vocabulary)


def _regions(lines: Sequence[np.ndarray], corridor: shapely.MultiPolygon, points: np.ndarray) -> np.ndarray:
    """The region of the corridor, as these lines alone part it, in which each place lies."""
    parts = faces([], lines, corridor).polygons
    found = np.zeros(len(points), dtype=np.intp)
    for k, part in enumerate(parts[1:], start=1):
        west, south, east, north = part.bounds
        lon, lat = points.T
        near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        found[near[inside(part, points[near])]] = k
    return found


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
