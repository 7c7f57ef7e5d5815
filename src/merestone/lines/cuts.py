"""Nodes: the places at which the rings of both sides are cut, as both sides know them.

Contacts no farther than ``coincide_m`` apart along a ring are one cut. A cut that lies that near to a
vertex is made at the vertex. Cuts of either side that belong to one contact are one node. Nothing
moves: each side keeps its own place for the cut.
"""

from dataclasses import dataclass

import numpy as np

from merestone.geometry.faces import components
from merestone.lines.rings import Rings
from merestone.lines.scale import Bools, Floats, Ints
from merestone.lines.touches import Places, Touches


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """Cuts of one side in the order of its rings; every array is (c,), ``xy`` (c, 2).

    ``edge`` and ``at`` in [0, 1): a cut at a vertex has 0 on the edge that begins there.
    """

    edge: Ints
    at: Floats
    xy: Floats
    along_m: Floats
    ring: Ints
    node: Ints


def cuts_of(a: Rings, b: Rings, touches: Touches, coincide_m: float) -> tuple[Cuts, Cuts]:
    """The cuts of both sides, their nodes numbered alike."""
    cuts_a, of_a = _grouped(a, touches.on_a, coincide_m)
    cuts_b, of_b = _grouped(b, touches.on_b, coincide_m)
    count_a, count = len(cuts_a.edge), len(cuts_a.edge) + len(cuts_b.edge)
    node = components(count, np.column_stack([of_a, of_b + count_a])) if count else np.zeros(0, np.intp)
    cuts_a.node[:], cuts_b.node[:] = node[:count_a], node[count_a:]
    return cuts_a, cuts_b


def _grouped(rings: Rings, places: Places, coincide_m: float) -> tuple[Cuts, Ints]:
    """The cuts of one side, and which of them each place belongs to."""
    edge, at, vertex = _snapped(rings, places, coincide_m)
    along_m = rings.along_m[edge] + at * rings.edge_m[edge]
    order = np.lexsort([~vertex, along_m])
    ring = rings.ring[edge[order]]
    begins = np.diff(ring, prepend=-1) != 0
    begins |= np.diff(along_m[order], prepend=-np.inf) > coincide_m
    # Across the first vertex of a ring nothing can be this near without having been set on it.
    group = np.cumsum(begins) - 1
    # Of the places in a cut a vertex stands for it, else the first along the ring.
    by_group = np.lexsort([np.arange(len(group)), ~vertex[order], group])
    chosen = order[by_group[np.diff(group[by_group], prepend=-1) != 0]]
    of_place = np.empty(len(order), np.intp)
    of_place[order] = group
    xy = np.where(vertex[chosen, None], rings.xy[edge[chosen]], places.xy[chosen])
    cuts = Cuts(
        edge[chosen],
        at[chosen],
        xy,
        along_m[chosen],
        rings.ring[edge[chosen]],
        np.zeros(len(chosen), np.intp),
    )
    return _in_order(cuts, of_place)


def _snapped(rings: Rings, places: Places, coincide_m: float) -> tuple[Ints, Floats, Bools]:
    """Edge and fraction of places, those near a vertex set on it, and which those are."""
    edge_m = rings.edge_m[places.edge]
    to_start_m, to_end_m = places.at * edge_m, (1.0 - places.at) * edge_m
    vertex = np.minimum(to_start_m, to_end_m) <= coincide_m
    edge = np.where(vertex & (to_end_m < to_start_m), rings.next[places.edge], places.edge)
    return edge, np.where(vertex, 0.0, places.at), vertex


def _in_order(cuts: Cuts, of_place: Ints) -> tuple[Cuts, Ints]:
    order = np.argsort(cuts.along_m, kind="stable")
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    ordered = Cuts(
        cuts.edge[order], cuts.at[order], cuts.xy[order], cuts.along_m[order], cuts.ring[order], cuts.node
    )
    return ordered, rank[of_place]
