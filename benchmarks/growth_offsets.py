"""How time and memory of signed offsets grow with stations and with vertices.

Run: python benchmarks/growth_offsets.py [--plot FILE.svg] [--most-stations N]

The case: a line of about 1,000 km that winds at many scales, drawn with 10⁴ to 10⁶ vertices, and 10⁴ to
10⁷ stations along a copy of it that is off by 100 m to 3 km. Each size runs in a process of its own, from
arrays of longitude and latitude to distances, sides and feet, index included; processor time, of
which one thread is used, and the peak memory of the process. The last column tells how the time grew
against n log n from a tenth of the stations and of the vertices: at most 1 where it grows no faster.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from time import process_time

import numpy as np

from merestone.geometry.nearest import EdgeIndex

VERTICES = (10_000, 100_000, 1_000_000)
STATIONS = (10_000, 100_000, 1_000_000, 10_000_000)


def winding(count, off_deg=0.0):
    """``count`` vertices from 40° E to 50° E around 40° N, winding at scales of 300 km to 200 m."""
    share = np.linspace(0.0, 1.0, count)
    lon, lat = 40.0 + 10.0 * share, np.full(count, 40.0)
    for turns, size_deg in ((3, 0.5), (31, 0.05), (307, 0.005), (3001, 0.0005)):
        lon += size_deg * np.sin(2.0 * np.pi * turns * share)
        lat += size_deg * np.cos(2.0 * np.pi * turns * share + turns)
    if off_deg:
        lat += off_deg * (1.1 + np.sin(40.0 * np.pi * share))
    return np.column_stack([lon, lat])


def peak_mb():
    """Linux tells the peak of this program alone."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024.0


def child(stations, vertices):
    line, places = winding(vertices), winding(stations, off_deg=0.013)
    start = process_time()
    EdgeIndex([line]).query(places)
    print(json.dumps({"s": process_time() - start, "peak_mb": peak_mb()}))


def measured(stations, vertices, runs):
    command = [sys.executable, __file__, "--child", str(stations), str(vertices)]
    results = [
        json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(runs)
    ]
    return {key: min(result[key] for result in results) for key in ("s", "peak_mb")}


def table(most):
    """(stations, vertices) → figures, printed as they come."""
    found = {}
    print(f"{'stations':>12} {'vertices':>10} {'seconds':>9} {'ns each':>9} {'peak MB':>9} {'growth':>9}")
    for vertices in VERTICES:
        for stations in (count for count in STATIONS if count <= most):
            figures = measured(stations, vertices, 2 if stations + vertices < 1_000_000 else 1)
            found[stations, vertices] = figures
            each_ns = figures["s"] / (stations + vertices) * 1e9
            row = (
                f"{stations:12,} {vertices:10,} {figures['s']:9.3f} {each_ns:9.0f} {figures['peak_mb']:9.0f}"
            )
            before = (stations // 10, vertices // 10)
            print(row, growth(found, (stations, vertices), before), flush=True)
    return found


def growth(found, size, before):
    """Time against the smaller case, over n log n against that of the smaller case."""
    if before not in found:
        return f"{'-':>9}"
    n, m = sum(size), sum(before)
    return f"{(found[size]['s'] / found[before]['s']) / (n * np.log(n) / (m * np.log(m))):9.2f}"


def plot(found, path):
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "merestone"  # the same bytes each time
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for vertices in VERTICES:
        sizes = [stations for stations, other in found if other == vertices]
        for axis, key in zip(axes, ("s", "peak_mb"), strict=True):
            values = [found[stations, vertices][key] for stations in sizes]
            axis.loglog(sizes, values, marker="o", label=f"{vertices:,} vertices")
    sizes = np.array(sorted({stations for stations, _ in found}), dtype=float)
    first = found[int(sizes[-1]), VERTICES[0]]["s"]
    slope = first * sizes * np.log(sizes) / (sizes[-1] * np.log(sizes[-1]))
    axes[0].loglog(sizes, slope, "k:", label="n log n")
    axes[0].set(xlabel="stations", ylabel="seconds of processor time")
    axes[1].set(xlabel="stations", ylabel="peak memory of the process, MB")
    axes[0].legend()
    figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plot", help="write a picture of the table to this file")
    parser.add_argument("--most-stations", type=int, default=STATIONS[-1])
    parser.add_argument("--child", nargs=2, type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(*asked.child)
        return
    found = table(asked.most_stations)
    if asked.plot:
        plot(found, asked.plot)


if __name__ == "__main__":
    main()
