"""Areas: `geometry.areas` against `pyproj.Geod`, on one long ring and on many small faces.

Run: python benchmarks/areas.py [--vertices N] [--faces N]

Targets: at least 10 times as fast on a ring of 10 million vertices, 20 times on 100,000 small
faces, relative error at most 1e-9. The error is against Gauss-Legendre quadrature of the closed form
of the zone, edge by edge in extended precision; `pyproj` measures under geodesic edges, so its
figures differ by definition and are only shown.
"""

import argparse
import resource
from collections.abc import Callable
from time import process_time

import numpy as np
import shapely
from pyproj import Geod

from merestone.geometry.areas import areas_m2, ring_area_m2, ring_areas_m2
from merestone.model.ellipsoid import WGS84

GEOD = Geod(ellps="WGS84")


def best_of(runs: int, work: Callable[[], object]) -> float:
    """The shortest processor time in seconds of a few runs: the one least disturbed."""
    times = []
    for _ in range(runs):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def coastline(vertices: int) -> np.ndarray:
    """A simple ring of edges of 5 m and more around 45° E 40° N, wavy at many scales."""
    angle = np.linspace(0.0, 2.0 * np.pi, vertices)
    radius = 2.0 + sum(0.2 / k * np.sin(k * angle + k) for k in (3, 17, 101, 997, 9973))
    ring = np.stack([45.0 + radius * np.cos(angle), 40.0 + 0.75 * radius * np.sin(angle)], axis=1)
    ring[-1] = ring[0]
    return ring


def small_faces(count: int) -> np.ndarray:
    """Polygons of 5 to 20 vertices, 10 m to 1 km across: those of the shipped overlay have 12."""
    rng = np.random.default_rng(1)
    faces = []
    for _ in range(count):
        angle = np.sort(rng.uniform(0.0, 2.0 * np.pi, rng.integers(4, 20)))
        size = 10.0 ** rng.uniform(-4.3, -2.3) * rng.uniform(0.5, 1.0, len(angle))
        centre = rng.uniform([44.0, 38.0], [48.0, 42.0])
        faces.append(
            shapely.Polygon(centre + size[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))
        )
    return np.array(faces, dtype=object)


def exact_m2(ring: np.ndarray) -> float:
    """Quadrature of the closed form in extended precision; counts from the first latitude."""
    nodes, weights = (part.astype(np.longdouble) for part in np.polynomial.legendre.leggauss(8))
    lon, lat = np.radians(ring.astype(np.longdouble)).T
    e = np.sqrt(np.longdouble(WGS84.e2))

    def zone(phi: np.ndarray) -> np.ndarray:
        s = np.sin(phi)
        return np.longdouble(WGS84.b_m) ** 2 / 2 * (s / (1 - e * e * s * s) + np.arctanh(e * s) / e)

    at = lat[:-1, None] + (nodes + 1) / 2 * (lat[1:] - lat[:-1])[:, None]
    mean = ((zone(at) - zone(lat[:1])) * weights / 2).sum(axis=1)
    return float(-(mean * np.diff(lon)).sum())


def long_ring(vertices: int) -> None:
    ring = coastline(vertices)
    ours_s = best_of(3, lambda: ring_area_m2(ring))
    theirs_s = best_of(1, lambda: GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1]))
    ours, theirs = ring_area_m2(ring), GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]
    sample = ring[: min(vertices, 1_000_001)]
    sample = np.concatenate([sample, sample[:1]])
    error = abs(ring_area_m2(sample) / exact_m2(sample) - 1.0)
    print(f"ring of {vertices:,} vertices")
    report(ours_s, theirs_s)
    print(f"  relative error {error:.1e} (on {len(sample):,} vertices)")
    print(f"  under geodesic edges the area differs by {theirs / ours - 1:.1e}")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"  peak memory {peak_mb:.0f} MB, of which the ring is {ring.nbytes / 1e6:.0f} MB")


def report(ours_s: float, theirs_s: float) -> None:
    ratio = theirs_s / ours_s
    print(f"  merestone {ours_s:.3f} s, pyproj.Geod {theirs_s:.3f} s: {ratio:.1f} times as fast")


def many_faces(count: int) -> None:
    faces = small_faces(count)
    rings = [shapely.get_coordinates(face) for face in faces]
    coords, sizes = np.concatenate(rings), np.array([len(ring) for ring in rings])
    starts = np.cumsum(sizes) - sizes
    print(f"{count:,} faces of {np.mean(sizes) - 1:.0f} vertices")
    ours_s = best_of(3, lambda: ring_areas_m2(coords, starts))
    report(
        ours_s, best_of(1, lambda: [GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1]) for ring in rings])
    )
    print("  the same from shapely polygons")
    ours_s = best_of(3, lambda: areas_m2(faces))
    report(ours_s, best_of(1, lambda: [GEOD.geometry_area_perimeter(face) for face in faces]))
    ours = areas_m2(faces)
    picked = range(0, count, max(1, count // 500))
    errors = [abs(ours[k] / abs(exact_m2(rings[k])) - 1.0) for k in picked]
    print(f"  relative error at most {max(errors):.1e}, median {np.median(errors):.1e} (on {len(errors)})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vertices", type=int, default=10_000_000)
    parser.add_argument("--faces", type=int, default=100_000)
    arguments = parser.parse_args()
    long_ring(arguments.vertices)
    many_faces(arguments.faces)


if __name__ == "__main__":
    main()
