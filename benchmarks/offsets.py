"""Signed offsets: `geometry.nearest` against two peers that use a tree of planar segments.

Run: python benchmarks/offsets.py [--stations N] [--runs N]

The case: stations along the common limit of osm-2017 (900 km), measured to those of natural-earth
(268 vertices) and of whosonfirst (7,874 vertices) in the shipped dossier. The peers:

* refined: the nearest segment by shapely's STRtree in UTM, then its foot by Newton's method on
  geodesics (pyproj): the only other way that comes near 1 mm;
* planar: the same tree and its planar distance, without a foot, an edge or a side.

Each way is timed from arrays of longitude and latitude to distances, index and projection included,
in a process of its own that loads only what it needs, runs in turn; the shortest counts. All ways
use one thread, so seconds of processor time are compared: other work on the machine disturbs them
least. Errors are against geodesics by geographiclib with golden section, for a sample. Peak memory
is that of the whole process. Targets: 12 and 6 times as fast, 1 mm, 250 MB.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import tracemalloc
from functools import cache
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from pyproj import Geod

from merestone.geometry.lengths import chainages_m, edge_lengths_m, points_at
from merestone.geometry.nearest import EdgeIndex

SOURCES = Path(__file__).parents[1] / "examples" / "armenia-azerbaijan" / "sources"
GEOD = Geod(ellps="WGS84")
FILES = {
    "osm-2017": "osm-2017.geojson",
    "natural-earth": "natural-earth.gpkg",
    "whosonfirst": "whosonfirst.gpkg",
}
CHUNK = 100_000
"""Stations that the peers take at a time: more would only cost them memory."""
SAMPLE = 200
"""Stations whose distances are checked."""


@cache
def zone():
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", "EPSG:32638", always_xy=True)


def common_limit(source):
    """The lines that both parties' outlines share, as arrays of longitude, latitude."""
    import pyogrio
    import shapely

    land = shapely.from_wkb(pyogrio.raw.read(SOURCES / FILES[source])[2])
    one, other = shapely.boundary(shapely.make_valid(land, method="structure", keep_collapsed=False))
    shared = shapely.get_parts(shapely.line_merge(shapely.intersection(one, other)))
    return [shapely.get_coordinates(line) for line in shared if line.geom_type == "LineString"]


def stations_along(lines, count):
    """So many stations, spread evenly over the length of the lines."""
    length_m = np.array([chainages_m(line)[-1] for line in lines])
    shares = np.maximum(np.round(count * length_m / length_m.sum()).astype(int), 2)
    shares[np.argmax(shares)] += count - shares.sum()
    return np.concatenate(
        [
            points_at(line, chainages_m(line), np.linspace(0.0, long_m, share))
            for line, long_m, share in zip(lines, length_m, shares, strict=True)
        ]
    )


def by_merestone(stations, lines):
    found = EdgeIndex(lines).query(stations)
    return found.distance_m


def planar_tree(lines):
    """Segments in UTM, edges cut to 500 m first, since they are straight in longitude/latitude."""
    import shapely

    starts, ends = [], []
    for line in lines:
        parts = np.maximum(np.ceil(edge_lengths_m(line) / 500.0), 1).astype(int)
        for (a, b), n in zip(pairwise(line), parts, strict=True):
            nodes = a + np.linspace(0.0, 1.0, n + 1)[:, None] * (b - a)
            starts.append(nodes[:-1])
            ends.append(nodes[1:])
    start, end = np.concatenate(starts), np.concatenate(ends)
    plane = np.stack([np.stack(zone().transform(*nodes.T), axis=1) for nodes in (start, end)], axis=1)
    return shapely.STRtree(shapely.linestrings(plane)), start, end


def by_planar_tree(stations, lines):
    import shapely

    tree, _, _ = planar_tree(lines)
    distance_m = np.empty(len(stations))
    for k in range(0, len(stations), CHUNK):
        points = shapely.points(*zone().transform(*stations[k : k + CHUNK].T))
        _, near_m = tree.query_nearest(points, return_distance=True, all_matches=False)
        distance_m[k : k + CHUNK] = near_m
    return distance_m


def by_refined_tree(stations, lines):
    import shapely

    tree, start, end = planar_tree(lines)
    distance_m = np.empty(len(stations))
    for k in range(0, len(stations), CHUNK):
        places = stations[k : k + CHUNK]
        points = shapely.points(*zone().transform(*places.T))
        _, segment = tree.query_nearest(points, all_matches=False)
        distance_m[k : k + CHUNK] = refined_m(places, start[segment], end[segment])
    return distance_m


def refined_m(places, start, end):
    """Geodesic distances to segments: Newton's method with the angle at the foot, two rounds."""
    step = end - start
    length_m = GEOD.inv(*start.T, *end.T)[2]
    flat = np.cos(np.deg2rad(places[:, 1]))[:, None] * [1.0, 0.0] + [0.0, 1.0]
    share = np.clip(((places - start) * step * flat**2).sum(1) / ((step * flat) ** 2).sum(1), 0.0, 1.0)
    course = np.deg2rad(GEOD.inv(*start.T, *end.T)[0])
    for _ in range(2):
        foot = start + share[:, None] * step
        azimuth, _, distance_m = GEOD.inv(*foot.T, *places.T)
        share = np.clip(share + distance_m * np.cos(np.deg2rad(azimuth) - course) / length_m, 0.0, 1.0)
    foot = start + share[:, None] * step
    return GEOD.inv(*foot.T, *places.T)[2]


WAYS = {"merestone": by_merestone, "refined": by_refined_tree, "planar": by_planar_tree}


def exact_m(place, lines):
    """Golden section on geodesics by geographiclib, over the edges whose ends allow it."""
    best = np.inf
    for line in lines:
        lon, lat = np.broadcast_to(place[:, None], (2, len(line)))
        to_vertex_m = GEOD.inv(lon, lat, *line.T)[2]
        least_m = (to_vertex_m[:-1] + to_vertex_m[1:] - 1.001 * edge_lengths_m(line)) / 2.0
        best = min(best, to_vertex_m.min())
        for k in np.flatnonzero(least_m <= best):
            best = min(best, golden_m(place, line[k], line[k + 1]))
    return best


def golden_m(place, start, end):
    from geographiclib.geodesic import Geodesic

    def at(share):
        lon, lat = start + share * (end - start)
        return Geodesic.WGS84.Inverse(place[1], place[0], lat, lon, Geodesic.DISTANCE)["s12"]

    ratio, low, high = (5.0**0.5 - 1.0) / 2.0, 0.0, 1.0
    while high - low > 1e-9:
        one, other = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, other) if at(one) < at(other) else (one, high)
    return min(at(low), at(0.0), at(1.0))


def prepared(count, target):
    return stations_along(common_limit("osm-2017"), count), common_limit(target)


def child(way, folder):
    """One run of one way in this process; the distances go into a file, the figures to stdout."""
    stations = np.load(folder / "stations.npy")
    lines = [np.load(path) for path in sorted(folder.glob("line-*.npy"))]
    wall, processor = perf_counter(), process_time()
    distance_m = WAYS[way](stations, lines)
    wall, processor = perf_counter() - wall, process_time() - processor
    peak_mb = peak_of_this_process_mb()
    np.save(folder / f"{way}.npy", distance_m)
    print(json.dumps({"wall_s": wall, "s": processor, "peak_mb": peak_mb}))


def peak_of_this_process_mb():
    """Linux tells it for this program alone; elsewhere that of the parent may be mixed in."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def measured(way, folder, runs):
    """The best of some runs of one way in fresh processes, and its distances."""
    command = [sys.executable, __file__, "--child", way, str(folder)]
    results = [
        json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(runs)
    ]
    best = {key: min(result[key] for result in results) for key in ("wall_s", "s")}
    best["peak_mb"] = max(result["peak_mb"] for result in results)
    return best, np.load(folder / f"{way}.npy")


def traced_mb(stations, lines):
    """What one index and query allocate at their peak, results included."""
    tracemalloc.start()
    by_merestone(stations, lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def compare(target, count, runs):
    stations, lines = prepared(count, target)
    print(f"{count:,} stations of osm-2017 against {target} ({sum(map(len, lines)):,} vertices)")
    rows = np.random.default_rng(0).integers(0, count, SAMPLE)
    exact = np.array([exact_m(stations[row], lines) for row in rows])
    distances = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "stations.npy", stations)
        for k, line in enumerate(lines):
            np.save(folder / f"line-{k:04}.npy", line)
        figures = {}
        for way in WAYS:
            figures[way], distances[way] = measured(way, folder, runs)
        for way, best in figures.items():
            own_s = figures["merestone"]["s"]
            error_mm = np.abs(distances[way][rows] - exact).max() * 1000.0
            print(
                f"  {way:10} {best['s']:7.3f} s ({best['wall_s']:.3f} s by the clock)"
                f"  {best['s'] / own_s:5.1f} times  error {error_mm:9.4f} mm  peak {best['peak_mb']:4.0f} MB"
            )
    differ_mm = np.abs(distances["merestone"] - distances["refined"]).max() * 1000.0
    print(f"  merestone and refined differ by at most {differ_mm:.4f} mm at any station")
    print(f"  merestone allocates {traced_mb(stations, lines):.0f} MB at its peak")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stations", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child[0], Path(asked.child[1]))
        return
    for target in ("natural-earth", "whosonfirst"):
        compare(target, asked.stations, asked.runs)


if __name__ == "__main__":
    main()
