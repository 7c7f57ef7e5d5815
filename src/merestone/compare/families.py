"""Families: sources that copy one another are counted once (DESIGN section 4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import pi

import numpy as np
import shapely

from merestone.compare.accuracies import representation_key
from merestone.compare.targets import Target
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.results import Family
from merestone.model.sources import Source, SourceInfo

COPY_SHARE = 0.8
COARSE_DECIMALS = 2
"""At so few decimals of a degree, 1.1 km or more, vertices of independent maps may meet by chance."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Why two sources are taken as copies. ``share`` of the limit vertices of the one with fewer."""

    one: str
    other: str
    by: str
    share: float | None = None
    decimals: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What copy detection looks at: limit vertices as drawn, (n, 2), and the lines they are on, indexed."""

    info: SourceInfo
    vertices: np.ndarray
    index: Callable[[], EdgeIndex]


def families(drawings: Sequence[Drawing], ellipsoid: Ellipsoid) -> tuple[Family, ...]:
    """The families of all sources, by representative; a source alone is a family of its own.

    A source whose dossier entry names a family belongs to that one, whatever its vertices say.
    """
    by_id = {drawing.info.id: drawing for drawing in drawings}
    free = [by_id[source] for source in sorted(by_id) if by_id[source].info.family is None]
    copies = [copy for a, b in combinations(free, 2) if (copy := copied(a, b, ellipsoid)) is not None]
    links = [(copy.one, copy.other) for copy in copies]
    links += [(source, drawing.info.family) for source, drawing in by_id.items() if drawing.info.family]
    groups = _components(set(by_id) | {other for _, other in links}, links)
    found = [_family([s for s in sorted(group) if s in by_id], by_id, copies) for group in groups]
    return tuple(sorted(found, key=lambda family: family.representative))


def family_names(found: Sequence[Family], infos: Sequence[SourceInfo]) -> Mapping[str, str]:
    """Source id to the name of its family: as the dossier names it, else its representative."""
    named = {info.id: info.family for info in infos}
    names = {}
    for family in found:
        given = sorted({name for member in family.members if (name := named[member]) is not None})
        names.update(dict.fromkeys(family.members, given[0] if given else family.representative))
    return names


def copied(a: Drawing, b: Drawing, ellipsoid: Ellipsoid) -> Copy | None:
    """Whether one of two sources copies the other, and by which sign of it."""
    one, other = sorted((a.info.id, b.info.id))
    if a.info.sha256 == b.info.sha256:
        return Copy(one, other, "same-file")
    if not len(a.vertices) or not len(b.vertices):
        return None
    decimals = min(a.info.coordinate_decimals, b.info.coordinate_decimals)
    at = {d.info.id: rounded_places(d.vertices, decimals) for d in (a, b)}
    few, many = sorted((a, b), key=lambda d: (len(at[d.info.id]), d.info.id))
    share = float(np.isin(at[few.info.id], at[many.info.id]).mean())
    if share >= COPY_SHARE:
        return Copy(one, other, "shared-vertices", share, decimals)
    if _all_within(few.vertices, many.index(), _last_decimal_m(decimals, ellipsoid)):
        return Copy(one, other, "on-the-line", share, decimals)
    return None


def _last_decimal_m(decimals: int, ellipsoid: Ellipsoid) -> float:
    return float(10.0**-decimals * ellipsoid.a_m * pi / 180.0)


def rounded_places(vertices: np.ndarray, decimals: int) -> np.ndarray:
    """The different places among `vertices` at so many decimals of a degree, sorted.

    A place is one complex number, longitude + i·latitude in units of the last decimal. Longitudes
    are taken round the globe, so that a source drawn beyond 180° still meets its copy.
    """
    units = 10.0**decimals
    cells = np.rint(vertices * units)
    return np.unique(_keys(np.mod(cells[:, 0], 360.0 * units), cells[:, 1]))


def drawing_of(source: Source, target: Target) -> Drawing:
    """What copy detection looks at of one source and its limits.

    Vertices are those that the source itself has: no nodes, no densifying between them.
    """
    if not target.courses:
        return Drawing(source.info, np.zeros((0, 2)), lambda: target.index)
    own = source.drawn
    if own is None:
        parts = [*source.sides.values()] if source.lines is None else [source.lines]
        own = shapely.get_coordinates(parts)
    at = np.unique(np.concatenate([course.coords for course in target.courses]), axis=0)
    return Drawing(source.info, at[np.isin(_keys(*at.T), _keys(*own.T))], lambda: target.index)


def family_findings(found: Sequence[Family], ellipsoid: Ellipsoid) -> list[Finding]:
    """A finding for each family of more than one, unless the dossier itself has named it."""
    notes = []
    for family in found:
        if len(family.members) == 1 or "copies" not in family.evidence:
            continue
        members = ", ".join(family.members)
        notes.append(finding("copies-counted-once", members=members, representative=family.representative))
        decimals = [copy["decimals"] for copy in family.evidence["copies"] if copy["decimals"] is not None]
        if decimals and min(decimals) <= COARSE_DECIMALS:
            last_decimal_m = round(_last_decimal_m(min(decimals), ellipsoid), 3)
            notes.append(
                finding(
                    "copies-coarse", members=members, decimals=min(decimals), last_decimal_m=last_decimal_m
                )
            )
    return notes


def _keys(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """One number a place, which sorts by longitude, then latitude; both parts stay exact."""
    return np.asarray(lon + 0.0) + 1j * np.asarray(lat + 0.0)


def _all_within(points: np.ndarray, index: EdgeIndex, within_m: float) -> bool:
    # A sample first: of two maps that are no copies nearly every vertex tells.
    for some in (points[:: max(1, len(points) // 64)], points):
        if (index.query(some).distance_m > within_m).any():
            return False
    return True


def _components(nodes: set[str], links: Sequence[tuple[str, str]]) -> list[set[str]]:
    group = {node: {node} for node in nodes}
    for a, b in links:
        if group[a] is not group[b]:
            group[a] |= group[b]
            for node in group[b]:
                group[node] = group[a]
    return [set(members) for members in {id(g): g for g in group.values()}.values()]


def _family(members: list[str], by_id: Mapping[str, Drawing], copies: Sequence[Copy]) -> Family:
    radii_m = {member: by_id[member].info.accuracy_95_m for member in members}
    representative = min(members, key=lambda member: representation_key(member, radii_m[member]))
    evidence: dict[str, object] = {}
    named = sorted({name for member in members if (name := by_id[member].info.family) is not None})
    if named:
        evidence["named"] = named[0]
    pairs = [
        {"one": c.one, "other": c.other, "by": c.by, "share": c.share, "decimals": c.decimals}
        for c in copies
        if c.one in members
    ]
    if pairs:
        evidence["copies"] = pairs
    return Family(tuple(members), representative, evidence)
