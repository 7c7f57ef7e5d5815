"""Features: all ways of the Andorra extract against three sources, and `geopandas.overlay` of the same.

Run: python benchmarks/features.py

Three maps of the outline: the parishes as they are, simplified to 50 m, and displaced by 200 m. Ours cuts
every way into stretches with a label, with lengths on the ellipsoid, and finds each crossing with its
place and angle. The peer (`how="identity"`) gives the parts inside and outside, without lengths and
crossings. Target: at least 5 times as fast. Joining ways into routes is timed beside it.

Both are checked against each other: lengths inside, measured on the ellipsoid, agree to 1 mm a way.
"""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import geopandas
import numpy as np
import pyogrio
import shapely

from merestone.features.cutting import Lines
from merestone.features.labels import label_sources
from merestone.features.routes import routes_of
from merestone.features.stretches import crossings, stretches
from merestone.geometry.lengths import edge_lengths_m
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import Feature, Source, SourceInfo, SourceKind

FILE = Path(__file__).parents[1] / "examples" / "andorra" / "andorra.osm.pbf"


def best_of(runs: int, work: Callable[[], object]) -> float:
    """The shortest processor time in seconds of a few runs: the one least disturbed."""
    times = []
    for _ in range(runs):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def read(layer: str, where: str | None = None) -> np.ndarray:
    return shapely.from_wkb(pyogrio.raw.read(FILE, layer=layer, where=where, columns=[])[2])


def ours(ways: list[np.ndarray], sources: list[Source]) -> list[tuple[Lines, object, object]]:
    """From coordinates and areas, nothing prepared."""
    lines = Lines(ways, WGS84)
    made = []
    for asked in label_sources(sources, ("AND", "FRA"), {}, WGS84):
        found, cuts = stretches(lines, asked, 0.001)
        made.append((asked, found, crossings(lines, found, cuts, asked)))
    return made


def peer(frame: geopandas.GeoDataFrame, areas: list[shapely.Geometry]) -> list[geopandas.GeoDataFrame]:
    made = []
    for area in areas:
        source = geopandas.GeoDataFrame({"label": ["AND"]}, geometry=[area], crs=frame.crs)
        made.append(geopandas.overlay(frame, source, how="identity", keep_geom_type=True))
    return made


def inside_m(parts: geopandas.GeoDataFrame, count: int) -> np.ndarray:
    """Length on the ellipsoid of the parts inside, by way."""
    total = np.zeros(count)
    for way, geometry in zip(
        parts.way[parts.label == "AND"], parts.geometry[parts.label == "AND"], strict=True
    ):
        for part in shapely.get_parts(geometry):
            total[way] += edge_lengths_m(shapely.get_coordinates(part)).sum()
    return total


def main() -> None:
    outline = shapely.union_all(read("multipolygons", "admin_level = '7'"))
    areas = [
        outline,
        shapely.simplify(outline, 0.0006),
        shapely.transform(outline, lambda c: c + np.array([0.0024, 0.0])),
    ]
    drawn = read("lines")
    ways = [shapely.get_coordinates(way) for way in drawn]
    sources = [
        Source(SourceInfo(f"map-{k}", SourceKind.ONE_SIDED, "", f"map-{k}"), sides, None, None, None, ())
        for k, sides in enumerate({"AND": shapely.multipolygons([area])} for area in areas)
    ]
    frame = geopandas.GeoDataFrame({"way": np.arange(len(drawn))}, geometry=list(drawn), crs="EPSG:4326")
    ours_s = best_of(5, lambda: ours(ways, sources))
    peer_s = best_of(3, lambda: peer(frame, areas))
    worst_m, crossed = 0.0, 0
    for (asked, found, at), parts in zip(ours(ways, sources), peer(frame, areas), strict=True):
        own = np.isin(found.code, [asked.labels.index("AND"), asked.on_line])
        length_m = np.bincount(found.line[own], (found.to_m - found.from_m)[own], minlength=len(ways))
        worst_m = max(worst_m, float(np.abs(length_m - inside_m(parts, len(ways))).max()))
        crossed += len(at.at_m)
    print(f"{len(ways):,} ways, {sum(map(len, ways)):,} vertices, three sources, {crossed} crossings")
    print(f"stretches, lengths, crossings   {ours_s:8.3f} s")
    print(f"geopandas.overlay, identity     {peer_s:8.3f} s   {peer_s / ours_s:5.1f} times as long")
    print(f"largest difference of lengths inside, by way: {1000.0 * worst_m:.4f} mm")
    features = [
        Feature(str(k), {}, None, way, {}, ref)
        for k, (way, ref) in enumerate(zip(drawn, refs(), strict=True))
    ]
    routes_s = best_of(3, lambda: routes_of(features, WGS84))
    print(f"joined into {len(routes_of(features, WGS84)):,} routes    {routes_s:8.3f} s")
    ok = peer_s >= 5.0 * ours_s and worst_m <= 1e-3
    print("targets reached" if ok else "targets MISSED")
    if not ok:
        raise SystemExit(1)


def refs() -> list[str | None]:
    """The reference of each way."""
    from merestone.sources.osm import tags_of

    tags = pyogrio.raw.read(FILE, layer="lines", columns=["other_tags"], read_geometry=False)[3][0]
    return [tags_of(one).get("ref") for one in tags]


if __name__ == "__main__":
    main()
