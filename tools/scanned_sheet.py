"""Draws the sheet of examples/scanned-sheet: a real limit on a made-up map, with errors that are known.

The limit of `osm-2017` in the shipped dossier is carried to EPSG:28408, laid down askew and stretched as
paper may lie on a scanner, and drawn with a graticule on a scan of 150 dots an inch at 1:100,000. Control
points are crossings of the graticule, read off by a hand that errs by 0.6 pixels an axis; the traced line
errs by 0.4.

    python tools/scanned_sheet.py [FOLDER]
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer

ROOT = Path(__file__).parents[1]
WIDTH, HEIGHT, PIXEL_M = 3000, 2700, 17.0
WEST, SOUTH, EAST, NORTH = 45.0, 41.0, 45.5, 41.0 + 1.0 / 3.0
"""Degrees on the datum of the map, SK-42."""
TURN, STRETCH, SHRINK = np.deg2rad(0.8), 1.004, 0.997
INK_PX = 1.2


class Truth:
    """From degrees on WGS 84 or on SK-42 to pixels, as the sheet was drawn and scanned."""

    def __init__(self) -> None:
        self._datum = Transformer.from_pipeline("EPSG:15865")
        self._grid = Transformer.from_crs(4284, 28408, always_xy=True)
        middle = [[(WEST + EAST) / 2.0, (SOUTH + NORTH) / 2.0]]
        self._middle = self.grid(np.array(middle))[0]

    def own(self, lonlat: np.ndarray) -> np.ndarray:
        lat, lon = self._datum.transform(lonlat[:, 1], lonlat[:, 0], direction="INVERSE")
        return np.column_stack([lon, lat])

    def grid(self, own: np.ndarray) -> np.ndarray:
        return np.column_stack(self._grid.transform(own[:, 0], own[:, 1]))

    def pixels(self, own: np.ndarray) -> np.ndarray:
        x, y = ((self.grid(own) - self._middle) / PIXEL_M).T
        across = x * np.cos(TURN) - y * np.sin(TURN)
        up = x * np.sin(TURN) + y * np.cos(TURN)
        return np.column_stack([WIDTH / 2.0 + STRETCH * across, HEIGHT / 2.0 - SHRINK * up])


def limits(truth: Truth) -> list[np.ndarray]:
    """The common edges of both parties' outlines within the sheet, degrees on SK-42, each line a piece."""
    tree = json.loads((ROOT / "examples/armenia-azerbaijan/sources/osm-2017.geojson").read_text())
    one, other = (shapely.from_geojson(json.dumps(part["geometry"])) for part in tree["features"])
    common = shapely.line_merge(shapely.intersection(one.boundary, other.boundary))
    own = shapely.transform(common, truth.own)
    inside = shapely.intersection(own, shapely.box(WEST, SOUTH, EAST, NORTH))
    parts = [part for part in shapely.get_parts(shapely.line_merge(inside)) if part.length > 0.02]
    return [shapely.get_coordinates(part) for part in parts]


def graticule() -> list[np.ndarray]:
    """Every five minutes, in steps short enough to be straight."""
    along = np.linspace(0.0, 1.0, 60)
    down = [
        np.column_stack([np.full(60, lon), SOUTH + along * (NORTH - SOUTH)])
        for lon in np.linspace(WEST, EAST, 7)
    ]
    across = [
        np.column_stack([WEST + along * (EAST - WEST), np.full(60, lat)])
        for lat in np.linspace(SOUTH, NORTH, 5)
    ]
    return [*down, *across]


def draw(path: Path, lines: list[np.ndarray], border: list[np.ndarray]) -> None:
    import rasterio
    from rasterio.features import rasterize

    thin = [shapely.LineString(line).buffer(INK_PX / 2.0) for line in lines]
    thick = [shapely.LineString(line).buffer(INK_PX * 1.5) for line in border]
    ink = rasterize([*thin, *thick], out_shape=(HEIGHT, WIDTH), all_touched=False).astype(np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(
            path, "w", driver="GTiff", width=WIDTH, height=HEIGHT, count=1, dtype="uint8", nbits=1,
            compress="ccittfax4", photometric="miniswhite",
        ) as scan:  # fmt: skip
            scan.write(ink, 1)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    truth, rng = Truth(), np.random.default_rng(28408)
    crossings = np.array(
        [(lon, lat) for lat in np.linspace(SOUTH, NORTH, 5) for lon in np.linspace(WEST, EAST, 7)]
    )
    crossings = crossings[::2]
    read = truth.pixels(crossings) + rng.normal(0.0, 0.6, crossings.shape)
    rows = [
        f"{k},{column:.1f},{row:.1f},{north:.1f},{east:.1f}"
        for k, ((column, row), (east, north)) in enumerate(zip(read, truth.grid(crossings), strict=True), 1)
    ]
    header = "# crs: EPSG:28408\nid,column,row,northing,easting\n"
    (folder / "k-38-91.csv").write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    drawn = [truth.pixels(line) for line in limits(truth)]
    traced = [line + rng.normal(0.0, 0.4, line.shape) for line in drawn]
    coordinates = [[[round(x, 1), round(y, 1)] for x, y in line.tolist()] for line in traced]
    tree = {"type": "MultiLineString", "coordinates": coordinates}
    (folder / "border.geojson").write_text(json.dumps(tree) + "\n", encoding="utf-8")
    draw(folder / "k-38-91.tif", [truth.pixels(line) for line in graticule()], drawn)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "scanned-sheet")
