"""Thinning: vertices for one departure, against Douglas-Peucker (shapely) and Visvalingam (written here).

Run: python benchmarks/thinning.py [--vertices N] [--small N]

Target: a million vertices in 10 s of processor time. The peers work in a plane true to scale in the middle of
the line, and their departure is measured in it. Douglas and Peucker's tolerance is the departure asked for,
which it uses up. Visvalingam's rule knows areas alone: as many vertices are taken away, smallest triangle
first, as leave the departure within the bound; it is tried on the small line.
"""

import argparse
import heapq
from itertools import pairwise
from time import process_time

import numpy as np
import shapely

from merestone.construct.thinning import Bounds, thinned
from merestone.model.descriptions import DrawnLine
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import EdgeType

NOWHERE = np.empty((0, 2))


def wandering(vertices: int) -> np.ndarray:
    """A line eastward with edges of 1 to 4 m, whose latitude is a random walk: bends at every scale."""
    rng = np.random.default_rng(1)
    north = np.cumsum(rng.normal(0.0, 1e-5, vertices))
    return np.column_stack([45.0 + 1e-5 * np.arange(vertices), 40.0 + north])


def wavy(vertices: int) -> np.ndarray:
    """A line eastward, smooth between vertices: waves from 200 m to 60 km, as a digitised river."""
    x = 1e-5 * np.arange(vertices)
    y = sum(
        size * np.sin(2.0 * np.pi * x / long) for size, long in ((0.05, 0.7), (0.004, 0.05), (0.0003, 0.0023))
    )
    return np.column_stack([45.0 + x, 40.0 + y])


def in_plane(points: np.ndarray) -> np.ndarray:
    """Metres, true to scale at 40° N."""
    return (points - points[0]) * [85_394.0, 111_035.0]


def away_m(plane: np.ndarray, at: np.ndarray) -> float:
    """The largest distance of a vertex from its own leg."""
    worst = 0.0
    for a, b in pairwise(at.tolist()):
        leg = shapely.LineString(plane[[a, b]])
        if b > a + 1:
            worst = max(worst, float(shapely.distance(leg, shapely.points(plane[a + 1 : b])).max()))
    return worst


def visvalingam(plane: np.ndarray, departure_m: float) -> int:
    """The fewest vertices, by Visvalingam and Whyatt's order, that keep within the departure."""
    order = np.array(elimination(plane), dtype=np.intp)
    rank = np.full(len(plane), len(plane))
    rank[order] = np.arange(len(order))
    low, high = 0, len(order)
    while low < high:
        middle = (low + high + 1) // 2
        if away_m(plane, np.flatnonzero(rank >= middle)) <= departure_m:
            low = middle
        else:
            high = middle - 1
    return len(plane) - low


def elimination(plane: np.ndarray) -> list[int]:
    """Vertices in the order in which they go: that of the smallest triangle with its neighbours first."""
    x, y = plane.T.tolist()
    before, after = list(range(-1, len(x) - 1)), list(range(1, len(x) + 1))

    def area(k: int) -> float:
        a, b = before[k], after[k]
        return abs((x[k] - x[a]) * (y[b] - y[a]) - (x[b] - x[a]) * (y[k] - y[a]))

    known = [area(k) if 0 < k < len(x) - 1 else 0.0 for k in range(len(x))]
    heap = [(known[k], k) for k in range(1, len(x) - 1)]
    heapq.heapify(heap)
    gone, done = set(), []
    while heap:
        size, k = heapq.heappop(heap)
        if k in gone or size != known[k]:
            continue
        gone.add(k)
        done.append(k)
        a, b = before[k], after[k]
        after[a], before[b] = b, a
        for near in (a, b):
            if 0 < near < len(x) - 1:
                known[near] = max(area(near), size)
                heapq.heappush(heap, (known[near], near))
    return done


def row(name: str, points: np.ndarray, departure_m: float, *, all_peers: bool) -> str:
    line = DrawnLine(
        "line", points, np.ones(len(points), dtype=bool), (EdgeType.GEODESIC,) * (len(points) - 1)
    )
    start = process_time()
    found = thinned(line, Bounds(departure_m), NOWHERE, WGS84)
    own_s = process_time() - start
    plane = in_plane(points)
    start = process_time()
    theirs = shapely.simplify(shapely.LineString(plane), departure_m, preserve_topology=False)
    peer_s = process_time() - start
    third = f"{visvalingam(plane, departure_m):,}" if all_peers else "–"
    count = shapely.get_num_coordinates(theirs)
    return (
        f"| {name} | {len(points):,} | {departure_m:g} | {len(found.at):,} | {count:,} | {third} |"
        f" {len(found.at) / count:.2f} | {own_s:.2f} | {peer_s:.2f} | {found.achieved['departure_m']:.3f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vertices", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=20_000)
    arguments = parser.parse_args()
    heads = "line,vertices,departure m,merestone,Douglas–Peucker,Visvalingam,against D–P,s,D–P s,achieved m"
    print("| " + heads.replace(",", " | ") + " |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, made in (("wandering", wandering), ("wavy", wavy)):
        for departure_m in (5.0, 20.0):
            print(row(name, made(arguments.small), departure_m, all_peers=True), flush=True)
        for departure_m in (20.0, 100.0):
            print(row(name, made(arguments.vertices), departure_m, all_peers=False), flush=True)


if __name__ == "__main__":
    main()
