"""The overlay of all sources into labelled faces with areas, against four other ways.

Run: python benchmarks/overlay.py [DOSSIER] [--without NAME ...]

The work: the corridor of the shipped case (25 km around all limits) is cut by what the sources with
areas draw (five of the six; lines show no areas), and every part is told with the label of each
source and its area. The other ways:

* geopandas: `overlay(how="identity")` source by source;
* shapely, chained: every part so far cut by `intersection` and `difference` with each area in turn;
* shapely, textbook: `unary_union` of all boundaries, `polygonize`, `contains` for each area;
* PostGIS: `ST_Union` of the boundaries, `ST_Polygonize`, a join on `ST_Contains`, `ST_Area` on the spheroid;
* PostGIS, tuned: the same with the join forced to take area by area, so that each is prepared once.

A server is started where Debian's postgresql-15-postgis-3 is installed. All begin from the same whole
areas and may cut them to the box of the corridor first. Those in Python take areas with `areas_m2` too,
so that only the overlay is compared. Times are processor time, the least of some runs; that of PostGIS
is told by the server's own process (no parallel workers), in steps of 10 ms.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

import numpy as np
import shapely

from merestone.compare.matrices import source_areas_km2
from merestone.compare.overlay import overlay
from merestone.geometry.areas import areas_m2
from merestone.geometry.corridor import corridor
from merestone.lines.trace import trace
from merestone.model.sources import Case, SourceKind
from merestone.sources.dossier import read_dossier
from merestone.sources.load import load_case

EXAMPLE = Path(__file__).parents[1] / "examples" / "armenia-azerbaijan"
POSTGRES = Path("/usr/lib/postgresql/15/bin")
Areas = dict[str, dict[str, shapely.MultiPolygon]]


def timed(work: Callable[[], object], runs: int = 1) -> tuple[float, object]:
    """The least processor time of some runs, and the result."""
    best, result = np.inf, None
    for _ in range(runs):
        start = process_time()
        result = work()
        best = min(best, process_time() - start)
    return best, result


def corridor_of(case: Case) -> shapely.MultiPolygon:
    tracing = trace(case.parties, case.sources, case.settings, case.ellipsoid)
    limits = (limit for traced in tracing.sources for limit in traced.limits)
    return corridor([strand.coords for limit in limits for strand in limit.strands], case.settings.corridor_m)


def merestone_way(case: Case, within: shapely.MultiPolygon) -> tuple[int, float]:
    laid = overlay(case.parties, [s for s in case.sources if s.info.kind is not SourceKind.LINES], within)
    source_areas_km2(laid)
    return len(laid.faces.polygons), float(laid.faces.areas_m2.sum())


def boxed(areas: Areas, within: shapely.MultiPolygon) -> Areas:
    west, south, east, north = within.bounds
    return {
        source: {party: shapely.clip_by_rect(area, west, south, east, north) for party, area in sides.items()}
        for source, sides in areas.items()
    }


def geopandas_way(areas: Areas, within: shapely.MultiPolygon) -> tuple[int, float]:
    import geopandas

    parts = geopandas.GeoDataFrame(geometry=[within], crs="EPSG:4326")
    for source, sides in boxed(areas, within).items():
        shown = geopandas.GeoDataFrame({source: list(sides)}, geometry=list(sides.values()), crs="EPSG:4326")
        parts = geopandas.overlay(parts, shown, how="identity", keep_geom_type=True)
    parts = parts.explode(index_parts=False)
    return len(parts), float(areas_m2(parts.geometry.to_numpy()).sum())


def shapely_way(areas: Areas, within: shapely.MultiPolygon) -> tuple[int, float]:
    parts = shapely.get_parts(within)
    for sides in boxed(areas, within).values():
        for area in sides.values():
            shapely.prepare(area)
            met = shapely.intersects(area, parts)
            cut = np.concatenate(
                [shapely.intersection(parts[met], area), shapely.difference(parts[met], area)]
            )
            parts = np.concatenate([parts[~met], shapely.get_parts(cut)])
            parts = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
    return len(parts), float(areas_m2(parts).sum())


def textbook_way(areas: Areas, within: shapely.MultiPolygon) -> tuple[int, float]:
    whole = [area for sides in boxed(areas, within).values() for area in sides.values()]
    lines = shapely.unary_union([shapely.boundary(within), *shapely.boundary(whole)])
    parts = shapely.get_parts(shapely.polygonize([lines]))
    places = shapely.point_on_surface(parts)
    parts = parts[shapely.contains(within, places)]
    for area in whole:
        shapely.contains(area, shapely.point_on_surface(parts))
    return len(parts), float(areas_m2(parts).sum())


@contextmanager
def server() -> Iterator[str | None]:
    """A DSN of a server started for the time being, None where none can be."""
    if not (POSTGRES / "initdb").exists():
        yield None
        return
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="merestone-postgis-"))
    try:
        if user:
            shutil.chown(folder, "postgres")

        def run(*command: object) -> None:
            subprocess.run([*user, *map(str, command)], check=True, capture_output=True, cwd=folder)

        run(POSTGRES / "initdb", "-D", folder / "data", "-U", "bench")
        options = f"-c listen_addresses='' -k {folder} -c shared_buffers=512MB -c work_mem=256MB -c jit=off"
        options += " -c max_parallel_workers=0"
        run(POSTGRES / "pg_ctl", "-D", folder / "data", "-o", options, "-w", "-l", folder / "log", "start")
        try:
            yield f"host={folder} user=bench dbname=postgres"
        finally:
            run(POSTGRES / "pg_ctl", "-D", folder / "data", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def psql(dsn: str, script: str) -> str:
    command = ["psql", dsn, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return done.stdout.strip()


LOAD = """
CREATE EXTENSION IF NOT EXISTS postgis;
DROP TABLE IF EXISTS bench_area, bench_within;
CREATE TABLE bench_area (source text, party text, geom geometry);
CREATE TABLE bench_within (geom geometry);
"""
QUERY = """
WITH lines AS (
  SELECT ST_Union(ST_Boundary(geom)) AS geom FROM (
    SELECT ST_ClipByBox2D(bench_area.geom, bench_within.geom::box2d) AS geom FROM bench_area, bench_within
    UNION ALL SELECT geom FROM bench_within
  ) AS every
), face AS (
  SELECT row_number() OVER () AS id, (part).geom AS geom
  FROM (SELECT ST_Dump(ST_Polygonize(geom)) AS part FROM lines) AS dumped
), placed AS (
  SELECT id, face.geom, ST_PointOnSurface(face.geom) AS place FROM face
), here AS (
  SELECT placed.* FROM placed, bench_within WHERE ST_Contains(bench_within.geom, placed.place)
), shown AS (
  SELECT here.id, bench_area.source, string_agg(bench_area.party, '+' ORDER BY bench_area.party) AS label
  FROM here JOIN bench_area ON ST_Contains(bench_area.geom, here.place) GROUP BY here.id, bench_area.source
), labelled AS (
  SELECT here.id, ST_Area(here.geom::geography) AS m2, jsonb_object_agg(shown.source, shown.label)
    FILTER (WHERE shown.source IS NOT NULL) AS labels
  FROM here LEFT JOIN shown USING (id) GROUP BY here.id, here.geom
)
SELECT count(*), sum(m2), count(DISTINCT labels) FROM labelled;
"""


TUNED = QUERY.replace(
    "FROM here JOIN bench_area ON ST_Contains(bench_area.geom, here.place)",
    "FROM bench_area CROSS JOIN LATERAL"
    " (SELECT * FROM here WHERE ST_Contains(bench_area.geom, here.place) OFFSET 0) AS here",
)
# Fields 14 and 15 of the process that serves the session: ticks of processor time.
TICKS = """SELECT split_part(stat, ' ', 14)::int + split_part(stat, ' ', 15)::int
  FROM pg_read_file('/proc/self/stat') AS stat;"""


def fill(dsn: str, areas: Areas, within: shapely.MultiPolygon) -> None:
    def literal(area: shapely.Geometry) -> str:
        return f"ST_GeomFromWKB('\\x{area.wkb_hex}'::bytea, 4326)"

    rows = "".join(
        f"INSERT INTO bench_area VALUES ('{source}', '{party}', {literal(area)});\n"
        for source, sides in areas.items()
        for party, area in sides.items()
    )
    corridor_row = f"INSERT INTO bench_within VALUES ({literal(within)});\n"
    psql(dsn, LOAD + rows + corridor_row + "ANALYZE;")


def postgis_way(dsn: str, query: str, runs: int) -> tuple[float, tuple[int, float]]:
    took_s = np.inf
    for _ in range(runs):
        before, row, after = psql(dsn, TICKS + query + TICKS).split()
        took_s = min(took_s, (int(after) - int(before)) / os.sysconf("SC_CLK_TCK"))
        count, m2, _ = row.split("|")
    return took_s, (int(count), float(m2))


def areas_of(case: Case) -> Areas:
    return {source.info.id: dict(source.sides) for source in case.sources if source.sides}


def report(name: str, took_s: float, result: tuple[int, float], whole_m2: float, ours_s: float) -> None:
    parts, total_m2 = result
    off_m2 = total_m2 - whole_m2
    print(f"  {name:17s} {took_s:7.2f} s {took_s / ours_s:5.1f} x {parts:7,} parts, off by {off_m2:.2g} m²")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dossier", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--without", nargs="*", default=[], help="ways to leave out")
    arguments = parser.parse_args()
    case = load_case(read_dossier(arguments.dossier), None, sha256="", oriented="")
    within = corridor_of(case)
    whole_m2 = float(areas_m2(np.array([within], dtype=object))[0])
    areas = areas_of(case)
    segments = sum(int(shapely.get_num_coordinates(a)) for sides in areas.values() for a in sides.values())
    print(f"{len(areas)} sources, {segments:,} vertices, corridor of {whole_m2 / 1e6:,.1f} km²")
    ours_s, ours = timed(lambda: merestone_way(case, within), runs=7)
    report("merestone", ours_s, ours, whole_m2, ours_s)
    ways = {"shapely textbook": textbook_way, "geopandas": geopandas_way, "shapely chained": shapely_way}
    for name, way in ways.items():
        if name in arguments.without:
            continue
        try:
            report(name, *timed(lambda way=way: way(areas, within), runs=3), whole_m2, ours_s)
        except ImportError as error:
            print(f"  skipped: {name} ({error})")
    with server() as dsn:
        if dsn is None:
            print("  skipped: PostGIS (no postgresql-15-postgis-3 here)")
        elif "PostGIS" not in arguments.without:
            fill(dsn, areas, within)
            print(
                f"  {psql(dsn, 'SELECT postgis_full_version();')[:60]}; shapely's GEOS {shapely.geos_version}"
            )
            for name, query in (("PostGIS", QUERY), ("PostGIS, tuned", TUNED)):
                report(name, *postgis_way(dsn, query, runs=3), whole_m2, ours_s)


if __name__ == "__main__":
    main()
