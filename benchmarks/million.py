"""A whole comparison of two maps with a million vertices a side: time by stage and peak memory.

    python benchmarks/million.py [vertices] [metres between stations]

Two drawings of one line over 4 degrees of longitude, up to 11 m apart, written as GeoPackages. The target is
a peak below 4 GB for a million vertices. Prints the second at which each stage began, and the peak so far.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

import merestone

WEST, EAST, SOUTH, NORTH = 10.0, 14.0, 40.0, 42.0
TARGET_MB = 4096.0


def line(vertices: int, waves: float) -> np.ndarray:
    """(n, 2) longitude, latitude: waves of many lengths about 41 N, the shortest of some hundred metres."""
    lon = np.linspace(WEST, EAST, vertices)
    rng = np.random.default_rng(1)
    beats, phases = rng.uniform(5, 3000, 12), rng.uniform(0, 7, 12)
    lat = 41.0 + sum(
        0.2 / beat * np.sin(beat * lon + phase) for beat, phase in zip(beats, phases, strict=True)
    )
    return np.column_stack([lon, lat + 1e-4 * waves * np.sin(200 * lon)])


def lands(course: np.ndarray) -> list[shapely.Polygon]:
    return [shapely.Polygon(np.vstack([course, [(EAST, lat), (WEST, lat)]])) for lat in (SOUTH, NORTH)]


def write_dossier(folder: Path, vertices: int, station_m: float) -> None:
    text = [
        f'format = 1\ntitle = "A long line"\nparties = ["AAA", "BBB"]\n[compare]\nstation_m = {station_m}\n'
    ]
    for name, waves in (("one", 0.0), ("two", 1.0)):
        pyogrio.raw.write(
            folder / f"{name}.gpkg", shapely.to_wkb(lands(line(vertices, waves))),
            field_data=[np.array(["AAA", "BBB"], dtype=object)], fields=["iso"],
            geometry_type="Polygon", crs="EPSG:4326",
        )  # fmt: skip
        text.append(f'[[source]]\nid = "{name}"\npath = "{name}.gpkg"\nparty_field = "iso"\n')
        text.append('accuracy = { measure = "CE95", metres = 50 }\n')
    (folder / "dossier.toml").write_text("".join(text), encoding="utf-8")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main(vertices: int, station_m: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_dossier(Path(folder), vertices, station_m)
        begin, cpu = time.perf_counter(), time.process_time()

        def progress(stage: str, what: str | None = None, _share: float | None = None) -> None:
            print(f"{time.perf_counter() - begin:8.1f} s {peak_mb():7.0f} MB  {stage} {what or ''}")

        result = merestone.open(folder).compare(progress=progress)
        wall_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
    found = result.pairs[0].offsets_m.all.max_abs
    print(f"{vertices} vertices a side: {wall_s:.1f} s ({cpu_s:.1f} s of processor), peak {peak_mb():.0f} MB")
    print(f"farthest {found} m; peak {peak_mb() / TARGET_MB:.2f} of the target")
    # 1e-4 of a degree of latitude at 41 N is 11.1055 m; the line slopes, so the nearest point is nearer.
    assert found is not None
    assert 11.0 < found <= 11.1056


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        float(sys.argv[2]) if len(sys.argv) > 2 else 100.0,
    )
