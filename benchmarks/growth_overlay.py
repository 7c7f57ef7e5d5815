"""Growth of corridor, overlay and areas with the number of sources and of vertices.

Run: python benchmarks/growth_overlay.py [--largest N] [--plot FILE.svg]

Each source draws one line of 445 km, wavy at all scales, some hundred metres from the others, and the
land on both sides of it. The sources differ at all scales too, so that the more vertices, the more often
they cross. Processor time should grow no faster than n log n in the vertices of all sources; the last
columns tell the ratio to that, for corridor and overlay, from the row before. Crossings grow with pairs
of sources: so do the faces, and the time with them.
"""

import argparse
import multiprocessing
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
import shapely

from merestone.geometry.corridor import corridor
from merestone.geometry.faces import faces, inside


class Row(NamedTuple):
    sources: int
    vertices: int
    faces: int
    corridor_s: float
    overlay_s: float
    peak_mb: float


def wavy(count: int, size_deg: float, seed: int, decay: float = 0.5) -> np.ndarray:
    """Longitudes of `count` vertices: octaves of noise, each `decay` as high and twice as dense."""
    rng = np.random.default_rng(seed)
    at = np.linspace(0.0, 1.0, count)
    lon = np.zeros(count)
    for octave in range(int(np.log2(count / 8))):
        knots = 8 * 2**octave + 2
        lon += decay**octave * size_deg * np.interp(at, np.linspace(0.0, 1.0, knots), rng.normal(size=knots))
    return lon


def drawn(sources: int, vertices: int) -> list[np.ndarray]:
    """Lines with as many vertices each as make `vertices` together."""
    each = vertices // sources
    lat = np.linspace(38.0, 42.0, each)
    base = 45.0 + wavy(each, 0.05, 1)
    return [np.stack([base + wavy(each, 0.002, 2 + k, 0.7), lat], axis=1) for k in range(sources)]


def measure(sources: int, vertices: int) -> Row:
    lines = drawn(sources, vertices)
    sides = [shapely.Polygon([*line, (lon, 42), (lon, 38)]) for line in lines for lon in (43, 47)]
    start = process_time()
    within = corridor(lines, 25_000.0)
    corridor_s = process_time() - start
    start = process_time()
    cut = faces(sides, [], within)
    for side in sides:
        inside(side, cut.inner_points)
    overlay_s = process_time() - start
    if abs(cut.missing_m2) > 1e-3 or cut.snapped_m:
        raise RuntimeError(f"{sources} sources, {vertices} vertices: the faces miss {cut.missing_m2} m²")
    return Row(sources, vertices, len(cut.polygons), corridor_s, overlay_s, peak_mb())


def peak_mb() -> float:
    """Linux tells the peak of this program alone."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024.0


def rows(cases: list[tuple[int, int]]) -> list[Row]:
    """Each case in a process of its own, so that its peak memory is its own."""
    found = []
    for case in cases:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found.append(pool.apply(measure, case))
        show(found)
    return found


def show(found: list[Row]) -> None:
    row = found[-1]
    growth = ""
    if len(found) > 1:
        before = found[-2]
        fair = row.vertices * np.log(row.vertices) / (before.vertices * np.log(before.vertices))
        growth = (
            f"{row.corridor_s / before.corridor_s / fair:6.2f} {row.overlay_s / before.overlay_s / fair:6.2f}"
        )
    print(
        f"{row.sources:8d} {row.vertices:10,} {row.faces:8,} {row.corridor_s:9.2f} s {row.overlay_s:9.2f} s"
        f" {row.peak_mb:8.0f} MB {growth}",
        flush=True,
    )


def plot(by_vertices: list[Row], by_sources: list[Row], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "merestone"  # the same bytes each time
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained")
    for axis, found, label in (
        (axes[0], by_vertices, "vertices of two sources"),
        (axes[1], by_sources, "sources of 10,000 vertices"),
    ):
        sizes = [row.vertices if found is by_vertices else row.sources for row in found]
        n = np.array([row.vertices for row in found], dtype=float)
        axis.loglog(sizes, [row.corridor_s for row in found], "o-", label="corridor")
        axis.loglog(sizes, [row.overlay_s for row in found], "s-", label="overlay")
        slope = n * np.log(n)
        axis.loglog(sizes, found[0].overlay_s * slope / slope[0], "k:", label="n log n")
        axis.set(xlabel=label, ylabel="seconds of processor time")
    axes[2].semilogx([row.vertices for row in by_vertices], [row.peak_mb for row in by_vertices], "o-")
    axes[2].set(xlabel="vertices of two sources", ylabel="peak memory, MB", ylim=(0, None))
    axes[0].legend()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    print(" sources   vertices    faces    corridor     overlay        peak  / n log n")
    sizes = [n for n in (10_000, 31_623, 100_000, 316_228, 1_000_000) if n <= arguments.largest]
    by_vertices = rows([(2, n) for n in sizes])
    print("with more sources of 10,000 vertices each")
    by_sources = rows([(count, 10_000 * count) for count in (2, 5, 10, 20)])
    if arguments.plot:
        plot(by_vertices, by_sources, arguments.plot)


if __name__ == "__main__":
    main()
