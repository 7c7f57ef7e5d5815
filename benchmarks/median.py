"""How time and memory of a median grow with vertices, and how it stands against brute force.

Run: python benchmarks/median.py [--plot FILE.svg] [--most N] [--runs K]

The case: two lines of about 510 km, 2 km apart, that wander at random, with 1,000 to 100,000 vertices each.
Every size runs in a process of its own, from arrays of longitude and latitude to turning points within 1e-5 m
and legs within 0.1 m; processor time, and the peak memory of the process. The last column tells how the time
grew against n log n from the size before: at most 1 where it grows no faster.

Peers, in the same run, for 1,000 vertices a side:
* point-Voronoi: both lines in a plane, points so dense that the distance to the nearest differs from that to
  the line by 1 mm at most (spacing √(8 · 1 km · 1 mm) = 2.8 m), triangles between points of different lines,
  by GEOS. The plane is off by decimetres, which is not held against it.
* raster: cells of 0.1 m between the lines, each with its nearest segment of both by an STRtree of GEOS; the
  time of 200,000 cells, for as many as there are.
"""

import argparse
import json
import subprocess
import sys
from math import log
from pathlib import Path
from time import process_time

import numpy as np
import shapely

from merestone.construct.chains import line_set
from merestone.construct.median import median_of
from merestone.model.lines import Strand

SIZES = (1_000, 3_000, 10_000, 20_000, 50_000, 100_000)
GAP_DEG = 0.02
METRES = np.array([85_000.0, 111_000.0])


def wandering(count, lat, seed):
    rng = np.random.default_rng(seed)
    y = np.cumsum(rng.normal(0.0, 1.0, count)) * 2e-5 * np.sqrt(20_000 / count)
    return np.stack([np.linspace(44.0, 50.0, count), lat + y - np.linspace(y[0], y[-1], count)], axis=1)


def lines(count):
    return wandering(count, 40.0, 1), wandering(count, 40.0 + GAP_DEG, 2)


def drawn(count):
    one, other = (line_set([Strand(line, True, True)], sided=False) for line in lines(count))
    return median_of(one, other, reach_m=50_000.0)


def child(count):
    start = process_time()
    found = drawn(count)
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024.0
    print(json.dumps({"s": process_time() - start, "mb": peak, "points": len(found.traced.points)}))


def measured(count, runs):
    command = [sys.executable, __file__, "--child", str(count)]
    said = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(runs)]
    found = [json.loads(text) for text in said]
    return min(found, key=lambda one: one["s"])


def point_voronoi(count, spacing_m):
    start = process_time()
    points, owner = [], []
    for k, line in enumerate(lines(count)):
        dense = shapely.get_coordinates(shapely.segmentize(shapely.LineString(line * METRES), spacing_m))
        points.append(dense)
        owner.append(np.full(len(dense), k))
    points, owner = np.concatenate(points), np.concatenate(owner)
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points)))
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    keys = points[:, 0] + 1j * points[:, 1]
    order = np.argsort(keys)
    at = (corners[..., 0] + 1j * corners[..., 1]).ravel()
    which = owner[order[np.searchsorted(keys[order], at)]].reshape(-1, 3)
    mixed = which.min(axis=1) != which.max(axis=1)
    return process_time() - start, int(mixed.sum()), len(points)


def raster(count, cell_m, tried):
    one, other = (line * METRES for line in lines(count))
    trees = [
        shapely.STRtree(shapely.linestrings(np.stack([line[:-1], line[1:]], axis=1))) for line in (one, other)
    ]
    rng = np.random.default_rng(0)
    x = rng.uniform(one[0, 0], one[-1, 0], tried)
    low, high = (np.interp(x, line[:, 0], line[:, 1]) for line in (one, other))
    cells = shapely.points(x, low + rng.uniform(size=tried) * (high - low))
    start = process_time()
    for tree in trees:
        tree.query_nearest(cells, return_distance=True, all_matches=False)
    each_s = (process_time() - start) / tried
    area_m2 = float(np.trapezoid(np.interp(one[:, 0], other[:, 0], other[:, 1]) - one[:, 1], one[:, 0]))
    return each_s * area_m2 / cell_m**2


def plotted(rows, path):
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "merestone"
    sizes, seconds = [row[0] for row in rows], [row[1]["s"] for row in rows]
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.loglog(sizes, seconds, "o-", color="#222222", label="median")
    law = [seconds[0] * n * log(n) / (sizes[0] * log(sizes[0])) for n in sizes]
    axes.loglog(sizes, law, "--", color="#8a8578", label="n log n")
    axes.set_xlabel("vertices a side")
    axes.set_ylabel("processor time, s")
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--child", type=int)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--runs", type=int, default=1)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child)
        return
    rows, before = [], None
    print(
        "| vertices a side | s | peak MB | turning points | against n log n |\n"
        "| --- | --- | --- | --- | --- |"
    )
    for count in (size for size in SIZES if size <= asked.most):
        found = measured(count, asked.runs)
        growth = "–"
        if before is not None:
            growth = f"{found['s'] / before[1] / (count * log(count) / (before[0] * log(before[0]))):.2f}"
        print(
            f"| {count:,} | {found['s']:.2f} | {found['mb']:.0f} | {found['points']:,} | {growth} |",
            flush=True,
        )
        before = (count, found["s"])
        rows.append((count, found))
    own = rows[0][1]["s"]
    voronoi_s, triangles, points = point_voronoi(SIZES[0], 2.8)
    raster_s = raster(SIZES[0], 0.1, 200_000)
    ratio = f"{voronoi_s / own:.1f} times the median's"
    print(f"\npoint-Voronoi of {points:,} points: {voronoi_s:.1f} s, {ratio} ({triangles:,} triangles)")
    print(f"raster of 0.1 m: {raster_s:,.0f} s, {raster_s / own:,.0f} times the median's")
    if asked.plot:
        plotted(rows, asked.plot)


if __name__ == "__main__":
    main()
