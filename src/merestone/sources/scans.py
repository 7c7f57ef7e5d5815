"""Scans of maps through rasterio, an optional part (extra ``raster``): read and written by tiles."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.errors import BadInputError, MissingExtraError
from merestone.model.georeference import Sheet
from merestone.model.progress import Progress, silent

Floats = NDArray[np.float64]
TileLookup = Callable[[int, int, int, int], tuple[Floats, Floats]]
"""Row, column, height and width of a tile of the sheet to columns and rows of the scan."""

_DRIVERS = {
    b"II*\0": "GTiff",
    b"MM\0*": "GTiff",
    b"II+\0": "GTiff",
    b"MM\0+": "GTiff",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\0\0\0\x0cjP": "JP2OpenJPEG",
}
"""Formats by how they begin; all hold their pixels themselves, and fetch none from a disk or a network."""
_CACHE_MB = 256
_MOST_BLOCK = 1 << 28
_TILE = 512
_WIDE = 2048
"""A scan in strips costs time for each strip that a window touches: wide windows touch each less often."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan, as its file describes it."""

    path: Path
    width: int
    height: int
    bands: int
    kind: str
    """Type of its pixels, as numpy names it."""
    placed: bool
    """Whether the file says where on the ground it lies; nothing is made of that."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height


@dataclass(frozen=True, slots=True)
class Target:
    """What is written: a raster, its reference system, and as tags what the file says of itself."""

    sheet: Sheet
    wkt: str
    said: tuple[tuple[str, str], ...]


def read_scan(path: Path) -> Scan:
    """Size and bands of a scan.

    Raises BadInputError where it cannot be read, MissingExtraError where rasterio is not installed.
    """
    with _opened(path) as scan:
        block = max(height * width for height, width in scan.block_shapes)
        if block * scan.count * np.dtype(scan.dtypes[0]).itemsize > _MOST_BLOCK:
            raise BadInputError(
                f"{path}: it can only be unpacked as a whole, {block:,} pixels at a time; write it in tiles "
                "first (gdal_translate -co TILED=YES -co COMPRESS=DEFLATE)"
            )
        if len(set(scan.dtypes)) > 1 or np.dtype(scan.dtypes[0]).kind not in "uif":
            raise BadInputError(
                f"{path}: its bands are {', '.join(scan.dtypes)}; give a scan with bands of one kind"
            )
        placed = not scan.transform.is_identity or bool(scan.gcps[0])
        return Scan(path, scan.width, scan.height, scan.count, scan.dtypes[0], placed)


def write_sheet(
    scan: Scan, target: Target, lookup: TileLookup, out: Path, *, progress: Progress = silent
) -> None:
    """Write a scan as a GeoTIFF in its map's system, tile by tile: memory does not grow with its size.

    Each pixel of the sheet takes the nearest pixel of the scan, so colours stay as they are; those beside the
    scan are masked. Raises BadInputError where the scan cannot be read to its end.
    """
    across, down = target.sheet.width, target.sheet.height
    with _opened(scan.path) as source, _created(source, target, out) as raster:
        for row in range(0, down, _TILE):
            progress("drawing the sheet", out.name, row / down)
            for column in range(0, across, _WIDE):
                height, width = min(_TILE, down - row), min(_WIDE, across - column)
                columns, rows = lookup(row, column, height, width)
                pixels, mask = _taken(source, scan, columns, rows)
                window = _window(column, row, width, height)
                raster.write(pixels, window=window)
                raster.write_mask(mask, window=window)


def _taken(source: Any, scan: Scan, columns: Floats, rows: Floats) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """The pixels that a tile takes, (bands, height, width), and its mask: 255 where there is one."""
    with np.errstate(invalid="ignore"):
        inside = (columns >= 0.0) & (columns < scan.width) & (rows >= 0.0) & (rows < scan.height)
    mask = np.where(inside, np.uint8(255), np.uint8(0))
    if inside.all():  # nearly all tiles: nothing need be picked out
        return _picked(source, scan, columns.astype(np.int32), rows.astype(np.int32)), mask
    pixels = np.zeros((scan.bands, *columns.shape), dtype=scan.kind)
    if inside.any():
        at = columns[inside].astype(np.int32), rows[inside].astype(np.int32)
        pixels[:, inside] = _picked(source, scan, *at)
    return pixels, mask


def _picked(source: Any, scan: Scan, columns: NDArray[np.int32], rows: NDArray[np.int32]) -> NDArray[Any]:
    """The pixels of the scan at whole columns and rows, (bands, ...), by one window that holds them all."""
    left, top = int(columns.min()), int(rows.min())
    width, height = int(columns.max()) - left + 1, int(rows.max()) - top + 1
    found = _read(source, scan, _window(left, top, width, height)).reshape(scan.bands, -1)
    at = rows.astype(np.intp)
    at -= top
    at *= width
    at += columns
    at -= left
    return found.take(at, axis=1)


def _read(source: Any, scan: Scan, window: Any) -> NDArray[Any]:
    from rasterio.errors import RasterioError

    try:
        return np.asarray(source.read(window=window))
    except (RasterioError, OSError) as error:
        why = " ".join(str(error.__cause__ or error).split())
        raise BadInputError(
            f"{scan.path}: it cannot be read about row {int(window.row_off):,} ({why}); "
            "fetch or scan it again"
        ) from None


def _window(column: int, row: int, width: int, height: int) -> Any:
    from rasterio.windows import Window

    return Window(column, row, width, height)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    rasterio = _rasterio(path)
    driver = _driver(path)
    with ExitStack() as stack:
        stack.enter_context(
            rasterio.Env(
                GDAL_CACHEMAX=_CACHE_MB, GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_PAM_ENABLED=False
            )
        )
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        try:
            source = stack.enter_context(rasterio.open(path, driver=driver))
        except rasterio.errors.RasterioError as error:
            raise BadInputError(
                f"{path}: it is no scan that can be read ({' '.join(str(error).split())}); "
                "give a TIFF, PNG or JPEG"
            ) from None
        yield source


def _driver(path: Path) -> str:
    """GDAL's name of the format, told by the first bytes."""
    if not path.is_file():
        raise BadInputError(f"{path}: no such file; name the scan of the map")
    with path.open("rb") as file:
        head = file.read(8)
    for begins, driver in _DRIVERS.items():
        if head.startswith(begins):
            return driver
    raise BadInputError(f"{path}: it is no TIFF, PNG, JPEG or JPEG 2000; give the scan as one of these")


@contextmanager
def _created(source: Any, target: Target, out: Path) -> Iterator[Any]:
    rasterio, sheet = _rasterio(out), target.sheet
    profile = {
        "driver": "GTiff", "width": sheet.width, "height": sheet.height, "count": source.count,
        "dtype": source.dtypes[0], "crs": rasterio.crs.CRS.from_wkt(target.wkt),
        "transform": rasterio.Affine(sheet.across, 0.0, sheet.west, 0.0, -sheet.down, sheet.north),
        "tiled": True, "blockxsize": _TILE, "blockysize": _TILE, "compress": "deflate", "bigtiff": "if_safer",
        "interleave": "pixel", "num_threads": 1,
    }  # fmt: skip
    bits = source.tags(1, ns="IMAGE_STRUCTURE").get("NBITS")
    if bits is not None:
        profile["nbits"] = bits
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(out, "w", **profile) as raster,
    ):
        raster.colorinterp = source.colorinterp
        if source.colorinterp[0] is rasterio.enums.ColorInterp.palette:
            raster.write_colormap(1, source.colormap(1))
        raster.update_tags(**dict(target.said))
        yield raster


def _rasterio(path: Path) -> Any:
    try:
        import rasterio
        import rasterio.enums
        import rasterio.errors
    except ImportError:
        raise MissingExtraError(
            f"{path}: reading a scan needs rasterio, which is not installed",
            hint="install the extra: pip install 'merestone[raster]'; points and lines alone need no scan",
        ) from None
    return rasterio
