"""Ways joined into routes: by reference or name, and by touching ends.

A road that a file cuts into forty ways is one route. Ways of one reference (or, without one, of one
name) are joined where their ends touch, and at a place where more than two of them meet each goes on
in the way that turns least (the principle of good continuation of Thomson and Richardson 1999, *The
"good continuation" principle of perceptual organization applied to the generalization of road
networks*). So of a dual carriageway one carriageway belongs to the through route and the other is a
route *beside* it, and no length is counted twice. Ways without reference and name are joined where
just two of them meet and nothing else does.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.geometry.lengths import edge_lengths_m
from merestone.lines.joints import eastward, is_closed, joined
from merestone.lines.scale import metres_per_degree
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import Feature

Floats = NDArray[np.float64]
Node = tuple[int, int]
End = tuple[int, int]
"""Number of a part, and 0 for its start or 1 for its end."""

_PER_DEGREE = 1e8
"""Ends that agree to 1e-8° (1 mm) touch."""
_SHARPEST_DEG = 90.0
"""Where more than two ways of a road meet, none goes on round a sharper bend."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """Ways joined end to end. ``coords`` run from the westernmost, then southernmost end (a loop:
    vertex, anticlockwise). ``ways`` are their ids in this order, ``beside`` the id of the route of the
    same road that it leaves and meets again.
    """

    id: str
    ref: str | None
    names: Mapping[str, str]
    ways: tuple[str, ...]
    coords: Floats
    beside: str | None

    @property
    def closed(self) -> bool:
        return is_closed(self.coords)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A way, or a part of one between two places where others of its road begin or end."""

    way: int
    key: str | None
    coords: Floats
    nodes: tuple[Node, ...]


def routes_of(features: Iterable[Feature], ellipsoid: Ellipsoid) -> tuple[Route, ...]:
    """Routes, sorted by id; the same whatever the order of ways and the directions they are drawn in.

    ``features`` are lines; parts without length are passed over. The id is the reference, else the
    name, else the id of the way that comes first; of several with one the longest has it plain, the
    others with ``#2``, ``#3``, … behind.
    """
    ways = sorted(_ways(features), key=lambda way: (way[0].id, way[1].tobytes()))
    parts = _parts(ways)
    chains = _chains(parts, _joints(parts, ellipsoid))
    made = [_route(chain, parts, [feature for feature, _ in ways]) for chain in chains]
    return _named(made, ellipsoid)


def key_of(feature: Feature) -> str | None:
    """What ways of one road have in common: the reference, else a name."""
    if feature.ref:
        return feature.ref
    names = feature.names
    return names.get("und") or next((names[code] for code in sorted(names) if names[code]), None)


def _ways(features: Iterable[Feature]) -> list[tuple[Feature, Floats]]:
    """Every line of every feature in a direction that its shape decides."""
    found = []
    for feature in features:
        for line in shapely.get_parts(shapely.get_parts(feature.geometry)):
            coords = shapely.get_coordinates(line)
            if shapely.get_dimensions(line) == 1 and (coords != coords[:1]).any():
                found.append((feature, eastward(joined([coords]))))
    return found


def _nodes(coords: Floats) -> tuple[Node, ...]:
    return tuple(map(tuple, np.rint(coords * _PER_DEGREE).astype(np.int64).tolist()))


def _parts(ways: Sequence[tuple[Feature, Floats]]) -> list[_Part]:
    """Ways cut at vertices where another way of the same road, or the same way, begins or ends."""
    keys = [key_of(feature) for feature, _ in ways]
    nodes = [_nodes(coords) for _, coords in ways]
    ends: dict[str, set[Node]] = defaultdict(set)
    for key, own in zip(keys, nodes, strict=True):
        if key is not None:
            ends[key] |= {own[0], own[-1]}
    made = []
    for k, (key, own) in enumerate(zip(keys, nodes, strict=True)):
        stops = ends[key] if key is not None else set()
        at = [0, *(i for i in range(1, len(own) - 1) if own[i] in stops), len(own) - 1]
        made += [_Part(k, key, ways[k][1][i : j + 1], own[i : j + 1]) for i, j in pairwise(at) if j > i]
    return made


def _joints(parts: Sequence[_Part], ellipsoid: Ellipsoid) -> dict[End, End]:
    """Which end goes on in which other end, both ways round."""
    meeting: dict[tuple[str | None, Node], list[End]] = defaultdict(list)
    for k, part in enumerate(parts):
        for end in (0, 1):
            meeting[part.key, part.nodes[-end]].append((k, end))
    through: Counter[Node] = Counter()
    for part in parts:
        through.update(part.nodes[1:-1])
        through.update([part.nodes[0], part.nodes[-1]])
    found: dict[End, End] = {}
    for (key, node), ends in meeting.items():
        if key is None and (len(ends) != 2 or through[node] != 2):
            continue
        for one, other in _continuations(ends, parts, ellipsoid):
            found[one], found[other] = other, one
    return found


def _continuations(ends: list[End], parts: Sequence[_Part], ellipsoid: Ellipsoid) -> list[tuple[End, End]]:
    """Pairs of ends that go on in one another; two alone always do."""
    if len(ends) == 2:
        return [(ends[0], ends[1])]
    away = {end: _direction(parts[end[0]].coords, end[1], ellipsoid) for end in ends}
    pairs = sorted(
        (round(_bend_deg(away[one], away[other]), 9), one, other)
        for i, one in enumerate(ends)
        for other in ends[i + 1 :]
    )
    taken: set[End] = set()
    chosen = []
    for bend_deg, one, other in pairs:
        if bend_deg < _SHARPEST_DEG and not {one, other} & taken:
            taken |= {one, other}
            chosen.append((one, other))
    return chosen


def _direction(coords: Floats, end: int, ellipsoid: Ellipsoid) -> Floats:
    """The unit vector, east and north, in which a part leaves its end."""
    one, two = (coords[-1], coords[-2]) if end else (coords[0], coords[1])
    east, north = metres_per_degree(np.array([one[1]]), ellipsoid)
    step = (two - one) * np.array([float(east[0]), float(north[0])])
    return np.asarray(step / np.hypot(*step))


def _bend_deg(one: Floats, other: Floats) -> float:
    """By how much a way turns that comes in against ``one`` and leaves along ``other``."""
    back = -one
    turn = back[0] * other[1] - back[1] * other[0]
    return float(np.degrees(np.arctan2(abs(turn), (back * other).sum())))


def _chains(parts: Sequence[_Part], joints: Mapping[End, End]) -> list[list[End]]:
    """Parts in the order in which they follow one another, each by the end at which it is entered."""
    free = [(k, end) for k in range(len(parts)) for end in (0, 1) if (k, end) not in joints]
    left = set(range(len(parts)))
    chains = []
    for start in [*free, *((k, 0) for k in range(len(parts)))]:  # rings have no free end
        if start[0] not in left:
            continue
        chain, at = [], start
        while at[0] in left:
            left.discard(at[0])
            chain.append(at)
            leaving = (at[0], 1 - at[1])
            if leaving not in joints:
                break
            at = joints[leaving]
        chains.append(chain)
    return chains


def _route(chain: Sequence[End], parts: Sequence[_Part], features: Sequence[Feature]) -> Route:
    drawn = [parts[k].coords if end == 0 else parts[k].coords[::-1] for k, end in chain]
    whole = joined(drawn)
    coords = eastward(whole)
    own = [features[parts[k].way] for k, _ in chain]
    if not (coords[0] == whole[0]).all() or (len(whole) > 1 and not (coords[1] == whole[1]).all()):
        own.reverse()
    ids = [feature.id for feature in own]
    ways = tuple(id_ for k, id_ in enumerate(ids) if k == 0 or id_ != ids[k - 1])
    if is_closed(coords):
        ways = tuple(sorted(set(ids)))  # a loop may begin in the middle of a way
    first = min(own, key=lambda feature: feature.id)
    return Route(key_of(first) or min(ids), first.ref or None, _names(own), ways, coords, None)


def _names(features: Sequence[Feature]) -> dict[str, str]:
    """All names of its ways by language; several in one language in the order of their code points."""
    found: dict[str, set[str]] = defaultdict(set)
    for feature in features:
        for language, name in feature.names.items():
            found[language].add(name)
    return {language: "; ".join(sorted(found[language])) for language in sorted(found)}


def _named(made: Sequence[Route], ellipsoid: Ellipsoid) -> tuple[Route, ...]:
    """Every route with an id of its own, and beside which it runs."""
    length_m = {id(route): float(edge_lengths_m(route.coords, ellipsoid).sum()) for route in made}
    ordered = sorted(made, key=lambda r: (r.id, -round(length_m[id(r)], 6), r.coords.tobytes()))
    nodes = [set(_nodes(route.coords)) for route in ordered]
    named: list[Route] = []
    start = 0
    for k, route in enumerate(ordered):
        if k and route.id != ordered[k - 1].id:
            start = k
        number = k - start + 1
        ends = set(_nodes(route.coords[[0, -1]]))
        beside = next((named[j].id for j in range(start, k) if len(ends) == 2 and ends <= nodes[j]), None)
        ident = route.id if number == 1 else f"{route.id}#{number}"
        named.append(Route(ident, route.ref, route.names, route.ways, route.coords, beside))
    return tuple(sorted(named, key=lambda route: route.id))
