"""Lines as the construction takes them: joined end to end, in an order and directions of their own."""

from collections.abc import Sequence

import numpy as np

from merestone.construct.field import Floats, LineSet
from merestone.model.lines import Strand

Vertex = tuple[float, float]


def joined_strands(strands: Sequence[Strand]) -> tuple[Strand, ...]:
    """Strands of one direction joined where one ends at the vertex at which just one other begins."""
    begins: dict[Vertex, list[int]] = {}
    ends: dict[Vertex, list[int]] = {}
    for k, strand in enumerate(strands):
        begins.setdefault(_vertex(strand.coords[0]), []).append(k)
        ends.setdefault(_vertex(strand.coords[-1]), []).append(k)
    following = {
        here[0]: begins[vertex][0]
        for vertex, here in ends.items()
        if len(here) == 1 and len(begins.get(vertex, [])) == 1 and here[0] != begins[vertex][0]
    }
    heads = [k for k in range(len(strands)) if k not in set(following.values())]
    chains: list[Strand] = []
    used: set[int] = set()
    for head in [*heads, *range(len(strands))]:
        chain: list[Strand] = []
        at: int | None = head
        while at is not None and at not in used:
            used.add(at)
            chain.append(strands[at])
            at = following.get(at)
        if chain:
            chains.append(_one(chain))
    return tuple(chains)


def _vertex(place: Floats) -> Vertex:
    return float(place[0]), float(place[1])


def _one(chain: Sequence[Strand]) -> Strand:
    coords = np.concatenate([chain[0].coords, *(strand.coords[1:] for strand in chain[1:])])
    return Strand(coords, chain[0].open_start, chain[-1].open_end)


def line_set(lines: Sequence[Strand], *, sided: bool) -> LineSet:
    """The set in directions and an order that the shapes alone decide; sides turn with the lines.

    So neither the order of lines nor their direction changes a bit of what is constructed from them.
    Sided strands have the party first by id on their left.
    """
    turned = [_turned(line) for line in lines]
    order = sorted(range(len(turned)), key=lambda k: turned[k][0].coords.tobytes())
    left = [(1 if turned[k][1] else -1) if sided else 0 for k in order]
    open_ = [(turned[k][0].open_start, turned[k][0].open_end) for k in order]
    return LineSet(
        tuple(turned[k][0].coords for k in order),
        np.array(left, dtype=np.int8),
        np.array(open_, dtype=bool).reshape(-1, 2),
    )


def _turned(line: Strand) -> tuple[Strand, bool]:
    """The line in the direction in which its coordinates come first, and whether that is its own."""
    coords = np.ascontiguousarray(line.coords, dtype=np.float64) + 0.0
    if (coords[0] == coords[-1]).all() and len(coords) > 1:
        coords = _from_least(coords)
    back = coords[::-1]
    if coords.tolist() <= back.tolist():
        return Strand(coords, line.open_start, line.open_end), True
    return Strand(np.ascontiguousarray(back), line.open_end, line.open_start), False


def _from_least(ring: Floats) -> Floats:
    """A closed line from its least vertex on."""
    least = int(np.lexsort((ring[:-1, 1], ring[:-1, 0]))[0])
    return np.concatenate([ring[least:-1], ring[: least + 1]])


def comes_first(one: LineSet, other: LineSet) -> bool:
    """Whether the first of two sets comes before the other by their coordinates alone."""
    return [line.tolist() for line in one.lines] <= [line.tolist() for line in other.lines]
