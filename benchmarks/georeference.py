"""Georeferencing: a scan of 1 GB laid onto its sheet, against GDAL's warper with the same control points.

Run: python benchmarks/georeference.py [--side PIXELS] [--scratch FOLDER]

Both take the nearest pixel and write the same tiled, deflated GeoTIFF, with 256 MB of GDAL's cache, each in
a process of its own whose largest memory is told; a scan of half the side tells whether it grows. The scan is
in strips, as scanners write them, and is noise of few colours that does not compress to nothing. GDAL may be
off by 0.125 pixels, merestone by 0.05; merestone's time holds the fit of all models, the hashes and the mask.
Seconds are processor time of the whole process.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from time import process_time

import numpy as np

CRS = "EPSG:28408"
KINDS = ("affine", "polynomial-2", "thin-plate-spline")
POINTS = {"affine": 5, "polynomial-2": 9, "thin-plate-spline": 25}
"""GDAL takes the first order for fewer than six points, and the second from there."""


def ground(pixel: np.ndarray, side: int, bend: float) -> np.ndarray:
    u, v = pixel[:, 0] / side - 0.5, 0.5 - pixel[:, 1] / side
    east = 1.004 * u + 0.02 * v + bend * v * v
    return 40_000.0 * np.column_stack([east, v - 0.02 * u + bend * u * v]) + (8_480_000.0, 4_520_000.0)


def control(kind: str, side: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    lattice = np.linspace(0.05, 0.95, 5 if kind == "thin-plate-spline" else 3)
    pixel = side * np.column_stack([axis.ravel() for axis in np.meshgrid(lattice, lattice)])
    if kind == "affine":
        pixel = pixel[[0, 2, 4, 6, 8]]
    plane = ground(pixel, side, 0.0 if kind == "affine" else 0.01)
    return pixel, plane + rng.normal(0.0, 10.0, plane.shape)


def make_scan(path: Path, side: int) -> None:
    import rasterio
    from rasterio.windows import Window

    rng = np.random.default_rng(2)
    colours = np.array([250, 248, 245, 120, 30], dtype=np.uint8)
    with rasterio.open(
        path, "w", driver="GTiff", width=side, height=side, count=1, dtype="uint8", compress="lzw"
    ) as scan:
        for row in range(0, side, 512):
            height = min(512, side - row)
            block = colours[rng.integers(0, 5, (1, height // 4 + 1, side // 4 + 1))]
            wide = block.repeat(4, axis=1).repeat(4, axis=2)[:, :height, :side]
            scan.write(wide, window=Window(0, row, side, height))


def by_merestone(kind: str, side: int, scan: Path, out: Path) -> None:
    from merestone.service.georeference import Request, georeference_into

    pixel, plane = control(kind, side)
    lines = ["id,column,row,easting,northing"]
    lines += [
        f"{k},{x:.3f},{y:.3f},{e:.3f},{n:.3f}"
        for k, ((x, y), (e, n)) in enumerate(zip(pixel, plane, strict=True))
    ]
    points = out.with_suffix(".csv")
    points.write_text("\n".join(lines))
    from merestone.model.georeference import WarpKind

    georeference_into(Request(points, scan, crs=CRS, model=WarpKind(kind)), out)


def by_gdal(kind: str, side: int, scan: Path, out: Path) -> None:
    import rasterio
    from rasterio.control import GroundControlPoint
    from rasterio.enums import Resampling
    from rasterio.warp import reproject

    pixel, plane = control(kind, side)
    gcps = [GroundControlPoint(row=y, col=x, x=e, y=n) for (x, y), (e, n) in zip(pixel, plane, strict=True)]
    size = 40_000.0 / side
    more = {"SRC_METHOD": "GCP_TPS"} if kind == "thin-plate-spline" else {}
    with rasterio.open(scan, "r+") as source:
        source.gcps = (gcps, CRS)  # it takes them from the file only
    with rasterio.Env(GDAL_CACHEMAX=256), rasterio.open(scan) as source:
        profile = {
            "driver": "GTiff", "width": int(side * 1.04), "height": int(side * 1.04), "count": 1,
            "dtype": "uint8", "crs": CRS,
            "transform": rasterio.Affine(size, 0.0, 8_459_000.0, 0.0, -size, 4_541_000.0),
            "tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate",
        }  # fmt: skip
        with rasterio.open(out, "w", **profile) as sheet:
            reproject(
                rasterio.band(source, 1), rasterio.band(sheet, 1), src_crs=CRS, dst_crs=CRS,
                resampling=Resampling.nearest, num_threads=1, warp_mem_limit=64, **more,
            )  # fmt: skip


def child(arguments: list[str]) -> None:
    who, kind, side, scan, out = arguments
    warnings.simplefilter("ignore")
    {"merestone": by_merestone, "gdal": by_gdal}[who](kind, int(side), Path(scan), Path(out))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(json.dumps({"s": process_time(), "mb": peak_mb}))


def asked(who: str, kind: str, side: int, scan: Path, out: Path) -> dict[str, float]:
    words = [sys.executable, __file__, "--child", who, kind, str(side), str(scan), str(out)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=32_768)
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--kinds", default=",".join(KINDS))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    print("| scan | model | merestone s | GDAL s | ratio | merestone MB | GDAL MB |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(dir=given.scratch) as folder:
        for side in (given.side // 2, given.side):
            scan = Path(folder) / f"{side}.tif"
            make_scan(scan, side)
            for kind in given.kinds.split(","):
                ours = asked("merestone", kind, side, scan, Path(folder) / "ours")
                theirs = asked("gdal", kind, side, scan, Path(folder) / "theirs.tif")
                print(
                    f"| {side:,} × {side:,} | {kind} | {ours['s']:.1f} | {theirs['s']:.1f} "
                    f"| {ours['s'] / theirs['s']:.2f} | {ours['mb']:,.0f} | {theirs['mb']:,.0f} |"
                )


if __name__ == "__main__":
    main()
