"""Signed offsets: `geometry.nearest` against two peers that use a tree of planar segments.

Run: python benchmarks/offsets.py [--stations N] [--runs N]

The case: stations along the common limit of osm-2017 (900 km), measured to those of natural-earth
(268 vertices) and of whosonfirst (7,874 vertices) in the shipped dossier. The peers:

* refined: the nearest segment by shapely's STRtree in UTM, then its foot by Newton's method on
  geodesics (pyproj): the only other way that comes near 1 mm;
* planar: the same tree and its planar distance, without a foot, an edge or a side.

Each way is timed from arrays of longitude and latitude to distances, index and projection included,
in a process of its own, runs in turn; the shortest counts. Errors are against geodesics by
geographiclib with golden section, for a sample. Targets: 12 and 6 times as fast, 1 mm, 250 MB.
"""

import argparse
import json
import resource
import subprocess
import sys
import tracemalloc
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
import pyogrio
import shapely
from geographiclib.geodesic import Geodesic
from pyproj import Geod, Transformer

from merestone.geometry.lengths import chainages_m, edge_lengths_m, points_at
from merestone.geometry.nearest import EdgeIndex

SOURCES = Path(__file__).parents[1] / "examples" / "armenia-azerbaijan" / "sources"
GEOD = Geod(ellps="WGS84")
ZONE = Transformer.from_crs("EPSG:4326", "EPSG:32638", always_xy=True)
FILES = {
    "osm-2017": "osm-2017.geojson",
    "natural-earth": "natural-earth.gpkg",
    "whosonfirst": "whosonfirst.gpkg",
}
CHUNK = 100_000
"""Stations that the peers take at a time: more would only cost them memory."""


def common_limit(source):
    """The lines that both parties' outlines share, as arrays of longitude, latitude."""
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
    starts, ends = [], []
    for line in lines:
        parts = np.maximum(np.ceil(edge_lengths_m(line) / 500.0), 1).astype(int)
        for (a, b), n in zip(pairwise(line), parts, strict=True):
            nodes = a + np.linspace(0.0, 1.0, n + 1)[:, None] * (b - a)
            starts.append(nodes[:-1])
            ends.append(nodes[1:])
    start, end = np.concatenate(starts), np.concatenate(ends)
    plane = np.stack([np.stack(ZONE.transform(*nodes.T), axis=1) for nodes in (start, end)], axis=1)
    return shapely.STRtree(shapely.linestrings(plane)), start, end


def by_planar_tree(stations, lines):
    tree, _, _ = planar_tree(lines)
    distance_m = np.empty(len(stations))
    for k in range(0, len(stations), CHUNK):
        points = shapely.points(*ZONE.transform(*stations[k : k + CHUNK].T))
        _, near_m = tree.query_nearest(points, return_distance=True, all_matches=False)
        distance_m[k : k + CHUNK] = near_m
    return distance_m


def by_refined_tree(stations, lines):
    tree, start, end = planar_tree(lines)
    distance_m = np.empty(len(stations))
    for k in range(0, len(stations), CHUNK):
        places = stations[k : k + CHUNK]
        points = shapely.points(*ZONE.transform(*places.T))
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
    def at(share):
        lon, lat = start + share * (end - start)
        return Geodesic.WGS84.Inverse(place[1], place[0], lat, lon, Geodesic.DISTANCE)["s12"]

    ratio, low, high = (5.0**0.5 - 1.0) / 2.0, 0.0, 1.0
    while high - low > 1e-9:
        one, other = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, other) if at(one) < at(other) else (one, high)
    return min(at(low), at(0.0), at(1.0))


def prepared(target, count):
    return stations_along(common_limit("osm-2017"), count), common_limit(target)


def child(way, target, count, sample):
    """One run of one way: seconds, peak memory and errors, as JSON on stdout."""
    stations, lines = prepared(target, count)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    start = perf_counter()
    distance_m = WAYS[way](stations, lines)
    seconds = perf_counter() - start
    after_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    rows = np.random.default_rng(0).integers(0, count, sample)
    errors = [abs(distance_m[row] - exact_m(stations[row], lines)) for row in rows]
    print(
        json.dumps(
            {"s": seconds, "rss_mb": after_mb, "data_mb": before_mb, "error_m": max(errors, default=0.0)}
        )
    )


def measured(way, target, count, runs):
    """The runs of one way in fresh processes; the first also samples errors."""
    results = []
    for run in range(runs):
        command = [sys.executable, __file__, "--child", way, target, str(count), "200" if run == 0 else "0"]
        results.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    return {
        "s": min(result["s"] for result in results),
        "rss_mb": max(result["rss_mb"] for result in results),
        "error_m": results[0]["error_m"],
    }


def largest_error_m(target, count):
    """Every station, not a sample: the refined peer and merestone against one another."""
    stations, lines = prepared(target, count)
    return np.abs(by_merestone(stations, lines) - by_refined_tree(stations, lines)).max()


def traced_mb(target, count):
    """What one query allocates at its peak, results included, without interpreter and input."""
    stations, lines = prepared(target, count)
    tracemalloc.start()
    by_merestone(stations, lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stations", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        way, target, count, sample = asked.child
        child(way, target, int(count), int(sample))
        return
    for target in ("natural-earth", "whosonfirst"):
        print(f"{asked.stations:,} stations of osm-2017 against {target}")
        results = {way: measured(way, target, asked.stations, asked.runs) for way in WAYS}
        own = results["merestone"]["s"]
        for way, result in results.items():
            print(
                f"  {way:10} {result['s']:8.2f} s  {result['s'] / own:6.1f} times"
                f"  error {result['error_m'] * 1000.0:10.4f} mm  peak {result['rss_mb']:6.0f} MB"
            )
        apart_mm = largest_error_m(target, asked.stations) * 1000
        print(f"  merestone and refined differ by at most {apart_mm:.4f} mm")
        print(f"  merestone allocates {traced_mb(target, asked.stations):.0f} MB at its peak")


if __name__ == "__main__":
    main()
