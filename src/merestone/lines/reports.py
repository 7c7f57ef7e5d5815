"""What tracing found worth telling: findings of the sources, each with its place and figures."""

from collections.abc import Iterator, Sequence
from math import fsum

import numpy as np

from merestone.geometry.areas import areas_m2
from merestone.geometry.inner import inscribed
from merestone.geometry.lengths import edge_lengths_m
from merestone.lines.chains import Chains
from merestone.lines.gaps import SLIVER_M, Found
from merestone.lines.joints import westernmost
from merestone.lines.matching import Placed
from merestone.lines.others import Other
from merestone.lines.regions import polygon_of
from merestone.lines.stretches import rough_lengths_m
from merestone.lines.two_sided import TwoSided
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.settings import Settings
from merestone.model.sources import SourceKind


def on_two_sided(
    found: TwoSided, gaps: Found, overlaps: Found, settings: Settings, ellipsoid: Ellipsoid
) -> Iterator[Finding]:
    """Findings on one two-sided source."""
    source = found.source
    yield from _on_touches(found, settings, ellipsoid)
    yield from _on_listed("own-gaps", source, gaps)
    yield from _on_listed("own-overlaps", source, overlaps)
    if gaps.slivers or overlaps.slivers:
        area_m2 = gaps.sliver_area_m2 + overlaps.sliver_area_m2
        yield finding(
            "slivers",
            source=source,
            gaps=gaps.slivers,
            overlaps=overlaps.slivers,
            under_m=SLIVER_M,
            area_m2=area_m2,
        )
    yield from _on_wide_gaps(found, settings, ellipsoid)
    yield from _on_islets(found, ellipsoid)
    for place in found.branching:
        yield finding("boundary-branches", source=source, place=place)


def _on_touches(found: TwoSided, settings: Settings, ellipsoid: Ellipsoid) -> Iterator[Finding]:
    """Sides that touch nowhere, or at points alone."""
    source = found.source
    if not found.touching and any(found.limits):
        length_km = _length_m(found, ellipsoid) / 1000.0
        yield finding("sides-never-touch", source=source, length_km=length_km, facing_m=settings.facing_m)
    elif found.pieces:
        return
    elif found.touching:
        places = _touching_places(found.chains)
        yield finding("sides-touch-at-points", source=source, place=places[0], count=len(places))
    else:
        yield finding("no-common-boundary", source=source, facing_m=settings.facing_m)


def _length_m(found: TwoSided, ellipsoid: Ellipsoid) -> float:
    """Of the limits of both sides together."""
    return fsum(
        length for lines in found.limits for line in lines for length in edge_lengths_m(line, ellipsoid)
    )


def _touching_places(chains: Chains) -> list[tuple[float, float]]:
    """One place for every node, sorted."""
    stretches = chains.stretches
    cut = np.flatnonzero(stretches.node_from >= 0)
    starts = stretches.xy[stretches.offset[cut]]
    order = np.lexsort([starts[:, 1], starts[:, 0], stretches.node_from[cut]])
    first = np.diff(stretches.node_from[cut][order], prepend=-1) != 0
    return sorted((float(lon), float(lat)) for lon, lat in starts[order][first])


def _on_listed(code: str, source: str, found: Found) -> Iterator[Finding]:
    if found.listed:
        widest = min(found.listed, key=lambda gap: (-gap.max_width_m, gap.point))
        yield finding(
            code,
            source=source,
            place=widest.point,
            count=len(found.listed),
            area_km2=sum(sorted(gap.area_m2 for gap in found.listed)) / 1e6,
            max_width_m=widest.max_width_m,
        )


def _on_wide_gaps(found: TwoSided, settings: Settings, ellipsoid: Ellipsoid) -> Iterator[Finding]:
    gaps = found.chains.gaps
    for cycle in gaps.apart:
        polygon = polygon_of(found.chains.stretches, gaps, cycle)
        circle = inscribed(polygon, ellipsoid)
        mixed = bool(gaps.cycles.sides[cycle].all())
        yield finding(
            "gap-too-wide" if mixed else "enclosed-land-apart",
            source=found.source,
            place=(circle.lon, circle.lat),
            facing_m=settings.facing_m,
            area_km2=float(areas_m2(np.array([polygon], dtype=object), ellipsoid)[0]) / 1e6,
        )


def _on_islets(found: TwoSided, ellipsoid: Ellipsoid) -> Iterator[Finding]:
    stretches, beside = found.chains.stretches, np.flatnonzero(found.chains.islets)
    if len(beside):
        length_m = float(np.sort(rough_lengths_m(stretches, ellipsoid)[beside]).sum())
        starts = stretches.xy[stretches.offset[beside]]
        lon, lat = starts[westernmost(starts)].tolist()
        yield finding(
            "beside-islets", source=found.source, place=(lon, lat), count=len(beside), length_m=length_m
        )


def on_other(found: Other, source: str, kind: SourceKind) -> Iterator[Finding]:
    """Findings on a one-sided or lines-only source."""
    if not found.pieces:
        yield finding("no-limits", source=source)
    if found.rest_m > 0.0:
        code = "lines-left-out" if kind is SourceKind.LINES else "outline-left-out"
        yield finding(code, source=source, length_km=found.rest_m / 1000.0)
    if found.lakes:
        yield finding("holes-left-out", source=source, count=found.lakes)


def on_missing(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Findings on the pieces of one source that the axis does not show."""
    for one in placed:
        lon, lat = one.own.line[0].tolist()
        yield finding(
            "piece-not-on-axis",
            source=one.own.source,
            place=(lon, lat),
            piece=one.piece,
            length_km=one.own.length_m / 1000.0,
        )


def on_axis(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Which party's limit the axis follows where the sides run apart."""
    for one in placed:
        party = next((key for key in one.own.along if key is not None), None)
        if party is not None and len([key for key in one.own.strands if key is not None]) > 1:
            lon, lat = one.own.line[0].tolist()
            yield finding(
                "axis-along-one-limit", source=one.own.source, place=(lon, lat), piece=one.piece, party=party
            )
