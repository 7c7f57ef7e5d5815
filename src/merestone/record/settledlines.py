"""Whether settled lines fit together: by geometry, since a section's label is only a label.

Lines are held against one another as straight in longitude and latitude; distances are geodesics.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

from merestone.model.findings import Finding, finding
from merestone.record.forms import (
    Drawn,
    Point,
)

_LABEL = re.compile(r"(.*?)-?S?([0-9]+)")
_SAME_M = 0.001
"""Ends closer than this are one place."""


def fit(lines: Mapping[str, Drawn]) -> list[Finding]:
    """What does not fit among the settled lines of sections, by their labels."""
    if len(lines) < 2:
        return []
    return [*_overlaps(lines), *_gaps(lines)]


def _overlaps(lines: Mapping[str, Drawn]) -> Iterator[Finding]:
    """Pairs that share more than an end."""
    import shapely

    drawn = {
        label: shapely.linestrings([_lonlat(one) for one in line.points]) for label, line in lines.items()
    }
    tree = shapely.STRtree(list(drawn.values()))
    labels = list(drawn)
    for first, second in sorted(
        {tuple(sorted(pair)) for pair in tree.query(list(drawn.values())).T.tolist()}
    ):
        if first == second:
            continue
        shared = shapely.intersection(drawn[labels[first]], drawn[labels[second]])
        ends = shapely.intersection(drawn[labels[first]].boundary, drawn[labels[second]].boundary)
        more = shapely.difference(shared, ends)
        if not more.is_empty:
            at = shapely.get_coordinates(more)[0]
            yield finding(
                "record-lines-overlap",
                place=(float(at[0]), float(at[1])),
                first=labels[first],
                second=labels[second],
                lon=float(at[0]),
                lat=float(at[1]),
            )


def _gaps(lines: Mapping[str, Drawn]) -> Iterator[Finding]:
    """Neighbours of one piece, by their labels, whose nearest ends are apart."""
    pieces: dict[str, list[tuple[int, str]]] = {}
    for label in lines:
        found = _LABEL.fullmatch(label)
        if found:
            pieces.setdefault(found[1], []).append((int(found[2]), label))
    for numbered in pieces.values():
        for (one, first), (two, second) in pairwise(sorted(numbered)):
            if two == one + 1:
                distance = _apart_m(lines[first], lines[second])
                if distance > _SAME_M:
                    yield finding(
                        "record-lines-do-not-meet", first=first, second=second, distance_m=round(distance, 3)
                    )


def _apart_m(one: Drawn, other: Drawn) -> float:
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    ends = [one.points[0], one.points[-1], other.points[0], other.points[-1]]
    return min(
        float(geod.inv(*_lonlat(ends[k]), *_lonlat(ends[m]))[2])
        for k, m in combinations(range(4), 2)
        if k < 2 <= m
    )


def _lonlat(point: Point) -> tuple[float, float]:
    return point.lon_ndeg / 1e9, point.lat_ndeg / 1e9
