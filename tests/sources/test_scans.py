"""Scans of every kind of pixel keep them: what is written is what was read, moved."""

import warnings

import numpy as np
import pytest

from merestone.errors import BadInputError
from merestone.model.georeference import Sheet
from merestone.sources.scans import Target, read_scan, write_sheet

rasterio = pytest.importorskip("rasterio")

WIDTH, HEIGHT = 700, 540
TARGET = Target(Sheet(1000.0, 2000.0, 2.0, 2.0, 800, 560), 'LOCAL_CS["none"]', ())


def put(path, pixels, colours=None, **profile):
    given = {
        "driver": "GTiff",
        "width": WIDTH,
        "height": HEIGHT,
        "count": len(pixels),
        "dtype": pixels.dtype.name,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(path, "w", **(given | profile)) as sheet:
            sheet.write(pixels)
            if colours:
                sheet.write_colormap(1, colours)
    return path


def moved(row, column, height, width):
    """A shift by 90.5 columns and 10.5 rows, onto edges, and nothing at all in the first 20 columns."""
    columns, rows = np.meshgrid(column + np.arange(width) + 0.5 - 90.5, row + np.arange(height) + 0.5 - 10.5)
    columns[:, column + np.arange(width) < 20] = np.nan
    return columns, rows


def shifted(pixels):
    """By plain slices: an edge belongs to the pixel on its right or below, and the last one to none."""
    done = np.zeros((len(pixels), 560, 800), dtype=pixels.dtype)
    seen = np.zeros((560, 800), dtype=bool)
    done[:, 10 : 10 + HEIGHT, 90 : 90 + WIDTH] = pixels
    seen[10 : 10 + HEIGHT, 90 : 90 + WIDTH] = True
    return done, seen


RANDOM = np.random.default_rng(5)
KINDS = {
    "grey": (RANDOM.integers(0, 256, (1, HEIGHT, WIDTH), dtype=np.uint8), {}),
    "colours": (RANDOM.integers(0, 256, (3, HEIGHT, WIDTH), dtype=np.uint8), {"photometric": "RGB"}),
    "sixteen bits": (RANDOM.integers(0, 65536, (1, HEIGHT, WIDTH), dtype=np.uint16), {}),
    "one bit": (RANDOM.integers(0, 2, (1, HEIGHT, WIDTH), dtype=np.uint8), {"nbits": 1}),
    "palette": (
        RANDOM.integers(0, 4, (1, HEIGHT, WIDTH), dtype=np.uint8),
        {"colours": {0: (255, 255, 250, 255), 1: (0, 0, 0, 255), 2: (200, 0, 90, 255), 3: (0, 90, 200, 255)}},
    ),
    "png": (RANDOM.integers(0, 256, (3, HEIGHT, WIDTH), dtype=np.uint8), {"driver": "PNG"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_keep_their_values_and_colours(kind, tmp_path):
    pixels, profile = KINDS[kind]
    scan = read_scan(put(tmp_path / "scan", pixels, **profile))
    assert (scan.size, scan.bands, scan.placed) == ((WIDTH, HEIGHT), len(pixels), False)
    write_sheet(scan, TARGET, moved, tmp_path / "sheet.tif")
    expected, seen = shifted(pixels)
    with rasterio.open(tmp_path / "sheet.tif") as sheet, warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        assert (sheet.read() == expected).all()
        assert ((sheet.dataset_mask() > 0) == seen).all()
        assert sheet.block_shapes[0] == (512, 512)
        if kind == "palette":
            found = sheet.colormap(1)
            assert {k: found[k] for k in range(4)} == profile["colours"]
        if kind == "one bit":
            assert sheet.tags(1, ns="IMAGE_STRUCTURE")["NBITS"] == "1"


def test_gdal_warps_the_same_pixels(tmp_path):
    """GDAL's warper with five control points of one affine model, onto the same sheet, by nearest pixel."""
    from rasterio.control import GroundControlPoint
    from rasterio.warp import reproject

    pixels = KINDS["grey"][0]
    scan = read_scan(put(tmp_path / "scan.tif", pixels))
    there = np.array([[1.9017, 0.2003, 1100.07], [0.1511, -2.0989, 1950.03]])  # column, row to metres
    back = np.linalg.inv(np.vstack([there, [0.0, 0.0, 1.0]]))

    def lookup(row, column, height, width):
        x = 1000.0 + 2.0 * (column + np.arange(width) + 0.5)
        y = 2000.0 - 2.0 * (row + np.arange(height) + 0.5)
        x, y = np.meshgrid(x, y)
        return back[0, 0] * x + back[0, 1] * y + back[0, 2], back[1, 0] * x + back[1, 1] * y + back[1, 2]

    write_sheet(scan, TARGET, lookup, tmp_path / "sheet.tif")
    places = np.array([[0.0, 0.0], [WIDTH, 0.0], [0.0, HEIGHT], [WIDTH, HEIGHT], [300.0, 200.0]])
    gcps = [
        GroundControlPoint(row=row, col=column, x=x, y=y)
        for (column, row), (x, y) in zip(
            places.tolist(), (places @ there[:, :2].T + there[:, 2]).tolist(), strict=True
        )
    ]
    expected = np.zeros((1, 560, 800), dtype=np.uint8)
    reproject(
        pixels, expected, gcps=gcps, src_crs="EPSG:28408", dst_crs="EPSG:28408", num_threads=1,
        dst_transform=rasterio.Affine(2.0, 0.0, 1000.0, 0.0, -2.0, 2000.0), tolerance=0.0,
    )  # fmt: skip
    with rasterio.open(tmp_path / "sheet.tif") as sheet:
        shown, seen = sheet.read(), sheet.dataset_mask() > 0
    assert seen.mean() > 0.5
    # GDAL fits the way back anew: places within its rounding of an edge between pixels may go either way.
    assert (shown == expected)[:, seen].mean() > 0.999


def test_a_scan_that_unpacks_only_as_a_whole_is_refused(tmp_path):
    """One block of 300 million pixels: its size is in the header, and nothing is unpacked to see it."""
    path = tmp_path / "block.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=20_000, height=15_000, count=1, dtype="uint8", compress="deflate",
        tiled=True, blockxsize=20_000, blockysize=15_008, sparse_ok=True,
        transform=rasterio.Affine(1.0, 0.0, 5.0, 0.0, -1.0, 5.0),
    ):  # fmt: skip
        pass
    with pytest.raises(
        BadInputError, match="it can only be unpacked as a whole, 300,160,000 pixels at a time"
    ):
        read_scan(path)


def test_a_scan_with_coordinates_says_so(tmp_path):
    pixels = KINDS["grey"][0]
    placed = put(tmp_path / "a.tif", pixels, transform=rasterio.Affine(2.0, 0.0, 5.0, 0.0, -2.0, 9.0))
    assert read_scan(placed).placed


def test_bands_of_numbers_only(tmp_path):
    path = put(tmp_path / "a.tif", KINDS["grey"][0].astype(np.complex64))
    with pytest.raises(BadInputError, match="its bands are complex64"):
        read_scan(path)
