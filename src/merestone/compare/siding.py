"""Sides of lines that name no parties: a limit that parts one party's region from the other's has them."""

from dataclasses import replace

import numpy as np

from merestone.compare.overlay import Overlay
from merestone.compare.parting import LabelledRegions
from merestone.geometry.lengths import edge_lengths_m
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.labels import SILENT
from merestone.model.lines import Limit, Strand, Tracing

_BESIDE_DEG = 1e-8
"""How far beside the middle of an edge its sides are looked up: 1 mm."""
_MOST = 0.95
"""Share of a strand's length that must part the parties in one sense for all of it to have sides."""


def with_sides(tracing: Tracing, overlay: Overlay, ellipsoid: Ellipsoid = WGS84) -> Tracing:
    """The tracing in which limits of lines-only sources have sides wherever their labels give them.

    A limit gets them if every strand of it runs, for 95 % of its length, between a region labelled
    as the one party's and a region labelled as the other's; its strands are turned so that the
    party first by id lies on their left. Other limits stay as they are.
    """
    regions = {found.source: found for found in overlay.regions}
    return replace(
        tracing,
        sources=tuple(
            replace(
                traced,
                limits=tuple(
                    _sided(limit, regions[traced.source], overlay, ellipsoid) for limit in traced.limits
                ),
            )
            if traced.source in regions
            else traced
            for traced in tracing.sources
        ),
    )


def _sided(limit: Limit, regions: LabelledRegions, overlay: Overlay, ellipsoid: Ellipsoid) -> Limit:
    if limit.sided:
        return limit
    strands = [_turned(strand, regions, overlay, ellipsoid) for strand in limit.strands]
    known = [strand for strand in strands if strand is not None]
    if len(known) < len(strands):
        return limit
    return replace(limit, strands=tuple(known), sided=True)


def _turned(
    strand: Strand, regions: LabelledRegions, overlay: Overlay, ellipsoid: Ellipsoid
) -> Strand | None:
    """The strand with the party first by id on its left, or None where its sides are not known."""
    first, second = (overlay.vocabulary.code(party) for party in overlay.vocabulary.parties)
    left, right = _beside(strand.coords, regions, overlay.vocabulary.code(SILENT))
    length_m = edge_lengths_m(strand.coords, ellipsoid)
    enough_m = _MOST * length_m.sum()
    if length_m[(left == first) & (right == second)].sum() >= enough_m:
        return strand
    if length_m[(left == second) & (right == first)].sum() >= enough_m:
        return Strand(strand.coords[::-1].copy(), strand.open_end, strand.open_start)
    return None


def _beside(coords: np.ndarray, regions: LabelledRegions, quiet: int) -> tuple[np.ndarray, np.ndarray]:
    """The codes to the left and to the right of the middle of each edge."""
    step = np.diff(coords, axis=0)
    length = np.maximum(np.hypot(*step.T), 1e-300)[:, None]
    to_left = np.stack([-step[:, 1], step[:, 0]], axis=1) / length * _BESIDE_DEG
    middle = 0.5 * (coords[1:] + coords[:-1])
    return regions.codes_at(middle + to_left, quiet), regions.codes_at(middle - to_left, quiet)
