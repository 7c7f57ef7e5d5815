"""`merestone georeference`: what it writes from a scan, and every input that it refuses."""

import csv
import io
import json
import runpy
import sys
import warnings
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import referencing

from merestone.cli.app import run
from merestone.publish.schema import SCHEMAS, load_schema

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 620, 560
GRID = [(60, 50), (300, 70), (560, 40), (80, 280), (330, 260), (570, 300), (50, 510), (310, 530), (590, 500)]
LINE = [[100.0, 100.0], [200.5, 180.0], [310.0, 250.0], [420.0, 300.0], [500.0, 420.0]]
EAST, NORTH = 8_480_000.0, 4_520_000.0


def ground(places, pixel_m=80.0, turn=0.01):
    """Where the truth has pixels: a similarity, metres east and north in EPSG:28408."""
    x, y = np.asarray(places, dtype=float).T
    return np.column_stack(
        [EAST + pixel_m * (x + turn * (HEIGHT - y)), NORTH + pixel_m * (HEIGHT - y - turn * x)]
    )


def rows(noise_m=20.0):
    """Rows of a table of control points; errors of the map by a fixed seed."""
    noisy = ground(GRID) + np.random.default_rng(7).normal(0.0, noise_m, (len(GRID), 2))
    return [
        {"id": str(k), "column": column, "row": row, "northing": round(north, 1), "easting": round(east, 1)}
        for k, ((column, row), (east, north)) in enumerate(zip(GRID, noisy.tolist(), strict=True), start=1)
    ]


def put_csv(folder, table, name="points.csv", delimiter=","):
    out = io.StringIO()
    writer = csv.DictWriter(out, table[0].keys(), lineterminator="\n", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(table)
    (folder / name).write_text(out.getvalue(), encoding="utf-8")
    return str(folder / name)


def put_points(
    folder, table, header="mapX,mapY,sourceX,sourceY,enable,dX,dY,residual", crs=None, swapped=False
):
    lines = [header]
    for row in table:
        x, y = row["easting"], row["northing"]
        if swapped:
            x, y = y, x
        lines.append(f"{x},{y},{row['column']},{-row['row']},{row.get('enable', 1)},0,0,0"[:None])
    if header.count(",") == 4:
        lines[1:] = [line.rsplit(",", 3)[0] for line in lines[1:]]
    text = ("" if crs is None else f"#CRS: {crs}\n") + "\n".join(lines) + "\n"
    (folder / "scan.points").write_text(text, encoding="utf-8")
    return str(folder / "scan.points")


def put_line(folder, coordinates=LINE, name="border.geojson", kind="LineString"):
    shape = {"type": kind, "coordinates": coordinates}
    (folder / name).write_text(json.dumps({"type": "Feature", "properties": {"no": 1}, "geometry": shape}))
    return str(folder / name)


def put_scan(folder, name="scan.tif", **profile):
    rasterio = pytest.importorskip("rasterio")
    pixels = np.random.default_rng(2).integers(0, 255, (3, HEIGHT, WIDTH), dtype=np.uint8)
    given = {"driver": "GTiff", "width": WIDTH, "height": HEIGHT, "count": 3, "dtype": "uint8"} | profile
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(folder / name, "w", **given) as sheet:
            sheet.write(pixels)
    return folder / name, pixels


def georeferenced(folder, *words, out="out"):
    assert run(["georeference", *words, "-q", "-o", str(folder / out)]) == 0
    return json.loads((folder / out / "georeference.json").read_text())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("georeference")
    scan, pixels = put_scan(folder)
    words = [
        str(scan), "--points", put_csv(folder, rows()), "--crs", "EPSG:28408", "--line", put_line(folder),
        "--digitising-px", "1.5", "--scale", "200000", "--line-width-mm", "0.4", "--sheet", "K-38-A",
    ]  # fmt: skip
    return folder, words, georeferenced(folder, *words), pixels


# -- what it writes -----------------------------------------------------------------------------------------


def test_it_is_as_its_schema_says(whole):
    registry = referencing.Registry().with_resources(
        [
            (load_schema(name)["$id"], referencing.Resource.from_contents(load_schema(name)))
            for name in SCHEMAS
        ]
    )
    jsonschema.Draft202012Validator(load_schema("georeference-1"), registry=registry).validate(whole[2])


def test_the_same_bytes_twice(whole):
    folder, words, _, _ = whole
    georeferenced(folder, *words, out="again")
    names = sorted(path.name for path in (folder / "out").iterdir())
    assert "map.tif" in names
    assert all(
        (folder / "out" / name).read_bytes() == (folder / "again" / name).read_bytes() for name in names
    )


def test_the_figures_are_those_of_plain_least_squares(whole):
    """A similarity was taken; residuals by numpy, on the ground within a scale of 0.01 %."""
    _, _, tree, _ = whole
    assert tree["transformation"]["model"] == "similarity"
    table = rows()
    design, right = [], []
    for row in table:
        x, y = row["column"], -row["row"]
        design += [[1, 0, x, -y], [0, 1, y, x]]
        right += [row["easting"] - EAST, row["northing"] - NORTH]
    solved = np.linalg.lstsq(design, right, rcond=None)[0]
    residual = (np.array(design) @ solved - right).reshape(-1, 2)
    for point, (east, north) in zip(tree["control_points"], residual.tolist(), strict=True):
        assert point["residual"]["distance_m"] == pytest.approx(np.hypot(east, north), rel=2e-4, abs=0.002)
    rmse = np.sqrt((residual**2).sum(axis=1).mean())
    assert tree["models"][0]["rmse_m"] == pytest.approx(rmse, rel=2e-4)


def test_a_carried_line_is_where_the_published_figures_put_it(whole):
    """Computed from the coefficients in the JSON, as the other side would."""
    folder, _, tree, _ = whole
    said = tree["transformation"]["parameters"]
    line = np.array(LINE)
    u, v = (line[:, 0] - said["column0"]) / said["pixels"], (said["row0"] - line[:, 1]) / said["pixels"]
    expected = np.column_stack(
        [
            said[f"{axis}0"] + said["metres"] * (said[axis]["1"] + said[axis]["u"] * u + said[axis]["v"] * v)
            for axis in ("east", "north")
        ]
    )
    carried = json.loads((folder / "out" / "border.geojson").read_text())
    assert carried["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::28408"
    (feature,) = carried["features"]
    assert feature["properties"] == {"no": 1}
    np.testing.assert_allclose(feature["geometry"]["coordinates"], expected, rtol=0, atol=0.0006)
    off_m = np.hypot(*(expected - ground(LINE)).T)
    assert (off_m < tree["models"][0]["radius_95_m"]).all()


def test_the_accuracy_is_the_terms_in_quadrature(whole):
    _, _, tree, _ = whole
    radii = {term["term"]: term["radius_95_m"] for term in tree["accuracy_budget"]}
    assert radii["digitising"] == pytest.approx(1.5 * tree["pixel_m"], abs=0.006)
    assert radii["drafting"] == pytest.approx(0.2e-3 * 200_000)
    assert radii["source"] == pytest.approx(0.508e-3 * 200_000 * np.sqrt(np.log(20) / np.log(10)), abs=0.001)
    assert radii["operation"] == pytest.approx(4.5 * np.sqrt(np.log(20)), abs=0.001)
    assert radii["georeferencing"] == pytest.approx(tree["models"][0]["radius_95_m"], abs=0.006)
    assert tree["accuracy_95_m"] == pytest.approx(np.sqrt(sum(r * r for r in radii.values())), abs=0.01)
    common = {term["term"]: (term["common"], term["shared"]) for term in tree["accuracy_budget"]}
    assert common["georeferencing"] == (True, "control sheet K-38-A")
    assert common["operation"] == (True, "operation EPSG:15865")


def test_the_raster_shows_each_place_where_the_model_has_it(whole):
    """Every pixel of the sheet has the colour of the pixel of the scan under it, by the published figures."""
    folder, _, tree, pixels = whole
    rasterio = pytest.importorskip("rasterio")
    said, lies = tree["transformation"]["parameters"], tree["raster"]["parameters"]
    with rasterio.open(folder / "out" / "map.tif") as sheet:
        assert sheet.crs.to_epsg() == 28408
        assert sheet.tags()["MERESTONE_OPERATION"] == "EPSG:15865"
        shown, mask = sheet.read(), sheet.dataset_mask()
        assert (sheet.transform.c, sheet.transform.f) == (lies["west"], lies["north"])
    x = lies["west"] + (np.arange(shown.shape[2]) + 0.5) * lies["across"]
    y = lies["north"] - (np.arange(shown.shape[1]) + 0.5) * lies["down"]
    z = (np.add.outer(1j * y, x) - complex(said["east0"], said["north0"])) / said["metres"]
    one = complex(said["east"]["1"], said["north"]["1"])
    turn = complex(said["east"]["u"], said["north"]["u"])
    w = (z - one) / turn
    column, row = said["column0"] + w.real * said["pixels"], said["row0"] - w.imag * said["pixels"]
    # 0.05 of a pixel is allowed to the lattice: places nearer to an edge than that may go either way.
    clear = (np.abs(column - np.rint(column)) > 0.05) & (np.abs(row - np.rint(row)) > 0.05)
    inside = (column >= 0) & (column < WIDTH) & (row >= 0) & (row < HEIGHT)
    assert ((mask > 0) == inside)[clear].all()
    sure = clear & inside
    assert sure.mean() > 0.7
    taken = pixels[:, row[sure].astype(int), column[sure].astype(int)]
    assert (shown[:, sure] == taken).all()


def test_points_of_qgis_say_the_same(whole, tmp_path, capsys):
    _, _, tree, _ = whole
    new = georeferenced(tmp_path, "--points", put_points(tmp_path, rows(), crs="EPSG:28408"))
    assert [point["loo"] for point in new["control_points"]] == [p["loo"] for p in tree["control_points"]]
    assert [note["code"] for note in new["findings"]][:1] == ["georeference-rows-upward"]
    older = [row | {"enable": int(row["id"] != "4")} for row in rows()]
    path = put_points(tmp_path, older, header="mapX,mapY,pixelX,pixelY,enable")
    old = georeferenced(tmp_path, "--points", path, "--crs", "EPSG:28408")
    assert [point["id"] for point in old["control_points"]] == ["1", "2", "3", "5", "6", "7", "8", "9"]
    assert "georeference-left-out" in [note["code"] for note in old["findings"]]


def test_x_is_north_where_the_system_calls_it_so(whole, tmp_path, capsys):
    """EPSG:28408 has X north and Y east; UTM has E and N, and columns x and y say nothing there."""
    _, _, tree, _ = whole
    table = [{"column": r["column"], "row": r["row"], "x": r["northing"], "y": r["easting"]} for r in rows()]
    path = put_csv(tmp_path, table)
    done = georeferenced(tmp_path, "--points", path, "--crs", "EPSG:28408")
    assert [(p["x"], p["y"], p["loo"]) for p in done["control_points"]] == [
        (p["x"], p["y"], p["loo"]) for p in tree["control_points"]
    ]
    assert "do not say which is the easting" in refused(
        tmp_path, capsys, "--points", path, "--crs", "EPSG:32638"
    )


def test_a_sheet_in_degrees_may_lie_across_180(tmp_path):
    """Pixels of 0.0005° by 0.0004° about 180°: the raster runs on beyond it, in one piece."""
    scan, _ = put_scan(tmp_path)
    table = [
        {
            "column": x,
            "row": y,
            "longitude": (179.85 + 0.0005 * x + 180.0) % 360.0 - 180.0,
            "latitude": 66.0 - 0.0002 * y,
        }
        for x, y in GRID
    ]
    path = put_csv(tmp_path, table)
    tree = georeferenced(tmp_path, str(scan), "--points", path, "--crs", "EPSG:4326", "--model", "affine")
    lies = tree["raster"]
    assert lies["parameters"]["west"] == pytest.approx(179.85, abs=0.002)
    assert lies["parameters"]["west"] + lies["width"] * lies["parameters"]["across"] == pytest.approx(
        180.16, abs=0.003
    )
    # Meridians converge: an affine model in a plane leaves some metres of 35 km.
    assert max(p["loo"]["distance_m"] for p in tree["control_points"]) < 60.0


def test_degrees_on_the_old_datum_give_the_same_places(whole, tmp_path):
    """Points in degrees of EPSG:4284; their plane is another conformal one: the sheet is 50 km, and the two
    differ by less than a metre after a similarity."""
    from pyproj import Transformer

    _, _, tree, _ = whole
    back = Transformer.from_crs(28408, 4284, always_xy=True)
    table = []
    for row in rows():
        lon, lat = back.transform(row["easting"], row["northing"])
        table.append({key: row[key] for key in ("id", "column", "row")} | {"latitude": lat, "longitude": lon})
    path = put_csv(tmp_path, table)
    done = georeferenced(tmp_path, "--points", path, "--crs", "EPSG:4284")
    assert "transverse Mercator about" in done["plane"]
    for one, other in zip(done["control_points"], tree["control_points"], strict=True):
        assert (one["lon"], one["lat"]) == pytest.approx((other["lon"], other["lat"]), abs=2e-9)
        assert one["loo"]["east_m"] == pytest.approx(other["loo"]["east_m"], abs=1.0)
        assert one["loo"]["north_m"] == pytest.approx(other["loo"]["north_m"], abs=1.0)


def test_a_carried_line_becomes_a_source_of_a_dossier(whole, tmp_path):
    import merestone

    folder, words, tree, _ = whole
    assert run(["init", str(tmp_path / "d"), "--parties", "AAA,BBB"]) == 0
    georeferenced(tmp_path, *words[1:], "--dossier", str(tmp_path / "d"))
    assert (tmp_path / "d" / "sources" / "border.geojson").read_bytes() == (
        folder / "out" / "border.geojson"
    ).read_bytes()
    (source,) = merestone.open(tmp_path / "d").read().sources
    assert source.info.accuracy_95_m == pytest.approx(tree["accuracy_95_m"], abs=0.01)
    assert source.info.operation.code == "EPSG:15865"
    assert source.info.crs == "EPSG:28408"


def test_a_model_asked_for_is_taken_and_its_edges_are_bent(whole, tmp_path):
    _, words, _, _ = whole
    tree = georeferenced(tmp_path, *words[1:], "--model", "polynomial-2")
    assert [one["model"] for one in tree["models"] if one["chosen"]] == ["polynomial-2"]
    assert tree["rule"] == "as asked"
    (line,) = tree["lines"]
    assert line["drawn"] == len(LINE) < line["vertices"]
    assert "georeference-bent" in [note["code"] for note in tree["findings"]]


def test_what_is_not_known_is_said(tmp_path):
    words = ["--points", put_csv(tmp_path, rows()[:5]), "--crs", "EPSG:28408", "--digitising-px", "2"]
    beyond = put_line(tmp_path, [[300.0, 100.0], [300.0, 500.0], [300.0, 310.0]])
    tree = georeferenced(tmp_path, *words, "--line", beyond)
    found = {note["code"]: note["values"] for note in tree["findings"]}
    assert found["georeference-scale-unknown"] == {}
    assert tree["accuracy_95_m"] is None
    # The lowest of the five points are at row 280 (column 80) and row 260 (column 330).
    dx, dy = 250.0 / np.hypot(250.0, 20.0), -20.0 / np.hypot(250.0, 20.0)
    off = [abs(dx * (row - 280.0) - dy * (300.0 - 80.0)) for row in (500.0, 310.0)]
    assert found["georeference-extrapolates"]["count"] == 2
    assert found["georeference-extrapolates"]["pixels"] == pytest.approx(max(off), rel=1e-6)
    assert found["georeference-few-points"]["freedom"] == 6
    assert "accuracy" in (tmp_path / "out" / "source.toml").read_text().rpartition("still open:")[2]


def test_a_page_and_a_table_have_every_point(whole):
    folder, _, tree, _ = whole
    page = (folder / "out" / "georeference.html").read_text()
    table = list(csv.DictReader(io.StringIO((folder / "out" / "residuals.csv").read_text())))
    assert [row["id"] for row in table] == [point["id"] for point in tree["control_points"]]
    assert [float(row["loo_m"]) for row in table] == [p["loo"]["distance_m"] for p in tree["control_points"]]
    assert page.count("<circle") == len(GRID)
    assert "<script" not in page


# -- points that are wrong ----------------------------------------------------------------------------------


def test_a_point_that_stands_out_is_named_and_kept(tmp_path, capsys):
    table = rows()
    table[4]["easting"] += 900.0
    tree = georeferenced(tmp_path, "--points", put_csv(tmp_path, table), "--crs", "EPSG:28408")
    assert [one["id"] for one in tree["outliers"]] == ["5"]
    assert tree["outliers"][0]["distance_m"] == pytest.approx(900.0, abs=100.0)
    assert [point["id"] for point in tree["control_points"] if point["outlier"]] == ["5"]
    assert tree["outliers"][0]["without"]["loo_rmse_m"] < tree["models"][0]["loo_rmse_m"] / 3.0
    words = ["--points", str(tmp_path / "points.csv"), "--crs", "EPSG:28408", "-o", str(tmp_path / "out")]
    assert run(["georeference", *words]) == 0
    assert (
        "warning: control point 5 lies 893.8 m from where the others put it (similarity"
        in capsys.readouterr().err
    )


def test_what_is_below_the_drawing_stands_out_of_nothing(tmp_path):
    """Eight points to a decimetre and one half a metre off: a 160th of a pixel."""
    table = rows(noise_m=0.0)
    table[4]["easting"] += 0.5
    tree = georeferenced(tmp_path, "--points", put_csv(tmp_path, table), "--crs", "EPSG:28408")
    assert tree["outliers"] == []
    assert tree["control_points"][4]["p_value"] < 0.05


def test_the_operation_of_a_dossier_serves_all_maps_in_its_system(whole, tmp_path):
    """Named once, it is that of the next map in the same system, by the entry and then by the lock."""
    _, words, _, _ = whole
    dossier = str(tmp_path / "d")
    assert run(["init", dossier, "--parties", "AAA,BBB"]) == 0
    named = georeferenced(tmp_path, *words[1:], "--dossier", dossier, "--operation", "EPSG:5044")
    assert named["operation"]["code"] == "EPSG:5044"
    more = ["--points", put_csv(tmp_path, rows()), "--dossier", dossier, "--digitising-px", "1"]
    for name in ("second.geojson", "third.geojson"):  # by the entry, then by the lock
        done = georeferenced(tmp_path, *more, "--crs", "EPSG:28408", "--line", put_line(tmp_path, name=name))
        assert done["operation"]["code"] == "EPSG:5044"
        assert run(["lock", dossier, "-q"]) == 0
    put_csv(
        tmp_path,
        [
            {
                "column": r["column"],
                "row": r["row"],
                "lon": 45 + r["column"] / 2e3,
                "lat": 41 - r["row"] / 3e3,
            }
            for r in rows()
        ],
    )
    done = georeferenced(
        tmp_path, *more, "--crs", "EPSG:4284", "--line", put_line(tmp_path, name="4.geojson")
    )
    assert done["operation"]["code"] == "EPSG:15865"


def test_each_sheet_of_a_series_has_one_shift_of_its_own(whole, tmp_path):
    """Two lines of sheet A and one of sheet B: the first two share a shift, which cancels between them."""
    import merestone
    from merestone.uncertainty.model import error_model

    _, words, tree, _ = whole
    dossier = tmp_path / "d"
    assert run(["init", str(dossier), "--parties", "AAA,BBB"]) == 0
    for name, sheet in (("a1", "A"), ("a2", "A"), ("b1", "B")):
        line = put_line(tmp_path, name=f"{name}.geojson")
        more = ["--line", line, "--sheet", sheet, "--dossier", str(dossier)]
        georeferenced(tmp_path, *words[1:5], *words[7:-2], *more)
    models = {one.info.id: error_model(one.info) for one in merestone.open(dossier).read().sources}
    sigma_m = tree["models"][0]["radius_95_m"] / np.sqrt(2.0 * np.log(20.0))
    for name, sheet in (("a1", "A"), ("a2", "A"), ("b1", "B")):
        shared = models[name].shared_m
        assert shared.keys() == {f"control sheet {sheet}", "operation EPSG:15865"}
        assert shared[f"control sheet {sheet}"] == pytest.approx(sigma_m, abs=0.003)


def test_lines_of_one_sheet_with_two_errors_are_refused_before_anything_is_written(whole, tmp_path, capsys):
    _, words, _, _ = whole
    dossier = tmp_path / "d"
    assert run(["init", str(dossier), "--parties", "AAA,BBB"]) == 0
    georeferenced(tmp_path, *words[1:], "--dossier", str(dossier))
    before = (dossier / "dossier.toml").read_bytes()
    capsys.readouterr()
    other = put_line(tmp_path, name="other.geojson")
    again = [word if word != words[6] else other for word in words[1:]]
    told = refused(tmp_path, capsys, *again, "--model", "affine", "--dossier", str(dossier))
    assert "has the same control, 'sheet K-38-A'" in told
    assert (dossier / "dossier.toml").read_bytes() == before


def changed(**changes):
    def spoil(table):
        for key, value in changes.items():
            table[2][key] = value(table[2][key]) if callable(value) else value
        return table

    return spoil


def swapped_all(table):
    return [row | {"easting": row["northing"], "northing": row["easting"]} for row in table]


BAD_POINTS = {
    "repeated": (
        lambda t: [*t, t[2] | {"id": "again"}],
        "points 3 (line 4) and again (line 11) have one pixel",
    ),
    "one pixel, two places": (lambda t: [*t, t[2] | {"id": "x", "easting": 8_490_000.0}], "but two places"),
    "axes exchanged": (swapped_all, "the two are swapped (X north first)"),
    "one row exchanged": (
        changed(easting=4_560_000.0, northing=8_520_000.0),
        "control point 3 (line 4) has the easting 4560000.000",
    ),
    "another zone": (changed(easting=lambda e: e - 1e6), "begin with the zone number 8"),
    "decimal comma": (changed(easting="8480000,5"), "easting is '8480000,5', which is no number; decimals"),
    "nan": (changed(northing="nan"), "northing is 'nan', which is no number"),
    "infinite": (changed(northing="inf"), "northing is 'inf'"),
    "empty": (changed(row=""), "row is '', which is no number"),
    "one id twice": (changed(id="1"), "line 2 and line 4 both have the id '1'"),
    "too few": (lambda t: t[:3], "3 control point(s) are too few: 4 are needed"),
    "on a line": (
        lambda t: [row | {"row": 100 + row["column"] * 0.001 * k} for k, row in enumerate(t)],
        "nearly on a line on the scan",
    ),
    "mixed signs": (changed(row=-70), "rows run from -70 to 530"),
    "no pixel": (changed(column=3e7), "column 3e+07, row 40 is no pixel"),
    "columns": (
        lambda t: [{"id": 1, "px": r["column"], "row": r["row"], "easting": 1, "northing": 2} for r in t],
        "it has the columns id, px, row, easting, northing; what is read is id,column,row",
    ),
    "x and y": (
        lambda t: [{"column": 9, "row": 9, "x": 1, "y": 2, "easting": 3, "northing": 4} for r in t],
        "what is read is",
    ),
}  # fmt: skip


def refused(folder, capsys, *words, code=20):
    """The message, after a run that wrote nothing."""
    assert run(["georeference", *words, "-o", str(folder / "no")]) == code
    assert not (folder / "no").exists()
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert "Traceback" not in told.err
    return told.err


@pytest.mark.parametrize("case", BAD_POINTS)
def test_points_that_cannot_be_used_are_refused(case, tmp_path, capsys):
    spoil, message = BAD_POINTS[case]
    path = put_csv(tmp_path, spoil(rows()))
    assert message in refused(tmp_path, capsys, "--points", path, "--crs", "EPSG:28408")


def test_a_comma_that_parts_fields_is_told_from_a_decimal_one(tmp_path, capsys):
    path = tmp_path / "points.csv"
    path.write_text("id,column,row,easting,northing\n1,10,20,8480000,5,4520000,5\n")
    told = refused(tmp_path, capsys, "--points", str(path), "--crs", "EPSG:28408")
    assert "line 2 has 7 fields where the header has 5 (decimals stand after a point, not a comma)" in told


def test_qgis_points_with_exchanged_axes_fit_only_as_a_mirror_image(tmp_path, capsys):
    """In a system without zone prefix nothing but the residuals tells."""
    table = [row | {"easting": row["easting"] - 8e6, "northing": row["northing"] - 4e6} for row in rows()]
    path = put_points(tmp_path, table, swapped=True)
    told = refused(tmp_path, capsys, "--points", path, "--crs", "EPSG:32638")
    assert "fit the scan only as its mirror image: a similarity leaves" in told
    assert "m with the coordinates exchanged" in told


def test_points_of_the_next_zone_are_named_with_what_they_would_be(tmp_path, capsys):
    """UTM has no prefix: three of nine points on the sheet's edge were given in zone 37."""
    from pyproj import Transformer

    there = Transformer.from_crs(28408, 32638, always_xy=True)
    west = Transformer.from_crs(32638, 32637, always_xy=True)
    table = rows()
    for k, row in enumerate(table):
        row["easting"], row["northing"] = there.transform(row["easting"], row["northing"])
        if k in (0, 3, 6):
            row["easting"], row["northing"] = west.transform(row["easting"], row["northing"])
    path = put_csv(tmp_path, table)
    told = refused(tmp_path, capsys, "--points", path, "--crs", "EPSG:32638")
    assert "fit no map" in told
    for point, line in ((1, 2), (4, 5), (7, 8)):
        assert f"point {point} (line {line}) lies" in told
    assert told.count("as if it were given in the zone 6° to the west") == 3
    assert "point 2 " not in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "nothing says which reference system its coordinates are in"),
        (["--crs", "EPSG:99999999"], "--crs: EPSG:99999999 = 'EPSG:99999999' is no reference system"),
        (
            ["--crs", "EPSG:28408", "--operation", "EPSG:1"],
            "operation = 'EPSG:1' does not lead from EPSG:28408",
        ),
        (["--crs", "EPSG:4284"], "which are no degrees; name the projected system"),
        (
            ["--crs", "EPSG:28408", "--model", "polynomial-2"],
            "polynomial-2: it needs 7 points, one more than",
        ),
        (["--crs", "EPSG:28407"], "begin with the zone number 7"),
    ],
)
def test_a_system_or_model_that_cannot_be_used_is_refused(words, message, tmp_path, capsys):
    path = put_csv(tmp_path, rows()[:6])
    assert message in refused(tmp_path, capsys, "--points", path, *words)


def test_two_systems_are_refused(tmp_path, capsys):
    path = put_points(tmp_path, rows(), crs="EPSG:28407")
    told = refused(tmp_path, capsys, "--points", path, "--crs", "EPSG:28408")
    assert "it says that its coordinates are in EPSG:28407, and --crs says EPSG:28408" in told


# -- lines that are wrong -----------------------------------------------------------------------------------

BAD_LINES = {
    "outside": (
        [*LINE, [900.0, 100.0]],
        "line 1, vertex 6 at column 900, row 100 lies outside the scan of 620 by",
    ),
    "one vertex": ([[1.0, 2.0]], "feature 1 has fewer than two vertices"),
    "no figure": ([[1.0, 2.0], [3.0, "4"]], "feature 1, vertex 2 is [3.0, '4']"),
    "both signs": ([[10.0, 20.0], [30.0, -40.0]], "rows run from -40 to 20"),
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_lines_that_cannot_be_carried_are_refused(case, tmp_path, capsys):
    coordinates, message = BAD_LINES[case]
    scan, _ = put_scan(tmp_path)
    words = [str(scan), "--points", put_csv(tmp_path, rows()), "--crs", "EPSG:28408", "--digitising-px", "1"]
    assert message in refused(tmp_path, capsys, *words, "--line", put_line(tmp_path, coordinates))


def test_files_that_hold_no_line_are_refused(tmp_path, capsys):
    words = ["--points", put_csv(tmp_path, rows()), "--crs", "EPSG:28408", "--digitising-px", "1", "--line"]
    (tmp_path / "a.geojson").write_text('{"type": "LineString", "coordinates": [[1, NaN], [2, 3]]}')
    assert "it is no GeoJSON" in refused(tmp_path, capsys, *words, str(tmp_path / "a.geojson"))
    ring = put_line(tmp_path, [LINE], kind="Polygon")
    assert "feature 1 is Polygon; only LineString" in refused(tmp_path, capsys, *words, ring)
    assert "no such file" in refused(tmp_path, capsys, *words, str(tmp_path / "none.geojson"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--line", "x.geojson"], "--line needs --digitising-px"),
        (["--digitising-px", "1"], "name it with --line"),
        (["--line-width-mm", "0.3"], "say with --scale"),
        (["--model", "best"], "Invalid value for '--model'"),
        (["--scale", "nan"], "--scale nan: give a plain number"),
    ],
)
def test_options_that_do_not_go_together_are_usage(words, message, tmp_path, capsys):
    path = put_csv(tmp_path, rows())
    told = refused(tmp_path, capsys, "--points", path, "--crs", "EPSG:28408", *words, code=2)
    assert message in told


# -- scans that are wrong -----------------------------------------------------------------------------------


def test_scans_that_cannot_be_read_are_refused(tmp_path, capsys):
    scan, _ = put_scan(tmp_path, compress="deflate", tiled=True, blockxsize=128, blockysize=128)
    words = ["--points", put_csv(tmp_path, rows()), "--crs", "EPSG:28408"]
    whole = scan.read_bytes()
    half = tmp_path / "half.tif"
    half.write_bytes(whole[: len(whole) // 2] + bytes(9000) + whole[len(whole) // 2 + 9000 :])
    assert "it cannot be read about row" in refused(tmp_path, capsys, str(half), *words)
    torn = tmp_path / "torn.tif"
    torn.write_bytes(whole[:100])
    assert "it is no scan that can be read" in refused(tmp_path, capsys, str(torn), *words)
    text = tmp_path / "text.tif"
    text.write_text("a map")
    assert "it is no TIFF, PNG, JPEG" in refused(tmp_path, capsys, str(text), *words)
    assert "no such file; name the scan" in refused(tmp_path, capsys, str(tmp_path / "none.tif"), *words)


def test_points_beside_the_scan_are_refused(tmp_path, capsys):
    scan, _ = put_scan(tmp_path)
    table = rows()
    table[8]["column"] = 700
    told = refused(tmp_path, capsys, str(scan), "--points", put_csv(tmp_path, table), "--crs", "EPSG:28408")
    assert "control point 9 (line 10) at column 700, row 500 lies outside the scan of 620 by 560" in told


def test_without_rasterio_a_scan_names_the_extra_and_points_alone_do(tmp_path, capsys, monkeypatch):
    words = ["--points", put_csv(tmp_path, rows()), "--crs", "EPSG:28408"]
    (tmp_path / "scan.tif").write_bytes(b"II*\0")
    for name in [name for name in sys.modules if name.partition(".")[0] == "rasterio"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rasterio", None)
    told = refused(tmp_path, capsys, str(tmp_path / "scan.tif"), *words, code=21)
    assert "merestone[raster]" in told
    assert georeferenced(tmp_path, *words)["scan"] is None


# -- the sheet of the examples ------------------------------------------------------------------------------

SHEET = ROOT / "examples" / "scanned-sheet"


def test_the_sheet_of_the_examples_is_as_its_script_draws_it(tmp_path, monkeypatch):
    """All but the scan, whose bytes hang on GDAL."""
    script = runpy.run_path(str(ROOT / "tools" / "scanned_sheet.py"))
    monkeypatch.setitem(script["main"].__globals__, "draw", lambda *_: None)
    script["main"](tmp_path)
    for name in ("k-38-91.csv", "border.geojson"):
        assert (tmp_path / name).read_bytes() == (SHEET / name).read_bytes()


def test_the_line_of_the_sheet_comes_back_to_the_limit_that_was_drawn(tmp_path, shipped_dossier):
    """A real limit through a known distortion: 95 % of what was traced lies within the 95 % radius of it."""
    import shapely
    from pyproj import Transformer

    words = [str(SHEET / "k-38-91.tif"), "--points", str(SHEET / "k-38-91.csv")]
    line = ["--line", str(SHEET / "border.geojson"), "--digitising-px", "1"]
    tree = georeferenced(tmp_path, *words, *line)
    (chosen,) = (one for one in tree["models"] if one["chosen"])
    assert chosen["model"] == "affine"  # as the script stretched it
    page = (tmp_path / "out" / "georeference.html").read_text()
    picture = (ROOT / "docs" / "images" / "residuals.svg").read_text()
    assert picture.partition("width=")[2] in page  # the how-to shows this plot
    datum = Transformer.from_pipeline("EPSG:15865")
    grid = Transformer.from_crs(4284, 28408, always_xy=True)

    def onto_the_map(lonlat):
        lat, lon = datum.transform(lonlat[:, 1], lonlat[:, 0], direction="INVERSE")
        return np.column_stack(grid.transform(lon, lat))

    shown = json.loads((shipped_dossier / "sources" / "osm-2017.geojson").read_text())["features"]
    limit = shapely.union_all(
        [
            shapely.transform(shapely.from_geojson(json.dumps(one["geometry"])).boundary, onto_the_map)
            for one in shown
        ]
    )
    carried = json.loads((tmp_path / "out" / "border.geojson").read_text())["features"]
    places = np.concatenate([one["geometry"]["coordinates"] for one in carried])
    off_m = shapely.distance(limit, shapely.points(places))
    # Traced with 6.8 m an axis, placed by an affine model of 18 points of 10 m an axis.
    assert (off_m <= np.hypot(chosen["radius_95_m"], 17.0)).mean() >= 0.95
    assert np.median(off_m) > 1.0  # and it is the traced line, not the limit itself


def test_the_scan_of_the_sheet_is_black_where_its_limit_was_carried_to(tmp_path):
    """Through the raster and not the line: under the carried vertices the drawn line is on map.tif."""
    rasterio = pytest.importorskip("rasterio")
    words = [str(SHEET / "k-38-91.tif"), "--points", str(SHEET / "k-38-91.csv")]
    georeferenced(tmp_path, *words, "--line", str(SHEET / "border.geojson"), "--digitising-px", "1")
    carried = json.loads((tmp_path / "out" / "border.geojson").read_text())["features"]
    places = np.concatenate([one["geometry"]["coordinates"] for one in carried])
    with rasterio.open(tmp_path / "out" / "map.tif") as sheet:
        ink = sheet.read(1)
        corner, side = np.array([sheet.transform.c, sheet.transform.f]), sheet.transform.a
    columns, rows = ((places - corner) * [1.0, -1.0] / side).astype(int).T
    near = [ink[r - 1 : r + 2, c - 1 : c + 2].any() for r, c in zip(rows, columns, strict=True)]
    # The line is 3.6 pixels wide; the tracing errs by 0.4 an axis.
    assert np.mean(near) > 0.99
    assert ink.mean() < 0.02
