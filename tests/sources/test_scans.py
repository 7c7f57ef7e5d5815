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
    """A shift by 90.25 columns and 10.5 rows, and nothing at all in the first 20 columns."""
    columns, rows = np.meshgrid(column + np.arange(width) + 0.5 - 90.25, row + np.arange(height) + 0.5 - 10.5)
    columns[:, column + np.arange(width) < 20] = np.nan
    return columns, rows


def shifted(pixels):
    """By plain slices: columns 90.25 fall on the pixel before (0.25 left of its middle), rows on an edge."""
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
