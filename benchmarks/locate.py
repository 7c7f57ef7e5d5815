"""Places against six sources: `merestone.features.places` against `geopandas.sjoin_nearest` in UTM.

Run: python benchmarks/locate.py [--places N] [--runs N]

The case: places scattered over the corridor of the shipped dossier, in no order, good to 25 m. merestone says
for each source label, distance, nearest point, chainage, section, probabilities, verdict; the peer the
distance alone, to whole lines and to lines cut into their edges (each place then comes out once for
every edge that is equally near). Both start from arrays of longitude and latitude with the sources
read and traced. Each runs in a process of its own, in turn; the shortest processor time counts.

Then a file of the same places is answered into a file: its peak memory is that of the whole process.
Targets: 5 times as fast as the faster of the peers, and less than 500 MB.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

import numpy as np

DOSSIER = Path(__file__).parents[1] / "examples" / "armenia-azerbaijan"


def scattered(ground, count):
    """Places spread evenly along the axis and over the width of the corridor."""
    from merestone.geometry.lengths import points_at

    rng = np.random.default_rng(1)
    pieces = ground.tracing.pieces
    length_m = np.array([piece.length_m for piece in pieces])
    which = rng.choice(len(pieces), count, p=length_m / length_m.sum())
    places = np.empty((count, 2))
    for k, piece in enumerate(pieces):
        on = np.flatnonzero(which == k)
        at_m = np.sort(rng.uniform(0.0, piece.length_m, len(on)))
        places[rng.permutation(on)] = points_at(piece.coords, piece.chainage_m, at_m)
    away_m = ground.case.settings.corridor_m * np.sqrt(rng.uniform(0.0, 1.0, count))
    turn = rng.uniform(0.0, 2.0 * np.pi, count)
    north = away_m * np.sin(turn) / 111_000.0
    east = away_m * np.cos(turn) / 111_000.0 / np.cos(np.radians(places[:, 1]))
    return places + np.column_stack([east, north])


def ground():
    from merestone.compare.ground import ground_of
    from merestone.service.workbench import open_dossier

    return ground_of(open_dossier(DOSSIER).read())


def by_merestone(found, places):
    from merestone.features.places import BLOCK, PlaceFinder

    start = process_time()
    finder = PlaceFinder(found)
    for k in range(0, len(places), BLOCK):
        some = places[k : k + BLOCK]
        finder.find(some, np.full(len(some), 25.0))
    return process_time() - start


def by_geopandas(found, places, *, edges):
    import geopandas
    import shapely

    lines = {
        limits.source: [strand.coords for limit in limits.limits for strand in limit.strands]
        for limits in found.tracing.sources
    }
    start = process_time()
    frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*places.T), crs=4326).to_crs(32638)
    for own in lines.values():
        shapes = [shapely.linestrings(one) for one in own]
        if edges:
            shapes = np.concatenate([shapely.linestrings(np.stack([c[:-1], c[1:]], axis=1)) for c in own])
        drawn = geopandas.GeoDataFrame(geometry=shapes, crs=4326).to_crs(32638)
        geopandas.sjoin_nearest(frame, drawn, distance_col="metres")
    return process_time() - start


def streamed(places):
    """Seconds and peak megabytes of answering a file into a file, in this process."""
    from merestone.cli.app import run

    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "places.csv", Path(folder) / "located.csv"
        with file.open("w") as sink:
            sink.write("id,lon,lat,accuracy_95_m\n")
            sink.writelines(f"p{k},{lon:.7f},{lat:.7f},25\n" for k, (lon, lat) in enumerate(places.tolist()))
        start = process_time()
        assert run(["locate", str(DOSSIER), "--file", str(file), "-o", str(out), "-q"]) == 0
    return process_time() - start


WAYS = {
    "merestone": by_merestone,
    "sjoin_nearest, whole lines": lambda found, places: by_geopandas(found, places, edges=False),
    "sjoin_nearest, edges": lambda found, places: by_geopandas(found, places, edges=True),
    "file to file": lambda _, places: streamed(places),
}


def child(way, count, store):
    """Time one way and print it. The file of places is made beforehand: it is no part of any way."""
    places = np.load(store)[:count]
    found = None if way == "file to file" else ground()
    seconds = WAYS[way](found, places)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(json.dumps({"s": seconds, "mb": peak_mb}))


def timed(way, count, store):
    command = [sys.executable, __file__, "--way", way, "--places", str(count), "--store", store]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--places", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--store")
    given = parser.parse_args()
    if given.way:
        child(given.way, given.places, given.store)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "places.npy")
        np.save(store, scattered(ground(), given.places))
        found = {way: [] for way in WAYS}
        for _ in range(given.runs):
            for way in WAYS:
                found[way].append(timed(way, given.places, store))
    best = {way: min(one["s"] for one in rows) for way, rows in found.items()}
    print(f"{given.places:,} places against six sources, processor time")
    for way, rows in found.items():
        ratio = best[way] / best["merestone"]
        print(f"{way:28} {best[way]:8.1f} s {max(one['mb'] for one in rows):6.0f} MB {ratio:6.2f} times")


if __name__ == "__main__":
    main()
